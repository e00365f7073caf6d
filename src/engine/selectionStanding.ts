import * as l10n from "@vscode/l10n";
import { verifyAudit } from "../core/audit/auditLog.ts";
import { formatCount } from "../protocol/words.ts";
import type { AppliedSelection } from "./apply/appliedSelection.ts";

/** What the audit log says of a selection file. */
export interface SelectionStanding {
  /** The last approval of exactly this file. */
  readonly approval: { readonly when: string; readonly note: string } | null;
  /** The file is not the one that was last selected under this name: it was edited since, or comes from elsewhere. False where the log does not say. */
  readonly isEdited: boolean;
}

export async function standingOf(root: string, { name, sha256 }: Pick<AppliedSelection, "name" | "sha256">): Promise<SelectionStanding> {
  const { entries } = await verifyAudit(root);
  const ours = entries.filter(({ members }) => members["selection"] === name);
  const selected = ours.findLast(({ event }) => event === "selected");
  const approved = ours.findLast(({ event, members }) => event === "approved" && members["sha256"] === sha256);
  const note = approved?.members["note"];
  return {
    approval: approved === undefined ? null : { when: approved.when, note: typeof note === "string" ? note : "" },
    isEdited: selected !== undefined && selected.members["sha256"] !== sha256,
  };
}

/** Whether it was approved, and whether its file is what was selected, in sentences. */
export function standingSentences(name: string, { approval, isEdited }: SelectionStanding): string[] {
  return [
    approval === null ? l10n.t("\"{0}\" is not approved.", name) : l10n.t("\"{0}\" was approved on {1}.", name, approval.when.slice(0, 10)),
    ...(isEdited ? [l10n.t("Its file is another than the one that the audit log says was selected: it was edited since.")] : []),
  ];
}

/** Why a selection's file is not whole: it has other lines than its header says. Null where it is. */
export function notWhole({ header, entries }: Pick<AppliedSelection, "header" | "entries">): string | null {
  const kept = new Set<string>();
  const known = new Set<string>();
  for (const { id, decision } of entries) {
    known.add(id);
    if (decision === "kept") kept.add(id);
    else kept.delete(id);
  }
  if (header.kept !== kept.size) return l10n.t("The selection says that it keeps {0} samples, and its lines keep {1}: its file is not whole. Restore it from git, or prune again.", formatCount(header.kept), formatCount(kept.size));
  if (header.samples !== known.size) return l10n.t("The selection says that it is of {0} samples, and it has lines of {1}: its file is not whole. Restore it from git, or prune again.", formatCount(header.samples), formatCount(known.size));
  return null;
}
