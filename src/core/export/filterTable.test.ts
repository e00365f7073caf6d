import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import type { Dataset } from "../dataset/dataset.ts";
import { testFolder } from "../dataset/folder.fixture.ts";
import { openDataset } from "../dataset/openDataset.ts";
import { tableFormatOf } from "../dataset/paths.ts";
import { InfomaxError } from "../errors.ts";
import { filterTable } from "./filterTable.ts";
import { TableBytes } from "./tableBytes.ts";

async function filtered(dataset: Dataset, rows: readonly number[]): Promise<string> {
  const name = dataset.files[0];
  const source = await TableBytes.open(path.join(dataset.root, name), await realpath(dataset.root));
  const parts: Buffer[] = [];
  try {
    await filterTable(source, tableFormatOf(name) ?? "jsonl", rows.map((row) => ({ byteStart: dataset.byteStart[row], byteLength: dataset.byteLength[row], firstLine: dataset.firstLine[row] })),
      (bytes) => { parts.push(Buffer.from(bytes)); return Promise.resolve(); });
  } finally {
    await source.close();
  }
  return Buffer.concat(parts).toString("utf8");
}

/** The rows of a table with their terminators, found one character at a time. */
function slowRows(text: string, quotes: boolean): string[] {
  const rows: string[] = [];
  let row = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    row += text[i];
    if (quotes && text[i] === "\"") quoted = !quoted;
    const ends = text[i] === "\n" || (quotes && text[i] === "\r" && text[i + 1] !== "\n");
    if (!ends || quoted) continue;
    rows.push(row);
    row = "";
  }
  return row === "" ? rows : [...rows, row];
}

function fieldsIn(row: string, delimiter: string): number {
  let quoted = false;
  let fields = 1;
  for (const character of row) {
    if (character === "\"") quoted = !quoted;
    else if (character === delimiter && !quoted) fields++;
  }
  return fields;
}

const blank = (row: string): boolean => row.replace(/[\r\n]/g, "") === "";

/** What a filter must give, by its definition: the mark, the header, and the records whose turn is in `kept`. */
function reference(text: string, format: "jsonl" | "csv" | "tsv", kept: ReadonlySet<number>): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const rows = slowRows(text.slice(mark.length), format !== "jsonl").filter((row) => !blank(row));
  if (format === "jsonl") {
    const records = rows.filter((row) => row.startsWith("{"));
    return mark + records.filter((_, i) => kept.has(i)).join("");
  }
  const [header, ...rest] = rows;
  const delimiter = format === "csv" ? "," : "\t";
  const records = rest.filter((row) => fieldsIn(row, delimiter) === fieldsIn(header, delimiter));
  return mark + header + records.filter((_, i) => kept.has(i)).join("");
}

const word = fc.oneof(fc.constantFrom("plain", "né", "日本語", "🙂", "a b", "x\u2028y"), fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom("a", "b", "é", "漢", " ") }).map((s) => `t${s}`));
const terminator = fc.constantFrom("\n", "\r\n");
const cell = (delimiter: string): fc.Arbitrary<string> => fc.oneof(
  word,
  fc.array(fc.constantFrom("a", "é", delimiter, "\n", "\r\n", "\r", "\"\"", "🙂"), { minLength: 1, maxLength: 6 }).map((parts) => `"q${parts.join("")}"`),
);
const mixed = fc.constantFrom("\n", "\r\n", "\r");

const csvText = (delimiter: string): fc.Arbitrary<string> => {
  const record = fc.tuple(cell(delimiter), cell(delimiter)).map((cells) => cells.join(delimiter));
  const row = fc.oneof({ weight: 6, arbitrary: record }, { weight: 1, arbitrary: fc.constant("") }, { weight: 1, arbitrary: fc.constant(`too${delimiter}many${delimiter}fields`) }, { weight: 1, arbitrary: fc.constant("# comment") });
  return fc.record({
    mark: fc.boolean(), before: fc.constantFrom("", "\n", "\r\n\n"), header: fc.constantFrom(`text${delimiter}label`, `"text"${delimiter}"la\nbel"`), end: mixed,
    rows: fc.array(fc.tuple(row, mixed), { minLength: 1, maxLength: 12 }), closed: fc.boolean(),
  }).map(({ mark, before, header, end, rows, closed }) => {
    const body = rows.map(([text, eol], i) => text + (i === rows.length - 1 && !closed ? "" : eol)).join("");
    return `${mark ? "\uFEFF" : ""}${before}${header}${end}first${delimiter}one${rows.length === 0 ? "" : end}${body}`;
  });
};

