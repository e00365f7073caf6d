import path from "node:path";
import * as vscode from "vscode";
import type { DatasetParams, DatasetSummary, IndexState, Progress } from "../protocol/dataset.ts";
import type { ProtectResult } from "../protocol/decisions.ts";
import type { EngineMethod, ParamsOf, ResultOf } from "../protocol/engine.ts";
import { CONTEXT_KEYS, SETTINGS_SECTION } from "./contributions.ts";
import { datasetPaths, isInside, openedFile, sampleFile } from "./datasetPaths.ts";
import type { DatasetPaths } from "./datasetPaths.ts";
import { EngineError, engineErrorFrom } from "./engineError.ts";
import type { EngineSupervisor, RequestOptions } from "./engineSupervisor.ts";
import { optionsFromSettings } from "./settings.ts";

/** What is known of the chosen dataset. "unknown": the engine has not been asked yet. */
export type DatasetState =
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly dataset: string }
  | { readonly kind: "missing"; readonly dataset: string }
  | { readonly kind: "indexing"; readonly dataset: string; readonly progress: Progress }
  | { readonly kind: "ready"; readonly dataset: string; readonly summary: DatasetSummary; /** the files changed since they were indexed */ readonly stale: boolean; readonly paths: DatasetPaths }
  | { readonly kind: "failed"; readonly dataset: string; readonly message: string };

const REMEMBERED = "infomax.dataset";

/** A request's parameters without those that every request on a dataset has. */
export type DatasetRequest<M extends EngineMethod> = Omit<ParamsOf<M>, keyof DatasetParams>;

/** {@link DatasetRequest} does not look into a union. */
export type BlockRequest = { readonly block: "base" | "states" | "order" | "map" } | { readonly block: "clusters"; readonly threshold?: number } | { readonly block: "rows"; readonly search: string };

/** The one dataset that commands and views are about, and the state of its index. */
export class DatasetController implements vscode.Disposable {
  readonly #engine: EngineSupervisor;
  readonly #memory: vscode.Memento;
  readonly #states = new vscode.EventEmitter<DatasetState>();
  readonly #marks = new vscode.EventEmitter<void>();
  #state: DatasetState = { kind: "none" };
  #loading: Promise<DatasetState> | null = null;
  #indexing: { readonly dataset: string; readonly done: Promise<DatasetSummary>; readonly source: vscode.CancellationTokenSource } | null = null;

  readonly onDidChangeState = this.#states.event;
  /** Protection, selection or index have changed: what editors and views show no longer holds. */
  readonly onDidChangeMarks = this.#marks.event;

  constructor(engine: EngineSupervisor, memory: vscode.Memento) {
    this.#engine = engine;
    this.#memory = memory;
    const remembered = memory.get<unknown>(REMEMBERED);
    if (typeof remembered === "string") this.#set({ kind: "unknown", dataset: remembered });
  }

  get state(): DatasetState {
    return this.#state;
  }

  /** Absolute path of the chosen dataset, or null. */
  get dataset(): string | null {
    return this.#state.kind === "none" ? null : this.#state.dataset;
  }

  /** Absolute path of the chosen dataset's root as the user opened it, where its index has been opened. */
  get root(): string | null {
    return this.#state.kind === "ready" ? this.#state.paths.openedRoot : null;
  }

  /** Makes `dataset` the chosen one and remembers it for this workspace. */
  async choose(dataset: string): Promise<void> {
    if (this.dataset === dataset) return;
    this.#loading = null;
    this.#set(this.#indexing?.dataset === dataset ? { kind: "indexing", dataset, progress: { stage: "Indexing", done: 0, total: 0 } } : { kind: "unknown", dataset });
    this.#marks.fire();
    await this.#memory.update(REMEMBERED, dataset);
  }

