import * as vscode from "vscode";
import type { DropReason, PruneResult } from "../protocol/engine.ts";
import { pilotText } from "../protocol/pilotText.ts";
import { DROP_REASONS, formatCount, plural, qualityText, reasonText } from "../protocol/words.ts";
import { askBudget } from "./budgetInput.ts";
import { EngineError } from "./engineError.ts";
import type { DatasetController, DatasetRequest } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { showFailure } from "./failures.ts";
import type { Inspector } from "./inspectorPanel.ts";
import { plainLabel, plainMessage } from "./plainText.ts";
import { withProgress } from "./withProgress.ts";

/** Samples above which a pilot is offered, and how many it takes. */
const LARGE = 20_000;
const PILOT = "5%";

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
    if (dataset === null || !await this.#tried(dataset)) return;
    const budget = await askBudget(this.#controller, dataset, this.#log);
    if (budget === null) return;
    if (this.#controller.state.kind !== "ready") await this.#index();
    await this.#pruneTo(dataset, { budget });
  }

  /** Asks for an earlier selection and a budget above what it keeps, and prunes with all of it kept. */
  async extendSelection(): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const dataset = this.#controller.dataset;
    if (dataset === null) return;
    const names = await this.#selections();
    if (names === null) return;
    const picked = await vscode.window.showQuickPick(names.map((selection) => ({ label: plainLabel(selection), selection })), {
      title: "InfoMax: Extend Selection", placeHolder: "Which selection should stay, with more added to it?",
    });
    if (picked === undefined) return;
    const state = await this.#controller.load();
    // What was added to the dataset since then is what the extension is to choose from.
    if (state.kind !== "ready" || state.stale) await this.#index();
    const { selection } = picked;
    const floor = await this.#controller.request("selectionFloor", { selection });
    const current = this.#controller.state;
    if (current.kind === "ready" && floor.floor >= current.summary.samples) {
      this.#offer(`“${selection}” and the protected samples are all of ${datasetName(dataset)}: there is nothing to add.`, {});
      return;
    }
    const budget = await askBudget(this.#controller, dataset, this.#log, { name: selection, ...floor });
    if (budget !== null) await this.#pruneTo(dataset, { budget, keepSelection: selection });
  }

  async #pruneTo(dataset: string, request: DatasetRequest<"prune">): Promise<void> {
    const pruned = (): Promise<PruneResult> => withProgress(`InfoMax: pruning ${datasetName(dataset)}`, (token, onProgress) =>
      this.#controller.request("prune", request, { token, onProgress }));
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
    const names = await this.#selections();
    if (names === null) return;
    const state = await this.#controller.load();
    const current = state.kind === "ready" ? state.summary.currentSelection : null;
    type Choice = vscode.QuickPickItem & { readonly selection: string | null };
    const items: Choice[] = names.map((name) => ({ label: plainLabel(name), ...(name === current ? { description: "shown now" } : {}), selection: name }));
    items.push({ label: "$(circle-slash) None", description: "show no selection", selection: null });
    const picked = await vscode.window.showQuickPick(items, { title: "InfoMax: Use Selection", placeHolder: "Which selection should editors and inspector show?" });
    if (picked === undefined) return;
    await this.#controller.request("useSelection", { name: picked.selection });
    await this.#controller.refresh();
  }

  /** The dataset's selections; null, and an offer to prune, where there is none. */
  async #selections(): Promise<readonly string[] | null> {
    const names = await this.#controller.request("selections", {});
    if (names.length > 0) return names;
    this.#offer("There is no selection yet. Pruning the dataset writes one.", { "Prune…": () => this.prune() });
    return null;
  }

  /**
   * Offers a pilot where a large dataset is not indexed yet, and shows what it found.
   * @returns whether to go on with the whole
   */
  async #tried(dataset: string): Promise<boolean> {
    const state = await this.#controller.load();
    if (state.kind !== "missing") return true;
    const samples = await withProgress(`InfoMax: looking at ${datasetName(dataset)}`, (token, onProgress) => this.#controller.request("size", {}, { token, onProgress }));
    if (samples <= LARGE) return true;
    const goOn = "Go On";
    const trySample = "Try on a Sample First";
    const answer = await vscode.window.showInformationMessage(
      plainMessage(`${datasetName(dataset)} has ${plural(samples, "sample")} and is not indexed yet. A sample tells in short how long the whole takes and how redundant it is.`),
      { modal: true }, trySample, goOn);
    if (answer !== trySample) return answer === goOn;
    const result = await withProgress(`InfoMax: trying a sample of ${datasetName(dataset)}`, (token, onProgress) =>
      this.#controller.request("pilot", { pilot: PILOT }, { token, onProgress }));
    return await vscode.window.showInformationMessage(plainMessage(pilotText(result)), { modal: true }, goOn) === goOn;
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

/** "Kept 600 of 2,000 samples (12 protected); dropped 1,400: 900 near-duplicate, 500 redundant. Selection “v1”: its objective is at least 99.6% of the best possible." */
function prunedText(result: PruneResult): string {
  const reasons = DROP_REASONS
    .map((reason): readonly [DropReason, number] => [reason, result.dropped[reason] ?? 0])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${formatCount(count)} ${reasonText(reason)}`);
  const dropped = result.samples - result.kept;
  return `Kept ${formatCount(result.kept)} of ${plural(result.samples, "sample")} (${formatCount(result.protectedKept)} protected${result.keptBefore > 0 ? `, ${formatCount(result.keptBefore)} kept before` : ""}); `
    + `dropped ${formatCount(dropped)}${reasons.length > 0 ? `: ${reasons.join(", ")}` : ""}. `
    + `Selection “${result.name}”: its objective is ${qualityText(result)}.`;
}
