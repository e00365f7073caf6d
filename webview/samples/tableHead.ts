import * as l10n from "@vscode/l10n";
import type { Store } from "../state/store.ts";
import { h } from "../controls/dom.ts";
import { sortText } from "./filterWords.ts";
import type { SampleSort } from "./sampleOrder.ts";

interface Column {
  readonly name: string;
  readonly title: string;
  /** Orders that a click goes through; none where the column sorts nothing. */
  readonly sorts: readonly { readonly sort: SampleSort; readonly direction: "ascending" | "descending" }[];
}

function columns(): readonly Column[] {
  return [
    { name: "place", title: l10n.t("Sample"), sorts: [{ sort: "source", direction: "ascending" }] },
    { name: "label", title: l10n.t("Label"), sorts: [{ sort: "label", direction: "ascending" }] },
    { name: "split", title: l10n.t("Split"), sorts: [{ sort: "split", direction: "ascending" }] },
    { name: "importance", title: l10n.t("Importance"), sorts: [{ sort: "important", direction: "descending" }, { sort: "unimportant", direction: "ascending" }] },
    { name: "nearest", title: l10n.t("Nearest"), sorts: [{ sort: "nearest", direction: "descending" }, { sort: "farthest", direction: "ascending" }] },
    { name: "cluster", title: l10n.t("Cluster"), sorts: [{ sort: "cluster", direction: "descending" }] },
    { name: "state", title: l10n.t("State"), sorts: [] },
  ];
}

/** The table's head: names of the columns, most of which sort the list. */
export class TableHead {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #cells: readonly { readonly column: Column; readonly cell: HTMLElement; readonly button: HTMLButtonElement | null }[];

  constructor(store: Store) {
    this.#store = store;
    this.#cells = columns().map((column) => {
      const isNumber = column.name === "importance" || column.name === "nearest" || column.name === "cluster";
      const cell = h("div", { class: `cell ${column.name}-cell${isNumber ? " figure" : ""}`, attributes: { role: "columnheader" } });
      if (column.sorts.length === 0) {
        cell.textContent = column.title;
        return { column, cell, button: null };
      }
      const button = h("button", { class: "sorter", text: column.title, attributes: { type: "button" } });
      button.addEventListener("click", () => {
        const at = column.sorts.findIndex(({ sort }) => sort === store.sort);
        store.setSort(column.sorts[(at + 1) % column.sorts.length].sort);
      });
      cell.append(button);
      return { column, cell, button };
    });
    this.element = h("div", { class: "table-head", attributes: { role: "rowgroup" } }, h("div", { class: "table-row", attributes: { "role": "row", "aria-rowindex": "1" } }, ...this.#cells.map(({ cell }) => cell)));
    this.draw();
  }

  draw(): void {
    for (const { column, cell, button } of this.#cells) {
      if (button === null) continue;
      const active = column.sorts.find(({ sort }) => sort === this.#store.sort);
      cell.setAttribute("aria-sort", active?.direction ?? "none");
      const next = column.sorts[(column.sorts.findIndex(({ sort }) => sort === this.#store.sort) + 1) % column.sorts.length];
      button.title = sortText(next.sort);
    }
  }
}
