import test from "node:test";
import assert from "node:assert/strict";
import { KEPT, DROPPED } from "../../src/protocol/columns.ts";
import { matchingRows, NO_FILTER } from "../samples/sampleFilter.ts";
import { boundsOf, fitted, isInside, panned, pointSize, toMap, toScreen, visibleBox, zoomed, type Camera } from "./camera.ts";
import { budgetCounts, categoryStyle, colouringOf, placesOf, type ColourColumns } from "./categories.ts";
import { GridIndex } from "./gridIndex.ts";
import { MAP_COLOURS } from "./mapColours.ts";
import { Pace } from "./pace.ts";
import { contrast, luminance, rampColour, readRgb, type Rgb, type Theme } from "./palette.ts";
import { shuffledRows } from "./pointRenderer.ts";
import { isInPolygon } from "./polygon.ts";
import { SHAPE_PATHS, SHAPES } from "./shapes.ts";
import { walkOrder } from "./walk.ts";

const SIZE = { width: 800, height: 500 };
const FREE: Camera = { x: 0.1, y: -0.2, zoom: 3 };

/** Numbers in [0, 1), the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Some in lumps, some apart, some on the very same place. */
function points(count: number, seed: number): Float32Array {
  const next = random(seed);
  const xy = new Float32Array(2 * count);
  for (let row = 0; row < count; row++) {
    const lump = row % 5;
    xy[2 * row] = lump === 4 ? 0.25 : (lump - 2) * 0.3 + (next() - 0.5) * (lump === 0 ? 1 : 0.1);
    xy[2 * row + 1] = lump === 4 ? 0.5 : (next() - 0.5) * (lump === 0 ? 1.9 : 0.2);
  }
  return xy;
}

function theme(background: Rgb, isHighContrast = false): Theme {
  return { background, foreground: [204, 204, 204], focus: [0, 120, 212], isHighContrast };
}
const THEMES = [theme([31, 31, 31]), theme([255, 255, 255]), theme([0, 0, 0], true), theme([255, 255, 255], true), theme([253, 246, 227])];

test("what is under the pointer stays there while one pans and zooms", () => {
  const place = toMap(FREE, SIZE, 613, 77);
  const back = toScreen(FREE, SIZE, place.x, place.y);
  assert.ok(Math.abs(back.x - 613) < 1e-9 && Math.abs(back.y - 77) < 1e-9);
  for (const factor of [1.3, 0.7, 40]) {
    const after = toScreen(zoomed(FREE, SIZE, factor, 613, 77), SIZE, place.x, place.y);
    assert.ok(Math.abs(after.x - 613) < 1e-6 && Math.abs(after.y - 77) < 1e-6);
  }
  const moved = toScreen(panned(FREE, SIZE, 30, -20), SIZE, place.x, place.y);
  assert.ok(Math.abs(moved.x - 643) < 1e-9 && Math.abs(moved.y - 57) < 1e-9);
});

test("zoom and place have limits", () => {
  assert.equal(zoomed(FREE, SIZE, 1e9, 0, 0).zoom, zoomed(FREE, SIZE, 1e12, 0, 0).zoom);
  const far = panned(FREE, SIZE, 1e6, 1e6);
  assert.deepEqual([far.x, far.y], [-1, 1]);
});

test("the whole map fits the screen, whatever its shape", () => {
  for (const size of [SIZE, { width: 300, height: 900 }]) {
    const xy = Float32Array.of(-0.9, 0.1, 0.7, 0.2, 0.3, -0.3);
    const box = visibleBox(fitted(boundsOf(xy), size), size);
    for (let row = 0; row < 3; row++) assert.ok(isInside(box, xy[2 * row], xy[2 * row + 1]));
    assert.ok(box.right - box.left < 4);
  }
  const one = fitted(boundsOf(Float32Array.of(0.5, 0.5)), SIZE);
  assert.ok(Number.isFinite(one.zoom) && one.x === 0.5);
  assert.ok(Number.isFinite(fitted(boundsOf(new Float32Array(0)), SIZE).zoom));
});

