import * as l10n from "@vscode/l10n";
import type { ClassOverview } from "../../src/protocol/overview.ts";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { h, linkButton } from "../controls/dom.ts";

/** Classes shown before "show all". */
const SHOWN = 20;

/** How many samples each class has, by split where there are several, with what repeats in it. */
export function classBars(
  classes: readonly ClassOverview[], splits: readonly string[], showAll: boolean,
  on: { readonly onClass: (name: string) => void; readonly onAll: () => void },
): HTMLElement {
  const largest = Math.max(1, ...classes.map(({ samples }) => samples));
  const hasSuspects = classes.some(({ suspects }) => suspects !== null);
  const sorted = [...classes].sort((a, b) => b.samples - a.samples);
  // The rare ones matter as much as the frequent ones: both ends are shown.
  const shown = showAll || sorted.length <= SHOWN ? sorted : [...sorted.slice(0, SHOWN / 2), ...sorted.slice(-SHOWN / 2)];
  const head = [l10n.t("Class"), l10n.t("Samples"), "", l10n.t("Exact copies"), l10n.t("Near-duplicates"), ...(hasSuspects ? [l10n.t("Doubtful labels")] : [])];
  const body = h("tbody", {}, ...shown.map(({ name, samples, bySplit, exactExtra, nearExtra, suspects }) => h("tr", {},
    h("th", { attributes: { scope: "row" } }, linkButton(name, l10n.t("List the samples of {0}", name), "", () => { on.onClass(name); })),
    h("td", { text: formatCount(samples) }),
    h("td", { class: "bar-cell" }, bar(bySplit, splits, samples, largest)),
    h("td", { text: formatCount(exactExtra) }),
    h("td", { text: nearExtra === 0 ? "0" : `${formatCount(nearExtra)} (${formatShare(nearExtra / samples)})` }),
    ...(hasSuspects ? [h("td", { text: suspects === null ? "–" : formatCount(suspects) })] : []))));
  if (shown.length < sorted.length) {
    const gap = h("tr", {}, h("td", { class: "gap", attributes: { colspan: String(head.length) } },
      linkButton(l10n.t("Show all {0} classes", formatCount(sorted.length)), l10n.t("Show all {0} classes", formatCount(sorted.length)), "", on.onAll)));
    body.insertBefore(gap, body.children[SHOWN / 2]);
  }
  const table = h("table", { class: "class-bars" }, h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { text, attributes: { scope: "col" } })))), body);
  const names = splits.filter((name) => name !== "none");
  const legend = names.length < 2 ? [] : [h("ul", { class: "legend" }, ...splits.map((name, i) => h("li", {}, h("span", { class: `split-swatch split-${i}`, attributes: { "aria-hidden": "true" } }), h("span", { text: name }))))];
  return h("div", { class: "class-table" }, ...legend, table);
}

function bar(bySplit: readonly number[], splits: readonly string[], samples: number, largest: number): HTMLElement {
  const line = h("div", { class: "class-bar", title: splits.map((name, i) => `${name} ${formatCount(bySplit[i])}`).join(", ") });
  bySplit.forEach((count, i) => {
    if (count === 0) return;
    const part = h("span", { class: `split-${i}` });
    part.style.width = `${(100 * count) / largest}%`;
    line.append(part);
  });
  line.setAttribute("aria-hidden", "true");
  if (samples > 0) line.style.minWidth = "2px";
  return line;
}
