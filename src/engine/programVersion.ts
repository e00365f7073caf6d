import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = "infomax-inspector";
/** From a source file, or a bundle in dist, the package is no farther up than this. */
const MOST_LEVELS = 6;

/** The program's own version, "unknown" where its package.json is not found. */
export async function programVersion(): Promise<string> {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < MOST_LEVELS; level++) {
    const found = await readFile(path.join(folder, "package.json"), "utf8").then((text) => JSON.parse(text) as { name?: unknown; version?: unknown }, () => null);
    if (found?.name === PACKAGE && typeof found.version === "string") return found.version;
    folder = path.dirname(folder);
  }
  return "unknown";
}
