import * as l10n from "@vscode/l10n";
import type { Explanation, SampleView } from "../protocol/samples.ts";
import { formatCount, formatSimilarity } from "../protocol/words.ts";
import { COMMANDS, INTERNAL_COMMANDS } from "./contributions.ts";
import { plainMarkdown } from "./plainText.ts";
import type { PlaceTarget, SampleTarget } from "./targets.ts";

const MOST_NOTE = 300;
const MOST_NAME = 120;
/** Pixels: what can be done must be in sight below it. */
const PICTURE_HEIGHT = 72;

/** The commands that a hover's links may run; VS Code runs no others from it. */
export const HOVER_COMMANDS = [
  COMMANDS.protect, COMMANDS.protectWithNote, COMMANDS.unprotect, COMMANDS.exclude, COMMANDS.include, COMMANDS.editNote, COMMANDS.explain, COMMANDS.findSimilar, COMMANDS.openRule, INTERNAL_COMMANDS.goToSample,
] as const;

/**
 * The facts on a sample as Markdown. All that comes from the dataset is plain text in it: no links, pictures or HTML.
 * @param picture data URI of its thumbnail, null where it has none
 */
export function hoverText({ sample, sentence, keeper, cluster }: Explanation, picture: string | null): string {
  const facts = [l10n.t("importance {0}, above {1}% of the samples", Number(sample.importance.toPrecision(3)), Math.floor(100 * sample.importanceRank))];
  if (cluster !== null) {
    facts.push(cluster.representative.id === sample.id ? l10n.t("represents a cluster of {0} near-duplicates", formatCount(cluster.size))
      : l10n.t("in a cluster of {0} near-duplicates, represented by {1}", formatCount(cluster.size), placeLink(cluster.representative)));
  }
  if (keeper !== null && keeper.sample.id !== sample.id) facts.push(l10n.t("keeper: {0} (similarity {1})", placeLink(keeper.sample), formatSimilarity(keeper.similarity)));
  const name = plainMarkdown(sample.line === null ? sample.file : sample.id, MOST_NAME);
  const about = [sample.label, sample.split].flatMap((word) => (word === null ? [] : [plainMarkdown(word, MOST_NAME)]));
  return [
    ...(picture === null ? [] : [`![](${picture}|height=${PICTURE_HEIGHT})`]),
    [`**${name}**`, ...about].join(" · "),
    ...decided(sample),
    plainMarkdown(sentence, 2 * MOST_NOTE),
    facts.map((fact) => `- ${fact}`).join("\n"),
    actions(sample).join(" | "),
  ].join("\n\n");
}

function decided({ protected: isProtected, excluded, preferred, rule, note }: SampleView): readonly string[] {
  const state = isProtected ? l10n.t("Protected") : excluded ? l10n.t("Excluded") : preferred ? l10n.t("Preferred") : null;
  if (state === null) return [];
  const why = rule === null ? "" : ` ${link(l10n.t("by rule {0}", plainMarkdown(rule, MOST_NAME)), COMMANDS.openRule, { rule }, l10n.t("Open the rule in infomax.json"))}`;
  return [`**${plainMarkdown(state, MOST_NAME)}**${why}${note === null ? "" : `: ${plainMarkdown(note, MOST_NOTE)}`}`];
}

function actions(sample: SampleView): string[] {
  const target: SampleTarget = { ids: [sample.id], ...(sample.note === null ? {} : { note: sample.note }) };
  const byHand = sample.rule === null;
  const action = (title: string, command: string, tooltip: string): string => link(title, command, target, tooltip);
  const protect = [action(l10n.t("Protect"), COMMANDS.protect, l10n.t("Keep this sample at every budget")), action(l10n.t("Protect with Note…"), COMMANDS.protectWithNote, l10n.t("Keep it at every budget, and say why"))];
  const exclude = action(l10n.t("Exclude"), COMMANDS.exclude, l10n.t("Keep this sample at no budget"));
  const note = action(l10n.t("Edit Note…"), COMMANDS.editNote, l10n.t("Say why"));
  const decisions = sample.protected ? (byHand ? [action(l10n.t("Unprotect"), COMMANDS.unprotect, l10n.t("Let the selection decide")), note] : [])
    : sample.excluded ? (byHand ? [action(l10n.t("Include"), COMMANDS.include, l10n.t("Let the selection decide")), note] : [])
    : [...protect, exclude];
  return [...decisions, action(l10n.t("Why"), COMMANDS.explain, l10n.t("Explain this decision in the inspector")), action(l10n.t("Neighbours"), COMMANDS.findSimilar, l10n.t("Find the samples most similar to this one"))];
}

function placeLink({ id, file, line }: SampleView): string {
  const place: PlaceTarget = { id, file, line };
  return link(plainMarkdown(line === null ? file : `${file}:${line}`, MOST_NAME), INTERNAL_COMMANDS.goToSample, place, l10n.t("Go to this sample"));
}

/** A link that runs one of our commands. The argument is data of any kind: nothing of it may end the link. */
function link(title: string, command: string, argument: SampleTarget | PlaceTarget | { readonly rule: string }, tooltip: string): string {
  const encoded = encodeURIComponent(JSON.stringify([argument])).replace(/[!'()*~_.-]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  return `[${title}](command:${command}?${encoded} "${plainMarkdown(tooltip, MOST_NOTE)}")`;
}
