import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InfomaxError, messageOf } from "../errors.ts";
import { settingOfFolder } from "./encoderName.ts";

/** Says what is in an encoder's folder and how it is used. A download writes it last: without it the folder is incomplete. */
export const ENCODER_FILE = "encoder.json";
const MOST_BYTES = 2 ** 20;

const recordSchema = z.object({
  version: z.literal(1),
  repository: z.string(),
  commit: z.string(),
  kind: z.enum(["image", "text", "pair"]),
  licence: z.string(),
  // Left out where the encoder's own files say it, or nobody does.
  pooling: z.enum(["mean", "cls", "model"]).exactOptional(),
  padding: z.enum(["longest", "max_length"]),
  prefix: z.string(),
  threshold: z.number().gt(0).max(1),
  files: z.array(z.object({ path: z.string(), size: z.int().min(0), sha256: z.string() })),
});

/** The content of `encoder.json`: origin, use (see EncoderUse), and each file with its size in bytes and SHA-256. */
export type EncoderRecord = z.infer<typeof recordSchema>;

/** The record in an encoder's folder; null where there is none, as in a folder that the user made. */
export async function readEncoderRecord(folder: string): Promise<EncoderRecord | null> {
  const file = path.join(folder, ENCODER_FILE);
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) return null;
  const wrong = (why: string, cause?: unknown): InfomaxError =>
    new InfomaxError("encoder-unavailable", `it does not describe an encoder (${why})`, "Remove it, or download the encoder again.", { file }, cause);
  if (found.size > MOST_BYTES) throw wrong("it is larger than 1 MiB");
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    throw wrong(messageOf(thrown), thrown);
  }
  const result = recordSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw wrong(`"${issue.path.join(".")}": ${issue.message}`);
}

/** Whether the files that a record names are there in their sizes. */
export async function isComplete(folder: string, record: EncoderRecord): Promise<boolean> {
  const sizes = await Promise.all(record.files.map((file) => stat(path.join(folder, ...file.path.split("/"))).then((found) => found.size, () => -1)));
  return record.files.every((file, i) => sizes[i] === file.size);
}

/**
 * The record of the encoder in a folder before it is loaded, or null where the user's own folder has none.
 * @throws InfomaxError encoder-unavailable, with what to do, for an encoder that was named and is not downloaded, or not whole
 */
export async function checkEncoderFolder(folder: string): Promise<EncoderRecord | null> {
  const record = await readEncoderRecord(folder);
  if (record !== null && await isComplete(folder, record)) return record;
  const setting = settingOfFolder(folder);
  if (setting !== null) {
    throw new InfomaxError(
      "encoder-unavailable", `the encoder "${setting}" is not downloaded`,
      `Run infomax encoders --download ${setting}, or InfoMax: Choose Encoder… in VS Code; or give a folder with an encoder.`);
  }
  if (record === null) return null;
  throw new InfomaxError("encoder-unavailable", `files that ${ENCODER_FILE} names are missing or have another size`, "Copy the whole folder, or download the encoder again.", { file: folder });
}
