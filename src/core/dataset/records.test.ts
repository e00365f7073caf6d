import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { InfomaxError } from "../errors.ts";
import { parseCsvRow, readCsvHeader } from "./csv.ts";
import { testFolder } from "./folder.fixture.ts";
import { readTable } from "./openTable.ts";
import type { RecordPosition } from "./records.ts";

interface Read {
  readonly records: { readonly record: Record<string, unknown>; readonly position: RecordPosition; readonly bytes: string }[];
  readonly rejected: { readonly line: number; readonly reason: string }[];
  readonly notes: string[];
  bytes: number;
}

async function readAll(file: string, limit = Infinity): Promise<Read> {
  const content = fs.readFileSync(file);
  const read: Read = { records: [], rejected: [], notes: [], bytes: 0 };
  await readTable(file, {
    record(record, position) {
      const bytes = content.subarray(position.byteStart, position.byteStart + position.byteLength).toString("utf8");
      read.records.push({ record, position, bytes });
      return read.records.length < limit;
    },
    reject: (line, reason) => read.rejected.push({ line, reason }),
    note: (note) => read.notes.push(note),
    progress: (bytes) => (read.bytes += bytes),
  });
  return read;
}

function lines(read: Read): [number, number][] {
  return read.records.map(({ position }) => [position.firstLine, position.lastLine]);
}

test("JSONL: byte order mark, CR LF, blank lines, no final newline: positions are exact", async (t) => {
  const folder = testFolder(t, { "a.jsonl": '\ufeff{"a":"é"}\r\n\r\n  \n{"a":2}\n{"a":3}' });
  const read = await readAll(path.join(folder, "a.jsonl"));
  assert.deepEqual(read.records.map((one) => one.record), [{ a: "é" }, { a: 2 }, { a: 3 }]);
  assert.deepEqual(read.records.map((one) => one.bytes), ['{"a":"é"}', '{"a":2}', '{"a":3}']);
  assert.deepEqual(lines(read), [[1, 1], [4, 4], [5, 5]]);
  assert.equal(read.records[0]?.position.byteStart, 3);
  assert.equal(read.bytes, fs.statSync(path.join(folder, "a.jsonl")).size);
});

test("JSONL: a bad line is named with its line and reason, and the rest go on", async (t) => {
  const content = Buffer.concat([Buffer.from('{"a":1}\n{oops\n[1]\nnull\n"x"\n{"a":"'), Buffer.from([0xe9]), Buffer.from('"}\n{"a":2}\n')]);
  const folder = testFolder(t, { "a.ndjson": content });
  const read = await readAll(path.join(folder, "a.ndjson"));
  assert.deepEqual(lines(read), [[1, 1], [7, 7]]);
  assert.deepEqual(read.rejected.map((one) => one.line), [2, 3, 4, 5, 6]);
  for (const [i, pattern] of [/not JSON/, /a list/, /null/, /a string/, /not UTF-8/].entries()) assert.match(read.rejected[i]?.reason ?? "", pattern);
});

test("JSONL: lines longer than a block, and lines across blocks, are whole", async (t) => {
  const long = "ü".repeat(1_700_000);
  const many = Array.from({ length: 40_000 }, (_, i) => JSON.stringify({ i, pad: "é".repeat(i % 40) }));
  const folder = testFolder(t, { "a.jsonl": [...many, JSON.stringify({ long }), '{"last":1}'].join("\n") });
  const read = await readAll(path.join(folder, "a.jsonl"));
  assert.equal(read.records.length, 40_002);
  assert.ok(read.records.every((one, i) => one.bytes === (many[i] ?? one.bytes) && one.position.firstLine === i + 1));
  assert.equal(read.records[40_000]?.record.long, long);
  assert.equal(read.records[40_001]?.bytes, '{"last":1}');
});

test("a visitor that returns false ends the reading", async (t) => {
  const folder = testFolder(t, { "a.jsonl": '{"a":1}\n{"a":2}\n{"a":3}\n', "a.csv": "a\n1\n2\n3\n" });
  assert.equal((await readAll(path.join(folder, "a.jsonl"), 2)).records.length, 2);
  assert.equal((await readAll(path.join(folder, "a.csv"), 2)).records.length, 2);
});

