import * as l10n from "@vscode/l10n";
import type { SampleView } from "../../src/protocol/samples.ts";
import { formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { placeOf, shortPlace } from "../samples/sampleCard.ts";
import { wordDiff } from "./wordDiff.ts";

/** Another sample beside the one in the details. */
export interface Other {
  readonly sample: SampleView;
  readonly similarity: number;
  /** "Keeper", "Nearest neighbour". */
  readonly role: string;
}

/** A picture as large as the pane allows. */
export function picture({ thumbnails }: Inspected, sample: SampleView, caption: Node | null): HTMLElement {
  const image = h("img", { attributes: { alt: placeOf(sample), draggable: "false" } });
  thumbnails.show(image, sample.id);
  return h("figure", { class: "details-picture" }, h("div", { class: "picture-frame" }, image), ...(caption === null ? [] : [h("figcaption", { class: "muted" }, caption)]));
}

function roleLine(inspected: Inspected, { sample, similarity, role }: Other): HTMLElement {
  const go = h("button", { class: "link clip", text: shortPlace(sample), title: placeOf(sample), attributes: { "type": "button", "dir": "auto", "aria-label": l10n.t("Show {0}", placeOf(sample)) } });
  go.addEventListener("click", () => { inspected.store.setFocus(sample.row); });
  return h("span", { class: "role-line" }, h("span", { text: `${role}, ${formatSimilarity(similarity)}` }), go);
}

/** The sample, and beside it the one that it is compared with. */
export function comparison(inspected: Inspected, sample: SampleView, other: Other | null): HTMLElement {
  const parts: HTMLElement[] = [];
  if (sample.kind === "image" || sample.kind === "pair") {
    const own = picture(inspected, sample, other === null ? null : h("span", { text: l10n.t("This sample") }));
    parts.push(h("div", { class: other === null ? "pictures" : "pictures two" }, own, ...(other === null ? [] : [picture(inspected, other.sample, roleLine(inspected, other))])));
  }
  if (sample.kind !== "image") {
    parts.push(h("p", { class: "whole-text", text: sample.text ?? l10n.t("(vector)"), attributes: { "dir": "auto", "tabindex": "0", "role": "group", "aria-label": l10n.t("Text of the sample") } }));
    if (other !== null && sample.text !== null && other.sample.text !== null) parts.push(differences(inspected, sample, other, sample.text, other.sample.text));
  }
  return h("div", { class: "comparison" }, ...parts);
}

/** The other text with what it has in place of the sample's words: struck through what only the sample has, underlined what only the other has. */
function differences(inspected: Inspected, sample: SampleView, other: Other, from: string, to: string): HTMLElement {
  const parts = wordDiff(from, to);
  const isSame = parts.every(({ kind }) => kind === "same");
  const heading = h("h3", {}, roleLine(inspected, other));
  if (isSame) return h("section", {}, heading, h("p", { class: "muted", text: l10n.t("The texts are word for word the same.") }));
  const text = h("p", { class: "whole-text diff", attributes: { "dir": "auto", "tabindex": "0", "role": "group", "aria-label": l10n.t("Differences from {0} to {1}", placeOf(sample), placeOf(other.sample)) } },
    ...parts.map(({ text: words, kind }) => (kind === "same" ? document.createTextNode(words) : h(kind === "added" ? "ins" : "del", { text: words, title: kind === "added" ? l10n.t("Only in the other") : l10n.t("Only in this sample") }))));
  return h("section", {}, heading, text,
    h("p", { class: "legend-line muted" }, h("del", { text: l10n.t("only in this sample") }), document.createTextNode(" "), h("ins", { text: l10n.t("only in the other") })));
}
