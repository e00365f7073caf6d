import * as vscode from "vscode";
import { CHUNK_LINES, chunksAround } from "./chunks.ts";
import type { DatasetController } from "./datasetController.ts";
import { engineErrorFrom } from "./engineError.ts";
import { KnownMarks } from "./knownMarks.ts";
import type { PlacedMark } from "./knownMarks.ts";

/** Chunks fetched before and after what is visible, and how far from it marks are still handed out. */
const FETCH_MARGIN = 1;
const KEEP_MARGIN = 10;

interface Cache {
  readonly dataset: string | null;
  readonly known: KnownMarks;
  /** Requests of this version of the document that have not been answered, by chunk. */
  readonly running: Map<number, Promise<void>>;
  version: number;
  generation: number;
}

/** Marks of the samples in open documents: asked for around visible lines only, moved along with edits. */
export abstract class DocumentMarks implements vscode.Disposable {
  protected readonly controller: DatasetController;
  readonly #log: vscode.LogOutputChannel;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #caches = new WeakMap<vscode.TextDocument, Cache>();
  #generation = 0;

  /** All marks must be asked for again. */
  readonly onDidReset = this.#changes.event;

  constructor(controller: DatasetController, log: vscode.LogOutputChannel) {
    this.controller = controller;
    this.#log = log;
    this.#subscriptions = [
      controller.onDidChangeMarks(() => {
        this.#generation++;
        this.#changes.fire();
      }),
      vscode.workspace.onDidChangeTextDocument((event) => { this.#edited(event); }),
      vscode.workspace.onDidSaveTextDocument((document) => { this.#caches.get(document)?.known.expire(); }),
    ];
  }

  /** Whether a document may hold samples of the chosen dataset. */
  abstract applies(document: vscode.TextDocument): boolean;

  /** Whether the engine can be asked; it is started only by documents that are worth it. */
  protected abstract isReady(): Promise<boolean>;

  /** The samples on 0-based lines from `first` to before `end`. */
  protected abstract ask(document: vscode.TextDocument, first: number, end: number): Promise<readonly PlacedMark[]>;

  /** Fetches the marks around the visible lines of a document. */
  async fetch(document: vscode.TextDocument): Promise<void> {
    if (!this.applies(document) || !await this.isReady()) return;
    await this.#need(document, chunksAround(visibleLines(document), document.lineCount, FETCH_MARGIN));
  }

  /** What is known near the visible lines, by line. */
  near(document: vscode.TextDocument): readonly PlacedMark[] {
    const cache = this.#cacheOf(document);
    const chunks = chunksAround(visibleLines(document), document.lineCount, KEEP_MARGIN);
    const marks: PlacedMark[] = [];
    for (let i = 0; i < chunks.length; i++) {
      const first = chunks[i];
      while (i + 1 < chunks.length && chunks[i + 1] === chunks[i] + 1) i++;
      marks.push(...cache.known.between(first * CHUNK_LINES, Math.min(document.lineCount, (chunks[i] + 1) * CHUNK_LINES) - 1));
    }
    return marks;
  }

  /** The samples on a 0-based line, from left to right. */
  async on(document: vscode.TextDocument, line: number): Promise<readonly PlacedMark[]> {
    if (!this.applies(document) || !await this.isReady()) return [];
    await this.#need(document, [Math.floor(line / CHUNK_LINES)]);
    return this.#cacheOf(document).known.on(line);
  }

  /** The samples that begin on the 0-based lines from `first` to `last`, by line. */
  async between(document: vscode.TextDocument, first: number, last: number): Promise<readonly PlacedMark[]> {
    if (!this.applies(document) || !await this.isReady()) return [];
    await this.#need(document, chunksAround([{ start: first, end: last }], document.lineCount, 0));
    return this.#cacheOf(document).known.between(first, last);
  }

  /** The sample at a 0-based line, or null. */
  async at(document: vscode.TextDocument, line: number): Promise<PlacedMark | null> {
    return (await this.on(document, line))[0] ?? null;
  }

  /** 1-based line where a sample stands in the open editor now, if that has been seen; else null. */
  lineOf(document: vscode.TextDocument, id: string): number | null {
    return this.#caches.get(document)?.known.lineOf(id) ?? null;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  async #need(document: vscode.TextDocument, chunks: readonly number[]): Promise<void> {
    const cache = this.#cacheOf(document);
    await Promise.all(chunks.filter((chunk) => !cache.known.isFresh(chunk)).map((chunk) => {
      const running = cache.running.get(chunk) ?? this.#fetch(document, cache, chunk);
      cache.running.set(chunk, running);
      return running;
    }));
  }

  #cacheOf(document: vscode.TextDocument): Cache {
    const cache = this.#caches.get(document);
    if (cache === undefined || cache.dataset !== this.controller.dataset) {
      const made: Cache = { dataset: this.controller.dataset, known: new KnownMarks(), running: new Map(), version: document.version, generation: this.#generation };
      this.#caches.set(document, made);
      return made;
    }
    if (cache.generation !== this.#generation) {
      cache.generation = this.#generation;
      cache.known.expire();
      cache.running.clear();
    }
    return cache;
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const cache = this.#caches.get(document);
    if (cache === undefined) return;
    cache.version = document.version;
    cache.running.clear();
    // They come in such an order that each one's places are still right after those before it.
    for (const { range: { start, end }, text } of contentChanges) {
      cache.known.edit({
        startLine: start.line, startCharacter: start.character, endLine: end.line, endCharacter: end.character, text,
        startsAtLineEnd: contentChanges.length === 1 && /^\r?\n/.test(text) && document.lineAt(start.line).text.length === start.character,
      });
    }
  }

  async #fetch(document: vscode.TextDocument, cache: Cache, chunk: number): Promise<void> {
    const { version, generation } = cache;
    const first = chunk * CHUNK_LINES;
    try {
      const marks = await this.ask(document, first, Math.min(document.lineCount, first + CHUNK_LINES));
      // Of another state of the document or the decisions: whoever changed it asks again.
      if (cache.version === version && cache.generation === generation && this.#generation === generation) cache.known.put(chunk, marks);
    } catch (thrown) {
      // Marks are an aid in the margin: a failure is for the log, and the next scroll asks again.
      this.#log.warn(`Marks of ${document.uri.fsPath}: ${engineErrorFrom(thrown).message}`);
    } finally {
      if (cache.version === version && cache.generation === generation) cache.running.delete(chunk);
    }
  }
}

/** The text of 0-based lines from `first` to before `end`. */
export function linesOf(document: vscode.TextDocument, first: number, end: number): string[] {
  const lines: string[] = [];
  for (let line = first; line < end; line++) lines.push(document.lineAt(line).text);
  return lines;
}

function visibleLines(document: vscode.TextDocument): { start: number; end: number }[] {
  return vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap((editor) => editor.visibleRanges.map((range) => ({ start: range.start.line, end: range.end.line })));
}
