/** The built command line as a user runs it: `dist/cli.cjs` in a process of its own. Needs `npm run build`. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { startCli, type Ran, type Running } from "./commandLine.ts";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const CLI = path.join(ROOT, "dist", "cli.cjs");
const TEXTS = path.join(ROOT, "examples", "texts.jsonl");

let scratch = "";
let number = 0;
before(() => {
  assert.ok(existsSync(CLI), "dist/cli.cjs is missing: run npm run build first");
  scratch = mkdtempSync(path.join(os.tmpdir(), "infomax-cli-"));
});
after(() => rmSync(scratch, { recursive: true, force: true }));

function start(args: readonly string[], options: { readonly cwd?: string; readonly cache?: string } = {}): Running {
  return startCli(args, { cwd: options.cwd ?? scratch, cache: options.cache ?? path.join(scratch, "cache") });
}

function infomax(...args: string[]): Promise<Ran> {
  return start(args).finished;
}

/** Runs a command that must do its work in silence on stderr; returns what it printed. */
async function good(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await infomax(...args);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  return stdout;
}

/** Runs a command that must refuse in one line; returns the line. */
async function wrong(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await infomax(...args);
  assert.match(stderr, /^infomax: [^\n]+\n$/, `${args.join(" ")}: ${stderr}`);
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+|undefined|\[object|node:internal/, stderr);
  assert.equal(stdout, "");
  assert.equal(status, 2, stderr);
  return stderr.trimEnd();
}

/** A fresh folder in the scratch folder. */
function folder(name = "data"): string {
  const made = path.join(scratch, String(++number), name);
  mkdirSync(made, { recursive: true });
  return made;
}

function file(name: string, content: string | Uint8Array): string {
  const made = path.join(folder(), name);
  writeFileSync(made, content);
  return made;
}

const SUBJECTS = ["The harbour", "A lamp", "My bicycle", "Our teacher", "The oven", "Her violin"];
const DEEDS = ["was painted green in spring", "needs oil before the long journey", "makes a strange noise at night", "stood beside the old library", "costs more than the neighbours said", "broke when the train came in"];

/** JSONL lines of different texts with ids r0, r1, … and two labels. */
function records(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({ id: `r${i}`, text: `${SUBJECTS[i % 6]} ${DEEDS[Math.floor(i / 6) % 6]} ${"x".repeat(Math.floor(i / 36))}`, label: i % 2 === 0 ? "even" : "odd", score: i / 10 }));
}

function jsonl(lines: readonly string[]): string {
  return file("data.jsonl", `${lines.join("\n")}\n`);
}

interface NpyOptions {
  readonly fortran?: boolean;
  readonly poison?: boolean;
}

function npy(rows: number, { fortran = false, poison = false }: NpyOptions = {}): Buffer {
  const dims = 4;
  const dictionary = `{'descr': '<f4', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${rows}, ${dims}), }`;
  const head = `${dictionary.padEnd(117)}\n`;
  const values = new Float32Array(rows * dims).map((_, i) => Math.sin(i * i + 1));
  if (poison) values[5] = NaN;
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0, head.length, 0]), Buffer.from(head, "latin1"), Buffer.from(values.buffer)]);
}

async function picture(i: number): Promise<Buffer> {
  const pixels = Buffer.from(Uint8Array.from({ length: 32 * 32 * 3 }, (_, p) => 127 + 120 * Math.sin((i + 1) * (p % 97) * 0.11 + Math.floor(p / 96) * (i % 7) * 0.31)));
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } }).jpeg({ quality: 90 }).toBuffer();
}

async function imageFolder(names: readonly string[], name?: string): Promise<string> {
  const root = folder(name);
  for (const [i, image] of names.entries()) {
    mkdirSync(path.dirname(path.join(root, image)), { recursive: true });
    writeFileSync(path.join(root, image), await picture(i));
  }
  return root;
}

interface Decision {
  readonly id: string;
  readonly decision: "kept" | "dropped";
  readonly reason: string;
}

function decisions(selectionFile: string): Decision[] {
  return readFileSync(selectionFile, "utf8").trimEnd().split("\n").slice(1).map((line) => JSON.parse(line) as Decision);
}

