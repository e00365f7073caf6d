import { InfomaxError } from "../core/errors.ts";
import type { PathMark, PathMarksParams } from "../protocol/engine.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** The samples whose paths stand in lines of text. */
export async function pathMarksInLines(loaded: LoadedDataset, params: PathMarksParams): Promise<PathMark[]> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params])})`, "Wait.");
}