test("points are smaller where there are many, and grow as one goes nearer", () => {
  assert.ok(pointSize(100, SIZE, 1) > pointSize(100_000, SIZE, 1));
  assert.ok(pointSize(100_000, SIZE, 20) > pointSize(100_000, SIZE, 1));
});

test("the nearest point is that of a search through all", () => {
  const xy = points(3000, 7);
  const grid = new GridIndex(xy, boundsOf(xy));
  const next = random(3);
  const mask = Uint8Array.from({ length: 3000 }, () => (next() < 0.2 ? 1 : 0));
  for (let round = 0; round < 400; round++) {
    const [x, y] = [(next() - 0.5) * 3, (next() - 0.5) * 3];
    const reach = round % 3 === 0 ? Infinity : next() * 0.1;
    for (const only of [null, mask]) {
      let best: number | null = null;
      let least = reach * reach;
      for (let row = 0; row < 3000; row++) {
        if (only !== null && only[row] === 0) continue;
        const square = (xy[2 * row] - x) ** 2 + (xy[2 * row + 1] - y) ** 2;
        if (square < least) [best, least] = [row, square];
      }
      assert.equal(grid.nearest(x, y, reach, only), best);
    }
  }
  assert.equal(grid.nearest(0.25, 0.5, 0.01, null), 4);
  assert.equal(new GridIndex(new Float32Array(0), boundsOf(new Float32Array(0))).nearest(0, 0, Infinity, null), null);
});

test("a lasso chooses the points within its line, also where it crosses itself or leaves the map", () => {
  const xy = points(5000, 11);
  const grid = new GridIndex(xy, boundsOf(xy));
  const next = random(5);
  for (let round = 0; round < 40; round++) {
    const corners = 3 + Math.floor(next() * 60);
    const polygon = Float64Array.from({ length: 2 * corners }, () => (next() - 0.5) * (round % 2 === 0 ? 1 : 4));
    const expected = Array.from({ length: 5000 }, (_, row) => row).filter((row) => isInPolygon(polygon, xy[2 * row], xy[2 * row + 1]));
    assert.deepEqual([...grid.inPolygon(polygon)], expected);
  }
  assert.equal(grid.inPolygon([0, 0, 1, 1]).length, 0);
  assert.equal(grid.inPolygon([-2, -2, 2, -2, 2, 2, -2, 2]).length, 5000);
});

test("a box finds the points on the screen", () => {
  const xy = points(2000, 2);
  const box = { left: -0.3, right: 0.25, bottom: -0.1, top: 0.5 };
  const expected = Array.from({ length: 2000 }, (_, row) => row).filter((row) => isInside(box, xy[2 * row], xy[2 * row + 1]));
  assert.ok(expected.length > 100);
  assert.deepEqual([...new GridIndex(xy, boundsOf(xy)).inBox(box)], expected);
});

test("a hundred thousand points are lassoed without testing each against every corner", () => {
  const xy = points(100_000, 4);
  const grid = new GridIndex(xy, boundsOf(xy));
  const polygon = Float64Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 ? Math.cos : Math.sin)((Math.floor(at / 2) / 500) * 2 * Math.PI) * 0.6);
  grid.inPolygon(polygon);
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    grid.inPolygon(polygon);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  // Some 15 ms; the search that is avoided takes a second.
  assert.ok(times[2] < 150, `${times[2].toFixed(1)} ms`);
});

