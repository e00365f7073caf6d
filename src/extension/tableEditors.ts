import * as vscode from "vscode";
import type { SampleMark } from "../protocol/engine.ts";
import { COMMANDS, INTERNAL_COMMANDS, TABLE_GLOB } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { lensesOf, placeText, statusText } from "./markText.ts";
import type { LensAction } from "./markText.ts";
import type { TableMarks } from "./tableMarks.ts";

const SCROLL_DELAY_MS = 120;
const EDIT_DELAY_MS = 400;

/** A sample that a CodeLens hands to a command. */
export interface SampleTarget {
  readonly ids: readonly string[];
  readonly note?: string;
}
export interface PlaceTarget {
  readonly id: string;
  readonly file: string;
  readonly line: number | null;
}

/** CodeLenses and line decorations in the table files of the chosen dataset. */
export class TableEditors implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #marks: TableMarks;
  readonly #lenses = new vscode.EventEmitter<void>();
  readonly #protected: vscode.TextEditorDecorationType;
  readonly #duplicate: vscode.TextEditorDecorationType;
  readonly #dropped: vscode.TextEditorDecorationType;
  readonly #subscriptions: vscode.Disposable[];
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly onDidChangeCodeLenses = this.#lenses.event;

  constructor(extensionUri: vscode.Uri, controller: DatasetController, marks: TableMarks) {
    this.#controller = controller;
    this.#marks = marks;
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", name);
    this.#protected = vscode.window.createTextEditorDecorationType({
      light: { gutterIconPath: icon("protected-light.svg") },
      dark: { gutterIconPath: icon("protected-dark.svg") },
      gutterIconSize: "contain",
    });
    this.#duplicate = vscode.window.createTextEditorDecorationType({
      light: { gutterIconPath: icon("duplicate-light.svg") },
      dark: { gutterIconPath: icon("duplicate-dark.svg") },
      gutterIconSize: "contain",
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.infoForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Right,
    });
    this.#dropped = vscode.window.createTextEditorDecorationType({ opacity: "0.6" });
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider({ scheme: "file", pattern: TABLE_GLOB }, this),
      vscode.window.onDidChangeTextEditorVisibleRanges(() => { this.#schedule(SCROLL_DELAY_MS); }),
      vscode.window.onDidChangeVisibleTextEditors(() => { this.#schedule(0); }),
      vscode.workspace.onDidChangeTextDocument((event) => { if (marks.applies(event.document)) this.#schedule(EDIT_DELAY_MS); }),
      vscode.workspace.onDidSaveTextDocument((document) => { if (marks.applies(document)) this.#schedule(EDIT_DELAY_MS); }),
      marks.onDidReset(() => { this.#schedule(0); }),
    ];
    this.#schedule(0);
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    if (!this.#marks.applies(document)) return [];
    await this.#marks.fetch(document);
    if (token.isCancellationRequested) return [];
    const here = this.#controller.relativePath(document.uri.fsPath);
    return this.#marks.near(document).flatMap((mark) => {
      const range = new vscode.Range(mark.line - 1, 0, mark.line - 1, 0);
      return lensesOf(mark, here).map(({ title, tooltip, action }) => new vscode.CodeLens(range, { title, tooltip, ...commandOf(action, mark) }));
    });
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of [...this.#subscriptions, this.#protected, this.#duplicate, this.#dropped, this.#lenses]) subscription.dispose();
  }

  #schedule(delay: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#update();
    }, delay);
  }

  async #update(): Promise<void> {
    const editors = vscode.window.visibleTextEditors;
    const documents = new Set(editors.map((editor) => editor.document).filter((document) => this.#marks.applies(document)));
    await Promise.all([...documents].map((document) => this.#marks.fetch(document)));
    for (const editor of vscode.window.visibleTextEditors) this.#decorate(editor);
    // Also where nothing applies any more: the lenses of a dataset that was left must go.
    this.#lenses.fire();
  }

  #decorate(editor: vscode.TextEditor): void {
    const marks = this.#marks.applies(editor.document) ? this.#marks.near(editor.document) : [];
    const here = this.#controller.relativePath(editor.document.uri.fsPath);
    const lineEnd = (line: number): vscode.Position => editor.document.lineAt(Math.min(line, editor.document.lineCount) - 1).range.end;
    const first = (mark: SampleMark): vscode.Range => new vscode.Range(mark.line - 1, 0, mark.line - 1, 0);

    editor.setDecorations(this.#protected, marks.filter((mark) => mark.protected).map((mark) => ({
      range: first(mark),
      hoverMessage: mark.note === null || mark.note === "" ? vscode.l10n.t("InfoMax: protected, kept at every budget") : vscode.l10n.t("InfoMax: protected, kept at every budget — {0}", plainMarkdown(mark.note)),
    })));
    editor.setDecorations(this.#duplicate, marks.filter((mark) => mark.duplicateOf !== null && !mark.protected).map((mark) => ({ range: first(mark) })));
    editor.setDecorations(this.#dropped, marks.filter((mark) => mark.status === "dropped").map((mark) => ({
      range: new vscode.Range(new vscode.Position(mark.line - 1, 0), lineEnd(mark.lastLine)),
      renderOptions: {
        after: {
          contentText: `  ${this.#decisionText(editor.document, mark, here)}`,
          color: new vscode.ThemeColor("editorCodeLens.foreground"),
          fontStyle: "italic",
        },
      },
    })));
  }

  /** What was decided, and where the keeper stands, as far as that is known without asking. */
  #decisionText(document: vscode.TextDocument, mark: SampleMark, here: string): string {
    const keeper = this.#keeperPlace(document, mark, here);
    return keeper === null ? statusText(mark) : vscode.l10n.t("{0}, kept: {1}", statusText(mark), keeper);
  }

  #keeperPlace(document: vscode.TextDocument, mark: SampleMark, here: string): string | null {
    if (mark.keeper === null) return null;
    if (mark.duplicateOf?.id === mark.keeper) return placeText(mark.duplicateOf, here);
    const line = this.#marks.lineOf(document, mark.keeper);
    return line === null ? null : vscode.l10n.t("line {0}", line);
  }
}

function commandOf(action: LensAction, mark: SampleMark): { command: string; arguments: unknown[] } {
  const target: SampleTarget = { ids: [mark.id], ...(mark.note === null ? {} : { note: mark.note }) };
  switch (action) {
    case "protect":
      return { command: COMMANDS.protect, arguments: [target] };
    case "include":
      return { command: COMMANDS.include, arguments: [target] };
    case "protectionMenu":
      return { command: INTERNAL_COMMANDS.protectionMenu, arguments: [target] };
    case "goToRepresentative":
      return { command: INTERNAL_COMMANDS.goToSample, arguments: [mark.duplicateOf] };
    case "explain":
      return { command: COMMANDS.explain, arguments: [target] };
    case "similar":
      return { command: COMMANDS.findSimilar, arguments: [target] };
  }
}

/** A note is the user's text, not Markdown. */
function plainMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, "\\$&").replace(/\s+/g, " ");
}
