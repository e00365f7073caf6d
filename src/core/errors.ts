/** Why an operation could not be done. Callers branch on `code`, never on the message. */
export type ErrorCode =
  | "bad-argument"
  | "bad-config"
  | "bad-data"
  | "bad-embeddings"
  | "bad-importance"
  | "bad-budget"
  | "bad-selection"
  | "bad-protection-file"
  | "bad-audit-log"
  | "conflict"
  | "cannot-apply"
  | "unfinished"
  | "empty-dataset"
  | "encoder-unavailable"
  | "download-failed"
  | "not-found"
  | "not-indexed"
  | "not-trusted"
  | "outside-root"
  | "cancelled"
  | "internal";

/** Where in the user's files the fault lies; `line` is 1-based. */
export interface ErrorPlace {
  file?: string;
  line?: number;
}

/**
 * An error that the user can act on: `problem` says what is wrong, `place` where, `remedy` what to do.
 * `message` joins the three into one line.
 */
export class InfomaxError extends Error {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly place: ErrorPlace;
  readonly remedy: string;

  constructor(code: ErrorCode, problem: string, remedy: string, place: ErrorPlace = {}, cause?: unknown) {
    const where = place.file === undefined ? "" : place.line === undefined ? `${place.file}: ` : `${place.file}:${place.line}: `;
    super(`${where}${problem}. ${remedy}`.replace(/\s+/g, " ").trim(), cause === undefined ? undefined : { cause });
    this.name = "InfomaxError";
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
    this.place = place;
  }
}

/** Thrown when the caller's AbortSignal fires; nothing half-written stays behind. */
export class CancelledError extends InfomaxError {
  constructor() {
    super("cancelled", "Cancelled", "Run the command again to go on from where it stopped.");
    this.name = "CancelledError";
  }
}

/** Throws {@link CancelledError} if the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** The message of anything that was thrown, in one line. */
export function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s+/g, " ").trim();
}
