/**
 * The README's first command: builds, then runs the main job on the bundled example as a user would type it, and fails
 * unless every planted duplicate is found as promised.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

function run(args: readonly string[], shown: string): void {
  process.stdout.write(`\n$ ${shown}\n`);
  const { status, error } = spawnSync(process.execPath, [...args], { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) {
    process.stderr.write(`\nThe command failed with exit status ${status ?? "unknown"}.\n`);
    process.exit(status ?? 1);
  }
}

const infomax = (...args: string[]): void => run([path.join("dist", "cli.cjs"), ...args], `infomax ${args.join(" ")}`);

run(["--import", "tsx", "scripts/build.ts"], "npm run build");
infomax("clusters", "examples/images", "--limit", "3");
infomax("prune", "examples/images", "--budget", "50%", "--truth", "examples/truth.json");
infomax("clusters", "examples/texts.jsonl", "--limit", "3");
infomax("curve", "examples/texts.jsonl");
infomax("prune", "examples/texts.jsonl", "--budget", "50%", "--truth", "examples/truth.json");
process.stdout.write("\nAll planted exact duplicates and the promised near-duplicates were found, and no cluster joins strangers.\n");
