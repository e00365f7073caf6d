import assert from "node:assert/strict";
import test from "node:test";
import { HashedText } from "../embedding/hashedText.ts";
import { InfomaxError } from "../errors.ts";
import { contentDigest, loadHasher } from "./identity.ts";
import { describeRecord, recordText, type RecordText } from "./recordText.ts";

function textOf(record: Record<string, unknown>, ...text: string[]): RecordText {
  return recordText(record, { text: text.length === 0 ? Object.keys(record) : text });
}

async function similarity(a: RecordText, b: RecordText): Promise<number> {
  const encoder = new HashedText();
  const { vectors, failures } = await encoder.encode([a, b].map(({ text }) => ({ kind: "text", text })));
  assert.equal(failures.size, 0);
  let dot = 0;
  for (let i = 0; i < encoder.dimensions; i++) dot += vectors[i] * vectors[encoder.dimensions + i];
  return dot;
}

test("fields are joined with newlines, empty ones left out", () => {
  assert.deepEqual(textOf({ a: "one", b: "", c: 3 }), { text: "one\n3", readable: "a: one\nc: 3" });
  assert.deepEqual(textOf({ b: null }), { text: "", readable: "" });
  assert.deepEqual(textOf({ text: " one\ntwo " }), { text: " one\ntwo ", readable: " one\ntwo " });
  assert.equal(textOf({ tags: ["one", "two"] }).text, "one\ntwo");
  assert.equal(textOf({ meta: { a: [1] } }).text, '{"a":[1]}');
});

