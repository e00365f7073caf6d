import type { Random } from "./random.ts";

/** Side of the drawing area in SVG units, and of the finished image in pixels. */
export const SIDE = 96;

/** Top and bottom colour of a sky. */
const SKIES: readonly (readonly [string, string])[] = [
  ["#5fb8f5", "#e3f6ff"], ["#ff9f70", "#ffe9c4"], ["#3d2f73", "#f08a6b"], ["#0b1838", "#33508c"], ["#8794a1", "#d3dbe0"],
  ["#39434f", "#87949e"], ["#9fe8cb", "#f4fff8"], ["#f29fc1", "#fff0f4"], ["#f3b826", "#fff3c4"], ["#146173", "#9ad1d4"],
  ["#c2d8ea", "#fbfdff"], ["#84182f", "#f2685c"], ["#2450c4", "#9cc4ff"], ["#5b2a86", "#c9a2e8"],
];

const GROUNDS: readonly (readonly [string, string])[] = [
  ["#6fbf4f", "#4c8f38"], ["#2f7040", "#1c4a2b"], ["#ecd79a", "#cfae63"], ["#f4f8fb", "#cfdde8"], ["#cf8438", "#9a5a22"],
  ["#a98bd0", "#7a5ba8"], ["#626873", "#3c414a"], ["#b7603f", "#85402a"], ["#e4c250", "#bd9730"], ["#54402f", "#33261c"],
];

/** One number with at most two decimals, to keep the SVG short. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function rect(x: number, y: number, w: number, h: number, fill: string, rx = 0): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" rx="${n(rx)}" fill="${fill}"/>`;
}

export function circle(x: number, y: number, r: number, fill: string, opacity = 1): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" opacity="${n(opacity)}"/>`;
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, turn = 0): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}" transform="rotate(${n(turn)} ${n(x)} ${n(y)})"/>`;
}

export function polygon(points: readonly (readonly [number, number])[], fill: string): string {
  return `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(" ")}" fill="${fill}"/>`;
}

export function path(d: string, fill: string, stroke = "none", width = 0): string {
  return `<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-width="${n(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, width: number): string {
  return path(`M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}`, "none", stroke, width);
}

/** Content placed so that its own origin lands on (x, y), scaled, mirrored when asked. */
export function placed(content: string, x: number, y: number, scale: number, mirror: boolean): string {
  return `<g transform="translate(${n(x)} ${n(y)}) scale(${n(mirror ? -scale : scale)} ${n(scale)})">${content}</g>`;
}

export function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 ${SIDE} ${SIDE}">${content}</svg>`;
}

