import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { ExportFolder, partialFolders } from "./exportFolder.ts";

const none = (): void => undefined;

test("a folder appears whole, also in the place of an empty one, and lists its files with their digests", async (t) => {
  const root = testFolder(t, {});
  const out = path.join(root, "out");
  mkdirSync(out);
  const folder = await ExportFolder.create(out);
  await folder.add("a/b/c.txt", "abc");
  const sink = await folder.sink("long.bin");
  for (let i = 0; i < 40; i++) await sink.write(Buffer.alloc(100_000, i));
  await sink.write(Buffer.alloc(3_000_000, 7));
  await sink.close();
  assert.deepEqual([readdirSync(out), (await partialFolders(out)).length], [[], 1]);
  assert.equal(await folder.verify(none), 2);
  await folder.finish();
  assert.deepEqual([readdirSync(root), readdirSync(out).sort()], [["out"], ["a", "long.bin"]]);
  assert.deepEqual(folder.files[0], { path: "a/b/c.txt", bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" });
  assert.equal(folder.files[1].bytes, 7_000_000);
  const expected = Buffer.concat([...Array.from({ length: 40 }, (_, i) => Buffer.alloc(100_000, i)), Buffer.alloc(3_000_000, 7)]);
  assert.ok(readFileSync(path.join(out, "long.bin")).equals(expected));
});

test("nothing is overwritten, nothing leads out, and a place that was taken meanwhile stays as it is", async (t) => {
  const root = testFolder(t, {});
  const out = path.join(root, "out");
  const folder = await ExportFolder.create(out);
  await folder.add("x", "1");
  await assert.rejects(folder.add("x", "2"), { code: "EEXIST" });
  for (const name of ["../y", "a/../../y", ""]) await assert.rejects(folder.add(name, "2"), (thrown) => thrown instanceof InfomaxError && thrown.code === "outside-root", name);
  mkdirSync(out);
  writeFileSync(path.join(out, "mine"), "mine");
  await assert.rejects(folder.finish(), (thrown) => thrown instanceof Error && "code" in thrown);
  await folder.discard();
  assert.deepEqual([readdirSync(root), readFileSync(path.join(out, "mine"), "utf8")], [["out"], "mine"]);
});

test("bytes that read back other than they were written are found", async (t) => {
  const root = testFolder(t, {});
  const folder = await ExportFolder.create(path.join(root, "out"));
  await folder.add("x", "12345");
  for (const damaged of ["12346", "1234", "123456"]) {
    writeFileSync(path.join(folder.folder, "x"), damaged);
    await assert.rejects(folder.verify(none), /reads back other/);
  }
});

test("a hard link is another name of the file itself, never one of a link", async (t) => {
  const root = testFolder(t, { "file": "content" });
  const folder = await ExportFolder.create(path.join(root, "out"));
  await folder.link("linked", path.join(root, "file"), Buffer.from("content"));
  symlinkSync(path.join(root, "file"), path.join(root, "link"));
  if (process.platform === "linux") await assert.rejects(folder.link("bad", path.join(root, "link"), Buffer.from("content")), /replaced by a link/);
  await folder.discard();
  assert.ok(existsSync(path.join(root, "file")));
  assert.equal(readFileSync(path.join(root, "file"), "utf8"), "content");
});
