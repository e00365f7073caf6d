import { readFile } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { changesSince, type ComparisonChanges } from "../../core/comparison/changesSince.ts";
import { parseCompareResult, type CompareResult, type SOURCE_KINDS } from "../../core/comparison/compareResult.ts";
import { PRICE_PARTS, pricedSource, trainPrice, type LabelKind, type PriceEdits } from "../../core/comparison/cost.ts";
import type { ComparisonSettings } from "../../core/comparison/comparisonConfig.ts";
import { CONFIG_FILE, type Config } from "../../core/config.ts";
import { STRATEGY_NAMES } from "../../core/curation/strategy.ts";
import type { Dataset } from "../../core/dataset/dataset.ts";
import { InfomaxError, messageOf } from "../../core/errors.ts";
import { readPins } from "../../core/store/protectionFile.ts";
import type { Embedded } from "../../core/indexing/buildIndex.ts";
import type { CompareParams, CompareReply, ComparisonDefaults } from "../../protocol/compareRequests.ts";
import type { Progress } from "../../protocol/dataset.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import { compareDatasets, type Comparing } from "./compareDatasets.ts";
import { IMAGE_SEARCH, METHOD, TEXT_SEARCH } from "./contenders.ts";
import { heldOutRows } from "./heldOut.ts";
import type { PoolSource } from "./pool.ts";
import { embeddedSet, takeOfSet, type EmbeddedSet } from "./sets.ts";
import { DEFAULT_CORRUPTIONS } from "./shift.ts";
import { keepComparison } from "./storedComparison.ts";
import { requireComparisonFolder, writeComparison } from "./writeComparison.ts";

const DEFAULT_BUDGETS: readonly string[] = ["5%", "10%", "30%"];
const DEFAULT_REPEATS = 3;

type SourceKind = (typeof SOURCE_KINDS)[number];

/** How samples of each kind of source come by their labels, where nobody says it. */
const LABELS_OF: { readonly [kind in SourceKind]: LabelKind } = {
  "in-house": "experts", "crowd-labelled": "crowd", "schema-matched": "schema-match", "embedding-retrieved": "schema-match", synthetic: "free", other: "experts",
};

/** The dataset that the request names, and how others are embedded. */
export interface ComparisonHost {
  readonly main: LoadedDataset;
  readonly config: Config;
  /** Embeds another dataset with the encoder of the main one. */
  readonly embed: (dataset: string) => Promise<Embedded>;
  /** Where caches of a dataset lie. */
  readonly cacheFolder: (dataset: string) => string;
}

/** Names that `strategies` may hold. */
export const COMPARED_STRATEGIES: readonly string[] = [...STRATEGY_NAMES, METHOD, IMAGE_SEARCH, TEXT_SEARCH];

/**
 * Compares as the request and infomax.json say, the request first; writes what it is asked to write, and keeps the result as the dataset's last one.
 * @throws InfomaxError not-trusted where other files or folders are named in an untrusted workspace; those of {@link compareDatasets}
 */
export async function runComparison(host: ComparisonHost, params: CompareParams, options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress) => void }): Promise<CompareReply> {
  const start = performance.now();
  const { main, config } = host;
  requireTrust(params, config.comparison, main.index.dataset);
  // Read first, so that a wrong file stops the work before it begins.
  const before = params.against === undefined ? null : await earlierResult(params.against);
  const settings = merged(params, config.comparison, main.index.dataset);
  const unknown = settings.strategies?.find((name) => !COMPARED_STRATEGIES.includes(name));
  if (unknown !== undefined) throw new InfomaxError("bad-argument", l10n.t("there is no strategy \"{0}\"", unknown), l10n.t("Choose from {0}.", COMPARED_STRATEGIES.join(", ")));
  if (params.out !== undefined) await requireComparisonFolder(params.out);
  const comparing = await gathered(host, settings, params, (stage) => options.onProgress?.({ stage, done: 0, total: 0 }));
  const { result, lists, spent } = await compareDatasets(comparing, {
    ...(options.signal === undefined ? {} : { signal: options.signal }), onProgress: (stage, done, total) => options.onProgress?.({ stage, done, total }),
  });
  const changes: ComparisonChanges | null = before === null ? null : changesSince(before, result);
  await keepComparison(host.cacheFolder(main.index.dataset.path), result, lists, changes, params.listPrefix ?? "");
  const files = params.out === undefined ? [] : await writeComparison(params.out, result, lists, changes, params.listPrefix ?? "");
  return { result: JSON.stringify(result), strategies: result.strategies.length, changes: changes === null ? null : JSON.stringify(changes), files, spent, seconds: (performance.now() - start) / 1000 };
}

