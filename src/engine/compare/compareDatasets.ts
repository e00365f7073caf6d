import { createHash } from "node:crypto";
import path from "node:path";
import type { Config } from "../../core/config.ts";
import { COMPARISON_FORMAT, COMPARISON_VERSION, type CompareResult, type ComparedRun } from "../../core/comparison/compareResult.ts";
import { costOfCounts, PLACEHOLDER_NOTE, type CostSource } from "../../core/comparison/cost.ts";
import type { CorruptionKind } from "../../core/corruptions/corruption.ts";
import { InfomaxError, throwIfCancelled } from "../../core/errors.ts";
import { isCmmdEncoder } from "../../core/metrics/mmd.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import { soundDecisions } from "../pins.ts";
import { programVersion } from "../programVersion.ts";
import { planOf, readBudget } from "./budgets.ts";
import { chooseWithin } from "./chooseWithin.ts";
import { BASELINE, contendersOf, IMAGE_SEARCH, redrawsOf, TEXT_SEARCH, type Chosen, type Contender } from "./contenders.ts";
import { divideTarget, smallness, strangers, testSizes } from "./judgedTarget.ts";
import { MeasurementCache } from "./measurementCache.ts";
import { SubsetMeter, TASK_TEST, type Labelled, type MeasureInput, type Measurement, type Task } from "./measure.ts";
import { buildPool, type Pool, type PoolSource } from "./pool.ts";
import { digestOfSet, type EmbeddedSet } from "./sets.ts";
import { corruptTarget } from "./shift.ts";
import { statisticsOf } from "./statistics.ts";
import { textGuide } from "./textSearch.ts";
import { readTrained, withTrained, type TrainedAccuracies } from "./trained.ts";
import { utilitiesOf } from "./utilities.ts";

/** What is compared, with all datasets at hand. */
export interface Comparing {
  readonly main: LoadedDataset;
  readonly config: Config;
  /** The first is the main dataset, or the rows of it that are no target. */
  readonly sources: readonly PoolSource[];
  /** Whether the first source is the main dataset whole. */
  readonly isWhole: boolean;
  readonly target: EmbeddedSet;
  readonly shifted: readonly EmbeddedSet[];
  readonly tasks: readonly EmbeddedSet[];
  readonly mixtures: readonly { readonly name: string; readonly shares: readonly number[] }[];
  readonly budgets: readonly string[];
  readonly redraws: number;
  readonly seeds: number;
  /** Null: all. */
  readonly strategies: readonly string[] | null;
  readonly corruptions: readonly CorruptionKind[];
  /** Of the target: where its corrupted vectors are kept. */
  readonly cacheFolder: string;
  /** JSON with accuracies of real training. */
  readonly trained: string | null;
  readonly notes: readonly string[];
}

export interface CompareOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, done: number, total: number) => void;
}

/** A subset as it was chosen. */
export interface SubsetList {
  /** Name of its file, without ending. */
  readonly name: string;
  /** Sorted by code units; of several sources each with the source before a colon. */
  readonly ids: readonly string[];
}

export interface Compared {
  readonly result: CompareResult;
  readonly lists: readonly SubsetList[];
  /** Seconds by what they were spent on. */
  readonly spent: Readonly<Record<string, number>>;
}

const MOST_NAMES = 5;

/**
 * The name of the list of a run: "random-10pct-r0". Where strategies would have the same name (those of the sources "a b" and
 * "a-b", or, for file systems that do not tell case, "A" and "a"), all but the first get a number.
 * @param strategies all names of the comparison, in their order
 */
export function listName(run: { readonly strategy: string; readonly budget: string; readonly redraw: number }, strategies: readonly string[]): string {
  const plain = (text: string): string => text.replace(/\s*%/g, "pct").replace(/[^\p{L}\p{N}_.-]+/gu, "-");
  const alike = strategies.filter((name) => plain(name).toLowerCase() === plain(run.strategy).toLowerCase());
  const at = alike.indexOf(run.strategy);
  return `${plain(run.strategy)}${at > 0 ? `.${at + 1}` : ""}-${plain(run.budget)}-r${run.redraw}`;
}

