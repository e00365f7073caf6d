import { h } from "./dom.ts";
import { rowsOnScreen } from "./virtualWindow.ts";
import type { Rows } from "./virtualWindow.ts";

const SPARE_ROWS = 2;
/** Browsers cannot lay out elements much taller than this. */
const MAX_PIXELS = 30_000_000;

/** A list of rows of one height that scrolls with the page and holds only the visible rows in the DOM. */
export class VirtualList {
  readonly element: HTMLElement;
  readonly #render: (index: number) => HTMLElement;
  readonly #onRows: (rows: Rows) => void;
  readonly #rows = new Map<number, HTMLElement>();
  #rowHeight: number;
  #count = 0;
  #scheduled = false;

  constructor(label: string, rowHeight: number, render: (index: number) => HTMLElement, onRows: (rows: Rows) => void) {
    this.element = h("div", { class: "virtual-list", attributes: { "role": "list", "aria-label": label } });
    this.#rowHeight = rowHeight;
    this.#render = render;
    this.#onRows = onRows;
    const schedule = (): void => { this.schedule(); };
    window.addEventListener("scroll", schedule, { passive: true });
    window.addEventListener("resize", schedule);
  }

  /** How many rows can be shown at most. */
  get capacity(): number {
    return Math.floor(MAX_PIXELS / this.#rowHeight);
  }

  /** Sets the number of rows and their height, and draws all visible ones anew. */
  reset(count: number, rowHeight: number): void {
    this.#rowHeight = rowHeight;
    this.#count = Math.min(count, this.capacity);
    this.element.style.height = `${this.#count * rowHeight}px`;
    this.redraw();
  }

  /** Draws the visible rows anew, keeping the focus and how far each row is scrolled sideways. */
  redraw(): void {
    const focus = this.#focused();
    const sideways = new Map([...this.#rows].map(([index, row]) => [index, row.querySelector(".strip")?.scrollLeft ?? 0]));
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.#layout();
    for (const [index, row] of this.#rows) {
      const strip = row.querySelector(".strip");
      if (strip !== null) strip.scrollLeft = sideways.get(index) ?? 0;
    }
    if (focus !== null) this.#rows.get(focus.index)?.querySelector<HTMLElement>(`[data-key="${CSS.escape(focus.key)}"]`)?.focus({ preventScroll: true });
  }

  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#layout();
    });
  }

  #layout(): void {
    // A hidden page has no place on the screen.
    if (this.element.offsetParent === null) return;
    const top = -this.element.getBoundingClientRect().top;
    const rows = rowsOnScreen(top, window.innerHeight, this.#rowHeight, this.#count, SPARE_ROWS);
    for (const [index, row] of this.#rows) {
      // A row that holds the focus stays, so that the keyboard does not lose its place.
      if ((index < rows.first || index >= rows.end) && !row.contains(document.activeElement)) {
        row.remove();
        this.#rows.delete(index);
      }
    }
    for (let index = rows.first; index < rows.end; index++) {
      if (this.#rows.has(index)) continue;
      const row = this.#render(index);
      row.style.top = `${index * this.#rowHeight}px`;
      row.style.height = `${this.#rowHeight}px`;
      row.setAttribute("role", "listitem");
      row.setAttribute("aria-setsize", String(this.#count));
      row.setAttribute("aria-posinset", String(index + 1));
      this.#rows.set(index, row);
      this.element.insertBefore(row, this.#after(index));
    }
    if (rows.end > rows.first) this.#onRows(rows);
  }

  /** The row before which a new one belongs: the order in the DOM is the order of the Tab key. */
  #after(index: number): HTMLElement | null {
    let next: number | null = null;
    for (const other of this.#rows.keys()) if (other > index && (next === null || other < next)) next = other;
    return next === null ? null : this.#rows.get(next) ?? null;
  }

  #focused(): { index: number; key: string } | null {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || active.dataset.key === undefined) return null;
    for (const [index, row] of this.#rows) if (row.contains(active)) return { index, key: active.dataset.key };
    return null;
  }
}
