import { lstat, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Which names a file system takes for one. */
export interface NameFolding {
  /** "A" and "a". */
  readonly case: boolean;
  /** "é" as one character and as "e" with an accent. */
  readonly unicode: boolean;
}

/** Two paths, or folders of them, that would be one in the target. */
export interface NameClash {
  readonly first: string;
  readonly second: string;
}

function folded(name: string, folding: NameFolding): string {
  const form = folding.unicode ? name.normalize("NFC") : name;
  return folding.case ? form.toLowerCase() : form;
}

/**
 * The first paths that would get one place. Folders count as well: of two that a file system takes for one, the second
 * would lose its name, which may be a class.
 * @param files POSIX paths relative to the target, each one file
 */
export function nameClash(files: Iterable<string>, folding: NameFolding): NameClash | null {
  // What stands at each folded place: the path so far, and a file below it.
  const taken = new Map<string, { readonly place: string; readonly file: string; readonly isFile: boolean }>();
  for (const file of files) {
    const own = folded(file, folding);
    const foldedParts = own.split("/");
    const parts = file.split("/");
    for (let depth = 1; depth <= parts.length; depth++) {
      const isFile = depth === parts.length;
      const place = parts.slice(0, depth).join("/");
      const key = foldedParts.slice(0, depth).join("/");
      const known = taken.get(key);
      if (known === undefined) taken.set(key, { place, file, isFile });
      else if (known.place !== place || isFile || known.isFile) return { first: known.file, second: file };
    }
  }
  return null;
}

/** Every way in which file systems take names for one. */
export const ALL_FOLDING: NameFolding = { case: true, unicode: true };
export const NO_FOLDING: NameFolding = { case: false, unicode: false };

/** Finds out what the file system of a folder takes for one name, with a file in a folder of its own that it removes again. */
export async function foldingOf(folder: string): Promise<NameFolding> {
  const probe = await mkdtemp(path.join(folder, ".infomax-names-"));
  try {
    await writeFile(path.join(probe, "a"), "");
    await writeFile(path.join(probe, "\u00e9"), "");
    const exists = (name: string): Promise<boolean> => lstat(path.join(probe, name)).then(() => true, () => false);
    return { case: await exists("A"), unicode: await exists("e\u0301") };
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}
