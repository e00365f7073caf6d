import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import type { RulesResult } from "../../src/protocol/decisions.ts";
import { startCli, type Ran } from "./commandLine.ts";

const BOM = "\uFEFF";
const WORDS = Array.from({ length: 400 }, (_, i) => `w${((i + 40) * 7919).toString(36)}`);

/** 60 questions in a CSV file with a byte order mark, CRLF and quoted line breaks: q0–q39 "card", q40–q55 "loan", q56–q59 "fraud". */
function questions(): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const text = Array.from({ length: 8 }, (_, w) => WORDS[(i * 131 + w * 37 + ((i * i * (w + 3)) % 53)) % WORDS.length]).join(" ");
    return `q${i},"${i % 7 === 0 ? `${text}\r\nplease, ""now""` : text}",${i < 40 ? "card" : i < 56 ? "loan" : "fraud"},${(i * 3) % 50},2026-0${1 + (i % 6)}-15`;
  });
  return `${BOM}id,text,label,score,asked\r\n${rows.join("\r\n")}`;
}

interface Bench {
  readonly root: string;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly good: (...args: readonly string[]) => Promise<string>;
  readonly rules: (rules: unknown) => void;
}

function bench(t: TestContext): Bench {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "infomax-rules-"));
  t.after(() => { fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }); });
  fs.writeFileSync(path.join(root, "q.csv"), questions());
  const run: Bench["run"] = (command, ...args) => startCli([command, "q.csv", "--encoder", "hashed", "--noise-cutoff", "0", ...args], { cwd: root, cache: path.join(root, ".cache-of-test") }).finished;
  return {
    root, run, rules: (rules) => { fs.writeFileSync(path.join(root, "infomax.json"), JSON.stringify({ rules })); },
    good: async (...args) => {
      const { status, stdout, stderr } = await run(...args);
      assert.deepEqual([status, stderr], [0, ""], stdout);
      return stdout;
    },
  };
}

const FRAUD = { name: "fraud", action: "protect", reason: "too few to lose one", when: { label: "fraud" } };
const OLD = { name: "old", action: "exclude", reason: "asked before the new terms", when: { date: { field: "asked", before: "2026-02-01" }, label: "card" } };

test("rules print what they catch and act in index, prune and explain; a hand against a rule is refused", async (t) => {
  const { root, run, good, rules } = bench(t);
  assert.match(await good("rules"), /There are no rules/);
  rules([FRAUD, OLD, { name: "each", action: "protect", reason: "some of all", when: { field: { name: "score", atLeast: 10 } }, minimumPerClass: 3 }]);
  const dry = await good("rules");
  assert.match(dry, /^fraud: protects 4 samples\n {2}too few to lose one\n {2}where label is "fraud"\n {4}q56 {2}line \d+ {2}fraud {2}w/m);
  assert.match(dry, /^old: excludes 7 samples\n {2}asked before.*\n {2}where label is "card"; date in field "asked" before 2026-02-01$/m);
  assert.match(dry, /^each: protects \d+ samples\n {2}some of all\n {2}where the best 3 samples of each class, where field "score" is at least 10$/m);
  assert.match(await good("index"), /protected: 10 samples, 10 by rules\n {2}excluded: 7 samples, 7 by rules\n/);
  assert.match(await good("prune", "--budget", "20", "--name", "v"), /10 of them protected.*7 +excluded by hand or by a rule/s);
  assert.match((await good("explain", "q57")).replace(/\s+/g, " "), /Kept in "v": protected by the rule "fraud": too few to lose one\..*protected by the rule "fraud": too few to lose one/);
  const lines = fs.readFileSync(path.join(root, ".infomax", "selections", "v.jsonl"), "utf8").split("\n").slice(1, -1).map((line) => JSON.parse(line) as { id: string; decision: string; rule?: string });
  assert.deepEqual(lines.filter(({ rule }) => rule === "old").map(({ id, decision }) => [id, decision]), ["q0", "q12", "q18", "q24", "q30", "q36", "q6"].map((id) => [id, "dropped"]));
  const refused = await run("exclude", "q57");
  assert.deepEqual([refused.status, refused.stderr], [2, "infomax: infomax.json: \"q57\" is protected by the rule \"fraud\" (too few to lose one), so it cannot be excluded. Narrow the rule in infomax.json, or leave it as it is.\n"]);
  assert.match((await run("unprotect", "q57")).stderr, /"q57" is protected by the rule "fraud" \(too few to lose one\), not by hand/);
  const dropped = lines.find(({ decision, rule }) => decision === "dropped" && rule === undefined)?.id ?? "";
  assert.match(await good("protect", dropped, "--note", "seen in the field"), /The selection "v" decides otherwise on 1 sample: prune again/);
  assert.match(await good("rules", "--pin", "fraud"), /^4 samples of the rule "fraud" are now decided by hand/);
  assert.match(fs.readFileSync(path.join(root, ".infomax", "protected.jsonl"), "utf8"), /"id":"q56".*"note":"rule fraud: too few to lose one"/);
});

test("conflicts are printed with both names and fail the command; pruning is refused, looking is not", async (t) => {
  const { run, good, rules } = bench(t);
  rules([FRAUD, { ...OLD, name: "high", when: { field: { name: "score", above: 25 } } }]);
  const { status, stdout } = await run("rules", "--json");
  const result = JSON.parse(stdout) as RulesResult;
  assert.deepEqual([status, result.conflicts.length, result.conflictsTotal], [1, result.conflictsTotal, 1]);
  assert.deepEqual(result.conflicts[0], { id: "q59", protectedBy: "fraud", excludedBy: "high", preferred: false });
  const printed = await run("rules");
  assert.deepEqual([printed.status, printed.stderr], [1, ""]);
  assert.match(printed.stdout, /In conflict: 1 sample\n {2}q59 is protected by the rule "fraud" and excluded by the rule "high"\n/);
  assert.match((await good("index")).replace(/\s+/g, " "), /the rules are not followed: infomax\.json: "q59" is protected by the rule "fraud" and excluded by the rule "high"\. Narrow one of the two rules\./);
  const prune = await run("prune", "--budget", "20");
  assert.deepEqual([prune.status, prune.stderr], [2, "infomax: infomax.json: \"q59\" is protected by the rule \"fraud\" and excluded by the rule \"high\". Narrow one of the two rules.\n"]);
  await good("clusters");
});

test("a mistake in a rule is told with the rule and the setting", async (t) => {
  const { run, rules } = bench(t);
  for (const [rule, words] of [
    [{ ...FRAUD, when: {} }, /infomax\.json:1: rule "fraud": "when": it has no condition/],
    [{ ...FRAUD, when: { field: { name: "scoer", above: 1 } } }, null],
    [{ ...FRAUD, when: { field: { name: "score", above: "1" } } }, /rule "fraud": "when\.field": "above": .*number/],
    [{ ...FRAUD, when: { path: "[" } }, /rule "fraud": "when\.path": the glob "\["/],
  ] as const) {
    rules([rule]);
    const { status, stderr, stdout } = await run("rules");
    assert.equal(status, 2, stdout);
    assert.match(stderr, words ?? /rule "fraud": no record has the field "scoer"\. Correct/);
  }
});
