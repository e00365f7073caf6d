import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import type { ConfigFile } from "../core/config.ts";
import { verifyAudit } from "../core/audit/auditLog.ts";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { InfomaxError } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import { readPins } from "../core/store/protectionFile.ts";
import { readSelection } from "../core/store/selectionFile.ts";
import { readBlock } from "../protocol/columns.ts";
import type { DatasetOptions, DatasetSummary } from "../protocol/dataset.ts";
import { InspectorService } from "./service.ts";

type Rules = NonNullable<ConfigFile["rules"]>;
const WORDS = Array.from({ length: 600 }, (_, i) => `w${((i + 40) * 7919).toString(36)}`);

/** 90 messages: m0–m59 are of class "big", m60–m83 "small", m84–m89 "rare"; years rise from 2000 on, every fifth has no source. */
function messages(): string {
  const random = seededRandom(8);
  return Array.from({ length: 90 }, (_, i) => `${JSON.stringify({
    id: `m${i}`, text: Array.from({ length: 9 }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" "), label: i < 60 ? "big" : i < 84 ? "small" : "rare", year: 2000 + i, ...(i % 5 === 0 ? {} : { source: "web" }),
  })}\n`).join("");
}

interface Bench {
  readonly root: string;
  readonly at: { readonly dataset: string; readonly trusted: boolean; readonly options: DatasetOptions };
  readonly service: InspectorService;
  readonly write: (rules: Rules) => void;
  readonly summary: () => Promise<DatasetSummary>;
}

async function bench(t: TestContext, rules: Rules = []): Promise<Bench> {
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": messages() }));
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const at = { dataset: path.join(root, "d.jsonl"), trusted: true, options: { encoder: "hashed", noiseCutoff: 0 } };
  const write = (given: Rules): void => { fs.writeFileSync(path.join(root, "infomax.json"), JSON.stringify({ rules: given })); };
  write(rules);
  await service.index(at);
  return {
    root, at, service, write,
    summary: async () => {
      const state = await service.open(at);
      assert.ok(state.state === "ready" && !state.stale);
      return state.summary;
    },
  };
}

const refused = (code: string, ...patterns: readonly RegExp[]) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  for (const pattern of patterns) assert.match(thrown.message, pattern);
  return true;
};

const protect = (name: string, when: Rules[number]["when"], reason = `why ${name}`): Rules[number] => ({ name, action: "protect", reason, when });
const exclude = (name: string, when: Rules[number]["when"], reason = `why ${name}`): Rules[number] => ({ name, action: "exclude", reason, when });
const RARE = protect("rare ones", { label: "rare" });
const OLD = exclude("old ones", { field: { name: "year", below: 2003 } });

