import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { ContentReader } from "../dataset/content.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { testFolder } from "../dataset/folder.fixture.ts";
import { contentDigest, loadHasher } from "../dataset/identity.ts";
import { openDataset } from "../dataset/openDataset.ts";
import type { KeptSamples } from "./keptSamples.ts";
import { writeImageParquet, writeTableParquet, type WrittenParquet } from "./writeParquet.ts";

interface ReadBack {
  readonly written: WrittenParquet;
  readonly rows: Record<string, unknown>[];
  readonly groups: number;
  readonly features: unknown;
}

async function readBack(t: TestContext, dataset: Dataset, rows = Array.from({ length: dataset.count }, (_, row) => row)): Promise<ReadBack> {
  const content = new ContentReader(dataset);
  t.after(() => content.close());
  const hasher = await loadHasher();
  const digests = new BigUint64Array(dataset.count);
  for (const row of rows) digests[row] = contentDigest(await content.read(row), hasher);
  const kept: KeptSamples = { dataset, rows, content, digests, hasher };
  const parts: Buffer[] = [];
  const write = (bytes: Uint8Array): Promise<void> => { parts.push(Buffer.from(bytes)); return Promise.resolve(); };
  const written = await (dataset.layout === "images" ? writeImageParquet : writeTableParquet)(kept, write, { onProgress: () => undefined });
  const file = path.join(testFolder(t, {}), "data.parquet");
  writeFileSync(file, Buffer.concat(parts));
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const features: unknown = JSON.parse(metadata.key_value_metadata?.find(({ key }) => key === "huggingface")?.value ?? "null");
  return { written, rows: await parquetReadObjects({ file: buffer, utf8: false }), groups: metadata.row_groups.length, features };
}

test("fields become columns in their order, with nulls, Unicode, large integers, and JSON where types are mixed or nested", async (t) => {
  const lines = [
    "{\"text\":\"né 日本語 🙂 \\\"q\\\"\\n\",\"n\":9007199254740993,\"f\":1.5,\"ok\":true,\"tags\":[\"a\", {\"b\":12345678901234567890}],\"mixed\":1,\"none\":null,\"10\":\"ten\"}",
    "{\"n\":-9223372036854775808,\"text\":\"two\",\"f\":2,\"ok\":null,\"mixed\":\"one\",\"extra\":0.1}",
    "{\"text\":\"three\",\"n\":null,\"f\":null,\"mixed\":null,\"2\":18446744073709551616}",
  ];
  const root = testFolder(t, { "t.jsonl": `\uFEFF${lines.join("\r\n")}` });
  const { written, rows, features } = await readBack(t, await openDataset(path.join(root, "t.jsonl"), { text: ["text"] }));
  assert.deepEqual(written.columns.map(({ name, type }) => `${name}:${type}`), ["text:STRING", "n:INT64", "f:DOUBLE", "ok:BOOLEAN", "tags:JSON", "mixed:JSON", "none:STRING", "10:STRING", "extra:DOUBLE", "2:JSON", "id:STRING"]);
  assert.deepEqual(written.mixed, ["mixed", "2"]);
  assert.deepEqual(rows.map(({ id, ...rest }) => ({ ...rest, id: typeof id })), [
    { text: "né 日本語 🙂 \"q\"\n", n: 9007199254740993n, f: 1.5, ok: true, tags: "[\"a\", {\"b\":12345678901234567890}]", mixed: "1", none: null, 10: "ten", extra: null, 2: null, id: "string" },
    { text: "two", n: -9223372036854775808n, f: 2, ok: null, tags: null, mixed: "\"one\"", none: null, 10: null, extra: 0.1, 2: null, id: "string" },
    { text: "three", n: null, f: null, ok: null, tags: null, mixed: null, none: null, 10: null, extra: null, 2: "18446744073709551616", id: "string" },
  ].map((row) => ({ ...row })));
  assert.deepEqual((features as { info: { features: Record<string, unknown> } }).info.features["n"], { dtype: "int64", _type: "Value" });
});

