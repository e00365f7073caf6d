import { stat } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { findDatasets } from "../core/dataset/findDatasets.ts";
import { InfomaxError, throwIfCancelled } from "../core/errors.ts";
import { buildIndex, readSource } from "../core/indexing/buildIndex.ts";
import { datasetCacheFolder, indexFile, makeCacheFolder, removeOldCaches, saveIndex } from "../core/indexing/indexCache.ts";
import type { HnswSearch } from "../core/neighbors/hnswSearch.ts";
import { belongsTo, notOurs, readSelection } from "../core/store/selectionFile.ts";
import type { ApplyPlan, ApplyResult, ExportParams, QuarantinedFiles, QuarantinedFilesParams, QuarantineParams, QuarantineView, UndoParams, UndoResult } from "../protocol/apply.ts";
import type { CurveParams, CurveResult, PilotParams, PilotResult } from "../protocol/budget.ts";
import type { CompareParams, CompareReply, ComparisonDefaults, ComparisonParams, ExportComparisonParams, PricingParams } from "../protocol/compareRequests.ts";
import type { ChangesResult, DatasetCandidate, DatasetParams, DatasetSummary, IndexState, Progress } from "../protocol/dataset.ts";
import type {
  DecideParams, DecideRowsParams, DecisionsParams, DecisionsResult, ExcludeParams, IncludeParams, PinRuleParams, PreferParams, ProtectParams,
  ProtectResult, RulesResult, UnpreferParams, UnprotectParams,
} from "../protocol/decisions.ts";
import type { DownloadEncoderParams, EncoderPlan, EncoderView } from "../protocol/encoderRequests.ts";
import type { EngineMethod, ParamsOf, ResultOf } from "../protocol/engine.ts";
import type { AuditParams, AuditResult, CheckParams, CheckResult } from "../protocol/checks.ts";
import type { FileStatus, FileStatusParams, MarksParams, NextProtected, NextProtectedParams, PathMark, PathMarksParams, RowsInFolderParams, SampleMark, SampleRows } from "../protocol/marks.ts";
import type { OverviewResult, ReportParams, ReportResult } from "../protocol/overview.ts";
import type { ClustersParams, ClustersResult } from "../protocol/redundancy.ts";
import type { ApproveParams, ReviewParams, ReviewResult, ReviewSamplesParams, ReviewSamplesResult } from "../protocol/review.ts";
import type {
  BlockParams, BlockResult, ExplainParams, Explanation, HistoryEntry, SampleParams, SamplesParams, SampleView, SimilarParams, SimilarSample,
  ThumbnailsParams,
} from "../protocol/samples.ts";
import type { PruneParams, PruneResult, SelectionFloor, SelectionFloorParams, UseSelectionParams } from "../protocol/selection.ts";
import { exportSelection, planExport } from "./apply/exportSelection.ts";
import { listQuarantined, listQuarantines, planQuarantine, quarantineDropped, undoQuarantine } from "./apply/quarantineDropped.ts";
import { auditOf } from "./audit.ts";
import { checkDataset } from "./check.ts";
import { listDecisions } from "./decisions.ts";
import { pathMarksInLines } from "./pathMarks.ts";
import { nextProtected, rowsInFolder, rowsInLines } from "./places.ts";
import { approveSelection, listReviewed, reviewSelection } from "./review/reviewSelection.ts";
import { pinningRule, tryRules } from "./rules.ts";
import { baseColumns, BlockFolder, clusterColumns, indexKey, stateColumns } from "./blocks.ts";
import type { ComparisonPricing, ComparisonView } from "../protocol/comparison.ts";
import { rowsFromText } from "../protocol/columns.ts";
import { answerCompare } from "./compare/compareRequest.ts";
import { comparisonDefaults } from "./compare/runComparison.ts";
import { StoredComparisons } from "./compare/storedComparison.ts";
import { datasetChanges } from "./changes.ts";
import { savedSelection, selectionsOf, setSelection } from "./currentSelection.ts";
import { datasetCurve, nestedOrder } from "./curve.ts";
import { EncoderDownloads } from "./encoders/encoderDownloads.ts";
import { explainSample } from "./explain.ts";
import { sampleHistory } from "./history.ts";
import { keptSearch } from "./keptSearch.ts";
import { LoadedDataset } from "./loadedDataset.ts";
import { LoadedDatasets } from "./loadedDatasets.ts";
import { datasetMap } from "./map.ts";
import { fileStatuses, marksInLines } from "./marks.ts";
import { datasetOverview } from "./overview.ts";
import { runPilot } from "./pilot.ts";
import { adding, deciding, PinChanges, preferring, removing, soundDecisions } from "./pins.ts";
import { earlierSelection, pruneDataset } from "./prune.ts";
import { realPlace } from "./realPlace.ts";
import { writeReport } from "./report/writeReport.ts";
import { searchSamples } from "./searchSamples.ts";
import { thumbnailsOf } from "./thumbnails.ts";
import { unlessCancelled } from "./unlessCancelled.ts";
import { clusterView, datasetSummary, sampleView, similarSample } from "./views.ts";

