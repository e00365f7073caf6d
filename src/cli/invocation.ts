import path from "node:path";
import type { InspectorService, RequestContext } from "../engine/service.ts";
import type { DatasetParams } from "../protocol/dataset.ts";
import type { Arguments } from "./arguments.ts";
import type { Ask } from "./ask.ts";
import type { Output } from "./output.ts";

/** What each command gets. */
export interface Invocation {
  readonly args: Arguments;
  readonly service: InspectorService;
  readonly output: Output;
  readonly context: RequestContext;
  readonly ask: Ask;
}

/** What every request on a dataset says; who types a command trusts the dataset. */
export function paramsOf(args: Arguments): DatasetParams {
  return { dataset: args.dataset, options: args.options, trusted: true };
}

/** Shows a path as the user would type it from here, when that is shorter. */
export function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative !== "" && !relative.startsWith("..") ? relative : file;
}
