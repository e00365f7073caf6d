import assert from "node:assert/strict";
import test from "node:test";
import { CancelledError, InfomaxError } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors, type NeighborLists } from "../neighbors/neighborGraph.ts";
import { normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { nearestNeighborsByPart, partitionFrom } from "../neighbors/partition.ts";
import { seededRandom } from "../random.ts";
import { layoutEpochs, projectMap } from "./projectMap.ts";

interface Planted {
  readonly matrix: EmbeddingMatrix;
  readonly label: Int32Array;
}

/** Clusters around random directions; labels go round. */
function planted(rows: number, clusters: number, noise = 0.25, dims = 16): Planted {
  const random = seededRandom(5);
  const centres = Float32Array.from({ length: clusters * dims }, () => random() - 0.5);
  const label = Int32Array.from({ length: rows }, (_, row) => row % clusters);
  const data = Float32Array.from({ length: rows * dims }, (_, at) => centres[label[Math.floor(at / dims)] * dims + (at % dims)] + noise * (random() - 0.5));
  const matrix = { rows, dims, data };
  normalizeRows(matrix);
  return { matrix, label };
}

const listsOf = async (matrix: EmbeddingMatrix, k: number): Promise<NeighborLists> => nearestNeighbors(matrix, await ExactSearch.create(matrix), k);

/** Share of the ten nearest points that have a point's label. */
function agreement(map: Float32Array, label: Int32Array): number {
  let same = 0;
  for (let i = 0; i < label.length; i++) {
    const nearest = [...label.keys()].filter((j) => j !== i).sort((a, b) => distance(map, i, a) - distance(map, i, b)).slice(0, 10);
    same += nearest.filter((j) => label[j] === label[i]).length / nearest.length;
  }
  return same / label.length;
}

const distance = (map: Float32Array, i: number, j: number): number => Math.hypot(map[2 * i] - map[2 * j], map[2 * i + 1] - map[2 * j + 1]);

function assertFramed(map: Float32Array, rows: number): void {
  assert.equal(map.length, rows * 2);
  assert.ok(map.every((value) => value >= -1 && value <= 1), "finite and in the frame");
}

test("planted clusters lie apart, and the map fills its frame", async () => {
  const { matrix, label } = planted(600, 8);
  const map = await projectMap(matrix, await listsOf(matrix, 30), { seed: 0 });
  assertFramed(map, 600);
  assert.ok(agreement(map, label) > 0.97, `${agreement(map, label)}`);
  assert.ok(map.reduce((most, value) => Math.max(most, Math.abs(value)), 0) > 0.9);
});

test("a seed gives the same map to the bit, whatever else runs, and another seed another", async () => {
  const { matrix } = planted(300, 5);
  const lists = await listsOf(matrix, 15);
  const first = await projectMap(matrix, lists, { seed: 3 });
  const [again, other] = await Promise.all([projectMap(matrix, lists, { seed: 3, onProgress: () => undefined }), projectMap(matrix, lists, { seed: 4 })]);
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

test("neighbours and least distance count", async () => {
  const { matrix } = planted(300, 5);
  const lists = await listsOf(matrix, 30);
  const usual = await projectMap(matrix, lists, { seed: 0 });
  assert.deepEqual(await projectMap(matrix, lists, { seed: 0, neighbors: 15, minDist: 0.1 }), usual);
  assert.notDeepEqual(await projectMap(matrix, lists, { seed: 0, neighbors: 5 }), usual);
  assert.notDeepEqual(await projectMap(matrix, lists, { seed: 0, minDist: 0.5 }), usual);
});

test("datasets of no, one, two and three samples", async () => {
  for (const rows of [0, 1, 2, 3]) {
    const { matrix } = planted(rows, 3);
    const map = await projectMap(matrix, rows === 0 ? { rows, k: 0, neighbors: new Int32Array(0), similarities: new Float32Array(0) } : await listsOf(matrix, 50), { seed: 0 });
    assertFramed(map, rows);
    if (rows === 1) assert.deepEqual([...map], [0, 0]);
    for (let i = 1; i < rows; i++) assert.ok(distance(map, 0, i) > 0.1, `${rows} samples: ${[...map].join(" ")}`);
  }
});

test("samples that are all alike, and vectors of one dimension", async () => {
  const alike = { rows: 100, dims: 4, data: new Float32Array(400).fill(0.5) };
  assertFramed(await projectMap(alike, await listsOf(alike, 15), { seed: 0 }), 100);
  const signs = { rows: 60, dims: 1, data: Float32Array.from({ length: 60 }, (_, i) => i % 2 === 0 ? 1 : -1) };
  const map = await projectMap(signs, await listsOf(signs, 15), { seed: 0 });
  assertFramed(map, 60);
  assert.ok(agreement(map, Int32Array.from({ length: 60 }, (_, i) => i % 2)) > 0.9);
});

test("copies lie together, far from copies of another sample", async () => {
  const { matrix, label } = planted(200, 4, 0);
  const map = await projectMap(matrix, await listsOf(matrix, 15), { seed: 0 });
  assertFramed(map, 200);
  assert.equal(agreement(map, label), 1);
});

test("samples without neighbours are placed near samples like them", async () => {
  const { matrix, label } = planted(300, 2, 0.1);
  const lists = await listsOf(matrix, 15);
  const isAlone = (row: number): boolean => row < 10;
  const neighbors = lists.neighbors.map((j, at) => isAlone(Math.floor(at / lists.k)) || isAlone(j) ? -1 : j);
  // What is left of a list stands at its beginning.
  for (let row = 0; row < 300; row++) neighbors.subarray(row * lists.k, (row + 1) * lists.k).sort((a, b) => Number(a < 0) - Number(b < 0));
  const map = await projectMap(matrix, { ...lists, neighbors }, { seed: 0 });
  assertFramed(map, 300);
  assert.ok(agreement(map, label) > 0.95, `${agreement(map, label)}`);
  const none = await projectMap(matrix, { ...lists, neighbors: new Int32Array(neighbors.length).fill(-1) }, { seed: 0 });
  assertFramed(none, 300);
  assert.ok(agreement(none, label) > 0.95);
});

test("lists that stay within parts give one map, on which parts of alike samples mix", async () => {
  const { matrix, label } = planted(800, 4, 0.3);
  const partition = partitionFrom("random", Int32Array.from({ length: 800 }, (_, row) => Math.floor(row / 4) % 2));
  const map = await projectMap(matrix, await nearestNeighborsByPart(matrix, partition, 15), { seed: 0 });
  assertFramed(map, 800);
  assert.ok(agreement(map, label) > 0.9, `${agreement(map, label)}`);
});

test("progress rises to its total, and a cancel is heard within 100 ms", async () => {
  const { matrix } = planted(4000, 10);
  const lists = await listsOf(matrix, 15);
  const controller = new AbortController();
  let told = 0;
  // Of this process, so that other work on the machine does not count.
  let fired: NodeJS.CpuUsage | null = null;
  const running = projectMap(matrix, lists, {
    seed: 0, signal: controller.signal,
    onProgress: (done, total) => {
      assert.ok(done > told && done <= total, `${told} to ${done} of ${total}`);
      told = done;
      if (done > 10 && fired === null) {
        fired = process.cpuUsage();
        controller.abort();
      }
    },
  });
  await assert.rejects(running, CancelledError);
  assert.ok(fired !== null);
  const { user, system } = process.cpuUsage(fired);
  assert.ok(user + system < 100_000, `${user + system} µs`);
  await assert.rejects(projectMap(matrix, lists, { seed: 0, signal: controller.signal }), CancelledError);

  const small = planted(200, 3).matrix;
  const steps: [number, number][] = [];
  await projectMap(small, await listsOf(small, 15), { seed: 0, onProgress: (done, total) => steps.push([done, total]) });
  const [done, total] = steps.at(-1) ?? [0, 1];
  assert.equal(done, total);
  assert.ok(steps.every(([value], s) => s === 0 || value > steps[s - 1][0]));
});

test("others are answered while a map is made", async () => {
  const { matrix } = planted(6000, 10);
  const lists = await listsOf(matrix, 15);
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const controller = new AbortController();
  const running = projectMap(matrix, lists, { seed: 0, signal: controller.signal });
  setTimeout(() => controller.abort(), 1500);
  last = performance.now();
  await assert.rejects(running, CancelledError);
  clearInterval(timer);
  assert.ok(longest > 0 && longest < 400, `silent for ${longest} ms`);
});

test("more epochs for few samples, fewer for very many", () => {
  assert.deepEqual([100, 10_000, 10_001, 200_000, 400_000, 1_000_000].map(layoutEpochs), [500, 500, 200, 200, 100, 60]);
});

test("options and lists that do not fit are named", async () => {
  const { matrix } = planted(20, 2);
  const lists = await listsOf(matrix, 5);
  const isBad = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "bad-argument";
  await assert.rejects(projectMap(matrix, lists, { seed: 0, neighbors: 1 }), isBad);
  await assert.rejects(projectMap(matrix, lists, { seed: 0, minDist: 1 }), isBad);
  await assert.rejects(projectMap(planted(19, 2).matrix, lists, { seed: 0 }), isBad);
});
