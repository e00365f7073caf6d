/**
 * Globs over POSIX paths and ids. They come from a file that may be a stranger's, so they are run as an automaton whose
 * states are made as they are needed (K. Thompson, "Regular expression search algorithm", 1968): a match takes one step a
 * character, whatever the glob, where a backtracking regular expression may take years.
 *
 * `*` any characters but "/"; `**` as a whole part of the path: any parts; `?` one character but "/"; `[a-z]`, `[!a-z]` one
 * of these, or none of these, but "/"; `{a,b}` one of these; `\` takes the next character as it is. Letters of either case
 * differ, on every system.
 */
export interface Glob {
  readonly pattern: string;
  /** True where the whole text fits. */
  readonly matches: (text: string) => boolean;
}

/** More is no glob that a person wrote. */
const MOST_GLOB_CHARACTERS = 1000;
/** States kept of one automaton. */
const MOST_STATES = 1000;
const ASCII = 128;
const SLASH = 47;

type Step =
  | { readonly op: "char"; readonly code: number }
  /** Any character. */
  | { readonly op: "any" }
  /** Any character but "/". */
  | { readonly op: "part" }
  | { readonly op: "set"; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly op: "split"; to: number; or: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "end" };

/** What is wrong with a glob; its message continues "the glob … ". */
export class GlobError extends Error {}

/** @throws GlobError */
export function compileGlob(pattern: string): Glob {
  const automaton = new Automaton(new Compiler(pattern).steps());
  return { pattern, matches: (text) => automaton.matches(text) };
}

class Compiler {
  readonly #given: readonly string[];
  readonly #steps: Step[] = [];
  #at = 0;

  constructor(pattern: string) {
    if (pattern.length > MOST_GLOB_CHARACTERS) throw new GlobError(`is longer than ${MOST_GLOB_CHARACTERS.toLocaleString("en-US")} characters`);
    if (pattern.startsWith("!")) throw new GlobError("begins with \"!\", but a glob cannot say what does not match: write what does, or \"\\\\!\" for a name that begins so");
    this.#given = Array.from(pattern);
  }

  steps(): readonly Step[] {
    this.#sequence(true, false);
    this.#steps.push({ op: "end" });
    return this.#steps;
  }

  /** @param isStart a part of the path begins here */
  #sequence(isStart: boolean, inBraces: boolean): void {
    let begins = isStart;
    while (this.#at < this.#given.length) {
      const character = this.#given[this.#at];
      if (inBraces && (character === "," || character === "}")) return;
      this.#at++;
      if (character === "*") this.#stars(begins, inBraces);
      else if (character === "?") this.#steps.push({ op: "part" });
      else if (character === "[") this.#set();
      else if (character === "{") this.#braces(begins);
      else if (character === "\\") {
        if (this.#at === this.#given.length) throw new GlobError("ends with \"\\\"");
        this.#literal(this.#given[this.#at++]);
      } else this.#literal(character);
      begins = character === "/" || (character === "*" && this.#given[this.#at - 1] === "/");
    }
    if (inBraces) throw new GlobError("has a \"{\" without its \"}\"");
  }

  #literal(character: string): void {
    this.#steps.push({ op: "char", code: character.codePointAt(0) ?? 0 });
  }

