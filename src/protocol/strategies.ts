/**
 * The strategies to compare with, as the inspector names them, before the engine is asked and after. Their titles are made
 * as this is loaded, which is after the inspector has configured its language. Pure. A test holds them to the core's.
 */
import * as l10n from "@vscode/l10n";

export interface StrategyName {
  readonly name: string;
  readonly title: string;
}

export const STRATEGIES: readonly StrategyName[] = [
  { name: "random", title: l10n.t("Random") },
  { name: "class-balanced-random", title: l10n.t("Class-balanced random") },
  { name: "top-importance", title: l10n.t("Top importance") },
  { name: "el2n-cut", title: l10n.t("EL2N after the noise cutoff") },
  { name: "forgetting", title: l10n.t("Most forgotten first") },
  { name: "moderate", title: l10n.t("Moderate") },
  { name: "ccs", title: l10n.t("Coverage-centric (CCS)") },
  { name: "d2", title: l10n.t("D2 pruning") },
  { name: "k-center", title: l10n.t("k-center greedy") },
  { name: "herding", title: l10n.t("Herding") },
  { name: "facility-location", title: l10n.t("Facility location") },
  { name: "graph-cut", title: l10n.t("Graph cut") },
  { name: "semdedup", title: l10n.t("SemDeDup") },
  { name: "dedup-random", title: l10n.t("Near-duplicates removed, then random") },
];
