import assert from "node:assert/strict";
import test from "node:test";
import { crowdLabels, drawOfClass, RECIPE, targetCounts } from "./recipe.ts";

test("no image of a class is in two sources, and a seed gives the same ones", () => {
  const draw = drawOfClass(5000, 3);
  const all = [...draw.inHouse, ...draw.web, ...draw.synthetic];
  assert.equal(new Set(all).size, RECIPE.inHouse.perClass + RECIPE.web.perClass + RECIPE.synthetic.originals);
  assert.deepEqual(drawOfClass(5000, 3), draw);
  assert.notDeepEqual(drawOfClass(5000, 4), draw);
  assert.throws(() => drawOfClass(500, 3), /500 training images/);
});

test("a crowd mislabels the stated share, alike over all other classes", () => {
  const truth = Array.from({ length: 50_000 }, (_, at) => at % 10);
  const given = crowdLabels(truth, 10, 0.4, 1);
  const wrong = given.flatMap((label, at) => (label === truth[at] ? [] : [(label - truth[at] + 10) % 10]));
  assert.ok(Math.abs(wrong.length / truth.length - 0.4) < 0.01, String(wrong.length));
  for (let apart = 1; apart < 10; apart++) assert.ok(Math.abs(wrong.filter((own) => own === apart).length / wrong.length - 1 / 9) < 0.01);
  assert.deepEqual(crowdLabels(truth, 10, 0, 1), truth);
});

test("the target's classes fall from three times to once, and add up", () => {
  const counts = targetCounts(1500, 3);
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 1500);
  assert.ok(counts.every((count, c) => c === 0 || count <= counts[c - 1]));
  assert.equal(counts[0] / counts[9], 3);
});
