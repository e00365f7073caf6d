import type * as vscode from "vscode";
import { TABLE_PATTERN } from "./contributions.ts";
import { DocumentMarks, linesOf } from "./documentMarks.ts";
import type { PlacedMark } from "./knownMarks.ts";

/** Lines sent behind a chunk of a CSV file, so that a record over several lines is seen whole. */
const RECORD_MARGIN = 40;

/** Marks of the records in open table files. */
export class TableMarks extends DocumentMarks {
  /** Whether a document is a table of the chosen dataset. */
  override applies(document: vscode.TextDocument): boolean {
    return document.uri.scheme === "file" && TABLE_PATTERN.test(document.uri.fsPath) && this.controller.contains(document.uri.fsPath);
  }

  protected override async isReady(): Promise<boolean> {
    return (await this.controller.load()).kind === "ready";
  }

  protected override async ask(document: vscode.TextDocument, first: number, end: number): Promise<readonly PlacedMark[]> {
    const beyond = /\.[ct]sv$/i.test(document.uri.fsPath) ? Math.min(document.lineCount, end + RECORD_MARGIN) : end;
    const marks = await this.controller.request("marks", { file: document.uri.fsPath, firstLine: first + 1, lines: linesOf(document, first, beyond), modified: document.isDirty });
    return marks.map((mark) => ({ ...mark, columns: null }));
  }
}
