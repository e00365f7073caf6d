import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { startCli, type Ran } from "./commandLine.ts";

const scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), "infomax-export-")));
after(() => { rmSync(scratch, { recursive: true, force: true }); });
const examples = fileURLToPath(new URL("../../examples", import.meta.url));
cpSync(path.join(examples, "images"), path.join(scratch, "images"), { recursive: true });
cpSync(path.join(examples, "texts.jsonl"), path.join(scratch, "texts.jsonl"));

function run(...args: readonly string[]): Promise<Ran> {
  return startCli([...args, "--quiet"], { cwd: scratch, cache: path.join(scratch, "cache") }).finished;
}

async function done(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await run(...args, "--json");
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const lines = (file: string): string[] => readFileSync(path.join(scratch, file), "utf8").split("\n").filter((line) => line !== "");

/** All ids of a dataset: what a selection that keeps everything lists. */
async function idsOf(dataset: string, root: string): Promise<string[]> {
  await done("prune", dataset, "--budget", "100%", "--name", "all");
  return lines(path.join(root, ".infomax", "selections", "all.ids.txt"));
}

/** Stand-ins for the Python libraries: they read what they are given and answer what they found. */
const FAKES: Readonly<Record<string, string>> = {
  "datasets.py": `
import csv, glob, json, os
class Image: pass
class DatasetDict(dict): pass
class Dataset(list):
    @staticmethod
    def from_list(rows): return Dataset(rows)
    @staticmethod
    def from_dict(columns): return Dataset(dict(zip(columns, values)) for values in zip(*columns.values()))
    def cast_column(self, name, feature):
        assert isinstance(feature, Image)
        for row in self: assert row[name] is None or os.path.getsize(row[name]["path"] if isinstance(row[name], dict) else row[name]) > 0
        return self
def load_dataset(kind, data_files, split=None, **options):
    splits = data_files if isinstance(data_files, dict) else {"train": [data_files]}
    found = {}
    for name, patterns in splits.items():
        files = [file for pattern in patterns for file in glob.glob(pattern)]
        assert len(files) == len(patterns), "each name is one file"
        rows = found.setdefault(name, Dataset())
        for file in files:
            if kind == "imagefolder":
                assert options == {"drop_labels": False}
                rows.append({"image": file, "label": os.path.basename(os.path.dirname(file))})
            elif kind == "json":
                with open(file, encoding=options.pop("encoding", "utf-8"), newline="\\n") as opened: rows.extend(json.loads(line) for line in opened)
                assert options == {}
            elif kind == "csv":
                assert options["keep_default_na"] is False
                with open(file, encoding="utf-8-sig", newline="") as opened: rows.extend(csv.DictReader(opened, delimiter=options["sep"]))
            else:
                assert kind == "parquet" and split == "train" and open(file, "rb").read(4) == b"PAR1"
    return found[split] if split else DatasetDict(found)
`,
  "torch/__init__.py": "", "torch/utils/__init__.py": "", "torch/utils/data.py": "class Dataset: pass\n",
  "PIL/__init__.py": "", "PIL/Image.py": `
import os
class Picture:
    def __init__(self, file): self.file = file
    def convert(self, mode):
        assert mode == "RGB"
        return self
def open(file):
    assert hasattr(file, "read") or os.path.getsize(file) > 0
    return Picture(str(file))
`,
  "pyarrow/__init__.py": "", "pyarrow/parquet.py": `
def read_table(file):
    assert open(file, "rb").read(4) == b"PAR1"
    class Cell:
        def __init__(self, value): self.value = value
        def as_py(self): return self.value
    class Table(dict):
        num_rows = 2
        column_names = ["image", "id"]
    return Table(image=[Cell({"bytes": b"1", "path": "a"}), Cell(None)], id=[Cell("a"), Cell("b")])
`,
};

const fakes = path.join(scratch, "fakes");
for (const [file, text] of Object.entries(FAKES)) {
  mkdirSync(path.dirname(path.join(fakes, file)), { recursive: true });
  writeFileSync(path.join(fakes, file), text);
}

const python = ["python3", "python"].find((name) => spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]).status === 0);
const skip = python === undefined ? "no Python 3.8 or later here to run the loaders" : false;

/** Runs Python in an export's folder, the stand-ins at hand; its last line is JSON. */
function inPython(folder: string, code: string, ...args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python ?? "", ["-c", `import sys, json; sys.path[:0] = [${JSON.stringify(path.join(scratch, folder))}, ${JSON.stringify(fakes)}]\n${code}`, ...args], { encoding: "utf8", env: { ...process.env, PYTHONIOENCODING: "utf-8", PYTHONDONTWRITEBYTECODE: "1" } });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const kept: Record<string, string[]> = {};

