/** How figures of a comparison are written, and how its strategies look in every chart. Pure. */
import * as l10n from "@vscode/l10n";
import type { ComparedUtility } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { formatDuration, formatPrice } from "../budget/trainingCost.ts";

/** Stands where there is no figure. */
export const NONE = "–";

/** A value of a utility: "83.1%" for shares, else three figures: "0.0865", "1,290". Never NaN. */
export function figureText({ isShare }: Pick<ComparedUtility, "isShare">, value: number): string {
  if (!Number.isFinite(value)) return NONE;
  return isShare ? shareText(value) : threeFigures(value);
}

/** Never 0% or 100% for what is not. */
function shareText(share: number): string {
  const percent = 100 * share;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent > 0 && percent < 0.05) return "<0.1%";
  if (percent > 99.95 && percent < 100) return ">99.9%";
  return `${minus(percent.toFixed(1))}%`;
}

function threeFigures(value: number): string {
  return Math.abs(value) >= 999.5 ? minus(formatCount(value)) : minus(String(Number(value.toPrecision(3))));
}

/** The minus sign that is as wide as a plus. */
function minus(number: string): string {
  return number.replace(/^-0(\.0+)?$/, "0").replace(/^-/, "−");
}

/** A difference, with its sign: "+1.3 points" for shares, else "−0.0865". */
export function differenceText(utility: Pick<ComparedUtility, "isShare">, difference: number): string {
  if (!Number.isFinite(difference)) return NONE;
  const signed = signedText(utility, difference);
  return utility.isShare ? l10n.t("{0} points", signed) : signed;
}

/** The same without its unit: "+1.3", "−0.0865", "0". */
export function signedText({ isShare }: Pick<ComparedUtility, "isShare">, difference: number): string {
  if (!Number.isFinite(difference)) return NONE;
  const text = isShare ? minus((100 * difference).toFixed(1)).replace(/^0\.0$/, "0") : threeFigures(difference);
  return text === "0" || text.startsWith("−") ? text : `+${text}`;
}

/** Half an interval, in the unit of the value that it stands behind: "±0.4" points for shares, else two figures. */
export function marginText({ isShare }: Pick<ComparedUtility, "isShare">, half: number): string {
  if (!Number.isFinite(half)) return "";
  return `±${isShare ? (100 * half).toFixed(1) : threeFigures(Number(half.toPrecision(2)))}`;
}

/** "12.50 USD", "0.021 USD"; "12.50" where the currency is "". */
export function moneyText(value: number, currency: string): string {
  // Placeholders make small sums: two decimals would show most of them as alike.
  if (value > 0 && value < 0.1) return `${threeFigures(Number(value.toPrecision(2)))} ${currency}`.trimEnd();
  return Number.isFinite(value) ? formatPrice(value, currency).trimEnd() : NONE;
}

/** "1.5 h". */
export function durationText(seconds: number): string {
  return Number.isFinite(seconds) ? formatDuration(seconds) : NONE;
}

// The orange of VS Code's charts is translucent, and hardly seen on white.
const COLOURS = [
  "var(--vscode-charts-blue, #3794ff)", "var(--vscode-symbolIcon-classForeground, var(--vscode-charts-orange, #d18616))", "var(--vscode-charts-green, #89d185)",
  "var(--vscode-charts-purple, #b180d7)", "var(--vscode-charts-red, #f14c4c)", "var(--vscode-charts-yellow, #cca700)",
] as const;
const DASHES = ["", "8 3", "2 3", "8 3 2 3", "14 4", "4 2 1 2"] as const;

/** A CSS colour of the theme. Seven marks and six colours in turn: no two of 42 strategies look alike. */
export function strategyColour(index: number): string {
  return COLOURS[index % COLOURS.length];
}

/** For `stroke-dasharray`; "" for a whole line. No two of 36 strategies have the same colour and the same dashes. */
export function strategyDash(index: number): string {
  return DASHES[Math.floor(index / COLOURS.length) % DASHES.length];
}

/** Corners of each mark, on a circle of radius 1: the number of them, the turn of the first, and how far every second one lies inwards. */
const MARKS = [
  { corners: 0, turn: 0, inwards: 1, size: 0.9 },
  { corners: 4, turn: 45, inwards: 1, size: 1.15 },
  { corners: 3, turn: 0, inwards: 1, size: 1.25 },
  { corners: 4, turn: 0, inwards: 1, size: 1.25 },
  { corners: 3, turn: 180, inwards: 1, size: 1.25 },
  { corners: 8, turn: 0, inwards: 0.35, size: 1.35 },
  { corners: 10, turn: 0, inwards: 0.42, size: 1.35 },
] as const;

/** The `d` of a filled SVG path around (0, 0), about `radius` pixels in radius: circle, square, triangles, diamond, cross, star. */
export function strategyMark(index: number, radius = 4): string {
  const { corners, turn, inwards, size } = MARKS[index % MARKS.length];
  const outer = radius * size;
  if (corners === 0) return `M${-outer} 0a${outer} ${outer} 0 1 0 ${2 * outer} 0a${outer} ${outer} 0 1 0 ${-2 * outer} 0Z`;
  const points = Array.from({ length: corners }, (_, corner) => {
    const angle = (Math.PI * (turn - 90 + (360 * corner) / corners)) / 180;
    const far = corner % 2 === 1 ? outer * inwards : outer;
    return `${(far * Math.cos(angle)).toFixed(2)} ${(far * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join("L")}Z`;
}
