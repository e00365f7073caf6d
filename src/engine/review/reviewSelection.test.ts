import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { testFolder } from "../../core/dataset/folder.fixture.ts";
import type { ReviewResult, ReviewSamplesParams, ReviewSamplesResult } from "../../protocol/review.ts";
import { InspectorService } from "../service.ts";

const WORDS = ["fox", "harbour", "violin", "engine", "garden", "letter", "nurse", "copper", "glacier", "oven"];
const SAMPLES = 60;
const EVIL = "</details> @everyone | `x` <script>alert(1)</script> \u202e\u0007";

interface Place {
  readonly root: string;
  readonly file: string;
  readonly service: InspectorService;
  readonly dataset: { readonly dataset: string; readonly trusted: true; readonly options: { readonly encoder: "hashed" } };
}

/** Sixty records of three classes; s1 repeats s0 but for its label, whose name is a stranger's. */
function records(): string {
  return Array.from({ length: SAMPLES }, (_, i) => {
    const n = i === 1 ? 0 : i;
    return `${JSON.stringify({ id: `s${i}`, text: `${WORDS[n % 10]} ${WORDS[(n * 3 + 1) % 10]} ${WORDS[(n * 7 + 2) % 10]} number ${n * 7919} ${i === 5 ? EVIL : ""}`, label: i % 3 === 0 ? EVIL : i % 3 === 1 ? "b" : "c" })}\n`;
  }).join("");
}

async function place(t: TestContext): Promise<Place> {
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": records() }));
  const file = path.join(root, "d.jsonl");
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const dataset = { dataset: file, trusted: true, options: { encoder: "hashed" } } as const;
  await service.index(dataset);
  await service.prune({ ...dataset, budget: "30", name: "v1" });
  return { root, file, service, dataset };
}

function list({ service, dataset }: Place, given: Pick<ReviewSamplesParams, "list"> & Partial<ReviewSamplesParams>): Promise<ReviewSamplesResult> {
  return service.reviewSamples({ ...dataset, offset: 0, limit: 1000, ...given });
}

const total = (review: ReviewResult, decision: "kept" | "dropped"): number => review.reasons.filter((one) => one.decision === decision).reduce((sum, one) => sum + one.count, 0);

