import { lstat, open } from "node:fs/promises";
import { InfomaxError } from "../core/errors.ts";
import { writeTextFile } from "../core/store/protectionFile.ts";

/**
 * Writes a file whole, in the place of an earlier one of the same kind at most.
 * @param mark what such a file begins with
 */
export async function writeResult(file: string, text: string, mark: string, kind: string): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found !== null && (!found.isFile() || await beginning(file, mark.length) !== mark)) {
    throw new InfomaxError("bad-argument", `it is there already and is no ${kind} that could be replaced`, "Give another name.", { file });
  }
  await writeTextFile(file, text);
}

async function beginning(file: string, length: number): Promise<string> {
  const handle = await open(file, "r");
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, 0);
    return bytes.subarray(0, bytesRead).toString("latin1");
  } finally {
    await handle.close();
  }
}
