import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { InfomaxError } from "../../core/errors.ts";
import { compareWorld, worldSamples } from "./compareWorld.fixture.ts";

const price = (money: number): { money: number; seconds: number } => ({ money, seconds: 0 });
const SETTINGS = {
  comparison: {
    sources: [
      { name: "main", kind: "in-house", labels: "free", prices: { acquire: price(5), embed: price(0), train: price(0) } },
      { name: "cheap", path: "../cheap/data.jsonl", labels: "free", prices: { acquire: price(0.5), embed: price(0), train: price(0) } },
      { name: "odd", path: "../odd/data.jsonl", labels: "crowd", prices: { acquire: price(1), label: price(1), embed: price(0), train: price(0) } },
    ],
    mixtures: [{ name: "half", shares: { main: 0.5, cheap: 0.5 } }],
  },
};

test("at a budget of money no strategy spends more, and none could buy another sample of what it would take next", async (t) => {
  const { write, compare } = compareWorld(t);
  await write("cheap", worldSamples(60, 2));
  await write("odd", worldSamples(40, 3, 0.3).map((own) => ({ ...own, vector: own.vector.map((x, d) => x + (d === 7 ? 2 : 0)) })));
  const dataset = await write("main", worldSamples(50, 1), SETTINGS);
  const target = await write("target", worldSamples(60, 4));
  const result = await compare(dataset, { target, budgets: ["60 USD", "150 USD"], redraws: 2, seeds: 1, corruptions: false });
  assert.ok(result.runs.length > 40);
  for (const run of result.runs) {
    const limit = run.budget === "60 USD" ? 60 : 150;
    const of = `${run.strategy} at ${run.budget}: ${run.samples} samples of ${run.ofSource.join()} for ${run.cost.money}`;
    assert.ok(run.cost.money <= limit + 1e-6, of);
    // The dearest sample costs 5; a mixture adds two at a time, and a rule that is not nested moves by more.
    if (!run.strategy.startsWith("source-") && run.strategy !== "infomax" && run.cost.money > 0) assert.ok(run.cost.money > limit - 25 || run.samples >= 134, of);
  }
  const sizes = new Set(result.runs.filter((run) => run.budget === "60 USD").map((run) => run.samples));
  assert.ok(sizes.size > 3, "each strategy buys its own number");

  // Beside each stands a random choice of as many samples.
  const random = [...result.runs.filter((run) => run.strategy === "random"), ...result.matched];
  for (const run of result.runs) {
    const alike = random.filter((own) => own.budget === run.budget && own.redraw === run.redraw && own.samples === run.samples);
    assert.equal(alike.length, 1, `${run.strategy} at ${run.budget}: ${run.samples} samples`);
  }
  const single = result.summaries.find((own) => own.strategy === "source-main" && own.budget === "60 USD" && own.utility === "probe");
  const own = result.runs.filter((run) => run.strategy === "source-main" && run.budget === "60 USD");
  const gain = own.reduce((sum, run) => {
    const other = random.find(({ budget, redraw, samples }) => budget === run.budget && redraw === run.redraw && samples === run.samples)?.values["probe"];
    assert.ok(other !== undefined && "value" in other && "value" in run.values["probe"]);
    return sum + (run.values["probe"].value - other.value) / own.length;
  }, 0);
  assert.ok(single !== undefined && "mean" in single.versusBaseline && Math.abs(single.versusBaseline.mean - gain) < 1e-12, "it is judged against random of its size");
});

test("money for more than there is buys all that is not excluded", async (t) => {
  const { write, compare, service } = compareWorld(t);
  const dataset = await write("main", worldSamples(60, 1), { comparison: { sources: [{ name: "main", labels: "free", prices: { acquire: price(1) } }] } });
  const target = await write("target", worldSamples(30, 4));
  await service.index({ dataset, trusted: true });
  await service.exclude({ dataset, trusted: true, ids: Array.from({ length: 10 }, (_, i) => `main-${String(i).padStart(3, "0")}`) });
  const result = await compare(dataset, { target, budgets: ["100000 USD"], strategies: ["random", "infomax"], redraws: 2, seeds: 1, corruptions: false });
  assert.deepEqual(result.absent, []);
  assert.deepEqual([...new Set(result.runs.map((run) => `${run.strategy} ${run.samples}`))].sort(), ["infomax 45", "random 45"]);
});

test("what is wrong in the question is told before the work begins", async (t) => {
  const { write, service, folder } = compareWorld(t);
  const dataset = await write("main", worldSamples(30, 1));
  const target = await write("target", worldSamples(30, 4));
  await service.index({ dataset, trusted: true });
  const stages: string[] = [];
  for (const [params, words] of [
    [{ budgets: ["10%", "10 %"] }, /two budgets are "10%"/], [{ budgets: ["5 EUR"] }, /another currency/],
    [{ shifted: [{ name: "data.jsonl", path: path.join(folder, "main", "..", "target", "data.jsonl") }] }, /are called "data.jsonl"/],
    [{ mixtures: [{ name: "a", shares: { data: 0.5 } }] }, /add up to 0.5/],
  ] as const) {
    await assert.rejects(service.compare({ dataset, trusted: true, target, ...params }, { onProgress: ({ stage }) => { stages.push(stage); } }), (thrown: unknown) => thrown instanceof InfomaxError && words.test(thrown.message), String(words));
  }
  assert.ok(!stages.some((stage) => /leaks|Comparing/.test(stage)), stages.join());
});
