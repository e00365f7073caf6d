import * as vscode from "vscode";
import type { DropReason, Progress, PruneResult } from "../protocol/engine.ts";
import { DROP_REASONS, formatCount, plural, progressText, reasonText } from "../protocol/words.ts";
import { askBudget } from "./budgetInput.ts";
import { EngineError } from "./engineError.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { showFailure } from "./failures.ts";
import type { Inspector } from "./inspectorPanel.ts";
import { plainLabel, plainMessage } from "./plainText.ts";

/** Commands about a whole dataset. Each rejects with an EngineError; the caller shows it. */
export class DatasetCommands {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #inspector: Inspector;
  readonly #log: vscode.LogOutputChannel;

  constructor(controller: DatasetController, picker: DatasetPicker, inspector: Inspector, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#picker = picker;
    this.#inspector = inspector;
    this.#log = log;
  }

  /** @param resource folder or table file from the Explorer; else the chosen dataset */
  async index(resource?: vscode.Uri): Promise<void> {
    if (!await this.#picker.ensure(resource)) return;
    const summary = await this.#index();
    const { duplicates, rejectedTotal } = summary;
    const parts = [
      plural(summary.samples, "sample"),
      `${plural(duplicates.exactExtra, "exact duplicate")} and ${plural(Math.max(0, duplicates.clusterExtra - duplicates.exactExtra), "near-duplicate")} in ${plural(duplicates.clusters, "cluster")}`,
      ...(rejectedTotal > 0 ? [`${formatCount(rejectedTotal)} unreadable and left out`] : []),
    ];
    this.#offer(`${datasetName(summary.dataset)} is indexed: ${parts.join("; ")}.`, {
      "Open Inspector": () => { this.#inspector.show("clusters"); },
      "Prune…": () => this.prune(),
    });
  }

  /** @param resource folder or table file from the Explorer; else the chosen dataset */
  async prune(resource?: vscode.Uri): Promise<void> {
    if (!await this.#picker.ensure(resource)) return;
    const dataset = this.#controller.dataset;
    if (dataset === null) return;
    const budget = await askBudget(this.#controller, dataset, this.#log);
    if (budget === null) return;
    const pruned = (): Promise<PruneResult> => withProgress(`InfoMax: pruning ${datasetName(dataset)}`, (token, onProgress) =>
      this.#controller.request("prune", { budget }, { token, onProgress }));
    if (this.#controller.state.kind !== "ready") await this.#index();
    // The files may have changed since they were indexed: then the index is brought up to date first.
    const result = await pruned().catch(async (thrown: unknown) => {
      if (!(thrown instanceof EngineError) || thrown.code !== "not-indexed") throw thrown;
      await this.#index();
      return pruned();
    });
    await this.#controller.refresh();
    this.#offer(prunedText(result), {
      "Open Selection": async () => {
        await vscode.window.showTextDocument(vscode.Uri.file(result.selectionFile), { preview: false });
      },
      "Open Inspector": () => { this.#inspector.show("budget"); },
    });
  }

  async openInspector(): Promise<void> {
    if (await this.#picker.ensure()) this.#inspector.show();
  }

  async selectDataset(): Promise<void> {
    if (!await this.#picker.pick(false)) return;
    const state = await this.#controller.load();
    if (state.kind !== "missing") return;
    this.#offer(`${datasetName(state.dataset)} is not indexed yet.`, { "Index Dataset": () => this.index() });
  }

  async useSelection(): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const names = await this.#controller.request("selections", {});
    const state = await this.#controller.load();
    const current = state.kind === "ready" ? state.summary.currentSelection : null;
    type Choice = vscode.QuickPickItem & { readonly selection: string | null };
    const items: Choice[] = names.map((name) => ({ label: plainLabel(name), ...(name === current ? { description: "shown now" } : {}), selection: name }));
    if (items.length === 0) {
      this.#offer("There is no selection yet. Pruning the dataset writes one.", { "Prune…": () => this.prune() });
      return;
    }
    items.push({ label: "$(circle-slash) None", description: "show no selection", selection: null });
    const picked = await vscode.window.showQuickPick(items, { title: "InfoMax: Use Selection", placeHolder: "Which selection should editors and inspector show?" });
    if (picked === undefined) return;
    await this.#controller.request("useSelection", { name: picked.selection });
    await this.#controller.refresh();
  }

  #index() {
    const dataset = this.#controller.dataset ?? "";
    return withProgress(`InfoMax: indexing ${datasetName(dataset)}`, (token, onProgress) => this.#controller.index(token, onProgress));
  }

  /** Shows a message with buttons and does not wait for an answer. */
  #offer(message: string, buttons: { readonly [label: string]: () => void | Promise<void> }): void {
    void vscode.window.showInformationMessage(plainMessage(message), ...Object.keys(buttons)).then(async (label) => {
      if (label === undefined) return;
      try {
        await buttons[label]();
      } catch (thrown) {
        await showFailure(thrown, this.#log);
      }
    });
  }
}

function withProgress<T>(title: string, task: (token: vscode.CancellationToken, onProgress: (progress: Progress) => void) => Promise<T>): Promise<T> {
  return Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: plainMessage(title), cancellable: true }, (report, token) => {
    let shown = "";
    return task(token, (progress) => {
      const message = plainMessage(progressText(progress));
      if (message !== shown) report.report({ message });
      shown = message;
    });
  }));
}

/** "Kept 600 of 2,000 samples (12 protected); dropped 1,400: 900 near-duplicate, 500 redundant." */
function prunedText(result: PruneResult): string {
  const reasons = DROP_REASONS
    .map((reason): readonly [DropReason, number] => [reason, result.dropped[reason] ?? 0])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${formatCount(count)} ${reasonText(reason)}`);
  const dropped = result.samples - result.kept;
  return `Kept ${formatCount(result.kept)} of ${plural(result.samples, "sample")} (${formatCount(result.protectedKept)} protected); `
    + `dropped ${formatCount(dropped)}${reasons.length > 0 ? `: ${reasons.join(", ")}` : ""}. Selection “${result.name}”.`;
}
