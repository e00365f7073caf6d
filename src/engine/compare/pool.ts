import type { Config } from "../../core/config.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import type { CostSource } from "../../core/comparison/cost.ts";
import type { Dataset } from "../../core/dataset/dataset.ts";
import { labelsAreClasses } from "../../core/dataset/labels.ts";
import { InfomaxError } from "../../core/errors.ts";
import { resolveImportance } from "../../core/importance/resolveImportance.ts";
import type { DatasetIndex } from "../../core/indexing/datasetIndex.ts";
import { findNeighbors } from "../../core/indexing/findNeighbors.ts";
import { targetLeakage } from "../../core/metrics/redundancyMetrics.ts";
import { exactGroups } from "../../core/redundancy/exactGroups.ts";
import { LoadedDataset } from "../loadedDataset.ts";
import { digestOfSet, sharedClasses, sharedLabels, stacked, takeOfSet, type EmbeddedSet } from "./sets.ts";

type Stage = (name: string) => { readonly signal?: AbortSignal; readonly onProgress: (done: number, total: number) => void };

/** A source of candidates. */
export interface PoolSource {
  readonly set: EmbeddedSet;
  readonly kind: CompareResult["sources"][number]["kind"];
  readonly cost: CostSource;
}

/** All candidates of all sources, as one dataset that strategies choose from. */
export interface Pool {
  readonly loaded: LoadedDataset;
  readonly sources: readonly PoolSource[];
  /** Samples of each source before any was removed, and digests of them. */
  readonly sourceSizes: readonly number[];
  readonly sourceDigests: readonly string[];
  /** Candidates of each source that were removed as they are in a set that is judged on. */
  readonly leaked: readonly number[];
  /** Candidates of each source that are left. */
  readonly candidates: readonly number[];
  /** Share of the candidates that a redraw leaves out. */
  readonly leftOut: number;
  /** By row: the source, and the id within it. */
  readonly sourceOf: Uint32Array;
  readonly ids: readonly string[];
  /** By row: class among `classNames`, −1 for none. */
  readonly label: Int32Array;
  readonly classNames: readonly string[];
  /** Labels of the judging sets among `classNames`, in their order. */
  readonly judgedLabels: readonly Int32Array[];
  readonly notes: readonly string[];
}

const LEFT_OUT = 0.1;
/** As many labels may be classes of small sets; above it, and with fewer than two samples each, they are titles or answers. */
const MOST_TINY_CLASSES = 100;

/**
 * Joins the sources. What is, or nearly is, in a judging set is removed first.
 *
 * One source of which nothing is removed is taken as it was indexed; else neighbours and importance are found anew among
 * what is left, so that nothing that was removed has a say.
 * @param main the index of the first source; `sources[0].set` is it, or some of its rows
 * @param whole whether `sources[0].set` is all of it
 * @param judged sets that must not leak
 * @param sharing how many of `judged`, from the first, have the classes of the sources
 */
export async function buildPool(
  main: LoadedDataset, whole: boolean, config: Config, sources: readonly PoolSource[], judged: readonly EmbeddedSet[], sharing: number, stage: Stage,
): Promise<Pool> {
  const { names, codes } = sharedClasses([...sources.map(({ set }) => set.dataset.labelNames), ...judged.slice(0, sharing).map(({ dataset }) => dataset.labelNames)]);
  const all = stacked(sources.map(({ set }) => set.matrix));
  const digests = joinedDigests(sources.map(({ set }) => set.digests));
  const sourceOfAll = Uint32Array.from(sources.flatMap(({ set }, source) => new Array<number>(set.matrix.rows).fill(source)));
  const isLeaked = new Uint8Array(all.rows);
  const notes: string[] = [];
  for (const set of judged) {
    const { rows, isExact } = await targetLeakage(all, set.matrix, main.threshold, { samples: digests, target: set.digests }, stage("Looking for leaks"));
    for (const row of rows) isLeaked[row] = 1;
    if (rows.length === 0) continue;
    const exact = isExact.reduce((sum, own) => sum + own, 0);
    const bySource = sources.map(({ set: own }, source) => ({ name: own.name, found: rows.reduce((sum, row) => sum + (sourceOfAll[row] === source ? 1 : 0), 0), all: own.matrix.rows })).filter(({ found }) => found > 0);
    const shares = bySource.map(({ name, found, all: of }) => `${Number((100 * found / of).toPrecision(2))}% of "${name}"`).join(", ");
    notes.push(`${rows.length.toLocaleString("en-US")} ${rows.length === 1 ? "candidate is" : "candidates are"} in "${set.name}" too (${exact.toLocaleString("en-US")} exactly, the others at similarity ${main.threshold} or more; ${shares}) and ${rows.length === 1 ? "was" : "were"} removed before anything was selected`);
  }
  const leaked = sources.map((_, source) => isLeaked.reduce((sum, own, row) => sum + (own !== 0 && sourceOfAll[row] === source ? 1 : 0), 0));
  const left = sources.map(({ set }, source) => {
    const first = sources.slice(0, source).reduce((sum, other) => sum + other.set.matrix.rows, 0);
    return Uint32Array.from({ length: set.matrix.rows }, (_, row) => row).filter((row) => isLeaked[first + row] === 0);
  });
  const isIntact = sources.length === 1 && whole && leaked[0] === 0;
  const kept = sources.map(({ set }, source) => (leaked[source] === 0 ? set : takeOfSet(set, left[source])));
  const rows = kept.reduce((sum, { matrix }) => sum + matrix.rows, 0);
  if (rows === 0) throw new InfomaxError("empty-dataset", "all candidates are in the sets that are judged on, so there is nothing to choose from", "Name another target, or another dataset.");
  const given = Int32Array.from(kept.flatMap((set, source) => Array.from(sharedLabels(set.dataset.label, codes[source]))));
  const isNamed = areNames(given, names.length);
  if (isNamed) notes.push(`the candidates' ${names.length.toLocaleString("en-US")} labels are nearly all distinct and so taken for no classes: what needs classes is not defined`);
  const classNames = isNamed ? [] : names;
  const ofClasses = (label: Int32Array): Int32Array => (isNamed ? label.fill(-1) : label);
  const label = ofClasses(given);
  const loaded = isIntact ? main : await LoadedDataset.create(await joinedIndex(main.index, config, kept, label, classNames, main.threshold, stage), null);
  return {
    loaded, sources, leaked, label, classNames, notes, candidates: kept.map(({ matrix }) => matrix.rows), leftOut: LEFT_OUT,
    sourceSizes: sources.map(({ set }) => set.matrix.rows), sourceDigests: await Promise.all(sources.map(({ set }) => digestOfSet(set))),
    sourceOf: Uint32Array.from(kept.flatMap(({ matrix }, source) => new Array<number>(matrix.rows).fill(source))),
    ids: kept.flatMap(({ dataset }) => dataset.ids),
    judgedLabels: judged.slice(0, sharing).map(({ dataset }, at) => ofClasses(sharedLabels(dataset.label, codes[sources.length + at]))),
  };
}

