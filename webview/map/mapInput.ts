/** Pointer and keyboard on the map, turned into what they mean. */

export type PointerMode = "pan" | "lasso";
export type LassoEffect = "replace" | "add" | "remove";

export interface MapActions {
  pan(dx: number, dy: number): void;
  /** About a pixel; about the middle where none is given. */
  zoom(factor: number, x?: number, y?: number): void;
  whole(): void;
  /** The pointer rests over a pixel; null: it has left. */
  hover(place: { readonly x: number; readonly y: number } | null): void;
  /** Marks the point at a pixel, if there is one; its details open a moment later. */
  pick(x: number, y: number): boolean;
  /** The line as it is being drawn, x and y of each corner; null: it is done or given up. */
  drawing(pixels: readonly number[] | null): void;
  lasso(pixels: readonly number[], effect: LassoEffect): void;
  step(by: 1 | -1): void;
  open(): void;
  chooseVisible(): void;
  escape(): void;
}

/** A press that moves less is a click, in CSS pixels. */
const CLICK_REACH = 4;
/** Corners of a lasso are at least so far apart. */
const CORNER_DISTANCE = 3;
const WHEEL_FACTOR = 0.0015;
/** A pinch on a touchpad arrives as small steps of the wheel with Ctrl. */
const PINCH_FACTOR = 0.01;
const LINE_HEIGHT = 16;
const KEY_ZOOM = 1.4;
/** Share of the smaller side of the screen that an arrow key moves. */
const KEY_PAN = 0.12;
/** A click waits so long whether it becomes a double-click, which zooms. */
const DOUBLE_CLICK_MS = 250;

interface Press {
  readonly pointer: number;
  readonly startX: number;
  readonly startY: number;
  lastX: number;
  lastY: number;
  hasMoved: boolean;
  readonly lasso: number[] | null;
  readonly effect: LassoEffect;
}

export class MapInput {
  mode: PointerMode = "pan";
  readonly #canvas: HTMLElement;
  readonly #actions: MapActions;
  #press: Press | null = null;
  #opening: ReturnType<typeof setTimeout> | undefined;

  constructor(canvas: HTMLElement, actions: MapActions) {
    this.#canvas = canvas;
    this.#actions = actions;
    canvas.addEventListener("wheel", (event) => { this.#wheel(event); }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => { this.#down(event); });
    canvas.addEventListener("pointermove", (event) => { this.#moved(event); });
    canvas.addEventListener("pointerup", (event) => { this.#up(event); });
    canvas.addEventListener("pointercancel", () => { this.#giveUp(); });
    canvas.addEventListener("pointerleave", () => { actions.hover(null); });
    canvas.addEventListener("dblclick", (event) => {
      clearTimeout(this.#opening);
      actions.zoom(event.shiftKey ? 0.5 : 2, event.offsetX, event.offsetY);
    });
    canvas.addEventListener("keydown", (event) => {
      if (this.#key(event)) event.preventDefault();
    });
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE_HEIGHT;
    const most = Math.min(240, Math.max(-240, pixels));
    this.#actions.zoom(Math.exp(-most * (event.ctrlKey ? PINCH_FACTOR : WHEEL_FACTOR)), event.offsetX, event.offsetY);
  }

  #down(event: PointerEvent): void {
    const isMain = event.button === 0;
    if (this.#press !== null || (!isMain && event.button !== 1)) return;
    // The middle button pans in every mode; its own scrolling would be in the way.
    if (!isMain) event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#actions.hover(null);
    const { offsetX: x, offsetY: y } = event;
    this.#press = {
      pointer: event.pointerId, startX: x, startY: y, lastX: x, lastY: y, hasMoved: !isMain,
      lasso: isMain && this.mode === "lasso" ? [x, y] : null,
      effect: event.shiftKey ? "add" : event.altKey ? "remove" : "replace",
    };
  }

  #moved(event: PointerEvent): void {
    const press = this.#press;
    const { offsetX: x, offsetY: y } = event;
    if (press === null) {
      this.#actions.hover({ x, y });
      return;
    }
    if (press.pointer !== event.pointerId) return;
    if (!press.hasMoved && Math.hypot(x - press.startX, y - press.startY) < CLICK_REACH) return;
    press.hasMoved = true;
    if (press.lasso === null) {
      this.#actions.pan(x - press.lastX, y - press.lastY);
      press.lastX = x;
      press.lastY = y;
    } else if (Math.hypot(x - press.lastX, y - press.lastY) >= CORNER_DISTANCE) {
      press.lasso.push(x, y);
      press.lastX = x;
      press.lastY = y;
      this.#actions.drawing(press.lasso);
    }
  }

  #up(event: PointerEvent): void {
    const press = this.#press;
    if (press?.pointer !== event.pointerId) return;
    this.#press = null;
    if (!press.hasMoved) {
      clearTimeout(this.#opening);
      if (this.#actions.pick(event.offsetX, event.offsetY)) this.#opening = setTimeout(() => { this.#actions.open(); }, DOUBLE_CLICK_MS);
      return;
    }
    if (press.lasso === null) return;
    this.#actions.drawing(null);
    if (press.lasso.length >= 6) this.#actions.lasso(press.lasso, press.effect);
  }

  #giveUp(): void {
    this.#press = null;
    this.#actions.drawing(null);
  }

  #key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const actions = this.#actions;
    const by = KEY_PAN * Math.min(this.#canvas.clientWidth, this.#canvas.clientHeight);
    switch (event.key) {
      case "ArrowLeft":
        actions.pan(by, 0);
        return true;
      case "ArrowRight":
        actions.pan(-by, 0);
        return true;
      case "ArrowUp":
        actions.pan(0, by);
        return true;
      case "ArrowDown":
        actions.pan(0, -by);
        return true;
      case "+":
      case "=":
        actions.zoom(KEY_ZOOM);
        return true;
      case "-":
      case "_":
        actions.zoom(1 / KEY_ZOOM);
        return true;
      case "0":
        actions.whole();
        return true;
      // Where brackets need AltGr, these lie beside each other.
      case "[":
      case ",":
        actions.step(-1);
        return true;
      case "]":
      case ".":
        actions.step(1);
        return true;
      case "Enter":
        actions.open();
        return true;
      case "v":
      case "V":
        actions.chooseVisible();
        return true;
      case "Escape":
        if (this.#press !== null) this.#giveUp();
        else actions.escape();
        return true;
      default:
        return false;
    }
  }
}
