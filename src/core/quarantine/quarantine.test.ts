import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { loadHasher } from "../dataset/identity.ts";
import { InfomaxError } from "../errors.ts";
import { realDisk, type Disk } from "./disk.ts";
import { ABOUT, candidatesOf, contentAt, contents, counted, NAMES, plant, quarantineOrGoOn, stepped, undoAll, Killed } from "./faults.fixture.ts";
import { Journal } from "./journal.ts";
import { operationNames, operationToUndo, readOperation, unfinishedOperations } from "./operations.ts";
import { operationPlaces, unclean } from "./places.ts";
import { startQuarantine, type Quarantined } from "./quarantine.ts";
import { withQuarantine, type RunOptions } from "./run.ts";
import { undo } from "./undo.ts";

const POSIX = process.platform !== "win32" ? false : "no such names or links here";

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const made = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-quarantine-")));
  t.after(() => fs.rmSync(made, { recursive: true, force: true, maxRetries: 5 }));
  for (const [file, content] of Object.entries(files)) put(made, file, content);
  return made;
}

function put(root: string, file: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), content);
}

/** The same with what lies at each path when the plan is made, and something done before the first move. */
async function quarantine(root: string, files: readonly string[], between: (root: string) => void, options: RunOptions = {}): Promise<Quarantined> {
  const candidates = await candidatesOf(root, files);
  let isFirst = true;
  const disk: Disk = {
    ...(options.disk ?? realDisk),
    syncFolder: async (place) => {
      if (isFirst) between(root);
      isFirst = false;
      await realDisk.syncFolder(place);
    },
  };
  return withQuarantine(root, await loadHasher(), { ...options, disk }, (run) => startQuarantine(run, ABOUT, candidates));
}

async function only(root: string): Promise<string> {
  const [name, ...others] = await operationNames(root);
  assert.deepEqual(others, []);
  return name;
}

test("names in all scripts, links, hard links and names that differ in case or form alone go there and come back", { skip: POSIX }, async (t) => {
  const root = folder(t);
  const { all, dropped } = plant(root, 3 * NAMES.length);
  const cats = path.join(root, "cats");
  for (const [name, target] of [["to-kept.jpg", "plain.jpg"], ["dangling.jpg", "nowhere.jpg"], ["outside.jpg", "/etc/hostname"], ["to-dropped.jpg", "one.jpg"]]) fs.symlinkSync(target, path.join(cats, name));
  put(root, "cats/one.jpg", "one");
  fs.linkSync(path.join(cats, "one.jpg"), path.join(cats, "other.jpg"));
  const files = [...dropped, "cats/to-kept.jpg", "cats/dangling.jpg", "cats/outside.jpg", "cats/to-dropped.jpg", "cats/one.jpg"];
  const everything = [...new Set([...all, ...files, "cats/other.jpg"])];
  const before = contents(root, everything);
  const times = files.map((file) => fs.lstatSync(path.join(root, file)).mtimeMs);
  const { files: moved, verified, left } = await quarantineOrGoOn(root, files);
  assert.deepEqual([moved, verified, left], [files.length, files.length, []]);
  for (const file of files) assert.equal(contentAt(path.join(root, file)), null, file);
  assert.equal(contentAt(path.join(cats, "other.jpg")), before.get("cats/other.jpg"));
  const { restored, verified: same, differing, left: stay } = await undoAll(root);
  assert.deepEqual([restored, same, differing, stay], [files.length, files.length, [], []]);
  assert.deepEqual(contents(root, everything), before);
  assert.deepEqual(files.map((file) => fs.lstatSync(path.join(root, file)).mtimeMs), times, "files keep their times, so that the index stays fresh");
  const places = operationPlaces(root, await only(root));
  assert.deepEqual(fs.readdirSync(places.folder), ["journal.jsonl"], "nothing but the journal stays");
});

