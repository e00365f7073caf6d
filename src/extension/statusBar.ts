import * as vscode from "vscode";
import { COMMANDS } from "./contributions.ts";
import type { DatasetController, DatasetState } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import { statusOf } from "./statusText.ts";

/** The chosen dataset at a glance; a click opens the inspector. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;

  constructor(controller: DatasetController) {
    this.#item = vscode.window.createStatusBarItem("infomax.status", vscode.StatusBarAlignment.Left, 10);
    this.#item.name = vscode.l10n.t("InfoMax Dataset");
    this.#item.command = COMMANDS.openInspector;
    this.#show(controller.state);
    this.#subscription = controller.onDidChangeState((state) => { this.#show(state); });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #show(state: DatasetState): void {
    if (state.kind === "none") {
      this.#item.hide();
      return;
    }
    const name = datasetName(state.dataset);
    const { text, detail } = statusOf(state, name);
    this.#item.text = text;
    this.#item.tooltip = `${state.dataset}\n${detail}\n${vscode.l10n.t("Click to open the InfoMax inspector.")}`;
    this.#item.accessibilityInformation = { label: vscode.l10n.t("InfoMax dataset {0}: {1}", name, detail), role: "button" };
    this.#item.show();
  }
}
