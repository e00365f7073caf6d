/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { SampleView } from "../../src/protocol/samples.ts";
import { flipFor, flipped, overruledBy, reversed } from "./flips.ts";

const states = { isProtected: [0, 1, 0], isExcluded: [0, 0, 1] };

function sampleAt(row: number, rule: string | null = null): SampleView {
  return {
    id: `s${row}`, row, kind: "text", file: "a.jsonl", line: row + 1, label: null, split: null, text: "", importance: 1, importanceRank: 0.5,
    protected: states.isProtected[row] === 1, excluded: states.isExcluded[row] === 1, rule, preferred: false, note: null, status: null,
  };
}

test("a flip leaves what people and rules decided as it is, with its note, and can be taken back", () => {
  const keep = flipped("keep", [0, 1, 2], states);
  assert.deepEqual(keep, { protect: [0], exclude: [] });
  assert.deepEqual(reversed(keep), { unprotect: [0], include: [] });
  assert.deepEqual(flipped("drop", [0, 1, 2], states), { protect: [], exclude: [0] });
});

test("a sample is flipped against its decision; not where it is gone, a rule decides, or it was flipped already", () => {
  assert.equal(flipFor({ decision: "dropped", sample: sampleAt(0) }, states), "keep");
  assert.equal(flipFor({ decision: "kept", sample: sampleAt(0) }, states), "drop");
  assert.equal(flipFor({ decision: "kept", sample: sampleAt(1) }, states), null);
  assert.equal(flipFor({ decision: "dropped", sample: sampleAt(2) }, states), null);
  assert.equal(flipFor({ decision: "dropped", sample: sampleAt(1) }, states), null);
  assert.equal(flipFor({ decision: "kept", sample: sampleAt(2) }, states), null);
  assert.equal(flipFor({ decision: "kept", sample: sampleAt(1, "rare") }, states), null);
  assert.equal(flipFor({ decision: "kept", sample: null }, states), null);
  assert.equal(flipFor({ decision: null, sample: sampleAt(0) }, states), null);
  assert.equal(overruledBy({ decision: "dropped", sample: sampleAt(1) }, states), "protected");
  assert.equal(overruledBy({ decision: "kept", sample: sampleAt(2) }, states), "excluded");
  assert.equal(overruledBy({ decision: "kept", sample: sampleAt(1) }, states), null);
});
