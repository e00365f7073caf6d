import type { Dataset } from "../dataset/dataset.ts";
import { SPLITS } from "../dataset/dataset.ts";
import { isMetadataName, splitOfFile, tableFormatOf } from "../dataset/paths.ts";
import { IMAGE_OF, LABEL_OF, LINES_OF, literal, RECORDS_OF, recordsClass, SPLIT_OF, WANTED_RECORDS_OF } from "./loaderParts.ts";
import { namesImages } from "./keptSamples.ts";
import type { ParquetColumn } from "./parquetSink.ts";

/** The two Python files of an export. */
export interface Loaders {
  readonly datasets: string;
  readonly torch: string;
}

const HERE = "HERE = Path(__file__).resolve().parent";

function file(about: string, imports: readonly string[], ...parts: readonly string[]): string {
  return [`"""${about}"""`, imports.join("\n"), parts.map((part) => part.trim()).join("\n\n\n")].join("\n\n") + "\n";
}

function about(selection: string, kept: number, what: string, usage: string): string {
  return `The ${kept === 1 ? "sample" : `${kept} samples`} that the selection "${selection}" keeps, as ${what}.\n\n    ${usage}\n`;
}

const DATASETS = "Hugging Face datasets";
const TORCH = "a PyTorch dataset";
const MAIN = "if __name__ == \"__main__\":\n    print(load())\n";
const TORCH_MAIN = "if __name__ == \"__main__\":\n    print(len(Kept()))\n";
const TORCH_USAGE = "from load_with_torch import Kept";
const DATASETS_USAGE = "from load_with_datasets import load";

/** Formats that Hugging Face's imagefolder passes over. */
const NOT_IN_IMAGEFOLDER = /\.avif$/i;

/**
 * Loads kept images that lie at their own paths. Hugging Face's imagefolder serves where every label is the name of the
 * image's own folder; the files are named one by one, as it would else guess splits from the names of files.
 */
export function imageLoaders(selection: string, { files, fileOf, label, labelNames }: Dataset, rows: readonly number[]): Loaders {
  const paths = rows.map((row) => files[fileOf[row]]);
  const isPlain = rows.every((row, i) => label[row] >= 0 && paths[i].split("/").at(-2) === labelNames[label[row]]) && !paths.some((path) => NOT_IN_IMAGEFOLDER.test(path));
  const ids = `${HERE}\n# One path a line, relative to this folder.\nPATHS = HERE / ${literal(`${selection}.ids.txt`)}\n${SPLIT_OF}`;
  const plain = `def load():
    files = {}
    for path in lines_of(PATHS):
        files.setdefault(split_of(path), []).append(glob.escape(str(HERE / path)))
    # The label of an image is the name of its folder.
    return datasets.load_dataset("imagefolder", data_files=files, drop_labels=False)
`;
  const listed = `def load():
    splits = {}
    for path in lines_of(PATHS):
        columns = splits.setdefault(split_of(path), {"image": [], "label": [], "id": []})
        columns["image"].append(str(HERE / path))
        columns["label"].append(label_of(path))
        columns["id"].append(path)
    return datasets.DatasetDict({
        split: datasets.Dataset.from_dict(columns).cast_column("image", datasets.Image()) for split, columns in splits.items()
    })
`;
  return {
    datasets: isPlain
      ? file(about(selection, rows.length, DATASETS, DATASETS_USAGE), ["import glob\nfrom pathlib import Path\n\nimport datasets"], ids, LINES_OF, plain, MAIN)
      : file(about(selection, rows.length, DATASETS, DATASETS_USAGE), ["from pathlib import Path\n\nimport datasets"], ids, LABEL_OF, LINES_OF, listed, MAIN),
    torch: file(about(selection, rows.length, TORCH, TORCH_USAGE), ["from pathlib import Path\n\nfrom PIL import Image\nfrom torch.utils.data import Dataset"], ids, LABEL_OF, LINES_OF, `class Kept(Dataset):
    """Items are (image, class): a PIL image or what \`transform\` makes of it, and an index into \`classes\`, -1 without a label.

    \`split\` takes the images of one split alone: "train", "validation" or "test".
    """

    def __init__(self, split=None, transform=None):
        paths = lines_of(PATHS)
        self.classes = sorted({label_of(path) for path in paths} - {None})
        self.paths = [path for path in paths if split is None or split_of(path) == split]
        self.transform = transform

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, i):
        path = self.paths[i]
        image = Image.open(HERE / path).convert("RGB")
        label = label_of(path)
        return self.transform(image) if self.transform else image, -1 if label is None else self.classes.index(label)
`, TORCH_MAIN),
  };
}

/** Split of a table in Hugging Face's words. */
function splitName(table: string): string {
  const split = SPLITS[splitOfFile(table)];
  return split === "none" ? "train" : split === "val" ? "validation" : split;
}

