/** Which cheap figure seems to foretell a dear one. Pure. */
import * as l10n from "@vscode/l10n";
import { isDefined, type ComparisonCorrelation, type ComparisonView } from "../../src/protocol/comparison.ts";

/** "same": the higher, the higher; "opposite": the higher, the lower; "unsure": the interval holds 0, or there is none; "none": not defined. */
export type Trust = "same" | "opposite" | "unsure" | "none";

export interface CorrelationRow {
  readonly metric: number;
  readonly runs: number;
  /** Spearman's, null where not defined. */
  readonly rho: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly trust: Trust;
  /** Its interval leaves 0 out, but what it calls good goes with what is bad of the utility. */
  readonly isAgainst: boolean;
  /** Why there is no value or no interval; "" where there is. */
  readonly reason: string;
}

/** Of one utility at one budget: those whose interval leaves 0 out first, the strongest first among them; those without a value last. */
export function correlationRows(view: ComparisonView, budget: number, utility: number): readonly CorrelationRow[] {
  const rows = view.correlations.filter((own) => own.budget === budget && own.utility === utility).map((own) => rowOf(view, own));
  const strength = ({ rho }: CorrelationRow): number => (rho === null ? -1 : Math.abs(rho));
  const isSure = ({ trust }: CorrelationRow): number => (trust === "same" || trust === "opposite" ? 1 : 0);
  return [...rows].sort((a, b) => isSure(b) - isSure(a) || strength(b) - strength(a) || a.metric - b.metric);
}

function rowOf(view: ComparisonView, { metric, utility, runs, spearman, interval }: ComparisonCorrelation): CorrelationRow {
  if (!isDefined(spearman)) return { metric, runs, rho: null, interval: null, trust: "none", isAgainst: false, reason: spearman.notDefined };
  const { value: rho } = spearman;
  if (!isDefined(interval)) return { metric, runs, rho, interval: null, trust: "unsure", isAgainst: false, reason: interval.notDefined };
  const trust = interval.low > 0 ? "same" : interval.high < 0 ? "opposite" : "unsure";
  const isAlike = view.utilities[metric]?.better === view.utilities[utility]?.better;
  return { metric, runs, rho, interval: { low: interval.low, high: interval.high }, trust, isAgainst: trust !== "unsure" && isAlike !== (trust === "same"), reason: "" };
}

export function trustText({ trust, isAgainst, reason }: CorrelationRow): string {
  switch (trust) {
    case "none":
      return l10n.t("not defined, because {0}", reason);
    case "unsure":
      return reason === "" ? l10n.t("not told") : l10n.t("not told: no interval, because {0}", reason);
    case "same":
    case "opposite":
      return isAgainst ? l10n.t("foretells the contrary") : l10n.t("foretells it");
  }
}

/** "−0.53": two decimals and a sign. */
export function rhoText(rho: number): string {
  const text = rho.toFixed(2);
  return Number(text) === 0 ? "0.00" : rho < 0 ? text.replace("-", "−") : `+${text}`;
}

/** Of a utility's rows as a whole. @param names the metric that seems to foretell it best */
export function trustSentence(rows: readonly CorrelationRow[], strongest: string | null): string {
  const trusted = rows.filter(({ trust, isAgainst }) => (trust === "same" || trust === "opposite") && !isAgainst).length;
  if (rows.length === 0) return l10n.t("No correlations were computed for it.");
  if (rows.every(({ trust }) => trust === "none")) return l10n.t("Which cheap figure foretells it cannot be told, because {0}.", rows[0].reason);
  if (trusted === 0 || strongest === null) return l10n.t("No cheap figure foretells it on this data: every interval holds 0, or points the wrong way. Measure it by training.");
  return trusted === 1
    ? l10n.t("One cheap figure seems to foretell it on this data: {0}. Intervals are read one by one.", strongest)
    : l10n.t("{0} cheap figures seem to foretell it on this data, {1} the most. Intervals are read one by one, so that some may do so by chance.", trusted, strongest);
}
