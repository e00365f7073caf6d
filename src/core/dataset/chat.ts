import { canonicalJson, isRecord } from "./identity.ts";

/** What one side says in a conversation. */
export interface Turn {
  /** "system", "user", "assistant", "tool", or whatever else the record says. */
  readonly role: string;
  readonly text: string;
}

/** ShareGPT's names, and some others, for OpenAI's. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ["human", "user"], ["instruction", "user"], ["prompter", "user"], ["gpt", "assistant"], ["chatgpt", "assistant"], ["bot", "assistant"], ["model", "assistant"], ["response", "assistant"],
]);
/** Roles whose text sets the scene, and is often the same in many records. */
const SETTING_ROLES: ReadonlySet<string> = new Set(["system", "developer"]);

/** Where a model's own format puts an image (LLaVA). */
const PLACEHOLDERS = /<(?:image|video|audio)>\n?/g;

/** Whether turns of this role set the scene rather than being the conversation. */
export function setsTheScene(role: string): boolean {
  return SETTING_ROLES.has(role);
}

/**
 * The turns of a conversation: a list of `{role, content}` (OpenAI; content a string, null or a list of parts, of which
 * the texts count) or of `{from, value}` (ShareGPT). A message's tool calls count as text. Null when the value is no
 * such list; an empty list has no turns.
 * @throws InfomaxError bad-data for a tool call that is nested too deeply
 */
export function chatTurns(value: unknown): Turn[] | null {
  if (!Array.isArray(value)) return null;
  const turns: Turn[] = [];
  for (const item of value) {
    const turn = isRecord(item) ? turnOf(item) : null;
    if (turn === null) return null;
    turns.push(turn);
  }
  return turns;
}

/** One message of a conversation, or null when the record is none. */
export function turnOf(message: Record<string, unknown>): Turn | null {
  const role = message.role ?? message.from;
  if (role !== undefined && typeof role !== "string") return null;
  const content = "content" in message ? message.content : "value" in message ? message.value : role === undefined ? undefined : message.text;
  const said = content === undefined && message.tool_calls !== undefined ? "" : contentText(content);
  if (said === null) return null;
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.map(callText).filter((text) => text !== "") : [];
  const text = said.replace(PLACEHOLDERS, "");
  return { role: roleName(role ?? ""), text: [...(text === "" ? [] : [text]), ...calls].join("\n") };
}

function roleName(role: string): string {
  const name = role.trim().toLowerCase();
  return ROLES.get(name) ?? name;
}

function contentText(content: unknown): string | null {
  if (content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const texts: string[] = [];
  for (const part of content) {
    if (typeof part === "string") texts.push(part);
    else if (!isRecord(part)) return null;
    else if (typeof part.text === "string") texts.push(part.text);
    // Parts of other kinds (image_url, audio) hold no text.
    else if (typeof part.type !== "string") return null;
  }
  return texts.filter((text) => text !== "").join("\n");
}

function callText(call: unknown): string {
  const called = isRecord(call) && isRecord(call.function) ? call.function : isRecord(call) ? call : {};
  const given = typeof called.arguments === "string" ? called.arguments : called.arguments === undefined ? "" : canonicalJson(called.arguments);
  return [called.name, given].filter((text) => typeof text === "string" && text !== "").join(" ");
}

/** The list in a CSV cell that holds one as JSON: null when the text does not look like a list of objects, undefined when it does and is broken. */
export function jsonList(text: string): unknown[] | null | undefined {
  if (!/^\s*\[\s*(\{|\]\s*$)/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return undefined;
  }
}

/** How turns begin in a conversation written as one text; the role is the first group that matched. */
const MARKS: readonly RegExp[] = [
  // ChatML
  /<\|im_start\|>[ \t]*(\w+)[ \t]*\n?/g,
  // Llama 3
  /<\|start_header_id\|>[ \t]*(\w+)[ \t]*<\|end_header_id\|>\s*/g,
  // Alpaca and guanaco templates
  /(?:^|\n)[ \t]*### ?(system|human|user|assistant|gpt|instruction|input|response):[ \t]*\n?/gi,
  // Anthropic's HH-RLHF
  /(?:^|\n)[ \t]*(system|human|user|assistant):[ \t]*/gi,
];
const ENDS = /<\|(?:im_end|eot_id|end_of_text|begin_of_text|endoftext)\|>/g;

/**
 * The turns of a conversation that is written as one text, by the marks of ChatML, Llama 3, Alpaca's template or
 * `Human:` and `Assistant:`; null for any other text. What stands before the first mark sets the scene. A plain
 * `Human:` counts only where the text begins with such a mark and has another one.
 */
export function transcriptTurns(text: string): Turn[] | null {
  for (const [style, marks] of MARKS.entries()) {
    const found = [...text.matchAll(marks)];
    if (found.length < 2) continue;
    const before = text.slice(0, found[0].index).replace(ENDS, "").trim();
    if (style === MARKS.length - 1 && before !== "") continue;
    const turns: Turn[] = before === "" ? [] : [{ role: "system", text: before }];
    found.forEach((mark, i) => {
      const said = text.slice(mark.index + mark[0].length, found[i + 1]?.index ?? text.length).replace(ENDS, "").trim();
      turns.push({ role: roleName(mark[1]), text: said });
    });
    return turns;
  }
  return null;
}
