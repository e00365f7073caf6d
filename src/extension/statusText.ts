import * as l10n from "@vscode/l10n";
import { formatCount, progressText, samplesText } from "../protocol/words.ts";
import type { DatasetState } from "./datasetController.ts";
import { plainLabel } from "./plainText.ts";

/** The status bar's text, and its tooltip in a sentence. `name` is the dataset's short name. */
export function statusOf(state: Exclude<DatasetState, { kind: "none" }>, name: string): { readonly text: string; readonly detail: string } {
  const label = plainLabel(name);
  switch (state.kind) {
    case "unknown":
      return { text: `$(database) ${label}`, detail: l10n.t("Not opened yet.") };
    case "missing":
      return { text: `$(database) ${l10n.t("{0}: not indexed", label)}`, detail: l10n.t("Not indexed yet.") };
    case "failed":
      return { text: `$(warning) ${label}`, detail: state.message };
    case "indexing":
      return { text: `$(sync~spin) ${label}: ${plainLabel(progressText(state.progress))}`, detail: progressText(state.progress) };
    case "ready": {
      const { samples, duplicates, protectedCount, currentSelection } = state.summary;
      const [all, pinned, clusters] = [samplesText(samples), formatCount(protectedCount), formatCount(duplicates.clusters)];
      const redundant = duplicates.clusters === 1 ? l10n.t("1 duplicate cluster") : l10n.t("{0} duplicate clusters", clusters);
      const figures = currentSelection === null ? l10n.t("{0}, {1}, {2} protected, no selection shown.", all, redundant, pinned) : l10n.t("{0}, {1}, {2} protected, selection {3}.", all, redundant, pinned, currentSelection);
      const short = l10n.t("{0} · {1} · {2} · protected {3}", label, all, duplicates.clusters === 1 ? l10n.t("1 cluster") : l10n.t("{0} clusters", clusters), pinned);
      return state.stale ? {
        text: `$(database) ${l10n.t("{0} · changed since indexed", short)}`,
        detail: `${figures} ${l10n.t("The dataset changed since it was indexed; index it again to bring this up to date.")}`,
      } : { text: `$(database) ${short}`, detail: figures };
    }
  }
}
