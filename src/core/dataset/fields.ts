import { InfomaxError } from "../errors.ts";
import type { ReadOptions, ResolvedFields, SampleKind } from "./dataset.ts";
import { canonicalJson, idValue, isRecord } from "./identity.ts";
import { isImageName } from "./paths.ts";

const ID_NAMES = ["id", "_id", "uuid", "guid", "key"];
const LABEL_NAMES = ["label", "category", "class", "intent", "target", "label_text"];
const TEXT_NAMES = ["text", "content", "sentence", "message", "document", "body", "messages"];
const IMAGE_NAMES = ["image", "image_path", "file_name", "filepath", "path"];
/** Fields that together make one text; those in the second list are added where they exist. */
const TEXT_GROUPS: readonly { readonly required: readonly string[]; readonly order: readonly string[] }[] = [
  { required: ["question", "answer"], order: ["question", "answer"] },
  { required: ["prompt", "completion"], order: ["prompt", "completion"] },
  { required: ["instruction", "output"], order: ["instruction", "input", "output"] },
  { required: ["premise", "hypothesis"], order: ["premise", "hypothesis"] },
];
/** A longer value of a field named like a label is a text to be learned, not a class. */
const MAX_LABEL_LENGTH = 200;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const URL = /^[a-z][a-z0-9+.-]+:\/\//i;

interface FieldFacts {
  /** Values that are neither null nor an empty string. */
  filled: number;
  ids: number;
  strings: number;
  numericStrings: number;
  fractions: number;
  imagePaths: number;
  chats: number;
  labels: number;
  longest: number;
}

/** What the first records of a dataset hold, field by field, in the order in which the fields appear. */
export class FieldSurvey {
  readonly #facts = new Map<string, FieldFacts>();
  records = 0;

  add(record: Record<string, unknown>): void {
    this.records++;
    for (const name of Object.keys(record)) {
      let facts = this.#facts.get(name);
      if (facts === undefined) {
        facts = { filled: 0, ids: 0, strings: 0, numericStrings: 0, fractions: 0, imagePaths: 0, chats: 0, labels: 0, longest: 0 };
        this.#facts.set(name, facts);
      }
      const value = record[name];
      if (value === null || value === "") continue;
      facts.filled++;
      if (idValue(value) !== null) facts.ids++;
      if (labelOfValue(value) !== null) facts.labels++;
      if (chatText(value) !== null) facts.chats++;
      if (typeof value === "string") {
        facts.strings++;
        facts.longest = Math.max(facts.longest, value.length);
        if (isImageName(value) && !URL.test(value)) facts.imagePaths++;
      }
      const number = numberOf(value);
      if (number !== null && typeof value === "string") facts.numericStrings++;
      if (number !== null && !Number.isInteger(number)) facts.fractions++;
    }
  }

  has(name: string): boolean {
    return this.#facts.has(name);
  }

