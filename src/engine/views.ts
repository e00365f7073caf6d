import * as l10n from "@vscode/l10n";
import { SPLITS } from "../core/dataset/dataset.ts";
import { InfomaxError } from "../core/errors.ts";
import type { NeighborLists } from "../core/neighbors/neighborGraph.ts";
import { interruptedOperation } from "../core/quarantine/operations.ts";
import { toSimilarity } from "../core/neighbors/neighborSearch.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";
import type { DatasetSummary, NameCount } from "../protocol/dataset.ts";
import type { ClusterView } from "../protocol/redundancy.ts";
import type { SampleView, SimilarSample } from "../protocol/samples.ts";
import { indexKey } from "./blocks.ts";
import { messageIn, translated } from "./coreTexts.ts";
import { stateOf } from "./inForce.ts";
import type { LoadedDataset, Snapshot } from "./loadedDataset.ts";

const PREVIEW_CHARACTERS = 400;
const SHOWN_REJECTED = 100;
/** A multiple of four, so that the threshold lies on the edge of a bin. */
const HISTOGRAM_BINS = 48;

/** How one sample looks to a person. @param seen pins and selection, read once for all samples of an answer */
export async function sampleView(loaded: LoadedDataset, seen: Snapshot, row: number): Promise<SampleView> {
  const { dataset, importance } = loaded.index;
  const { protected: isProtected, excluded, preferred, rule, note } = stateOf(seen, row);
  const entry = seen.selection?.entryOf[row];
  return {
    id: dataset.ids[row],
    row,
    kind: dataset.kind,
    file: dataset.files[dataset.fileOf[row]],
    line: dataset.firstLine[row] === 0 ? null : dataset.firstLine[row],
    label: dataset.label[row] < 0 ? null : dataset.labelNames[dataset.label[row]],
    split: dataset.split[row] === 0 ? null : SPLITS[dataset.split[row]],
    text: dataset.kind === "image" ? null : await previewText(loaded, row),
    importance: importance.values[row],
    importanceRank: loaded.importanceRank[row],
    protected: isProtected,
    excluded,
    rule: rule?.name ?? null,
    preferred,
    note,
    status: entry?.decision ?? null,
  };
}

async function previewText(loaded: LoadedDataset, row: number): Promise<string> {
  try {
    const text = await loaded.content.textOf(row) ?? "";
    return text.length > PREVIEW_CHARACTERS ? `${text.slice(0, PREVIEW_CHARACTERS)}…` : text;
  } catch (thrown) {
    // The file changed or went since it was indexed: the view says so in the text's place.
    if (thrown instanceof InfomaxError) return `(${translated(thrown.problem)})`;
    throw thrown;
  }
}

export async function similarSample(loaded: LoadedDataset, seen: Snapshot, row: number, similarity: number): Promise<SimilarSample> {
  return { sample: await sampleView(loaded, seen, row), similarity: toSimilarity(similarity) };
}

/** One cluster with at most `most` members. */
export async function clusterView(loaded: LoadedDataset, seen: Snapshot, clusters: Clusters, cluster: number, most: number): Promise<ClusterView> {
  const { dataset } = loaded.index;
  const start = clusters.offsets[cluster];
  const end = clusters.offsets[cluster + 1];
  const labels = new Set<number>();
  const splits = new Set<number>();
  let exact = true;
  for (let at = start; at < end; at++) {
    const row = clusters.members[at];
    labels.add(dataset.label[row]);
    splits.add(dataset.split[row]);
    exact &&= loaded.index.digests[row] === loaded.index.digests[clusters.members[start]];
  }
  const members: SimilarSample[] = [];
  for (let at = start; at < Math.min(end, start + most); at++) members.push(await similarSample(loaded, seen, clusters.members[at], clusters.similarities[at]));
  return {
    // The first entry is the representative itself; the others fall in similarity.
    cluster, size: end - start, tightness: clusters.similarities[end - 1], exact,
    mixedLabels: labels.size > 1, crossesSplits: splits.size > 1, members,
  };
}

