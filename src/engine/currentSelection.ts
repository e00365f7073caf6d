import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { verifyAudit } from "../core/audit/auditLog.ts";
import { datasetCacheFolder } from "../core/indexing/indexCache.ts";
import { writeTextFile } from "../core/store/protectionFile.ts";
import { belongsTo, listSelections, readSelection, readSelectionHeader, selectionPaths } from "../core/store/selectionFile.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import type { Located } from "./loadedDatasets.ts";

/** Which selection is in force for a dataset on this machine. */

function stateFile(storage: string, dataset: string): string {
  return path.join(datasetCacheFolder(storage, dataset), "state.json");
}

/** Names of a dataset's own selections, and of damaged ones, of which nobody can tell whose they are: who uses one hears what is wrong. */
export async function selectionsOf({ dataset, root }: Pick<Located, "dataset" | "root">): Promise<readonly string[]> {
  const names = await listSelections(root);
  const own = await Promise.all(names.map(async (name) => {
    const header = await readSelectionHeader(root, name).catch(() => null);
    return header === null || belongsTo(header, dataset, root);
  }));
  return names.filter((_, at) => own[at]);
}

/** The selection that was last made or chosen here; else the last that the audit log knows, as a colleague finds it; else the newest file. */
export async function savedSelection(storage: string, { dataset, root }: Pick<Located, "dataset" | "root">): Promise<string | null> {
  let saved: unknown;
  try {
    saved = JSON.parse(await readFile(stateFile(storage, dataset), "utf8"));
  } catch {
    // No state yet.
    saved = null;
  }
  const names = await listSelections(root);
  if (typeof saved === "object" && saved !== null && "currentSelection" in saved) {
    const { currentSelection } = saved;
    if (currentSelection === null || (typeof currentSelection === "string" && names.includes(currentSelection))) return currentSelection;
  }
  // A clone's files are all as old: the audit log says which was made last. One that cannot be read says nothing here; auditing it does.
  const log = await verifyAudit(root).catch(() => null);
  for (const { event, members } of [...log?.entries ?? []].reverse()) {
    const name = members["selection"];
    if (event !== "selected" || typeof name !== "string" || !names.includes(name)) continue;
    const header = await readSelection(root, name).then((selection) => selection.header, () => null);
    if (header !== null && await belongsTo(header, dataset, root)) return name;
  }
  const dated = await Promise.all(names.map(async (name) => ({ name, time: (await stat(selectionPaths(root, name).selectionFile)).mtimeMs })));
  dated.sort((x, y) => y.time - x.time);
  for (const { name } of dated) {
    const header = await readSelection(root, name).then((selection) => selection.header, () => null);
    if (header !== null && await belongsTo(header, dataset, root)) return name;
  }
  return null;
}

/** Puts a selection in force, or none. */
export async function setSelection(storage: string, dataset: string, loaded: LoadedDataset, name: string | null): Promise<void> {
  loaded.currentSelection = name;
  await writeTextFile(stateFile(storage, dataset), JSON.stringify({ currentSelection: name }) + "\n");
}
