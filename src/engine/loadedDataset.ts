import { lstat, stat } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { ContentReader } from "../core/dataset/content.ts";
import { loadHasher, type Hasher } from "../core/dataset/identity.ts";
import { isInside } from "../core/dataset/paths.ts";
import { CancelledError, InfomaxError } from "../core/errors.ts";
import { ranks, scaleImportance } from "../core/importance/scale.ts";
import type { DatasetIndex } from "../core/indexing/datasetIndex.ts";
import { ClusterFinder } from "../core/redundancy/clusterFinder.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";
import { thresholdByEvidence, type ThresholdEvidence } from "../core/redundancy/threshold.ts";
import { exactGroups } from "../core/redundancy/exactGroups.ts";
import type { RuleDecisions } from "../core/rules/decideByRules.ts";
import { contentGraph, contentsOf } from "../core/selection/contents.ts";
import { createGround, type Ground } from "../core/selection/objective.ts";
import { PIN_KINDS, pinFile, pinKey, readPins, type Pin, type PinKind } from "../core/store/protectionFile.ts";
import { belongsTo, readSelection, selectionPaths, type Selection, type SelectionEntry } from "../core/store/selectionFile.ts";
import { translated } from "./coreTexts.ts";
import { RuleBook } from "./ruleBook.ts";

/** A selection by row, as views need it. */
export interface SelectionView {
  readonly name: string;
  readonly selection: Selection;
  /** Entry of each row; undefined for samples that came after the selection was made. */
  readonly entryOf: readonly (SelectionEntry | undefined)[];
}

/** What users and git may change between two requests, as it is now. */
export interface Snapshot {
  /** What is protected by hand, by row. */
  readonly pins: ReadonlyMap<number, Pin>;
  /** What is excluded by hand, by row. */
  readonly excluded: ReadonlyMap<number, Pin>;
  /** What is preferred among its near-duplicates, by row. */
  readonly preferred: ReadonlyMap<number, Pin>;
  /** The row that each pin found, by its pinKey. */
  readonly rowOfPin: ReadonlyMap<string, number>;
  /** Ids of pins whose sample is in the dataset neither by id nor by content. */
  readonly missingPins: readonly string[];
  readonly missingExcluded: readonly string[];
  readonly missingPreferred: readonly string[];
  /** What rules decide; nothing where they cannot be followed. */
  readonly ruled: RuleDecisions;
  /** Why they cannot be followed, or what they contradict; null where they are in order. */
  readonly rulesProblem: InfomaxError | null;
  /** Ascending rows that are protected, and that are excluded, by hand and by rule together. */
  readonly protectedRows: ReadonlySet<number>;
  readonly excludedRows: ReadonlySet<number>;
  readonly selection: SelectionView | null;
  /** Why the selection cannot be shown, where its file is damaged; views go on without it. */
  readonly selectionError: InfomaxError | null;
}

/** A file of decisions matched with the dataset. */
export interface MatchedPins {
  readonly rows: ReadonlyMap<number, Pin>;
  readonly rowOfPin: ReadonlyMap<string, number>;
  readonly missing: readonly string[];
}

/** What is decided of samples, by kind. */
export type Decisions = { readonly [kind in PinKind]: MatchedPins };

interface Stamped<T> {
  readonly stamp: string;
  readonly value: T;
}

/** Two writes within the file system's clock tick may leave the same stamp: what is younger is read again. */
const TICK_MS = 100;

async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  if (found !== null && Math.abs(Date.now() - found.mtimeMs) < TICK_MS) return `new at ${process.hrtime.bigint()}`;
  return found === null ? "none" : `${found.size}/${found.mtimeMs}/${found.ino}`;
}

/** The table that an id made from content names: `<file>#<digest>`. */
function fileInId(id: string): string | undefined {
  return /^(.+)#[0-9a-f]{16}(~\d+)?$/s.exec(id)?.[1];
}

/** Thresholds whose clusters are kept at once: the index's own and the last few tried. */
const KEPT_THRESHOLDS = 4;

