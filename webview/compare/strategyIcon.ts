import { svg } from "../controls/dom.ts";
import { strategyColour, strategyMark } from "./figures.ts";

/** The mark that a strategy has in the charts, to stand before its name; not read aloud. */
export function strategyIcon(strategy: number): SVGElement {
  const mark = svg("path", { d: strategyMark(strategy) });
  // Not as an attribute: the page's policy forbids styles in markup.
  mark.style.fill = strategyColour(strategy);
  return svg("svg", { "class": "strategy-mark", "width": 12, "height": 12, "viewBox": "-6 -6 12 12", "aria-hidden": "true" }, mark);
}
