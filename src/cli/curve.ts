import type { CurvePoint, CurveResult } from "../protocol/budget.ts";
import { count, duration, percent, printable, sketch, wideTable, wrapped } from "./format.ts";
import type { Output } from "./output.ts";

/** Terminal columns that the sketch takes for each point, and beside them. */
const POINT = 4;
const AXES = 16;

/** At most `most` indices from 0 to `length` − 1, evenly spread, the ends and `always` among them. */
function spread(length: number, most: number, always: number | null): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const taken = new Set(Array.from({ length: most - 1 }, (_, i) => Math.round((i * (length - 1)) / (most - 2))));
  if (always !== null) taken.add(always);
  return [...taken].sort((a, b) => a - b);
}

/** Prints what each budget keeps, and what other strategies keep at the same budgets. */
export function printCurve(curve: CurveResult, output: Output): number {
  const { points, randomDistinct, knee } = curve;
  const shown = spread(points.length, Math.floor((output.width - AXES) / POINT), knee);
  output.heading("Distinct content kept at each budget");
  output.print(sketch(shown.map((i) => points[i].distinctKept), shown.map((i) => randomDistinct[i]), shown.map((i) => points[i].fraction), knee === null ? null : shown.indexOf(knee)));
  output.print(wrapped(`● InfoMax   ○ random subset of the same size${knee === null ? "" : "   ◆ knee of the coverage"}`, 8, output.width));
  output.print("\n");
  printPoints(curve, output);
  const note = (text: string): void => { output.print(wrapped(text, 2, output.width, 4)); };
  output.print("\n");
  note("distinct: share of the contents kept, near-duplicates counted as one");
  note("coverage: mean similarity of a sample to its nearest kept sample; InfoMax prefers informative samples to typical ones, so at small budgets it may cover less than a random subset does, while it keeps fewer repeats");
  note("dropped cov.: the same over the dropped samples alone, how close their keepers are; importance: share of its sum that is kept");
  if (knee === null) note("The coverage curve has no clear knee.");
  else note(`Knee: ${count(points[knee].kept)} samples (${percent(points[knee].fraction)}); beyond it coverage rises slowly.`);
  if (curve.protectedFloor > 0) note(`Protected samples: ${count(curve.protectedFloor)}; no budget below that is possible.`);
  if (curve.strategies.length > 0) printStrategies(curve, output);
  output.result(curve);
  return 0;
}

function printPoints({ points, classes, randomDistinct, randomCoverage }: CurveResult, output: Output): void {
  output.print(wideTable(
    ["kept", "budget", "distinct", "random", "coverage", "random", "near-dups left", ...(classes > 0 ? ["classes"] : []), "dropped cov.", "importance"],
    points.map((point, i) => [
      count(point.kept), percent(point.fraction), percent(point.distinctKept), percent(randomDistinct[i]), percent(point.coverage), percent(randomCoverage[i]),
      percent(point.redundancyLeft), ...(classes > 0 ? [`${point.classesCovered}/${classes}`] : []), percent(point.droppedCoverage), percent(point.importanceKept),
    ]), 2, output.width));
}

const MEASURES: readonly { readonly title: string; readonly of: (point: CurvePoint) => number }[] = [
  { title: "Distinct content kept, by strategy", of: (point) => point.distinctKept },
  { title: "Coverage, by strategy", of: (point) => point.coverage },
  { title: "Coverage of the dropped, by strategy", of: (point) => point.droppedCoverage },
];

function printStrategies({ points, strategies }: CurveResult, output: Output): void {
  for (const { title, of } of MEASURES) {
    output.heading(title);
    output.print(wideTable(
      ["kept", "budget", "infomax", ...strategies.map(({ name }) => name)],
      points.map((point) => [
        count(point.kept), percent(point.fraction), percent(of(point)),
        ...strategies.map((strategy) => {
          const same = strategy.points.find(({ kept }) => kept === point.kept);
          return same === undefined ? "–" : percent(of(same));
        }),
      ]), 2, output.width));
  }
  output.heading("The other strategies");
  for (const { name, title, citation, seconds } of strategies) output.print(wrapped(printable(`${name}: ${title} (${citation}); ${duration(seconds)}`), 2, output.width, 4));
}
