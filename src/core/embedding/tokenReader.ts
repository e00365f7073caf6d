import type { ModelFolder, Settings } from "./modelFolder.ts";

/** A stretch of a text as the model reads it, special tokens included. */
export interface TokenChunk {
  readonly ids: readonly number[];
  /** Tokens of the text itself, by which chunks are weighted. */
  readonly weight: number;
}

/** A text is read to this many chunks, the rest is left out. */
export const MOST_CHUNKS = 16;
/** No tokenizer of use has longer tokens on average; bounds the work on endless texts. */
const CHARACTERS_PER_TOKEN = 12;
/** For models that say nothing of their length. */
const DEFAULT_TOKENS = 512;
/** Models of RoBERTa's kind count positions from 2. */
const OFFSET_TYPES = new Set(["roberta", "xlm-roberta", "camembert", "mpnet"]);

/** The part of a tokenizer of transformers.js that is needed. */
export interface Tokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): number[];
  readonly pad_token_id?: number | undefined;
  readonly model_max_length: number;
}

/** Tokens that a model reads at most, special ones included. */
export function mostTokens(folder: ModelFolder, tokenizer: Tokenizer, fixed: number | null): number {
  if (fixed !== null) return fixed;
  const nested = folder.config["text_config"];
  const config = typeof nested === "object" && nested !== null ? nested as Settings : folder.config;
  const positions = config["max_position_embeddings"];
  const offset = typeof config["model_type"] === "string" && OFFSET_TYPES.has(config["model_type"]) ? 2 : 0;
  const limits = [tokenizer.model_max_length, folder.mostTokens, typeof positions === "number" ? positions - offset : null]
    .filter((limit): limit is number => typeof limit === "number" && limit > 2 && limit < 1e6);
  return limits.length === 0 ? DEFAULT_TOKENS : Math.min(...limits);
}

/** Cuts texts into chunks that a model can read. */
export class TokenReader {
  readonly most: number;
  readonly padId: number;
  private readonly tokenizer: Tokenizer;
  private readonly prefix: string;
  /** Special tokens around each chunk, and the prefix at the start of chunks after the first. */
  private readonly before: readonly number[];
  private readonly after: readonly number[];
  private readonly repeated: readonly number[];

  /** @param most tokens of a chunk, special ones included @param prefix put before each text */
  constructor(tokenizer: Tokenizer, most: number, prefix: string) {
    this.tokenizer = tokenizer;
    this.most = most;
    this.prefix = prefix;
    this.padId = tokenizer.pad_token_id ?? 0;
    const bare = tokenizer.encode("a", { add_special_tokens: false });
    const whole = tokenizer.encode("a", { add_special_tokens: true });
    const at = whole.findIndex((_, i) => bare.every((id, j) => whole[i + j] === id));
    if (at < 0) throw new Error("its tokenizer changes a text's tokens when it adds the special ones, so that long texts cannot be cut");
    this.before = whole.slice(0, at);
    this.after = whole.slice(at + bare.length);
    this.repeated = prefix.trim() === "" ? [] : tokenizer.encode(prefix.trimEnd(), { add_special_tokens: false });
    if (this.room < 1) throw new Error(`it reads ${most} tokens, which leaves no room for a text`);
  }

  /** Tokens of text in a chunk after the first. */
  private get room(): number {
    return this.most - this.before.length - this.after.length - this.repeated.length;
  }

  /** The chunks of a text, up to {@link MOST_CHUNKS}; none where it has no tokens. */
  chunks(text: string): TokenChunk[] {
    const tokens = this.tokenizer.encode(this.prefix + text.slice(0, MOST_CHUNKS * this.most * CHARACTERS_PER_TOKEN), { add_special_tokens: false });
    const found: TokenChunk[] = [];
    let at = 0;
    while (at < tokens.length && found.length < MOST_CHUNKS) {
      const repeated = at === 0 ? [] : this.repeated;
      const part = tokens.slice(at, at + this.room + this.repeated.length - repeated.length);
      found.push({ ids: [...this.before, ...repeated, ...part, ...this.after], weight: part.length });
      at += part.length;
    }
    return found;
  }
}
