/** `infomax prune --pilot` on a generated dataset, with the built command line. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import type { PilotResult } from "../../src/protocol/budget.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
const SAMPLES = 900;

test("prune --pilot prints a report and how to go on, writes nothing, and --json gives one object", (t) => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-pilot-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const lines = Array.from({ length: SAMPLES }, (_, row) => {
    const content = row % 300;
    return JSON.stringify({ text: `${(content * 7919).toString(36)} ${(content * 104729).toString(36)} ${(content * 1299709).toString(36)} ${(content * 15485863).toString(36)}`, label: content % 3 });
  });
  fs.writeFileSync(path.join(folder, "data.jsonl"), `${lines.join("\n")}\n`);
  const infomax = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [CLI, ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, INFOMAX_CACHE: path.join(folder, "cache"), INFOMAX_DEBUG: "" } });

  const text = infomax("prune", "data.jsonl", "--pilot", "60%");
  assert.equal(text.status, 0, text.stderr);
  assert.match(text.stdout, /540 samples of 900 \(60\.0%\), drawn at random from each of 3 classes/);
  for (const words of [/all +\S+.* s \(/, /peak memory: \S+ MB/, /distinct contents: /, /likely: /, /same command without --pilot and with a budget, --budget \d+%/]) assert.match(text.stdout, words);
  assert.equal(fs.existsSync(path.join(folder, ".infomax")), false);

  const json = infomax("prune", "data.jsonl", "--budget", "10%", "--pilot", "540", "--json");
  assert.equal(json.status, 0, json.stderr);
  const result = JSON.parse(json.stdout) as PilotResult;
  assert.deepEqual([result.samples, result.sampled, result.budget.requested?.kept], [SAMPLES, 540, 90]);
  assert.ok(result.redundancy.distinct.low <= 300 && 300 <= result.redundancy.distinct.high, JSON.stringify(result.redundancy));
  assert.equal(fs.existsSync(path.join(folder, ".infomax")), false);

  const pruned = infomax("prune", "data.jsonl", "--budget", "10%", "--json");
  assert.equal(pruned.status, 0, pruned.stderr);
  assert.equal((JSON.parse(pruned.stdout) as { kept: number }).kept, 90);

  for (const [words, ...args] of [
    [/pilot "x" is no share/, "--pilot", "x"], [/--pilot needs a value/, "--pilot"], [/--truth needs all samples/, "--pilot", "5%", "--truth", "t.json"],
  ] as const) {
    const { status, stderr } = infomax("prune", "data.jsonl", ...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, words);
  }
  assert.match(infomax("index", "data.jsonl", "--pilot", "5%").stderr, /--pilot is no option of infomax index, but of prune/);
});