/** Whether labels are names of samples rather than of classes: probes of as many classes would mean nothing, and fill the memory. */
function areNames(label: Int32Array, classes: number): boolean {
  return classes > MOST_TINY_CLASSES && !labelsAreClasses(label);
}

function joinedDigests(lists: readonly BigUint64Array[]): BigUint64Array {
  const joined = new BigUint64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    joined.set(list, at);
    at += list.length;
  }
  return joined;
}

/** An index of what is left of the sources, which is written nowhere. */
async function joinedIndex(
  main: DatasetIndex, given: Config, sets: readonly EmbeddedSet[], label: Int32Array, classNames: readonly string[], threshold: number, stage: Stage,
): Promise<DatasetIndex> {
  const isOne = sets.length === 1;
  // The near-duplicate threshold is a fact of the encoder and the first source: removals must not move it.
  const fixed = { ...given, threshold };
  // Columns and files say something of the first source alone.
  const config: Config = isOne ? fixed : {
    ...fixed, dynamics: null, importanceColumn: null, aumColumn: null, keeperRule: "important", importanceSource: typeof given.importanceSource === "object" ? "auto" : given.importanceSource,
  };
  const matrix = stacked(sets.map((set) => set.matrix));
  const digests = joinedDigests(sets.map((set) => set.digests));
  const own = sets[0].dataset;
  const dataset: Dataset = isOne ? { ...own, label, labelNames: classNames } : {
    ...own, count: matrix.rows, label, labelNames: classNames,
    ids: sets.flatMap(({ name, dataset: { ids } }) => ids.map((id) => `${name}:${id}`)),
    files: sets.map(({ name }) => name), fileOf: Uint32Array.from(sets.flatMap((set, source) => new Array<number>(set.matrix.rows).fill(source))),
    firstLine: new Uint32Array(matrix.rows), lastLine: new Uint32Array(matrix.rows), byteStart: new Float64Array(matrix.rows), byteLength: new Uint32Array(matrix.rows),
    split: new Uint8Array(matrix.rows), sourceRow: Uint32Array.from({ length: matrix.rows }, (_, row) => row), sourceRows: matrix.rows, rejected: [], notes: [], columns: new Map(),
  };
  const { lists, partition } = await findNeighbors(matrix, digests, config, isOne ? main : null, stage("Finding neighbours of what is left"));
  const agreement = isOne && main.agreement !== null ? rowsOf(main, own.ids, main.agreement) : null;
  const { importance, hardness, forgetting } = await resolveImportance(dataset, config, matrix, lists, { groupOf: exactGroups(digests).groupOf, agreement, ...stage("Scoring what is left") });
  const sizes = isOne && main.sizes !== null ? { unit: main.sizes.unit, values: rowsOf(main, own.ids, main.sizes.values) } : null;
  return { ...main, dataset, config, digests, matrix, lists, partition, importance, hardness, forgetting, agreement, sizes, stamps: null, images: [] };
}

/** Figures of the samples with these ids. */
function rowsOf({ dataset }: DatasetIndex, ids: readonly string[], values: Float64Array): Float64Array {
  const rowOf = new Map(dataset.ids.map((id, row) => [id, row]));
  return Float64Array.from(ids, (id) => values[rowOf.get(id) ?? 0]);
}
