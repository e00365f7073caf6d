/**
 * Measures how long the map takes to draw and to lasso, in Chromium: `npm run bench:map-drawing`.
 * Chromium draws in software here (SwiftShader on the CPU), which is the worst that a laptop can do.
 */
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { chromium } from "playwright-core";
import { chromiumVersion, ensureChromium } from "./install.ts";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const COUNTS = [100_000, 1_000_000];

const PAGE = `
import { PointRenderer } from "./webview/map/pointRenderer.ts";
import { GridIndex } from "./webview/map/gridIndex.ts";
import { boundsOf } from "./webview/map/camera.ts";
import { categoryStyle } from "./webview/map/categories.ts";
import { walkOrder } from "./webview/map/walk.ts";

const size = { width: 900, height: 600 };
const theme = { background: [31, 31, 31], foreground: [204, 204, 204], focus: [0, 120, 212], isHighContrast: false };
const styles = Array.from({ length: 10 }, (_, i) => categoryStyle(i));
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

globalThis.measure = (count) => {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  document.body.replaceChildren(canvas);
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: false });
  const pixel = new Uint8Array(4);
  // Reading a pixel waits until all is drawn.
  const timed = (rounds, work) => median(Array.from({ length: rounds }, (_, round) => {
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    const start = performance.now();
    work(round);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    return performance.now() - start;
  }));
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const xy = new Float32Array(2 * count);
  const slots = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const blob = slots[row] = Math.floor(next() * 10);
    const radius = 0.28 * Math.sqrt(-Math.log(next() + 1e-9)) * 0.6;
    const angle = next() * 2 * Math.PI;
    xy[2 * row] = Math.max(-1, Math.min(1, Math.cos(blob) * 0.65 + radius * Math.cos(angle)));
    xy[2 * row + 1] = Math.max(-1, Math.min(1, Math.sin(blob) * 0.65 + radius * Math.sin(angle)));
  }
  const renderer = new PointRenderer(canvas);
  const figures = {};
  figures["upload, once"] = timed(1, () => { renderer.setPositions(xy); renderer.setSlots(slots); renderer.setStyles(styles, theme); });
  const frame = (round, more) => renderer.draw({ camera: { x: 0.001 * round, y: 0, zoom: 1 }, size, ratio: 1, theme, budget: null, highlight: "all", most: Infinity, ...more });
  figures["frame"] = timed(15, (round) => frame(round));
  figures["frame while moving, 15,000 drawn"] = timed(15, (round) => frame(round, { most: 15_000 }));
  figures["frame, near (zoom 8)"] = timed(15, (round) => frame(round, { camera: { x: 0.5 + 0.001 * round, y: 0.3, zoom: 8 } }));
  figures["other colours and frame"] = timed(9, (round) => { renderer.setSlots(slots); frame(round); });
  const chosen = Uint8Array.from(slots, (slot, row) => row % 50 === 0 ? 1 : 0);
  const matching = Uint32Array.from({ length: count >> 2 }, (_, i) => 4 * i);
  figures["filter and choice (3 layers) and frame"] = timed(9, (round) => { renderer.setFlags(matching, chosen); frame(round); });
  renderer.setFlags(null, new Uint8Array(count));
  renderer.setPlaces(Float32Array.from({ length: count }, (_, row) => (row * 7919) % count));
  figures["step of the budget and frame"] = timed(15, (round) => frame(0, { budget: count / 3 + round * 100 }));
  let start = performance.now();
  const grid = new GridIndex(xy, boundsOf(xy));
  figures["index of places, once"] = performance.now() - start;
  const polygon = Float64Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 ? Math.cos : Math.sin)((at >> 1) / 500 * 2 * Math.PI) * 0.6);
  let inside = 0;
  figures["lasso of 500 corners"] = median(Array.from({ length: 7 }, () => { start = performance.now(); inside = grid.inPolygon(polygon).length; return performance.now() - start; }));
  figures["nearest point"] = median(Array.from({ length: 9 }, () => { start = performance.now(); for (let i = 0; i < 5000; i++) grid.nearest(next() * 2 - 1, next() * 2 - 1, 0.02, null); return (performance.now() - start) / 5000; }));
  start = performance.now();
  walkOrder(xy, Uint32Array.from({ length: count }, (_, row) => row));
  figures["order of steps, once"] = performance.now() - start;
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  return { figures, inside, graphics: debug === null ? "" : gl.getParameter(debug.UNMASKED_RENDERER_WEBGL) };
};`;

interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  readonly inside: number;
  readonly graphics: string;
}

const { outputFiles } = await esbuild.build({ stdin: { contents: PAGE, resolveDir: ROOT, loader: "js" }, bundle: true, write: false, format: "iife", target: "es2022", logLevel: "warning" });
const executablePath = await ensureChromium();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  await page.setContent("<body></body>");
  await page.addScriptTag({ content: outputFiles[0].text });
  for (const count of COUNTS) {
    const { figures, inside, graphics } = await page.evaluate((points) => (globalThis as unknown as { measure: (points: number) => Measured }).measure(points), count);
    console.log(`\n${count.toLocaleString("en-US")} points on 900 × 600 pixels, ${chromiumVersion(executablePath)}, ${graphics}, ${os.cpus()[0]?.model ?? ""} × ${os.cpus().length}; ${inside.toLocaleString("en-US")} of them lassoed`);
    for (const [name, ms] of Object.entries(figures)) console.log(`${name.padEnd(42)}${(ms < 1 ? ms.toFixed(4) : ms.toFixed(1)).padStart(10)} ms`);
  }
} finally {
  await browser.close();
}
