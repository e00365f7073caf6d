/** `infomax check` on the built command line: exit status, report, JSON and JUnit, as a repository's continuous integration uses them. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import type { CheckResult } from "../../src/protocol/checks.ts";
import { startCli, type Ran } from "./commandLine.ts";

function temporary(t: TestContext): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-cli-check-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function check(folder: string, dataset: string, ...args: readonly string[]): Promise<Ran> {
  return startCli(["check", dataset, "--encoder", "hashed", "--threshold", "0.98", ...args], { cwd: folder, cache: path.join(folder, "cache") }).finished;
}

const SUBJECTS = ["granite quarry", "violin concerto", "tidal turbine", "beetle larvae", "sourdough starter", "orbital debris", "harbour crane"];
const record = (id: string, content: number): string => `${JSON.stringify({ id, text: `${SUBJECTS[content % 7]} number ${content * 7919}` })}\n`;
const records = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => record(`r${from + i}`, from + i)).join("");

test("0 when all checks pass, 1 when one fails, 2 for a wrong command line; report, JSON and JUnit say the same", async (t) => {
  const folder = temporary(t);
  fs.mkdirSync(path.join(folder, "data"));
  fs.writeFileSync(path.join(folder, "data", "train.jsonl"), records(0, 40));
  fs.writeFileSync(path.join(folder, "data", "test.jsonl"), records(40, 60));
  const all = ["--max-duplicates", "1%", "--max-near-duplicates", "5%", "--max-unreadable", "0%", "--no-leakage", "--protected-present", "--no-conflicts", "--audit-intact"];
  const clean = await check(folder, "data", ...all, "--junit", "results.xml");
  assert.equal(clean.status, 0, clean.stdout + clean.stderr);
  assert.equal(clean.stdout.match(/^ {2}passed {2}/gm)?.length, 7);
  const junit = path.join(folder, "results.xml");
  assert.match(fs.readFileSync(junit, "utf8"), /<testsuites name="infomax check" tests="7" failures="0"/);
  assert.ok(!fs.existsSync(path.join(folder, "data", ".infomax")), "checking writes nothing into the dataset");

  fs.appendFileSync(path.join(folder, "data", "test.jsonl"), record("leak", 7));
  const failed = await check(folder, "data", ...all, "--junit", "results.xml", "--json");
  assert.equal(failed.status, 1);
  const result = JSON.parse(failed.stdout) as CheckResult;
  assert.deepEqual([result.passed, result.checks.filter(({ passed }) => !passed).map(({ name }) => name)], [false, ["max-duplicates", "no-leakage"]]);
  const [duplicates, leakage] = result.checks.filter(({ passed }) => !passed);
  assert.match(duplicates.message, /^1 of 61 samples repeat another exactly \(1\.639%\); at most 1% is allowed\.$/);
  assert.match(leakage.details.join("\n"), /test\.jsonl:21 \(leak\).*train\.jsonl:8 \(r7\)/);
  const xml = fs.readFileSync(junit, "utf8");
  assert.match(xml, /tests="7" failures="2"/);
  assert.match(xml, /<testcase classname="infomax\.check" name="no-leakage" time="0">\n +<failure message="Splits share/);
  const text = await check(folder, "data", "--no-leakage");
  assert.equal(text.status, 1);
  assert.match(text.stdout, /FAILED {2}no-leakage: .*1 sample of test in train/);

  fs.writeFileSync(junit, "mine\n");
  assert.equal((await check(folder, "data", "--no-leakage", "--junit", "results.xml")).status, 2);
  assert.equal(fs.readFileSync(junit, "utf8"), "mine\n");
  for (const wrong of [[], ["--max-duplicates", "1"], ["--no-leakage=no"], ["--selection", "nowhere"]]) {
    const { status, stderr } = await check(folder, "data", ...wrong);
    assert.equal(status, 2, wrong.join(" "));
    assert.match(stderr, /^infomax: [^\n]+\n$/);
  }
});
