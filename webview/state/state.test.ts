/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { FromWebview, ToWebview } from "../../src/protocol/webview.ts";
import type { Channel } from "./channel.ts";
import { RequestError, Requests } from "./requests.ts";
import { RowSet } from "./rowSet.ts";
import { INITIAL, restored, ViewMemory } from "./viewState.ts";

function recorder(kept?: unknown): Channel & { readonly sent: FromWebview[]; saved: unknown } {
  const sent: FromWebview[] = [];
  return { readOnly: false, sent, saved: undefined, send: (message) => { sent.push(message); }, listen: () => undefined, kept: () => kept, keep(state) { this.saved = state; } };
}

test("a state of an older version keeps what is understood and begins the rest anew", () => {
  assert.deepEqual(restored(undefined), INITIAL);
  assert.deepEqual(restored("clusters"), INITIAL);
  const state = restored({ page: "map", scroll: { clusters: 5, budget: 0 }, threshold: 0.9, budget: 7, mapColour: "smell", strategies: ["ccs"], unknown: 1 });
  assert.deepEqual(state, { ...INITIAL, page: "map", threshold: 0.9, strategies: ["ccs"] });
  const compare = { ...INITIAL.compare, across: "cost:money", limits: { probe: 0.8 }, withLimits: true, weights: { probe: 50 } };
  assert.deepEqual(restored({ compare }).compare, compare);
  for (const bad of [{ limits: { probe: "0.8" } }, { limits: null }, { weights: { probe: 101 } }, { across: 3 }, { worst: "yes" }]) assert.deepEqual(restored({ compare: { ...compare, ...bad } }).compare, INITIAL.compare);
});

test("what was remembered survives a reload, and another dataset starts without it", () => {
  const first = recorder();
  const memory = new ViewMemory(first);
  memory.openDataset("/a");
  memory.keep({ page: "samples", budget: "30%", threshold: 0.8, clusterSort: "mixed", focus: "x" });
  const again = new ViewMemory(recorder(structuredClone(first.saved)));
  assert.deepEqual(again.state, memory.state);
  again.openDataset("/a");
  assert.equal(again.state.budget, "30%");
  again.openDataset("/b");
  assert.deepEqual([again.state.budget, again.state.threshold, again.state.focus, again.state.page, again.state.clusterSort], ["", null, "", "samples", "mixed"]);
});

test("each answer goes to its question, and one that is dropped never comes", async () => {
  const channel = recorder();
  const requests = new Requests(channel);
  const first = requests.ask({ type: "getStrategy", name: "ccs" }, "strategy");
  const seen: number[] = [];
  const second = requests.ask({ type: "getSamples", key: "k", rows: [1] }, "samples", ({ done }) => { seen.push(done); });
  const [a, b] = channel.sent.map((message) => ("requestId" in message ? message.requestId : 0));
  assert.notEqual(a, b);
  requests.receive({ type: "requestProgress", requestId: b, progress: { stage: "Reading", done: 3, total: 9 } });
  requests.receive({ type: "samples", requestId: b, samples: [] });
  assert.deepEqual([(await second.answer).samples, seen], [[], [3]]);
  first.drop();
  assert.deepEqual(channel.sent.at(-1), { type: "drop", requestId: a });
  const late: ToWebview = { type: "requestFailed", requestId: a, message: "late", cancelled: false };
  assert.equal(requests.receive(late), true);
  assert.equal(requests.receive({ type: "progress", progress: null }), false);
  const third = requests.ask({ type: "getStrategy", name: "ccs" }, "strategy");
  requests.receive({ type: "requestFailed", requestId: a + 2, message: "It needs labels.", cancelled: true });
  await assert.rejects(third.answer, (thrown: unknown) => thrown instanceof RequestError && thrown.cancelled && thrown.message === "It needs labels.");
});

test("a set of rows counts each once, whatever is added or removed twice", () => {
  const set = new RowSet(100);
  set.add([5, 6, 7, 5, 99]);
  set.remove([6, 6, 8]);
  assert.deepEqual([set.size, [...set.rows()], set.has(6), set.has(99)], [3, [5, 7, 99], false, true]);
  const other = new RowSet(100);
  other.add([1]);
  other.fromText(set.toText());
  assert.deepEqual(other.rows(), set.rows());
  other.fromText("not rows");
  assert.equal(other.size, 0);
});
