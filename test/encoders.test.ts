import assert from "node:assert/strict";
import test from "node:test";
import { PRESETS } from "../src/core/embedding/presets.ts";
import * as core from "../src/core/encoders/encoderName.ts";
import * as protocol from "../src/protocol/encoders.ts";

test("the host and the core know the same encoders by name, and tell names from folders alike", () => {
  assert.deepEqual(protocol.PRESET_NAMES, PRESETS.map((preset) => preset.name));
  assert.deepEqual(protocol.BUILTIN_ENCODERS, core.BUILTIN_ENCODERS);
  const commit = "0123456789abcdef0123456789abcdef01234567";
  for (const value of ["builtin", "bge-small", "./bge-small", "bge-small@main", "a/b", "", "@", "C:\\x", "a/b/c", "../x", "a/..", "hashed"]) {
    for (const spelled of [value, `${value}@${commit}`]) {
      // The words of the program itself have no commits.
      assert.equal(protocol.isEncoderName(spelled), core.isEncoderName(spelled), spelled);
    }
  }
});
