import { InfomaxError } from "../errors.ts";
import type { ReadOptions, ResolvedFields, SampleKind } from "./dataset.ts";
import { idValue, isRecord } from "./identity.ts";
import { isImageName } from "./paths.ts";
import { CHAT_NAMES, holdsText } from "./recordText.ts";

const ID_NAMES = ["id", "_id", "uuid", "guid", "key"];
const LABEL_NAMES = ["label", "category", "class", "intent", "target", "label_text"];
const TEXT_NAMES = ["text", "content", "sentence", "message", "document", "body"];
const IMAGE_NAMES = ["image", "image_path", "file_name", "filepath", "path", "images"];
/** What an image's text is called beside the names of texts; alone they are taken for texts as any other string is. */
const CAPTION_NAMES = ["caption", "captions", "alt_text", "alt", "description", "prompt"];
/** Fields that together make one text, the surer first; those that are not required are added where they exist. */
const TEXT_GROUPS: readonly { readonly required: readonly string[]; readonly order: readonly string[] }[] = [
  { required: ["question", "answer"], order: ["question", "answer", "context"] },
  { required: ["question", "answers"], order: ["question", "answers", "context"] },
  { required: ["instruction", "output"], order: ["instruction", "input", "output", "system"] },
  { required: ["instruction", "response"], order: ["instruction", "input", "response", "context", "system"] },
  { required: ["prompt", "completion"], order: ["prompt", "completion", "system"] },
  { required: ["prompt", "response"], order: ["prompt", "response", "system"] },
  { required: ["query", "response"], order: ["query", "response", "context"] },
];
/** Two answers to one prompt, of which the first is the better. */
const PREFERENCE = { required: ["chosen", "rejected"], order: ["prompt", "question", "chosen", "rejected", "system"] };
const PREMISES = { required: ["premise", "hypothesis"], order: ["premise", "hypothesis"] };
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
  /** Conversations and answers: texts that are no strings. */
  texts: number;
  labels: number;
  /** Different labels. */
  readonly names: Set<string>;
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
        facts = { filled: 0, ids: 0, strings: 0, numericStrings: 0, fractions: 0, imagePaths: 0, texts: 0, labels: 0, names: new Set(), longest: 0 };
        this.#facts.set(name, facts);
      }
      const value = record[name];
      if (value === null || value === "") continue;
      facts.filled++;
      if (idValue(value) !== null) facts.ids++;
      const label = labelOfValue(value);
      if (label !== null) {
        facts.labels++;
        if (label.length <= MAX_LABEL_LENGTH) facts.names.add(label);
      }
      if (holdsText(value)) facts.texts++;
      if (isImagePath(imagePathOf(value))) facts.imagePaths++;
      if (typeof value === "string") {
        facts.strings++;
        facts.longest = Math.max(facts.longest, value.length);
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
  // A text field that is named alone leaves images aside, an image field that is named alone leaves texts aside.
  const namesText = options.text !== undefined && options.text.length > 0;
  const image = options.image ?? (namesText ? null : survey.find(IMAGE_NAMES, (facts) => facts.imagePaths > 0 && 2 * facts.imagePaths >= facts.filled, named));
  const isTaken = (label: string | null): Set<string> => new Set([id, label, image, ...named].filter((name) => name !== null));
  const parallel = namesText || options.image !== undefined ? null : parallelText(survey, isTaken(options.label ?? null));
  const label = options.label ?? survey.find(LABEL_NAMES, isLabel, new Set([...named, ...(parallel ?? [])]));
  const text = namesText ? [...options.text] : options.image !== undefined ? [] : parallel ?? guessText(survey, isTaken(label), image !== null);

  const kind = text.length > 0 && image !== null ? "pair" : text.length > 0 ? "text" : image !== null ? "image" : "vector";
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
  if (!namesText && text.length > 0) guessed.push(`text from ${text.map((name) => `"${name}"`).join(" + ")}`);
  if (options.image === undefined && image !== null) guessed.push(`image from "${image}"`);
  if (guessed.length > 0) notes.push(`Fields recognised: ${guessed.join(", ")}`);
  if (kind === "pair" && !namesText) notes.push(`The records hold images and texts; the setting pairs says which are compared`);
  return { fields: { id, label, text, image }, kind, notes };
}

function isLabel(facts: FieldFacts): boolean {
  return facts.labels > 0 && facts.longest <= MAX_LABEL_LENGTH && facts.fractions === 0;
}

/** `source` and `target` where they are texts: targets that repeat as often as classes do are labels. */
function parallelText(survey: FieldSurvey, taken: ReadonlySet<string>): readonly string[] | null {
  const isText = (facts: FieldFacts): boolean => facts.strings > facts.numericStrings;
  const other = survey.find([...TEXT_NAMES, ...CHAT_NAMES], (facts) => facts.strings + facts.texts > 0, taken);
  const source = survey.find(["source"], isText, taken);
  const target = survey.find(["target"], (facts) => isText(facts) && !(isLabel(facts) && 2 * facts.names.size <= facts.labels), taken);
  return other !== null || source === null || target === null ? null : [source, target];
}

function guessText(survey: FieldSurvey, taken: ReadonlySet<string>, hasImage: boolean): readonly string[] {
  const find = (names: readonly string[]): string | null => survey.find(names, (facts) => facts.strings + facts.texts > 0, taken);
  const group = ({ required, order }: { readonly required: readonly string[]; readonly order: readonly string[] }): string[] | null =>
    (required.every((name) => find([name]) !== null) ? order.map((name) => find([name])).filter((name) => name !== null) : null);
  const preference = group(PREFERENCE);
  if (preference !== null) return preference;
  const chat = find(CHAT_NAMES);
  if (chat !== null) return [chat, ...["system", "system_prompt"].map((name) => find([name])).filter((name) => name !== null)];
  for (const candidate of TEXT_GROUPS) {
    const found = group(candidate);
    if (found !== null) return found;
  }
  const single = find(TEXT_NAMES);
  if (single !== null) {
    const title = single.toLowerCase() === "body" ? find(["title"]) : null;
    return title === null ? [single] : [title, single];
  }
  const premises = group(PREMISES);
  if (premises !== null) return premises;
  if (!hasImage) return survey.stringFields().filter((name) => !taken.has(name));
  const caption = find(CAPTION_NAMES);
  return caption === null ? [] : [caption];
}

/**
 * The image that a record's field names: a path, a list of one path, or `{path}` as Hugging Face writes it. Null
 * where there is none; a list of several is returned as it is.
 */
export function imagePathOf(value: unknown): string | readonly unknown[] | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  if (isRecord(value)) return typeof value.path === "string" && value.path.trim() !== "" ? value.path : null;
  if (!Array.isArray(value) || value.length === 0) return null;
  if (value.length > 1) return value as readonly unknown[];
  const only: unknown = value[0];
  // One list deep and no deeper: a record may be nested without end.
  return Array.isArray(only) ? null : imagePathOf(only);
}

function isImagePath(image: ReturnType<typeof imagePathOf>): boolean {
  const [first] = typeof image === "string" ? [image] : image ?? [];
  return typeof first === "string" && isImageName(first) && !URL.test(first);
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
