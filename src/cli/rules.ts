import type { DecisionConflict, ProtectResult } from "../protocol/decisions.ts";
import type { SampleView } from "../protocol/samples.ts";
import { count, counted, oneLine, printable, wrapped } from "./format.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";

const SHOWN_EXAMPLES = 5;
const MOST_TEXT = 80;

/** Prints what each rule of infomax.json catches and what contradicts what; with --pin writes what one catches as decisions by hand. */
export async function printRules(invocation: Invocation, selection: string | null): Promise<number> {
  const { args, service, output, context } = invocation;
  if (args.pin !== undefined) {
    const result = await service.pinRule({ ...paramsOf(args), rule: args.pin });
    output.print(`${counted(result.changed, "sample")} of the rule "${printable(args.pin)}" ${result.changed === 1 ? "is" : "are"} now decided by hand; the others were so already (${printable(shown(result.file))}).\n`);
    printAftermath(invocation, result, selection);
    output.result(result);
    return 0;
  }
  const result = await service.rules(paramsOf(args), context);
  if (result.rules.length === 0) output.print("There are no rules: write them as \"rules\" into infomax.json at the dataset's root.\n");
  for (const rule of result.rules) {
    output.heading(`${printable(rule.name)}: ${rule.action}s ${counted(rule.samples, "sample")}`);
    output.print(wrapped(printable(rule.reason), 2, output.width));
    output.print(wrapped(`where ${printable(rule.conditions)}`, 2, output.width, 4));
    for (const note of rule.notes) output.print(wrapped(`note: ${printable(note)}`, 2, output.width, 4));
    for (const sample of rule.examples.slice(0, SHOWN_EXAMPLES)) output.print(`    ${exampleText(sample)}\n`);
    if (rule.samples > SHOWN_EXAMPLES) output.print(`    … and ${count(rule.samples - SHOWN_EXAMPLES)} more\n`);
  }
  if (result.conflictsTotal > 0) {
    output.heading(`In conflict: ${counted(result.conflictsTotal, "sample")}`);
    for (const conflict of result.conflicts) output.print(wrapped(conflictText(conflict), 2, output.width, 4));
    if (result.conflictsTotal > result.conflicts.length) output.print(`  … and ${count(result.conflictsTotal - result.conflicts.length)} more\n`);
    output.print("  Narrow a rule, or take back what was decided by hand. Until then nothing can be pruned.\n");
  }
  output.result(result);
  return result.conflictsTotal > 0 ? 1 : 0;
}

/** What a change of decisions leaves to say: rules that go on, and a selection that is out of date. */
export function printAftermath({ output }: Pick<Invocation, "output">, { notes, overruled }: ProtectResult, selection: string | null): void {
  for (const note of notes) output.print(wrapped(`note: ${printable(note)}`, 0, output.width, 2));
  if (overruled > 0) output.print(wrapped(`The selection${selection === null ? "" : ` "${printable(selection)}"`} decides otherwise on ${counted(overruled, "sample")}: prune again (infomax prune).`, 0, output.width));
}

function exampleText(sample: SampleView): string {
  const at = sample.line === null ? "" : `  line ${sample.line}`;
  return `${printable(sample.id)}${at}${sample.label === null ? "" : `  ${printable(sample.label)}`}${sample.text === null ? "" : `  ${oneLine(sample.text, MOST_TEXT)}`}`;
}

function conflictText({ id, protectedBy, excludedBy, preferred }: DecisionConflict): string {
  const by = (rule: string | null): string => (rule === null ? "by hand" : `by the rule "${printable(rule)}"`);
  return `${printable(id)} is ${preferred ? "preferred" : "protected"} ${by(protectedBy)} and excluded ${by(excludedBy)}`;
}
