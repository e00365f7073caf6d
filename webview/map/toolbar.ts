import * as l10n from "@vscode/l10n";
import { h, svg } from "../controls/dom.ts";
import { dropdown } from "../controls/toolkit.ts";
import type { MapColour } from "./mapColours.ts";
import type { PointerMode } from "./mapInput.ts";

/** Lines in a box of 16 × 16. */
const ICONS = {
  pan: "M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2",
  lasso: "M5 11.2C2.8 10.3 1.5 8.8 1.5 7c0-2.5 2.9-4.5 6.5-4.5s6.5 2 6.5 4.5-2.9 4.5-6.5 4.5c-.7 0-1.3-.1-1.9-.2M6.5 11a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0zM4.5 12.5c0 1.3-.5 2-1.5 2.5",
  nearer: "M8 3v10M3 8h10",
  farther: "M3 8h10",
  whole: "M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5",
} as const;

export interface ToolbarActions {
  readonly colourBy: (colour: MapColour) => void;
  readonly mode: (mode: PointerMode) => void;
  readonly zoom: (factor: number) => void;
  readonly whole: () => void;
}

/** What the colours tell, what the pointer does, and how near one is. */
export function toolbar(colour: MapColour, actions: ToolbarActions): HTMLElement {
  const names: readonly { readonly id: MapColour; readonly title: string }[] = [
    { id: "label", title: l10n.t("Label") }, { id: "cluster", title: l10n.t("Cluster") }, { id: "importance", title: l10n.t("Importance") },
    { id: "decision", title: l10n.t("Kept or dropped") }, { id: "budget", title: l10n.t("Budget") }, { id: "split", title: l10n.t("Split") },
  ];
  const modes: { readonly [mode in PointerMode]: HTMLButtonElement } = {
    pan: iconButton("pan", l10n.t("Move the map"), () => { choose("pan"); }),
    lasso: iconButton("lasso", l10n.t("Choose with a lasso (Shift adds, Alt removes)"), () => { choose("lasso"); }),
  };
  const press = (mode: PointerMode): void => {
    for (const [name, button] of Object.entries(modes)) button.setAttribute("aria-pressed", String(name === mode));
  };
  const choose = (mode: PointerMode): void => {
    press(mode);
    actions.mode(mode);
  };
  press("pan");
  return h("div", { class: "map-toolbar" },
    h("div", { class: "map-colour" }, h("span", { text: l10n.t("Colour by"), attributes: { "aria-hidden": "true" } }), dropdown(l10n.t("Colour by"), names, colour, actions.colourBy)),
    h("div", { class: "map-buttons", attributes: { "role": "group", "aria-label": l10n.t("What dragging does") } }, modes.pan, modes.lasso),
    h("div", { class: "map-buttons", attributes: { "role": "group", "aria-label": l10n.t("Zoom") } },
      iconButton("nearer", l10n.t("Zoom in"), () => { actions.zoom(1.6); }),
      iconButton("farther", l10n.t("Zoom out"), () => { actions.zoom(1 / 1.6); }),
      iconButton("whole", l10n.t("Show the whole map"), () => { actions.whole(); })));
}

function iconButton(icon: keyof typeof ICONS, label: string, onClick: () => void): HTMLButtonElement {
  const button = h("button", { class: "map-button", title: label, attributes: { "type": "button", "aria-label": label } });
  button.append(svg("svg", { "viewBox": "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: ICONS[icon] })));
  button.addEventListener("click", onClick);
  return button;
}

/** What the keys do, to be unfolded. */
export function keyboardHelp(): HTMLElement {
  const keys: readonly (readonly [string, string])[] = [
    ["← ↑ → ↓", l10n.t("move the map")],
    ["+ −", l10n.t("zoom in and out")],
    ["0", l10n.t("show the whole map")],
    ["[ ]", l10n.t("step to the previous or next sample nearby (also , and .)")],
    ["Enter", l10n.t("open the details of that sample")],
    ["V", l10n.t("choose all matching samples on the screen")],
    ["Esc", l10n.t("choose none")],
  ];
  return h("details", { class: "map-keys" }, h("summary", { text: l10n.t("Keys") }),
    h("dl", {}, ...keys.map(([key, meaning]) => h("div", {}, h("dt", {}, h("kbd", { text: key })), h("dd", { text: meaning })))));
}
