import * as l10n from "@vscode/l10n";
import { h } from "../controls/dom.ts";

/** What the keys do in the list, to be opened. */
export function keysHint(readOnly: boolean): HTMLElement {
  const keys: readonly (readonly [string, string])[] = [
    [l10n.t("Arrows, Home, End, Page Up, Page Down"), l10n.t("go from sample to sample")],
    ["Enter", l10n.t("open the details")],
    [l10n.t("Space, or Ctrl+click"), l10n.t("choose a sample, or not")],
    [l10n.t("Shift with arrows or a click"), l10n.t("choose all up to there")],
    ["Ctrl+A", l10n.t("choose all that match")],
    ["Esc", l10n.t("choose none")],
    ...(readOnly ? [] : [["P, U", l10n.t("protect, unprotect: the sample, or all chosen if it is one of them")], ["X, I", l10n.t("exclude, include, in the same way")]] as const),
  ];
  const hint = h("details", { class: "keys-hint" }, h("summary", { text: l10n.t("Keys") }),
    h("dl", {}, ...keys.map(([key, meaning]) => h("div", {}, h("dt", { text: key }), h("dd", { text: meaning })))));
  hint.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !hint.open) return;
    event.stopPropagation();
    hint.open = false;
    hint.querySelector("summary")?.focus();
  });
  hint.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && hint.contains(event.relatedTarget))) hint.open = false;
  });
  return hint;
}