test("conversations of OpenAI and ShareGPT: contents are compared, roles are shown", () => {
  const messages = [
    { role: "system", content: "Be kind." },
    { role: "user", content: [{ type: "text", text: "What is in this picture of a harbour?" }, { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] },
    { role: "assistant", content: null, tool_calls: [{ id: "1", type: "function", function: { name: "look", arguments: '{"deep":true}' } }] },
    { role: "tool", content: "three boats" },
    { role: "assistant", content: "Three boats at the pier." },
  ];
  const chat = textOf({ messages });
  assert.equal(chat.text, 'What is in this picture of a harbour?\nlook {"deep":true}\nthree boats\nThree boats at the pier.\nBe kind.');
  assert.match(chat.readable, /^user: What is/, "a preview begins with what was asked");
  assert.match(chat.readable, /\nassistant: Three boats at the pier\.\nsystem: Be kind\.$/);
  assert.equal(textOf({ messages: JSON.stringify(messages) }).text, chat.text, "a CSV cell holds it as JSON");
  const shared = textOf({ conversations: [{ from: "human", value: "Hi there" }, { from: "gpt", value: "Hello" }] });
  assert.deepEqual([shared.text, shared.readable], ["Hi there\nHello", "user: Hi there\nassistant: Hello"]);
});

test("conversations written as one text, with the marks of chat templates", () => {
  const turns = ["What is a fjord?", "A long, narrow inlet."];
  for (const text of [
    `<|im_start|>user\n${turns[0]}<|im_end|>\n<|im_start|>assistant\n${turns[1]}<|im_end|>\n`,
    `<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n${turns[0]}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n${turns[1]}<|eot_id|>`,
    `### Human: ${turns[0]}\n### Assistant: ${turns[1]}`,
    `\n\nHuman: ${turns[0]}\n\nAssistant: ${turns[1]}`,
  ]) assert.equal(textOf({ text }).text, turns.join("\n"), text);
  const alpaca = textOf({ text: `Below is an instruction. Write a response.\n\n### Instruction:\n${turns[0]}\n\n### Response:\n${turns[1]}` });
  assert.equal(alpaca.text, `${turns.join("\n")}\nBelow is an`, "the preamble is cut to half the length of the rest");
  for (const text of ["### Notes\nUse it well.", "The user: a person. The assistant: a program.", "Ask a human: it helps"]) assert.equal(textOf({ text }).text, text);
});

test("two chats are not alike because they share a long system message, two questions not because of their passage", async () => {
  const system = "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being safe. Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or illegal content. Please ensure that your responses are socially unbiased and positive in nature. If a question does not make any sense, or is not factually coherent, explain why instead of answering something not correct.";
  const chat = (user: string, assistant: string, prompt = system): RecordText =>
    textOf({ messages: [{ role: "system", content: prompt }, { role: "user", content: user }, { role: "assistant", content: assistant }] });
  const bread = chat("How long does sourdough rise?", "Between four and twelve hours, longer where it is cool.");
  const tides = chat("Why are there two tides a day?", "The Moon pulls more on the near ocean than on the far one.");
  assert.ok(await similarity(bread, tides) < 0.6, `${await similarity(bread, tides)}`);
  const whole = (chat: RecordText): RecordText => ({ text: chat.readable, readable: "" });
  assert.ok(await similarity(whole(bread), whole(tides)) > 0.85, "what the limit prevents");
  const again = chat("How long does sourdough rise?", "Between four and twelve hours, longer where it is cold.");
  assert.ok(await similarity(bread, again) > 0.85, "the same conversation but for a word");

  const passage = "Normandy is a region in France. The Normans were the people who in the tenth and eleventh centuries gave their name to it. They were descended from Norse raiders and pirates from Denmark, Iceland and Norway.";
  const question = (asked: string, answer: string): RecordText => textOf({ question: asked, answers: { text: [answer, answer], answer_start: [1, 1] }, context: passage });
  const [where, when] = [question("In what country is Normandy located?", "France"), question("From which lands did the raiders come?", "Denmark, Iceland and Norway")];
  assert.ok(await similarity(where, when) < 0.7, `${await similarity(where, when)}`);
  assert.ok(where.text.startsWith("In what country is Normandy located?\nFrance\n"));
});

test("what is not compared still tells exact duplicates apart", async () => {
  const hasher = await loadHasher();
  const digest = (system: string, user = "Hi"): bigint => contentDigest({ kind: "text", ...textOf({ messages: [{ role: "system", content: system }, { role: "user", content: user }] }) }, hasher);
  const long = "You are the captain of a ship and speak of nothing but the sea";
  assert.notEqual(digest(`${long}, calmly.`), digest(`${long}, angrily.`));
  assert.equal(digest(long), digest(long));
  assert.equal(textOf({ messages: [{ role: "system", content: long }] }).text, long, "alone it is compared whole");
});

test("the prompt that both answers of a preference begin with counts once", () => {
  const prompt = { role: "user", content: "Name a river." };
  const record = { prompt: "Name a river.", chosen: [prompt, { role: "assistant", content: "The Elbe." }], rejected: [prompt, { role: "assistant", content: "Paris." }] };
  assert.equal(textOf(record).text, "Name a river.\nThe Elbe.\nParis.");
  const transcripts = textOf({ chosen: "\n\nHuman: Name a river.\n\nAssistant: The Elbe.", rejected: "\n\nHuman: Name a river.\n\nAssistant: Paris." });
  assert.equal(transcripts.text, "Name a river.\nThe Elbe.\nParis.");
  assert.equal(transcripts.readable, "chosen, user: Name a river.\nchosen, assistant: The Elbe.\nrejected, assistant: Paris.");
});

test("a conversation of an unexpected shape is an error that names the field", () => {
  for (const messages of [["hi", "there"], [{ speaker: "a", line: "b" }], [{ role: "user", content: 5 }], { role: "user" }, 7, '[{"role":"user","content":"hi"']) {
    assert.throws(() => textOf({ messages }), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-data" && /"messages"/.test(thrown.message), JSON.stringify(messages));
  }
  assert.throws(() => textOf({ prompt: "p", chosen: [{ role: "user" }], rejected: "r" }), /"chosen"/);
  assert.equal(textOf({ messages: [] }).text, "");
  assert.equal(textOf({ messages: "just a text" }).text, "just a text");
});

test("tool calls that are nested without end are an error of the record", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  const messages = [{ role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: deep } }] }];
  assert.throws(() => textOf({ messages }), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-data" && /nested/.test(thrown.message));
});

test("two conversations of many turns are compared in a moment", { timeout: 20_000 }, () => {
  const turns = (name: string): unknown[] => Array.from({ length: 50_000 }, (_, i) => ({ role: "user", content: `${name} ${i}` }));
  const { text } = textOf({ chosen: [...turns("a"), ...turns("b")], rejected: [...turns("b"), ...turns("c")] });
  assert.equal(text.split("\n").length, 150_000);
});

test("a cut takes neither half a word nor half a character", () => {
  const cut = (system: string, user: string): string => textOf({ messages: [{ role: "system", content: system }, { role: "user", content: user }] }).text.slice(user.length + 1);
  assert.equal(cut("alpha beta gamma", "x".repeat(24)), "alpha beta");
  assert.equal(cut("😀😀😀", "xxxxxx"), "😀");
});

test("a record without a text is shown field by field", () => {
  assert.equal(describeRecord({ id: "p/1.png", n: 5, chat: [{ role: "user", content: "hi" }], x: null }), "id: p/1.png\nn: 5\nchat: user: hi\nx: ");
});
