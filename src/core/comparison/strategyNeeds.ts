import type { StrategyName } from "../curation/strategy.ts";
import type { StrategyNeeds } from "./cost.ts";

/**
 * Where scores come from: given with the data, so that nothing is to be paid; embeddings alone (prototype, density, rarity,
 * CLIP score); probes on embeddings, which learn from every label; a training run over all candidates.
 */
export type ScoreOrigin = "given" | "embeddings" | "probes" | "training";

export interface NeedsContext {
  readonly importance: ScoreOrigin;
  /** Where AUM and forgetting events come from; null where none are found. */
  readonly hardness: ScoreOrigin | null;
  /** The budget is shared among classes, for which every candidate's class must be known. */
  readonly usesClasses: boolean;
}

/** Strategies of a comparison that are not in {@link StrategyName}. */
export type ComparedStrategy = StrategyName | "infomax" | "image-search" | "text-search";

interface Rule {
  readonly content?: true;
  readonly labels?: true;
  readonly importance?: true;
  readonly hardness?: true;
}

/** What each rule reads of every candidate. Random draws first and pays for what it drew. */
const RULES: { readonly [name in ComparedStrategy]: Rule } = {
  random: {},
  "class-balanced-random": { labels: true },
  "top-importance": { importance: true },
  "el2n-cut": { importance: true, hardness: true, labels: true },
  forgetting: { hardness: true },
  moderate: { content: true, labels: true },
  ccs: { importance: true, hardness: true },
  d2: { content: true, importance: true, hardness: true },
  "k-center": { content: true },
  herding: { content: true },
  "facility-location": { content: true },
  "graph-cut": { content: true },
  semdedup: { content: true },
  "dedup-random": { content: true },
  infomax: { content: true, importance: true, hardness: true },
  "image-search": { content: true },
  "text-search": { content: true },
};

const ORIGINS: { readonly [origin in ScoreOrigin]: StrategyNeeds } = {
  given: { content: false, labels: false, training: false },
  embeddings: { content: true, labels: false, training: false },
  probes: { content: true, labels: true, training: false },
  training: { content: false, labels: true, training: true },
};

/** What a strategy must know of every candidate, from its own rule and from where its scores come. */
export function strategyNeeds(name: ComparedStrategy, context: NeedsContext): StrategyNeeds {
  const rule = RULES[name];
  const origins = [
    ...(rule.importance === true ? [ORIGINS[context.importance]] : []),
    ...(rule.hardness === true && context.hardness !== null ? [ORIGINS[context.hardness]] : []),
  ];
  return {
    content: rule.content === true || origins.some((origin) => origin.content),
    labels: rule.labels === true || context.usesClasses || origins.some((origin) => origin.labels),
    training: origins.some((origin) => origin.training),
  };
}
