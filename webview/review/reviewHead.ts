import * as l10n from "@vscode/l10n";
import { formatCount, formatShare, objectiveText, qualityText } from "../../src/protocol/words.ts";
import type { ReviewFacts } from "../../src/protocol/webview.ts";
import { ClassList } from "../budget/classList.ts";
import { h } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import { button, type ButtonControl } from "../controls/toolkit.ts";
import { NoteForm } from "./noteForm.ts";
import { byHandText, dateText, shortDigest, worstClass } from "./reviewWords.ts";

const RULES_SHOWN = 50;
/** An option's value that is no selection's name: those begin with a letter or a digit. */
const NONE = "-";

export interface HeadActions {
  readonly choose: (selection: string, against: string | null) => void;
  readonly approve: (note: string) => void;
  readonly apply: () => void;
  readonly openMarkdown: () => void;
  readonly useSelection: () => void;
  readonly pruneAgain: () => void;
  readonly showOverruled: () => void;
}

/** A selection's facts, and what can be done with it as a whole. */
export class ReviewHead {
  readonly element: HTMLElement;
  readonly #actions: HeadActions;
  readonly #selection;
  readonly #against;
  readonly #facts = h("dl", { class: "readout" });
  readonly #states = h("div", { class: "review-states" });
  readonly #rules = h("div", { class: "review-rules" });
  readonly #config: HTMLElement;
  readonly #configList = h("dl", { class: "facts-list" });
  readonly #classes: ClassList;
  readonly #classesPlace: HTMLDetailsElement;
  readonly #worst = h("span", { class: "muted" });
  readonly #buttons: readonly ButtonControl[];
  readonly #use: HTMLElement;
  readonly #note = new NoteForm("approve-note");
  readonly #pruneAgain: ButtonControl;
  readonly #copied = h("span", { class: "announced", attributes: { role: "status" } });
  #shown: ReviewFacts | null = null;
  #isBusy = false;

