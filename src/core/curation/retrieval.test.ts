import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CancelledError, InfomaxError, type ErrorCode } from "../errors.ts";
import { normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import { retrieve, type RetrievalInput } from "./retrieval.ts";

function matrixOf(vectors: readonly (readonly number[])[]): EmbeddingMatrix {
  const matrix = { rows: vectors.length, dims: vectors[0]?.length ?? 2, data: Float32Array.from(vectors.flat()) };
  normalizeRows(matrix);
  return matrix;
}

const angles = (degrees: readonly number[]): EmbeddingMatrix => matrixOf(degrees.map((degree) => [Math.cos((Math.PI * degree) / 180), Math.sin((Math.PI * degree) / 180)]));

function inputOf(pool: EmbeddingMatrix, queries: EmbeddingMatrix, changes: Partial<RetrievalInput> = {}): RetrievalInput {
  return { pool, queries, queryLabel: null, isProtected: new Uint8Array(pool.rows), isExcluded: new Uint8Array(pool.rows), seed: 0, ...changes };
}

const fails = (code: ErrorCode) => (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === code;

test("one query takes the pool by falling similarity; ties go to the lower row", async () => {
  const found = await retrieve(inputOf(angles([50, 10, 30, -10, 80]), angles([0])), 4);
  assert.deepEqual(Array.from(found.rows), [1, 3, 2, 0]);
  assert.deepEqual(Array.from(found.query), [0, 0, 0, 0]);
  assert.ok(Math.abs(found.similarity[2] - Math.cos(Math.PI / 6)) < 1e-6);
});

test("classes take turns, then the queries of a class; what is taken is taken, and its label is the query's", async () => {
  // Queries: class 1 at 90°, class 0 at 0° and at 5°.
  const pool = angles([1, 2, 4, 88, 60, 20]);
  const input = inputOf(pool, angles([90, 0, 5]), { queryLabel: Int32Array.of(1, 0, 0) });
  const answers = new Set<string>();
  for (const seed of [0, 1, 2, 3, 4, 5]) {
    const { rows, query, label } = await retrieve({ ...input, seed }, 5);
    assert.deepEqual(Array.from(label), [0, 1, 0, 1, 0]);
    // Whichever of class 0 comes first: 0° takes 1° and then 2°, and 5° takes 4° and then 2°; at the end 0° and 5° have one round more.
    const first = query[0];
    assert.deepEqual(Array.from(query), [first, 0, 3 - first, 0, first]);
    assert.deepEqual(Array.from(rows), first === 1 ? [0, 3, 2, 4, 1] : [2, 3, 0, 4, 1]);
    answers.add(rows.join());
  }
  assert.equal(answers.size, 2, "the seed draws who comes first");
});

test("queries without a class form one of their own, which comes last", async () => {
  const { label } = await retrieve(inputOf(angles([0, 10, 20, 30, 40]), angles([0, 0, 0, 0]), { queryLabel: Int32Array.of(-1, -1, 2, -1) }), 4);
  assert.deepEqual(Array.from(label), [2, -1, 2, -1]);
});

test("protected rows come first without a query, excluded ones never", async () => {
  const input = inputOf(angles([0, 10, 20, 30, 40]), angles([0]), { isProtected: Uint8Array.of(0, 0, 0, 0, 1), isExcluded: Uint8Array.of(1, 0, 0, 0, 1) });
  const { rows, query, similarity } = await retrieve(input, 3);
  assert.deepEqual([Array.from(rows), Array.from(query)], [[4, 1, 2], [-1, 0, 0]]);
  assert.ok(Number.isNaN(similarity[0]));
  assert.equal((await retrieve(input, 4)).rows.length, 4);
  await assert.rejects(retrieve(input, 5), fails("bad-budget"));
  await assert.rejects(retrieve(input, 0), fails("bad-budget"));
});

test("sets of different spaces, an empty target and a cancel", async () => {
  const pool = angles([0, 10]);
  await assert.rejects(retrieve(inputOf(pool, matrixOf([[1, 0, 0]])), 1), fails("bad-embeddings"));
  await assert.rejects(retrieve(inputOf(pool, { rows: 0, dims: 2, data: new Float32Array() }), 1), fails("bad-argument"));
  await assert.rejects(retrieve(inputOf(pool, angles([0])), 1, { signal: AbortSignal.abort() }), CancelledError);
});

/** The rule word for word: each turn looks at all that is left. */
function naive({ pool, queries, isProtected, isExcluded }: RetrievalInput, order: ArrayLike<number>, budget: number): { row: number; similarity: number }[] {
  const left = new Set(Array.from(isProtected.keys()).filter((row) => isProtected[row] === 0 && isExcluded[row] === 0));
  const taken: { row: number; similarity: number }[] = [];
  for (let at = 0; at < budget; at++) {
    let best = { row: -1, similarity: -Infinity };
    for (const row of left) {
      let similarity = 0;
      for (let i = 0; i < pool.dims; i++) similarity += pool.data[row * pool.dims + i] * queries.data[order[at] * pool.dims + i];
      if (similarity > best.similarity + 1e-6) best = { row, similarity };
    }
    left.delete(best.row);
    taken.push(best);
  }
  return taken;
}

test("every answer follows the rule, is nested, and gives each class its turns", async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 12 }), fc.nat(), fc.boolean(), async (rows, targets, seed, crowded) => {
    const random = seededRandom(seed);
    const vector = (spread: number): number[] => Array.from({ length: 5 }, (_, i) => (i === 0 ? 1 : 0) + spread * (random() - 0.5));
    // Crowded: all queries want the same samples, so that lists run dry.
    const pool = matrixOf(Array.from({ length: rows }, () => vector(2)));
    const queries = matrixOf(Array.from({ length: targets }, () => vector(crowded ? 0.001 : 2)));
    const isProtected = Uint8Array.from({ length: rows }, () => (random() < 0.1 ? 1 : 0));
    const input: RetrievalInput = {
      pool, queries, queryLabel: Int32Array.from({ length: targets }, () => Math.floor(3 * random()) - 1), isProtected,
      isExcluded: isProtected.map(() => (random() < 0.1 ? 1 : 0)), seed,
    };
    const pins = isProtected.reduce((sum, pin) => sum + pin, 0);
    const allowed = isProtected.reduce((sum, pin, row) => sum + (pin === 1 || input.isExcluded[row] === 0 ? 1 : 0), 0);
    const found = await retrieve(input, allowed);
    assert.equal(new Set(found.rows).size, allowed);
    const expected = naive(input, found.query.subarray(pins), allowed - pins);
    expected.forEach(({ similarity }, at) => {
      assert.ok(Math.abs(found.similarity[pins + at] - similarity) < 1e-4, `turn ${at}: ${found.similarity[pins + at]}, not ${similarity}`);
    });
    const turns = new Map<number, number>();
    for (const label of found.label.subarray(pins)) turns.set(label, (turns.get(label) ?? 0) + 1);
    assert.ok(Math.max(...turns.values(), 0) - Math.min(...turns.values(), Infinity) <= 1, "classes have turns alike");
    const less = pins + Math.floor(random() * (allowed - pins + 1));
    const short = await retrieve(input, less);
    for (const name of ["rows", "query", "label", "similarity"] as const) assert.deepEqual(Array.from(short[name]), Array.from(found[name].subarray(0, less)), name);
  }), { numRuns: 80, seed: 5 });
});