test("rules act at once on everything, and the index stays as it is", async (t) => {
  const { at, service, write, summary } = await bench(t);
  const before = await summary();
  assert.deepEqual([before.protectedCount, before.protectedByRules, before.excludedByRules, before.rulesProblem], [0, 0, 0, null]);
  write([RARE, OLD]);
  await service.protect({ ...at, ids: ["m84", "m10"], note: "by me" });
  const now = await summary();
  assert.deepEqual([now.indexedAt, now.key], [before.indexedAt, before.key]);
  assert.deepEqual([now.protectedCount, now.protectedByRules, now.excludedCount, now.excludedByRules, now.rulesProblem], [7, 5, 3, 3, null]);
  const views = await service.samples({ ...at, key: now.key, rows: [0, 10, 84, 85, 50] });
  assert.deepEqual(views.map((view) => [view.id, view.protected, view.excluded, view.rule, view.note]), [
    ["m0", false, true, "old ones", "why old ones"], ["m10", true, false, null, "by me"], ["m84", true, false, null, "by me"], ["m85", true, false, "rare ones", "why rare ones"], ["m50", false, false, null, null],
  ]);
  const lines = messages().split("\n").slice(0, 90);
  const marks = await service.marks({ ...at, file: at.dataset, firstLine: 1, lines, modified: false });
  assert.deepEqual([0, 84, 89].map((i) => [marks[i].protected, marks[i].excluded, marks[i].rule, marks[i].note]), [[false, true, "old ones", "why old ones"], [true, false, null, "by me"], [true, false, "rare ones", "why rare ones"]]);
  const block = await service.block({ ...at, block: "states" });
  const states = readBlock("states", block.places, fs.readFileSync(block.file));
  assert.deepEqual([[...states?.isProtected ?? []].flatMap((is, row) => (is === 1 ? [row] : [])), [...states?.isExcluded ?? []].flatMap((is, row) => (is === 1 ? [row] : []))], [[10, 84, 85, 86, 87, 88, 89], [0, 1, 2]]);
  assert.deepEqual(await service.history({ ...at, id: "m86" }), [{ kind: "rule", when: "", rule: "rare ones", action: "protect", note: "why rare ones" }]);
  assert.match((await service.explain({ ...at, id: "m86" })).sentence, /^Protected by the rule "rare ones" \(why rare ones\)/);
  assert.equal((await service.curve(at)).protectedFloor, 7);
  const order = await service.block({ ...at, block: "order" });
  const kept = [...readBlock("order", order.places, fs.readFileSync(order.file))?.order ?? []];
  assert.deepEqual([kept.length, kept.slice(0, 7).sort((a, b) => a - b), kept.includes(0)], [87, [10, 84, 85, 86, 87, 88, 89], false]);
  write([]);
  assert.deepEqual([(await summary()).protectedCount, (await summary()).excludedCount], [2, 0]);
});

test("a selection says which rule decided, a hand before a rule; the same input gives the same bytes, and the log knows who", async (t) => {
  const { root, at, service, write } = await bench(t, [RARE, OLD]);
  await service.protect({ ...at, ids: ["m84", "m10"] });
  await service.exclude({ ...at, ids: ["m0"], note: "blurred" });
  const result = await service.prune({ ...at, budget: "20", name: "v" });
  assert.deepEqual([result.kept, result.protectedKept, result.dropped.excluded], [20, 7, 3]);
  const { header, entries } = await readSelection(root, "v");
  const of = (id: string): unknown => { const entry = entries.find((one) => one.id === id); return [entry?.decision, entry?.reason, entry?.rule]; };
  assert.deepEqual(["m84", "m85", "m10", "m0", "m1"].map(of), [["kept", "protected", undefined], ["kept", "protected", "rare ones"], ["kept", "protected", undefined], ["dropped", "excluded", undefined], ["dropped", "excluded", "old ones"]]);
  assert.ok(entries.every(({ digest }) => digest !== undefined && /^[0-9a-f]{16}$/.test(digest)));
  assert.deepEqual(header.rules, [{ name: "rare ones", action: "protect", reason: "why rare ones", samples: 6 }, { name: "old ones", action: "exclude", reason: "why old ones", samples: 3 }]);
  assert.match((await service.explain({ ...at, id: "m85" })).sentence, /^Kept in "v": protected by the rule "rare ones": why rare ones\. Protected samples are kept at every budget\.$/);
  assert.match((await service.explain({ ...at, id: "m1" })).sentence, /^Dropped from "v": excluded by the rule "old ones": why old ones/);
  assert.match((await service.explain({ ...at, id: "m0" })).sentence, /excluded by hand \(blurred\)/);
  const file = fs.readFileSync(result.selectionFile);
  assert.deepEqual(fs.readFileSync((await service.prune({ ...at, budget: "20", name: "v" })).selectionFile), file);
  const [, second] = (await verifyAudit(root)).entries;
  const { members } = second;
  assert.deepEqual([second.event, members["selection"], members["configDigest"], members["kept"], members["dropped"]], ["selected", "v", header.configDigest, 20, 70]);
  const named = (value: unknown): unknown => (value as { ids?: unknown }).ids;
  assert.deepEqual([named(members["protectedByHand"]), named(members["excludedByHand"])], [["m10", "m84"], ["m0"]]);
  assert.deepEqual((members["rules"] as { name: string; samples: unknown }[]).map(({ name, samples }) => [name, named(samples)]), [["rare ones", ["m85", "m86", "m87", "m88", "m89"]], ["old ones", ["m1", "m2"]]]);
  // The digest is of what decides: another reason, another pin, another setting; not of the time.
  const digests = new Set([header.configDigest]);
  for (const change of [() => Promise.resolve(write([{ ...RARE, reason: "other" }, OLD])), () => service.protect({ ...at, ids: ["m11"] }), () => service.protect({ ...at, ids: ["m11"], note: "a note decides nothing" })]) {
    await change();
    await service.prune({ ...at, budget: "20", name: "w" });
    digests.add((await readSelection(root, "w")).header.configDigest);
  }
  assert.equal(digests.size, 3);
  write([OLD]);
  assert.match((await service.explain({ ...at, id: "m85", selection: "v" })).sentence, /the rule "rare ones", which infomax\.json no longer has.*It is protected no more: prune again/);
  assert.equal((await service.selectionFloor({ ...at, selection: "v" })).kept, 20);
});

