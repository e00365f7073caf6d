/** Encoders by name, as settings spell them. Pure; a test compares it with the core's own. */

/** Encoders that are part of the program. */
export const BUILTIN_ENCODERS = ["builtin", "perceptual", "hashed"] as const;

/** Encoders that can be downloaded by a short name. */
export const PRESET_NAMES = ["dinov2-small", "clip-vit-b32", "mobileclip", "all-minilm-l6-v2", "bge-small", "multilingual-e5-small"] as const;

const AT_COMMIT = /@[0-9a-f]{40}$/;
const REPOSITORY = /^[A-Za-z0-9][\w-]*(\.[\w-]+)*\/[A-Za-z0-9_][\w-]*(\.[\w-]+)*$/;

/** Whether the setting `encoder` holds a name rather than a folder: a folder that is spelled like a name has `./` before it. */
export function isEncoderName(value: string): boolean {
  if (BUILTIN_ENCODERS.some((name) => name === value)) return true;
  const name = value.replace(AT_COMMIT, "");
  return PRESET_NAMES.some((preset) => preset === name) || (name !== value && REPOSITORY.test(name));
}
