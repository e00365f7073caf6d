import type { Config } from "../../core/config.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import type { StrategyNeeds } from "../../core/comparison/cost.ts";
import { strategyNeeds, type ComparedStrategy, type NeedsContext, type ScoreOrigin } from "../../core/comparison/strategyNeeds.ts";
import { mixSources } from "../../core/curation/mixture.ts";
import { retrieve } from "../../core/curation/retrieval.ts";
import type { StrategyInput } from "../../core/curation/strategy.ts";
import { STRATEGIES } from "../../core/curation/strategies.ts";
import { CancelledError, InfomaxError, throwIfCancelled } from "../../core/errors.ts";
import { similarityGraph } from "../../core/neighbors/neighborGraph.ts";
import { seededPermutation } from "../../core/random.ts";
import { requireBudget } from "../../core/selection/constraints.ts";
import { solve } from "../../core/selection/solve.ts";
import { labelsAreClasses } from "../../core/dataset/labels.ts";
import { problemFor } from "../problem.ts";
import type { Pool } from "./pool.ts";
import type { Guide, TextGuide } from "./textSearch.ts";

export const BASELINE = "random";
export const METHOD = "infomax";
export const IMAGE_SEARCH = "image-search";
export const TEXT_SEARCH = "text-search";

/** A strategy's answer at a budget: pool rows, or why there are none. */
export type Chosen = { readonly rows: Uint32Array; /** All that there is was taken, and the budget would have allowed more. */ readonly isSoldOut?: boolean } | { readonly notDefined: string };

/** What all strategies choose from this time. */
export interface Redraw {
  readonly number: number;
  /** Of whatever a strategy draws. */
  readonly seed: number;
  readonly input: StrategyInput;
}

/** A strategy of a comparison. */
export interface Contender {
  readonly about: CompareResult["strategies"][number];
  /** Whether its answer at a budget is the beginning of its answer at a larger one, in the same order. */
  readonly isNested: boolean;
  /** The answers at some budgets, each ≥ 1. @throws CancelledError */
  choose(redraw: Redraw, budgets: readonly number[], signal: AbortSignal | undefined): Promise<readonly Chosen[]>;
}

/**
 * Redraws: each leaves another tenth of the candidates out, the same one for all strategies. Protected samples stay.
 */
export async function redrawsOf(pool: Pool, config: Config, decided: { readonly isProtected: Uint8Array; readonly isExcluded: Uint8Array }, count: number, signal: AbortSignal | undefined): Promise<Redraw[]> {
  const { index } = pool.loaded;
  const { clusterOf, count: clusterCount } = await pool.loaded.clusters(pool.loaded.threshold, signal);
  const perClass = labelsAreClasses(index.dataset.label) && config.perClass !== "floor" ? config.perClass : "none";
  const common = {
    matrix: index.matrix, lists: index.lists, graph: similarityGraph(index.lists), isPartitioned: index.partition !== null, importance: index.importance.values, aum: index.hardness?.aum ?? null,
    forgetting: index.forgetting, label: index.dataset.label, classCount: index.dataset.labelNames.length, clusterOf, clusterCount, isProtected: decided.isProtected, perClass,
  };
  const free = Uint32Array.from({ length: index.matrix.rows }, (_, row) => row).filter((row) => decided.isProtected[row] === 0 && decided.isExcluded[row] === 0);
  return Array.from({ length: count }, (_, number) => {
    const seed = config.seed * 7919 + 101 * number + 1;
    const isExcluded = decided.isExcluded.slice();
    const order = seededPermutation(free.length, seed);
    // The same share of every source, so that how many each has left is known beforehand.
    pool.sources.forEach((_, source) => {
      const own = order.filter((at) => pool.sourceOf[free[at]] === source);
      for (let at = 0; at < Math.floor(pool.leftOut * own.length); at++) isExcluded[free[own[at]]] = 1;
    });
    return { number, seed: seed + 1, input: { ...common, isExcluded, seed: seed + 1 } };
  });
}

/** What a strategy chooses among, for people. */
const AMONG = "candidates of a redraw, which leaves a tenth and all that is excluded out";

/** Runs a choice; what it cannot do by its nature is a stated reason. */
async function tried(work: () => Promise<Uint32Array>): Promise<Chosen> {
  try {
    return { rows: await work() };
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError) || thrown instanceof CancelledError) throw thrown;
    return { notDefined: thrown.problem };
  }
}

