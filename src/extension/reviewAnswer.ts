import type { ReviewFacts } from "../protocol/webview.ts";
import type { DatasetController } from "./datasetController.ts";
import type { RequestOptions } from "./engineSupervisor.ts";

/**
 * What the inspector's review page shows: of a selection that is no longer there the current one in its place, or the first.
 * @param wanted null for the current selection, and for no comparison
 */
export async function reviewOf(
  controller: DatasetController, wanted: { readonly selection: string | null; readonly against: string | null }, options: RequestOptions,
): Promise<{ readonly selections: readonly string[]; readonly facts: ReviewFacts | null }> {
  const selections = await controller.request("selections", {}, options);
  const { state } = controller;
  const current = state.kind === "ready" ? state.summary.currentSelection : null;
  const selection = [wanted.selection, current].find((name) => name !== null && selections.includes(name)) ?? selections.at(0);
  if (selection === undefined) return { selections, facts: null };
  const against = wanted.against !== null && wanted.against !== selection && selections.includes(wanted.against) ? wanted.against : null;
  // The Markdown, which may be long, is fetched by who opens it.
  const facts = { ...await controller.request("review", { selection, ...(against === null ? {} : { against }) }, options), markdown: "" };
  return { selections, facts };
}