test("files that changed, went or were replaced between selection, plan and move stay, each with its reason", { skip: POSIX }, async (t) => {
  const root = folder(t, Object.fromEntries("abcdefghi".split("").map((name) => [`x/${name}.jpg`, `content of ${name}`])));
  const outside = folder(t, { "deep.jpg": "outside" });
  put(root, "y/deep.jpg", "deep");
  const files = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => `x/${name}.jpg`).concat("y/deep.jpg");
  const candidates = await candidatesOf(root, files);
  // Between selection and plan.
  put(root, "x/a.jpg", "another a");
  fs.rmSync(path.join(root, "x/b.jpg"));
  fs.rmSync(path.join(root, "x/c.jpg"));
  put(root, "x/c.jpg/inside.jpg", "inside");
  const left: string[] = [];
  const disk: Disk = {
    ...realDisk,
    rename: async (from, to) => {
      await realDisk.rename(from, to);
      if (!to.endsWith("journal.jsonl")) return;
      // Between plan and move.
      const { mtime } = fs.statSync(path.join(root, "x/d.jpg"));
      put(root, "x/d.jpg", "content of D");
      fs.utimesSync(path.join(root, "x/d.jpg"), mtime, mtime);
      fs.rmSync(path.join(root, "x/e.jpg"));
      fs.rmSync(path.join(root, "x/f.jpg"));
      fs.symlinkSync("g.jpg", path.join(root, "x/f.jpg"));
      fs.renameSync(path.join(root, "y"), path.join(outside, "y"));
      fs.symlinkSync(path.join(outside, "y"), path.join(root, "y"));
    },
  };
  const result = await withQuarantine(root, await loadHasher(), { disk }, (run) => startQuarantine(run, ABOUT, candidates));
  for (const one of result.left) left.push(`${one.path} ${one.reason}`);
  assert.deepEqual(left.sort(), ["x/a.jpg changed", "x/b.jpg gone", "x/c.jpg changed", "x/d.jpg changed", "x/e.jpg gone", "x/f.jpg changed", "y/deep.jpg linked-folder"]);
  assert.deepEqual([result.files, result.verified], [2, 2]);
  assert.equal(fs.readFileSync(path.join(root, "x/a.jpg"), "utf8"), "another a");
  assert.equal(fs.readFileSync(path.join(outside, "y/deep.jpg"), "utf8"), "deep");
  await undoAll(root);
  for (const name of "gh") assert.equal(fs.readFileSync(path.join(root, `x/${name}.jpg`), "utf8"), `content of ${name}`);
});

test("a file that is written to while it is moved goes back", async (t) => {
  const root = folder(t, { "a.jpg": "a", "b.jpg": "b" });
  const disk: Disk = {
    ...realDisk,
    rename: async (from, to) => {
      if (from.endsWith("a.jpg")) fs.appendFileSync(from, " and more");
      await realDisk.rename(from, to);
    },
  };
  const { files, left } = await quarantineOrGoOn(root, ["a.jpg", "b.jpg"], { disk });
  assert.deepEqual([files, left], [1, [{ path: "a.jpg", reason: "changed" }]]);
  assert.equal(fs.readFileSync(path.join(root, "a.jpg"), "utf8"), "a and more");
});

test("nothing is overwritten: a taken place keeps its file, and the other stays in quarantine until it is free", async (t) => {
  for (const links of [true, false]) {
    const root = folder(t, { "a.jpg": "a", "b.jpg": "b", "c/d.jpg": "d" });
    const disk: Disk = links ? realDisk : { ...realDisk, link: async () => { throw Object.assign(new Error("EPERM"), { code: "EPERM" }); } };
    await quarantineOrGoOn(root, ["a.jpg", "b.jpg", "c/d.jpg"]);
    put(root, "a.jpg", "new a");
    fs.rmdirSync(path.join(root, "c"));
    put(root, "c", "a file");
    const { restored, left } = await undoAll(root, { disk });
    assert.deepEqual([restored, left], [1, [{ path: "a.jpg", reason: "taken" }, { path: "c/d.jpg", reason: "taken" }]]);
    assert.equal(fs.readFileSync(path.join(root, "a.jpg"), "utf8"), "new a");
    assert.equal((await readOperation(root, await only(root))).state, "partly-undone");
    fs.rmSync(path.join(root, "a.jpg"));
    fs.rmSync(path.join(root, "c"));
    assert.deepEqual((await undoAll(root, { disk })).left, []);
    assert.deepEqual(["a", "b"].map((name) => fs.readFileSync(path.join(root, `${name}.jpg`), "utf8")), ["a", "b"]);
    assert.equal(fs.readFileSync(path.join(root, "c/d.jpg"), "utf8"), "d", "its folder is made again");
    assert.equal((await readOperation(root, await only(root))).state, "undone");
  }
});

