import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { PathFinder } from "./pathMarks.ts";

const root = path.resolve("/w/data");
const rows = new Map(["cat/1.jpg", "cat/my cat.JPG", "dog/2.png", "top.png"].map((id, row) => [id, row]));
const finder = new PathFinder(root, rows, { dataset: root, file: path.resolve("/w/code/train.py"), folders: [path.resolve("/w")] });
const found = (line: string) => finder.pathsIn(line).map(({ start, end, row }) => [line.slice(start, end), [...rows.keys()][row]]);

test("relative to the dataset, its parent, the file's folder and the workspace, and absolute", () => {
  assert.deepEqual(found(`x = ["cat/1.jpg", 'data/dog/2.png', "../data/top.png", "./data/cat/../top.png"]`), [
    ["cat/1.jpg", "cat/1.jpg"], ["data/dog/2.png", "dog/2.png"], ["../data/top.png", "top.png"], ["./data/cat/../top.png", "top.png"]]);
  assert.deepEqual(found(`open("${root.replaceAll("\\", "/")}/cat/1.jpg")`).map(([, id]) => id), ["cat/1.jpg"]);
});

test("YAML scalars, lists of text, blanks in names, Windows separators", () => {
  assert.deepEqual(found("  - cat/my cat.JPG  # the best"), [["cat/my cat.JPG", "cat/my cat.JPG"]]);
  assert.deepEqual(found("image: dog/2.png"), [["dog/2.png", "dog/2.png"]]);
  assert.deepEqual(found("cat/my cat.JPG"), [["cat/my cat.JPG", "cat/my cat.JPG"]]);
  assert.deepEqual(found("cat/1.jpg,0,dog/2.png"), [["cat/1.jpg", "cat/1.jpg"], ["dog/2.png", "dog/2.png"]]);
  assert.deepEqual(found(String.raw`a = r"data\cat\1.jpg"; b = "data\\dog\\2.png"`).map(([, id]) => id), ["cat/1.jpg", "dog/2.png"]);
});

test("what names no sample is none: other files, longer endings, paths out of the dataset", () => {
  assert.deepEqual(found(`"cat/9.jpg" "cat/1.jpgx" "cat/1.jpg_old" "other/cat/1.jpg" "../../data/top.png" "https://example.org/cat/2.png"`), []);
  // A bare name is looked for beside the file and in the workspace, not in folders of the dataset.
  assert.deepEqual(found(`"2.png"`), []);
});

test("work in a line is bounded", () => {
  const start = performance.now();
  finder.pathsIn(" x.png".repeat(1_000_000));
  finder.pathsIn(`${"a ".repeat(500_000)}.png`);
  assert.ok(performance.now() - start < 1000);
  assert.equal(finder.pathsIn(`"cat/1.jpg" `.repeat(200)).length, 64);
});
