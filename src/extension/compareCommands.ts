import path from "node:path";
import * as vscode from "vscode";
import type { CompareReply } from "../protocol/compareRequests.ts";
import { formatCount, formatSeconds } from "../protocol/words.ts";
import { openFolder } from "./applyCommands.ts";
import { askComparison, requireTrustToRead, type CompareChoices } from "./compareQuestions.ts";
import { COMMANDS } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName, type DatasetPicker } from "./datasetPicker.ts";
import { EngineError } from "./engineError.ts";
import { showFailure } from "./failures.ts";
import type { Inspector } from "./inspectorPanel.ts";
import { plainMessage } from "./plainText.ts";
import { withProgress } from "./withProgress.ts";

/** What an exported comparison is read by people in. */
const MARKDOWN = "compare.md";

/** Commands that compare strategies and sources, and look at comparisons. Each rejects with an EngineError; the caller shows it. */
export class CompareCommands {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #inspector: Inspector;
  readonly #log: vscode.LogOutputChannel;
  #isRunning = false;

  constructor(controller: DatasetController, picker: DatasetPicker, inspector: Inspector, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#picker = picker;
    this.#inspector = inspector;
    this.#log = log;
  }

  /** Asks what to compare, compares, and shows the result; one at a time in a window. */
  async compare(): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const { dataset } = this.#controller;
    if (dataset === null || this.#isBusy()) return;
    const defaults = await this.#controller.request("comparisonDefaults", {});
    const state = await this.#controller.load();
    const choices = await askComparison({ dataset, samples: state.kind === "ready" ? state.summary.samples : null, defaults });
    // Another one may have been started, or another dataset chosen, while this was asked.
    if (choices === null || this.#isBusy()) return;
    await this.#controller.choose(dataset);
    this.#isRunning = true;
    try {
      const reply = await this.#compared(dataset, choices);
      if (this.#controller.dataset === dataset) this.#inspector.showComparison(null);
      void vscode.window.showInformationMessage(plainMessage(comparedText(dataset, reply)));
    } finally {
      this.#isRunning = false;
    }
  }

  /** @param target the result's file from the Explorer; else it is asked for */
  async openComparison(target: unknown): Promise<void> {
    requireTrustToRead();
    if (!await this.#picker.ensure()) return;
    const file = target instanceof vscode.Uri ? target.fsPath : await askResult(this.#controller.dataset);
    if (file === null) return;
    // Read here first, so that a file that is no result leaves on the screen what stands there.
    await withProgress(vscode.l10n.t("InfoMax: opening {0}", path.basename(file)), (token, onProgress) => this.#controller.request("comparison", { file }, { token, onProgress }));
    this.#inspector.showComparison(file);
  }

  /** Copies the comparison that is open, else the last one, into a new folder. */
  async exportComparison(): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const { dataset } = this.#controller;
    if (dataset === null) return;
    const file = this.#inspector.comparison;
    if (file === null && await this.#controller.request("comparison", { file }) === null) {
      this.#tell(vscode.l10n.t("Nothing has been compared on {0} yet.", datasetName(dataset)), {
        [vscode.l10n.t("Compare Strategies…")]: async () => { await vscode.commands.executeCommand(COMMANDS.compare); },
      });
      return;
    }
    const folder = await askFolder(dataset);
    if (folder === null) return;
    const { files } = await withProgress(vscode.l10n.t("InfoMax: exporting the comparison"), (token, onProgress) => this.#controller.request("exportComparison", { file, folder }, { token, onProgress }));
    const report = files.find((own) => path.basename(own) === MARKDOWN);
    this.#tell(files.length === 1 ? vscode.l10n.t("The comparison is exported to {0}: 1 file.", path.basename(folder)) : vscode.l10n.t("The comparison is exported to {0}: {1} files.", path.basename(folder), formatCount(files.length)), {
      [vscode.l10n.t("Open Folder")]: () => openFolder(folder),
      ...(report === undefined ? {} : { [vscode.l10n.t("Open Report ({0})", MARKDOWN)]: async () => { await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.file(report)); } }),
    });
  }

  /** Whether a comparison is under way; says so. */
  #isBusy(): boolean {
    if (this.#isRunning) void vscode.window.showInformationMessage(vscode.l10n.t("Strategies are being compared already: wait for the result, or cancel it in its notification."));
    return this.#isRunning;
  }

  /** The files may have changed since they were indexed, or never were: then they are indexed first, as before pruning. */
  async #compared(dataset: string, choices: CompareChoices): Promise<CompareReply> {
    const compared = (): Promise<CompareReply> => withProgress(vscode.l10n.t("InfoMax: comparing strategies on {0}", datasetName(dataset)), (token, onProgress) =>
      this.#controller.request("compare", choices, { token, onProgress }));
    try {
      return await compared();
    } catch (thrown) {
      if (!(thrown instanceof EngineError) || thrown.code !== "not-indexed") throw thrown;
      await withProgress(vscode.l10n.t("InfoMax: indexing {0}", datasetName(dataset)), (token, onProgress) => this.#controller.index(token, onProgress));
      if (this.#controller.dataset !== dataset) throw new EngineError("cancelled", vscode.l10n.t("Another dataset was chosen meanwhile."));
      return compared();
    }
  }

  /** Shows a message with buttons and does not wait for an answer. */
  #tell(message: string, buttons: { readonly [label: string]: () => Promise<void> }): void {
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

function comparedText(dataset: string, { strategies, seconds }: CompareReply): string {
  const time = formatSeconds(seconds);
  return strategies === 1 ? vscode.l10n.t("1 strategy was compared on {0} in {1}.", datasetName(dataset), time) : vscode.l10n.t("{0} strategies were compared on {1} in {2}.", strategies, datasetName(dataset), time);
}

async function askResult(dataset: string | null): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Select the compare.json of a comparison"), openLabel: vscode.l10n.t("Open Result"), canSelectMany: false,
    filters: { [vscode.l10n.t("Comparisons")]: ["json"] }, ...(dataset === null ? {} : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(dataset), "..") }),
  });
  return picked?.[0]?.fsPath ?? null;
}

/** Asks for the folder to make. */
async function askFolder(dataset: string): Promise<string | null> {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("InfoMax: Export the Comparison into a New Folder"), saveLabel: vscode.l10n.t("Make This Folder"),
    defaultUri: vscode.Uri.file(path.join(path.dirname(dataset), `${datasetName(dataset).replace(/\.\w+$/, "")}-comparison`)),
  });
  return target?.fsPath ?? null;
}
