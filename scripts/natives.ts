/** Copies the packages that stay outside the bundles, cut down to what this platform runs, into dist/node_modules. */
import { cp, mkdir, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "./build.ts";

export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Absolute folder it is installed in. */
  readonly folder: string;
}

/** Which files of a package ship, by path relative to its folder, POSIX separators; package.json always does. */
type Keep = (file: string) => boolean;

const isScript: Keep = (file) => /\.(js|cjs|mjs|json)$/.test(file);

function keepers(platform: string, arch: string): ReadonlyMap<string, Keep> {
  return new Map<string, Keep>([
    ["onnxruntime-node", (file) =>
      (file.startsWith("dist/") && isScript(file))
      // The macOS folder holds the same library twice, once under its full version, which nothing loads.
      || (file.startsWith(`bin/napi-v6/${platform}/${arch}/`) && !/\.\d+\.\d+\.\d+\.dylib$/.test(file))],
    ["onnxruntime-common", (file) => file.startsWith("dist/") && isScript(file)],
    ["hnswlib-node", (file) => file === "lib/index.js" || file === "build/Release/addon.node"],
    ["bindings", (file) => file === "bindings.js"],
    ["file-uri-to-path", (file) => file === "index.js"],
    ["sharp", (file) => file.startsWith("dist/") && isScript(file)],
    [`@img/sharp-${platform}-${arch}`, () => true],
    [`@img/sharp-libvips-${platform}-${arch}`, (file) => !file.includes("/glib-2.0/")],
    ["@img/colour", isScript],
    ["detect-libc", (file) => file.startsWith("lib/")],
    ["semver", (file) => isScript(file) && !file.startsWith("bin/")],
    // On Linux libjpeg-turbo itself lies beside its addon, elsewhere inside it.
    ["@julusian/jpeg-turbo", (file) => file === "index.js" || file === "binding-options.js" || file.startsWith(`prebuilds/jpeg-turbo-${platform}-${arch}/`)],
    ["pkg-prebuilds", (file) => file === "bindings.js" || file === "lib/prebuild.js"],
    ["@huggingface/transformers", (file) => file === "dist/transformers.node.cjs" || file === "dist/transformers.node.mjs"],
  ]);
}

/** On these platforms sharp's own package carries libvips. */
const LIBVIPS_INSIDE = new Set(["win32"]);

async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}

/** The installed package `name` as Node would find it from `from`. */
export async function findPackage(name: string, from: string = ROOT): Promise<PackageInfo> {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, "node_modules", name);
    if (await exists(path.join(folder, "package.json"))) {
      const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string; license?: string };
      return { name, version, license: license ?? "unknown", folder };
    }
    if (path.dirname(at) === at) throw new Error(`The package ${name} is not installed: run npm ci.`);
  }
}

/**
 * Copies the packages to `target` (a node_modules folder) for this machine's platform.
 * @returns the packages that were copied
 * @throws Error when one is missing, when a file that it needs is missing, or when two versions of one would be needed
 */
export async function stageNatives(target: string): Promise<PackageInfo[]> {
  const { platform, arch } = process;
  if (!(await exists(path.join((await findPackage("onnxruntime-node")).folder, "bin/napi-v6", platform, arch)))) {
    throw new Error(`onnxruntime-node has no binary for ${platform}-${arch}: the extension cannot be packaged for it.`);
  }
  const staged: PackageInfo[] = [];
  const folders = new Map<string, string>();
  const keeps = keepers(platform, arch);
  for (const [name, keep] of keeps) {
    if (name.startsWith("@img/sharp-libvips-") && LIBVIPS_INSIDE.has(platform)) continue;
    const info = await findPackage(name);
    folders.set(name, info.folder);
    let copied = 0;
    for (const entry of await readdir(info.folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const relative = path.relative(info.folder, file).split(path.sep).join("/");
      if (!entry.isFile() || relative.startsWith("node_modules/") || (relative !== "package.json" && !keep(relative))) continue;
      const to = path.join(target, name, relative);
      await mkdir(path.dirname(to), { recursive: true });
      await cp(file, to, { dereference: true });
      copied++;
    }
    if (copied < 2) throw new Error(`Nothing to ship was found in ${name} ${info.version}: its layout has changed, see scripts/natives.ts.`);
    staged.push(info);
  }
  // The copies lie flat, so each package must find the very version that it finds where it is installed.
  for (const { name, folder } of staged) {
    const { dependencies = {} } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies)) {
      const flat = folders.get(dependency);
      if (flat !== undefined && (await findPackage(dependency, folder)).folder !== flat) throw new Error(`${name} needs its own version of ${dependency}, which cannot be staged.`);
    }
  }
  return staged;
}