test("prune ends with what can be done next", async () => {
  const { status, stdout } = await run("prune", "images", "--budget", "30%", "--name", "v1");
  assert.equal(status, 0);
  assert.match(stdout.replace(/\s+/g, " "), /Next: infomax review .* infomax export .* infomax quarantine/);
  await done("prune", "texts.jsonl", "--budget", "40%", "--name", "v2");
  kept["images"] = lines("images/.infomax/selections/v1.ids.txt");
  kept["texts"] = lines(".infomax/selections/v2.ids.txt");
  assert.ok(kept["images"].length > 40 && kept["texts"].length > 40);
});

test("an export needs a yes; a dry run only says what it would do", async () => {
  const asked = await run("export", "images", "--out", "kept-images");
  assert.equal(asked.status, 2);
  assert.match(asked.stderr, /are copied into a new folder/);
  assert.match(asked.stderr, /needs a yes, and nobody is there to ask\. Give --yes/);
  const dry = await run("export", "images", "--out", "kept-images", "--dry-run");
  assert.deepEqual([dry.status, dry.stderr], [0, ""]);
  assert.match(dry.stdout, /Nothing in the dataset is changed, moved or deleted/);
  assert.equal(readdirSync(scratch).some((name) => name.startsWith("kept-images")), false);
  const inside = await run("export", "images", "--out", "images/kept", "--yes");
  assert.deepEqual([inside.status, existsSync(path.join(scratch, "images", "kept"))], [2, false]);
  assert.match(inside.stderr, /problem: .* lies in the\s+dataset/);
  const without = await run("export", "images");
  assert.deepEqual([without.status, without.stderr], [2, "infomax: infomax export needs a folder to make. Give --out FOLDER.\n"]);
});

for (const form of ["copy", "hardlink"]) {
  test(`drawings and texts exported as ${form} are datasets of exactly the kept samples`, { concurrency: false }, async () => {
    await done("export", "images", "--out", `i-${form}`, "--as", form, "--yes");
    assert.deepEqual(await idsOf(`i-${form}`, `i-${form}`), kept["images"]);
    for (const id of kept["images"]) assert.ok(readFileSync(path.join(scratch, `i-${form}`, id)).equals(readFileSync(path.join(scratch, "images", id))), id);
    const result = await done("export", "texts.jsonl", "--out", `t-${form}`, "--as", form, "--selection", "v2", "--yes");
    assert.deepEqual([result["files"], result["verified"]], [5, 5]);
    assert.deepEqual(await idsOf(`t-${form}/texts.jsonl`, `t-${form}`), kept["texts"]);
    const wanted = new Set(kept["texts"]);
    const expected = readFileSync(path.join(scratch, "texts.jsonl"), "utf8").split(/(?<=\n)/).filter((line) => wanted.has((JSON.parse(line) as { id: string }).id)).join("");
    assert.equal(readFileSync(path.join(scratch, `t-${form}`, "texts.jsonl"), "utf8"), expected);
    const again = await run("export", "texts.jsonl", "--out", `t-${form}`, "--yes");
    assert.equal(again.status, 2);
    assert.match(again.stderr, /not empty: nothing is overwritten/);
  });
}

test("an export into the dataset's own hidden folder adds nothing to the dataset", async () => {
  await done("export", "images", "--out", "images/.kept", "--yes");
  assert.deepEqual((await done("index", "images"))["samples"], 176);
});

test("the loaders of copied images and tables load exactly the kept samples", { skip }, () => {
  const images = inPython("i-copy", `
import load_with_datasets, load_with_torch
loaded, kept = load_with_datasets.load(), load_with_torch.Kept()
print(json.dumps({"datasets": [row["image"] for row in loaded["train"]], "labels": [row["label"] for row in loaded["train"]], "torch": kept.paths, "classes": kept.classes, "last": kept[len(kept) - 1][1]}))
`) as { datasets: string[]; labels: string[]; torch: string[]; classes: string[]; last: number };
  assert.deepEqual(images.datasets, kept["images"].map((id) => path.join(scratch, "i-copy", ...id.split("/"))));
  assert.deepEqual(images.labels, kept["images"].map((id) => id.split("/")[0]));
  assert.deepEqual([images.torch, images.classes, images.last], [kept["images"], ["boat", "car", "cat", "flower", "house", "tree"], 5]);
  const texts = inPython("t-copy", `
import load_with_datasets, load_with_torch
kept = load_with_torch.Kept()
print(json.dumps([load_with_datasets.load()["train"], [kept[i] for i in range(len(kept))]]))
`) as { id: string }[][];
  for (const rows of texts) assert.deepEqual(rows.map(({ id }) => id).sort(), kept["texts"]);
});

