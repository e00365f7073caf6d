import path from "node:path";
import * as l10n from "@vscode/l10n";
import { isEncoderName } from "../protocol/encoders.ts";
import type { DatasetOptions } from "../protocol/dataset.ts";
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
    new EngineError("bad-argument", l10n.t("The setting {0} must be {1}. Change it in the settings.", `${SETTINGS_SECTION}.${name}`, wanted));

  const numeric = (name: SettingName, wanted: string, fits: (value: number) => boolean): number | undefined => {
    const value = read(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !fits(value)) throw bad(name, wanted);
    return value;
  };
  const autoOr = (name: SettingName, wanted: string, fits: (value: number) => boolean): "auto" | number | undefined => {
    const value = read(name);
    return value === "auto" ? "auto" : numeric(name, l10n.t("\"auto\" or {0}", wanted), fits);
  };
  const text = (name: SettingName): string | undefined => {
    const value = read(name);
    if (value === undefined || value === "") return undefined;
    if (typeof value !== "string") throw bad(name, l10n.t("a text"));
    return value;
  };
  const choice = <T extends string>(name: SettingName, choices: readonly T[]): T | undefined => {
    const value = read(name);
    if (value === undefined) return undefined;
    const found = choices.find((candidate) => candidate === value);
    if (found === undefined) throw bad(name, l10n.t("one of {0}", choices.join(", ")));
    return found;
  };
  const texts = (name: SettingName): readonly string[] | undefined => {
    const value = read(name);
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === "string")) throw bad(name, l10n.t("a list of texts"));
    return value;
  };
  const located = (value: string | undefined): string | undefined => (value === undefined ? undefined : path.resolve(folder, value));

  const whole = (from: number, to: number): string => l10n.t("a whole number from {0} to {1}", from, to);
  const encoder = text("encoder");
  return definedOnly({
    neighbors: numeric("neighbors", whole(1, 1000), (k) => Number.isInteger(k) && k >= 1 && k <= 1000),
    redundancyWeight: autoOr("redundancyWeight", l10n.t("a number from {0} to {1}", 0, 1000), (weight) => weight >= 0 && weight <= 1000),
    noiseCutoff: autoOr("noiseCutoff", l10n.t("a fraction from 0 to below 1"), (fraction) => fraction >= 0 && fraction < 1),
    threshold: autoOr("threshold", l10n.t("a number above 0 up to 1"), (cosine) => cosine > 0 && cosine <= 1),
    solver: choice("solver", ["exchange", "greedy", "infomax", "infomax-projection"]),
    perClass: choice("perClass", ["floor", "balanced", "proportional", "none"]),
    keeperRule: choice("keeperRule", ["important", "central", "largest", "first"]),
    partition: choice("partition", ["neighbors", "random", "none"]),
    partitionSize: numeric("partitionSize", l10n.t("a whole number of at least {0}", 1000), (size) => Number.isInteger(size) && size >= 1000),
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
    threads: numeric("threads", whole(1, 256), (threads) => Number.isInteger(threads) && threads >= 1 && threads <= 256),
    provider: choice("provider", ["cpu", "cuda", "directml", "coreml", "webgpu"]),
    seed: numeric("seed", whole(0, 4294967295), (seed) => Number.isInteger(seed) && seed >= 0 && seed <= 4294967295),
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