/** Answers of a rule whose prefixes are its answers at smaller budgets: the largest that is possible is asked for once. */
async function prefixes(budgets: readonly number[], most: number, pinned: number, order: (budget: number) => Promise<Uint32Array>): Promise<Chosen[]> {
  const possible = budgets.filter((budget) => budget <= most && budget >= pinned);
  const all = possible.length === 0 ? null : await tried(() => order(Math.max(...possible)));
  return Promise.all(budgets.map((budget) => tried(async () => {
    requireBudget(budget, pinned, most, AMONG);
    if (all === null) throw new RangeError("a budget was neither possible nor refused");
    if ("notDefined" in all) throw new InfomaxError("bad-argument", all.notDefined, "Choose another strategy.");
    return all.rows.slice(0, budget);
  })));
}

const countOf = (flags: Uint8Array, value: number): number => flags.reduce((sum, flag) => sum + (flag === value ? 1 : 0), 0);
const allowedOf = ({ isProtected, isExcluded }: StrategyInput): number => isExcluded.reduce((sum, excluded, row) => sum + (excluded === 0 || isProtected[row] !== 0 ? 1 : 0), 0);

/** Where importance and hardness come from, for what they cost. */
function needsContext(pool: Pool, config: Config): NeedsContext {
  const { importance, hardness, dataset } = pool.loaded.index;
  const isImported = config.importanceColumn !== null || typeof config.importanceSource === "object";
  const isTrained = ["el2n", "aum", "forgetting", "entropy", "margin", "dual"].includes(importance.name);
  const trained: ScoreOrigin = config.dynamics !== null ? "training" : "probes";
  return {
    importance: isImported ? "given" : isTrained ? trained : importance.name === "uniform" ? "given" : "embeddings",
    hardness: hardness === null ? null : config.aumColumn !== null ? "given" : trained,
    usesClasses: labelsAreClasses(dataset.label) && config.perClass !== "none" && config.perClass !== "floor",
  };
}

export interface ContenderOptions {
  /** Names; null for all that there are. */
  readonly names: readonly string[] | null;
  readonly mixtures: readonly { readonly name: string; readonly shares: readonly number[] }[];
  /** What embedding search goes toward, or why there is nothing; null where it is not compared. */
  readonly guide: Guide | { readonly notDefined: string } | null;
  /** Texts to search with. */
  readonly texts: TextGuide | null;
}

/** EL2N is not what a dataset with another importance is cut by. */
function titleOf({ name, title }: (typeof STRATEGIES)[number], importance: string): string {
  return name === "el2n-cut" && importance !== "el2n" ? `Top importance (${importance}) after the noise cutoff` : title;
}

/** The strategies that are compared, the random baseline first. */
export function contendersOf(pool: Pool, config: Config, { names, mixtures, guide, texts }: ContenderOptions): Contender[] {
  const context = needsContext(pool, config);
  const hasFloors = config.perClass === "floor" && labelsAreClasses(pool.loaded.index.dataset.label);
  const wanted = (name: string): boolean => name === BASELINE || names === null || names.includes(name);
  const about = (name: ComparedStrategy, title: string, citation: string): Contender["about"] => ({ name, title, citation, shares: null, needs: needsOf(name, context, hasFloors) });
  const listed: Contender[] = STRATEGIES.filter(({ name }) => wanted(name)).map((strategy) => ({
    about: about(strategy.name, titleOf(strategy, pool.loaded.index.importance.name), strategy.citation), isNested: strategy.nested,
    choose: async ({ input }, budgets, signal) => {
      const pinned = countOf(input.isProtected, 1);
      const most = allowedOf(input);
      const stop = signal === undefined ? {} : { signal };
      if (strategy.nested) return prefixes(budgets, most, pinned, (budget) => strategy.select(input, budget, stop));
      const answers: Chosen[] = [];
      for (const budget of budgets) {
        throwIfCancelled(signal);
        answers.push(await tried(() => {
          requireBudget(budget, pinned, most, AMONG);
          return strategy.select(input, budget, stop);
        }));
      }
      return answers;
    },
  }));
  if (wanted(METHOD)) listed.push({ about: about(METHOD, "InfoMax", "Tan et al., Data Pruning by Information Maximization, ICLR 2025, arXiv 2506.01701"), isNested: false, choose: (redraw, budgets, signal) => infomax(pool, config, redraw, budgets, signal) });
  if (guide !== null) listed.push({ about: about(IMAGE_SEARCH, "Embedding search toward the target", "img2img of SELECT (Feuer et al., NeurIPS 2024, arXiv 2410.05057)"), isNested: true, choose: searching(guide) });
  // Most encoders have no text half, which is no news.
  if (texts !== null && (!("notDefined" in texts) || texts.isNews || names?.includes(TEXT_SEARCH) === true)) {
    listed.push({ about: about(TEXT_SEARCH, "Text search toward the classes", "txt2img of SELECT (Feuer et al., NeurIPS 2024, arXiv 2410.05057)"), isNested: true, choose: searching(texts) });
  }
  const needs = strategyNeeds("random", { ...context, usesClasses: false });
  const shares = (of: number): number[] => pool.sources.map((_, source) => (source === of ? 1 : 0));
  const singles = pool.sources.length < 2 ? [] : pool.sources.map(({ set }, source) => mixture(pool, `source-${set.name}`, `Random of "${set.name}" alone`, shares(source), needs));
  return [...listed, ...singles, ...mixtures.map((own) => mixture(pool, `mixture-${own.name}`, `Mixture "${own.name}"`, own.shares, needs))];
}