/** How a request is watched and stopped. */
export interface RequestContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The engine's requests but the handshake, each a method of {@link InspectorService}. */
export type ServiceMethod = Exclude<EngineMethod, "initialize">;
type Service = { [M in ServiceMethod]: (params: ParamsOf<M>, context?: RequestContext) => Promise<ResultOf<M>> };

const DEFAULT_CURVE_BUDGET = "30%";

/** What writes or moves files of a dataset is done in trusted workspaces alone. */
function requireTrust({ trusted, dataset }: DatasetParams): void {
  if (!trusted) throw new InfomaxError("not-trusted", l10n.t("selections are applied and undone in trusted workspaces only"), l10n.t("Trust the workspace."), { file: dataset });
}

function outdated(dataset: string): InfomaxError {
  return new InfomaxError("not-indexed", l10n.t("the dataset was indexed anew since the view was drawn"), l10n.t("Try again."), { file: dataset });
}

/** All that the engine and the command line can do. One request on a dataset's index runs at a time. */
export class InspectorService implements Service {
  private readonly storage: string;
  private readonly datasets: LoadedDatasets;
  private readonly pins = new PinChanges();
  /** The approximate indexes of what is loaded. */
  private readonly searches = new WeakMap<LoadedDataset, HnswSearch>();
  /** The maps being made. */
  private readonly maps = new WeakMap<LoadedDataset, Promise<unknown>>();
  private readonly downloads: EncoderDownloads;
  private readonly blocks: BlockFolder;
  private readonly comparisons = new StoredComparisons();

  /** @param options.storage folder for caches and thumbnails, outside any workspace; made when missing */
  constructor(options: { readonly storage: string }) {
    this.storage = options.storage;
    this.datasets = new LoadedDatasets(options.storage);
    this.downloads = new EncoderDownloads(options.storage, process.env);
    this.blocks = new BlockFolder(options.storage);
  }

  findDatasets(params: { readonly folder: string }): Promise<readonly DatasetCandidate[]> {
    return findDatasets(params.folder);
  }

  open(params: DatasetParams, context: RequestContext = {}): Promise<IndexState> {
    return this.datasets.exclusive(params, async (located) => {
      const loaded = await this.datasets.fromCache(located);
      if (loaded === null) return { state: "missing" };
      return { state: "ready", summary: await datasetSummary(loaded), stale: !await this.datasets.isFresh(loaded, located, context.signal) };
    }, context.signal);
  }

  index(params: DatasetParams, context: RequestContext = {}): Promise<DatasetSummary> {
    return this.datasets.exclusive(params, async (located) => {
      const known = await this.datasets.fromCache(located);
      if (known !== null && await this.datasets.isFresh(known, located, context.signal)) return datasetSummary(known);
      const wasDamaged = this.datasets.damaged.delete(indexFile(this.storage, located.dataset, located.config));
      const folder = datasetCacheFolder(this.storage, located.dataset);
      await makeCacheFolder(folder);
      const index = await buildIndex(located.dataset, located.config, folder, {
        ...(context.signal === undefined ? {} : { signal: context.signal }),
        onProgress: (stage, done, total, pace) => context.onProgress?.({ stage, done, total, ...pace }),
        ...(known === null ? {} : { previous: known.index }),
      });
      throwIfCancelled(context.signal);
      const file = indexFile(this.storage, located.dataset, located.config);
      await saveIndex(file, index);
      await removeOldCaches(folder);
      const summary = await datasetSummary(await this.datasets.remember(located, file, await LoadedDataset.create(index, await savedSelection(this.storage, located))));
      return wasDamaged ? { ...summary, notes: [...summary.notes, l10n.t("The index in the cache was damaged and has been made again")] } : summary;
    }, context.signal);
  }

