import assert from "node:assert/strict";
import test from "node:test";
import { CHUNK_LINES } from "./chunks.ts";
import { KnownMarks, type LineEdit, type PlacedMark } from "./knownMarks.ts";

const mark = (line: number, lastLine = line): PlacedMark => ({
  line, lastLine, id: `s${line}`, protected: false, excluded: false, rule: null, note: null, duplicateOf: null, clusterSize: 1, status: null, reason: null, keeper: null, columns: null,
});
function known(): KnownMarks {
  const marks = new KnownMarks();
  marks.put(0, [1, 2, 3, 4, 5].map((line) => mark(line)));
  return marks;
}
const edit = (startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string, startsAtLineEnd = false): LineEdit => ({ startLine, startCharacter, endLine, endCharacter, text, startsAtLineEnd });
const shown = (marks: KnownMarks) => marks.between(0, 1000).map(({ id, line }) => `${id}@${line}`);

test("typing within a line takes that line's mark and leaves the others", () => {
  const marks = known();
  marks.edit(edit(2, 4, 2, 4, "x"));
  assert.deepEqual(shown(marks), ["s1@1", "s2@2", "s4@4", "s5@5"]);
  assert.equal(marks.isFresh(0), false);
});

test("lines put in or taken out move what is below, and nothing else goes", () => {
  const above = known();
  above.edit(edit(2, 0, 2, 0, "new\r\nlines\r\n"));
  assert.deepEqual(shown(above), ["s1@1", "s2@2", "s3@5", "s4@6", "s5@7"]);
  const enter = known();
  enter.edit(edit(2, 30, 2, 30, "\n", true));
  assert.deepEqual(shown(enter), ["s1@1", "s2@2", "s3@3", "s4@5", "s5@6"]);
  const deleted = known();
  deleted.edit(edit(1, 0, 3, 0, ""));
  assert.deepEqual(shown(deleted), ["s1@1", "s4@2", "s5@3"]);
});

test("a line that is split or joined is not known any more", () => {
  const split = known();
  split.edit(edit(1, 5, 1, 5, "\n"));
  assert.deepEqual(shown(split), ["s1@1", "s3@4", "s4@5", "s5@6"]);
  const joined = known();
  joined.edit(edit(1, 9, 2, 0, ""));
  assert.deepEqual(shown(joined), ["s1@1", "s4@3", "s5@4"]);
  const all = known();
  all.edit(edit(0, 0, 5, 3, "other"));
  assert.deepEqual(shown(all), []);
});

test("a record over several lines is found on each of them, and an edit of any takes it", () => {
  const marks = new KnownMarks();
  marks.put(0, [mark(1), mark(2, 4), mark(5)]);
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((line) => marks.on(line).map(({ id }) => id).join()), ["s1", "s2", "s2", "s2", "s5", ""]);
  marks.edit(edit(2, 1, 2, 1, "x"));
  assert.deepEqual(shown(marks), ["s1@1", "s5@5"]);
});

test("an answer replaces what was known of its lines alone", () => {
  const marks = known();
  marks.put(1, [mark(CHUNK_LINES + 1)]);
  marks.edit(edit(0, 0, 0, 0, "a\n"));
  marks.put(0, [mark(2), mark(3), mark(CHUNK_LINES + 7)]);
  assert.deepEqual(shown(marks), ["s2@2", "s3@3", `s${CHUNK_LINES + 1}@${CHUNK_LINES + 2}`]);
  assert.deepEqual([marks.lineOf(`s${CHUNK_LINES + 1}`), marks.lineOf("s5"), marks.isFresh(0), marks.isFresh(1)], [CHUNK_LINES + 2, null, true, false]);
});

test("no more is held than somebody may look at", () => {
  const marks = new KnownMarks();
  for (let chunk = 0; chunk < 1000; chunk++) marks.put(chunk, Array.from({ length: CHUNK_LINES }, (_, i) => mark(chunk * CHUNK_LINES + i + 1)));
  assert.ok(marks.between(0, 100_000).length <= 20_000);
  assert.equal(marks.lineOf("s99999"), 99_999);
  assert.deepEqual([marks.isFresh(999), marks.isFresh(0)], [true, false]);
});
