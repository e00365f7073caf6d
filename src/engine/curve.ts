import * as l10n from "@vscode/l10n";
import type { Config } from "../core/config.ts";
import type { Strategy, StrategyInput } from "../core/curation/strategy.ts";
import { strategyNamed } from "../core/curation/strategies.ts";
import { InfomaxError, throwIfCancelled } from "../core/errors.ts";
import { chosenScale } from "../core/importance/scale.ts";
import { similarityGraph } from "../core/neighbors/neighborGraph.ts";
import type { SearchOptions } from "../core/neighbors/neighborSearch.ts";
import { seededPermutation } from "../core/random.ts";
import { curveBudgets, curvePoints, kneeOf, nestedCoverage, type CurvePoint } from "../core/selection/budgetCurve.ts";
import { FLOOR, parseBudget } from "../core/selection/constraints.ts";
import { choicesOf } from "../core/selection/choices.ts";
import { greedyFrom } from "../core/selection/greedy.ts";
import { redundancyLeft } from "../core/selection/keepers.ts";
import type { CurveResult, StrategyCurve } from "../protocol/budget.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import { soundDecisions } from "./pins.ts";
import { curveProblem, type CurveProblem, type Problem } from "./problem.ts";

/**
 * The budget curve of the nested greedy order, with α fixed at a reference budget and the noise cutoff of each size, random subsets to compare with, and
 * the strategies that are asked for, measured alike. Names of the method itself are passed over: it is always drawn.
 */
export async function datasetCurve(loaded: LoadedDataset, config: Config, requested: string, strategies: readonly string[], options: SearchOptions): Promise<CurveResult> {
  const { dataset, matrix } = loaded.index;
  const { signal } = options;
  const asked = [...new Set(strategies)].filter((name) => name !== "infomax").map(strategyNamed);
  const { problem, reference, order, protectedCount } = await nested(loaded, config, parseBudget(requested, dataset.count), signal);
  const { programme, constraints: { isExcluded, classPolicy } } = problem;
  const budgets = curveBudgets(dataset.count, protectedCount, order.length);
  const points = await curvePoints(programme, matrix, dataset.label, dataset.labelNames.length, order, budgets, config.seed, signal, isExcluded);
  const random = seededPermutation(dataset.count, config.seed + 1).filter((row) => isExcluded[row] === 0);
  const randomCoverage = (await nestedCoverage(matrix, random, budgets, config.seed, signal, isExcluded)).map(({ all }) => all);
  const { clusterOf, count } = await loaded.clusters();
  const randomDistinct = budgets.map((budget) => (budget * (1 - redundancyLeft(random.subarray(0, budget), clusterOf, count))) / programme.contents.count);
  const drawn: StrategyCurve[] = [];
  for (const strategy of asked) drawn.push(await strategyCurve(loaded, config, problem, strategy, budgets, options));
  return {
    samples: dataset.count, classes: new Set(dataset.label.filter((code) => code >= 0)).size,
    protectedFloor: protectedCount, referenceBudget: reference, points, randomCoverage, randomDistinct, knee: kneeOf(points), strategies: drawn,
    classShares: { policy: classPolicy, floor: FLOOR }, importanceScale: chosenScale(loaded.index.importance.values, config.importanceScale),
  };
}

/** The order in which samples are kept as the budget grows: the first p of it are what the curve shows of budget p. */
export async function nestedOrder(loaded: LoadedDataset, config: Config, requested: string, signal: AbortSignal | undefined): Promise<Uint32Array> {
  return (await nested(loaded, config, parseBudget(requested, loaded.index.dataset.count), signal)).order;
}

/** @param requested lowered to the number of samples that may be kept, where it is above */
async function nested(loaded: LoadedDataset, config: Config, requested: number, signal: AbortSignal | undefined): Promise<{ readonly problem: CurveProblem; readonly reference: number; readonly order: Uint32Array; readonly protectedCount: number }> {
  const decisions = await soundDecisions(loaded, signal);
  const allowed = loaded.index.dataset.count - decisions.excluded.size;
  if (allowed === 0) throw new InfomaxError("bad-budget", l10n.t("all samples are excluded, so there is nothing to keep"), l10n.t("Include some of them."));
  const reference = Math.min(requested, allowed);
  const problem = await curveProblem(loaded, config, { fixed: [...decisions.protected], excluded: [...decisions.excluded], preferred: [...decisions.preferred] }, reference, signal);
  const { programme, constraints } = problem;
  return { problem, reference, ...greedyFrom(programme, constraints, choicesOf(programme, constraints), allowed, problem.cutoffAt) };
}

/** A strategy measured at the given budgets: one order where it is nested, else one subset for each. */
async function strategyCurve(
  loaded: LoadedDataset, config: Config, { programme, constraints }: Problem, strategy: Strategy, budgets: readonly number[], options: SearchOptions,
): Promise<StrategyCurve> {
  const start = performance.now();
  const { dataset, matrix, lists, importance, hardness, forgetting } = loaded.index;
  const { clusterOf, count } = await loaded.clusters();
  const input: StrategyInput = {
    matrix, lists, graph: similarityGraph(lists), isPartitioned: loaded.index.partition !== null, importance: importance.values, aum: hardness?.aum ?? null, forgetting,
    label: dataset.label, classCount: dataset.labelNames.length, clusterOf, clusterCount: count,
    isProtected: constraints.isProtected, isExcluded: constraints.isExcluded,
    // Published strategies know shares or none.
    perClass: constraints.classPolicy === "floor" ? "none" : constraints.classPolicy, seed: config.seed,
  };
  const stop = options.signal === undefined ? {} : { signal: options.signal };
  const measure = (order: Uint32Array, at: readonly number[]): Promise<CurvePoint[]> =>
    curvePoints(programme, matrix, dataset.label, dataset.labelNames.length, order, at, config.seed, options.signal, constraints.isExcluded);
  const points: CurvePoint[] = [];
  if (strategy.nested) points.push(...await measure(await strategy.select(input, budgets[budgets.length - 1], stop), budgets));
  else {
    for (const budget of budgets) {
      throwIfCancelled(options.signal);
      points.push(...await measure(await strategy.select(input, budget, stop), [budget]));
    }
  }
  return { name: strategy.name, title: strategy.title, citation: strategy.citation, points, seconds: (performance.now() - start) / 1000 };
}