  /** The first star is taken already. */
  #stars(begins: boolean, inBraces: boolean): void {
    let count = 1;
    while (this.#given[this.#at] === "*") {
      this.#at++;
      count++;
    }
    const next = this.#given[this.#at];
    const isLast = next === undefined || (inBraces && (next === "," || next === "}"));
    if (count === 2 && begins && next === "/") {
      this.#at++;
      const split = this.#split();
      this.#repeat("any");
      this.#literal("/");
      split.or = this.#steps.length;
    } else this.#repeat(count === 2 && begins && isLast ? "any" : "part");
  }

  #split(): { op: "split"; to: number; or: number } {
    const split = { op: "split" as const, to: this.#steps.length + 1, or: -1 };
    this.#steps.push(split);
    return split;
  }

  #repeat(op: "any" | "part"): void {
    const start = this.#steps.length;
    const split = this.#split();
    this.#steps.push({ op }, { op: "jump", to: start });
    split.or = this.#steps.length;
  }

  #braces(begins: boolean): void {
    const ends: { op: "jump"; to: number }[] = [];
    for (;;) {
      const split = this.#split();
      this.#sequence(begins, true);
      const isLast = this.#given[this.#at++] === "}";
      // A last alternative has none after it: its split leads on to itself.
      if (isLast) {
        split.or = split.to;
        break;
      }
      const end = { op: "jump" as const, to: -1 };
      this.#steps.push(end);
      ends.push(end);
      split.or = this.#steps.length;
    }
    for (const end of ends) end.to = this.#steps.length;
  }

  #set(): void {
    const negated = this.#given[this.#at] === "!" || this.#given[this.#at] === "^";
    if (negated) this.#at++;
    const ranges: [number, number][] = [];
    const take = (): number => {
      if (this.#given[this.#at] === "\\") this.#at++;
      const character = this.#given[this.#at++];
      if (character === undefined) throw new GlobError("has a \"[\" without its \"]\"");
      return character.codePointAt(0) ?? 0;
    };
    // A bracket right at the start stands for itself.
    while (ranges.length === 0 || this.#given[this.#at] !== "]") {
      const low = take();
      const isRange = this.#given[this.#at] === "-" && this.#given[this.#at + 1] !== "]";
      if (isRange) this.#at++;
      const high = isRange ? take() : low;
      if (high < low) throw new GlobError(`has the range ${String.fromCodePoint(low)}-${String.fromCodePoint(high)}, whose end comes before its start`);
      ranges.push([low, high]);
    }
    this.#at++;
    this.#steps.push({ op: "set", negated, ranges });
  }
}

/** A set of steps that a text may have led to. */
interface State {
  readonly steps: readonly number[];
  readonly isEnd: boolean;
  /** Next state by character, −1 where it is not made yet. */
  readonly ascii: Int32Array;
  readonly others: Map<number, number>;
}

class Automaton {
  readonly #states: State[] = [];
  readonly #known = new Map<string, number>();

  constructor(private readonly steps: readonly Step[]) {
    this.#stateOf([0]);
  }

  matches(text: string): boolean {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.codePointAt(at) ?? 0;
      if (code > 0xffff) at++;
      const { ascii, others } = this.#states[state];
      const next = code < ASCII ? ascii[code] : others.get(code) ?? -1;
      state = next >= 0 ? next : this.#step(state, code);
    }
    return this.#states[state].isEnd;
  }

  #step(from: number, code: number): number {
    const { steps, ascii, others } = this.#states[from];
    const reached: number[] = [];
    for (const at of steps) if (takes(this.steps[at], code)) reached.push(at + 1);
    const isFull = this.#states.length >= MOST_STATES;
    if (isFull) {
      // Begin anew rather than grow: what is needed is made again.
      this.#states.length = 0;
      this.#known.clear();
      this.#stateOf([0]);
    }
    const next = this.#stateOf(reached);
    if (isFull) return next;
    if (code < ASCII) ascii[code] = next;
    else others.set(code, next);
    return next;
  }

  /** The state of the given steps and of all that they lead to without a character. */
  #stateOf(given: readonly number[]): number {
    const seen = new Set<number>();
    const open = [...given];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = this.steps[at];
      if (step.op === "jump" || step.op === "split") open.push(step.to);
      if (step.op === "split") open.push(step.or);
    }
    const steps = [...seen].filter((at) => this.steps[at].op !== "jump" && this.steps[at].op !== "split").sort((a, b) => a - b);
    const key = steps.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#states.push({ steps, isEnd: steps.some((at) => this.steps[at].op === "end"), ascii: new Int32Array(ASCII).fill(-1), others: new Map() });
    this.#known.set(key, this.#states.length - 1);
    return this.#states.length - 1;
  }
}

function takes(step: Step, code: number): boolean {
  switch (step.op) {
    case "char": return step.code === code;
    case "any": return true;
    case "part": return code !== SLASH;
    case "set": return code !== SLASH && step.ranges.some(([low, high]) => low <= code && code <= high) !== step.negated;
    default: return false;
  }
}