test("steps reach every matching sample once, and neighbours mostly lie near", () => {
  const next = random(9);
  const xy = Float32Array.from({ length: 4000 }, () => next() * 2 - 1);
  const rows = Uint32Array.from({ length: 1000 }, (_, i) => 2 * i);
  const walk = walkOrder(xy, rows);
  assert.deepEqual([...walk].sort((a, b) => a - b), [...rows]);
  const distance = (a: number, b: number): number => Math.hypot(xy[2 * a] - xy[2 * b], xy[2 * a + 1] - xy[2 * b + 1]);
  const steps = Array.from(walk.subarray(1), (row, i) => distance(walk[i], row)).sort((a, b) => a - b);
  // Points a thousand of which share an area of 4 lie about 0.06 apart.
  assert.ok(steps[500] < 0.1);
  assert.ok(steps[950] < 0.3);
});

test("points are drawn in an order that hides no class, and all of them", () => {
  const rows = shuffledRows(1000);
  assert.deepEqual([...rows].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, row) => row));
  const early = rows.subarray(0, 500).filter((row) => row < 500).length;
  assert.ok(early > 200 && early < 300);
  assert.deepEqual(rows, shuffledRows(1000));
});

test("while the map moves, slow graphics draw fewer points and fast ones all", () => {
  const framesOf = (ms: number): number => {
    const pace = new Pace();
    let points = 0;
    for (let frame = 0; frame < 40; frame++) points = pace.next(frame * ms);
    return points;
  };
  assert.ok(framesOf(120) < 20_000);
  assert.ok(framesOf(16) > 10_000_000);
  const rested = new Pace();
  const first = rested.next(0);
  rested.rest();
  assert.equal(rested.next(300), first);
});

function columns(labels: readonly number[], classNames: readonly string[]): ColourColumns & { readonly base: NonNullable<ColourColumns["base"]> } {
  const count = labels.length;
  const share = Float32Array.from(labels, (_, row) => row / count);
  return {
    count, classNames,
    base: {
      label: Int32Array.from(labels), split: Uint8Array.from(labels, (_, row) => 1 + (row % 2)), importance: share.map((value) => 10 * value), rank: share, nearest: share,
      file: new Uint32Array(count), line: new Uint32Array(count), aum: share,
    },
    states: {
      decision: Uint8Array.from(labels, (_, row) => (row < count / 4 ? KEPT : DROPPED)), reason: new Uint8Array(count), isProtected: new Uint8Array(count), isExcluded: new Uint8Array(count),
      isPreferred: new Uint8Array(count), keeper: new Int32Array(count), keeperSimilarity: new Float32Array(count), preference: new Float32Array(count),
    },
    clusters: null,
  };
}

test("each legend entry counts its points, and its filter lets just them through", () => {
  const clustered = 24;
  const count = 40;
  // Twelve clusters of two.
  const clusters = {
    offsets: Uint32Array.from({ length: clustered / 2 + 1 }, (_, c) => 2 * c), members: Uint32Array.from({ length: clustered }, (_, i) => i), similarities: new Float32Array(clustered).fill(1),
    clusterOf: Int32Array.from({ length: count }, (_, row) => (row < clustered ? row >> 1 : -1)), flags: new Uint8Array(clustered / 2),
  };
  const all = { ...columns(Array.from({ length: count }, (_, row) => (row % 7 === 0 ? -1 : row % 3)), ["a", "b", "c", "none of them"]), clusters };
  for (const by of MAP_COLOURS) {
    const colouring = colouringOf(by, all);
    assert.ok(colouring !== null && colouring.slots.length === count);
    if (by === "budget") continue;
    assert.equal(colouring.entries.reduce((sum, entry) => sum + entry.count, 0), count);
    for (const { name, count: said, slot, filter } of colouring.entries) {
      if (by !== "importance") assert.equal(colouring.slots.filter((other) => other === slot).length, said, name);
      if (filter === null) continue;
      assert.equal(filter.isOn(NO_FILTER), false);
      const only = { ...NO_FILTER, ...filter.toggled(NO_FILTER) };
      assert.ok(filter.isOn(only));
      const found = matchingRows(only, { ...all, splitNames: ["none", "train", "val", "test"], found: null, chosen: new Uint8Array(count) });
      // Both ends of a range of importance belong to it.
      if (by === "importance") assert.ok(found.length >= said && found.length <= said + 1, name);
      else assert.equal(found.length, said, name);
      assert.deepEqual({ ...only, ...filter.toggled(only) }, NO_FILTER);
    }
  }
});

