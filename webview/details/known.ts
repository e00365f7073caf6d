import * as l10n from "@vscode/l10n";
import { DROPPED, KEPT } from "../../src/protocol/columns.ts";
import type { SampleView } from "../../src/protocol/samples.ts";
import { DROP_REASONS, formatCount, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { reasonTitle } from "../samples/filterWords.ts";
import { placeOf } from "../samples/sampleCard.ts";

/** Members of a cluster that are shown where the neighbours are not known. */
const MOST_MEMBERS = 12;

export interface Beside {
  readonly row: number;
  readonly similarity: number;
}

/** The keeper of a dropped sample, by the columns. */
export function keeperOf({ store }: Inspected, row: number): Beside | null {
  const keeper = store.states?.keeper[row] ?? -1;
  return store.states === null || keeper < 0 ? null : { row: keeper, similarity: store.states.keeperSimilarity[row] };
}

/** The other members of the sample's cluster, with their similarity to its representative; none where it is alone. */
export function clusterOthers({ store }: Inspected, row: number): { readonly size: number; readonly representative: number; readonly others: readonly Beside[] } | null {
  const { clusters } = store;
  const cluster = clusters?.clusterOf[row] ?? -1;
  if (clusters === null || cluster < 0) return null;
  const { offsets, members, similarities } = clusters;
  const others: Beside[] = [];
  for (let at = offsets[cluster]; at < offsets[cluster + 1] && others.length < MOST_MEMBERS; at++) if (members[at] !== row) others.push({ row: members[at], similarity: similarities[at] });
  return { size: offsets[cluster + 1] - offsets[cluster], representative: members[offsets[cluster]], others };
}

/** The decision in a sentence, from the columns alone: for a report, and until the engine has explained it. */
export function decisionSentence(inspected: Inspected, row: number, keeper: SampleView | null): string {
  const { states } = inspected.store;
  if (states === null) return "";
  if (states.isExcluded[row] === 1) return l10n.t("Excluded by hand: kept at no budget.");
  if (states.decision[row] === KEPT) return states.isProtected[row] === 1 ? l10n.t("Kept: it is protected.") : l10n.t("Kept by the selection shown.");
  if (states.decision[row] !== DROPPED) return states.isProtected[row] === 1 ? l10n.t("Protected: kept at every budget.") : l10n.t("No selection is shown.");
  const code = states.reason[row];
  const reason = code === 0 ? l10n.t("by the selection shown") : reasonTitle(DROP_REASONS[code - 1]);
  return keeper === null ? l10n.t("Dropped: {0}.", reason)
    : l10n.t("Dropped: {0}; {1} stands for it, similarity {2}.", reason, placeOf(keeper), formatSimilarity(states.keeperSimilarity[row]));
}

export function samplesText(count: number): string {
  return count === 1 ? l10n.t("1 sample") : l10n.t("{0} samples", formatCount(count));
}
