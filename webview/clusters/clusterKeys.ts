import * as l10n from "@vscode/l10n";
import { h } from "../controls/dom.ts";

/** What the keys do, on the list of clusters. */
export interface ClusterKeys {
  /** How many rows there are. */
  readonly count: () => number;
  /** Rows that fit on the screen. */
  readonly page: () => number;
  readonly indexOf: (row: HTMLElement) => number;
  /** Scrolls a row on the screen and hands it back. */
  readonly reveal: (index: number) => HTMLElement | null;
  /** Chooses or unchooses a whole cluster; with `isRange` all from the last one chosen on. */
  readonly chooseCluster: (index: number, isRange: boolean) => void;
  readonly chooseMember: (row: number) => void;
  readonly open: (row: number) => void;
}

/** Shortcuts, by key: the button that they press, of the row or of its card. */
const ROW_BUTTONS: Readonly<Record<string, string>> = { o: "keep-one", a: "keep-all", u: "undo" };
const CARD_BUTTONS: Readonly<Record<string, readonly string[]>> = { k: ["keeper"], p: ["protect"], x: ["exclude", "include"] };

/**
 * Moves through a list of clusters by the keyboard. One row is active, and in each row one card: the Tab key meets the
 * active row with its buttons and the active card with its own, and passes the others.
 */
export class ClusterKeyboard {
  readonly #list: HTMLElement;
  readonly #keys: ClusterKeys;
  #active = 0;

  constructor(list: HTMLElement, keys: ClusterKeys) {
    this.#list = list;
    this.#keys = keys;
    list.addEventListener("keydown", (event) => { this.#pressed(event); });
    list.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLElement) this.#focused(target);
    });
  }

  /** Makes a row that has just been drawn part of the order of the Tab key. */
  adopt(row: HTMLElement, index: number): void {
    const isActive = index === this.#active;
    for (const element of row.querySelectorAll<HTMLElement>(".row-body, .row-heading :is(input, button)")) element.tabIndex = isActive ? 0 : -1;
    const cards = cardsOf(row);
    const current = cards.find((card) => card.tabIndex === 0) ?? cards[0];
    for (const card of cards) {
      card.tabIndex = card === current ? 0 : -1;
      for (const control of card.querySelectorAll<HTMLElement>("input, button")) control.tabIndex = isActive && card === current ? 0 : -1;
    }
  }

  /** The list has other rows than before. */
  reset(): void {
    this.#active = Math.max(0, Math.min(this.#active, this.#keys.count() - 1));
  }

  #focused(target: HTMLElement): void {
    const row = target.closest<HTMLElement>(".cluster-row");
    if (row === null) return;
    const before = this.#active;
    this.#active = this.#keys.indexOf(row);
    const card = target.closest<HTMLElement>(".card");
    if (card !== null) for (const other of cardsOf(row)) other.tabIndex = other === card ? 0 : -1;
    for (const other of this.#list.querySelectorAll<HTMLElement>(".cluster-row")) {
      const index = this.#keys.indexOf(other);
      if (index === before || index === this.#active) this.adopt(other, index);
    }
  }

  #pressed(event: KeyboardEvent): void {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || event.altKey || event.metaKey) return;
    const row = target.closest<HTMLElement>(".cluster-row");
    if (row === null) return;
    const card = target.closest<HTMLElement>(".card");
    if (this.#move(event, row, card)) event.preventDefault();
    // Letters and the space key belong to the buttons and boxes that have the focus.
    else if (!event.ctrlKey && (target === card || target.classList.contains("row-body")) && this.#act(event, row, card)) event.preventDefault();
    else if (key === " " && event.shiftKey && target.dataset.key === "choose") {
      event.preventDefault();
      this.#keys.chooseCluster(this.#keys.indexOf(row), true);
    }
  }

  /** @returns whether the key was one that moves */
  #move({ key, ctrlKey }: KeyboardEvent, row: HTMLElement, card: HTMLElement | null): boolean {
    const index = this.#keys.indexOf(row);
    const cards = cardsOf(row);
    const at = card === null ? -1 : cards.indexOf(card);
    switch (key) {
      case "ArrowDown":
        return this.#toRow(index + 1, card !== null);
      case "ArrowUp":
        return this.#toRow(index - 1, card !== null);
      case "PageDown":
        return this.#toRow(Math.min(this.#keys.count() - 1, index + this.#keys.page()), card !== null);
      case "PageUp":
        return this.#toRow(Math.max(0, index - this.#keys.page()), card !== null);
      case "ArrowRight":
        return toElement(cards[Math.min(cards.length - 1, at + 1)]);
      case "ArrowLeft":
        return at > 0 ? toElement(cards[at - 1]) : toElement(row.querySelector(".row-body"));
      case "Home":
        return card !== null && !ctrlKey ? toElement(cards[0]) : this.#toRow(0, false);
      case "End":
        return card !== null && !ctrlKey ? toElement(row.querySelector(".more button") ?? cards[cards.length - 1]) : this.#toRow(this.#keys.count() - 1, false);
      case "Escape":
        return card !== null && toElement(row.querySelector(".row-body"));
      default:
        return false;
    }
  }

  #toRow(index: number, isOnCard: boolean): boolean {
    if (index < 0 || index >= this.#keys.count()) return true;
    const row = this.#keys.reveal(index);
    if (row === null) return true;
    const card = isOnCard ? cardsOf(row).find((one) => one.tabIndex === 0) : undefined;
    return toElement(card ?? row.querySelector(".row-body"));
  }

  #act({ key, shiftKey }: KeyboardEvent, row: HTMLElement, card: HTMLElement | null): boolean {
    if (key === " ") {
      if (card === null) this.#keys.chooseCluster(this.#keys.indexOf(row), shiftKey);
      else this.#keys.chooseMember(Number(card.dataset.row));
      return true;
    }
    if (key === "Enter" && card !== null) {
      this.#keys.open(Number(card.dataset.row));
      return true;
    }
    const letter = key.toLowerCase();
    const ofCard = card === null ? undefined : CARD_BUTTONS[letter]?.map((name) => card.querySelector<HTMLElement>(`[data-key^="${name}:"]`)).find((found) => found !== null);
    const button = ofCard ?? row.querySelector<HTMLElement>(`[data-key="${ROW_BUTTONS[letter] ?? ""}"]`);
    button?.click();
    return button !== null;
  }
}

function cardsOf(row: HTMLElement): readonly HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(".strip > .card")];
}

function toElement(element: HTMLElement | null | undefined): boolean {
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

/** The keys, for those who look for them. */
export function keysHelp(readOnly: boolean): HTMLElement {
  const keys: readonly (readonly [string, string])[] = [
    [l10n.t("↑ ↓, Page Up, Page Down, Home, End"), l10n.t("from cluster to cluster")],
    [l10n.t("→ ←, Home, End, Escape"), l10n.t("into a cluster, from member to member, and back out")],
    [l10n.t("Space"), l10n.t("choose the cluster, or the member; with Shift all clusters from the last one on")],
    [l10n.t("Enter"), l10n.t("explain the member")],
    ...(readOnly ? [] : [
      [l10n.t("O, A, U"), l10n.t("keep one, keep all, undo")] as const,
      [l10n.t("K, P, X"), l10n.t("on a member: make it the keeper, protect it, exclude it; again: take it back")] as const,
    ]),
  ];
  return h("details", { class: "keys" }, h("summary", { text: l10n.t("Keys") }),
    h("dl", {}, ...keys.map(([name, meaning]) => h("div", {}, h("dt", { text: name }), h("dd", { text: meaning })))));
}