/** Results lie in files, and so do other datasets: a stranger's settings must not lead to them. */
function requireTrust(params: CompareParams, settings: ComparisonSettings, dataset: Dataset): void {
  if (params.trusted) return;
  const names = settings.target !== undefined || [settings.tasks, settings.shifted].some((list) => (list?.length ?? 0) > 0) || (settings.sources ?? []).some((source) => !isItself(source.path, dataset));
  const given = [params.target, params.out, params.against, params.trained].some((own) => own !== undefined) || [params.sources, params.tasks, params.shifted].some((list) => (list?.length ?? 0) > 0);
  if (names || given) throw new InfomaxError("not-trusted", l10n.t("other datasets and files are compared in trusted workspaces only"), l10n.t("Trust the workspace."), names ? { file: CONFIG_FILE } : {});
}

/** What {@link runComparison} does where the request leaves things out. */
export function comparisonDefaults({ comparison, cost }: Config, place: Pick<Dataset, "root" | "path">): ComparisonDefaults {
  const { target, sources, budgets, strategies, redraws, seeds, corruptions } = comparison;
  return {
    target: target ?? null, sources: (sources ?? []).filter((source) => !isItself(source.path, place)).length, budgets: budgets ?? DEFAULT_BUDGETS,
    strategies: strategies?.length ?? null, redraws: redraws ?? DEFAULT_REPEATS, seeds: seeds ?? DEFAULT_REPEATS, corruptions: corruptions !== "none", currency: cost.currency,
  };
}

interface Settings {
  readonly target: string | null;
  /** Path null: the main dataset. */
  readonly sources: readonly (Omit<NonNullable<ComparisonSettings["sources"]>[number], "path"> & { readonly path: string | null })[];
  readonly tasks: readonly { readonly name: string; readonly path: string }[];
  readonly shifted: readonly { readonly name: string; readonly path: string }[];
  readonly mixtures: NonNullable<ComparisonSettings["mixtures"]>;
  readonly budgets: readonly string[];
  readonly redraws: number;
  readonly seeds: number;
  readonly strategies: readonly string[] | null;
  readonly corruptions: Comparing["corruptions"];
}

/** Whether a source's path is none, or that of the dataset. */
function isItself(own: string | undefined, { root, path: dataset }: Pick<Dataset, "root" | "path">): boolean {
  return own === undefined || [root, dataset].includes(path.resolve(root, own));
}

/** Each list of the request replaces that of the file as a whole. */
function merged(params: CompareParams, file: ComparisonSettings, dataset: Dataset): Settings {
  const { root } = dataset;
  const inRoot = <T extends { readonly name: string; readonly path: string }>(list: readonly T[] | undefined): T[] => (list ?? []).map((own) => ({ ...own, path: path.resolve(root, own.path) }));
  const declared = (file.sources ?? []).map(({ path: own, ...rest }) => ({ ...rest, path: own === undefined || isItself(own, dataset) ? null : path.resolve(root, own) }));
  const [first, second] = declared.filter((own) => own.path === null);
  if (second !== undefined) {
    throw new InfomaxError("bad-config", l10n.t("the sources \"{0}\" and \"{1}\" both stand for the dataset itself", first.name, second.name), l10n.t("Give one of them the path of its own samples, or leave it out."), { file: CONFIG_FILE });
  }
  return {
    target: params.target ?? (file.target === undefined ? null : path.resolve(root, file.target)),
    sources: params.sources === undefined ? declared : [...declared.filter((own) => own.path === null), ...params.sources],
    tasks: params.tasks ?? inRoot(file.tasks), shifted: params.shifted ?? inRoot(file.shifted),
    mixtures: params.mixtures?.map(({ name, shares }) => ({ name, shares: { ...shares } })) ?? file.mixtures ?? [],
    budgets: params.budgets ?? file.budgets ?? DEFAULT_BUDGETS,
    redraws: params.redraws ?? file.redraws ?? DEFAULT_REPEATS, seeds: params.seeds ?? file.seeds ?? DEFAULT_REPEATS,
    strategies: params.strategies ?? file.strategies ?? null,
    corruptions: params.corruptions === false || file.corruptions === "none" ? [] : file.corruptions ?? DEFAULT_CORRUPTIONS,
  };
}

