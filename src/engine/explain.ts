import * as l10n from "@vscode/l10n";
import type { Explanation, SampleView, SimilarSample } from "../protocol/samples.ts";
import { appliedSelection } from "./apply/appliedSelection.ts";
import { preferredByRule } from "./keeperRule.ts";
import type { LoadedDataset, Snapshot } from "./loadedDataset.ts";
import { explainDecision, ruleNamed } from "./sentences.ts";
import { sampleView, similarSample } from "./views.ts";

const EXPLAINED_NEIGHBORS = 8;

/** Why a sample is kept or dropped by a selection, the current one when none is named, with its keeper, cluster and neighbours. */
export async function explainSample(loaded: LoadedDataset, id: string, selection?: string): Promise<Explanation> {
  const { index } = loaded;
  const row = loaded.row(id);
  const seen = await snapshotWith(loaded, selection);
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
  const undecided = [
    ...decided(sample),
    l10n.t("It is more important than {0}% of the samples.", Math.floor(sample.importanceRank * 100)),
    seen.selection === null ? l10n.t("There is no selection to explain yet: prune to make one.")
      : l10n.t("It is not in the selection \"{0}\", which was made before it came: prune again.", seen.selection.name),
  ].join(" ");
  return {
    sample,
    selection: seen.selection?.name ?? null,
    reason: entry?.reason ?? null,
    sentence: entry === undefined || seen.selection === null ? undecided : explainDecision({
      reason: entry.reason, rank: sample.importanceRank, note: sample.note, keeper: entry.keeper ?? null, similarity: entry.similarity ?? 1,
      rule: ruleNamed(index.config.rules, entry.rule), protected: sample.protected, excluded: sample.excluded, preferred: sample.preferred,
      rulePrefers: cluster < 0 ? null : preferredByRule(seen.selection.selection.header.config["keeperRule"], index.sizes),
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
      ...(index.agreement === null || Number.isNaN(index.agreement[row]) ? [] : [{ name: l10n.t("image-text agreement"), value: index.agreement[row] }]),
      ...(index.hardness === null ? [] : [{ name: "AUM", value: index.hardness.aum[row] }]),
    ],
  };
}

/** What stands now, with the named selection in the place of the current one. */
async function snapshotWith(loaded: LoadedDataset, name: string | undefined): Promise<Snapshot> {
  const seen = await loaded.snapshot();
  if (name === undefined) return seen;
  const { header, entries, entryOf } = await appliedSelection(loaded, name);
  return { ...seen, selection: { name, selection: { header, entries }, entryOf }, selectionError: null };
}

/** What was decided by hand or by a rule, in a sentence; none where nothing was. */
function decided({ protected: isProtected, excluded, preferred, rule, note }: SampleView): readonly string[] {
  if (rule !== null) return [isProtected ? l10n.t("Protected by the rule \"{0}\" ({1}): it is kept at every budget.", rule, note ?? "") : l10n.t("Excluded by the rule \"{0}\" ({1}): it is kept at no budget.", rule, note ?? "")];
  if (isProtected) return [l10n.t("Protected: it is kept at every budget.")];
  if (excluded) return [note === null ? l10n.t("Excluded by hand: it is kept at no budget.") : l10n.t("Excluded by hand ({0}): it is kept at no budget.", note)];
  return preferred ? [l10n.t("Preferred: of its near-duplicates it is the one to keep, where one is kept.")] : [];
}
