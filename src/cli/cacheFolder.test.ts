import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { cacheFolder } from "./cacheFolder.ts";

test("--cache goes before INFOMAX_CACHE, that before the user's cache folder", () => {
  assert.equal(cacheFolder("given", { INFOMAX_CACHE: "set" }), path.resolve("given"));
  assert.equal(cacheFolder(undefined, { INFOMAX_CACHE: "set" }), path.resolve("set"));
  const own = cacheFolder(undefined, { INFOMAX_CACHE: "" });
  assert.ok(path.isAbsolute(own));
  assert.match(own, /infomax-inspector/);
});
