import * as vscode from "vscode";
import { formatCount } from "../protocol/words.ts";
import { CHUNK_LINES } from "./chunks.ts";
import type { DatasetController } from "./datasetController.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { EngineError } from "./engineError.ts";
import type { PlacedMark } from "./knownMarks.ts";
import type { TableMarks } from "./tableMarks.ts";

export type Direction = "next" | "previous";

/** Lines looked at on either side of where a sample should stand, which edits above it have moved it from. */
const SEARCHED_LINES = 20_000;
/** Samples that are looked for in vain before it is said that the index is too old. */
const MOST_LOST = 5;

/** From one protected sample of the open table to the next or the previous one, round the end. */
export class ProtectedNavigation {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #marks: TableMarks;

  constructor(controller: DatasetController, picker: DatasetPicker, marks: TableMarks) {
    this.#controller = controller;
    this.#picker = picker;
    this.#marks = marks;
  }

  /** @throws EngineError "not-found" where the file has no protected sample that can be found */
  async go(direction: Direction): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const editor = vscode.window.activeTextEditor;
    await this.#controller.load();
    if (editor === undefined || !this.#marks.applies(editor.document)) throw new EngineError("not-found", vscode.l10n.t("Open a table of the dataset first: a JSONL, CSV or TSV file."));
    const { document } = editor;
    const cursor = editor.selection.active.line;
    const around = await this.#marks.between(document, Math.max(0, cursor - CHUNK_LINES), Math.min(document.lineCount - 1, cursor + CHUNK_LINES));
    // The record under the cursor is where one is, not where one goes to.
    const here = around.find((mark) => mark.line - 1 <= cursor && cursor < mark.lastLine);
    const ahead = direction === "next" ? around.filter((mark) => mark.line - 1 > cursor && mark !== here) : around.filter((mark) => mark.line - 1 < cursor && mark !== here).reverse();
    const near = ahead.find((mark) => mark.protected);
    if (near !== undefined) return reveal(editor, near.line - 1);
    // None of those ahead that are on the screen or near it: the index knows which one comes after them.
    const anchor = ahead.at(-1) ?? here ?? (direction === "next" ? around.at(-1) : around.at(0));
    const line = await this.#fromIndex(document, anchor ?? null, cursor, direction);
    reveal(editor, line);
  }

  /** 0-based line of the protected sample after or before a known one. */
  async #fromIndex(document: vscode.TextDocument, anchor: PlacedMark | null, cursor: number, direction: Direction): Promise<number> {
    let from = anchor?.id ?? null;
    // How far edits have moved what stands near: what is looked for has most likely been moved as far.
    let shift: number | null = anchor === null ? 0 : null;
    for (let lost = 0; lost < MOST_LOST; lost++) {
      const next = await this.#controller.request("nextProtected", { file: document.uri.fsPath, from, line: cursor + 1, direction });
      if (next === null) throw new EngineError("not-found", vscode.l10n.t("This file has no protected sample."));
      shift ??= (anchor?.line ?? 0) - next.fromLine;
      const line = await this.#find(document, next.id, next.line + shift - 1);
      if (line !== null) {
        vscode.window.setStatusBarMessage(vscode.l10n.t("InfoMax: protected sample {0} of {1}", formatCount(next.place), formatCount(next.total)), 4000);
        return line;
      }
      from = next.id;
      if (lost + 1 >= next.total) break;
    }
    throw new EngineError("not-found", vscode.l10n.t("The protected samples of this file do not stand in it as it is now. Save the file and index the dataset again."));
  }

  /** Looks for a sample at a 0-based line, then ever farther from it. */
  async #find(document: vscode.TextDocument, id: string, expected: number): Promise<number | null> {
    const middle = Math.max(0, Math.min(document.lineCount - 1, expected));
    let [before, after] = [middle, middle + 1];
    for (let reach = CHUNK_LINES; before > 0 || after < document.lineCount; reach *= 2) {
      const [first, last] = [Math.max(0, middle - reach), Math.min(document.lineCount - 1, middle + reach)];
      for (const [start, end] of [[first, before], [after, last]]) {
        const found = start > end ? undefined : (await this.#marks.between(document, start, end)).find((mark) => mark.id === id);
        if (found !== undefined) return found.line - 1;
      }
      [before, after] = [first - 1, last + 1];
      if (reach >= SEARCHED_LINES) break;
    }
    return null;
  }
}

function reveal(editor: vscode.TextEditor, line: number): void {
  const at = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