  /** Whether a file belongs to the chosen dataset by its place. */
  contains(file: string): boolean {
    if (this.dataset === null) return false;
    return isInside(this.dataset, file) || (this.#state.kind === "ready" && isInside(this.#state.paths.dataset, file));
  }

  /** Path of a file relative to the dataset root, with forward slashes, as samples name it. */
  relativePath(file: string): string {
    return this.#state.kind === "ready" ? sampleFile(this.#state.paths, file) : file;
  }

  /** Absolute path, as the user opened it, of a file that a sample names; null where no index has been opened. */
  absolutePath(file: string): string | null {
    return this.#state.kind === "ready" ? openedFile(this.#state.paths, file) : null;
  }

  /**
   * Sends a request on the chosen dataset.
   * @throws EngineError as {@link EngineSupervisor.request}; "bad-argument" for a wrong setting or when no dataset is chosen
   */
  async request<M extends EngineMethod>(method: M, rest: DatasetRequest<M>, options?: RequestOptions): Promise<ResultOf<M>> {
    // DatasetRequest<M> leaves out exactly what params() adds, which the compiler cannot see for an open M.
    return this.#engine.request(method, { ...this.#params(), ...rest }, options);
  }

  /** Opens the finished index if there is one; asks the engine once until something changes. */
  async load(): Promise<DatasetState> {
    if (this.#state.kind !== "unknown") return this.#state;
    this.#loading ??= this.#open();
    return this.#loading;
  }

  /** Asks again, as after a change of files or settings, and tells the views. */
  async refresh(): Promise<void> {
    if (this.#state.kind === "none" || this.#state.kind === "indexing") return;
    // Nothing has been shown yet, so there is nothing to renew: the engine need not start for it.
    if (this.#state.kind === "unknown" && this.#loading === null) return;
    this.#loading = this.#open();
    await this.#loading;
    this.#marks.fire();
  }

  /**
   * Looks whether the dataset still is as it was indexed, and tells the views only if something is different.
   * Where nothing has been shown yet there is nothing to look for.
   * @param wake false: not worth starting the engine for
   */
  async recheck(wake: boolean): Promise<void> {
    const before = this.#state;
    if (before.kind === "none" || before.kind === "unknown" || before.kind === "indexing" || !(wake || this.#engine.running)) return;
    const state = await this.#ask(before.dataset);
    if (this.#state !== before || JSON.stringify(state) === JSON.stringify(before)) return;
    this.#loading = Promise.resolve(state);
    this.#set(state);
    this.#marks.fire();
  }

  /**
   * Builds the index of the chosen dataset. A second call while it is built joins the first one.
   * @throws EngineError, "cancelled" among them; the state is then what it was on disk
   */
  async index(token?: vscode.CancellationToken, onProgress?: (progress: Progress) => void): Promise<DatasetSummary> {
    const dataset = this.dataset;
    if (dataset === null) throw noDataset();
    const listening = onProgress === undefined ? null : this.onDidChangeState((state) => {
      if (state.kind === "indexing" && state.dataset === dataset) onProgress(state.progress);
    });
    if (this.#indexing?.dataset !== dataset) {
      this.#indexing?.source.cancel();
      this.#indexing = this.#startIndexing(dataset);
    }
    const { done, source } = this.#indexing;
    const cancelling = token?.onCancellationRequested(() => { source.cancel(); });
    try {
      return await done;
    } finally {
      cancelling?.dispose();
      listening?.dispose();
    }
  }

  cancelIndexing(): void {
    this.#indexing?.source.cancel();
  }

  async protect(ids: readonly string[], note?: string): Promise<ProtectResult> {
    return this.#changed(await this.request("protect", { ids, ...(note === undefined ? {} : { note }) }));
  }

  async unprotect(ids: readonly string[]): Promise<ProtectResult> {
    return this.#changed(await this.request("unprotect", { ids }));
  }

  async exclude(ids: readonly string[], note?: string): Promise<ProtectResult> {
    return this.#changed(await this.request("exclude", { ids, ...(note === undefined ? {} : { note }) }));
  }

  async include(ids: readonly string[]): Promise<ProtectResult> {
    return this.#changed(await this.request("include", { ids }));
  }

  async prefer(ids: readonly string[], note?: string): Promise<ProtectResult> {
    return this.#changed(await this.request("prefer", { ids, ...(note === undefined ? {} : { note }) }));
  }

  /** Writes what a rule catches as decisions by hand. */
  async pinRule(rule: string): Promise<ProtectResult> {
    return this.#changed(await this.request("pinRule", { rule }));
  }

  /** Several decisions at once, by row. */
  async decide(decisions: DatasetRequest<"decideRows">): Promise<ProtectResult> {
    return this.#changed(await this.request("decideRows", decisions));
  }

  dispose(): void {
    this.#indexing?.source.cancel();
    this.#states.dispose();
    this.#marks.dispose();
  }

  async #changed(result: ProtectResult): Promise<ProtectResult> {
    await this.refresh();
    return result;
  }

  #startIndexing(dataset: string) {
    const source = new vscode.CancellationTokenSource();
    const show = (progress: Progress): void => {
      if (this.dataset === dataset) this.#set({ kind: "indexing", dataset, progress });
    };
    const run = async (): Promise<DatasetSummary> => {
      try {
        const params = this.#params();
        show({ stage: "Starting", done: 0, total: 0 });
        const summary = await this.#engine.request("index", params, { token: source.token, onProgress: show });
        const paths = await datasetPaths(dataset, summary);
        this.#indexing = null;
        if (this.dataset === dataset) {
          this.#set({ kind: "ready", dataset, summary, stale: false, paths });
          this.#marks.fire();
        }
        return summary;
      } catch (thrown) {
        this.#indexing = null;
        if (this.dataset === dataset) {
          this.#loading = null;
          this.#set({ kind: "unknown", dataset });
          this.#marks.fire();
        }
        throw thrown;
      } finally {
        source.dispose();
      }
    };
    return { dataset, done: run(), source };
  }

  async #open(): Promise<DatasetState> {
    const dataset = this.dataset;
    if (dataset === null) return this.#state;
    const state = await this.#ask(dataset);
    if (this.dataset === dataset && this.#state.kind !== "indexing") this.#set(state);
    return state;
  }

  async #ask(dataset: string): Promise<DatasetState> {
    try {
      const answer: IndexState = await this.#engine.request("open", this.#params());
      if (answer.state === "missing") return { kind: "missing", dataset };
      return { kind: "ready", dataset, summary: answer.summary, stale: answer.stale, paths: await datasetPaths(dataset, answer.summary) };
    } catch (thrown) {
      return { kind: "failed", dataset, message: engineErrorFrom(thrown).message };
    }
  }

  #params(): DatasetParams {
    const dataset = this.dataset;
    if (dataset === null) throw noDataset();
    const uri = vscode.Uri.file(dataset);
    const settings = vscode.workspace.getConfiguration(SETTINGS_SECTION, uri);
    const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(dataset);
    const options = optionsFromSettings((name) => {
      const found = settings.inspect<unknown>(name);
      const set = found !== undefined && (found.globalValue !== undefined || found.workspaceValue !== undefined || found.workspaceFolderValue !== undefined);
      // get() and not inspect()'s values: it leaves out what an untrusted workspace may not set.
      return set ? settings.get<unknown>(name) : undefined;
    }, folder);
    return { dataset, options, trusted: vscode.workspace.isTrusted };
  }

  #set(state: DatasetState): void {
    this.#state = state;
    void vscode.commands.executeCommand("setContext", CONTEXT_KEYS.datasetChosen, state.kind !== "none");
    this.#states.fire(state);
  }
}

function noDataset(): EngineError {
  return new EngineError("bad-argument", vscode.l10n.t("No dataset is chosen. Run InfoMax: Select Dataset… first."));
}
