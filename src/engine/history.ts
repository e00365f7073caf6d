import { stat } from "node:fs/promises";
import { belongsTo, listSelections, readSelection, selectionPaths } from "../core/store/selectionFile.ts";
import type { HistoryEntry } from "../protocol/engine.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** Selections that are looked into, the newest first: each is read whole. */
const MOST_SELECTIONS = 12;

/** What was decided about a sample, newest first: by which selection, and by hand. */
export async function sampleHistory(loaded: LoadedDataset, id: string): Promise<readonly HistoryEntry[]> {
  const { dataset } = loaded.index;
  const row = loaded.row(id);
  const own = dataset.ids[row];
  const entries: HistoryEntry[] = [];
  const seen = await loaded.snapshot();
  for (const [kind, pins] of [["protected", seen.pins], ["excluded", seen.excluded], ["preferred", seen.preferred]] as const) {
    const pin = pins.get(row);
    if (pin !== undefined) entries.push({ kind, when: pin.since, note: pin.note === "" ? null : pin.note });
  }
  const dated = await Promise.all((await listSelections(dataset.root)).map(async (name) => ({ name, when: await stat(selectionPaths(dataset.root, name).selectionFile).then((found) => found.mtime, () => null) })));
  const newest = dated.flatMap(({ name, when }) => (when === null ? [] : [{ name, when }])).sort((a, b) => b.when.getTime() - a.when.getTime()).slice(0, MOST_SELECTIONS);
  for (const { name, when } of newest) {
    // A damaged file is told where it is shown; here it only has nothing to say.
    const selection = await readSelection(dataset.root, name).catch(() => null);
    if (selection === null || !await belongsTo(selection.header, dataset.path, dataset.root)) continue;
    const entry = selection.entries.find((candidate) => candidate.id === own);
    if (entry !== undefined) entries.push({ kind: "selection", when: when.toISOString(), selection: name, decision: entry.decision, reason: entry.reason, keeper: entry.keeper ?? null });
  }
  return entries.sort((a, b) => (a.when < b.when ? 1 : a.when > b.when ? -1 : 0));
}