/** The name of the list of a random choice of another strategy's size: "random-400-USD-n523-r0". */
export function matchedListName({ budget, samples, redraw }: { readonly budget: string; readonly samples: number; readonly redraw: number }, strategies: readonly string[]): string {
  return listName({ strategy: BASELINE, budget: `${budget} n${samples}`, redraw }, strategies);
}

/** SHA-256 of every sorted id and a newline: of the list's file, where it has no prefix. */
function digestOfIds(ids: readonly string[]): string {
  return createHash("sha256").update(ids.map((id) => `${id}\n`).join("")).digest("hex");
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Compares strategies and sources at equal cost. Nothing is written but vectors of corrupted images, to the cache.
 * @throws InfomaxError bad-argument, bad-budget, bad-data, empty-dataset, those of reading and scoring; CancelledError
 */
export async function compareDatasets(comparing: Comparing, options: CompareOptions): Promise<Compared> {
  const { config, main, tasks, shifted, redraws, seeds } = comparing;
  const { signal } = options;
  const spent = new Map<string, number>();
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const done = await work();
    spent.set(what, (spent.get(what) ?? 0) + (performance.now() - start) / 1000);
    return done;
  };
  const stage = (name: string): { signal?: AbortSignal; onProgress: (done: number, total: number) => void } => {
    throwIfCancelled(signal);
    return { ...(signal === undefined ? {} : { signal }), onProgress: (done, total) => options.onProgress?.(name, done, total) };
  };
  const notes = [...comparing.notes];
  const accuracies: TrainedAccuracies | null = comparing.trained === null ? null : await readTrained(comparing.trained);
  // What can be wrong in the question is told before the work begins.
  const { currency } = config.cost;
  const candidates = comparing.sources.reduce((sum, { set }) => sum + set.matrix.rows, 0);
  const budgets = comparing.budgets.map((text) => readBudget(text, candidates, currency));
  if (budgets.every(({ samples }) => samples !== null && samples > candidates)) throw nothingBought(budgets, candidates === 1 ? "there is 1 candidate" : `there are ${candidates.toLocaleString("en-US")} candidates`);
  requireDistinct("two budgets are", budgets.map(({ name }) => name));
  requireDistinct("two of the target, the shifted sets and the tasks are called", [comparing.target, ...shifted, ...tasks].map(({ name }) => name));
  requireDistinct("two mixtures are called", comparing.mixtures.map(({ name }) => name));
  for (const { name, shares } of comparing.mixtures) {
    const sum = shares.reduce((all, share) => all + share, 0);
    if (Math.abs(sum - 1) > 1e-6) throw new InfomaxError("bad-argument", `the shares of the mixture "${name}" add up to ${Number(sum.toFixed(6))}`, "Give shares that add up to 1.");
  }

  const pool = await timed("pool", () => buildPool(main, comparing.isWhole, config, comparing.sources, [comparing.target, ...shifted, ...tasks], 1 + shifted.length, stage));
  notes.push(...pool.notes);
  const wants = (name: string): boolean => comparing.strategies === null || comparing.strategies.includes(name);
  const { guide, judged, aside } = divideTarget(comparing.target, pool.judgedLabels[0], wants(IMAGE_SEARCH), config.seed);
  const texts = wants(TEXT_SEARCH) ? await timed("class texts", () => textGuide(pool, config, stage("Embedding class names"))) : null;
  if (texts !== null && "notes" in texts) notes.push(...texts.notes);
  if (texts !== null && "isNews" in texts && !texts.isNews && comparing.strategies?.includes(TEXT_SEARCH) === true) throw new InfomaxError("bad-argument", `${TEXT_SEARCH} cannot be compared: ${texts.notDefined}`, "Leave it out of the strategies.");
  notes.push(...[comparing.target, ...shifted].flatMap(({ name }, at) => strangers(pool.label, name, pool.judgedLabels[at])));
  notes.push(...smallness(comparing.target.name, judged.label), ...shifted.flatMap(({ name }, at) => smallness(name, pool.judgedLabels[1 + at])), ...tasks.flatMap(({ name, dataset }) => smallness(name, dataset.label, TASK_TEST)));
  const decided = await decisionsOf(main, pool, comparing.mixtures.length > 0, signal);
  notes.push(...decided.notes);
  const corrupted = await timed("corruptions", () => corruptTarget(judged.set, judged.label, comparing.corruptions, config, comparing.cacheFolder, stage("Encoding corrupted images")));
  if ("notDefined" in corrupted) notes.push(`accuracy under corruption is not defined: ${corrupted.notDefined}`);

  const labelled = (set: EmbeddedSet, label: Int32Array): Labelled => ({ name: set.name, matrix: set.matrix, label });
  const input: MeasureInput = {
    pool: { matrix: pool.loaded.index.matrix, label: pool.label, digests: pool.loaded.index.digests }, classes: pool.classNames.length,
    target: labelled(judged.set, judged.label), corrupted: "notDefined" in corrupted ? null : corrupted,
    shifted: shifted.map((set, at) => labelled(set, pool.judgedLabels[1 + at])),
    tasks: tasks.map((set): Task => ({ ...labelled(set, set.dataset.label), classes: set.dataset.labelNames.length })),
    threshold: main.threshold, isCmmd: main.index.dataset.kind === "image" && config.embeddings === null && isCmmdEncoder(main.index.encoder), seed: config.seed, seeds,
  };
  const known = await MeasurementCache.open(comparing.cacheFolder, input);
  const meter = await timed("target", () => SubsetMeter.create(input, signal));
  try {
    const contenders = contendersOf(pool, config, { names: comparing.strategies, mixtures: comparing.mixtures, guide, texts });
    const drawn = await timed("pool", () => redrawsOf(pool, config, decided, redraws, signal));
    const names = contenders.map(({ about }) => about.name);
    const runs: ComparedRun[] = [];
    const matched: CompareResult["matched"] = [];
    const lists: SubsetList[] = [];
    const absent = new Map<string, CompareResult["absent"][number]>();
    /** By budget of money or time, the strategies that have too few samples to spend it on. */
    const soldOut = new Map<string, Set<string>>();
    const steps = drawn.length * contenders.length * budgets.length;
    const { onProgress } = stage("Comparing");
    let step = 0;
    const measure = async (chosen: Uint32Array, list: string): Promise<{ readonly rows: Uint32Array; readonly idsDigest: string; readonly found: Measurement }> => {
      const rows = chosen.slice().sort();
      const ids = Array.from(rows, (row) => listedId(pool, row)).sort(byCodeUnits);
      lists.push({ name: list, ids });
      return { rows, idsDigest: digestOfIds(ids), found: await timed("measuring", () => known.measured(rows, () => meter.measure(rows, signal))) };
    };
    for (const redraw of drawn) {
      /** By budget of money or time: how many samples strategies bought. */
      const bought = new Map<string, Set<number>>();
      for (const contender of contenders) {
        const { name } = contender.about;
        const asked = budgets.flatMap(({ samples }) => samples ?? []);
        const answers = await timed(`choosing ${name}`, async () => {
          const found = asked.length === 0 ? [] : await contender.choose(redraw, asked, signal);
          const all: Chosen[] = [];
          for (const budget of budgets) all.push(budget.samples === null ? await chooseWithin(pool, contender, redraw, budget, currency, signal) : found[asked.indexOf(budget.samples)]);
          return all;
        });
        for (const [at, budget] of budgets.entries()) {
          throwIfCancelled(signal);
          options.onProgress?.(`Comparing ${name} at ${budget.name}`, step, steps);
          step++;
          const chosen = answers[at];
          if ("notDefined" in chosen) {
            absent.set(`${name}\0${budget.name}`, { strategy: name, budget: budget.name, notDefined: chosen.notDefined });
            continue;
          }
          const { rows, idsDigest, found } = await measure(chosen.rows, listName({ strategy: name, budget: budget.name, redraw: redraw.number }, names));
          runs.push(...runsOf(pool, contender, budget.name, redraw.number, rows, idsDigest, found));
          if (chosen.isSoldOut === true) soldOut.set(budget.name, (soldOut.get(budget.name) ?? new Set()).add(name));
          if (budget.samples === null) bought.set(budget.name, (bought.get(budget.name) ?? new Set()).add(rows.length));
        }
      }
      // Where every strategy buys its own number, each is beside as many samples at random.
      for (const [budget, sizes] of bought) {
        for (const run of runs) if (run.budget === budget && run.redraw === redraw.number && run.strategy === BASELINE) sizes.delete(run.samples);
        const wanted = [...sizes].sort((a, b) => a - b);
        const answers = await timed(`choosing ${BASELINE}`, () => Promise.resolve(wanted.length === 0 ? [] : contenders[0].choose(redraw, wanted, signal)));
        for (const [at, samples] of wanted.entries()) {
          const chosen = answers[at];
          if ("notDefined" in chosen) continue;
          throwIfCancelled(signal);
          options.onProgress?.(`Comparing as many samples at random at ${budget}`, step, steps);
          const { idsDigest, found } = await measure(chosen.rows, matchedListName({ budget, samples, redraw: redraw.number }, names));
          matched.push(...found.bySeed.map((own, seed) => ({ budget, redraw: redraw.number, seed, samples, idsDigest, values: { ...found.values, ...own.values }, perClass: own.perClass })));
        }
      }
    }
    onProgress(steps, steps);
    if (runs.length === 0) throw nothingBought(budgets, absent.get(`${BASELINE}\0${budgets[0].name}`)?.notDefined ?? "there is nothing to choose");
    // Of a strategy that some redraws allow and others do not, the runs that there are stand.
    for (const run of runs) absent.delete(`${run.strategy}\0${run.budget}`);

    const trained = accuracies === null ? null : withTrained(runs, matched, accuracies, (run) => ("strategy" in run ? listName(run, names) : matchedListName(run, names)));
    if (trained !== null) {
      if (trained.lists === 0 && comparing.trained !== null) throw noSuchLists(comparing.trained, trained.unknown, lists.map(({ name }) => name));
      notes.push(`accuracies of real training were given for ${trained.lists.toLocaleString("en-US")} of ${lists.length.toLocaleString("en-US")} lists`);
      if (trained.beyond > 0) notes.push(`${trained.beyond.toLocaleString("en-US")} ${trained.beyond === 1 ? "accuracy" : "accuracies"} of real training left out: the accuracies of a list go to its ${seeds === 1 ? "only seed" : `${seeds} seeds in their order`}; more seeds (--seeds) take more`);
      if (trained.unknown.length > 0) notes.push(`accuracies of ${trained.unknown.length === 1 ? "1 list that is" : `${trained.unknown.length.toLocaleString("en-US")} lists that are`} not among these were passed over: ${trained.unknown.slice(0, 3).join(", ")}${trained.unknown.length > 3 ? ", …" : ""}`);
    }
    const utilities = utilitiesOf({ discrepancy: meter.discrepancy, isCorrupted: !("notDefined" in corrupted), shifted: shifted.map(({ name }) => name), tasks: tasks.map(({ name }) => name), isTrained: trained !== null });
    const strategies = contenders.map(({ about }) => about);
    const comparison = { strategies, budgets, utilities, runs: trained?.runs ?? runs, matched: trained?.matched ?? matched, baseline: BASELINE, redraws, seeds };
    const statistics = await timed("statistics", () => statisticsOf(comparison, judged.set.matrix.rows, testSizes(judged.label, input), config.seed, stage("Judging differences")));
    notes.push(...statistics.notes);
    for (const [budget, who] of soldOut) {
      const few = [...who].slice(0, MOST_NAMES).join(", ");
      notes.push(`sold out at ${budget}, as all that it can choose costs less: ${few}${who.size > MOST_NAMES ? ` and ${who.size - MOST_NAMES} more` : ""}`);
    }
    notes.push(...placeholderNotes(pool.sources.map(({ cost }) => cost), budgets.some(({ seconds }) => seconds !== null)));
    if (tasks.length > 0) notes.push("task adaptation: k-NN on the log-probabilities that the subset's probe gives a task's samples, half of which teach; a fixed encoder has learned nothing else from the subset");
    // The digest is of the whole set: which samples guide is the seed's business.
    const set = async (own: EmbeddedSet, role: CompareResult["sets"][number]["role"], whole = own): Promise<CompareResult["sets"][number]> => ({ name: own.name, role, samples: own.matrix.rows, aside: role === "target" ? aside : 0, digest: await digestOfSet(whole) });
    const settings = settingsOf(comparing, budgets.map(({ name }) => name), createHash("sha256").update(decided.isProtected).update(decided.isExcluded).digest("hex").slice(0, 16));
    const result: CompareResult = {
      format: COMPARISON_FORMAT, version: COMPARISON_VERSION, program: await programVersion(),
      encoder: { name: path.isAbsolute(main.index.encoder.name) ? path.basename(main.index.encoder.name) : main.index.encoder.name, dimensions: main.index.encoder.dimensions },
      config: settings, configDigest: createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16),
      seed: config.seed, redraws, seeds, currency, baseline: BASELINE, classes: [...pool.classNames],
      sources: pool.sources.map(({ set: own, kind, cost }, at) => ({
        name: own.name, kind, samples: pool.sourceSizes[at], digest: pool.sourceDigests[at], leaked: pool.leaked[at], labelKind: cost.labelKind, access: cost.access, prices: cost.prices, placeholders: [...cost.placeholders],
      })),
      sets: [await set(judged.set, "target", comparing.target), ...await Promise.all([...shifted.map((own) => set(own, "shifted")), ...tasks.map((own) => set(own, "task"))])],
      budgets, utilities, strategies, runs: comparison.runs, matched: comparison.matched, absent: [...absent.values()], summaries: [...statistics.summaries], correlations: [...statistics.correlations], notes,
    };
    for (const [what, milliseconds] of meter.spent) spent.set(`measuring: ${what}`, milliseconds / 1000);
    return { result, lists, spent: Object.fromEntries(spent) };
  } finally {
    await meter.close();
  }
}

