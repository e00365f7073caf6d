/** What is measured inside the webview: functions that run there, given to Playwright's evaluate. */
import type { FrameLocator } from "playwright-core";

/** The parts of the browser's own objects that are used in the page; this file is checked without the DOM's types. */
interface PageElement {
  value: string;
  scrollTop: number;
  readonly dataset: { readonly threshold?: string };
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly classList: { contains: (name: string) => boolean };
  dispatchEvent: (event: object) => void;
  querySelector: (selector: string) => PageElement | null;
  querySelectorAll: (selector: string) => Iterable<PageElement>;
  getBoundingClientRect: () => { readonly left: number; readonly top: number; readonly bottom: number; readonly width: number; readonly height: number };
  readonly complete?: boolean;
  readonly naturalWidth?: number;
}
interface PageWindow {
  readonly document: { querySelector: (selector: string) => PageElement | null; querySelectorAll: (selector: string) => Iterable<PageElement> };
  readonly performance: { now: () => number };
  readonly Event: new (type: string, options: object) => object;
  readonly PointerEvent: new (type: string, options: object) => object;
  requestAnimationFrame: (run: () => void) => void;
}

/** The compiler names functions by a helper of its own, which the page does not have. Run before the others. */
export async function prepare(inspector: FrameLocator): Promise<void> {
  await inspector.locator("body").evaluate("globalThis.__name = (run) => run");
}

/** Milliseconds from a step of the threshold slider until the clusters at that threshold are on the screen, for each threshold. */
export async function rethresholds(inspector: FrameLocator, thresholds: readonly number[]): Promise<number[]> {
  return inspector.locator("body").evaluate(async (_body, values) => {
    const page = globalThis as unknown as PageWindow;
    const slider = page.document.querySelector(".threshold input[type=range]");
    const list = page.document.querySelector(".page.clusters .virtual-list");
    if (slider === null || list === null) throw new Error("no slider");
    const frame = (): Promise<void> => new Promise((resolve) => { page.requestAnimationFrame(() => { resolve(); }); });
    const times: number[] = [];
    for (const value of values) {
      slider.value = String(value);
      const shown = Number(slider.value).toFixed(3);
      const start = page.performance.now();
      slider.dispatchEvent(new page.Event("input", { bubbles: true }));
      while (list.dataset.threshold !== shown && page.performance.now() - start < 5000) await frame();
      times.push(page.performance.now() - start);
      await new Promise((resolve) => { setTimeout(resolve, 60); });
    }
    return times;
  }, thresholds);
}

/** Milliseconds from a move of the budget's handle until its consequences are on the screen, for `steps` moves over the whole chart. */
export async function budgetDrags(inspector: FrameLocator, steps: number): Promise<number[]> {
  return inspector.locator("body").evaluate(async (_body, count) => {
    const page = globalThis as unknown as PageWindow;
    const handle = page.document.querySelector(".budget-handle");
    const plot = page.document.querySelector(".curve-plot");
    if (handle === null || plot === null) throw new Error("no handle");
    const frame = (): Promise<void> => new Promise((resolve) => { page.requestAnimationFrame(() => { resolve(); }); });
    const box = plot.getBoundingClientRect();
    const at = (share: number): object => ({ bubbles: true, cancelable: true, pointerId: 1, button: 0, buttons: 1, clientX: box.left + 60 + share * (box.width - 90), clientY: box.top + box.height / 2 });
    handle.dispatchEvent(new page.PointerEvent("pointerdown", at(0.1)));
    const times: number[] = [];
    for (let step = 0; step < count; step++) {
      await frame();
      const start = page.performance.now();
      handle.dispatchEvent(new page.PointerEvent("pointermove", at(0.1 + (0.8 * step) / count)));
      // What was drawn for it is on the screen by the end of the next frame.
      await frame();
      times.push(page.performance.now() - start);
    }
    handle.dispatchEvent(new page.PointerEvent("pointerup", at(0.9)));
    return times;
  }, steps);
}

export interface Scrolled {
  /** Milliseconds for which each tile on the screen stood without its picture or text. */
  readonly blanks: readonly number[];
  readonly tiles: number;
  /** Milliseconds between frames. */
  readonly frames: readonly number[];
}

/** Scrolls the samples through a number of pixels at a steady pace, and watches for tiles without content. */
export async function scrolled(inspector: FrameLocator, pixelsPerSecond: number, seconds: number): Promise<Scrolled> {
  return inspector.locator("body").evaluate(async (_body, [pace, duration]) => {
    const page = globalThis as unknown as PageWindow;
    const scroller = page.document.querySelector(".page.samples .virtual-list")?.scrollHeight === undefined ? null : [...page.document.querySelectorAll(".page.samples, .page.samples *")].find((element) => element.scrollHeight > element.clientHeight + 1000 && element.clientHeight > 100) ?? null;
    if (scroller === null) throw new Error("nothing scrolls");
    const frame = (): Promise<void> => new Promise((resolve) => { page.requestAnimationFrame(() => { resolve(); }); });
    const isBlank = (tile: PageElement): boolean => {
      if (tile.classList.contains("pending")) return true;
      const image = tile.querySelector("img");
      return image !== null && (image.complete !== true || (image.naturalWidth ?? 0) === 0);
    };
    const since = new Map<PageElement, number>();
    const blanks: number[] = [];
    const frames: number[] = [];
    const seen = new Set<PageElement>();
    const start = page.performance.now();
    let last = start;
    for (let now = start; now - start < duration * 1000; now = page.performance.now()) {
      frames.push(now - last);
      last = now;
      scroller.scrollTop += (pace * (frames.at(-1) ?? 0)) / 1000;
      const screen = scroller.getBoundingClientRect();
      const onScreen = new Set<PageElement>();
      for (const tile of scroller.querySelectorAll(".tile")) {
        const box = tile.getBoundingClientRect();
        if (box.bottom <= screen.top || box.top >= screen.bottom) continue;
        onScreen.add(tile);
        seen.add(tile);
        if (isBlank(tile)) { if (!since.has(tile)) since.set(tile, now); } else if (since.has(tile)) { blanks.push(now - (since.get(tile) ?? now)); since.delete(tile); }
      }
      for (const [tile, begun] of since) if (!onScreen.has(tile)) { blanks.push(now - begun); since.delete(tile); }
      await frame();
    }
    return { blanks, tiles: seen.size, frames };
  }, [pixelsPerSecond, seconds] as const);
}
