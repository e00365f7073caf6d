import type { DatasetParams } from "./dataset.ts";
import type { SampleView } from "./samples.ts";

/** Decisions by people and rules. Types only. */

export interface ProtectParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}

export interface UnprotectParams extends DatasetParams {
  readonly ids: readonly string[];
}

/** Excludes samples: they are kept at no budget. One that is protected or preferred is refused. */
export interface ExcludeParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}

export interface IncludeParams extends DatasetParams {
  readonly ids: readonly string[];
}

/** Of its near-duplicates (at the threshold in force) each sample becomes the one to keep, where one is kept; others of its cluster lose the preference. */
export interface PreferParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}

export interface UnpreferParams extends DatasetParams {
  readonly ids: readonly string[];
}

/** Several decisions at once, all or none: what is taken away (unprotect, include, unprefer) goes first, then what is given. */
export interface DecideParams extends DatasetParams {
  readonly protect: readonly string[];
  readonly unprotect: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly prefer: readonly string[];
  readonly unprefer: readonly string[];
  /** For all that are given something. */
  readonly note?: string;
}

export interface ProtectResult {
  /** By hand, as the files have them. */
  readonly protectedCount: number;
  readonly excludedCount: number;
  readonly preferredCount: number;
  /** Samples named in the request whose state is another now; one with two changes counts twice. */
  readonly changed: number;
  /** Absolute path of the file that the request is about; of `decide`, of the first of its changes. */
  readonly file: string;
  /** What the user may want to know: rules that go on protecting or excluding what was asked about. */
  readonly notes: readonly string[];
  /** Samples that the selection shown decides otherwise than is decided by now, after a change: it should be made anew. */
  readonly overruled: number;
}

/** {@link DecideParams} by row: ascending rows of the index with that key, as `rowsToText` writes them. */
export interface DecideRowsParams extends DatasetParams {
  readonly key: string;
  readonly protect?: string;
  readonly unprotect?: string;
  readonly exclude?: string;
  readonly include?: string;
  readonly prefer?: string;
  readonly unprefer?: string;
  readonly note?: string;
}

/** A rule of infomax.json, tried on the dataset. */
export interface RuleView {
  readonly name: string;
  readonly action: "protect" | "exclude";
  readonly reason: string;
  /** Its conditions in words. */
  readonly conditions: string;
  /** What looks like a mistake: a label that no sample has. */
  readonly notes: readonly string[];
  /** Samples that it catches. */
  readonly samples: number;
  /** Up to 20 of them. */
  readonly examples: readonly SampleView[];
}

/** A sample that one rule or person protects and another excludes. */
export interface DecisionConflict {
  readonly id: string;
  /** Name of the rule; null: by hand. */
  readonly protectedBy: string | null;
  readonly excludedBy: string | null;
  /** Nobody protects it: it is preferred among its near-duplicates, by hand. */
  readonly preferred: boolean;
}

export interface RulesResult {
  readonly rules: readonly RuleView[];
  /** The first 20, decisions by hand that contradict each other among them; `conflictsTotal` counts all. */
  readonly conflicts: readonly DecisionConflict[];
  readonly conflictsTotal: number;
}

/** Writes what a rule catches now into the file of decisions by hand, with the rule as note. */
export interface PinRuleParams extends DatasetParams {
  readonly rule: string;
}

/** A decision by hand as lists show it. */
export interface DecisionView {
  readonly id: string;
  readonly note: string;
  /** ISO 8601, or empty. */
  readonly since: string;
  /** Null where its sample is gone. */
  readonly sample: SampleView | null;
}

export interface DecisionsParams extends DatasetParams {
  readonly kind: "protected" | "excluded" | "keepers";
  readonly offset: number;
  readonly limit: number;
}

export interface DecisionsResult {
  readonly total: number;
  /** Those of `total` whose sample is gone. */
  readonly missing: number;
  /** In the order of the dataset, those whose sample is gone last. */
  readonly decisions: readonly DecisionView[];
}
