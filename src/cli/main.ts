import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CancelledError, InfomaxError, messageOf } from "../core/errors.ts";
import { InspectorService } from "../engine/service.ts";
import { readArguments, type Arguments } from "./arguments.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { runCommand } from "./commands.ts";
import { printable } from "./format.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { Output } from "./output.ts";
import { UsageError } from "./usageError.ts";

const FAILED = 1;
const WRONG_INPUT = 2;
const INTERRUPTED = 130;

function version(): string {
  const file = fileURLToPath(new URL("../package.json", import.meta.url));
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof value === "object" && value !== null && "version" in value && typeof value.version === "string" ? value.version : "unknown";
}

async function run(args: Arguments): Promise<number> {
  const output = new Output(args);
  const service = new InspectorService({ storage: cacheFolder(args.cache, process.env) });
  const controller = new AbortController();
  const interrupt = (): void => {
    // A second Ctrl-C does not wait for the work to stop tidily.
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  try {
    return await runCommand({ args, service, output, context: { signal: controller.signal, onProgress: (progress) => { output.progress(progress); } } });
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
    return await run(request.arguments);
  } catch (thrown) {
    process.stderr.write(`infomax: ${printable(messageOf(thrown))}\n`);
    if (process.env["INFOMAX_DEBUG"] === "1" && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ""}\n`);
    if (thrown instanceof CancelledError) return INTERRUPTED;
    if (thrown instanceof UsageError) return WRONG_INPUT;
    return thrown instanceof InfomaxError && thrown.code !== "internal" ? WRONG_INPUT : FAILED;
  }
}

// A reader that goes away (a pager, head) is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
void main(process.argv.slice(2)).then((status) => { process.exitCode = status; });
