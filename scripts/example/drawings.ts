import type { Random } from "./random.ts";
import { backdrop, circle, ellipse, ground, line, n, path, placed, polygon, rect, sky, svg, water } from "./scenery.ts";

export const IMAGE_CLASSES = ["boat", "car", "cat", "flower", "house", "tree"] as const;
export type ImageClass = (typeof IMAGE_CLASSES)[number];

const PAINT = ["#d7263d", "#1b6ca8", "#f2c230", "#2a9d6f", "#f4f4ef", "#26292e", "#8e4bb8", "#f27f33", "#e58fb0", "#59c3c3", "#7a4a2b"] as const;

function house(r: Random): string {
  const horizon = r.between(50, 80);
  const wall = r.pick(PAINT), roof = r.pick(["#8c2f2b", "#3b3f4a", "#b5562f", "#274b3c", "#5a3a78", "#e0b04a", "#d9dde2"]);
  const glass = r.pick(["#ffe79a", "#bfe6ff", "#22304d"]), frame = r.pick(["#ffffff", "#4a3426"]);
  const style = r.int(0, 4);
  const w = r.between(30, 62), h = style === 1 ? r.between(44, 58) : r.between(22, 36);
  const peak = r.between(12, 24);
  let out = "";
  if (style !== 4 && r.chance(0.6)) {
    const x = r.between(-w / 3, w / 4);
    out += rect(x, -h - peak - 2, 6, peak + 6, "#6b3a2e");
    for (let i = 0; i < 3; i++) out += circle(x + 4 + i * 3.4, -h - peak - 6 - i * 5, 2.4 + i, "#eceff2", 0.75);
  }
  if (style === 3) {
    out += polygon([[-w * 0.62, 0], [0, -h - peak - 6], [w * 0.62, 0]], roof) + polygon([[-w * 0.42, 0], [0, -h - peak * 0.3], [w * 0.42, 0]], wall);
  } else {
    out += rect(-w / 2, -h, w, h, wall);
    if (r.chance(0.5)) for (let y = -h + 4; y < -2; y += 5) out += line(-w / 2, y, w / 2, y, "#00000030", 0.7);
    if (style === 4) out += rect(-w / 2 - 3, -h - 5, w + 6, 6, roof) + rect(-w / 2, -h - 18, w * 0.45, 13, wall) + rect(-w / 2 - 2, -h - 21, w * 0.45 + 4, 4, roof);
    else if (style === 2) out += polygon([[-w / 2 - 5, -h], [-w / 4, -h - peak], [w / 4, -h - peak], [w / 2 + 5, -h]], roof);
    else out += polygon([[-w / 2 - 5, -h], [0, -h - peak], [w / 2 + 5, -h]], roof);
  }
  const door = r.between(-w / 4, w / 4);
  out += rect(door - 4, -14, 8, 14, r.pick(["#5b3a24", "#b3312c", "#1f4f7a", "#f0d060"]), r.chance(0.4) ? 4 : 0) + circle(door + 2.2, -7, 0.8, "#ffe9a0");
  if (style === 3) out += circle(0, -h * 0.78, 4, frame) + circle(0, -h * 0.78, 3, glass);
  else {
    const rows = style === 1 ? 3 : 1, columns = w > 46 ? 3 : 2;
    for (let a = 0; a < rows; a++) for (let b = 0; b < columns; b++) {
      const x = -w / 2 + (w * (b + 0.5)) / columns, y = -h + 4 + a * 13;
      if (y > -18 && Math.abs(x - door) < 9) continue;
      out += rect(x - 4.4, y, 8.8, 9, frame) + rect(x - 3.4, y + 1, 6.8, 7, glass) + line(x, y + 1, x, y + 8, frame, 0.9);
    }
  }
  let front = "";
  if (r.chance(0.45)) {
    const post = r.pick(["#ffffff", "#8a6a45"]);
    for (let x = -2; x < 98; x += 5) front += rect(x, horizon + 8, 2.4, 10, post, 1);
    front += rect(0, horizon + 11, 96, 1.8, post);
  } else for (let i = r.int(0, 4); i > 0; i--) front += circle(r.between(0, 96), horizon + r.between(7, 12), r.between(4, 8), r.pick(["#2f7a3d", "#5ea64a", "#b34a6b", "#d98b2b"]));
  return sky(r) + ground(r, horizon) + placed(out, r.between(28, 68), horizon + 7, r.between(0.75, 1.25), r.chance(0.5)) + front;
}

