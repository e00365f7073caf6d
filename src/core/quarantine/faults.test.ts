import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyAudit } from "../audit/auditLog.ts";
import { InfomaxError } from "../errors.ts";
import { realDisk, type Disk } from "./disk.ts";
import { contents, counted, Killed, plant, quarantineOrGoOn, stepped, undoAll } from "./faults.fixture.ts";
import { operationNames, readOperation, unfinishedOperations } from "./operations.ts";

const FILES = 40;
const CHILD = fileURLToPath(new URL("../../../test/quarantineKilled.fixture.ts", import.meta.url));

function folder(t: TestContext): string {
  const made = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-faults-")));
  t.after(() => fs.rmSync(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

async function audited(root: string): Promise<string[]> {
  const { entries, problems } = await verifyAudit(root);
  assert.deepEqual(problems, []);
  return entries.map(({ event, members }) => `${event} ${String(members["files"])}`);
}

/** Checks that everything is in exactly one place: `inPlace` of the dropped in their own. */
function check(root: string, before: ReadonlyMap<string, string | null>, dropped: readonly string[], where: "quarantine" | "place", about: string): void {
  assert.deepEqual(counted(root, before), { lost: 0, doubled: 0 }, about);
  const now = contents(root, dropped);
  for (const file of dropped) assert.equal(now.get(file), where === "place" ? before.get(file) : null, `${about}: ${file}`);
}

for (const what of ["quarantine", "undo"] as const) {
  test(`${what} stopped at every step: whatever comes after finds every byte in exactly one place`, async (t) => {
    const base = folder(t);
    const { all, dropped } = plant(base, FILES);
    const before = contents(base, all);
    let points = 0;
    for (let at = 1; ; at++) {
      const { disk, audit, steps } = stepped(base, at, "throw");
      if (what === "undo") await quarantineOrGoOn(base, dropped);
      const ended = await (what === "quarantine" ? quarantineOrGoOn(base, dropped, { disk, audit }) : undoAll(base, { disk, audit }))
        .then(() => true, (thrown: unknown) => { assert.ok(thrown instanceof Killed, String(thrown)); return false; });
      assert.equal(ended, steps() < at);
      const about = `${what} stopped at ${at}`;
      assert.equal(counted(base, before).lost, 0, about);
      const names = await operationNames(base);
      const open = (await unfinishedOperations(base)).at(0) ?? null;
      const state = names.length === 0 ? null : (await readOperation(base, names[0])).state;
      // What began is named until it is finished.
      if (open === null) assert.ok(state === null || state === "done" || state === "undone", about);
      else assert.deepEqual([open, names], [names[0], [open]], about);
      const goOn = what === "quarantine" && at % 2 === 0 && (open !== null || names.length === 0);
      if (goOn) {
        const { files, verified, left } = await quarantineOrGoOn(base, dropped);
        assert.deepEqual([files, verified, left], [dropped.length, dropped.length, []], about);
        check(base, before, dropped, "quarantine", about);
      }
      if (goOn || open !== null || state === "done") await undoAll(base);
      check(base, before, dropped, "place", about);
      assert.deepEqual(await unfinishedOperations(base), [], about);
      const told = await audited(base);
      if (what === "undo" || goOn || state === "done") assert.deepEqual(told, [`quarantined ${dropped.length}`, `restored ${dropped.length}`], about);
      else if (names.length > 0) assert.deepEqual(told.map((one) => one.split(" ")[0]), ["quarantined", "restored"], about);
      for (const name of await operationNames(base)) assert.equal((await readOperation(base, name)).state, "undone", about);
      fs.rmSync(path.join(base, ".infomax"), { recursive: true, force: true });
      points = at;
      if (ended) break;
    }
    assert.ok(points > 2 * dropped.length / (what === "undo" ? 1 : 2), `${points} points`);
    t.diagnostic(`${points} points`);
  });
}

test("processes that are killed for good leave what another can go on with", async (t) => {
  const base = folder(t);
  const { all, dropped } = plant(base, FILES);
  const before = contents(base, all);
  const killed = (what: string, at: number): void => {
    const { signal, stderr } = spawnSync(process.execPath, ["--import", "tsx", CHILD, base, what, String(at)], { input: JSON.stringify(dropped), encoding: "utf8" });
    // Windows knows no signals: there the process ends with a status of its own.
    assert.ok(signal === "SIGKILL" || process.platform === "win32", stderr);
    assert.equal(counted(base, before).lost, 0, `${what} killed at ${at}`);
  };
  for (const at of [5, 17, 40]) {
    killed("quarantine", at);
    // Again while it goes on, and while it comes back.
    if (at > 12) killed("quarantine", 9);
    await quarantineOrGoOn(base, dropped);
    check(base, before, dropped, "quarantine", `quarantine killed at ${at}`);
    killed("undo", at);
    await undoAll(base);
    check(base, before, dropped, "place", `undo killed at ${at}`);
  }
  assert.deepEqual(await audited(base), Array.from({ length: 3 }, () => [`quarantined ${dropped.length}`, `restored ${dropped.length}`]).flat());
});

/** A disk on which steps fail from one on, until it is mended. */
function failing(from: number, code: string): { readonly disk: Disk; mended: boolean } {
  let steps = 0;
  const state = { mended: false };
  const may = <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    if (++steps >= from && !state.mended) throw Object.assign(new Error(`${code}: it cannot be done`), { code });
    return work(...args);
  };
  const { makeFolder, removeFolder, createFile, appendAt, syncFile, syncFolder, rename, link, unlink } = realDisk;
  return Object.assign(state, {
    disk: {
      makeFolder: may(makeFolder), removeFolder, createFile: may(createFile), appendAt: may(appendAt), syncFile: may(syncFile), syncFolder: may(syncFolder), rename: may(rename), link: may(link), unlink: may(unlink),
    },
  });
}

for (const [code, words] of [["ENOSPC", /Make room on the disk/], ["EROFS", /Make the folder writable/], ["EACCES", /Make the folder writable/], ["EIO", /nothing is lost|try again/]] as const) {
  test(`a disk that fails with ${code} half way: said how far it came, and gone on with or undone`, async (t) => {
    const base = folder(t);
    const { all, dropped } = plant(base, 24);
    const before = contents(base, all);
    for (let from = 1; from < 60; from += 3) {
      const fails = failing(from, code);
      const about = `${code} from step ${from}`;
      const thrown = await quarantineOrGoOn(base, dropped, { disk: fails.disk }).then(() => null, (error: unknown) => error);
      if (thrown === null) break;
      assert.ok(thrown instanceof InfomaxError, about);
      assert.match(thrown.message, words, about);
      assert.ok(["cannot-apply", "unfinished"].includes(thrown.code), thrown.code);
      const began = (await operationNames(base)).length > 0;
      assert.equal(thrown.code === "unfinished", began, `${about}: ${thrown.message}`);
      const moved = dropped.filter((file) => contents(base, [file]).get(file) === null).length;
      if (began) assert.match(thrown.message, new RegExp(`${moved} of ${dropped.length} files are moved`), about);
      assert.equal(counted(base, before).lost, 0, about);
      if (from % 2 === 0 && began) {
        const undone = await undoAll(base, { disk: failing(from / 2, code).disk }).then(() => null, (error: unknown) => error);
        assert.ok(undone === null || (undone instanceof InfomaxError && undone.code === "unfinished"), String(undone));
        await undoAll(base);
      } else {
        await quarantineOrGoOn(base, dropped);
        check(base, before, dropped, "quarantine", about);
        await undoAll(base);
      }
      check(base, before, dropped, "place", about);
      fs.rmSync(path.join(base, ".infomax"), { recursive: true });
    }
  });
}
