import type { AuditResult } from "../protocol/checks.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";
import { count, counted, printable, wrapped } from "./format.ts";

/** Prints the audit log and whether it verifies. @returns exit status: 1 where it does not */
export async function printAudit({ args, service, output }: Invocation): Promise<number> {
  const { expectHead, limit } = args;
  const log = await service.audit({ ...paramsOf(args), ...(expectHead === undefined ? {} : { expectHead }) });
  output.heading(`Audit log: ${printable(shown(log.file))}`);
  const { entries, total } = log;
  const last = entries.slice(-limit);
  if (total === 0) output.print("  no entries\n");
  if (total > last.length) output.print(`  … ${count(total - last.length)} before; --limit prints more\n`);
  for (const { line, when, sentence } of last) output.print(wrapped(`${String(line).padStart(4)}  ${printable(when)}  ${printable(sentence)}`, 0, output.width, 6));
  output.heading(log.problems.length === 0 ? "Verified" : "Not verified");
  for (const problem of log.problems) output.print(wrapped(`PROBLEM ${printable(problem)}`, 2, output.width, 4));
  for (const note of log.notes) output.print(wrapped(`note: ${printable(note)}`, 2, output.width, 4));
  output.print(wrapped(verdict(log, expectHead), 2, output.width));
  if (log.head !== null && log.problems.length === 0) {
    output.print(`  head: ${log.head}\n`);
    output.print(wrapped("Write the head down elsewhere (a ticket, a mail): entries that are cut off the end of the log later are seen only by it, with infomax audit --expect-head.", 2, output.width));
  }
  output.result(log);
  return log.problems.length === 0 ? 0 : 1;
}

function verdict({ problems, total }: AuditResult, expectHead: string | undefined): string {
  if (problems.length > 0) return `The log does not verify: ${counted(problems.length, "problem")}. Compare it with its versions in git.`;
  return `${total === 0 ? "There is nothing to verify." : `The chain of ${counted(total, "entry", "entries")} is whole.`}${expectHead === undefined ? "" : " The expected head is in it."}`;
}