function crown(r: Random, kind: number, leaf: string, shade: string): string {
  let out = "";
  if (kind === 0) {
    for (let i = 0; i < 7; i++) out += circle(r.between(-15, 15), r.between(-54, -32), r.between(8, 13), i % 2 === 0 ? leaf : shade);
    if (r.chance(0.5)) for (let i = 0; i < 9; i++) out += circle(r.between(-17, 17), r.between(-58, -28), 2, "#e02f3a");
  } else if (kind === 1) {
    const layers = r.int(3, 5);
    for (let i = 0; i < layers; i++) out += polygon([[-22 + i * 4, -12 - i * 12], [0, -36 - i * 12], [22 - i * 4, -12 - i * 12]], i % 2 === 0 ? leaf : shade);
  } else if (kind === 2) {
    for (let i = 0; i < 7; i++) {
      const a = (i / 6) * Math.PI, dx = Math.cos(a) * 30;
      out += path(`M0 -50Q${n(dx * 0.6)} ${n(-66 - Math.sin(a) * 8)} ${n(dx)} ${n(-44 - Math.sin(a) * 18)}Q${n(dx * 0.5)} -54 0 -50Z`, i % 2 === 0 ? leaf : shade);
    }
    out += circle(-2, -48, 2.6, "#6b4423") + circle(3, -47, 2.6, "#7d5230");
  } else if (kind === 3) {
    out += ellipse(0, -44, 10, 34, leaf) + ellipse(-3, -40, 5, 26, shade);
  } else if (kind === 4) {
    out += circle(0, -48, 18, leaf);
    for (let i = -5; i <= 5; i++) out += path(`M${n(i * 4)} -52Q${n(i * 6)} -30 ${n(i * 6)} ${n(-10 - Math.abs(i) * 1.5)}`, "none", i % 2 === 0 ? leaf : shade, 3.4);
  } else {
    for (let i = -4; i <= 4; i++) {
      const x = i * 7, y = -60 + Math.abs(i) * 4;
      out += path(`M0 -24Q${n(x * 0.3)} -36 ${n(x)} ${n(y)}M${n(x * 0.6)} ${n(-40 + Math.abs(i))}l${n(r.between(-6, 6))} -9`, "none", "#4a3524", 1.8);
    }
  }
  return out;
}

function tree(r: Random): string {
  const horizon = r.between(54, 84);
  const [leaf, shade] = r.pick([["#3f9b46", "#2b7a37"], ["#7cc04b", "#5a9a35"], ["#e08a2c", "#c0601f"], ["#d94a3a", "#a72c2c"], ["#f3c53c", "#d79d1f"], ["#f4a9c4", "#e07fa5"], ["#1f5f4b", "#144335"], ["#dfe9f2", "#b8cadb"], ["#6f6bb5", "#4d4a8c"]] as const);
  const kind = r.int(0, 5);
  const one = (): string => rect(-3, kind === 2 ? -50 : -30, kind === 2 ? 4.5 : 6, kind === 2 ? 50 : 30, r.pick(["#6b4a2f", "#4a3524", "#8a6a4a", "#d8d3c8"]), 1) + crown(r, kind, leaf, shade);
  const count = r.pick([1, 1, 1, 2, 3]);
  let out = sky(r) + ground(r, horizon);
  for (let i = 0; i < count; i++) {
    const x = count === 1 ? r.between(24, 72) : (96 * (i + 0.5)) / count + r.between(-6, 6);
    out += placed(one(), x, horizon + r.between(4, 10), count === 1 ? r.between(0.85, 1.4) : r.between(0.5, 0.85), r.chance(0.5));
  }
  return out;
}

