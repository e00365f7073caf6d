import { svg } from "../controls/dom.ts";
import { strategyColour, strategyDash, strategyMark } from "./figures.ts";

/** What is drawn of a strategy takes its colour from it. */
export function coloured<E extends SVGElement>(element: E, strategy: number, baseline: number): E {
  element.setAttribute("data-strategy", String(strategy));
  // The baseline is neutral; see the style of `.baseline`.
  if (strategy === baseline) element.classList.add("baseline");
  else element.style.setProperty("--series", strategyColour(strategy));
  return element;
}

/** A piece of a strategy's line with its mark, as a key beside its name. */
export function strategyKey(strategy: number, baseline: number): SVGElement {
  return coloured(svg("svg", { "class": "strategy-key", "width": 30, "height": 12, "aria-hidden": "true" },
    svg("line", { "class": "series-line", "x1": 0, "x2": 30, "y1": 6, "y2": 6, "stroke-dasharray": strategy === baseline ? "" : strategyDash(strategy) }),
    svg("path", { class: "series-mark", d: strategyMark(strategy, 4), transform: "translate(15 6)" })), strategy, baseline);
}

let measure: CanvasRenderingContext2D | null = null;

/** A text of at most that many pixels, in the letters of charts; clipped where it is longer. */
export function fitted(text: string, width: number): { readonly text: string; readonly width: number } {
  measure ??= document.createElement("canvas").getContext("2d");
  const context = measure;
  if (context === null) return { text, width };
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const whole = context.measureText(text).width;
  if (whole <= width) return { text, width: whole };
  let length = text.length - 1;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length--;
  const clipped = `${text.slice(0, length).trimEnd()}…`;
  return { text: clipped, width: context.measureText(clipped).width };
}

/** Draws anew and gives the focus back to what has the same `data-key`. */
export function keepingFocus(element: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const key = active !== null && element.contains(active) ? active.getAttribute("data-key") : null;
  draw();
  if (key === null || (active !== null && element.contains(active))) return;
  const again = element.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (again instanceof HTMLElement || again instanceof SVGElement) again.focus();
}

/** Calls back with the width of an element whenever it has another one. */
export function onWidth(element: HTMLElement, least: number, changed: (width: number) => void): void {
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.max(least, Math.round(element.clientWidth));
    if (element.clientWidth === 0 || now === width) return;
    width = now;
    changed(now);
  }).observe(element);
}
