/** What the budget curve can show of a budget, and the lines that it then draws. Pure. */
import * as l10n from "@vscode/l10n";
import type { CurvePoint, CurveResult, StrategyCurve } from "../../src/protocol/budget.ts";
import { STRATEGIES } from "../../src/protocol/strategies.ts";

export const MEASURE_IDS = ["distinct", "coverage", "dropped", "importance", "redundancy"] as const;
export type MeasureId = (typeof MEASURE_IDS)[number];

export interface Measure {
  readonly id: MeasureId;
  readonly title: string;
  readonly explanation: string;
  readonly of: (point: CurvePoint) => number;
  /** Of the random subset that comes with every curve, where it is known. */
  readonly random: ((curve: CurveResult) => readonly number[]) | null;
}

export const MEASURES: readonly Measure[] = [
  {
    id: "distinct", title: l10n.t("Distinct content kept"), of: (point) => point.distinctKept, random: (curve) => curve.randomDistinct,
    explanation: l10n.t("The share of contents, near-duplicates counted as one, of which a sample is kept."),
  },
  {
    id: "coverage", title: l10n.t("Coverage"), of: (point) => point.coverage, random: (curve) => curve.randomCoverage,
    explanation: l10n.t("The mean similarity of all samples to their nearest kept sample, kept ones counted as 1."),
  },
  {
    id: "dropped", title: l10n.t("Coverage of the dropped"), of: (point) => point.droppedCoverage, random: null,
    explanation: l10n.t("The mean similarity of the dropped samples to their nearest kept sample: how close their keepers are."),
  },
  {
    id: "importance", title: l10n.t("Importance kept"), of: (point) => point.importanceKept, random: null,
    explanation: l10n.t("The share of the importance of all samples that the kept ones hold."),
  },
  {
    id: "redundancy", title: l10n.t("Redundancy left"), of: (point) => point.redundancyLeft, random: null,
    explanation: l10n.t("The share of the kept samples that have a near-duplicate among the kept."),
  },
];

/** @returns the measure of that name; the first where there is none */
export function measureOf(id: string): Measure {
  return MEASURES.find((measure) => measure.id === id) ?? MEASURES[0];
}

/** A line of the chart: one value for each point of the curve, null where the strategy has none. */
export interface Line {
  readonly name: string;
  /** Classes of its look in budget.css. */
  readonly style: string;
  readonly values: readonly (number | null)[];
}

const COLOURS = 5;

/** Colour and dashes of a strategy: the same whichever others are drawn, and no two alike. */
export function strategyStyle(name: string): string {
  const place = Math.max(0, STRATEGIES.findIndex((strategy) => strategy.name === name));
  return `other colour-${place % COLOURS} dashes-${Math.floor(place / COLOURS)}`;
}

/** InfoMax first, then the random subset that comes with the curve (unless random itself is drawn), then the others. */
export function curveLines(curve: CurveResult, measure: Measure, others: readonly StrategyCurve[]): readonly Line[] {
  const lines: Line[] = [{ name: "InfoMax", style: "infomax", values: curve.points.map(measure.of) }];
  if (measure.random !== null && !others.some(({ name }) => name === "random")) lines.push({ name: l10n.t("Random subset"), style: "random", values: measure.random(curve) });
  for (const { name, title, points } of others) {
    const byKept = new Map(points.map((point) => [point.kept, point]));
    lines.push({
      name: title, style: strategyStyle(name),
      values: curve.points.map(({ kept }) => {
        const point = byKept.get(kept);
        return point === undefined ? null : measure.of(point);
      }),
    });
  }
  return lines;
}
