import path from "node:path";
import { PRECISIONS, type EncoderKind, type EncoderPreset } from "../../core/embedding/presets.ts";
import { InfomaxError } from "../../core/errors.ts";
import type { HubFile, HubListing } from "./hub.ts";

/** What an encoder needs of its repository. */
export interface NeededFiles {
  readonly kind: EncoderKind;
  readonly files: readonly HubFile[];
}

const TEXT_FILES = ["config.json", "tokenizer.json", "tokenizer_config.json"];
const IMAGE_FILES = ["config.json", "preprocessor_config.json"];
const MODELS: { readonly [kind in EncoderKind]: readonly string[] } = { text: ["model"], image: ["model"], pair: ["text_model", "vision_model"] };
/** Small, and good to have: the licence, and how sentence-transformers pools. */
const OPTIONAL_FILE = /^(LICEN[SC]E(\.md|\.txt)?|1_Pooling\/config\.json)$/i;

/**
 * Picks the files of an encoder from a listing by fixed names: the settings, the model of the best precision there is,
 * and the weights beside it.
 * @throws InfomaxError encoder-unavailable when the repository holds no encoder in the layout that can be read here
 */
export function neededFiles(listing: HubListing, repository: string, preset: EncoderPreset | null): NeededFiles {
  const byPath = new Map(listing.files.map((file) => [file.path, file]));
  const endings = preset === null ? Object.values(PRECISIONS) : [PRECISIONS[preset.dtype]];
  const modelsOf = (kind: EncoderKind): string[] | null => {
    for (const ending of endings) {
      const names = MODELS[kind].map((model) => `onnx/${model}${ending}`);
      if (names.every((name) => byPath.has(name))) return names;
    }
    return null;
  };
  const settingsOf = (kind: EncoderKind): string[] => [...new Set([...(kind === "image" ? [] : TEXT_FILES), ...(kind === "text" ? [] : IMAGE_FILES)])];
  const kinds: readonly EncoderKind[] = preset === null ? ["pair", "text", "image"] : [preset.kind];
  for (const kind of kinds) {
    const models = modelsOf(kind);
    const settings = settingsOf(kind);
    if (models === null || !settings.every((name) => byPath.has(name))) continue;
    const wanted = new Set([...settings, ...models]);
    const isWanted = ({ path: name }: HubFile): boolean => wanted.has(name) || OPTIONAL_FILE.test(name) || models.some((model) => isDataOf(model, name));
    return { kind, files: listing.files.filter(isWanted).sort((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1)) };
  }
  throw new InfomaxError(
    "encoder-unavailable", `the repository ${repository} holds no encoder for images or texts in the Hugging Face layout with ONNX files`,
    "It needs config.json, onnx/model.onnx, and tokenizer.json with tokenizer_config.json or preprocessor_config.json: look for an ONNX version of it.");
}

/** Weights beyond 2 GB lie beside their model: model.onnx_data, model.onnx_data_1, … */
function isDataOf(model: string, name: string): boolean {
  return name.startsWith(`${model}_data`) && /^(_\d+)?$/.test(name.slice(`${model}_data`.length));
}

/**
 * Where a file of a repository is written. Names come from the host: one that could lead out of the folder, or means
 * something to a file system, is refused.
 * @throws InfomaxError outside-root
 */
export function placeOf(folder: string, name: string): string {
  const parts = name.split("/");
  if (!parts.every((part) => /^[A-Za-z0-9_][\w.-]*$/.test(part) && !part.endsWith("."))) {
    throw new InfomaxError("outside-root", `the host names a file "${name}", which is no plain file name`, "Do not use this repository.");
  }
  return path.join(folder, ...parts);
}