  async clusters(params: ClustersParams, context: RequestContext = {}): Promise<ClustersResult> {
    return this.datasets.withIndex(params, async ({ loaded }) => {
      const clusters = await loaded.clusters(params.threshold, context.signal);
      const seen = await loaded.snapshot();
      const views = [];
      for (let c = params.offset; c < Math.min(clusters.count, params.offset + params.limit); c++) {
        throwIfCancelled(context.signal);
        views.push(await clusterView(loaded, seen, clusters, c, params.members));
      }
      return { threshold: clusters.threshold, total: clusters.count, offset: params.offset, clusters: views };
    });
  }

  async curve(params: CurveParams, context: RequestContext = {}): Promise<CurveResult> {
    const { loaded, config } = await this.datasets.ready(params);
    return datasetCurve(loaded, config, params.budget ?? DEFAULT_CURVE_BUDGET, params.strategies ?? [], context.signal === undefined ? {} : { signal: context.signal });
  }

  async compare(params: CompareParams, context: RequestContext = {}): Promise<CompareReply> {
    const { loaded, config } = await this.datasets.fresh(params, l10n.t("Index it again, then compare."), context.signal);
    return loaded.use(() => answerCompare({ storage: this.storage, main: loaded, config, exclusive: (other, work) => this.datasets.exclusive(other, work, context.signal) }, params, context));
  }

  async comparisonDefaults(params: DatasetParams): Promise<ComparisonDefaults> {
    const { config, root, dataset } = await this.datasets.locate(params);
    return comparisonDefaults(config, { root, path: dataset });
  }

  async comparison(params: ComparisonParams): Promise<ComparisonView | null> {
    const { loaded, dataset } = await this.datasets.ready(params);
    return this.comparisons.open(loaded, datasetCacheFolder(this.storage, dataset), params);
  }

  async comparisonPricing(params: PricingParams, context: RequestContext = {}): Promise<ComparisonPricing> {
    const { dataset } = await this.datasets.locate(params);
    return this.comparisons.price(datasetCacheFolder(this.storage, dataset), params, context.signal);
  }

  async exportComparison(params: ExportComparisonParams): Promise<{ readonly files: readonly string[] }> {
    const { dataset } = await this.datasets.locate(params);
    return this.comparisons.copy(datasetCacheFolder(this.storage, dataset), params);
  }

  async decideRows(params: DecideRowsParams): Promise<ProtectResult> {
    const { key, protect, unprotect, exclude, include, prefer, unprefer, ...rest } = params;
    const { loaded } = await this.datasets.ready(params);
    if (key !== indexKey(loaded)) throw outdated(params.dataset);
    const { ids, count } = loaded.index.dataset;
    const named = (text = ""): readonly string[] => {
      const rows = rowsFromText(text, count);
      if (rows === null) throw new InfomaxError("bad-argument", l10n.t("the rows of a decision are none of the dataset's"), l10n.t("Reload the window."));
      return Array.from(rows, (row) => ids[row]);
    };
    return this.decide({ ...rest, protect: named(protect), unprotect: named(unprotect), exclude: named(exclude), include: named(include), prefer: named(prefer), unprefer: named(unprefer) });
  }

  async block(params: BlockParams, context: RequestContext = {}): Promise<BlockResult> {
    const { loaded, config } = await this.datasets.ready(params);
    return loaded.use(async () => {
      const { block } = params;
      const about = { block, key: indexKey(loaded), samples: loaded.index.dataset.count, threshold: null };
      switch (params.block) {
        case "base":
          return { ...about, ...await this.blocks.write("base", baseColumns(loaded)) };
        case "states":
          return { ...about, ...await this.blocks.write("states", await stateColumns(loaded, await loaded.snapshot(), config.keeperRule, context.signal)) };
        case "clusters": {
          const clusters = await loaded.clusters(params.threshold, context.signal);
          return { ...about, ...await this.blocks.write("clusters", clusterColumns(loaded, clusters)), threshold: clusters.threshold };
        }
        case "order":
          return { ...about, ...await this.blocks.write("order", { order: await nestedOrder(loaded, config, DEFAULT_CURVE_BUDGET, context.signal) }) };
        case "rows":
          return { ...about, ...await this.blocks.write("rows", {
            rows: await searchSamples(loaded, params.search, {
              ...(context.signal === undefined ? {} : { signal: context.signal }),
              onProgress: (done, total) => context.onProgress?.({ stage: "Searching", done, total }),
            }),
          }) };
        case "map":
          return { ...about, ...await this.blocks.write("map", { xy: await this.map(params, loaded, context) }) };
      }
    });
  }

