import type { SampleMark } from "../protocol/engine.ts";
import { formatSimilarity, plural, reasonText } from "../protocol/words.ts";
import { plainLabel } from "./plainText.ts";

/** What a CodeLens of a sample does when it is clicked. */
export type LensAction = "protectionMenu" | "protect" | "goToRepresentative" | "explain" | "similar";

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
  return place.file === here ? `line ${place.line}` : `${place.file}:${place.line}`;
}

/** The CodeLenses above one sample. `here` is the path of its file relative to the dataset root. */
export function lensesOf(mark: SampleMark, here: string): readonly LensText[] {
  const lenses: LensText[] = [];
  if (mark.protected) {
    lenses.push({
      title: mark.note === null || mark.note.trim() === "" ? "$(shield) Protected" : `$(shield) Protected — ${plainLabel(shortened(mark.note))}`,
      tooltip: "Kept at every budget. Click to edit the note or to unprotect.",
      action: "protectionMenu",
    });
  } else {
    lenses.push({ title: "Protect", tooltip: "Keep this sample at every budget", action: "protect" });
  }
  if (mark.duplicateOf !== null) {
    lenses.push({
      title: mark.duplicateOf.exact ? `exact duplicate of ${plainLabel(placeText(mark.duplicateOf, here))}` : `near-duplicate of ${plainLabel(placeText(mark.duplicateOf, here))} (${formatSimilarity(mark.duplicateOf.similarity)})`,
      tooltip: "Go to the sample that represents this cluster of near-duplicates",
      action: "goToRepresentative",
    });
  } else if (mark.clusterSize > 1) {
    lenses.push({ title: `represents ${plural(mark.clusterSize - 1, "duplicate")}`, tooltip: "Show this sample's cluster and neighbours", action: "explain" });
  }
  if (mark.status !== null) lenses.push({ title: statusText(mark), tooltip: "Explain this decision", action: "explain" });
  lenses.push({ title: "Similar", tooltip: "Find the samples most similar to this one", action: "similar" });
  return lenses;
}

/** "kept", "dropped" or "dropped: near-duplicate". */
export function statusText(mark: Pick<SampleMark, "status" | "reason">): string {
  if (mark.status === "dropped") return mark.reason === null ? "dropped" : `dropped: ${reasonText(mark.reason)}`;
  return mark.status ?? "";
}
