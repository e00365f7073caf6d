import os from "node:os";
import path from "node:path";

/** Where the command line keeps indexes: `--cache`, else INFOMAX_CACHE, else the user's cache folder. */
export function cacheFolder(given: string | undefined, environment: NodeJS.ProcessEnv): string {
  if (given !== undefined) return path.resolve(given);
  if (environment["INFOMAX_CACHE"]) return path.resolve(environment["INFOMAX_CACHE"]);
  const home = os.homedir();
  const base = process.platform === "win32" ? environment["LOCALAPPDATA"] || path.join(home, "AppData", "Local")
    : process.platform === "darwin" ? path.join(home, "Library", "Caches")
      : environment["XDG_CACHE_HOME"] || path.join(home, ".cache");
  return path.join(base, "infomax-inspector", "index");
}