test("a place in quarantine that is taken, as by a name that differs in case alone, keeps the file where it is", async (t) => {
  const root = folder(t, { "a.jpg": "a", "b.jpg": "b" });
  const { left, files } = await quarantine(root, ["a.jpg", "b.jpg"], () => {
    const [name] = fs.readdirSync(path.join(root, ".infomax/quarantine"));
    put(root, `.infomax/quarantine/${name}/files/a.jpg`, "A");
  });
  assert.deepEqual([files, left], [1, [{ path: "a.jpg", reason: "taken" }]]);
  assert.equal(fs.readFileSync(path.join(root, "a.jpg"), "utf8"), "a");
});

test("undo by ids, several times, also of a quarantine that was interrupted; what is not there is said", async (t) => {
  const root = folder(t);
  const { all, dropped } = plant(root, 24);
  const before = contents(root, all);
  const { disk, audit } = stepped(root, 30, "throw");
  await assert.rejects(quarantineOrGoOn(root, dropped, { disk, audit }), Killed);
  const moved = dropped.filter((file) => contentAt(path.join(root, file)) === null);
  assert.ok(moved.length > 2 && moved.length < dropped.length, String(moved.length));
  const resting = dropped.find((file) => !moved.includes(file)) ?? "";
  const first = await undoAll(root, {}, [moved[0], resting]);
  assert.deepEqual([first.restored, first.left], [1, [{ path: resting, reason: "elsewhere" }]]);
  assert.deepEqual(await unfinishedOperations(root), [], "what was interrupted counts as done");
  const again = await undoAll(root, {}, [moved[0], moved[1]]);
  assert.deepEqual([again.restored, again.left], [1, [{ path: moved[0], reason: "elsewhere" }]]);
  assert.equal((await readOperation(root, await only(root))).state, "partly-undone");
  assert.equal((await undoAll(root)).restored, moved.length - 2);
  assert.deepEqual(contents(root, all), before);
  await assert.rejects(operationToUndo(root, undefined), /is back already/);
});

test("a file that somebody took out of quarantine is told as lost, one that was copied back as restored", async (t) => {
  const root = folder(t, { "a.jpg": "a", "b.jpg": "b", "c.jpg": "c" });
  await quarantineOrGoOn(root, ["a.jpg", "b.jpg", "c.jpg"]);
  const { files } = operationPlaces(root, await only(root));
  fs.rmSync(path.join(files, "a.jpg"));
  fs.renameSync(path.join(files, "b.jpg"), path.join(root, "b.jpg"));
  fs.writeFileSync(path.join(files, "c.jpg"), "changed");
  const { restored, verified, differing, left } = await undoAll(root);
  assert.deepEqual([restored, verified, differing, left], [2, 1, ["c.jpg"], [{ path: "a.jpg", reason: "lost" }]]);
  assert.equal(fs.readFileSync(path.join(root, "c.jpg"), "utf8"), "changed");
});

test("two processes never work on the quarantines of one dataset at once", async (t) => {
  const root = folder(t, { "a.jpg": "a" });
  const hasher = await loadHasher();
  await withQuarantine(root, hasher, {}, async () => {
    await assert.rejects(withQuarantine(root, hasher, {}, () => Promise.resolve()), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "unfinished" && /quarantine\.lock: another process/.test(thrown.message));
  });
  await withQuarantine(root, hasher, {}, async (run) => {
    fs.writeFileSync(path.join(root, ".infomax/quarantine.lock"), "1 1 elsewhere\n");
    const { now } = Date;
    t.mock.method(Date, "now", () => now() + 60_000);
    await assert.rejects(run.step(), /another process took over/);
  });
});

