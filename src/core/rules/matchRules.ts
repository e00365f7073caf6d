import path from "node:path";
import { breathe } from "../breathe.ts";
import { CONFIG_FILE } from "../config.ts";
import { readTable } from "../dataset/openTable.ts";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { isoDate } from "./isoDate.ts";
import { compileConditions, fieldOf, isPresent, type RecordTest, type RuleGround } from "./conditions.ts";
import { listOf, type Rule } from "./rule.ts";

/** What is worth knowing of a rule and no error. */
export type RuleNote =
  /** No sample has the label. */
  | { readonly kind: "no-such-label"; readonly label: string }
  /** The rule is about classes, and no sample has a label. */
  | { readonly kind: "no-labels" }
  /** No record has the field, of which it asks whether it exists. */
  | { readonly kind: "no-such-field"; readonly field: string }
  /** Records whose field holds something that is no date. */
  | { readonly kind: "no-dates"; readonly field: string; readonly records: number };

/** The samples for which the conditions of a rule hold. */
export interface RuleMatch {
  /** 1 where all hold, one entry a sample. */
  readonly matches: Uint8Array;
  readonly notes: readonly RuleNote[];
}

/** Rows between two looks at the signal. */
const STRIDE = 1 << 16;

/**
 * Which samples fit the conditions of each rule. The records are read, in one pass over the tables, only where a rule asks for fields.
 * @throws InfomaxError bad-config for a rule about fields that no record has, bad-data where a table is not as it was indexed
 */
export async function matchRules(rules: readonly Rule[], ground: RuleGround, options: { readonly signal?: AbortSignal } = {}): Promise<readonly RuleMatch[]> {
  const { dataset } = ground;
  const hasLabel = new Uint8Array(dataset.labelNames.length);
  for (const code of dataset.label) if (code >= 0) hasLabel[code] = 1;
  const labels = new Set(dataset.labelNames.filter((_, code) => hasLabel[code] !== 0));
  const found: { matches: Uint8Array; notes: RuleNote[] }[] = [];
  const onRecords: (readonly RecordTest[])[] = [];
  for (const rule of rules) {
    refuseFieldsOfImages(rule, dataset.layout);
    const conditions = compileConditions(rule.when, ground);
    const matches = new Uint8Array(dataset.count);
    for (let row = 0; row < dataset.count; row++) {
      if (row % STRIDE === 0) await breathe(options.signal);
      let holds = 1;
      for (const test of conditions.onRows) {
        if (test(row)) continue;
        holds = 0;
        break;
      }
      matches[row] = holds;
    }
    found.push({ matches, notes: labelNotes(rule, labels) });
    onRecords.push(conditions.onRecords);
  }
  if (onRecords.some((tests) => tests.length > 0)) await matchRecords(rules, ground, found, onRecords, options.signal);
  return found;
}

function refuseFieldsOfImages({ name, when }: Rule, layout: "images" | "table"): void {
  const fault = layout === "images" && (when?.field !== undefined || when?.date?.field !== undefined) ? "it asks for a field, but image files have none"
    : layout === "table" && when?.date !== undefined && when.date.field === undefined ? "its date names no field, but only image files have a date of their own" : null;
  if (fault !== null) throw new InfomaxError("bad-config", `rule ${JSON.stringify(name)}: ${fault}`, "Correct the rule or remove it.", { file: CONFIG_FILE });
}

function labelNotes({ when, minimumPerClass }: Rule, labels: ReadonlySet<string>): RuleNote[] {
  const notes: RuleNote[] = listOf(when?.label).filter((label) => !labels.has(label)).map((label) => ({ kind: "no-such-label", label }));
  if (labels.size === 0 && (when?.classSmallerThan !== undefined || minimumPerClass !== undefined)) notes.push({ kind: "no-labels" });
  return notes;
}

/** A field that a rule asks for. */
interface AskedField {
  readonly name: string;
  readonly use: "compared" | "exists" | "date";
  isSeen: boolean;
  wrongDates: number;
}

function askedFields({ when }: Rule): AskedField[] {
  const asked = (name: string, use: AskedField["use"]): AskedField => ({ name, use, isSeen: false, wrongDates: 0 });
  return [...listOf(when?.field).map((condition) => asked(condition.name, condition.exists === undefined ? "compared" : "exists")), ...(when?.date?.field === undefined ? [] : [asked(when.date.field, "date")])];
}

async function matchRecords(rules: readonly Rule[], { dataset }: RuleGround, found: readonly { matches: Uint8Array; notes: RuleNote[] }[], onRecords: readonly (readonly RecordTest[])[], signal: AbortSignal | undefined): Promise<void> {
  const { root, files, fileOf, byteStart, byteLength, count } = dataset;
  const asked = rules.map(askedFields);
  const stop = signal === undefined ? {} : { signal };
  let row = 0;
  for (const [file, name] of files.entries()) {
    throwIfCancelled(stop.signal);
    const changed = (): InfomaxError => new InfomaxError("bad-data", "The file is not as it was indexed", "Index the dataset again.", { file: name });
    // Rows of a file stand together, in its order; records in between could not be samples.
    await readTable(path.join(root, name), {
      record(record, position) {
        if (row >= count || fileOf[row] !== file || byteStart[row] !== position.byteStart) {
          if (row < count && fileOf[row] === file && byteStart[row] < position.byteStart) throw changed();
          return true;
        }
        if (byteLength[row] !== position.byteLength) throw changed();
        asked.forEach((fields) => { look(fields, record); });
        for (let r = 0; r < rules.length; r++) {
          if (found[r].matches[row] !== 0 && !onRecords[r].every((test) => test(record, name))) found[r].matches[row] = 0;
        }
        row++;
        return true;
      },
      reject: () => undefined, note: () => undefined, progress: () => undefined,
    }, signal);
    if (row < count && fileOf[row] <= file) throw changed();
  }
  rules.forEach((rule, r) => { found[r].notes.push(...fieldNotes(rule, asked[r])); });
}

function look(fields: readonly AskedField[], record: Readonly<Record<string, unknown>>): void {
  for (const field of fields) {
    if (field.isSeen && field.use !== "date") continue;
    const value = fieldOf(record, field.name);
    if (value !== undefined) field.isSeen = true;
    if (field.use === "date" && isPresent(value) && (typeof value !== "string" || isoDate(value) === null)) field.wrongDates++;
  }
}

function fieldNotes(rule: Rule, fields: readonly AskedField[]): RuleNote[] {
  return fields.flatMap(({ name, use, isSeen, wrongDates }): RuleNote[] => {
    if (isSeen) return wrongDates > 0 ? [{ kind: "no-dates", field: name, records: wrongDates }] : [];
    if (use === "exists") return [{ kind: "no-such-field", field: name }];
    throw new InfomaxError("bad-config", `rule ${JSON.stringify(rule.name)}: no record has the field ${JSON.stringify(name)}`, "Correct the name of the field, or remove the rule.", { file: CONFIG_FILE });
  });
}
