import * as vscode from "vscode";
import { COMMANDS } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { plainLabel, plainMessage } from "./plainText.ts";

/** What the inspector, a test or a keybinding names a selection with; all else is asked for. */
export interface SelectionTarget {
  readonly selection?: string;
  readonly against?: string;
}

export function selectionTarget(value: unknown): SelectionTarget {
  if (typeof value !== "object" || value === null) return {};
  const { selection, against } = value as Readonly<Record<keyof SelectionTarget, unknown>>;
  return { ...(typeof selection === "string" ? { selection } : {}), ...(typeof against === "string" ? { against } : {}) };
}

/** The dataset's selections; null, and an offer to prune, where there is none. */
export async function selectionsOf(controller: DatasetController): Promise<readonly string[] | null> {
  const names = await controller.request("selections", {});
  if (names.length > 0) return names;
  const prune = vscode.l10n.t("Prune…");
  void vscode.window.showInformationMessage(plainMessage(vscode.l10n.t("There is no selection yet. Pruning the dataset writes one.")), prune).then((answer) => {
    if (answer === prune) void vscode.commands.executeCommand(COMMANDS.prune);
  });
  return null;
}

/** Asks for one of the selections, the current one first; the only one is taken without asking. Null when the user backed out. */
export async function pickSelection(controller: DatasetController, names: readonly string[], title: string, placeHolder: string): Promise<string | null> {
  if (names.length === 1) return names[0];
  const state = await controller.load();
  const current = state.kind === "ready" ? state.summary.currentSelection : null;
  const items = [...names].sort((a, b) => Number(b === current) - Number(a === current))
    .map((selection) => ({ label: plainLabel(selection), ...(selection === current ? { description: vscode.l10n.t("shown now") } : {}), selection }));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder });
  return picked?.selection ?? null;
}
