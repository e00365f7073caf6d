import * as l10n from "@vscode/l10n";
import type { KeeperRule } from "../../src/protocol/dataset.ts";
import { formatCount } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button, dropdown } from "../controls/toolkit.ts";
import type { ClusterAction } from "./clusterDecisions.ts";
import type { ClusterFilter, ClusterSort } from "./clusterOrder.ts";

/** What the toolbar asks of the page. */
export interface ToolbarActions {
  readonly sort: (sort: ClusterSort) => void;
  readonly filter: (filter: ClusterFilter) => void;
  readonly chooseListed: () => void;
  /** For all chosen clusters. */
  readonly act: (action: ClusterAction) => void;
}

/** Sort, filter and keeper rule; and below, in a line that stays on the screen, what is listed and what can be done with the chosen clusters. */
export class ClusterToolbar {
  readonly choices = h("div", { class: "cluster-choices" });
  readonly line: HTMLElement;
  readonly #inspected: Inspected;
  readonly #actions: ToolbarActions;
  readonly #summary = h("p", { class: "cluster-summary", attributes: { role: "status" } });
  readonly #chosenText = h("span", { class: "count" });
  readonly #chosenBar: HTMLElement;
  readonly #chooseListed;
  readonly #question = h("div", { class: "question", attributes: { role: "group" } });
  readonly #done = h("p", { class: "done muted", attributes: { role: "status" } });
  #keeperRule: KeeperRule | null = null;

  constructor(inspected: Inspected, actions: ToolbarActions) {
    this.#inspected = inspected;
    this.#actions = actions;
    const bulk = (text: string, title: string, action: ClusterAction): HTMLElement => {
      const { element } = button(text, "secondary", () => { actions.act(action); });
      element.title = title;
      return element;
    };
    this.#chosenBar = h("div", { class: "chosen-clusters", attributes: { "role": "group", "aria-label": l10n.t("Chosen clusters") } }, this.#chosenText,
      ...(inspected.store.readOnly ? [] : [
        bulk(l10n.t("Keep One of Each"), l10n.t("Keep the keeper of each chosen cluster and exclude the others; protected ones stay"), "keepOne"),
        bulk(l10n.t("Keep All"), l10n.t("Protect all members of the chosen clusters"), "keepAll"),
        bulk(l10n.t("Undo"), l10n.t("Take back what was decided by hand about their members"), "undo"),
      ]));
    this.#chooseListed = button(l10n.t("Choose All Listed"), "secondary", actions.chooseListed);
    this.#chosenBar.hidden = true;
    this.#question.hidden = true;
    this.line = h("div", { class: "cluster-line" }, h("div", { class: "cluster-line-main" }, this.#summary, this.#chooseListed.element, this.#chosenBar), this.#question, this.#done);
  }

  /** Draws the choices anew: those of another dataset, or another keeper rule. */
  drawChoices(): void {
    const { store } = this.#inspected;
    const { clusterSort, clusterFilter } = store.memory.state;
    this.#keeperRule = store.summary?.keeperRule ?? null;
    const rule = this.#keeperRule;
    this.choices.replaceChildren(
      choice(l10n.t("Sort by"), [
        { id: "size", title: l10n.t("Size") }, { id: "tightest", title: l10n.t("Tightest first") }, { id: "loosest", title: l10n.t("Loosest first") },
        { id: "mixed", title: l10n.t("Mixed labels first") }, { id: "crossing", title: l10n.t("Crossing splits first") },
      ], clusterSort, this.#actions.sort),
      choice(l10n.t("Show"), [
        { id: "all", title: l10n.t("All clusters") }, { id: "exact", title: l10n.t("Exact copies only") }, { id: "near", title: l10n.t("Near-duplicates only") },
        { id: "mixed", title: l10n.t("Mixed labels") }, { id: "crossing", title: l10n.t("Crossing splits") }, { id: "undecided", title: l10n.t("Undecided") },
      ], clusterFilter, this.#actions.filter),
      ...(rule === null || store.readOnly ? [] : [choice<KeeperRule>(l10n.t("Keeper rule"), [
        { id: "important", title: l10n.t("Most important") }, { id: "central", title: l10n.t("Most central") },
        { id: "largest", title: store.summary?.kind === "image" || store.summary?.kind === "pair" ? l10n.t("Largest image") : l10n.t("Longest text") }, { id: "first", title: l10n.t("First by path") },
      ], rule, (chosen) => {
        store.channel.send({ type: "setKeeperRule", rule: chosen });
        this.say(l10n.t("The keeper rule is written to the settings; it takes effect at the next pruning."));
      }, l10n.t("takes effect at the next pruning"))]));
  }

  /** The summary may bring another keeper rule. */
  summaryChanged(): void {
    if ((this.#inspected.store.summary?.keeperRule ?? null) !== this.#keeperRule) this.drawChoices();
  }

  /** @param listed clusters that pass the filter, of `total`; `extra` is how many samples all of them have beyond the first */
  showCounts(listed: number, total: number, extra: number, share: string, most: number): void {
    const clusters = total === 1 ? l10n.t("1 cluster") : l10n.t("{0} clusters", formatCount(total));
    const beyond = extra === 1 ? l10n.t("1 sample beyond the first ({0} of all)", share) : l10n.t("{0} samples beyond the first ({1} of all)", formatCount(extra), share);
    this.#summary.textContent = [
      l10n.t("{0}, {1}", clusters, beyond), ...(listed === total ? [] : [l10n.t("{0} listed", formatCount(listed))]),
      ...(listed > most ? [l10n.t("the first {0} can be scrolled to", formatCount(most))] : []),
    ].join("; ");
  }

  clearCounts(): void {
    this.#summary.textContent = "";
    this.#chooseListed.element.hidden = true;
  }

  /** @param chosen clusters of those `listed`, and the samples in them */
  showChosen(chosen: number, samples: number, listed: number): void {
    this.#chosenBar.hidden = chosen === 0;
    this.#chooseListed.element.hidden = chosen === listed;
    this.#question.hidden = true;
    this.#chosenText.textContent = chosen === 1 ? l10n.t("1 cluster chosen ({0} samples)", formatCount(samples)) : l10n.t("{0} clusters chosen ({1} samples)", formatCount(chosen), formatCount(samples));
  }

  /** What has been done, in a sentence. */
  say(text: string): void {
    this.#done.textContent = text;
  }

  /** Asks before many samples change; the focus goes back to where it was. */
  ask(text: string, answer: string, agree: () => void): void {
    const before = document.activeElement;
    const close = (): void => {
      this.#question.hidden = true;
      if (before instanceof HTMLElement) before.focus();
    };
    const yes = button(answer, "primary", () => {
      close();
      agree();
    });
    const no = button(l10n.t("Cancel"), "secondary", close);
    this.#question.setAttribute("aria-label", text);
    this.#question.replaceChildren(h("span", { text }), yes.element, no.element);
    this.#question.onkeydown = (event) => {
      if (event.key === "Escape") close();
    };
    this.#question.hidden = false;
    yes.element.focus();
  }
}

function choice<Id extends string>(label: string, options: readonly { readonly id: Id; readonly title: string }[], chosen: Id, onChange: (id: Id) => void, hint?: string): HTMLElement {
  return h("div", { class: "choice" }, h("span", { class: "choice-label", text: label, attributes: { "aria-hidden": "true" } }), dropdown(label, options, chosen, onChange),
    ...(hint === undefined ? [] : [h("span", { class: "muted hint", text: hint })]));
}
