import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { parseCompareResult, type CompareResult } from "../core/comparison/compareResult.ts";
import { InfomaxError } from "../core/errors.ts";
import { compareWorld, worldSamples, type CompareWorld, type WorldSample } from "../engine/compare/compareWorld.fixture.ts";
import { notDefinedLines } from "../engine/compare/comparisonTable.ts";
import { readArguments } from "./arguments.ts";
import { runCompare } from "./compare.ts";
import { Output } from "./output.ts";

/** What a command says, kept. */
class Recorded extends Output {
  text = "";

  constructor() {
    super({ json: false, quiet: true });
  }

  override print(text: string): void {
    this.text += text;
  }
}

interface Inputs {
  readonly main: readonly WorldSample[];
  readonly target: readonly WorldSample[];
  readonly shifted?: readonly WorldSample[];
  readonly task?: readonly WorldSample[];
  readonly web?: readonly WorldSample[];
  readonly budgets: string;
  readonly repeats?: number;
}

const NO_NUMBER = /\bNaN\b|Infinity|∞|undefined|\[object/;

/** Runs the command on these inputs, and checks that whatever it says or writes is a number or a reason. */
async function compared({ folder, service, write }: CompareWorld, name: string, inputs: Inputs): Promise<CompareResult> {
  const files: Record<string, string> = {};
  for (const kind of ["main", "target", "shifted", "task", "web"] as const) {
    const own = inputs[kind];
    if (own !== undefined) files[kind] = await write(`${name}-${kind}`, own);
  }
  const { main, target, shifted, task, web } = files;
  await service.index({ dataset: main, trusted: true });
  const out = path.join(folder, `${name}-out`);
  const request = readArguments([
    "compare", main, "--target", target, ...(shifted === undefined ? [] : ["--shifted", `far=${shifted}`]), ...(task === undefined ? [] : ["--task", `more=${task}`]),
    ...(web === undefined ? [] : ["--source", `web=${web}`, "--mixture", "half=data:0.5,web:0.5"]),
    "--budgets", inputs.budgets, "--redraws", String(inputs.repeats ?? 1), "--seeds", String(inputs.repeats ?? 1), "--out", out,
  ]);
  assert.ok(request.kind === "run");
  const output = new Recorded();
  assert.equal(await runCompare({ args: request.arguments, service, output, context: {}, ask: () => Promise.resolve(null) }), 0);

  const read = (file: string): string => readFileSync(path.join(out, file), "utf8");
  const texts = { terminal: output.text, json: read("compare.json"), csv: read("compare.csv"), markdown: read("compare.md") };
  for (const [where, text] of Object.entries(texts)) assert.equal(NO_NUMBER.exec(text)?.[0], undefined, `${name}: ${where} has ${NO_NUMBER.exec(text)?.[0] ?? ""} in ${text.split("\n").find((line) => NO_NUMBER.test(line)) ?? ""}`);
  // The form allows numbers that are none neither: JSON would have made null of them.
  const result = parseCompareResult(texts.json, name);
  const utilities = result.utilities.map((utility) => utility.name);
  for (const run of result.runs) assert.deepEqual(Object.keys(run.values).sort(), [...utilities].sort(), `${name}: a run without a word on a utility`);
  for (const { name: strategy } of result.strategies) {
    for (const budget of result.budgets) {
      const ran = result.runs.some((run) => run.strategy === strategy && run.budget === budget.name);
      const absent = result.absent.some((own) => own.strategy === strategy && own.budget === budget.name);
      assert.notEqual(ran, absent, `${name}: ${strategy} at ${budget.name} has a subset or a reason`);
      for (const utility of utilities) assert.ok(result.summaries.some((own) => own.strategy === strategy && own.budget === budget.name && own.utility === utility), `${name}: ${strategy}, ${budget.name}, ${utility}`);
    }
  }
  const reasons = notDefinedLines(result);
  for (const { strategy, notDefined } of result.absent) assert.ok(reasons.some((line) => line.includes(`: ${notDefined}`) && line.split(`: ${notDefined}`)[0].split(", ").includes(strategy)), `${name}: ${strategy}`);
  if (reasons.length > 0) assert.ok(texts.terminal.includes("Not defined") && texts.markdown.includes("## Not defined"));
  return result;
}

/** Why a utility has no value anywhere, where all strategies agree. */
function reasonOf(result: CompareResult, utility: string): string | undefined {
  const reasons = new Set(result.runs.map(({ values }) => { const found = values[utility]; return "value" in found ? "" : found.notDefined; }));
  return reasons.size === 1 ? [...reasons][0] : undefined;
}

const one = (samples: readonly WorldSample[]): WorldSample[] => samples.map((own) => ({ ...own, label: "red" }));
const bare = (samples: readonly WorldSample[]): WorldSample[] => samples.map((own) => ({ ...own, label: null }));
const equal = (samples: readonly WorldSample[]): WorldSample[] => samples.map((own) => ({ ...own, vector: [1, 0, 0, 0, 0, 0, 0, 0] }));
const foreign = (samples: readonly WorldSample[]): WorldSample[] => samples.map((own) => ({ ...own, label: `another ${own.label ?? ""}` }));

test("sets of one and of three samples: what needs more says so", async (t) => {
  const world = compareWorld(t);
  const single = await compared(world, "single", { main: worldSamples(1, 1), target: worldSamples(1, 2), shifted: worldSamples(1, 3), task: worldSamples(1, 4), web: worldSamples(1, 5), budgets: "1,2" });
  assert.match(reasonOf(single, "worst-class") ?? "", /^all candidates are of one class$/);
  assert.match(reasonOf(single, "mmd") ?? "", /^there is 1 target sample, /);
  assert.match(reasonOf(single, "task:more") ?? "", /^the task has no two classes/);
  assert.match(single.absent.find(({ strategy }) => strategy === "source-web")?.notDefined ?? "", /^there is 1 candidate, and the budget is 2$/);
  const three = await compared(world, "three", { main: worldSamples(3, 1), target: worldSamples(3, 2), shifted: worldSamples(3, 3), task: worldSamples(3, 4), budgets: "1,100%", repeats: 3 });
  assert.equal(three.absent.find(({ strategy }) => strategy === "image-search")?.notDefined, "there are 3 target samples, and a tenth of them would guide the search");
  assert.match(reasonOf(three, "coverage") ?? "", /^there are 3 target samples, and k = 5 neighbours need at least 6$/);
  await assert.rejects(world.compare(await world.write("alone", worldSamples(3, 1)), {}), (thrown: unknown) => thrown instanceof InfomaxError && /3 samples are too few to hold some of them out\. Name a target/.test(thrown.message));
});

test("a target of one sample, and one of one class", async (t) => {
  const world = compareWorld(t);
  const few = await compared(world, "few", { main: worldSamples(40, 1), target: worldSamples(1, 2), budgets: "30%" });
  assert.equal(reasonOf(few, "probe"), "");
  assert.match(reasonOf(few, "precision") ?? "", /^there is 1 target sample/);
  const scarce = await compared(world, "scarce", { main: worldSamples(40, 1), target: worldSamples(20, 2), task: worldSamples(3, 4), budgets: "30%" });
  assert.equal(reasonOf(scarce, "task:more"), "no class of the task has a sample in both its halves", "0 would say that nothing was learned");
  const single = await compared(world, "class", { main: one(worldSamples(40, 1)), target: one(worldSamples(20, 2)), task: one(worldSamples(9, 4)), budgets: "30%" });
  assert.match(reasonOf(single, "entropy") ?? "", /^only one class is declared$/);
  assert.match(reasonOf(single, "label-noise") ?? "", /^all kept samples are of one class$/);
  for (const utility of ["network", "probe", "knn", "prototype"]) assert.equal(reasonOf(single, utility), "all candidates are of one class", utility);
  assert.match(reasonOf(single, "task:more") ?? "", /no two classes/);
});

test("no labels at all, in the dataset alone, in the target alone", async (t) => {
  const world = compareWorld(t);
  const sets = { main: worldSamples(40, 1), target: worldSamples(20, 2), shifted: worldSamples(9, 3), task: worldSamples(9, 4) };
  const none = await compared(world, "none", { main: bare(sets.main), target: bare(sets.target), shifted: bare(sets.shifted), task: bare(sets.task), budgets: "30%" });
  for (const utility of ["network", "probe", "knn", "prototype", "worst-class", "calibration", "shifted:far", "task:more"]) assert.equal(reasonOf(none, utility), "none of the kept samples has a label", utility);
  assert.equal(reasonOf(none, "gini"), "no classes are declared");
  assert.equal(reasonOf(none, "coverage"), "");
  const main = await compared(world, "main", { ...sets, main: bare(sets.main), budgets: "30%" });
  assert.equal(reasonOf(main, "probe"), "none of the kept samples has a label");
  const target = await compared(world, "target", { ...sets, target: bare(sets.target), budgets: "30%" });
  assert.equal(reasonOf(target, "probe"), "no target sample has a label");
  assert.equal(reasonOf(target, "task:more"), "");
});

test("equal vectors, of the candidates, of what they are judged on, of all", async (t) => {
  const world = compareWorld(t);
  const sets = { main: worldSamples(40, 1), target: worldSamples(20, 2), shifted: worldSamples(9, 3), task: worldSamples(9, 4) };
  const main = await compared(world, "main", { ...sets, main: equal(sets.main), budgets: "2,30%" });
  assert.ok(main.runs.some(({ values }) => "notDefined" in values["recall"] && values["recall"].notDefined === "all kept samples have the same vector"));
  const judged = await compared(world, "judged", { main: sets.main, target: equal(sets.target), shifted: equal(sets.shifted), task: equal(sets.task), budgets: "30%" });
  assert.equal(reasonOf(judged, "coverage"), "all target samples have the same vector");
  await assert.rejects(compared(world, "all", { main: equal(sets.main), target: equal(sets.target), budgets: "30%" }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "empty-dataset");
});

test("a target with other classes: accuracy is not defined rather than 0, and what is shared in part is said", async (t) => {
  const world = compareWorld(t);
  const sets = { main: worldSamples(40, 1), target: worldSamples(20, 2), shifted: worldSamples(9, 3) };
  const other = await compared(world, "other", { main: sets.main, target: foreign(sets.target), shifted: foreign(sets.shifted), budgets: "30%" });
  for (const utility of ["network", "probe", "knn", "prototype", "worst-class", "calibration"]) assert.equal(reasonOf(other, utility), "no candidate has a class of \"data.jsonl\"", utility);
  assert.equal(reasonOf(other, "shifted:far"), "no candidate has a class of \"far\"");
  assert.ok(other.runs.every(({ perClass }) => (perClass["network"] ?? assert.fail("no classes")).every((own) => own === null)));
  const mixed = await compared(world, "mixed", { main: sets.main, target: [...sets.target, ...foreign(worldSamples(2, 5))], budgets: "30%" });
  assert.equal(reasonOf(mixed, "probe"), "");
  assert.ok(mixed.notes.includes("2 of the 5 classes of \"data.jsonl\" are of no candidate, so that nothing is right about their samples"), mixed.notes.join("\n"));
});

test("a budget above the pool is refused to each strategy with its reason, and the others stand; money may buy nothing", async (t) => {
  const world = compareWorld(t);
  const sets = { main: worldSamples(40, 1), target: worldSamples(20, 2), web: worldSamples(12, 3) };
  const big = await compared(world, "big", { ...sets, budgets: "10,500" });
  assert.ok(big.runs.length > 10 && big.runs.every(({ budget }) => budget === "10"));
  assert.equal(big.absent.filter(({ budget }) => budget === "500").length, big.strategies.length);
  assert.match(big.absent.find(({ strategy, budget }) => strategy === "random" && budget === "500")?.notDefined ?? "", /budget of 500 is above the \d+ candidates of a redraw/);
  assert.ok(big.notes.every((note) => !note.includes("500")), "what has no subset is no run that is left out");
  const poor = await compared(world, "poor", { ...sets, budgets: "0.0001 USD,1000000 USD" });
  assert.ok(poor.absent.some(({ budget }) => budget === "0.0001 USD") && poor.absent.filter(({ budget }) => budget === "0.0001 USD").every(({ notDefined }) => /budget is 0\.0001 USD$/.test(notDefined)));
  assert.ok(poor.notes.some((note) => /^sold out at 1000000 USD, as all that it can choose costs less: random, .* and \d+ more$/.test(note)), poor.notes.join("\n"));
  await assert.rejects(compared(world, "only", { ...sets, budgets: "500,600" }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "bad-budget" && /no strategy can choose anything at 500, 600: there are 52 candidates/.test(thrown.message));
  await assert.rejects(compared(world, "cheap", { ...sets, budgets: "0.0001 USD" }), (thrown: unknown) => thrown instanceof InfomaxError && /no strategy can choose anything at 0\.0001 USD: .*budget is 0\.0001 USD/.test(thrown.message));
});
