import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { withPinLock } from "./pinLock.ts";
import { pinFile, pinKey, PinsChangedError, readPinFile, readPins, writeAllPins, type Pin } from "./protectionFile.ts";

const LINKS = process.platform === "win32" ? "links need rights on Windows" : false;
const pin = (id: string, note = ""): Pin => ({ id, digest: "00112233aabbccdd", note, since: "2026-01-02T03:04:05Z" });
const pinLines = (one: Pin): string => `${JSON.stringify(one)}\n`;
const pins = (...list: Pin[]): Map<string, Pin> => new Map(list.map((one) => [one.id, one]));

const writePins = (root: string, own: ReadonlyMap<string, Pin>): Promise<void> => writeAllPins(root, new Map([["protected", own]]));

test("pins come back as they were, sorted by id, one a line; the same pins give the same bytes", async (t) => {
  const root = testFolder(t);
  assert.deepEqual(await readPins(root), new Map());
  const list = [pin("ß/ü.png", "naïve 日本"), pin("b", "two\nlines \"quoted\""), pin("a\u2028c"), pin("B")];
  await writePins(root, pins(...list));
  const text = fs.readFileSync(pinFile(root), "utf8");
  assert.deepEqual(text.trimEnd().split("\n").map((line) => (JSON.parse(line) as Pin).id), ["B", "a\u2028c", "b", "ß/ü.png"]);
  assert.deepEqual(Object.keys(JSON.parse(text.split("\n")[0]) as object), ["id", "digest", "note", "since"]);
  assert.deepEqual(await readPins(root), pins(...list));
  await writePins(root, pins(...list.reverse()));
  assert.equal(fs.readFileSync(pinFile(root), "utf8"), text);
  assert.deepEqual(fs.readdirSync(`${root}/.infomax`), ["protected.jsonl"]);
});

test("a file edited on Windows, with a byte order mark, blank lines or an id alone reads the same", async (t) => {
  const root = testFolder(t, { ".infomax/protected.jsonl": `\uFEFF${JSON.stringify(pin("a", "n"))}\r\n\r\n{"id":"b"}\r\n` });
  assert.deepEqual(await readPins(root), pins(pin("a", "n"), { id: "b", digest: "", note: "", since: "" }));
});

test("a line that is no pin is an error that names it: a pin is never lost silently", async (t) => {
  for (const line of ["<<<<<<< HEAD", "{\"id\": 5}", "{\"id\": \"a\", \"note\": 1}", "null", "[]", "{\"id\":\"a\""]) {
    const root = testFolder(t, { ".infomax/protected.jsonl": `${JSON.stringify(pin("a"))}\n\n${line}\n` });
    await assert.rejects(readPins(root), (thrown: unknown) => {
      assert.ok(thrown instanceof InfomaxError);
      assert.deepEqual([thrown.code, thrown.place], ["bad-protection-file", { file: ".infomax/protected.jsonl", line: 3 }]);
      return true;
    }, line);
  }
});

test("the marks of an unfinished merge are told as such, with the line and what to do", async (t) => {
  for (const mark of ["<<<<<<< HEAD", "=======", ">>>>>>> other", "||||||| base"]) {
    const root = testFolder(t, { ".infomax/excluded.jsonl": `${JSON.stringify(pin("a"))}\n${mark}\n${JSON.stringify(pin("b"))}\n` });
    await assert.rejects(readPins(root, "excluded"), (thrown: unknown) => {
      assert.ok(thrown instanceof InfomaxError && thrown.code === "bad-protection-file");
      assert.deepEqual(thrown.place, { file: ".infomax/excluded.jsonl", line: 2 });
      assert.match(thrown.message, /merge was left unfinished.*Keep the lines of both sides, delete the lines that begin with/);
      return true;
    }, mark);
  }
});

test("a pin that a merge left twice is one, and keeps what both sides noted", async (t) => {
  const [early, late] = ["2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"];
  const lines = [
    { id: "same", digest: "1", note: "n", since: early }, { id: "same", digest: "1", note: "n", since: early },
    { id: "notes", digest: "2", note: "theirs", since: late }, { id: "notes", digest: "1", note: "ours", since: early }, { id: "notes", digest: "1", note: "ours", since: early },
    { id: "silent", digest: "", note: "", since: "" }, { id: "silent", digest: "3", note: "kept", since: late },
    { id: "again", digest: "4", note: "a; b", since: early }, { id: "again", digest: "4", note: "b; c", since: late },
  ];
  const root = testFolder(t, { ".infomax/protected.jsonl": lines.map((line) => `${JSON.stringify(line)}\r\n`).join("") });
  assert.deepEqual([...(await readPins(root)).values()], [
    { id: "same", digest: "1", note: "n", since: early }, { id: "notes", digest: "2", note: "ours; theirs", since: early },
    { id: "silent", digest: "3", note: "kept", since: late }, { id: "again", digest: "4", note: "a; b; c", since: early },
  ]);
});

