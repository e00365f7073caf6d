import assert from "node:assert/strict";
import test from "node:test";
import { isFromWebview, isToWebview } from "./guards.ts";

test("every message of the inspector passes, as it comes out of JSON", () => {
  const messages = [
    { type: "ready" }, { type: "getCurve" }, { type: "getOverview" }, { type: "getChanges" }, { type: "index" }, { type: "cancel" },
    { type: "getBlock", requestId: 1, block: "map" }, { type: "getClusters", requestId: 2, threshold: null }, { type: "getClusters", requestId: 2, threshold: 0.9 },
    { type: "search", requestId: 3, text: "two words" }, { type: "getSamples", requestId: 4, key: "k", rows: [0, 5] },
    { type: "prune", budget: "30%" }, { type: "getStrategy", requestId: 1, name: "k-center" }, { type: "drop", requestId: 1 },
    { type: "decide", key: "k", decisions: { protect: "0+3,9", exclude: "a", note: "why" } }, { type: "setKeeperRule", rule: "central" }, { type: "revealRejected", index: 3 },
    { type: "getThumbnails", ids: ["a.png"] }, { type: "explain", id: "a.png" }, { type: "explain", id: "a.png", selection: "v1" }, { type: "reveal", id: "a.png" },
    { type: "askPrune" }, { type: "prune", budget: "30%", name: "v1" }, { type: "getReview", requestId: 5, selection: null, against: "v0" },
    { type: "getReviewSamples", requestId: 6, selection: "v1", against: null, list: "dropped", reason: null, search: "", offset: 0, limit: 100 },
    { type: "approve", requestId: 7, selection: "v1", sha256: "a".repeat(64), note: "" }, { type: "openMarkdown", selection: "v1", against: null }, { type: "apply", selection: "v1" }, { type: "useSelection", selection: "v1" },
  ];
  for (const message of messages) assert.ok(isFromWebview(JSON.parse(JSON.stringify(message))), JSON.stringify(message));
});

test("what is malformed is dropped", () => {
  const messages: unknown[] = [
    null, 1, "ready", [], {}, { type: "eval" }, { type: "toString" },
    { type: "getBlock", requestId: 1, block: "rows" }, { type: "getBlock", block: "base" },
    { type: "getClusters", requestId: 1, threshold: 2 }, { type: "getClusters", requestId: 1, threshold: NaN }, { type: "getClusters", requestId: 0.5, threshold: null },
    { type: "search", requestId: 1, text: "" }, { type: "search", requestId: 1, text: "a".repeat(1001) },
    { type: "getSamples", requestId: 1, key: "k", rows: [-1] }, { type: "getSamples", requestId: 1, key: "k", rows: new Array(501).fill(0) }, { type: "getSamples", requestId: 1, rows: [] },
    { type: "getStrategy", requestId: 1 }, { type: "getStrategy", name: "ccs" }, { type: "getStrategy", requestId: 1, name: "c".repeat(65) }, { type: "drop", requestId: -1 },
    { type: "prune" }, { type: "prune", budget: 30 }, { type: "prune", budget: "" }, { type: "prune", budget: "9".repeat(100) },
    { type: "decide", key: "k", decisions: { protect: [1] } }, { type: "decide", key: "k", decisions: { remove: "1" } }, { type: "decide", key: "k", decisions: { protect: "1;2" } }, { type: "decide", decisions: {} },
    { type: "getReview", requestId: 1, selection: "", against: null }, { type: "getReview", requestId: 1, selection: null }, { type: "getReview", requestId: 1, selection: "v".repeat(101), against: null },
    { type: "getReviewSamples", requestId: 6, selection: "v1", against: null, list: "lost", reason: null, search: "", offset: 0, limit: 100 },
    { type: "getReviewSamples", requestId: 6, selection: "v1", against: null, list: "dropped", reason: null, search: "", offset: 0, limit: 5000 },
    { type: "approve", requestId: 7, selection: "v1", sha256: "a", note: "" }, { type: "openMarkdown", selection: "v1" }, { type: "apply" }, { type: "apply", selection: null }, { type: "prune", budget: "30%", name: "" },
    { type: "setKeeperRule", rule: "best" }, { type: "revealRejected", index: -1 }, { type: "revealRejected", file: "/etc/passwd" }, { type: "explain" }, { type: "reveal", id: {} }, { type: "getThumbnails", ids: [] },
  ];
  for (const message of messages) assert.equal(isFromWebview(message), false, JSON.stringify(message));
});

test("the inspector takes only whole snapshots", () => {
  assert.ok(isToWebview({ type: "progress", progress: null }));
  const block = { type: "block", requestId: 3, block: "rows", key: "k", samples: 9, threshold: null, places: [{ name: "rows", type: "u32", offset: 0, length: 2 }], bytes: new Uint8Array(8) };
  assert.ok(isToWebview(block));
  assert.equal(isToWebview({ ...block, block: "toString" }), false);
  assert.equal(isToWebview({ ...block, bytes: [1, 2] }), false);
  assert.equal(isToWebview({ ...block, places: [{ ...block.places[0], type: "f64" }] }), false);
  assert.ok(isToWebview({ type: "thumbnails", thumbnails: { a: Uint8Array.of(1) } }));
  assert.ok(isToWebview({ type: "failed", during: "prune", message: "No." }));
  assert.equal(isToWebview({ type: "thumbnails", thumbnails: { a: "vscode-resource:a" } }), false);
  const summary = {
    key: "k", samples: 2, threshold: {}, duplicates: {}, encoder: {}, importance: {},
    classes: [], splits: [], notes: [], rejected: [], similarityHistogram: { from: 0.5, counts: [1, 2] }, protectedMissing: [],
  };
  assert.ok(isToWebview({ type: "summary", summary, stale: true }));
  assert.equal(isToWebview({ type: "summary", summary: { ...summary, similarityHistogram: [1, 2] }, stale: true }), false);
  assert.ok(isToWebview({ type: "strategy", requestId: 1, result: { name: "ccs", title: "CCS", citation: "", points: [], seconds: 1 } }));
  assert.equal(isToWebview({ type: "strategy", requestId: 1, result: { name: "ccs", title: "CCS" } }), false);
  const facts = { selection: "v1", sha256: "a", samples: 2, kept: 1, byHand: {}, reasons: [], classes: [], rules: [], config: [], against: null, approval: null };
  assert.ok(isToWebview({ type: "review", requestId: 1, selections: ["v1"], facts }));
  assert.ok(isToWebview({ type: "review", requestId: 1, selections: [], facts: null }));
  assert.equal(isToWebview({ type: "review", requestId: 1, selections: ["v1"], facts: { ...facts, reasons: {} } }), false);
  assert.ok(isToWebview({ type: "reviewSamples", requestId: 1, result: { total: 1, entries: [{ id: "a", sample: null }] } }));
  assert.equal(isToWebview({ type: "reviewSamples", requestId: 1, result: { total: 1, entries: [{ id: "a" }] } }), false);
  assert.ok(isToWebview({ type: "requestFailed", requestId: 1, message: "It needs labels.", cancelled: false }));
  assert.equal(isToWebview({ type: "summary", summary }), false);
  assert.equal(isToWebview({ type: "summary", summary: {}, stale: false }), false);
  assert.equal(isToWebview({ type: "stale", what: "everything" }), false);
  assert.equal(isToWebview({ vscodeScheduleAsyncUpdate: true }), false);
});
