import * as l10n from "@vscode/l10n";
import type { ChangedSamples, ChangesResult, DatasetSummary } from "../../src/protocol/dataset.ts";
import type { OverviewResult, SplitLeakage } from "../../src/protocol/overview.ts";
import { asSentence, formatCount, formatShare, formatSimilarity, labelNoiseText } from "../../src/protocol/words.ts";
import type { Inspected, Page } from "../app/page.ts";
import { h, linkButton } from "../controls/dom.ts";
import { button, progressRing } from "../controls/toolkit.ts";
import { sampleCard } from "../samples/sampleCard.ts";
import { classBars } from "./classBars.ts";
import { lowest } from "./lowest.ts";

const SUSPECTS_SHOWN = 12;
const decimals = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** What was indexed, and what is worth looking at in it. */
export class OverviewPage implements Page {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #figures = h("dl", { class: "figures" });
  readonly #about = h("section");
  readonly #changes = h("section", { class: "changes" });
  readonly #found = h("div");
  readonly #suspects = h("section");
  #overview: OverviewResult | null = null;
  #asked = false;
  #isShown = false;
  #showAllClasses = false;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.element = h("div", { class: "page overview" }, this.#figures, this.#changes, this.#found, this.#suspects, this.#about);
    const { store } = inspected;
    store.on(["data"], () => {
      this.#overview = null;
      this.#asked = false;
      this.#changes.replaceChildren();
      this.#found.replaceChildren();
    });
    store.on(["summary"], () => { this.#drawSummary(); });
    store.on(["base", "states", "samples"], () => { if (this.#isShown) this.#drawSuspects(); });
  }

  shown(): void {
    this.#isShown = true;
    this.#drawSummary();
    this.#drawSuspects();
    if (!this.#asked) this.#ask();
  }

  hidden(): void {
    this.#isShown = false;
  }

  /** Decisions or the index have changed. */
  renew(): void {
    this.#asked = false;
    if (this.#isShown) this.#ask();
  }

  receive(overview: OverviewResult): void {
    this.#overview = overview;
    this.#drawSummary();
    this.#drawFound();
  }

  receiveChanges(changes: ChangesResult | null): void {
    const { store } = this.#inspected;
    const title = h("h2", { text: l10n.t("Since it was indexed") });
    if (changes === null) {
      this.#changes.replaceChildren(title, h("p", { text: store.stale ? l10n.t("No sample changed; files or settings did: index again to take them up.") : l10n.t("Nothing has changed.") }));
      return;
    }
    const lines: readonly (readonly [string, ChangedSamples])[] = [[l10n.t("Added"), changes.added], [l10n.t("Removed"), changes.removed], [l10n.t("Changed"), changes.changed]];
    const again = button(l10n.t("Index Again"), "secondary", () => { store.channel.send({ type: "index" }); });
    this.#changes.replaceChildren(title,
      h("dl", { class: "facts-list" }, ...lines.filter(([, { count }]) => count > 0).map(([name, { count, ids }]) =>
        h("div", {}, h("dt", { text: name }), h("dd", {}, h("strong", { text: formatCount(count) }), h("span", { class: "muted ids", text: ` ${ids.slice(0, 5).join(", ")}${count > 5 ? " …" : ""}`, attributes: { dir: "auto" } }))))),
      again.element);
  }

  failed(during: "getOverview" | "getChanges", message: string): void {
    const place = during === "getOverview" ? this.#found : this.#changes;
    const again = button(l10n.t("Try Again"), "secondary", () => { this.#ask(); });
    place.replaceChildren(h("p", { class: "problem", text: message }), again.element);
  }

  #ask(): void {
    const { channel } = this.#inspected.store;
    this.#asked = true;
    if (this.#overview === null) this.#found.replaceChildren(h("div", { class: "loading" }, progressRing(l10n.t("Looking at the dataset")), h("span", { text: l10n.t("Looking at the dataset…") })));
    channel.send({ type: "getOverview" });
    if (channel.readOnly) return;
    this.#changes.replaceChildren(h("h2", { text: l10n.t("Since it was indexed") }), h("p", { class: "muted", text: l10n.t("Comparing with the files…") }));
    channel.send({ type: "getChanges" });
  }

  #drawSummary(): void {
    const { summary } = this.#inspected.store;
    if (summary === null) return;
    const { samples, classes, duplicates, protectedCount, protectedMissing, excludedCount, rejectedTotal } = summary;
    const share = (count: number): string => (samples === 0 ? "" : formatShare(count / samples));
    const missing = protectedMissing.length === 0 ? "" : l10n.t("{0} not in the dataset now", formatCount(protectedMissing.length));
    this.#figures.replaceChildren(
      figure(l10n.t("Samples"), formatCount(samples), summary.splits.filter(({ name }) => name !== "none").map(({ name, count }) => `${name} ${formatCount(count)}`).join(", ")),
      figure(l10n.t("Classes"), classes.length === 0 ? l10n.t("none") : formatCount(classes.length), classes.length === 0 ? l10n.t("no labels") : classRange(summary)),
      figure(l10n.t("Exact duplicates"), formatCount(duplicates.exactExtra), duplicates.exactExtra === 0 ? "" : l10n.t("{0} of all", share(duplicates.exactExtra))),
      figure(l10n.t("Near-duplicates"), formatCount(duplicates.clusterExtra), duplicates.clusters === 0 ? "" : l10n.t("{0} of all, exact ones counted", share(duplicates.clusterExtra))),
      figure(l10n.t("Clusters"), formatCount(duplicates.clusters), l10n.t("at {0} and above", summary.threshold.value.toFixed(3))),
      figure(l10n.t("Protected"), formatCount(protectedCount), missing),
      ...(excludedCount > 0 ? [figure(l10n.t("Excluded"), formatCount(excludedCount), l10n.t("by hand"))] : []),
      figure(l10n.t("Unreadable"), formatCount(rejectedTotal), rejectedTotal === 0 ? "" : l10n.t("left out")));
    this.#drawAbout(summary);
  }

  #drawAbout(summary: DatasetSummary): void {
    const { encoder, importance, threshold, seconds } = summary;
    const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
    const facts: readonly (readonly [string, string])[] = [
      [l10n.t("Dataset"), summary.dataset],
      [l10n.t("Indexed"), l10n.t("{0}, in {1} s", new Date(summary.indexedAt).toLocaleString(), total.toFixed(total < 10 ? 1 : 0))],
      [l10n.t("Encoder"), l10n.t("{0}, {1} dimensions", encoder.name, formatCount(encoder.dimensions))],
      [l10n.t("Importance"), `${importance.name}: ${importance.description}`],
      [l10n.t("Near-duplicate threshold"), `${threshold.value.toFixed(3)} (${threshold.explanation})`],
      [l10n.t("Neighbours"), l10n.t("{0} nearest of each sample", formatCount(summary.neighbors))],
      [l10n.t("Selection shown"), summary.currentSelection ?? l10n.t("none; prune to make one")],
    ];
    this.#about.replaceChildren(h("h2", { text: l10n.t("What was indexed") }),
      h("dl", { class: "facts-list" }, ...facts.map(([term, text]) => h("div", {}, h("dt", { text: term }), h("dd", { text, attributes: { dir: "auto" } })))));
    if (summary.notes.length > 0) this.#about.append(h("h3", { text: l10n.t("Notes") }), h("ul", { class: "notes" }, ...summary.notes.map((text) => h("li", { text }))));
  }

  #drawFound(): void {
    const { store } = this.#inspected;
    const { summary } = store;
    const overview = this.#overview;
    if (overview === null || summary === null) return;
    const sections = [this.#duplicates(overview), this.#leakage(overview.leakage), this.#classes(overview, summary), this.#unreadable(overview, summary)];
    this.#found.replaceChildren(...sections.filter((section) => section !== null));
  }

  #duplicates({ duplicates }: OverviewResult): HTMLElement {
    const { exactShare, nearShare, mixedLabels } = duplicates;
    const section = h("section", {}, h("h2", { text: l10n.t("Duplicates") }), h("p", {
      text: nearShare === 0 ? l10n.t("No two samples are near-duplicates at this threshold.")
        : l10n.t("{0} of the samples repeat another one; {1} are exact copies.", formatShare(nearShare), exactShare === 0 ? l10n.t("none") : formatShare(exactShare)),
    }));
    if (nearShare > 0) section.append(this.#link(l10n.t("Look at the clusters"), () => { this.#clusters("all"); }));
    if (mixedLabels > 0) {
      section.append(h("p", { text: mixedLabels === 1 ? l10n.t("1 cluster has members with different labels: one of them may be wrong.") : l10n.t("{0} clusters have members with different labels: some of them may be wrong.", formatCount(mixedLabels)) }),
        this.#link(l10n.t("Look at clusters with mixed labels"), () => { this.#clusters("mixed"); }));
    }
    return section;
  }

  #leakage(leakage: readonly SplitLeakage[] | null): HTMLElement {
    const section = h("section", {}, h("h2", { text: l10n.t("Leakage between splits") }));
    if (leakage === null) {
      section.append(h("p", { class: "muted", text: l10n.t("There is one split only, or none: nothing can leak.") }));
      return section;
    }
    if (leakage.every(({ near }) => near === 0)) {
      section.append(h("p", { text: l10n.t("No sample of a split has a near-duplicate in another.") }));
      return section;
    }
    const rows = leakage.filter(({ near }) => near > 0).map(({ from, into, near, exact, share, samples }) => h("tr", {},
      h("th", { text: l10n.t("{0} in {1}", into, from), attributes: { scope: "row" } }), h("td", { text: formatCount(samples) }), h("td", { text: formatCount(near) }), h("td", { text: formatShare(share) }), h("td", { text: formatCount(exact) })));
    section.append(h("table", {}, h("thead", {}, h("tr", {}, ...[l10n.t("Split in another"), l10n.t("Samples"), l10n.t("Near-duplicates"), l10n.t("Share"), l10n.t("Exact")].map((text) => h("th", { text, attributes: { scope: "col" } })))), h("tbody", {}, ...rows)),
      h("ul", { class: "examples" }, ...leakage.flatMap(({ examples }) => examples.slice(0, 3)).map(({ id, row, of, ofRow, similarity, exact }) => h("li", {},
        this.#link(id, () => { this.#inspected.store.setFocus(row); }), h("span", { class: "muted", text: ` ${exact ? l10n.t("is an exact copy of") : l10n.t("repeats")} ` }),
        this.#link(of, () => { this.#inspected.store.setFocus(ofRow); }), h("span", { class: "muted", text: exact ? "" : ` ${formatSimilarity(similarity)}` })))),
      this.#link(l10n.t("Look at clusters that cross splits"), () => { this.#clusters("crossing"); }));
    return section;
  }

  #classes({ classes, balance, splits, unlabelled }: OverviewResult, { classNames }: DatasetSummary): HTMLElement {
    const section = h("section", {}, h("h2", { text: l10n.t("Class balance") }));
    if (classes.length === 0) {
      section.append(h("p", { class: "muted", text: classNames.length > 1 ? l10n.t("The labels are no classes: most samples have one of their own.") : l10n.t("The samples have no labels of at least two classes.") }));
      return section;
    }
    if (balance !== null && balance.imbalance === 1) section.append(h("p", { text: l10n.t("All classes have the same number of samples.") }));
    else if (balance !== null) {
      section.append(h("p", { text: l10n.t("The largest class has {0} times as many samples as the smallest; evenness {1} (1 is even), Gini {2} (0 is even).", decimals.format(balance.imbalance), decimals.format(balance.entropy), decimals.format(balance.gini)) }));
    }
    if (unlabelled > 0) section.append(h("p", { text: unlabelled === 1 ? l10n.t("1 sample has no label.") : l10n.t("{0} samples have no label.", formatCount(unlabelled)) }));
    section.append(classBars(classes, splits.map(({ name }) => name), this.#showAllClasses, {
      onClass: (name) => {
        this.#inspected.store.setFilter({ labels: [name] });
        this.#inspected.goTo("samples");
      },
      onAll: () => {
        this.#showAllClasses = true;
        this.#drawFound();
      },
    }));
    return section;
  }

  #unreadable({ rejectedByReason }: OverviewResult, { rejected, rejectedTotal }: DatasetSummary): HTMLElement | null {
    if (rejectedTotal === 0) return null;
    const items = rejected.map(({ reason }, index) => h("li", {}, this.#rejectedPlace(rejected, index), document.createTextNode(` ${reason}`)));
    if (rejectedTotal > rejected.length) items.push(h("li", { class: "muted", text: l10n.t("and {0} more", formatCount(rejectedTotal - rejected.length)) }));
    return h("section", {}, h("h2", { text: l10n.t("Unreadable samples, left out") }),
      h("table", { class: "reasons" }, h("thead", {}, h("tr", {}, ...[l10n.t("Reason"), l10n.t("Samples"), l10n.t("First")].map((text) => h("th", { text, attributes: { scope: "col" } })))),
        h("tbody", {}, ...rejectedByReason.map(({ reason, count, example }) => h("tr", {}, h("th", { text: reason, title: reason, attributes: { scope: "row" } }), h("td", { text: formatCount(count) }),
          h("td", { class: "place" }, this.#rejectedPlace(rejected, rejected.findIndex(({ file, line }) => file === example.file && line === example.line), example)))))),
      h("details", {}, h("summary", { text: l10n.t("Each of them") }), h("ul", {}, ...items)));
  }

  /** A place that opens in the editor, where it is in the list. */
  #rejectedPlace(rejected: DatasetSummary["rejected"], index: number, otherwise: { readonly file: string; readonly line: number | null } = rejected[index]): HTMLElement {
    const { file, line } = rejected[index] ?? otherwise;
    const text = line === null ? file : `${file}:${line}`;
    const { channel } = this.#inspected.store;
    return h("bdi", {}, channel.readOnly || index < 0 ? h("code", { text }) : linkButton(text, l10n.t("Open {0}", text), "", () => { channel.send({ type: "revealRejected", index }); }));
  }

  /** The estimate of wrong labels, and the samples that look most wrong. */
  #drawSuspects(): void {
    const { store, samples, goTo } = this.#inspected;
    const { base, summary } = store;
    const noise = summary === null ? null : labelNoiseText(summary.labelNoise);
    const rows = base === null ? [] : lowest(base.aum, SUSPECTS_SHOWN).filter((row) => base.aum[row] < 0);
    if (summary === null || (noise === null && rows.length === 0)) {
      this.#suspects.replaceChildren();
      return;
    }
    const cards = rows.flatMap((row) => {
      const sample = samples.get(row);
      return sample === null ? [] : [sampleCard(this.#inspected, sample, { role: l10n.t("margin {0}", (base?.aum[row] ?? 0).toFixed(2)) })];
    });
    this.#suspects.replaceChildren(h("h2", { text: l10n.t("Labels") }),
      h("p", { text: noise === null ? l10n.t("The samples whose label fits worst, by the margin of their class:") : asSentence(noise), ...(summary.labelNoise === null ? {} : { title: summary.labelNoise.method }) }),
      h("div", { class: "strip", attributes: { tabindex: "0", role: "group", "aria-label": l10n.t("Samples whose label fits worst") } }, ...cards),
      this.#link(l10n.t("List all by how well their label fits"), () => {
        store.setSort("suspicious");
        goTo("samples");
      }));
  }

  #clusters(clusterFilter: "all" | "mixed" | "crossing"): void {
    this.#inspected.store.memory.keep({ clusterFilter });
    this.#inspected.goTo("clusters");
  }

  #link(text: string, onClick: () => void): HTMLElement {
    return linkButton(text, text, "", onClick);
  }
}

function figure(term: string, value: string, aside: string): HTMLElement {
  return h("div", {}, h("dt", { text: term }), h("dd", { class: "figure", text: value }), h("dd", { class: "aside muted", text: aside }));
}

function classRange({ classes }: DatasetSummary): string {
  const counts = classes.map((entry) => entry.count);
  const smallest = Math.min(...counts);
  const largest = Math.max(...counts);
  return smallest === largest ? l10n.t("{0} each", formatCount(smallest)) : l10n.t("{0} to {1} each", formatCount(smallest), formatCount(largest));
}
