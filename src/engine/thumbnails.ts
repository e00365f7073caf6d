import { knownThumbnail, writeThumbnail } from "../core/dataset/thumbnail.ts";
import type { ThumbnailsParams } from "../protocol/samples.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** Absolute paths of thumbnails, made where they are not yet; null where there is no image. @param folder where they lie */
export function thumbnailsOf(loaded: LoadedDataset, { ids, size }: ThumbnailsParams, folder: string): Promise<readonly (string | null)[]> {
  return Promise.all(ids.map(async (id) => {
    const row = loaded.rowOf.get(id);
    const { kind } = loaded.index.dataset;
    if (row === undefined || (kind !== "image" && kind !== "pair")) return null;
    const digest = loaded.digestHex(row);
    const known = await knownThumbnail(digest, size, folder);
    if (known !== null) return known;
    try {
      const content = await loaded.content.read(row);
      return "bytes" in content && content.bytes.length > 0 ? await writeThumbnail(content.bytes, digest, size, folder) : null;
    } catch {
      // The file went or changed since it was indexed: the view shows its place empty.
      return null;
    }
  }));
}