/** What a command prints with --json, which must be one object and nothing else. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const value: unknown = JSON.parse(await good(...args, "--json"));
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  return value as Record<string, unknown>;
}

test("help and version", async () => {
  assert.match(await good("--help"), /Usage: infomax <command>/);
  assert.equal(await good(), await good("--help"));
  const help = await good("help", "prune");
  assert.match(help, /--budget/);
  assert.equal(await good("prune", "--help"), help);
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  assert.equal(await good("--version"), `${version}\n`);
});

test("wrong usage", async () => {
  const data = jsonl(records(12));
  assert.match(await wrong("prune", data, "--budget", "5", "--shiny"), /--shiny/);
  assert.match(await wrong("prune", data, "--budget"), /--budget needs a value/);
  assert.match(await wrong("ship", data), /no command "ship"/);
  assert.match(await wrong("prune"), /needs a dataset/);
  assert.match(await wrong("prune", data), /needs a budget/);
  assert.match(await wrong("explain", data), /needs one id/);
});

test("a missing, empty or unreadable dataset", async () => {
  assert.match(await wrong("index", path.join(scratch, "nowhere")), /nowhere: there is no such file or folder/i);
  assert.match(await wrong("index", folder("hollow")), /hollow: .*no image and no JSONL/);
  assert.match(await wrong("index", file("empty.jsonl", "")), /empty\.jsonl: .*no record/);
  assert.match(await wrong("index", jsonl(["{", "nonsense", "[1]"])), /data\.jsonl:1: No record can be read/);
  assert.match(await wrong("index", file("data.xml", "<a/>")), /\.xml files are not read/);
});

test("a ragged CSV row and a line that is not JSON are counted, named and left out", async () => {
  const csv = file("table.csv", `text,label\n${DEEDS.map((deed, i) => `${SUBJECTS[i]} ${deed},a\n`).join("")}one,two,three\n`);
  const printed = await good("index", csv);
  assert.match(printed, /6 texts/);
  assert.match(printed, /1 sample could not be read and is left out:\n {4}table\.csv:8: /);
  const lines = records(6);
  const broken = await good("index", jsonl([...lines.slice(0, 2), '{"id": oops', ...lines.slice(2)]));
  assert.match(broken, /6 texts/);
  assert.match(broken, /1 sample could not be read and is left out:\n {4}data\.jsonl:3: /);
  const many = await good("index", jsonl([...lines, ...Array.from({ length: 9 }, () => "oops")]));
  assert.match(many, /9 samples could not be read and are left out:[^]*data\.jsonl:11: [^\n]*\n {4}… and 4 more/);
});

test("a truncated JPEG is counted, named and left out", async () => {
  const root = await imageFolder(["a/1.jpg", "a/2.jpg", "b/3.jpg", "b/4.jpg", "b/5.jpg"]);
  const whole = readFileSync(path.join(root, "b", "4.jpg"));
  writeFileSync(path.join(root, "b", "4.jpg"), whole.subarray(0, whole.length / 2));
  const printed = await good("index", root);
  assert.match(printed, /4 images in 2 classes/);
  assert.match(printed, /1 sample could not be read and is left out:\n {4}b\/4\.jpg: /);
  const { kept, samples } = await json("prune", root, "--budget", "100%");
  assert.deepEqual([kept, samples], [4, 4]);
});

test("imported embeddings that do not fit", async () => {
  const data = jsonl(records(12));
  assert.match(await good("index", data, "--embeddings", file("good.npy", npy(12))), /4 dimensions/);
  assert.match(await wrong("index", data, "--embeddings", file("short.npy", npy(11))), /short\.npy: .*11 rows.*12 records/);
  assert.match(await wrong("index", data, "--embeddings", file("fortran.npy", npy(12, { fortran: true }))), /fortran\.npy: .*Fortran/i);
  assert.match(await wrong("index", data, "--embeddings", file("nan.npy", npy(12, { poison: true }))), /nan\.npy: Row 1 .*NaN/);
  const magic = npy(12);
  magic[1] = 0;
  assert.match(await wrong("index", data, "--embeddings", file("magic.npy", magic)), /magic\.npy: .*no NumPy/);
  assert.match(await wrong("index", data, "--embeddings", file("cut.npy", npy(12).subarray(0, 200))), /cut\.npy: .*bytes/);
  assert.match(await wrong("index", data, "--embeddings", path.join(scratch, "none.npy")), /none\.npy: .*no such file/i);
});

test("an importance column that is not numeric, or is not there", async () => {
  const lines = records(12);
  lines[4] = lines[4].replace('"score":0.4', '"score":"high"');
  const message = await wrong("index", jsonl(lines), "--importance-column", "score");
  assert.match(message, /data\.jsonl:5: /);
  assert.match(message, /"?high"?/);
  assert.match(await wrong("index", jsonl(records(12)), "--importance-column", "worth"), /"worth"/);
  const csv = await wrong("index", file("t.csv", "text,score\nfirst line,1\nsecond line,n/a\n"), "--importance-column", "score");
  assert.match(csv, /t\.csv:3: .*n\/a/);
});

test("budgets that make no sense", async () => {
  const data = jsonl(records(12));
  for (const budget of ["0", "0%", "101%", "abc", "2.5", "13"]) assert.match(await wrong("prune", data, "--budget", budget), new RegExp(`budget.*${budget}`), budget);
  assert.match(await wrong("prune", data, "--budget", "13"), /13.*12/);
  assert.match(await wrong("prune", data, "--budget", "5", "--name", "../out"), /cannot name a selection/);
  assert.ok(!existsSync(path.join(path.dirname(data), ".infomax")), "a refused command has written something");
});

test("a budget below the number protected says both numbers", async () => {
  const data = jsonl(records(12));
  await good("protect", data, "r1", "r2", "r3");
  const message = await wrong("prune", data, "--budget", "2");
  assert.match(message, /\b2\b.*\b3\b/);
});

test("an id that is not there, and a truth file that is not there", async () => {
  const data = jsonl(records(12));
  for (const command of ["explain", "protect", "unprotect", "exclude", "include", "prefer", "unprefer"]) assert.match(await wrong(command, data, "r99"), /no sample "r99"/);
  assert.match(await wrong("protect", data, "r1", "r99"), /no sample "r99"/);
  assert.ok(!existsSync(path.join(path.dirname(data), ".infomax")), "half of a refused protection was written");
  assert.match(await wrong("clusters", data, "--truth", path.join(scratch, "truth.json")), /truth\.json: /);
});

test("control characters in file names and values reach no error message or result", { skip: process.platform === "win32" }, async () => {
  const hostile = "\u001b[31m\u202e";
  const seen = [
    (await infomax("index", path.join(scratch, `no${hostile}where`))).stderr,
    (await infomax("index", jsonl(records(12).map((line) => line.replace(/"score":[\d.]+/, `"score":${JSON.stringify(hostile)}`))), "--importance-column", "score")).stderr,
    await good("clusters", jsonl(records(6).flatMap((line) => [line, line]).map((line, i) => JSON.stringify({ ...(JSON.parse(line) as object), id: `${hostile}\n${i}`, label: hostile })))),
    await good("index", await imageFolder([`a/${hostile}1.jpg`, "a/2.jpg"], `set${hostile}`)),
  ];
  for (const text of seen) {
    assert.match(text, /\\u001b|set|indexed/);
    assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
  }
});

test("a damaged cache file is rebuilt", async () => {
  const data = jsonl(records(12));
  const cache = path.join(folder(), "cache");
  const first = await json("index", data, "--cache", cache);
  const damage = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const inside = path.join(at, entry.name);
      if (entry.isDirectory()) damage(inside);
      else {
        const bytes = readFileSync(inside);
        bytes[bytes.length >> 1] ^= 0xff;
        writeFileSync(inside, bytes.subarray(0, bytes.length - 3));
      }
    }
  };
  damage(cache);
  const second = await json("index", data, "--cache", cache);
  assert.deepEqual([second["samples"], second["duplicates"]], [first["samples"], first["duplicates"]]);
  const third = await json("index", data, "--cache", cache);
  assert.equal(third["indexedAt"], second["indexedAt"], "the rebuilt cache is not used");
});

test("a dropped sample that is protected is kept at the same budget, and no longer once unprotected", async () => {
  const data = path.join(folder(), "texts.jsonl");
  cpSync(TEXTS, data);
  const prune = async (): Promise<Decision[]> => decisions(String((await json("prune", data, "--budget", "30", "--name", "v1"))["selectionFile"]));
  const before = await prune();
  const dropped = before.find(({ decision, reason }) => decision === "dropped" && reason === "low-importance") ?? before.find(({ decision }) => decision === "dropped");
  assert.ok(dropped !== undefined);
  assert.match(await good("explain", data, dropped.id), /Dropped from "v1"/);
  assert.match(await good("protect", data, dropped.id, "--note", "gold standard"), /1 sample is now protected/);
  assert.match(await good("protect", data, dropped.id), /0 samples .*1 was so already/);
  const pinned = await prune();
  assert.equal(pinned.filter(({ decision }) => decision === "kept").length, 30);
  assert.deepEqual(pinned.filter(({ id }) => id === dropped.id).map(({ decision, reason }) => [decision, reason]), [["kept", "protected"]]);
  assert.match(await good("explain", data, dropped.id), /because it is protected \(gold standard\)/);
  assert.match(await good("unprotect", data, dropped.id), /1 sample is no longer protected/);
  assert.deepEqual(await prune(), before);
});

test("an excluded sample is kept at no budget, until it is included again", async () => {
  const data = jsonl(records(12));
  assert.match(await good("exclude", data, "r1", "r4", "--note", "blurred"), /2 samples are now excluded; 2 in all \(.*excluded\.jsonl\)/);
  assert.match(await good("exclude", data, "r1"), /0 samples .*1 was so already/);
  const { selectionFile, dropped } = await json("prune", data, "--budget", "10", "--name", "v1");
  assert.deepEqual(dropped, { excluded: 2 });
  assert.deepEqual(decisions(String(selectionFile)).filter(({ reason }) => reason === "excluded").map(({ id }) => id), ["r1", "r4"]);
  assert.match(await good("prune", data, "--budget", "6"), /\b2\s+excluded by hand/);
  assert.match(await wrong("prune", data, "--budget", "11"), /\b11\b.*\b10\b/);
  assert.match(await good("explain", data, "r4"), /excluded by hand \(blurred\)/);
  assert.match(await wrong("protect", data, "r4"), /"r4" is excluded.*infomax include/);
  assert.match(await good("index", data), /excluded: 2 samples/);
  assert.match(await good("include", data, "r1", "r4"), /2 samples are no longer excluded; 0 in all/);
  assert.equal((await json("prune", data, "--budget", "11"))["kept"], 11);
});

test("of near-duplicates one is preferred, and the preference is taken back", async () => {
  const data = jsonl([...records(6), ...records(6)].map((line, i) => JSON.stringify({ ...(JSON.parse(line) as object), id: `s${i}` })));
  assert.match(await good("prefer", data, "s0", "--note", "original"), /1 sample is now preferred; 1 in all \(.*keepers\.jsonl\)/);
  assert.match(await good("prefer", data, "s6"), /1 sample is now preferred; 1 in all/);
  assert.match(await good("clusters", data), /s6 .*preferred/);
  assert.match(await wrong("exclude", data, "s6"), /"s6" is preferred.*infomax unprefer/);
  assert.match(await good("unprefer", data, "s6"), /1 sample is no longer preferred; 0 in all/);
});

test("a pin whose sample is gone is reported and stays in the file", async () => {
  const lines = records(12);
  const data = jsonl(lines);
  await good("protect", data, "r3", "r5");
  const pins = path.join(path.dirname(data), ".infomax", "protected.jsonl");
  const before = readFileSync(pins, "utf8");
  writeFileSync(data, `${lines.filter((_, i) => i !== 3).join("\n")}\n`);
  assert.match(await good("prune", data, "--budget", "4"), /protected, but not in the dataset now: r3/);
  assert.equal(readFileSync(pins, "utf8"), before);
  assert.match(await good("unprotect", data, "r3"), /1 sample is no longer protected/);
  assert.doesNotMatch(readFileSync(pins, "utf8"), /"r3"/);
});

test("--json prints one object for every command", async () => {
  const data = path.join(folder(), "texts.jsonl");
  cpSync(TEXTS, data);
  const truth = path.join(ROOT, "examples", "truth.json");
  assert.equal((await json("index", data))["samples"], 223);
  const clusters = await json("clusters", data, "--limit", "2", "--members", "3", "--truth", truth);
  assert.deepEqual([clusters["total"], (clusters["clusters"] as unknown[]).length], [24, 2]);
  assert.deepEqual(clusters["truth"], { exactPlanted: 12, exactFound: 12, nearPlanted: 24, nearFound: 24, clusters: 24, falseClusters: 0 });
  assert.ok(((await json("curve", data, "--budget", "10%"))["points"] as unknown[]).length > 5);
  assert.equal((await json("prune", data, "--budget", "10%"))["kept"], 22);
  assert.equal((await json("explain", data, "t0001"))["selection"], "texts-10pct");
  assert.equal((await json("protect", data, "t0001"))["protectedCount"], 1);
  assert.equal((await json("unprotect", data, "t0001"))["protectedCount"], 0);
  assert.equal((await json("exclude", data, "t0001"))["excludedCount"], 1);
  assert.equal((await json("include", data, "t0001"))["excludedCount"], 0);
  assert.equal((await json("prefer", data, "t0001"))["preferredCount"], 1);
  assert.equal((await json("unprefer", data, "t0001"))["preferredCount"], 0);
});

test("clusters that fail the comparison end in exit status 1", async () => {
  const data = path.join(folder(), "texts.jsonl");
  cpSync(TEXTS, data);
  const { status, stdout } = await infomax("clusters", data, "--threshold", "1", "--truth", path.join(ROOT, "examples", "truth.json"));
  assert.equal(status, 1);
  assert.match(stdout, /near-duplicates\s+24\s+0/);
});

test("the ids that clusters print are those that protect takes, also without an id field", async () => {
  const texts = [...SUBJECTS, SUBJECTS[0]].map((subject, i) => JSON.stringify({ text: `${subject} ${DEEDS[i % 6]}` }));
  const data = jsonl(texts);
  const id = /1\.000 {2}(data\.jsonl#\S+) {2}/.exec(await good("clusters", data))?.[1];
  assert.ok(id !== undefined);
  assert.match(await good("protect", data, id), /1 sample is now protected/);
});

test("the same input and settings give the same bytes, from two caches and two places", async () => {
  const seen: Buffer[][] = [];
  for (let run = 0; run < 2; run++) {
    const data = path.join(folder(), "texts.jsonl");
    cpSync(TEXTS, data);
    const { selectionFile, idsFile } = await json("prune", data, "--budget", "30%", "--cache", path.join(folder(), "cache"));
    seen.push([readFileSync(String(selectionFile)), readFileSync(String(idsFile))]);
  }
  assert.deepEqual(seen[0], seen[1]);
});

test("nothing but .infomax appears in the dataset's folder, and no sample changes", async () => {
  const root = await imageFolder(["a/1.jpg", "a/2.jpg", "b/3.jpg", "b/4.jpg"]);
  const snapshot = (): string[] => readdirSync(root, { encoding: "utf8", recursive: true })
    .filter((name) => !name.startsWith(".infomax"))
    .map((name) => `${name} ${statSync(path.join(root, name)).isFile() ? readFileSync(path.join(root, name)).toString("base64") : "folder"}`).sort();
  const before = snapshot();
  for (const args of [["index", root], ["clusters", root], ["curve", root], ["prune", root, "--budget", "2"], ["explain", root, "a/1.jpg"], ["protect", root, "a/1.jpg"], ["unprotect", root, "a/1.jpg"]]) await good(...args);
  assert.deepEqual(snapshot(), before);
  assert.deepEqual(readdirSync(root).sort(), [".infomax", "a", "b"]);
});

test("names with spaces, other scripts and a leading dash", async () => {
  const names = ["-front view/-1 ü.jpg", "-front view/猫.jpg", "back é/2.jpg", "back é/3.jpg"];
  const root = await imageFolder(names, "-my set");
  const cwd = path.dirname(root);
  const run = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await start(args, { cwd }).finished;
    assert.deepEqual([status, stderr], [0, ""]);
    return stdout;
  };
  assert.match(await run("protect", "--", "-my set", "-front view/-1 ü.jpg", "-front view/猫.jpg"), /2 samples are now protected/);
  await run("prune", "--budget", "2", "--name", "v1", "--", "-my set");
  assert.deepEqual(readFileSync(path.join(root, ".infomax", "selections", "v1.ids.txt"), "utf8").trimEnd().split("\n").sort(), names.slice(0, 2).sort());
});

test("a reader of the output that goes away is no fault", { skip: process.platform === "win32" }, async () => {
  // `true` has ended long before node has started, so that every write fails.
  const child = spawn("sh", ["-c", '{ "$0" "$1" help prune; echo "status $?" >&2; } | true', process.execPath, CLI], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => { stderr += String(text); });
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(stderr, "status 0\n");
});

test("Ctrl-C while indexing ends with 130, and the next run finishes", { skip: process.platform === "win32" }, async () => {
  const words = Array.from({ length: 3000 }, (_, i) => `w${(i * 7919).toString(36)}`);
  let at = 1;
  const word = (): string => words[(at = (at * 48271) % 2147483647) % words.length];
  const lines = Array.from({ length: 12_000 }, (_, i) => JSON.stringify({ id: i, text: Array.from({ length: 16 }, word).join(" ") }));
  const data = jsonl(lines);
  const cache = path.join(folder(), "cache");
  const running = start(["index", data], { cache });
  let ended = false;
  void running.finished.then(() => { ended = true; });
  // The cache folder is made when the work has begun; before that, the signal would find no one to take it.
  while (!ended && !existsSync(cache)) await sleep(5);
  await sleep(200);
  running.interrupt();
  const { status, stdout, stderr } = await running.finished;
  assert.equal(status, 130, `${stdout}${stderr}`);
  assert.match(stderr, /^infomax: Cancelled\. [^\n]+\n$/);
  assert.equal(stdout, "");
  const again = await start(["index", data], { cache }).finished;
  assert.deepEqual([again.status, again.stderr], [0, ""]);
  assert.match(again.stdout, /12,000 texts/);
});