test("a sample that is protected and excluded is an error that names it and both; views go on with what people decided", async (t) => {
  const { at, service, write, summary } = await bench(t, [protect("new ones", { field: { name: "year", atLeast: 2080 } }), exclude("odd ones", { id: "m8[5-9]" })]);
  const refusals = async (...patterns: readonly RegExp[]): Promise<void> => {
    for (const work of [() => service.prune({ ...at, budget: "20", name: "x" }), () => service.curve(at), () => service.block({ ...at, block: "order" })]) await assert.rejects(work(), refused("conflict", ...patterns));
    for (const pattern of patterns) assert.match((await summary()).rulesProblem ?? "", pattern);
  };
  await refusals(/"m85" is protected by the rule "new ones" and excluded by the rule "odd ones", and 4 more samples are in conflict\. Narrow one/);
  await service.protect({ ...at, ids: ["m5"] });
  assert.deepEqual([(await summary()).protectedCount, (await summary()).protectedByRules, (await summary()).excludedByRules], [1, 0, 0]);
  const tried = await service.rules(at);
  assert.deepEqual([tried.conflictsTotal, tried.conflicts[0]], [5, { id: "m85", protectedBy: "new ones", excludedBy: "odd ones", preferred: false }]);
  write([exclude("fives", { id: "m5" })]);
  await refusals(/"m5" is protected in \.infomax\/protected\.jsonl and excluded by the rule "fives"\. Unprotect it \(infomax unprotect\), or narrow/);
  await assert.rejects(service.pinRule({ ...at, rule: "fives" }), refused("conflict", /m5/));
  await service.unprotect({ ...at, ids: ["m5"] });
  assert.equal((await summary()).rulesProblem, null);
  write([]);
  await service.exclude({ ...at, ids: ["m5"] });
  write([protect("fives", { id: "m5" })]);
  await refusals(/"m5" is protected by the rule "fives" and excluded in \.infomax\/excluded\.jsonl\. Include it \(infomax include\)/);
  await service.include({ ...at, ids: ["m5"] });
  write([]);
  await service.prefer({ ...at, ids: ["m5"] });
  write([exclude("fives", { id: "m5" })]);
  await refusals(/"m5" is preferred in \.infomax\/keepers\.jsonl and excluded by the rule "fives"/);
  await service.unprefer({ ...at, ids: ["m5"] });
  await service.prune({ ...at, budget: "20", name: "x" });
});

