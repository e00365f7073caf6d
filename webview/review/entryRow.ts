import * as l10n from "@vscode/l10n";
import type { ReviewEntry } from "../../src/protocol/review.ts";
import { formatShare, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h, linkButton } from "../controls/dom.ts";
import { labelText } from "../samples/filterWords.ts";
import { placeOf, shortPlace } from "../samples/sampleCard.ts";
import { flipFor, overruledBy, type Flip } from "./flips.ts";
import { changeText, isCopy, whyText } from "./reviewWords.ts";

/** Longest text put on the page. */
const MOST_LETTERS = 300;
/** Of a longer path only the name is written. */
const LONG_PLACE = 40;
const importanceFormat = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

export interface EntryOptions {
  readonly index: number;
  /** The selection is the one that the columns are about. */
  readonly isCurrent: boolean;
  /** Another selection is compared with. */
  readonly isCompared: boolean;
  /** Where the note of this entry is being asked for; null for a plain entry. */
  readonly noteForm: HTMLElement | null;
  readonly look: (entry: ReviewEntry) => void;
  readonly flip: (entry: ReviewEntry, flip: Flip) => void;
  readonly undo: (entry: ReviewEntry) => void;
  readonly choose: (entry: ReviewEntry, extend: boolean) => void;
}

function thumbnail({ thumbnails }: Inspected, id: string, name: string): HTMLElement {
  const image = h("img", { attributes: { alt: "", draggable: "false", decoding: "async" } });
  thumbnails.show(image, id);
  return h("span", { class: name }, image);
}

/** The last part of a path, and the line of a record. */
function lastPart(id: string): string {
  return id.replace(/^.*\//, "");
}

/** One sample of a review in a row: what it is, why it is kept or dropped, who stands for it, what can be done. */
export function entryRow(inspected: Inspected, entry: ReviewEntry, options: EntryOptions): HTMLElement {
  const { store, samples } = inspected;
  const { index } = options;
  const { sample } = entry;
  const place = sample === null ? entry.id : placeOf(sample);
  const hasPicture = sample !== null && (sample.kind === "image" || sample.kind === "pair");
  const since = overruledBy(entry, store.states);
  const row = h("div", { class: "review-row", attributes: { "data-index": String(index), "tabindex": "-1" } });
  row.classList.toggle("chosen", sample !== null && store.selection.has(sample.row));
  row.classList.toggle("current", sample !== null && store.focus === sample.row);
  row.classList.toggle("dropped", entry.decision === "dropped");

  const check = h("input", { class: "check", attributes: { "type": "checkbox", "aria-label": l10n.t("Choose {0}", place), "data-key": `check:${index}` } });
  check.checked = sample !== null && store.selection.has(sample.row);
  check.disabled = sample === null;
  check.addEventListener("click", (event) => { options.choose(entry, event.shiftKey); });

  const go = h("button", { class: "entry-go", title: place, attributes: { "type": "button", "data-key": `go:${index}` } });
  if (hasPicture) go.append(thumbnail(inspected, entry.id, "entry-picture"));
  const facts = sample === null ? l10n.t("no longer in the dataset")
    : [...(sample.label === null ? [] : [labelText(sample.label)]), l10n.t("importance {0}", importanceFormat.format(entry.importance))].join(" · ");
  const words = h("span", { class: "entry-words" },
    h("bdi", { class: "entry-place clip", text: sample === null ? lastPart(entry.id) : place.length > LONG_PLACE ? shortPlace(sample) : place }));
  if (sample !== null && !hasPicture) words.append(h("span", { class: "entry-text clip", text: (sample.text ?? l10n.t("(vector)")).slice(0, MOST_LETTERS), attributes: { dir: "auto" } }));
  words.append(h("bdi", { class: "muted clip", text: facts, ...(sample === null ? {} : { title: l10n.t("Importance is higher than that of {0} of the samples.", formatShare(sample.importanceRank)) }) }));
  go.append(words);
  go.disabled = sample === null;
  go.addEventListener("click", () => { options.look(entry); });

  row.append(check, go);
  if (options.noteForm !== null) {
    row.classList.add("asking");
    row.append(options.noteForm);
    return row;
  }
  const change = changeText(entry, options.isCompared);
  const why = h("div", { class: "entry-why" }, h("span", { class: "entry-reason", text: change ?? whyText(entry), title: change === null ? whyText(entry) : `${change}\n${whyText(entry)}`, attributes: { dir: "auto" } }));
  if (entry.keeper !== null) {
    const { keeper } = entry;
    const keeperRow = options.isCurrent && sample !== null ? store.states?.keeper[sample.row] ?? -1 : -1;
    const known = keeperRow >= 0 ? samples.get(keeperRow) : null;
    const stand = known?.id === keeper ? known : null;
    const name = stand === null ? lastPart(keeper) : hasPicture || stand.text === null ? shortPlace(stand) : stand.text.slice(0, MOST_LETTERS);
    const beside = h("button", { class: "entry-keeper", title: l10n.t("Compare with its keeper {0}", keeper), attributes: { "type": "button", "data-key": `keeper:${index}` } });
    if (hasPicture) beside.append(thumbnail(inspected, keeper, "keeper-picture"));
    beside.append(h("span", { class: "muted", text: isCopy(entry.reason) ? l10n.t("keeper") : l10n.t("nearest kept ({0})", formatSimilarity(entry.similarity ?? 0)) }), h("span", { class: "clip", text: name, attributes: { dir: "auto" } }));
    beside.disabled = sample === null;
    beside.addEventListener("click", () => { options.look(entry); });
    why.append(beside);
  }
  row.append(why, actions(inspected, entry, place, since, options));
  return row;
}

function actions({ store }: Inspected, entry: ReviewEntry, place: string, since: "protected" | "excluded" | null, { index, flip, undo }: EntryOptions): HTMLElement {
  const line = h("div", { class: "entry-actions" });
  const { sample } = entry;
  if (sample === null) return line;
  if (since !== null) {
    line.append(h("span", { class: `mark ${since}-mark`, text: since === "protected" ? l10n.t("Protected since") : l10n.t("Excluded since"), title: l10n.t("Prune again for the selection to follow.") }));
    if (sample.rule === null) {
      line.append(linkButton(l10n.t("Undo"), since === "protected" ? l10n.t("Undo: no longer protect {0}", place) : l10n.t("Undo: no longer exclude {0}", place), `flip:${index}`, () => { undo(entry); }));
    }
  }
  const possible = flipFor(entry, store.states);
  if (possible === "keep") line.append(linkButton(l10n.t("Keep…"), l10n.t("Keep… {0}: protects it", place), `flip:${index}`, () => { flip(entry, possible); }));
  if (possible === "drop") line.append(linkButton(l10n.t("Drop…"), l10n.t("Drop… {0}: excludes it", place), `flip:${index}`, () => { flip(entry, possible); }));
  line.append(linkButton(l10n.t("Open"), l10n.t("Open {0}", place), `open:${index}`, () => { store.channel.send({ type: "reveal", id: sample.id }); }));
  return line;
}
