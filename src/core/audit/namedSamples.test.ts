import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { MOST_NAMED } from "./auditEvent.ts";
import { namedSamples } from "./namedSamples.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

void test("named samples are sorted by code units, and their digest is of the lines", () => {
  // In code units "Z" comes before "a", and U+1F600 (a surrogate pair) before U+FF5E.
  const found = namedSamples(["b/2.png", "\uff5e", "a", "\u{1f600}", "Z"]);
  assert.deepEqual(found, { count: 5, ids: ["Z", "a", "b/2.png", "\u{1f600}", "\uff5e"], digest: sha256("Z\na\nb/2.png\n\u{1f600}\n\uff5e\n") });
  assert.deepEqual(namedSamples(new Set<string>()), { count: 0, ids: [], digest: sha256("") });
});

void test("beyond the most that an entry names, the digest stands for the ids", () => {
  const ids = Array.from({ length: MOST_NAMED + 1 }, (_, i) => `s${String(i).padStart(5, "0")}`);
  assert.deepEqual(namedSamples(ids.slice(1)).ids, ids.slice(1));
  const more = namedSamples(ids.toReversed());
  assert.deepEqual(more, { count: MOST_NAMED + 1, digest: sha256(ids.join("\n") + "\n") });
});
