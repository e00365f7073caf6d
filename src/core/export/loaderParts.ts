/** Pieces of the Python files that load an export. */

/** A text or list as a Python literal: what JSON writes of them is one. */
export function literal(value: string | readonly string[] | Readonly<Record<string, readonly string[]>>): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Defines split_of(path). */
export const SPLIT_OF = `# A folder of one of these names says which split its images belong to.
SPLITS = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation", "test": "test"}


def split_of(path):
    folders = path.lower().split("/")[:-1]
    return next((SPLITS[name] for name in folders if name in SPLITS), "train")
`;

/** Defines label_of(path), on top of {@link SPLIT_OF}. */
export const LABEL_OF = `def label_of(path):
    """The innermost folder that names neither a split nor a mere holder of images; None where there is none."""
    for name in reversed(path.split("/")[:-1]):
        if name.lower() not in SPLITS and name.lower() not in ("images", "image", "imgs", "img"):
            return name
    return None
`;

/** Defines lines_of(file): of text files whose lines end with "\n" alone, as names may hold other separators. */
export const LINES_OF = `def lines_of(file):
    return [line for line in file.read_text(encoding="utf-8").split("\\n") if line]
`;

/** Defines records_of(file): each record of a table with its 1-based first line. */
export const RECORDS_OF = `csv.field_size_limit(2**31 - 1)


def records_of(file):
    """Each record of a table with the line that it begins on."""
    if file.suffix.lower() in (".jsonl", ".ndjson"):
        with open(file, encoding="utf-8-sig", newline="\\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, json.loads(line)
        return
    with open(file, encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter="\\t" if file.suffix.lower() == ".tsv" else ",")
        header, first = None, 1
        for row in rows:
            if row and header is None:
                header = [name.strip() or f"column {i}" for i, name in enumerate(row, 1)]
            elif row:
                yield first, dict(zip(header, row))
            first = rows.line_num + 1
`;

/** Like {@link RECORDS_OF}, of a source that may hold lines that are no records. */
export const WANTED_RECORDS_OF = RECORDS_OF
  .replace("def records_of(file):\n    \"\"\"Each record of a table with the line that it begins on.\"\"\"", "def records_of(file, wanted):\n    \"\"\"The records of a table that begin on one of the wanted lines, each with its line.\"\"\"")
  .replace("if line.strip():", "if number in wanted:")
  .replace("elif row:", "elif row and first in wanted:");

/** Defines image_of(value, folder): the file that a field names. */
export const IMAGE_OF = `def image_of(value, folder):
    """The file that a field of a record names: its path, or a list or an object that holds one; None where it names none."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("path")
    return str(folder / value) if value else None
`;

/**
 * The class for PyTorch over records that are read into memory.
 * @param image the records name images in the field IMAGE
 * @param of.items what the items are, "the records"
 * @param of.more the end of what the class says of itself, with its point
 * @param of.argument the first of __init__
 * @param of.records an expression: a list of dicts
 */
export function recordsClass(image: boolean, of: { readonly items: string; readonly more: string; readonly argument: string; readonly records: string }): string {
  return `class Kept(Dataset):
    """Items are ${of.items} as dicts, or what \`transform\` makes of them${image ? "; their image is a PIL image, None where there is none" : ""}${of.more}"""

    def __init__(self, ${of.argument}, transform=None):
        self.records = ${of.records}
        self.transform = transform

    def __len__(self):
        return len(self.records)

    def __getitem__(self, i):
        record = dict(self.records[i])
${image ? `        if record[IMAGE] is not None:
            record[IMAGE] = Image.open(record[IMAGE]).convert("RGB")
` : ""}        return self.transform(record) if self.transform else record
`;
}
