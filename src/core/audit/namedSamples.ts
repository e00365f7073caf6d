import { createHash } from "node:crypto";
import { MOST_NAMED, type NamedSamples } from "./auditEvent.ts";

/**
 * Samples as the audit log names them: how many, the SHA-256 of their ids in code-unit order with a line feed after each, and
 * the ids themselves up to {@link MOST_NAMED}.
 * @param ids of distinct samples, in any order
 */
export function namedSamples(ids: Iterable<string>): NamedSamples {
  const sorted = [...ids].sort();
  const hash = createHash("sha256");
  for (const id of sorted) hash.update(`${id}\n`);
  const digest = hash.digest("hex");
  return { count: sorted.length, ...(sorted.length > MOST_NAMED ? {} : { ids: sorted }), digest };
}
