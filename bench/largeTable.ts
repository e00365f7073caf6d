/**
 * Annotating a table of 1,000,000 lines in a real VS Code: each step's time, and how long the extension host was blocked
 * during it. `npm run bench:large-table [-- --lines 1000000]` after `npm run build`.
 * CodeLenses in files of more than 20 MB or 300,000 lines want `editor.largeFileOptimizations` of VS Code switched off, and in a remote
 * window it asks before it opens a file of more than 10 MB: both are set here.
 */
import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { copyFile, mkdtemp, open, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startHost, type Host } from "../test/browser/host.ts";
import { eventually } from "../test/browser/steps.ts";

const DIMENSIONS = 8;
const INSERTED = 3;
const EDITED_LINE = 1000;

const { values } = parseArgs({ options: { lines: { type: "string" } } });
const count = Number(values.lines ?? 1_000_000);
const middle = count / 2;

const textOf = (i: number): string => `note ${String(i).padStart(7, "0")}`;

const insertedLine = (i: number): string => `{"text": "put in ${i}"}`;

async function writeTable(file: string): Promise<void> {
  const out = createWriteStream(file);
  for (let i = 0; i < count; i += 10_000) {
    const part = Array.from({ length: Math.min(10_000, count - i) }, (_, k) => `${JSON.stringify({ text: textOf(i + k + 1) })}\n`).join("");
    if (!out.write(part)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** Random unit vectors, the same for each row whenever they are written. @param inserted rows put in before row `at` */
async function writeVectors(file: string, at: number, inserted: number): Promise<void> {
  const rows = count + inserted;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${DIMENSIONS}), }`;
  const padded = `${header}${" ".repeat((64 - ((10 + header.length + 1) % 64)) % 64)}\n`;
  const begin = Buffer.alloc(10);
  begin.write("\x93NUMPY\x01\x00", "latin1");
  begin.writeUInt16LE(padded.length, 8);
  const vectors = new Float32Array(rows * DIMENSIONS);
  let state = 1;
  const fill = (row: number): void => {
    for (let d = 0; d < DIMENSIONS; d++) {
      // A linear congruential generator (Numerical Recipes) is random enough here.
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      vectors[row * DIMENSIONS + d] = state / 2 ** 31 - 1;
    }
  };
  for (let row = 0; row < rows; row++) if (row < at || row >= at + inserted) fill(row);
  for (let row = at; row < at + inserted; row++) fill(row);
  const handle = await open(file, "w");
  await handle.write(Buffer.concat([begin, Buffer.from(padded, "latin1"), Buffer.from(vectors.buffer)]));
  await handle.close();
}

/** Runs one step and prints its line of the table. */
async function step(host: Host, what: string, work: () => Promise<unknown>): Promise<void> {
  const begun = Date.now();
  const clock = performance.now();
  await work();
  const elapsed = performance.now() - clock;
  // The probe tells each quarter second what was longest.
  await sleep(600);
  process.stdout.write(`| ${what} | ${elapsed < 10_000 ? `${elapsed.toFixed(0)} ms` : `${(elapsed / 1000).toFixed(1)} s`} | ${(await host.longestDelay(begun)).toFixed(0)} ms |\n`);
}

/** Waits, in the page itself, until a CodeLens stands right above the line with a text, and tells where its middle is. */
async function lensAbove(host: Host, lineText: string, title: string): Promise<{ x: number; y: number }> {
  const found = await host.workbench.page.waitForFunction<{ x: number; y: number } | null>(`(() => {
    const line = [...document.querySelectorAll(".editor-instance .view-line")].find((one) => one.textContent.replaceAll("\u00a0", " ").includes(${JSON.stringify(lineText)}));
    const at = line?.getBoundingClientRect();
    for (const lens of at === undefined ? [] : document.querySelectorAll(".editor-instance .codelens-decoration a")) {
      const box = lens.getBoundingClientRect();
      if (lens.textContent.includes(${JSON.stringify(title)}) && box.top <= at.top && at.top - box.top < 1.9 * at.height) return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    }
    return null;
  })()`, undefined, { timeout: 120_000 });
  const place = await found.jsonValue();
  if (place === null) throw new Error(`No CodeLens ${title}`);
  return place;
}

async function goToLine(host: Host, line: number): Promise<void> {
  await host.workbench.page.keyboard.press("Control+G");
  await host.workbench.answer(`:${line}`);
  await host.workbench.statusBarItem(new RegExp(`Ln ${line},`)).waitFor();
}

async function reindex(host: Host, file: string): Promise<void> {
  await host.workbench.contextMenu(host.workbench.explorerItem(path.basename(file)), "Index Dataset");
  await host.workbench.waitForNotification(/is indexed/, 1_800_000);
  await host.workbench.clearNotifications();
}

const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "infomax-large-")));
const storage = await mkdtemp(path.join(os.tmpdir(), "infomax-large-storage-"));
try {
  const table = path.join(folder, "notes.jsonl");
  await writeTable(table);
  await copyFile(table, path.join(folder, "notes.log"));
  const vectors = path.join(folder, "vectors.npy");
  await writeVectors(vectors, 0, 0);
  await writeFile(path.join(folder, "infomax.json"), JSON.stringify({
    embeddings: "vectors.npy", importance: { source: "uniform" }, selection: { neighbors: 5, partition: "random", partitionSize: 2000, threshold: 0.999 },
  }));
  process.stdout.write(`${count.toLocaleString("en-US")} lines, ${((await stat(table)).size / 1e6).toFixed(1)} MB\n\n| step | time | extension host blocked at most |\n| --- | --- | --- |\n`);
  const host = await startHost({ workspace: folder, inPlace: true, built: true, storage, delays: true, settings: { "editor.largeFileOptimizations": false, "workbench.editorLargeFileConfirmation": 1024, "files.autoSave": "off" } });
  try {
    await bench(host, table, vectors);
    for (const error of host.workbench.consoleErrors) process.stdout.write(`console: ${error}\n`);
  } catch (error) {
    process.stdout.write(`${await host.workbench.screenshot("failed-large-table")}\n`);
    throw error;
  } finally {
    await host.stop();
  }
} finally {
  for (const scratch of [folder, storage]) await rm(scratch, { recursive: true, force: true });
}

async function bench(host: Host, table: string, vectors: string): Promise<void> {
  const { workbench } = host;
  const { page } = workbench;
  const pinned = async (): Promise<string[]> => (await readFile(path.join(path.dirname(table), ".infomax", "protected.jsonl"), "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  const lensAt = (i: number, title: string) => lensAbove(host, textOf(i), title);
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await page.keyboard.press("Escape");
  await step(host, `index (${DIMENSIONS}-dimensional vectors that are given)`, () => reindex(host, table));
  await step(host, "beside: open the same lines as notes.log, which is no table, until they are shown", async () => {
    await workbench.openFile("notes.log");
    await page.locator(".editor-instance .view-line").filter({ hasText: textOf(1) }).first().waitFor();
    // VS Code hands a document to its extensions after it has shown it.
    await sleep(5000);
  });
  await page.keyboard.press("Control+F4");
  await step(host, "open", async () => {
    await workbench.openFile(path.basename(table));
    await page.locator(".editor-instance .view-line").filter({ hasText: textOf(1) }).first().waitFor();
  });
  await step(host, "decorate: the first CodeLens", () => lensAt(1, "Protect"));
  await step(host, "go to the middle and decorate it", async () => {
    await goToLine(host, middle);
    await lensAt(middle, "Protect");
  });
  await step(host, "pin the record in the middle by its CodeLens, until it is in the file", async () => {
    const { x, y } = await lensAt(middle, "Protect");
    await page.mouse.click(x, y);
    await eventually("the pin", pinned, (lines) => lines.length === 1);
  });
  await step(host, "the same, until its line says so", () => lensAt(middle, "Protected"));
  const [pin] = await pinned();
  await step(host, "scroll for 5 s", async () => {
    await page.mouse.move(700, 400);
    for (let i = 0; i < 100; i++) {
      await page.mouse.wheel(0, 400);
      await sleep(50);
    }
  });
  await step(host, `put ${INSERTED} lines in above it`, async () => {
    await goToLine(host, EDITED_LINE);
    for (let i = 0; i < INSERTED; i++) {
      await page.keyboard.insertText(insertedLine(i));
      await page.keyboard.press("Enter");
    }
    await lensAt(EDITED_LINE, "Protect");
  });
  await step(host, "go to it, not saved: pinned still", async () => {
    await goToLine(host, middle + INSERTED);
    await lensAt(middle, "Protected");
  });
  await step(host, "go to the first line, then to the next protected sample (Alt+F9), not saved", async () => {
    await goToLine(host, 1);
    await page.keyboard.press("Alt+F9");
    await workbench.statusBarItem(new RegExp(`Ln ${middle + INSERTED},`)).waitFor();
  });
  const { size: before } = await stat(table);
  await step(host, "save", async () => {
    await page.keyboard.press("Control+S");
    await eventually("saved", async () => (await stat(table)).size, (size) => size === before + INSERTED * (insertedLine(0).length + 1), 60_000);
    await page.locator(".tab.dirty").waitFor({ state: "detached" });
  });
  await step(host, "pinned still, by its CodeLens", () => lensAt(middle, "Protected"));
  await step(host, "reload the window, until the editor shows the record", async () => {
    await page.reload();
    await workbench.waitUntilReady();
    await page.locator(".editor-instance .view-line").filter({ hasText: textOf(middle) }).first().waitFor();
  });
  await step(host, "decorate it with the index of before: pinned still", () => lensAt(middle, "Protected"));
  await writeVectors(vectors, EDITED_LINE - 1, INSERTED);
  await step(host, "index again", () => reindex(host, table));
  await step(host, "pinned still", async () => {
    await page.locator(".editor-instance .view-line").filter({ hasText: textOf(middle) }).first().click();
    await lensAt(middle, "Protected");
  });
  assert.deepEqual(await pinned(), [pin]);
  await step(host, "Ctrl+A, Protect, until it asks about all of them", async () => {
    await page.keyboard.press("Control+A");
    await page.keyboard.press("F1");
    await workbench.quickInput.locator("input").first().fill(">InfoMax: Protect Sample");
    await workbench.pick("InfoMax: Protect Sample");
    await workbench.dialog.getByText(`Protect ${(count + INSERTED).toLocaleString("en-US")} samples?`).waitFor({ timeout: 300_000 });
    await workbench.dialog.getByRole("button", { name: "Cancel" }).click();
  });
  assert.deepEqual(await pinned(), [pin]);
}
