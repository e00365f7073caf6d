import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { SelectionEntry } from "../../core/store/selectionFile.ts";
import { compareSelections } from "./compareSelections.ts";

const entry = fc.oneof(
  fc.record({ decision: fc.constant("kept" as const), reason: fc.constantFrom("chosen" as const, "protected" as const), importance: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ decision: fc.constant("dropped" as const), reason: fc.constantFrom("redundant" as const, "hardest" as const), importance: fc.integer({ min: 0, max: 3 }) }));
const selection = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e", "f"), entry).map((entries) => Object.entries(entries).map(([id, one]): SelectionEntry => ({ id, ...one })));

test("each sample of two selections is in the list that its decisions say, and the most important stand first", () => {
  fc.assert(fc.property(selection, selection, (now, before) => {
    const diff = compareSelections(now, before);
    const [nowOf, beforeOf] = [now, before].map((list) => new Map(list.map((one) => [one.id, one])));
    for (const id of ["a", "b", "c", "d", "e", "f"]) {
      const [n, b] = [nowOf.get(id), beforeOf.get(id)];
      const has = (list: readonly { readonly id: string }[]): boolean => list.some((one) => one.id === id);
      assert.equal(has(diff.added), n?.decision === "kept" && b?.decision !== "kept");
      assert.equal(has(diff.removed), b?.decision === "kept" && n?.decision !== "kept");
      assert.equal(has(diff.reasonChanged), n !== undefined && b !== undefined && n.decision === b.decision && n.reason !== b.reason);
    }
    for (const list of [diff.added, diff.removed, diff.reasonChanged]) {
      const importance = list.map((one) => (one.now ?? one.before)?.importance ?? -1);
      assert.deepEqual(importance, [...importance].sort((x, y) => y - x));
    }
    // The other way round, what was added is removed, but for samples that the other does not know and this one drops.
    assert.deepEqual(new Set(compareSelections(before, now).added.map(({ id }) => id)), new Set(diff.removed.map(({ id }) => id)));
  }));
});
