import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { rowsFromText } from "../protocol/columns.ts";
import { InspectorService } from "./service.ts";

const WORDS = ["harbour", "violin", "granite", "pepper", "lantern", "glacier", "saffron", "kettle", "meadow", "copper"];
const textOf = (i: number): string => `${WORDS[i % 10]} ${WORDS[(i * 3 + 1) % 10]} ${WORDS[(i * 7 + 2) % 10]} number ${i * 7919}`;
const JSONL = Array.from({ length: 40 }, (_, i) => JSON.stringify({ text: textOf(i) }));

async function indexed(t: TestContext, files: Record<string, string>, name: string) {
  const root = fs.realpathSync(testFolder(t, files));
  const dataset = path.join(root, name);
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const at = { dataset, trusted: true };
  await service.index(at);
  return { root, dataset, service, at };
}

test("lines become samples by content; what was edited and not saved is counted as unknown, never taken for another", async (t) => {
  const { dataset, service, at } = await indexed(t, { "d.jsonl": JSONL.join("\n") + "\n" }, "d.jsonl");
  const ask = async (lines: readonly string[], modified: boolean, firstLine = 1) => {
    const { rows, count, unknown, firstUnknown } = await service.rowsInLines({ ...at, file: dataset, firstLine, lines, modified });
    return { rows: [...rowsFromText(rows, 40) ?? []], count, unknown, firstUnknown };
  };
  assert.deepEqual(await ask(JSONL.slice(3, 6), false, 4), { rows: [3, 4, 5], count: 3, unknown: 0, firstUnknown: null });
  const edited = [JSON.stringify({ text: "new" }), "", JSONL[5].replace("number", "numeral"), JSONL[4], "no json"];
  assert.deepEqual(await ask(edited, true, 4), { rows: [4], count: 1, unknown: 2, firstUnknown: 4 });
});

test("records over several lines are found when they have moved", async (t) => {
  const records = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? `"${textOf(i)}\n\nsecond ""part"" ${i}",c${i}` : `${textOf(i)},c${i}`));
  const { dataset, service, at } = await indexed(t, { "d.csv": `text,label\n${records.join("\n")}\n` }, "d.csv");
  const lines = ["text,label", "something new,c1", "", ...records.join("\n").split("\n")];
  const marks = await service.marks({ ...at, file: dataset, firstLine: 1, lines, modified: true });
  assert.deepEqual(marks.map(({ line, lastLine }) => lastLine - line + 1), records.map((_, i) => (i % 2 === 0 ? 3 : 1)));
  assert.equal(marks[0].line, 4);
  const { count, unknown, firstUnknown } = await service.rowsInLines({ ...at, file: dataset, firstLine: 1, lines, modified: true });
  assert.deepEqual([count, unknown, firstUnknown], [12, 1, 2]);
});

test("from one protected record to the next and back, round the end; decisions are listed in order, the lost ones last", async (t) => {
  const { root, dataset, service, at } = await indexed(t, { "d.jsonl": JSONL.join("\n") + "\n" }, "d.jsonl");
  const file = dataset;
  assert.equal(await service.nextProtected({ ...at, file, from: null, line: 1, direction: "next" }), null);
  const all = (await service.marks({ ...at, file, firstLine: 1, lines: JSONL, modified: false })).map(({ id }) => id);
  await service.protect({ ...at, ids: [all[30], all[9], all[12]], note: "rare" });
  const go = async (direction: "next" | "previous", from: string | null, line = 1) => (await service.nextProtected({ ...at, file, from, line, direction }))?.line;
  assert.deepEqual([await go("next", null, 1), await go("next", all[9]), await go("next", all[30]), await go("next", null, 10)], [10, 13, 10, 10]);
  assert.deepEqual([await go("previous", all[12]), await go("previous", all[9]), await go("previous", all[20]), await go("previous", null, 10)], [10, 31, 13, 31]);
  assert.deepEqual(await service.nextProtected({ ...at, file, from: all[13], line: 1, direction: "next" }), { id: all[30], line: 31, fromLine: 14, total: 3, place: 3 });

  fs.appendFileSync(path.join(root, ".infomax", "protected.jsonl"), `${JSON.stringify({ id: "d.jsonl#00000000000000aa", digest: "00000000000000aa", note: "was here", since: "2026-01-01T00:00:00Z" })}\n`);
  const list = async (offset: number, limit: number) => {
    const { total, missing, decisions } = await service.decisions({ ...at, kind: "protected", offset, limit });
    return [total, missing, ...decisions.map(({ note, sample }) => sample?.line ?? note)];
  };
  assert.deepEqual(await list(0, 10), [4, 1, 10, 13, 31, "was here"]);
  assert.deepEqual([await list(1, 2), await list(2, 2), await list(3, 5), await list(4, 5), await list(0, 0)], [[4, 1, 13, 31], [4, 1, 31, "was here"], [4, 1, "was here"], [4, 1], [4, 1]]);
});

test("samples below a folder, and paths in text, of a folder of images", async (t) => {
  const root = fs.realpathSync(testFolder(t, {}));
  for (const [i, name] of ["cat/1.png", "cat/2.png", "cats/3.png", "dog/4.png"].entries()) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    await sharp({ create: { width: 24, height: 24, channels: 3, background: { r: 60 * i, g: 200 - 40 * i, b: 90 } } }).png().toFile(path.join(root, name));
  }
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const at = { dataset: root, trusted: true };
  await service.index(at);
  const under = async (folder: string) => (await service.rowsInFolder({ ...at, folder: path.join(root, folder) })).count;
  assert.deepEqual([await under("cat"), await under("."), await under("nothing"), await under("../elsewhere")], [2, 4, 0, 0]);
  await service.protect({ ...at, ids: ["cat/2.png"], note: "the only one" });
  const marks = await service.pathMarks({ ...at, file: path.join(root, "..", "train.yaml"), folders: [], firstLine: 7, lines: ["images:", "  - cat/2.png", "  - cat/9.png"] });
  assert.deepEqual(marks.map(({ line, start, end, mark }) => [line, start, end, mark.id, mark.line, mark.protected, mark.note]), [[8, 4, 13, "cat/2.png", 8, true, "the only one"]]);
});