  async report(params: ReportParams, context: RequestContext = {}): Promise<ReportResult> {
    const { loaded, config, dataset } = await this.datasets.ready(params);
    const comparison = params.comparison === null ? null : await this.comparisons.forReport(loaded, datasetCacheFolder(this.storage, dataset), { ...params, file: params.comparison ?? null });
    return loaded.use(async () => writeReport(loaded, config, {
      file: path.resolve(params.file), strategies: params.strategies ?? [], budget: params.budget ?? DEFAULT_CURVE_BUDGET,
      language: params.language ?? "en", strings: params.strings ?? "", map: await this.map(params, loaded, context), comparison,
    }, context));
  }

  /** The map of a dataset; one at a time is made, and who comes second finds it in the cache. */
  private map(params: DatasetParams, loaded: LoadedDataset, context: RequestContext): Promise<Float32Array> {
    const make = (): Promise<Float32Array> => this.makeMap(params, loaded, context);
    const made = (this.maps.get(loaded) ?? Promise.resolve()).then(make, make);
    this.maps.set(loaded, made.catch(() => undefined));
    return unlessCancelled(made, context.signal);
  }

  private async makeMap(params: DatasetParams, loaded: LoadedDataset, context: RequestContext): Promise<Float32Array> {
    throwIfCancelled(context.signal);
    const { dataset } = await this.datasets.locate(params);
    return datasetMap(loaded, datasetCacheFolder(this.storage, dataset), {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Laying out the map", done, total }),
    });
  }

  samples(params: SamplesParams): Promise<readonly SampleView[]> {
    return this.datasets.withIndex(params, async ({ loaded }) => {
      if (params.key !== indexKey(loaded) || params.rows.some((row) => row >= loaded.index.dataset.count)) throw outdated(params.dataset);
      const seen = await loaded.snapshot();
      return Promise.all(params.rows.map((row) => sampleView(loaded, seen, row)));
    });
  }

  history(params: SampleParams): Promise<readonly HistoryEntry[]> {
    return this.datasets.withIndex(params, ({ loaded }) => sampleHistory(loaded, params.id));
  }

  async prune(params: PruneParams, context: RequestContext = {}): Promise<PruneResult> {
    const { loaded, config, dataset } = await this.datasets.fresh(params, l10n.t("Index it again, then prune."), context.signal);
    const result = await pruneDataset(loaded, config, params, {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Finding keepers", done, total }),
    });
    await setSelection(this.storage, dataset, loaded, result.name);
    return result;
  }

  size(params: DatasetParams, context: RequestContext = {}): Promise<number> {
    return this.datasets.exclusive(params, async ({ dataset, config }) => {
      const { count } = await readSource(dataset, config, {
        ...(context.signal === undefined ? {} : { signal: context.signal }),
        onProgress: (done, total) => context.onProgress?.({ stage: "Reading", done, total }),
      });
      return count;
    }, context.signal);
  }

  pilot(params: PilotParams, context: RequestContext = {}): Promise<PilotResult> {
    return this.datasets.exclusive(params, async ({ dataset, config }) => {
      const folder = datasetCacheFolder(this.storage, dataset);
      await makeCacheFolder(folder);
      const result = await runPilot(dataset, config, folder, params, {
        ...(context.signal === undefined ? {} : { signal: context.signal }),
        onProgress: (stage, done, total, pace) => context.onProgress?.({ stage, done, total, ...pace }),
      });
      const isIndexed = await stat(indexFile(this.storage, dataset, config)).then(() => true, () => false);
      return isIndexed ? { ...result, notes: [...result.notes, l10n.t("An index with these settings is in the cache already: as far as the dataset is unchanged, the run takes less")] } : result;
    }, context.signal);
  }

  overview(params: DatasetParams): Promise<OverviewResult> {
    return this.datasets.withIndex(params, ({ loaded }) => datasetOverview(loaded));
  }

  async changes(params: DatasetParams, context: RequestContext = {}): Promise<ChangesResult | null> {
    const { loaded, config, dataset } = await this.datasets.ready(params);
    return loaded.use(async () => (await this.datasets.isFresh(loaded, { dataset, config }, context.signal) ? null : datasetChanges(loaded, {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Comparing", done, total }),
    })));
  }

  explain(params: ExplainParams): Promise<Explanation> {
    return this.datasets.withIndex(params, ({ loaded }) => explainSample(loaded, params.id, params.selection));
  }

