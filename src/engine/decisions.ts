import { pinKey, readPins, type Pin } from "../core/store/protectionFile.ts";
import type { DecisionsParams, DecisionsResult, DecisionView } from "../protocol/decisions.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import { sampleView } from "./views.ts";

/** Rows in order, of each set of decisions that is in use: a new one comes with each change. */
const sorted = new WeakMap<ReadonlyMap<number, unknown>, Uint32Array>();

/** The rows of decisions, ascending. */
function sortedRows(decisions: ReadonlyMap<number, unknown>): Uint32Array {
  let rows = sorted.get(decisions);
  if (rows === undefined) {
    rows = Uint32Array.from(decisions.keys()).sort();
    sorted.set(decisions, rows);
  }
  return rows;
}

/** Decisions by hand, for lists: in the order of the dataset, those whose sample is gone last. */
export async function listDecisions(loaded: LoadedDataset, { kind, offset, limit }: DecisionsParams): Promise<DecisionsResult> {
  const matched = await loaded.pinned(kind);
  const seen = await loaded.snapshot();
  const rows = sortedRows(matched.rows);
  const decisions: DecisionView[] = [];
  for (const row of rows.subarray(offset, offset + limit)) {
    const pin = matched.rows.get(row);
    if (pin !== undefined) decisions.push({ id: loaded.index.dataset.ids[row], note: pin.note, since: pin.since, sample: await sampleView(loaded, seen, row) });
  }
  const total = rows.length + matched.missing.length;
  if (offset + limit > rows.length && matched.missing.length > 0) {
    const gone = await missingPins(loaded, kind, matched);
    const start = Math.max(0, offset - rows.length);
    for (const { id, note, since } of gone.slice(start, offset + limit - rows.length)) decisions.push({ id, note, since, sample: null });
  }
  return { total, missing: matched.missing.length, decisions };
}

async function missingPins(loaded: LoadedDataset, kind: DecisionsParams["kind"], matched: Awaited<ReturnType<LoadedDataset["pinned"]>>): Promise<readonly Pin[]> {
  const ids = new Set(matched.missing);
  const gone = [...(await readPins(loaded.index.dataset.root, kind)).values()].filter((pin) => ids.has(pin.id) && !matched.rowOfPin.has(pinKey(pin.id, pin.file)));
  return gone.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
