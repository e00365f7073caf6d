/** What our own CodeLenses, hovers and lists hand to commands. Arguments come from outside: they are looked at before they are used. */

/** Samples, and the note of the first where it has one. */
export interface SampleTarget {
  readonly ids: readonly string[];
  readonly note?: string;
}

/** Where a sample stands: a file that samples name, and the 1-based line of a record. */
export interface PlaceTarget {
  readonly id: string;
  readonly file: string;
  readonly line: number | null;
}

/** A rule of infomax.json. */
export interface RuleTarget {
  readonly rule: string;
}

export function isSampleTarget(value: unknown): value is SampleTarget {
  return typeof value === "object" && value !== null && "ids" in value && Array.isArray(value.ids) && value.ids.length > 0 && value.ids.every((id) => typeof id === "string")
    && (!("note" in value) || value.note === undefined || typeof value.note === "string");
}

export function isPlaceTarget(value: unknown): value is PlaceTarget {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    && "file" in value && typeof value.file === "string" && "line" in value && (value.line === null || typeof value.line === "number");
}

export function isRuleTarget(value: unknown): value is RuleTarget {
  return typeof value === "object" && value !== null && "rule" in value && typeof value.rule === "string";
}
