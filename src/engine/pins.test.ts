import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { InfomaxError } from "../core/errors.ts";
import type { Pin } from "../core/store/protectionFile.ts";
import { InspectorService } from "./service.ts";

function serve(t: TestContext): InspectorService {
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  return service;
}

const at = (dataset: string): { dataset: string; trusted: boolean } => ({ dataset, trusted: true });

const table = (salt: string, count = 12): string =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ id: `q${i}`, text: `${salt} says sentence ${(i * 7919).toString(36)} of ${i}` })).join("\n");

const pinsIn = (root: string): Pin[] =>
  fs.readFileSync(path.join(root, ".infomax", "protected.jsonl"), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Pin);

const code = (expected: string) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, expected, thrown.message);
  return true;
};

test("changes of pins at once, of two tables of a folder through two services, lose none", async (t) => {
  const root = testFolder(t, { "a.jsonl": table("a"), "b.jsonl": table("b") });
  const [a, b] = ["a.jsonl", "b.jsonl"].map((name) => path.join(root, name));
  const services = [serve(t), serve(t)];
  for (const service of services) {
    await service.index(at(a));
    await service.index(at(b));
  }
  await Promise.all(Array.from({ length: 20 }, (_, i) => services[(i >> 1) % 2].protect({ ...at(i % 2 === 0 ? a : b), ids: [`q${i >> 1}`] })));
  assert.equal(pinsIn(root).length, 20);
  for (const service of services) {
    const state = await service.open(at(a));
    assert.ok(state.state === "ready" && state.summary.protectedCount === 10);
  }
  await Promise.all(Array.from({ length: 10 }, (_, i) => services[i % 2].unprotect({ ...at(a), ids: [`q${i}`] })));
  assert.deepEqual(pinsIn(root).map((pin) => pin.file), Array(10).fill("b.jsonl"));
});

test("a pin acts on its own table alone, an old one without file on any", async (t) => {
  const root = testFolder(t, { "a.jsonl": table("a"), "b.jsonl": table("b", 4) });
  const [a, b] = ["a.jsonl", "b.jsonl"].map((name) => path.join(root, name));
  const service = serve(t);
  await service.index(at(a));
  await service.index(at(b));
  const counts = async (dataset: string): Promise<[number, readonly string[]]> => {
    const state = await service.open(at(dataset));
    assert.ok(state.state === "ready");
    return [state.summary.protectedCount, state.summary.protectedMissing];
  };
  await service.protect({ ...at(a), ids: ["q1", "q9"], note: "mine" });
  assert.deepEqual(pinsIn(root).map(({ id, file }) => [id, file]), [["q1", "a.jsonl"], ["q9", "a.jsonl"]]);
  assert.deepEqual([await counts(a), await counts(b)], [[2, []], [0, []]]);
  assert.equal((await service.protect({ ...at(b), ids: ["q1"] })).protectedCount, 1);
  assert.equal((await service.unprotect({ ...at(b), ids: ["q1"] })).changed, 1);
  assert.deepEqual(pinsIn(root).map((pin) => pin.file), ["a.jsonl", "a.jsonl"]);
  assert.equal((await service.unprotect({ ...at(b), ids: ["q2"] })).changed, 0);
  await assert.rejects(service.unprotect({ ...at(b), ids: ["q9"] }), code("not-found"));
  assert.deepEqual(await counts(a), [2, []]);
  fs.appendFileSync(path.join(root, ".infomax", "protected.jsonl"), "{\"id\":\"q2\"}\n");
  assert.deepEqual([await counts(a), await counts(b)], [[3, []], [1, []]]);
  // A note on it leaves it one for both.
  await service.protect({ ...at(a), ids: ["q2"], note: "both" });
  assert.deepEqual([await counts(a), await counts(b)], [[3, []], [1, []]]);
  // What the table's own pin names and the table has no longer is missing.
  fs.writeFileSync(a, table("a", 9));
  assert.deepEqual((await service.index(at(a))).protectedMissing, ["q9"]);
  assert.deepEqual(await counts(b), [1, []]);
});

