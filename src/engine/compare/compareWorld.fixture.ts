import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseCompareResult, type CompareResult } from "../../core/comparison/compareResult.ts";
import { writeNpy } from "../../core/dataset/npy.ts";
import { seededRandom } from "../../core/random.ts";
import type { CompareParams } from "../../protocol/compareRequests.ts";
import { InspectorService } from "../service.ts";

const CLASSES = ["red", "green", "blue"];
const DIMS = 8;

export interface WorldSample {
  readonly label: string | null;
  readonly vector: readonly number[];
}

/** Samples around a direction for each of three classes, of which some may have the next class's label. */
export function worldSamples(count: number, seed: number, wrong = 0): WorldSample[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const own = i % CLASSES.length;
    const vector = Array.from({ length: DIMS }, (__, d) => (d === own ? 1.2 : 0) + random() - 0.5);
    return { label: CLASSES[random() < wrong ? (own + 1) % CLASSES.length : own], vector };
  });
}

export interface CompareWorld {
  /** Of this test alone; removed after it. */
  readonly folder: string;
  readonly service: InspectorService;
  /** Writes records with imported vectors, of ids such as "main-007". @returns path of the table */
  readonly write: (name: string, of: readonly WorldSample[], settings?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly compare: (dataset: string, params: Omit<CompareParams, "dataset" | "trusted">) => Promise<CompareResult>;
}

/** A folder and a service in it, for tests that compare. */
export function compareWorld(t: { after: (done: () => Promise<void>) => void }): CompareWorld {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "infomax-compare-")));
  const service = new InspectorService({ storage: path.join(folder, "cache") });
  t.after(async () => {
    await service.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const write = async (name: string, of: readonly WorldSample[], settings: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const root = path.join(folder, name);
    mkdirSync(root, { recursive: true });
    writeFileSync(path.join(root, "data.jsonl"), of.map(({ label }, i) => `${JSON.stringify({ id: `${name}-${String(i).padStart(3, "0")}`, text: `${name} ${i}`, ...(label === null ? {} : { label }) })}\n`).join(""));
    writeFileSync(path.join(root, "infomax.json"), JSON.stringify({ embeddings: "vectors.npy", selection: { neighbors: 10, threshold: 0.9999 }, ...settings }));
    await writeNpy(path.join(root, "vectors.npy"), Float32Array.from(of.flatMap(({ vector }) => vector)), of.length, of[0]?.vector.length ?? DIMS);
    return path.join(root, "data.jsonl");
  };
  const compare = async (dataset: string, params: Omit<CompareParams, "dataset" | "trusted">): Promise<CompareResult> => {
    await service.index({ dataset, trusted: true });
    return parseCompareResult((await service.compare({ dataset, trusted: true, ...params })).result, "it");
  };
  return { folder, service, write, compare };
}

/** A strategy's mean on a utility. */
export function meanOf(result: CompareResult, strategy: string, utility: string): number {
  const found = result.summaries.find((own) => own.strategy === strategy && own.utility === utility)?.mean;
  assert.ok(found !== undefined && !("notDefined" in found), `${strategy} ${utility}`);
  return found.mean;
}
