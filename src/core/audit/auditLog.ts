import { InfomaxError } from "../errors.ts";
import type { AuditEvent } from "./auditEvent.ts";

/** Appends an event to the audit log. */
export async function appendAudit(root: string, event: AuditEvent): Promise<void> {
  throw new InfomaxError("internal", `the audit log is not built yet (${root}, ${event.event})`, "Wait.");
}
