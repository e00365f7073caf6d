import type { Explanation, SimilarSample } from "../protocol/engine.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import { explainDecision } from "./sentences.ts";
import { sampleView, similarSample } from "./views.ts";

const EXPLAINED_NEIGHBORS = 8;

/** Why a sample is kept or dropped by the current selection, with its keeper, cluster and neighbours. */
export async function explainSample(loaded: LoadedDataset, id: string): Promise<Explanation> {
  const { index } = loaded;
  const row = loaded.row(id);
  const seen = await loaded.snapshot();
  if (seen.selectionError !== null) throw seen.selectionError;
  const sample = await sampleView(loaded, seen, row);
  const clusters = await loaded.clusters();
  const cluster = clusters.clusterOf[row];
  const entry = seen.selection?.entryOf[row];
  const keeperRow = entry?.keeper === undefined ? undefined : loaded.rowOf.get(entry.keeper);
  const neighbors: SimilarSample[] = [];
  for (let r = 0; r < Math.min(EXPLAINED_NEIGHBORS, index.lists.k); r++) {
    const at = row * index.lists.k + r;
    if (index.lists.neighbors[at] >= 0) neighbors.push(await similarSample(loaded, seen, index.lists.neighbors[at], index.lists.similarities[at]));
  }
  const undecided = `${sample.protected ? "Protected: it is kept at every budget. " : ""}It is more important than ${Math.floor(sample.importanceRank * 100)}% of the samples. ${seen.selection === null ? "There is no selection to explain yet: prune to make one." : `It is not in the selection "${seen.selection.name}", which was made before it came: prune again.`}`;
  return {
    sample,
    selection: seen.selection?.name ?? null,
    reason: entry?.reason ?? null,
    sentence: entry === undefined || seen.selection === null ? undecided : explainDecision({
      reason: entry.reason, rank: sample.importanceRank, note: sample.note, keeper: entry.keeper ?? null, similarity: entry.similarity ?? 1,
      conflict: keeperRow === undefined ? null : loaded.labelConflict(row, keeperRow), selection: seen.selection.name,
      outdated: seen.selection.selection.header.datasetDigest !== index.datasetDigest,
    }),
    keeper: keeperRow === undefined ? null : await similarSample(loaded, seen, keeperRow, entry?.similarity ?? 0),
    cluster: cluster < 0 ? null : {
      size: clusters.offsets[cluster + 1] - clusters.offsets[cluster],
      representative: await sampleView(loaded, seen, clusters.members[clusters.offsets[cluster]]),
    },
    neighbors,
    importance: [
      { name: index.importance.name, value: index.importance.values[row] },
      ...(index.agreement === null || Number.isNaN(index.agreement[row]) ? [] : [{ name: "image-text agreement", value: index.agreement[row] }]),
      ...(index.hardness === null ? [] : [{ name: "AUM", value: index.hardness.aum[row] }]),
    ],
  };
}