async function gathered(host: ComparisonHost, settings: Settings, params: CompareParams, onStage: (stage: string) => void): Promise<Comparing> {
  const { main, config } = host;
  const { dataset } = main.index;
  const notes: string[] = [];
  const own = embeddedSet(mainName(settings, dataset.path), main.index);
  const load = async (name: string, from: string): Promise<EmbeddedSet> => {
    onStage(`Embedding ${name}`);
    if (path.resolve(from) === dataset.path) throw new InfomaxError("bad-argument", l10n.t("\"{0}\" is the dataset itself", name), l10n.t("Name another one."), { file: from });
    const embedded = await host.embed(from);
    const isImported = embedded.sizes === null;
    if (isImported !== (config.embeddings !== null)) {
      throw new InfomaxError("bad-embeddings", isImported ? l10n.t("its vectors were imported, and those of the dataset come from {0}", main.index.encoder.name) : l10n.t("its vectors come from {0}, and those of the dataset were imported", embedded.encoder.name), l10n.t("Compare samples of one kind, embedded alike."), { file: from });
    }
    const { name: encoder, dimensions } = main.index.encoder;
    const isOther = config.embeddings === null && embedded.encoder.name !== encoder;
    if (embedded.matrix.dims !== main.index.matrix.dims || isOther) {
      throw new InfomaxError("bad-embeddings", l10n.t("its vectors come from {0} with {1} dimensions, and those of the dataset from {2} with {3}", embedded.encoder.name, embedded.matrix.dims, encoder, dimensions), l10n.t("Compare samples of one kind, embedded alike."), { file: from });
    }
    return embeddedSet(name, embedded);
  };
  let target: EmbeddedSet;
  let first = own;
  if (settings.target !== null) target = await load(path.basename(settings.target), settings.target);
  else {
    const held = heldOutRows(dataset, config.seed);
    if (held === null) throw new InfomaxError("bad-argument", l10n.t("{0} samples are too few to hold some of them out", dataset.count), l10n.t("Name a target."));
    notes.push(held.note);
    target = { ...takeOfSet(own, held.rows), name: held.name };
    first = takeOfSet(own, held.rest);
  }
  const priced = (set: EmbeddedSet, source: Partial<Settings["sources"][number]>): PoolSource => {
    const kind = source.kind ?? (set === first ? "in-house" : "other");
    const given: PriceEdits = source.prices ?? {};
    // Training costs alike whatever a sample came from, unless the source says otherwise.
    const prices: PriceEdits = config.isTrainingPriced ? { ...given, train: { ...trainPrice(config.cost), ...given.train } } : given;
    return { set, kind, cost: pricedSource(set.name, source.labels ?? LABELS_OF[kind], source.access ?? "in-hand", prices) };
  };
  const declared = settings.sources.find((source) => source.path === null);
  const asked = costsOf(params, [own.name, ...settings.sources.flatMap((source) => (source.path === null ? [] : [source.name]))]);
  const ofMain = asked.get(own.name);
  // What is in the dataset has been got and labelled already; whoever wants it counted says what it cost.
  const isPaid = declared === undefined && ofMain?.labels === undefined && ofMain?.prices?.label === undefined && ofMain?.prices?.acquire === undefined;
  if (isPaid) notes.push(`the samples of "${first.name}" and their labels count as paid for; to count them, give the source prices in infomax.json or by --price`);
  const implicit = { labels: ofMain?.prices?.label === undefined ? "free" : "experts", prices: { acquire: { money: 0, seconds: 0 } } } as const;
  const sources = [priced(first, withCosts(declared ?? implicit, ofMain))];
  for (const source of settings.sources) if (source.path !== null) sources.push(priced(await load(source.name, source.path), withCosts(source, asked.get(source.name))));
  const names = sources.map(({ set }) => set.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InfomaxError("bad-argument", l10n.t("two sources are called \"{0}\"", twice), l10n.t("Name them differently."));
  for (const { set } of sources.slice(1)) notes.push(...await foreignDecisions(set));
  const mixtures = settings.mixtures.map(({ name, shares }) => {
    const lost = Object.keys(shares).find((source) => !names.includes(source));
    if (lost !== undefined) throw new InfomaxError("bad-argument", l10n.t("the mixture \"{0}\" names the source \"{1}\", which there is not", name, lost), l10n.t("The sources are {0}.", names.join(", ")));
    return { name, shares: names.map((source) => shares[source] ?? 0) };
  });
  const tasks: EmbeddedSet[] = [];
  for (const { name, path: from } of settings.tasks) tasks.push(await load(name, from));
  const shifted: EmbeddedSet[] = [];
  for (const { name, path: from } of settings.shifted) shifted.push(await load(name, from));
  if (config.embeddings !== null && (settings.target !== null || tasks.length > 0 || shifted.length > 0 || sources.length > 1)) notes.push("vectors were imported: that all sets come from one encoder is taken on trust");
  return {
    main, config, sources, isWhole: settings.target !== null, target, shifted, tasks, mixtures, budgets: settings.budgets, redraws: settings.redraws, seeds: settings.seeds,
    strategies: settings.strategies, corruptions: settings.corruptions, cacheFolder: host.cacheFolder(target.dataset.path), trained: params.trained ?? null, notes,
  };
}

/** What is to be said of the decisions by hand on another source's samples: only those on the dataset's own hold. */
async function foreignDecisions({ name, dataset }: EmbeddedSet): Promise<string[]> {
  const ids = new Set(dataset.ids);
  const numberOf = async (kind: "protected" | "excluded"): Promise<number> => [...(await readPins(dataset.root, kind)).values()].filter(({ id }) => ids.has(id)).length;
  try {
    const [pinned, excluded] = [await numberOf("protected"), await numberOf("excluded")];
    if (pinned + excluded === 0) return [];
    return [`decisions on samples of "${name}" do not hold here (${pinned.toLocaleString("en-US")} protected, ${excluded.toLocaleString("en-US")} excluded): every sample is a candidate, as only those on the dataset's own count`];
  } catch (thrown) {
    return [`decisions on samples of "${name}" do not hold here, and cannot be read either: ${messageOf(thrown)}`];
  }
}

type SourceCosts = NonNullable<CompareParams["costs"]>[number];

/**
 * What the request says of the costs of each source.
 * @param names of all sources, the dataset's first
 */
function costsOf({ costs }: CompareParams, names: readonly string[]): ReadonlyMap<string, SourceCosts> {
  return new Map((costs ?? []).map((own) => {
    const name = names.find((known) => known === own.source) ?? (names[0] === `${own.source} (dataset)` ? names[0] : undefined);
    if (name === undefined) throw new InfomaxError("bad-argument", l10n.t("prices, labels or access are given for the source \"{0}\", which there is not", own.source), l10n.t("The sources are {0}.", names.join(", ")));
    return [name, own];
  }));
}

/** A source with what the request says over what infomax.json says, price by price. */
function withCosts(source: Partial<Settings["sources"][number]>, costs: SourceCosts | undefined): Partial<Settings["sources"][number]> {
  if (costs === undefined) return source;
  const prices = Object.fromEntries(PRICE_PARTS.flatMap((part) => {
    const own = { ...source.prices?.[part], ...costs.prices?.[part] };
    return Object.keys(own).length === 0 ? [] : [[part, own]];
  }));
  return { ...source, prices, ...(costs.labels === undefined ? {} : { labels: costs.labels }), ...(costs.access === undefined ? {} : { access: costs.access }) };
}

/** The main dataset's name as a source: as declared, else its folder's or file's. */
function mainName({ sources, target }: Settings, dataset: string): string {
  const plain = path.basename(dataset, path.extname(dataset));
  const name = sources.find((source) => source.path === null)?.name ?? (plain === "" ? "dataset" : plain);
  return target !== null && path.basename(target) === name && sources.length > 0 ? `${name} (dataset)` : name;
}

async function earlierResult(file: string): Promise<CompareResult> {
  const text = await readFile(file, "utf8").catch((thrown: unknown) => {
    throw new InfomaxError("not-found", l10n.t("it cannot be read ({0})", messageOf(thrown)), l10n.t("Check the path."), { file }, thrown);
  });
  return parseCompareResult(text, file);
}
