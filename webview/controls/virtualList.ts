import { h } from "./dom.ts";
import { rowsOnScreen } from "./virtualWindow.ts";
import type { Rows } from "./virtualWindow.ts";

const SPARE_ROWS = 2;
/** Browsers cannot lay out elements much taller than this. */
const MAX_PIXELS = 33_000_000;

export interface VirtualListOptions {
  readonly label: string;
  /** Pixels. */
  readonly rowHeight: number;
  readonly render: (index: number) => HTMLElement;
  /** Told of the rows that are on the screen, spare ones included. */
  readonly onRows?: (rows: Rows) => void;
  /** Of the list and of its rows: "list" and "listitem" when left out. */
  readonly roles?: { readonly list: string; readonly row: string };
}

/** A list of rows of one height that scrolls with the page that it stands in, and holds only the visible rows in the DOM. */
export class VirtualList {
  readonly element: HTMLElement;
  readonly #options: VirtualListOptions;
  readonly #scroller: HTMLElement;
  readonly #rows = new Map<number, HTMLElement>();
  #rowHeight: number;
  #count = 0;
  #scheduled = false;

  /** @param scroller the element that scrolls, an ancestor of the list */
  constructor(scroller: HTMLElement, options: VirtualListOptions) {
    this.element = h("div", { class: "virtual-list", attributes: { "role": options.roles?.list ?? "list", "aria-label": options.label } });
    this.#options = options;
    this.#scroller = scroller;
    this.#rowHeight = options.rowHeight;
    scroller.addEventListener("scroll", () => { this.#layout(); }, { passive: true });
    new ResizeObserver(() => { this.schedule(); }).observe(scroller);
  }

  /** How many rows can be shown at most. */
  get capacity(): number {
    return Math.floor(MAX_PIXELS / this.#rowHeight);
  }

  /** Sets the number of rows and their height, and draws all visible ones anew. */
  reset(count: number, rowHeight = this.#rowHeight): void {
    this.#rowHeight = rowHeight;
    this.#count = Math.min(count, this.capacity);
    this.element.style.height = `${this.#count * rowHeight}px`;
    this.redraw();
  }

  /** Scrolls so that a row is on the screen. */
  reveal(index: number): void {
    const top = this.element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top + this.#scroller.scrollTop + index * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + clientHeight) this.#scroller.scrollTop = top + this.#rowHeight - clientHeight;
    this.#layout();
  }

  /** The row's element, if it is in the DOM. */
  rowAt(index: number): HTMLElement | null {
    return this.#rows.get(index) ?? null;
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
    // What has no focus must not take it from the editor.
    if (focus !== null && document.hasFocus()) this.#rows.get(focus.index)?.querySelector<HTMLElement>(`[data-key="${CSS.escape(focus.key)}"]`)?.focus({ preventScroll: true });
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
    const screen = this.#scroller.getBoundingClientRect();
    const top = screen.top - this.element.getBoundingClientRect().top;
    const rows = rowsOnScreen(top, screen.height, this.#rowHeight, this.#count, SPARE_ROWS);
    for (const [index, row] of this.#rows) {
      // A row that holds the focus stays, so that the keyboard does not lose its place.
      if ((index < rows.first || index >= rows.end) && !row.contains(document.activeElement)) {
        row.remove();
        this.#rows.delete(index);
      }
    }
    for (let index = rows.first; index < rows.end; index++) {
      if (this.#rows.has(index)) continue;
      const row = this.#options.render(index);
      row.style.top = `${index * this.#rowHeight}px`;
      row.style.height = `${this.#rowHeight}px`;
      if (this.#options.roles === undefined) {
        row.setAttribute("role", "listitem");
        row.setAttribute("aria-setsize", String(this.#count));
        row.setAttribute("aria-posinset", String(index + 1));
      } else row.setAttribute("role", this.#options.roles.row);
      this.#rows.set(index, row);
      this.element.insertBefore(row, this.#after(index));
    }
    if (rows.end > rows.first) this.#options.onRows?.(rows);
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