/** An index in memory with what is derived from it on demand. Files that users change are read anew when they changed. */
export class LoadedDataset {
  readonly index: DatasetIndex;
  readonly hasher: Hasher;
  readonly rowOf: ReadonlyMap<string, number>;
  readonly importanceRank: Float64Array;
  readonly exact: ReturnType<typeof exactGroups>;
  currentSelection: string | null;
  readonly ruleBook: RuleBook;
  private evidence: ThresholdEvidence | undefined;
  private groundMade: Promise<Ground> | undefined;
  private readonly finder: ClusterFinder;
  private readonly clustersMade = new Map<number, Promise<Clusters>>();
  private readonly pins = new Map<PinKind, Stamped<MatchedPins>>();
  private selection: Stamped<SelectionView | InfomaxError> | undefined;
  private reader: ContentReader | undefined;
  private repeats: ReadonlyMap<string, readonly number[]> | undefined;
  private readonly fileNames: ReadonlySet<string>;
  private users = 0;
  private retired = false;

  private constructor(index: DatasetIndex, hasher: Hasher, currentSelection: string | null) {
    this.index = index;
    this.hasher = hasher;
    this.currentSelection = currentSelection;
    this.rowOf = new Map(index.dataset.ids.map((id, row) => [id, row]));
    this.fileNames = new Set(index.dataset.files);
    this.importanceRank = ranks(index.importance.values);
    this.exact = exactGroups(index.digests);
    this.finder = ClusterFinder.create(index.matrix, index.lists, index.partition);
    this.ruleBook = new RuleBook(this);
  }

  static async create(index: DatasetIndex, currentSelection: string | null): Promise<LoadedDataset> {
    return new LoadedDataset(index, await loadHasher(), currentSelection);
  }

  /** Reads samples; its files stay open while somebody {@link use}s this. */
  get content(): ContentReader {
    this.reader ??= new ContentReader(this.index.dataset);
    return this.reader;
  }

  /** Runs work whose files stay open until it ends, even if this index is replaced meanwhile. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await work();
    } finally {
      this.users--;
      await this.closeUnused();
    }
  }

  /** Closes the files as soon as nobody uses them. */
  async close(): Promise<void> {
    this.retired = true;
    await this.closeUnused();
  }

  private async closeUnused(): Promise<void> {
    if (!this.retired || this.users > 0) return;
    const { reader } = this;
    this.reader = undefined;
    await reader?.close();
  }

  /** Rows of samples whose id carries ~2, ~3, … because another has the same, by the id without it. */
  get repeatsOf(): ReadonlyMap<string, readonly number[]> {
    if (this.repeats === undefined) {
      const repeats = new Map<string, number[]>();
      this.index.dataset.ids.forEach((id, row) => {
        const base = /^(.+)~\d+$/s.exec(id)?.[1];
        if (base === undefined) return;
        const rows = repeats.get(base);
        if (rows === undefined) repeats.set(base, [row]);
        else rows.push(row);
      });
      this.repeats = repeats;
    }
    return this.repeats;
  }

  /** The near-duplicate threshold in force, and what speaks for it: the setting, or the data. */
  get thresholdEvidence(): ThresholdEvidence {
    const { config, lists, encoder } = this.index;
    if (config.threshold !== "auto") return { value: config.threshold, explanation: l10n.t("set in the settings") };
    if (this.evidence === undefined) {
      const { value, explanation } = thresholdByEvidence(lists, encoder.defaultThreshold);
      this.evidence = { value, explanation: translated(explanation) };
    }
    return this.evidence;
  }

  get threshold(): number {
    return this.thresholdEvidence.value;
  }

  /** What every selection here starts from: scaled importance, contents at the threshold in force, K between them. */
  ground(signal?: AbortSignal): Promise<Ground> {
    return this.shared(() => {
      this.groundMade ??= this.makeGround(signal);
      this.groundMade.catch(() => { this.groundMade = undefined; });
      return this.groundMade;
    }, signal);
  }

  private async makeGround(signal: AbortSignal | undefined): Promise<Ground> {
    const { matrix, lists, importance, partition, config } = this.index;
    const contents = contentsOf(matrix.rows, await this.clusters(this.threshold, signal));
    const graph = await contentGraph(matrix, lists, contents, { partition, ...(signal === undefined ? {} : { signal }) });
    return createGround(scaleImportance(importance.values, config.importanceScale), graph, contents);
  }

  /** Near-duplicate clusters at a threshold; made once and kept for the last few thresholds. */
  clusters(threshold = this.threshold, signal?: AbortSignal): Promise<Clusters> {
    return this.shared(() => this.sharedClusters(threshold, signal), signal);
  }

