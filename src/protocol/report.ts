/** What a shared HTML report carries: the inspector's answers, written down. Types and one guard. */
import type { BlockName, ColumnPlace } from "./columns.ts";
import type { ComparisonView } from "./comparison.ts";
import type { CurveResult } from "./budget.ts";
import type { DatasetSummary } from "./dataset.ts";
import type { OverviewResult } from "./overview.ts";
import type { SampleView } from "./samples.ts";

/** Raised with each change of what follows. */
export const REPORT_VERSION = 2;

/** Ids of the elements that hold the parts, each deflated (raw) and in base64. */
export const REPORT_PARTS = { content: "report-content", columns: "report-columns", pictures: "report-pictures" } as const;

export interface ReportBlock {
  readonly block: BlockName;
  readonly threshold: number | null;
  readonly places: readonly ColumnPlace[];
  /** Byte range in the part `columns`. */
  readonly start: number;
  readonly length: number;
}

export interface ReportContent {
  readonly version: typeof REPORT_VERSION;
  /** ISO 8601. */
  readonly written: string;
  /** Paths are cut to names: a report travels. */
  readonly summary: DatasetSummary;
  readonly overview: OverviewResult;
  readonly curve: CurveResult;
  /** The dataset's last comparison, null where there is none. */
  readonly comparison: ComparisonView | null;
  readonly blocks: readonly ReportBlock[];
  /** By the code in the column `file`; empty where there is one table. */
  readonly files: readonly string[];
  /** Those whose text or picture is in the report; of the others only what the columns tell is known. */
  readonly samples: readonly SampleView[];
  /** Byte ranges in the part `pictures` (WebP), by row: [row, start, length]. */
  readonly pictures: readonly (readonly [number, number, number])[];
}

export function isReportContent(value: unknown): value is ReportContent {
  if (typeof value !== "object" || value === null) return false;
  const content = value as Readonly<Record<string, unknown>>;
  return content.version === REPORT_VERSION && typeof content.summary === "object" && content.summary !== null && typeof content.overview === "object" && typeof content.curve === "object" && typeof content.comparison === "object"
    && ["blocks", "files", "samples", "pictures"].every((name) => Array.isArray(content[name]));
}