function boat(r: Random): string {
  const horizon = r.between(38, 66);
  const hull = r.pick(PAINT), trim = r.pick(["#ffffff", "#f2c230", "#26292e", "#d7263d"]);
  const sail = r.pick(["#fdfdf8", "#f7d9a8", "#e2483d", "#2f6fb3", "#f3c230", "#1f2a44", "#8fd0b5"]), second = r.pick(["#ffffff", "#e2483d", "#f3a530", "#2c8f6f"]);
  const style = r.int(0, 4);
  let out = "";
  if (style === 0) {
    out += line(0, -52, 0, -6, "#6b4a2f", 1.8) + path("M2 -52Q30 -34 26 -12L2 -12Z", sail) + polygon([[-2, -46], [-20, -12], [-2, -12]], second);
    out += path("M-28 -9H32Q28 5 16 5H-16Q-26 5 -28 -9Z", hull) + rect(-27, -9, 58, 2.6, trim);
  } else if (style === 1) {
    out += rect(-16, -22, 26, 14, trim) + rect(-6, -42, 8, 20, hull) + rect(-6, -38, 8, 4, second) + rect(6, -38, 7, 18, hull);
    for (let i = 0; i < 4; i++) out += circle(-12 + i * 6, -15, 1.8, "#3c5068");
    for (let i = 0; i < 4; i++) out += circle(2 + i * 6, -46 - i * 4, 3 + i * 1.2, "#d9dde0", 0.7);
    out += path("M-38 -9H40L32 6H-30Z", hull) + rect(-34, 2, 66, 4, "#8e2323");
  } else if (style === 2) {
    out += path("M-26 -4Q0 -1 26 -4Q20 7 0 7T-26 -4Z", hull) + path("M-22 -3Q0 0 22 -3", "none", trim, 1.6) + line(-6, -6, -26, 10, "#8a6a45", 1.8) + line(6, -6, 26, 10, "#8a6a45", 1.8);
    out += circle(0, -18, 4, "#e8b48c") + path("M-6 -2Q-6 -14 0 -14T6 -2Z", sail);
  } else if (style === 3) {
    out += path("M-44 -10H44L38 7H-38Z", hull) + rect(24, -26, 12, 16, "#f4f4ef") + rect(26, -23, 8, 3, "#3c5068");
    for (let a = 0; a < 5; a++) for (let b = 0; b < r.int(1, 3); b++) out += rect(-38 + a * 12, -17 - b * 7, 11, 6.4, r.pick(PAINT));
  } else {
    out += line(-12, -50, -12, -6, "#5b4030", 1.8) + line(12, -44, 12, -6, "#5b4030", 1.8);
    for (const x of [-12, 12]) out += path(`M${x - 11} -44Q${x} -38 ${x + 11} -44L${x + 12} -26Q${x} -20 ${x - 12} -26Z`, sail) + path(`M${x - 10} -24Q${x} -18 ${x + 10} -24L${x + 10} -12H${x - 10}Z`, second);
    out += path("M-36 -14Q-26 -8 26 -9L38 -14Q32 7 18 7H-20Q-32 5 -36 -14Z", hull) + line(-30, -4, 30, -4, trim, 1.4);
  }
  let shore = "";
  if (r.chance(0.3)) shore = path(`M0 ${n(horizon + 1)}Q${n(r.between(10, 30))} ${n(horizon - r.between(8, 20))} ${n(r.between(36, 60))} ${n(horizon + 1)}Z`, r.pick(["#4c7a4a", "#7a6a58", "#2f4a52", "#c9b080"]));
  return sky(r) + shore + water(r, horizon) + placed(out, r.between(32, 64), horizon + r.between(8, 22), r.between(0.7, 1.25), r.chance(0.5));
}

