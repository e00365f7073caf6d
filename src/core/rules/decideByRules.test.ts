import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { bestOfEachClass, decideByRules, type Worth } from "./decideByRules.ts";
import type { Rule } from "./rule.ts";

const NOBODY = { protected: new Map<number, unknown>(), excluded: new Map<number, unknown>(), preferred: new Map<number, unknown>() };
const marks = (...rows: readonly number[]): Uint8Array => Uint8Array.from({ length: 8 }, (_, row) => (rows.includes(row) ? 1 : 0));
const protect = (name: string, more: Partial<Rule> = {}): Rule => ({ name, action: "protect", reason: "r", ...more });
const exclude = (name: string): Rule => ({ name, action: "exclude", reason: "r" });
/** Class 0: rows 0–4, class 1: rows 5 and 6, row 7 has none. Rows 0, 1 and 2 say the same; the label of row 3 looks wrong. */
const worth: Worth = {
  ids: ["a", "b", "c", "d", "e", "f", "g", "h"], label: Int32Array.of(0, 0, 0, 0, 0, 1, 1, -1), classCount: 3, contentOf: [0, 0, 0, 1, 2, 3, 4, 5],
  isSuspect: [0, 0, 0, 1, 0, 0, 0, 0], importance: [9, 8, 7, 10, 1, 2, 2, 99],
};
const best = (wanted: number, byHand: readonly number[] = [], out: readonly number[] = [], rows = [0, 1, 2, 3, 4, 5, 6, 7]): number[] =>
  [...bestOfEachClass(marks(...rows), wanted, worth, new Map(byHand.map((row) => [row, null])), (row) => out.includes(row))];

test("of each class the best are chosen: new contents, then labels that look right, then importance, then the id", () => {
  assert.deepEqual(best(1), [0, 5]);
  // 4 is new and 3 is too, though its label looks wrong: both go before what 0 says already.
  assert.deepEqual(best(2), [0, 4, 5, 6]);
  assert.deepEqual(best(3), [0, 3, 4, 5, 6]);
  assert.deepEqual(best(4), [0, 1, 3, 4, 5, 6]);
  assert.deepEqual(best(100), [0, 1, 2, 3, 4, 5, 6]);
  // Equal importance: the id decides.
  assert.deepEqual(best(1, [], [], [5, 6]), [5]);
  assert.deepEqual(best(2, [], [0, 4]), [1, 3, 5, 6]);
});

test("what is protected by hand counts, and its content with it", () => {
  assert.deepEqual(best(1, [2]), [2, 5]);
  assert.deepEqual(best(2, [2]), [2, 4, 5, 6]);
  assert.deepEqual(best(1, [1, 2, 4]), [1, 5], "as many as asked for");
});

test("rules that match decide; of several with one action the first is named", () => {
  const rules = [exclude("x"), protect("p"), protect("q")];
  const decided = decideByRules(rules, [marks(7), marks(1, 2), marks(2, 3)], worth, NOBODY);
  assert.deepEqual([...decided.protectedBy], [-1, 1, 1, 2, -1, -1, -1, -1]);
  assert.deepEqual([...decided.excludedBy], [-1, -1, -1, -1, -1, -1, -1, 0]);
  assert.deepEqual(decided.caught.map((rows) => [...rows]), [[7], [1, 2], [2, 3]]);
  assert.deepEqual(decided.conflicts, []);
});

test("a sample that is protected and excluded is a conflict that names both; two hands alone are none of it", () => {
  const byHand = { protected: new Map([[0, null], [6, null]]), excluded: new Map([[1, null], [6, null], [5, null]]), preferred: new Map([[3, null], [5, null]]) };
  const decided = decideByRules([exclude("x"), protect("p")], [marks(0, 2, 3), marks(1, 2)], worth, byHand);
  assert.deepEqual(decided.conflicts, [
    { row: 0, protectedBy: -1, excludedBy: 0, preferred: false }, { row: 1, protectedBy: 1, excludedBy: -1, preferred: false },
    { row: 2, protectedBy: 1, excludedBy: 0, preferred: false }, { row: 3, protectedBy: -1, excludedBy: 0, preferred: true },
  ]);
});

test("a minimum passes over what is excluded, so that it is in no conflict with it", () => {
  const decided = decideByRules([protect("min", { minimumPerClass: 2 }), exclude("x")], [marks(0, 1, 2, 3, 4, 5, 6, 7), marks(0, 5)], worth, { ...NOBODY, excluded: new Map([[4, null]]) });
  assert.deepEqual([...decided.caught[0]], [1, 3, 6]);
  assert.deepEqual(decided.conflicts, []);
});

test("a minimum catches as many of each class as there are, never more, and misses no content while it repeats one", () => {
  const row = fc.record({ label: fc.integer({ min: -1, max: 3 }), content: fc.integer({ min: 0, max: 6 }), suspect: fc.integer({ min: 0, max: 1 }), importance: fc.integer({ min: 0, max: 4 }), matches: fc.boolean(), byHand: fc.boolean(), out: fc.boolean() });
  fc.assert(fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (rows, wanted) => {
    const byHand = new Map(rows.flatMap(({ byHand: is, out }, i): [number, null][] => (is && !out ? [[i, null]] : [])));
    const given: Worth = {
      ids: rows.map((_, i) => `s${i}`), label: Int32Array.from(rows, ({ label }) => label), classCount: 4, contentOf: rows.map(({ content }) => content),
      isSuspect: rows.map(({ suspect }) => suspect), importance: rows.map(({ importance }) => importance),
    };
    const chosen = [...bestOfEachClass(Uint8Array.from(rows, ({ matches }) => Number(matches)), wanted, given, byHand, (i) => rows[i].out)];
    assert.deepEqual(chosen, [...new Set(chosen)].sort((a, b) => a - b));
    for (let label = 0; label < 4; label++) {
      const candidates = rows.map((_, i) => i).filter((i) => rows[i].matches && rows[i].label === label && !rows[i].out);
      const own = chosen.filter((i) => rows[i].label === label);
      assert.ok(own.every((i) => candidates.includes(i)));
      assert.equal(own.length, Math.min(wanted, candidates.length));
      const hands = candidates.filter((i) => byHand.has(i)).length;
      assert.equal(own.filter((i) => byHand.has(i)).length, Math.min(wanted, hands));
      const free = own.filter((i) => !byHand.has(i));
      const contents = new Set(own.map((i) => rows[i].content));
      const repeats = free.some((i) => own.some((j) => j !== i && rows[j].content === rows[i].content && (byHand.has(j) || !byHand.has(i))));
      if (repeats) assert.ok(candidates.every((i) => contents.has(rows[i].content)), "a content is left out while another is there twice");
    }
  }), { numRuns: 500 });
});