  /** @param scroller the page */
  constructor(scroller: HTMLElement, actions: HeadActions) {
    this.#actions = actions;
    this.#selection = selectBox<string>(l10n.t("Selection"), (selection) => { actions.choose(selection, this.#shown?.against?.selection === selection ? null : this.#shown?.against?.selection ?? null); });
    this.#against = selectBox<string>(l10n.t("Compared with"), (against) => { actions.choose(this.#shown?.selection ?? "", against === NONE ? null : against); });
    const approve = button(l10n.t("Approve…"), "primary", () => { this.#askApproval(); });
    const apply = button(l10n.t("Apply…"), "secondary", actions.apply);
    this.#buttons = [approve, apply];
    this.#use = button(l10n.t("Show in Editors"), "secondary", actions.useSelection).element;
    this.#pruneAgain = button(l10n.t("Prune Again"), "secondary", actions.pruneAgain);
    const markdown = button(l10n.t("Open as Markdown"), "secondary", actions.openMarkdown);
    this.#note.element.hidden = true;
    this.#config = h("details", {}, h("summary", { text: l10n.t("Settings it was made with") }), this.#configList);
    this.#classes = new ClassList(scroller);
    this.#classesPlace = h("details", { class: "review-classes" }, h("summary", {}, h("span", { text: l10n.t("Classes before and after") }), this.#worst), this.#classes.element);
    // A list that is not on the screen has not been laid out.
    this.#classesPlace.addEventListener("toggle", () => { if (this.#classesPlace.open) this.#classes.update(); });
    this.element = h("header", { class: "review-head" },
      h("div", { class: "review-choices" }, this.#selection.element, this.#against.element),
      h("div", { class: "review-buttons" }, approve.element, apply.element, markdown.element, this.#use),
      this.#note.element, this.#facts, this.#states, this.#rules, this.#config, this.#classesPlace, this.#copied);
  }

  busy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    for (const control of [...this.#buttons, this.#pruneAgain]) control.enable(!isBusy);
  }

  /** @param current the selection that editors show */
  draw(facts: ReviewFacts, selections: readonly string[], current: string | null): void {
    const isOther = this.#shown?.sha256 !== facts.sha256 || this.#shown.selection !== facts.selection;
    this.#shown = facts;
    const names = [...selections.filter((name) => name === current), ...selections.filter((name) => name !== current)];
    this.#selection.set(names.map((name) => ({ id: name, title: name === current ? l10n.t("{0} (shown in editors)", name) : name })), facts.selection);
    this.#against.set([{ id: NONE, title: l10n.t("nothing") }, ...names.filter((name) => name !== facts.selection).map((name) => ({ id: name, title: name }))], facts.against?.selection ?? NONE);
    this.#against.element.hidden = names.length < 2;
    this.#use.hidden = facts.selection === current;
    this.#drawFacts(facts);
    this.#drawStates(facts);
    this.#drawRules(facts);
    this.#configList.replaceChildren(...facts.config.map(({ name, value }) => h("div", {}, h("dt", { text: name }), h("dd", {}, h("bdi", { text: value })))));
    this.#config.hidden = facts.config.length === 0;
    if (!isOther) return;
    if (!this.#note.element.hidden) this.#closeNote();
    this.#classesPlace.hidden = facts.classes.length === 0;
    const worst = worstClass(facts.classes);
    this.#worst.replaceChildren(...(worst === null ? [] : [h("span", { text: l10n.t("loses the most:") }), h("bdi", { text: worst.name }), h("span", { text: worst.kept })]));
    this.#classes.open(facts.classes.length === 0 ? null : {
      names: facts.classes.map(({ name }) => name), before: Uint32Array.from(facts.classes, ({ before }) => before), after: Uint32Array.from(facts.classes, ({ after }) => after), due: null,
    });
  }

  #drawFacts(facts: ReviewFacts): void {
    const share = formatShare(facts.kept / Math.max(1, facts.samples));
    const entries: (readonly [string, Node, string])[] = [
      [l10n.t("Kept"), document.createTextNode(l10n.t("{0} of {1} ({2})", formatCount(facts.kept), formatCount(facts.samples), share)), ""],
      [l10n.t("Budget asked for"), document.createTextNode(facts.requestedBudget), ""],
      [l10n.t("Objective"), document.createTextNode(qualityText(facts)), objectiveText(facts)],
      [l10n.t("By hand"), document.createTextNode(byHandText(facts.byHand)), ""],
      [l10n.t("File (SHA-256)"), this.#digest(l10n.t("Copy the SHA-256 of the file"), facts.sha256), facts.sha256],
      ...(facts.configDigest === null ? [] : [[l10n.t("Configuration"), this.#digest(l10n.t("Copy the digest of the configuration"), facts.configDigest), l10n.t("Digest of the settings, the rules and the decisions by hand that it was made with: {0}", facts.configDigest)] as const]),
    ];
    this.#facts.replaceChildren(...entries.map(([term, value, title]) => h("div", { ...(title === "" ? {} : { title }) }, h("dt", { text: term }), h("dd", {}, value))));
  }

  #digest(label: string, digest: string): HTMLElement {
    const copy = h("button", { class: "link", text: l10n.t("Copy"), attributes: { "type": "button", "aria-label": label } });
    copy.addEventListener("click", () => {
      navigator.clipboard.writeText(digest).then(
        () => { this.#copied.textContent = l10n.t("Copied."); copy.textContent = l10n.t("Copied"); setTimeout(() => { copy.textContent = l10n.t("Copy"); }, 1500); },
        () => { this.#copied.textContent = l10n.t("The clipboard refused it; the whole digest stands in the tooltip."); });
    });
    return h("span", { class: "digest" }, h("code", { text: shortDigest(digest) }), copy);
  }

  #drawStates(facts: ReviewFacts): void {
    const hadFocus = document.hasFocus() && this.#states.contains(document.activeElement);
    const lines: HTMLElement[] = [];
    const line = (mark: string, kind: string, text: string, ...more: Node[]): void => {
      lines.push(h("p", { class: `review-state ${kind}` }, h("span", { class: "state-mark", text: mark, attributes: { "aria-hidden": "true" } }), h("span", { text, attributes: { dir: "auto" } }), ...more));
    };
    const { approval, overruled, current } = facts;
    if (approval === null) line("○", "open", l10n.t("Not approved."));
    else line("✓", "good", approval.note === "" ? l10n.t("Approved on {0}.", dateText(approval.when)) : l10n.t("Approved on {0}: “{1}”", dateText(approval.when), approval.note));
    const isExtended = facts.reasons.some(({ reason }) => reason === "kept-before");
    // To prune again would forget what an earlier selection kept.
    const again = isExtended ? l10n.t("extend the earlier selection again.") : l10n.t("prune again.");
    if (!current) line("!", "bad", l10n.t("The dataset changed since it was selected from: {0}", again));
    if (overruled > 0) {
      const show = h("button", { class: "link", text: l10n.t("Show"), attributes: { "type": "button", "aria-label": l10n.t("Show the samples that were overruled since") } });
      show.addEventListener("click", this.#actions.showOverruled);
      line("!", "bad", overruled === 1 ? l10n.t("1 decision since contradicts it: {0}", again) : l10n.t("{0} decisions since contradict it: {1}", formatCount(overruled), again), show);
    }
    if ((!current || overruled > 0) && !isExtended) lines.at(-1)?.append(this.#pruneAgain.element);
    this.#states.replaceChildren(...lines);
    if (hadFocus && !this.#states.contains(document.activeElement)) this.#states.querySelector<HTMLElement>("vscode-button, button")?.focus();
  }

  #drawRules({ rules }: ReviewFacts): void {
    const shown = rules.slice(0, RULES_SHOWN);
    this.#rules.hidden = rules.length === 0;
    this.#rules.replaceChildren(h("h3", { text: l10n.t("Rules it was made under") }), h("ul", {}, ...shown.map(({ name, action, reason, samples }) => h("li", {},
      h("span", { class: `mark ${action === "protect" ? "protected" : "excluded"}-mark`, text: action === "protect" ? l10n.t("protects {0}", formatCount(samples)) : l10n.t("excludes {0}", formatCount(samples)) }),
      h("bdi", { class: "rule-name", text: name }), h("bdi", { class: "muted", text: reason })))));
    if (rules.length > shown.length) this.#rules.append(h("p", { class: "muted", text: l10n.t("and {0} more", formatCount(rules.length - shown.length)) }));
  }

  #askApproval(): void {
    const facts = this.#shown;
    if (facts === null || this.#isBusy) return;
    const doubt = !facts.current ? l10n.t("The dataset changed since.") : facts.overruled > 0 ? l10n.t("Decisions since contradict it.") : "";
    const question = l10n.t("Approve “{0}” as it is (SHA-256 {1})?", facts.selection, shortDigest(facts.sha256));
    this.#note.element.hidden = false;
    this.#note.open(doubt === "" ? question : `${question} ${doubt}`, l10n.t("Approve"), (note) => {
      this.#closeNote();
      if (note !== null) this.#actions.approve(note);
    });
    this.#note.focus();
  }

  #closeNote(): void {
    const hadFocus = this.#note.element.contains(document.activeElement);
    this.#note.element.hidden = true;
    if (hadFocus) this.#buttons[0].element.focus({ preventScroll: true });
  }
}
