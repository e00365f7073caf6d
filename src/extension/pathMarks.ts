import * as vscode from "vscode";
import { TEXT_PATTERN } from "./contributions.ts";
import { DocumentMarks, linesOf } from "./documentMarks.ts";
import type { PlacedMark } from "./knownMarks.ts";

/** Marks of the paths of samples in code, configuration and lists. */
export class PathMarks extends DocumentMarks {
  /** Whether a document may name samples: a dataset of images is chosen and its index is open already. */
  override applies(document: vscode.TextDocument): boolean {
    const { state } = this.controller;
    return document.uri.scheme === "file" && TEXT_PATTERN.test(document.uri.fsPath) && state.kind === "ready" && state.summary.kind === "image" && state.summary.dataset === state.summary.root;
  }

  /** Such a document alone never starts the engine. */
  protected override isReady(): Promise<boolean> {
    return Promise.resolve(this.controller.state.kind === "ready");
  }

  protected override async ask(document: vscode.TextDocument, first: number, end: number): Promise<readonly PlacedMark[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
    const marks = await this.controller.request("pathMarks", { file: document.uri.fsPath, folders, firstLine: first + 1, lines: linesOf(document, first, end) });
    return marks.map(({ start, end: after, mark }) => ({ ...mark, columns: [start, after] }));
  }
}
