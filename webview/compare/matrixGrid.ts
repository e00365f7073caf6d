import { h } from "../controls/dom.ts";

export interface GridColumn {
  readonly key: string;
  readonly text: string;
  readonly note?: string;
  readonly title: string;
  /** A value of aria-sort. */
  readonly sorted: string;
  readonly look: string;
}
export interface GridRow {
  readonly strategy: number;
  readonly name: HTMLElement;
  readonly cells: readonly HTMLTableCellElement[];
}
export interface GridFacts {
  readonly title: string;
  readonly lines: readonly string[];
}
export interface GridActions {
  readonly sort: (column: string) => void;
  readonly choose: (strategy: number) => void;
  /** What is said of a cell beside it; null for nothing. */
  readonly facts: (column: string, strategy: number) => GridFacts | null;
}

const BESIDE = 6;

/**
 * A table that scrolls within its frame under a head and beside a first column that stay. One stop of the Tab key; arrow keys go from cell to cell,
 * Enter sorts by a column or chooses a row.
 */
export class MatrixGrid {
  readonly element: HTMLElement;
  readonly #actions: GridActions;
  readonly #table: HTMLTableElement;
  readonly #tip = h("div", { class: "matrix-tip", attributes: { role: "tooltip", id: "matrix-tip" } });
  readonly #frame: HTMLElement;
  #keys: readonly string[] = [];
  /** By row, the head first; in each the elements that take the focus. */
  #cells: readonly (readonly HTMLElement[])[] = [];
  #strategies: readonly number[] = [];
  #row = 0;
  #column = 0;
  /** The cell whose facts are on the screen. */
  #described: HTMLElement | null = null;

  constructor(label: string, actions: GridActions) {
    this.#actions = actions;
    this.#table = h("table", { class: "matrix-table", attributes: { "role": "grid", "aria-label": label } });
    this.#frame = h("div", { class: "matrix-frame" }, this.#table);
    this.#tip.hidden = true;
    this.element = h("div", { class: "matrix-place" }, this.#frame, this.#tip);
    this.#table.addEventListener("click", (event) => { this.#click(event); });
    this.#table.addEventListener("keydown", (event) => { this.#key(event); });
    this.#table.addEventListener("focusin", (event) => { this.#focused(event.target); });
    this.#table.addEventListener("focusout", () => { this.#hideTip(); });
    this.#table.addEventListener("pointerover", (event) => { this.#pointed(event); });
    this.#table.addEventListener("pointerleave", () => { this.#hideTip(); });
    // The focus takes its facts along as its cell moves.
    this.#frame.addEventListener("scroll", () => {
      if (this.#described === document.activeElement) this.#placeTip();
      else this.#hideTip();
    }, { passive: true });
  }

  /** Draws the table anew; the focus stays with its column and its row's strategy. */
  draw(columns: readonly GridColumn[], groups: readonly { readonly text: string; readonly columns: number }[], rows: readonly GridRow[]): void {
    const hadFocus = document.hasFocus() && this.#table.contains(document.activeElement);
    const column = this.#keys[this.#column];
    const strategy = this.#row === 0 ? null : this.#strategies[this.#row - 1];
    this.#hideTip();
    this.#keys = columns.map(({ key }) => key);
    this.#strategies = rows.map((row) => row.strategy);
    const buttons = columns.map(({ text, note, title }) => h("button", { class: "matrix-sorter", ...(title === "" ? {} : { title }), attributes: { type: "button", tabindex: "-1" } },
      h("span", { text, attributes: { dir: "auto" } }), ...(note === undefined || note === "" ? [] : [h("span", { class: "matrix-note", text: note })])));
    const head = h("tr", { class: "matrix-head" }, ...columns.map(({ sorted, look }, i) => h("th", { class: look, attributes: { "scope": "col", "aria-sort": sorted } }, buttons[i])));
    const above = h("tr", { class: "matrix-groups" }, ...groups.map(({ text, columns: span }, i) => (text === "" ? h("td", { class: i === 0 ? "matrix-name" : "", attributes: { colspan: String(span) } })
      : h("th", { attributes: { scope: "colgroup", colspan: String(span) } }, h("span", { text })))));
    const names: HTMLElement[] = [];
    const body = h("tbody", {}, ...rows.map(({ strategy: s, name, cells }, r) => {
      const first = h("th", { class: "matrix-name", attributes: { scope: "row", tabindex: "-1" } }, name);
      names.push(first);
      const row = h("tr", { attributes: { "data-row": String(r + 1), "data-strategy": String(s), "aria-selected": "false" } }, first, ...cells);
      for (const cell of cells) cell.tabIndex = -1;
      return row;
    }));
    this.#table.replaceChildren(h("thead", {}, above, head), body);
    this.#cells = [buttons, ...rows.map(({ cells }, r) => [names[r], ...cells])];
    this.#column = Math.max(0, this.#keys.indexOf(column));
    this.#row = strategy === null ? 0 : Math.max(0, 1 + this.#strategies.indexOf(strategy));
    this.#cells[this.#row][this.#column].tabIndex = 0;
    if (hadFocus) this.#cells[this.#row][this.#column].focus({ preventScroll: true });
  }