function counts(codes: ArrayLike<number>, names: readonly string[], isCounted: (code: number) => boolean): NameCount[] {
  const tally = new Uint32Array(names.length);
  for (let i = 0; i < codes.length; i++) if (isCounted(codes[i])) tally[codes[i]]++;
  return names.map((name, code) => ({ name, count: tally[code] })).filter((entry) => entry.count > 0);
}

/** How many times as far from 1 as the threshold the histogram begins: that is where what counts lies. */
const HISTOGRAM_REACH = 4;

/** The similarity of each sample to its nearest neighbour, in equal bins around the threshold. */
function similarityHistogram({ rows, k, similarities }: NeighborLists, threshold: number): DatasetSummary["similarityHistogram"] {
  const from = Math.max(0, 1 - HISTOGRAM_REACH * Math.max(0.01, 1 - threshold));
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (let i = 0; i < rows && k > 0; i++) {
    const place = Math.floor(((Math.min(1, similarities[i * k]) - from) / (1 - from)) * HISTOGRAM_BINS);
    counts[Math.max(0, Math.min(HISTOGRAM_BINS - 1, place))]++;
  }
  return { from, counts };
}

/** What was indexed, and what is redundant in it. */
export async function datasetSummary(loaded: LoadedDataset): Promise<DatasetSummary> {
  const { index, exact } = loaded;
  const { dataset, lists, hardness } = index;
  const clusters = await loaded.clusters();
  const seen = await loaded.snapshot();
  const notes = dataset.notes.map(translated);
  if (seen.selectionError !== null) notes.push(l10n.t("The selection \"{0}\" cannot be shown: {1}", loaded.currentSelection ?? "", messageIn(seen.selectionError)));
  let unfinished: DatasetSummary["unfinished"] = null;
  try {
    unfinished = dataset.layout === "images" ? await interruptedOperation(dataset.root) : null;
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError)) throw thrown;
    notes.push(l10n.t("What is in quarantine cannot be looked at: {0}", messageIn(thrown)));
  }
  return {
    key: indexKey(loaded),
    dataset: dataset.path,
    root: dataset.root,
    kind: dataset.kind,
    samples: dataset.count,
    classes: counts(dataset.label, dataset.labelNames, (code) => code >= 0),
    classNames: dataset.labelNames,
    splits: counts(dataset.split, SPLITS, (code) => code > 0),
    notes,
    rejected: dataset.rejected.slice(0, SHOWN_REJECTED).map(({ file, line, reason }) => ({ file, line, reason })),
    rejectedTotal: dataset.rejected.length,
    encoder: { name: index.encoder.name, dimensions: index.encoder.dimensions },
    importance: { name: index.importance.name, description: translated(index.importance.description) },
    neighbors: lists.k,
    threshold: { ...loaded.thresholdEvidence, source: index.config.threshold === "auto" ? "auto" : "set" },
    keeperRule: index.config.keeperRule,
    similarityHistogram: similarityHistogram(lists, loaded.threshold),
    labelNoise: hardness === null || hardness.noise === null ? null : { ...hardness.noise, method: translated(hardness.noise.method), probeAccuracy: hardness.probeAccuracy },
    duplicates: {
      exactGroups: exact.count,
      exactExtra: exact.groupOf.reduce((sum, group) => sum + (group >= 0 ? 1 : 0), 0) - exact.count,
      clusters: clusters.count,
      clusterExtra: clusters.members.length - clusters.count,
    },
    protectedCount: seen.protectedRows.size,
    protectedMissing: seen.missingPins,
    protectedByRules: seen.protectedRows.size - seen.pins.size,
    excludedByRules: seen.excludedRows.size - seen.excluded.size,
    rulesProblem: seen.rulesProblem === null ? null : messageIn(seen.rulesProblem),
    unfinished,
    excludedCount: seen.excludedRows.size,
    excludedMissing: seen.missingExcluded,
    preferredCount: seen.preferred.size,
    preferredMissing: seen.missingPreferred,
    currentSelection: seen.selection?.name ?? null,
    cost: index.config.cost,
    indexedAt: index.indexedAt,
    seconds: index.seconds,
  };
}
