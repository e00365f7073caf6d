import path from "node:path";
import * as vscode from "vscode";
import type { DatasetController } from "./datasetController.ts";

const SETTLE_MS = 300;
const DECISIONS_GLOB = "**/.infomax/{protected,excluded,keepers}.jsonl";
const SELECTIONS_GLOB = "**/.infomax/selections/*.jsonl";

/** Refreshes the views when the files of decisions by hand or of selections of the chosen dataset change, by us or by git. */
export class InfomaxWatcher implements vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #subscriptions: vscode.Disposable[];
  #outside: { readonly root: string; readonly watcher: vscode.Disposable } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(controller: DatasetController) {
    this.#controller = controller;
    this.#subscriptions = [
      this.#watch(DECISIONS_GLOB),
      this.#watch(SELECTIONS_GLOB),
      controller.onDidChangeState(() => { this.#watchOutside(); }),
    ];
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#outside?.watcher.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #watch(pattern: vscode.GlobPattern): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed = (uri: vscode.Uri): void => {
      const { root } = this.#controller;
      if (root === null || path.relative(path.join(root, ".infomax"), uri.fsPath).startsWith("..")) return;
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#timer = null;
        void this.#controller.refresh();
      }, SETTLE_MS);
    };
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    watcher.onDidDelete(changed);
    return watcher;
  }

  /** A dataset outside the workspace needs a watcher of its own, on its small .infomax folder only. */
  #watchOutside(): void {
    const { root } = this.#controller;
    const outside = root !== null && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root)) === undefined ? root : null;
    if (outside === (this.#outside?.root ?? null)) return;
    this.#outside?.watcher.dispose();
    this.#outside = outside === null ? null
      : { root: outside, watcher: this.#watch(new vscode.RelativePattern(vscode.Uri.file(path.join(outside, ".infomax")), "**/*.jsonl")) };
  }
}
