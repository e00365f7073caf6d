import * as l10n from "@vscode/l10n";
import type { CurveResult } from "../../src/protocol/budget.ts";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import type { Line, Measure } from "./measures.ts";

/** The figures behind the chart, for those who do not see it or want them exactly. */
export function curveTable(curve: CurveResult, measure: Measure, lines: readonly Line[]): HTMLElement {
  const head = [l10n.t("Kept"), l10n.t("Budget"), ...lines.map((line) => line.name)];
  return h("table", { class: "curve-table" },
    h("caption", { text: measure.title }),
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { text, attributes: { scope: "col" } })))),
    h("tbody", {}, ...curve.points.map((point, i) => h("tr", {},
      h("th", { text: formatCount(point.kept), attributes: { scope: "row" } }),
      h("td", { text: formatShare(point.fraction) }),
      ...lines.map(({ values }) => h("td", { text: shareOrNone(values[i]) }))))));
}

export function shareOrNone(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : formatShare(value);
}
