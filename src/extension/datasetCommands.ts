import * as vscode from "vscode";
import type { DatasetSummary } from "../protocol/dataset.ts";
import type { DropReason, PruneResult } from "../protocol/selection.ts";
import { pilotText } from "../protocol/pilotText.ts";
import { DROP_REASONS, formatCount, qualityText, reasonText, samplesText } from "../protocol/words.ts";
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
    this.#offer(indexedText(summary), {
      [vscode.l10n.t("Open Inspector")]: () => { this.#inspector.show("clusters"); },
      [vscode.l10n.t("Prune…")]: () => this.prune(),
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
      title: vscode.l10n.t("InfoMax: Extend Selection"), placeHolder: vscode.l10n.t("Which selection should stay, with more added to it?"),
    });
    if (picked === undefined) return;
    const state = await this.#controller.load();
    // What was added to the dataset since then is what the extension is to choose from.
    if (state.kind !== "ready" || state.stale) await this.#index();
    const { selection } = picked;
    const floor = await this.#controller.request("selectionFloor", { selection });
    const current = this.#controller.state;
    if (current.kind === "ready" && floor.floor >= current.summary.samples) {
      this.#offer(vscode.l10n.t("“{0}” and the protected samples are all of {1}: there is nothing to add.", selection, datasetName(dataset)), {});
      return;
    }
    const budget = await askBudget(this.#controller, dataset, this.#log, { name: selection, ...floor });
    if (budget !== null) await this.#pruneTo(dataset, { budget, keepSelection: selection });
  }

  async #pruneTo(dataset: string, request: DatasetRequest<"prune">): Promise<void> {
    const pruned = (): Promise<PruneResult> => withProgress(vscode.l10n.t("InfoMax: pruning {0}", datasetName(dataset)), (token, onProgress) =>
      this.#controller.request("prune", request, { token, onProgress }));
    // The files may have changed since they were indexed: then the index is brought up to date first.
    const result = await pruned().catch(async (thrown: unknown) => {
      if (!(thrown instanceof EngineError) || thrown.code !== "not-indexed") throw thrown;
      await this.#index();
      return pruned();
    });
    await this.#controller.refresh();
    this.#offer(prunedText(result), {
      [vscode.l10n.t("Open Selection")]: async () => {
        await vscode.window.showTextDocument(vscode.Uri.file(result.selectionFile), { preview: false });
      },
      [vscode.l10n.t("Open Inspector")]: () => { this.#inspector.show("budget"); },
    });
  }

  async openInspector(): Promise<void> {
    if (await this.#picker.ensure()) this.#inspector.show();
  }

  async selectDataset(): Promise<void> {
    if (!await this.#picker.pick(false)) return;
    const state = await this.#controller.load();
    if (state.kind !== "missing") return;
    this.#offer(vscode.l10n.t("{0} is not indexed yet.", datasetName(state.dataset)), { [vscode.l10n.t("Index Dataset")]: () => this.index() });
  }

  async useSelection(): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const names = await this.#selections();
    if (names === null) return;
    const state = await this.#controller.load();
    const current = state.kind === "ready" ? state.summary.currentSelection : null;
    type Choice = vscode.QuickPickItem & { readonly selection: string | null };
    const items: Choice[] = names.map((name) => ({ label: plainLabel(name), ...(name === current ? { description: vscode.l10n.t("shown now") } : {}), selection: name }));
    items.push({ label: `$(circle-slash) ${vscode.l10n.t("None")}`, description: vscode.l10n.t("show no selection"), selection: null });
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("InfoMax: Use Selection"), placeHolder: vscode.l10n.t("Which selection should editors and inspector show?") });
    if (picked === undefined) return;
    await this.#controller.request("useSelection", { name: picked.selection });
    await this.#controller.refresh();
  }

  /** The dataset's selections; null, and an offer to prune, where there is none. */
  async #selections(): Promise<readonly string[] | null> {
    const names = await this.#controller.request("selections", {});
    if (names.length > 0) return names;
    this.#offer(vscode.l10n.t("There is no selection yet. Pruning the dataset writes one."), { [vscode.l10n.t("Prune…")]: () => this.prune() });
    return null;
  }

  /**
   * Offers a pilot where a large dataset is not indexed yet, and shows what it found.
   * @returns whether to go on with the whole
   */
  async #tried(dataset: string): Promise<boolean> {
    const state = await this.#controller.load();
    if (state.kind !== "missing") return true;
    const samples = await withProgress(vscode.l10n.t("InfoMax: looking at {0}", datasetName(dataset)), (token, onProgress) => this.#controller.request("size", {}, { token, onProgress }));
    if (samples <= LARGE) return true;
    const goOn = vscode.l10n.t("Go On");
    const trySample = vscode.l10n.t("Try on a Sample First");
    const answer = await vscode.window.showInformationMessage(
      plainMessage(vscode.l10n.t("{0} has {1} and is not indexed yet. A sample tells in short how long the whole takes and how redundant it is.", datasetName(dataset), samplesText(samples))),
      { modal: true }, trySample, goOn);
    if (answer !== trySample) return answer === goOn;
    const result = await withProgress(vscode.l10n.t("InfoMax: trying a sample of {0}", datasetName(dataset)), (token, onProgress) =>
      this.#controller.request("pilot", { pilot: PILOT }, { token, onProgress }));
    return await vscode.window.showInformationMessage(plainMessage(pilotText(result)), { modal: true }, goOn) === goOn;
  }

  #index() {
    const dataset = this.#controller.dataset ?? "";
    return withProgress(vscode.l10n.t("InfoMax: indexing {0}", datasetName(dataset)), (token, onProgress) => this.#controller.index(token, onProgress));
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

/** "cats is indexed: 2,000 samples; 12 exact duplicates and 30 near-duplicates in 18 clusters; 3 unreadable and left out." */
function indexedText({ dataset, samples, duplicates, rejectedTotal }: DatasetSummary): string {
  const near = Math.max(0, duplicates.clusterExtra - duplicates.exactExtra);
  const repeats = vscode.l10n.t("{0} and {1} in {2}",
    duplicates.exactExtra === 1 ? vscode.l10n.t("1 exact duplicate") : vscode.l10n.t("{0} exact duplicates", formatCount(duplicates.exactExtra)),
    near === 1 ? vscode.l10n.t("1 near-duplicate") : vscode.l10n.t("{0} near-duplicates", formatCount(near)),
    duplicates.clusters === 1 ? vscode.l10n.t("1 cluster") : vscode.l10n.t("{0} clusters", formatCount(duplicates.clusters)));
  return rejectedTotal === 0 ? vscode.l10n.t("{0} is indexed: {1}; {2}.", datasetName(dataset), samplesText(samples), repeats)
    : vscode.l10n.t("{0} is indexed: {1}; {2}; {3} unreadable and left out.", datasetName(dataset), samplesText(samples), repeats, formatCount(rejectedTotal));
}

/** "Kept 600 of 2,000 samples (12 protected); dropped 1,400: 900 near-duplicate, 500 redundant. Selection “v1”: its objective is at least 99.6% of the best possible." */
function prunedText(result: PruneResult): string {
  const reasons = DROP_REASONS
    .map((reason): readonly [DropReason, number] => [reason, result.dropped[reason] ?? 0])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => vscode.l10n.t("{0} {1}", formatCount(count), reasonText(reason)));
  const [count, all, pinned] = [formatCount(result.kept), samplesText(result.samples), formatCount(result.protectedKept)];
  const kept = result.keptBefore > 0 ? vscode.l10n.t("Kept {0} of {1} ({2} protected, {3} kept before)", count, all, pinned, formatCount(result.keptBefore)) : vscode.l10n.t("Kept {0} of {1} ({2} protected)", count, all, pinned);
  const left = formatCount(result.samples - result.kept);
  const dropped = reasons.length === 0 ? vscode.l10n.t("dropped {0}", left) : vscode.l10n.t("dropped {0}: {1}", left, reasons.reduce((before, reason) => vscode.l10n.t("{0}, {1}", before, reason)));
  return vscode.l10n.t("{0}; {1}. Selection “{2}”: its objective is {3}.", kept, dropped, result.name, qualityText(result));
}
