/** Guards for the messages between host and webview: either side drops what does not pass. Pure functions. */
import { BLOCK_TYPES, isColumnPlace } from "./columns.ts";
import type { PricingQuestion } from "./comparison.ts";
import { DECISIONS, INSPECTOR_PAGES, MOST_REVIEWED, REVIEW_LISTS, type Decisions, type FromWebview, type ToWebview } from "./webview.ts";

/** Longest batch of ids in one message, and longest text: more is no message of ours. Ids of records may be long. */
const MAX_IDS = 10_000;
const MAX_TEXT = 1_000_000;

type Fields = { readonly [name: string]: unknown };

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_TEXT;
}

function isIds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_IDS && value.every(isText);
}

function isThreshold(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= 1;
}

function hasArray(value: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => Array.isArray(value[name]));
}

function isBytesMap(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((bytes) => bytes instanceof Uint8Array);
}

/** Longest name of a selection that can be. */
const MAX_NAME = 100;
const MAX_NOTE = 10_000;

function isName(value: unknown): value is string {
  return isText(value) && value.length <= MAX_NAME;
}

function isNameOrNull(value: unknown): boolean {
  return value === null || isName(value);
}

const ROWS_TEXT = /^[0-9a-z+,]*$/;
/** Longest list of rows in one message: a million rows, none beside another. */
const MAX_ROWS_TEXT = 8_000_000;
const MAX_ROWS = 500;
const KEEPER_RULES: readonly unknown[] = ["important", "central", "largest", "first"];

function isDecisions(value: unknown): value is Decisions {
  if (!isObject(value)) return false;
  const names: readonly string[] = DECISIONS;
  return Object.keys(value).every((name) => name === "note"
    ? typeof value.note === "string" && value.note.length <= MAX_TEXT
    : names.includes(name) && typeof value[name] === "string" && value[name].length <= MAX_ROWS_TEXT && ROWS_TEXT.test(value[name]));
}

const PRICE_PARTS: readonly unknown[] = ["acquire", "label", "embed", "train", "once"];
const MOST_PRICES = 1000;

function isAmount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isCostUnit(value: unknown): boolean {
  return value === "money" || value === "seconds";
}

function isPricingQuestion(value: unknown): value is PricingQuestion {
  return isObject(value) && (value.utility === null || isCount(value.utility)) && (value.spend === null || (isObject(value.spend) && isCostUnit(value.spend.unit) && isAmount(value.spend.amount)))
    && Array.isArray(value.prices) && value.prices.length <= MOST_PRICES
    && value.prices.every((edit: unknown) => isObject(edit) && isCount(edit.source) && PRICE_PARTS.includes(edit.part) && isCostUnit(edit.unit) && isAmount(edit.value));
}

/** Whether `message` is a message of the inspector to the host, every field checked. */
export function isFromWebview(message: unknown): message is FromWebview {
  if (!isObject(message)) return false;
  switch (message.type) {
    case "ready":
    case "getCurve":
    case "getOverview":
    case "getChanges":
    case "index":
    case "cancel":
    case "askPrune":
    case "compare":
    case "openComparison":
    case "exportComparison":
      return true;
    case "getComparison":
      return isCount(message.requestId);
    case "getPricing":
      return isCount(message.requestId) && isPricingQuestion(message.question);
    case "getBlock":
      return isCount(message.requestId) && (message.block === "base" || message.block === "states" || message.block === "order" || message.block === "map");
    case "getClusters":
      return isCount(message.requestId) && (message.threshold === null || isThreshold(message.threshold));
    case "search":
      return isCount(message.requestId) && isText(message.text) && message.text.length <= 1000;
    case "getSamples":
      return isCount(message.requestId) && isText(message.key) && Array.isArray(message.rows) && message.rows.length <= MAX_ROWS && message.rows.every(isCount);
    case "getStrategy":
      return isCount(message.requestId) && isText(message.name) && message.name.length <= 64;
    case "drop":
      return isCount(message.requestId);
    case "prune":
      return isText(message.budget) && message.budget.length <= 32 && (message.name === undefined || isName(message.name));
    case "getReview":
      return isCount(message.requestId) && isNameOrNull(message.selection) && isNameOrNull(message.against);
    case "getReviewSamples":
      return isCount(message.requestId) && isName(message.selection) && isNameOrNull(message.against) && REVIEW_LISTS.some((list) => list === message.list)
        && (message.reason === null || isName(message.reason)) && typeof message.search === "string" && message.search.length <= 1000
        && isCount(message.offset) && isCount(message.limit) && message.limit > 0 && message.limit <= MOST_REVIEWED;
    case "approve":
      return isCount(message.requestId) && isName(message.selection) && typeof message.sha256 === "string" && /^[0-9a-f]{64}$/.test(message.sha256)
        && typeof message.note === "string" && message.note.length <= MAX_NOTE;
    case "openMarkdown":
      return isName(message.selection) && isNameOrNull(message.against);
    case "apply":
    case "useSelection":
      return isName(message.selection);
    case "decide":
      return isText(message.key) && isDecisions(message.decisions);
    case "getThumbnails":
      return isIds(message.ids);
    case "explain":
      return isText(message.id) && (message.selection === undefined || isName(message.selection));
    case "reveal":
      return isText(message.id);
    case "revealRejected":
      return isCount(message.index);
    case "setKeeperRule":
      return KEEPER_RULES.includes(message.rule);
    default:
      return false;
  }
}

