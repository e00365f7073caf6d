import type { Progress } from "../protocol/dataset.ts";
import { downloadText, paceText } from "../protocol/words.ts";
import { count, oneLine } from "./format.ts";

const LEAST_COLUMNS = 40;
const MOST_COLUMNS = 160;
const FILE_COLUMNS = 120;

/** Where a command writes: text for people, or one JSON object. */
export class Output {
  readonly json: boolean;
  /** Columns to fill: the terminal's within reason, else a fixed number, so that output to a file is the same everywhere. */
  readonly width: number;
  private readonly styled: boolean;
  private readonly live: boolean;
  private drawn = false;

  constructor(options: { readonly json: boolean; readonly quiet: boolean }) {
    this.json = options.json;
    this.width = process.stdout.isTTY ? Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, process.stdout.columns)) : FILE_COLUMNS;
    this.styled = !options.json && process.stdout.isTTY && !process.env["NO_COLOR"];
    this.live = !options.quiet && process.stderr.isTTY;
  }

  /** Text for people; nothing with --json. */
  print(text: string): void {
    this.clear();
    if (!this.json) process.stdout.write(text);
  }

  heading(text: string): void {
    this.print(`\n${this.styled ? `\u001b[1m${text}\u001b[0m` : text}\n`);
  }

  /** What goes before a question: on stderr, also with --json. */
  note(text: string): void {
    this.clear();
    process.stderr.write(text);
  }

  /** The result; nothing without --json. */
  result(value: unknown): void {
    this.clear();
    if (this.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  progress(progress: Progress): void {
    if (!this.live) return;
    const amount = progress.unit === "bytes" ? downloadText(progress) : `${count(progress.done)} of ${count(progress.total)}${paceText(progress)}`;
    const share = progress.total > 0 ? `${Math.floor((100 * progress.done) / progress.total)}%  ${amount}` : "";
    // A line that wraps could not be taken away again.
    process.stderr.write(`\r\u001b[2K${oneLine(`${progress.stage}  ${share}`, Math.max(LEAST_COLUMNS, process.stderr.columns) - 1)}`);
    this.drawn = true;
  }

  /** Takes the progress line away. */
  clear(): void {
    if (this.drawn) process.stderr.write("\r\u001b[2K");
    this.drawn = false;
  }
}