  /** Marks the row of a strategy. */
  choose(strategy: number | null): void {
    for (const row of this.#table.tBodies[0]?.rows ?? []) row.setAttribute("aria-selected", String(Number(row.dataset.strategy) === strategy));
  }

  #placeOf(target: EventTarget | null): { readonly row: number; readonly column: number } | null {
    if (!(target instanceof Element)) return null;
    const cell = target.closest<HTMLTableCellElement>("th, td");
    const row = cell?.parentElement;
    if (cell === null || row === null || row === undefined || row.classList.contains("matrix-groups")) return null;
    return { row: row instanceof HTMLElement && row.dataset.row !== undefined ? Number(row.dataset.row) : 0, column: cell.cellIndex };
  }

  #click(event: MouseEvent): void {
    const place = this.#placeOf(event.target);
    if (place === null) return;
    this.#goTo(place.row, place.column, false);
    this.#act(place.row, place.column);
  }

  #act(row: number, column: number): void {
    if (row === 0) this.#actions.sort(this.#keys[column]);
    else this.#actions.choose(this.#strategies[row - 1]);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    if (event.key === "Escape" && !this.#tip.hidden) {
      this.#hideTip();
      event.stopPropagation();
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      this.#act(this.#row, this.#column);
      event.preventDefault();
      return;
    }
    const last = { row: this.#cells.length - 1, column: this.#keys.length - 1 };
    const moves: { readonly [key: string]: readonly [number, number] | undefined } = {
      ArrowLeft: [this.#row, this.#column - 1], ArrowRight: [this.#row, this.#column + 1], ArrowUp: [this.#row - 1, this.#column], ArrowDown: [this.#row + 1, this.#column],
      Home: [event.ctrlKey ? 0 : this.#row, 0], End: [event.ctrlKey ? last.row : this.#row, last.column], PageUp: [0, this.#column], PageDown: [last.row, this.#column],
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#goTo(Math.min(last.row, Math.max(0, to[0])), Math.min(last.column, Math.max(0, to[1])), true);
  }

  #goTo(row: number, column: number, isByKey: boolean): void {
    const before = this.#cells[this.#row]?.[this.#column];
    if (before !== undefined) before.tabIndex = -1;
    this.#row = row;
    this.#column = column;
    const cell = this.#cells[row][column];
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    if (isByKey) this.#reveal(cell);
  }

  /** Scrolls so that neither the head nor the first column hides the cell. */
  #reveal(cell: HTMLElement): void {
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (cell.matches("td")) this.#describe(cell);
  }

  #focused(target: EventTarget | null): void {
    // A pointer has its own way to the facts.
    if (target instanceof HTMLElement && target.matches("td:focus-visible")) this.#describe(target);
  }

  #pointed(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("tbody td") : null;
    if (cell === null) this.#hideTip();
    else this.#describe(cell);
  }

  #describe(cell: HTMLElement): void {
    const place = this.#placeOf(cell);
    const facts = place === null || place.row === 0 ? null : this.#actions.facts(this.#keys[place.column], this.#strategies[place.row - 1]);
    this.#hideTip();
    if (facts === null) return;
    this.#tip.replaceChildren(h("strong", { text: facts.title, attributes: { dir: "auto" } }), ...facts.lines.map((text) => h("div", { text, attributes: { dir: "auto" } })));
    this.#tip.hidden = false;
    this.#described = cell;
    cell.setAttribute("aria-describedby", this.#tip.id);
    this.#placeTip();
  }

  #placeTip(): void {
    if (this.#described === null) return;
    const at = this.#described.getBoundingClientRect();
    const { width, height } = this.#tip.getBoundingClientRect();
    const below = at.bottom + BESIDE;
    this.#tip.style.left = `${Math.max(BESIDE, Math.min(at.left, window.innerWidth - width - BESIDE))}px`;
    this.#tip.style.top = `${below + height <= window.innerHeight ? below : Math.max(BESIDE, at.top - height - BESIDE)}px`;
  }

  #hideTip(): void {
    if (this.#tip.hidden) return;
    this.#tip.hidden = true;
    this.#described?.removeAttribute("aria-describedby");
    this.#described = null;
  }
}
