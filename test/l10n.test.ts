import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import * as l10n from "@vscode/l10n";
import { explainDecision } from "../src/engine/sentences.ts";
import { readBudget } from "../src/protocol/budgetText.ts";
import { progressText, reasonText } from "../src/protocol/words.ts";
import { BUNDLES, collectStrings, LANGUAGES, placeholders, readStrings } from "../scripts/l10n.ts";

test("every string of the user interface is a literal, and the English bundle holds it", async () => {
  const { strings, faults } = await collectStrings();
  assert.deepEqual(faults, []);
  assert.ok(strings.size > 300);
  assert.deepEqual(Object.keys(await readStrings(path.join(BUNDLES, "bundle.l10n.json"))), [...strings].sort(), "run npm run l10n");
});

for (const language of LANGUAGES) {
  test(`every string is translated (${language}), with the same figures in it, and nothing else is`, async () => {
    const { strings } = await collectStrings();
    const translated = await readStrings(path.join(BUNDLES, `bundle.l10n.${language}.json`));
    assert.deepEqual(Object.keys(translated).sort(), [...strings].sort());
    for (const [text, translation] of Object.entries(translated)) {
      assert.notEqual(translation.trim(), "", text);
      assert.equal(placeholders(translation), placeholders(text), text);
    }
  });

  test(`commands, settings and their choices are translated (${language})`, async () => {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    const wanted = [...new Set(Array.from(manifest.matchAll(/"%([\w.]+)%"/g), ([, key]) => key))].sort();
    assert.ok(wanted.length > 60);
    for (const file of ["package.nls.json", `package.nls.${language}.json`]) {
      assert.deepEqual(Object.keys(await readStrings(path.join(BUNDLES, "..", file))).sort(), wanted, file);
    }
  });
}

test("with the Japanese strings words, reasons, problems and sentences are Japanese; without them English", async () => {
  const said = (): string[] => [
    progressText({ stage: "Embedding", done: 12_400, total: 50_000, rate: 512, secondsLeft: 73 }),
    progressText({ stage: "Downloading bge-small", done: 0, total: 0 }),
    reasonText("near-duplicate"),
    JSON.stringify(readBudget("0", 100)),
    explainDecision({ reason: "redundant", rank: 0.84, note: null, keeper: "b/2.png", similarity: 0.912, conflict: null, selection: "v1", outdated: true }),
  ];
  const english = said();
  assert.match(english[0], /^Embedding 24% \(12,400 of 50,000\), 512\/s, 1 min left$/);
  l10n.config({ contents: await readFile(path.join(BUNDLES, "bundle.l10n.ja.json"), "utf8") });
  try {
    const japanese = said();
    assert.equal(japanese[0], "埋め込み 24% (50,000 中 12,400)、512/秒、残り 1 分");
    for (const text of japanese) assert.match(text, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
    assert.match(japanese[4], /v1.*84%.*b\/2\.png.*0\.91/s);
    // A stage that is new in the engine is shown as it is.
    assert.equal(progressText({ stage: "Polishing", done: 0, total: 0 }), "Polishing…");
  } finally {
    l10n.config({ contents: {} });
  }
  assert.deepEqual(said(), english);
});
