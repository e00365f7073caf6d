import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import * as l10n from "@vscode/l10n";
import { verifyAudit } from "../core/audit/auditLog.ts";
import { readConfigFile, resolveConfig, type Config } from "../core/config.ts";
import { findDatasets } from "../core/dataset/findDatasets.ts";
import { isInside } from "../core/dataset/paths.ts";
import { knownThumbnail, writeThumbnail } from "../core/dataset/thumbnail.ts";
import { CancelledError, InfomaxError, messageOf, throwIfCancelled } from "../core/errors.ts";
import { buildIndex, readSource } from "../core/indexing/buildIndex.ts";
import { datasetCacheFolder, indexFile, loadIndex, makeCacheFolder, removeOldCaches, saveIndex } from "../core/indexing/indexCache.ts";
import { sourceSignature } from "../core/indexing/signature.ts";
import { HnswSearch } from "../core/neighbors/hnswSearch.ts";
import { belongsTo, listSelections, notOurs, readSelection, selectionPaths } from "../core/store/selectionFile.ts";
import { writeTextFile } from "../core/store/protectionFile.ts";
import type {
  ApplyPlan, ApplyResult, ApproveParams, AuditParams, AuditResult, CheckParams, CheckResult, DecisionsParams, DecisionsResult, ExportParams, PathMark, PathMarksParams, PinRuleParams, QuarantinedFiles, QuarantinedFilesParams,
  QuarantineParams, QuarantineView, ReviewParams, ReviewResult, ReviewSamplesParams, ReviewSamplesResult, RulesResult, UndoParams, UndoResult,
  BlockParams, BlockResult, ChangesResult, ClustersParams, ClustersResult, CompareParams, CompareReply, ComparisonDefaults, ComparisonParams, CurveParams, CurveResult, DatasetCandidate, DatasetParams, DatasetSummary, DecideParams,
  DecideRowsParams, DownloadEncoderParams, EncoderPlan, EncoderView, EngineMethod, ExcludeParams, ExportComparisonParams, PricingParams, ExplainParams, Explanation, FileStatus, FileStatusParams, HistoryEntry, IncludeParams,
  IndexState, MarksParams, NextProtected, NextProtectedParams, OverviewResult, ParamsOf, PilotParams, PilotResult, PreferParams, Progress, ProtectParams, ProtectResult, PruneParams, PruneResult,
  ReportParams, ReportResult, ResultOf, RowsInFolderParams, SampleMark, SampleRows, SampleParams, SamplesParams, SampleView, SelectionFloor, SelectionFloorParams, SimilarParams, SimilarSample,
  ThumbnailsParams, UnpreferParams, UnprotectParams, UseSelectionParams,
} from "../protocol/engine.ts";
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
import { datasetCurve, nestedOrder } from "./curve.ts";
import { EncoderDownloads } from "./encoders/encoderDownloads.ts";
import { explainSample } from "./explain.ts";
import { sampleHistory } from "./history.ts";
import { LoadedDataset } from "./loadedDataset.ts";
import { datasetMap } from "./map.ts";
import { fileStatuses, marksInLines } from "./marks.ts";
import { datasetOverview } from "./overview.ts";
import { runPilot } from "./pilot.ts";
import { adding, deciding, PinChanges, preferring, removing, soundDecisions } from "./pins.ts";
import { earlierSelection, pruneDataset } from "./prune.ts";
import { writeReport } from "./report/writeReport.ts";
import { searchSamples } from "./searchSamples.ts";
import { clusterView, datasetSummary, sampleView, similarSample } from "./views.ts";

/** How a request is watched and stopped. */
export interface RequestContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The engine's requests but the handshake, each a method of {@link InspectorService}. */
export type ServiceMethod = Exclude<EngineMethod, "initialize">;
type Service = { [M in ServiceMethod]: (params: ParamsOf<M>, context?: RequestContext) => Promise<ResultOf<M>> };

/** Datasets held in memory at once. */
const MOST_LOADED = 2;
const DEFAULT_CURVE_BUDGET = "30%";

/** What writes or moves files of a dataset is done in trusted workspaces alone. */
function requireTrust({ trusted, dataset }: DatasetParams): void {
  if (!trusted) throw new InfomaxError("not-trusted", l10n.t("selections are applied and undone in trusted workspaces only"), l10n.t("Trust the workspace."), { file: dataset });
}

function outdated(dataset: string): InfomaxError {
  return new InfomaxError("not-indexed", l10n.t("the dataset was indexed anew since the view was drawn"), l10n.t("Try again."), { file: dataset });
}

