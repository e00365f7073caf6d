/** `infomax audit` on the built command line: what it prints, what it finds, and its exit status. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import type { AuditResult } from "../../src/protocol/checks.ts";
import { startCli, type Ran } from "./commandLine.ts";

function temporary(t: TestContext): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-cli-audit-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function infomax(folder: string, ...args: readonly string[]): Promise<Ran> {
  return startCli(args, { cwd: folder, cache: path.join(folder, "cache") }).finished;
}

const SUBJECTS = ["granite quarry", "violin concerto", "tidal turbine", "beetle larvae", "sourdough starter"];

function writeRecords(folder: string): void {
  fs.writeFileSync(path.join(folder, "d.jsonl"), Array.from({ length: 40 }, (_, i) => `${JSON.stringify({ id: `s${i}`, text: `${SUBJECTS[i % 5]} number ${i * 7919}`, label: i % 2 === 0 ? "a" : "b" })}\n`).join(""));
}

async function audit(folder: string, ...args: readonly string[]): Promise<{ readonly status: number | null; readonly log: AuditResult }> {
  const { status, stdout, stderr } = await infomax(folder, "audit", "d.jsonl", "--json", ...args);
  assert.equal(stderr, "");
  return { status, log: JSON.parse(stdout) as AuditResult };
}

test("the log is printed and verified without an index; what was tampered with or cut off is told, and the status is 1", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  const empty = await audit(folder);
  assert.deepEqual([empty.status, empty.log.total, empty.log.head, empty.log.problems], [0, 0, null, []]);
  assert.ok(!fs.existsSync(path.join(folder, ".infomax")), "reading writes nothing");
  assert.ok(!fs.existsSync(path.join(folder, "cache")), "nothing is indexed");
  assert.equal((await infomax(folder, "prune", "d.jsonl", "--budget", "20", "--name", "v1", "--encoder", "hashed")).status, 0);
  for (const note of ["first", "second", "third"]) assert.equal((await infomax(folder, "approve", "d.jsonl", "--encoder", "hashed", "--note", note)).status, 0);
  const { status, log } = await audit(folder);
  assert.deepEqual([status, log.problems, log.entries.slice(-3).map(({ event }) => event)], [0, [], ["approved", "approved", "approved"]]);
  const head = log.head ?? "";
  assert.match(head, /^[0-9a-f]{64}$/);
  const text = await infomax(folder, "audit", "d.jsonl", "--limit", "2");
  assert.equal(text.status, 0);
  assert.match(text.stdout, new RegExp(`\\.infomax.audit\\.jsonl\\n {2}… ${log.total - 2} before.*\\n +\\d+ {2}\\d{4}-.* Approved "v1", file [0-9a-f]{12}: second\\n`));
  assert.match(text.stdout, new RegExp(`The chain of ${log.total} entries is whole\\.\\n {2}head: ${head}\\n`));

  const file = path.join(folder, ".infomax", "audit.jsonl");
  const whole = fs.readFileSync(file, "utf8");
  const lines = whole.trimEnd().split("\n");
  fs.writeFileSync(file, `${lines.slice(0, -1).join("\n")}\n`);
  assert.equal((await audit(folder)).status, 0, "cut off at the end, the rest is whole");
  assert.equal((await audit(folder, "--expect-head", head)).status, 1, "which the head tells");
  fs.writeFileSync(file, whole.replace("\"second\"", "\"sceond\""));
  const changed = await audit(folder);
  assert.equal(changed.status, 1);
  assert.match(changed.log.problems.join("\n"), new RegExp(`^\\.infomax/audit\\.jsonl:${lines.length - 1}: the entry was changed`));
  fs.writeFileSync(file, `${lines.slice(0, -2).join("\n")}\n${lines.at(-1) ?? ""}\n`);
  assert.match((await infomax(folder, "audit", "d.jsonl")).stdout, /PROBLEM .*:\d+: the entry before it .* is missing/);
  fs.writeFileSync(file, `<<<<<<< HEAD\n${whole}=======\n${whole}>>>>>>> other\n`);
  const merging = await infomax(folder, "audit", "d.jsonl");
  assert.equal(merging.status, 2);
  assert.match(merging.stderr, /^infomax: \.infomax\/audit\.jsonl:1: .*merge.*Keep the lines of both sides[^\n]*\n$/);
  fs.writeFileSync(file, whole);
  assert.equal((await audit(folder, "--expect-head", head)).status, 0);
});
