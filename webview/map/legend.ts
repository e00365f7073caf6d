import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import type { PointStyle } from "./categories.ts";
import { cssColour, type Theme } from "./palette.ts";
import { SHAPE_PATHS } from "./shapes.ts";

/** Entries shown before "…and n more". */
const SHOWN = 20;
/** Of a very long legend no more are ever made. */
const MOST_SHOWN = 500;
const LONGEST_NAME = 120;

/** One line: what points of that look are, how many, and whether they alone are lit. */
export interface LegendLine {
  readonly name: string;
  readonly count: number;
  readonly style: PointStyle;
  /** Null where it is not to be pressed. */
  readonly press: { readonly isOn: boolean; readonly toggle: () => void } | null;
}

/** What the colours and shapes mean. Each line is a button that lights its samples alone. */
export class Legend {
  readonly element = h("div", { class: "map-legend" });
  readonly #list = h("ul", { attributes: { "aria-label": l10n.t("Legend") } });
  #showsAll = false;
  #lines: readonly LegendLine[] = [];
  #theme: Theme | null = null;

  constructor(above: HTMLElement) {
    this.element.append(above, this.#list);
  }

  /** Another meaning of the colours: long lists begin folded. */
  fold(): void {
    this.#showsAll = false;
  }

  show(lines: readonly LegendLine[], theme: Theme): void {
    const held = this.#list.contains(document.activeElement) ? [...this.#list.querySelectorAll("button")].findIndex((button) => button === document.activeElement) : -1;
    this.#lines = lines;
    this.#theme = theme;
    const shown = this.#showsAll ? MOST_SHOWN : lines.length <= SHOWN + 1 ? SHOWN + 1 : SHOWN;
    this.#list.replaceChildren(...lines.slice(0, shown).map((line) => h("li", {}, lineElement(line, theme))));
    const more = lines.length - shown;
    if (more > 0) this.#list.append(h("li", {}, this.#more(more)));
    // The button that was pressed is a new one now.
    if (held >= 0) this.#list.querySelectorAll("button")[held]?.focus();
  }

  #more(count: number): HTMLElement {
    const text = l10n.t("…and {0} more", formatCount(count));
    if (this.#showsAll) return h("span", { class: "muted", text });
    const button = h("button", { class: "link", text, attributes: { type: "button" } });
    button.addEventListener("click", () => {
      this.#showsAll = true;
      if (this.#theme !== null) this.show(this.#lines, this.#theme);
    });
    return button;
  }
}

function lineElement({ name, count, style, press }: LegendLine, theme: Theme): HTMLElement {
  const parts = [swatch(style, theme), h("bdi", { class: "name", text: name.slice(0, LONGEST_NAME) }), h("span", { class: "figure muted", text: formatCount(count) })];
  if (press === null) return h("div", { class: "map-line" }, ...parts);
  const button = h("button", { class: "map-line", title: name.slice(0, LONGEST_NAME), attributes: { "type": "button", "aria-pressed": String(press.isOn) } }, ...parts);
  button.addEventListener("click", press.toggle);
  return button;
}

function swatch({ shape, size, colour }: PointStyle, theme: Theme): SVGElement {
  const fill = cssColour(colour(theme));
  return svg("svg", { "viewBox": "-1.1 -1.1 2.2 2.2", "class": "map-swatch", "aria-hidden": "true" },
    svg("path", { d: SHAPE_PATHS[shape], "fill-rule": "evenodd", fill, "transform": `scale(${size.toFixed(2)})` }));
}
