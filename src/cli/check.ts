import path from "node:path";
import type { Arguments } from "./arguments.ts";
import { printable, wrapped } from "./format.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";
import { JUNIT_MARK, junitXml } from "./junit.ts";
import { UsageError } from "./usageError.ts";
import { writeResult } from "./writeResult.ts";

/** Throws unless the command line of `check` names a check: none would always pass. */
export function requireDemands({ command, checks = {}, selection }: Arguments): void {
  if (command !== "check" || selection !== undefined || Object.keys(checks).length > 0) return;
  throw new UsageError("infomax check needs at least one check", "Give --max-duplicates 1%, --no-leakage, --protected-present or another; see infomax help check.");
}

/** Checks what the command line demands. @returns exit status: 1 when a check fails */
export async function printCheck({ args, service, output, context }: Invocation): Promise<number> {
  const { checks = {}, selection, junit } = args;
  const result = await service.check({ ...paramsOf(args), ...checks, ...(selection === undefined ? {} : { selection }) }, context);
  if (junit !== undefined) await writeResult(junit, junitXml(result, path.basename(args.dataset)), JUNIT_MARK, "file of check results");
  output.heading(`Checks of ${printable(path.basename(args.dataset))}`);
  for (const { name, passed, message, details } of result.checks) {
    output.print(wrapped(`${passed ? "passed" : "FAILED"}  ${name}: ${printable(message)}`, 2, output.width, 10));
    for (const detail of details) output.print(`          ${printable(detail)}\n`);
  }
  if (junit !== undefined) output.print(`\nJUnit: ${printable(shown(junit))}\n`);
  output.result(result);
  return result.passed ? 0 : 1;
}
