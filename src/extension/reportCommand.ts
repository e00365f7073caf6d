import path from "node:path";
import * as vscode from "vscode";
import type { DatasetController } from "./datasetController.ts";
import { datasetName, type DatasetPicker } from "./datasetPicker.ts";
import { plainMessage } from "./plainText.ts";
import { withProgress } from "./withProgress.ts";

/** Asks where to, and writes the inspector's pages as one HTML file. */
export async function writeReport(controller: DatasetController, picker: DatasetPicker): Promise<void> {
  if (!await picker.ensure()) return;
  const state = await controller.load();
  if (state.kind === "none") return;
  const { dataset } = state;
  const name = datasetName(dataset).replace(/\.\w+$/, "");
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("InfoMax: Write Report"), saveLabel: vscode.l10n.t("Write Report"), filters: { HTML: ["html"] },
    defaultUri: vscode.Uri.file(path.join(path.dirname(dataset), `${name}-report.html`)),
  });
  if (target === undefined) return;
  const result = await withProgress(vscode.l10n.t("Writing a report of {0}", datasetName(dataset)), (token, onProgress) => controller.request("report", {
    file: target.fsPath, language: vscode.env.language, ...(vscode.l10n.bundle === undefined ? {} : { strings: JSON.stringify(vscode.l10n.bundle) }),
  }, { token, onProgress }));
  const open = vscode.l10n.t("Open in Browser");
  const message = vscode.l10n.t("The report is written: {0}, {1} MB. It needs neither VS Code nor a network.", path.basename(result.file), (result.bytes / 1e6).toFixed(1));
  void vscode.window.showInformationMessage(plainMessage(message), open).then((chosen) => {
    if (chosen === open) void vscode.env.openExternal(target);
  });
}
