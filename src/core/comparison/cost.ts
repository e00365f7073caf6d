import { InfomaxError } from "../errors.ts";

/**
 * What a curation strategy costs, and what a budget buys with it. SELECT (Feuer et al., arXiv 2410.05057, section 2) calls
 * the choices that turn a cost into a dataset a strategy; here the cost has a fixed part, paid before the first sample is
 * kept, and a marginal one for each sample kept:
 *
 *   cost(n) = Σ_j fixed_j + Σ_j n_j · marginal_j,   n = Σ_j n_j over the sources j
 *   fixed_j = once_j + N_j · (what the strategy must pay for each of the N_j candidates that it looks at)
 *   marginal_j = acquire_j + label_j + train_j, less what fixed_j has paid for every candidate already
 *
 * So a strategy that chooses by labels pays for the labels of all candidates, not only of those that it keeps.
 * Money and time are kept apart and follow the same formula; seconds add up as if one thing were done after the other.
 */

/** Money in the currency of the comparison, and seconds; both finite and ≥ 0. */
export interface UnitCost {
  readonly money: number;
  readonly seconds: number;
}

/** How samples get their labels. */
export const LABEL_KINDS = ["experts", "crowd", "schema-match", "free"] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];

/** Prices for one sample, and `once` for the source as a whole (a licence, a crawler), paid where any of its candidates is looked at. */
export const PRICE_PARTS = ["acquire", "label", "embed", "train", "once"] as const;
export type PricePart = (typeof PRICE_PARTS)[number];
/** Money and time of a part are prices of their own. */
export const PRICES = PRICE_PARTS.flatMap((part) => (["money", "seconds"] as const).map((unit) => `${part}.${unit}` as const));
export type Price = (typeof PRICES)[number];
export type Prices = { readonly [part in PricePart]: UnitCost };
export type PriceEdits = { readonly [part in PricePart]?: { readonly [unit in keyof UnitCost]?: number | undefined } | undefined };

/** A source and its prices. */
export interface CostSource {
  readonly name: string;
  readonly labelKind: LabelKind;
  /**
   * "in-hand": candidates can be embedded before they are paid for, and `acquire` is due for those that are kept.
   * "on-purchase": whatever needs a sample's content pays `acquire` first.
   */
  readonly access: "in-hand" | "on-purchase";
  readonly prices: Prices;
  /** Those that nobody has given: still the placeholders below. */
  readonly placeholders: readonly Price[];
}

/** What placeholders are, where figures rest on them. */
export const PLACEHOLDER_NOTE = "round numbers that stand for no market; put your own in their place";

/** Placeholders for one label: round numbers in steps of ten, no market figures. */
const LABEL_PLACEHOLDERS: { readonly [kind in LabelKind]: UnitCost } = {
  experts: { money: 1, seconds: 60 },
  crowd: { money: 0.1, seconds: 10 },
  "schema-match": { money: 0.01, seconds: 1 },
  free: { money: 0, seconds: 0 },
};

const FREE: UnitCost = { money: 0, seconds: 0 };

/** Placeholders for all prices of a source with labels of a kind. */
function placeholderPrices(labelKind: LabelKind): Prices {
  return { acquire: { money: 0.01, seconds: 0 }, label: LABEL_PLACEHOLDERS[labelKind], embed: { money: 0, seconds: 0.01 }, train: { money: 0.001, seconds: 0.1 }, once: FREE };
}

/**
 * The price of training on one sample: `seconds = secondsPerSample · epochs`, `money = seconds / 3600 · pricePerHour`.
 * @param cost for one sample in one epoch; of the machine per hour
 */
export function trainPrice(cost: { readonly secondsPerSample: number; readonly epochs: number; readonly pricePerHour: number }): UnitCost {
  const seconds = cost.secondsPerSample * cost.epochs;
  return { money: (seconds / 3600) * cost.pricePerHour, seconds };
}

/**
 * A source with the given prices over the placeholders. Those that are 0 (`once`, free labels) are not among `placeholders`.
 * @throws InfomaxError bad-config for a price that is negative or no finite number
 */
export function pricedSource(name: string, labelKind: LabelKind, access: CostSource["access"], edits: PriceEdits = {}): CostSource {
  const base = placeholderPrices(labelKind);
  const price = (part: PricePart): UnitCost => ({ money: edits[part]?.money ?? base[part].money, seconds: edits[part]?.seconds ?? base[part].seconds });
  const prices: Prices = { acquire: price("acquire"), label: price("label"), embed: price("embed"), train: price("train"), once: price("once") };
  for (const part of PRICE_PARTS) {
    for (const unit of ["money", "seconds"] as const) {
      if (!(prices[part][unit] >= 0) || prices[part][unit] === Infinity) {
        throw new InfomaxError("bad-config", `the price "${part}.${unit}" of the source "${name}" is ${prices[part][unit]}`, "Give a finite number that is not negative.");
      }
    }
  }
  const placeholders = PRICE_PARTS.flatMap((part) => (["money", "seconds"] as const).flatMap((unit): Price[] => (edits[part]?.[unit] === undefined && base[part][unit] > 0 ? [`${part}.${unit}`] : [])));
  return { name, labelKind, access, prices, placeholders };
}

