import * as l10n from "@vscode/l10n";
import type { ReviewEntry } from "../../src/protocol/review.ts";
import type { ReviewFacts } from "../../src/protocol/webview.ts";
import { formatCount, samplesText } from "../../src/protocol/words.ts";
import type { Inspected, Page } from "../app/page.ts";
import { debounced, h } from "../controls/dom.ts";
import { button, progressRing } from "../controls/toolkit.ts";
import type { Asked } from "../state/requests.ts";
import type { Reviewed } from "../state/viewState.ts";
import { flipped, reversed, type Flip, type FlipChange } from "./flips.ts";
import { ReviewBar } from "./reviewBar.ts";
import { ReviewHead } from "./reviewHead.ts";
import { ReviewList } from "./reviewList.ts";
import { ReviewPages } from "./reviewPages.ts";
import { listsOf } from "./reviewWords.ts";

/** Several changes come together: decisions, then their states, then the summary. */
const SETTLE_MS = 120;

/** A selection as a document that is looked through, flipped here and there, and approved. */
export class ReviewPage implements Page {
  readonly element = h("div", { class: "page review" });
  readonly #inspected: Inspected;
  readonly #pages: ReviewPages;
  readonly #head: ReviewHead;
  readonly #bar: ReviewBar;
  readonly #list: ReviewList;
  readonly #notice = h("div", { class: "review-notice" });
  readonly #body: HTMLElement;
  readonly #nothing = h("div", { class: "review-nothing" });
  readonly #again = debounced(SETTLE_MS, () => { if (this.#isShown) this.#load(); });
  #facts: ReviewFacts | null = null;
  #selections: readonly string[] = [];
  #problem: string | null = null;
  #asked: { readonly drop: () => void } | null = null;
  /** What the list was fetched for. */
  #listed = "";
  #isShown = false;
  #isOutdated = true;
  #last: { readonly flip: Flip; readonly rows: readonly number[]; readonly change: FlipChange } | null = null;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    this.#pages = new ReviewPages(() => { this.#entriesCame(); });
    this.#head = new ReviewHead(this.element, {
      choose: (selection, against) => { this.choose(selection, against); },
      approve: (note) => { this.#approve(note); },
      apply: () => { this.#withFacts(({ selection }) => { store.channel.send({ type: "apply", selection }); }); },
      openMarkdown: () => { this.#withFacts(({ selection, against }) => { store.channel.send({ type: "openMarkdown", selection, against: against?.selection ?? null }); }); },
      useSelection: () => { this.#withFacts(({ selection }) => { store.channel.send({ type: "useSelection", selection }); }); },
      pruneAgain: () => { this.#withFacts(({ selection, requestedBudget }) => { store.channel.send({ type: "prune", budget: requestedBudget, name: selection }); }); },
      showOverruled: () => { this.#narrow({ list: "overruled", reason: null, search: "" }); },
    });
    this.#bar = new ReviewBar(inspected, {
      narrow: (change) => { this.#narrow(change); }, flip: (rows, flip, note) => { this.#flipChosen(rows, flip, note); }, undo: () => { this.#undoLast(); }, intoList: () => { this.#list.focusActive(); },
    });
    this.#list = new ReviewList(inspected, this.element, {
      covered: () => this.#bar.element.offsetHeight + 4, pages: this.#pages,
      isCurrent: () => this.#isCurrent, isCompared: () => this.#facts !== null && this.#facts.against !== null,
      look: (entry) => { this.#look(entry); }, flip: (rows, flip, note) => { this.#flip(rows, flip, note); }, undo: (entry) => { this.#undo(entry); },
    });
    this.#body = h("div", {}, this.#head.element, this.#bar.element, this.#notice, this.#list.element);
    this.#body.hidden = true;
    this.element.append(this.#nothing, this.#body);

    store.on(["data"], () => {
      this.#facts = null;
      this.#last = null;
      this.#listed = "";
      this.#pages.open(null);
      this.#isOutdated = true;
    });
    store.on(["summary"], () => { this.#outdated(); });
    store.on(["states"], () => {
      this.#outdated();
      this.#drawEntries();
      this.#drawDone();
    });
    store.on(["selection"], () => {
      if (!this.#isShown) return;
      this.#bar.drawChosen();
      this.#drawEntries();
    });
    store.on(["focus"], () => { this.#drawEntries(); });
    store.on(["samples"], () => { this.#drawEntries(); });
  }

  shown(): void {
    this.#isShown = true;
    if (this.#isOutdated || this.#facts === null) this.#load();
    this.#draw();
  }

  hidden(): void {
    this.#isShown = false;
  }

  /** The files of selections, or the decisions, may be others now. */
  renew(): void {
    this.#outdated();
  }

  busy(isBusy: boolean): void {
    this.#head.busy(isBusy);
  }

  /** Reviews a selection, null for the current one, beside another or alone. */
  choose(selection: string | null, against: string | null): void {
    const isOther = selection !== this.#shownOf.selection;
    this.#keep({ selection, against, ...(isOther ? { reason: null, search: "" } : {}) });
    this.#last = null;
    if (this.#isShown) this.#load();
    else this.#isOutdated = true;
  }

  get #shownOf(): Reviewed {
    return this.#inspected.store.memory.state.review;
  }

  get #isCurrent(): boolean {
    return this.#facts !== null && this.#facts.selection === this.#inspected.store.summary?.currentSelection;
  }

  #keep(change: Partial<Reviewed>): void {
    this.#inspected.store.memory.keep({ review: { ...this.#shownOf, ...change } });
  }

  #withFacts(act: (facts: ReviewFacts) => void): void {
    if (this.#facts !== null) act(this.#facts);
  }

  #outdated(): void {
    this.#isOutdated = true;
    if (this.#isShown) this.#again();
  }

  #load(): void {
    const { store } = this.#inspected;
    if (store.summary === null || store.readOnly) return;
    this.#isOutdated = false;
    this.#asked?.drop();
    const { selection, against } = this.#shownOf;
    const asked: Asked<{ readonly selections: readonly string[]; readonly facts: ReviewFacts | null }> = store.requests.ask({ type: "getReview", selection, against }, "review");
    this.#asked = asked;
    asked.answer.then(({ selections, facts }) => {
      this.#asked = null;
      this.#problem = null;
      if (facts?.sha256 !== this.#facts?.sha256) this.#last = null;
      this.#selections = selections;
      this.#facts = facts;
      if (facts !== null && !listsOf(facts).includes(this.#shownOf.list)) this.#keep({ list: "dropped", reason: null });
      this.#fetch();
      this.#draw();
    }, (error: unknown) => {
      this.#asked = null;
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#draw();
    });
    if (this.#facts === null) this.#draw();
  }

  #narrow(change: Partial<Pick<Reviewed, "list" | "reason" | "search">>): void {
    const before = this.#shownOf;
    const after = { ...before, ...change };
    if (after.list === before.list && after.reason === before.reason && after.search === before.search) return;
    this.#keep(change);
    this.#fetch();
    this.#draw();
  }

  /** Fetches the list anew where it is another one, or one of another file. */
  #fetch(): void {
    const { store } = this.#inspected;
    const facts = this.#facts;
    const { list, reason, search } = this.#shownOf;
    // What was overruled changes with the decisions, the other lists with the file and the dataset alone.
    const key = facts === null ? "" : [facts.sha256, facts.selection, facts.against?.selection, store.summary?.indexedAt, list, reason, search, list === "overruled" ? facts.overruled : ""].join("\n");
    if (key === this.#listed) return;
    this.#listed = key;
    this.#list.begin();
    this.#pages.open(facts === null ? null : (offset, limit) => store.requests.ask({
      type: "getReviewSamples", selection: facts.selection, against: facts.against?.selection ?? null, list, reason, search, offset, limit,
    }, "reviewSamples"));
  }

  #entriesCame(): void {
    const { samples } = this.#inspected;
    samples.put([...this.#pages.known()].flatMap(({ sample }) => sample ?? []));
    this.#drawList();
  }

  #draw(): void {
    if (!this.#isShown) return;
    const facts = this.#facts;
    this.#body.hidden = facts === null;
    this.#nothing.hidden = facts !== null && this.#problem === null;
    if (!this.#nothing.hidden) this.#drawNothing();
    if (facts === null) return;
    this.#head.draw(facts, this.#selections, this.#inspected.store.summary?.currentSelection ?? null);
    this.#bar.draw(facts, this.#shownOf);
    this.#drawDone();
    this.#drawList();
  }

  #drawNothing(): void {
    const { store } = this.#inspected;
    if (this.#problem !== null) {
      const again = button(l10n.t("Try Again"), "secondary", () => { this.#load(); });
      this.#nothing.replaceChildren(h("div", { class: "review-problem", attributes: { role: "alert" } }, h("p", { class: "problem", text: this.#problem, attributes: { dir: "auto" } }), again.element));
    } else if (this.#asked !== null) this.#nothing.replaceChildren(h("div", { class: "loading" }, progressRing(l10n.t("Opening the review")), h("span", { text: l10n.t("Opening the review…") })));
    else {
      this.#nothing.replaceChildren(h("div", { class: "nothing" },
        h("p", { text: l10n.t("There is no selection to review yet. Pruning writes one; it deletes nothing.") }),
        button(l10n.t("Prune…"), "primary", () => { store.channel.send({ type: "askPrune" }); }).element));
    }
  }

  #drawList(): void {
    if (!this.#isShown || this.#facts === null) return;
    const { total, problem } = this.#pages;
    const { reason, search } = this.#shownOf;
    this.#bar.drawCount(total === null ? "" : samplesText(total));
    this.#list.element.hidden = total === null || total === 0;
    this.#list.draw(total ?? 0);
    if (problem !== null) {
      const again = button(l10n.t("Try Again"), "secondary", () => {
        this.#listed = "";
        this.#fetch();
        this.#drawList();
      });
      this.#notice.replaceChildren(h("p", { class: "problem", text: problem, attributes: { dir: "auto" } }), again.element);
    } else if (total === null) this.#notice.replaceChildren(h("div", { class: "loading" }, progressRing(l10n.t("Loading samples")), h("span", { text: l10n.t("Loading samples…") })));
    else if (total === 0) this.#notice.replaceChildren(h("p", { class: "muted", text: reason === null && search === "" ? l10n.t("There are none.") : l10n.t("None matches.") }));
    else if (total > this.#list.capacity) this.#notice.replaceChildren(h("p", { class: "muted", text: l10n.t("The first {0} are listed; reasons and the search bring the others.", formatCount(this.#list.capacity)) }));
    else this.#notice.replaceChildren();
  }

  #drawEntries(): void {
    if (this.#isShown && this.#facts !== null && (this.#pages.total ?? 0) > 0) this.#list.redraw();
  }

  #look({ sample }: ReviewEntry): void {
    if (sample === null) return;
    this.#inspected.store.setFocus(sample.row, this.#isCurrent ? null : this.#facts?.selection ?? null);
  }

  #flip(rows: readonly number[], flip: Flip, note: string): void {
    const { store } = this.#inspected;
    if (store.states === null) return;
    const change = flipped(flip, rows, store.states);
    this.#last = { flip, rows: [...change.protect, ...change.exclude], change };
    store.decide(change, note === "" ? undefined : note);
  }

  #flipChosen(rows: readonly number[], flip: Flip, note: string): void {
    this.#flip(rows, flip, note);
    this.#inspected.store.select((chosen) => { chosen.clear(); });
  }

  #undo({ sample, decision }: ReviewEntry): void {
    if (sample === null) return;
    const { store } = this.#inspected;
    store.decide(decision === "dropped" ? { unprotect: [sample.row] } : { include: [sample.row] });
  }

  #undoLast(): void {
    if (this.#last === null) return;
    const { change } = this.#last;
    this.#last = null;
    this.#inspected.store.decide(reversed(change));
    this.#drawDone();
  }

  /** Says what was done once the states tell that it is. */
  #drawDone(): void {
    const { states } = this.#inspected.store;
    const last = this.#last;
    const isDone = last !== null && states !== null && last.rows.every((row) => (last.flip === "keep" ? states.isProtected : states.isExcluded)[row] === 1);
    if (!isDone) return this.#bar.drawDone(null);
    const count = samplesText(last.rows.length);
    const done = last.flip === "keep" ? l10n.t("Protected {0}.", count) : l10n.t("Excluded {0}.", count);
    this.#bar.drawDone((this.#facts?.overruled ?? 0) === 0 ? done : l10n.t("{0} Prune again for the selection to follow.", done));
  }

  #approve(note: string): void {
    const { store } = this.#inspected;
    const facts = this.#facts;
    if (facts === null) return;
    store.requests.ask({ type: "approve", selection: facts.selection, sha256: facts.sha256, note }, "approved").answer.then(() => { this.#load(); }, (error: unknown) => {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#draw();
    });
  }
}
