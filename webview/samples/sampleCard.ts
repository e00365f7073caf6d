import * as l10n from "@vscode/l10n";
import { DROPPED, KEPT } from "../../src/protocol/columns.ts";
import type { SampleView } from "../../src/protocol/samples.ts";
import { formatShare, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h, linkButton } from "../controls/dom.ts";

/** How similar a card's sample is to what the card stands beside, or what else it is: "representative"; null where that needs no word. */
export type CardRelation = { readonly similarity: number } | { readonly role: string } | null;

const importanceFormat = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** "train/cat/7.png", or "data.jsonl:12". */
export function placeOf(sample: SampleView): string {
  return sample.line === null ? sample.file : `${sample.file}:${sample.line}`;
}

/** Where the sample is in few letters: a file's name without its folders. */
export function shortPlace(sample: SampleView): string {
  return placeOf(sample).replace(/^.*\//, "");
}

/** What was decided about a sample, as words: each has a mark of its own, so that no colour is needed to tell them apart. */
export function marksOf({ store }: Inspected, row: number): readonly { readonly name: string; readonly text: string; readonly title: string }[] {
  const { states } = store;
  if (states === null) return [];
  return [
    ...(states.isProtected[row] !== 0 ? [{ name: "protected", text: l10n.t("Protected"), title: l10n.t("Kept at every budget") }] : []),
    ...(states.isExcluded[row] !== 0 ? [{ name: "excluded", text: l10n.t("Excluded"), title: l10n.t("Kept at no budget") }] : []),
    ...(states.isPreferred[row] !== 0 ? [{ name: "preferred", text: l10n.t("Keeper"), title: l10n.t("Chosen by hand as the one of its cluster to keep") }] : []),
  ];
}

/** One sample as a card: its image or text, where it is, what is known of it, and what can be done with it. */
export function sampleCard(inspected: Inspected, sample: SampleView, relation: CardRelation): HTMLElement {
  const { store, thumbnails } = inspected;
  const { states, channel } = store;
  const { row } = sample;
  const place = placeOf(sample);
  const kind = sample.kind === "vector" ? "text" : sample.kind;
  const similar = relation === null ? "" : "role" in relation ? relation.role : l10n.t("similarity {0}", formatSimilarity(relation.similarity));
  const kindOf = [...(sample.label === null ? [] : [sample.label]), ...(sample.split === null || sample.split === "none" ? [] : [sample.split])];
  const decision = states === null ? 0 : states.decision[row];
  const isProtected = states?.isProtected[row] === 1;
  const isExcluded = states?.isExcluded[row] === 1;
  const card = h("article", { class: `card ${kind}`, attributes: { "aria-label": similar === "" ? place : `${place}, ${similar}`, "data-row": String(row) } });
  card.classList.toggle("dropped", decision === DROPPED || isExcluded);
  card.classList.toggle("chosen", store.selection.has(row));

  const title = h("div", { class: "card-title" }, h("span", { class: "place", text: shortPlace(sample), title: place }));
  for (const { name, text, title: meaning } of marksOf(inspected, row)) title.append(h("span", { class: `mark ${name}-mark`, text, title: name === "protected" && sample.note !== null ? sample.note : meaning }));
  if (kind !== "text") {
    const image = h("img", { attributes: { alt: place, draggable: "false" } });
    thumbnails.show(image, sample.id);
    card.append(h("div", { class: "thumbnail" }, image), title);
  } else card.append(title);
  if (kind !== "image") {
    card.append(h("p", { class: "sample-text", text: sample.text ?? l10n.t("(vector)"), ...(sample.text === null ? {} : { title: sample.text }), attributes: { dir: "auto" } }));
  }

  const status = decision === KEPT ? ` · ${l10n.t("kept")}` : decision === DROPPED ? ` · ${l10n.t("dropped")}` : "";
  card.append(
    h("div", { class: "facts label-name", text: kindOf.join(" · "), ...(sample.label === null ? {} : { title: l10n.t("Label: {0}", sample.label) }) }),
    ...(similar === "" ? [] : [h("div", { class: "facts", text: similar })]),
    h("div", {
      class: "facts",
      text: `${l10n.t("importance {0}", importanceFormat.format(sample.importance))}${status}`,
      title: l10n.t("Importance is higher than that of {0} of the samples.", formatShare(sample.importanceRank)),
    }),
    h("div", { class: "actions" },
      ...(store.readOnly ? [] : [
        linkButton(l10n.t("Open"), l10n.t("Open {0}", place), `open:${row}`, () => { channel.send({ type: "reveal", id: sample.id }); }),
        ...(isExcluded ? [linkButton(l10n.t("Include"), l10n.t("Include {0}", place), `include:${row}`, () => { store.decide({ include: [row] }); })]
          : isProtected ? [linkButton(l10n.t("Unprotect"), l10n.t("Unprotect {0}", place), `protect:${row}`, () => { store.decide({ unprotect: [row] }); })]
          : [linkButton(l10n.t("Protect"), l10n.t("Protect {0}", place), `protect:${row}`, () => { store.decide({ protect: [row] }); })]),
      ]),
      linkButton(l10n.t("Explain"), l10n.t("Explain {0}", place), `explain:${row}`, () => { store.setFocus(row); })),
  );
  return card;
}