/** What a strategy must know of every candidate before it can choose. */
export interface StrategyNeeds {
  /** The content, as an embedding. */
  readonly content: boolean;
  readonly labels: boolean;
  /** A training run over all candidates (EL2N, AUM or forgetting of a real run). */
  readonly training: boolean;
}

/** A strategy as the cost model sees it. */
export interface CostPlan {
  readonly strategy: string;
  readonly needs: StrategyNeeds;
  /** Candidates of each source that the strategy looks at; 0 for a source that it leaves alone. */
  readonly candidates: readonly number[];
  /** Share of each source in what is kept, ≥ 0, together 1. */
  readonly shares: readonly number[];
}

/** At least one of the two is a limit; null is none. */
export interface Budget {
  readonly money: number | null;
  readonly seconds: number | null;
}

export interface Cost {
  readonly fixed: UnitCost;
  readonly total: UnitCost;
  /** The total by what it pays for. */
  readonly parts: Prices;
}

export type Purchase =
  | { readonly n: number; readonly counts: Uint32Array; readonly cost: Cost; /** What ran out. */ readonly limit: "money" | "seconds" | "candidates" }
  | { readonly notDefined: string };

/** What is due for every candidate rather than for those that are kept. */
function paidForAll(source: CostSource, needs: StrategyNeeds): { readonly [part in PricePart]: boolean } {
  const seesContent = needs.content || needs.training;
  // Labels are put on content: a label of a sample that is not in hand cannot be made.
  const acquire = source.access === "on-purchase" && (seesContent || needs.labels);
  return { acquire, label: needs.labels || needs.training, embed: needs.content, train: needs.training, once: false };
}

/** What one more kept sample of a source costs. The subset is trained on anew, so `train` is due even after a run over all. */
export function marginalCost(source: CostSource, needs: StrategyNeeds): UnitCost {
  const all = paidForAll(source, needs);
  const { acquire, label, train } = source.prices;
  const sum = (unit: keyof UnitCost): number => (all.acquire ? 0 : acquire[unit]) + (all.label ? 0 : label[unit]) + train[unit];
  return { money: sum("money"), seconds: sum("seconds") };
}

/** What is due before the first sample of a source is kept. */
function fixedCost(source: CostSource, needs: StrategyNeeds, candidates: number): UnitCost {
  const all = paidForAll(source, needs);
  const { acquire, label, embed, train, once } = source.prices;
  const sum = (unit: keyof UnitCost): number =>
    (candidates > 0 ? once[unit] : 0) + candidates * ((all.acquire ? acquire[unit] : 0) + (all.label ? label[unit] : 0) + (all.embed ? embed[unit] : 0) + (all.train ? train[unit] : 0));
  return { money: sum("money"), seconds: sum("seconds") };
}

function checkPlan(sources: readonly CostSource[], plan: CostPlan): void {
  const wrong = (problem: string, remedy: string): InfomaxError => new InfomaxError("bad-argument", `${problem} (strategy "${plan.strategy}")`, remedy);
  if (plan.candidates.length !== sources.length || plan.shares.length !== sources.length) throw wrong(`there are ${sources.length} sources, ${plan.candidates.length} numbers of candidates and ${plan.shares.length} shares`, "Give one of each for every source.");
  if (!plan.candidates.every((count) => Number.isInteger(count) && count >= 0)) throw wrong("a number of candidates is no whole number from 0 up", "Count the candidates of each source.");
  const total = plan.shares.reduce((sum, share) => sum + share, 0);
  if (!plan.shares.every((share) => share >= 0) || !(Math.abs(total - 1) <= 1e-6)) throw wrong(`the shares of the sources are ${plan.shares.join(", ")}`, "Give shares that are not negative and add up to 1.");
}

/**
 * The cost of keeping so many samples of each source; the shares of the plan play no part.
 * @param counts kept samples of each source, none above its candidates
 * @throws InfomaxError bad-argument where sources, plan and counts do not fit
 */