  names(): string[] {
    return [...this.#facts.keys()];
  }

  /** The first of the well-known names, in any case, that is not taken and whose values suit. */
  find(wellKnown: readonly string[], suits: (facts: FieldFacts) => boolean, taken: ReadonlySet<string>): string | null {
    for (const known of wellKnown) {
      for (const [name, facts] of this.#facts) {
        if (name.toLowerCase() === known && !taken.has(name) && suits(facts)) return name;
      }
    }
    return null;
  }

  /** Fields that hold strings which are not just numbers. */
  stringFields(): string[] {
    return [...this.#facts].filter(([, facts]) => facts.strings > facts.numericStrings).map(([name]) => name);
  }
}

/** What the reader takes each field for, and how it came to that. */
export interface FieldPlan {
  readonly fields: ResolvedFields;
  readonly kind: SampleKind;
  readonly notes: readonly string[];
}

/** The fields that the options name, which must exist. */
export function namedFields(options: ReadOptions): string[] {
  return [options.id, options.label, options.image, ...(options.text ?? []), ...(options.columns ?? [])].filter((name) => name !== undefined);
}

/**
 * Decides which field is id, label, text and image: as the options say, else by well-known names and by the values in
 * the survey. Throws {@link InfomaxError} `bad-argument` for a field that does not exist, or when the records hold
 * neither text nor image and no vectors are imported. `file` is named in the error.
 */
export function resolveFields(survey: FieldSurvey, options: ReadOptions, file: string): FieldPlan {
  for (const name of namedFields(options)) {
    if (!survey.has(name)) {
      throw new InfomaxError("bad-argument", `There is no field "${name}"`, `The fields are: ${survey.names().join(", ")}.`, { file });
    }
  }
  const named = new Set(namedFields(options));
  const id = options.id ?? survey.find(ID_NAMES, (facts) => facts.ids > 0, named);
  const label = options.label ?? survey.find(LABEL_NAMES, (facts) => facts.labels > 0 && facts.longest <= MAX_LABEL_LENGTH && facts.fractions === 0, named);
  const image = options.image ?? survey.find(IMAGE_NAMES, (facts) => facts.imagePaths > 0 && 2 * facts.imagePaths >= facts.filled, named);
  const text = options.text?.length ? [...options.text] : options.image !== undefined ? [] : guessText(survey, new Set([id, label, image, ...named].filter((name) => name !== null)), image === null);

  const kind = text.length > 0 ? "text" : image !== null ? "image" : "vector";
  const notes: string[] = [];
  if (kind === "vector" && !options.vectorsImported) {
    throw new InfomaxError(
      "bad-argument",
      `No field holds text or image paths (fields: ${survey.names().join(", ")})`,
      "Name one with the text or image option, or import embeddings.",
      { file },
    );
  }
  const guessed: string[] = [];
  if (options.id === undefined && id !== null) guessed.push(`id from "${id}"`);
  if (options.label === undefined && label !== null) guessed.push(`label from "${label}"`);
  if (!options.text?.length && text.length > 0) guessed.push(`text from ${text.map((name) => `"${name}"`).join(" + ")}`);
  if (options.image === undefined && image !== null) guessed.push(`image from "${image}"`);
  if (guessed.length > 0) notes.push(`Fields recognised: ${guessed.join(", ")}`);
  if (kind === "text" && image !== null) notes.push(`The records hold text and images; the text is compared. Name the image field "${image}" alone to compare images`);
  return { fields: { id, label, text, image }, kind, notes };
}

function guessText(survey: FieldSurvey, taken: ReadonlySet<string>, anyString: boolean): string[] {
  const find = (names: readonly string[]): string | null => survey.find(names, (facts) => facts.strings > 0 || facts.chats > 0, taken);
  const single = find(TEXT_NAMES);
  if (single !== null) {
    const title = single.toLowerCase() === "body" ? find(["title"]) : null;
    return title === null ? [single] : [title, single];
  }
  for (const { required, order } of TEXT_GROUPS) {
    if (required.every((name) => find([name]) !== null)) return order.map((name) => find([name])).filter((name) => name !== null);
  }
  return anyString ? survey.stringFields().filter((name) => !taken.has(name)) : [];
}

/** The text of a record: its text fields joined with newlines, empty ones left out. */
export function recordText(record: Record<string, unknown>, fields: ResolvedFields): string {
  let joined = "";
  for (const name of fields.text) {
    const text = valueText(record[name]);
    if (text.trim() !== "") joined += joined === "" ? text : `\n${text}`;
  }
  return joined;
}

/** A record as a person reads it where it has no text: one `field: value` a line. */
export function describeRecord(record: Record<string, unknown>): string {
  return Object.keys(record).map((name) => `${name}: ${valueText(record[name])}`).join("\n");
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  return chatText(value) ?? canonicalJson(value);
}

/** The contents of a list of `{role, content}` messages joined with newlines, or null when it is no such list. */
function chatText(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const turns: string[] = [];
  for (const turn of value) {
    if (!isRecord(turn) || !("content" in turn)) return null;
    const parts: unknown[] = Array.isArray(turn.content) ? turn.content : [turn.content];
    for (const part of parts) {
      const text = isRecord(part) ? part.text : part;
      if (typeof text === "string" && text !== "") turns.push(text);
    }
  }
  return turns.join("\n");
}

/** The label that a value names, or null when it is missing, empty or no single value. */
export function labelOfValue(value: unknown): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value.trim();
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) ? String(value) : null;
}

/** The finite number that a value holds, in digits where it is a string, or null. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "number" ? value : typeof value === "string" && NUMBER.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
