/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { ThumbnailRequests } from "./thumbnailRequests.ts";

test("a thumbnail is asked for once, and once more after a failure", () => {
  const requests = new ThumbnailRequests();
  assert.deepEqual(["a", "b", "a"].map((id) => requests.first(id)), [true, true, false]);
  requests.arrived(["a"]);
  assert.deepEqual(requests.again(), ["b"]);
  assert.deepEqual(requests.again(), []);
  assert.equal(requests.first("b"), false);
  requests.forget("b");
  assert.equal(requests.first("b"), true);
  requests.clear();
  assert.ok(requests.first("b"));
});
