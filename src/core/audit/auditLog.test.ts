import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import fc from "fast-check";
import { InfomaxError } from "../errors.ts";
import type { AuditEvent } from "./auditEvent.ts";
import { appendAudit, auditFile, checkAuditLog, verifyAudit } from "./auditLog.ts";

async function withRoot<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(path.join(os.tmpdir(), "infomax-audit-"));
  try {
    return await work(root);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

const approved = (note: string): AuditEvent => ({ event: "approved", selection: "v1", sha256: "0".repeat(64), note });

async function linesOf(root: string): Promise<string[]> {
  return (await readFile(auditFile(root), "utf8")).split("\n").slice(0, -1);
}

/** A log with these notes in it, as lines. */
async function logOf(root: string, notes: readonly string[]): Promise<string[]> {
  for (const note of notes) await appendAudit(root, approved(note));
  return linesOf(root);
}

async function write(root: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.join(root, ".infomax"), { recursive: true });
  await writeFile(auditFile(root), content);
}

async function problemsOf(root: string, expectedHead?: string): Promise<string[]> {
  return (await verifyAudit(root, expectedHead)).problems.map(({ line, text }) => `${line}: ${text}`);
}

const NOTES = ["first", "ünïcödé \u202e and \ud800 halves", "with \"quotes\"\nand lines", "<<<<<<< no marker", ""];

test("entries chain, verify, and are read back as they were written; no log is an empty one", () => withRoot(async (root) => {
  assert.deepEqual(await verifyAudit(root), { entries: [], problems: [], notes: [], head: null });
  const lines = await logOf(root, NOTES);
  const { entries, problems, notes, head } = await verifyAudit(root);
  assert.deepEqual([problems, notes], [[], []]);
  assert.deepEqual(entries.map(({ members }) => members["note"]), NOTES);
  assert.deepEqual(entries.map(({ line }) => line), [1, 2, 3, 4, 5]);
  assert.equal(entries[0].previous, "");
  for (let i = 1; i < entries.length; i++) assert.equal(entries[i].previous, entries[i - 1].hash);
  assert.equal(head, entries[4].hash);
  assert.match(entries[0].when, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(Object.keys(JSON.parse(lines[0]) as object), ["when", "event", "selection", "sha256", "note", "previous", "hash"]);
}));

test("any change of a byte but of a line end, any removal but of the end, any swap and any repetition is found, with its line", () => withRoot(async (root) => {
  const lines = await logOf(root, NOTES);
  const whole = Buffer.from(`${lines.join("\n")}\n`);
  const { head } = await verifyAudit(root);
  const index = fc.nat(lines.length - 1);
  await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
    const changed = Buffer.from(whole);
    changed[at] ^= by;
    // The last line end says nothing; one that became a blank of another kind is a change all the same.
    fc.pre(at < whole.length - 1);
    await write(root, changed);
    assert.notDeepEqual(await problemsOf(root), [], `byte ${at} to ${changed[at]}`);
  }), { numRuns: 300 });
  await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 3 }), async (at, added) => {
    // Windows' line ends are git's doing.
    fc.pre(!(whole[at] === 0x0a && added.length === 1 && added[0] === 0x0d));
    await write(root, Buffer.concat([whole.subarray(0, at), added, whole.subarray(at)]));
    assert.notDeepEqual(await problemsOf(root), []);
  }), { numRuns: 200 });
  await fc.assert(fc.asyncProperty(index, index, async (from, to) => {
    fc.pre(from !== to);
    const swapped = [...lines];
    [swapped[from], swapped[to]] = [swapped[to], swapped[from]];
    await write(root, `${swapped.join("\n")}\n`);
    assert.notDeepEqual(await problemsOf(root), []);
  }));
  for (let from = 0; from < lines.length; from++) {
    for (let count = 1; count <= lines.length - from; count++) {
      const left = [...lines.slice(0, from), ...lines.slice(from + count)];
      await write(root, left.map((line) => `${line}\n`).join(""));
      const problems = await problemsOf(root);
      if (from + count < lines.length) assert.match(problems[0], new RegExp(`^${from + 1}: the entry before it .*missing`));
      else assert.deepEqual(problems, [], "a shorter chain is whole");
      assert.notDeepEqual(await problemsOf(root, head ?? ""), [], "but the head that was kept elsewhere tells");
    }
    const repeated = [...lines.slice(0, from + 1), ...lines.slice(from)];
    await write(root, `${repeated.join("\n")}\n`);
    assert.match((await problemsOf(root))[0], new RegExp(`^${from + 2}: the entry stands in line ${from + 1} already`));
  }
}));

