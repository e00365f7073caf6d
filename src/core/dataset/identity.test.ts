import assert from "node:assert/strict";
import test from "node:test";
import { InfomaxError } from "../errors.ts";
import { baseRecordId, canonicalJson, idValue, loadHasher, recordDigest, UniqueIds } from "./identity.ts";

test("the hash is XXH64 with seed 0, of strings and of bytes alike", async () => {
  const hasher = await loadHasher();
  // Reference values of the XXH64 specification.
  assert.equal(hasher.hex(""), "ef46db3751d8e999");
  assert.equal(hasher.hex("abc"), "44bc2cf5ad770999");
  assert.equal(hasher.bigint("abc"), 0x44bc2cf5ad770999n);
  assert.equal(hasher.hex("Grüße"), hasher.hex(new TextEncoder().encode("Grüße")));
});

test("the digest ignores key order and white space, at every depth, and nothing else", async () => {
  const hasher = await loadHasher();
  const a = JSON.parse('{"b": [1, {"y": 1, "x": null}], "a": "é"}') as Record<string, unknown>;
  const b = JSON.parse('{"a":"\\u00e9","b":[1.0,{"x":null,"y":1}]}') as Record<string, unknown>;
  assert.equal(canonicalJson(a), '{"a":"é","b":[1,{"x":null,"y":1}]}');
  assert.equal(recordDigest(a, hasher), recordDigest(b, hasher));
  assert.notEqual(recordDigest({ a: "1" }, hasher), recordDigest({ a: 1 }, hasher));
  assert.notEqual(recordDigest({ a: [1, 2] }, hasher), recordDigest({ a: [2, 1] }, hasher));
});

test("a record that is nested too deeply is refused, not a stack overflow", () => {
  const deep: unknown = JSON.parse("[".repeat(5000) + "]".repeat(5000));
  assert.throws(() => canonicalJson({ deep }), (error) => error instanceof InfomaxError && error.code === "bad-data");
});

test("repeated ids get ~2, ~3, and never collide with an id that looks the same", () => {
  const ids = new UniqueIds();
  assert.deepEqual(["a", "a~2", "a", "a", "b", "a~2"].map((base) => ids.next(base)), ["a", "a~2", "a~3", "a~4", "b", "a~2~2"]);
  assert.equal(ids.repeats, 3);
});

test("ids come from the id field, or from the content where that holds no usable value", async () => {
  const hasher = await loadHasher();
  assert.equal(baseRecordId("f.jsonl", { id: 7 }, "id", hasher), "7");
  assert.equal(baseRecordId("f.jsonl", { id: "x y" }, "id", hasher), "x y");
  for (const id of [null, "", "  ", {}, true, 2 ** 60, "two\nlines"]) {
    assert.equal(idValue(id), null);
    assert.match(baseRecordId("f.jsonl", { id }, "id", hasher), /^f\.jsonl#[0-9a-f]{16}$/);
  }
});
