import * as l10n from "@vscode/l10n";
import type { Explanation, HistoryEntry, SampleView } from "../../src/protocol/samples.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button, progressRing } from "../controls/toolkit.ts";
import { placeOf } from "../samples/sampleCard.ts";
import { comparison, type Other } from "./compared.ts";
import { Actions, facts, historyList, marks, neighbours } from "./detailsSections.ts";
import { clusterOthers, decisionSentence, keeperOf, type Beside } from "./known.ts";
import { LookedAt } from "./lookedAt.ts";

/** Samples passed by with the arrow keys are not explained. */
const ASK_MS = 60;

interface Explained {
  readonly explanation: Explanation;
  readonly history: readonly HistoryEntry[];
}

/** One sample in full: what it is, what was decided about it and why, what is like it. */
export class DetailsPane {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #looked = new LookedAt();
  readonly #title = h("h2", { attributes: { dir: "auto" } });
  readonly #back: HTMLButtonElement;
  readonly #forward: HTMLButtonElement;
  readonly #compare = h("div", { class: "lead-compare" });
  readonly #top = h("div");
  readonly #actions: Actions;
  readonly #rest = h("div");
  /** Row in the pane; null while it is closed. */
  #row: number | null = null;
  /** The selection that it is explained by. */
  #by: string | null = null;
  #explained: Explained | null = null;
  #problem: string | null = null;
  /** Row that the user compares with; null for the one that says most. */
  #compared: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the keyboard came from. */
  #from: HTMLElement | null = null;
  #byKeyboard = false;
  /** Id whose details were open before a reload, until they are open again. */
  #restoring: string | null = null;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    const step = (text: string, label: string, run: () => void): HTMLButtonElement => {
      const tool = h("button", { class: "icon-button", text, title: label, attributes: { "type": "button", "aria-label": label } });
      tool.addEventListener("click", run);
      return tool;
    };
    this.#back = step("←", l10n.t("Back to the sample before"), () => { this.#step(-1); });
    this.#forward = step("→", l10n.t("Forward to the sample after"), () => { this.#step(1); });
    this.#actions = new Actions(inspected);
    this.element = h("aside", { class: "details", attributes: { "aria-label": l10n.t("Details of the sample"), "tabindex": "-1" } },
      h("header", { class: "details-head" }, this.#back, this.#forward, this.#title, step("✕", l10n.t("Close the details (Esc)"), () => { store.setFocus(null); })),
      h("div", { class: "details-body", attributes: { "tabindex": "0", "role": "group", "aria-label": l10n.t("What is known of the sample") } }, h("div", { class: "lead" }, this.#compare, h("div", { class: "lead-side" }, this.#top, this.#actions.element)), this.#rest));
    this.element.hidden = true;
    this.#watchKeyboard();
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || store.focus === null) return;
      store.setFocus(null);
      event.preventDefault();
    });
    store.on(["focus"], () => { this.#follow(); });
    store.on(["states", "clusters", "base"], () => { this.#draw(); });
    store.on(["samples"], () => {
      if (this.#row !== null && this.#explained === null) this.#ask();
      this.#draw();
    });
    store.on(["data"], () => { this.#begin(); });
  }

  /** An answer; one about another sample than the one in the pane is dropped. */
  receive(explanation: Explanation, history: readonly HistoryEntry[]): void {
    const { samples } = this.#inspected;
    samples.put([explanation.sample, ...explanation.neighbors.map(({ sample }) => sample), ...(explanation.keeper === null ? [] : [explanation.keeper.sample])]);
    this.#restoring = null;
    if (explanation.sample.row !== this.#row) return;
    clearTimeout(this.#timer);
    this.#explained = { explanation, history };
    this.#problem = null;
    this.#draw();
  }

  failed(message: string): void {
    if (this.#restoring !== null) {
      // The sample of the last time is not in the dataset any more.
      this.#restoring = null;
      this.#inspected.store.memory.keep({ focus: "" });
      return;
    }
    if (this.#row === null) return;
    this.#problem = message;
    this.#draw();
  }

  /** States or the index have changed. */
  renew(): void {
    if (this.#row !== null) this.#ask();
  }

  /** Another index: what was open before a reload opens again. */
  #begin(): void {
    const { store } = this.#inspected;
    this.#looked.clear();
    this.#follow();
    const { focus } = store.memory.state;
    if (store.summary === null || focus === "" || store.readOnly || store.focus !== null) return;
    this.#restoring = focus;
    store.focusById(focus);
  }

  #step(by: number): void {
    const row = this.#looked.go(by);
    if (row !== null) this.#inspected.store.setFocus(row);
  }

  /** Shows the sample that the store says. */
  #follow(): void {
    const { store } = this.#inspected;
    const { focus, explainedBy } = store;
    if (focus === this.#row && explainedBy === this.#by) return;
    const wasOpen = this.#row !== null;
    this.#row = focus;
    this.#by = explainedBy;
    this.#explained = null;
    this.#problem = null;
    this.#compared = null;
    clearTimeout(this.#timer);
    if (focus === null) {
      // A summary that is gone leaves the memory alone: the same dataset may come back.
      if (store.summary !== null && this.#restoring === null && wasOpen) store.memory.keep({ focus: "" });
      this.#close();
      return;
    }
    this.#looked.visit(focus);
    if (!wasOpen) this.#from = this.#byKeyboard && document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.element.hidden = false;
    this.element.querySelector(".details-body")?.scrollTo(0, 0);
    this.#draw();
    if (!wasOpen && this.#byKeyboard) this.element.focus({ preventScroll: true });
    this.#timer = setTimeout(() => { this.#ask(); }, ASK_MS);
  }

  #close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    // What had the focus may have been drawn anew since then.
    const key = this.#from?.dataset.key;
    const from = this.#from?.isConnected === true || key === undefined ? this.#from : document.querySelector<HTMLElement>(`.page [data-key="${CSS.escape(key)}"]`);
    if (hadFocus) from?.focus({ preventScroll: true });
    this.#from = null;
  }

  /** Asks why; once the sample's id is known. */
  #ask(): void {
    const { store, samples } = this.#inspected;
    if (this.#row === null) return;
    const sample = samples.get(this.#row);
    if (sample === null) return;
    store.memory.keep({ focus: sample.id });
    if (store.readOnly) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { store.channel.send({ type: "explain", id: sample.id, ...(this.#by === null ? {} : { selection: this.#by }) }); }, 0);
  }

  #draw(): void {
    const { samples, store } = this.#inspected;
    const row = this.#row;
    if (row === null) return;
    this.#back.disabled = !this.#looked.canGoBack;
    this.#forward.disabled = !this.#looked.canGoForward;
    const sample = this.#explained?.explanation.sample ?? samples.get(row);
    this.#actions.element.hidden = sample === null || store.readOnly;
    if (sample === null) {
      this.#title.textContent = l10n.t("Loading…");
      this.#compare.replaceChildren();
      this.#top.replaceChildren();
      this.#rest.replaceChildren(h("div", { class: "loading small" }, progressRing(l10n.t("Loading the sample"))));
      return;
    }
    const place = placeOf(sample);
    this.#title.textContent = place;
    this.#title.title = place;
    const key = document.activeElement instanceof HTMLElement && this.#rest.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    this.#drawTop(sample);
    this.#actions.draw(sample);
    this.#drawRest(sample);
    if (key !== undefined) this.#rest.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  #drawTop(sample: SampleView): void {
    const { store, samples } = this.#inspected;
    const explanation = this.#explained?.explanation ?? null;
    const keeper = explanation?.keeper?.sample ?? samplesAt(this.#inspected, keeperOf(this.#inspected, sample.row));
    const by = explanation?.selection ?? null;
    const sentence = explanation?.sentence ?? decisionSentence(this.#inspected, sample.row, keeper);
    const open = store.readOnly ? null : h("button", { class: "link", text: l10n.t("Open"), attributes: { "type": "button", "aria-label": l10n.t("Open {0} in the editor", placeOf(sample)) } });
    open?.addEventListener("click", () => { store.channel.send({ type: "reveal", id: sample.id }); });
    const isFocused = open !== null && this.#top.contains(document.activeElement) && document.activeElement?.tagName === "BUTTON";
    this.#compare.replaceChildren(comparison(this.#inspected, sample, this.#other(samples.get(sample.row) ?? sample)));
    this.#top.replaceChildren(
      ...(open === null ? [] : [h("div", { class: "open-line" }, open)]),
      marks(this.#inspected, sample),
      h("p", { class: "sentence", text: sentence, attributes: { dir: "auto" } }),
      ...(by === null || by === store.summary?.currentSelection ? [] : [h("p", { class: "muted sentence", text: l10n.t("So says “{0}”, which is not the selection shown elsewhere.", by) })]));
    if (isFocused) open.focus({ preventScroll: true });
  }

  #drawRest(sample: SampleView): void {
    const { store } = this.#inspected;
    const explanation = this.#explained?.explanation ?? null;
    const parts: HTMLElement[] = [facts(this.#inspected, sample, explanation)];
    const compare = (row: number): void => {
      this.#compared = row;
      this.#draw();
      this.element.querySelector(".details-body")?.scrollTo(0, 0);
    };
    if (this.#problem !== null) {
      const again = button(l10n.t("Try Again"), "secondary", () => {
        this.#problem = null;
        this.#ask();
        this.#draw();
      });
      parts.push(h("div", { class: "details-problem", attributes: { role: "alert" } }, h("p", { class: "problem", text: this.#problem }), again.element));
    } else if (explanation === null && !store.readOnly) parts.push(h("div", { class: "loading small" }, progressRing(l10n.t("Finding out why")), h("span", { text: l10n.t("Finding out why…") })));
    const others: readonly Beside[] = explanation?.neighbors.map(({ sample: { row }, similarity }) => ({ row, similarity })) ?? [];
    if (others.length > 0) parts.push(neighbours(this.#inspected, l10n.t("Nearest neighbours"), others, compare));
    const cluster = clusterOthers(this.#inspected, sample.row);
    if (store.readOnly && cluster !== null) parts.push(neighbours(this.#inspected, l10n.t("Others of its cluster"), cluster.others, compare));
    if (this.#explained !== null) parts.push(historyList(this.#inspected, this.#explained.history));
    this.#rest.replaceChildren(...parts);
  }

  /** The sample to look at beside this one: the one asked for, else the keeper; for texts else the nearest, where they are near-duplicates. */
  #other(sample: SampleView): Other | null {
    const { samples } = this.#inspected;
    const explanation = this.#explained?.explanation ?? null;
    const nearby = explanation?.neighbors ?? [];
    const keeper = keeperOf(this.#inspected, sample.row);
    if (this.#compared !== null) {
      const found = samples.get(this.#compared);
      const similarity = nearby.find(({ sample: { row } }) => row === this.#compared)?.similarity
        ?? (keeper?.row === this.#compared ? keeper.similarity : clusterOthers(this.#inspected, sample.row)?.others.find(({ row }) => row === this.#compared)?.similarity);
      if (found !== null && similarity !== undefined) return { sample: found, similarity, role: l10n.t("Neighbour") };
    }
    if (explanation !== null && explanation.keeper !== null) return { ...explanation.keeper, role: l10n.t("Keeper") };
    const kept = samplesAt(this.#inspected, keeper);
    if (kept !== null && keeper !== null) return { sample: kept, similarity: keeper.similarity, role: l10n.t("Keeper") };
    const cluster = clusterOthers(this.#inspected, sample.row);
    const nearest = nearby.find(({ sample: { row } }) => cluster?.others.some((other) => other.row === row));
    return nearest === undefined ? null : { ...nearest, role: l10n.t("Near-duplicate") };
  }

  /** Notes whether what happens now was begun with the keyboard: Enter, or a button pressed by a key. */
  #watchKeyboard(): void {
    const note = (isKeyboard: boolean): void => {
      if (!isKeyboard) return;
      this.#byKeyboard = true;
      setTimeout(() => { this.#byKeyboard = false; }, 0);
    };
    document.addEventListener("keydown", (event) => { note(event.key === "Enter"); }, { capture: true });
    document.addEventListener("click", (event) => { note(event.detail === 0); }, { capture: true });
  }
}

function samplesAt({ samples }: Inspected, beside: Beside | null): SampleView | null {
  return beside === null ? null : samples.get(beside.row);
}