test("a file that another program replaced since it was read is not written over, nor are the others", async (t) => {
  for (const theirs of [pinLines(pin("theirs")), "", null]) {
    const root = testFolder(t, { ".infomax/protected.jsonl": pinLines(pin("a")), ".infomax/excluded.jsonl": pinLines(pin("x")) });
    const from = new Map([["protected", await readPinFile(root, "protected")], ["excluded", await readPinFile(root, "excluded")], ["keepers", await readPinFile(root, "keepers")]] as const);
    const file = pinFile(root, "excluded");
    // As git does: another file takes the name.
    fs.rmSync(file);
    if (theirs !== null) {
      fs.writeFileSync(`${file}.lock`, theirs);
      fs.renameSync(`${file}.lock`, file);
    }
    await assert.rejects(writeAllPins(root, new Map([["protected", pins(pin("a"), pin("b"))]]), from), PinsChangedError);
    await assert.rejects(writeAllPins(root, new Map([["protected", pins(pin("b"))], ["excluded", pins(pin("b"))], ["keepers", pins(pin("b"))]]), from), PinsChangedError);
    assert.deepEqual([...(await readPins(root)).keys()], ["a"]);
    assert.equal(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null, theirs);
    assert.deepEqual(fs.readdirSync(path.join(root, ".infomax")).sort(), theirs === null ? ["protected.jsonl"] : ["excluded.jsonl", "protected.jsonl"]);
    const anew = new Map([["protected", await readPinFile(root, "protected")], ["excluded", await readPinFile(root, "excluded")]] as const);
    await writeAllPins(root, new Map([["protected", pins(pin("b"))], ["excluded", pins(pin("c"))]]), anew);
    assert.deepEqual([[...(await readPins(root)).keys()], [...(await readPins(root, "excluded")).keys()]], [["b"], ["c"]]);
  }
});

test("a place that cannot be read or written is an error of ours", async (t) => {
  const root = testFolder(t, { ".infomax/protected.jsonl/inside": "" });
  const ours = (code: string) => (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === code;
  await assert.rejects(readPins(root), ours("bad-protection-file"));
  await assert.rejects(writePins(root, pins(pin("a"))), ours("bad-protection-file"));
  assert.deepEqual(fs.readdirSync(`${root}/.infomax`), ["protected.jsonl"]);
  await assert.rejects(writePins(testFolder(t, { ".infomax": "a file" }), pins(pin("a"))), ours("bad-protection-file"));
});

test("pins of two tables with the same id stand side by side, sorted by file", async (t) => {
  const root = testFolder(t);
  const list = [{ ...pin("x"), file: "b.jsonl" }, { ...pin("x"), file: "a.jsonl" }, pin("x")];
  const keyed = new Map(list.map((one) => [pinKey(one.id, "file" in one ? one.file : undefined), one]));
  assert.equal(keyed.size, 3);
  await writePins(root, keyed);
  const lines = fs.readFileSync(pinFile(root), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Pin);
  assert.deepEqual(lines.map((line) => line.file), [undefined, "a.jsonl", "b.jsonl"]);
  assert.deepEqual(Object.keys(lines[1]), ["id", "file", "digest", "note", "since"]);
  assert.deepEqual(await readPins(root), keyed);
});

test("each kind of decision has a file of its own; several are written all or none", async (t) => {
  const root = testFolder(t);
  await writeAllPins(root, new Map([["excluded", pins(pin("a"))], ["keepers", pins(pin("b"), pin("c"))]]));
  assert.deepEqual(fs.readdirSync(`${root}/.infomax`).sort(), ["excluded.jsonl", "keepers.jsonl"]);
  assert.deepEqual([await readPins(root), await readPins(root, "excluded"), await readPins(root, "keepers")], [new Map(), pins(pin("a")), pins(pin("b"), pin("c"))]);
  fs.writeFileSync(pinFile(root, "keepers"), "oops\n");
  await assert.rejects(readPins(root, "keepers"), /keepers\.jsonl:1: the line is no preferred sample/);
  fs.rmSync(pinFile(root, "keepers"));
  fs.mkdirSync(pinFile(root, "keepers"));
  await assert.rejects(writeAllPins(root, new Map([["excluded", pins(pin("z"))], ["keepers", pins(pin("y"))]])), /keepers\.jsonl/);
  assert.deepEqual([...(await readPins(root, "excluded")).keys()], ["a"]);
});

test("nothing is read or written through a link", { skip: LINKS }, async (t) => {
  const outside = testFolder(t, { "protected.jsonl": `${JSON.stringify(pin("a"))}\n` });
  const before = fs.readFileSync(path.join(outside, "protected.jsonl"), "utf8");
  const outsideRoot = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "outside-root" && thrown.remedy.startsWith("Replace the link by a real");
  const linkedFolder = testFolder(t);
  fs.symlinkSync(outside, path.join(linkedFolder, ".infomax"));
  const linkedFile = testFolder(t, { ".infomax/x": "" });
  fs.symlinkSync(path.join(outside, "protected.jsonl"), path.join(linkedFile, ".infomax", "protected.jsonl"));
  for (const root of [linkedFolder, linkedFile]) {
    await assert.rejects(readPins(root), outsideRoot);
    await assert.rejects(writePins(root, pins(pin("b"))), outsideRoot);
  }
  await assert.rejects(withPinLock(linkedFolder, () => Promise.resolve()), outsideRoot);
  const linkedLock = testFolder(t, { ".infomax/x": "" });
  fs.symlinkSync(path.join(outside, "lock"), path.join(linkedLock, ".infomax", "protected.lock"));
  await assert.rejects(withPinLock(linkedLock, () => Promise.resolve()), outsideRoot);
  assert.deepEqual(fs.readdirSync(outside), ["protected.jsonl"]);
  assert.equal(fs.readFileSync(path.join(outside, "protected.jsonl"), "utf8"), before);
});

test("what others wrote into a pin's line stays when another pin changes", async (t) => {
  const root = testFolder(t, { ".infomax/protected.jsonl": '{"id":"a","digest":"","note":"","since":"","author":"Ada","ticket":{"n":7}}\n' });
  const pins = await readPins(root);
  pins.set("b", { id: "b", digest: "", note: "", since: "" });
  await writePins(root, pins);
  assert.equal(fs.readFileSync(path.join(root, ".infomax/protected.jsonl"), "utf8"),
    '{"id":"a","digest":"","note":"","since":"","author":"Ada","ticket":{"n":7}}\n{"id":"b","digest":"","note":"","since":""}\n');
});
