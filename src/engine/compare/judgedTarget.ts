import { labelsAreClasses } from "../../core/dataset/labels.ts";
import { LEAST_OF_CLASS } from "../../core/evaluation/predictions.ts";
import { stratifiedSample } from "../../core/selection/pilotSample.ts";
import { TASK_TEST, type MeasureInput } from "./measure.ts";
import { takeOfSet, type EmbeddedSet } from "./sets.ts";
import type { Guide } from "./textSearch.ts";

/** Target samples that embedding search may look at, as a share and at most; nobody is judged on them. */
const GUIDE_SHARE = 0.1;
const MOST_GUIDES = 1000;
/** Of fewer samples an accuracy is off by more than five points by chance, which is more than most strategies differ by. */
const FEW_SAMPLES = 400;
const FEW_OF_CLASS = 5;

export interface JudgedTarget {
  /** What embedding search goes toward, or why there is nothing; null where nobody searches. */
  readonly guide: Guide | { readonly notDefined: string } | null;
  /** What is left to judge on. */
  readonly judged: { readonly set: EmbeddedSet; readonly label: Int32Array };
  /** Samples that are set aside. */
  readonly aside: number;
}

/** The part of the target that embedding search looks at, and what is left to judge on. */
export function divideTarget(target: EmbeddedSet, label: Int32Array, wantsSearch: boolean, seed: number): JudgedTarget {
  const size = Math.min(MOST_GUIDES, Math.floor(GUIDE_SHARE * target.matrix.rows));
  if (size === 0) {
    const judged = { set: target, label };
    if (!wantsSearch) return { guide: null, judged, aside: 0 };
    const few = target.matrix.rows === 1 ? "there is 1 target sample" : `there are ${target.matrix.rows} target samples`;
    return { guide: { notDefined: `${few}, and a tenth of them would guide the search` }, judged, aside: 0 };
  }
  const guides = stratifiedSample(target.matrix.rows, labelsAreClasses(label) ? label : null, size, seed + 1);
  const isGuide = new Set(guides);
  const rest = Uint32Array.from({ length: target.matrix.rows }, (_, row) => row).filter((row) => !isGuide.has(row));
  const take = (rows: Uint32Array): Int32Array => Int32Array.from(rows, (row) => label[row]);
  // Left out also where nobody searches: what all others are judged on must not hang on that.
  return { guide: wantsSearch ? { matrix: takeOfSet(target, guides).matrix, label: take(guides) } : null, judged: { set: takeOfSet(target, rest), label: take(rest) }, aside: size };
}

/** What is to be said of a set that shares some of its classes with the candidates, and not all. */
export function strangers(candidates: Int32Array, name: string, label: Int32Array): string[] {
  const known = new Set(candidates);
  const classes = [...new Set(label)].filter((code) => code >= 0);
  const lost = classes.filter((code) => !known.has(code)).length;
  if (lost === 0 || lost === classes.length) return [];
  return [`${lost.toLocaleString("en-US")} of the ${classes.length.toLocaleString("en-US")} classes of "${name}" ${lost === 1 ? "is" : "are"} of no candidate, so that nothing is right about ${lost === 1 ? "its" : "their"} samples`];
}

/**
 * What is to be said of a set on which little can be told: how far an accuracy near one half is off by the chance of its
 * samples alone (normal approximation of the binomial, 95%), classes of a few samples, and a single class.
 * @param judgedOn share of the samples that is judged on, where others teach
 */
export function smallness(name: string, label: Int32Array, judgedOn = 1): string[] {
  const sizes = new Map<number, number>();
  for (const code of label) if (code >= 0) sizes.set(code, (sizes.get(code) ?? 0) + 1);
  const samples = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (samples === 0) return [];
  const notes: string[] = [];
  if (samples < FEW_SAMPLES) {
    const off = Math.min(50, Math.round((1.96 * 50) / Math.sqrt(Math.max(1, judgedOn * samples))));
    notes.push(`"${name}" has ${samples.toLocaleString("en-US")} labelled ${samples === 1 ? "sample" : "samples"}${judgedOn < 1 ? ", some of which teach" : ""}: an accuracy near 50% is off by up to ${off} points by the chance of those alone, which the intervals over redraws do not show`);
  }
  const small = [...sizes.values()].filter((size) => size < FEW_OF_CLASS).length;
  if (sizes.size === 1) notes.push(`"${name}" has one class, so that accuracy on it says how often that class is named, and no more`);
  else if (small > 0) notes.push(`${small.toLocaleString("en-US")} of the ${sizes.size.toLocaleString("en-US")} classes of "${name}" ${small === 1 ? "has" : "have"} fewer than ${FEW_OF_CLASS} samples, so that the worst class's accuracy moves in large steps`);
  return notes;
}

/** How many samples decide where it is not the target: the smallest class that is judged by itself, sets of their own, the half of a task that is classified. */
export function testSizes(label: Int32Array, { shifted, tasks }: { readonly [sets in "shifted" | "tasks"]: readonly Pick<MeasureInput["shifted"][number], "name" | "label">[] }): ReadonlyMap<string, number> {
  const labelled = (own: Int32Array): number => own.reduce((sum, code) => sum + (code >= 0 ? 1 : 0), 0);
  const classes = new Map<number, number>();
  for (const code of label) if (code >= 0) classes.set(code, (classes.get(code) ?? 0) + 1);
  const smallest = Math.min(...[...classes.values()].filter((size) => size >= LEAST_OF_CLASS));
  return new Map([
    ...(Number.isFinite(smallest) ? [["worst-class", smallest] as const] : []),
    ...shifted.map((set) => [`shifted:${set.name}`, Math.max(1, labelled(set.label))] as const),
    ...tasks.map((task) => [`task:${task.name}`, Math.max(1, Math.floor(labelled(task.label) * TASK_TEST))] as const),
  ]);
}
