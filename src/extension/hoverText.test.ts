import assert from "node:assert/strict";
import test from "node:test";
import type { Explanation, SampleView } from "../protocol/samples.ts";
import { HOVER_COMMANDS, hoverText } from "./hoverText.ts";

const sample: SampleView = {
  id: "d.jsonl#00", row: 0, kind: "text", file: "d.jsonl", line: 3, label: "good", split: null, text: "words", importance: 0.83219, importanceRank: 0.927, protected: false, excluded: false, rule: null, preferred: false, note: null, status: "dropped",
};
const explanation: Explanation = { sample, selection: "v1", reason: "near-duplicate", sentence: "Dropped from \"v1\".", keeper: { sample: { ...sample, id: "k", line: 9 }, similarity: 0.981 }, cluster: { size: 4, representative: { ...sample, id: "k", line: 9 } }, neighbors: [], importance: [] };
const HOSTILE = "](command:evil) ![x](https://evil.example/a.png) <img src=x onerror=alert(1)> https://evil.example www.evil.example a@evil.example `code` $(trash) &amp; ~~s~~ | a\n\n# Head\u202E \"t\" 'u' (p)";

/** Markdown without what stands behind a backslash: what can be syntax. */
const syntax = (text: string): string => text.replace(/\\./g, "");
const links = (text: string): string[] => [...syntax(text).matchAll(/\]\(([^ )]*)/g)].map(([, target]) => target.split("?")[0]);

test("a hover says what is known and offers what can be done", () => {
  const text = syntax(hoverText(explanation, "data:image/webp;base64,AAAA"));
  for (const part of ["![](data:image/webp;base64,AAAA|height=", "importance 0.832, above 92% of the samples", "in a cluster of 4 near-duplicates", "similarity 0.98", "[Protect](command:infomax.protect?", "[Why](", "[Neighbours]("]) assert.ok(text.includes(part), part);
  assert.ok(!text.includes("Unprotect"));
  const pinned = syntax(hoverText({ ...explanation, sample: { ...sample, protected: true, note: "rare" } }, null));
  assert.ok(pinned.includes("**Protected**: rare") && pinned.includes("[Unprotect](") && !pinned.includes("[Protect]("));
  const ruled = syntax(hoverText({ ...explanation, sample: { ...sample, protected: true, rule: "rare" } }, null));
  assert.ok(ruled.includes("[by rule rare](command:infomax.openRule?") && !ruled.includes("[Unprotect]("));
});

test("nothing of a dataset becomes a link, a picture or HTML, and arguments come back whole", () => {
  const hostile = { ...sample, id: HOSTILE, file: HOSTILE, label: HOSTILE, note: HOSTILE, rule: HOSTILE, protected: true };
  const text = hoverText({ ...explanation, sample: hostile, sentence: HOSTILE, keeper: { sample: { ...hostile, id: "other" }, similarity: 1 }, cluster: { size: 2, representative: { ...hostile, id: "other" } } }, null);
  const known: readonly string[] = HOVER_COMMANDS.map((command) => `command:${command}`);
  for (const target of links(text)) assert.ok(known.includes(target), target);
  assert.doesNotMatch(syntax(text), /<|https?:|www\.|@|!\[|`|\$\(|&|\u202E|#/);
  const [argument] = [...text.matchAll(/command:infomax\.openRule\?(\S+)/g)].map(([, encoded]) => JSON.parse(decodeURIComponent(encoded)) as unknown);
  assert.deepEqual(argument, [{ rule: HOSTILE }]);
});