export function costOfCounts(sources: readonly CostSource[], plan: CostPlan, counts: ArrayLike<number>): Cost {
  checkPlan(sources, plan);
  const total = { money: 0, seconds: 0 };
  const fixed = { money: 0, seconds: 0 };
  const parts = { acquire: { money: 0, seconds: 0 }, label: { money: 0, seconds: 0 }, embed: { money: 0, seconds: 0 }, train: { money: 0, seconds: 0 }, once: { money: 0, seconds: 0 } };
  const pay = (part: PricePart, price: UnitCost, times: number, isFixed: boolean): void => {
    for (const unit of ["money", "seconds"] as const) {
      const due = price[unit] * times;
      parts[part][unit] += due;
      total[unit] += due;
      if (isFixed) fixed[unit] += due;
    }
  };
  sources.forEach((source, j) => {
    const { prices } = source;
    const all = paidForAll(source, plan.needs);
    const candidates = plan.candidates[j];
    const kept = counts[j];
    if (!(kept >= 0) || kept > candidates) throw new InfomaxError("bad-argument", `${kept} of ${candidates} candidates of "${source.name}" cannot be kept`, "Keep at most the candidates.");
    if (candidates > 0) pay("once", prices.once, 1, true);
    for (const part of ["acquire", "label", "embed", "train"] as const) if (all[part]) pay(part, prices[part], candidates, true);
    for (const part of ["acquire", "label"] as const) if (!all[part]) pay(part, prices[part], kept, false);
    pay("train", prices.train, kept, false);
  });
  return { fixed, total, parts };
}

/**
 * Whole samples of each source for n in all, by Webster's divisors (Sainte-Laguë; Balinski & Young 1982): one more
 * sample in all is one more of exactly one source, so a cost never falls as n grows. Ties go to the earlier source.
 * @param shares ≥ 0, together 1
 */
export function countsOfShares(n: number, shares: readonly number[]): Uint32Array {
  // Rounding at a divisor is Webster's answer for its own sum, which here is between n − m and n (Pukelsheim 2014, section 4.6).
  const used = shares.filter((share) => share > 0).length;
  const counts = Uint32Array.from(shares, (share) => (share > 0 ? Math.max(0, Math.floor(share * (n - used / 2) + 0.5)) : 0));
  let sum = counts.reduce((total, count) => total + count, 0);
  while (sum < n) {
    let next = -1;
    let most = 0;
    for (let j = 0; j < shares.length; j++) {
      const standing = shares[j] / (2 * counts[j] + 1);
      if (standing > most) {
        most = standing;
        next = j;
      }
    }
    counts[next]++;
    sum++;
  }
  return counts;
}

/** The cost of n samples at the plan's shares. See {@link costOfCounts}. */
export function costOfSamples(sources: readonly CostSource[], plan: CostPlan, n: number): Cost {
  checkPlan(sources, plan);
  return costOfCounts(sources, plan, countsOfShares(n, plan.shares));
}

/** Sums of prices are off by some 1e-16 of themselves: ten times 0.1 is to fit into 1. */
const SLACK = 1 + 1e-9;

function overrun(cost: UnitCost, budget: Budget): "money" | "seconds" | null {
  if (budget.money !== null && cost.money > budget.money * SLACK) return "money";
  return budget.seconds !== null && cost.seconds > budget.seconds * SLACK ? "seconds" : null;
}

/** A limit in words, at most six significant digits. */
function amount(value: number, unit: "money" | "seconds", currency: string): string {
  const figure = Number(value.toPrecision(6));
  return unit === "money" ? `${figure} ${currency}` : `${figure} seconds`;
}

function checkBudget(budget: Budget): void {
  const limits = [budget.money, budget.seconds].filter((limit) => limit !== null);
  if (limits.length === 0 || !limits.every((limit) => limit >= 0 && limit < Infinity)) {
    throw new InfomaxError("bad-budget", `a budget of ${budget.money ?? "any"} money and ${budget.seconds ?? "any"} seconds is no limit`, "Give money, seconds or both, finite and not negative.");
  }
}

/**
 * The largest n in 0 … most that `fits`, which is true up to some n and false from there on; −1 where not even 0 does.
 * @param guess where it may lie: the search widens from there, so that a good guess saves most of its steps; null for none
 */
