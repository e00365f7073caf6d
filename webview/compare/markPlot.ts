import * as l10n from "@vscode/l10n";
import { h, svg } from "../controls/dom.ts";
import { nearestMark, neighbour, type Direction, type Mark } from "./marks.ts";

/** What can be done with the marks of a plot. */
export interface MarkPlotActions {
  readonly choose: (strategy: number) => void;
}

/** Pixels from a mark within which the pointer means it. */
const REACH = 26;
const BESIDE = 14;

const KEYS: { readonly [key: string]: Direction | undefined } = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" };

/**
 * A drawing whose marks can be looked at one by one, with the pointer or the arrow keys. What belongs to a strategy bears
 * its number in `data-strategy`, and is highlighted with its marks.
 */
export class MarkPlot {
  readonly element: HTMLElement;
  readonly svg = svg("svg", { "class": "mark-plot-svg", "aria-hidden": "true" });
  readonly #tip = h("div", { class: "tip mark-tip", attributes: { "aria-hidden": "true" } });
  readonly #said = h("div", { class: "announced", attributes: { role: "status" } });
  readonly #ring = svg("circle", { class: "mark-ring", r: 9 });
  readonly #actions: MarkPlotActions;
  #marks: readonly Mark[] = [];
  #at: Mark | null = null;
  #isTurned = false;
  #size = { width: 0, height: 0 };
  /** What is followed from mark to mark, as it was when marks were last shown. */
  #isByKey = false;

  constructor(actions: MarkPlotActions) {
    this.#actions = actions;
    this.#tip.hidden = true;
    this.element = h("div", { class: "mark-plot", attributes: { "role": "application", "tabindex": "0", "aria-roledescription": l10n.t("chart") } }, this.svg, this.#tip, this.#said);
    this.element.addEventListener("keydown", (event) => { this.#key(event); });
    this.element.addEventListener("pointermove", (event) => { this.#point(event); });
    this.element.addEventListener("pointerleave", () => { if (!this.#isByKey) this.#show(null); });
    this.element.addEventListener("focus", () => {
      // The pointer brings its own place.
      if (this.element.matches(":focus-visible") && this.#at === null) this.#go(this.#marks.at(0) ?? null);
    });
    this.element.addEventListener("blur", () => { this.#show(null); });
    this.element.addEventListener("click", (event) => {
      const mark = this.#under(event);
      if (mark !== null) this.#actions.choose(mark.strategy);
    });
  }

  /**
   * Replaces the drawing.
   * @param label what it shows; how to walk through it is added
   * @param isTurned the marks of a strategy go down, not to the right
   */
  draw(label: string, size: { readonly width: number; readonly height: number }, marks: readonly Mark[], drawing: readonly Node[], isTurned = false): void {
    this.#marks = marks;
    this.#isTurned = isTurned;
    this.#size = size;
    this.element.setAttribute("aria-label", l10n.t("{0}. Arrow keys go from point to point, Enter chooses the strategy, Escape leaves the point.", label));
    this.svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.svg.setAttribute("width", String(size.width));
    this.svg.setAttribute("height", String(size.height));
    this.svg.replaceChildren(...drawing, this.#ring);
    const before = this.#at;
    this.#at = null;
    this.#show(before === null ? null : marks.find(({ key }) => key === before.key) ?? null);
  }

  /** Highlights a strategy from outside, as the pointer over it would. */
  light(strategy: number | null): void {
    this.svg.classList.toggle("has-hot", strategy !== null);
    for (const element of this.svg.querySelectorAll("[data-strategy]")) element.classList.toggle("hot", strategy !== null && element.getAttribute("data-strategy") === String(strategy));
  }

  #point(event: PointerEvent): void {
    const mark = this.#under(event);
    this.#isByKey = false;
    this.#show(mark);
  }

  #under(event: MouseEvent): Mark | null {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const near = nearestMark(this.#marks, x, y, REACH);
    if (near !== null) return near;
    const over = event.target instanceof Element ? event.target.closest("[data-strategy]")?.getAttribute("data-strategy") : null;
    if (over === null || over === undefined) return null;
    return nearestMark(this.#marks.filter(({ strategy }) => String(strategy) === over), x, y, Infinity);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = KEYS[event.key];
    if (direction !== undefined) this.#go(this.#at === null ? this.#marks.at(0) ?? null : neighbour(this.#marks, this.#at, direction, this.#isTurned));
    else if ((event.key === "Enter" || event.key === " ") && this.#at !== null) this.#actions.choose(this.#at.strategy);
    else if (event.key === "Escape" && this.#at !== null) this.#show(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #go(mark: Mark | null): void {
    if (mark === null) return;
    this.#isByKey = true;
    this.#show(mark);
    this.#said.textContent = [mark.title, ...mark.facts.map(([term, value]) => (term === "" ? value : `${term}: ${value}`))].join(". ");
  }

  #show(mark: Mark | null): void {
    if (mark === this.#at && mark !== null) return;
    this.#at = mark;
    this.#tip.hidden = mark === null;
    this.#ring.classList.toggle("on", mark !== null);
    this.light(mark?.strategy ?? null);
    if (mark === null) return;
    this.#ring.setAttribute("cx", String(mark.x));
    this.#ring.setAttribute("cy", String(mark.y));
    this.#tip.replaceChildren(h("strong", { text: mark.title, attributes: { dir: "auto" } }), ...mark.facts.map(([term, value]) => (term === ""
      ? h("div", { class: "tip-line", text: value })
      : h("div", {}, h("span", { text: term }), h("span", { class: "figure", text: value })))));
    const { width, height } = this.#size;
    const tip = { width: this.#tip.offsetWidth, height: this.#tip.offsetHeight };
    const right = mark.x + BESIDE;
    const left = right + tip.width <= width ? right : mark.x - BESIDE - tip.width;
    this.#tip.style.left = `${Math.max(0, Math.min(left, width - tip.width))}px`;
    this.#tip.style.top = `${Math.max(0, Math.min(mark.y + BESIDE, height - tip.height))}px`;
  }
}
