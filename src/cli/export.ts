import { InfomaxError } from "../core/errors.ts";
import type { InspectorService, RequestContext } from "../engine/service.ts";
import type { ApplyPlan, ExportParams } from "../protocol/apply.ts";
import { formatBytes } from "../protocol/words.ts";
import type { Arguments } from "./arguments.ts";
import type { Ask } from "./ask.ts";
import { paramsOf, shown } from "./invocation.ts";
import { counted, duration, printable, wrapped } from "./format.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usageError.ts";

/** What the command needs; tests give their own. */
export interface ExportInvocation {
  readonly args: Arguments;
  readonly service: Pick<InspectorService, "exportPlan" | "export">;
  readonly output: Pick<Output, "print" | "note" | "result" | "width">;
  readonly context: RequestContext;
  readonly ask: Ask;
}

const DECLINED = 1;
const REFUSED = 2;

/** Exports the kept samples of a selection after a question, or says what an export would do; the returned number is the exit status. */
export async function runExport({ args, service, output, context, ask }: ExportInvocation): Promise<number> {
  const { selection, out = "", form = "copy" } = args;
  const params: ExportParams = { ...paramsOf(args), out, form, ...(selection === undefined ? {} : { selection }) };
  const plan = await service.exportPlan(params, context);
  if (args.dryRun === true) {
    output.print(planText(plan, output.width));
    output.result(plan);
    return plan.problems.length > 0 ? REFUSED : 0;
  }
  output.note(planText(plan, output.width));
  if (plan.problems.length > 0) throw new InfomaxError("cannot-apply", "nothing was exported", plan.problems.length === 1 ? "Mend what stands above." : `Mend the ${plan.problems.length} problems above.`);
  const agreed = args.yes === true || await ask("Export?", context.signal);
  if (agreed === null) throw new UsageError("an export needs a yes, and nobody is there to ask", "Give --yes as well, or run the command in a terminal; --dry-run only prints what it would do.");
  if (!agreed) {
    output.note("Nothing was exported.\n");
    return DECLINED;
  }
  const result = await service.export({ ...params, plan: plan.digest }, context);
  output.print(`exported: ${printable(shown(result.out))}, ${counted(result.files, "file")}, ${formatBytes(result.bytes)}, ${counted(result.verified, "file")} verified, in ${duration(result.seconds)}\n`);
  for (const note of result.notes) output.print(wrapped(`note: ${printable(note)}`, 2, output.width, 4));
  output.result(result);
  return 0;
}

/** What an export does, and what is in its way. */
function planText({ statement, problems, freeBytes }: ApplyPlan, width: number): string {
  const lines = statement.map((sentence) => wrapped(printable(sentence), 2, width));
  if (freeBytes !== null) lines.push(wrapped(`Free there: ${formatBytes(freeBytes)}.`, 2, width));
  for (const problem of problems) lines.push(wrapped(`problem: ${printable(problem)}`, 2, width, 4));
  return lines.join("");
}
