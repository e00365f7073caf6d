import type { ClusterView } from "../src/protocol/engine.ts";
import { formatCount, formatSimilarity, plural } from "../src/protocol/words.ts";
import { h } from "./dom.ts";
import { sampleCard } from "./sampleCard.ts";
import type { Thumbnails } from "./thumbnails.ts";

/** Height of a row in pixels by what its cards hold; style.css lays the cards out within it. */
export const ROW_HEIGHT = { image: 282, text: 234, pair: 352 } as const;

/** One cluster: what it is, and its members side by side. */
export function clusterRow(cluster: ClusterView, number: number, thumbnails: Thumbnails): HTMLElement {
  const heading = h("div", { class: "row-heading" },
    h("h3", { text: `Cluster ${formatCount(number)}` }),
    h("span", { class: "muted", text: `${plural(cluster.size, "sample")} · tightness ${formatSimilarity(cluster.tightness)}`, title: "Tightness is the lowest similarity of a member to the representative." }));
  if (cluster.exact) heading.append(tag("exact", "All members have the same content"));
  if (cluster.mixedLabels) heading.append(tag("mixed labels", "Members of this cluster have different labels: one of them may be wrong"));
  if (cluster.crossesSplits) heading.append(tag("crosses splits", "Members of this cluster stand in different splits: a leak between training and test data"));

  const strip = h("div", { class: "strip", attributes: { "tabindex": "0", "role": "group", "aria-label": `Members of cluster ${formatCount(number)}`, "data-key": "strip" } });
  cluster.members.forEach(({ sample, similarity }, i) => {
    strip.append(sampleCard(sample, i === 0 ? { role: "representative" } : { similarity }, thumbnails));
  });
  const more = cluster.size - cluster.members.length;
  if (more > 0) strip.append(h("div", { class: "more muted", text: `and ${formatCount(more)} more` }));
  return h("div", { class: "row" }, heading, strip);
}

export function loadingRow(number: number): HTMLElement {
  return h("div", { class: "row" }, h("div", { class: "row-heading" }, h("h3", { text: `Cluster ${formatCount(number)}` }), h("span", { class: "muted", text: "Loading…" })), h("div", { class: "strip" }));
}

/** A word in a frame, with its meaning as a tooltip. */
function tag(text: string, meaning: string): HTMLElement {
  return h("span", { class: "tag", text, title: meaning });
}