test("CSV: quotes, quoted newlines, CR LF, byte order mark, blank lines, no final newline", async (t) => {
  const folder = testFolder(t, { "a.csv": '\ufefftext, label\r\n"a, ""b""",x\r\n\r\n"one\r\ntwo\nthree",y\r\nplain,\r\n,"z"' });
  const read = await readAll(path.join(folder, "a.csv"));
  assert.deepEqual(read.records.map((one) => one.record), [
    { text: 'a, "b"', label: "x" },
    { text: "one\r\ntwo\nthree", label: "y" },
    { text: "plain", label: "" },
    { text: "", label: "z" },
  ]);
  assert.deepEqual(lines(read), [[2, 2], [4, 6], [7, 7], [8, 8]]);
  assert.deepEqual(read.records.map((one) => one.bytes), ['"a, ""b""",x', '"one\r\ntwo\nthree",y', "plain,", ',"z"']);
  assert.deepEqual(read.rejected, []);
});

test("CSV: positions stay exact across blocks, whatever the line ends", async (t) => {
  for (const end of ["\n", "\r\n"]) {
    const expected: { row: string; first: number; last: number }[] = [];
    let content = `text,label${end}`;
    let line = 2;
    for (let i = 0; i < 30_000; i++) {
      const breaks = i % 7 === 0 ? i % 5 : 0;
      const text = `t${i} ü${`${end}, ""more""`.repeat(breaks)} ${"x".repeat(i % 60)}`;
      const row = `"${text}",c${i % 9}`;
      expected.push({ row, first: line, last: line + breaks });
      content += row + end;
      line += breaks + 1;
      if (i % 11 === 0) {
        content += end;
        line++;
      }
    }
    const folder = testFolder(t, { "big.csv": content });
    const read = await readAll(path.join(folder, "big.csv"));
    assert.equal(read.records.length, expected.length);
    assert.ok(Buffer.byteLength(content) > 1.2 * 2 ** 20);
    for (const [i, want] of expected.entries()) {
      const got = read.records[i];
      if (got?.bytes !== want.row || got.position.firstLine !== want.first || got.position.lastLine !== want.last) {
        assert.deepEqual({ row: got?.bytes, first: got?.position.firstLine, last: got?.position.lastLine }, want);
      }
    }
  }
});

test("CSV: a ragged row is named with its line and both counts, and the rest go on", async (t) => {
  const folder = testFolder(t, { "a.csv": 'a,b\n1,2\n3\n4,5,6\n"x\ny"\n7,8\n' });
  const read = await readAll(path.join(folder, "a.csv"));
  assert.deepEqual(read.records.map((one) => one.record), [{ a: "1", b: "2" }, { a: "7", b: "8" }]);
  assert.deepEqual(read.rejected.map((one) => one.line), [3, 4, 5]);
  assert.equal(read.rejected[0]?.reason, "This row has 1 field where the header has 2");
  assert.equal(read.rejected[1]?.reason, "This row has 3 fields where the header has 2");
  assert.match(read.rejected[2]?.reason ?? "", /lines 5 to 6 has 1 field .* a quote may not be closed/);
});

test("CSV: an unclosed quote costs its own row, not the rest of the file", async (t) => {
  const plain = Array.from({ length: 50_000 }, (_, i) => `row ${i},c`);
  const folder = testFolder(t, {
    "end.csv": ["text,label", '"open,c', ...plain].join("\r\n"),
    "closedLater.csv": ["text,label", "first,c", '"open,c', ...plain.slice(0, 50), '"quoted",c', "last,c"].join("\n"),
    "inner.csv": 'text,label\n5" screen,c\n"bad"x,c\nlast,c\n',
  });
  const end = await readAll(path.join(folder, "end.csv"));
  assert.equal(end.records.length, plain.length);
  assert.deepEqual(end.rejected.map((one) => one.line), [2]);
  assert.match(end.rejected[0]?.reason ?? "", /opened and never closed/);
  assert.ok(end.records.every((one, i) => one.bytes === plain[i] && one.position.firstLine === i + 3));

  const later = await readAll(path.join(folder, "closedLater.csv"));
  assert.equal(later.records.length, 53);
  assert.deepEqual(later.rejected.map((one) => one.line), [3]);
  assert.equal(later.records.at(-2)?.record.text, "quoted");
  assert.equal(later.records.at(-1)?.position.firstLine, 55);

  const inner = await readAll(path.join(folder, "inner.csv"));
  assert.deepEqual(inner.records.map((one) => one.record.text), ['5" screen', "last"]);
  assert.deepEqual(inner.rejected.map((one) => one.line), [3]);
  assert.match(inner.notes.join(), /1 row with quotes that quote no field/);
});

