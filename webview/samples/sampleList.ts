import * as l10n from "@vscode/l10n";
import type { Inspected } from "../app/page.ts";
import { debounced, h } from "../controls/dom.ts";
import { VirtualList } from "../controls/virtualList.ts";
import { extended, runOf } from "./choosing.ts";
import { columnsIn, gridRows, moved, samplesOf, scrollFor, type Grid } from "./gridGeometry.ts";
import { Ahead, ScrollPace } from "./prefetch.ts";
import { tableLook, tileLook, type SampleLook } from "./sampleLook.ts";
import { TableHead } from "./tableHead.ts";

/** Pixels; the heights are also in samples.css, by the tile's parts. */
const GAP = 8;
const TILE = { image: { width: 118, height: 162 }, text: { width: 236, height: 112 }, pair: { width: 168, height: 226 } } as const;
const TABLE_ROW = 34;
const FOLLOW_MS = 140;

export interface SampleListOptions {
  /** Pixels at the top of the scroller that are covered by what sticks there. */
  readonly covered: () => number;
  /** Keys for decisions by hand. */
  readonly act: (key: string, rows: Uint32Array) => boolean;
}

/** The listed samples as a grid of tiles or a table: only what is on the screen is in the DOM; moved in and chosen from by keyboard or pointer. */
export class SampleList {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #scroller: HTMLElement;
  readonly #options: SampleListOptions;
  readonly #list: VirtualList;
  readonly #head: TableHead;
  readonly #tiles: SampleLook;
  readonly #table: SampleLook;
  readonly #pace: ScrollPace;
  readonly #ahead: Ahead;
  #listed: Uint32Array = new Uint32Array(0);
  #layout: "grid" | "table" = "grid";
  #grid: Grid = { count: 0, columns: 1 };
  /** Place in the list of the sample that the keyboard is at, and of the other end of a run being chosen. */
  #active = 0;
  #anchor = 0;
  #stop: HTMLElement | null = null;
  readonly #follow;

