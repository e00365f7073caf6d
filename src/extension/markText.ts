import * as l10n from "@vscode/l10n";
import type { SampleMark } from "../protocol/marks.ts";
import { formatCount, formatSimilarity, reasonText } from "../protocol/words.ts";
import { plainLabel } from "./plainText.ts";

/** What a CodeLens of a sample does when it is clicked. */
export type LensAction = "protectionMenu" | "protect" | "exclude" | "include" | "goToRule" | "goToRepresentative" | "explain" | "similar";

export interface LensText {
  readonly title: string;
  readonly tooltip: string;
  readonly action: LensAction;
}

const MAX_NOTE = 60;

function shortened(note: string): string {
  const line = note.replace(/\s+/g, " ").trim();
  return line.length > MAX_NOTE ? `${line.slice(0, MAX_NOTE - 1)}…` : line;
}

/** "line 12", or "other.jsonl:12" where that is in another file. */
export function placeText(place: { readonly file: string; readonly line: number | null; readonly id: string }, here: string): string {
  if (place.line === null) return place.file;
  return place.file === here ? l10n.t("line {0}", place.line) : `${place.file}:${place.line}`;
}

/** Lenses above a line beyond which no further one is offered that the hover has too. */
const MOST_LENSES = 4;

/** What is decided of a sample, or what can be. */
function decisionLens(mark: SampleMark): LensText {
  const note = mark.note === null || mark.note.trim() === "" ? null : plainLabel(shortened(mark.note));
  const rule = mark.rule === null ? null : plainLabel(shortened(mark.rule));
  if (mark.protected) {
    return rule !== null ? { title: `$(shield) ${l10n.t("Protected by rule {0}", rule)}`, tooltip: l10n.t("Kept at every budget. Click to see the rule."), action: "goToRule" } : {
      title: `$(shield) ${note === null ? l10n.t("Protected") : l10n.t("Protected — {0}", note)}`, tooltip: l10n.t("Kept at every budget. Click to edit the note or to unprotect."), action: "protectionMenu",
    };
  }
  if (mark.excluded) {
    return rule !== null ? { title: `$(circle-slash) ${l10n.t("Excluded by rule {0}", rule)}`, tooltip: l10n.t("Kept at no budget. Click to see the rule."), action: "goToRule" } : {
      title: `$(circle-slash) ${note === null ? l10n.t("Excluded") : l10n.t("Excluded — {0}", note)}`, tooltip: l10n.t("Kept at no budget. Click to include it again."), action: "include",
    };
  }
  return { title: l10n.t("Protect"), tooltip: l10n.t("Keep this sample at every budget"), action: "protect" };
}

/** The CodeLenses above a line that names the path of a sample. `name`: told where the line names several. */
export function pathLensesOf(mark: SampleMark, name: string | null): readonly LensText[] {
  const lenses = [decisionLens(mark), ...(mark.status === "dropped" ? [{ title: statusText(mark), tooltip: l10n.t("Why: explain this decision"), action: "explain" } as const] : [])];
  return name === null ? lenses : lenses.map((lens, i) => (i === 0 ? { ...lens, title: `${lens.title}: ${plainLabel(name)}` } : lens));
}

/** The CodeLenses above one record. `here` is the path of its file relative to the dataset root. */
export function lensesOf(mark: SampleMark, here: string): readonly LensText[] {
  const lenses: LensText[] = [decisionLens(mark)];
  if (mark.duplicateOf !== null) {
    const place = plainLabel(placeText(mark.duplicateOf, here));
    lenses.push({
      title: mark.duplicateOf.exact ? l10n.t("exact duplicate of {0}", place) : l10n.t("near-duplicate of {0} ({1})", place, formatSimilarity(mark.duplicateOf.similarity)),
      tooltip: l10n.t("Go to the sample that represents this cluster of near-duplicates"),
      action: "goToRepresentative",
    });
  } else if (mark.clusterSize > 1) {
    const others = mark.clusterSize - 1;
    lenses.push({
      title: others === 1 ? l10n.t("represents 1 duplicate") : l10n.t("represents {0} duplicates", formatCount(others)),
      tooltip: l10n.t("Show this sample's cluster and neighbours"), action: "explain",
    });
  }
  if (mark.status !== null) lenses.push({ title: statusText(mark), tooltip: l10n.t("Why: explain this decision"), action: "explain" });
  lenses.push({ title: l10n.t("Similar"), tooltip: l10n.t("Find the samples most similar to this one"), action: "similar" });
  if (!mark.protected && !mark.excluded && lenses.length < MOST_LENSES) lenses.splice(1, 0, { title: l10n.t("Exclude"), tooltip: l10n.t("Keep this sample at no budget"), action: "exclude" });
  return lenses;
}

/** "kept", "dropped" or "dropped: near-duplicate". */
export function statusText(mark: Pick<SampleMark, "status" | "reason">): string {
  if (mark.status === "dropped") return mark.reason === null ? l10n.t("dropped") : l10n.t("dropped: {0}", reasonText(mark.reason));
  return mark.status === "kept" ? l10n.t("kept") : "";
}
