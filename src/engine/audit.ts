import * as l10n from "@vscode/l10n";
import { auditFile, verifyAudit, SHOWN_AUDIT_FILE, type AuditEntry, type AuditRemark } from "../core/audit/auditLog.ts";
import type { AuditEvent } from "../core/audit/auditEvent.ts";
import { isRecord } from "../core/dataset/identity.ts";
import type { AuditResult } from "../protocol/checks.ts";
import { formatCount } from "../protocol/words.ts";

const MOST_ENTRIES = 1000;
/** Of a name or note that a sentence quotes. */
const MOST_CHARACTERS = 200;
/** Of a digest that a sentence names. */
const SHOWN_DIGITS = 12;

/**
 * The audit log of a dataset, verified.
 * @param expectHead hash of an entry that must be in it
 * @throws InfomaxError bad-audit-log where it cannot be read, or has the marks of a merge
 */
export async function auditOf(root: string, expectHead?: string): Promise<AuditResult> {
  const { entries, problems, notes, head } = await verifyAudit(root, expectHead);
  const shown = ({ line, text }: AuditRemark): string => `${SHOWN_AUDIT_FILE}:${line}: ${text}`;
  return {
    file: auditFile(root), total: entries.length, head, problems: problems.map(shown), notes: notes.map(shown),
    entries: entries.slice(-MOST_ENTRIES).map((entry) => ({ line: entry.line, when: entry.when, event: entry.event, sentence: auditSentence(entry), hash: entry.hash })),
  };
}

/** Reads members of an entry, which a stranger may have written: what is missing or of another type is shown as "?". */
class Members {
  private readonly members: Readonly<Record<string, unknown>>;

  constructor(members: Readonly<Record<string, unknown>>) {
    this.members = members;
  }

  text(key: string): string {
    const value = this.members[key];
    if (typeof value !== "string") return "?";
    return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  }

  number(key: string): string {
    const value = this.members[key];
    return typeof value === "number" ? formatCount(value) : "?";
  }

  files(key: string): string {
    const value = this.members[key];
    return value === 1 ? l10n.t("1 file") : l10n.t("{0} files", this.number(key));
  }

  /** The first digits of a digest. */
  digest(key: string): string {
    return this.text(key).slice(0, SHOWN_DIGITS);
  }

  /** How many samples a {@link NamedSamples} is of. */
  samples(key: string): string {
    const value = this.members[key];
    return isRecord(value) ? new Members(value).number("count") : "?";
  }

  list(key: string): readonly Members[] {
    const value = this.members[key];
    return Array.isArray(value) ? value.filter(isRecord).map((one) => new Members(one)) : [];
  }
}

/** Rules that a sentence names. */
const MOST_RULES = 8;

function rulesIn(members: Members): string {
  const rules = members.list("rules").map((rule) => `${rule.text("name")} (${rule.samples("samples")})`);
  if (rules.length === 0) return l10n.t("none by rule");
  const named = rules.slice(0, MOST_RULES).join(", ");
  return rules.length > MOST_RULES ? l10n.t("by rule: {0} and {1} more", named, rules.length - MOST_RULES) : l10n.t("by rule: {0}", named);
}

/** What an entry records, in one sentence. */
export function auditSentence({ event, members: given }: Pick<AuditEntry, "event" | "members">): string {
  const members = new Members(given);
  const text = (key: string): string => members.text(key);
  const number = (key: string): string => members.number(key);
  switch (event as AuditEvent["event"]) {
    case "selected":
      return l10n.t("Selected \"{0}\": {1} of {2} samples kept, {3} dropped; {4} protected by hand, {5} excluded by hand, {6}; file {7}, configuration {8}.",
        text("selection"), number("kept"), number("samples"), number("dropped"), members.samples("protectedByHand"), members.samples("excludedByHand"), rulesIn(members), members.digest("sha256"), members.digest("configDigest"));
    case "approved":
      return text("note") === "" ? l10n.t("Approved \"{0}\", file {1}.", text("selection"), members.digest("sha256"))
        : l10n.t("Approved \"{0}\", file {1}: {2}", text("selection"), members.digest("sha256"), text("note"));
    case "exported":
      return l10n.t("Exported the {0} kept samples of \"{1}\" as {2} to {3}: {4}, {5} bytes; file {6}.",
        number("kept"), text("selection"), text("form"), text("out"), members.files("files"), number("bytes"), members.digest("sha256"));
    case "quarantined":
      return l10n.t("Moved {0} that \"{1}\" drops into quarantine \"{2}\" (samples: {3}): {4} bytes; file {5}.",
        members.files("files"), text("selection"), text("operation"), members.samples("samples"), number("bytes"), members.digest("sha256"));
    case "restored":
      return given["whole"] === true ? l10n.t("Moved all of quarantine \"{0}\" back: {1}.", text("operation"), members.files("files"))
        : l10n.t("Moved {0} of quarantine \"{1}\" back; asked for and not moved: {2}.", members.files("files"), text("operation"), number("left"));
    default:
      return l10n.t("\"{0}\", an event that this version does not know.", event.slice(0, MOST_CHARACTERS));
  }
}