  constructor(inspected: Inspected, scroller: HTMLElement, options: SampleListOptions) {
    this.#inspected = inspected;
    this.#scroller = scroller;
    this.#options = options;
    this.#tiles = tileLook(inspected);
    this.#table = tableLook(inspected);
    this.#head = new TableHead(inspected.store);
    this.#ahead = new Ahead(inspected);
    this.#pace = new ScrollPace(() => { this.fill(); });
    // Before the list's own listener: it must know how fast the rows pass that it makes.
    scroller.addEventListener("scroll", () => { this.#pace.moved(scroller.scrollTop, scroller.clientHeight, performance.now()); }, { passive: true });
    this.#list = new VirtualList(scroller, {
      label: l10n.t("Samples"), rowHeight: TABLE_ROW, roles: { list: "rowgroup", row: "row" },
      render: (index) => this.#row(index), onRows: (rows) => { this.#shown(rows.first, rows.end); },
    });
    this.element = h("div", { class: "sample-grid", attributes: { "role": "grid", "aria-multiselectable": "true", "aria-label": l10n.t("Samples") } }, this.#head.element, this.#list.element);
    this.#list.element.addEventListener("keydown", (event) => { this.#key(event); });
    this.#list.element.addEventListener("click", (event) => { this.#click(event); });
    this.#list.element.addEventListener("focusin", (event) => {
      const index = this.#indexOf(event.target);
      if (index !== null && index !== this.#active) this.#goTo(index, false);
    });
    this.#follow = debounced(FOLLOW_MS, () => {
      if (inspected.store.focus !== null && this.#active < this.#listed.length) inspected.store.setFocus(this.#listed[this.#active]);
    });
    new ResizeObserver(() => { this.#resized(); }).observe(this.element);
  }

  /** Draws a list, unless it is the one on the screen: that one is only marked anew. */
  draw(listed: Uint32Array, layout: "grid" | "table"): void {
    const isSame = layout === this.#layout && listed.length === this.#listed.length && listed.every((row, at) => row === this.#listed[at]);
    this.#head.draw();
    if (isSame) {
      this.mark();
      return;
    }
    const activeRow = this.#listed[this.#active];
    const hadFocus = this.#list.element.contains(document.activeElement);
    this.#listed = listed;
    this.#layout = layout;
    const stays = activeRow === undefined ? -1 : listed.indexOf(activeRow);
    this.#active = stays >= 0 ? stays : 0;
    this.#anchor = this.#active;
    this.element.classList.toggle("as-table", layout === "table");
    this.#head.element.hidden = layout !== "table";
    this.#measure();
    if (hadFocus && !this.#list.element.contains(document.activeElement)) this.focusActive();
  }

  /** Redraws whatever is on the screen, as when the kind of dataset or the order's own figures change. */
  redraw(): void {
    this.#measure();
  }

  /** Samples that can be listed: browsers cannot lay out endless pages. */
  get capacity(): number {
    return this.#list.capacity * this.#grid.columns;
  }

  /** Samples have come. */
  fill(): void {
    for (const [element, row] of this.#items()) {
      if (element.classList.contains("pending") && this.#look.fill(element, row)) this.#look.mark(element, row);
    }
    this.#ahead.fetch();
  }

  /** States, chosen samples, or the sample in the details have changed. */
  mark(): void {
    for (const [element, row] of this.#items()) this.#look.mark(element, row);
  }

  /** Brings a sample on the screen, if it is listed, without taking the focus. */
  reveal(row: number): void {
    const index = this.#listed.indexOf(row);
    if (index < 0) return;
    if (!this.#list.element.contains(document.activeElement)) {
      this.#active = index;
      this.#anchor = index;
    }
    this.#scrollTo(index);
    this.#setStop();
  }

  /** Moves the focus to the sample that the keyboard was at last. */
  focusActive(): void {
    if (this.#listed.length === 0) return;
    this.#scrollTo(this.#active);
    this.#elementAt(this.#active)?.focus({ preventScroll: true });
    this.#setStop();
  }

  get #look(): SampleLook {
    return this.#layout === "table" ? this.#table : this.#tiles;
  }

  get #rowHeight(): number {
    return this.#layout === "table" ? TABLE_ROW : this.#tile.height + GAP;
  }

  get #tile(): { readonly width: number; readonly height: number } {
    const kind = this.#inspected.store.summary?.kind ?? "image";
    return kind === "vector" ? TILE.text : TILE[kind];
  }

  /** Fits the list to the page, keeping in place what is on the screen. */
  #measure(): void {
    const width = this.element.clientWidth;
    const columns = this.#layout === "table" ? 1 : columnsIn(width, this.#tile.width, GAP);
    this.#grid = { count: this.#listed.length, columns };
    this.element.style.setProperty("--columns", String(columns));
    this.element.style.setProperty("--tile-height", `${this.#tile.height}px`);
    const rows = gridRows(this.#grid);
    const hasSplits = this.#inspected.store.summary?.splits.some(({ name, count }) => name !== "none" && count > 0) === true;
    this.element.setAttribute("aria-rowcount", String(rows + (this.#layout === "table" ? 1 : 0)));
    this.element.setAttribute("aria-colcount", String(this.#layout === "table" ? (hasSplits ? 7 : 6) : columns));
    this.element.classList.toggle("no-splits", !hasSplits);
    this.#list.reset(rows, this.#rowHeight);
  }

  #resized(): void {
    if (this.element.clientWidth === 0 || this.#layout === "table") return;
    const columns = columnsIn(this.element.clientWidth, this.#tile.width, GAP);
    if (columns === this.#grid.columns) return;
    const before = this.#rowHeight;
    const top = this.#top();
    const { scrollTop, clientHeight } = this.#scroller;
    const seen = (index: number): number => top + Math.floor(index / this.#grid.columns) * before - scrollTop;
    const { focus } = this.#inspected.store;
    const isSeen = (index: number): boolean => index >= 0 && seen(index) > -before && seen(index) < clientHeight;
    const inDetails = focus === null ? -1 : this.#listed.indexOf(focus);
    const kept = isSeen(inDetails) ? inDetails : isSeen(this.#active) ? this.#active : Math.max(0, Math.floor((scrollTop - top) / before)) * this.#grid.columns;
    const at = seen(kept);
    const isBelowTop = scrollTop > 0;
    const hadFocus = this.#list.element.contains(document.activeElement);
    this.#measure();
    if (isBelowTop) this.#scroller.scrollTop = this.#top() + Math.floor(kept / columns) * before - at;
    // The details that made the page smaller may be about a sample that is below its edge now.
    if (kept === inDetails) this.#scrollTo(kept);
    if (!hadFocus || this.#list.element.contains(document.activeElement)) return;
    // The sample that had the focus lies far off: it goes to what is seen.
    if (this.#elementAt(this.#active) === null) this.#goTo(kept, false);
    this.#elementAt(this.#active)?.focus({ preventScroll: true });
  }

  #row(index: number): HTMLElement {
    if (this.#layout === "table") {
      const element = this.#item(index);
      element.setAttribute("aria-rowindex", String(index + 2));
      element.classList.add("sample-row");
      return element;
    }
    const line = h("div", { class: "sample-row tile-row", attributes: { "aria-rowindex": String(index + 1) } });
    const { start, end } = samplesOf(index, index + 1, this.#grid);
    for (let at = start; at < end; at++) {
      const tile = this.#item(at);
      tile.setAttribute("aria-colindex", String(at - start + 1));
      line.append(tile);
    }
    return line;
  }

  #item(index: number): HTMLElement {
    const row = this.#listed[index];
    const element = this.#look.create(row);
    element.dataset.index = String(index);
    if (!this.#pace.isFast) this.#look.fill(element, row);
    this.#look.mark(element, row);
    return element;
  }

  #shown(first: number, end: number): void {
    this.#setStop();
    if (this.#pace.isFast) return;
    const rows = Math.max(1, end - first);
    const { start, end: stop } = this.#pace.isDown ? samplesOf(end, end + rows, this.#grid) : samplesOf(Math.max(0, first - rows), first, this.#grid);
    this.#ahead.want(this.#listed.subarray(start, stop));
  }

  *#items(): Iterable<[HTMLElement, number]> {
    for (const element of this.#list.element.querySelectorAll<HTMLElement>("[data-row]")) yield [element, Number(element.dataset.row)];
  }

  /** Exactly one sample can be reached with Tab: the one that the keyboard was at, or the first on the screen. */
  #setStop(): void {
    const stop = this.#elementAt(this.#active) ?? this.#list.element.querySelector<HTMLElement>("[data-index]");
    if (stop === this.#stop) return;
    this.#stop?.setAttribute("tabindex", "-1");
    stop?.setAttribute("tabindex", "0");
    this.#stop = stop;
  }

  #elementAt(index: number): HTMLElement | null {
    return this.#list.element.querySelector<HTMLElement>(`[data-index="${index}"]`);
  }

  #indexOf(target: EventTarget | null): number | null {
    const element = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
    return element === null ? null : Number(element.dataset.index);
  }

  /** Where the list begins in the page that scrolls. */
  #top(): number {
    return this.#list.element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top + this.#scroller.scrollTop;
  }

  #scrollTo(index: number): void {
    const row = Math.floor(index / this.#grid.columns);
    this.#scroller.scrollTop = scrollFor(this.#top() + row * this.#rowHeight, this.#rowHeight, this.#scroller.scrollTop, { height: this.#scroller.clientHeight, covered: this.#options.covered() });
    this.#list.reveal(row);
  }

  #goTo(index: number, extends_: boolean): void {
    if (!extends_) this.#anchor = index;
    this.#active = index;
    this.#setStop();
  }

  #key(event: KeyboardEvent): void {
    const { store } = this.#inspected;
    const index = this.#indexOf(event.target);
    if (index === null || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const done = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (isCommand) {
      if (event.key.toLowerCase() !== "a") return;
      store.select((chosen) => { chosen.add(store.matching); });
      return done();
    }
    const page = Math.floor((this.#scroller.clientHeight - this.#options.covered()) / this.#rowHeight);
    const to = moved(event.key, index, this.#grid, page);
    if (to !== null) {
      if (event.shiftKey) {
        const { add, remove } = extended(this.#listed, this.#anchor, index, to);
        store.select((chosen) => {
          chosen.remove(remove);
          chosen.add(add);
        });
      }
      this.#goTo(to, event.shiftKey);
      this.focusActive();
      this.#follow();
      return done();
    }
    switch (event.key) {
      case "Enter":
        if (store.focus === this.#listed[index]) document.querySelector<HTMLElement>("aside.details")?.focus();
        else store.setFocus(this.#listed[index]);
        return done();
      case " ":
        this.#toggle(index);
        return done();
      case "Escape":
        if (store.selection.size === 0) return;
        store.select((chosen) => { chosen.clear(); });
        return done();
      default: {
        const row = this.#listed[index];
        if (this.#options.act(event.key, store.selection.has(row) ? store.selection.rows() : Uint32Array.from([row]))) done();
      }
    }
  }

  #click(event: MouseEvent): void {
    const { store } = this.#inspected;
    const index = this.#indexOf(event.target);
    if (index === null) return;
    const isPick = event.target instanceof Element && event.target.closest(".pick") !== null;
    if (event.shiftKey) {
      const { add } = extended(this.#listed, this.#anchor, this.#anchor, index);
      store.select((chosen) => { chosen.add(add); });
      this.#goTo(index, true);
    } else {
      this.#goTo(index, false);
      if (isPick || event.ctrlKey || event.metaKey) this.#toggle(index);
      else store.setFocus(this.#listed[index]);
    }
    // The tile may have been moved by the details that opened.
    this.#elementAt(index)?.focus({ preventScroll: true });
  }

  #toggle(index: number): void {
    const rows = runOf(this.#listed, index, index);
    this.#anchor = index;
    this.#inspected.store.select((chosen) => {
      if (chosen.has(rows[0])) chosen.remove(rows);
      else chosen.add(rows);
    });
  }
}
