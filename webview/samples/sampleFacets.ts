/** How many samples each choice of a filter would list, the other parts of the filter kept. Pure. */
import { DROPPED, KEPT, UNDECIDED } from "../../src/protocol/columns.ts";
import { DROP_REASONS } from "../../src/protocol/words.ts";
import { matchingRows, type FilterColumns, type SampleFilter, type StateName } from "./sampleFilter.ts";

export interface Facets {
  /** By the code in the column `label`, and one entry more for samples without a label. */
  readonly labels: Uint32Array;
  /** By the code in the column `split`. */
  readonly splits: Uint32Array;
  readonly states: { readonly [state in StateName]: number };
  /** As DROP_REASONS. */
  readonly reasons: Uint32Array;
  readonly inCluster: number;
  readonly alone: number;
}

export function facetsOf(filter: SampleFilter, columns: FilterColumns): Facets {
  const { base, states, clusters } = columns;
  const classes = columns.classNames.length;
  const labels = new Uint32Array(classes + 1);
  for (const row of matchingRows({ ...filter, labels: null }, columns)) labels[base.label[row] < 0 ? classes : base.label[row]]++;
  const splits = new Uint32Array(columns.splitNames.length);
  for (const row of matchingRows({ ...filter, split: null }, columns)) splits[base.split[row]]++;

  const decisions = new Uint32Array(3);
  const byHand = { protected: 0, excluded: 0, preferred: 0 };
  const reasons = new Uint32Array(DROP_REASONS.length);
  if (states !== null) {
    for (const row of matchingRows({ ...filter, state: null }, columns)) {
      decisions[states.decision[row]]++;
      byHand.protected += states.isProtected[row];
      byHand.excluded += states.isExcluded[row];
      byHand.preferred += states.isPreferred[row];
    }
    for (const row of matchingRows({ ...filter, reason: null }, columns)) if (states.reason[row] > 0) reasons[states.reason[row] - 1]++;
  }
  let inCluster = 0;
  let alone = 0;
  if (clusters !== null) for (const row of matchingRows({ ...filter, place: null }, columns)) if (clusters.clusterOf[row] >= 0) inCluster++; else alone++;
  return { labels, splits, states: { kept: decisions[KEPT], dropped: decisions[DROPPED], undecided: decisions[UNDECIDED], ...byHand }, reasons, inCluster, alone };
}
