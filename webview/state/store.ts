import { type BlockColumns, type BlockName, type ClusterColumns, readBlock, rowsToText, SPLIT_NAMES, withClusterOf } from "../../src/protocol/columns.ts";
import type { DatasetSummary, Progress } from "../../src/protocol/dataset.ts";
import type { BlockMessage, Decisions } from "../../src/protocol/webview.ts";
import { isFiltering, matchingRows, type FilterColumns, type SampleFilter } from "../samples/sampleFilter.ts";
import { sortRows, type SampleSort } from "../samples/sampleOrder.ts";
import type { Channel } from "./channel.ts";
import { RequestError, type Requests } from "./requests.ts";
import { RowSet } from "./rowSet.ts";
import type { ViewMemory } from "./viewState.ts";

/** Parts of the state that pages listen to. "data": another dataset or index; all else of it begins anew. */
export type Topic = "data" | "summary" | "base" | "states" | "clusters" | "order" | "map" | "filter" | "selection" | "focus" | "budget" | "samples";

/** A block that is asked for once: what is there, what is under way, what went wrong. */
export interface Loading {
  readonly progress: Progress | null;
  readonly problem: string | null;
}

/** Largest remembered selection, in characters. */
const MOST_REMEMBERED = 200_000;

type Held = "base" | "states" | "order" | "map";

/** The one state that all pages draw: the dataset in columns, and what the user looks at. */
export class Store {
  readonly channel: Channel;
  readonly requests: Requests;
  readonly memory: ViewMemory;
  readonly #listeners = new Map<Topic, (() => void)[]>();
  readonly #asked = new Map<Held, { drop: () => void }>();
  readonly #loading = new Map<Held | "clusters" | "search", Loading>();
  #summary: DatasetSummary | null = null;
  #stale = false;
  #base: BlockColumns["base"] | null = null;
  #states: BlockColumns["states"] | null = null;
  #clusters: { readonly columns: ClusterColumns; readonly threshold: number } | null = null;
  #clustersAsked: { drop: () => void } | null = null;
  #order: BlockColumns["order"] | null = null;
  #map: BlockColumns["map"] | null = null;
  #selection = new RowSet(0);
  #focus: number | null = null;
  #explainedBy: string | null = null;
  /** Id of the sample whose details are to open as soon as its row is known. */
  #wanted: string | null = null;
  #budget: number | null = null;
  #found: { readonly text: string; readonly rows: Uint32Array } | null = null;
  #searching: { readonly text: string; drop: () => void } | null = null;
  #matching: Uint32Array | null = null;
  #listed: Uint32Array | null = null;

  constructor(channel: Channel, requests: Requests, memory: ViewMemory) {
    this.channel = channel;
    this.requests = requests;
    this.memory = memory;
  }

  on(topics: readonly Topic[], listener: () => void): void {
    for (const topic of topics) this.#listeners.set(topic, [...this.#listeners.get(topic) ?? [], listener]);
  }

  emit(topic: Topic): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  get readOnly(): boolean {
    return this.channel.readOnly;
  }

  /** Null until an index is there. */
  get summary(): DatasetSummary | null {
    return this.#summary;
  }

  /** The files changed since they were indexed. */
  get stale(): boolean {
    return this.#stale;
  }

  get count(): number {
    return this.#summary?.samples ?? 0;
  }

  /** Names of the classes by the code in the column `label`. */
  get classNames(): readonly string[] {
    return this.#summary?.classNames ?? [];
  }

  get base(): BlockColumns["base"] | null {
    return this.#base;
  }

  get states(): BlockColumns["states"] | null {
    return this.#states;
  }

  get clusters(): ClusterColumns | null {
    return this.#clusters?.columns ?? null;
  }

  /** Of the clusters on the screen. */
  get threshold(): number | null {
    return this.#clusters?.threshold ?? null;
  }

  get order(): BlockColumns["order"] | null {
    return this.#order;
  }

  get map(): BlockColumns["map"] | null {
    return this.#map;
  }

  /** Row of the sample in the details; null while they are closed. */
  get focus(): number | null {
    return this.#focus;
  }

  /** The selection by which the sample in the details is explained; null for the current one. */
  get explainedBy(): string | null {
    return this.#explainedBy;
  }

  /** The budget that is being looked at, in samples; null before any is. */
  get budget(): number | null {
    return this.#budget;
  }

  get selection(): RowSet {
    return this.#selection;
  }

  get filter(): SampleFilter {
    return this.memory.state.filter;
  }

  get sort(): SampleSort {
    return this.memory.state.sampleSort;
  }

  loading(what: Held | "clusters" | "search"): Loading | null {
    return this.#loading.get(what) ?? null;
  }