test("Parquet files and lists come with loaders that work", { skip }, async () => {
  await done("export", "images", "--out", "i-parquet", "--as", "parquet", "--yes");
  await done("export", "texts.jsonl", "--out", "t-list", "--as", "list", "--selection", "v2", "--yes");
  await done("export", "images", "--out", "i-list", "--as", "list", "--yes");
  inPython("i-parquet", `
import load_with_datasets, load_with_torch
load_with_datasets.load()
kept = load_with_torch.Kept()
assert kept[0]["image"].file and kept[1] == {"image": None, "id": "b"} and len(kept) == 2
print("true")
`);
  assert.deepEqual(lines("t-list/ids.txt").sort(), kept["texts"]);
  assert.deepEqual(readdirSync(path.join(scratch, "t-list")).sort(), ["ids.txt", "kept.jsonl", "load_with_datasets.py", "load_with_torch.py", "manifest.json", "v2.ids.txt"]);
  const code = `
import load_with_datasets, load_with_torch
kept = load_with_torch.Kept(sys.argv[1])
print(json.dumps([[row["id"] for row in load_with_datasets.load(sys.argv[1])], [row["id"] for row in getattr(kept, "records", None) or kept.entries], len(kept), kept[0] is not None]))
`;
  assert.deepEqual(inPython("t-list", code, path.join(scratch, "texts.jsonl")), [lines("t-list/ids.txt"), lines("t-list/ids.txt"), kept["texts"].length, true]);
  assert.deepEqual(inPython("i-list", code, path.join(scratch, "images")), [lines("i-list/ids.txt"), lines("i-list/ids.txt"), kept["images"].length, true]);
});

test("the loaders read CSV as the program does, in its folders and splits, and images that records name", { skip }, async () => {
  const folder = path.join(scratch, "mixed [1]");
  mkdirSync(path.join(folder, "pics"), { recursive: true });
  const pictures = kept["images"].slice(0, 6);
  for (const [i, id] of pictures.entries()) cpSync(path.join(scratch, "images", id), path.join(folder, "pics", `${i}${path.extname(id)}`));
  const rows = pictures.map((id, i) => [`r${i}`, `"pics/${i}${path.extname(id)}"`, `"said ""${i}""${i % 2 === 0 ? "\n" : "\r\n"}né ${id}"`].join(","));
  writeFileSync(path.join(folder, "test.csv"), `\uFEFF\r\nid,image,caption\r\n${rows.slice(0, 2).join("\r\n")}\r\n\r\nbroken\r\n${rows.slice(2).join("\n")}`);
  const options = ["--id", "id", "--image", "image", "--text", "caption"];
  const dataset = path.join("mixed [1]", "test.csv");
  await done("prune", dataset, ...options, "--budget", "4", "--name", "m");
  const ids = lines("mixed [1]/.infomax/selections/m.ids.txt");
  await done("export", dataset, ...options, "--out", "m-copy [2]", "--selection", "m", "--yes");
  await done("export", dataset, ...options, "--out", "m-list", "--as", "list", "--selection", "m", "--yes");
  const report = "print(json.dumps([sorted((row['id'], row['caption']) for row in rows) for rows in (loaded, kept.records)]))";
  const expected = ids.map((id) => [id, rows[Number(id.slice(1))].split(",\"").at(-1)?.slice(0, -1).replaceAll("\"\"", "\"")]);
  const copied = inPython("m-copy [2]", `import load_with_datasets, load_with_torch\nloaded = load_with_datasets.load()["test"]\nkept = load_with_torch.Kept("test")\nassert kept[0]["image"].file.endswith(".png") or kept[0]["image"].file.endswith(".jpg")\n${report}`);
  assert.deepEqual(copied, [expected, expected]);
  const listed = inPython("m-list", `import load_with_datasets, load_with_torch\nloaded = load_with_datasets.load(sys.argv[1])\nkept = load_with_torch.Kept(sys.argv[1])\n${report}`, path.join(folder, "test.csv"));
  assert.deepEqual(listed, [expected, expected]);
  assert.deepEqual(await idsOf("m-copy [2]/test.csv", "m-copy [2]"), ids);
});

test("the loaders of images whose labels are not their own folders say the same labels as the program", { skip }, async () => {
  const folder = path.join(scratch, "deep");
  for (const [i, id] of kept["images"].slice(0, 8).entries()) {
    const place = path.join(folder, ["train", "test"][i % 2], id.split("/")[0], "images");
    mkdirSync(place, { recursive: true });
    cpSync(path.join(scratch, "images", id), path.join(place, `a[${i}]-test.png`));
  }
  await done("prune", "deep", "--budget", "100%", "--name", "d");
  await done("export", "deep", "--out", "deep-out", "--yes");
  const found = inPython("deep-out", `
import load_with_datasets, load_with_torch
loaded = load_with_datasets.load()
kept = load_with_torch.Kept("test")
print(json.dumps([{split: [[row["id"], row["label"]] for row in rows] for split, rows in loaded.items()}, [[kept.paths[i], kept.classes[kept[i][1]]] for i in range(len(kept))]]))
`) as [Record<string, string[][]>, string[][]];
  const all = lines("deep/.infomax/selections/d.ids.txt").map((id) => [id, id.split("/")[1]]);
  assert.deepEqual(found[0], { test: all.filter(([id]) => id.startsWith("test/")), train: all.filter(([id]) => id.startsWith("train/")) });
  assert.deepEqual(found[1], found[0]["test"]);
});
