/** `infomax review`, `approve` and `explain --selection` on the built command line. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import type { ReviewResult } from "../../src/protocol/review.ts";
import type { Explanation } from "../../src/protocol/samples.ts";
import { startCli, type Ran } from "./commandLine.ts";

function temporary(t: TestContext): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-cli-review-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function infomax(folder: string, command: string, ...args: readonly string[]): Promise<Ran> {
  return startCli([command, "d.jsonl", "--encoder", "hashed", ...args], { cwd: folder, cache: path.join(folder, "cache") }).finished;
}

async function succeeds(folder: string, command: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await infomax(folder, command, ...args);
  assert.equal(status, 0, `infomax ${command}: ${stderr}`);
  return stdout;
}

async function json<T>(folder: string, command: string, ...args: readonly string[]): Promise<T> {
  return JSON.parse(await succeeds(folder, command, ...args, "--json")) as T;
}

const SUBJECTS = ["granite quarry", "violin concerto", "tidal turbine", "beetle larvae", "sourdough starter", "orbital debris", "harbour crane"];

async function pruned(t: TestContext): Promise<string> {
  const folder = temporary(t);
  fs.writeFileSync(path.join(folder, "d.jsonl"), Array.from({ length: 60 }, (_, i) => `${JSON.stringify({ id: `s${i}`, text: `${SUBJECTS[i % 7]} number ${i * 7919}`, label: i % 2 === 0 ? "a" : "b" })}\n`).join(""));
  await succeeds(folder, "prune", "--budget", "30", "--name", "v1");
  await succeeds(folder, "protect", "s3", "--note", "gold");
  await succeeds(folder, "prune", "--budget", "20", "--name", "v2");
  return folder;
}

test("a review is printed, written as Markdown, and written over by the next, but over nothing else", async (t) => {
  const folder = await pruned(t);
  assert.equal(await succeeds(folder, "review", "--list"), "v1\nv2\n");
  const review = await json<ReviewResult>(folder, "review");
  assert.deepEqual([review.selection, review.kept, review.byHand.protected], ["v2", 20, 1]);
  const text = await succeeds(folder, "review", "--against", "v1", "--out", "review.md", "--limit", "3");
  assert.match(text, /keep 20 of 60 samples \(33%\); budget asked for: 20/);
  assert.match(text, /not approved yet: infomax approve d\.jsonl --selection v2/);
  assert.match(text, /Compared with "v1"\n {2}\d+ added, \d+ dropped, \d+ with the same decision for another reason/);
  assert.match(text, /Dropped \(3 of \d+\)/);
  const file = path.join(folder, "review.md");
  const first = fs.readFileSync(file, "utf8");
  assert.match(first, /^<!-- infomax review -->\n\n# Selection `v2` of `d\.jsonl`\n/);
  assert.match(first, /## `v2` compared with `v1`/);
  await succeeds(folder, "review", "--out", "review.md");
  const second = fs.readFileSync(file, "utf8");
  assert.equal(second, (await json<ReviewResult>(folder, "review")).markdown);
  assert.notEqual(second, first);
  fs.writeFileSync(path.join(folder, "README.md"), "# mine\n");
  for (const taken of ["README.md", ".infomax", "d.jsonl"]) {
    const { status, stderr } = await infomax(folder, "review", "--out", taken);
    assert.equal(status, 2, taken);
    assert.match(stderr, /is there already and is no review/);
  }
  assert.equal(fs.readFileSync(path.join(folder, "README.md"), "utf8"), "# mine\n");
  assert.equal((await infomax(folder, "review", "--selection", "v9")).status, 2);
});

test("an approval stands in the review until the selection is made anew", async (t) => {
  const folder = await pruned(t);
  const said = await succeeds(folder, "approve", "--note", "looked at all of it");
  const { sha256 } = await json<ReviewResult>(folder, "review");
  assert.ok(said.includes(`"v2" is approved: it keeps 20 of 60 samples, SHA-256 ${sha256}`), said);
  assert.match(await succeeds(folder, "review"), /approved \d{4}-\S+Z: looked at all of it/);
  assert.equal((await json<ReviewResult>(folder, "review", "--selection", "v1")).approval, null);
  await succeeds(folder, "prune", "--budget", "21", "--name", "v2");
  assert.equal((await json<ReviewResult>(folder, "review")).approval, null);
});

test("a sample is explained by the selection that is named", async (t) => {
  const folder = await pruned(t);
  for (const selection of ["v1", "v2"]) {
    const explanation = await json<Explanation>(folder, "explain", "s3", "--selection", selection);
    assert.equal(explanation.selection, selection);
    assert.ok(explanation.sentence.includes(`"${selection}"`), explanation.sentence);
  }
  assert.equal((await infomax(folder, "explain", "s3", "--selection", "v9")).status, 2);
});