function gradient(id: string, from: string, to: string): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`;
}

function cloud(x: number, y: number, s: number, fill: string): string {
  return `<g opacity="0.88">${ellipse(x, y, 11 * s, 4.4 * s, fill)}${circle(x - 4 * s, y - 3 * s, 4.6 * s, fill)}${circle(x + 2.6 * s, y - 4.6 * s, 5.8 * s, fill)}</g>`;
}

/** A sky over the whole drawing with sun, moon, stars, clouds or rain. */
export function sky(random: Random): string {
  const index = random.int(0, SKIES.length - 1);
  const [top, bottom] = SKIES[index];
  const dark = index === 2 || index === 3 || index === 13;
  let out = `<defs>${gradient("sky", top, bottom)}</defs>${rect(0, 0, SIDE, SIDE, "url(#sky)")}`;
  if (dark) {
    for (let i = random.int(10, 26); i > 0; i--) out += circle(random.between(0, SIDE), random.between(0, 52), random.between(0.4, 1.1), "#fff8dc", 0.9);
  }
  const body = random.unit();
  if (body < 0.62) {
    const x = random.between(8, 88), y = random.between(8, 30), r = random.between(5, 13);
    const glow = dark ? "#f4f1d8" : random.pick(["#fff2a8", "#ffd75e", "#ff7a4d", "#ffffff"]);
    out += circle(x, y, r * 1.7, glow, 0.25) + circle(x, y, r, glow);
    if (dark && random.chance(0.5)) out += circle(x + r * 0.45, y - r * 0.2, r * 0.85, top);
  }
  const shade = index === 4 || index === 5 ? "#6f7b86" : random.pick(["#ffffff", "#ffffff", "#fde3d2", "#d7e2f0"]);
  for (let i = random.int(0, 4); i > 0; i--) out += cloud(random.between(4, 92), random.between(8, 40), random.between(0.6, 1.6), shade);
  if (random.chance(0.35)) {
    const far = random.pick(["#7b8fb0", "#57708a", "#8a6f9e", "#b58a7a", "#49645a", "#e8eef5"]);
    let x = random.between(-30, 0);
    while (x < SIDE) {
      const w = random.between(26, 60), h = random.between(14, 44);
      out += polygon([[x, 80], [x + w / 2, 80 - h - 12], [x + w, 80]], far);
      x += w * random.between(0.45, 0.9);
    }
  }
  if ((index === 4 || index === 5) && random.chance(0.7)) {
    for (let i = random.int(18, 36); i > 0; i--) {
      const x = random.between(0, SIDE), y = random.between(0, 80);
      out += line(x, y, x - 1.6, y + 5, "#c4d4e2", 0.6);
    }
  }
  return out;
}

/** Land from `horizon` down, flat or as a hill, with tufts, furrows or stones. */
export function ground(random: Random, horizon: number): string {
  const [top, bottom] = random.pick(GROUNDS);
  const bend = random.between(-9, 9);
  let out = `<defs>${gradient("land", top, bottom)}</defs>`;
  out += path(`M0 ${n(horizon)}Q${n(random.between(25, 70))} ${n(horizon + bend)} ${SIDE} ${n(horizon + random.between(-3, 3))}V${SIDE}H0Z`, "url(#land)");
  const texture = random.int(0, 3);
  if (texture === 0) {
    for (let i = random.int(20, 45); i > 0; i--) {
      const x = random.between(0, SIDE), y = random.between(horizon + 6, SIDE);
      out += line(x, y, x + random.between(-1.5, 1.5), y - random.between(2, 4), bottom, 0.8);
    }
  } else if (texture === 1) {
    for (let i = 0; i < 7; i++) out += line(48 + (i - 3) * 7, horizon + 8, 48 + (i - 3) * 30, SIDE + 4, bottom, 1.8);
  } else if (texture === 2) {
    for (let i = random.int(8, 18); i > 0; i--) out += ellipse(random.between(0, SIDE), random.between(horizon + 8, SIDE), random.between(1.5, 4), random.between(0.8, 1.8), bottom);
  } else if (random.chance(0.6)) {
    const x = random.between(18, 78);
    out += polygon([[x - 3, horizon + 3], [x + 3, horizon + 3], [x + random.between(8, 26), SIDE], [x - random.between(8, 26), SIDE]], random.pick(["#d9c7a0", "#a39686", "#e9e0cf"]));
  }
  return out;
}

/** Water from `horizon` down with waves. */
export function water(random: Random, horizon: number): string {
  const [top, bottom, foam] = random.pick([
    ["#3fa7d6", "#1b5e8f", "#bfe9ff"], ["#1f6f78", "#0c3b44", "#8ad4cf"], ["#27407a", "#121f45", "#8fa7e0"],
    ["#7fd3c5", "#359c94", "#f0fffb"], ["#8a6f9e", "#46365f", "#e3d3f5"], ["#c97b5a", "#74382f", "#ffdcae"], ["#8fa3ad", "#4e5f69", "#dfe9ee"],
  ] as const);
  let out = `<defs>${gradient("land", top, bottom)}</defs>${rect(0, horizon, SIDE, SIDE - horizon, "url(#land)")}`;
  for (let i = random.int(6, 16); i > 0; i--) {
    const x = random.between(-6, 90), y = random.between(horizon + 3, SIDE - 2), w = random.between(6, 16);
    out += path(`M${n(x)} ${n(y)}q${n(w / 4)} -2 ${n(w / 2)} 0t${n(w / 2)} 0`, "none", foam, random.between(0.6, 1.3));
  }
  return out;
}

/** A wall or cloth as a backdrop: plain, striped, dotted, checked or with soft discs. */
export function backdrop(random: Random): string {
  const [base, second] = random.pick([
    ["#f6e3c5", "#e8c48f"], ["#cfe6dd", "#8fc4ae"], ["#e9d2ea", "#b893c9"], ["#2e4057", "#48648a"], ["#f9d1c9", "#e88b78"], ["#dfe5ec", "#aebac8"],
    ["#7d9d5c", "#55733b"], ["#ffe08a", "#f2b632"], ["#3b2a3f", "#6b4a70"], ["#b5dcf5", "#6faee0"], ["#a63d40", "#d16b62"], ["#1d5c56", "#38897f"],
  ] as const);
  let out = rect(0, 0, SIDE, SIDE, base);
  const style = random.int(0, 5);
  if (style === 0) {
    const step = random.between(14, 26);
    for (let x = random.between(-step, 0); x < SIDE; x += step) out += rect(x, 0, step / 2, SIDE, second);
  } else if (style === 1) {
    const step = random.between(15, 24);
    for (let y = 4; y < SIDE; y += step) for (let x = 4; x < SIDE; x += step) out += circle(x, y, step * 0.28, second);
  } else if (style === 2) {
    const step = random.between(18, 30);
    for (let a = 0; a * step < SIDE; a++) for (let b = 0; b * step < SIDE; b++) if ((a + b) % 2 === 0) out += rect(a * step, b * step, step, step, second);
  } else if (style === 3) {
    out += `<defs>${gradient("sky", base, second)}</defs>${rect(0, 0, SIDE, SIDE, "url(#sky)")}`;
    for (let i = random.int(4, 9); i > 0; i--) out += circle(random.between(0, SIDE), random.between(0, SIDE), random.between(6, 18), random.pick(["#ffffff", base, second]), 0.35);
  } else if (style === 4) {
    out += polygon([[0, 0], [SIDE, 0], [random.chance(0.5) ? 0 : SIDE, SIDE]], second);
  } else {
    const w = random.between(26, 40), x = random.between(4, SIDE - w - 4);
    out += rect(x, 6, w, 40, "#ffffff") + rect(x + 2.5, 8.5, w - 5, 35, random.pick(["#8fd0ff", "#22345f", "#ffc58f"])) + rect(x + w / 2 - 1, 6, 2, 40, "#ffffff") + rect(x, 25, w, 2, "#ffffff");
  }
  if (random.chance(0.55)) out += rect(0, random.between(66, 84), SIDE, 40, second) + line(0, 66, SIDE, 66, second, 1);
  return out;
}
