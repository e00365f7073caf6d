import { readFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { CancelledError, InfomaxError, messageOf, type ErrorCode } from "../core/errors.ts";
import { InspectorService } from "../engine/service.ts";
import type { Progress } from "../protocol/dataset.ts";
import { askOnTerminal } from "./ask.ts";
import { readArguments, type Request } from "./arguments.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { runCommand } from "./commands.ts";
import { runEncoders } from "./encoders.ts";
import { printable } from "./format.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { Output } from "./output.ts";
import { UsageError } from "./usageError.ts";

const FAILED = 1;
const WRONG_INPUT = 2;
const INTERRUPTED = 130;
/** Not the user's mistake. */
const FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["internal", "download-failed"]);

function version(): string {
  const file = fileURLToPath(new URL("../package.json", import.meta.url));
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof value === "object" && value !== null && "version" in value && typeof value.version === "string" ? value.version : "unknown";
}

async function run(request: Extract<Request, { kind: "run" | "encoders" }>): Promise<number> {
  const output = new Output(request.arguments);
  const service = new InspectorService({ storage: cacheFolder(request.arguments.cache, process.env) });
  const controller = new AbortController();
  const interrupt = (): void => {
    // A second Ctrl-C does not wait for the work to stop tidily.
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  try {
    const context = { signal: controller.signal, onProgress: (progress: Progress): void => { output.progress(progress); } };
    return request.kind === "encoders"
      ? await runEncoders({ args: request.arguments, service, output, context, ask: askOnTerminal })
      : await runCommand({ args: request.arguments, service, output, context, ask: askOnTerminal });
  } finally {
    output.clear();
    process.off("SIGINT", interrupt);
    await service.close();
  }
}

/** Runs the command line; never throws. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const request = readArguments(argv);
    if (request.kind === "help") {
      process.stdout.write(request.command === null ? generalHelp() : commandHelp(request.command));
      return 0;
    }
    if (request.kind === "version") {
      process.stdout.write(`${version()}\n`);
      return 0;
    }
    return await run(request);
  } catch (thrown) {
    process.stderr.write(`infomax: ${printable(messageOf(thrown))}\n`);
    if (process.env["INFOMAX_DEBUG"] === "1" && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ""}\n`);
    if (thrown instanceof CancelledError) return INTERRUPTED;
    if (thrown instanceof UsageError) return WRONG_INPUT;
    return thrown instanceof InfomaxError && !FAILURES.has(thrown.code) ? WRONG_INPUT : FAILED;
  }
}

// A reader that goes away (a pager, head) is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
// Images are decoded in the thread pool, one thread for each core; its size is fixed when it starts, which is not yet.
process.env["UV_THREADPOOL_SIZE"] ??= String(Math.max(4, os.availableParallelism()));
void main(process.argv.slice(2)).then((status) => { process.exitCode = status; });
