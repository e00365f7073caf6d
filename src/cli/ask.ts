import { createInterface } from "node:readline/promises";
import { CancelledError } from "../core/errors.ts";

/** Asks a question that is answered with yes or no; null where nobody is there to answer. */
export type Ask = (question: string, signal: AbortSignal | undefined) => Promise<boolean | null>;

/** Asks on the terminal, on stderr, so that stdout holds results alone. Anything but yes is no. */
export const askOnTerminal: Ask = async (question, signal) => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve, reject) => {
      lines.once("close", () => { resolve(""); });
      // The terminal is in the hands of readline, which then gets Ctrl-C.
      lines.once("SIGINT", () => { reject(new CancelledError()); });
    });
    const answered = lines.question(`${question} [y/N] `, signal === undefined ? {} : { signal });
    return /^\s*y(es)?\s*$/i.test(await Promise.race([answered, closed]));
  } catch (thrown) {
    if (signal?.aborted) throw new CancelledError();
    throw thrown;
  } finally {
    lines.close();
  }
};