test("several classes are shown together, the most frequent come first, and unused ones are not listed", () => {
  const found = colouringOf("label", columns([2, 2, 2, 0, 0, 3], ["a", "b", "c", "d"]));
  assert.deepEqual(found?.entries.map(({ name, count }) => [name, count]), [["c", 3], ["a", 2], ["d", 1]]);
  const [first, second] = found.entries;
  const one = { ...NO_FILTER, ...first.filter?.toggled(NO_FILTER) };
  assert.deepEqual({ ...one, ...second.filter?.toggled(one) }.labels, ["c", "a"]);
});

test("a thousand classes still have colours, and one is told from the next by colour and by shape", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  const found = colouringOf("label", columns(names.map((_, i) => i), names));
  assert.ok(found !== null && found.styles.length <= 256);
  assert.equal(found.entries.length, 1000);
  const look = ({ slot }: { readonly slot: number }): string => `${found.styles[slot].shape} ${found.styles[slot].colour(THEMES[0]).join()}`;
  assert.equal(new Set(found.entries.slice(0, 70).map(look)).size, 70);
  for (let i = 1; i < 300; i++) {
    assert.notEqual(found.styles[found.entries[i].slot].shape, found.styles[found.entries[i - 1].slot].shape);
    assert.notDeepEqual(found.styles[found.entries[i].slot].colour(THEMES[0]), found.styles[found.entries[i - 1].slot].colour(THEMES[0]));
  }
});

test("kept and dropped differ in shape, not in colour alone", () => {
  for (const by of ["decision", "budget"] as const) {
    const styles = colouringOf(by, columns([0, 0, 1, 1], ["a", "b"]))?.styles ?? [];
    assert.notEqual(styles[0].shape, styles[1].shape);
  }
});

test("importance grows with size, and its lightness changes in one direction", () => {
  const styles = colouringOf("importance", columns([0, 0, 0, 0], ["a"]))?.styles ?? [];
  for (let i = 1; i < styles.length; i++) assert.ok(styles[i].size > styles[i - 1].size);
  for (const one of THEMES) {
    const lights = Array.from({ length: 21 }, (_, i) => luminance(rampColour(i / 20, one)));
    const direction = Math.sign(lights[20] - lights[0]);
    for (let i = 1; i < lights.length; i++) assert.ok((lights[i] - lights[i - 1]) * direction > 0);
    assert.ok(contrast(rampColour(0, one), one.background) >= 2.9, String(contrast(rampColour(0, one), one.background)));
    assert.ok(contrast(rampColour(1, one), one.background) > contrast(rampColour(0, one), one.background));
  }
});

test("every category stands out from the background of every theme", () => {
  for (const one of THEMES) {
    for (let i = 0; i < 10; i++) assert.ok(contrast(categoryStyle(i).colour(one), one.background) >= (one.isHighContrast ? 4.5 : 3));
  }
});

test("places in the order: what is kept at no budget comes last", () => {
  assert.deepEqual([...placesOf({ order: Uint32Array.of(3, 0, 1) }, 4)], [1, 2, 4, 0]);
  assert.deepEqual(budgetCounts(9, 3, 4), { kept: 3, dropped: 1 });
});

test("colours are read as the browser writes them", () => {
  assert.deepEqual(readRgb("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(readRgb("rgba(10, 20, 30, 0.5)"), [10, 20, 30]);
  assert.equal(readRgb("color(srgb 1 0 0)"), null);
});

test("every shape of the shader has a path for the legend", () => {
  for (const shape of SHAPES) assert.match(SHAPE_PATHS[shape], /^M.*z$/);
});
