import * as l10n from "@vscode/l10n";
import type { DatasetSummary, Progress } from "../../src/protocol/dataset.ts";
import type { InspectorPage, ToWebview } from "../../src/protocol/webview.ts";
import { progressText } from "../../src/protocol/words.ts";
import { BudgetPage } from "../budget/budgetPage.ts";
import { ClustersPage } from "../clusters/clustersPage.ts";
import { ComparePage } from "../compare/comparePage.ts";
import { debounced, h } from "../controls/dom.ts";
import { button, progressRing, registerControls, tabs } from "../controls/toolkit.ts";
import { DetailsPane } from "../details/detailsPane.ts";
import { MapPage } from "../map/mapPage.ts";
import { OverviewPage } from "../overview/overviewPage.ts";
import { ReviewPage } from "../review/reviewPage.ts";
import { SamplesPage } from "../samples/samplesPage.ts";
import type { Channel } from "../state/channel.ts";
import { Requests } from "../state/requests.ts";
import { SampleCache } from "../state/sampleCache.ts";
import { Store } from "../state/store.ts";
import { Thumbnails } from "../state/thumbnails.ts";
import { ViewMemory } from "../state/viewState.ts";
import type { Inspected, Page } from "./page.ts";
import { SelectionBar } from "./selectionBar.ts";
import { TitleBar } from "./titleBar.ts";

/** Builds the inspector in `place` and connects it with its data. */
export function startApp(channel: Channel, place: HTMLElement): void {
  registerControls();
  new App(channel, place).start();
}

class App {
  readonly #channel: Channel;
  readonly #memory: ViewMemory;
  readonly #requests: Requests;
  readonly #store: Store;
  readonly #thumbnails: Thumbnails;
  readonly #budget: BudgetPage;
  readonly #compare: ComparePage;
  readonly #overview: OverviewPage;
  readonly #review: ReviewPage;
  readonly #details: DetailsPane;
  readonly #pages: { readonly [page in InspectorPage]: Page };
  readonly #tabs;
  readonly #progressLine = h("span");
  readonly #progressBar: HTMLElement;
  readonly #failureText = h("span");
  readonly #failureBar: HTMLElement;
  readonly #emptyText = h("p");
  readonly #emptyPage: HTMLElement;
  readonly #indexButton = button(l10n.t("Index Dataset"), "primary", () => { this.#channel.send({ type: "index" }); });
  readonly #content: HTMLElement;

