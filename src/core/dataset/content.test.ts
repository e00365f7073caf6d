import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { InfomaxError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { ContentReader, parseRecordText, recordId, withoutRows } from "./content.ts";
import type { RejectedSample } from "./dataset.ts";
import { testFolder } from "./folder.fixture.ts";
import { contentDigest, loadHasher } from "./identity.ts";
import { openDataset } from "./openDataset.ts";

function fails(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof InfomaxError && error.code === code;
}

test("texts and records are read back from their exact places, in any order and at once", async (t) => {
  const rows = Array.from({ length: 5000 }, (_, i) => ({ text: `№ ${i}\n${"é".repeat(i % 50)}`, label: `c${i % 3}` }));
  const root = testFolder(t, {
    "a.jsonl": `\ufeff${rows.map((row) => JSON.stringify(row)).join("\r\n")}`,
    "b.csv": `text,label\n${rows.map((row) => `"${row.text}",${row.label}`).join("\n")}\n`,
    "ünï.tsv": `text\tlabel\n"a\nb"\tc\n`,
  });
  const dataset = await openDataset(root);
  assert.equal(dataset.count, 10_001);
  const reader = new ContentReader(dataset);
  t.after(() => reader.close());
  const order = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_000);
  await Promise.all(order.map(async (row) => assert.deepEqual(await reader.recordOf(row), rows[row % 5000])));
  for (let row = 0; row < 10_000; row++) assert.equal(await reader.textOf(row), rows[row % 5000]?.text);
  assert.deepEqual(await reader.read(10_000), { kind: "text", text: "a\nb" });
});

test("images are read from their files, or from the files that records name", async (t) => {
  const root = testFolder(t, { "cat/1.png": "one", "cat/2.png": "x".repeat(300_000) });
  const images = new ContentReader(await openDataset(root));
  assert.deepEqual(await images.read(0), { kind: "image", bytes: Buffer.from("one") });
  const large = await images.read(1);
  assert.equal(large.kind === "image" && large.bytes.length, 300_000);
  assert.equal(await images.textOf(0), null);
  fs.rmSync(path.join(root, "cat", "1.png"));
  await assert.rejects(images.read(0), fails("not-found"));

  fs.writeFileSync(path.join(root, "m.jsonl"), '{"image":"cat/2.png"}\n{"image":"cat/gone.png"}\n');
  const named = new ContentReader(await openDataset(path.join(root, "m.jsonl")));
  t.after(() => named.close());
  const content = await named.read(0);
  assert.equal(content.kind === "image" && content.bytes.length, 300_000);
  await assert.rejects(named.read(1), (error) => error instanceof InfomaxError && error.code === "not-found" && error.place.line === 2);
});

test("nothing outside the root is read, by link or by record", async (t) => {
  const outside = testFolder(t, { "secret.png": "secret" });
  const root = testFolder(t, { "a/1.png": "x", "m.jsonl": '{"image":"a/1.png"}\n{"image":"folder/secret.png"}\n' });
  fs.symlinkSync(outside, path.join(root, "folder"), "junction");
  const named = new ContentReader(await openDataset(path.join(root, "m.jsonl")));
  t.after(() => named.close());
  await assert.rejects(named.read(1), fails("outside-root"));

  const images = new ContentReader(await openDataset(root));
  fs.rmSync(path.join(root, "a", "1.png"));
  fs.symlinkSync(path.join(outside, "secret.png"), path.join(root, "a", "1.png"));
  await assert.rejects(images.read(0), fails("outside-root"));
});

test("a file that changed underneath is an error, never another sample's content", async (t) => {
  const file = "d.jsonl";
  const root = testFolder(t, { [file]: '{"text":"aaa"}\n{"text":"bbb"}\n{"text":"ccc"}\n' });
  const dataset = await openDataset(path.join(root, file));
  for (const changed of ['{"text":"aaa"}\n', '{"text":"aaaa"}\n{"text":"bbb"}\n{"text":"ccc"}\n', "x".repeat(100)]) {
    fs.writeFileSync(path.join(root, file), changed);
    const reader = new ContentReader(dataset);
    await assert.rejects(reader.read(1), (error) => error instanceof InfomaxError && error.code === "bad-data" && error.place.line === 2);
    await reader.close();
  }
});

test("imported vectors: the record is shown field by field", async (t) => {
  const root = testFolder(t, { "d.csv": "id,label,el2n\np/1.png,cat,0.5\n" });
  const reader = new ContentReader(await openDataset(path.join(root, "d.csv"), { vectorsImported: true }));
  t.after(() => reader.close());
  assert.deepEqual(await reader.read(0), { kind: "vector", text: "id: p/1.png\nlabel: cat\nel2n: 0.5" });
});

