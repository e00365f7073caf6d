import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { checkedParams } from "../requests.ts";
import { InspectorService } from "../service.ts";

test("what a comparison does unless it is told: what infomax.json says, else the defaults; nothing need be indexed", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-defaults-"));
  try {
    const service = new InspectorService({ storage: path.join(folder, "storage") });
    const asked = checkedParams("comparisonDefaults", { dataset: folder, trusted: false });
    const defaults = await service.comparisonDefaults(asked);
    assert.deepEqual(defaults, { target: null, sources: 0, budgets: ["5%", "10%", "30%"], strategies: null, redraws: 3, seeds: 3, corruptions: true, currency: "USD" });
    const sources = [{ name: "own", path: "." }, { name: "priced" }, { name: "web", path: "../web" }];
    await writeFile(path.join(folder, "infomax.json"), JSON.stringify({
      cost: { currency: "€" }, comparison: { target: "../fleet", sources, budgets: ["50 €"], strategies: ["random", "ccs"], redraws: 5, seeds: 1, corruptions: "none" },
    }));
    assert.deepEqual(await service.comparisonDefaults(asked), { target: "../fleet", sources: 1, budgets: ["50 €"], strategies: 2, redraws: 5, seeds: 1, corruptions: false, currency: "€" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
