import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { InfomaxError } from "../errors.ts";
import { readArrayFile, takeArray, writeArrayFile } from "./arrayFile.ts";

/** Raised whenever maps of an older build must not be used. */
const MAP_VERSION = 1;

/** Where the map of a key lies in a dataset's cache folder. */
function mapFile(folder: string, key: string): string {
  if (!/^[0-9a-z]+$/.test(key)) throw new InfomaxError("internal", `"${key}" names no map`, "Please report this.");
  return path.join(folder, `map-${key}.bin`);
}

/** Keeps the coordinates of a map, row-major `rows × 2`, in a dataset's cache folder, which must exist. `key`: 0-9 and a-z. */
export async function saveMap(folder: string, key: string, coordinates: Float32Array): Promise<void> {
  await writeArrayFile(mapFile(folder, key), { map: MAP_VERSION }, { coordinates });
}

/**
 * The coordinates that were kept for a key, row-major `rows × 2`; null where there are none, or where the file is damaged, of another
 * version, or of another number of rows: such a file is removed, and the map is to be made again.
 */
export async function loadMap(folder: string, key: string, rows: number): Promise<Float32Array | null> {
  const file = mapFile(folder, key);
  if (await stat(file).then(() => false, () => true)) return null;
  try {
    const { metadata, arrays } = await readArrayFile(file);
    const isOurs = typeof metadata === "object" && metadata !== null && "map" in metadata && metadata.map === MAP_VERSION;
    if (isOurs) return takeArray(file, arrays, "coordinates", "Float32Array", rows * 2);
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError) || thrown.code !== "bad-data") throw thrown;
  }
  await rm(file, { force: true });
  return null;
}
