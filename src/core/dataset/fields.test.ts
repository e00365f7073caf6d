import assert from "node:assert/strict";
import test from "node:test";
import type { ReadOptions } from "./dataset.ts";
import { FieldSurvey, labelOfValue, numberOf, recordText, resolveFields } from "./fields.ts";
import type { FieldPlan } from "./fields.ts";

function plan(record: Record<string, unknown>, options: ReadOptions = {}): FieldPlan {
  const survey = new FieldSurvey();
  survey.add(record);
  return resolveFields(survey, options, "data.jsonl");
}

test("well-known names are recognised, whatever their case", () => {
  assert.deepEqual(plan({ UUID: "u", Intent: "i", Sentence: "s", other: "o" }).fields, { id: "UUID", label: "Intent", text: ["Sentence"], image: null });
  assert.deepEqual(plan({ id: 1, category: 3, text: "t", content: "c" }).fields, { id: "id", label: "category", text: ["text"], image: null });
});

test("pairs that belong together become one text; else all strings that are not numbers", () => {
  assert.deepEqual(plan({ answer: "a", question: "q", source: "s" }).fields.text, ["question", "answer"]);
  assert.deepEqual(plan({ instruction: "a", output: "c", input: "b" }).fields.text, ["instruction", "input", "output"]);
  assert.deepEqual(plan({ instruction: "a", output: "c" }).fields.text, ["instruction", "output"]);
  assert.deepEqual(plan({ title: "t", body: "b" }).fields.text, ["title", "body"]);
  assert.deepEqual(plan({ id: "1", label: "l", score: "0.5", foo: "x", bar: "y" }).fields.text, ["foo", "bar"]);
});

test("a field named like a label that holds long texts or measurements is no label", () => {
  assert.equal(plan({ text: "t", target: "long ".repeat(60) }).fields.label, null);
  assert.equal(plan({ text: "t", target: 0.25 }).fields.label, null);
  assert.equal(plan({ text: "t", target: 1 }).fields.label, "target");
});

test("an image field is one whose values are image paths", () => {
  assert.equal(plan({ path: "a/b.PNG", label: "x" }).kind, "image");
  assert.deepEqual(plan({ path: "a/b.txt", label: "x" }).fields, { id: null, label: "label", text: ["path"], image: null });
  assert.equal(plan({ image: "https://example.org/a.png", text: "t" }).fields.image, null);
  const both = plan({ image: "a.png", text: "t" });
  assert.deepEqual([both.kind, both.fields.image], ["text", "image"]);
  assert.match(both.notes.join(), /text and images/);
  assert.equal(plan({ image: "a.png", text: "t" }, { image: "image" }).kind, "image");
});

test("options win over names, and a field they use is not taken twice", () => {
  const named = plan({ id: "1", text: "t", label: "l", note: "n" }, { text: ["note", "label"], id: "text" });
  assert.deepEqual(named.fields, { id: "text", label: null, text: ["note", "label"], image: null });
  assert.deepEqual(plan({ text: "t", label: "1", class: "c" }, { columns: ["label"] }).fields.label, "class");
});

test("imported vectors need no text", () => {
  const vectors = plan({ id: "1", el2n: "0.5" }, { vectorsImported: true });
  assert.deepEqual([vectors.kind, vectors.fields.text], ["vector", []]);
});

test("texts are joined with newlines; chat messages by their contents", () => {
  const fields = { id: null, label: null, text: ["a", "b", "c"], image: null };
  assert.equal(recordText({ a: "one", b: "", c: 3 }, fields), "one\n3");
  assert.equal(recordText({ b: null }, fields), "");
  const messages = [{ role: "user", content: "hi" }, { role: "assistant", content: [{ type: "text", text: "hello" }, { type: "image" }] }];
  assert.deepEqual(plan({ messages }).fields.text, ["messages"]);
  assert.equal(recordText({ messages }, { ...fields, text: ["messages"] }), "hi\nhello");
});

test("numbers and labels are read strictly", () => {
  assert.deepEqual([" -1.5e3 ", "7.", ".5", 2].map(numberOf), [-1500, 7, 0.5, 2]);
  assert.deepEqual(["", " ", "0x10", "1,5", "inf", "1e999", NaN, null, true, [1]].map(numberOf), Array<null>(10).fill(null));
  assert.deepEqual([" cat ", 3, false].map(labelOfValue), ["cat", "3", "false"]);
  assert.deepEqual(["", null, undefined, ["a"], {}].map(labelOfValue), Array<null>(5).fill(null));
});