function car(r: Random): string {
  const horizon = r.between(40, 66);
  const paint = r.pick(PAINT), glass = r.pick(["#cfeaf7", "#2b3a4d", "#f6e7b0"]);
  const style = r.int(0, 4);
  const wheel = (x: number, s = 6.4): string => circle(x, 0, s, "#1d1f23") + circle(x, 0, s * 0.45, "#c9ced4");
  let out = "";
  if (style === 0) out += path("M-34 -3Q-35 -13 -25 -14L-16 -24Q-14 -27 -10 -27H10Q14 -27 17 -24L24 -14Q35 -13 34 -3Z", paint) + path("M-20 -14L-13 -23H-2V-14ZM1 -14V-23H11L18 -14Z", glass) + wheel(-20) + wheel(20);
  else if (style === 1) {
    out += rect(-40, -38, 80, 36, paint, 4) + rect(-40, -16, 80, 4, r.pick(["#ffffff", "#26292e", "#f2c230"]));
    for (let i = 0; i < 5; i++) out += rect(-36 + i * 15, -33, 12, 12, glass, 1.5);
    out += wheel(-24) + wheel(24);
  } else if (style === 2) out += rect(-40, -36, 50, 32, r.pick(PAINT)) + path("M12 -28H26Q29 -28 31 -24L36 -14Q38 -13 38 -4H12Z", paint) + path("M17 -24H26L31 -14H17Z", glass) + wheel(-28) + wheel(-12) + wheel(27);
  else if (style === 3) out += path("M-32 -3Q-32 -18 -20 -18Q-14 -34 2 -34Q18 -34 22 -18Q33 -17 33 -3Z", paint) + path("M-14 -19Q-10 -29 0 -29V-19ZM3 -19V-29Q13 -29 16 -19Z", glass) + wheel(-19, 7.4) + wheel(20, 7.4);
  else out += path("M-40 -3L-38 -11Q-20 -15 -8 -15Q0 -22 12 -22Q20 -22 28 -13L40 -10L39 -3Z", paint) + path("M-3 -15Q4 -20 10 -20Q18 -20 22 -14Z", glass) + line(-36, -7, 36, -7, "#ffffff90", 1.6) + wheel(-22, 7) + wheel(23, 7);
  out += rect(31, -10, 5, 3, "#fff3b0", 1.2) + rect(-38, -10, 4, 3, "#ff5a4f", 1);
  let behind = "";
  if (r.chance(0.55)) {
    const tone = r.pick(["#46566b", "#8a7a8f", "#a9b7c4", "#6b4f48", "#2c3345"]);
    for (let x = r.between(-8, 0); x < 96; ) {
      const w = r.between(9, 20), h = r.between(10, 38);
      behind += rect(x, horizon - h, w, h + 4, tone);
      for (let y = horizon - h + 3; y < horizon - 3; y += 6) for (let a = x + 2; a < x + w - 3; a += 5) if (r.chance(0.6)) behind += rect(a, y, 2.4, 3, r.pick(["#ffe79a", "#cfe2f2"]));
      x += w + r.between(-1, 8);
    }
  } else for (let i = r.int(2, 5); i > 0; i--) behind += circle(r.between(0, 96), horizon, r.between(5, 15), r.pick(["#3f8a45", "#77ad4a", "#c9803a", "#5b7f8a"]));
  const top = horizon + r.between(7, 14), depth = r.between(13, 22);
  let road = rect(0, top, 96, depth, r.pick(["#4a4e57", "#2f3238", "#8a8d92", "#9a7a5a"]));
  for (let x = r.between(-12, 0); x < 96; x += 18) road += rect(x, top + depth * 0.62, 10, 1.8, "#f4e9b8");
  return sky(r) + behind + ground(r, horizon) + road + placed(out, r.between(32, 64), top + depth * 0.4, r.between(0.72, 1.2), r.chance(0.5));
}

function bloom(r: Random, kind: number): string {
  const petal = r.pick(["#ffffff", "#e8364f", "#f7a1c4", "#f6c330", "#8b5fc7", "#3f6fd1", "#f27f33", "#b01e5a"]), heart = r.pick(["#f6b52a", "#5b3a1e", "#fff1a8", "#3d2b56"]);
  let out = "";
  if (kind === 0) {
    const count = r.int(6, 11);
    for (let i = 0; i < count; i++) out += `<g transform="rotate(${n((360 * i) / count)})">${ellipse(0, -14, 5, 10, petal)}</g>`;
    return out + circle(0, 0, 7, heart);
  }
  if (kind === 1) return path("M-13 -14Q-8 -6 -6 -18Q0 -2 6 -18Q8 -6 13 -14Q17 12 0 13Q-17 12 -13 -14Z", petal) + path("M0 -12Q6 2 0 12Q-6 2 0 -12Z", heart);
  if (kind === 2) {
    for (let i = 0; i < 16; i++) out += `<g transform="rotate(${n(22.5 * i)})">${polygon([[-4, -9], [0, -24], [4, -9]], i % 2 === 0 ? petal : "#e89c1f")}</g>`;
    return out + circle(0, 0, 11, "#4a2e17") + circle(0, 0, 6, "#6e4826");
  }
  if (kind === 3) {
    for (let i = 0; i < 5; i++) out += circle(Math.cos(i * 1.2566) * 9, Math.sin(i * 1.2566) * 9, 9, petal);
    return out + path("M0 0q5 -3 4 3t-9 3t-3 -11t14 -1", "none", "#00000055", 1.6);
  }
  for (let i = 0; i < 5; i++) out += `<g transform="rotate(${n(72 * i)})">${path("M0 0C-14 -8 -9 -22 0 -17C9 -22 14 -8 0 0Z", petal)}</g>`;
  return out + circle(0, 0, 4.5, heart);
}

