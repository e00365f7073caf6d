import { createHash, type Hash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { MeasureInput, Measurement } from "./measure.ts";

/** Raised whenever a measure is computed otherwise: what older versions found is then found anew. */
const MEASURES_VERSION = 5;
const FILE = /^measured-[0-9a-f]{16}\.jsonl$/;
/** Files of other inputs that are kept in a cache folder. */
const KEPT = 4;

const figure = z.union([z.strictObject({ value: z.number() }), z.strictObject({ notDefined: z.string() })]);
const values = z.record(z.string(), figure);
const line = z.strictObject({
  subset: z.string(),
  found: z.strictObject({ values, bySeed: z.array(z.strictObject({ values, perClass: z.record(z.string(), z.array(z.number().nullable())) })) }),
});

/**
 * What was measured of subsets before, so that a comparison that was stopped goes on, and another strategy, budget or an
 * imported accuracy costs only what is new. A file holds what depends on exactly the same vectors, labels and settings; it
 * lies in the cache folder, one line a subset, and a line that cannot be read is measured again.
 */
export class MeasurementCache {
  readonly #file: string;
  readonly #known: Map<string, Measurement>;
  /** Subsets that were found. */
  used = 0;

  private constructor(file: string, known: Map<string, Measurement>) {
    this.#file = file;
    this.#known = known;
  }

  static async open(folder: string, input: MeasureInput): Promise<MeasurementCache> {
    const file = path.join(folder, `measured-${digestOf(input)}.jsonl`);
    const text = await readFile(file, "utf8").catch(() => "");
    const known = new Map<string, Measurement>();
    for (const own of text.split("\n")) {
      const found = parsed(own);
      if (found !== null) known.set(found.subset, found.found);
    }
    // A cache that cannot be written costs time, never the result.
    await mkdir(folder, { recursive: true }).then(() => removeOld(folder, path.basename(file))).catch(() => undefined);
    return new MeasurementCache(file, known);
  }

  /** @param rows of the pool, ascending */
  async measured(rows: Uint32Array, measure: () => Promise<Measurement>): Promise<Measurement> {
    const subset = createHash("sha256").update(bytesOf(rows)).digest("hex").slice(0, 32);
    const known = this.#known.get(subset);
    if (known !== undefined) {
      this.used++;
      return known;
    }
    const found = await measure();
    this.#known.set(subset, found);
    // A line that a kill cut short must not spoil the next.
    await appendFile(this.#file, `\n${JSON.stringify({ subset, found })}\n`).catch(() => undefined);
    return found;
  }
}

function parsed(text: string): z.infer<typeof line> | null {
  if (text === "") return null;
  try {
    return line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function digestOf({ pool, classes, target, corrupted, shifted, tasks, threshold, isCmmd, seed, seeds }: MeasureInput): string {
  const hash = createHash("sha256");
  const about = { version: MEASURES_VERSION, classes, threshold, isCmmd, seed, seeds, target: target.name, shifted: shifted.map(({ name }) => name), tasks: tasks.map((task) => [task.name, task.classes]), corrupted: corrupted?.images ?? null };
  hash.update(JSON.stringify(about));
  add(hash, pool.matrix.data, pool.label, pool.digests, target.matrix.data, target.label);
  if (corrupted !== null) add(hash, corrupted.matrix.data, corrupted.label, corrupted.severity);
  for (const set of [...shifted, ...tasks]) add(hash, set.matrix.data, set.label);
  return hash.digest("hex").slice(0, 16);
}

function add(hash: Hash, ...arrays: readonly ArrayBufferView[]): void {
  for (const array of arrays) hash.update(`${array.byteLength};`).update(bytesOf(array));
}

async function removeOld(folder: string, own: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name) && name !== own);
  const timed = await Promise.all(names.map(async (name) => ({ name, time: (await stat(path.join(folder, name))).mtimeMs })));
  timed.sort((a, b) => b.time - a.time);
  for (const { name } of timed.slice(KEPT)) await rm(path.join(folder, name), { force: true });
}
