/**
 * Kills a process at every step of a quarantine and of an undo (each write, half a write, rename, link, unlink, folder made or removed, fsync),
 * starts again, and counts what is lost: `npm run bench:faults -- [--files 300] [--every 1] [--folder DIR]`.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { verifyAudit } from "../src/core/audit/auditLog.ts";
import { contents, counted, plant, quarantineOrGoOn, undoAll } from "../src/core/quarantine/faults.fixture.ts";
import { unfinishedOperations } from "../src/core/quarantine/operations.ts";

const { values } = parseArgs({ options: { files: { type: "string", default: "300" }, every: { type: "string", default: "1" }, folder: { type: "string", default: os.tmpdir() } } });
const FILES = Number(values.files);
const EVERY = Number(values.every);

interface Row {
  readonly what: string;
  points: number;
  /** Over all points, at the kill and after starting again: contents in no place. */
  lostAtKill: number;
  lost: number;
  /** Names of one file in both places: at the kill that is the way of an undo, after starting again it must not be. */
  doubledAtKill: number;
  doubled: number;
  /** Points whose audit log is not exactly right, or whose quarantine stayed open. */
  wrong: number;
  seconds: number;
}

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(values.folder, "infomax-faults-")));
try {
  const child = path.join(scratch, "child.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../test/quarantineKilled.fixture.ts", import.meta.url))], outfile: child, bundle: true, platform: "node", format: "esm", logLevel: "error",
    banner: { js: "import { createRequire } from \"node:module\"; const require = createRequire(import.meta.url);" },
  });
  const root = path.join(scratch, "data");
  fs.mkdirSync(root);
  const { all, dropped } = plant(root, FILES);
  const before = contents(root, all);
  const input = JSON.stringify(dropped);
  const rows: Row[] = [];
  for (const [what, then] of [["quarantine", "go on"], ["quarantine", "undo"], ["undo", "undo"]] as const) {
    const row: Row = { what: `${what}, killed, then ${then}`, points: 0, lostAtKill: 0, lost: 0, doubledAtKill: 0, doubled: 0, wrong: 0, seconds: 0 };
    const start = performance.now();
    for (let at = 1; ; at += EVERY) {
      if (what === "undo") await quarantineOrGoOn(root, dropped);
      const { signal, status, stderr } = spawnSync(process.execPath, [child, root, what, String(at)], { input, encoding: "utf8" });
      const ended = signal === null && status === 0;
      if (!ended && signal !== "SIGKILL") throw new Error(`the child failed: ${stderr}`);
      const killed = counted(root, before);
      row.lostAtKill += killed.lost;
      row.doubledAtKill += killed.doubled;
      if (!ended) {
        row.points++;
        const open = await unfinishedOperations(root);
        const moved = dropped.filter((file) => fs.lstatSync(path.join(root, ...file.split("/")), { throwIfNoEntry: false }) === undefined).length;
        if (then === "go on" && moved < dropped.length + (open.length === 0 ? 0 : 1)) {
          const { files, verified } = await quarantineOrGoOn(root, dropped);
          if (files !== dropped.length || verified !== files) row.wrong++;
        } else if (open.length > 0 || moved > 0) await undoAll(root);
        const { lost, doubled } = counted(root, before);
        row.lost += lost;
        row.doubled += doubled;
      }
      // Everything is where the next point finds it as the first did.
      const there = dropped.some((file) => fs.lstatSync(path.join(root, ...file.split("/")), { throwIfNoEntry: false }) === undefined);
      if (there || (await unfinishedOperations(root)).length > 0) await undoAll(root);
      if (JSON.stringify([...contents(root, all)]) !== JSON.stringify([...before]) || (await unfinishedOperations(root)).length > 0) row.wrong++;
      const { entries, problems } = await verifyAudit(root);
      const told = entries.map(({ event }) => event).join();
      if (problems.length > 0 || !["", "quarantined,restored"].includes(told)) row.wrong++;
      fs.rmSync(path.join(root, ".infomax"), { recursive: true, force: true });
      if (ended) break;
    }
    row.seconds = (performance.now() - start) / 1000;
    rows.push(row);
    process.stderr.write(`${row.what}: ${row.points} points in ${row.seconds.toFixed(0)} s\n`);
  }
  process.stdout.write(`Node ${process.version}, ${os.platform()}, ${FILES} files, ${dropped.length} of them moved\n\n`);
  process.stdout.write("| what | points | lost | in two places | lost after starting again | in two places then | wrong | seconds |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const row of rows) process.stdout.write(`| ${row.what} | ${row.points} | ${row.lostAtKill} | ${row.doubledAtKill} | ${row.lost} | ${row.doubled} | ${row.wrong} | ${row.seconds.toFixed(0)} |\n`);
  process.stdout.write(`\n${rows.reduce((sum, row) => sum + row.points, 0)} kills, ${rows.reduce((sum, row) => sum + row.lost + row.lostAtKill, 0)} files lost, ${rows.reduce((sum, row) => sum + row.wrong, 0)} points wrong\n`);
  if (rows.some((row) => row.lost + row.lostAtKill + row.doubled + row.wrong > 0)) process.exitCode = 1;
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
