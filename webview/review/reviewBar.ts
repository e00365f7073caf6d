import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import type { ReviewFacts } from "../../src/protocol/webview.ts";
import type { Inspected } from "../app/page.ts";
import { debounced, h } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";
import type { Reviewed } from "../state/viewState.ts";
import type { Flip } from "./flips.ts";
import { NoteForm } from "./noteForm.ts";
import { listCount, listsOf, listTitle, reasonChips, reviewReason } from "./reviewWords.ts";

const TYPING_MS = 250;
const MOST_LETTERS = 1000;

export interface BarActions {
  readonly narrow: (change: Partial<Pick<Reviewed, "list" | "reason" | "search">>) => void;
  readonly flip: (rows: readonly number[], flip: Flip, note: string) => void;
  readonly undo: () => void;
  readonly intoList: () => void;
}

/** Which samples of a review are listed, and what is done with the chosen ones; sticks to the top of the page. */
export class ReviewBar {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #actions: BarActions;
  readonly #lists = h("div", { class: "review-lists", attributes: { "role": "group", "aria-label": l10n.t("List") } });
  readonly #search: HTMLInputElement;
  readonly #reasons = h("div", { class: "chips review-reasons", attributes: { "role": "group", "aria-label": l10n.t("Reasons") } });
  readonly #count = h("span", { class: "samples-count figure", attributes: { role: "status" } });
  readonly #chosen = h("div", { class: "review-chosen" });
  readonly #note = new NoteForm("chosen-note");
  readonly #done = h("div", { class: "review-done", attributes: { role: "status" } });
  #drawnChosen = -1;

  constructor(inspected: Inspected, actions: BarActions) {
    this.#inspected = inspected;
    this.#actions = actions;
    this.#search = h("input", { class: "input", attributes: { "type": "search", "placeholder": l10n.t("Search ids, paths and labels"), "aria-label": l10n.t("Search ids, paths and labels"), "maxlength": String(MOST_LETTERS), "spellcheck": "false" } });
    const look = (): void => { actions.narrow({ search: this.#search.value.trim() }); };
    this.#search.addEventListener("input", debounced(TYPING_MS, look));
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#search.value !== "") event.stopPropagation();
      else if (event.key === "ArrowDown") {
        actions.intoList();
        event.preventDefault();
      }
    });
    this.#note.element.hidden = true;
    this.element = h("div", { class: "review-bar" },
      h("div", { class: "review-tools" }, this.#lists, this.#search, keys()),
      h("div", { class: "review-line" }, this.#count, this.#reasons),
      this.#chosen, this.#note.element, this.#done);
  }

  draw(facts: ReviewFacts, shown: Reviewed): void {
    const focused = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const choice = (key: string, text: string, count: number | null, isOn: boolean, change: Partial<Reviewed>, look: string): HTMLElement => {
      const toggle = h("button", { class: look, attributes: { "type": "button", "aria-pressed": String(isOn), "data-key": key } }, h("span", { text }));
      if (count !== null) toggle.append(h("span", { class: "figure muted", text: formatCount(count) }));
      toggle.addEventListener("click", () => { this.#actions.narrow(change); });
      return toggle;
    };
    this.#lists.replaceChildren(...listsOf(facts).map((list) => choice(`list:${list}`, listTitle(list), listCount(list, facts), list === shown.list, { list, reason: null }, "tool")));
    const chips = reasonChips(shown.list, facts);
    this.#reasons.replaceChildren(...(chips.length < 2 && shown.reason === null ? [] : chips).map(({ reason, count }) =>
      choice(`reason:${reason}`, reviewReason(reason), count, reason === shown.reason, { reason: reason === shown.reason ? null : reason }, "reason-chip")));
    if (document.activeElement !== this.#search) this.#search.value = shown.search;
    if (focused !== undefined && document.hasFocus()) this.element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.drawChosen();
  }

  /** How many are listed; "" while that is not known. */
  drawCount(text: string): void {
    if (this.#count.textContent !== text) this.#count.textContent = text;
  }

  /** What can be done with the chosen samples. */
  drawChosen(): void {
    const { size } = this.#inspected.store.selection;
    if (size === this.#drawnChosen) return;
    this.#drawnChosen = size;
    if (this.#note.isOpen) this.#closeNote();
    this.#chosen.hidden = size === 0;
    if (size === 0) return;
    const act = (text: string, flip: Flip): HTMLElement => button(text, "secondary", () => { this.#ask(flip); }).element;
    this.#chosen.replaceChildren(
      h("span", { text: size === 1 ? l10n.t("1 sample chosen:") : l10n.t("{0} samples chosen:", formatCount(size)) }),
      act(l10n.t("Keep Chosen…"), "keep"), act(l10n.t("Drop Chosen…"), "drop"));
  }

  /** What was done last; null for nothing. */
  drawDone(text: string | null): void {
    if ((this.#done.querySelector("span")?.textContent ?? null) === text) return;
    if (text === null) this.#done.replaceChildren();
    else this.#done.replaceChildren(h("span", { text }), button(l10n.t("Undo"), "secondary", this.#actions.undo).element);
  }

  #ask(flip: Flip): void {
    const rows = Array.from(this.#inspected.store.selection.rows());
    const count = rows.length;
    this.#note.element.hidden = false;
    this.#note.open(flip === "keep" ? (count === 1 ? l10n.t("Why keep it?") : l10n.t("Why keep these {0}?", formatCount(count))) : count === 1 ? l10n.t("Why drop it?") : l10n.t("Why drop these {0}?", formatCount(count)),
      flip === "keep" ? l10n.t("Protect") : l10n.t("Exclude"), (note) => {
        this.#closeNote();
        if (note !== null) this.#actions.flip(rows, flip, note);
      });
    this.#note.focus();
  }

  #closeNote(): void {
    const hadFocus = this.#note.element.contains(document.activeElement);
    this.#note.element.hidden = true;
    if (hadFocus) this.#chosen.querySelector<HTMLElement>("vscode-button")?.focus();
  }
}

/** What the keys do in the list, to be opened. */
function keys(): HTMLElement {
  const meanings: readonly (readonly [string, string])[] = [
    [l10n.t("Up, Down, Home, End, Page Up, Page Down"), l10n.t("go from sample to sample")],
    ["Enter", l10n.t("open the details, beside its keeper")],
    [l10n.t("Space; Shift for all up to there"), l10n.t("choose a sample, or not")],
    ["F", l10n.t("keep what is dropped, drop what is kept, or undo that")],
    ["O", l10n.t("open it in the editor")],
  ];
  const hint = h("details", { class: "keys-hint" }, h("summary", { text: l10n.t("Keys") }),
    h("dl", {}, ...meanings.map(([key, meaning]) => h("div", {}, h("dt", { text: key }), h("dd", { text: meaning })))));
  hint.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !hint.open) return;
    event.stopPropagation();
    hint.open = false;
    hint.querySelector("summary")?.focus();
  });
  return hint;
}