test("by hand nobody may decide against a rule, and is told which; with it one may", async (t) => {
  const { root, at, service, summary } = await bench(t, [RARE, OLD]);
  await assert.rejects(service.protect({ ...at, ids: ["m9", "m1"] }), refused("conflict", /"m1" is excluded by the rule "old ones" \(why old ones\), so it cannot be protected\. Narrow the rule in infomax\.json/));
  await assert.rejects(service.prefer({ ...at, ids: ["m1"] }), refused("conflict", /"old ones".*cannot be preferred/));
  await assert.rejects(service.exclude({ ...at, ids: ["m85"] }), refused("conflict", /"m85" is protected by the rule "rare ones"/));
  await assert.rejects(service.unprotect({ ...at, ids: ["m85"] }), refused("conflict", /"m85" is protected by the rule "rare ones" \(why rare ones\), not by hand\. Narrow or remove/));
  await assert.rejects(service.include({ ...at, ids: ["m1"] }), refused("conflict", /"m1" is excluded by the rule "old ones" .*not by hand/));
  assert.equal(fs.existsSync(path.join(root, ".infomax")), false);
  assert.equal((await service.protect({ ...at, ids: ["m85", "m5"], note: "mine too" })).changed, 2);
  assert.equal((await service.exclude({ ...at, ids: ["m1"] })).changed, 1);
  assert.deepEqual([(await summary()).protectedCount, (await summary()).protectedByRules, (await summary()).excludedByRules], [7, 5, 2]);
  const { changed, notes } = await service.unprotect({ ...at, ids: ["m85", "m5", "m86"] });
  assert.deepEqual([changed, notes], [2, ["\"m85\" stays protected, by the rule \"rare ones\"; so does 1 other by a rule"]]);
  assert.equal((await service.unprotect({ ...at, ids: ["m7"] })).changed, 0);
});

test("the least of each class counts what is protected by hand and gives way to exclusions", async (t) => {
  const { at, service, summary } = await bench(t, [{ name: "each", action: "protect", reason: "some of all", minimumPerClass: 4 }]);
  assert.equal((await summary()).protectedByRules, 12);
  const [{ examples, samples, conditions }] = (await service.rules(at)).rules;
  assert.deepEqual([samples, examples.length, conditions], [12, 12, "the best 4 samples of each class"]);
  const rare = examples.filter(({ label }) => label === "rare").map(({ id }) => id);
  const left = ["m84", "m85", "m86", "m87", "m88", "m89"].filter((id) => !rare.includes(id));
  await service.protect({ ...at, ids: [left[0]] });
  assert.deepEqual([(await summary()).protectedCount, (await summary()).protectedByRules], [12, 11]);
  // A person may exclude what the rule would choose: it chooses another.
  await service.exclude({ ...at, ids: rare.slice(0, 2) });
  assert.deepEqual([(await summary()).protectedCount, (await summary()).rulesProblem], [12, null]);
  await service.exclude({ ...at, ids: [left[1]] });
  assert.equal((await summary()).protectedCount, 11);
});

test("rules that cannot be followed stop pruning, not looking; a typing error is told by name", async (t) => {
  const { root, at, service, write, summary } = await bench(t, [RARE, protect("typo", { field: { name: "yaer", above: 1 } })]);
  const now = await summary();
  assert.match(now.rulesProblem ?? "", /^infomax\.json: rule "typo": no record has the field "yaer"\. Correct/);
  assert.equal(now.protectedCount, 0);
  await assert.rejects(service.prune({ ...at, budget: "20" }), refused("bad-config", /"typo"/));
  await assert.rejects(service.rules(at), refused("bad-config", /"typo"/));
  assert.equal((await service.protect({ ...at, ids: ["m11"] })).changed, 1);
  write([protect("labels", { label: ["rare", "rear"] })]);
  assert.deepEqual((await service.rules(at)).rules[0].notes, ["no sample has the label \"rear\""]);
  fs.writeFileSync(path.join(root, "infomax.json"), "{\"rules\":[{\"name\":\"x\",\"action\":\"protect\",\"reason\":\"r\",\"when\":{\"label\":\"a\",\"lable\":\"b\"}}]}");
  await assert.rejects(service.open(at), refused("bad-config", /rule "x": "when": unrecognized key: "lable"/));
  // The table is another than was indexed: the rule cannot be tried on it, until it is indexed again.
  write([OLD]);
  fs.writeFileSync(at.dataset, messages().split("\n").slice(1).join("\n"));
  const state = await service.open(at);
  assert.ok(state.state === "ready" && state.stale);
  assert.match(state.summary.rulesProblem ?? "", /d\.jsonl: The file is not as it was indexed/);
  await service.index(at);
  assert.deepEqual([(await summary()).rulesProblem, (await summary()).excludedByRules], [null, 2]);
});

