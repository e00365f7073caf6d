import path from "node:path";
import * as vscode from "vscode";
import { TABLE_PATTERN } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";

const SETTLE_MS = 500;
/** After focus a folder is looked through at most this often: it may hold a million files. */
const FOCUS_EVERY_MS = 30_000;
const CONFIG_FILE = "infomax.json";

/** Finds out when the chosen dataset is no longer as it was indexed: by its table files and infomax.json as they change, else when the window gets focus. */
export class ChangeWatcher implements vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #subscriptions: vscode.Disposable[];
  #watched: { readonly dataset: string; readonly watcher: vscode.Disposable } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wake = false;
  #rules = false;
  #checked = 0;

  constructor(controller: DatasetController) {
    this.#controller = controller;
    this.#subscriptions = [
      controller.onDidChangeState(() => { this.#watch(); }),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && Date.now() - this.#checked > FOCUS_EVERY_MS) this.#schedule(false);
      }),
    ];
    this.#watch();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#watched?.watcher.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #watch(): void {
    const { dataset } = this.#controller;
    if (dataset === (this.#watched?.dataset ?? null)) return;
    this.#watched?.watcher.dispose();
    if (dataset === null) {
      this.#watched = null;
      return;
    }
    const table = TABLE_PATTERN.test(dataset);
    // The name of a file may hold what a pattern reads as a wildcard, so the folder's own files are watched and the events sifted.
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(table ? path.dirname(dataset) : dataset), "*"));
    const changed = ({ fsPath }: vscode.Uri): void => {
      if (path.basename(fsPath) === CONFIG_FILE) this.#schedule(true, true);
      else if (table ? path.basename(fsPath) === path.basename(dataset) : TABLE_PATTERN.test(fsPath)) this.#schedule(true);
    };
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    watcher.onDidDelete(changed);
    this.#watched = { dataset, watcher };
  }

  /** @param rules rules may be others now: what editors show changes even where no number does */
  #schedule(wake: boolean, rules = false): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wake ||= wake;
    this.#rules ||= rules;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#checked = Date.now();
      void (this.#rules ? this.#controller.refresh() : this.#controller.recheck(this.#wake));
      this.#wake = false;
      this.#rules = false;
    }, SETTLE_MS);
  }
}