/** Which prices nobody has given: in money, and in time where time is what is spent. */
function placeholderNotes(sources: readonly CostSource[], isTimed: boolean): string[] {
  const units = isTimed ? ["money", "seconds"] as const : ["money"] as const;
  const named = sources.flatMap(({ name, placeholders }) => {
    const own = placeholders.filter((price) => units.some((unit) => price.endsWith(`.${unit}`))).map((price) => (isTimed ? price.replace(".", " in ") : price.replace(/\..*/, "")));
    return own.length === 0 ? [] : [`${sources.length === 1 ? "" : `of ${name} `}${own.join(", ")}`];
  });
  return named.length === 0 ? [] : [`costs rest on placeholder prices (${named.join("; ")}): ${PLACEHOLDER_NOTE}`];
}

function nothingBought(budgets: readonly { readonly name: string }[], reason: string): InfomaxError {
  const all = budgets.map(({ name }) => name).join(", ");
  return new InfomaxError("bad-budget", `no strategy can choose anything at ${all}: ${reason}`, "Give budgets that something can be had for.");
}

/** Figures that go to no list were meant for another comparison; what was measured is kept, so that the next try is short. */
function noSuchLists(file: string, given: readonly string[], lists: readonly string[]): InfomaxError {
  const problem = given.length === 0 ? "it holds no accuracies" : `none of its lists (${given.slice(0, MOST_NAMES).join(", ")}${given.length > MOST_NAMES ? ", …" : ""}) is one of this comparison`;
  return new InfomaxError("bad-data", problem, `Name lists as --out writes them, such as "${lists[0]}", or by the digest of their ids, and compare at the same budgets.`, { file });
}

