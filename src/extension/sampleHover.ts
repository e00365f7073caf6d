import { readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { TABLE_GLOB, TEXT_GLOB } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import type { DocumentMarks } from "./documentMarks.ts";
import { engineErrorFrom } from "./engineError.ts";
import { HOVER_COMMANDS, hoverText } from "./hoverText.ts";
import type { PlacedMark } from "./knownMarks.ts";

const THUMBNAIL_PIXELS = 128;
/** VS Code cuts Markdown beyond 100,000 characters; base64 takes four for three bytes. */
const MOST_PICTURE_BYTES = 48_000;
const MEDIA_TYPES = new Map([[".webp", "image/webp"], [".jpg", "image/jpeg"], [".png", "image/png"]]);

/** Says what is known of the sample under the mouse; asks only where the index is open already. */
export class SampleHover implements vscode.HoverProvider, vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #all: readonly DocumentMarks[];
  readonly #log: vscode.LogOutputChannel;
  readonly #subscription: vscode.Disposable;

  constructor(controller: DatasetController, all: readonly DocumentMarks[], log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#all = all;
    this.#log = log;
    this.#subscription = vscode.languages.registerHoverProvider([{ scheme: "file", pattern: TABLE_GLOB }, { scheme: "file", pattern: TEXT_GLOB }], this);
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | null> {
    const marks = this.#all.find((some) => some.applies(document));
    if (marks === undefined || this.#controller.state.kind !== "ready") return null;
    try {
      const mark = (await marks.on(document, position.line)).find(({ columns }) => columns === null || (columns[0] <= position.character && position.character <= columns[1]));
      if (mark === undefined || token.isCancellationRequested) return null;
      const explanation = await this.#controller.request("explain", { id: mark.id }, { token });
      const picture = explanation.sample.kind === "image" || explanation.sample.kind === "pair" ? await this.#picture(mark.id) : null;
      if (token.isCancellationRequested) return null;
      const text = new vscode.MarkdownString(hoverText(explanation, picture));
      text.isTrusted = { enabledCommands: [...HOVER_COMMANDS] };
      text.supportHtml = false;
      return new vscode.Hover(text, rangeOf(mark, document));
    } catch (thrown) {
      // A hover is an aid: a failure is for the log.
      const error = engineErrorFrom(thrown);
      if (!error.cancelled) this.#log.warn(`Hover: ${error.message}`);
      return null;
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The sample's thumbnail as a data URI; null where there is none, or a large one. */
  async #picture(id: string): Promise<string | null> {
    const [file] = await this.#controller.request("thumbnails", { ids: [id], size: THUMBNAIL_PIXELS });
    const type = MEDIA_TYPES.get(path.extname(file ?? ""));
    if (typeof file !== "string" || type === undefined) return null;
    const bytes = await readFile(file).catch(() => null);
    return bytes === null || bytes.length > MOST_PICTURE_BYTES ? null : `data:${type};base64,${bytes.toString("base64")}`;
  }
}

function rangeOf({ line, lastLine, columns }: PlacedMark, document: vscode.TextDocument): vscode.Range {
  return columns !== null ? new vscode.Range(line - 1, columns[0], line - 1, columns[1])
    : new vscode.Range(new vscode.Position(line - 1, 0), document.lineAt(Math.min(lastLine, document.lineCount) - 1).range.end);
}
