import * as vscode from "vscode";
import type { DatasetController } from "./datasetController.ts";
import { engineErrorFrom } from "./engineError.ts";
import type { Inspector } from "./inspectorPanel.ts";
import type { TableMarks } from "./tableMarks.ts";

const SETTLED_MS = 200;

/** Tells the inspector which sample the editor is at: the record under the cursor, or the image that was opened. */
export class EditorCursor implements vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #marks: TableMarks;
  readonly #inspector: Inspector;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(controller: DatasetController, marks: TableMarks, inspector: Inspector, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#marks = marks;
    this.#inspector = inspector;
    this.#log = log;
    this.#subscriptions = [
      vscode.window.onDidChangeTextEditorSelection((event) => { if (marks.applies(event.textEditor.document)) this.#schedule(); }),
      vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => { if ([...opened, ...changed].some((tab) => tab.isActive)) this.#schedule(); }),
    ];
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #schedule(): void {
    if (!this.#inspector.visible) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#tell();
    }, SETTLED_MS);
  }

  async #tell(): Promise<void> {
    if (this.#controller.state.kind !== "ready") return;
    try {
      const id = await this.#sampleAtCursor();
      if (id !== null) this.#inspector.follow(id);
    } catch (thrown) {
      // To follow the cursor is an aid: a failure is for the log.
      this.#log.warn(`Cursor: ${engineErrorFrom(thrown).message}`);
    }
  }

  async #sampleAtCursor(): Promise<string | null> {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined && this.#marks.applies(editor.document)) return (await this.#marks.at(editor.document, editor.selection.active.line))?.id ?? null;
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    // Pictures are opened by an editor of VS Code's own, which is no text editor.
    if (!(input instanceof vscode.TabInputCustom) || !this.#controller.contains(input.uri.fsPath)) return null;
    const [status] = await this.#controller.request("fileStatus", { files: [input.uri.fsPath] });
    return status?.id ?? null;
  }
}