  similar(params: SimilarParams, context: RequestContext = {}): Promise<readonly SimilarSample[]> {
    return this.datasets.exclusive(params, async (located) => {
      const { loaded } = await this.datasets.readyFrom(located);
      return loaded.use(async () => {
        const row = loaded.row(params.id);
        const { matrix } = loaded.index;
        const search = this.searches.get(loaded) ?? await keptSearch(datasetCacheFolder(this.storage, located.dataset), loaded, context);
        this.searches.set(loaded, search);
        const found = await search.search(matrix.data.subarray(row * matrix.dims, (row + 1) * matrix.dims), params.limit + 1, context.signal === undefined ? {} : { signal: context.signal });
        const seen = await loaded.snapshot();
        const answers: SimilarSample[] = [];
        for (let r = 0; r <= params.limit && answers.length < params.limit; r++) {
          if (found.rows[r] >= 0 && found.rows[r] !== row) answers.push(await similarSample(loaded, seen, found.rows[r], found.similarities[r]));
        }
        return answers;
      });
    }, context.signal);
  }

  async protect(params: ProtectParams): Promise<ProtectResult> {
    return this.pins.change((await this.datasets.ready(params)).loaded, [adding("protected", params.ids, params.note)]);
  }

  async unprotect(params: UnprotectParams): Promise<ProtectResult> {
    return this.pins.change((await this.datasets.ready(params)).loaded, [removing("protected", params.ids)]);
  }

  async exclude(params: ExcludeParams): Promise<ProtectResult> {
    return this.pins.change((await this.datasets.ready(params)).loaded, [adding("excluded", params.ids, params.note)]);
  }

  async include(params: IncludeParams): Promise<ProtectResult> {
    return this.pins.change((await this.datasets.ready(params)).loaded, [removing("excluded", params.ids)]);
  }

  async prefer(params: PreferParams): Promise<ProtectResult> {
    const { loaded } = await this.datasets.ready(params);
    return this.pins.change(loaded, preferring(params.ids, params.note, await loaded.clusters()));
  }

  async unprefer(params: UnpreferParams): Promise<ProtectResult> {
    return this.pins.change((await this.datasets.ready(params)).loaded, [removing("keepers", params.ids)]);
  }

  async decide(params: DecideParams): Promise<ProtectResult> {
    const { loaded } = await this.datasets.ready(params);
    return this.pins.change(loaded, deciding(params, await loaded.clusters()));
  }

  marks(params: MarksParams): Promise<readonly SampleMark[]> {
    return this.datasets.withIndex(params, ({ loaded }) => marksInLines(loaded, { ...params, file: realPlace(params.dataset, loaded, params.file) }));
  }

  fileStatus(params: FileStatusParams): Promise<readonly FileStatus[]> {
    return this.datasets.withIndex(params, ({ loaded }) => fileStatuses(loaded, params.files.map((file) => realPlace(params.dataset, loaded, file))));
  }

  thumbnails(params: ThumbnailsParams): Promise<readonly (string | null)[]> {
    return this.datasets.withIndex(params, ({ loaded }) => thumbnailsOf(loaded, params, path.join(this.storage, "thumbnails")));
  }

  rules(params: DatasetParams, context: RequestContext = {}): Promise<RulesResult> {
    return this.datasets.withIndex(params, ({ loaded }) => tryRules(loaded, context.signal));
  }

  async pinRule(params: PinRuleParams): Promise<ProtectResult> {
    const { loaded } = await this.datasets.ready(params);
    return this.pins.change(loaded, [await pinningRule(loaded, params.rule)]);
  }

  decisions(params: DecisionsParams): Promise<DecisionsResult> {
    return this.datasets.withIndex(params, ({ loaded }) => listDecisions(loaded, params));
  }

  pathMarks(params: PathMarksParams): Promise<readonly PathMark[]> {
    return this.datasets.withIndex(params, ({ loaded }) => pathMarksInLines(loaded, params));
  }

  rowsInLines(params: MarksParams): Promise<SampleRows> {
    return this.datasets.withIndex(params, ({ loaded }) => rowsInLines(loaded, { ...params, file: realPlace(params.dataset, loaded, params.file) }));
  }

  async rowsInFolder(params: RowsInFolderParams): Promise<SampleRows> {
    const { loaded } = await this.datasets.ready(params);
    return rowsInFolder(loaded, realPlace(params.dataset, loaded, params.folder));
  }