test("pinning a rule writes what it catches, and leaves what people decided as it is", async (t) => {
  const { root, at, service, write } = await bench(t, [RARE, OLD]);
  await service.protect({ ...at, ids: ["m84"], note: "mine" });
  const result = await service.pinRule({ ...at, rule: "rare ones" });
  assert.deepEqual([result.changed, result.protectedCount, path.basename(result.file)], [5, 6, "protected.jsonl"]);
  assert.deepEqual([...(await readPins(root)).values()].map(({ id, note }) => [id, note]), [["m84", "mine"], ...[85, 86, 87, 88, 89].map((i) => [`m${i}`, "rule rare ones: why rare ones"])]);
  assert.equal((await service.pinRule({ ...at, rule: "rare ones" })).changed, 0);
  assert.equal(path.basename((await service.pinRule({ ...at, rule: "old ones" })).file), "excluded.jsonl");
  await assert.rejects(service.pinRule({ ...at, rule: "rear ones" }), refused("not-found", /there is no rule "rear ones"\. The rules are "rare ones", "old ones"\./));
  write([]);
  await assert.rejects(service.pinRule({ ...at, rule: "rare ones" }), refused("not-found", /Write a rule first/));
});

test("a change that the selection shown contradicts says so", async (t) => {
  const { root, at, service } = await bench(t);
  await service.prune({ ...at, budget: "20", name: "v" });
  const { entries } = await readSelection(root, "v");
  const [kept, dropped] = (["kept", "dropped"] as const).map((decision) => entries.filter((entry) => entry.decision === decision).map(({ id }) => id));
  assert.equal((await service.protect({ ...at, ids: [kept[0]] })).overruled, 0);
  assert.equal((await service.protect({ ...at, ids: dropped.slice(0, 2) })).overruled, 2);
  assert.equal((await service.exclude({ ...at, ids: [kept[1], dropped[5]] })).overruled, 3);
  await service.useSelection({ ...at, name: null });
  assert.equal((await service.protect({ ...at, ids: [dropped[3]] })).overruled, 0);
});

test("what is dropped of a split that models are judged on is told, with the rule that protects it", async (t) => {
  const lines = messages().split("\n");
  const root = fs.realpathSync(testFolder(t, { "train.jsonl": lines.slice(0, 60).join("\n"), "test.jsonl": lines.slice(60).join("\n") }));
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const at = { dataset: root, trusted: true, options: { encoder: "hashed" } };
  await service.index(at);
  const { notes } = await service.prune({ ...at, budget: "40", name: "a" });
  const [, rule] = /^\d+ samples of the split test are among the dropped; a rule in infomax\.json can protect them: "rules": (\[.*\])$/.exec(notes.find((note) => note.includes("split test")) ?? "") ?? [];
  fs.writeFileSync(path.join(root, "infomax.json"), `{"rules": ${rule}}`);
  const ruled = await service.prune({ ...at, budget: "40", name: "b" });
  assert.deepEqual([ruled.protectedKept, ruled.notes.filter((note) => note.includes("split"))], [30, []]);
});
