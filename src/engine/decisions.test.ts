import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { DROP_REASONS } from "../core/selection/keepers.ts";
import { KEEP_REASONS, readSelection } from "../core/store/selectionFile.ts";
import { seededRandom } from "../core/random.ts";
import type { DatasetOptions } from "../protocol/dataset.ts";
import { InspectorService } from "./service.ts";

const WORDS = ["card", "fee", "transfer", "refund", "limit", "account", "rate", "delay", "phone", "branch", "charge", "statement"];

/** 240 messages in four classes, a third of them slight changes of others, some the very same. */
function messages(): string {
  const random = seededRandom(6);
  const texts: string[] = [];
  for (let i = 0; i < 240; i++) {
    if (i > 20 && i % 3 === 0) texts.push(i % 12 === 0 ? texts[i - 7] : `${texts[i - 7]} please`);
    else texts.push(Array.from({ length: 9 }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" "));
  }
  return texts.map((text, i) => `${JSON.stringify({ id: `m${i}`, text, label: `class ${i % 4}` })}\n`).join("");
}

test("every dropped sample has a reason, a keeper that is kept and a similarity, whatever the budget, solver and shares; pins are kept", async (t) => {
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": messages() }));
  const dataset = path.join(root, "d.jsonl");
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const pins = ["m3", "m27", "m30", "m100", "m239"];
  await service.index({ dataset, trusted: true });
  await service.protect({ dataset, trusted: true, ids: pins });
  const seen = new Set<string>();
  for (const perClass of ["floor", "balanced", "proportional", "none"] as const) {
    for (const solver of ["exchange", "greedy", "infomax"] as const) {
      const options: DatasetOptions = { perClass, solver, noiseCutoff: 0.1 };
      for (const budget of ["5", "12%", "40%", "90%", "240"]) {
        const result = await service.prune({ dataset, trusted: true, options, budget, name: "v" });
        const { header, entries } = await readSelection(root, "v");
        const kept = new Set(entries.filter((entry) => entry.decision === "kept").map((entry) => entry.id));
        assert.equal(kept.size, result.kept);
        assert.equal(entries.length, 240);
        for (const pin of pins) assert.ok(kept.has(pin), `${pin} at ${budget}`);
        for (const entry of entries) {
          seen.add(entry.reason);
          if (entry.decision === "kept") {
            assert.ok((KEEP_REASONS as readonly string[]).includes(entry.reason));
            assert.equal(entry.reason === "protected", pins.includes(entry.id));
            continue;
          }
          assert.ok((DROP_REASONS as readonly string[]).includes(entry.reason));
          assert.ok(entry.keeper !== undefined && kept.has(entry.keeper), `${entry.id} has no keeper`);
          assert.ok(entry.similarity !== undefined && entry.similarity >= 0 && entry.similarity <= 1);
        }
        assert.ok(header.bound !== undefined && header.bound >= header.objective && result.quality >= 0 && result.quality <= 1);
      }
    }
  }
  for (const reason of ["duplicate", "near-duplicate", "low-importance", "hardest", "protected", "chosen"]) assert.ok(seen.has(reason), `nothing was ${reason}`);
});

test("a selection that builds on an earlier one keeps all of it, counts it in the budget and prefers what is new to it", async (t) => {
  const all = messages().split(/(?<=\n)/);
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": all.slice(0, 120).join("") }));
  const dataset = path.join(root, "d.jsonl");
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  await service.index({ dataset, trusted: true });
  await service.prune({ dataset, trusted: true, budget: "40", name: "v1" });
  const before = (await readSelection(root, "v1")).entries.filter((entry) => entry.decision === "kept").map((entry) => entry.id);
  fs.appendFileSync(dataset, all.slice(120).join("") + all.slice(0, 5).map((line) => line.replace(/"m(\d)"/, '"copy$1"')).join(""));
  await service.index({ dataset, trusted: true });
  await assert.rejects(service.prune({ dataset, trusted: true, budget: "39", name: "v2", keepSelection: "v1" }), /budget of 39 is below the 40 samples that stay/);
  const result = await service.prune({ dataset, trusted: true, budget: "90", name: "v2", keepSelection: "v1" });
  assert.equal(result.keptBefore, 40);
  const { entries, header } = await readSelection(root, "v2");
  assert.equal(header.config["keepSelection"], "v1");
  const after = new Map(entries.map((entry) => [entry.id, entry]));
  for (const id of before) assert.deepEqual([after.get(id)?.decision, after.get(id)?.reason], ["kept", "kept-before"]);
  // A copy of a sample that stays adds nothing.
  for (const id of before.filter((known) => /^m[0-4]$/.test(known))) assert.equal(after.get(id.replace("m", "copy"))?.decision, "dropped");
  assert.ok(before.some((known) => /^m[0-4]$/.test(known)));
});
