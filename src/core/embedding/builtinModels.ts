import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { InfomaxError } from "../errors.ts";

const PACKAGE = "infomax-inspector";
/** Where the program's own models lie, from its package.json on. */
const MODELS = ["media", "models"];
/** From a source file, or a bundle in dist, the package is no farther up than this. */
const MOST_LEVELS = 6;

let root: Promise<string | null> | undefined;

/** The folder of the program's package.json: above the sources, and above the bundles of an installed extension. */
async function packageRoot(): Promise<string | null> {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < MOST_LEVELS; level++) {
    const name = await readFile(path.join(folder, "package.json"), "utf8").then((text) => (JSON.parse(text) as { name?: unknown }).name, () => null);
    if (name === PACKAGE) return folder;
    folder = path.dirname(folder);
  }
  return null;
}

/**
 * The folder of a built-in model, which ships with the program.
 * @throws InfomaxError encoder-unavailable when it is missing
 */
export async function builtinModelFolder(kind: "image" | "text"): Promise<string> {
  root ??= packageRoot();
  const found = await root;
  const folder = path.join(found ?? path.dirname(fileURLToPath(import.meta.url)), ...MODELS, kind);
  if (found !== null && await stat(folder).then((is) => is.isDirectory(), () => false)) return folder;
  throw new InfomaxError("encoder-unavailable", `the built-in ${kind} encoder is missing from this installation`, "Install InfoMax Inspector again.", { file: folder });
}

let digest: Promise<string> | undefined;

/** Digest of all built-in models' files, so that an index shows its age when a new version of the program brings others. */
export function builtinModelsDigest(): Promise<string> {
  digest ??= (async () => {
    root ??= packageRoot();
    const found = await root;
    const hash = createHash("sha256");
    if (found === null) return "none";
    const folder = path.join(found, ...MODELS);
    const names = listFiles(folder, "").filter((name) => !name.endsWith(".md"));
    for (const name of names) hash.update(`${name}\0`).update(await readFile(path.join(folder, name)));
    return hash.digest("hex");
  })();
  return digest;
}

/** Files below a folder by POSIX path, sorted; none where there is no such folder. */
function listFiles(folder: string, below: string): string[] {
  let entries;
  try {
    entries = readdirSync(path.join(folder, below), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const name = path.posix.join(below, entry.name);
    return entry.isDirectory() ? listFiles(folder, name) : entry.isFile() ? [name] : [];
  }).sort();
}
