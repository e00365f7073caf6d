import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { AuditEvent } from "../core/audit/auditEvent.ts";
import { namedSamples } from "../core/audit/namedSamples.ts";
import { canonicalJson } from "../core/dataset/identity.ts";
import { PIN_KINDS } from "../core/store/protectionFile.ts";
import type { AppliedRule, SelectionEntry, SelectionHeader } from "../core/store/selectionFile.ts";
import { ruleAt, type DecisionsInForce } from "./inForce.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** What a selection's entry says of the rule that decided it; nothing where a person did, or nobody. */
export function decidedBy({ byHand, ruled }: DecisionsInForce, kind: "protected" | "excluded", row: number): Pick<SelectionEntry, "rule"> {
  const rule = byHand[kind].rows.has(row) ? null : ruleAt(ruled, kind === "protected" ? ruled.protectedBy : ruled.excludedBy, row);
  return rule === null ? {} : { rule: rule.name };
}

/** The rules in force with the samples that each caught. */
export function appliedRules({ ruled }: DecisionsInForce): readonly AppliedRule[] {
  return ruled.rules.map(({ name, action, reason }, r) => ({ name, action, reason, samples: ruled.caught[r].length }));
}

/** SHA-256 of what decided a selection beside the data and the budget: settings, rules, and what people decided of which content. */
export function digestOfSettings(loaded: LoadedDataset, config: SelectionHeader["config"], { byHand, ruled }: DecisionsInForce): string {
  const { ids } = loaded.index.dataset;
  const decided = Object.fromEntries(PIN_KINDS.map((kind) => [
    kind, [...byHand[kind].rows.keys()].map((row) => ({ id: ids[row], digest: loaded.digestHex(row) })).sort((a, b) => (a.id < b.id ? -1 : 1)),
  ]));
  return createHash("sha256").update(canonicalJson({ config, rules: ruled.rules, decisions: decided })).digest("hex");
}

/** What the audit log records of a selection that was just written. @param file absolute path of the selection file */
export async function selectedEvent(loaded: LoadedDataset, header: SelectionHeader, { byHand, ruled }: DecisionsInForce, file: string): Promise<AuditEvent> {
  const { ids } = loaded.index.dataset;
  const named = (rows: Iterable<number>): ReturnType<typeof namedSamples> => namedSamples(Array.from(rows, (row) => ids[row]));
  return {
    event: "selected", selection: header.name, sha256: createHash("sha256").update(await readFile(file)).digest("hex"),
    dataset: header.dataset, datasetDigest: header.datasetDigest, configDigest: header.configDigest ?? "",
    samples: header.samples, kept: header.kept, dropped: header.samples - header.kept,
    protectedByHand: named(byHand.protected.rows.keys()), excludedByHand: named(byHand.excluded.rows.keys()),
    rules: ruled.rules.map(({ name, action }, r) => {
      const [by, known] = action === "protect" ? [ruled.protectedBy, byHand.protected.rows] : [ruled.excludedBy, byHand.excluded.rows];
      return { name, action, samples: named(ruled.caught[r].filter((row) => by[row] === r && !known.has(row))) };
    }),
  };
}