  private async shared<T>(make: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (;;) {
      try {
        return await make();
      } catch (thrown) {
        // The request that began them was cancelled, not this one: begin anew.
        if (!(thrown instanceof CancelledError) || signal?.aborted === true) throw thrown;
      }
    }
  }

  private sharedClusters(threshold: number, signal: AbortSignal | undefined): Promise<Clusters> {
    const known = this.clustersMade.get(threshold);
    if (known !== undefined) return known;
    const made = this.finder.at(threshold, signal === undefined ? {} : { signal });
    this.clustersMade.set(threshold, made);
    made.catch(() => this.clustersMade.delete(threshold));
    for (const old of this.clustersMade.keys()) {
      if (this.clustersMade.size <= KEPT_THRESHOLDS) break;
      if (old !== this.threshold && old !== threshold) this.clustersMade.delete(old);
    }
    return made;
  }

  /** "file" for an image file, "file:line" for a record. */
  place(row: number): string {
    const { dataset } = this.index;
    const file = dataset.files[dataset.fileOf[row]];
    return dataset.firstLine[row] === 0 ? file : `${file}:${dataset.firstLine[row]}`;
  }

  /** The labels of two samples, where both have one and they differ. */
  labelConflict(row: number, keeper: number): { readonly own: string; readonly keeper: string } | null {
    const { label, labelNames } = this.index.dataset;
    return label[row] < 0 || label[keeper] < 0 || label[row] === label[keeper] ? null : { own: labelNames[label[row]], keeper: labelNames[label[keeper]] };
  }

  /** The record that stands on a line given as "file:line". */
  private rowAt(place: string): number | undefined {
    const { dataset } = this.index;
    const match = /^(.+):(\d+)$/s.exec(place);
    const file = match === null ? -1 : dataset.files.indexOf(match[1]);
    if (match === null || file < 0 || dataset.layout !== "table") return undefined;
    const line = Number(match[2]);
    for (let row = 0; row < dataset.count; row++) {
      if (dataset.fileOf[row] === file && dataset.firstLine[row] <= line && line <= dataset.lastLine[row]) return row;
    }
    return undefined;
  }

  /** The row of a sample named by its id, or by "file:line" for a record; or an error that names it. */
  row(id: string): number {
    const row = this.rowOf.get(id) ?? this.rowAt(id);
    if (row === undefined) {
      throw new InfomaxError("not-found", l10n.t("the dataset has no sample \"{0}\"", id), l10n.t("Give an id as the clusters and the selection file print it, or file:line for a record; if the dataset changed, index it again."));
    }
    return row;
  }

  digestHex(row: number): string {
    return this.index.digests[row].toString(16).padStart(16, "0");
  }

  /** Decisions and selection; their files are read again only when they changed. */
  async snapshot(): Promise<Snapshot> {
    const decisions = await this.decisions();
    const { protected: pins, excluded, keepers } = decisions;
    const { ruled, problem, protectedRows, excludedRows } = await this.ruleBook.followed(decisions);
    const selection = await this.selectionView();
    return {
      pins: pins.rows, rowOfPin: pins.rowOfPin, missingPins: pins.missing, excluded: excluded.rows, missingExcluded: excluded.missing,
      preferred: keepers.rows, missingPreferred: keepers.missing, ruled, rulesProblem: problem, protectedRows, excludedRows,
      ...(selection instanceof InfomaxError ? { selection: null, selectionError: selection } : { selection, selectionError: null }),
    };
  }

  /** The file that a new pin of a sample names: its table, where the id field of another table beside it may have the same value. */
  fileOfPin(row: number): string | undefined {
    const { dataset } = this.index;
    return dataset.layout === "table" && dataset.path !== dataset.root && fileInId(dataset.ids[row]) === undefined ? dataset.files[dataset.fileOf[row]] : undefined;
  }

  /** The other table of the same folder that a pin is of, as all their pins stand in one file; undefined if it may be of this dataset. */
  otherTableOf(pin: Pin): string | undefined {
    const { dataset } = this.index;
    const file = pin.file ?? fileInId(pin.id);
    if (file === undefined || (dataset.layout === "table" && dataset.path === dataset.root)) return undefined;
    return this.fileNames.has(file) ? undefined : file;
  }

