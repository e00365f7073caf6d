import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";

/** A temporary folder holding the given files (POSIX paths), removed after the test. For tests only. */
export function testFolder(context: TestContext, files: { readonly [file: string]: string | Uint8Array } = {}): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "infomax-dataset-"));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    const absolute = path.join(folder, ...file.split("/"));
    fs.mkdirSync(path.dirname(absolute), { recursive: true });
    fs.writeFileSync(absolute, content);
  }
  return folder;
}