/** Search toward queries, class after class. */
function searching(guide: Guide | { readonly notDefined: string }): Contender["choose"] {
  if ("notDefined" in guide) return (_, budgets) => Promise.resolve(budgets.map(() => ({ notDefined: guide.notDefined })));
  const { matrix: queries, label: queryLabel } = guide;
  return ({ input }, budgets, signal) => prefixes(budgets, allowedOf(input), countOf(input.isProtected, 1), async (budget) => {
    const { matrix: pool, isProtected, isExcluded, seed } = input;
    return (await retrieve({ pool, queries, queryLabel, isProtected, isExcluded, seed }, budget, signal === undefined ? {} : { signal })).rows;
  });
}

/** Search knows no classes of candidates; floors of classes are known to InfoMax alone. */
function needsOf(name: ComparedStrategy, context: NeedsContext, hasFloors: boolean): StrategyNeeds {
  return strategyNeeds(name, { ...context, usesClasses: name === IMAGE_SEARCH || name === TEXT_SEARCH ? false : context.usesClasses || (name === METHOD && hasFloors) });
}

async function infomax(pool: Pool, config: Config, { input }: Redraw, budgets: readonly number[], signal: AbortSignal | undefined): Promise<Chosen[]> {
  const fixed: number[] = [];
  const excluded: number[] = [];
  for (let row = 0; row < input.isExcluded.length; row++) {
    if (input.isProtected[row] !== 0) fixed.push(row);
    else if (input.isExcluded[row] !== 0) excluded.push(row);
  }
  const allowed = allowedOf(input);
  const answers: Chosen[] = [];
  for (const budget of budgets) {
    throwIfCancelled(signal);
    answers.push(await tried(async () => {
      requireBudget(budget, fixed.length, allowed, AMONG);
      const { programme, constraints } = await problemFor(pool.loaded, config, { fixed, excluded, preferred: [] }, budget, signal);
      return solve(programme, constraints, budget, config.solver).kept;
    }));
  }
  return answers;
}

/** Random samples of the sources at stated shares; one that runs dry ends it. */
function mixture(pool: Pool, name: string, title: string, shares: readonly number[], needs: StrategyNeeds): Contender {
  return {
    about: { name, title, citation: "Uniform sampling within each source at stated shares", shares: [...shares], needs }, isNested: true,
    choose: async ({ input, seed }, budgets) => {
      const drawn = seededPermutation(input.matrix.rows, seed).filter((row) => input.isExcluded[row] === 0);
      const orders = pool.sources.map((_, source) => drawn.filter((row) => pool.sourceOf[row] === source));
      const mixed = mixSources(pool.sources.map(({ set }, source) => ({ name: set.name, share: shares[source], order: orders[source] })), Math.max(...budgets));
      return budgets.map((budget): Chosen => {
        if (budget <= mixed.rows.length) return { rows: mixed.rows.slice(0, budget) };
        return { notDefined: mixed.end?.reason ?? `there ${mixed.rows.length === 1 ? "is 1 candidate" : `are ${mixed.rows.length} candidates`}, and the budget is ${budget}` };
      });
    },
  };
}