/** Whether `message` is a message of the host to the inspector, with the parts that the pages walk through. */
export function isToWebview(message: unknown): message is ToWebview {
  if (!isObject(message)) return false;
  const { result } = message;
  switch (message.type) {
    case "summary":
      return typeof message.stale === "boolean" && isObject(message.summary) && typeof message.summary.key === "string" && isCount(message.summary.samples)
        && isObject(message.summary.threshold) && isObject(message.summary.duplicates) && isObject(message.summary.encoder) && isObject(message.summary.importance)
        && hasArray(message.summary, "classes", "splits", "notes", "rejected", "protectedMissing")
        && isObject(message.summary.similarityHistogram) && hasArray(message.summary.similarityHistogram, "counts");
    case "block":
      return isBlockPlace(message) && message.bytes instanceof Uint8Array;
    case "samples":
      return isCount(message.requestId) && Array.isArray(message.samples) && message.samples.every((sample) => isObject(sample) && typeof sample.id === "string" && isCount(sample.row));
    case "thumbnails":
      return isBytesMap(message.thumbnails);
    case "overview":
      return isObject(result) && hasArray(result, "classes", "rejectedByReason");
    case "changes":
      return result === null || isObject(result);
    case "curve":
      return isObject(result) && isCount(result.samples) && hasArray(result, "points", "randomCoverage", "randomDistinct");
    case "strategy":
      return isCount(message.requestId) && isObject(result) && typeof result.name === "string" && typeof result.title === "string" && hasArray(result, "points");
    case "pruned":
      return isObject(result) && isCount(result.samples) && isCount(result.kept) && isObject(result.dropped) && hasArray(result, "classes", "notes");
    case "comparison":
      return isCount(message.requestId) && (message.view === null || isComparison(message.view));
    case "pricing":
      return isCount(message.requestId) && isPricing(result);
    case "compared":
      return true;
    case "review":
      return isCount(message.requestId) && hasArray(message, "selections") && (message.facts === null || isReview(message.facts));
    case "reviewSamples":
      return isCount(message.requestId) && isObject(result) && isCount(result.total) && Array.isArray(result.entries)
        && result.entries.every((entry) => isObject(entry) && typeof entry.id === "string" && (entry.sample === null || (isObject(entry.sample) && isCount(entry.sample.row))));
    case "approved":
      return isCount(message.requestId);
    case "showReview":
      return isNameOrNull(message.selection) && isNameOrNull(message.against);
    case "explanation":
      return isObject(result) && isObject(result.sample) && typeof result.sentence === "string" && hasArray(result, "neighbors", "importance") && Array.isArray(message.history);
    case "cursor":
      return isText(message.id);
    case "progress":
      return message.progress === null || isProgress(message.progress);
    case "requestProgress":
      return isCount(message.requestId) && isProgress(message.progress);
    case "requestFailed":
      return isCount(message.requestId) && typeof message.message === "string" && typeof message.cancelled === "boolean";
    case "stale":
      return message.what === "all" || message.what === "states";
    case "show":
      return INSPECTOR_PAGES.some((page) => page === message.page);
    case "empty":
      return typeof message.message === "string";
    case "failed":
      return typeof message.during === "string" && typeof message.message === "string";
    default:
      return false;
  }
}

function isComparison(value: unknown): boolean {
  return isObject(value) && typeof value.file === "string" && typeof value.currency === "string" && isCount(value.baseline) && isPricing(value.pricing)
    && hasArray(value, "classes", "sources", "sets", "budgets", "utilities", "strategies", "cells", "subsets", "correlations", "notes", "changes");
}

function isPricing(value: unknown): boolean {
  return isObject(value) && isCount(value.utility) && isObject(value.spend) && hasArray(value, "prices", "costs", "standings", "sweeps", "breakEvens");
}

function isReview(value: unknown): boolean {
  return isObject(value) && typeof value.selection === "string" && typeof value.sha256 === "string" && isCount(value.samples) && isCount(value.kept) && isObject(value.byHand)
    && hasArray(value, "reasons", "classes", "rules", "config") && (value.against === null || isObject(value.against)) && (value.approval === null || isObject(value.approval));
}

function isBlockPlace(message: Fields): boolean {
  return isCount(message.requestId) && typeof message.block === "string" && Object.hasOwn(BLOCK_TYPES, message.block) && typeof message.key === "string" && isCount(message.samples)
    && (message.threshold === null || isThreshold(message.threshold)) && Array.isArray(message.places) && message.places.every(isColumnPlace);
}

function isProgress(value: unknown): boolean {
  return isObject(value) && typeof value.stage === "string" && isCount(value.done) && isCount(value.total);
}
