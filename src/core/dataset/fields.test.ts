import assert from "node:assert/strict";
import test from "node:test";
import type { ReadOptions } from "./dataset.ts";
import { FieldSurvey, imagePathOf, labelOfValue, numberOf, resolveFields } from "./fields.ts";
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
  assert.deepEqual([both.kind, both.fields.image, both.fields.text], ["pair", "image", ["text"]]);
  assert.match(both.notes.join(), /images and texts/);
  assert.deepEqual(plan({ file_name: "a.png", caption: "c", source: "web" }).fields.text, ["caption"]);
  assert.equal(plan({ file_name: "a.png", licence: "by", source: "web" }).kind, "image");
  assert.deepEqual(plan({ image: "a.png", text: "t" }, { text: ["text"] }).fields, { id: null, label: null, text: ["text"], image: null });
  assert.equal(plan({ image: "a.png", text: "t" }, { text: ["text"], image: "image" }).kind, "pair");
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

test("the formats that instruction and preference data come in", () => {
  const texts = (record: Record<string, unknown>): readonly string[] => plan(record).fields.text;
  const chat = [{ role: "user", content: "hi" }, { role: "assistant", content: "hello" }];
  assert.deepEqual(texts({ prompt: "hi", prompt_id: "1", messages: chat }), ["messages"]);
  assert.deepEqual(texts({ id: "1", conversations: [{ from: "human", value: "hi" }, { from: "gpt", value: "hello" }] }), ["conversations"]);
  assert.deepEqual(texts({ conversations: [{ from: "human", value: "hi" }], system: "be kind" }), ["conversations", "system"]);
  assert.deepEqual(texts({ instruction: "i", input: "", output: "o", text: "### Instruction: i" }), ["instruction", "output"]);
  assert.deepEqual(texts({ instruction: "i", context: "c", response: "r", category: "qa" }), ["instruction", "response", "context"]);
  assert.deepEqual(texts({ id: "1", title: "t", context: "c", question: "q", answers: { text: ["a"], answer_start: [3] } }), ["question", "answers", "context"]);
  assert.deepEqual(texts({ prompt: "p", completion: "c" }), ["prompt", "completion"]);
  assert.deepEqual(texts({ prompt: "p", chosen: "c", rejected: "r", messages: chat }), ["prompt", "chosen", "rejected"]);
  assert.deepEqual(texts({ chosen: chat, rejected: chat, score: 1 }), ["chosen", "rejected"]);
  assert.deepEqual(texts({ query: "q", response: "r" }), ["query", "response"]);
});

test("source and target are texts where no other is, and targets do not repeat as classes do", () => {
  const parallel = plan({ source: "The cat sleeps.", target: "Die Katze schläft." });
  assert.deepEqual([parallel.fields.text, parallel.fields.label], [["source", "target"], null]);
  const survey = new FieldSurvey();
  for (let i = 0; i < 20; i++) survey.add({ source: `sentence ${i}`, target: i % 2 === 0 ? "good" : "bad" });
  assert.deepEqual(resolveFields(survey, {}, "d.jsonl").fields, { id: null, label: "target", text: ["source"], image: null });
  assert.deepEqual(plan({ text: "t", source: "web", target: "cat" }).fields, { id: null, label: "target", text: ["text"], image: null });
});

test("an image is named by a path, a list of one, or as Hugging Face writes it", () => {
  assert.deepEqual(["a.png", ["a.png"], { bytes: null, path: "a.png" }].map(imagePathOf), Array<string>(3).fill("a.png"));
  assert.deepEqual([null, "", " ", [], { bytes: "x" }, 3].map(imagePathOf), Array<null>(6).fill(null));
  assert.deepEqual(imagePathOf(["a.png", "b.png"]), ["a.png", "b.png"]);
  assert.equal(plan({ images: ["a.png"], conversations: [{ from: "human", value: "<image> What is it?" }] }).kind, "pair");
});

test("a value that is nested without end is no image and no text, and ends no survey", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  assert.equal(imagePathOf(deep), null);
  const call = { role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: deep } }] };
  assert.deepEqual(plan({ text: "t", extra: deep, more: [call] }).fields.text, ["text"]);
});

test("numbers and labels are read strictly", () => {
  assert.deepEqual([" -1.5e3 ", "7.", ".5", 2].map(numberOf), [-1500, 7, 0.5, 2]);
  assert.deepEqual(["", " ", "0x10", "1,5", "inf", "1e999", NaN, null, true, [1]].map(numberOf), Array<null>(10).fill(null));
  assert.deepEqual([" cat ", 3, false].map(labelOfValue), ["cat", "3", "false"]);
  assert.deepEqual(["", null, undefined, ["a"], {}].map(labelOfValue), Array<null>(5).fill(null));
});
