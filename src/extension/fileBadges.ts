import * as vscode from "vscode";
import type { FileStatus } from "../protocol/marks.ts";
import { fileStatusText } from "../protocol/words.ts";
import { IMAGE_PATTERN } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { engineErrorFrom } from "./engineError.ts";

const BATCH_DELAY_MS = 30;
const BATCH_FILES = 500;

/** Badges in the Explorer on the image files of the chosen dataset. */
export class FileBadges implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #log: vscode.LogOutputChannel;
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #waiting = new Map<string, ((status: FileStatus | null) => void)[]>();
  #known = new Map<string, FileStatus>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly onDidChangeFileDecorations = this.#changes.event;

  constructor(controller: DatasetController, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#log = log;
    this.#subscriptions = [
      vscode.window.registerFileDecorationProvider(this),
      controller.onDidChangeMarks(() => {
        this.#known = new Map();
        this.#changes.fire(undefined);
      }),
    ];
  }

  async provideFileDecoration(uri: vscode.Uri, token: vscode.CancellationToken): Promise<vscode.FileDecoration | undefined> {
    if (uri.scheme !== "file" || !IMAGE_PATTERN.test(uri.path) || !this.#controller.contains(uri.fsPath)) return undefined;
    const state = await this.#controller.load();
    if (state.kind !== "ready" || token.isCancellationRequested) return undefined;
    const status = this.#known.get(uri.fsPath) ?? await this.#ask(uri.fsPath);
    return status === null || token.isCancellationRequested ? undefined : decorationOf(status);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of [...this.#subscriptions, this.#changes]) subscription.dispose();
  }

  #ask(file: string): Promise<FileStatus | null> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(file);
      if (waiting === undefined) this.#waiting.set(file, [resolve]);
      else waiting.push(resolve);
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        void this.#send();
      }, BATCH_DELAY_MS);
    });
  }

  async #send(): Promise<void> {
    const batch = [...this.#waiting].slice(0, BATCH_FILES);
    for (const [file] of batch) this.#waiting.delete(file);
    if (this.#waiting.size > 0) void this.#send();
    const known = this.#known;
    try {
      const statuses = await this.#controller.request("fileStatus", { files: batch.map(([file]) => file) });
      batch.forEach(([file, resolvers], i) => {
        known.set(file, statuses[i]);
        for (const resolve of resolvers) resolve(statuses[i]);
      });
    } catch (thrown) {
      this.#log.warn(`Explorer badges: ${engineErrorFrom(thrown).message}`);
      for (const [, resolvers] of batch) for (const resolve of resolvers) resolve(null);
    }
  }
}

function decorationOf(status: FileStatus): vscode.FileDecoration | undefined {
  const tooltip = fileStatusText(status);
  if (tooltip === null) return undefined;
  if (status.protected) return new vscode.FileDecoration("P", tooltip, new vscode.ThemeColor("charts.blue"));
  if (status.excluded) return new vscode.FileDecoration("X", tooltip, new vscode.ThemeColor("disabledForeground"));
  if (status.status === "dropped") return new vscode.FileDecoration("−", tooltip, new vscode.ThemeColor("disabledForeground"));
  return new vscode.FileDecoration("D", tooltip);
}
