import path from "node:path";
import { countSpan, durationSpan, likelyBudget, memorySpan, shareSpan } from "../protocol/pilotText.ts";
import type { PilotResult } from "../protocol/budget.ts";
import type { Arguments } from "./arguments.ts";
import { count, counted, duration, percent, printable, table, wrapped } from "./format.ts";
import type { Output } from "./output.ts";

/** Prints what a pilot found and how to go on; the returned number is the exit status. */
export function printPilot(result: PilotResult, args: Arguments, output: Output): number {
  const { samples, sampled, redundancy, budget } = result;
  const line = (text: string): void => { output.print(wrapped(text, 2, output.width, 4)); };
  output.heading(`Pilot on ${printable(path.basename(args.dataset))}`);
  line(`${counted(sampled, "sample")} of ${count(samples)} (${percent(sampled / samples)}${sampled === 500 ? "; no fewer than 500 are taken" : ""}), drawn at random${result.classes > 0 ? ` from each of ${counted(result.classes, "class", "classes")}` : ""}, seed ${result.seed}; took ${duration(result.spent)}`);
  line(`features: ${printable(result.encoder.name)}, ${result.encoder.dimensions} dimensions; near-duplicates from similarity ${result.threshold}`);
  for (const note of result.notes) line(`note: ${printable(note)}`);

  output.heading("The whole would take, with 95% intervals");
  output.print(table(["stage", "time"], [...result.stages.map(({ stage, seconds }) => [stage, durationSpan(seconds)]), ["all", durationSpan(result.seconds)]]));
  line(`peak memory: ${memorySpan(result.memoryBytes)}`);

  output.heading("Redundancy");
  line(`about ${shareSpan(redundancy.share)} of the whole repeats something in it; distinct contents: ${countSpan(redundancy.distinct)} (in the sample itself ${percent(redundancy.inSample)} repeats)`);
  line(printable(redundancy.method));

  output.heading("Budget");
  line(`likely: ${countSpan(budget.likely)} samples, ${shareSpan({ value: budget.likely.value / samples, low: budget.likely.low / samples, high: budget.likely.high / samples })} of the whole, hold each distinct content once`);
  line(budget.knee === null ? "the coverage curve of the sample has no clear knee" : `knee of the sample's coverage curve: ${shareSpan(budget.knee)}; in the whole it lies there or lower, as more samples cover more`);
  if (budget.requested !== null) line(`asked: ${count(budget.requested.kept)} samples (${percent(budget.requested.kept / samples)}). ${budget.requested.sentence}`);

  output.heading("To go on");
  line(`Give the same command without --pilot${args.budget === undefined ? ` and with a budget, --budget ${likelyBudget(result)} say` : ""}. Nothing was written to the dataset; the embeddings made so far are kept in the cache and used again.`);
  output.result(result);
  return 0;
}
