import * as vscode from "vscode";
import { COMMANDS, INTERNAL_COMMANDS, TABLE_GLOB, TEXT_GLOB } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import type { DocumentMarks } from "./documentMarks.ts";
import type { PlacedMark } from "./knownMarks.ts";
import { lensesOf, pathLensesOf, placeText, statusText } from "./markText.ts";
import type { LensAction, LensText } from "./markText.ts";
import type { SampleTarget } from "./targets.ts";

const SCROLL_DELAY_MS = 120;
const EDIT_DELAY_MS = 400;
/** Paths of one line that get CodeLenses. */
const MOST_PATHS_WITH_LENSES = 4;

/** CodeLenses and line decorations: in the table files of the chosen dataset, and where other text names its samples. */
export class SampleEditors implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #all: readonly DocumentMarks[];
  readonly #lenses = new vscode.EventEmitter<void>();
  readonly #protected: vscode.TextEditorDecorationType;
  readonly #excluded: vscode.TextEditorDecorationType;
  readonly #duplicate: vscode.TextEditorDecorationType;
  readonly #dropped: vscode.TextEditorDecorationType;
  readonly #subscriptions: vscode.Disposable[];
  #stateKind: string;
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly onDidChangeCodeLenses = this.#lenses.event;

  constructor(extensionUri: vscode.Uri, controller: DatasetController, all: readonly DocumentMarks[]) {
    this.#controller = controller;
    this.#all = all;
    this.#stateKind = controller.state.kind;
    const gutter = (name: string): vscode.DecorationRenderOptions => ({
      light: { gutterIconPath: vscode.Uri.joinPath(extensionUri, "media", `${name}-light.svg`) },
      dark: { gutterIconPath: vscode.Uri.joinPath(extensionUri, "media", `${name}-dark.svg`) },
      gutterIconSize: "contain",
    });
    this.#protected = vscode.window.createTextEditorDecorationType(gutter("protected"));
    this.#excluded = vscode.window.createTextEditorDecorationType(gutter("excluded"));
    this.#duplicate = vscode.window.createTextEditorDecorationType({
      ...gutter("duplicate"), overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.infoForeground"), overviewRulerLane: vscode.OverviewRulerLane.Right,
    });
    // Thin and a little faded: what is dropped stays readable in every theme. The note behind it is no part of it.
    this.#dropped = vscode.window.createTextEditorDecorationType({
      textDecoration: "line-through 1px", opacity: "0.7", rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed, after: { textDecoration: "none" },
    });
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider([{ scheme: "file", pattern: TABLE_GLOB }, { scheme: "file", pattern: TEXT_GLOB }], this),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => { if (this.#marksOf(textEditor.document) !== null) this.#schedule(SCROLL_DELAY_MS); }),
      vscode.window.onDidChangeVisibleTextEditors(() => { this.#schedule(0); }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => { if (this.#marksOf(document) !== null) this.#schedule(EDIT_DELAY_MS); }),
      vscode.workspace.onDidSaveTextDocument((document) => { if (this.#marksOf(document) !== null) this.#schedule(EDIT_DELAY_MS); }),
      controller.onDidChangeState(({ kind }) => {
        if (kind !== this.#stateKind) this.#schedule(0);
        this.#stateKind = kind;
      }),
      ...all.map((marks) => marks.onDidReset(() => { this.#schedule(0); })),
    ];
    this.#schedule(0);
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const marks = this.#marksOf(document);
    if (marks === null) return [];
    await marks.fetch(document);
    if (token.isCancellationRequested) return [];
    const here = this.#controller.relativePath(document.uri.fsPath);
    return inLines(this.#shown(document)).flatMap((line) => line.slice(0, MOST_PATHS_WITH_LENSES).flatMap((mark) => {
      const range = new vscode.Range(mark.line - 1, 0, mark.line - 1, 0);
      const lenses: readonly LensText[] = mark.columns === null ? lensesOf(mark, here) : pathLensesOf(mark, line.length > 1 ? mark.id.slice(mark.id.lastIndexOf("/") + 1) : null);
      return lenses.map(({ title, tooltip, action }) => new vscode.CodeLens(range, { title, tooltip, ...commandOf(action, mark) }));
    }));
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of [...this.#subscriptions, this.#protected, this.#excluded, this.#duplicate, this.#dropped, this.#lenses]) subscription.dispose();
  }

  #marksOf(document: vscode.TextDocument): DocumentMarks | null {
    return this.#all.find((marks) => marks.applies(document)) ?? null;
  }

  /** What is known of the samples near the visible lines. */
  #shown(document: vscode.TextDocument): readonly PlacedMark[] {
    const { kind } = this.#controller.state;
    return kind === "ready" || kind === "indexing" ? this.#marksOf(document)?.near(document) ?? [] : [];
  }

  #schedule(delay: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#update();
    }, delay);
  }

  async #update(): Promise<void> {
    const documents = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
    await Promise.all([...documents].map(async (document) => { await this.#marksOf(document)?.fetch(document); }));
    for (const editor of vscode.window.visibleTextEditors) this.#decorate(editor);
    // Also where nothing applies any more: the lenses of a dataset that was left must go.
    this.#lenses.fire();
  }

  #decorate(editor: vscode.TextEditor): void {
    const { document } = editor;
    const marks = this.#shown(document).filter((mark) => mark.lastLine <= document.lineCount);
    const here = this.#controller.relativePath(document.uri.fsPath);
    const first = (mark: PlacedMark): vscode.Range => new vscode.Range(mark.line - 1, 0, mark.line - 1, 0);
    const whole = (mark: PlacedMark): vscode.Range => (mark.columns !== null ? new vscode.Range(mark.line - 1, mark.columns[0], mark.line - 1, mark.columns[1])
      : new vscode.Range(new vscode.Position(mark.line - 1, 0), document.lineAt(mark.lastLine - 1).range.end));

    editor.setDecorations(this.#protected, marks.filter((mark) => mark.protected).map(first));
    editor.setDecorations(this.#excluded, marks.filter((mark) => mark.excluded && !mark.protected).map(first));
    editor.setDecorations(this.#duplicate, marks.filter((mark) => mark.duplicateOf !== null && !mark.protected && !mark.excluded).map(first));
    editor.setDecorations(this.#dropped, marks.filter((mark) => mark.status === "dropped").map((mark) => ({
      range: whole(mark),
      ...(mark.columns !== null ? {} : {
        renderOptions: {
          after: {
            contentText: `  ${this.#decisionText(document, mark, here)}`,
            color: new vscode.ThemeColor("editorCodeLens.foreground"),
            fontStyle: "italic",
            textDecoration: "none",
          },
        },
      }),
    })));
  }

  /** What was decided, and where the keeper stands, as far as that is known without asking. */
  #decisionText(document: vscode.TextDocument, mark: PlacedMark, here: string): string {
    const keeper = this.#keeperPlace(document, mark, here);
    return keeper === null ? statusText(mark) : vscode.l10n.t("{0}, kept: {1}", statusText(mark), keeper);
  }

  #keeperPlace(document: vscode.TextDocument, mark: PlacedMark, here: string): string | null {
    if (mark.keeper === null) return null;
    if (mark.duplicateOf?.id === mark.keeper) return placeText(mark.duplicateOf, here);
    const line = this.#marksOf(document)?.lineOf(document, mark.keeper) ?? null;
    return line === null ? null : vscode.l10n.t("line {0}", line);
  }
}

/** Marks by the line they begin on. */
function inLines(marks: readonly PlacedMark[]): PlacedMark[][] {
  const lines: PlacedMark[][] = [];
  for (const mark of marks) {
    const last = lines.at(-1);
    if (last?.[0].line === mark.line) last.push(mark);
    else lines.push([mark]);
  }
  return lines;
}

function commandOf(action: LensAction, mark: PlacedMark): { command: string; arguments: unknown[] } {
  const target: SampleTarget = { ids: [mark.id], ...(mark.note === null ? {} : { note: mark.note }) };
  switch (action) {
    case "protect":
      return { command: COMMANDS.protect, arguments: [target] };
    case "exclude":
      return { command: COMMANDS.exclude, arguments: [target] };
    case "include":
      return { command: COMMANDS.include, arguments: [target] };
    case "protectionMenu":
      return { command: INTERNAL_COMMANDS.protectionMenu, arguments: [target] };
    case "goToRule":
      return { command: COMMANDS.openRule, arguments: [{ rule: mark.rule ?? "" }] };
    case "goToRepresentative":
      return { command: INTERNAL_COMMANDS.goToSample, arguments: [mark.duplicateOf] };
    case "explain":
      return { command: COMMANDS.explain, arguments: [target] };
    case "similar":
      return { command: COMMANDS.findSimilar, arguments: [target] };
  }
}
