/**
 * The core speaks English and knows no languages. What it says most often to people is recognised here, by its form, and
 * said in the language that the engine was given; the rest stays as it is.
 */
import * as l10n from "@vscode/l10n";
import type { InfomaxError } from "../core/errors.ts";

type Form = readonly [form: RegExp, said: (...parts: readonly string[]) => string];

const FORMS: readonly Form[] = [
  // The near-duplicate threshold.
  [/^the encoder's default: too few samples are that close to tell where near-duplicates begin$/,
    () => l10n.t("the encoder's default: too few samples are that close to tell where near-duplicates begin")],
  [/^the encoder's default, and the data agree: across it the next neighbour is ([\d.]+) times as far$/,
    (factor) => l10n.t("the encoder's default, and the data agree: across it the next neighbour is {0} times as far", factor)],
  [/^found in the data: the lowest similarity from ([\d.]+) up across which the next neighbour is clearly farther, ([\d.]+) times as far$/,
    (from, factor) => l10n.t("found in the data: the lowest similarity from {0} up across which the next neighbour is clearly farther, {1} times as far", from, factor)],
  [/^set high, for the data show no gap between near-duplicates and other samples from ([\d.]+) up$/,
    (from) => l10n.t("set high, for the data show no gap between near-duplicates and other samples from {0} up", from)],
  // The noise cutoff.
  [/^the budget holds all distinct contents$/, () => l10n.t("the budget holds all distinct contents")],
  [/^the budget holds less than 1% of the distinct contents$/, () => l10n.t("the budget holds less than 1% of the distinct contents")],
  [/^the budget holds (\d+)% of the distinct contents$/, (percent) => l10n.t("the budget holds {0}% of the distinct contents", percent)],
  [/^the budget holds less than 1% of the distinct contents, and few samples of a class: ([\d.]+)$/, (samples) => l10n.t("the budget holds less than 1% of the distinct contents, and few samples of a class: {0}", samples)],
  [/^the budget holds (\d+)% of the distinct contents, and few samples of a class: ([\d.]+)$/, (percent, samples) => l10n.t("the budget holds {0}% of the distinct contents, and few samples of a class: {1}", percent, samples)],
  [/^about ([\d.]+)% of the labels look wrong to probes that did not see them$/, (percent) => l10n.t("about {0}% of the labels look wrong to probes that did not see them", percent)],
  [/^AUM from column "(.*)"$/, (column) => l10n.t("AUM from column \"{0}\"", column)],
  [/^AUM of the training run in (.*)$/, (run) => l10n.t("AUM of the training run in {0}", run)],
  [/^AUM of linear probes on the embeddings$/, () => l10n.t("AUM of linear probes on the embeddings")],
  [/^confident learning with linear probes on the embeddings, (\d+) folds$/, (folds) => l10n.t("confident learning with linear probes on the embeddings, {0} folds", folds)],
  [/^confident learning with linear probes on the embeddings, (\d+) folds, bounded by their most confident tenth$/,
    (folds) => l10n.t("confident learning with linear probes on the embeddings, {0} folds, bounded by their most confident tenth", folds)],
  // Importance.
  [/^Imported from column "(.*)"$/, (column) => l10n.t("Imported from column \"{0}\"", column)],
  [/^Imported from an \.npy file$/, () => l10n.t("Imported from an .npy file")],
  [/^CLIPScore: how well image and text agree, 2\.5 × their cosine$/, () => l10n.t("CLIPScore: how well image and text agree, 2.5 × their cosine")],
  [/^The same for every sample$/, () => l10n.t("The same for every sample")],
  [/^Distance to the 10th nearest neighbour$/, () => l10n.t("Distance to the 10th nearest neighbour")],
  [/^1 − similarity to the nearest of (\d+) prototypes \(k-means\)$/, (prototypes) => l10n.t("1 − similarity to the nearest of {0} prototypes (k-means)", prototypes)],
  [/^1 − AUM from column "(.*)"$/, (column) => l10n.t("1 − AUM from column \"{0}\"", column)],
  [/^1 − margin of linear probes that never saw the sample, (\d+) folds$/, (folds) => l10n.t("1 − margin of linear probes that never saw the sample, {0} folds", folds)],
  [/^(EL2N|1 − AUM|forgetting events|entropy|1 − margin|DUAL) of linear probes on the embeddings, 3 probes × 10 epochs$/,
    (score) => l10n.t("{0} of linear probes on the embeddings, 3 probes × 10 epochs", scoreName(score))],
  [/^(EL2N|1 − AUM|forgetting events|entropy|1 − margin|DUAL) of the training run in (.*), 1 epoch$/, (score, run) => l10n.t("{0} of the training run in {1}, 1 epoch", scoreName(score), run)],
  [/^(EL2N|1 − AUM|forgetting events|entropy|1 − margin|DUAL) of the training run in (.*), (\d+) epochs$/,
    (score, run, epochs) => l10n.t("{0} of the training run in {1}, {2} epochs", scoreName(score), run, epochs)],
  [/^1 − mean similarity to the 10 nearest neighbours$/, () => l10n.t("1 − mean similarity to the 10 nearest neighbours")],
  [/^1 − mean similarity to the 10 nearest neighbours \((\d+) classes are many for probes; ask for el2n to have them all the same\)$/,
    (classes) => l10n.t("1 − mean similarity to the 10 nearest neighbours ({0} classes are many for probes; ask for el2n to have them all the same)", classes)],
  // Notes on a dataset.
  [/^Fields recognised: (.*)$/, (fields) => l10n.t("Fields recognised: {0}", fields.split(/, (?=(?:label|text|image) from ")/).map(fieldSource).reduce((before, field) => l10n.t("{0}, {1}", before, field)))],
  [/^The records hold images and texts; the setting pairs says which are compared$/, () => l10n.t("The records hold images and texts; the setting pairs says which are compared")],
  [/^(\d+) records? without a single value in the label field "(.*)"$/, (count, field) => l10n.t("{0} without a single value in the label field \"{1}\"", recordsText(count), field)],
  [/^(\d+) records? without a text \((.*)\)$/, (count, fields) => l10n.t("{0} without a text ({1})", recordsText(count), fields)],
  [/^(\d+) records? without an image \((.*)\): only their texts are compared$/, (count, field) => l10n.t("{0} without an image ({1}): only their texts are compared", recordsText(count), field)],
  [/^1 new sample joined the index \(([\d,]+) known\)$/, (known) => l10n.t("1 new sample joined the index ({0} known)", known)],
  [/^([\d,]+) new samples joined the index \(([\d,]+) known\)$/, (count, known) => l10n.t("{0} new samples joined the index ({1} known)", count, known)],
  [/^1 sample left the index$/, () => l10n.t("1 sample left the index")],
  [/^([\d,]+) samples left the index$/, (count) => l10n.t("{0} samples left the index", count)],
  [/^([\d,]+) samples were split into (\d+) parts of at most ([\d,]+), with neighbours kept together; neighbours and near-duplicates are found within a part$/, (count, parts, most) =>
    l10n.t("{0} samples were split into {1} parts of at most {2}, with neighbours kept together; neighbours and near-duplicates are found within a part", count, parts, most)],
  // Budgets that cannot be.
  [/^the budget of (\d+) is below the (\d+) protected samples, which are always kept$/, (budget, pinned) => l10n.t("the budget of {0} is below the {1} protected samples, which are always kept", budget, pinned)],
  [/^Choose a budget of at least (\d+), or unprotect some samples\.$/, (least) => l10n.t("Choose a budget of at least {0}, or unprotect some samples.", least)],
  [/^the budget of (\d+) is above the (\d+) samples that are not excluded$/, (budget, allowed) => l10n.t("the budget of {0} is above the {1} samples that are not excluded", budget, allowed)],
  [/^Choose a budget of at most (\d+), or include some samples\.$/, (most) => l10n.t("Choose a budget of at most {0}, or include some samples.", most)],
];

function recordsText(count: string): string {
  return count === "1" ? l10n.t("1 record") : l10n.t("{0} records", count);
}

/** "label from "class"". */
function fieldSource(said: string): string {
  const [, role, names] = /^(\w+) from (.*)$/.exec(said) ?? ["", "", said];
  switch (role) {
    case "id": return l10n.t("id from {0}", names);
    case "label": return l10n.t("label from {0}", names);
    case "text": return l10n.t("text from {0}", names);
    case "image": return l10n.t("image from {0}", names);
    default: return said;
  }
}

function scoreName(name: string): string {
  return name === "forgetting events" ? l10n.t("forgetting events") : name === "entropy" ? l10n.t("entropy") : name;
}

/** A text of the core in the engine's language, where it is one of the frequent ones; else as it is. */
export function translated(text: string): string {
  for (const [form, said] of FORMS) {
    const found = form.exec(text);
    if (found !== null) return said(...found.slice(1));
  }
  return text;
}

/** An error's message, as {@link InfomaxError} makes it, in the engine's language as far as that is known. */
export function messageIn({ problem: given, remedy, place: { file, line } }: InfomaxError): string {
  const problem = translated(given);
  // An English problem keeps its full stop, whatever the language has in its place.
  const said = /\P{ASCII}$/u.test(problem) ? l10n.t("{0}. {1}", problem, translated(remedy)) : `${problem}. ${translated(remedy)}`;
  return (file === undefined ? said : line === undefined ? `${file}: ${said}` : `${file}:${line}: ${said}`).replace(/\s+/g, " ").trim();
}
