import { InfomaxError } from "../core/errors.ts";
import type { InspectorService, RequestContext } from "../engine/service.ts";
import type { ApplyPlan, QuarantineParams, QuarantineView, UndoResult } from "../protocol/apply.ts";
import { formatBytes } from "../protocol/words.ts";
import type { Arguments } from "./arguments.ts";
import type { Ask } from "./ask.ts";
import { count, counted, duration, printable, table, wrapped } from "./format.ts";
import { paramsOf, shown } from "./invocation.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usageError.ts";

/** What the commands need; tests give their own. */
export interface QuarantineInvocation {
  readonly args: Arguments;
  readonly service: Pick<InspectorService, "quarantinePlan" | "quarantine" | "quarantines" | "undo">;
  readonly output: Pick<Output, "print" | "note" | "result" | "width">;
  readonly context: RequestContext;
  readonly ask: Ask;
}

const DECLINED = 1;
const REFUSED = 2;
const SHOWN_LEFT = 20;

const STATES: Readonly<Record<QuarantineView["state"], string>> = { done: "done", interrupted: "interrupted", "partly-undone": "partly undone", undone: "undone", damaged: "damaged" };

/** Moves dropped files to quarantine after a question, or goes on with an interrupted quarantine; the returned number is the exit status. */
export async function runQuarantine({ args, service, output, context, ask }: QuarantineInvocation): Promise<number> {
  const { selection } = args;
  const params: QuarantineParams = { ...paramsOf(args), ...(selection === undefined ? {} : { selection }) };
  const plan = await service.quarantinePlan(params, context);
  if (args.dryRun === true) {
    output.print(planText(plan, output.width));
    output.result(plan);
    return plan.problems.length > 0 ? REFUSED : 0;
  }
  output.note(planText(plan, output.width));
  if (plan.problems.length > 0) throw new InfomaxError("cannot-apply", "nothing was moved", plan.problems.length === 1 ? "Mend what stands above." : `Mend the ${plan.problems.length} problems above.`);
  const agreed = args.yes === true || await ask("Move them?", context.signal);
  if (agreed === null) throw new UsageError("a quarantine needs a yes, and nobody is there to ask", "Give --yes as well, or run the command in a terminal; --dry-run only prints what it would do.");
  if (!agreed) {
    output.note("Nothing was moved.\n");
    return DECLINED;
  }
  const result = await service.quarantine({ ...params, plan: plan.digest }, context);
  output.print(`quarantined: ${counted(result.files, "file")}, ${formatBytes(result.bytes)}, ${counted(result.verified, "file")} verified, in ${duration(result.seconds)}\n  ${printable(shown(result.out))}\n`);
  for (const note of result.notes) output.print(wrapped(`note: ${printable(note)}`, 2, output.width, 4));
  output.print("  infomax undo moves them back.\n");
  output.result(result);
  return 0;
}

function planText({ statement, problems }: ApplyPlan, width: number): string {
  return [...statement.map((sentence) => wrapped(printable(sentence), 2, width)), ...problems.map((problem) => wrapped(`problem: ${printable(problem)}`, 2, width, 4))].join("");
}

/** Moves quarantined files back after a question, or lists the quarantines; the returned number is the exit status. */
export async function runUndo(invocation: QuarantineInvocation): Promise<number> {
  const { args, service, output, context, ask } = invocation;
  const { operation, ids } = args;
  if (args.list === true) return printQuarantines(await service.quarantines(paramsOf(args)), invocation);
  const asked = args.yes === true ? "" : question(await service.quarantines(paramsOf(args)), args);
  output.note(asked);
  // Where there is nothing to ask about, the engine says why.
  const agreed = asked === "" || await ask("Move them back?", context.signal);
  if (agreed === null) throw new UsageError("an undo needs a yes, and nobody is there to ask", "Give --yes as well, or run the command in a terminal.");
  if (!agreed) {
    output.note("Nothing was moved.\n");
    return DECLINED;
  }
  const result = await service.undo({ ...paramsOf(args), ...(operation === undefined ? {} : { operation }), ...(ids.length === 0 ? {} : { ids }) }, context);
  printRestored(result, invocation);
  const others = (await service.quarantines(paramsOf(args))).filter((one) => one.quarantined > 0);
  for (const { operation: name, quarantined } of others) output.print(`  in quarantine still: ${counted(quarantined, "file")} of ${printable(name)}\n`);
  return result.left.length > 0 || result.differing.length > 0 ? DECLINED : 0;
}

/** What is about to be moved back. */
function question(quarantines: readonly QuarantineView[], { operation, ids }: Arguments): string {
  const chosen = operation === undefined ? quarantines.find(({ state, quarantined }) => quarantined > 0 || state === "interrupted") : quarantines.find((one) => one.operation === operation);
  if (ids.length > 0) return `  ${counted(ids.length, "sample")} from quarantine to ${ids.length === 1 ? "its place" : "their places"}; nothing is overwritten.\n`;
  if (chosen === undefined) return "";
  return `  ${printable(chosen.operation)}, selection "${printable(chosen.selection)}": ${counted(chosen.quarantined, "file")}, ${formatBytes(chosen.bytes)}, to their places; nothing is overwritten.\n`;
}

function printRestored(result: UndoResult, { output }: QuarantineInvocation): void {
  output.print(`restored: ${counted(result.restored, "file")} from ${printable(result.operation)}, ${count(result.verified)} verified, in ${duration(result.seconds)}; it is ${STATES[result.state]}\n`);
  for (const id of result.differing.slice(0, SHOWN_LEFT)) output.print(`  back, but not what was quarantined: ${printable(id)}\n`);
  if (result.differing.length > SHOWN_LEFT) output.print(`  … and ${count(result.differing.length - SHOWN_LEFT)} more\n`);
  for (const { id, reason } of result.left.slice(0, SHOWN_LEFT)) output.print(`  left: ${printable(id)}: ${printable(reason)}\n`);
  if (result.left.length > SHOWN_LEFT) output.print(`  … and ${count(result.left.length - SHOWN_LEFT)} more\n`);
  output.result(result);
}

function printQuarantines(quarantines: readonly QuarantineView[], { output }: QuarantineInvocation): number {
  output.print(quarantines.length === 0 ? "Nothing was quarantined.\n" : table(["quarantine", "selection", "files", "there now", "size", "state"], quarantines.map((one) => [
    printable(one.operation), printable(one.selection), count(one.files), count(one.quarantined), formatBytes(one.bytes), STATES[one.state],
  ])));
  output.result({ quarantines });
  return 0;
}