  constructor(channel: Channel, place: HTMLElement) {
    this.#channel = channel;
    this.#memory = new ViewMemory(channel);
    this.#requests = new Requests(channel);
    this.#store = new Store(channel, this.#requests, this.#memory);
    this.#thumbnails = new Thumbnails(channel);
    const inspected: Inspected = {
      store: this.#store, samples: new SampleCache(this.#store), thumbnails: this.#thumbnails,
      goTo: (page) => { this.#tabs.show(page); },
    };
    this.#overview = new OverviewPage(inspected);
    this.#budget = new BudgetPage(inspected);
    this.#compare = new ComparePage(inspected);
    this.#review = new ReviewPage(inspected);
    this.#details = new DetailsPane(inspected);
    this.#pages = { overview: this.#overview, clusters: new ClustersPage(inspected), budget: this.#budget, compare: this.#compare, review: this.#review, map: new MapPage(inspected), samples: new SamplesPage(inspected) };

    const cancel = button(l10n.t("Cancel"), "secondary", () => { channel.send({ type: "cancel" }); });
    this.#progressBar = h("div", { class: "progress", attributes: { role: "status" } }, progressRing(l10n.t("Working")), this.#progressLine, cancel.element);
    const dismiss = button(l10n.t("Dismiss"), "secondary", () => { this.#failureBar.hidden = true; });
    this.#failureBar = h("div", { class: "failure", attributes: { role: "alert" } }, this.#failureText, dismiss.element);
    this.#emptyPage = h("main", { class: "empty" }, h("h1", { text: "InfoMax Inspector" }), this.#emptyText, ...(channel.readOnly ? [] : [this.#indexButton.element]));
    this.#tabs = tabs<InspectorPage>(l10n.t("Inspector pages"), [
      { id: "overview", title: l10n.t("Overview"), content: this.#pages.overview.element },
      { id: "clusters", title: l10n.t("Clusters"), content: this.#pages.clusters.element },
      { id: "budget", title: l10n.t("Budget"), content: this.#pages.budget.element },
      { id: "compare", title: l10n.t("Compare"), content: this.#pages.compare.element },
      // A report holds no selection files to review.
      ...(channel.readOnly ? [] : [{ id: "review" as const, title: l10n.t("Review"), content: this.#pages.review.element }]),
      { id: "map", title: l10n.t("Map"), content: this.#pages.map.element },
      { id: "samples", title: l10n.t("Samples"), content: this.#pages.samples.element },
    ], this.#memory.state.page, (page) => { this.#turnTo(page); });
    this.#content = h("div", { class: "content" },
      new TitleBar(inspected).element,
      h("div", { class: "body" }, h("main", { class: "pages" }, this.#tabs.element), this.#details.element),
      new SelectionBar(inspected).element);
    for (const element of [this.#progressBar, this.#failureBar, this.#emptyPage, this.#content]) element.hidden = true;
    place.append(this.#progressBar, this.#failureBar, this.#emptyPage, this.#content);
    for (const [name, page] of Object.entries(this.#pages) as [InspectorPage, Page][]) this.#rememberScroll(name, page);
    this.#store.on(["data"], () => { this.#dataChanged(); });
  }

  start(): void {
    this.#channel.listen((message) => {
      if (!this.#requests.receive(message)) this.#receive(message);
    });
    this.#channel.send({ type: "ready" });
  }

  #receive(message: ToWebview): void {
    switch (message.type) {
      case "summary":
        return this.#showSummary(message.summary, message.stale);
      case "thumbnails":
        return this.#thumbnails.receive(message.thumbnails);
      case "overview":
        return this.#overview.receive(message.result);
      case "changes":
        return this.#overview.receiveChanges(message.result);
      case "curve":
        return this.#budget.receive(message.result);
      case "pruned":
        return this.#budget.pruned(message.result);
      case "explanation":
        this.#store.explained(message.result.sample.id, message.result.sample.row);
        return this.#details.receive(message.result, message.history);
      case "compared":
        return this.#compare.renew();
      case "cursor":
        return this.#store.focusById(message.id);
      case "progress":
        return this.#showProgress(message.progress);
      case "stale":
        return this.#renew(message.what);
      case "show":
        return this.#tabs.show(message.page);
      case "showReview":
        this.#review.choose(message.selection, message.against);
        return this.#tabs.show("review");
      case "empty":
        return this.#showEmpty(message.message);
      case "failed":
        return this.#showFailure(message.during, message.message);
      // Answers by number went to those who asked.
      case "block":
      case "samples":
      case "strategy":
      case "comparison":
      case "pricing":
      case "review":
      case "reviewSamples":
      case "approved":
      case "requestProgress":
      case "requestFailed":
        return;
    }
  }

  #showSummary(summary: DatasetSummary, stale: boolean): void {
    this.#emptyPage.hidden = true;
    this.#content.hidden = false;
    this.#store.open(summary, stale);
  }

  /** Another index: every page begins anew, the one on the screen at once. */
  #dataChanged(): void {
    this.#thumbnails.clear();
    if (this.#store.summary !== null) this.#turnTo(this.#memory.state.page);
  }

  #turnTo(page: InspectorPage): void {
    const before = this.#memory.state.page;
    if (before !== page) this.#pages[before].hidden?.();
    this.#memory.keep({ page });
    if (this.#store.summary === null) return;
    this.#pages[page].shown();
    requestAnimationFrame(() => { this.#pages[page].element.scrollTop = this.#memory.state.scroll[page]; });
  }

  #rememberScroll(name: InspectorPage, { element }: Page): void {
    element.addEventListener("scroll", debounced(150, () => {
      if (!this.#content.hidden) this.#memory.keep({ scroll: { ...this.#memory.state.scroll, [name]: element.scrollTop } });
    }), { passive: true });
  }

  #renew(what: "all" | "states"): void {
    if (what === "all") this.#thumbnails.clear();
    this.#store.outdated(what);
    this.#overview.renew();
    this.#budget.renew();
    this.#compare.renew();
    this.#review.renew();
    this.#details.renew();
  }

  #showProgress(progress: Progress | null): void {
    this.#progressBar.hidden = progress === null;
    this.#budget.busy(progress !== null);
    this.#compare.busy(progress !== null);
    this.#review.busy(progress !== null);
    this.#indexButton.enable(progress === null);
    if (progress === null) return;
    this.#failureBar.hidden = true;
    this.#progressLine.textContent = progressText(progress);
  }

  #showEmpty(message: string): void {
    this.#showProgress(null);
    this.#store.close();
    this.#content.hidden = true;
    this.#emptyPage.hidden = false;
    this.#emptyText.textContent = message;
  }

  #showFailure(during: string, message: string): void {
    switch (during) {
      case "getCurve":
        return this.#budget.failed(message);
      case "getOverview":
      case "getChanges":
        return this.#overview.failed(during, message);
      case "getThumbnails":
        return this.#thumbnails.failed();
      case "explain":
        return this.#details.failed(message);
      case "open":
        return this.#showEmpty(message);
      default:
        this.#failureText.textContent = message;
        this.#failureBar.hidden = false;
    }
  }
}
