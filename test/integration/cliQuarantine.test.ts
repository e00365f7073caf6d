/** `infomax quarantine` and `infomax undo` on a copy of the bundled drawings, with the built command line. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import type { ApplyPlan, ApplyResult, QuarantineView, UndoResult } from "../../src/protocol/apply.ts";
import type { DatasetSummary } from "../../src/protocol/dataset.ts";
import { startCli, type Ran } from "./commandLine.ts";

const scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), "infomax-cli-quarantine-")));
after(() => { rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }); });
const data = path.join(scratch, "drawings");
const examples = fileURLToPath(new URL("../../examples", import.meta.url));
for (const name of ["car", "house", "tree"]) cpSync(path.join(examples, "images", name), path.join(data, name), { recursive: true });

function run(...args: readonly string[]): Promise<Ran> {
  return startCli([...args, "--quiet"], { cwd: scratch, cache: path.join(scratch, "cache") }).finished;
}

async function done<T>(...args: readonly string[]): Promise<T> {
  const { status, stdout, stderr } = await run(...args, "--json");
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as T;
}

/** The bytes of all images, by path. */
function images(folder = data): Map<string, string> {
  return new Map(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !path.relative(folder, entry.parentPath).startsWith(".")).map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(folder, file).split(path.sep).join("/"), createHash("sha256").update(readFileSync(file)).digest("hex")] as const;
  }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const lines = (...names: string[]): string[] => readFileSync(path.join(data, ".infomax", ...names), "utf8").split("\n").filter((line) => line !== "");

test("quarantine moves what a selection drops, undo brings it back, whole or by id, byte for byte", async () => {
  const before = images();
  await done("prune", "drawings", "--budget", "30%", "--name", "v1");
  const kept = new Set(lines("selections", "v1.ids.txt"));
  const dropped = [...before.keys()].filter((file) => !kept.has(file));
  // One of the dropped is protected since, one has changed.
  const [pinned, edited] = dropped;
  await done("protect", "drawings", pinned, "--note", "rare");
  const original = readFileSync(path.join(data, edited));
  writeFileSync(path.join(data, edited), Buffer.concat([original, Buffer.from("edited")]));
  const plan = await done<ApplyPlan>("quarantine", "drawings", "--dry-run");
  assert.deepEqual([plan.selection, plan.files, plan.problems], ["v1", dropped.length - 2, []]);
  for (const words of [/1 file is protected by now/, /1 file has changed since/, /Nothing is copied or deleted/, /\.infomax\/quarantine/]) assert.match(plan.statement.join("\n"), words);
  assert.equal(existsSync(path.join(data, ".infomax", "quarantine")), false, "a dry run changes nothing");
  writeFileSync(path.join(data, edited), original);

  const refused = await run("quarantine", "drawings");
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /needs a yes/);
  assert.deepEqual(images(), before);

  const result = await done<ApplyResult>("quarantine", "drawings", "--yes");
  const moved = dropped.slice(1);
  assert.deepEqual([result.files, result.verified, result.notes], [moved.length, moved.length, []]);
  assert.deepEqual(images(), new Map([...before].filter(([file]) => kept.has(file) || file === pinned)));
  assert.deepEqual(images(result.out), new Map([...before].filter(([file]) => moved.includes(file))));
  const summary = await done<DatasetSummary>("index", "drawings");
  assert.deepEqual([summary.samples, summary.rejectedTotal, summary.unfinished], [kept.size + 1, 0, null]);
  const again = await run("quarantine", "drawings", "--yes");
  assert.equal(again.status, 2);
  assert.match(again.stderr, /No\s+dropped\s+file\s+is\s+there\s+to\s+be\s+moved/);

  const one = await done<UndoResult>("undo", "drawings", moved[3], "--yes");
  assert.deepEqual([one.restored, one.verified, one.left, one.state], [1, 1, [], "partly-undone"]);
  assert.equal(images().get(moved[3]), before.get(moved[3]));
  // Its place is taken by now.
  writeFileSync(path.join(data, moved[5]), "mine");
  const most = await run("undo", "drawings", "--yes");
  assert.equal(most.status, 1);
  assert.match(most.stdout, new RegExp(`restored: ${moved.length - 2} files`));
  assert.match(most.stdout, new RegExp(`left: ${moved[5]}: its place is taken by now`));
  assert.equal(readFileSync(path.join(data, moved[5]), "utf8"), "mine");
  rmSync(path.join(data, moved[5]));
  const rest = await done<UndoResult>("undo", "drawings", "--yes");
  assert.deepEqual([rest.restored, rest.state], [1, "undone"]);
  assert.deepEqual(images(), before);
  const { quarantines } = await done<{ quarantines: readonly QuarantineView[] }>("undo", "drawings", "--list");
  assert.deepEqual(quarantines.map(({ operation, state, quarantined, files }) => [operation, state, quarantined, files]), [[result.operation, "undone", 0, moved.length]]);
  const nothing = await run("undo", "drawings", "--yes");
  assert.match(nothing.stderr, /everything that was quarantined is back already/);
  const events = lines("audit.jsonl").map((line) => JSON.parse(line) as { event: string; files?: number }).filter(({ event }) => event !== "selected");
  assert.deepEqual(events.map(({ event, files }) => [event, files]), [["quarantined", moved.length], ["restored", 1], ["restored", moved.length - 2], ["restored", 1]]);
  // The dataset is as it was indexed first: nothing is read again.
  assert.equal((await done<DatasetSummary>("index", "drawings")).samples, before.size);
});

