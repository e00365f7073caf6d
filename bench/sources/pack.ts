/** Packs what `train.py` needs into one file: the images that lists name, their claimed labels, the lists, and the target. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { CLASSES } from "./classes.ts";
import { each, filesIn, pixelsOf } from "./files.ts";
import { writeNpz, type NpzArray } from "./npz.ts";
import { SIDE } from "./pixels.ts";

const LIST = ".ids.txt";

/** What was packed. */
export interface Packed {
  readonly lists: number;
  readonly images: number;
  readonly target: number;
  readonly bytes: number;
}

/** The file and the claimed class of an id as a comparison of several sources writes it: `source:class/name.png`. */
export function readId(id: string): { readonly file: string; readonly label: number } {
  const [, source, claimed, name] = /^([\w-]+):([\w-]+)\/([\w-]+\.\w+)$/.exec(id) ?? [];
  const label = CLASSES.findIndex((known) => known === claimed);
  if (source === undefined || name === undefined || label < 0) throw new Error(`"${id}" is no id of these sources`);
  return { file: path.join(source, claimed, name), label };
}

/**
 * @param out folder of the sources and the target
 * @param lists folder of `<name>.ids.txt`
 * @param file the .npz: `images` and `target` (uint8, n × 32 × 32 × 3), `labels` and `target_labels` (uint8), and for each list
 *   `list/<name>`, the rows of `images` (int32)
 */
export async function packSources(out: string, lists: string, file: string): Promise<Packed> {
  const names = (await readdir(lists)).filter((name) => name.endsWith(LIST)).sort();
  if (names.length === 0) throw new Error(`${lists} holds no *${LIST}`);
  const idsOf = new Map<string, readonly string[]>();
  for (const name of names) idsOf.set(name.slice(0, -LIST.length), (await readFile(path.join(lists, name), "utf8")).split("\n").filter((id) => id !== ""));
  const ids = [...new Set([...idsOf.values()].flat())].sort();
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const known = ids.map(readId);
  const images = await pixelRows(known.map((own) => path.join(out, own.file)));

  const target = (await Promise.all(CLASSES.map(async (name, label) => (await filesIn(path.join(out, "target", name))).map((own) => ({ file: own, label }))))).flat();
  const arrays = new Map<string, NpzArray>([
    ["images", images], ["labels", { shape: [known.length], data: Uint8Array.from(known, ({ label }) => label) }],
    ["target", await pixelRows(target.map((own) => own.file))], ["target_labels", { shape: [target.length], data: Uint8Array.from(target, ({ label }) => label) }],
  ]);
  for (const [name, own] of idsOf) arrays.set(`list/${name}`, { shape: [own.length], data: Int32Array.from(own, (id) => rowOf.get(id) ?? -1) });
  return { lists: idsOf.size, images: ids.length, target: target.length, bytes: await writeNpz(file, arrays) };
}

async function pixelRows(files: readonly string[]): Promise<NpzArray> {
  const size = SIDE * SIDE * 3;
  const data = new Uint8Array(files.length * size);
  await each(files, async (file, row) => { data.set(await pixelsOf(file), row * size); });
  return { shape: [files.length, SIDE, SIDE, 3], data };
}
