import * as l10n from "@vscode/l10n";
import type { PruneResult } from "../../src/protocol/selection.ts";
import { asSentence, DROP_REASONS, formatCount, formatShare, objectiveText, reasonText } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";

const CLASSES_SHOWN = 200;

/** What a selection keeps, drops and why, and what that does to the classes. */
export function pruneResult(result: PruneResult): HTMLElement {
  const dropped = result.samples - result.kept;
  const figures: readonly (readonly [string, string])[] = [
    [l10n.t("Kept"), `${formatCount(result.kept)} (${formatShare(result.kept / Math.max(1, result.samples))})`],
    [l10n.t("Dropped"), formatCount(dropped)],
    [l10n.t("Protected"), formatCount(result.protectedKept)],
    ...(result.keptBefore > 0 ? [[l10n.t("Kept before"), formatCount(result.keptBefore)] as const] : []),
    [l10n.t("Coverage"), formatShare(result.coverage)],
    [l10n.t("Redundancy left"), formatShare(result.redundancyLeft)],
  ];
  const reasons = DROP_REASONS
    .map((reason) => [reasonText(reason), result.dropped[reason] ?? 0] as const)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);

  const section = h("section", { class: "prune-result", attributes: { "aria-label": l10n.t("Selection"), "tabindex": "-1" } },
    h("h2", { text: l10n.t("Selection “{0}”", result.name) }),
    h("p", { class: "muted", text: l10n.t("Written in {0} s. Nothing was deleted.", result.seconds.toFixed(1)), title: result.selectionFile }),
    h("dl", { class: "readout" }, ...figures.map(([term, value]) => h("div", {}, h("dt", { text: term }), h("dd", { text: value })))));
  const proven = objectiveText(result);
  section.append(h("p", { text: asSentence(proven), title: l10n.t("Solver: {0}", result.solver) }));
  for (const note of result.notes) section.append(h("p", { class: "note", text: note, attributes: { dir: "auto" } }));
  if (reasons.length > 0) {
    section.append(h("h3", { text: l10n.t("Dropped by reason") }), table([l10n.t("Reason"), l10n.t("Samples"), l10n.t("Of the dropped")],
      reasons.map(([reason, count]) => [reason, formatCount(count), formatShare(count / Math.max(1, dropped))])));
  }
  if (result.classes.length > 0) {
    const shown = result.classes.slice(0, CLASSES_SHOWN);
    const more = result.classes.length - shown.length;
    section.append(h("details", {}, h("summary", { text: l10n.t("Classes of this selection") }), table([l10n.t("Class"), l10n.t("Before"), l10n.t("After"), l10n.t("Kept")],
      shown.map(({ name, before, after }) => [name, formatCount(before), formatCount(after), formatShare(after / Math.max(1, before))])),
    ...(more === 0 ? [] : [h("p", { class: "muted", text: more === 1 ? l10n.t("and 1 more class") : l10n.t("and {0} more classes", formatCount(more)) })])));
  }
  return section;
}

/** A table whose first column is text and whose others are numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return h("table", {},
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { text, attributes: { scope: "col" } })))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((text, i) => (i === 0 ? h("th", { text, title: text, attributes: { scope: "row", dir: "auto" } }) : h("td", { text })))))));
}
