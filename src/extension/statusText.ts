import { formatCount, plural, progressText } from "../protocol/words.ts";
import type { DatasetState } from "./datasetController.ts";
import { plainLabel } from "./plainText.ts";

/** The status bar's text, and its tooltip in a sentence. `name` is the dataset's short name. */
export function statusOf(state: Exclude<DatasetState, { kind: "none" }>, name: string): { readonly text: string; readonly detail: string } {
  const label = plainLabel(name);
  switch (state.kind) {
    case "unknown":
      return { text: `$(database) ${label}`, detail: "Not opened yet." };
    case "missing":
      return { text: `$(database) ${label}: not indexed`, detail: "Not indexed yet." };
    case "failed":
      return { text: `$(warning) ${label}`, detail: state.message };
    case "indexing":
      return { text: `$(sync~spin) ${label}: ${plainLabel(progressText(state.progress))}`, detail: progressText(state.progress) };
    case "ready": {
      const { samples, duplicates, protectedCount, currentSelection } = state.summary;
      const figures = `${plural(samples, "sample")}, ${plural(duplicates.clusters, "duplicate cluster")}, ${formatCount(protectedCount)} protected, ${currentSelection === null ? "no selection shown" : `selection ${currentSelection}`}.`;
      return {
        text: `$(database) ${label} · ${plural(samples, "sample")} · ${plural(duplicates.clusters, "cluster")} · protected ${formatCount(protectedCount)}${state.stale ? " · changed since indexed" : ""}`,
        detail: state.stale ? `${figures} The dataset changed since it was indexed; index it again to bring this up to date.` : figures,
      };
    }
  }
}
