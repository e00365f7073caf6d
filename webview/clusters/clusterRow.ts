import * as l10n from "@vscode/l10n";
import { CLUSTER_CROSSES_SPLITS, CLUSTER_EXACT, CLUSTER_MIXED_LABELS, type ClusterColumns } from "../../src/protocol/columns.ts";
import { formatCount, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h, linkButton } from "../controls/dom.ts";
import { chosenIn, decisionFor, isDecided, keeperAt, shownMembers, type ClusterAction } from "./clusterDecisions.ts";
import { sizeOf, tightnessOf } from "./clusterOrder.ts";
import { memberCard, waitingCard, type Member } from "./memberCard.ts";

/** Members shown of a cluster; the list of samples has the others. */
export const MOST_MEMBERS = 24;
/** Height of a row in pixels by what its cards hold; clusters.css lays the cards out within it. */
export const ROW_HEIGHT = { image: 296, text: 246, pair: 372 } as const;
/** More where the actions stand below the heading. */
export const NARROW_EXTRA = 26;

export type CardKind = keyof typeof ROW_HEIGHT;

/** What a row can ask of the page. */
export interface RowActions {
  readonly act: (action: ClusterAction, cluster: number) => void;
  /** Lists all members among the samples. */
  readonly listMembers: (row: number) => void;
}

function sizeText(size: number): string {
  return size === 1 ? l10n.t("1 sample") : l10n.t("{0} samples", formatCount(size));
}

/** One cluster: what it is, what can be done with it, and its members side by side. */
export function clusterRow(inspected: Inspected, clusters: ClusterColumns, cluster: number, kind: CardKind, actions: RowActions): HTMLElement {
  const { store } = inspected;
  const flags = clusters.flags[cluster];
  const size = sizeOf(clusters, cluster);
  const name = l10n.t("Cluster {0}", formatCount(cluster + 1));
  const facts = l10n.t("{0} · tightness {1}", sizeText(size), formatSimilarity(tightnessOf(clusters, cluster)));
  const tags = [
    ...((flags & CLUSTER_EXACT) === 0 ? [] : [tag(l10n.t("exact"), l10n.t("All members have the same content"))]),
    ...((flags & CLUSTER_MIXED_LABELS) === 0 ? [] : [tag(l10n.t("mixed labels"), l10n.t("Members of this cluster have different labels: one of them may be wrong"))]),
    ...((flags & CLUSTER_CROSSES_SPLITS) === 0 ? [] : [tag(l10n.t("crosses splits"), l10n.t("Members of this cluster stand in different splits: a leak between training and test data"))]),
  ];
  const heading = h("div", { class: "row-heading" }, clusterBox(inspected, clusters, cluster, name),
    h("h2", { class: "row-title", text: name }),
    h("span", { class: "muted", text: facts, title: l10n.t("Tightness is the lowest similarity of a member to the representative.") }), ...tags, ...rowButtons(inspected, clusters, cluster, name, actions));

  const strip = h("div", { class: "strip", attributes: { role: "group", "aria-label": l10n.t("Members of cluster {0}", formatCount(cluster + 1)) } });
  const first = clusters.offsets[cluster];
  const shown = shownMembers(clusters, store.states, cluster, MOST_MEMBERS);
  for (const at of shown) strip.append(cardOf(inspected, { row: clusters.members[at], similarity: at === first ? null : clusters.similarities[at] }, clusters.members[first], kind));
  const more = size - shown.length;
  if (more > 0) {
    strip.append(h("div", { class: "more" }, linkButton(l10n.t("and {0} more", formatCount(more)), l10n.t("List all {0} members of cluster {1} among the samples", formatCount(size), formatCount(cluster + 1)), "more",
      () => { actions.listMembers(clusters.members[first]); })));
  }
  const body = h("div", { class: "row-body", attributes: { "role": "group", "tabindex": "-1", "data-key": "row", "aria-label": [name, facts, ...tags.map((one) => one.textContent)].join(", ") } }, heading, strip);
  return h("div", { class: "row cluster-row", attributes: { "data-cluster": String(cluster) } }, body);
}

