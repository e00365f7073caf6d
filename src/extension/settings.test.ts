import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { optionsFromSettings } from "./settings.ts";

const read = (values: Record<string, unknown>) => optionsFromSettings((name) => values[name], path.resolve("/project"));

test("only what is set is passed on", () => {
  assert.deepEqual(read({}), {});
  assert.deepEqual(read({ embeddings: "", idField: "", textFields: [], seed: null }), {});
  assert.deepEqual(read({ neighbors: 20, noiseCutoff: 0, threshold: "auto", textFields: ["q", "a"], idField: "key" }), {
    neighbors: 20, noiseCutoff: 0, threshold: "auto", text: ["q", "a"], id: "key",
  });
  assert.deepEqual(read({ importanceScale: "minmax", aumColumn: "margin" }), { importanceScale: "minmax", aumColumn: "margin" });
});

test("paths are made absolute, names of encoders are none", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  for (const name of ["hashed", "bge-small", `bge-small@${commit}`, `owner/repo@${commit}`]) assert.equal(read({ encoder: name }).encoder, name);
  assert.equal(read({ encoder: "./bge-small" }).encoder, path.resolve("/project/bge-small"));
  assert.equal(read({ encoder: "builtin" }).encoder, "builtin");
  assert.equal(read({ encoder: "models/clip" }).encoder, path.resolve("/project/models/clip"));
  assert.equal(read({ embeddings: path.resolve("/data/z.npy") }).embeddings, path.resolve("/data/z.npy"));
});

test("a value of the wrong kind is an error that names the setting", () => {
  const wrong: Record<string, unknown>[] = [
    { neighbors: 0 }, { neighbors: "many" }, { noiseCutoff: 1 }, { noiseCutoff: "some" }, { threshold: 0 }, { threshold: 1.2 },
    { perClass: "equal" }, { keeperRule: "biggest" }, { importance: 3 }, { textFields: "text" }, { textFields: [1] }, { seed: 0.5 }, { seed: 2 ** 32 }, { redundancyWeight: 1001 }, { importanceScale: "log" }, { aumColumn: 1 }, { redundancyWeight: -1 }, { labelField: 4 },
  ];
  for (const values of wrong) assert.throws(() => read(values), new RegExp(`infomax\\.${Object.keys(values)[0]} must be`), JSON.stringify(values));
});
