import * as vscode from "vscode";
import type { DatasetController } from "./datasetController.ts";
import { EngineError } from "./engineError.ts";
import type { TableMarks } from "./tableMarks.ts";
import type { PlaceTarget } from "./targets.ts";

/** Opens the file of a sample, at its line where it has one. */
export async function goToSample(controller: DatasetController, marks: TableMarks, place: PlaceTarget, column?: vscode.ViewColumn): Promise<void> {
  const file = controller.absolutePath(place.file);
  if (file === null) throw new EngineError("not-indexed", vscode.l10n.t("The dataset is not indexed. Index it first."));
  const uri = vscode.Uri.file(file);
  if (place.line === null) {
    await vscode.commands.executeCommand("vscode.open", uri, column);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const line = Math.min(marks.lineOf(document, place.id) ?? place.line, document.lineCount) - 1;
  const editor = await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(line, 0, line, 0),
    ...(column === undefined ? {} : { viewColumn: column }),
  });
  editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
