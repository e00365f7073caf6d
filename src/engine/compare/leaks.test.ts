import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { seededRandom } from "../../core/random.ts";
import { compareWorld, worldSamples, type WorldSample } from "./compareWorld.fixture.ts";

const THRESHOLD = 0.97;
/** Cosine of planted copies to their originals: exact, well above the threshold, just above it. */
const PLANTED = [1, 0.99, 0.971];
/** And of samples that are merely alike. */
const ALIKE = 0.96;

/** A vector at a given cosine to another, in a random direction. */
function at(cosine: number, vector: readonly number[], random: () => number): number[] {
  if (cosine === 1) return [...vector];
  const length = Math.hypot(...vector);
  const unit = vector.map((value) => value / length);
  const other = unit.map(() => random() - 0.5);
  const along = other.reduce((sum, value, d) => sum + value * unit[d], 0);
  const across = other.map((value, d) => value - along * unit[d]);
  const scale = Math.sqrt(1 - cosine ** 2) / Math.hypot(...across);
  return unit.map((value, d) => cosine * value + scale * across[d]);
}

/** Puts one sample at a random place of a list for each original and each cosine, and says where they stand in the end. */
function planted(own: readonly WorldSample[], originals: readonly WorldSample[], cosines: readonly number[], random: () => number): { readonly samples: WorldSample[]; readonly places: ReadonlySet<number> } {
  const copies = originals.flatMap(({ vector }) => cosines.map((cosine): WorldSample => ({ label: own[Math.floor(random() * own.length)].label, vector: at(cosine, vector, random) })));
  const isCopy = new Set<WorldSample>(copies);
  const all = [...own.map((sample) => ({ sample, key: random() })), ...copies.map((sample) => ({ sample, key: random() }))].sort((a, b) => a.key - b.key).map(({ sample }) => sample);
  return { samples: all, places: new Set(all.flatMap((sample, row) => (isCopy.has(sample) ? [row] : []))) };
}

test("whatever is, or nearly is, in a set that is judged on is chosen by no strategy from no source, guides of the search among it", async (t) => {
  const { folder, write, compare } = compareWorld(t);
  for (const seed of [1, 2]) {
    const random = seededRandom(seed);
    const sets = { target: worldSamples(30, 10 * seed), far: worldSamples(12, 10 * seed + 1), more: worldSamples(12, 10 * seed + 2) };
    // Every target sample is copied, so those are that guide the search.
    const originals = [...sets.target, ...sets.far.slice(0, 4), ...sets.more.slice(0, 4)];
    const ours = planted(worldSamples(60, 10 * seed + 3), originals.slice(0, 19), PLANTED, random);
    const web = planted(worldSamples(60, 10 * seed + 4), originals.slice(19), PLANTED, random);
    const settings = { selection: { neighbors: 10, threshold: THRESHOLD } };
    const place = (name: string): string => `${name}-${seed}`;
    for (const [name, own] of Object.entries({ ...sets, web: web.samples })) await write(place(name), own, settings);
    const dataset = await write(place("ours"), ours.samples, settings);
    const file = (name: string): string => path.join(folder, place(name), "data.jsonl");
    const out = path.join(folder, place("out"));
    const result = await compare(dataset, {
      target: file("target"), shifted: [{ name: "far", path: file("far") }], tasks: [{ name: "more", path: file("more") }], sources: [{ name: "web", path: file("web") }],
      mixtures: [{ name: "half", shares: { data: 0.5, web: 0.5 } }], budgets: ["10%", "40", "25%"], redraws: 1, seeds: 1, out,
    });

    // By the vectors as they are, not by what was planted: a random sample may be as near.
    const norm = (vector: readonly number[]): number[] => vector.map((value) => Math.fround(value) / Math.hypot(...vector));
    const judged = Object.values(sets).flat().map(({ vector }) => norm(vector));
    const isLeak = (sample: WorldSample): boolean => judged.some((own) => own.reduce((sum, value, d) => sum + value * norm(sample.vector)[d], 0) >= THRESHOLD);
    for (const source of [ours, web]) for (const row of source.places) assert.ok(isLeak(source.samples[row]));
    const leaks = new Map([["data", ours], ["web", web]].map(([name, source]) => [name as string, new Set((source as typeof ours).samples.flatMap((sample, row) => (isLeak(sample) ? [row] : [])))]));
    assert.deepEqual(result.sources.map(({ name, leaked }) => [name, leaked]), [...leaks].map(([name, rows]) => [name, rows.size]));
    for (const [name, own] of Object.entries(sets)) assert.ok(result.notes.some((note) => note.includes(`candidates are in "${name === "target" ? "data.jsonl" : name}" too (`)), `${name} of ${own.length}: ${result.notes.join("\n")}`);

    assert.ok(result.runs.some(({ strategy }) => strategy === "image-search") && result.runs.some(({ strategy }) => strategy === "infomax"));
    assert.equal(new Set(result.runs.map(({ strategy }) => strategy)).size, result.strategies.length, JSON.stringify(result.absent));
    const lists = readdirSync(path.join(out, "lists"));
    assert.equal(lists.length, result.runs.length);
    const chosen = new Set<string>();
    for (const list of lists) {
      for (const id of readFileSync(path.join(out, "lists", list), "utf8").split("\n").slice(0, -1)) {
        const [, source, row] = /^(data|web):.*-(\d+)$/.exec(id) ?? assert.fail(id);
        assert.ok(leaks.get(source)?.has(Number(row)) === false, `${list} has ${id}`);
        chosen.add(id);
      }
    }
    assert.ok(chosen.size > 90, "what is merely alike stays a candidate");
  }
});

test("what is merely alike to a target sample stays, and a protected sample that is in the target goes", async (t) => {
  const { service, write, compare } = compareWorld(t);
  const random = seededRandom(9);
  const target = worldSamples(20, 1);
  const near = worldSamples(4, 2);
  const dataset = await write("ours", [...near, ...target.slice(0, 3).map(({ label, vector }) => ({ label, vector: at(ALIKE, vector, random) })), target[0], ...worldSamples(40, 3)], { selection: { neighbors: 5, threshold: THRESHOLD } });
  await service.index({ dataset, trusted: true });
  await service.protect({ dataset, trusted: true, ids: ["ours-007", "ours-001"], note: "" });
  const result = await compare(dataset, { target: await write("target", target), budgets: ["40%"], strategies: ["k-center"], redraws: 1, seeds: 1 });
  assert.equal(result.sources[0].leaked, 1);
  assert.ok(result.notes.some((note) => note.startsWith("1 candidate is in \"data.jsonl\" too (1 exactly")), result.notes.join("\n"));
  assert.ok(result.notes.some((note) => note.startsWith("1 protected sample is kept by")) && result.notes.some((note) => note.startsWith("1 protected sample is in a set that is judged on")), result.notes.join("\n"));
});