test("a change that is worded anew is found too: a member twice, in other spelling, with blanks", () => withRoot(async (root) => {
  const [line] = await logOf(root, ["a"]);
  for (const other of [line.replace("\"note\":\"a\"", "\"note\":\"b\",\"note\":\"a\""), line.replace("\"a\"", "\"\\u0061\""), line.replace(":\"a\"", ": \"a\""), `${line} `]) {
    await write(root, `${other}\n`);
    assert.match((await problemsOf(root)).join(), /^1: the entry was changed/, other);
  }
  await write(root, `${line}\r\n`);
  assert.deepEqual(await problemsOf(root), [], "git's line ends on Windows are no change");
  await write(root, line);
  assert.deepEqual(await problemsOf(root), [], "nor is a missing last line end");
}));

test("an expected head is found in the chain, also when entries came after it", () => withRoot(async (root) => {
  await logOf(root, ["a"]);
  const { head } = await verifyAudit(root);
  await logOf(root, ["b", "c"]);
  assert.deepEqual(await problemsOf(root, head ?? ""), []);
  await rm(auditFile(root));
  assert.match((await problemsOf(root, head ?? "")).join(), /no entry has the expected hash/);
}));

test("a line that a crash cut off stays, is told, and the chain goes on beside it", () => withRoot(async (root) => {
  const [first, second] = await logOf(root, ["a", "b"]);
  for (const cut of [1, 20, second.length - 1]) {
    const torn = second.slice(0, cut);
    await write(root, `${first}\n${torn}`);
    assert.match((await problemsOf(root)).join(), /^2: the line is no entry: it was cut off/);
    await appendAudit(root, approved("c"));
    const lines = await linesOf(root);
    assert.deepEqual([lines.length, lines[0], lines[1]], [3, first, torn]);
    assert.equal((await problemsOf(root)).length, 1, "the entries around it are whole");
    await write(root, `${lines[0]}\n${lines[2]}\n`);
    assert.deepEqual(await problemsOf(root), [], "and stay so when a person takes it out");
  }
  // All but the line end was written: that is an entry.
  await write(root, `${first}\n${second}`);
  await appendAudit(root, approved("c"));
  assert.deepEqual([await problemsOf(root), (await linesOf(root)).length], [[], 3]);
}));

test("two branches that git merged are no tampering; the next entry binds both, so that none can be removed", () => withRoot(async (root) => {
  const base = await logOf(root, ["base"]);
  const ours = (await logOf(root, ["ours 1", "ours 2"])).slice(1);
  await write(root, `${base.join("\n")}\n`);
  const theirs = (await logOf(root, ["theirs"])).slice(1);
  const merged = [...base, ...ours, ...theirs];
  await write(root, `${merged.join("\n")}\n`);
  const verified = await verifyAudit(root);
  assert.deepEqual([verified.problems, verified.notes.map(({ line }) => line)], [[], [4]]);
  assert.match(verified.notes[0].text, /follows line 1: two branches/);
  await appendAudit(root, approved("after"));
  const after = await verifyAudit(root);
  assert.deepEqual([after.problems, after.notes.length, after.entries[4].merged], [[], 1, [after.entries[2].hash]]);
  const lines = await linesOf(root);
  for (let gone = 0; gone < lines.length - 1; gone++) {
    await write(root, `${lines.filter((_, i) => i !== gone).join("\n")}\n`);
    assert.notDeepEqual(await problemsOf(root), [], `line ${gone + 1}`);
  }
}));

test("two logs begun apart can be merged", () => withRoot(async (root) => {
  const ours = await logOf(root, ["ours"]);
  await rm(auditFile(root));
  const theirs = await logOf(root, ["theirs"]);
  await write(root, `${[...ours, ...theirs].join("\n")}\n`);
  const { problems, notes } = await verifyAudit(root);
  assert.deepEqual([problems, notes.map(({ line }) => line)], [[], [2]]);
}));

