import { InfomaxError } from "../errors.ts";
import { chatTurns, jsonList, setsTheScene, transcriptTurns, turnOf, type Turn } from "./chat.ts";
import type { ResolvedFields } from "./dataset.ts";
import { canonicalJson, isRecord } from "./identity.ts";

/** Fields that hold conversations, by their usual names in lower case. */
export const CHAT_NAMES = ["messages", "conversations", "conversation", "dialogue", "dialog"];
/** What a text is about rather than the text: passages that many questions share. */
const SETTING_NAMES: ReadonlySet<string> = new Set(["context", "contexts", "passage", "system", "system_prompt"]);
/** What sets the scene is compared as far as it is this long, as a share of the rest. */
const SETTING_SHARE = 0.5;

/** The text of a record. */
export interface RecordText {
  /** What is compared; empty where the record has no text. */
  readonly text: string;
  /** All that its text fields hold, where the text leaves some of it out. */
  readonly identity?: string;
  /** For people: roles and, where there are several, fields named. */
  readonly readable: string;
}

interface Part {
  readonly field: string;
  /** "" outside conversations. */
  readonly role: string;
  readonly text: string;
  /** It sets the scene: a system message, a passage. */
  readonly isSetting: boolean;
}

/**
 * The text of a record, from its text fields in their order, joined with newlines; empty ones are left out. Of
 * conversations the turns count and the names of roles do not. What sets the scene (system messages, passages) comes
 * last and is cut to half the length of the rest, so that records are not alike because they share it; and a turn that
 * an earlier field holds already (the prompt, in `chosen` and `rejected`) counts once.
 * @throws InfomaxError bad-data for a field whose value has an unexpected shape
 */
export function recordText(record: Record<string, unknown>, fields: Pick<ResolvedFields, "text">): RecordText {
  const [only] = fields.text;
  const value = record[only];
  if (fields.text.length === 1 && typeof value === "string" && !isMarked(value)) return { text: value.trim() === "" ? "" : value, readable: value };
  const parts: Part[] = [];
  let isWhole = true;
  for (const field of fields.text) {
    const earlier = new Set(parts.map((part) => part.text.trim()));
    for (const part of partsOf(field, record[field])) {
      if (part.role !== "") isWhole = false;
      if (part.text.trim() === "") continue;
      if (part.role !== "" && earlier.has(part.text.trim())) continue;
      parts.push(part);
    }
  }
  const rest = parts.filter((part) => !part.isSetting).map((part) => part.text).join("\n");
  const setting = parts.filter((part) => part.isSetting).map((part) => part.text).join("\n");
  const most = rest === "" ? setting.length : Math.floor(SETTING_SHARE * rest.length);
  const shown = cut(setting, most);
  if (shown !== setting) isWhole = false;
  const text = rest === "" || shown === "" ? rest + shown : `${rest}\n${shown}`;
  // What sets the scene comes last here too: a preview then shows what tells records apart.
  const readable = [...parts.filter((part) => !part.isSetting), ...parts.filter((part) => part.isSetting)].map((part) => `${titleOf(part, fields.text.length > 1)}${part.text}`).join("\n");
  return { text, readable, ...(isWhole ? {} : { identity: canonicalJson(fields.text.map((field) => record[field] ?? null)) }) };
}

/** Whether a text may be more than plain: a conversation as JSON or with marks of turns. */
function isMarked(text: string): boolean {
  return /^\s*\[|<\||### ?\w|^\s*(?:human|user|assistant|system):/i.test(text);
}

function titleOf({ field, role }: Part, hasSeveral: boolean): string {
  const title = [...(hasSeveral ? [field] : []), ...(role === "" ? [] : [role])].join(", ");
  return title === "" ? "" : `${title}: `;
}

/** The first `most` characters, or fewer so that no word and no character is cut in two. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most);
  const word = head.search(/\s\S*$/u);
  return word > most / 2 ? head.slice(0, word) : head.replace(/[\uD800-\uDBFF]$/, "");
}

function partsOf(field: string, value: unknown): Part[] {
  const name = field.toLowerCase();
  const isSetting = SETTING_NAMES.has(name);
  const plain = (text: string): Part[] => [{ field, role: "", text, isSetting }];
  const said = (turns: readonly Turn[]): Part[] => turns.map(({ role, text }) => ({ field, role, text, isSetting: isSetting || setsTheScene(role) }));
  if (value === undefined || value === null) return [];
  if (typeof value === "string") {
    const list = jsonList(value);
    if (list === null) {
      const turns = transcriptTurns(value);
      return turns === null ? plain(value) : said(turns);
    }
    const turns = list === undefined ? null : chatTurns(list);
    if (turns !== null) return said(turns);
    if (CHAT_NAMES.includes(name)) throw unexpected(field, list === undefined ? "is broken JSON" : "is no list of messages");
    return plain(value);
  }
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "string" || typeof item === "number")) {
      if (CHAT_NAMES.includes(name) && value.length > 0) throw unexpected(field, "is no list of messages");
      return plain(value.join("\n"));
    }
    const turns = chatTurns(value);
    if (turns !== null) return said(turns);
    if (CHAT_NAMES.includes(name) || value.some((item) => isRecord(item) && ("role" in item || "from" in item))) throw unexpected(field, "is no list of messages");
  } else if (CHAT_NAMES.includes(name)) {
    throw unexpected(field, `is ${isRecord(value) ? "an object" : `a ${typeof value}`}, no list of messages`);
  } else if (isRecord(value)) {
    const turn = "role" in value || "from" in value ? turnOf(value) : null;
    if (turn !== null) return said([turn]);
    const answers = answerTexts(value);
    if (answers !== null) return plain(answers.join("\n"));
  }
  return plain(canonicalJson(value));
}

/** The distinct texts of SQuAD's `answers: {text: […], answer_start: […]}`, or null for another object. */
function answerTexts(value: Record<string, unknown>): string[] | null {
  const texts = typeof value.text === "string" ? [value.text] : value.text;
  return Array.isArray(texts) && texts.every((text): text is string => typeof text === "string") ? [...new Set(texts)] : null;
}

function unexpected(field: string, what: string): InfomaxError {
  return new InfomaxError("bad-data", `The field "${field}" ${what}`, "Give a list of objects with role and content, or from and value.");
}

/** Whether a value holds a conversation or answers, which are texts although they are no strings. */
export function holdsText(value: unknown): boolean {
  try {
    if (Array.isArray(value)) return value.length > 0 && (chatTurns(value) !== null || value.every((item) => typeof item === "string"));
    return isRecord(value) && (answerTexts(value) !== null || turnOf(value) !== null);
  } catch (thrown) {
    // Nested too deeply: the record is refused when it is read.
    if (thrown instanceof InfomaxError) return false;
    throw thrown;
  }
}

/** A record as a person reads it where it has no text: one `field: value` a line. */
export function describeRecord(record: Record<string, unknown>): string {
  return Object.keys(record).map((name) => `${name}: ${describeValue(record[name])}`).join("\n");
}

function describeValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  const turns = chatTurns(value);
  return turns === null || turns.length === 0 ? canonicalJson(value) : turns.map(({ role, text }) => `${role}: ${text}`).join("\n");
}