  /** Shows a summary; another index than before makes all columns new. */
  open(summary: DatasetSummary, stale: boolean): void {
    const isOther = this.#summary?.key !== summary.key || this.#summary.dataset !== summary.dataset;
    const rethresholded = this.#summary?.threshold.value !== summary.threshold.value;
    this.#summary = summary;
    this.#stale = stale;
    if (isOther || rethresholded) {
      this.memory.openDataset(summary.dataset);
      this.#forget();
      this.#selection = new RowSet(summary.samples);
      const { selection } = this.memory.state;
      if (selection.key === summary.key) this.#selection.fromText(selection.rows);
      this.need("base");
      this.need("states");
      this.showClusters(this.memory.state.threshold);
      this.#search();
      this.emit("data");
    }
    this.emit("summary");
  }

  /** No index is there any more. */
  close(): void {
    this.#summary = null;
    this.#forget();
    this.#selection = new RowSet(0);
    this.emit("data");
  }

  /** Asks for a block unless it is there or under way; its topic tells when it is. */
  need(block: Held): void {
    if (this.#summary === null || this.#held(block) !== null || this.#asked.has(block)) return;
    this.#ask(block);
  }

  /** Asks for a block that has changed; the old one stays until the new one is there. */
  renew(block: Held): void {
    if (this.#summary === null || (this.#held(block) === null && !this.#asked.has(block))) return;
    this.#asked.get(block)?.drop();
    this.#ask(block);
  }

  /** Stops waiting for a block, as one cancels a map in the making. */
  cancel(block: Held): void {
    this.#asked.get(block)?.drop();
    this.#asked.delete(block);
    this.#loading.delete(block);
    this.emit(block);
  }

  /** Shows the clusters at a threshold; null: at the one in force. */
  showClusters(threshold: number | null): void {
    this.#clustersAsked?.drop();
    const asked = this.requests.ask({ type: "getClusters", threshold }, "block");
    this.#clustersAsked = asked;
    this.#loading.set("clusters", { progress: null, problem: null });
    asked.answer.then((message) => {
      const columns = this.#read("clusters", message);
      this.#loading.delete("clusters");
      if (columns !== null && message.threshold !== null) this.#clusters = { columns: withClusterOf(columns, this.count), threshold: message.threshold };
      this.#refilter();
      this.emit("clusters");
    }, (error: unknown) => { this.#failed("clusters", error); });
  }

  setFilter(change: Partial<SampleFilter>): void {
    this.memory.keep({ filter: { ...this.filter, ...change } });
    this.#search();
    this.#refilter();
  }

  setSort(sampleSort: SampleSort): void {
    this.memory.keep({ sampleSort });
    if (sampleSort === "kept") this.need("order");
    this.#listed = null;
    this.emit("filter");
  }

  /** What a filter looks at; null until the columns are there. */
  get filterColumns(): FilterColumns | null {
    const base = this.#base;
    return base === null ? null : {
      count: this.count, base, states: this.#states, clusters: this.clusters, classNames: this.classNames, splitNames: SPLIT_NAMES,
      found: this.#found?.text === this.filter.text ? this.#found.rows : null, chosen: this.#selection.mask,
    };
  }

  /** Rows that pass the filter, ascending; all of them where nothing is filtered. */
  get matching(): Uint32Array {
    if (this.#matching === null) {
      const columns = this.filterColumns;
      this.#matching = columns === null ? new Uint32Array(0) : matchingRows(this.filter, columns);
    }
    return this.#matching;
  }

  /** The same in the order of the list. */
  get listed(): Uint32Array {
    if (this.#listed === null) {
      const base = this.#base;
      this.#listed = base === null ? this.matching : sortRows(this.matching.slice(), this.sort, { base, clusters: this.clusters, order: this.#order });
    }
    return this.#listed;
  }

  get isFiltering(): boolean {
    return isFiltering(this.filter);
  }

  /** Changes the chosen samples. */
  select(change: (chosen: RowSet) => void): void {
    change(this.#selection);
    const rows = this.#selection.toText();
    this.memory.keep({ selection: { key: this.#summary?.key ?? "", rows: rows.length > MOST_REMEMBERED ? "" : rows } });
    if (this.filter.chosen) this.#refilter();
    this.emit("selection");
  }

  /** Opens the details of a sample, explained by a selection (null: the current one), or closes them. */
  setFocus(row: number | null, explainedBy: string | null = null): void {
    if (row === this.#focus && explainedBy === this.#explainedBy) return;
    this.#focus = row;
    this.#explainedBy = explainedBy;
    this.emit("focus");
  }

  /** Opens the details of a sample whose row is not known. */
  focusById(id: string): void {
    if (this.#focus !== null && this.memory.state.focus === id) return;
    this.#wanted = id;
    this.channel.send({ type: "explain", id });
  }

  /** A sample has been explained: if it was wanted by its id, its details open. */
  explained(id: string, row: number): void {
    if (this.#wanted !== id) return;
    this.#wanted = null;
    this.setFocus(row);
  }

  setBudget(kept: number | null): void {
    if (kept === this.#budget) return;
    this.#budget = kept;
    this.emit("budget");
  }

  /** Writes decisions by hand; the states come back changed. */
  decide(decisions: { readonly [action in Exclude<keyof Decisions, "note">]?: ArrayLike<number> }, note?: string): void {
    if (this.#summary === null || this.readOnly) return;
    // One that is excluded is no keeper any more: the engine would refuse both.
    const unpreferred = Array.from(decisions.exclude ?? []).filter((row) => this.#states?.isPreferred[row] === 1);
    const all = { ...decisions, ...(unpreferred.length === 0 ? {} : { unprefer: [...new Set([...Array.from(decisions.unprefer ?? []), ...unpreferred])] }) };
    const written = Object.fromEntries(Object.entries(all).filter(([, rows]) => rows.length > 0).map(([action, rows]) => [action, rowsToText(Uint32Array.from(rows).sort())]));
    if (Object.keys(written).length === 0) return;
    this.channel.send({ type: "decide", key: this.#summary.key, decisions: { ...written, ...(note === undefined ? {} : { note }) } });
  }

  /** The host says that something no longer holds. */
  outdated(what: "all" | "states"): void {
    if (this.#summary === null) return;
    this.renew("states");
    this.renew("order");
    if (what === "all") {
      this.renew("base");
      this.showClusters(this.memory.state.threshold);
    }
  }

  #held(block: Held): object | null {
    return block === "base" ? this.#base : block === "states" ? this.#states : block === "order" ? this.#order : this.#map;
  }

  #ask(block: Held): void {
    const asked = this.requests.ask({ type: "getBlock", block }, "block", (progress) => {
      this.#loading.set(block, { progress, problem: null });
      this.emit(block);
    });
    this.#asked.set(block, asked);
    this.#loading.set(block, { progress: null, problem: null });
    asked.answer.then((message) => {
      this.#asked.delete(block);
      this.#loading.delete(block);
      this.#take(block, message);
      this.emit(block);
    }, (error: unknown) => {
      this.#asked.delete(block);
      this.#failed(block, error);
    });
  }

  #take(block: Held, message: BlockMessage): void {
    switch (block) {
      case "base":
        this.#base = this.#read("base", message) ?? this.#base;
        break;
      case "states":
        this.#states = this.#read("states", message) ?? this.#states;
        break;
      case "order":
        this.#order = this.#read("order", message) ?? this.#order;
        break;
      case "map":
        this.#map = this.#read("map", message) ?? this.#map;
        return;
    }
    this.#refilter();
  }

  /** Columns of this index; null for those of another, whose successor is under way. */
  #read<B extends BlockName>(block: B, message: BlockMessage): BlockColumns[B] | null {
    return message.block === block && message.key === this.#summary?.key ? readBlock(block, message.places, message.bytes) : null;
  }

  #failed(what: Held | "clusters" | "search", error: unknown): void {
    const problem = error instanceof RequestError ? error.message : String(error);
    if (error instanceof RequestError && error.cancelled) this.#loading.delete(what);
    else this.#loading.set(what, { progress: null, problem });
    this.emit(what === "search" ? "filter" : what);
  }

  /** Looks for the words of the filter, where that has not been done. */
  #search(): void {
    const { text } = this.filter;
    if (this.#searching?.text === text) return;
    // The answer to other words would take the place of what is found.
    this.#searching?.drop();
    this.#searching = null;
    this.#loading.delete("search");
    if (text === "" || this.#found?.text === text) return;
    const asked = this.requests.ask({ type: "search", text }, "block", (progress) => {
      this.#loading.set("search", { progress, problem: null });
      this.emit("filter");
    });
    this.#searching = { text, drop: asked.drop };
    this.#loading.set("search", { progress: null, problem: null });
    asked.answer.then((message) => {
      const columns = this.#read("rows", message);
      this.#loading.delete("search");
      this.#searching = null;
      if (columns !== null) this.#found = { text, rows: columns.rows };
      this.#refilter();
    }, (error: unknown) => {
      this.#searching = null;
      this.#failed("search", error);
    });
  }

  #refilter(): void {
    this.#matching = null;
    this.#listed = null;
    this.emit("filter");
  }

  #forget(): void {
    for (const asked of this.#asked.values()) asked.drop();
    this.#asked.clear();
    this.#clustersAsked?.drop();
    this.#searching?.drop();
    this.#loading.clear();
    this.#base = null;
    this.#states = null;
    this.#clusters = null;
    this.#order = null;
    this.#map = null;
    this.#found = null;
    this.#searching = null;
    this.#focus = null;
    this.#budget = null;
    this.#matching = null;
    this.#listed = null;
  }
}
