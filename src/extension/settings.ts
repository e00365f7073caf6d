import path from "node:path";
import { isEncoderName } from "../protocol/encoders.ts";
import type { DatasetOptions } from "../protocol/engine.ts";
import { SETTINGS_SECTION } from "./contributions.ts";
import type { SettingName } from "./contributions.ts";
import { EngineError } from "./engineError.ts";

/** Reads one setting: its value if the user has set it anywhere, else undefined. */
export type SettingReader = (name: SettingName) => unknown;

/**
 * Turns the settings that the user has set into options; all else is left to infomax.json.
 * @param folder what relative paths in settings are relative to
 * @throws EngineError "bad-argument" naming the setting, if one holds a value of the wrong kind
 */
export function optionsFromSettings(read: SettingReader, folder: string): DatasetOptions {
  const bad = (name: SettingName, wanted: string): EngineError =>
    new EngineError("bad-argument", `The setting ${SETTINGS_SECTION}.${name} must be ${wanted}. Change it in the settings.`);

  const numeric = (name: SettingName, wanted: string, fits: (value: number) => boolean): number | undefined => {
    const value = read(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !fits(value)) throw bad(name, wanted);
    return value;
  };
  const autoOr = (name: SettingName, wanted: string, fits: (value: number) => boolean): "auto" | number | undefined => {
    const value = read(name);
    return value === "auto" ? "auto" : numeric(name, `"auto" or ${wanted}`, fits);
  };
  const text = (name: SettingName): string | undefined => {
    const value = read(name);
    if (value === undefined || value === "") return undefined;
    if (typeof value !== "string") throw bad(name, "a text");
    return value;
  };
  const choice = <T extends string>(name: SettingName, choices: readonly T[]): T | undefined => {
    const value = read(name);
    if (value === undefined) return undefined;
    const found = choices.find((candidate) => candidate === value);
    if (found === undefined) throw bad(name, `one of ${choices.join(", ")}`);
    return found;
  };
  const texts = (name: SettingName): readonly string[] | undefined => {
    const value = read(name);
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === "string")) throw bad(name, "a list of texts");
    return value;
  };
  const located = (value: string | undefined): string | undefined => (value === undefined ? undefined : path.resolve(folder, value));

  const encoder = text("encoder");
  return definedOnly({
    neighbors: numeric("neighbors", "a whole number from 1 to 1000", (k) => Number.isInteger(k) && k >= 1 && k <= 1000),
    redundancyWeight: numeric("redundancyWeight", "a number from 0 to 1000", (weight) => weight >= 0 && weight <= 1000),
    noiseCutoff: autoOr("noiseCutoff", "a fraction from 0 to below 1", (fraction) => fraction >= 0 && fraction < 1),
    threshold: autoOr("threshold", "a number above 0 up to 1", (cosine) => cosine > 0 && cosine <= 1),
    solver: choice("solver", ["exchange", "greedy", "infomax", "infomax-projection"]),
    perClass: choice("perClass", ["floor", "balanced", "proportional", "none"]),
    partition: choice("partition", ["neighbors", "random", "none"]),
    partitionSize: numeric("partitionSize", "a whole number of at least 1000", (size) => Number.isInteger(size) && size >= 1000),
    pairs: choice("pairs", ["both", "image", "text"]),
    importance: choice("importance", ["auto", "el2n", "aum", "forgetting", "entropy", "margin", "dual", "prototype", "density", "rarity", "clip-score", "uniform"]),
    dynamics: located(text("dynamics")),
    importanceColumn: text("importanceColumn"),
    importanceScale: choice("importanceScale", ["auto", "minmax", "rank", "none"]),
    aumColumn: text("aumColumn"),
    encoder: encoder !== undefined && isEncoderName(encoder) ? encoder : located(encoder),
    embeddings: located(text("embeddings")),
    id: text("idField"),
    label: text("labelField"),
    text: texts("textFields"),
    image: text("imageField"),
    threads: numeric("threads", "a whole number from 1 to 256", (threads) => Number.isInteger(threads) && threads >= 1 && threads <= 256),
    provider: choice("provider", ["cpu", "cuda", "directml", "coreml", "webgpu"]),
    seed: numeric("seed", "a whole number from 0 to 4294967295", (seed) => Number.isInteger(seed) && seed >= 0 && seed <= 4294967295),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function definedOnly<T extends object>(values: T): Defined<T> {
  const kept: Defined<T> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) kept[key] = value as Exclude<T[typeof key], undefined>;
  }
  return kept;
}
