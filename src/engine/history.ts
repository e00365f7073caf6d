import { stat } from "node:fs/promises";
import { belongsTo, listSelections, readSelection, selectionPaths, type SelectionEntry } from "../core/store/selectionFile.ts";
import type { HistoryEntry } from "../protocol/samples.ts";
import { decidedOf } from "./inForce.ts";
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
  const { rule } = decidedOf(seen, row);
  // A rule has no date of its own: it stands last.
  if (rule !== null) entries.push({ kind: "rule", when: "", rule: rule.name, action: rule.action, note: rule.reason });
  const dated = await Promise.all((await listSelections(dataset.root)).map(async (name) => {
    const found = await stat(selectionPaths(dataset.root, name).selectionFile).catch(() => null);
    return found === null ? [] : [{ name, when: found.mtime, stamp: `${found.size}/${found.mtimeMs}/${found.ino}` }];
  }));
  const newest = dated.flat().sort((a, b) => b.when.getTime() - a.when.getTime()).slice(0, MOST_SELECTIONS);
  for (const { name, when, stamp } of newest) {
    const entry = (await entriesOf(loaded, name, stamp))?.get(own);
    if (entry !== undefined) entries.push({ kind: "selection", when: when.toISOString(), selection: name, decision: entry.decision, reason: entry.reason, keeper: entry.keeper ?? null });
  }
  return entries.sort((a, b) => (a.when < b.when ? 1 : a.when > b.when ? -1 : 0));
}

/** The selections that were read, by name; a changed file is read again. */
const known = new WeakMap<LoadedDataset, Map<string, { readonly stamp: string; readonly entries: ReadonlyMap<string, SelectionEntry> | null }>>();

/** Entries of a selection by id; null for one of another dataset, or damaged: that is told where it is shown. */
async function entriesOf(loaded: LoadedDataset, name: string, stamp: string): Promise<ReadonlyMap<string, SelectionEntry> | null> {
  const { dataset } = loaded.index;
  const ofLoaded = known.get(loaded) ?? new Map<string, { stamp: string; entries: ReadonlyMap<string, SelectionEntry> | null }>();
  known.set(loaded, ofLoaded);
  const before = ofLoaded.get(name);
  if (before?.stamp === stamp) return before.entries;
  const selection = await readSelection(dataset.root, name).catch(() => null);
  const entries = selection === null || !await belongsTo(selection.header, dataset.path, dataset.root) ? null : new Map(selection.entries.map((entry) => [entry.id, entry]));
  ofLoaded.set(name, { stamp, entries });
  return entries;
}
