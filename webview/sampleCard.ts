import type { SampleView } from "../src/protocol/engine.ts";
import { formatShare, formatSimilarity } from "../src/protocol/words.ts";
import { h, linkButton } from "./dom.ts";
import { send } from "./host.ts";
import type { Thumbnails } from "./thumbnails.ts";

/** How similar a card's sample is to what the card stands beside, or what else it is: "representative"; null where that needs no word. */
export type CardRelation = { readonly similarity: number } | { readonly role: string } | null;

const importanceFormat = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** "train/cat/7.png", or "data.jsonl:12". */
export function placeOf(sample: SampleView): string {
  return sample.line === null ? sample.file : `${sample.file}:${sample.line}`;
}

/** Where the sample is in few letters: a file's name without its folders. */
function shortPlace(sample: SampleView): string {
  return placeOf(sample).replace(/^.*\//, "");
}

/** One sample as a card: its image or text, where it is, what is known of it, and what can be done with it. */
export function sampleCard(sample: SampleView, relation: CardRelation, thumbnails: Thumbnails): HTMLElement {
  const place = placeOf(sample);
  const kind = sample.kind === "vector" ? "text" : sample.kind;
  const similar = relation === null ? "" : "role" in relation ? relation.role : `similarity ${formatSimilarity(relation.similarity)}`;
  const kindOf = [...(sample.label === null ? [] : [sample.label]), ...(sample.split === null || sample.split === "none" ? [] : [sample.split])];
  const card = h("article", { class: `card ${kind}`, attributes: { "aria-label": similar === "" ? place : `${place}, ${similar}` } });
  if (sample.status === "dropped") card.classList.add("dropped");

  const title = h("div", { class: "card-title" }, h("span", { class: "place", text: shortPlace(sample), title: place }));
  if (sample.protected) {
    title.append(h("span", { class: "protected-mark", text: "Protected", title: sample.note === null || sample.note === "" ? "Kept at every budget" : sample.note }));
  }
  if (kind !== "text") {
    const image = h("img", { attributes: { alt: place, draggable: "false" } });
    thumbnails.show(image, sample.id);
    card.append(h("div", { class: "thumbnail" }, image), title);
  } else card.append(title);
  if (kind !== "image") {
    card.append(h("p", { class: "sample-text", text: sample.text ?? "(vector)", ...(sample.text === null ? {} : { title: sample.text }) }));
  }

  card.append(
    h("div", { class: "facts label-name", text: kindOf.join(" · "), ...(sample.label === null ? {} : { title: `Label: ${sample.label}` }) }),
    ...(similar === "" ? [] : [h("div", { class: "facts", text: similar })]),
    h("div", {
      class: "facts",
      text: `importance ${importanceFormat.format(sample.importance)}${sample.status === null ? "" : ` · ${sample.status}`}`,
      title: `Importance is higher than that of ${formatShare(sample.importanceRank)} of the samples.`,
    }),
    h("div", { class: "actions" },
      linkButton("Open", `Open ${place}`, `open:${sample.id}`, () => { send({ type: "reveal", id: sample.id }); }),
      sample.protected
        ? linkButton("Unprotect", `Unprotect ${place}`, `protect:${sample.id}`, () => { send({ type: "unprotect", ids: [sample.id] }); })
        : linkButton("Protect", `Protect ${place}`, `protect:${sample.id}`, () => { send({ type: "protect", ids: [sample.id] }); }),
      linkButton("Explain", `Explain ${place}`, `explain:${sample.id}`, () => { send({ type: "explain", id: sample.id }); }),
    ),
  );
  return card;
}