test("the cells of CSV stay texts, in the header's order; an id field needs no second column", async (t) => {
  const root = testFolder(t, { "t.csv": "\uFEFFid,text,10,2\r\n007,\"a\nb, \"\"c\"\"\",1.0,\r\nx,NA,,3" });
  const { written, rows } = await readBack(t, await openDataset(path.join(root, "t.csv"), { id: "id", text: ["text"] }));
  assert.deepEqual(written.columns.map(({ name }) => name), ["id", "text", "10", "2"]);
  assert.deepEqual(rows.map((row) => ({ ...row })), [{ id: "007", text: "a\nb, \"c\"", 10: "1.0", 2: "" }, { id: "x", text: "NA", 10: "", 2: "3" }]);
});

test("an id column gets a name that no field has", async (t) => {
  const root = testFolder(t, { "t.jsonl": "{\"text\":\"one\",\"id\":{\"a\":1}}\n{\"text\":\"two\",\"id\":2.5}\n" });
  const dataset = { ...await openDataset(path.join(root, "t.jsonl"), { text: ["text"] }), fields: { id: null, label: null, text: ["text"], image: null } };
  const { written, rows } = await readBack(t, dataset, [1]);
  assert.deepEqual([written.columns.map(({ name }) => name), rows.length, rows[0]["id_2"]], [["text", "id", "id_2"], 1, dataset.ids[1]]);
});

test("images lie in the file with path, label, id and split", async (t) => {
  const pictures = { "train/cat/1.png": Buffer.from("not decoded here"), "train/dog/\u00e9.png": Buffer.alloc(300_000, 3), "test/cat/x.jpg": Buffer.from([0, 255, 1]), "top.png": Buffer.from("x") };
  const root = testFolder(t, pictures);
  const { rows, features } = await readBack(t, await openDataset(root));
  const plain = rows.map((row) => {
    const image = row["image"] as { bytes: Uint8Array; path: string };
    return { ...row, image: { path: image.path, same: Buffer.from(image.bytes).equals(readFileSync(path.join(root, image.path))) } };
  });
  assert.deepEqual(plain, [
    { image: { path: "test/cat/x.jpg", same: true }, label: "cat", id: "test/cat/x.jpg", split: "test" },
    { image: { path: "top.png", same: true }, label: null, id: "top.png", split: null },
    { image: { path: "train/cat/1.png", same: true }, label: "cat", id: "train/cat/1.png", split: "train" },
    { image: { path: "train/dog/\u00e9.png", same: true }, label: "dog", id: "train/dog/\u00e9.png", split: "train" },
  ]);
  assert.deepEqual((features as { info: { features: Record<string, unknown> } }).info.features["image"], { _type: "Image" });
});

test("images that records name take the place of their names", async (t) => {
  const root = testFolder(t, { "metadata.jsonl": "{\"file_name\":\"a.png\",\"caption\":\"one\"}\n{\"file_name\":null,\"caption\":\"two\"}\n{\"file_name\":\"./a.png\",\"caption\":\"three\"}\n", "a.png": "bytes" });
  const dataset = await openDataset(path.join(root, "metadata.jsonl"), { image: "file_name", text: ["caption"] });
  assert.equal(dataset.kind, "pair");
  const { rows } = await readBack(t, dataset);
  assert.deepEqual(rows.map((row) => {
    const image = row["file_name"] as { bytes: Uint8Array; path: string } | null | undefined;
    return image === null || image === undefined ? "none" : `${Buffer.from(image.bytes).toString()} of ${image.path}`;
  }), ["bytes of a.png", "none", "bytes of ./a.png"]);
});

test("100,000 rows come back in their order, over several row groups", async (t) => {
  const count = 100_000;
  const root = testFolder(t, { "t.jsonl": Array.from({ length: count }, (_, i) => `{"id":"r${i}","text":"text ${i % 7} né","n":${i % 3 === 0 ? "null" : i},"x":${i / 8}}\n`).join("") });
  const { rows, groups } = await readBack(t, await openDataset(path.join(root, "t.jsonl"), { id: "id", text: ["text"] }));
  assert.ok(groups > 3, String(groups));
  assert.equal(rows.length, count);
  const wrong = rows.findIndex((row, i) => row["id"] !== `r${i}` || row["text"] !== `text ${i % 7} né` || row["n"] !== (i % 3 === 0 ? null : BigInt(i)) || row["x"] !== i / 8);
  assert.equal(wrong, -1, JSON.stringify(rows[wrong], (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));
});
