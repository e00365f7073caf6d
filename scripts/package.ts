/**
 * Makes the VSIX of this machine's platform in out/: minified bundles, the native packages cut down to this platform,
 * the licences of all of it.
 */
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { buildAll, DIST, ROOT } from "./build.ts";
import { stageNatives } from "./natives.ts";
import { thirdPartyNotices } from "./notices.ts";
import { vsixPath } from "./vsix.ts";

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MB`;

/** Sizes of the top-level files and folders among `files`, and of each package under dist/node_modules; largest first. */
async function sizes(files: readonly string[]): Promise<[name: string, bytes: number][]> {
  const totals = new Map<string, number>();
  for (const file of files) {
    const parts = file.split("/");
    const depth = parts[1] === "node_modules" ? (parts[2].startsWith("@") ? 4 : 3) : parts[0] === "dist" ? 2 : 1;
    const name = parts.slice(0, depth).join("/");
    totals.set(name, (totals.get(name) ?? 0) + (await stat(path.join(ROOT, file))).size);
  }
  return [...totals].sort((a, b) => b[1] - a[1]);
}

await rm(DIST, { recursive: true, force: true });
const metafiles = await buildAll({ production: true });
const staged = await stageNatives(path.join(DIST, "node_modules"));
await writeFile(path.join(DIST, "ThirdPartyNotices.txt"), await thirdPartyNotices(staged, metafiles.values()));

const vsix = vsixPath();
await mkdir(path.dirname(vsix), { recursive: true });
await rm(vsix, { force: true });
await createVSIX({
  cwd: ROOT,
  packagePath: vsix,
  target: `${process.platform}-${process.arch}`,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});

for (const [name, bytes] of await sizes(await listFiles({ cwd: ROOT, packageManager: PackageManager.None }))) {
  console.log(`${megabytes(bytes).padStart(10)}  ${name}`);
}
console.log(`${path.relative(ROOT, vsix)}  ${megabytes((await stat(vsix)).size)}`);
