import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { configSchema, readConfigFile, resolveConfig, type Config, type ConfigFile, type ConfigOverrides } from "./config.ts";
import { testFolder } from "./dataset/folder.fixture.ts";
import { InfomaxError } from "./errors.ts";

const ROOT = path.resolve("/data/set");
const resolved = (file: ConfigFile = {}, overrides: ConfigOverrides = {}, trusted = true): Config => resolveConfig(ROOT, file, overrides, trusted);
const failure = (code: string, words: RegExp) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code);
  assert.match(thrown.message, words);
  return true;
};

test("without a file all settings have their defaults", async (t) => {
  assert.deepEqual(await readConfigFile(testFolder(t)), {});
  assert.deepEqual(resolved(), {
    embeddings: null, encoder: null, pairs: "both", importanceSource: "auto", dynamics: null, importanceColumn: null, importanceScale: "auto", aumColumn: null,
    neighbors: 50, redundancyWeight: "auto", noiseCutoff: "auto", threshold: "auto", perClass: "floor", keeperRule: "important", solver: "exchange",
    partition: "neighbors", partitionSize: 200_000, seed: 0, threads: null, provider: "cpu",
    cost: { secondsPerSample: 0.001, epochs: 30, pricePerHour: 1, currency: "USD" }, isTrainingPriced: false, comparison: {}, rules: [],
  });
});

test("what training costs is taken part by part", () => {
  assert.ok(resolved({ cost: { epochs: 90 } }).isTrainingPriced);
  assert.ok(!resolved({ cost: { currency: "€" } }).isTrainingPriced, "a currency is no price");
  assert.deepEqual(resolved({ cost: { epochs: 90, currency: "€" } }).cost, { secondsPerSample: 0.001, epochs: 90, pricePerHour: 1, currency: "€" });
});

test("what a command says goes before the file, the file before the default; the file's paths start at the root", () => {
  const file: ConfigFile = {
    fields: { id: "key", text: "body" }, embeddings: "vectors/e.npy", encoder: "model",
    importance: { source: "scores.npy", scale: "none" }, selection: { neighbors: 10, seed: 7 }, pairs: "text", execution: { threads: 3, provider: "cuda" },
  };
  const plain = resolved(file);
  assert.deepEqual([plain.id, plain.text, plain.neighbors, plain.seed, plain.importanceScale], ["key", ["body"], 10, 7, "none"]);
  assert.deepEqual([plain.embeddings, plain.encoder, plain.importanceSource], [path.join(ROOT, "vectors", "e.npy"), path.join(ROOT, "model"), { file: path.join(ROOT, "scores.npy") }]);
  const told = resolved(file, { id: "other", text: ["a", "b"], embeddings: path.resolve("/x/e.npy"), encoder: "builtin", importance: "density", pairs: "image", neighbors: 5, threads: 1 });
  assert.deepEqual([plain.threads, plain.provider, told.threads, told.provider], [3, "cuda", 1, "cuda"]);
  assert.deepEqual([plain.pairs, told.pairs], ["text", "image"]);
  assert.deepEqual([told.id, told.text, told.embeddings, told.encoder, told.importanceSource, told.neighbors, told.seed], ["other", ["a", "b"], path.resolve("/x/e.npy"), null, "density", 5, 7]);
});

test("an importance named on the spot replaces whichever kind the file names", () => {
  const byColumn = resolved({ importance: { column: "score" } }, { importance: "el2n" });
  assert.deepEqual([byColumn.importanceSource, byColumn.importanceColumn], ["el2n", null]);
  const bySource = resolved({ importance: { source: "scores.npy" } }, { importanceColumn: "score" }, false);
  assert.deepEqual([bySource.importanceSource, bySource.importanceColumn], ["auto", "score"]);
});

test("in an untrusted workspace no path is used, whoever named it", () => {
  for (const file of [{ embeddings: "e.npy" }, { encoder: "model" }, { importance: { source: "s.npy" } }, { importance: { dynamics: "log" } }]) {
    assert.throws(() => resolved(file, {}, false), failure("not-trusted", /infomax\.json/), JSON.stringify(file));
  }
  assert.equal(resolved({ encoder: "builtin" }, {}, false).encoder, null);
  assert.equal(resolved({ encoder: "model" }, { encoder: "builtin" }, false).encoder, null);
  for (const given of [{ encoder: path.resolve("/mine") }, { embeddings: path.resolve("/mine.npy") }, { importance: path.resolve("/mine.npy") }, { dynamics: path.resolve("/mine") }]) {
    assert.throws(() => resolved({}, given, false), failure("not-trusted", /trusted workspaces only/), JSON.stringify(given));
  }
  assert.equal(resolved({}, { encoder: path.resolve("/mine") }, true).encoder, path.resolve("/mine"));
});