function requireDistinct(what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InfomaxError("bad-argument", `${what} "${twice}"`, "Give each once, under a name of its own.");
}

/** Ids as lists name them. */
function listedId(pool: Pool, row: number): string {
  return pool.sources.length === 1 ? pool.ids[row] : `${pool.sources[pool.sourceOf[row]].set.name}:${pool.ids[row]}`;
}

/** What people and rules decided of the main dataset's samples, by the pool's rows. */
async function decisionsOf(main: LoadedDataset, pool: Pool, hasMixtures: boolean, signal: AbortSignal | undefined): Promise<{ readonly isProtected: Uint8Array; readonly isExcluded: Uint8Array; readonly notes: readonly string[] }> {
  const { protected: pinned, excluded } = await soundDecisions(main, signal);
  const isProtected = new Uint8Array(pool.ids.length);
  const isExcluded = new Uint8Array(pool.ids.length);
  for (let row = 0; row < pool.ids.length; row++) {
    if (pool.sourceOf[row] !== 0) continue;
    const own = main.rowOf.get(pool.ids[row]) ?? -1;
    if (pinned.has(own)) isProtected[row] = 1;
    if (excluded.has(own)) isExcluded[row] = 1;
  }
  const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0);
  const [kept, left] = [count(isProtected), count(isExcluded)];
  const lost = pool.sources[0].set.dataset.ids.filter((id) => pinned.has(main.rowOf.get(id) ?? -1)).length - kept;
  const samples = (own: number, what: string): string => `${own.toLocaleString("en-US")} ${what} ${own === 1 ? "sample is" : "samples are"}`;
  return {
    isProtected, isExcluded, notes: [
      ...(kept > 0 ? [`${samples(kept, "protected")} kept by every strategy${hasMixtures || pool.sources.length > 1 ? ", except that mixtures and single sources do not mind them," : ""}, also by the random baseline`] : []),
      ...(lost > 0 ? [`${samples(lost, "protected")} in a set that is judged on, and so no ${lost === 1 ? "candidate" : "candidates"}`] : []),
      ...(left > 0 ? [`${samples(left, "excluded")} no ${left === 1 ? "candidate" : "candidates"}`] : []),
    ],
  };
}

