/** Gets what the browser tests need: VS Code's server with its own Node, and Chromium. Installed once, in the cache folder. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** code-server 4.139.1 is VS Code 1.139. */
const CODE_SERVER_VERSION = "4.139.1";
/** The Node that this code-server wants, whatever Node runs the tests. */
const CODE_SERVER_NODE = "24";
const LOCK_WAIT_MS = 15 * 60_000;

export interface CodeServer {
  /** Absolute path of the Node binary that runs it. */
  readonly node: string;
  /** Absolute path of its entry script. */
  readonly entry: string;
}

/** `$INFOMAX_TEST_CACHE`, else a folder in the user's cache directory. */
export function cacheFolder(): string {
  const set = process.env.INFOMAX_TEST_CACHE;
  if (set !== undefined && set !== "") return path.resolve(set);
  const home = os.homedir();
  const base = process.platform === "darwin" ? path.join(home, "Library", "Caches")
    : process.platform === "win32" ? (process.env.LOCALAPPDATA ?? path.join(home, "AppData", "Local"))
    : (process.env.XDG_CACHE_HOME ?? path.join(home, ".cache"));
  return path.join(base, "infomax-inspector");
}

async function run(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed (${String(code)}):\n${output.slice(-4000)}`);
}

/** Installs Debian packages when this is root on Debian, else names the command that does. */
async function aptInstall(packages: readonly string[], why: string): Promise<void> {
  const remedy = `sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!isRootOnDebian) throw new Error(`${why}. Run: ${remedy}`);
  console.log(`Installing ${packages.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env });
  await run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
}

/** Runs `work` while no other process does; a lock whose owner is gone is taken over. */
async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lock), { recursive: true });
  const owner = path.join(lock, "pid");
  for (const deadline = Date.now() + LOCK_WAIT_MS; ; ) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (await isAbandoned(lock, owner)) await rm(lock, { recursive: true, force: true });
    else if (Date.now() > deadline) throw new Error(`Another installation holds ${lock}; remove that folder if none is running.`);
    else await sleep(500);
  }
  try {
    await writeFile(owner, String(process.pid));
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function isAbandoned(lock: string, owner: string): Promise<boolean> {
  if (!existsSync(owner)) {
    // Its owner may be about to write the file.
    const age = await stat(lock).then((s) => Date.now() - s.mtimeMs, () => 0);
    return age > 10_000;
  }
  try {
    process.kill(Number(readFileSync(owner, "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function installedVersion(folder: string): string | null {
  try {
    return (JSON.parse(readFileSync(path.join(folder, "node_modules/code-server/package.json"), "utf8")) as { version: string }).version;
  } catch {
    return null;
  }
}

/** VS Code's server, installed in the cache folder when missing (about 2 minutes and 700 MB). */
export async function ensureCodeServer(): Promise<CodeServer> {
  const folder = path.join(cacheFolder(), "code-server");
  if (installedVersion(folder) !== CODE_SERVER_VERSION) {
    await withLock(`${folder}.lock`, async () => {
      if (installedVersion(folder) !== CODE_SERVER_VERSION) await installCodeServer(folder);
    });
  }
  const binary = process.platform === "win32" ? "node.exe" : "node";
  return { node: path.join(folder, "node_modules/node/bin", binary), entry: path.join(folder, "node_modules/code-server/out/node/entry.js") };
}

async function installCodeServer(folder: string): Promise<void> {
  // Its `kerberos` module is compiled at installation.
  if (process.platform === "linux" && !existsSync("/usr/include/gssapi/gssapi.h") && !existsSync("/usr/include/gssapi.h")) {
    await aptInstall(["libkrb5-dev"], "VS Code's server needs the Kerberos headers to install");
  }
  console.log(`Installing VS Code's server (code-server ${CODE_SERVER_VERSION}) in ${folder}: about 2 minutes`);
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await writeFile(path.join(unfinished, "package.json"), JSON.stringify({ private: true }));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const install = ["install", "--no-fund", "--no-audit", "--no-progress"];
  await run(npm, [...install, `node@${CODE_SERVER_NODE}`], { cwd: unfinished });
  // Its install scripts must run on its own Node, and compile against that Node's headers.
  const env = { ...process.env, PATH: [path.join(unfinished, "node_modules/node/bin"), process.env.PATH].join(path.delimiter) };
  await run(npm, [...install, `code-server@${CODE_SERVER_VERSION}`], { cwd: unfinished, env });
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

/** Path of a Chromium or Chrome: `$CHROMIUM_PATH`, else the usual places, else Debian's package is installed. */
export async function ensureChromium(): Promise<string> {
  const set = process.env.CHROMIUM_PATH;
  if (set !== undefined && set !== "") {
    if (!existsSync(set)) throw new Error(`CHROMIUM_PATH names no file: ${set}`);
    return set;
  }
  const find = (): string | undefined => [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ].find((file) => existsSync(file));
  const found = find();
  if (found !== undefined) return found;
  await withLock(path.join(cacheFolder(), "chromium.lock"), async () => {
    if (find() === undefined) await aptInstall(["chromium"], "The browser tests need Chromium (or CHROMIUM_PATH, the path of one)");
  });
  const installed = find();
  if (installed === undefined) throw new Error("Chromium was installed but not found; set CHROMIUM_PATH.");
  return installed;
}

/** Version line of the browser, for the test log. */
export function chromiumVersion(executable: string): string {
  return execFileSync(executable, ["--version"], { encoding: "utf8" }).trim();
}
