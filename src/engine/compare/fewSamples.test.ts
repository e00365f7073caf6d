import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { readSelection } from "../../core/store/selectionFile.ts";
import { compareWorld, meanOf, worldSamples } from "./compareWorld.fixture.ts";

test("of few samples a class InfoMax keeps what teaches more than a random choice; what it weighs by is recorded and told", async (t) => {
  const { write, compare, service } = compareWorld(t);
  const dataset = await write("main", worldSamples(240, 1, 0.1));
  const target = await write("target", worldSamples(300, 4));
  const result = await compare(dataset, { target, budgets: ["10%"], strategies: ["random", "infomax"], redraws: 3, seeds: 3, corruptions: false });
  const [own, random] = [meanOf(result, "infomax", "network"), meanOf(result, "random", "network")];
  assert.ok(own > random, `${own} against ${random}`);

  const at = { dataset, trusted: true };
  const weightOf = async (budget: string, redundancyWeight?: number): Promise<readonly [unknown, readonly string[]]> => {
    const { notes } = await service.prune({ ...at, ...(redundancyWeight === undefined ? {} : { options: { redundancyWeight } }), budget, name: "v" });
    return [(await readSelection(path.dirname(dataset), "v")).header.config["redundancyWeight"], notes.filter((note) => note.startsWith("Redundancy weight"))];
  };
  assert.deepEqual(await weightOf("24"), [5, ["Redundancy weight 5.0, more than the usual 0.15: few samples of a class are kept, and unlike ones teach most. The bound on the objective is loose then"]]);
  assert.deepEqual(await weightOf("24", 0.15), [0.15, []]);
});
