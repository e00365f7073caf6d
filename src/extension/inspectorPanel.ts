import { readFile, rm } from "node:fs/promises";
import * as vscode from "vscode";
import type { Progress } from "../protocol/dataset.ts";
import type { SampleView } from "../protocol/samples.ts";
import type { PruneResult } from "../protocol/selection.ts";
import { isFromWebview } from "../protocol/guards.ts";
import type { FromWebview, InspectorPage, ToWebview } from "../protocol/webview.ts";
import { COMMANDS, INSPECTOR_VIEW_TYPE, SETTINGS_SECTION } from "./contributions.ts";
import type { BlockRequest, DatasetController, DatasetState } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import { engineErrorFrom } from "./engineError.ts";
import type { RequestOptions } from "./engineSupervisor.ts";
import { inspectorHtml } from "./inspectorHtml.ts";
import { plainLabel } from "./plainText.ts";
import { reviewOf } from "./reviewAnswer.ts";
import { goToSample } from "./sampleNavigation.ts";
import type { TableMarks } from "./tableMarks.ts";

const THUMBNAIL_PIXELS = 192;

/** A selection to review; null for the current one. */
interface ReviewTarget {
  readonly selection: string | null;
  readonly against: string | null;
}

/** The one inspector panel: answers the webview's requests and pushes snapshots of what has changed. */
export class Inspector implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #controller: DatasetController;
  readonly #marks: TableMarks;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[];
  /** Samples that the webview has been shown, so that it can name them by id. */
  readonly #shown = new Map<string, SampleView>();
  #panel: vscode.WebviewPanel | null = null;
  /** The webview has said that it listens. */
  #ready = false;
  /** What to show as soon as it listens. */
  #waiting: { page: InspectorPage | null; explain: string | null; review: ReviewTarget | null } = { page: null, explain: null, review: null };
  /** The result file that is open, and the dataset that it was opened on. */
  #comparison: { readonly file: string; readonly dataset: string | null } | null = null;
  #running: vscode.CancellationTokenSource | null = null;
  /** What is being computed, by the request that asked for it. */
  readonly #requests = new Map<number, vscode.CancellationTokenSource>();
  #indexShown = "";
  /** Id of the sample whose place in the editor was asked for last. */
  #revealed = "";

  constructor(context: vscode.ExtensionContext, controller: DatasetController, marks: TableMarks, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#controller = controller;
    this.#marks = marks;
    this.#log = log;
    this.#subscriptions = [
      vscode.window.registerWebviewPanelSerializer(INSPECTOR_VIEW_TYPE, this),
      controller.onDidChangeState((state) => {
        // Of another dataset its last comparison is shown.
        if (state.kind === "none" || state.dataset !== this.#comparison?.dataset) this.#comparison = null;
        this.#postState(state);
      }),
      controller.onDidChangeMarks(() => { this.#postStale(); }),
    ];
  }

  /** Opens the inspector beside the editor, or brings it forward. */
  show(page: InspectorPage | null = null): void {
    if (this.#panel === null) {
      this.#waiting.page = page;
      this.#adopt(vscode.window.createWebviewPanel(INSPECTOR_VIEW_TYPE, "InfoMax Inspector", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false }));
      return;
    }
    this.#panel.reveal(this.#panel.viewColumn, false);
    if (page === null) return;
    if (this.#ready) this.#post({ type: "show", page });
    else this.#waiting.page = page;
  }

  /**
   * Opens the inspector and explains one sample in it.
   * @throws EngineError where the inspector listens already; else it shows a failure itself, once it does
   */
  async explain(id: string): Promise<void> {
    const listens = this.#ready;
    if (!listens) this.#waiting.explain = id;
    this.show();
    if (listens) await this.#explain(id);
  }

  /** Opens the inspector at the review of a selection, null for the current one, beside another or alone. */
  showReview(selection: string | null, against: string | null): void {
    const listens = this.#ready;
    if (!listens) this.#waiting.review = { selection, against };
    this.show();
    if (listens) this.#post({ type: "showReview", selection, against });
  }

  /** Opens the inspector at a comparison: of a result file, or null for the last one of the dataset. */
  showComparison(file: string | null): void {
    this.#comparison = file === null ? null : { file, dataset: this.#controller.dataset };
    // First, so that the page asks once.
    this.#post({ type: "compared" });
    this.show("compare");
  }

  /** The result file that is open, null for the last comparison of the dataset. */
  get comparison(): string | null {
    return this.#comparison?.file ?? null;
  }

  /** Whether somebody can see it. */
  get visible(): boolean {
    return this.#ready && this.#panel?.visible === true;
  }

  /** Shows the sample that the editor is at; not the one that it was sent to from here. */
  follow(id: string): void {
    if (id !== this.#revealed) this.#post({ type: "cursor", id });
    this.#revealed = "";
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#panel !== null) panel.dispose();
    else this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.#context;
    const built = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    const media = vscode.Uri.joinPath(extensionUri, "media");
    this.#panel = panel;
    this.#ready = false;
    panel.iconPath = vscode.Uri.joinPath(media, "icon.svg");
    // A restored panel still names the folders of the version that made it.
    panel.webview.options = { enableScripts: true, localResourceRoots: [built, media] };
    panel.onDidDispose(() => {
      this.#panel = null;
      this.#ready = false;
      this.#running?.cancel();
      for (const source of this.#requests.values()) source.cancel();
      this.#shown.clear();
    });
    panel.onDidChangeViewState(() => {
      // A hidden webview is torn down and hears nothing; it says "ready" when it is shown again.
      if (!panel.visible) this.#ready = false;
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (isFromWebview(message)) void this.#receive(message);
      else this.#log.warn("The inspector sent a message that is none of ours; it was dropped.");
    });
    panel.webview.html = inspectorHtml({
      cspSource: panel.webview.cspSource,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(built, "main.js")).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(built, "style.css")).toString(),
      language: vscode.env.language,
      strings: vscode.l10n.bundle === undefined ? "" : JSON.stringify(vscode.l10n.bundle),
    });
  }

  #post(message: ToWebview): void {
    if (this.#ready) void this.#panel?.webview.postMessage(message);
  }

  async #receive(message: FromWebview): Promise<void> {
    try {
      await this.#answer(message);
    } catch (thrown) {
      const error = engineErrorFrom(thrown);
      if (!error.cancelled) this.#log.error(`Inspector, ${message.type}: ${error.message}`);
      this.#post({ type: "failed", during: message.type, message: error.cancelled ? vscode.l10n.t("Cancelled.") : error.message });
    }
  }

  async #answer(message: FromWebview): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.#greet();
      case "getBlock":
        return this.#sendBlock(message.requestId, { block: message.block });
      case "getClusters":
        return this.#sendBlock(message.requestId, { block: "clusters", ...(message.threshold === null ? {} : { threshold: message.threshold }) });
      case "search":
        return this.#sendBlock(message.requestId, { block: "rows", search: message.text });
      case "getSamples":
        return this.#byNumber(message.requestId, async (options) => {
          const samples = await this.#controller.request("samples", { key: message.key, rows: message.rows }, options);
          this.#remember(samples);
          this.#post({ type: "samples", requestId: message.requestId, samples });
        });
      case "getThumbnails":
        return this.#sendThumbnails(message.ids);
      case "getOverview":
        return this.#post({ type: "overview", result: await this.#controller.request("overview", {}) });
      case "getChanges":
        return this.#post({ type: "changes", result: await this.#controller.request("changes", {}) });
      case "getCurve":
        return this.#post({ type: "curve", result: await this.#controller.request("curve", {}) });
      case "getStrategy":
        return this.#byNumber(message.requestId, async (options) => {
          const { strategies } = await this.#controller.request("curve", { strategies: [message.name] }, options);
          for (const result of strategies) this.#post({ type: "strategy", requestId: message.requestId, result });
        });
      case "drop":
        this.#requests.get(message.requestId)?.cancel();
        return;
      case "prune":
        return this.#prune(message.budget, message.name);
      case "askPrune":
        await vscode.commands.executeCommand(COMMANDS.prune);
        return;
      case "getComparison":
        return this.#byNumber(message.requestId, async (options) => {
          this.#post({ type: "comparison", requestId: message.requestId, view: await this.#controller.request("comparison", { file: this.comparison }, options) });
        });
      case "getPricing":
        return this.#byNumber(message.requestId, async (options) => {
          this.#post({ type: "pricing", requestId: message.requestId, result: await this.#controller.request("comparisonPricing", { file: this.comparison, question: message.question }, options) });
        });
      case "compare":
        await vscode.commands.executeCommand(COMMANDS.compare);
        return;
      case "openComparison":
        await vscode.commands.executeCommand(COMMANDS.openComparison);
        return;
      case "exportComparison":
        await vscode.commands.executeCommand(COMMANDS.exportComparison);
        return;
      case "getReview":
        return this.#byNumber(message.requestId, async (options) => {
          this.#post({ type: "review", requestId: message.requestId, ...await reviewOf(this.#controller, message, options) });
        });
      case "getReviewSamples":
        return this.#byNumber(message.requestId, async (options) => {
          const { selection, against, list, reason, search, offset, limit } = message;
          const result = await this.#controller.request("reviewSamples", {
            selection, list, offset, limit, ...(against === null ? {} : { against }), ...(reason === null ? {} : { reason }), ...(search === "" ? {} : { search }),
          }, options);
          this.#remember(result.entries.flatMap(({ sample }) => sample ?? []));
          this.#post({ type: "reviewSamples", requestId: message.requestId, result });
        });
      case "approve":
        return this.#byNumber(message.requestId, async (options) => {
          const { selection, sha256, note } = message;
          await this.#controller.request("approve", { selection, sha256, note }, options);
          this.#post({ type: "approved", requestId: message.requestId });
        });
      case "openMarkdown":
        await vscode.commands.executeCommand(COMMANDS.openReviewMarkdown, { selection: message.selection, ...(message.against === null ? {} : { against: message.against }) });
        return;
      case "apply":
        await vscode.commands.executeCommand(COMMANDS.applySelection, { selection: message.selection });
        return;
      case "useSelection":
        await this.#controller.request("useSelection", { name: message.selection });
        return this.#controller.refresh();
      case "decide": {
        await this.#controller.decide({ key: message.key, ...message.decisions });
        return;
      }
      case "setKeeperRule":
        await vscode.workspace.getConfiguration(SETTINGS_SECTION).update("keeperRule", message.rule, vscode.workspace.workspaceFolders === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace);
        return;
      case "explain":
        return this.#explain(message.id, message.selection);
      case "reveal":
        return this.#reveal(message.id);
      case "revealRejected":
        return this.#revealRejected(message.index);
      case "index":
        await vscode.commands.executeCommand(COMMANDS.index);
        return;
      case "cancel":
        this.#running?.cancel();
        this.#controller.cancelIndexing();
        return;
    }
  }

  async #greet(): Promise<void> {
    this.#ready = true;
    this.#indexShown = "";
    const { page, explain, review } = this.#waiting;
    this.#waiting = { page: null, explain: null, review: null };
    if (page !== null) this.#post({ type: "show", page });
    this.#postState(this.#controller.state);
    if (this.#controller.state.kind === "unknown") await this.#controller.load();
    else void this.#controller.recheck(true);
    // After the summary: another dataset than before begins with nothing chosen.
    if (review !== null) this.#post({ type: "showReview", ...review });
    if (explain !== null) await this.#explain(explain);
  }

  #postState(state: DatasetState): void {
    if (this.#panel === null) return;
    this.#panel.title = state.kind === "none" ? "InfoMax Inspector" : plainLabel(`InfoMax: ${datasetName(state.dataset)}`);
    switch (state.kind) {
      case "none":
        return this.#post({ type: "empty", message: vscode.l10n.t("No dataset is chosen yet. Index a folder of images, or a JSONL, CSV or TSV file, to see its duplicates and its budget curve.") });
      case "unknown":
        if (this.#ready) void this.#controller.load();
        return this.#post({ type: "progress", progress: { stage: "Opening", done: 0, total: 0 } });
      case "missing":
        return this.#post({ type: "empty", message: vscode.l10n.t("{0} is not indexed yet. Indexing reads every sample once and finds its neighbours; it can be cancelled.", datasetName(state.dataset)) });
      case "failed":
        return this.#post({ type: "failed", during: "open", message: state.message });
      case "indexing":
        return this.#post({ type: "progress", progress: state.progress });
      case "ready":
        if (this.#indexShown === "") this.#indexShown = indexKey(state);
        this.#post({ type: "progress", progress: null });
        return this.#post({ type: "summary", summary: state.summary, stale: state.stale });
    }
  }

  #postStale(): void {
    const { state } = this.#controller;
    if (state.kind !== "ready") return;
    const index = indexKey(state);
    this.#post({ type: "stale", what: this.#indexShown === index ? "states" : "all" });
    this.#indexShown = index;
  }

  /** Does what a numbered request asks for; a failure names the request, for others may be under way. */
  async #byNumber(requestId: number, work: (options: RequestOptions) => Promise<void>): Promise<void> {
    const source = new vscode.CancellationTokenSource();
    this.#requests.set(requestId, source);
    try {
      await work({ token: source.token, onProgress: (progress) => { this.#post({ type: "requestProgress", requestId, progress }); } });
    } catch (thrown) {
      const error = engineErrorFrom(thrown);
      if (!error.cancelled) this.#log.error(`Inspector: ${error.message}`);
      this.#post({ type: "requestFailed", requestId, message: error.message, cancelled: error.cancelled });
    } finally {
      source.dispose();
      this.#requests.delete(requestId);
    }
  }

  /** Columns travel through a file that the engine writes: neither side turns them into JSON. */
  async #sendBlock(requestId: number, wanted: BlockRequest): Promise<void> {
    await this.#byNumber(requestId, async (options) => {
      const { block, key, samples, threshold, places, file } = await this.#controller.request("block", wanted, options);
      const bytes = await readFile(file);
      await rm(file, { force: true });
      // Of its own type: VS Code hands a Uint8Array on as bytes, a Buffer as JSON.
      this.#post({ type: "block", requestId, block, key, samples, threshold, places, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) });
    });
  }

  /** @param name of a selection that is made anew, for which the dataset is indexed anew where that is needed */
  async #prune(budget: string, name?: string): Promise<void> {
    this.#running?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.#running = source;
    const show = (progress: Progress | null): void => { this.#post({ type: "progress", progress }); };
    show({ stage: "Selecting", done: 0, total: 0 });
    try {
      const pruned = (): Promise<PruneResult> => this.#controller.request("prune", { budget, ...(name === undefined ? {} : { name }) }, { token: source.token, onProgress: show });
      const result = await pruned().catch(async (thrown: unknown) => {
        if (name === undefined || engineErrorFrom(thrown).code !== "not-indexed") throw thrown;
        await this.#controller.index(source.token);
        return pruned();
      });
      this.#post({ type: "pruned", result });
    } finally {
      show(null);
      source.dispose();
      if (this.#running === source) this.#running = null;
    }
    await this.#controller.refresh();
  }

  async #explain(id: string, selection?: string): Promise<void> {
    const [result, history] = await Promise.all([this.#controller.request("explain", { id, ...(selection === undefined ? {} : { selection }) }), this.#controller.request("history", { id })]);
    this.#remember([result.sample, ...result.neighbors.map((neighbor) => neighbor.sample), ...(result.keeper === null ? [] : [result.keeper.sample])]);
    this.#post({ type: "explanation", result, history });
  }

  async #reveal(id: string): Promise<void> {
    const sample = this.#shown.get(id) ?? (await this.#controller.request("explain", { id })).sample;
    this.#revealed = id;
    await goToSample(this.#controller, this.#marks, sample, this.otherColumn);
  }

  /** The inspector names a place of the list only, so that it can open nothing else. */
  async #revealRejected(index: number): Promise<void> {
    const { state } = this.#controller;
    const place = state.kind === "ready" ? state.summary.rejected[index] : undefined;
    if (place !== undefined) await goToSample(this.#controller, this.#marks, { id: "", file: place.file, line: place.line }, this.otherColumn);
  }

  /** Where what is opened from the inspector comes to stand: beside it. */
  get otherColumn(): vscode.ViewColumn {
    const own = this.#panel?.viewColumn;
    return vscode.window.tabGroups.all.find((group) => group.viewColumn !== own)?.viewColumn ?? vscode.ViewColumn.Beside;
  }

  async #sendThumbnails(ids: readonly string[]): Promise<void> {
    const files = await this.#controller.request("thumbnails", { ids, size: THUMBNAIL_PIXELS });
    // Without a prototype: ids are the dataset's.
    const thumbnails = Object.create(null) as { [id: string]: Uint8Array };
    await Promise.all(ids.map(async (id, i) => {
      const file = files[i];
      // One that was cleared away meanwhile is left out, as one that cannot be made.
      const bytes = file === null ? null : await readFile(file).catch(() => null);
      if (bytes !== null) thumbnails[id] = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice();
    }));
    // Not by URI: a webview fetches each of those by several hops, which takes longer than to scroll past it.
    this.#post({ type: "thumbnails", thumbnails });
  }

  #remember(samples: readonly SampleView[]): void {
    if (this.#shown.size > 50_000) this.#shown.clear();
    for (const sample of samples) this.#shown.set(sample.id, sample);
  }
}

/** Changes when the index does. */
function indexKey({ dataset, summary }: Extract<DatasetState, { kind: "ready" }>): string {
  return `${dataset}\n${summary.indexedAt}\n${summary.threshold.value}`;
}
