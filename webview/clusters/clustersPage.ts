import * as l10n from "@vscode/l10n";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import type { Inspected, Page } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button, progressRing } from "../controls/toolkit.ts";
import { VirtualList } from "../controls/virtualList.ts";
import { NO_FILTER } from "../samples/sampleFilter.ts";
import { chosenClusters, decisionFor, membersOf, type ClusterAction, type ClusterDecision } from "./clusterDecisions.ts";
import { ClusterKeyboard, keysHelp } from "./clusterKeys.ts";
import { orderedClusters } from "./clusterOrder.ts";
import { clusterRow, fillWaiting, NARROW_EXTRA, ROW_HEIGHT, showChosen, type CardKind } from "./clusterRow.ts";
import { ClusterToolbar } from "./clusterToolbar.ts";
import { LatestOnly } from "./latestOnly.ts";
import { ThresholdControl } from "./thresholdControl.ts";

/** More samples than these change only after a question. */
const MOST_UNASKED = 1000;
/** Below this width, in pixels, a row has its actions under its heading. */
const NARROW = 700;

/** Clusters of near-duplicates, at a threshold that can be moved. */
export class ClustersPage implements Page {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #threshold: ThresholdControl;
  readonly #toolbar: ClusterToolbar;
  readonly #keyboard: ClusterKeyboard;
  readonly #list: VirtualList;
  readonly #notice = h("div", { class: "cluster-notice" });
  readonly #requests: LatestOnly<number | null>;
  #isShown = false;
  #isNarrow = false;
  /** What changed while the page was not on the screen. */
  #isOutdated = true;
  /** Numbers of the clusters in the list, in its order. */
  #listed: Uint32Array = new Uint32Array(0);
  /** The scroll position of the last time has been taken up. */
  #isScrolled = false;
  /** Row of the sample whose cluster was scrolled to last. */
  #revealed: number | null = null;
  /** Names the index whose threshold the slider shows. */
  #thresholdShown = "";
  /** Index in the list of the cluster chosen last, where a range begins. */
  #anchor = 0;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    this.#requests = new LatestOnly((threshold) => {
      store.memory.keep({ threshold });
      store.showClusters(threshold);
    });
    this.#threshold = new ThresholdControl(store.readOnly, (threshold) => {
      this.#toolbar.say("");
      this.#requests.ask(threshold);
    });
    this.#toolbar = new ClusterToolbar(inspected, {
      sort: (clusterSort) => { this.#reorder({ clusterSort }); },
      filter: (clusterFilter) => { this.#reorder({ clusterFilter }); },
      chooseListed: () => { this.#choose(this.#listed, true); },
      act: (action) => { this.#actOnChosen(action); },
    });
    this.element = h("div", { class: "page clusters" });
    this.#list = new VirtualList(this.element, { label: l10n.t("Clusters of near-duplicates"), rowHeight: ROW_HEIGHT.text, render: (index) => this.#render(index) });
    this.element.append(this.#threshold.element, this.#toolbar.choices, keysHelp(store.readOnly), this.#toolbar.line, this.#notice, this.#list.element);
    this.#keyboard = new ClusterKeyboard(this.#list.element, {
      count: () => Math.min(this.#listed.length, this.#list.capacity),
      page: () => Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1),
      indexOf: (row) => Number(row.dataset.index),
      reveal: (index) => this.#reveal(index),
      chooseCluster: (index, isRange) => { this.#chooseCluster(index, isRange); },
      chooseMember: (row) => { this.#chooseMember(row); },
      open: (row) => { store.setFocus(row); },
    });
    this.#list.element.addEventListener("click", (event) => { this.#clicked(event); });
    new ResizeObserver(() => { this.#resized(); }).observe(this.element);

    store.on(["data"], () => { this.#begin(); });
    store.on(["summary"], () => {
      if (store.summary !== null && this.#isShown) this.#drawSummary();
    });
    store.on(["base"], () => { if (this.#isShown) this.#threshold.showNeighbors(store.base?.nearest ?? null); });
    store.on(["clusters"], () => {
      this.#requests.done();
      this.#changed();
    });
    store.on(["states"], () => { this.#changed(); });
    store.on(["samples"], () => { if (this.#isShown) this.#eachRow((row) => { this.#fill(row); }); });
    store.on(["selection"], () => { if (this.#isShown) this.#drawChosen(); });
    store.on(["focus"], () => { if (this.#isShown) this.#drawFocus(); });
  }

  shown(): void {
    this.#isShown = true;
    const { store } = this.#inspected;
    if (store.summary === null) return;
    this.#drawSummary();
    if (this.#isOutdated) {
      this.#isOutdated = false;
      this.#toolbar.drawChoices();
      this.#threshold.showNeighbors(store.base?.nearest ?? null);
      this.#draw();
    } else {
      this.#list.redraw();
      this.#drawChosen();
    }
    // After the scroll position of the last time has come back.
    requestAnimationFrame(() => { requestAnimationFrame(() => { this.#drawFocus(); }); });
  }

  hidden(): void {
    this.#isShown = false;
  }

  get #rowHeight(): number {
    return ROW_HEIGHT[this.#kind] + (this.#isNarrow ? NARROW_EXTRA : 0);
  }

  get #kind(): CardKind {
    const kind = this.#inspected.store.summary?.kind ?? "text";
    return kind === "vector" ? "text" : kind;
  }

  /** Another dataset or index. */
  #begin(): void {
    this.#requests.clear();
    this.#isOutdated = true;
    this.#isScrolled = false;
    this.#revealed = null;
    this.#thresholdShown = "";
    this.#anchor = 0;
    this.#listed = new Uint32Array(0);
    this.#list.reset(0, this.#rowHeight);
    this.#toolbar.say("");
    this.#toolbar.clearCounts();
  }

  #changed(): void {
    if (this.#isShown) this.#draw();
    else this.#isOutdated = true;
  }

  #drawSummary(): void {
    const { store } = this.#inspected;
    if (store.summary === null) return;
    const { key, threshold } = store.summary;
    // While the slider is moved it is ahead of what is remembered: it is set only where the index is another.
    const shown = `${key} ${threshold.value}`;
    if (shown !== this.#thresholdShown) this.#threshold.show(threshold, store.memory.state.threshold);
    this.#thresholdShown = shown;
    this.#toolbar.summaryChanged();
  }

  #draw(): void {
    const { store } = this.#inspected;
    const { clusters, states, memory } = store;
    this.#drawNotice();
    if (clusters === null) {
      this.#toolbar.clearCounts();
      return;
    }
    const before = this.#listed.length;
    this.#listed = orderedClusters(clusters, states, memory.state.clusterSort, memory.state.clusterFilter);
    this.#keyboard.reset();
    const total = clusters.flags.length;
    const extra = clusters.members.length - total;
    this.#keepingFocus(() => {
      if (before === this.#listed.length) this.#list.redraw();
      else this.#list.reset(this.#listed.length, this.#rowHeight);
    });
    this.#toolbar.showCounts(this.#listed.length, total, extra, formatShare(store.count === 0 ? 0 : extra / store.count), this.#list.capacity);
    this.#drawChosen();
    if (this.#isScrolled || this.element.offsetParent === null) return;
    this.#isScrolled = true;
    this.element.scrollTop = memory.state.scroll.clusters;
  }

  /** Loading, empty and failed, in words, where the list is or would be. */
  #drawNotice(): void {
    const { store } = this.#inspected;
    const { clusters, threshold, memory } = store;
    const problem = store.loading("clusters")?.problem ?? null;
    // Tells those who measure which clusters are on the screen.
    if (threshold !== null) this.#list.element.dataset.threshold = threshold.toFixed(3);
    if (problem !== null) {
      const again = button(l10n.t("Try Again"), "secondary", () => {
        this.#notice.replaceChildren(...loadingNodes());
        this.#requests.ask(memory.state.threshold);
      });
      this.#notice.replaceChildren(h("p", { class: "problem", text: l10n.t("The clusters could not be read: {0}", problem), attributes: { role: "alert" } }), again.element);
    } else if (clusters === null) this.#notice.replaceChildren(...loadingNodes());
    else if (clusters.flags.length === 0) {
      this.#notice.replaceChildren(h("p", { text: l10n.t("No two samples are as similar as {0}: there are no near-duplicates at this threshold.", (threshold ?? 1).toFixed(3)) }));
    } else if (orderedClusters(clusters, store.states, "size", memory.state.clusterFilter).length === 0) {
      const all = button(l10n.t("Show All Clusters"), "secondary", () => {
        this.#reorder({ clusterFilter: "all" });
        this.#toolbar.drawChoices();
      });
      this.#notice.replaceChildren(h("p", { text: l10n.t("No cluster is of the kind that is to be shown.") }), all.element);
    } else this.#notice.replaceChildren();
  }

  #render(index: number): HTMLElement {
    const { store } = this.#inspected;
    const { clusters } = store;
    if (clusters === null) return h("div");
    const row = clusterRow(this.#inspected, clusters, this.#listed[index], this.#kind, {
      act: (action, cluster) => { this.#act(decisionFor(action, [cluster], clusters, this.#states, true), action); },
      listMembers: (member) => {
        store.setFilter({ ...NO_FILTER, clusterWith: member });
        this.#inspected.goTo("samples");
      },
    });
    row.dataset.index = String(index);
    this.#keyboard.adopt(row, index);
    this.#markFocus(row);
    return row;
  }

  get #states(): NonNullable<Inspected["store"]["states"]> {
    const { states } = this.#inspected.store;
    if (states === null) throw new Error("Actions are there only when the states are.");
    return states;
  }

  #fill(row: HTMLElement): void {
    const { clusters } = this.#inspected.store;
    if (clusters === null || row.querySelector(".waiting") === null) return;
    fillWaiting(this.#inspected, clusters, row, this.#kind);
    this.#keyboard.adopt(row, Number(row.dataset.index));
    this.#markFocus(row);
  }

  #eachRow(visit: (row: HTMLElement) => void): void {
    for (const row of this.#list.element.querySelectorAll<HTMLElement>(".cluster-row")) visit(row);
  }

  /** A control that goes as its row is drawn anew leaves the focus to its card, or to its row. */
  #keepingFocus(draw: () => void): void {
    const active = document.activeElement;
    const row = active?.closest<HTMLElement>(".cluster-row") ?? null;
    const member = active?.closest<HTMLElement>(".card")?.dataset.key ?? "row";
    draw();
    if (row === null || this.#list.element.contains(document.activeElement)) return;
    const again = this.#list.rowAt(Math.min(Number(row.dataset.index), this.#listed.length - 1));
    (again?.querySelector<HTMLElement>(`[data-key="${member}"]`) ?? again?.querySelector<HTMLElement>(`[data-key="row"]`))?.focus({ preventScroll: true });
  }

  #reorder(change: { readonly clusterSort?: Parameters<typeof orderedClusters>[2]; readonly clusterFilter?: Parameters<typeof orderedClusters>[3] }): void {
    this.#inspected.store.memory.keep(change);
    this.#anchor = 0;
    this.#toolbar.say("");
    this.#draw();
  }

  #resized(): void {
    const isNarrow = this.element.clientWidth < NARROW;
    if (this.element.clientWidth === 0 || isNarrow === this.#isNarrow) return;
    this.#isNarrow = isNarrow;
    this.element.classList.toggle("narrow", isNarrow);
    this.#keepingFocus(() => { this.#list.reset(this.#listed.length, this.#rowHeight); });
  }

  /** Scrolls a row out from under the line that stays on the screen. */
  #reveal(index: number): HTMLElement | null {
    this.#list.reveal(index);
    const row = this.#list.rowAt(index);
    const hidden = row === null ? 0 : this.#toolbar.line.getBoundingClientRect().bottom - row.getBoundingClientRect().top;
    if (hidden > 0) this.element.scrollTop -= hidden;
    return row;
  }

  // --- Choosing

  #chosen(): Uint32Array {
    const { clusters, selection } = this.#inspected.store;
    return clusters === null || selection.size < 2 ? new Uint32Array(0) : chosenClusters(this.#listed, clusters, selection.mask);
  }

  #drawChosen(): void {
    const { clusters } = this.#inspected.store;
    if (clusters === null) return;
    const chosen = this.#chosen();
    let samples = 0;
    for (const cluster of chosen) samples += clusters.offsets[cluster + 1] - clusters.offsets[cluster];
    this.#toolbar.showChosen(chosen.length, samples, this.#listed.length);
    this.#eachRow((row) => { showChosen(this.#inspected, clusters, row); });
  }

  #choose(numbers: Uint32Array, isChosen: boolean): void {
    const { store } = this.#inspected;
    if (store.clusters === null) return;
    const rows = membersOf(numbers, store.clusters);
    store.select((selection) => { if (isChosen) selection.add(rows); else selection.remove(rows); });
  }

  #chooseCluster(index: number, isRange: boolean): void {
    const { clusters, selection } = this.#inspected.store;
    if (clusters === null) return;
    const own = this.#listed.subarray(index, index + 1);
    const isChosen = isRange || chosenClusters(own, clusters, selection.mask).length === 0;
    const [first, last] = isRange ? [Math.min(this.#anchor, index), Math.max(this.#anchor, index)] : [index, index];
    if (!isRange) this.#anchor = index;
    this.#choose(this.#listed.subarray(first, last + 1), isChosen);
  }

  #chooseMember(row: number): void {
    this.#inspected.store.select((selection) => { if (selection.has(row)) selection.remove([row]); else selection.add([row]); });
  }

  #clicked(event: MouseEvent): void {
    const { target } = event;
    if (!(target instanceof HTMLElement)) return;
    const row = target.closest<HTMLElement>(".cluster-row");
    const card = target.closest<HTMLElement>(".card");
    if (row === null) return;
    if (target.dataset.key === "choose") this.#chooseCluster(Number(row.dataset.index), event.shiftKey);
    else if (card === null || target.closest("button") !== null) return;
    else if (target.matches("input.check") || event.ctrlKey || event.metaKey) this.#chooseMember(Number(card.dataset.row));
    else if (target.closest(".thumbnail") !== null) this.#inspected.store.setFocus(Number(card.dataset.row));
  }

  // --- Deciding

  #actOnChosen(action: ClusterAction): void {
    const { store } = this.#inspected;
    const { clusters, states, summary, threshold } = store;
    if (clusters === null || states === null || summary === null) return;
    // At another threshold than the index's two keepers could be in one cluster of the index, of which one alone can be preferred.
    const decision = decisionFor(action, this.#chosen(), clusters, states, threshold === summary.threshold.value);
    if (decision.changed <= MOST_UNASKED) {
      this.#act(decision, action);
      return;
    }
    const [text, answer] = action === "keepOne" ? [l10n.t("Keep one of each and change {0} samples?", formatCount(decision.changed)), l10n.t("Keep One of Each")]
      : action === "keepAll" ? [l10n.t("Protect {0} samples?", formatCount(decision.changed)), l10n.t("Keep All")]
      : [l10n.t("Take back what was decided about {0} samples?", formatCount(decision.changed)), l10n.t("Undo")];
    this.#toolbar.ask(text, answer, () => { this.#act(decision, action); });
  }

  #act({ lists, changed, protectedStay }: ClusterDecision, action: ClusterAction): void {
    this.#inspected.store.decide(lists);
    const count = formatCount(changed);
    const said = changed === 0 ? l10n.t("Nothing to change.")
      : action === "keepOne" ? l10n.t("{0} excluded.", lists.exclude.length === 1 ? l10n.t("1 sample") : l10n.t("{0} samples", formatCount(lists.exclude.length)))
      : action === "keepAll" ? (changed === 1 ? l10n.t("1 sample protected.") : l10n.t("{0} samples protected.", count))
      : changed === 1 ? l10n.t("1 sample is undecided again.") : l10n.t("{0} samples are undecided again.", count);
    const staying = protectedStay === 0 ? "" : ` ${protectedStay === 1 ? l10n.t("1 protected member stays.") : l10n.t("{0} protected members stay.", formatCount(protectedStay))}`;
    this.#toolbar.say(`${said}${staying}`);
  }

  // --- The sample in the details

  #markFocus(row: HTMLElement): void {
    const { focus, clusters } = this.#inspected.store;
    const isHere = focus !== null && clusters !== null && clusters.clusterOf[focus] === Number(row.dataset.cluster);
    row.classList.toggle("focused", isHere);
    const body = row.querySelector(".row-body");
    if (isHere) body?.setAttribute("aria-current", "true");
    else body?.removeAttribute("aria-current");
    for (const card of row.querySelectorAll<HTMLElement>(".card")) card.classList.toggle("focused", Number(card.dataset.row) === focus);
  }

  #drawFocus(): void {
    const { focus, clusters } = this.#inspected.store;
    this.#eachRow((row) => { this.#markFocus(row); });
    if (focus === this.#revealed) return;
    this.#revealed = focus;
    const cluster = focus === null || clusters === null ? -1 : clusters.clusterOf[focus];
    const index = cluster < 0 ? -1 : this.#listed.indexOf(cluster);
    if (index < 0 || index >= this.#list.capacity) return;
    const row = this.#reveal(index);
    const card = row?.querySelector<HTMLElement>(".card.focused") ?? null;
    const strip = card?.parentElement ?? null;
    if (card === null || strip === null) return;
    if (card.offsetLeft < strip.scrollLeft || card.offsetLeft + card.offsetWidth > strip.scrollLeft + strip.clientWidth) strip.scrollLeft = card.offsetLeft - 2;
  }
}

function loadingNodes(): readonly HTMLElement[] {
  return [h("div", { class: "loading" }, progressRing(l10n.t("Working")), h("span", { text: l10n.t("Finding clusters…") }))];
}