  nextProtected(params: NextProtectedParams): Promise<NextProtected | null> {
    return this.datasets.withIndex(params, ({ loaded }) => nextProtected(loaded, { ...params, file: realPlace(params.dataset, loaded, params.file) }));
  }

  review(params: ReviewParams): Promise<ReviewResult> {
    return this.datasets.withIndex(params, ({ loaded }) => reviewSelection(loaded, params));
  }

  reviewSamples(params: ReviewSamplesParams): Promise<ReviewSamplesResult> {
    return this.datasets.withIndex(params, ({ loaded }) => listReviewed(loaded, params));
  }

  approve(params: ApproveParams): Promise<null> {
    return this.datasets.withIndex(params, ({ loaded }) => approveSelection(loaded, params));
  }

  exportPlan(params: ExportParams, context: RequestContext = {}): Promise<ApplyPlan> {
    return this.applying(params, context, (loaded) => planExport(loaded, params, context));
  }

  export(params: ParamsOf<"export">, context: RequestContext = {}): Promise<ApplyResult> {
    return this.applying(params, context, (loaded) => exportSelection(loaded, params, context));
  }

  quarantinePlan(params: QuarantineParams, context: RequestContext = {}): Promise<ApplyPlan> {
    return this.applying(params, context, (loaded) => planQuarantine(loaded, params, context));
  }

  quarantine(params: ParamsOf<"quarantine">, context: RequestContext = {}): Promise<ApplyResult> {
    return this.applying(params, context, (loaded) => quarantineDropped(loaded, params, context));
  }

  async quarantines(params: DatasetParams): Promise<readonly QuarantineView[]> {
    return listQuarantines((await this.datasets.locate(params)).root);
  }

  async quarantinedFiles(params: QuarantinedFilesParams): Promise<QuarantinedFiles> {
    return listQuarantined((await this.datasets.locate(params)).root, params);
  }

  async undo(params: UndoParams, context: RequestContext = {}): Promise<UndoResult> {
    requireTrust(params);
    return undoQuarantine((await this.datasets.locate(params)).root, params, context);
  }

  async audit(params: AuditParams): Promise<AuditResult> {
    return auditOf((await this.datasets.locate(params)).root, params.expectHead);
  }

  async check(params: CheckParams, context: RequestContext = {}): Promise<CheckResult> {
    const { loaded } = await this.datasets.fresh(params, l10n.t("Index it again, then check it."), context.signal);
    return loaded.use(() => checkDataset(loaded, params, context.signal));
  }

  /** Runs what reads or moves the dataset's files to carry out a selection. */
  private async applying<T>(params: DatasetParams, context: RequestContext, work: (loaded: LoadedDataset) => Promise<T>): Promise<T> {
    requireTrust(params);
    const { loaded } = await this.datasets.fresh(params, l10n.t("Index it again, then apply the selection."), context.signal);
    return loaded.use(() => work(loaded));
  }

  async selections(params: DatasetParams): Promise<readonly string[]> {
    return selectionsOf(await this.datasets.locate(params));
  }

  async selectionFloor(params: SelectionFloorParams): Promise<SelectionFloor> {
    const { loaded } = await this.datasets.ready(params);
    const { excluded, protected: pins } = await soundDecisions(loaded);
    const rows = (await earlierSelection(loaded, params.selection)).rows.filter((row) => !excluded.has(row));
    return { kept: rows.length, floor: rows.reduce((sum, row) => sum + (pins.has(row) ? 0 : 1), pins.size) };
  }

  async useSelection(params: UseSelectionParams): Promise<null> {
    const { loaded, dataset } = await this.datasets.ready(params);
    if (params.name !== null) {
      const { header } = await readSelection(loaded.index.dataset.root, params.name);
      const { root } = loaded.index.dataset;
      if (!await belongsTo(header, dataset, root)) throw notOurs(header, params.name, dataset, root, l10n.t("Choose another selection."));
    }
    await setSelection(this.storage, dataset, loaded, params.name);
    return null;
  }

  encoders(): Promise<readonly EncoderView[]> {
    return this.downloads.list();
  }

  encoderPlan(params: { readonly name: string }, context: RequestContext = {}): Promise<EncoderPlan> {
    return this.downloads.plan(params.name, context.signal);
  }

  downloadEncoder(params: DownloadEncoderParams, context: RequestContext = {}): Promise<EncoderView> {
    return this.downloads.download(params, context);
  }

  /** Releases files and memory. */
  close(): Promise<void> {
    return this.datasets.close();
  }

}