/** Fills in the cards whose samples have come since the row was made. */
export function fillWaiting(inspected: Inspected, clusters: ClusterColumns, row: HTMLElement, kind: CardKind): void {
  const first = clusters.offsets[Number(row.dataset.cluster)];
  for (const card of row.querySelectorAll<HTMLElement>(".card.waiting")) {
    const member = Number(card.dataset.row);
    const at = clusters.members.indexOf(member, first);
    const filled = cardOf(inspected, { row: member, similarity: at === first ? null : clusters.similarities[at] }, clusters.members[first], kind);
    if (filled.classList.contains("waiting")) continue;
    const hadFocus = card === document.activeElement;
    filled.tabIndex = card.tabIndex;
    card.replaceWith(filled);
    if (hadFocus) filled.focus({ preventScroll: true });
  }
}

/** Shows anew what of a row is chosen. */
export function showChosen({ store }: Inspected, clusters: ClusterColumns, row: HTMLElement): void {
  const cluster = Number(row.dataset.cluster);
  const box = row.querySelector<HTMLInputElement>(`[data-key="choose"]`);
  if (box !== null) check(box, chosenIn(clusters, cluster, store.selection.mask), sizeOf(clusters, cluster));
  for (const card of row.querySelectorAll<HTMLElement>(".card")) {
    const isChosen = store.selection.has(Number(card.dataset.row));
    card.classList.toggle("chosen", isChosen);
    const own = card.querySelector<HTMLInputElement>("input.check");
    if (own !== null) own.checked = isChosen;
  }
}

function cardOf(inspected: Inspected, member: Member, representativeRow: number, kind: CardKind): HTMLElement {
  const sample = inspected.samples.get(member.row);
  const representative = member.similarity === null || kind === "image" ? null : inspected.samples.get(representativeRow);
  return sample === null || (representative === null && member.similarity !== null && kind !== "image") ? waitingCard(member, kind) : memberCard(inspected, sample, member, representative);
}

function clusterBox({ store }: Inspected, clusters: ClusterColumns, cluster: number, name: string): HTMLElement {
  const box = h("input", { class: "check", attributes: { "type": "checkbox", "data-key": "choose", "aria-label": l10n.t("Choose all members of {0}", name), "title": l10n.t("Choose all members; with Shift all clusters from the last one chosen on") } });
  check(box, chosenIn(clusters, cluster, store.selection.mask), sizeOf(clusters, cluster));
  return box;
}

function check(box: HTMLInputElement, chosen: number, size: number): void {
  box.checked = chosen === size;
  box.indeterminate = chosen > 0 && chosen < size;
}

function rowButtons({ store }: Inspected, clusters: ClusterColumns, cluster: number, name: string, { act }: RowActions): readonly HTMLElement[] {
  const { states } = store;
  if (states === null || store.readOnly) return [];
  const { lists, protectedStay } = decisionFor("keepOne", [cluster], clusters, states, true);
  const keeper = clusters.members[keeperAt(clusters, states, cluster)] === clusters.members[clusters.offsets[cluster]] ? l10n.t("the representative") : l10n.t("the keeper");
  const staying = protectedStay === 0 ? "" : protectedStay === 1 ? ` ${l10n.t("1 protected member stays.")}` : ` ${l10n.t("{0} protected members stay.", formatCount(protectedStay))}`;
  const keepOne = linkButton(l10n.t("Keep One"), `${l10n.t("{0}: keep {1} and exclude the others ({2}).", name, keeper, formatCount(lists.exclude.length))}${staying}`, "keep-one", () => { act("keepOne", cluster); });
  const keepAll = linkButton(l10n.t("Keep All"), l10n.t("{0}: protect all members", name), "keep-all", () => { act("keepAll", cluster); });
  const undo = linkButton(l10n.t("Undo"), l10n.t("{0}: take back what was decided by hand about its members", name), "undo", () => { act("undo", cluster); });
  undo.disabled = !isDecided(clusters, states, cluster);
  return [h("span", { class: "row-actions" }, keepOne, keepAll, undo)];
}

/** A word in a frame, with its meaning as a tooltip. */
function tag(text: string, meaning: string): HTMLElement {
  return h("span", { class: "tag", text, title: meaning });
}
