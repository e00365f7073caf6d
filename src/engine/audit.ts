import { InfomaxError } from "../core/errors.ts";
import type { AuditResult } from "../protocol/engine.ts";

/** The audit log of a dataset, verified. */
export async function auditOf(root: string): Promise<AuditResult> {
  throw new InfomaxError("internal", `not built yet (${String([root])})`, "Wait.");
}
