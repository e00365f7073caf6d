import * as l10n from "@vscode/l10n";
import type { ResponseError } from "vscode-jsonrpc/node";
import { USER_ERROR } from "../protocol/engine.ts";
import type { EngineErrorData } from "../protocol/engine.ts";

/** Codes that the host adds to the core's own: the process was lost, has crashed too often, or does not fit this host. */
export type HostErrorCode = "engine-lost" | "engine-gave-up" | "engine-start" | "internal" | "cancelled";

/** Why a request to the engine failed. Callers branch on `code`, never on the message; the message is one line. */
export class EngineError extends Error {
  readonly code: string;
  readonly file: string | null;
  readonly line: number | null;
  /** The supervisor has told the user already, so the caller need not. */
  readonly told: boolean;

  constructor(code: string, message: string, options: { file?: string; line?: number; told?: boolean; cause?: unknown } = {}) {
    super(message.replace(/\s+/g, " ").trim(), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EngineError";
    this.code = code;
    this.file = options.file ?? null;
    this.line = options.line ?? null;
    this.told = options.told ?? false;
  }

  get cancelled(): boolean {
    return this.code === "cancelled";
  }
}

/** JSON-RPC code of a request that the engine gave up because it was asked to cancel (as in the language server protocol). */
const REQUEST_CANCELLED = -32800;

function isErrorData(value: unknown): value is EngineErrorData {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** By its shape, not its class: the class would have to be loaded at activation, long before any error. */
function isResponseError(thrown: unknown): thrown is ResponseError<unknown> {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "number";
}

/** Makes an {@link EngineError} of whatever a JSON-RPC request was rejected with. */
export function engineErrorFrom(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  if (isResponseError(thrown)) {
    if (thrown.code === REQUEST_CANCELLED) return new EngineError("cancelled", l10n.t("Cancelled."), { cause: thrown });
    if (thrown.code === USER_ERROR && isErrorData(thrown.data)) {
      const { code, file, line } = thrown.data;
      return new EngineError(code, thrown.message, {
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
        cause: thrown,
      });
    }
  }
  return new EngineError("internal", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
