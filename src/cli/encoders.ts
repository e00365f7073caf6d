import path from "node:path";
import type { InspectorService, RequestContext } from "../engine/service.ts";
import type { EncoderPlan, EncoderView } from "../protocol/encoderRequests.ts";
import { formatBytes } from "../protocol/words.ts";
import type { EncoderArguments } from "./arguments.ts";
import type { Ask } from "./ask.ts";
import { printable, table, wrapped } from "./format.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usageError.ts";

/** What is written to; tests give their own. */
export type Printer = Pick<Output, "print" | "heading" | "note" | "result" | "width">;

export interface EncoderInvocation {
  readonly args: EncoderArguments;
  readonly service: Pick<InspectorService, "encoders" | "encoderPlan" | "downloadEncoder">;
  readonly output: Printer;
  readonly context: RequestContext;
  readonly ask: Ask;
}

const KINDS: Readonly<Record<EncoderView["kind"], string>> = { image: "images", text: "texts", pair: "images and texts" };
const DECLINED = 1;

/** Lists encoders, or downloads one after a question; the returned number is the exit status. */
export async function runEncoders(invocation: EncoderInvocation): Promise<number> {
  const { args, service, output } = invocation;
  if (args.download !== undefined) return download(invocation, args.download);
  const encoders = await service.encoders();
  output.heading("Encoders");
  output.print(table(["name", "for", "size", "licence", "installed"], encoders.map((encoder) => [
    printable(encoder.name), KINDS[encoder.kind], `${encoder.installed ? "" : "about "}${formatBytes(encoder.bytes)}`, printable(encoder.licence), encoder.installed ? "yes" : "no",
  ])));
  output.print(`\n${wrapped("Besides, part of the program: builtin (the default), perceptual (images) and hashed (texts), the last two without a learned model; and any folder in the Hugging Face layout. "
    + "infomax encoders --download NAME fetches one, or owner/name@commit any other with ONNX files, after a question; --encoder NAME then uses it.", 2, output.width)}`);
  output.result({ encoders });
  return 0;
}

async function download({ args, service, output, context, ask }: EncoderInvocation, name: string): Promise<number> {
  const plan = await service.encoderPlan({ name }, context);
  if (plan.installed) return finish(plan, "is there already", output);
  for (const line of planLines(plan)) output.note(`${printable(line)}\n`);
  const agreed = args.yes || await ask("Download it?", context.signal);
  if (agreed === null) throw new UsageError("a download needs a yes, and nobody is there to ask", "Give --yes as well, or run the command in a terminal.");
  if (!agreed) {
    output.note("Nothing was downloaded.\n");
    return DECLINED;
  }
  return finish(await service.downloadEncoder({ name: plan.name, commit: plan.commit, bytes: plan.bytes }, context), "is downloaded", output);
}

/** What the user is asked about: host, commit, size, licence, destination. */
function planLines(plan: EncoderPlan): string[] {
  return [
    `${plan.name}, an encoder for ${KINDS[plan.kind]}`,
    `  from     ${plan.host}, ${plan.repository}, commit ${plan.commit}`,
    `  size     ${formatBytes(plan.bytes)} in ${plan.files} files${plan.missingBytes < plan.bytes ? `, of which ${formatBytes(plan.missingBytes)} are missing yet` : ""}`,
    `  licence  ${plan.licence}`,
    `  into     ${plan.folder}`,
  ];
}

function finish(encoder: EncoderView, what: string, output: Printer): number {
  output.print(`${printable(encoder.name)} ${what}: ${printable(path.normalize(encoder.folder))}\nUse it with --encoder ${printable(encoder.name)}, or "encoder": "${printable(encoder.name)}" in infomax.json.\n`);
  output.result(encoder);
  return 0;
}