function lastFitting(most: number, fits: (n: number) => boolean, guess: number | null = null): number {
  let low = -1;
  let high = most + 1;
  let width = 1;
  for (let at = guess === null ? -1 : Math.max(0, Math.min(most, guess)); low < at && at < high; width *= 2) {
    if (fits(at)) low = at;
    else high = at;
    // From one side of it towards the other, ever wider, until it is between the two.
    at = low === at ? Math.min(most, at + width) : Math.max(0, at - width);
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** How many samples {@link samplesWithin} buys; 0 where it buys none. */
export function countWithin(sources: readonly CostSource[], plan: CostPlan, budget: Budget): number {
  checkPlan(sources, plan);
  checkBudget(budget);
  const { candidates, shares, needs } = plan;
  let total = 0;
  let most = Infinity;
  // Costs are linear in the counts, so a few sums stand for the cost part by part.
  const fixed = { money: 0, seconds: 0 };
  const each = { money: 0, seconds: 0 };
  const marginal = sources.map((source, j) => {
    const own = marginalCost(source, needs);
    const before = fixedCost(source, needs, candidates[j]);
    total += candidates[j];
    if (shares[j] > 0) most = Math.min(most, candidates[j] / shares[j]);
    for (const unit of ["money", "seconds"] as const) {
      fixed[unit] += before[unit];
      each[unit] += shares[j] * own[unit];
    }
    return own;
  });
  if (overrun(fixed, budget) !== null) return 0;
  for (const unit of ["money", "seconds"] as const) {
    const limit = budget[unit];
    if (limit !== null && each[unit] > 0) most = Math.min(most, ((limit - fixed[unit]) / each[unit]) * SLACK);
  }
  const n = lastFitting(total, (m) => {
    const counts = countsOfShares(m, shares);
    let { money, seconds } = fixed;
    for (let j = 0; j < counts.length; j++) {
      if (counts[j] > candidates[j]) return false;
      money += counts[j] * marginal[j].money;
      seconds += counts[j] * marginal[j].seconds;
    }
    return overrun({ money, seconds }, budget) === null;
  }, Math.floor(Math.min(total, most)));
  return Math.max(0, n);
}

/**
 * The most samples that a budget buys at the plan's shares: the largest whole n whose cost is within every limit and
 * whose samples of each source are among its candidates. Stated where it buys none.
 * @param currency how money is named in the reason
 * @throws InfomaxError bad-argument, bad-budget
 */
export function samplesWithin(sources: readonly CostSource[], plan: CostPlan, budget: Budget, currency = "in money"): Purchase {
  const n = countWithin(sources, plan, budget);
  const total = plan.candidates.reduce((sum, count) => sum + count, 0);
  return purchase(sources, plan, budget, currency, n, n < total ? countsOfShares(n + 1, plan.shares) : null, (m) => countsOfShares(m, plan.shares));
}

/**
 * The longest prefix of a strategy's own order that a budget buys, where the sources' shares are what the order takes.
 * @param sourceOf source of each sample of the order
 * @throws InfomaxError bad-argument, bad-budget
 */
export function prefixWithin(sources: readonly CostSource[], plan: CostPlan, sourceOf: ArrayLike<number>, budget: Budget, currency = "in money"): Purchase {
  checkPlan(sources, plan);
  checkBudget(budget);
  const counted = (n: number): Uint32Array => {
    const counts = new Uint32Array(sources.length);
    for (let i = 0; i < n; i++) counts[sourceOf[i]]++;
    return counts;
  };
  const n = lastFitting(sourceOf.length, (m) => overrun(costOfCounts(sources, plan, counted(m)).total, budget) === null);
  return purchase(sources, plan, budget, currency, n, n < sourceOf.length ? counted(n + 1) : null, counted);
}

/** @param more counts of n + 1 samples, or null where there are no more */
function purchase(
  sources: readonly CostSource[], plan: CostPlan, budget: Budget, currency: string, n: number, more: Uint32Array | null, countsOf: (n: number) => Uint32Array,
): Purchase {
  if (n > 0) {
    const isMoreThere = more?.every((count, j) => count <= plan.candidates[j]) ?? false;
    const limit = more !== null && isMoreThere ? overrun(costOfCounts(sources, plan, more).total, budget) ?? "candidates" : "candidates";
    const counts = countsOf(n);
    return { n, counts, cost: costOfCounts(sources, plan, counts), limit };
  }
  const { fixed } = costOfCounts(sources, plan, new Uint32Array(sources.length));
  const tooDear = overrun(fixed, budget);
  const limitOf = (unit: "money" | "seconds"): string => amount(budget[unit] ?? 0, unit, currency);
  if (tooDear !== null) return { notDefined: `it costs ${amount(fixed[tooDear], tooDear, currency)} before the first sample is chosen, and the budget is ${limitOf(tooDear)}` };
  if (more === null) return { notDefined: "there are no candidates" };
  const lacking = more.findIndex((count, j) => count > plan.candidates[j]);
  if (lacking >= 0) return { notDefined: `the source "${sources[lacking].name}" has too few candidates for its share` };
  const first = costOfCounts(sources, plan, more).total;
  const unit = overrun(first, budget) ?? "money";
  return { notDefined: `the first sample costs ${amount(first[unit], unit, currency)} in all, and the budget is ${limitOf(unit)}` };
}
