import path from "node:path";
import type { PathMark, PathMarksParams } from "../protocol/marks.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import { Marking } from "./marks.ts";

/** Work in one line is bounded, whatever the line: characters looked at, paths, characters of a path, and places where one may begin. */
const MOST_CHARACTERS = 20_000;
const MOST_PATHS = 64;
const MOST_PATH_CHARACTERS = 1024;
const MOST_STARTS = 12;

const ENDING = /\.(?:jpe?g|png|webp|gif|tiff?|bmp|avif)(?![\w-])/gi;
/** A path in a line of code or configuration begins after one of these. */
const BEFORE = /[\s"'`,;:=([{<|>]/;

/** The samples whose paths stand in lines of text, of a dataset of images: looked up by name, no file is touched. */
export async function pathMarksInLines(loaded: LoadedDataset, params: PathMarksParams): Promise<PathMark[]> {
  if (loaded.index.dataset.layout !== "images") return [];
  const finder = new PathFinder(loaded.index.dataset.root, loaded.rowOf, params);
  const marking = await Marking.of(loaded);
  return params.lines.flatMap((text, i) => {
    const line = params.firstLine + i;
    return finder.pathsIn(text).map(({ start, end, row }) => ({ line, start, end, mark: marking.mark(row, line, line) }));
  });
}

/** A path in a line: its columns, 0-based, the end exclusive, and the row of its sample. */
export interface FoundPath {
  readonly start: number;
  readonly end: number;
  readonly row: number;
}

/** Finds the paths of samples in text. */
export class PathFinder {
  private readonly roots: readonly string[];
  private readonly bases: readonly string[];
  private readonly rowOf: ReadonlyMap<string, number>;

  /**
   * @param root real absolute path of the dataset
   * @param rowOf rows by POSIX path relative to it
   * @param named how the dataset, the text file and the folders of the workspace are named, through links perhaps
   */
  constructor(root: string, rowOf: ReadonlyMap<string, number>, named: Pick<PathMarksParams, "dataset" | "file" | "folders">) {
    const given = path.resolve(named.dataset);
    this.rowOf = rowOf;
    this.roots = [...new Set([root, given].map(slashed))];
    this.bases = [...new Set([path.dirname(path.resolve(named.file)), root, given, path.dirname(root), path.dirname(given), ...named.folders.map((folder) => path.resolve(folder))].map(slashed))];
  }

  /** The paths of samples in one line, from left to right. */
  pathsIn(line: string): FoundPath[] {
    const text = line.length > MOST_CHARACTERS ? line.slice(0, MOST_CHARACTERS) : line;
    const found: FoundPath[] = [];
    let from = 0;
    let looked = 0;
    ENDING.lastIndex = 0;
    for (let match = ENDING.exec(text); match !== null && looked < MOST_PATHS; match = ENDING.exec(text), looked++) {
      const end = match.index + match[0].length;
      for (const start of startsBefore(text, from, match.index)) {
        const row = this.rowOfPath(text.slice(start, end));
        if (row === undefined) continue;
        found.push({ start, end, row });
        from = end;
        break;
      }
    }
    return found;
  }

  /** The sample that a path names: relative to one of the bases, or absolute; with slashes, backslashes, or these doubled as in source code. */
  private rowOfPath(written: string): number | undefined {
    const row = this.lookUp(written);
    return row !== undefined || !written.includes("\\") ? row : this.lookUp(written.replace(/\\{1,2}/g, "/"));
  }

  private lookUp(name: string): number | undefined {
    if (/^(?:\/|[a-z]:\/)/i.test(name)) return this.below(path.posix.normalize(slashed(name)));
    for (const base of this.bases) {
      const row = this.below(path.posix.normalize(`${base}/${name}`));
      if (row !== undefined) return row;
    }
    return undefined;
  }

  private below(absolute: string): number | undefined {
    for (const root of this.roots) {
      const row = absolute.startsWith(`${root}/`) ? this.rowOf.get(absolute.slice(root.length + 1)) : undefined;
      if (row !== undefined) return row;
    }
    return undefined;
  }
}

/** Where the path that ends there may begin: the longest first, for names may hold blanks. */
function startsBefore(text: string, from: number, ending: number): number[] {
  const starts: number[] = [];
  const first = Math.max(from, ending - MOST_PATH_CHARACTERS);
  for (let at = ending - 1; at >= first && starts.length < MOST_STARTS; at--) {
    if (BEFORE.test(text[at])) {
      if (at + 1 < ending && !BEFORE.test(text[at + 1])) starts.push(at + 1);
    } else if (at === 0) starts.push(0);
  }
  return starts.reverse();
}

/** With slashes alone, and the drive of Windows in one case. */
function slashed(name: string): string {
  const forward = path.sep === "\\" ? name.replaceAll("\\", "/") : name;
  return forward.replace(/^[a-z]:/, (drive) => drive.toUpperCase()).replace(/(?<=.)\/$/, "");
}
