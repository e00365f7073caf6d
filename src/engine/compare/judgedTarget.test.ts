import assert from "node:assert/strict";
import test from "node:test";
import { smallness, testSizes } from "./judgedTarget.ts";

const labels = (...sizes: readonly number[]): Int32Array => Int32Array.from(sizes.flatMap((size, code) => new Array<number>(size).fill(code)));

test("a difference is no surer than the samples allow that decide it: the smallest judged class, sets of their own, half a task", () => {
  const sizes = testSizes(labels(40, 7, 4), { shifted: [{ name: "far", label: Int32Array.of(0, 1, -1) }], tasks: [{ name: "water", label: labels(10, 10, 10) }] });
  assert.deepEqual([...sizes], [["worst-class", 7], ["shifted:far", 2], ["task:water", 15]]);
  assert.deepEqual([...testSizes(labels(4, 3), { shifted: [], tasks: [] })], [], "no class is judged by itself");
  assert.match(smallness("water", labels(15, 15), 0.5)[0], /^"water" has 30 labelled samples, some of which teach: .* up to 25 points/);
});

test("how far chance alone moves an accuracy is said of small sets, and of classes of a few samples", () => {
  assert.deepEqual(smallness("photos", labels(300, 300)), []);
  // 1.96 · √(0.25 / 32) = 0.173
  assert.deepEqual(smallness("photos", labels(14, 14, 4)), [
    "\"photos\" has 32 labelled samples: an accuracy near 50% is off by up to 17 points by the chance of those alone, which the intervals over redraws do not show",
    "1 of the 3 classes of \"photos\" has fewer than 5 samples, so that the worst class's accuracy moves in large steps",
  ]);
  assert.deepEqual(smallness("photos", labels(500)), ["\"photos\" has one class, so that accuracy on it says how often that class is named, and no more"]);
  assert.match(smallness("photos", labels(1))[0], /1 labelled sample: .* up to 50 points/);
  assert.deepEqual(smallness("photos", new Int32Array(9).fill(-1)), []);
});
