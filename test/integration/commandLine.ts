/** Runs the built command line, `dist/cli.cjs`, in a process of its own. Needs `npm run build`. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly finished: Promise<Ran>;
  readonly interrupt: () => void;
}

/** @param cache folder of the caches, so that the user's own stay as they are @param env further variables */
export function startCli(args: readonly string[], { cwd, cache, env = {} }: { readonly cwd: string; readonly cache: string; readonly env?: Readonly<Record<string, string>> }): Running {
  assert.ok(fs.existsSync(CLI), "dist/cli.cjs is missing: run npm run build first");
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env: { ...process.env, INFOMAX_CACHE: cache, INFOMAX_DEBUG: "", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
  child.stderr.setEncoding("utf8").on("data", (text: string) => { stderr += text; });
  const finished = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => { resolve({ status, stdout, stderr }); });
  });
  return { finished, interrupt: () => { child.kill("SIGINT"); } };
}
