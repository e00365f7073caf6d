import * as vscode from "vscode";
import { rowsFromText, rowsToText } from "../protocol/columns.ts";
import { formatCount } from "../protocol/words.ts";
import type { LineRange } from "./chunks.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { linesOf } from "./documentMarks.ts";
import { EngineError } from "./engineError.ts";
import { linesTouched, touches } from "./lineRanges.ts";
import type { PathMarks } from "./pathMarks.ts";
import { plainMessage } from "./plainText.ts";
import { isSampleTarget } from "./targets.ts";
import type { TableMarks } from "./tableMarks.ts";

/** Lines asked for at once where a selection is long; more of them show their progress. */
const LINES_AT_ONCE = 2000;
/** Cursors apart from each other are asked for one by one. */
const RANGES_AT_ONCE = 50;

/** What a command is about: samples by id, or very many by row. */
export type ChosenSamples =
  | { readonly ids: readonly string[]; readonly note?: string }
  | { readonly key: string; readonly rows: string; readonly count: number };

/** Finds out which samples a command is about. */
export class SampleChooser {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #tables: TableMarks;
  readonly #paths: PathMarks;

  constructor(controller: DatasetController, picker: DatasetPicker, tables: TableMarks, paths: PathMarks) {
    this.#controller = controller;
    this.#picker = picker;
    this.#tables = tables;
    this.#paths = paths;
  }

