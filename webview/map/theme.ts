/** The colours of VS Code's theme, as the map draws with them. */
import { readRgb, type Rgb, type Theme } from "./palette.ts";

/** @param element whose CSS colour is that of the focus */
export function readTheme(element: Element): Theme {
  const { body } = document;
  const style = getComputedStyle(body);
  const background = readRgb(style.backgroundColor) ?? [30, 30, 30];
  const foreground: Rgb = readRgb(style.color) ?? [204, 204, 204];
  return {
    background, foreground, focus: readRgb(getComputedStyle(element).color) ?? foreground,
    isHighContrast: body.classList.contains("vscode-high-contrast") || body.classList.contains("vscode-high-contrast-light"),
  };
}

/** VS Code tells of another theme by the classes of the body, and sets its colours on the root. */
export function watchTheme(onChange: () => void): void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
}
