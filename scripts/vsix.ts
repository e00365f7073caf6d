/** Where the packaged extension lies, and how to unpack it. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import path from "node:path";
import { inflateRawSync } from "node:zlib";
import { ROOT } from "./build.ts";

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

export function manifest(): Manifest {
  return JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;
}

/** Absolute path of the VSIX that `npm run package` makes on this machine. */
export function vsixPath(): string {
  const { name, version } = manifest();
  return path.join(ROOT, "out", `${name}-${process.platform}-${process.arch}-${version}.vsix`);
}

/**
 * Unpacks the extension's own files of a VSIX (its `extension/` folder) into `target`.
 * @returns their paths relative to `target`, POSIX separators
 */
export async function unpackVsix(vsix: string, target: string): Promise<string[]> {
  const zip = await readFile(vsix);
  // ZIP: the central directory is found by the end record, which lies in the last 64 KB.
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) throw new Error(`${vsix} is not a ZIP file`);
  const files: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let entries = zip.readUInt16LE(end + 10); entries > 0; entries--) {
    const method = zip.readUInt16LE(at + 10);
    const compressed = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (!name.startsWith("extension/") || name.endsWith("/")) continue;
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(data, data + compressed);
    const file = name.slice("extension/".length);
    const to = path.join(target, file);
    if (path.relative(target, to).startsWith("..")) throw new Error(`${vsix} holds a path outside itself: ${name}`);
    await mkdir(path.dirname(to), { recursive: true });
    await writeFile(to, method === 0 ? bytes : inflateRawSync(bytes));
    files.push(file);
  }
  return files.sort();
}