test("a review counts what the selection file says, and its lists and Markdown agree with it", async (t) => {
  const at = await place(t);
  const { service, dataset, root } = at;
  await service.protect({ ...dataset, ids: ["s7"], note: EVIL });
  await service.exclude({ ...dataset, ids: ["s9"], note: "off topic" });
  await service.prune({ ...dataset, budget: "20", name: "v2" });
  const review = await service.review(dataset);
  assert.deepEqual([review.selection, review.samples, review.kept, review.requestedBudget, review.current, review.overruled, review.approval, review.against], ["v2", SAMPLES, 20, "20", true, 0, null, null]);
  assert.equal(review.sha256, createHash("sha256").update(fs.readFileSync(review.file)).digest("hex"));
  assert.deepEqual([total(review, "kept"), total(review, "dropped"), review.byHand], [20, 40, { protected: 1, excluded: 1 }]);
  assert.deepEqual([review.classes.length, review.classes.reduce((sum, one) => sum + one.before, 0), review.classes.reduce((sum, one) => sum + one.after, 0)], [3, SAMPLES, 20]);
  assert.ok(review.quality > 0 && review.quality <= 1 && review.bound >= review.objective);
  const kept = await list(at, { list: "kept" });
  assert.deepEqual(kept.entries.map(({ id }) => id).sort(), fs.readFileSync(path.join(root, ".infomax/selections/v2.ids.txt"), "utf8").trim().split("\n").sort());
  const importance = kept.entries.map((entry) => entry.importance);
  assert.deepEqual(importance, [...importance].sort((a, b) => b - a));
  const duplicate = (await list(at, { list: "dropped", reason: "duplicate" })).entries;
  assert.ok(duplicate.length <= 1);
  const dropped = await list(at, { list: "dropped" });
  assert.ok(dropped.entries.every((entry) => entry.decision === "dropped" && entry.keeper !== null && entry.sample !== null));
  assert.deepEqual((await list(at, { list: "dropped", offset: 3, limit: 2 })).entries, dropped.entries.slice(3, 5));
  assert.deepEqual((await list(at, { list: "dropped", search: " S9 " })).entries.map(({ id, reason }) => [id, reason]), [["s9", "excluded"]]);
  assert.deepEqual((await list(at, { list: "kept", search: "EVERYONE" })).entries.map(({ sample }) => sample?.label), kept.entries.filter(({ sample }) => sample?.label === EVIL).map(() => EVIL));

  const { markdown } = review;
  assert.equal((await service.review(dataset)).markdown, markdown, "the same review gives the same text");
  assert.doesNotMatch(markdown, /[\p{Bidi_Control}\p{Cs}]|(?!\n)\p{Cc}/u);
  assert.match(markdown, /\*\*20\*\* of 60 samples \(33%\)/);
  assert.match(markdown, /d\.jsonl:8` \(`s7`\)/);
  assert.match(markdown, /note: `off topic`/);
  assert.equal(markdown.split("<details>").length, markdown.split("</details>").length, "no text of the dataset closes what is folded");
  for (const line of markdown.split("\n")) if (/script|everyone/.test(line)) assert.doesNotMatch(line.replace(/(`+)[^`].*?[^`]?\1(?!`)|<code>.*?<\/code>/g, ""), /script|everyone/, line);
  // Names in tables do not split their row.
  for (const line of markdown.split("\n").filter((one) => one.startsWith("| <code>") && one.includes("everyone"))) assert.equal(line.split("|").length, 6, line);
});

test("two selections: what came, what went, and for which other reason", async (t) => {
  const at = await place(t);
  const { service, dataset } = at;
  const first = await list(at, { list: "kept", selection: "v1" });
  const gone = first.entries[0].id;
  const come = (await list(at, { list: "dropped", selection: "v1" })).entries[0].id;
  const stays = first.entries[1].id;
  await service.protect({ ...dataset, ids: [come, stays] });
  await service.exclude({ ...dataset, ids: [gone] });
  assert.deepEqual((await list(at, { list: "overruled" })).entries.map(({ id, decision }) => [id, decision]).sort(), [[come, "dropped"], [gone, "kept"]].sort());
  const overruled = await service.review(dataset);
  assert.equal(overruled.overruled, 2);
  assert.match(overruled.markdown, /Decisions were made since/);
  await service.prune({ ...dataset, budget: "30", name: "v2" });
  const review = await service.review({ ...dataset, selection: "v2", against: "v1" });
  const [added, removed, changed] = await Promise.all((["added", "removed", "reason-changed"] as const).map((one) => list(at, { list: one, selection: "v2", against: "v1" })));
  assert.deepEqual(review.against, { selection: "v1", added: added.total, dropped: removed.total, reasonChanged: changed.total });
  assert.equal(added.total, removed.total, "both keep thirty");
  const find = (lists: ReviewSamplesResult, id: string): unknown => {
    const entry = lists.entries.find((one) => one.id === id);
    return entry === undefined ? null : [entry.decision, entry.reason, entry.before?.decision];
  };
  assert.deepEqual(find(added, come), ["kept", "protected", "dropped"]);
  assert.deepEqual(find(removed, gone), ["dropped", "excluded", "kept"]);
  assert.deepEqual(find(changed, stays), ["kept", "protected", "kept"]);
  assert.match(review.markdown, /## `v2` compared with `v1`/);
  await assert.rejects(list(at, { list: "added", selection: "v2" }), { code: "bad-argument" });
  await assert.rejects(service.review({ ...dataset, against: "v9" }), { code: "not-found" });
  // An explanation of a selection that is not the current one.
  assert.match((await service.explain({ ...dataset, id: gone, selection: "v1" })).sentence, /^Kept in "v1"/);
  assert.match((await service.explain({ ...dataset, id: gone })).sentence, /^Dropped from "v2"/);
});

test("a dataset that changed since is said to have, and samples that are gone are still listed", async (t) => {
  const at = await place(t);
  const { service, dataset, file } = at;
  const [gone] = (await list(at, { list: "kept" })).entries.map(({ id }) => id);
  fs.writeFileSync(file, records().split("\n").filter((line) => !line.includes(`"${gone}"`)).join("\n") + `${JSON.stringify({ id: "new", text: "a new record", label: "b" })}\n`);
  await service.index(dataset);
  const review = await service.review(dataset);
  assert.deepEqual([review.current, review.samples, review.kept], [false, SAMPLES, 30]);
  assert.deepEqual(review.classes.at(-1), { name: "(not in the dataset now)", before: 1, after: 1 });
  assert.match(review.markdown, /The dataset has changed since this selection was made\*\*: 1 sample gone, 1 sample new/);
  assert.equal((await list(at, { list: "kept" })).entries.find(({ id }) => id === gone)?.sample, null);
});

test("an approval is of exactly one file: it is in the log, and void as soon as the selection is another", async (t) => {
  const at = await place(t);
  const { service, dataset, root } = at;
  const { sha256 } = await service.review(dataset);
  await assert.rejects(service.approve({ ...dataset, selection: "v1", sha256: "0".repeat(64), note: "" }), { code: "cannot-apply" });
  assert.equal((await service.review(dataset)).approval, null);
  await service.approve({ ...dataset, selection: "v1", sha256, note: "first" });
  await service.approve({ ...dataset, selection: "v1", sha256, note: "second" });
  assert.equal((await service.review(dataset)).approval?.note, "second");
  const log = await service.audit(dataset);
  assert.deepEqual([log.problems, log.entries.filter(({ event }) => event === "approved").map(({ sentence }) => sentence)], [[], [`Approved "v1", file ${sha256.slice(0, 12)}: first`, `Approved "v1", file ${sha256.slice(0, 12)}: second`]]);
  const file = path.join(root, ".infomax/selections/v1.jsonl");
  fs.appendFileSync(file, "\n");
  const after = await service.review(dataset);
  assert.equal(after.approval, null);
  await assert.rejects(service.approve({ ...dataset, selection: "v1", sha256, note: "" }), { code: "cannot-apply" });
  // An entry that was changed approves nothing.
  const audit = path.join(root, ".infomax/audit.jsonl");
  fs.writeFileSync(audit, fs.readFileSync(audit, "utf8").replaceAll(sha256, after.sha256));
  assert.equal((await service.review(dataset)).approval, null);
});

test("a stranger's header is refused with its place", async (t) => {
  const { service, dataset, root } = await place(t);
  const file = path.join(root, ".infomax/selections/v1.jsonl");
  const [header, ...lines] = fs.readFileSync(file, "utf8").split("\n");
  for (const change of [{ config: null }, { objective: "1" }, { rules: [{ name: 1 }] }, { requestedBudget: 5 }]) {
    fs.writeFileSync(file, [JSON.stringify({ ...JSON.parse(header) as object, ...change }), ...lines].join("\n"));
    await assert.rejects(service.review({ ...dataset, selection: "v1" }), (thrown: { code?: unknown }) => thrown.code === "bad-selection", JSON.stringify(change));
  }
  const { bound, ...older } = JSON.parse(header) as { readonly bound: number };
  fs.writeFileSync(file, [JSON.stringify(older), ...lines].join("\n"));
  await assert.rejects(service.review({ ...dataset, selection: "v1" }), /of an earlier version/, `without the bound ${bound}`);
});