test("a cancelled quarantine stops between files and can be gone on with", async (t) => {
  const root = folder(t);
  const { dropped } = plant(root, 16);
  const controller = new AbortController();
  let renamed = 0;
  const disk: Disk = { ...realDisk, rename: async (from, to) => { await realDisk.rename(from, to); if (++renamed === 4) controller.abort(); } };
  await assert.rejects(quarantineOrGoOn(root, dropped, { disk, signal: controller.signal }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "cancelled");
  assert.equal(dropped.filter((file) => contentAt(path.join(root, file)) === null).length, 3);
  assert.equal((await quarantineOrGoOn(root, dropped)).files, dropped.length);
});

test("a journal is untrusted: whatever path, line or link leads out of the dataset is refused, with its line", async (t) => {
  const root = folder(t, { "a.jpg": "a" });
  await quarantineOrGoOn(root, ["a.jpg"]);
  const name = await only(root);
  const { journal, files } = operationPlaces(root, name);
  const [header, file, ...events] = fs.readFileSync(journal, "utf8").split("\n");
  const line = (path: string): string => JSON.stringify({ ...(JSON.parse(file) as object), path });
  const refused = async (lines: readonly string[], words: RegExp, at: number): Promise<void> => {
    fs.writeFileSync(journal, `${lines.join("\n")}\n`);
    for (const work of [() => Journal.read(root, name), () => undoAll(root)]) {
      await assert.rejects(work(), (thrown: unknown) => {
        assert.ok(thrown instanceof InfomaxError && thrown.code === "bad-data", String(thrown));
        assert.match(thrown.message, words);
        assert.equal(thrown.place.line, at, thrown.message);
        return true;
      });
    }
  };
  for (const bad of ["../a.jpg", "/etc/a.jpg", "x/../../a.jpg", "x//a.jpg", "./a.jpg", "a.jpg\0", "", ".git/a.jpg", ".infomax/protected.jpg", "x/.ssh/a.jpg", "x/a.sh", ".git/hooks/pre-commit", "x/"]) {
    await refused([header, line(bad)], /the path/, 2);
  }
  await refused([header, file, file], /in a line before/, 3);
  await refused([header, "{\"path\":5}"], /names no file/, 2);
  await refused([header, file.replace("\"bytes\":1", "\"bytes\":-1")], /size and SHA-256/, 2);
  await refused([header, "x"], /no JSON/, 2);
  await refused([header, file, events[0], file], /after an event/, 4);
  await refused([header, file, events[1]], /stands where it cannot/, 3);
  await refused([header, file, "{\"event\":\"x\"}"], /no event/, 3);
  await refused([header.replace(name, "20200101T000000Z-x"), file], /no journal of version 1 of this quarantine/, 1);
  await refused([header.replace("\"version\":1", "\"version\":2"), file], /no journal of version 1/, 1);
  assert.deepEqual(await unfinishedOperations(root), [name], "a damaged one is named");
  for (const strange of ["..", "../..", "x/y", "20200101T000000Z-../x", "", "con"]) await assert.rejects(readOperation(root, strange), /there is no quarantine/);
  if (process.platform === "win32") return;
  // A good journal, and links in the places of its folders.
  fs.writeFileSync(journal, [header, file, ...events].join("\n"));
  const outside = folder(t, { "a.jpg": "secret" });
  fs.renameSync(files, `${files}.kept`);
  fs.symlinkSync(outside, files);
  await assert.rejects(undoAll(root), /is a link, which may lead out/);
  assert.equal(contentAt(path.join(root, "a.jpg")), null);
  fs.rmSync(files);
  fs.mkdirSync(files);
  fs.symlinkSync(path.join(outside, "a.jpg"), path.join(files, "a.jpg"));
  assert.deepEqual((await undoAll(root)).left, [{ path: "a.jpg", reason: "replaced" }]);
  fs.rmSync(path.join(root, ".infomax/quarantine"), { recursive: true });
  fs.symlinkSync(outside, path.join(root, ".infomax/quarantine"));
  await assert.rejects(operationNames(root), /is a link/);
  await assert.rejects(quarantineOrGoOn(root, []), /is a link/);
  assert.deepEqual(fs.readdirSync(outside), ["a.jpg"]);
});

test("a torn last line counts for nothing and is written over; paths that no file may have are known", async (t) => {
  const root = folder(t, { "a.jpg": "a" });
  await quarantineOrGoOn(root, ["a.jpg"]);
  const { journal } = operationPlaces(root, await only(root));
  fs.appendFileSync(journal, "{\"event\":\"undo\",\"when\":\"2");
  assert.equal((await readOperation(root, await only(root))).state, "done");
  await undoAll(root);
  const lines = fs.readFileSync(journal, "utf8").split("\n");
  assert.equal(lines.pop(), "");
  assert.deepEqual(lines.slice(2).map((line) => (JSON.parse(line) as { event: string }).event), ["done", "audited", "undo", "restored", "audited"]);
  for (const name of NAMES) assert.equal(unclean(`x/${name}`), null, name);
});

/** Runs work in a small file system of its own; skipped where this process may not mount one. */
async function mounted(t: TestContext, options: string, work: (root: string) => Promise<void>): Promise<void> {
  const root = folder(t);
  const mount = (...args: readonly string[]): boolean => process.platform === "linux" && process.getuid?.() === 0 && spawnSync("mount", args).status === 0;
  if (!mount("-t", "tmpfs", "-o", options, "tmpfs", root)) {
    t.skip("no file system can be mounted here");
    return;
  }
  try {
    await work(root);
  } finally {
    spawnSync("umount", ["-l", root]);
  }
}

test("a full disk stops a quarantine, says so, and loses nothing", (t) => mounted(t, "size=400k,nr_inodes=400", async (root) => {
  const files = Array.from({ length: 40 }, (_, i) => `c${i}/f.jpg`);
  for (const file of files) put(root, file, `${file} `.repeat(20));
  const before = contents(root, files);
  // Folders of the quarantine take inodes: after some there are none.
  for (const room of [0, 3, 5, 12]) {
    const fill: string[] = [];
    const filler = (i: number): string => path.join(root, `fill${i}`);
    try {
      for (let i = 0; ; i++) {
        fs.mkdirSync(filler(i));
        fill.push(filler(i));
      }
    } catch (thrown) {
      assert.equal((thrown as NodeJS.ErrnoException).code, "ENOSPC");
    }
    for (const one of fill.splice(0, room)) fs.rmdirSync(one);
    await assert.rejects(quarantineOrGoOn(root, files), (thrown: unknown) => thrown instanceof InfomaxError && /ENOSPC|Make room|Make the folder writable/.test(thrown.message));
    assert.deepEqual(counted(root, before), { lost: 0, doubled: 0 });
    for (const one of fill) fs.rmdirSync(one);
    if ((await unfinishedOperations(root)).length > 0 && room === 5) await undoAll(root);
    else await quarantineOrGoOn(root, files).then(() => undoAll(root));
    assert.deepEqual(contents(root, files), before);
  }
}));

test("a folder that turns read-only half way stops a quarantine and an undo, and loses nothing", (t) => mounted(t, "size=4m", async (root) => {
  const { all, dropped } = plant(root, 24);
  const before = contents(root, all);
  const remount = (mode: "ro" | "rw"): void => assert.equal(spawnSync("mount", ["-o", `remount,${mode}`, root]).status, 0);
  let steps = 0;
  const disk: Disk = {
    ...realDisk,
    rename: async (from, to) => { if (++steps === 8) remount("ro"); await realDisk.rename(from, to); },
    link: async (from, to) => { if (++steps === 8) remount("ro"); await realDisk.link(from, to); },
  };
  const readOnly = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "unfinished" && /EROFS.*Make the folder writable/.test(thrown.message);
  await assert.rejects(quarantineOrGoOn(root, dropped, { disk }), readOnly);
  assert.deepEqual(counted(root, before), { lost: 0, doubled: 0 });
  remount("rw");
  assert.equal((await quarantineOrGoOn(root, dropped)).verified, dropped.length);
  steps = 0;
  await assert.rejects(undoAll(root, { disk }), readOnly);
  assert.equal(counted(root, before).lost, 0);
  remount("rw");
  await withQuarantine(root, await loadHasher(), {}, async (run) => undo(run, (await operationToUndo(root, undefined)).journal, null));
  assert.deepEqual(contents(root, all), before);
  assert.deepEqual(counted(root, before), { lost: 0, doubled: 0 });
}));
