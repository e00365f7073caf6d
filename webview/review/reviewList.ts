import * as l10n from "@vscode/l10n";
import type { ReviewEntry } from "../../src/protocol/review.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { VirtualList } from "../controls/virtualList.ts";
import { scrollFor } from "../samples/gridGeometry.ts";
import { entryRow } from "./entryRow.ts";
import type { Flip } from "./flips.ts";
import { NoteForm } from "./noteForm.ts";
import type { ReviewPages } from "./reviewPages.ts";

/** Pixels; below the width a row has two lines. */
const WIDE = 720;
const ROW_HEIGHT = { wide: 68, narrow: 112 } as const;

export interface ReviewListOptions {
  /** Pixels at the top of the scroller that are covered by what sticks there. */
  readonly covered: () => number;
  readonly pages: ReviewPages;
  readonly isCurrent: () => boolean;
  readonly isCompared: () => boolean;
  readonly look: (entry: ReviewEntry) => void;
  readonly flip: (rows: readonly number[], flip: Flip, note: string) => void;
  readonly undo: (entry: ReviewEntry) => void;
}

/** The entries of a list as rows: only those on the screen are there; walked through and chosen from by keyboard or pointer. */
export class ReviewList {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #scroller: HTMLElement;
  readonly #options: ReviewListOptions;
  readonly #list: VirtualList;
  readonly #note = new NoteForm("note");
  /** Id of the entry whose note is being asked for. */
  #asking: string | null = null;
  /** Place in the list that the keyboard is at, and of the other end of a run being chosen. */
  #active = 0;
  #anchor = 0;
  #count = 0;

