import { InfomaxError } from "../errors.ts";
import { DatasetBuilder } from "./builder.ts";
import type { Dataset, ReadOptions } from "./dataset.ts";
import { namedFields } from "./fields.ts";
import { counted, labelOfImage, splitOfFile } from "./paths.ts";
import type { FolderContents } from "./scanFolder.ts";

const NO_FIELDS = { id: null, label: null, text: [], image: null } as const;

/**
 * The dataset of an image folder: one sample a file, the class from its folder, the split from a folder named train,
 * val or test. Rejected files count as source rows. Throws {@link InfomaxError} `bad-argument` when the options name
 * fields, and `empty-dataset` when no file can be read.
 */
export function openImages(root: string, contents: FolderContents, options: ReadOptions): Dataset {
  const [field] = namedFields(options);
  if (field !== undefined) {
    throw new InfomaxError("bad-argument", `An image folder has no field "${field}"`, "Name fields for JSONL, CSV and TSV files only.", { file: root });
  }
  const builder = new DatasetBuilder();
  builder.rejected.push(...contents.rejectedFolders);
  if (contents.tables.length > 0) {
    const names = contents.tables.slice(0, 3).map((table) => table.file).join(", ");
    const more = contents.tables.length > 3 ? ` and ${contents.tables.length - 3} more` : "";
    builder.notes.push(`The folder holds images, so these tables were passed over: ${names}${more}. Open a table by its own path to read it`);
  }
  if (contents.linkedFolders > 0) {
    builder.notes.push(`${counted(contents.linkedFolders, "link")} to folders inside the dataset were not followed, because their files are found at their own place`);
  }
  const files: string[] = [];
  for (const [sourceRow, { file, rejected }] of contents.images.entries()) {
    if (rejected !== null) {
      builder.rejected.push(rejected);
      continue;
    }
    if (/\p{Cc}/u.test(file)) {
      builder.rejected.push({ file, line: null, code: "bad-data", reason: "The file name holds a line break or another control character, which lists of ids cannot carry; rename it" });
      continue;
    }
    builder.add({ id: file, file: files.length, position: null, label: labelOfImage(file), split: splitOfFile(file), sourceRow, values: [] });
    files.push(file);
  }
  if (builder.count === 0) {
    const first = builder.rejected[0];
    throw new InfomaxError(
      "empty-dataset",
      `None of the ${counted(contents.images.length, "image file")} can be read (${first?.file ?? root}: ${first?.reason ?? "left out"})`,
      "Check the files.",
      { file: root },
    );
  }
  return builder.build({ path: root, root, layout: "images", kind: "image", files, fields: NO_FIELDS, sourceRows: contents.images.length });
}
