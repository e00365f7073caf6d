import path from "node:path";
import { InfomaxError } from "../errors.ts";
import { PRESETS, presetNamed, type EncoderPreset } from "../embedding/presets.ts";

/** Encoders that are part of the program: the one that is best for the kind of samples, and those without a learned model. */
export const BUILTIN_ENCODERS = ["builtin", "perceptual", "hashed"] as const;
export type BuiltinEncoder = (typeof BUILTIN_ENCODERS)[number];

const COMMIT = /^[0-9a-f]{40}$/;
/** As the host allows: letters, digits, dash, underscore and single dots, none at the ends that would make a path. */
const REPOSITORY = /^[A-Za-z0-9][\w-]*(\.[\w-]+)*\/[A-Za-z0-9_][\w-]*(\.[\w-]+)*$/;
const REVISION = /^[A-Za-z0-9][\w-]*(\.[\w-]+)*$/;

/** An encoder by name: a preset or a repository, at a revision. */
export interface EncoderReference {
  /** "owner/name". */
  readonly repository: string;
  /** A commit; from {@link downloadReference} also a branch or tag. */
  readonly revision: string;
  readonly preset: EncoderPreset | null;
}

export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

export function isBuiltinEncoder(value: string): value is BuiltinEncoder {
  return BUILTIN_ENCODERS.some((name) => name === value);
}

function split(value: string): { readonly name: string; readonly revision: string | undefined } {
  const at = value.lastIndexOf("@");
  return at < 0 ? { name: value, revision: undefined } : { name: value.slice(0, at), revision: value.slice(at + 1) };
}

/**
 * The downloaded encoder that the setting `encoder` names, or null when it names a folder. It goes by spelling alone: a
 * preset's name, with `@<commit>` or without, or `owner/repository@<commit>`, is a name; all else is a folder. A folder
 * that is spelled like a name is written with `./` before it.
 */
export function encoderReference(value: string): EncoderReference | null {
  const { name, revision } = split(value);
  if (revision !== undefined && !isCommit(revision)) return null;
  const preset = presetNamed(name);
  if (preset !== undefined) return { repository: preset.repository, revision: revision ?? preset.revision, preset };
  return revision !== undefined && REPOSITORY.test(name) ? { repository: name, revision, preset: null } : null;
}

/** Whether the setting `encoder` holds a name rather than a folder. */
export function isEncoderName(value: string): boolean {
  return isBuiltinEncoder(value) || encoderReference(value) !== null;
}

/**
 * What a download is asked for: a preset, or `owner/repository`, each with `@<revision>` or without; the revision may be
 * a branch or tag, which the host turns into a commit.
 * @throws InfomaxError not-found
 */
export function downloadReference(value: string): EncoderReference {
  const { name, revision } = split(value);
  const preset = presetNamed(name);
  if (revision === undefined || REVISION.test(revision)) {
    if (preset !== undefined) return { repository: preset.repository, revision: revision ?? preset.revision, preset };
    if (REPOSITORY.test(name)) return { repository: name, revision: revision ?? "main", preset: null };
  }
  throw new InfomaxError("not-found", `there is no encoder "${value}" to download`, `Give one of ${PRESETS.map((known) => known.name).join(", ")}, or a repository as owner/name@commit.`);
}

/** What to write as the setting `encoder` for a commit of a reference. */
export function settingFor({ preset, repository }: Pick<EncoderReference, "preset" | "repository">, commit: string): string {
  if (preset === null) return `${repository}@${commit}`;
  return preset.revision === commit ? preset.name : `${preset.name}@${commit}`;
}

const STORE = "encoders";

/** The folder, under the one for caches, that holds what was downloaded: `encoders/<name>/<commit>`. */
export function encoderStore(storage: string): string {
  return path.join(storage, STORE);
}

/** Where a downloaded encoder lies. @param commit 40 hexadecimal digits */
export function encoderFolder(storage: string, { preset, repository }: Pick<EncoderReference, "preset" | "repository">, commit: string): string {
  return path.join(encoderStore(storage), preset?.name ?? repository.replace("/", "--"), commit);
}

/** The setting that leads to a folder of the store, or null for any other folder. */
export function settingOfFolder(folder: string): string | null {
  const [store, name, commit] = path.resolve(folder).split(path.sep).slice(-3);
  if (store !== STORE || name === undefined || commit === undefined || !isCommit(commit)) return null;
  const preset = presetNamed(name) ?? null;
  const repository = preset?.repository ?? name.replace("--", "/");
  return preset !== null || REPOSITORY.test(repository) ? settingFor({ preset, repository }, commit) : null;
}
