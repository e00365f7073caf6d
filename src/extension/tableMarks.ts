import * as vscode from "vscode";
import type { SampleMark } from "../protocol/engine.ts";
import { CHUNK_LINES, chunksAround } from "./chunks.ts";
import { TABLE_PATTERN } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { engineErrorFrom } from "./engineError.ts";

/** Chunks fetched before and after what is visible, and how far from it marks are still handed out. */
const FETCH_MARGIN = 1;
const KEEP_MARGIN = 10;

interface Cache {
  readonly version: number;
  readonly chunks: Map<number, Promise<readonly SampleMark[]>>;
  /** What has arrived, by chunk. */
  readonly arrived: Map<number, readonly SampleMark[]>;
}

/** Marks of the samples in open table files: asked for around visible lines only, kept for one document version. */
export class TableMarks implements vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #log: vscode.LogOutputChannel;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #caches = new WeakMap<vscode.TextDocument, Cache>();

  /** All marks have been dropped and must be asked for again. */
  readonly onDidReset = this.#changes.event;

  constructor(controller: DatasetController, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#log = log;
    this.#subscription = controller.onDidChangeMarks(() => {
      this.#caches = new WeakMap();
      this.#changes.fire();
    });
  }

  /** Whether a document is a table of the chosen dataset. */
  applies(document: vscode.TextDocument): boolean {
    return document.uri.scheme === "file" && TABLE_PATTERN.test(document.uri.fsPath) && this.#controller.contains(document.uri.fsPath);
  }

  /**
   * Fetches the marks around the visible lines of a document.
   * @returns whether anything new has arrived
   */
  async fetch(document: vscode.TextDocument): Promise<boolean> {
    if (!this.applies(document)) return false;
    const state = await this.#controller.load();
    if (state.kind !== "ready") return false;
    const cache = this.#cacheOf(document);
    const wanted = chunksAround(visibleLines(document), document.lineCount, FETCH_MARGIN).filter((chunk) => !cache.arrived.has(chunk));
    if (wanted.length === 0) return false;
    await Promise.all(wanted.map((chunk) => {
      const running = cache.chunks.get(chunk) ?? this.#ask(document, cache, chunk);
      cache.chunks.set(chunk, running);
      return running;
    }));
    return this.#caches.get(document) === cache;
  }

  /** The marks that have arrived for this version of the document, near what is visible, by line and without repeats. */
  near(document: vscode.TextDocument): readonly SampleMark[] {
    const cache = this.#caches.get(document);
    if (cache === undefined || cache.version !== document.version) return [];
    const marks = new Map<number, SampleMark>();
    for (const chunk of chunksAround(visibleLines(document), document.lineCount, KEEP_MARGIN)) {
      for (const mark of cache.arrived.get(chunk) ?? []) if (mark.line <= document.lineCount) marks.set(mark.line, mark);
    }
    return [...marks.values()];
  }

  /** The sample at a 0-based line, or null. */
  async at(document: vscode.TextDocument, line: number): Promise<SampleMark | null> {
    if (!this.applies(document)) return null;
    const cache = this.#cacheOf(document);
    const chunk = Math.floor(line / CHUNK_LINES);
    const running = cache.chunks.get(chunk) ?? this.#ask(document, cache, chunk);
    cache.chunks.set(chunk, running);
    const marks = await running;
    return marks.find((mark) => mark.line <= line + 1 && line + 1 <= mark.lastLine) ?? null;
  }

  /** 1-based line where a sample stands in the open editor now, if that has been seen; else null. */
  lineOf(document: vscode.TextDocument, id: string): number | null {
    const cache = this.#caches.get(document);
    if (cache === undefined || cache.version !== document.version) return null;
    for (const marks of cache.arrived.values()) {
      const found = marks.find((mark) => mark.id === id);
      if (found !== undefined) return found.line;
    }
    return null;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }

  #cacheOf(document: vscode.TextDocument): Cache {
    const known = this.#caches.get(document);
    if (known !== undefined && known.version === document.version) return known;
    const fresh: Cache = { version: document.version, chunks: new Map(), arrived: new Map() };
    this.#caches.set(document, fresh);
    return fresh;
  }

  async #ask(document: vscode.TextDocument, cache: Cache, chunk: number): Promise<readonly SampleMark[]> {
    const first = chunk * CHUNK_LINES;
    const end = Math.min(document.lineCount, first + CHUNK_LINES);
    const lines: string[] = [];
    for (let line = first; line < end; line++) lines.push(document.lineAt(line).text);
    try {
      const marks = await this.#controller.request("marks", { file: document.uri.fsPath, firstLine: first + 1, lines, modified: document.isDirty });
      cache.arrived.set(chunk, marks);
      return marks;
    } catch (thrown) {
      // Marks are an aid in the margin: a failure is for the log, and the next scroll asks again.
      cache.chunks.delete(chunk);
      this.#log.warn(`Marks of ${document.uri.fsPath}: ${engineErrorFrom(thrown).message}`);
      return [];
    }
  }
}

function visibleLines(document: vscode.TextDocument): { start: number; end: number }[] {
  return vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap((editor) => editor.visibleRanges.map((range) => ({ start: range.start.line, end: range.end.line })));
}