test("CSV: rows between a lost quote and a later one that fits it are not swallowed silently", async (t) => {
  const folder = testFolder(t, { "a.csv": 'text,label\n"open,c\nb,c\nd,c\ne",c\nf,c\n' });
  const read = await readAll(path.join(folder, "a.csv"));
  assert.match(read.notes.join(), /Line 2 opens a quote that ends on line 5 only/);
});

test("TSV: tabs delimit, and quotes that are part of the text are read as they stand", async (t) => {
  const folder = testFolder(t, { "a.tsv": 'text\tlabel\n"Well, he said\tc\n"yes" and no\td\n"quoted ""word"""\te\n' });
  const read = await readAll(path.join(folder, "a.tsv"));
  assert.deepEqual(read.records.map((one) => one.record.text), ['"Well, he said', '"yes" and no', 'quoted "word"']);
  assert.match(read.notes.join(), /2 rows with quotes/);
});

test("CSV: a header that cannot serve is an error with file and line", async (t) => {
  const folder = testFolder(t, { "twice.csv": "a,b,a\n1,2,3\n", "quote.csv": '"a,b\n1,2\n', "utf16.csv": Buffer.from("\ufeffa,b\n1,2\n", "utf16le") });
  for (const [file, pattern] of [["twice.csv", /"a" twice/], ["quote.csv", /header row cannot be read/], ["utf16.csv", /UTF-16/]] as const) {
    await assert.rejects(readAll(path.join(folder, file)), (error) => error instanceof InfomaxError && error.code === "bad-data" && pattern.test(error.message) && error.place.file === path.join(folder, file));
  }
});

test("CSV: a row that is not UTF-8 is named", async (t) => {
  const folder = testFolder(t, { "a.csv": Buffer.concat([Buffer.from("a,b\n1,"), Buffer.from([0xe9]), Buffer.from("\n3,4\n")]) });
  const read = await readAll(path.join(folder, "a.csv"));
  assert.deepEqual(read.records.map((one) => one.record), [{ a: "3", b: "4" }]);
  assert.deepEqual(read.rejected.map((one) => one.line), [2]);
});

test("CSV: the header alone, and single rows as an editor shows them", async (t) => {
  const wide = Array.from({ length: 9000 }, (_, i) => `column name ${i}`);
  const folder = testFolder(t, { "a.csv": '\ufeff\r\n"te""xt",label\r\n1,2', "only.csv": "a,b", "wide.csv": `${wide.join(",")}\n${"x,".repeat(9000)}\n`, "empty.csv": "" });
  assert.deepEqual(await readCsvHeader(path.join(folder, "a.csv"), ","), ['te"xt', "label"]);
  assert.deepEqual(await readCsvHeader(path.join(folder, "only.csv"), ","), ["a", "b"]);
  assert.deepEqual(await readCsvHeader(path.join(folder, "wide.csv"), ","), wide);
  await assert.rejects(readCsvHeader(path.join(folder, "empty.csv"), ","), InfomaxError);

  const header = ["text", "label"];
  assert.deepEqual(parseCsvRow('"a, b",c', header, ","), { text: "a, b", label: "c" });
  assert.deepEqual(parseCsvRow('"a\nb",c', header, ","), { text: "a\nb", label: "c" });
  assert.deepEqual(parseCsvRow('5" screen,c', header, ","), { text: '5" screen', label: "c" });
  for (const text of ["", "a", "a,b,c", "a,b\nc,d", '"open,c']) assert.equal(parseCsvRow(text, header, ","), null, text);
});