test("a link that stays keeps its target; an interrupted quarantine is named, goes on, and honours what was protected since", { skip: process.platform === "win32" }, async () => {
  const before = images();
  await done("prune", "drawings", "--budget", "30%", "--name", "v2");
  const kept = lines("selections", "v2.ids.txt");
  const dropped = [...before.keys()].filter((file) => !kept.includes(file));
  // A sample that came after the selection and is a link to a dropped file.
  symlinkSync(path.basename(dropped[0]), path.join(data, path.dirname(dropped[0]), "zz-link.png"));
  const plan = await done<ApplyPlan>("quarantine", "drawings", "--selection", "v2", "--dry-run");
  assert.match(plan.statement.join("\n"), /1 file stays, because a sample that stays is a link to it[\s\S]*1 sample came after the selection/);
  const { operation } = await done<ApplyResult>("quarantine", "drawings", "--selection", "v2", "--yes");
  assert.ok(operation !== null);
  assert.ok(lstatSync(path.join(data, dropped[0])).isFile());

  // As a kill leaves it: the plan without its events, and some files not moved yet.
  const folder = path.join(data, ".infomax", "quarantine", operation);
  const journal = path.join(folder, "journal.jsonl");
  writeFileSync(journal, readFileSync(journal, "utf8").split("\n").filter((line) => line !== "" && !line.includes("\"event\":")).join("\n") + "\n");
  const [protectedSince, ...waiting] = dropped.slice(1, 6);
  for (const file of [protectedSince, ...waiting]) {
    cpSync(path.join(folder, "files", file), path.join(data, file), { preserveTimestamps: true });
    rmSync(path.join(folder, "files", file));
  }
  assert.deepEqual((await done<DatasetSummary>("index", "drawings")).unfinished, { operation, what: "quarantine" });
  await done("protect", "drawings", protectedSince);
  const other = await run("quarantine", "drawings", "--selection", "v1", "--yes");
  assert.equal(other.status, 2);
  assert.match(other.stderr, /selection\s+"v2"\s+was\s+interrupted/);
  const goesOn = await done<ApplyPlan>("quarantine", "drawings", "--dry-run");
  assert.deepEqual([goesOn.selection, goesOn.files], ["v2", waiting.length]);
  const result = await done<ApplyResult>("quarantine", "drawings", "--yes");
  assert.deepEqual([result.operation, result.verified], [operation, result.files]);
  assert.match(result.notes.join(), /protected by now/);
  assert.ok(existsSync(path.join(data, protectedSince)));
  for (const file of waiting) assert.equal(existsSync(path.join(data, file)), false);
  await done("undo", "drawings", "--yes");
  rmSync(path.join(data, path.dirname(dropped[0]), "zz-link.png"));
  assert.deepEqual(images(), before);

  // What stands for dropped samples goes: they stay. A journal that adds what the selection does not drop moves nothing of it.
  const keepers = lines("selections", "v2.jsonl").slice(1).map((line) => JSON.parse(line) as { keeper?: string }).flatMap(({ keeper }) => keeper ?? []);
  const gone = path.join(data, keepers[0]);
  const bytes = readFileSync(gone);
  rmSync(gone);
  const orphans = await done<ApplyPlan>("quarantine", "drawings", "--selection", "v2", "--dry-run");
  const count = keepers.filter((one) => one === keepers[0]).length;
  assert.match(orphans.statement.join("\n"), count === 1 ? /1 file stays, because the sample that stands for it is gone/ : new RegExp(`${count} files stay, because the samples that stand for them are gone`));
  writeFileSync(gone, bytes);
  const [header, ...rest] = readFileSync(journal, "utf8").split("\n").filter((line) => line !== "" && !line.includes("\"event\":"));
  writeFileSync(journal, [header, ...rest, JSON.stringify({ path: kept[0], bytes: 1, sha256: "0".repeat(64) })].join("\n") + "\n");
  const planted = await done<ApplyPlan>("quarantine", "drawings", "--dry-run");
  assert.match(planted.statement.join("\n"), /because the selection does not drop it/);
  await done("quarantine", "drawings", "--yes");
  assert.ok(existsSync(path.join(data, kept[0])));
  await done("undo", "drawings", "--yes");
  assert.deepEqual(images(), before);
});

test("records of a table stay in their file, and wrong command lines are told", async () => {
  writeFileSync(path.join(scratch, "texts.jsonl"), readFileSync(path.join(examples, "texts.jsonl"), "utf8").split("\n").slice(0, 60).join("\n") + "\n");
  await done("prune", "texts.jsonl", "--budget", "50%", "--name", "t");
  const { status, stderr } = await run("quarantine", "texts.jsonl", "--yes");
  assert.equal(status, 2);
  assert.match(stderr, /records cannot be quarantined.*infomax export/);
  for (const [words, ...args] of [
    [/has no sample "nope\.png"|lies in no quarantine/, "undo", "drawings", "nope.png", "--yes"], [/there is no quarantine "x"/, "undo", "drawings", "--operation", "x", "--yes"],
    [/--dry-run is no option of infomax undo/, "undo", "drawings", "--dry-run"], [/takes one dataset/, "quarantine", "drawings", "car/a.png"],
  ] as const) {
    const ran = await run(...args);
    assert.equal(ran.status, 2, ran.stderr);
    assert.match(ran.stderr, words);
  }
});