test("a record with image and text gives both, and lacks a half where it names none", async (t) => {
  const root = testFolder(t, {
    "a/1.png": "one",
    "d.csv": 'image,caption,meta\na/1.png,a boat,x\n,no picture,y\na/1.png,,z\n,,none\na/gone.png,lost,w\n',
    "chat.jsonl": '{"image":["a/1.png"],"conversations":[{"from":"human","value":"<image>\\nWhat is it?"},{"from":"gpt","value":"A boat."}]}\n{"image":["a/1.png","a/2.png"],"conversations":[{"from":"human","value":"Which?"}]}\n',
  });
  const dataset = await openDataset(path.join(root, "d.csv"));
  assert.deepEqual([dataset.kind, dataset.count, dataset.rejected.map((one) => one.line)], ["pair", 4, [5]]);
  assert.match(dataset.notes.join("\n"), /1 record without a text.*\n1 record without an image/);
  const reader = new ContentReader(dataset);
  t.after(() => reader.close());
  assert.deepEqual(await reader.read(0), { kind: "pair", bytes: Buffer.from("one"), text: "a boat" });
  assert.deepEqual(await reader.read(1), { kind: "pair", bytes: new Uint8Array(), text: "no picture" });
  assert.deepEqual(await reader.read(2), { kind: "pair", bytes: Buffer.from("one"), text: "" });
  await assert.rejects(reader.read(3), fails("not-found"));
  assert.equal(await reader.textOf(0), "a boat");
  assert.match(await reader.textOf(2) ?? "", /\.png$/, "a pair without a text is told by its image");

  const chats = await openDataset(path.join(root, "chat.jsonl"));
  assert.deepEqual(chats.rejected.map(({ line, reason }) => [line, /2 images/.test(reason)]), [[2, true]]);
  const talk = new ContentReader(chats);
  t.after(() => talk.close());
  assert.equal(await talk.textOf(0), "user: What is it?\nassistant: A boat.");
  const one = await talk.read(0);
  assert.ok(one.kind === "pair" && one.identity !== undefined && one.text === "What is it?\nA boat.");
});

test("an empty image file is bad data, and no missing half of a pair", async (t) => {
  const root = testFolder(t, { "1.png": "", "d.csv": "image,caption\n1.png,a boat\n" });
  const reader = new ContentReader(await openDataset(path.join(root, "d.csv")));
  t.after(() => reader.close());
  await assert.rejects(reader.read(0), fails("bad-data"));
});

test("the digest of a pair covers both halves, and what of a text is not compared", async () => {
  const hasher = await loadHasher();
  const digest = (image: string, text: string, identity?: string): bigint => contentDigest({ kind: "pair", bytes: Buffer.from(image), text, ...(identity === undefined ? {} : { identity }) }, hasher);
  assert.equal(digest("a", "b"), digest("a", "b"));
  assert.equal(new Set([digest("a", "b"), digest("a", "c"), digest("c", "b"), digest("", "b"), digest("a", ""), digest("a", "b", "x"), digest("a", "b", "y")]).size, 7);
});

test("more tables than files may be open", async (t) => {
  const root = testFolder(t, Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`${i}.jsonl`, `{"text":"t${i}"}\n`])));
  const dataset = await openDataset(root);
  const reader = new ContentReader(dataset);
  t.after(() => reader.close());
  const texts = await Promise.all(Array.from({ length: 450 }, (_, i) => reader.textOf((i * 11) % 150)));
  for (const [i, text] of texts.entries()) assert.equal(`${text?.slice(1)}.jsonl`, dataset.files[(i * 11) % 150]);
});

test("a line in an editor gives the id that its record has in the dataset", async (t) => {
  const root = testFolder(t, { "a.jsonl": '{"text":"x","n":1}\n', "b.csv": 'text,label\n"one, two",c\n' });
  const dataset = await openDataset(root);
  const hasher = await loadHasher();
  const idOf = async (file: string, text: string): Promise<string | null> => {
    const record = await parseRecordText(dataset, file, text);
    return record === null ? null : recordId(dataset, file, record, hasher);
  };
  assert.equal(await idOf("a.jsonl", '\ufeff{ "n": 1, "text": "x" }\r'), dataset.ids[0]);
  assert.equal(await idOf("b.csv", '"one, two",c\r\n'), dataset.ids[1]);
  assert.equal(await idOf("b.csv", '"one, two","c"'), dataset.ids[1]);
  for (const [file, text] of [["a.jsonl", ""], ["a.jsonl", "{"], ["a.jsonl", "[1]"], ["b.csv", "text,label"], ["b.csv", "a"], ["b.csv", ""]] as const) {
    assert.equal(await idOf(file, text), null, `${file}: ${text}`);
  }
});

test("rows are left out of every array alike", async (t) => {
  const root = testFolder(t, { "a.csv": "id,text,label,el2n\na,A,x,1\nb,B,y,2\nc,C,x,3\nd,,x,4\ne,E,y,5\n" });
  const dataset = await openDataset(path.join(root, "a.csv"), { columns: ["el2n"] });
  const bad: RejectedSample = { file: "a.csv", line: 3, code: "bad-data", reason: "test" };
  const rest = withoutRows(dataset, new Map([[1, bad]]));
  assert.deepEqual(rest.ids, ["a", "c", "e"]);
  assert.deepEqual([rest.count, rest.sourceRows], [3, 5]);
  assert.deepEqual([...rest.sourceRow], [0, 2, 4]);
  assert.deepEqual([...rest.firstLine], [2, 4, 6]);
  assert.deepEqual([...rest.label].map((label) => rest.labelNames[label]), ["x", "x", "y"]);
  assert.deepEqual([...(rest.columns.get("el2n") ?? [])], [1, 3, 5]);
  assert.deepEqual(rest.rejected.map((one) => one.line), [5, 3]);
  const reader = new ContentReader(rest);
  t.after(() => reader.close());
  assert.equal(await reader.textOf(2), "E");
  assert.equal(dataset.count, 4);
});