interface Located {
  readonly dataset: string;
  readonly config: Config;
}

async function checksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The work's outcome, or {@link CancelledError} as soon as the signal fires; the work itself sees the signal too. */
async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop = (): void => undefined;
  const cancelled = new Promise<never>((_resolve, reject) => {
    stop = () => { reject(new CancelledError()); };
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** All that the engine and the command line can do. One request on a dataset's index runs at a time. */
export class InspectorService implements Service {
  private readonly storage: string;
  /** By dataset path, the last used last. */
  private readonly loaded = new Map<string, { readonly file: string; readonly value: LoadedDataset }>();
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly pins = new PinChanges();
  /** Index files that could not be read, until they are made again. */
  private readonly damaged = new Set<string>();
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
    this.downloads = new EncoderDownloads(options.storage, process.env);
    this.blocks = new BlockFolder(options.storage);
  }

  findDatasets(params: { readonly folder: string }): Promise<readonly DatasetCandidate[]> {
    return findDatasets(params.folder);
  }

  open(params: DatasetParams, context: RequestContext = {}): Promise<IndexState> {
    return this.exclusive(params, async (located) => {
      const loaded = await this.fromCache(located);
      if (loaded === null) return { state: "missing" };
      return { state: "ready", summary: await datasetSummary(loaded), stale: !await this.isFresh(loaded, located, context.signal) };
    }, context.signal);
  }

  index(params: DatasetParams, context: RequestContext = {}): Promise<DatasetSummary> {
    return this.exclusive(params, async (located) => {
      const known = await this.fromCache(located);
      if (known !== null && await this.isFresh(known, located, context.signal)) return datasetSummary(known);
      const wasDamaged = this.damaged.delete(indexFile(this.storage, located.dataset, located.config));
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
      const summary = await datasetSummary(await this.remember(located, file, await LoadedDataset.create(index, await this.savedSelection(located))));
      return wasDamaged ? { ...summary, notes: [...summary.notes, l10n.t("The index in the cache was damaged and has been made again")] } : summary;
    }, context.signal);
  }

  async clusters(params: ClustersParams, context: RequestContext = {}): Promise<ClustersResult> {
    return this.withIndex(params, async ({ loaded }) => {
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
    const { loaded, config } = await this.ready(params);
    return datasetCurve(loaded, config, params.budget ?? DEFAULT_CURVE_BUDGET, params.strategies ?? [], context.signal === undefined ? {} : { signal: context.signal });
  }

  async compare(params: CompareParams, context: RequestContext = {}): Promise<CompareReply> {
    const { loaded, config, dataset } = await this.ready(params);
    if (!await this.isFresh(loaded, { dataset, config }, context.signal)) {
      throw new InfomaxError("not-indexed", l10n.t("the dataset changed since it was indexed"), l10n.t("Index it again, then compare."), { file: dataset });
    }
    return loaded.use(() => answerCompare({ storage: this.storage, main: loaded, config, exclusive: (other, work) => this.exclusive(other, work, context.signal) }, params, context));
  }

  async comparisonDefaults(params: DatasetParams): Promise<ComparisonDefaults> {
    const { config, root, dataset } = await this.locate(params);
    return comparisonDefaults(config, { root, path: dataset });
  }

  async comparison(params: ComparisonParams): Promise<ComparisonView | null> {
    const { loaded, dataset } = await this.ready(params);
    return this.comparisons.open(loaded, datasetCacheFolder(this.storage, dataset), params);
  }

  async comparisonPricing(params: PricingParams, context: RequestContext = {}): Promise<ComparisonPricing> {
    const { dataset } = await this.locate(params);
    return this.comparisons.price(datasetCacheFolder(this.storage, dataset), params, context.signal);
  }

  async exportComparison(params: ExportComparisonParams): Promise<{ readonly files: readonly string[] }> {
    const { dataset } = await this.locate(params);
    return this.comparisons.copy(datasetCacheFolder(this.storage, dataset), params);
  }

  async decideRows(params: DecideRowsParams): Promise<ProtectResult> {
    const { key, protect, unprotect, exclude, include, prefer, unprefer, ...rest } = params;
    const { loaded } = await this.ready(params);
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
    const { loaded, config } = await this.ready(params);
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
    const { loaded, config, dataset } = await this.ready(params);
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
    const { dataset } = await this.locate(params);
    return datasetMap(loaded, datasetCacheFolder(this.storage, dataset), {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Laying out the map", done, total }),
    });
  }

  samples(params: SamplesParams): Promise<readonly SampleView[]> {
    return this.withIndex(params, async ({ loaded }) => {
      if (params.key !== indexKey(loaded) || params.rows.some((row) => row >= loaded.index.dataset.count)) throw outdated(params.dataset);
      const seen = await loaded.snapshot();
      return Promise.all(params.rows.map((row) => sampleView(loaded, seen, row)));
    });
  }

  history(params: SampleParams): Promise<readonly HistoryEntry[]> {
    return this.withIndex(params, ({ loaded }) => sampleHistory(loaded, params.id));
  }

  async prune(params: PruneParams, context: RequestContext = {}): Promise<PruneResult> {
    const { loaded, config, dataset } = await this.ready(params);
    if (!await this.isFresh(loaded, { dataset, config }, context.signal)) {
      throw new InfomaxError("not-indexed", l10n.t("the dataset changed since it was indexed"), l10n.t("Index it again, then prune."), { file: dataset });
    }
    const result = await pruneDataset(loaded, config, params, {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Finding keepers", done, total }),
    });
    await this.setSelection(dataset, loaded, result.name);
    return result;
  }

  size(params: DatasetParams, context: RequestContext = {}): Promise<number> {
    return this.exclusive(params, async ({ dataset, config }) => {
      const { count } = await readSource(dataset, config, {
        ...(context.signal === undefined ? {} : { signal: context.signal }),
        onProgress: (done, total) => context.onProgress?.({ stage: "Reading", done, total }),
      });
      return count;
    }, context.signal);
  }

  pilot(params: PilotParams, context: RequestContext = {}): Promise<PilotResult> {
    return this.exclusive(params, async ({ dataset, config }) => {
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
    return this.withIndex(params, ({ loaded }) => datasetOverview(loaded));
  }

  async changes(params: DatasetParams, context: RequestContext = {}): Promise<ChangesResult | null> {
    const { loaded, config, dataset } = await this.ready(params);
    return loaded.use(async () => (await this.isFresh(loaded, { dataset, config }, context.signal) ? null : datasetChanges(loaded, {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Comparing", done, total }),
    })));
  }

  explain(params: ExplainParams): Promise<Explanation> {
    return this.withIndex(params, ({ loaded }) => explainSample(loaded, params.id, params.selection));
  }

  similar(params: SimilarParams, context: RequestContext = {}): Promise<readonly SimilarSample[]> {
    return this.exclusive(params, async (located) => {
      const { loaded } = await this.readyFrom(located);
      return loaded.use(async () => {
        const row = loaded.row(params.id);
        const { matrix } = loaded.index;
        const search = this.searches.get(loaded) ?? await this.searchIndex(located, loaded, context);
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
    return this.pins.change((await this.ready(params)).loaded, [adding("protected", params.ids, params.note)]);
  }

  async unprotect(params: UnprotectParams): Promise<ProtectResult> {
    return this.pins.change((await this.ready(params)).loaded, [removing("protected", params.ids)]);
  }

  async exclude(params: ExcludeParams): Promise<ProtectResult> {
    return this.pins.change((await this.ready(params)).loaded, [adding("excluded", params.ids, params.note)]);
  }

  async include(params: IncludeParams): Promise<ProtectResult> {
    return this.pins.change((await this.ready(params)).loaded, [removing("excluded", params.ids)]);
  }

  async prefer(params: PreferParams): Promise<ProtectResult> {
    const { loaded } = await this.ready(params);
    return this.pins.change(loaded, preferring(params.ids, params.note, await loaded.clusters()));
  }

  async unprefer(params: UnpreferParams): Promise<ProtectResult> {
    return this.pins.change((await this.ready(params)).loaded, [removing("keepers", params.ids)]);
  }

  async decide(params: DecideParams): Promise<ProtectResult> {
    const { loaded } = await this.ready(params);
    return this.pins.change(loaded, deciding(params, await loaded.clusters()));
  }

  marks(params: MarksParams): Promise<readonly SampleMark[]> {
    return this.withIndex(params, ({ loaded }) => marksInLines(loaded, { ...params, file: realPlace(params.dataset, loaded, params.file) }));
  }

  fileStatus(params: FileStatusParams): Promise<readonly FileStatus[]> {
    return this.withIndex(params, ({ loaded }) => fileStatuses(loaded, params.files.map((file) => realPlace(params.dataset, loaded, file))));
  }

  thumbnails(params: ThumbnailsParams): Promise<readonly (string | null)[]> {
    return this.withIndex(params, ({ loaded }) => Promise.all(params.ids.map(async (id) => {
      const row = loaded.rowOf.get(id);
      const { kind } = loaded.index.dataset;
      if (row === undefined || (kind !== "image" && kind !== "pair")) return null;
      const digest = loaded.digestHex(row);
      const folder = path.join(this.storage, "thumbnails");
      const known = await knownThumbnail(digest, params.size, folder);
      if (known !== null) return known;
      try {
        const content = await loaded.content.read(row);
        return "bytes" in content && content.bytes.length > 0 ? await writeThumbnail(content.bytes, digest, params.size, folder) : null;
      } catch {
        // The file went or changed since it was indexed: the view shows its place empty.
        return null;
      }
    })));
  }

  rules(params: DatasetParams, context: RequestContext = {}): Promise<RulesResult> {
    return this.withIndex(params, ({ loaded }) => tryRules(loaded, context.signal));
  }

  async pinRule(params: PinRuleParams): Promise<ProtectResult> {
    const { loaded } = await this.ready(params);
    return this.pins.change(loaded, [await pinningRule(loaded, params.rule)]);
  }

  decisions(params: DecisionsParams): Promise<DecisionsResult> {
    return this.withIndex(params, ({ loaded }) => listDecisions(loaded, params));
  }

  pathMarks(params: PathMarksParams): Promise<readonly PathMark[]> {
    return this.withIndex(params, ({ loaded }) => pathMarksInLines(loaded, params));
  }

  rowsInLines(params: MarksParams): Promise<SampleRows> {
    return this.withIndex(params, ({ loaded }) => rowsInLines(loaded, { ...params, file: realPlace(params.dataset, loaded, params.file) }));
  }

  async rowsInFolder(params: RowsInFolderParams): Promise<SampleRows> {
    const { loaded } = await this.ready(params);
    return rowsInFolder(loaded, realPlace(params.dataset, loaded, params.folder));
  }

  nextProtected(params: NextProtectedParams): Promise<NextProtected | null> {
    return this.withIndex(params, ({ loaded }) => nextProtected(loaded, { ...params, file: realPlace(params.dataset, loaded, params.file) }));
  }

  review(params: ReviewParams): Promise<ReviewResult> {
    return this.withIndex(params, ({ loaded }) => reviewSelection(loaded, params));
  }

  reviewSamples(params: ReviewSamplesParams): Promise<ReviewSamplesResult> {
    return this.withIndex(params, ({ loaded }) => listReviewed(loaded, params));
  }

  approve(params: ApproveParams): Promise<null> {
    return this.withIndex(params, ({ loaded }) => approveSelection(loaded, params));
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
    return listQuarantines((await this.locate(params)).root);
  }

  async quarantinedFiles(params: QuarantinedFilesParams): Promise<QuarantinedFiles> {
    return listQuarantined((await this.locate(params)).root, params);
  }

  async undo(params: UndoParams, context: RequestContext = {}): Promise<UndoResult> {
    requireTrust(params);
    return undoQuarantine((await this.locate(params)).root, params, context);
  }

  async audit(params: AuditParams): Promise<AuditResult> {
    return auditOf((await this.locate(params)).root, params.expectHead);
  }

  async check(params: CheckParams, context: RequestContext = {}): Promise<CheckResult> {
    const { loaded, config, dataset } = await this.ready(params);
    if (!await this.isFresh(loaded, { dataset, config }, context.signal)) {
      throw new InfomaxError("not-indexed", l10n.t("the dataset changed since it was indexed"), l10n.t("Index it again, then check it."), { file: dataset });
    }
    return loaded.use(() => checkDataset(loaded, params, context.signal));
  }

  /** Runs what reads or moves the dataset's files to carry out a selection. */
  private async applying<T>(params: DatasetParams, context: RequestContext, work: (loaded: LoadedDataset) => Promise<T>): Promise<T> {
    requireTrust(params);
    const { loaded, config, dataset } = await this.ready(params);
    if (!await this.isFresh(loaded, { dataset, config }, context.signal)) {
      throw new InfomaxError("not-indexed", l10n.t("the dataset changed since it was indexed"), l10n.t("Index it again, then apply the selection."), { file: dataset });
    }
    return loaded.use(() => work(loaded));
  }

  async selections(params: DatasetParams): Promise<readonly string[]> {
    const { root } = await this.locate(params);
    return listSelections(root);
  }

  async selectionFloor(params: SelectionFloorParams): Promise<SelectionFloor> {
    const { loaded } = await this.ready(params);
    const { excluded, protected: pins } = await soundDecisions(loaded);
    const rows = (await earlierSelection(loaded, params.selection)).rows.filter((row) => !excluded.has(row));
    return { kept: rows.length, floor: rows.reduce((sum, row) => sum + (pins.has(row) ? 0 : 1), pins.size) };
  }

  async useSelection(params: UseSelectionParams): Promise<null> {
    const { loaded, dataset } = await this.ready(params);
    if (params.name !== null) {
      const { header } = await readSelection(loaded.index.dataset.root, params.name);
      const { root } = loaded.index.dataset;
      if (!await belongsTo(header, dataset, root)) throw notOurs(header, params.name, dataset, root, l10n.t("Choose another selection."));
    }
    await this.setSelection(dataset, loaded, params.name);
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
  async close(): Promise<void> {
    for (const { value } of this.loaded.values()) await value.close();
    this.loaded.clear();
  }

  private async locate(params: DatasetParams): Promise<Located & { readonly root: string }> {
    const given = path.resolve(params.dataset);
    const found = await stat(given).catch((thrown: unknown) => {
      throw new InfomaxError("not-found", l10n.t("there is no such file or folder"), l10n.t("Check the path."), { file: given }, thrown);
    });
    const dataset = await realpath(given);
    const root = found.isDirectory() ? dataset : path.dirname(dataset);
    return { dataset, root, config: resolveConfig(root, await readConfigFile(root), params.options ?? {}, params.trusted, this.storage) };
  }

  /** Whether nothing changed since a dataset was indexed. */
  private async isFresh(loaded: LoadedDataset, { dataset, config }: Located, signal?: AbortSignal): Promise<boolean> {
    return loaded.index.signature === await sourceSignature(dataset, config, loaded.index.images, signal);
  }

  /** Runs work on one dataset's index after the work before it, whether that failed or not. Cancelling ends the wait at once. */
  private async exclusive<T>(params: DatasetParams, work: (located: Located & { readonly root: string }) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const located = await this.locate(params);
    const before = this.queues.get(located.dataset) ?? Promise.resolve();
    const start = (): Promise<T> => {
      throwIfCancelled(signal);
      return work(located);
    };
    const mine = before.then(start, start);
    this.queues.set(located.dataset, mine.catch(() => undefined));
    return unlessCancelled(mine, signal);
  }

  /** The index from memory or cache; null when there is none that fits the settings. */
  private async fromCache(located: Located & { readonly root: string }): Promise<LoadedDataset | null> {
    const file = indexFile(this.storage, located.dataset, located.config);
    const held = this.loaded.get(located.dataset);
    if (held?.file === file && JSON.stringify(held.value.index.config) === JSON.stringify(located.config)) return held.value;
    let index;
    try {
      index = held?.file === file ? { ...held.value.index, config: located.config } : await loadIndex(file, located.root, located.config);
    } catch (thrown) {
      // A damaged cache is rebuilt: it holds nothing that cannot be made again.
      if (thrown instanceof InfomaxError && thrown.code === "bad-data") {
        this.damaged.add(file);
        return null;
      }
      throw thrown;
    }
    if (index === null) return null;
    return this.remember(located, file, await LoadedDataset.create(index, await this.savedSelection(located)));
  }

  private async remember(located: Located, file: string, value: LoadedDataset): Promise<LoadedDataset> {
    const old = this.loaded.get(located.dataset);
    this.loaded.delete(located.dataset);
    this.loaded.set(located.dataset, { file, value });
    if (old !== undefined) await old.value.close();
    for (const [dataset, { value: oldest }] of this.loaded) {
      if (this.loaded.size <= MOST_LOADED) break;
      this.loaded.delete(dataset);
      await oldest.close();
    }
    return value;
  }

  /** Runs work on a dataset's index, whose files stay open until it ends. */
  private async withIndex<T>(params: DatasetParams, work: (ready: { readonly loaded: LoadedDataset }) => Promise<T>): Promise<T> {
    const ready = await this.ready(params);
    return ready.loaded.use(() => work(ready));
  }

  private async ready(params: DatasetParams): Promise<{ readonly loaded: LoadedDataset; readonly config: Config; readonly dataset: string }> {
    const located = await this.locate(params);
    const held = this.loaded.get(located.dataset)?.value;
    // What is loaded answers at once, also while the dataset is being indexed again.
    if (held !== undefined && JSON.stringify(held.index.config) === JSON.stringify(located.config)) return { loaded: held, config: located.config, dataset: located.dataset };
    return this.exclusive(params, () => this.readyFrom(located));
  }

  private async readyFrom(located: Located & { readonly root: string }): Promise<{ readonly loaded: LoadedDataset; readonly config: Config; readonly dataset: string }> {
    const loaded = await this.fromCache(located);
    if (loaded === null) throw new InfomaxError("not-indexed", l10n.t("the dataset is not indexed with these settings"), l10n.t("Index the dataset first (InfoMax: Index Dataset, or infomax index)."), { file: located.dataset });
    return { loaded, config: located.config, dataset: located.dataset };
  }

  private stateFile(dataset: string): string {
    return path.join(datasetCacheFolder(this.storage, dataset), "state.json");
  }

  /** The selection that was last made or chosen here; else the last that the audit log knows, as a colleague finds it; else the newest file. */
  private async savedSelection({ dataset, root }: Located & { readonly root: string }): Promise<string | null> {
    let saved: unknown;
    try {
      saved = JSON.parse(await readFile(this.stateFile(dataset), "utf8"));
    } catch {
      // No state yet.
      saved = null;
    }
    const names = await listSelections(root);
    if (typeof saved === "object" && saved !== null && "currentSelection" in saved) {
      const { currentSelection } = saved;
      if (currentSelection === null || (typeof currentSelection === "string" && names.includes(currentSelection))) return currentSelection;
    }
    // A clone's files are all as old: the audit log says which was made last. One that cannot be read says nothing here; auditing it does.
    const log = await verifyAudit(root).catch(() => null);
    for (const { event, members } of [...log?.entries ?? []].reverse()) {
      const name = members["selection"];
      if (event !== "selected" || typeof name !== "string" || !names.includes(name)) continue;
      const header = await readSelection(root, name).then((selection) => selection.header, () => null);
      if (header !== null && await belongsTo(header, dataset, root)) return name;
    }
    const dated = await Promise.all(names.map(async (name) => ({ name, time: (await stat(selectionPaths(root, name).selectionFile)).mtimeMs })));
    dated.sort((x, y) => y.time - x.time);
    for (const { name } of dated) {
      const header = await readSelection(root, name).then((selection) => selection.header, () => null);
      if (header !== null && await belongsTo(header, dataset, root)) return name;
    }
    return null;
  }

  private async setSelection(dataset: string, loaded: LoadedDataset, name: string | null): Promise<void> {
    loaded.currentSelection = name;
    await writeTextFile(this.stateFile(dataset), JSON.stringify({ currentSelection: name }) + "\n");
  }

  /** The kept HNSW graph of a dataset: built on first use, then loaded after its checksum was compared. */
  private async searchIndex(located: Located, loaded: LoadedDataset, context: RequestContext): Promise<HnswSearch> {
    const { index } = loaded;
    const folder = datasetCacheFolder(this.storage, located.dataset);
    const key = createHash("sha256").update(`${index.datasetDigest}/${index.encoder.name}/${index.config.pairs}/${index.config.seed}/${index.signature}`).digest("hex").slice(0, 16);
    const file = path.join(folder, `hnsw-${key}.bin`);
    const checksumFile = `${file}.sha256`;
    const expected = await readFile(checksumFile, "utf8").catch(() => null);
    if (expected !== null && await checksum(file).catch(() => null) === expected.trim()) return HnswSearch.load(file, index.matrix.dims);
    const search = await HnswSearch.build(index.matrix, index.config.seed, {
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      onProgress: (done, total) => context.onProgress?.({ stage: "Building the search index", done, total }),
    });
    try {
      await mkdir(folder, { recursive: true });
      await search.save(file);
      await writeFile(checksumFile, `${await checksum(file)}\n`);
    } catch (thrown) {
      throw new InfomaxError("internal", l10n.t("the search index could not be kept ({0})", messageOf(thrown)), l10n.t("Make room in the cache folder."), { file }, thrown);
    }
    return search;
  }
}

/** The real path of a file that the caller names as it named the dataset, through links perhaps. */
function realPlace(given: string, loaded: LoadedDataset, file: string): string {
  const { path: dataset, root } = loaded.index.dataset;
  const from = path.resolve(given);
  const absolute = path.resolve(file);
  if (absolute === from) return dataset;
  const givenRoot = dataset === root ? from : path.dirname(from);
  return isInside(givenRoot, absolute) ? path.join(root, path.relative(givenRoot, absolute)) : absolute;
}
