import * as l10n from "@vscode/l10n";
import { KEPT } from "../../src/protocol/columns.ts";
import type { SampleView } from "../../src/protocol/samples.ts";
import type { Inspected } from "../app/page.ts";
import { h, linkButton } from "../controls/dom.ts";
import { wordDiff } from "../details/wordDiff.ts";
import { placeOf, sampleCard } from "../samples/sampleCard.ts";
import { differenceNodes } from "./textDifference.ts";

/** A member's place in its cluster. */
export interface Member {
  readonly row: number;
  /** To the representative; null for the representative itself. */
  readonly similarity: number | null;
}

/** A member while what it looks like is not known yet. */
export function waitingCard({ row }: Member, kind: "image" | "text" | "pair"): HTMLElement {
  return h("article", { class: `card ${kind} waiting`, attributes: { "aria-label": l10n.t("Loading"), "aria-busy": "true", "tabindex": "-1", "data-row": String(row), "data-key": `member:${row}` } });
}

/**
 * The card of a member: a sample's card with the choice of the keeper, excluding and choosing.
 * @param representative whose text the member's is compared with; null for itself
 */
export function memberCard(inspected: Inspected, sample: SampleView, { row, similarity }: Member, representative: SampleView | null): HTMLElement {
  const { store } = inspected;
  const { states } = store;
  const card = sampleCard(inspected, sample, similarity === null ? { role: l10n.t("representative") } : { similarity });
  card.tabIndex = -1;
  card.dataset.key = `member:${row}`;
  const place = placeOf(sample);
  const box = h("input", { class: "check", attributes: { "type": "checkbox", "aria-label": l10n.t("Choose {0}", place), "title": l10n.t("Choose this sample (Ctrl-click on the card does it too)"), "data-key": `pick:${row}` } });
  box.checked = store.selection.has(row);
  const title = card.querySelector(".card-title");
  title?.prepend(box);
  const [isPreferred, isExcluded, isProtected] = states === null ? [false, false, false] : [states.isPreferred[row] !== 0, states.isExcluded[row] !== 0, states.isProtected[row] !== 0];
  const isKept = states !== null && states.decision[row] === KEPT && !isExcluded;
  if (isKept && !isPreferred) title?.append(h("span", { class: "mark kept-mark", text: l10n.t("Kept"), title: l10n.t("The selection on the screen keeps it") }));
  card.classList.toggle("keeper", isPreferred || isKept);
  card.classList.toggle("representative", similarity === null);
  showDifference(card, sample, representative);
  if (states === null || store.readOnly) return card;
  card.append(h("div", { class: "actions member-actions" },
    isPreferred
      ? linkButton(l10n.t("Unset Keeper"), l10n.t("Let the rule choose the keeper, not {0}", place), `keeper:${row}`, () => { store.decide({ unprefer: [row] }); })
      : linkButton(l10n.t("Make Keeper"), l10n.t("Make {0} the one that is kept where one is kept", place), `keeper:${row}`, () => { store.decide({ prefer: [row], include: isExcluded ? [row] : [] }); }),
    ...(isExcluded || isProtected ? [] : [linkButton(l10n.t("Exclude"), l10n.t("Exclude {0}: it is kept at no budget", place), `exclude:${row}`, () => { store.decide({ exclude: [row], unprefer: isPreferred ? [row] : [] }); })])));
  return card;
}

function showDifference(card: HTMLElement, { text }: SampleView, representative: SampleView | null): void {
  const paragraph = card.querySelector(".sample-text");
  if (paragraph === null || text === null || representative === null || representative.text === null || representative.text === text) return;
  paragraph.replaceChildren(...differenceNodes(wordDiff(representative.text, text)));
}
