import { SPLITS, type Dataset } from "../../core/dataset/dataset.ts";
import { labelsAreClasses } from "../../core/dataset/labels.ts";
import { stratifiedSample } from "../../core/selection/pilotSample.ts";

/** Of a dataset without a test split and a target. */
const HELD_OUT = 0.2;
const LEAST_HELD_OUT = 2;

export interface HeldOut {
  readonly rows: Uint32Array;
  /** All others: the candidates. */
  readonly rest: Uint32Array;
  readonly name: string;
  readonly note: string;
}

/** Rows that stand for the target where none is named: the test split, else a share of each class; null where they are too few. */
export function heldOutRows(dataset: Dataset, seed: number): HeldOut | null {
  const all = Uint32Array.from({ length: dataset.count }, (_, row) => row);
  const test = all.filter((row) => SPLITS[dataset.split[row]] === "test");
  if (test.length >= LEAST_HELD_OUT && test.length < dataset.count) {
    return { rows: test, rest: all.filter((row) => SPLITS[dataset.split[row]] !== "test"), name: "test split", note: `no target was named: the ${test.length.toLocaleString("en-US")} samples of the test split stand for it, and are no candidates` };
  }
  const size = Math.floor(HELD_OUT * dataset.count);
  if (size < LEAST_HELD_OUT) return null;
  const rows = stratifiedSample(dataset.count, labelsAreClasses(dataset.label) ? dataset.label : null, size, seed);
  const isHeld = new Set(rows);
  return { rows, rest: all.filter((row) => !isHeld.has(row)), name: "held out", note: `no target was named and there is no test split: ${size.toLocaleString("en-US")} samples (20% of each class) are held out to judge on, and are no candidates` };
}