/** One run a seed; what no seed changes is the same in all. */
function runsOf(pool: Pool, contender: Contender, budget: string, redraw: number, rows: Uint32Array, idsDigest: string, found: Measurement): ComparedRun[] {
  const ofSource = pool.sources.map(() => 0);
  for (const row of rows) ofSource[pool.sourceOf[row]]++;
  const plan = planOf(pool, contender, ofSource.map((own) => own / rows.length));
  const cost = costOfCounts(pool.sources.map((source) => source.cost), plan, ofSource).total;
  return found.bySeed.map((own, seed) => ({ strategy: contender.about.name, budget, redraw, seed, samples: rows.length, ofSource, idsDigest, cost, values: { ...found.values, ...own.values }, perClass: own.perClass }));
}

/** What a result depends on besides the data. */
function settingsOf({ config, isWhole, mixtures, strategies, corruptions, redraws, seeds }: Comparing, budgets: readonly string[], decisions: string): CompareResult["config"] {
  const { importanceSource, importanceColumn, aumColumn, dynamics, embeddings, id, label, text, image, neighbors, redundancyWeight, noiseCutoff, threshold, perClass, keeperRule, solver, importanceScale, pairs, partition, partitionSize } = config;
  return {
    budgets: [...budgets], redraws, seeds, strategies: strategies === null ? "all" : [...strategies], corruptions: [...corruptions], mixtures: mixtures.map(({ name, shares }) => ({ name, shares: [...shares] })), heldOut: !isWhole,
    // Files by their names: a result that travels tells no folders.
    importance: typeof importanceSource === "string" ? importanceSource : path.basename(importanceSource.file), importanceColumn, aumColumn, dynamics: dynamics === null ? null : path.basename(dynamics),
    embeddings: embeddings === null ? null : path.basename(embeddings), fields: JSON.stringify({ id, label, text, image }), decisions,
    neighbors, redundancyWeight, noiseCutoff, threshold, perClass, keeperRule, solver, importanceScale, pairs, partition, partitionSize,
  };
}
