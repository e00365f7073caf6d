import { promises as fs } from "node:fs";
import { CONTRACTIONS, MESSAGES, RARE_INTENT, TYPOS } from "./messages.ts";
import { Random } from "./random.ts";
import type { PlantedTruth } from "./truth.ts";

const MISLABELLED = 6;
const EXACT_COPIES = [2, 2, 1, 1, 1, 1, 1, 1, 1, 1] as const;
const NEAR_COPIES = [4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1] as const;
const STOPS = /[.?!]$/;
const POLITE: readonly ((text: string) => string)[] = [
  (text) => `Hello, ${lowerFirst(text)}`,
  (text) => `${text} Thanks!`,
  (text) => `Hi there, ${lowerFirst(text)}`,
  (text) => `${text} Kind regards`,
];

interface Message {
  text: string;
  readonly intent: string;
  label: string;
  /** The halves of a message that can be turned round, else null. */
  readonly halves: readonly [string, string] | null;
  readonly role: { readonly kind: "own" } | { readonly kind: "exact" | "near"; readonly of: Message };
}

function lowerFirst(text: string): string {
  return /^I\b/.test(text) || /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function parse(line: string, intent: string): Message {
  const cut = line.indexOf(" | ");
  const halves: [string, string] | null = cut < 0 ? null : [line.slice(0, cut), line.slice(cut + 3)];
  const ask = halves !== null && /^(how|where|which|what|who)\b/.test(halves[1]);
  const text = halves === null ? line : `${halves[0]}, ${halves[1]}${ask ? "?" : "."}`;
  return { text, intent, label: intent, halves, role: { kind: "own" } };
}

/** The ways to write a message a second time; each gives null where it does not apply. */
const VARIANTS: readonly ((message: Message, random: Random) => string | null)[] = [
  ({ text }, random) => (random.chance(0.5) ? text.toLowerCase().replace(STOPS, "") : text.replace(STOPS, "!!").replace(/,/g, "")),
  ({ text }) => {
    for (const [word, slip] of TYPOS) {
      const at = new RegExp(`\\b${word}\\b`).exec(text);
      if (at !== null) return text.slice(0, at.index) + slip + text.slice(at.index + word.length);
    }
    return null;
  },
  ({ text }, random) => random.pick(POLITE)(text),
  ({ text, halves }) => (halves === null ? null : `${upperFirst(halves[1])} ${lowerFirst(halves[0])}${text.slice(-1)}`),
  ({ text }) => {
    for (const [long, short] of CONTRACTIONS) if (long.test(text)) return text.replace(long, short);
    return null;
  },
];

/** Near copies of one message, all different, none in the same way twice while another way is left. */
function nearCopies(message: Message, count: number, first: number, random: Random): string[] {
  const out: string[] = [];
  for (let turn = 0; out.length < count; turn++) {
    const text = (VARIANTS[(first + turn) % VARIANTS.length])(message, random);
    if (text !== null && text !== message.text && !out.includes(text)) out.push(text);
  }
  return out;
}

/** Writes the messages with planted copies and wrong labels as JSONL and returns what was planted. */
export async function writeTexts(file: string, seed: number): Promise<PlantedTruth> {
  const random = new Random(seed);
  const messages = Object.entries(MESSAGES).flatMap(([intent, lines]) => lines.map((line) => parse(line, intent)));
  const common = random.shuffled(messages.filter((message) => message.intent !== RARE_INTENT));
  const turnable = common.filter((message) => message.halves !== null).slice(0, 5);
  const rest = common.filter((message) => !turnable.includes(message));
  const nearSources = [...turnable, ...rest.splice(0, NEAR_COPIES.length - turnable.length)];
  const exactSources = rest.splice(0, EXACT_COPIES.length);
  const wrong = rest.splice(0, MISLABELLED);
  const labels = Object.keys(MESSAGES).filter((label) => label !== RARE_INTENT);
  for (const message of wrong) message.label = random.pick(labels.filter((label) => label !== message.intent));

  for (const [i, source] of exactSources.entries()) {
    for (let copy = 0; copy < (EXACT_COPIES[i] as number); copy++) messages.push({ ...source, role: { kind: "exact", of: source } });
  }
  let first = 3;
  for (const [i, source] of nearSources.entries()) {
    for (const text of nearCopies(source, NEAR_COPIES[i], first, random)) messages.push({ ...source, text, role: { kind: "near", of: source } });
    first = i < turnable.length - 1 ? 3 : first + 1;
  }

  const ordered = random.shuffled(messages);
  const idOf = new Map(ordered.map((message, i) => [message, `t${String(i + 1).padStart(4, "0")}`]));
  const id = (message: Message): string => idOf.get(message) as string;
  await fs.writeFile(file, ordered.map((message) => `${JSON.stringify({ id: id(message), text: message.text, label: message.label })}\n`).join(""));
  const group = (source: Message): string[] => [id(source), ...messages.filter((m) => m.role.kind !== "own" && m.role.of === source).map(id).sort()];
  return { exact: exactSources.map(group).sort(), near: nearSources.map(group).sort(), mislabelled: wrong.map(id).sort(), rareClass: RARE_INTENT };
}
