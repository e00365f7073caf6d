/** What a comparison's estimates name as best at each budget, and whether real training agrees. */
import type { CompareResult } from "../../src/core/comparison/compareResult.ts";
import { spearman } from "../../src/core/comparison/rankCorrelation.ts";
import { print, printTable } from "../images/report.ts";

const SHOWN = ["network", "probe", "knn", "prototype", "worst-class", "shift", "trained"] as const;
/** Estimates that are held against training: the headline, the simplest, and what a shifted target asks for. */
const JUDGES = ["network", "probe", "shift"] as const;
/** Fewer have no rank correlation worth a word. */
const FEWEST = 3;

/** A mean in [0, 1], or null where there is none. */
function meanOf({ summaries }: CompareResult, budget: string, utility: string, strategy: string): { readonly mean: number; readonly isAmongBest: boolean } | null {
  const found = summaries.find((own) => own.budget === budget && own.utility === utility && own.strategy === strategy);
  return found === undefined || "notDefined" in found.mean ? null : { mean: found.mean.mean, isAmongBest: found.isAmongBest };
}

/** Prints one table a budget, best estimate first, and under it what training says of the estimates. */
export function printVerdict(result: CompareResult): void {
  const utilities = SHOWN.filter((name) => result.utilities.some((own) => own.name === name));
  for (const { name: budget } of result.budgets) {
    const figure = (utility: string, strategy: string): number => meanOf(result, budget, utility, strategy)?.mean ?? -1;
    const present = result.strategies.map(({ name }) => name).filter((name) => meanOf(result, budget, utilities[0], name) !== null).sort((a, b) => figure(utilities[0], b) - figure(utilities[0], a));
    printTable(`At ${budget}`, ["strategy", "samples", `cost, ${result.currency}`, ...utilities], present.map((strategy) => {
      const runs = result.runs.filter((run) => run.strategy === strategy && run.budget === budget);
      const mean = (of: (run: CompareResult["runs"][number]) => number): string => Math.round(runs.reduce((sum, run) => sum + of(run), 0) / runs.length).toLocaleString("en-US");
      const cells = utilities.map((utility) => {
        const found = meanOf(result, budget, utility, strategy);
        // Training on one redraw tells nothing apart.
        return found === null ? "–" : `${(100 * found.mean).toFixed(1)}${found.isAmongBest && utility !== "trained" ? " \\*" : ""}`;
      });
      return [`\`${strategy}\``, mean((run) => run.samples), mean((run) => run.cost.money), ...cells];
    }));
    const trained = present.filter((strategy) => meanOf(result, budget, "trained", strategy) !== null);
    if (trained.length < FEWEST) continue;
    const leader = (utility: string, of = trained): string => of.reduce((best, strategy) => (figure(utility, strategy) > figure(utility, best) ? strategy : best));
    const confirmed = leader("trained");
    const alone = trained.filter((strategy) => strategy.startsWith("source-"));
    for (const utility of JUDGES.filter((name) => utilities.includes(name))) {
      const agreement = spearman(trained.map((strategy) => figure(utility, strategy)), trained.map((strategy) => figure("trained", strategy)));
      const named = leader(utility);
      const isAmong = meanOf(result, budget, utility, confirmed)?.isAmongBest === true;
      const lost = 100 * (figure("trained", confirmed) - figure("trained", named));
      const verdict = named === confirmed ? "training confirms it" : `training \`${confirmed}\`, ${lost.toFixed(1)} points ahead, which is ${isAmong ? "" : "not "}among its best`;
      const ofSources = alone.length < 2 ? "" : ` Of the sources alone it names \`${leader(utility, alone)}\`, training \`${leader("trained", alone)}\`.`;
      print(`\n\`${utility}\` names \`${named}\`, ${verdict}; Spearman over ${trained.length} strategies ${"value" in agreement ? agreement.value.toFixed(2) : `not defined: ${agreement.notDefined}`}.${ofSources}`);
    }
  }
  print("\n\\* among the best: no other is surely better.");
}
