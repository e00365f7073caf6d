import * as l10n from "@vscode/l10n";
import type { SampleSizes } from "../core/indexing/sampleSizes.ts";
import { centrality, earliness, placesOf, preferredMembers, rankPreferred, type KeeperRule, type Ranking } from "../core/redundancy/keeperRule.ts";
import type { Constraints } from "../core/selection/constraints.ts";
import type { Ground } from "../core/selection/objective.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

const LARGEST: { readonly [unit in SampleSizes["unit"]]: () => string } = {
  pixels: () => l10n.t("the one with the most pixels"), characters: () => l10n.t("the one with the longest text"),
  "file bytes": () => l10n.t("the one with the largest file"), "record bytes": () => l10n.t("the one with the longest record"),
};

/** What a rule prefers, after "of near-duplicates"; null where the objective decides, or for what is no rule. */
export function preferredByRule(rule: unknown, sizes: SampleSizes | null): string | null {
  switch (rule) {
    case "central": return l10n.t("the one that is most like the others");
    case "largest": return sizes === null ? null : LARGEST[sizes.unit]();
    case "first": return l10n.t("the first by path");
    default: return null;
  }
}

/** For people: what a rule does to a selection; none where the objective decides as it does by itself. */
export function ruleNotes(rule: KeeperRule, sizes: SampleSizes | null): readonly string[] {
  if (rule === "important") return [];
  const preferred = preferredByRule(rule, sizes);
  return [preferred === null ? l10n.t("Vectors alone have no size: of near-duplicates the most important one is kept, as without the keeper rule \"largest\"")
    : l10n.t("Of near-duplicates {0} is kept where one of them is (keeper rule \"{1}\")", preferred, rule)];
}

/** Values by which a rule prefers samples; they do not change while an index is loaded. */
const known = new WeakMap<LoadedDataset, Map<KeeperRule, Float64Array | null>>();

/** A value for each row, the higher the rather kept of near-duplicates; null where the rule leaves it to the objective. */
export async function preferenceOf(loaded: LoadedDataset, rule: KeeperRule, signal: AbortSignal | undefined): Promise<Float64Array | null> {
  const ofLoaded = known.get(loaded) ?? new Map<KeeperRule, Float64Array | null>();
  known.set(loaded, ofLoaded);
  const made = ofLoaded.get(rule);
  if (made !== undefined) return made;
  const { dataset, matrix, sizes } = loaded.index;
  const preference = rule === "central" ? centrality(matrix, await loaded.clusters(loaded.threshold, signal))
    : rule === "first" ? earliness(dataset.files, dataset.fileOf, dataset.firstLine)
      : rule === "largest" ? sizes?.values ?? null : null;
  ofLoaded.set(rule, preference);
  return preference;
}

/**
 * The ranking by which a selection is solved: the ground's own, with each cluster's preferred member in the place of its
 * best where a rule or a hand prefers one.
 * @param byHand rows preferred by hand
 */
export async function rankingFor(
  loaded: LoadedDataset, rule: KeeperRule, byHand: readonly number[], ground: Ground, constraints: Constraints, signal: AbortSignal | undefined,
): Promise<Ranking> {
  const { deferred, isProtected, isExcluded } = constraints;
  const own: Ranking = { scores: ground.scores, byScore: ground.byScore, deferred };
  const preference = await preferenceOf(loaded, rule, signal);
  if (preference === null && byHand.length === 0) return own;
  const clusters = await loaded.clusters(loaded.threshold, signal);
  const choice = { preference, byHand, isProtected, isExcluded, deferred, placeByScore: placesOf(ground.byScore) };
  return rankPreferred(own, clusters, preferredMembers(clusters, choice), choice);
}