const jsonlText = fc.record({
  mark: fc.boolean(), closed: fc.boolean(),
  rows: fc.array(fc.tuple(fc.oneof(
    { weight: 6, arbitrary: fc.tuple(word, fc.integer()).map(([text, n]) => `{"text": ${JSON.stringify(text)},"n" :${n}} `) },
    { weight: 2, arbitrary: fc.constant("{\"text\":\"again\",\"id\":\"same\"}") },
    { weight: 1, arbitrary: fc.constant("") }, { weight: 1, arbitrary: fc.constant("// comment") }, { weight: 1, arbitrary: fc.constant("[1]") },
  ), terminator), { minLength: 1, maxLength: 12 }),
}).map(({ mark, closed, rows }) => `${mark ? "\uFEFF" : ""}{"text":"first"}\n${rows.map(([text, eol], i) => text + (i === rows.length - 1 && !closed ? "" : eol)).join("")}`);

for (const [format, text] of [["jsonl", jsonlText], ["csv", csvText(",")], ["tsv", csvText("\t")]] as const) {
  test(`kept records of ${format} are the original's bytes, whatever its line ends, mark, quotes and end`, async (t: TestContext) => {
    const root = testFolder(t, {});
    const file = path.join(root, `table.${format}`);
    await fc.assert(fc.asyncProperty(text, fc.infiniteStream(fc.boolean()), async (content, coin) => {
      writeFileSync(file, content);
      const dataset = await openDataset(file, { text: ["text"] });
      const rows = Array.from({ length: dataset.count }, (_, row) => row).filter(() => coin.next().value as boolean);
      assert.equal(await filtered(dataset, rows), reference(content, format, new Set(rows)));
      // And all of them, so that each way of ending a record is met.
      const all = Array.from({ length: dataset.count }, (_, row) => row);
      assert.equal(await filtered(dataset, all), reference(content, format, new Set(all)));
    }), { numRuns: 250 });
  });
}

test("records longer than a block, across blocks, and a header longer than one come out whole", async (t) => {
  const long = "é".repeat(1_200_000);
  const header = `text,"${"h".repeat(1_100_000)}"`;
  const rows = [`${long},1\r\n`, "short,2\n", `"${long}\n${long}",3\r`, `last ${long},4`];
  const root = testFolder(t, { "t.csv": `${header}\r\n${rows.join("")}` });
  const dataset = await openDataset(path.join(root, "t.csv"), { text: ["text"] });
  assert.equal(dataset.count, 4);
  assert.ok(await filtered(dataset, [0, 2, 3]) === `${header}\r\n${rows[0]}${rows[2]}${rows[3]}`);
});

test("a table that changed since it was read is refused, with its place", async (t) => {
  const root = testFolder(t, { "t.jsonl": "{\"text\":\"one\"}\n{\"text\":\"two\"}\n" });
  const dataset = await openDataset(path.join(root, "t.jsonl"), { text: ["text"] });
  for (const changed of ["{\"text\":\"longer\"}\n{\"text\":\"two\"}\n", "{\"text\":\"one\"}\n", ""]) {
    writeFileSync(path.join(root, "t.jsonl"), changed);
    await assert.rejects(filtered(dataset, [0, 1]), (thrown) => thrown instanceof InfomaxError && thrown.code === "cannot-apply" && /t\.jsonl:[12]: The file has changed/.test(thrown.message), JSON.stringify(changed));
  }
});
