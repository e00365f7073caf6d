import { readFile } from "node:fs/promises";
import { z } from "zod";
import { InfomaxError, messageOf } from "../../core/errors.ts";
import { faultLine, lineOf } from "../../core/jsonPlace.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { TRAINED } from "./utilities.ts";

const number = z.number().min(0).max(100);
const shape = z.record(z.string(), z.union([z.array(number).min(1), z.object({ accuracy: z.union([number, z.array(number).min(1)]) })]));

/** Accuracies in [0, 1] of real training, by the name or the digest of the list that was trained on. */
export type TrainedAccuracies = ReadonlyMap<string, readonly number[]>;

/**
 * Reads accuracies that were measured by real training: `{"<list>": [accuracy, …]}`, or `{"<list>": {"accuracy": […]}}`.
 * Figures are shares, or percentages where any is above 1. A list goes by the name of its file, or by its digest.
 * @throws InfomaxError not-found, bad-data
 */
export async function readTrained(file: string): Promise<TrainedAccuracies> {
  const text = await readFile(file, "utf8").catch((thrown: unknown) => {
    throw new InfomaxError("not-found", `it cannot be read (${messageOf(thrown)})`, "Check the path.", { file }, thrown);
  });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (thrown) {
    throw new InfomaxError("bad-data", `it is no JSON (${messageOf(thrown)})`, "Give an object of lists and their accuracies.", { file, line: faultLine(text) }, thrown);
  }
  const found = shape.safeParse(value);
  if (!found.success) {
    const issue = found.error.issues[0];
    throw new InfomaxError("bad-data", `"${issue.path.join(".")}": ${issue.message}`, "Give an object such as {\"random-10pct-r0\": [80.1, 79.8]}.", { file, line: lineOf(text, issue.path) });
  }
  const lists = Object.entries(found.data).map(([name, own]): [string, number[]] => [plainName(name), [Array.isArray(own) ? own : own.accuracy].flat()]);
  const all = lists.flatMap(([, own]) => own);
  const share = all.find((accuracy) => accuracy > 0 && accuracy < 1);
  if (share !== undefined && all.some((accuracy) => accuracy > 1)) {
    throw new InfomaxError("bad-data", `${share} is a share where others are percentages`, "Give all accuracies as percentages, or all as shares.", { file });
  }
  const scale = lists.some(([, own]) => own.some((accuracy) => accuracy > 1)) ? 100 : 1;
  return new Map(lists.map(([name, own]) => [name, own.map((accuracy) => accuracy / scale)]));
}

type Run = CompareResult["runs"][number];
type Matched = CompareResult["matched"][number];

/** A list's name without what file names add to it. */
const plainName = (name: string): string => name.replace(/^.*[\\/]/, "").replace(/(\.ids)?(\.txt)?$/, "");

/**
 * The runs with what was measured on their lists: the accuracies of a list go to its seeds in their order, and those beyond its seeds to none.
 * @param matched runs of a random choice of other strategies' sizes
 * @param nameOf the name of the list of a run
 * @returns the runs, how many lists were found, how many accuracies are beyond the seeds of their lists, and names that no list bears
 */
export function withTrained(
  runs: CompareResult["runs"], matched: CompareResult["matched"], trained: TrainedAccuracies, nameOf: (run: Run | Matched) => string,
): { readonly runs: CompareResult["runs"]; readonly matched: CompareResult["matched"]; readonly lists: number; readonly beyond: number; readonly unknown: readonly string[] } {
  /** Seeds of each list that accuracies were given for. */
  const used = new Map<string, number>();
  const withOwn = <T extends Run | Matched>(run: T): T => {
    const key = [nameOf(run), run.idsDigest].find((name) => trained.has(name));
    const accuracy = key === undefined ? undefined : trained.get(key)?.[run.seed];
    if (key !== undefined) used.set(key, Math.max(used.get(key) ?? 0, run.seed + 1));
    return accuracy === undefined ? run : { ...run, values: { ...run.values, [TRAINED.name]: { value: accuracy } } };
  };
  const answer = { runs: runs.map(withOwn), matched: matched.map(withOwn) };
  const beyond = [...used].reduce((sum, [key, seeds]) => sum + Math.max(0, (trained.get(key)?.length ?? 0) - seeds), 0);
  return { ...answer, lists: used.size, beyond, unknown: [...trained.keys()].filter((name) => !used.has(name)) };
}
