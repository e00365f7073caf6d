import { realpath } from "node:fs/promises";
import path from "node:path";

/** Where a dataset is: the engine names real paths, the editor those that the user opened, which may lead through links. */
export interface DatasetPaths {
  /** Absolute path of the dataset, as the user chose it. */
  readonly chosen: string;
  /** Absolute root of the dataset, below the same links where that can be. */
  readonly openedRoot: string;
  /** Real absolute path of the dataset. */
  readonly dataset: string;
  /** Real absolute root of the dataset. */
  readonly root: string;
}

/** Finds the root as the user opened it. A table that is a link itself has its root where the link leads. */
export async function datasetPaths(chosen: string, { dataset, root }: { readonly dataset: string; readonly root: string }): Promise<DatasetPaths> {
  if (dataset === root) return { chosen, openedRoot: chosen, dataset, root };
  const parent = path.dirname(chosen);
  const real = await realpath(parent).catch(() => null);
  return { chosen, openedRoot: real === root ? parent : root, dataset, root };
}

/** Absolute path, as the user opened it, of a file that samples name relative to the root with forward slashes. */
export function openedFile({ chosen, openedRoot, dataset, root }: DatasetPaths, file: string): string {
  return path.join(root, file) === dataset ? chosen : path.join(openedRoot, file);
}

/** The reverse of {@link openedFile}; takes real paths too. */
export function sampleFile({ chosen, openedRoot, dataset, root }: DatasetPaths, file: string): string {
  const base = isInside(openedRoot, file) ? openedRoot : root;
  return path.relative(base, file === chosen ? path.join(base, path.relative(root, dataset)) : file).split(path.sep).join("/");
}

/** Whether a file is the given path or lies below it. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
