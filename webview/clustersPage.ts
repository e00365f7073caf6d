import type { ClusterView, ClustersResult, DatasetSummary } from "../src/protocol/engine.ts";
import { formatCount, plural } from "../src/protocol/words.ts";
import { ROW_HEIGHT, clusterRow, loadingRow } from "./clusterRow.ts";
import { h } from "./dom.ts";
import { keep, send, viewState } from "./host.ts";
import { ThresholdControl } from "./thresholdControl.ts";
import type { Thumbnails } from "./thumbnails.ts";
import { VirtualList } from "./virtualList.ts";
import { pagesOf } from "./virtualWindow.ts";
import type { Rows } from "./virtualWindow.ts";

const PAGE_ROWS = 50;
/** Pages kept in memory around those on the screen. */
const PAGES_KEPT = 40;

let requests = 0;

/** Duplicate clusters, largest first, at a threshold that can be moved. */
export class ClustersPage {
  readonly element: HTMLElement;
  readonly #thumbnails: Thumbnails;
  readonly #threshold: ThresholdControl;
  readonly #list: VirtualList;
  readonly #status: HTMLElement;
  readonly #pages = new Map<number, readonly ClusterView[]>();
  /** Pages that have arrived since the last change of the data. */
  readonly #fresh = new Set<number>();
  /** Page that each request under way asks for. */
  readonly #asked = new Map<number, number>();
  #rows: Rows = { first: 0, end: 0 };
  #total: number | null = null;
  #kind: keyof typeof ROW_HEIGHT = "text";
  #onFirstPage: (() => void) | null = null;

  constructor(thumbnails: Thumbnails) {
    this.#thumbnails = thumbnails;
    this.#threshold = new ThresholdControl((threshold) => {
      keep({ threshold });
      this.#restart();
    });
    this.#status = h("p", { class: "list-status muted", attributes: { "role": "status" } });
    this.#list = new VirtualList("Clusters", ROW_HEIGHT.text, (index) => this.#row(index), (rows) => {
      this.#rows = rows;
      this.#fetch();
    });
    this.element = h("div", { class: "page clusters" }, this.#threshold.element, this.#status, this.#list.element);
  }

  /** Shows a dataset; `onFirstPage` is called once its first clusters are laid out. */
  open(summary: DatasetSummary, onFirstPage: () => void): void {
    this.#kind = summary.kind === "vector" ? "text" : summary.kind;
    this.#onFirstPage = onFirstPage;
    this.update(summary);
    this.#restart();
  }

  /** The summary has changed, the clusters have not. */
  update(summary: DatasetSummary): void {
    this.#threshold.show(summary, viewState().threshold);
  }

  receive(requestId: number, result: ClustersResult): void {
    const page = this.#asked.get(requestId);
    if (page === undefined) return;
    this.#asked.delete(requestId);
    this.#pages.set(page, result.clusters);
    this.#fresh.add(page);
    this.#forgetFarPages(page);
    this.#status.textContent = result.total === 0
      ? `No two samples are as similar as ${result.threshold.toFixed(3)}: there are no near-duplicates at this threshold.`
      : `${plural(result.total, "cluster")} of near-duplicates at ${result.threshold.toFixed(3)} and above, largest first`
        + (result.total > this.#list.capacity ? `; the first ${formatCount(this.#list.capacity)} are listed.` : ".");
    if (this.#total === result.total) this.#list.redraw();
    else {
      this.#total = result.total;
      this.#list.reset(result.total, ROW_HEIGHT[this.#kind]);
    }
    this.#onFirstPage?.();
    this.#onFirstPage = null;
  }

  /** Fetches what is visible again, keeping it on the screen until the answer is there. */
  renew(): void {
    this.#fresh.clear();
    this.#asked.clear();
    if (this.#total === null || this.#total === 0) this.#ask(0);
    else this.#fetch();
  }

  /** The request for clusters has failed: the list stays as it is until it is asked again. */
  failed(): void {
    this.#asked.clear();
    if (this.#total === null) this.#status.textContent = "The clusters could not be read.";
  }

  /** The page has come on the screen. */
  shown(): void {
    this.#list.redraw();
  }

  #restart(): void {
    this.#pages.clear();
    this.#fresh.clear();
    this.#asked.clear();
    this.#total = null;
    this.#rows = { first: 0, end: 0 };
    this.#status.textContent = "Finding clusters…";
    this.#ask(0);
  }

  #fetch(): void {
    const under = new Set(this.#asked.values());
    for (const page of pagesOf(this.#rows, PAGE_ROWS)) if (!this.#fresh.has(page) && !under.has(page)) this.#ask(page);
  }

  #ask(page: number): void {
    const requestId = ++requests;
    this.#asked.set(requestId, page);
    send({ type: "getClusters", requestId, offset: page * PAGE_ROWS, limit: PAGE_ROWS, threshold: viewState().threshold });
  }

  #row(index: number): HTMLElement {
    const cluster = this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
    return cluster === undefined ? loadingRow(index + 1) : clusterRow(cluster, index + 1, this.#thumbnails);
  }

  #forgetFarPages(near: number): void {
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_KEPT) return;
      if (Math.abs(page - near) > PAGES_KEPT / 4) {
        this.#pages.delete(page);
        this.#fresh.delete(page);
      }
    }
  }
}
