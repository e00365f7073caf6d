/** What a comparison is made of, in words. Pure. */
import * as l10n from "@vscode/l10n";
import type { ComparedSource, ComparedStrategy, ComparedUtility, ComparisonView, CostUnit, PriceEdit } from "../../src/protocol/comparison.ts";
import { formatCount, samplesText } from "../../src/protocol/words.ts";
import { editOf, isPlaceholder, PRICE_PARTS } from "./priceEdits.ts";
import { nameText } from "./priceWords.ts";

const KINDS: { readonly [kind in ComparedSource["kind"]]: () => string } = {
  "in-house": () => l10n.t("in-house"),
  "crowd-labelled": () => l10n.t("crowd-labelled"),
  "schema-matched": () => l10n.t("schema-matched"),
  "embedding-retrieved": () => l10n.t("embedding-retrieved"),
  "synthetic": () => l10n.t("synthetic"),
  "other": () => l10n.t("other"),
};
const LABEL_KINDS: { readonly [kind in ComparedSource["labelKind"]]: () => string } = {
  "experts": () => l10n.t("by experts"),
  "crowd": () => l10n.t("by a crowd"),
  "schema-match": () => l10n.t("by schema match"),
  "free": () => l10n.t("free"),
};
const ACCESS: { readonly [access in ComparedSource["access"]]: () => string } = {
  "in-hand": () => l10n.t("in hand"),
  "on-purchase": () => l10n.t("on purchase"),
};
const ROLES: { readonly [role in ComparisonView["sets"][number]["role"]]: () => string } = {
  target: () => l10n.t("target"),
  shifted: () => l10n.t("shifted"),
  task: () => l10n.t("further task"),
};
const ORIGINS: { readonly [origin in ComparedUtility["origin"]]: () => string } = {
  trained: () => l10n.t("Trained"),
  probe: () => l10n.t("Measured by light training"),
  analytic: () => l10n.t("Analytic"),
};

export function sourceKindText(kind: ComparedSource["kind"]): string {
  return KINDS[kind]();
}

export function labelKindText(kind: ComparedSource["labelKind"]): string {
  return LABEL_KINDS[kind]();
}

export function accessText(access: ComparedSource["access"]): string {
  return ACCESS[access]();
}

export function roleText(role: ComparisonView["sets"][number]["role"]): string {
  return ROLES[role]();
}

/** The heading of utilities that are found in one way. */
export function originTitle(origin: ComparedUtility["origin"]): string {
  return ORIGINS[origin]();
}

/** What a strategy must know of every candidate. */
export function needsText({ content, labels, training }: ComparedStrategy["needs"]): string {
  const needs = [...(content ? [l10n.t("content")] : []), ...(labels ? [l10n.t("labels")] : []), ...(training ? [l10n.t("a training run")] : [])];
  return needs.length === 0 ? l10n.t("nothing") : needs.reduce((before, need) => l10n.t("{0}, {1}", before, need));
}

/** "10% (5,000 samples)", "20,000 USD" as it is named. */
export function budgetTitle({ name, samples }: ComparisonView["budgets"][number]): string {
  return samples === null ? nameText(name) : l10n.t("{0} ({1})", nameText(name), samplesText(samples));
}

const MOST_SOURCES = 2;

/** What was compared, in parts of a line: sources, sets, runs, encoder. */
export function comparedParts(view: ComparisonView): readonly string[] {
  const { sources, sets } = view;
  const shown = sources.length > MOST_SOURCES + 1 ? sources.slice(0, MOST_SOURCES) : sources;
  const leaked = sources.reduce((sum, source) => sum + source.leaked, 0);
  const rest = sources.slice(shown.length);
  const parts = shown.map((source) => l10n.t("{0} ({1}, {2})", nameText(source.name), sourceKindText(source.kind), samplesText(source.samples)));
  if (rest.length > 0) parts.push(l10n.t("and {0} more sources ({1})", formatCount(rest.length), samplesText(rest.reduce((sum, { samples }) => sum + samples, 0))));
  const asked = sets.filter(({ role }) => role !== "shifted" && role !== "task");
  const others = sets.length - asked.length;
  return [
    parts.reduce((before, part) => l10n.t("{0}, {1}", before, part)),
    ...(leaked === 0 ? [] : [l10n.t("{0} left out as leaked", formatCount(leaked))]),
    ...asked.map((set) => l10n.t("{0} {1} ({2})", roleText(set.role), nameText(set.name), formatCount(set.samples))),
    ...(others === 0 ? [] : [others === 1 ? l10n.t("1 further set") : l10n.t("{0} further sets", formatCount(others))]),
    l10n.t("{0} × {1}", view.redraws === 1 ? l10n.t("1 redraw") : l10n.t("{0} redraws", formatCount(view.redraws)), view.seeds === 1 ? l10n.t("1 seed") : l10n.t("{0} seeds", formatCount(view.seeds))),
    nameText(view.encoder),
  ];
}

/** Nobody has given some price in a unit yet: neither the file nor the user. */
export function hasPlaceholders(sources: readonly ComparedSource[], edits: readonly PriceEdit[], unit: CostUnit): boolean {
  return sources.some((source, s) => PRICE_PARTS.some((part) => isPlaceholder(source, { part, unit }, editOf(edits, { source: s, part, unit }))));
}
