import path from "node:path";
import { isInside } from "../core/dataset/paths.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** The real path of a file that the caller names as it named the dataset, through links perhaps. */
export function realPlace(given: string, loaded: LoadedDataset, file: string): string {
  const { path: dataset, root } = loaded.index.dataset;
  const from = path.resolve(given);
  const absolute = path.resolve(file);
  if (absolute === from) return dataset;
  const givenRoot = dataset === root ? from : path.dirname(from);
  return isInside(givenRoot, absolute) ? path.join(root, path.relative(givenRoot, absolute)) : absolute;
}
