import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import type { Inspected, Page } from "../app/page.ts";
import { debounced, h, linkButton } from "../controls/dom.ts";
import { NO_FILTER } from "../samples/sampleFilter.ts";
import { colouringOf, type Colouring } from "./categories.ts";
import { MapAnnouncer } from "./announcer.ts";
import { BudgetColouring } from "./budgetColouring.ts";
import { Legend } from "./legend.ts";
import type { MapColour } from "./mapColours.ts";
import { MapInput, type LassoEffect } from "./mapInput.ts";
import { MapStatus } from "./mapStatus.ts";
import { MapView } from "./mapView.ts";
import { keyboardHelp, toolbar } from "./toolbar.ts";
import { Tooltip } from "./tooltip.ts";
import { walkOrder } from "./walk.ts";

const HELP_ID = "map-help";

/** The samples as points in the plane, near ones near: coloured, lit by the filter, and chosen with a lasso. */
export class MapPage implements Page {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #view: MapView;
  readonly #input: MapInput;
  readonly #tooltip: Tooltip;
  readonly #legend: Legend;
  readonly #note = h("p", { class: "muted map-note" });
  readonly #budget: BudgetColouring;
  readonly #status: MapStatus;
  readonly #announcer: MapAnnouncer;
  readonly #counts = h("span", { attributes: { role: "status" } });
  readonly #showAll: HTMLElement;
  readonly #body: HTMLElement;
  #isShown = false;
  /** What the view has been given, so that nothing is given twice. */
  #xy: Float32Array | null = null;
  #colouring: Colouring | null = null;
  #isOutdated = { colours: true, flags: true };
  /** The sample that was clicked or stepped to. */
  #cursor: number | null = null;
  #walk: Uint32Array | null = null;
  /** 1 for rows that the filter lets through; null for all. */
  #mask: Uint8Array | null = null;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    this.#status = new MapStatus(store);
    this.#announcer = new MapAnnouncer(inspected);
    this.#budget = new BudgetColouring(store, () => { this.#drawLegend(); });
    this.#legend = new Legend(h("div", { class: "legend-head" }, this.#budget.element, this.#note));
    this.#tooltip = new Tooltip(inspected);
    this.#view = new MapView(l10n.t("Map of the samples"), HELP_ID, {
      onRest: (camera) => { store.memory.keep({ mapView: camera }); },
      onTheme: () => { this.#drawLegend(); },
      onGraphics: (problem) => { this.#status.graphics(problem); },
    });
    this.#input = new MapInput(this.#view.canvas, {
      pan: (dx, dy) => { this.#view.pan(dx, dy); },
      zoom: (factor, x, y) => { this.#view.zoom(factor, x, y); },
      whole: () => { this.#view.look(null); },
      hover: (place) => { this.#hover(place); },
      pick: (x, y) => this.#pick(x, y),
      drawing: (pixels) => { this.#view.drawLasso(pixels); },
      lasso: (pixels, effect) => { this.#choose(this.#matchingOf(this.#view.rowsWithin(pixels)), effect); },
      step: (by) => { this.#step(by); },
      open: () => { if (this.#cursor !== null) store.setFocus(this.#cursor); },
      chooseVisible: () => { this.#choose(this.#matchingOf(this.#view.visibleRows()), "replace"); },
      escape: () => { store.select((chosen) => { chosen.clear(); }); },
    });
    this.#showAll = linkButton(l10n.t("Show all"), l10n.t("Show all samples"), "", () => { store.setFilter(NO_FILTER); });
    const stage = h("div", { class: "map-stage" }, this.#view.element, this.#tooltip.element);
    const help = h("p", { class: "map-help", text: l10n.t("Arrow keys move the map, plus and minus zoom, 0 shows it whole. Square brackets step from sample to sample, Enter opens the details, V chooses all matching samples on the screen, Escape chooses none."), attributes: { id: HELP_ID } });
    this.#body = h("div", { class: "map-body" },
      toolbar(store.memory.state.mapColour, {
        colourBy: (colour) => { this.#colourBy(colour); },
        mode: (mode) => {
          this.#input.mode = mode;
          this.#view.canvas.classList.toggle("lassoing", mode === "lasso");
        },
        zoom: (factor) => { this.#view.zoom(factor); },
        whole: () => { this.#view.look(null); },
      }),
      h("div", { class: "map-counts" }, this.#counts, this.#showAll),
      stage, this.#legend.element,
      h("div", { class: "map-foot" }, this.#announcer.element, keyboardHelp()), help);
    this.element = h("div", { class: "page map" }, this.#status.element, this.#body);

    store.on(["data"], () => { this.#forget(); });
    store.on(["map"], () => { this.#draw(); });
    store.on(["base", "states", "clusters", "summary"], () => { this.#outdated("colours"); });
    store.on(["filter", "selection"], () => { this.#outdated("flags"); });
    store.on(["focus"], () => { this.#focusChanged(); });
    const drawBudget = (): void => { if (this.#isShown) this.#drawLegend(); };
    store.on(["budget"], () => {
      this.#applyBudget();
      drawBudget();
    });
    store.on(["order"], () => { this.#draw(); });
  }

  shown(): void {
    this.#isShown = true;
    this.#inspected.store.need("map");
    this.#draw();
    this.#focusChanged();
  }

  hidden(): void {
    this.#isShown = false;
    this.#tooltip.hide();
  }

  get #colour(): MapColour {
    return this.#inspected.store.memory.state.mapColour;
  }

  #forget(): void {
    this.#xy = null;
    this.#colouring = null;
    this.#cursor = null;
    this.#walk = null;
    this.#mask = null;
    this.#isOutdated = { colours: true, flags: true };
    this.#budget.forget();
    this.#announcer.say(null);
  }

  #outdated(what: "colours" | "flags"): void {
    this.#isOutdated = { ...this.#isOutdated, [what]: true };
    // Several of them come together.
    this.#drawSoon();
  }

  readonly #drawSoon = debounced(0, () => { this.#draw(); });

  /** Gives the view what has changed. */
  #draw(): void {
    if (!this.#isShown) return;
    const { store } = this.#inspected;
    const xy = store.map?.xy ?? null;
    const fits = xy !== null && xy.length === 2 * store.count;
    this.#status.show(xy !== null && !fits ? l10n.t("The map does not fit the dataset.") : null);
    this.#body.hidden = !fits || !this.#view.start();
    if (!fits || this.#body.hidden) return;
    if (xy !== this.#xy) {
      this.#xy = xy;
      this.#view.setPoints(xy);
      this.#view.look(store.memory.state.mapView);
      this.#walk = null;
      this.#budget.forget();
      this.#isOutdated = { colours: true, flags: true };
    }
    if (this.#isOutdated.colours) {
      const { base, states, clusters, classNames, count } = store;
      this.#colouring = colouringOf(this.#colour, { base, states, clusters, classNames, count });
      if (this.#colouring !== null) this.#view.setColouring(this.#colouring);
    }
    this.#applyBudget();
    if (this.#isOutdated.flags) {
      const matching = store.isFiltering && store.base !== null ? store.matching : null;
      this.#mask = matching === null ? null : maskOf(matching, store.count);
      this.#walk = null;
      this.#view.setFlags(matching, store.selection.mask);
    }
    this.#isOutdated = { colours: false, flags: false };
    this.#drawLegend();
    this.#drawCounts();
  }

  #applyBudget(): void {
    if (!this.#isShown || this.#xy === null) return;
    this.#budget.apply(this.#view, this.#colour === "budget");
  }

  #drawLegend(): void {
    const { store } = this.#inspected;
    const { filter } = store;
    const isByBudget = this.#colour === "budget";
    this.#note.textContent = isByBudget ? this.#budget.note : this.#colouring?.note ?? l10n.t("Loading…");
    this.#note.hidden = this.#note.textContent === "";
    const { styles, entries } = this.#colouring ?? { styles: [], entries: [] };
    this.#legend.show(isByBudget ? this.#budget.lines(styles, () => { this.#applyBudget(); }) : entries.map(({ name, count, slot, filter: part }) => ({
      name, count, style: styles[slot],
      press: part === null ? null : { isOn: part.isOn(filter), toggle: () => { store.setFilter(part.toggled(store.filter)); } },
    })), this.#view.theme);
  }

  #drawCounts(): void {
    const { store } = this.#inspected;
    const { count, selection } = store;
    const parts = [count === 1 ? l10n.t("1 sample") : l10n.t("{0} samples", formatCount(count))];
    if (store.isFiltering) parts.push(l10n.t("{0} match the filter", formatCount(store.matching.length)));
    if (selection.size > 0) parts.push(l10n.t("{0} chosen", formatCount(selection.size)));
    this.#counts.textContent = parts.join(", ");
    this.#showAll.hidden = !store.isFiltering;
  }

  #colourBy(mapColour: MapColour): void {
    const { store } = this.#inspected;
    store.memory.keep({ mapColour });
    if (mapColour === "budget") store.need("order");
    this.#legend.fold();
    this.#isOutdated = { ...this.#isOutdated, colours: true };
    this.#draw();
  }

  #focusChanged(): void {
    if (!this.#isShown || this.#xy === null) return;
    const { focus } = this.#inspected.store;
    this.#view.mark(focus, this.#cursor);
    // The details may have taken part of the screen.
    if (focus !== null) requestAnimationFrame(() => { this.#view.bringInto(focus); });
  }

  #hover(place: { readonly x: number; readonly y: number } | null): void {
    const row = place === null ? null : this.#rowAt(place.x, place.y);
    this.#view.canvas.classList.toggle("over-point", row !== null);
    if (row === null || place === null) this.#tooltip.hide();
    else this.#tooltip.show(row, place.x, place.y, this.#view.size);
  }

  /** Lit points come before dim ones. */
  #rowAt(x: number, y: number): number | null {
    return this.#view.at(x, y, this.#mask) ?? (this.#mask === null ? null : this.#view.at(x, y, null));
  }

  #pick(x: number, y: number): boolean {
    const row = this.#rowAt(x, y);
    if (row === null) return false;
    this.#goTo(row);
    return true;
  }

  #goTo(row: number): void {
    this.#cursor = row;
    this.#view.mark(this.#inspected.store.focus, row);
  }

  #step(by: 1 | -1): void {
    const { store } = this.#inspected;
    const xy = this.#xy;
    if (xy === null) return;
    this.#walk ??= walkOrder(xy, store.isFiltering ? store.matching : Uint32Array.from({ length: store.count }, (_, row) => row));
    const walk = this.#walk;
    if (walk.length === 0) return this.#announcer.say(null);
    const from = this.#cursor ?? store.focus;
    const at = from === null ? -1 : walk.indexOf(from);
    const row = at >= 0 ? walk[(at + by + walk.length) % walk.length] : this.#view.nearestToMiddle(this.#mask);
    if (row === null) return;
    this.#goTo(row);
    this.#view.bringInto(row);
    this.#announcer.say({ row, place: walk.indexOf(row) + 1, of: walk.length });
  }

  #matchingOf(rows: Uint32Array): Uint32Array {
    const mask = this.#mask;
    return mask === null ? rows : rows.filter((row) => mask[row] === 1);
  }

  #choose(rows: Uint32Array, effect: LassoEffect): void {
    this.#inspected.store.select((chosen) => {
      if (effect === "replace") chosen.clear();
      if (effect === "remove") chosen.remove(rows);
      else chosen.add(rows);
    });
  }
}

function maskOf(rows: Uint32Array, count: number): Uint8Array {
  const mask = new Uint8Array(count);
  for (const row of rows) mask[row] = 1;
  return mask;
}
