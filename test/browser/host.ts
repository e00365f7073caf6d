/** A real VS Code in a real browser: code-server with the packaged extension, driven through Chromium. */
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { ROOT } from "../../scripts/build.ts";
import { manifest, unpackVsix, vsixPath } from "../../scripts/vsix.ts";
import { ensureChromium, ensureCodeServer } from "./install.ts";
import { Workbench } from "./workbench.ts";

export const SCREENSHOTS = path.join(ROOT, "test-results", "browser");

const BROWSER_FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Nothing between the tests and the extension: no welcome, chat, update or telemetry. */
const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": "off",
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "git.enabled": false,
  "editor.minimap.enabled": false,
  "window.menuBarVisibility": "hidden",
  "workbench.colorTheme": "Dark Modern",
};

export interface HostOptions {
  /** Folder whose copy is opened; the original is never written to. */
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Opens the folder itself instead of a copy: what is done there stays. */
  readonly inPlace?: boolean;
  /** Loads the extension from the repository as `npm run build` left it, instead of the VSIX. */
  readonly built?: boolean;
  /** Keeps the extension's storage, indexes among it, in this folder. */
  readonly storage?: string;
  /** Measures how long the extension host's thread is blocked: see {@link Host.longestDelay}. */
  readonly delays?: boolean;
  /** 1440 × 900 when left out. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The display language, "ja"; English when left out. Of VS Code's own texts the tests have no translation: they stay English. */
  readonly language?: string;
  /** Environment variables on top of those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running VS Code; `stop()` ends the server, the browser and every process that they started. */
export interface Host {
  readonly workbench: Workbench;
  /** Absolute path of the opened copy. */
  readonly workspace: string;
  /** Absolute folder that the extension under test is loaded from. */
  readonly extension: string;
  /** Longest time in ms for which the extension host's thread was blocked since then; needs the option `delays`. */
  longestDelay(since: number): Promise<number>;
  /** Process ids of the running engines: normally one or none. */
  enginePids(): number[];
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

/** The environment without what the test runner and npm put into it. */
function withoutNodeSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !/^(NODE_|npm_)/.test(key)));
}

/** What an installed extension consists of, most of it as links into the repository. */
async function linkBuilt(extension: string): Promise<void> {
  await mkdir(extension, { recursive: true });
  for (const file of ["package.json", ...(await readdir(ROOT)).filter((name) => /^package\.nls\b.*\.json$/.test(name))]) await cp(path.join(ROOT, file), path.join(extension, file));
  // Copied: VS Code tells by the path of the code which extension it is of, and follows links; to code of no extension's it grants no typed arrays in messages.
  await cp(path.join(ROOT, "dist"), path.join(extension, "dist"), { recursive: true });
  for (const folder of ["l10n", "media", "node_modules"]) await symlink(path.join(ROOT, folder), path.join(extension, folder), "junction");
}

/** A language pack without texts, as VS Code notes installed ones: it then speaks that language as far as extensions do. */
async function installLanguage(userData: string, language: string): Promise<void> {
  const texts = path.join(userData, "no-texts.json");
  await writeFile(texts, JSON.stringify({ contents: {} }));
  await writeFile(path.join(userData, "languagepacks.json"), JSON.stringify({
    [language]: { hash: "0", label: language, extensions: [{ extensionIdentifier: { id: "infomax-test.no-texts" }, version: "1.0.0" }], translations: { vscode: texts } },
  }));
}

async function waitUntilUp(url: string, server: ChildProcess, log: () => string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    if (server.exitCode !== null) break;
    const up = await fetch(url).then((response) => response.ok, () => false);
    if (up) return;
  }
  throw new Error(`VS Code's server did not start:\n${log()}`);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Starts VS Code on a copy of `workspace` with the VSIX of `npm run package` installed. */
export async function startHost(options: HostOptions): Promise<Host> {
  const vsix = vsixPath();
  if (options.built !== true && !existsSync(vsix)) throw new Error(`${path.relative(ROOT, vsix)} is missing: run npm run package first.`);
  const codeServer = await ensureCodeServer();
  const executablePath = await ensureChromium();

  const scratch = await realpath(await mkdtemp(path.join(os.tmpdir(), "infomax-vscode-")));
  const { publisher, name, version } = manifest();
  const extension = path.join(scratch, "extensions", `${publisher}.${name}-${version}`);
  const workspace = options.inPlace === true ? options.workspace : path.join(scratch, path.basename(options.workspace));
  if (options.built === true) await linkBuilt(extension);
  else await unpackVsix(vsix, extension);
  const delays = path.join(scratch, "delays.txt");
  if (options.delays === true) await cp(path.join(ROOT, "test", "browser", "delay-probe"), path.join(scratch, "extensions", "infomax-test.delay-probe-1.0.0"), { recursive: true });
  if (options.inPlace !== true) await cp(options.workspace, workspace, { recursive: true });
  await mkdir(path.join(scratch, "User", "globalStorage"), { recursive: true });
  if (options.storage !== undefined) {
    await mkdir(options.storage, { recursive: true });
    await symlink(options.storage, path.join(scratch, "User", "globalStorage", `${publisher}.${name}`), "junction");
  }
  await writeFile(path.join(scratch, "User", "settings.json"), JSON.stringify({ ...SETTINGS, ...options.settings }));

  if (options.language !== undefined) await installLanguage(scratch, options.language);

  const port = await freePort();
  const env = {
    ...withoutNodeSettings(process.env), HOME: scratch, XDG_CONFIG_HOME: scratch, XDG_DATA_HOME: scratch, XDG_CACHE_HOME: scratch,
    // No marketplace: the tests ask nothing of the network.
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "", itemUrl: "", resourceUrlTemplate: "" }),
    INFOMAX_DELAYS: delays, ...options.env,
  };
  let log = "";
  const server = spawn(codeServer.node, [
    codeServer.entry, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`,
    "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust",
    "--user-data-dir", scratch, "--extensions-dir", path.join(scratch, "extensions"), ...(options.language === undefined ? [] : ["--locale", options.language]),
  ], { env, detached: process.platform !== "win32", stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const onExit = (): void => killGroup(server);
  process.once("exit", onExit);

  let browser: Browser | undefined;
  const stop = async (): Promise<void> => {
    await browser?.close();
    killGroup(server);
    process.off("exit", onExit);
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    await waitUntilUp(`http://127.0.0.1:${port}/healthz`, server, () => log);
    browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS });
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1440, height: 900 } });
    await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`);
    const workbench = new Workbench(page, SCREENSHOTS);
    await workbench.waitUntilReady();
    const longestDelay = async (since: number): Promise<number> => {
      const lines = (await readFile(delays, "utf8")).trim().split("\n").map((line) => line.split(" ").map(Number));
      const after = lines.filter(([time]) => time >= since).map(([, delay]) => delay);
      if (after.length === 0) throw new Error("The extension host has told no delays");
      return Math.max(...after);
    };
    return { workbench, workspace, extension, longestDelay, enginePids: () => pidsOf(path.join(extension, "dist", "engine.cjs")), stop };
  } catch (error) {
    await stop();
    throw new Error(`VS Code did not open. Its server said:\n${log.slice(-2000)}`, { cause: error });
  }
}

/** Ids of the processes that run `script`. */
function pidsOf(script: string): number[] {
  return execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(script))
    .map((line) => Number.parseInt(line, 10));
}