test("an encoder by name is a folder of the store; an untrusted workspace's own file may name none", () => {
  const storage = path.resolve("/store");
  const named = (file: ConfigFile, overrides: ConfigOverrides, trusted: boolean): string | null => resolveConfig(ROOT, file, overrides, trusted, storage).encoder;
  const small = named({ encoder: "bge-small" }, {}, true);
  assert.match(small ?? "", /[0-9a-f]{40}$/);
  assert.equal(path.dirname(small ?? ""), path.join(storage, "encoders", "bge-small"));
  assert.equal(named({}, { encoder: "bge-small" }, false), small, "the user's own setting reads nothing of the workspace");
  assert.throws(() => named({ encoder: "bge-small" }, {}, false), failure("not-trusted", /"bge-small"/));
  assert.equal(named({ encoder: "./bge-small" }, {}, true), path.join(ROOT, "bge-small"));
  assert.deepEqual([named({ encoder: "hashed" }, {}, false), named({ encoder: "perceptual" }, { encoder: "builtin" }, false)], ["hashed", null]);
});

test("wrong values are refused by name, in the file and with a command", async (t) => {
  const cases: [string, RegExp][] = [
    ["{\"selection\":{\"threshold\":0}}", /"selection\.threshold"/], ["{\"selection\":{\"noiseCutoff\":1}}", /"selection\.noiseCutoff"/], ["{\"selection\":{\"noiseCutoff\":\"much\"}}", /"selection\.noiseCutoff": expected "auto" or a number from 0 to below 1\./], ["{\"selection\":{\"neighbors\":1.5}}", /"selection\.neighbors"/], ["{\"selection\":{\"partitionSize\":999}}", /"selection\.partitionSize"/],
    ["{\"selection\":{\"redundancyWeight\":-1}}", /"selection\.redundancyWeight"/], ["{\"fields\":{\"text\":[]}}", /"fields\.text"/], ["{\"fields\":{\"txt\":\"a\"}}", /"fields": .*txt/], ["5", /object/], ["{\"a\":1", /no JSON/],
  ];
  for (const [text, words] of cases) {
    await assert.rejects(readConfigFile(testFolder(t, { "infomax.json": text })), failure("bad-config", words), text);
  }
  assert.throws(() => resolved({}, { threshold: 2 }), failure("bad-config", /given options.*threshold/));
  assert.throws(() => resolved({}, { importance: "magic" }), failure("bad-config", /importance/));
  await assert.rejects(readConfigFile(testFolder(t, { "infomax.json/x": "" })), failure("bad-config", /cannot be read/));
  assert.ok(configSchema.safeParse({ $schema: "./x.json" }).success);
});

test("a fault is told with its line, and what lacks is said to", async (t) => {
  const lines = (...of: string[]): string => of.join("\n");
  const cases: [string, RegExp][] = [
    [lines("{", "  \"selection\": {", "    \"seed\": 1,", "  }", "}"), /^infomax\.json:4: it is no JSON/],
    [lines("{", "  \"selection\": {", "    \"neighbors\": 1.5", "  }", "}"), /^infomax\.json:3: "selection\.neighbors": /],
    [lines("{", "  \"comparison\": {\"sources\": [", "    {\"name\": \"a\"},", "    {\"path\": \"b\"}", "  ]}", "}"), /^infomax\.json:4: "comparison\.sources\.1\.name": it is missing\./],
  ];
  for (const [text, words] of cases) await assert.rejects(readConfigFile(testFolder(t, { "infomax.json": text })), failure("bad-config", words), text);
});

test("a config that is no plain file of sane size, or a link that leads outside, is refused at once", { skip: process.platform === "win32" ? "links and pipes need rights on Windows" : false }, async (t) => {
  const outside = testFolder(t, { "infomax.json": "{}" });
  const linked = testFolder(t);
  symlinkSync(path.join(outside, "infomax.json"), path.join(linked, "infomax.json"));
  await assert.rejects(readConfigFile(linked), failure("outside-root", /infomax\.json.*link/));
  const inside = testFolder(t, { "settings.json": "{\"selection\": {\"seed\": 3}}" });
  symlinkSync("settings.json", path.join(inside, "infomax.json"));
  assert.deepEqual(await readConfigFile(inside), { selection: { seed: 3 } });
  const pipe = testFolder(t);
  execFileSync("mkfifo", [path.join(pipe, "infomax.json")]);
  await assert.rejects(readConfigFile(pipe), failure("bad-config", /no plain file/));
  await assert.rejects(readConfigFile(testFolder(t, { "infomax.json/x": "" })), failure("bad-config", /no plain file/));
  await assert.rejects(readConfigFile(testFolder(t, { "infomax.json": " ".repeat(2 ** 20 + 1) })), failure("bad-config", /1 MiB/));
});
