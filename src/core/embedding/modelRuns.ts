import { breathe } from "../breathe.ts";
import type { ModelFolder, Settings } from "./modelFolder.ts";
import type { Feed, OnnxModel } from "./onnxModel.ts";
import { RunSizer } from "./runSizer.ts";

/** Finds the size of runs, unless the graph is fixed to one. */
export function sizerFor(sizes: readonly number[], fixed: number | null): RunSizer {
  return new RunSizer(fixed === null ? sizes : [fixed]);
}

/** A part of a batch that goes through the network at once; `done` is to be called when it went. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly done: () => void;
}

/**
 * Cuts `count` rows into runs of the size that measures best, and lets messages in between them.
 * @throws CancelledError when the signal has fired
 */
export async function* runsOf(count: number, sizer: RunSizer, signal: AbortSignal | undefined): AsyncGenerator<Run> {
  let from = 0;
  while (from < count) {
    await breathe(signal);
    const to = Math.min(count, from + sizer.size);
    const start = performance.now();
    yield { from, to, done: () => { sizer.record(to - from, (performance.now() - start) / 1000); } };
    from = to;
  }
}

function settingsIn(value: unknown): Settings {
  return typeof value === "object" && value !== null ? value as Settings : {};
}

/**
 * The least that a graph for images and texts together takes in place of what is not there: one black image, or one text
 * of one token.
 * @param own inputs that are fed for real
 * @throws Error for an input that is not known
 */
export function otherInputs(model: OnnxModel, own: ReadonlySet<string>, folder: ModelFolder): ReadonlyMap<string, Feed> {
  const others = new Map<string, Feed>();
  for (const { name, dims } of model.inputs) {
    if (own.has(name)) continue;
    if (name === "pixel_values") {
      const given = settingsIn(folder.config["vision_config"])["image_size"] ?? folder.config["image_size"];
      const edge = typeof given === "number" ? given : 224;
      const shape = [dims[0] ?? 1, dims[1] ?? 3, dims[2] ?? edge, dims[3] ?? edge];
      others.set(name, { data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)), dims: shape });
    } else if (name === "input_ids" || name === "attention_mask" || name === "token_type_ids" || name === "position_ids") {
      const shape = [dims[0] ?? 1, dims[1] ?? 1];
      others.set(name, { data: new Int32Array(shape[0] * shape[1]).fill(name === "attention_mask" ? 1 : 0), dims: shape });
    } else throw new Error(`its input ${name} is not known`);
  }
  return others;
}