function flower(r: Random): string {
  const outdoors = r.chance(0.5);
  const base = r.between(78, 96);
  let out = outdoors ? sky(r) + ground(r, r.between(46, 80)) : backdrop(r);
  const count = r.pick([1, 1, 2, 3, 5]), kind = r.int(0, 4), leaf = r.pick(["#3f8f3f", "#6fae3a", "#22603a", "#7a8f3a"]);
  const vase = !outdoors && r.chance(0.5);
  for (let i = 0; i < count; i++) {
    const x = count === 1 ? r.between(28, 68) : 12 + (72 * i) / (count - 1) + r.between(-5, 5), y = r.between(count === 1 ? 26 : 18, 56), s = count === 1 ? r.between(1, 1.75) : r.between(0.55, 1);
    const foot = vase ? 48 + (i - (count - 1) / 2) * 3 : x + r.between(-6, 6);
    out += path(`M${n(foot)} ${n(base)}Q${n((foot + x) / 2 + r.between(-6, 6))} ${n((base + y) / 2)} ${n(x)} ${n(y)}`, "none", leaf, 2.4);
    if (!vase) out += ellipse(foot + 7, base - 14, 9, 3.4, leaf, -32) + ellipse(foot - 7, base - 8, 9, 3.4, leaf, 30);
    out += placed(bloom(r, r.chance(0.75) ? kind : r.int(0, 4)), x, y, s, r.chance(0.5));
  }
  if (vase) out += path("M36 66H60Q56 74 62 84Q64 97 48 97T34 84Q40 74 36 66Z", r.pick(PAINT)) + path("M38 80Q48 86 58 80", "none", "#ffffff80", 1.6);
  return out;
}

function cat(r: Random): string {
  const [fur, dark] = r.pick([["#e8953c", "#b5641f"], ["#3a3d45", "#1f2126"], ["#f4ede2", "#cbbda8"], ["#9aa1ab", "#6a717b"], ["#7d5a41", "#533a29"]] as const);
  const eye = r.pick(["#8fd14f", "#f4c430", "#6fc3e8"]);
  const head = (s: number): string =>
    `<g transform="scale(${s})">${polygon([[-17, -6], [-16, -26], [-3, -15]], fur)}${polygon([[17, -6], [16, -26], [3, -15]], fur)}${polygon([[-14, -10], [-14, -21], [-6, -14]], "#f0a9a0")}${polygon([[14, -10], [14, -21], [6, -14]], "#f0a9a0")}` +
    `${ellipse(0, 0, 19, 16, fur)}${line(0, -15, 0, -9, dark, 2)}${line(-5, -14, -4, -9, dark, 2)}${line(5, -14, 4, -9, dark, 2)}${ellipse(-7.5, -2, 4, 4.6, eye)}${ellipse(7.5, -2, 4, 4.6, eye)}${ellipse(-7.5, -2, 1.3, 4, "#16181c")}${ellipse(7.5, -2, 1.3, 4, "#16181c")}` +
    `${polygon([[-2.4, 4], [2.4, 4], [0, 7]], "#e07a86")}${path("M0 7Q-3 11 -6 8M0 7Q3 11 6 8", "none", dark, 1.2)}${line(-10, 5, -24, 3, dark, 0.7)}${line(-10, 7, -24, 9, dark, 0.7)}${line(10, 5, 24, 3, dark, 0.7)}${line(10, 7, 24, 9, dark, 0.7)}</g>`;
  const pose = r.int(0, 2);
  let out: string;
  if (pose === 0) out = path("M16 0Q34 -4 30 -22", "none", dark, 6) + path("M-20 2Q-22 -34 0 -36Q22 -34 20 2Z", fur) + ellipse(-8, 0, 7, 4, dark) + ellipse(8, 0, 7, 4, dark) + ellipse(0, -14, 8, 13, "#ffffff60") + placed(head(0.9), 0, -42, 1, false);
  else if (pose === 1) out = ellipse(2, -13, 36, 15, fur) + path("M34 -8Q46 -20 34 -30", "none", dark, 6) + line(8, -26, 10, -14, dark, 3) + line(16, -25, 19, -14, dark, 3) + line(0, -27, 1, -16, dark, 3) + placed(head(0.85), -24, -26, 1, false);
  else out = placed(head(1.7), 0, -32, 1, false);
  return (r.chance(0.7) ? backdrop(r) : sky(r) + ground(r, r.between(56, 76))) + placed(out, r.between(38, 58), r.between(80, 90), r.between(0.85, 1.1), r.chance(0.5));
}

const DRAW: { readonly [name in ImageClass]: (random: Random) => string } = { boat, car, cat, flower, house, tree };

/** One drawing of the class as SVG, different at each call. */
export function drawing(name: ImageClass, random: Random): string {
  return svg(DRAW[name](random));
}
