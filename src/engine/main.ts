import { readFileSync } from "node:fs";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ProgressType, ResponseError, type CancellationToken } from "vscode-jsonrpc/node";
import { InfomaxError, messageOf } from "../core/errors.ts";
import type { Progress } from "../protocol/dataset.ts";
import { type EngineErrorData, type InitializeParams, PROTOCOL_VERSION, USER_ERROR } from "../protocol/engine.ts";
import { messageIn } from "./coreTexts.ts";
import { checkedParams, SERVICE_METHODS } from "./requests.ts";
import { InspectorService, type RequestContext } from "./service.ts";

/** JSON-RPC's code for an unforeseen fault. */
const INTERNAL_ERROR = -32603;
const progressType = new ProgressType<Progress>();
/** Least time between two progress messages, in milliseconds. */
const PROGRESS_EVERY = 100;

function packageVersion(): string {
  const file = path.join(__dirname, "..", "package.json");
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof value === "object" && value !== null && "version" in value && typeof value.version === "string" ? value.version : "unknown";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What the host is told of a failure; stacks go to the log only. */
function toResponseError(thrown: unknown): ResponseError<EngineErrorData> {
  if (thrown instanceof InfomaxError) return new ResponseError(USER_ERROR, messageIn(thrown), { code: thrown.code, ...thrown.place });
  process.stderr.write(`${thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown)}\n`);
  return new ResponseError(INTERNAL_ERROR, l10n.t("Unexpected fault: {0}", messageOf(thrown)), { code: "internal" });
}

function start(): void {
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  let service: InspectorService | undefined;

  connection.onRequest("initialize", (params: unknown) => {
    if (!isObject(params) || params["protocolVersion"] !== PROTOCOL_VERSION || typeof params["storage"] !== "string" || !["string", "undefined"].includes(typeof params["strings"])) {
      return toResponseError(new InfomaxError("bad-argument", l10n.t("host and engine do not match (the engine speaks version {0})", PROTOCOL_VERSION), l10n.t("Reload the window.")));
    }
    const { storage, strings } = params as unknown as InitializeParams;
    if (strings !== undefined) l10n.config({ contents: strings });
    service = new InspectorService({ storage });
    return { protocolVersion: PROTOCOL_VERSION, version: packageVersion(), pid: process.pid };
  });

  for (const method of SERVICE_METHODS) {
    connection.onRequest(method, async (params: unknown, token?: CancellationToken) => {
      if (service === undefined) return toResponseError(new InfomaxError("internal", l10n.t("the engine was not initialized"), l10n.t("Reload the window.")));
      // A request without one object of parameters is given something else in the token's place.
      const hasToken = isObject(token) && typeof token.onCancellationRequested === "function";
      const { progressToken, ...rest } = isObject(params) && hasToken ? params : {};
      const controller = new AbortController();
      const subscription = hasToken ? token.onCancellationRequested(() => { controller.abort(); }) : undefined;
      let last = 0;
      let lastStage = "";
      const context: RequestContext = {
        signal: controller.signal,
        onProgress: (progress) => {
          if (typeof progressToken !== "string" && typeof progressToken !== "number") return;
          const now = performance.now();
          if (progress.stage === lastStage && now - last < PROGRESS_EVERY && progress.done < progress.total) return;
          last = now;
          lastStage = progress.stage;
          void connection.sendProgress(progressType, progressToken, progress);
        },
      };
      try {
        const call = service[method].bind(service) as (params: unknown, context: RequestContext) => Promise<unknown>;
        return await call(checkedParams(method, rest), context);
      } catch (thrown) {
        return toResponseError(thrown);
      } finally {
        subscription?.dispose();
      }
    });
  }

  // The engine has no purpose without its parent.
  process.on("disconnect", () => { process.exit(0); });
  connection.listen();
}

start();
