import { stat } from "node:fs/promises";
import path from "node:path";
import { throwIfCancelled } from "../errors.ts";

/** Size and time of last change of files, by their place in a list: a file that has others has changed. */
export interface FileStamps {
  /** Bytes; −1 where there is no such file. */
  readonly sizes: Float64Array;
  /** Milliseconds since 1970; −1 where there is no such file. */
  readonly times: Float64Array;
}

/** Files looked at together. */
const BATCH = 256;

/** Looks at files without reading them. @param files POSIX paths relative to `root` */
export async function fileStamps(root: string, files: readonly string[], signal?: AbortSignal): Promise<FileStamps> {
  const sizes = new Float64Array(files.length).fill(-1);
  const times = new Float64Array(files.length).fill(-1);
  for (let start = 0; start < files.length; start += BATCH) {
    throwIfCancelled(signal);
    await Promise.all(files.slice(start, start + BATCH).map(async (file, f) => {
      const found = await stat(path.resolve(root, file)).catch(() => null);
      if (found === null) return;
      sizes[start + f] = found.size;
      times[start + f] = found.mtimeMs;
    }));
  }
  return { sizes, times };
}
