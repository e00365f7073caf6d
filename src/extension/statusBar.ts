import * as vscode from "vscode";
import { formatCount, plural, progressText } from "../protocol/words.ts";
import { COMMANDS } from "./contributions.ts";
import type { DatasetController, DatasetState } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";

/** The chosen dataset at a glance; a click opens the inspector. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;

  constructor(controller: DatasetController) {
    this.#item = vscode.window.createStatusBarItem("infomax.status", vscode.StatusBarAlignment.Left, 10);
    this.#item.name = "InfoMax Dataset";
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
    const { text, detail } = describe(state, name);
    this.#item.text = text;
    this.#item.tooltip = `${state.dataset}\n${detail}\nClick to open the InfoMax inspector.`;
    this.#item.accessibilityInformation = { label: `InfoMax dataset ${name}: ${detail}`, role: "button" };
    this.#item.show();
  }
}

function describe(state: Exclude<DatasetState, { kind: "none" }>, name: string): { text: string; detail: string } {
  switch (state.kind) {
    case "unknown":
      return { text: `$(database) ${name}`, detail: "Not opened yet." };
    case "missing":
      return { text: `$(database) ${name}: not indexed`, detail: "Not indexed yet." };
    case "failed":
      return { text: `$(warning) ${name}`, detail: state.message };
    case "indexing":
      return { text: `$(sync~spin) ${name}: ${progressText(state.progress)}`, detail: progressText(state.progress) };
    case "ready": {
      const { samples, duplicates, protectedCount, currentSelection } = state.summary;
      const detail = `${plural(samples, "sample")}, ${plural(duplicates.clusters, "duplicate cluster")}, ${formatCount(protectedCount)} protected, ${currentSelection === null ? "no selection shown" : `selection ${currentSelection}`}.`;
      return { text: `$(database) ${name} · ${plural(samples, "sample")} · ${plural(duplicates.clusters, "cluster")} · protected ${formatCount(protectedCount)}`, detail };
    }
  }
}
