import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { inflateRawSync } from "node:zlib";
import sharp from "sharp";
import { readBlock } from "../../src/protocol/columns.ts";
import { isReportContent, REPORT_PARTS, type ReportContent } from "../../src/protocol/report.ts";
import { startCli, type Ran } from "./commandLine.ts";

const scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), "infomax-report-")));
after(() => { rmSync(scratch, { recursive: true, force: true }); });

function run(...args: readonly string[]): Promise<Ran> {
  return startCli(args, { cwd: scratch, cache: path.join(scratch, "cache") }).finished;
}

interface Report {
  readonly html: string;
  readonly content: ReportContent;
  readonly columns: Buffer;
  readonly pictures: Buffer;
}

/** What the page's own script reads. */
function opened(file: string): Report {
  const html = readFileSync(file, "utf8");
  const part = (id: string): Buffer => inflateRawSync(Buffer.from(new RegExp(`id="${id}">([A-Za-z0-9+/=]*)<`).exec(html)?.[1] ?? "", "base64"));
  const content: unknown = JSON.parse(part(REPORT_PARTS.content).toString("utf8"));
  assert.ok(isReportContent(content));
  return { html, content, columns: part(REPORT_PARTS.columns), pictures: part(REPORT_PARTS.pictures) };
}

async function images(): Promise<string> {
  const folder = path.join(scratch, "shapes");
  for (const [c, name] of ["red", "<b>blue"].entries()) {
    mkdirSync(path.join(folder, name), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="hsl(${c * 200},60%,${20 + 5 * i}%)"/><circle cx="${8 + 4 * i}" cy="${60 - 4 * i}" r="${5 + i}" fill="white"/></svg>`;
      writeFileSync(path.join(folder, name, `${i}.png`), await sharp(Buffer.from(svg)).png().toBuffer());
    }
  }
  return folder;
}

test("a report holds every sample's figures and pictures in one file that names nothing of this machine and loads nothing", async () => {
  const folder = await images();
  symlinkSync(path.join(folder, "gone.png"), path.join(folder, "red", "broken.png"));
  const file = path.join(scratch, "out", "report.html");
  mkdirSync(path.dirname(file));
  const { status, stdout } = await run("report", folder, "--out", file, "--json");
  assert.equal(status, 0);
  const result = JSON.parse(stdout) as { bytes: number; samples: number; shown: number; pictures: number };
  assert.deepEqual([result.samples, result.shown, result.pictures], [24, 24, 24]);
  const { html, content, columns, pictures } = opened(file);
  assert.ok(result.bytes === Buffer.byteLength(html) && result.bytes < 5_000_000);
  assert.match(html, /default-src 'none'; img-src blob:; style-src 'sha256-[^']+' 'sha256-[^']+'; script-src 'sha256-[^']+';/);
  assert.equal(/<(link|img|iframe)\b|\bsrc=|@import|url\(\s*["']?http/.test(html.replace(/<script>[^]*<\/script>/, "")), false);
  assert.equal(`${html}${JSON.stringify(content)}`.includes(scratch), false, "a path of this machine");
  assert.deepEqual([content.summary.dataset, content.summary.root], ["shapes", ""]);
  for (const block of content.blocks) assert.ok(readBlock(block.block, block.places, columns.subarray(block.start, block.start + block.length)) !== null, block.block);
  assert.deepEqual(content.blocks.map(({ block }) => block).sort(), ["base", "clusters", "map", "order", "states"]);
  assert.equal(content.summary.rejectedTotal, 1);
  const [row, start, length] = content.pictures[5];
  const { format, width } = await sharp(pictures.subarray(start, start + length)).metadata();
  assert.deepEqual([format, width], ["webp", 64]);
  assert.ok(content.samples.some((sample) => sample.row === row));
});

test("a report of texts holds what they say; a place that cannot be written is one clear error", async () => {
  const file = path.join(scratch, "texts.jsonl");
  writeFileSync(file, Array.from({ length: 40 }, (_, i) => `${JSON.stringify({ text: `</script><script>alert(${i})</script> message ${i} of ${i * 7919}`, label: i % 2 === 0 ? "even" : "odd" })}\n`).join(""));
  const out = path.join(scratch, "texts.html");
  assert.equal((await run("report", file, "--out", out, "--strategies", "random")).status, 0);
  const { html, content } = opened(out);
  assert.equal(html.includes("alert("), false, "texts are packed, never markup");
  assert.equal(content.samples.length, 40);
  assert.match(content.samples[0].text ?? "", /<\/script><script>alert/);
  assert.deepEqual(content.curve.strategies.map(({ name }) => name), ["random"]);
  writeFileSync(path.join(scratch, "plain"), "a file");
  const failed = await run("report", file, "--out", path.join(scratch, "plain", "report.html"));
  assert.notEqual(failed.status, 0);
  assert.match(failed.stderr, /^infomax: .*cannot be written/);
  assert.equal(failed.stderr.trim().split("\n").length, 1);
});

test("texts that hardly compress do not make a report larger than it may be", async () => {
  const file = path.join(scratch, "dense.jsonl");
  let seed = 1;
  const letter = (): string => String.fromCodePoint(0x4e00 + ((seed = (seed * 48271) % 2147483647) % 20000));
  writeFileSync(file, Array.from({ length: 9000 }, (_, i) => `${JSON.stringify({ id: `d${i}`, text: Array.from({ length: 400 }, letter).join(""), label: String(i % 3) })}\n`).join(""));
  const out = path.join(scratch, "dense.html");
  const { status, stdout } = await run("report", file, "--out", out, "--json", "--encoder", "hashed");
  assert.equal(status, 0);
  const { bytes, shown } = JSON.parse(stdout) as { bytes: number; shown: number };
  assert.ok(bytes < 5_000_000 && shown > 500, `${bytes} bytes, ${shown} samples`);
});

test("a report takes the dataset's last comparison in, another one, or none; one that cannot be read is no hindrance", async () => {
  const folder = await images();
  const own = path.join(scratch, "out", "compare");
  const compared = await run("compare", folder, "--strategies", "random", "--budgets", "50%", "--redraws", "1", "--seeds", "1", "--no-shift", "--out", own);
  assert.equal(compared.status, 0, compared.stderr);
  const file = path.join(scratch, "compared.html");
  const report = async (...args: readonly string[]): Promise<ReportContent["comparison"]> => {
    const { status, stdout, stderr } = await run("report", folder, "--out", file, ...args);
    assert.equal(status, 0, stderr);
    const { html, content } = opened(file);
    assert.match(stdout, content.comparison === null ? /without a comparison/ : /with a comparison/);
    assert.equal(`${html}${JSON.stringify(content)}`.includes(scratch), false, "a path of this machine");
    return content.comparison;
  };
  const last = await report();
  assert.ok(last !== null);
  assert.deepEqual([last.file, last.stale, last.strategies.map(({ name }) => name)], ["compare.json", false, ["random"]]);
  assert.equal(await report("--no-comparison"), null);
  copyFileSync(path.join(own, "compare.json"), path.join(scratch, "other.json"));
  assert.equal((await report("--comparison", path.join(scratch, "other.json")))?.file, "other.json");
  const missing = await run("report", folder, "--out", file, "--comparison", path.join(scratch, "none.json"));
  assert.deepEqual([missing.status, /there is no such file/.test(missing.stderr)], [2, true]);

  const kept = readdirSync(path.join(scratch, "cache")).map((name) => path.join(scratch, "cache", name, "comparison", "compare.json")).filter((name) => existsSync(name));
  assert.equal(kept.length, 1);
  writeFileSync(kept[0], "{}");
  assert.equal(await report(), null);
});