test("the marks of an unfinished merge are an error that says what to do, and nothing is appended", () => withRoot(async (root) => {
  const [line] = await logOf(root, ["a"]);
  const text = `<<<<<<< HEAD\n${line}\n=======\n${line}\n>>>>>>> theirs\n`;
  await write(root, text);
  const told = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "bad-audit-log" && thrown.place.line === 1 && /Keep the lines of both sides/.test(thrown.remedy);
  await assert.rejects(verifyAudit(root), told);
  await assert.rejects(appendAudit(root, approved("b")), told);
  await assert.rejects(checkAuditLog(root), told);
  assert.equal(await readFile(auditFile(root), "utf8"), text);
}));

test("a stranger's log can harm nobody: deep, long, no JSON, not of entries, or a link", async (t) => {
  await withRoot(async (root) => {
    const [line] = await logOf(root, ["a"]);
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const hash = "a".repeat(64);
    const strange = ["", "null", "[]", "{}", deep, `{"when":"","event":"x","previous":"","hash":"${hash}","deep":${deep}}`, `{"when":1,"event":"x","previous":"","hash":"${hash}"}`, "x".repeat(17 << 20), "\u0000"];
    await write(root, `${strange.join("\n")}\n${line}\n`);
    const { problems, entries } = await verifyAudit(root);
    assert.deepEqual(problems.map((problem) => problem.line), strange.map((_, i) => i + 1));
    assert.equal(entries.length, 1);
    await appendAudit(root, approved("b"));
    assert.equal((await verifyAudit(root)).entries.at(-1)?.members["note"], "b");
    await write(root, "\n".repeat(5000));
    assert.match((await problemsOf(root)).at(-1) ?? "", /4900 more/);
  });
  await withRoot(async (root) => {
    const outside = path.join(root, "outside.jsonl");
    await writeFile(outside, "kept\n");
    await mkdir(path.join(root, ".infomax"));
    try {
      await symlink(outside, auditFile(root));
    } catch {
      t.diagnostic("this system lets nobody make links");
      return;
    }
    for (const refused of [() => appendAudit(root, approved("x")), () => verifyAudit(root)]) await assert.rejects(refused, (thrown) => thrown instanceof InfomaxError && thrown.code === "outside-root");
    assert.equal(await readFile(outside, "utf8"), "kept\n");
  });
});

test("an entry of very many ids keeps their digest alone", () => withRoot(async (root) => {
  const ids = Array.from({ length: 1000 }, (_, i) => `${"long/".repeat(400)}${i}`);
  const digest = "b".repeat(64);
  await appendAudit(root, { event: "restored", operation: "q", whole: true, files: 1000, left: 0, samples: { count: 1000, ids, digest } });
  const { entries, problems } = await verifyAudit(root);
  assert.deepEqual([problems, entries[0].members["samples"]], [[], { count: 1000, digest }]);
}));

const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

test("entries of several processes at once follow each other in one chain", () => withRoot(async (root) => {
  const code = `
    import { appendAudit } from ${module("auditLog.ts")};
    for (let i = 0; i < 25; i++) await appendAudit(${JSON.stringify(root)}, { event: "approved", selection: process.argv[1], sha256: "0".repeat(64), note: String(i) });
  `;
  await Promise.all(Array.from({ length: 4 }, (_, who) => new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code, `p${who}`], { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (status) => { if (status === 0) resolve(); else reject(new Error(`process ${who} ended with ${status}`)); });
  })));
  const { entries, problems, notes } = await verifyAudit(root);
  assert.deepEqual([problems, notes, entries.length], [[], [], 100]);
  for (let who = 0; who < 4; who++) {
    assert.deepEqual(entries.filter(({ members }) => members["selection"] === `p${who}`).map(({ members }) => members["note"]), Array.from({ length: 25 }, (_, i) => String(i)));
  }
}));

test("what stands in the log is never rewritten", () => withRoot(async (root) => {
  await logOf(root, ["a"]);
  const before = await readFile(auditFile(root));
  await appendFile(auditFile(root), "torn");
  await logOf(root, ["b"]);
  const after = await readFile(auditFile(root));
  assert.ok(after.subarray(0, before.length).equals(before));
  assert.equal(after.subarray(before.length, before.length + 5).toString(), "torn\n");
}));
