import { costOfCounts, prefixWithin, samplesWithin, type Budget, type UnitCost } from "../../core/comparison/cost.ts";
import { throwIfCancelled } from "../../core/errors.ts";
import { planOf, type ComparedBudget } from "./budgets.ts";
import type { Chosen, Contender, Redraw } from "./contenders.ts";
import type { Pool } from "./pool.ts";

/** Sums of prices are off by some 1e-16 of themselves. */
const SLACK = 1 + 1e-9;
/** A rule that is not nested is asked again until no more than this share of its samples is in question. */
const EXACT = 0.002;

/**
 * A strategy's answer at a budget of money or time: the most samples whose cost, of just those that it chooses, is within the
 * budget. Strategies choose among all sources and care for no price, so the cost is known of an answer alone.
 * @param currency how money is named in reasons
 * @throws CancelledError
 */
export async function chooseWithin(pool: Pool, contender: Contender, redraw: Redraw, { money, seconds }: ComparedBudget, currency: string, signal: AbortSignal | undefined): Promise<Chosen> {
  const budget: Budget = { money, seconds };
  const costs = pool.sources.map(({ cost }) => cost);
  const free = allowedBySource(pool, contender, redraw);
  const total = free.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { notDefined: "no candidate is left to choose from" };
  const { shares } = contender.about;
  const plan = planOf(pool, contender, shares ?? free.map((count) => count / total));
  const bought = samplesWithin(costs, plan, budget, currency);
  if (shares !== null) {
    if ("notDefined" in bought) return bought;
    // Money may buy more than a redraw has.
    const most = Math.min(...shares.map((share, source) => (share > 0 ? Math.floor(free[source] / share) : Infinity)));
    const [mixed] = await contender.choose(redraw, [Math.min(bought.n, most)], signal);
    return "rows" in mixed ? { rows: mixed.rows, isSoldOut: bought.n > most || bought.limit === "candidates" } : mixed;
  }
  const fits = (cost: UnitCost): boolean => (money === null || cost.money <= money * SLACK) && (seconds === null || cost.seconds <= seconds * SLACK);
  if ("notDefined" in bought && !fits(costOfCounts(costs, plan, free.map(() => 0)).total)) return bought;
  const sourcesOf = (rows: Uint32Array): Uint32Array => rows.map((row) => pool.sourceOf[row]);
  const costOf = (rows: Uint32Array): UnitCost => {
    const counts = free.map(() => 0);
    for (const source of sourcesOf(rows)) counts[source]++;
    return costOfCounts(costs, plan, counts).total;
  };
  if (contender.isNested) {
    const [all] = await contender.choose(redraw, [total], signal);
    if ("notDefined" in all) return all;
    const found = prefixWithin(costs, plan, sourcesOf(all.rows), budget, currency);
    if ("notDefined" in found) return found;
    const [bought] = await contender.choose(redraw, [found.n], signal);
    return "rows" in bought ? { rows: bought.rows, isSoldOut: found.limit === "candidates" } : bought;
  }
  let best: Uint32Array | null = null;
  let refused: Chosen = bought as Chosen;
  let low = 0;
  let high = total + 1;
  let next = "n" in bought ? Math.min(total, bought.n) : Math.ceil(total / 2);
  while (high - low > Math.max(1, EXACT * low)) {
    throwIfCancelled(signal);
    const [answer] = await contender.choose(redraw, [next], signal);
    if ("notDefined" in answer) {
      // Fewer than are protected: more may be possible.
      refused = answer;
      low = next;
    } else if (fits(costOf(answer.rows))) {
      best = answer.rows;
      low = next;
    } else high = next;
    next = Math.floor((low + high) / 2);
    if (next <= low) break;
  }
  if (best !== null) return { rows: best, isSoldOut: best.length === total };
  return "notDefined" in refused ? refused : { notDefined: "what it chooses costs more than the budget, however few" };
}

/** Candidates of each source that are neither excluded nor left out of this redraw. */
function allowedBySource(pool: Pool, { about }: Contender, { input }: Redraw): number[] {
  const counts = pool.sources.map(() => 0);
  for (let row = 0; row < pool.sourceOf.length; row++) {
    // Sources alone and mixtures take what is not excluded; all others keep what is protected besides.
    if (input.isExcluded[row] === 0 || (about.shares === null && input.isProtected[row] !== 0)) counts[pool.sourceOf[row]]++;
  }
  return counts;
}