test("a renamed table keeps its pins; a copy beside the original does not take them", async (t) => {
  const root = testFolder(t, { "a.jsonl": table("a") });
  const [a, b] = ["a.jsonl", "b.jsonl"].map((name) => path.join(root, name));
  const service = serve(t);
  await service.index(at(a));
  await service.protect({ ...at(a), ids: ["q1"] });
  fs.copyFileSync(a, b);
  assert.equal((await service.index(at(b))).protectedCount, 0);
  fs.rmSync(a);
  const reopened = serve(t);
  assert.deepEqual((await reopened.index(at(b))).protectedCount, 1);
  await reopened.protect({ ...at(b), ids: ["q1"], note: "again" });
  assert.deepEqual(pinsIn(root).map(({ id, file, note }) => [id, file, note]), [["q1", "b.jsonl", "again"]]);
});

test("pins change while the dataset is being indexed again", async (t) => {
  const root = testFolder(t, { "a.jsonl": table("a", 400) });
  const a = path.join(root, "a.jsonl");
  const service = serve(t);
  await service.index(at(a));
  fs.writeFileSync(a, table("new", 400));
  let isIndexing = true;
  let begun = (): void => undefined;
  const beginning = new Promise<void>((resolve) => { begun = resolve; });
  const indexing = service.index(at(a), { onProgress: () => { begun(); } }).finally(() => { isIndexing = false; });
  await beginning;
  await service.protect({ ...at(a), ids: ["q1"] });
  assert.equal(isIndexing, true);
  await indexing;
});

test("a damaged selection is said so and keeps nothing else from working", async (t) => {
  const root = testFolder(t, { "a.jsonl": table("a") });
  const a = path.join(root, "a.jsonl");
  const service = serve(t);
  await service.index(at(a));
  const { selectionFile } = await service.prune({ ...at(a), budget: "4", name: "v1" });
  fs.appendFileSync(selectionFile, "<<<<<<< HEAD\n");
  const state = await service.open(at(a));
  assert.ok(state.state === "ready" && state.summary.currentSelection === null);
  assert.ok(state.summary.notes.some((note) => /^The selection "v1" cannot be shown: .*v1\.jsonl:14: /.test(note)), state.summary.notes.join("\n"));
  await service.clusters({ ...at(a), offset: 0, limit: 5, members: 5 });
  assert.equal((await service.protect({ ...at(a), ids: ["q1"] })).changed, 1);
  assert.equal((await service.unprotect({ ...at(a), ids: ["q1"] })).changed, 1);
  await assert.rejects(service.explain({ ...at(a), id: "q1" }), code("bad-selection"));
  await assert.rejects(service.useSelection({ ...at(a), name: "v1" }), code("bad-selection"));
  await service.useSelection({ ...at(a), name: null });
  assert.equal((await service.explain({ ...at(a), id: "q1" })).selection, null);
});

test("the selection of a folder goes with it under another name", async (t) => {
  const picture = (i: number): Promise<Buffer> => sharp({ create: { width: 40, height: 40, channels: 3, background: { r: 20 * i, g: 255 - 20 * i, b: 7 * i } } }).png().toBuffer();
  const holder = testFolder(t, Object.fromEntries(await Promise.all(Array.from({ length: 6 }, async (_, i) => [`set/${i}.png`, await picture(i)] as const))));
  const [before, after] = ["set", "clone"].map((name) => path.join(holder, name));
  const service = serve(t);
  await service.index(at(before));
  const { selectionFile } = await service.prune({ ...at(before), budget: "3", name: "v1" });
  assert.equal((JSON.parse(fs.readFileSync(selectionFile, "utf8").split("\n")[0]) as { dataset: string }).dataset, ".");
  fs.renameSync(before, after);
  await service.index(at(after));
  await service.useSelection({ ...at(after), name: "v1" });
  assert.equal((await service.explain({ ...at(after), id: "1.png" })).selection, "v1");
  await service.prune({ ...at(after), budget: "2", name: "v1" });
});
