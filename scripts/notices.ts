/** Writes the licences of everything that ships, from the packages as installed. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Metafile } from "esbuild";
import { ROOT } from "./build.ts";
import type { PackageInfo } from "./natives.ts";
import { findPackage } from "./natives.ts";

const LICENSES = path.join(ROOT, "scripts", "licenses");

/** Packages inlined into the published files of others. */
const INLINED = ["@huggingface/jinja", "@huggingface/tokenizers", "node-addon-api"];

/** Packages without a licence file of their own, and where their licence text is kept. */
const KEPT_TEXTS = new Map([
  ...["onnxruntime-node", "onnxruntime-common", "@microsoft/fast-element", "@microsoft/fast-foundation", "@microsoft/fast-web-utilities", "@vscode/l10n"]
    .map((name): [string, string[]] => [name, ["MIT-Microsoft.txt"]]),
  ["@img/sharp-libvips", ["LGPL-3.0.txt", "GPL-3.0.txt"]],
]);

/** Texts of what packages contain beside their own code, which their own licence file leaves out. */
const ADDED_TEXTS = new Map([["@julusian/jpeg-turbo", ["libjpeg-turbo.txt"]]]);

/** The packages of node_modules that esbuild put into the bundles. */
async function bundledPackages(metafiles: Iterable<Metafile>): Promise<PackageInfo[]> {
  const folders = new Map<string, PackageInfo>();
  for (const metafile of metafiles) {
    for (const output of Object.values(metafile.outputs)) {
      for (const input of Object.keys(output.inputs)) {
        const match = /^((?:.*\/)?)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
        if (match === null) continue;
        const info = await findPackage(match[2], path.join(ROOT, match[1]));
        folders.set(info.folder, info);
      }
    }
  }
  return [...folders.values()];
}

async function licenceText(info: PackageInfo): Promise<string> {
  const kept = KEPT_TEXTS.get(info.name.replace(/^(@img\/sharp-libvips)-.*/, "$1"));
  if (kept !== undefined) {
    const texts = await Promise.all(kept.map((file) => readFile(path.join(LICENSES, file), "utf8")));
    // libvips' README says which libraries are inside and under which terms.
    if (info.name.startsWith("@img/")) texts.unshift(await readFile(path.join(info.folder, "README.md"), "utf8"));
    return texts.join("\n\n");
  }
  const files = (await readdir(info.folder)).filter((file) => /^(licen[cs]e|copying|notice|third-?party)/i.test(file)).sort();
  const added = (ADDED_TEXTS.get(info.name) ?? []).map((file) => path.join(LICENSES, file));
  if (files.length > 0) return (await Promise.all([...files.map((file) => path.join(info.folder, file)), ...added].map((file) => readFile(file, "utf8")))).join("\n\n");
  throw new Error(`${info.name} ${info.version} (${info.license}) has no licence file: add its text to scripts/licenses and scripts/notices.ts.`);
}

/** The text of ThirdPartyNotices.txt: one section a package, by name. */
export async function thirdPartyNotices(staged: readonly PackageInfo[], metafiles: Iterable<Metafile>): Promise<string> {
  const inlined = await Promise.all(INLINED.map((name) => findPackage(name)));
  const all = new Map([...staged, ...inlined, ...(await bundledPackages(metafiles))].map((info) => [`${info.name}@${info.version}`, info]));
  const sections: string[] = [];
  for (const info of [...all.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    sections.push(`${"=".repeat(80)}\n${info.name} ${info.version} (${info.license})\n${"=".repeat(80)}\n\n${(await licenceText(info)).trim()}\n`);
  }
  return `InfoMax Inspector ships the following third-party software, each under its own licence.\n\n${sections.join("\n")}`;
}