/** Loads filtered tables. @param tables POSIX paths of those that are there @param hasMark one of them begins with a byte order mark */
export function tableLoaders(selection: string, dataset: Dataset, kept: number, tables: readonly string[], hasMark: boolean): Loaders {
  const bySplit: Record<string, string[]> = {};
  for (const table of tables) (bySplit[splitName(table)] ??= []).push(table);
  const image = namesImages(dataset) ? dataset.fields.image : null;
  const formats = new Set(tables.map((table) => tableFormatOf(table)));
  const places = `${HERE}\nFILES = ${literal(bySplit)}`;
  const format = formats.size === 1 ? [...formats][0] : null;
  const options = format === "jsonl"
    ? `"json", data_files=files${hasMark ? ", encoding=\"utf-8-sig\"" : ""}`
    // Else "NA" and "null" would be taken for missing values.
    : `"csv", data_files=files, sep=${format === "tsv" ? "\"\\t\"" : "\",\""}, keep_default_na=False`;
  const simple = `def load():
    files = {split: [glob.escape(str(HERE / name)) for name in names] for split, names in FILES.items()}
    return datasets.load_dataset(${options})
`;
  const items = `def items(split):
    """The records of a split${image === null ? "" : ", with the whole path of their image"}."""
    for name in FILES[split]:
        for _, record in records_of(HERE / name):
${image === null ? "" : `            # ${tables.some((table) => isMetadataName(table.split("/").at(-1) ?? "")) ? "Paths are relative to the table." : "Paths are relative to this folder."}
            record[IMAGE] = image_of(record.get(IMAGE), ${tables.some((table) => isMetadataName(table.split("/").at(-1) ?? "")) ? "(HERE / name).parent" : "HERE"})
`}            yield record
`;
  const listed = `def load():
    return datasets.DatasetDict({
        split: datasets.Dataset.from_list(list(items(split)))${image === null ? "" : ".cast_column(IMAGE, datasets.Image())"} for split in FILES
    })
`;
  const named = image === null ? places : `${places}\n# The field with the image.\nIMAGE = ${literal(image)}`;
  const reading = image === null ? [RECORDS_OF, items] : [RECORDS_OF, IMAGE_OF, items];
  return {
    datasets: format !== null && image === null
      ? file(about(selection, kept, DATASETS, DATASETS_USAGE), ["import glob\nfrom pathlib import Path\n\nimport datasets"], places, simple, MAIN)
      : file(about(selection, kept, DATASETS, DATASETS_USAGE), ["import csv\nimport json\nfrom pathlib import Path\n\nimport datasets"], named, ...reading, listed, MAIN),
    torch: file(about(selection, kept, TORCH, TORCH_USAGE), [`import csv\nimport json\nfrom pathlib import Path\n\n${image === null ? "" : "from PIL import Image\n"}from torch.utils.data import Dataset`], named, ...reading, recordsClass(image !== null, {
      items: "the records", more: `.

    \`split\` takes the records of one split alone: ${Object.keys(bySplit).map((split) => `"${split}"`).join(" or ")}.
    `, argument: "split=None", records: "[record for name in FILES if split in (None, name) for record in items(name)]",
    }), TORCH_MAIN),
  };
}

/** Loads the Parquet file. */
export function parquetLoaders(selection: string, kept: number, columns: readonly ParquetColumn[]): Loaders {
  const images = columns.filter(({ type }) => type === "IMAGE").map(({ name }) => name);
  const place = `${HERE}\nFILE = HERE / "data.parquet"${images.length === 0 ? "" : `\n# Columns that hold images: their bytes, and the path that they had.\nIMAGES = ${literal(images)}`}`;
  return {
    datasets: file(about(selection, kept, DATASETS, DATASETS_USAGE), ["import glob\nfrom pathlib import Path\n\nimport datasets"], place, `def load():
    kept = datasets.load_dataset("parquet", data_files=glob.escape(str(FILE)), split="train")
${images.length === 0 ? "" : `    for name in IMAGES:
        kept = kept.cast_column(name, datasets.Image())
`}    return kept
`, MAIN),
    torch: file(about(selection, kept, TORCH, TORCH_USAGE), [`${images.length === 0 ? "" : "import io\n"}from pathlib import Path\n\nimport pyarrow.parquet as pq\n${images.length === 0 ? "" : "from PIL import Image\n"}from torch.utils.data import Dataset`], place, `class Kept(Dataset):
    """Items are the rows as dicts, or what \`transform\` makes of them${images.length === 0 ? "" : "; images are PIL images, None where there is none"}."""

    def __init__(self, transform=None):
        self.table = pq.read_table(FILE)
        self.transform = transform

    def __len__(self):
        return self.table.num_rows

    def __getitem__(self, i):
        record = {name: self.table[name][i].as_py() for name in self.table.column_names}
${images.length === 0 ? "" : `        for name in IMAGES:
            if record[name] is not None:
                record[name] = Image.open(io.BytesIO(record[name]["bytes"])).convert("RGB")
`}        return self.transform(record) if self.transform else record
`, TORCH_MAIN),
  };
}

