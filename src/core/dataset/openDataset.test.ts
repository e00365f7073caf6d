import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { CancelledError, InfomaxError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { SPLITS } from "./dataset.ts";
import type { Dataset } from "./dataset.ts";
import { ContentReader } from "./content.ts";
import { testFolder } from "./folder.fixture.ts";
import { openDataset } from "./openDataset.ts";

function fails(code: ErrorCode, pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof InfomaxError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}

function labels(dataset: Dataset): (string | undefined)[] {
  return [...dataset.label].map((index) => dataset.labelNames[index]);
}

test("image folder: ids, classes and splits from the paths, in code-unit order", async (t) => {
  const root = testFolder(t, {
    "train/cat/b.JPG": "x", "train/cat/a.jpeg": "x", "train/dog/images/1.png": "x", "Validation/cat/é 1.webp": "x", "test/2.gif": "x",
    "cat/test/3.bmp": "x", "Zed/z.avif": "x", "loose.tiff": "x", "train/readme.txt": "x",
    ".infomax/quarantine/q.png": "x", ".git/g.png": "x", "node_modules/m/m.png": "x", "train/cat/._b.JPG": "x",
  });
  const dataset = await openDataset(root);
  assert.equal(dataset.layout, "images");
  assert.equal(dataset.kind, "image");
  assert.deepEqual(dataset.ids, ["Validation/cat/é 1.webp", "Zed/z.avif", "cat/test/3.bmp", "loose.tiff", "test/2.gif", "train/cat/a.jpeg", "train/cat/b.JPG", "train/dog/images/1.png"]);
  assert.deepEqual(labels(dataset), ["cat", "Zed", "cat", undefined, undefined, "cat", "cat", "dog"]);
  assert.deepEqual(dataset.labelNames, ["Zed", "cat", "dog"]);
  assert.deepEqual([...dataset.split].map((split) => SPLITS[split]), ["val", "none", "test", "none", "test", "train", "train", "train"]);
  assert.deepEqual(dataset.files, dataset.ids);
  assert.deepEqual([...dataset.sourceRow], [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([dataset.count, dataset.sourceRows, dataset.root, dataset.path], [8, 8, root, root]);
});

test("image folder: an empty file and a link that leads outside are rejected, and still count as source rows", async (t) => {
  const outside = testFolder(t, { "secret.png": "x", "deep/secret2.png": "x" });
  const root = testFolder(t, { "a/1.png": "x", "a/2.png": "", "a/4.png": "x" });
  fs.symlinkSync(path.join(outside, "secret.png"), path.join(root, "a", "3.png"));
  fs.symlinkSync(path.join(outside, "deep"), path.join(root, "link"), "junction");
  fs.symlinkSync(path.join(root, "a"), path.join(root, "again"), "junction");
  const dataset = await openDataset(root);
  assert.deepEqual(dataset.ids, ["a/1.png", "a/4.png"]);
  assert.deepEqual([...dataset.sourceRow], [0, 3]);
  assert.equal(dataset.sourceRows, 4);
  assert.deepEqual(dataset.rejected.map(({ file, line, code }) => [file, line, code]), [["link", null, "outside-root"], ["a/2.png", null, "bad-data"], ["a/3.png", null, "outside-root"]]);
  assert.match(dataset.notes.join(), /1 link to folders/);
});

test("a folder with images and tables: the images win, and a note names the tables", async (t) => {
  const dataset = await openDataset(testFolder(t, { "cat/1.png": "x", "meta.csv": "a\n1\n", "deep/more.jsonl": "{}" }));
  assert.equal(dataset.layout, "images");
  assert.match(dataset.notes.join(), /passed over: deep\/more\.jsonl, meta\.csv/);
});

test("a metadata table does not take an image folder's ids away where they are in use", async (t) => {
  const files = { "cat/1.png": "x", "metadata.jsonl": '{"file_name":"cat/1.png","text":"a boat"}\n' };
  const pin = (id: string): string => `${JSON.stringify({ id, digest: "0".repeat(16), note: "", since: "2026-01-01T00:00:00.000Z" })}\n`;
  assert.deepEqual((await openDataset(testFolder(t, files))).kind, "pair");
  assert.deepEqual((await openDataset(testFolder(t, files), { vectorsImported: true })).ids, ["cat/1.png"]);
  assert.deepEqual((await openDataset(testFolder(t, { ...files, ".infomax/protected.jsonl": pin("cat/1.png") }))).ids, ["cat/1.png"]);
  assert.deepEqual((await openDataset(testFolder(t, { ...files, ".infomax/protected.jsonl": pin("metadata.jsonl#1") }))).kind, "pair");
});

test("a folder of images with a metadata table beside them: its records, with paths relative to it", async (t) => {
  const metadata = '{"file_name":"1.png","text":"a boat"}\n{"file_name":"sub/2.png","text":"a house"}\n{"file_name":"../../x.png","text":"none"}\n';
  const root = testFolder(t, { "train/1.png": "x", "train/sub/2.png": "x", "test/3.png": "x", "train/metadata.jsonl": metadata, "test/more.jsonl": "{}", "4.png": "x" });
  const dataset = await openDataset(root);
  assert.deepEqual([dataset.layout, dataset.kind, dataset.count, dataset.files], ["table", "pair", 2, ["train/metadata.jsonl"]]);
  assert.deepEqual(dataset.rejected.map(({ line, code }) => [line, code]), [[3, "outside-root"]]);
  assert.deepEqual([...dataset.split], [1, 1]);
  assert.match(dataset.notes.join(), /4 images and train\/metadata\.jsonl 3 records/);
  const reader = new ContentReader(dataset);
  t.after(() => reader.close());
  assert.deepEqual(await reader.read(1), { kind: "pair", bytes: Buffer.from("x"), text: "a house" });

  const labelled = testFolder(t, { "cat/1.png": "x", "metadata.csv": "file_name,label\ncat/1.png,tabby\n" });
  assert.deepEqual((await openDataset(labelled)).labelNames, ["cat"], "labels alone leave the folder as it was");
  assert.deepEqual((await openDataset(labelled, { image: "file_name" })).labelNames, ["tabby"]);
  const numbers = testFolder(t, { "cat/1.png": "x", "metadata.csv": "file_name,width\ncat/1.png,64\n" });
  assert.deepEqual([(await openDataset(numbers)).layout, (await openDataset(numbers)).labelNames], ["images", ["cat"]]);
  const named = await openDataset(testFolder(t, { "1.png": "x", "metadata.csv": "file_name,words\n1.png,a boat\n" }), { image: "file_name", text: ["words"] });
  assert.equal(named.kind, "pair");
});

test("a folder of tables: all files in order, splits from their names, one id space", async (t) => {
  const root = testFolder(t, {
    "train.jsonl": '{"id":"1","text":"a","label":"x"}\n{"id":"2","text":"b"}\n',
    "sub/test.csv": "id,text,label\n1,c,y\n",
    "void.tsv": "text\n",
  });
  const dataset = await openDataset(root);
  assert.equal(dataset.layout, "table");
  assert.deepEqual(dataset.files, ["sub/test.csv", "train.jsonl", "void.tsv"]);
  assert.deepEqual(dataset.ids, ["1", "1~2", "2"]);
  assert.deepEqual([...dataset.fileOf], [0, 1, 1]);
  assert.deepEqual([...dataset.split].map((split) => SPLITS[split]), ["test", "train", "train"]);
  assert.deepEqual(labels(dataset), ["y", "x", undefined]);
  assert.match(dataset.notes.join("; "), /1 record repeat an earlier id/);
  assert.match(dataset.notes.join("; "), /void\.tsv: there is no record/);
});

test("a record's id comes from its content and survives a move of its line", async (t) => {
  const lines = ['{"text":"b","n":1}', '{"text":"a"}', '{ "n": 1, "text": "b" }'];
  const root = testFolder(t, { "a.jsonl": lines.join("\n"), "b/a.jsonl": [lines[1], "", lines[0]].join("\r\n") });
  const before = await openDataset(path.join(root, "a.jsonl"));
  assert.match(before.ids[0] ?? "", /^a\.jsonl#[0-9a-f]{16}$/);
  assert.equal(before.ids[2], `${before.ids[0]}~2`);
  const after = await openDataset(path.join(root, "b", "a.jsonl"));
  assert.deepEqual(after.ids, [before.ids[1], before.ids[0]]);
  assert.deepEqual([...after.firstLine], [1, 3]);
});

test("unreadable records are named and left out; the others keep their source rows", async (t) => {
  const root = testFolder(t, { "d.jsonl": '{"text":"a"}\n{bad\n\n{"text":"  "}\n{"other":1}\n{"text":"b"}' });
  const dataset = await openDataset(path.join(root, "d.jsonl"));
  assert.deepEqual([...dataset.sourceRow], [0, 4]);
  assert.equal(dataset.sourceRows, 5);
  assert.deepEqual([...dataset.firstLine], [1, 6]);
  assert.deepEqual(dataset.rejected.map(({ file, line, code }) => [file, line, code]), [["d.jsonl", 2, "bad-data"], ["d.jsonl", 4, "bad-data"], ["d.jsonl", 5, "bad-data"]]);
  assert.match(dataset.rejected[1]?.reason ?? "", /text is empty or missing \(text\)/);

  const vectors = await openDataset(path.join(root, "d.jsonl"), { vectorsImported: true });
  assert.deepEqual([...vectors.sourceRow], [0, 2, 3, 4]);
  assert.equal(vectors.sourceRows, 5);
});

test("a record nested too deeply is rejected, not a crash", async (t) => {
  const root = testFolder(t, { "d.jsonl": `{"text":"a"}\n{"text":"b","x":${"[".repeat(3000)}${"]".repeat(3000)}}\n` });
  const dataset = await openDataset(root);
  assert.equal(dataset.count, 1);
  assert.match(dataset.rejected[0]?.reason ?? "", /nested/);
});

test("records that name images: paths outside the folder are rejected", async (t) => {
  const root = testFolder(t, { "meta.csv": "file_name,label\na/1.png,x\n../2.png,y\n/etc/3.png,y\n,y\na/../4.png,x\n" });
  const dataset = await openDataset(path.join(root, "meta.csv"));
  assert.equal(dataset.kind, "image");
  assert.equal(dataset.fields.image, "file_name");
  assert.equal(dataset.count, 2);
  assert.deepEqual(dataset.rejected.map(({ line, code }) => [line, code]), [[3, "outside-root"], [4, "outside-root"], [5, "bad-data"]]);
});

test("numeric columns: one finite number a sample, or an error with file, line and value", async (t) => {
  const root = testFolder(t, {
    "good.csv": "text,el2n\na,0.5\nb, 1e-3 \n",
    "word.csv": "text,el2n\na,0.5\n\nb,high\n",
    "gap.jsonl": '{"text":"a","el2n":1}\n{"text":"b"}\n',
    "nan.csv": "text,el2n\na,NaN\n",
  });
  const good = await openDataset(path.join(root, "good.csv"), { columns: ["el2n"] });
  assert.deepEqual([...(good.columns.get("el2n") ?? [])], [0.5, 0.001]);
  const open = (file: string, column = "el2n"): Promise<Dataset> => openDataset(path.join(root, file), { columns: [column] });
  await assert.rejects(open("word.csv"), fails("bad-importance", /word\.csv:4: .*"high"/));
  await assert.rejects(open("gap.jsonl"), fails("bad-importance", /gap\.jsonl:2: .*no value/));
  await assert.rejects(open("nan.csv"), fails("bad-importance", /nan\.csv:2: .*"NaN"/));
  await assert.rejects(open("good.csv", "aum"), fails("bad-argument", /"aum".*text, el2n/));
});

test("label names are sorted, by number where all are numbers", async (t) => {
  const root = testFolder(t, { "a.jsonl": [10, 9, 2, 10].map((label) => JSON.stringify({ text: "t", label })).join("\n") });
  const dataset = await openDataset(root);
  assert.deepEqual(dataset.labelNames, ["2", "9", "10"]);
  assert.deepEqual([...dataset.label], [2, 1, 0, 2]);
});

test("what is no dataset is one error that says what to do", async (t) => {
  const root = testFolder(t, {
    "t.parquet": "PAR1", "t.xlsx": "x", "t.png": "x", "none.jsonl": "\n\n", "head.csv": "a,b\n", "zero.csv": "",
    "bad.jsonl": "{\n[1]\n", "blank.jsonl": '{"text":""}\n', "n.csv": "a,b\n1,2\n", "void/readme.md": "x", "img/empty.png": "",
  });
  const open = (name: string): Promise<Dataset> => openDataset(path.join(root, name));
  await assert.rejects(open("missing"), fails("not-found", /missing: There is no such/));
  await assert.rejects(open("t.png/below"), fails("not-found", /no such/));
  await assert.rejects(open("t.parquet"), fails("bad-argument", /Parquet files are not read yet.*JSONL or CSV/));
  await assert.rejects(open("t.xlsx"), fails("bad-argument", /\.xlsx files are not read/));
  await assert.rejects(open("t.png"), fails("bad-argument", /folder/));
  for (const name of ["none.jsonl", "head.csv", "zero.csv", "void"]) await assert.rejects(open(name), fails("empty-dataset", /no record|no image/));
  await assert.rejects(open("bad.jsonl"), fails("empty-dataset", /bad\.jsonl:1: No record can be read; .*not JSON/));
  await assert.rejects(open("blank.jsonl"), fails("bad-argument", /No field holds text .*text/));
  await assert.rejects(openDataset(path.join(root, "blank.jsonl"), { text: ["text"] }), fails("empty-dataset", /blank\.jsonl:1: .*text is empty/));
  await assert.rejects(open("img"), fails("empty-dataset", /None of the 1 image file .*empty\.png/));
  await assert.rejects(open("n.csv"), fails("bad-argument", /No field holds text or image paths \(fields: a, b\)/));
  await assert.rejects(openDataset(path.join(root, "n.csv"), { text: ["c"] }), fails("bad-argument", /no field "c".*a, b/));
  fs.writeFileSync(path.join(root, "img", "ok.png"), "x");
  await assert.rejects(openDataset(path.join(root, "img"), { label: "c" }), fails("bad-argument", /no field "c"/));
});

test("the signal cancels, and progress reaches its total", async (t) => {
  const root = testFolder(t, { "a.jsonl": '{"text":"a"}\n', "b.csv": "text\nb\n" });
  const seen: [number, number][] = [];
  await openDataset(root, { onProgress: (done, total) => seen.push([done, total]) });
  const size = fs.statSync(path.join(root, "a.jsonl")).size + fs.statSync(path.join(root, "b.csv")).size;
  assert.deepEqual(seen.at(-1), [size, size]);
  await assert.rejects(openDataset(root, { signal: AbortSignal.abort() }), CancelledError);
  const images = testFolder(t, { "a/1.png": "x" });
  await assert.rejects(openDataset(images, { signal: AbortSignal.abort() }), CancelledError);
});
