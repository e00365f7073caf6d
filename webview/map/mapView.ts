import * as l10n from "@vscode/l10n";
import { h, svg } from "../controls/dom.ts";
import { boundsOf, fitted, isInside, panned, pointSize, scaleOf, toMap, toScreen, visibleBox, zoomed, type Box, type Camera, type Size } from "./camera.ts";
import { PLAIN, type Colouring } from "./categories.ts";
import { GridIndex } from "./gridIndex.ts";
import { Pace } from "./pace.ts";
import { cssColour, type Theme } from "./palette.ts";
import { GraphicsError, PointRenderer } from "./pointRenderer.ts";
import type { Polygon } from "./polygon.ts";
import { readTheme, watchTheme } from "./theme.ts";

/** A movement is over when no other follows for so long. */
const REST_MS = 160;
/** How far beside a point one may click, in CSS pixels. */
const REACH = 6;

interface Listeners {
  /** The camera has come to rest; null shows the map whole. */
  readonly onRest: (camera: Camera | null) => void;
  readonly onTheme: () => void;
  /** Nothing can be drawn, for this reason; null: it can again. */
  readonly onGraphics: (problem: string | null) => void;
}

/** The points on the screen: the canvas, where it is looked at from, and marks over it. Draws on change alone. */
export class MapView {
  readonly canvas: HTMLCanvasElement;
  readonly element: HTMLElement;
  readonly #listeners: Listeners;
  readonly #lasso = svg("path", { class: "lasso" });
  readonly #focusRing = svg("g", { class: "focus-ring" }, svg("circle", { r: 9, class: "halo" }), svg("circle", { r: 9 }));
  readonly #cursorRing = svg("g", { class: "cursor-ring" }, svg("circle", { r: 7, class: "halo" }), svg("circle", { r: 7 }));
  #renderer: PointRenderer | null = null;
  #theme: Theme;
  #size: Size = { width: 0, height: 0 };
  #ratio = 1;
  /** Null: the map is shown whole, whatever its size. */
  #camera: Camera | null = null;
  #xy: Float32Array = new Float32Array(0);
  #bounds: Box = { left: -1, right: 1, bottom: -1, top: 1 };
  #index: GridIndex | null = null;
  #colouring: Colouring = PLAIN;
  #matching: Uint32Array | null = null;
  #chosen: Uint8Array = new Uint8Array(0);
  #places: Float32Array | null = null;
  #budget: number | null = null;
  #highlight: "all" | "kept" | "dropped" = "all";
  #focus: number | null = null;
  #cursor: number | null = null;
  readonly #pace = new Pace();
  #isScheduled = false;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(label: string, helpId: string, listeners: Listeners) {
    this.#listeners = listeners;
    this.canvas = h("canvas", { class: "map-canvas", attributes: { "role": "application", "tabindex": "0", "aria-label": label, "aria-describedby": helpId } });
    const overlay = svg("svg", { "class": "map-overlay", "aria-hidden": "true" }, this.#cursorRing, this.#focusRing, this.#lasso);
    this.element = h("div", { class: "map-view" }, this.canvas, overlay);
    this.#theme = readTheme(this.canvas);
    this.canvas.addEventListener("webglcontextlost", (event) => {
      // Without this it would never come back.
      event.preventDefault();
      listeners.onGraphics(l10n.t("The graphics were lost; the map comes back as soon as they do."));
    });
    this.canvas.addEventListener("webglcontextrestored", () => { this.#restore(); });
    new ResizeObserver(() => { this.#resize(); }).observe(this.element);
    watchTheme(() => {
      this.#theme = readTheme(this.canvas);
      this.#renderer?.setStyles(this.#colouring.styles, this.#theme);
      listeners.onTheme();
      this.draw();
    });
  }

  get camera(): Camera {
    return this.#camera ?? fitted(this.#bounds, this.#size);
  }

  get size(): Size {
    return this.#size;
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** Takes the graphics card; says by `onGraphics` where there is none. @returns whether there is one */
  start(): boolean {
    if (this.#renderer !== null) return true;
    try {
      this.#renderer = new PointRenderer(this.canvas);
    } catch (error) {
      if (!(error instanceof GraphicsError)) throw error;
      this.#listeners.onGraphics(l10n.t("The map is drawn with {0}, which this window does not offer: turn hardware acceleration on, or look at the other pages.", error.message));
      return false;
    }
    this.#theme = readTheme(this.canvas);
    this.#uploadAll();
    return true;
  }

  /** @param xy two coordinates a row */
  setPoints(xy: Float32Array): void {
    this.#xy = xy;
    this.#bounds = boundsOf(xy);
    this.#index = new GridIndex(xy, this.#bounds);
    this.#matching = null;
    this.#chosen = new Uint8Array(xy.length >> 1);
    this.#places = null;
    this.#colouring = PLAIN;
    this.#cursor = null;
    this.#uploadAll();
  }

  setColouring(colouring: Colouring): void {
    this.#colouring = colouring;
    if (this.#renderer !== null && colouring.slots.length === this.#renderer.count) this.#renderer.setSlots(colouring.slots);
    this.#renderer?.setStyles(colouring.styles, this.#theme);
    this.draw();
  }

  /**
   * @param matching rows that the filter lets through; null for all
   * @param chosen 1 for chosen rows
   */
  setFlags(matching: Uint32Array | null, chosen: Uint8Array): void {
    this.#matching = matching;
    this.#chosen = chosen;
    if (this.#renderer !== null && chosen.length === this.#renderer.count) this.#renderer.setFlags(matching, chosen);
    this.draw();
  }

  /** Place of each row in the order of the budget. */
  setPlaces(places: Float32Array): void {
    this.#places = places;
    if (places.length === this.#renderer?.count) this.#renderer.setPlaces(places);
    this.draw();
  }

  /** Colours by the budget; null by the colouring's slots. */
  setBudget(budget: number | null, highlight: "all" | "kept" | "dropped"): void {
    const isDragged = this.#budget !== null && budget !== null && budget !== this.#budget;
    this.#budget = budget;
    this.#highlight = highlight;
    if (isDragged) this.#move();
    else this.draw();
  }

  /** Rings: around the sample in the details, and the one that was stepped to. */
  mark(focus: number | null, cursor: number | null): void {
    this.#focus = focus;
    this.#cursor = cursor;
    this.draw();
  }

  /** Moves there, if the row is not on the screen. */
  bringInto(row: number): void {
    const x = this.#xy[2 * row];
    const y = this.#xy[2 * row + 1];
    if (this.#size.width > 0 && !isInside(visibleBox(this.camera, this.#size), x, y)) this.look({ ...this.camera, x, y });
  }

  /** Null shows the map whole. */
  look(camera: Camera | null): void {
    this.#camera = camera;
    this.#move();
  }

  pan(dx: number, dy: number): void {
    this.look(panned(this.camera, this.#size, dx, dy));
  }

  /** @param x, y the place that stays, in CSS pixels; the middle where left out */
  zoom(factor: number, x = this.#size.width / 2, y = this.#size.height / 2): void {
    this.look(zoomed(this.camera, this.#size, factor, x, y));
  }

  /**
   * The row at a pixel, of those with `mask` not 0.
   * @param mask null for all rows
   */
  at(x: number, y: number, mask: Uint8Array | null): number | null {
    if (this.#index === null) return null;
    const place = toMap(this.camera, this.#size, x, y);
    const reach = REACH + pointSize(this.#xy.length >> 1, this.#size, this.camera.zoom) / 2;
    return this.#index.nearest(place.x, place.y, reach / scaleOf(this.camera, this.#size), mask);
  }

  /** The row nearest to the middle of the screen, of those with `mask` not 0. */
  nearestToMiddle(mask: Uint8Array | null): number | null {
    return this.#index?.nearest(this.camera.x, this.camera.y, Infinity, mask) ?? null;
  }

  screenPlace(row: number): { readonly x: number; readonly y: number } {
    return toScreen(this.camera, this.#size, this.#xy[2 * row], this.#xy[2 * row + 1]);
  }

  /** Rows on the screen, ascending. */
  visibleRows(): Uint32Array {
    return this.#index?.inBox(visibleBox(this.camera, this.#size)) ?? new Uint32Array(0);
  }

  /** Rows within a line drawn by hand, ascending. */
  rowsWithin(pixels: Polygon): Uint32Array {
    const polygon = new Float64Array(pixels.length);
    for (let at = 0; at + 1 < pixels.length; at += 2) {
      const place = toMap(this.camera, this.#size, pixels[at], pixels[at + 1]);
      polygon[at] = place.x;
      polygon[at + 1] = place.y;
    }
    return this.#index?.inPolygon(polygon) ?? new Uint32Array(0);
  }

  /** Shows the line that is being drawn; null takes it away. */
  drawLasso(pixels: Polygon | null): void {
    let path = "";
    for (let at = 0; pixels !== null && at + 1 < pixels.length; at += 2) path += `${at === 0 ? "M" : "L"}${pixels[at].toFixed(1)} ${pixels[at + 1].toFixed(1)}`;
    this.#lasso.setAttribute("d", path === "" ? "" : `${path}Z`);
  }

  /** Draws before the next frame. */
  draw(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame((now) => {
      this.#isScheduled = false;
      this.#drawNow(this.#resting === undefined ? Infinity : this.#pace.next(now));
    });
  }

  #drawNow(most: number): void {
    if (this.#size.width === 0 || this.#size.height === 0) return;
    this.#renderer?.draw({ camera: this.camera, size: this.#size, ratio: this.#ratio, theme: this.#theme, budget: this.#budget, highlight: this.#highlight, most });
    this.#placeRing(this.#focusRing, this.#focus, this.#theme.focus);
    this.#placeRing(this.#cursorRing, this.#cursor === this.#focus ? null : this.#cursor, this.#theme.foreground);
  }

  #placeRing(ring: SVGElement, row: number | null, colour: Theme["focus"]): void {
    if (row === null || 2 * row + 1 >= this.#xy.length) {
      ring.setAttribute("visibility", "hidden");
      return;
    }
    const { x, y } = this.screenPlace(row);
    ring.setAttribute("visibility", "visible");
    ring.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    ring.setAttribute("stroke", cssColour(colour));
  }

  #move(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      this.#pace.rest();
      this.#listeners.onRest(this.#camera);
      this.draw();
    }, REST_MS);
    this.draw();
  }

  #resize(): void {
    const { width, height } = this.element.getBoundingClientRect();
    this.#size = { width, height };
    this.#ratio = window.devicePixelRatio;
    const [deviceWidth, deviceHeight] = [Math.round(width * this.#ratio), Math.round(height * this.#ratio)];
    if (deviceWidth === 0 || deviceHeight === 0) return;
    if (this.canvas.width !== deviceWidth) this.canvas.width = deviceWidth;
    if (this.canvas.height !== deviceHeight) this.canvas.height = deviceHeight;
    // Another size empties the canvas: it is drawn at once, or it would flicker.
    this.#drawNow(Infinity);
  }

  #restore(): void {
    try {
      this.#renderer?.restore();
    } catch (error) {
      if (!(error instanceof GraphicsError)) throw error;
      this.#listeners.onGraphics(l10n.t("The graphics were lost and did not come back ({0}): close the inspector and open it again.", error.message));
      return;
    }
    this.#listeners.onGraphics(null);
    this.#uploadAll();
  }

  #uploadAll(): void {
    const renderer = this.#renderer;
    if (renderer === null) return;
    const count = this.#xy.length >> 1;
    renderer.setPositions(this.#xy);
    if (this.#colouring.slots.length === count) renderer.setSlots(this.#colouring.slots);
    renderer.setStyles(this.#colouring.styles, this.#theme);
    if (this.#chosen.length === count) renderer.setFlags(this.#matching, this.#chosen);
    if (this.#places?.length === count) renderer.setPlaces(this.#places);
    this.draw();
  }
}
