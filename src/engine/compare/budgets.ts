import type { CompareResult } from "../../core/comparison/compareResult.ts";
import type { CostPlan } from "../../core/comparison/cost.ts";
import { InfomaxError } from "../../core/errors.ts";
import { parseBudget } from "../../core/selection/constraints.ts";
import type { Contender } from "./contenders.ts";
import type { Pool } from "./pool.ts";

export type ComparedBudget = CompareResult["budgets"][number];

/** Units of a budget in time, and their seconds. */
const TIME_UNITS: Readonly<Partial<Record<string, number>>> = { h: 3600, min: 60, s: 1 };

/**
 * A budget as it is asked for: "500" samples, "10%" of the candidates as they were before any was removed, or a cost at which
 * every strategy buys its own number: "500 USD", in the currency of the cost settings, or a time such as "2 h", "90 min", "3600 s".
 * @throws InfomaxError bad-budget
 */
export function readBudget(text: string, candidates: number, currency: string): ComparedBudget {
  const amount = /^\s*(\d+(?:\.\d+)?)\s*(\p{L}+|\p{Sc})\s*$/u.exec(text);
  const remedy = `Give samples such as 500, a percentage above 0% and up to 100%, an amount such as 500 ${currency}, or a time such as 2 h, 90 min or 3600 s.`;
  if (amount === null) return { name: text.trim().replace(/\s+%/, "%"), samples: samplesOf(text, candidates, remedy), money: null, seconds: null };
  if (Number(amount[1]) === 0) throw new InfomaxError("bad-budget", `the budget "${text.trim()}" buys nothing`, remedy);
  const unit = amount[2].toLowerCase();
  const seconds = TIME_UNITS[unit];
  if (seconds !== undefined && unit !== currency.toLowerCase()) return { name: `${Number(amount[1])} ${unit}`, samples: null, money: null, seconds: Number(amount[1]) * seconds };
  if (unit !== currency.toLowerCase()) {
    const isCurrency = /^([a-z]{3}|\p{Sc})$/u.test(unit);
    throw new InfomaxError("bad-budget", `the budget "${text.trim()}" is in ${isCurrency ? "another currency than the costs, which are in" : "no unit that is known; costs are in"} ${currency}`, remedy);
  }
  return { name: `${Number(amount[1])} ${currency}`, samples: null, money: Number(amount[1]), seconds: null };
}

function samplesOf(text: string, candidates: number, remedy: string): number {
  try {
    // More samples than there are is no wrong wish: each strategy says what it has, and the other budgets stand.
    return parseBudget(text, text.includes("%") ? candidates : Number.MAX_SAFE_INTEGER);
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError)) throw thrown;
    throw new InfomaxError(thrown.code, thrown.problem, remedy, {}, thrown);
  }
}

/** What a strategy pays for: the candidates of the sources that it looks at, and its own shares of them. */
export function planOf(pool: Pool, { about }: Contender, shares: readonly number[]): CostPlan {
  const candidates = pool.candidates.map((count, source) => (about.shares !== null && about.shares[source] === 0 ? 0 : count));
  return { strategy: about.name, needs: about.needs, candidates, shares };
}