  constructor(inspected: Inspected, scroller: HTMLElement, options: ReviewListOptions) {
    this.#inspected = inspected;
    this.#scroller = scroller;
    this.#options = options;
    this.#list = new VirtualList(scroller, {
      label: l10n.t("Samples of the review"), rowHeight: ROW_HEIGHT.wide,
      render: (index) => this.#row(index), onRows: (rows) => { options.pages.want(rows); },
    });
    this.element = this.#list.element;
    this.element.classList.add("review-list");
    this.element.addEventListener("keydown", (event) => { this.#key(event); });
    this.element.addEventListener("click", (event) => { this.#click(event); });
    this.element.addEventListener("focusin", (event) => {
      const index = indexOf(event.target);
      if (index === null || index === this.#active) return;
      this.#active = index;
      this.#setStops();
    });
    new ResizeObserver(() => { if (this.element.clientWidth > 0 && this.#isNarrow !== this.element.classList.contains("narrow")) this.#reset(); }).observe(this.element);
  }

  /** Shows that many entries. */
  draw(count: number): void {
    this.#count = count;
    this.#active = Math.min(this.#active, Math.max(0, count - 1));
    this.#keepingFocus(() => { this.#reset(); });
  }

  /** Entries have come, or what is drawn of them has changed. */
  redraw(): void {
    this.#keepingFocus(() => { this.#list.redraw(); });
    this.#setStops();
  }

  /** What is drawn anew loses the focus where it was another thing before: then the row that the keyboard is at gets it. */
  #keepingFocus(draw: () => void): void {
    const hadFocus = document.hasFocus() && this.element.contains(document.activeElement);
    draw();
    if (hadFocus && !this.element.contains(document.activeElement)) this.#focusRow();
  }

  #focusRow(): void {
    const row = this.#list.rowAt(this.#active);
    (row?.querySelector<HTMLElement>(".entry-go:not(:disabled)") ?? row?.querySelector<HTMLElement>("button:not(:disabled)") ?? row)?.focus({ preventScroll: true });
  }

  /** Another list begins at its top. */
  begin(): void {
    this.#active = 0;
    this.#anchor = 0;
    this.#asking = null;
  }

  /** Rows that can be listed: browsers cannot lay out endless pages. */
  get capacity(): number {
    return this.#list.capacity;
  }

  focusActive(): void {
    this.#goTo(this.#active);
  }

  get #isNarrow(): boolean {
    return this.element.clientWidth < WIDE;
  }

  #reset(): void {
    const isNarrow = this.#isNarrow;
    this.element.classList.toggle("narrow", isNarrow);
    this.#list.reset(this.#count, isNarrow ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide);
    this.#setStops();
  }

  get #rowHeight(): number {
    return this.element.classList.contains("narrow") ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide;
  }

  #row(index: number): HTMLElement {
    const entry = this.#options.pages.get(index);
    if (entry === null) return h("div", { class: "review-row pending", attributes: { "data-index": String(index), "tabindex": "-1", "aria-label": l10n.t("Loading…") } });
    const row = entryRow(this.#inspected, entry, {
      index, isCurrent: this.#options.isCurrent(), isCompared: this.#options.isCompared(), noteForm: this.#asking === entry.id ? this.#note.element : null,
      look: (looked) => { this.#look(index, looked); },
      flip: (asked, flip) => { this.#ask(index, asked, flip); },
      undo: this.#options.undo,
      choose: (chosen, extend) => { this.#choose(index, chosen, extend); },
    });
    this.#setStop(row, index);
    return row;
  }

  /** Only the controls of one row are reached with Tab: the one that the keyboard was at. */
  #setStops(): void {
    for (const row of this.element.querySelectorAll<HTMLElement>(".review-row")) this.#setStop(row, Number(row.dataset.index));
    // The row that the keyboard was at is not on the screen: the first one that is takes its place.
    if (this.#list.rowAt(this.#active) === null) for (const control of controlsOf(this.element.querySelector(".review-row"))) control.tabIndex = 0;
  }

  #setStop(row: HTMLElement, index: number): void {
    for (const control of controlsOf(row)) control.tabIndex = index === this.#active ? 0 : -1;
  }

  #look(index: number, entry: ReviewEntry): void {
    this.#active = index;
    this.#anchor = index;
    this.#options.look(entry);
    // The details that open take some of the page's height.
    requestAnimationFrame(() => { this.#scrollTo(index); });
  }

  #scrollTo(index: number): void {
    const top = this.element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top + this.#scroller.scrollTop + index * this.#rowHeight;
    this.#scroller.scrollTop = scrollFor(top, this.#rowHeight, this.#scroller.scrollTop, { height: this.#scroller.clientHeight, covered: this.#options.covered() });
    this.#list.reveal(index);
  }

  #ask(index: number, entry: ReviewEntry, flip: Flip): void {
    const { sample } = entry;
    if (sample === null) return;
    this.#active = index;
    this.#asking = entry.id;
    this.#note.open(flip === "keep" ? l10n.t("Why keep it?") : l10n.t("Why drop it?"), flip === "keep" ? l10n.t("Protect") : l10n.t("Exclude"), (note) => {
      this.#asking = null;
      this.redraw();
      this.#list.rowAt(this.#active)?.querySelector<HTMLElement>(".entry-go")?.focus({ preventScroll: true });
      if (note !== null) this.#options.flip([sample.row], flip, note);
    });
    this.redraw();
    this.#note.focus();
  }

  #choose(index: number, { sample }: ReviewEntry, extend: boolean): void {
    const { store } = this.#inspected;
    if (sample === null) return;
    const isChosen = store.selection.has(sample.row);
    const run: number[] = [];
    for (let at = Math.min(index, this.#anchor); extend && at <= Math.max(index, this.#anchor); at++) {
      const row = this.#options.pages.get(at)?.sample?.row;
      if (row !== undefined) run.push(row);
    }
    if (!extend) this.#anchor = index;
    store.select((chosen) => {
      if (extend) chosen.add(run);
      else if (isChosen) chosen.remove([sample.row]);
      else chosen.add([sample.row]);
    });
  }

  #goTo(index: number): void {
    if (this.#count === 0) return;
    this.#active = Math.max(0, Math.min(this.#count - 1, index));
    this.#scrollTo(this.#active);
    this.#setStops();
    this.#focusRow();
  }

  #key(event: KeyboardEvent): void {
    const index = indexOf(event.target);
    if (index === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = Math.max(1, Math.floor((this.#scroller.clientHeight - this.#options.covered()) / this.#rowHeight) - 1);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + step, PageUp: index - step, Home: 0, End: this.#count - 1 }[event.key];
    if (to !== undefined) this.#goTo(to);
    else if (!this.#act(event, index)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keys that do something with an entry. */
  #act(event: KeyboardEvent, index: number): boolean {
    const entry = this.#options.pages.get(index);
    const row = this.#list.rowAt(index);
    if (entry === null || row === null) return false;
    const press = (key: string): boolean => {
      const control = row.querySelector<HTMLButtonElement>(`[data-key="${key}:${index}"]`);
      control?.click();
      return control !== null;
    };
    switch (event.key.toLowerCase()) {
      case " ":
        // On its own controls the space bar presses them.
        if (event.target instanceof HTMLElement && !event.target.matches(".entry-go")) return false;
        this.#choose(index, entry, event.shiftKey);
        return true;
      case "f":
        return press("flip");
      case "o":
        return press("open");
      default:
        return false;
    }
  }

  /** A click beside the controls of a row looks at it. */
  #click(event: MouseEvent): void {
    const index = indexOf(event.target);
    if (index === null || !(event.target instanceof Element) || event.target.closest("button, input, vscode-button, .note-form") !== null) return;
    const entry = this.#options.pages.get(index);
    if (entry !== null) this.#look(index, entry);
  }
}

function indexOf(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>(".review-row") : null;
  return row === null ? null : Number(row.dataset.index);
}

function controlsOf(row: Element | null): Iterable<HTMLElement> {
  return row?.querySelectorAll<HTMLElement>("button, input.check") ?? [];
}