  /**
   * The samples that a CodeLens, hover, list or the Explorer hands over, or those under all cursors and selections.
   * @returns null when the user backed out
   * @throws EngineError "not-found" where there is none
   */
  async all(target: unknown, selected: unknown): Promise<ChosenSamples | null> {
    const targets = [target, ...(Array.isArray(selected) ? selected as readonly unknown[] : [])].filter(isSampleTarget);
    if (isSampleTarget(target)) return { ids: [...new Set(targets.flatMap(({ ids }) => ids))], ...(target.note === undefined ? {} : { note: target.note }) };
    if (!await this.#picker.ensure()) return null;
    await this.#controller.load();
    const editor = this.#editorFor(target);
    if (editor !== null) return this.#tables.applies(editor.document) ? this.#inTable(editor) : this.#inText(editor);
    const files = resources(target, selected);
    if (files.length > 0 && (await Promise.all(files.map(isFolder))).every((is) => is)) return this.#inFolders(files);
    return { ids: await this.#ofFiles(files) };
  }

  /** The one sample at the cursor, or of the file that was handed over; null when the user backed out. */
  async one(target: unknown, selected: unknown): Promise<string | null> {
    if (isSampleTarget(target)) return target.ids[0];
    if (!await this.#picker.ensure()) return null;
    await this.#controller.load();
    const editor = this.#editorFor(target);
    if (editor === null) return (await this.#ofFiles(resources(target, selected)))[0] ?? null;
    const { line, character } = editor.selection.active;
    const marks = await (this.#tables.applies(editor.document) ? this.#tables : this.#paths).on(editor.document, line);
    const mark = marks.find(({ columns }) => columns === null || (columns[0] <= character && character <= columns[1])) ?? marks.at(0);
    if (mark === undefined) throw unknownAt(editor.document, line + 1);
    return mark.id;
  }

  /** The editor whose cursors are meant: the active one, unless the command was given another file. */
  #editorFor(target: unknown): vscode.TextEditor | null {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || (target instanceof vscode.Uri && target.toString() !== editor.document.uri.toString())) return null;
    return this.#tables.applies(editor.document) || this.#paths.applies(editor.document) ? editor : null;
  }

  async #inTable(editor: vscode.TextEditor): Promise<ChosenSamples> {
    const { document } = editor;
    const ranges: LineRange[] = [];
    for (const { start, end } of linesTouched(editor.selections.map(spanOf))) ranges.push(...await this.#wholeRecords(document, start, Math.min(end, document.lineCount - 1)));
    const isLong = ranges.length > RANGES_AT_ONCE || ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0) > 2 * LINES_AT_ONCE;
    const found = await (isLong ? vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("InfoMax: looking up the selected samples"), cancellable: true },
      (progress, token) => this.#rowsIn(document, ranges, token, (share) => { progress.report({ increment: 100 * share }); })) : this.#rowsIn(document, ranges));
    if (found.count === 0) throw unknownAt(document, found.firstUnknown ?? ranges[0].start + 1);
    if (found.firstUnknown !== null) {
      const { unknown, firstUnknown } = found;
      void vscode.window.showWarningMessage(unknown === 1 ? vscode.l10n.t("InfoMax: the record at line {0} is not in the index as it stands now and was left out. Save the file and index the dataset again to decide on it.", firstUnknown)
        : vscode.l10n.t("InfoMax: {0} records, the first at line {1}, are not in the index as they stand now and were left out. Save the file and index the dataset again to decide on them.", formatCount(unknown), firstUnknown));
    }
    return { key: found.key, rows: found.rows, count: found.count };
  }

  /** Lines widened to whole records, in parts that are asked for at once and that cut no record. */
  async #wholeRecords(document: vscode.TextDocument, start: number, end: number): Promise<LineRange[]> {
    const mayBreak = !/\.(jsonl|ndjson)$/i.test(document.uri.fsPath);
    const recordAt = async (line: number): Promise<LineRange> => {
      const mark = mayBreak ? await this.#tables.at(document, line) : null;
      return mark === null ? { start: line, end: line } : { start: mark.line - 1, end: Math.min(mark.lastLine, document.lineCount) - 1 };
    };
    const last = (await recordAt(end)).end;
    const parts: LineRange[] = [];
    for (let line = (await recordAt(start)).start; line <= last;) {
      const stop = line + LINES_AT_ONCE - 1 >= last ? last : (await recordAt(line + LINES_AT_ONCE - 1)).end;
      parts.push({ start: line, end: stop });
      line = stop + 1;
    }
    return parts;
  }

  async #rowsIn(document: vscode.TextDocument, ranges: readonly LineRange[], token?: vscode.CancellationToken, onProgress?: (share: number) => void) {
    const { version } = document;
    const all = new Set<number>();
    let key = "";
    let unknown = 0;
    let firstUnknown: number | null = null;
    for (const { start, end } of ranges) {
      if (token?.isCancellationRequested === true) throw new EngineError("cancelled", vscode.l10n.t("Cancelled."));
      const answer = await this.#controller.request("rowsInLines", { file: document.uri.fsPath, firstLine: start + 1, lines: linesOf(document, start, end + 1), modified: document.isDirty }, token === undefined ? {} : { token });
      if (document.version !== version || (key !== "" && key !== answer.key)) throw new EngineError("bad-argument", vscode.l10n.t("The file or its index has changed meanwhile. Try again."));
      key = answer.key;
      for (const row of rowsFromText(answer.rows, Infinity) ?? []) all.add(row);
      unknown += answer.unknown;
      firstUnknown ??= answer.firstUnknown;
      onProgress?.(1 / ranges.length);
    }
    const rows = Uint32Array.from(all).sort();
    return { key, rows: rowsToText(rows), count: rows.length, unknown, firstUnknown };
  }

  async #inText(editor: vscode.TextEditor): Promise<ChosenSamples> {
    const spans = editor.selections.map(spanOf);
    const ids = new Set<string>();
    for (const { start, end } of linesTouched(spans)) {
      for (let first = start; first <= end; first += LINES_AT_ONCE) {
        const marks = await this.#paths.between(editor.document, first, Math.min(end, first + LINES_AT_ONCE - 1));
        for (const mark of marks) if (spans.some((span) => mark.columns !== null && touches(span, mark.line - 1, mark.columns))) ids.add(mark.id);
      }
    }
    if (ids.size === 0 && spans.length === 1) for (const mark of await this.#paths.on(editor.document, spans[0].startLine)) ids.add(mark.id);
    if (ids.size === 0) throw new EngineError("not-found", vscode.l10n.t("No path here names a sample of {0}. Place the cursor on one, or index the dataset again.", datasetName(this.#controller.dataset ?? "")));
    return { ids: [...ids] };
  }

  async #inFolders(folders: readonly vscode.Uri[]): Promise<ChosenSamples> {
    const found = await Promise.all(folders.map(({ fsPath }) => this.#controller.request("rowsInFolder", { folder: fsPath })));
    const rows = Uint32Array.from(new Set(found.flatMap((answer) => [...rowsFromText(answer.rows, Infinity) ?? []]))).sort();
    if (rows.length === 0) throw new EngineError("not-found", vscode.l10n.t("The folder {0} holds no sample of {1}. Select its dataset, or index it again.", vscode.workspace.asRelativePath(folders[0]), datasetName(this.#controller.dataset ?? "")));
    return { key: found[0].key, rows: rowsToText(rows), count: rows.length };
  }

  async #ofFiles(given: readonly vscode.Uri[]): Promise<readonly string[]> {
    const file = given.length > 0 ? undefined : activeFile();
    const asked = file === undefined ? given : [file];
    if (asked.length === 0) throw new EngineError("not-found", vscode.l10n.t("No sample is chosen. Place the cursor on a record of the dataset, or open one of its images."));
    const statuses = await this.#controller.request("fileStatus", { files: asked.map((uri) => uri.fsPath) });
    const missing = asked.filter((_uri, i) => statuses[i].id === null);
    if (missing.length > 0) {
      const [name, dataset] = [vscode.workspace.asRelativePath(missing[0]), datasetName(this.#controller.dataset ?? "")];
      throw new EngineError("not-found", missing.length === 1 ? vscode.l10n.t("{0} is not in the index of {1}. Select its dataset, or index it again.", name, dataset)
        : vscode.l10n.t("{0} and {1} more are not in the index of {2}. Select their dataset, or index it again.", name, formatCount(missing.length - 1), dataset));
    }
    return statuses.flatMap((status) => (status.id === null ? [] : [status.id]));
  }
}

/** Why nothing can be decided on a line: its record is not the one that was indexed, or there is none. */
function unknownAt(document: vscode.TextDocument, line: number): EngineError {
  const isBlank = document.lineAt(Math.min(line, document.lineCount) - 1).isEmptyOrWhitespace;
  return new EngineError("not-found", document.isDirty && !isBlank
    ? vscode.l10n.t("The record at line {0} is not in the index as it stands now: it has been edited and not saved. Save the file and index the dataset again; nothing has been changed.", line)
    : vscode.l10n.t("No sample of the index stands at line {0}. Place the cursor on a sample, or index the dataset again.", line));
}

function spanOf({ start, end }: vscode.Selection) {
  return { startLine: start.line, startCharacter: start.character, endLine: end.line, endCharacter: end.character };
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch (thrown) {
    throw new EngineError("not-found", plainMessage(vscode.l10n.t("{0} cannot be read ({1}).", vscode.workspace.asRelativePath(uri), thrown instanceof Error ? thrown.message : String(thrown))));
  }
}

/** The Explorer hands over the clicked file, and all selected ones beside it. */
function resources(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  if (!(clicked instanceof vscode.Uri)) return [];
  const all = Array.isArray(selected) ? selected.filter((item): item is vscode.Uri => item instanceof vscode.Uri) : [];
  return all.length > 0 ? all : [clicked];
}

/** The file in the active tab, an image preview included. */
function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
}
