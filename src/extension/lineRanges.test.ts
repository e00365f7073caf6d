import assert from "node:assert/strict";
import test from "node:test";
import { linesTouched, touches } from "./lineRanges.ts";

const span = (startLine: number, startCharacter: number, endLine = startLine, endCharacter = startCharacter) => ({ startLine, startCharacter, endLine, endCharacter });

test("cursors and selections become lines, each once", () => {
  assert.deepEqual(linesTouched([span(9, 3), span(2, 0, 5, 0), span(4, 1, 6, 1), span(20, 0), span(21, 4)]), [{ start: 2, end: 6 }, { start: 9, end: 9 }, { start: 20, end: 21 }]);
  assert.deepEqual(linesTouched([span(0, 0, 1_000_000, 0)]), [{ start: 0, end: 999_999 }]);
});

test("a path is meant where the selection touches it", () => {
  assert.ok(touches(span(3, 5), 3, [5, 9]) && touches(span(3, 9), 3, [5, 9]) && touches(span(2, 8, 4, 0), 3, [5, 9]));
  assert.ok(!touches(span(3, 4), 3, [5, 9]) && !touches(span(3, 10, 4, 1), 3, [5, 9]) && !touches(span(1, 0), 3, [5, 9]));
});