const LIST_MAIN = "if __name__ == \"__main__\":\n    print(load(sys.argv[1]))\n";
const LIST_TORCH_MAIN = "if __name__ == \"__main__\":\n    print(len(Kept(sys.argv[1])))\n";

/**
 * Loads the kept samples of the list out of the dataset itself, whose path is given.
 * @param digests SHA-256 of each table, by its path: lines are those of exactly these files
 */
export function listLoaders(selection: string, dataset: Dataset, kept: number, digests: Readonly<Record<string, string>>): Loaders {
  const isTable = dataset.layout === "table";
  const image = namesImages(dataset) ? dataset.fields.image : null;
  const besideTable = dataset.files.some((table) => isMetadataName(table.split("/").at(-1) ?? ""));
  const place = `${HERE}\n# One sample a line: {"id", "file", "line", "label"}.\nKEPT = HERE / "kept.jsonl"${isTable ? `\n# SHA-256 of the tables that the lines are of.\nTABLES = ${JSON.stringify(digests)}` : ""}${image === null ? "" : `\n# The field with the image.\nIMAGE = ${literal(image)}`}`;
  const entries = `def entries():
    return [json.loads(line) for line in KEPT.read_text(encoding="utf-8").split("\\n") if line]
`;
  const rootOf = `def root_of(dataset):
    """The folder of a dataset that is a folder or a table in one."""
    if not Path(dataset).exists():
        raise FileNotFoundError(f"there is no dataset at {dataset}")
    return Path(dataset) if Path(dataset).is_dir() else Path(dataset).parent
`;
  const records = `def kept_records(dataset):
    """The kept records of the dataset at this path, in its order."""
    root, lines = root_of(dataset), {}
    for entry in entries():
        lines.setdefault(entry["file"], set()).add(entry["line"])
    for name, wanted in lines.items():
        if hashlib.sha256((root / name).read_bytes()).hexdigest() != TABLES[name]:
            raise ValueError(f"{root / name} is not the file that the list was made of, so its lines are others: export again")
        found = 0
        for _, record in records_of(root / name, wanted):
            found += 1
${image === null ? "" : `            record[IMAGE] = image_of(record.get(IMAGE), ${besideTable ? "(root / name).parent" : "root"})
`}            yield record
        if found != len(wanted):
            raise ValueError(f"{root / name} has changed since the list was made: {found} of {len(wanted)} kept records found")
`;
  const importsOf = (library: string): string[] => [`${isTable ? "import csv\nimport hashlib\n" : ""}import json\nimport sys\nfrom pathlib import Path\n\n${library}`];
  const reading = isTable ? [WANTED_RECORDS_OF, ...(image === null ? [] : [IMAGE_OF]), records] : [];
  const usage = (call: string): string => `python ${call} PATH_OF_THE_DATASET`;
  return {
    datasets: file(about(selection, kept, `${DATASETS}, out of the dataset itself`, usage("load_with_datasets.py")), importsOf("import datasets"), place, entries, rootOf, ...reading, isTable ? `def load(dataset):
    return datasets.Dataset.from_list(list(kept_records(dataset)))${image === null ? "" : ".cast_column(IMAGE, datasets.Image())"}
` : `def load(dataset):
    root, rows = root_of(dataset), entries()
    columns = {"image": [str(root / row["file"]) for row in rows], "label": [row["label"] for row in rows], "id": [row["id"] for row in rows]}
    return datasets.Dataset.from_dict(columns).cast_column("image", datasets.Image())
`, LIST_MAIN),
    torch: file(about(selection, kept, `${TORCH}, out of the dataset itself`, usage("load_with_torch.py")), importsOf(`${isTable && image === null ? "" : "from PIL import Image\n"}from torch.utils.data import Dataset`), place, entries, rootOf, ...reading, isTable ? recordsClass(image !== null, { items: "the kept records", more: ".", argument: "dataset", records: "list(kept_records(dataset))" }) : `class Kept(Dataset):
    """Items are (image, class): a PIL image or what \`transform\` makes of it, and an index into \`classes\`, -1 without a label."""

    def __init__(self, dataset, transform=None):
        self.root = root_of(dataset)
        self.entries = entries()
        self.classes = sorted({entry["label"] for entry in self.entries} - {None})
        self.transform = transform

    def __len__(self):
        return len(self.entries)

    def __getitem__(self, i):
        entry = self.entries[i]
        image = Image.open(self.root / entry["file"]).convert("RGB")
        label = entry["label"]
        return self.transform(image) if self.transform else image, -1 if label is None else self.classes.index(label)
`, LIST_TORCH_MAIN),
  };
}