  /** The decisions of a kind in their file, matched with the samples. */
  async pinned(kind: PinKind = "protected"): Promise<MatchedPins> {
    const { root } = this.index.dataset;
    const stamp = await stampOf(pinFile(root, kind));
    const known = this.pins.get(kind);
    if (known?.stamp === stamp) return known.value;
    const value = await this.matched(await readPins(root, kind));
    this.pins.set(kind, { stamp, value });
    return value;
  }

  async decisions(): Promise<Decisions> {
    const [pins, excluded, keepers] = await Promise.all(PIN_KINDS.map((kind) => this.pinned(kind)));
    return { protected: pins, excluded, keepers };
  }

  /**
   * Pins by row. A pin whose id is gone is found by its content digest; of several copies, each such pin takes its own.
   * A pin of another table never counts, unless that table is gone: it may have been renamed to this one, and nobody else would miss it.
   */
  async matched(pins: ReadonlyMap<string, Pin>): Promise<MatchedPins> {
    const { dataset } = this.index;
    const rows = new Map<number, Pin>();
    const rowOfPin = new Map<string, number>();
    const unmatched: Pin[] = [];
    const isGone = new Map<string, boolean>();
    for (const pin of pins.values()) {
      const other = this.otherTableOf(pin);
      if (other !== undefined) {
        if (dataset.layout === "images") continue;
        if (!isGone.has(other)) isGone.set(other, await this.isGone(other));
        if (isGone.get(other) === true) unmatched.push(pin);
        continue;
      }
      const row = this.rowOf.get(pin.id);
      if (row === undefined || (pin.file !== undefined && pin.file !== dataset.files[dataset.fileOf[row]])) unmatched.push(pin);
      else {
        // Of two pins of one sample, the one that names its file is the narrower.
        if (pin.file !== undefined || !rows.has(row)) rows.set(row, pin);
        rowOfPin.set(pinKey(pin.id, pin.file), row);
      }
    }
    const missing: string[] = [];
    if (unmatched.length > 0) {
      const rowsOfDigest = new Map<string, number[]>(unmatched.map((pin) => [pin.digest, []]));
      for (let row = 0; row < dataset.count; row++) rowsOfDigest.get(this.digestHex(row))?.push(row);
      for (const pin of unmatched) {
        const inFile = pin.file !== undefined && this.fileNames.has(pin.file) ? pin.file : undefined;
        const copies = (rowsOfDigest.get(pin.digest) ?? []).filter((copy) => inFile === undefined || dataset.files[dataset.fileOf[copy]] === inFile);
        const row = copies.find((copy) => !rows.has(copy));
        if (row !== undefined) rows.set(row, pin);
        if (copies.length > 0) rowOfPin.set(pinKey(pin.id, pin.file), row ?? copies[0]);
        else missing.push(pin.id);
      }
    }
    return { rows, rowOfPin, missing };
  }

  /** Whether the folder holds no such table any more. */
  private async isGone(file: string): Promise<boolean> {
    const { root } = this.index.dataset;
    const place = path.resolve(root, file);
    return isInside(root, place) && await lstat(place).then(() => false, (thrown: unknown) => (thrown as NodeJS.ErrnoException).code === "ENOENT");
  }

  /** The selection that views show, null when there is none or its file is gone, or why it cannot be read. */
  private async selectionView(): Promise<SelectionView | InfomaxError | null> {
    const name = this.currentSelection;
    if (name === null) return null;
    const { dataset } = this.index;
    const stamp = `${name}/${await stampOf(selectionPaths(dataset.root, name).selectionFile)}`;
    if (this.selection?.stamp === stamp) return this.selection.value;
    try {
      const selection = await readSelection(dataset.root, name);
      if (!await belongsTo(selection.header, dataset.path, dataset.root)) return null;
      const entryOf = new Array<SelectionEntry | undefined>(dataset.count);
      for (const entry of selection.entries) {
        const row = this.rowOf.get(entry.id);
        if (row !== undefined) entryOf[row] = entry;
      }
      this.selection = { stamp, value: { name, selection, entryOf } };
      return this.selection.value;
    } catch (thrown) {
      if (!(thrown instanceof InfomaxError)) throw thrown;
      if (thrown.code === "not-found") return null;
      this.selection = { stamp, value: thrown };
      return thrown;
    }
  }
}
