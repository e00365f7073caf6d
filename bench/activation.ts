/**
 * How long the extension takes to activate in a real VS Code, beside what VS Code brings along, in windows that have come to
 * rest: loading of the code and the call of `activate`, as "Show Running Extensions" says.
 * `npm run bench:activation -- [--windows N]` after `npm run package`.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startHost } from "../test/browser/host.ts";

const OWN = "InfoMax Inspector";
const TARGET_MS = 50;
const REST_MS = 10_000;

const { values } = parseArgs({ options: { windows: { type: "string" } } });
const windows = Number(values.windows ?? 7);

/** @param start what activates it */
async function activations(start: "command" | "dataset"): Promise<ReadonlyMap<string, number>> {
  const workspace = await mkdtemp(path.join(os.tmpdir(), "infomax-bench-activation-"));
  // A JSON and a Markdown file have VS Code activate extensions of its own.
  await writeFile(path.join(workspace, "notes.json"), "{}\n");
  await writeFile(path.join(workspace, "notes.md"), "# Notes\n");
  if (start === "dataset") await writeFile(path.join(workspace, "infomax.json"), "{}\n");
  const host = await startHost({ workspace });
  try {
    const { workbench } = host;
    await workbench.openFile("notes.json");
    await workbench.openFile("notes.md");
    await sleep(REST_MS);
    if (start === "command") await workbench.runCommand("InfoMax: Show Log");
    await sleep(2000);
    return await workbench.activationTimes(OWN);
  } finally {
    await host.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN)) / 2;
}

process.stdout.write(`${windows} windows each; wanted: ${TARGET_MS} ms\n\n| activated by | ${OWN}: median, all (ms) | VS Code's own, at the median (ms) |\n| --- | --- | --- |\n`);
for (const start of ["command", "dataset"] as const) {
  const found: ReadonlyMap<string, number>[] = [];
  for (let window = 0; window < windows; window++) found.push(await activations(start));
  const times = (name: string): readonly number[] => found.flatMap((own) => own.get(name) ?? []);
  const names = [...new Set(found.flatMap((own) => [...own.keys()]))].filter((name) => name !== OWN);
  const own = times(OWN);
  const others = names.map((name) => `${name} ${median(times(name)).toFixed(0)} (×${(median(own) / median(times(name))).toFixed(2)})`);
  process.stdout.write(`| ${start === "command" ? "a command, after a rest" : "a dataset, as the window opens"} | ${median(own).toFixed(0)}: ${own.join(", ")} | ${others.join(", ")} |\n`);
}
