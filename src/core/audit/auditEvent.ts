/** Samples that something was decided of, by id. */
export interface NamedSamples {
  readonly count: number;
  /** All of them up to {@link MOST_NAMED}, in code-unit order; left out beyond. */
  readonly ids?: readonly string[];
  /** SHA-256 of the ids in code-unit order, each with a line feed after it. */
  readonly digest: string;
}

/** Ids that an entry carries; of more it has the digest alone, and the selection file has them. */
export const MOST_NAMED = 1000;

/** What the audit log records. Paths are POSIX and relative to the dataset root where they lie in it. */
export type AuditEvent =
  | {
    readonly event: "selected";
    readonly selection: string;
    /** SHA-256 of the selection file. */
    readonly sha256: string;
    readonly dataset: string;
    readonly datasetDigest: string;
    readonly configDigest: string;
    readonly samples: number;
    readonly kept: number;
    readonly dropped: number;
    /** Kept because a person protected them, dropped because a person excluded them. */
    readonly protectedByHand: NamedSamples;
    readonly excludedByHand: NamedSamples;
    /** The samples that each rule in force decided. */
    readonly rules: readonly { readonly name: string; readonly action: "protect" | "exclude"; readonly samples: NamedSamples }[];
  }
  | { readonly event: "approved"; readonly selection: string; readonly sha256: string; readonly note: string }
  | { readonly event: "exported"; readonly selection: string; readonly sha256: string; readonly configDigest: string | null; readonly form: string; readonly out: string; readonly files: number; readonly bytes: number; readonly kept: number }
  | { readonly event: "quarantined"; readonly selection: string; readonly sha256: string; readonly configDigest: string | null; readonly operation: string; readonly files: number; readonly bytes: number; readonly samples: NamedSamples }
  | { readonly event: "restored"; readonly operation: string; readonly whole: boolean; readonly files: number; readonly left: number; readonly samples: NamedSamples };
