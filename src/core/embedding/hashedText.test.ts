import assert from "node:assert/strict";
import test from "node:test";
import { CancelledError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { HashedText } from "./hashedText.ts";

async function vectorsOf(texts: readonly string[], seed = 0): Promise<Float32Array[]> {
  const encoder = new HashedText(seed);
  const { vectors, failures } = await encoder.encode(texts.map((text) => ({ kind: "text", text })));
  assert.deepEqual([...failures], []);
  return texts.map((_, i) => vectors.subarray(i * encoder.dimensions, (i + 1) * encoder.dimensions));
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

const SENTENCE = "My new bank card has not arrived yet, although I ordered it almost two weeks ago";

test("case, punctuation, spacing, a typo and a moved clause stay within the threshold", async () => {
  const { defaultThreshold } = new HashedText();
  const variants = [
    SENTENCE.toUpperCase(),
    `${SENTENCE.replaceAll(",", "")}!!!`,
    `  ${SENTENCE.replaceAll(" ", "  ")}\n`,
    SENTENCE.replace("arrived", "arived"),
    SENTENCE.replace("almost ", ""),
    "Although I ordered it almost two weeks ago, my new bank card has not arrived yet",
    SENTENCE.normalize("NFD").replace("My", "Ｍｙ"),
  ];
  const [original, ...others] = await vectorsOf([SENTENCE, ...variants]);
  variants.forEach((variant, i) => assert.ok(cosine(original, others[i]) > defaultThreshold, `${variant}: ${cosine(original, others[i])}`));
});

test("different sentences lie well below the threshold, also those on one subject", async () => {
  const { defaultThreshold } = new HashedText();
  const texts = [
    SENTENCE, "How do I change the PIN of my card at a cash machine?", "The exchange rate that you used for my payment is wrong",
    "Why was I charged a fee for a transfer to another country?", "Can I top up with a cheque?", "I think somebody has stolen my phone and my card",
    "def main():\n    print('hello')\n    return 0", "for (let i = 0; i < n; i++) { sum += values[i]; }",
  ];
  const vectors = await vectorsOf(texts);
  for (let i = 0; i < texts.length; i++) {
    for (let j = 0; j < i; j++) assert.ok(cosine(vectors[i], vectors[j]) < defaultThreshold - 0.25, `${texts[i]} / ${texts[j]}: ${cosine(vectors[i], vectors[j])}`);
  }
});

test("scripts without spaces, right to left, emoji and code are told apart and found again", async () => {
  const { defaultThreshold } = new HashedText();
  const pairs: [string, string, string][] = [
    ["我的新银行卡还没有到，虽然我两周前就订购了。", "我的新银行卡还没有到，虽然我两周前就订购了！", "今天天气很好，我们去公园散步吧。"],
    ["Моя новая карта ещё не пришла, хотя я заказал её две недели назад", "МОЯ новая карта ещё не пришла хотя я заказал её две недели назад!", "Сегодня хорошая погода, пойдём гулять в парк"],
    ["لم تصل بطاقتي المصرفية الجديدة بعد رغم أنني طلبتها قبل أسبوعين", "لم تصل بطاقتي المصرفية الجديدة بعد، رغم أنني طلبتها قبل أسبوعين.", "الطقس جميل اليوم فلنذهب إلى الحديقة"],
    ["😀🎉🚀🌍", "😀 🎉 🚀 🌍", "🐱🐶🐭🐹"],
    ["const a = items.map((x) => x * 2);", "const a = items.map(x => x * 2)", "SELECT name FROM users WHERE age > 30"],
  ];
  for (const [text, same, other] of pairs) {
    const [a, b, c] = await vectorsOf([text, same, other]);
    assert.ok(cosine(a, b) > defaultThreshold, `${text} / ${same}: ${cosine(a, b)}`);
    assert.ok(cosine(a, c) < defaultThreshold - 0.2, `${text} / ${other}: ${cosine(a, c)}`);
  }
});

test("a text of nothing but white space fails, alone, with words; one character is enough", async () => {
  const encoder = new HashedText();
  const { vectors, failures } = await encoder.encode(["", " \n\t\u00a0", "x", "?", "\ud800"].map((text) => ({ kind: "text", text })));
  assert.deepEqual([...failures.keys()], [0, 1]);
  assert.match(failures.get(0) ?? "", /no characters/);
  const d = encoder.dimensions;
  for (let row = 0; row < 5; row++) {
    const length = Math.hypot(...vectors.subarray(row * d, (row + 1) * d));
    assert.ok(row < 2 ? length === 0 : Math.abs(length - 1) < 1e-5, `row ${row}: ${length}`);
  }
});

test("a text's vector depends on text and seed alone; another seed is another key", async () => {
  const [a] = await vectorsOf([SENTENCE], 3);
  const [, b] = await vectorsOf(["something before it", SENTENCE], 3);
  const [c] = await vectorsOf([SENTENCE], 4);
  assert.deepEqual(a, b);
  assert.ok(Math.abs(cosine(a, c)) < 0.3);
  assert.notEqual(new HashedText(3).key, new HashedText(4).key);
  assert.equal(new HashedText(3).key, new HashedText(3).key);
});

test("in scripts without spaces one changed character keeps a sentence near, another sentence is far", async () => {
  const { defaultThreshold } = new HashedText();
  for (const [text, typo, other] of [
    ["我的新银行卡还没有到，虽然我两周前就订购了，请帮我查一下。", "我的新银行卡还没有到，虽然我两周前就订购啦，请帮我查一下。", "请问我在国外取现金的时候，为什么要收我的手续费？"],
    ["新しいカードがまだ届いていません。二週間前に注文したのですが、どうなっていますか。", "新しいカードがまだ届いてません。二週間前に注文したのですが、どうなっていますか。", "海外で現金を引き出したとき、なぜ手数料がかかったのですか。"],
    ["บัตรธนาคารใบใหม่ของฉันยังมาไม่ถึงแม้ว่าฉันจะสั่งไปเมื่อสองสัปดาห์ก่อน", "บัตรธนาคารใบใหม่ของฉันยังมาไม่ถึงแม้ว่าฉันสั่งไปเมื่อสองสัปดาห์ก่อน", "วันนี้อากาศดีมากเราไปเดินเล่นที่สวนสาธารณะกันเถอะ"],
  ]) {
    const [a, b, c] = await vectorsOf([text, typo, other]);
    assert.ok(cosine(a, b) > defaultThreshold, `${typo}: ${cosine(a, b)}`);
    assert.ok(cosine(a, c) < 0.4, `${other}: ${cosine(a, c)}`);
  }
});

test("camelCase and snake_case meet in their words; operators tell code apart, a little", async () => {
  const [camel, snake, glued, other] = await vectorsOf(["getUserAccountName", "get_user_account_name", "getuseraccountname", "closeSocketConnection"]);
  assert.ok(cosine(camel, snake) > 0.5, `${cosine(camel, snake)}`);
  assert.ok(cosine(camel, snake) > cosine(glued, snake) + 0.1);
  assert.ok(cosine(camel, other) < 0.2, `${cosine(camel, other)}`);
  const [less, more] = await vectorsOf(["if (count < limit) return total + offset;", "if (count >= limit) return total - offset;"]);
  assert.ok(cosine(less, more) > 0.9 && cosine(less, more) < 0.999, `${cosine(less, more)}`);
});

/** Sentences of random words, most of them frequent ones. */
function prose(sentences: number, seed: number): string[] {
  const random = seededRandom(seed);
  const frequent = "the of and to in is that it was for on are as with his they at be this from".split(" ");
  const word = (): string => (random() < 0.5 ? frequent[Math.floor(random() * frequent.length)] : Array.from({ length: 4 + Math.floor(random() * 6) }, () => "etaoinshrdlu"[Math.floor(random() * 12)]).join(""));
  return Array.from({ length: sentences }, () => `${Array.from({ length: 12 }, word).join(" ")}.`);
}

test("long records are read to their end: another end is another vector, 95% in common is near, other words are far", async () => {
  const { defaultThreshold } = new HashedText();
  const sentences = prose(1500, 1);
  const whole = sentences.join(" ");
  assert.ok(whole.length > 80_000);
  const changed = prose(75, 2);
  const [a, end, middle, moved, other] = await vectorsOf([
    whole, `${whole} Unlike it.`, [...sentences.slice(0, 700), ...changed, ...sentences.slice(775)].join(" "),
    `${changed.join(" ")} ${sentences.slice(75).join(" ")}`, prose(1500, 3).join(" "),
  ]);
  assert.notDeepEqual(a, end);
  for (const near of [end, middle, moved]) assert.ok(cosine(a, near) > defaultThreshold, `${cosine(a, near)}`);
  assert.ok(cosine(a, other) < 0.6, `${cosine(a, other)}`);
});

test("very long texts cost bounded time, one endless word too", async () => {
  const start = performance.now();
  await vectorsOf(["word ".repeat(2_000_000), "a".repeat(10_000_000), "\ufdfa".repeat(1_000_000), "é́".repeat(1_000_000)]);
  assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
});

test("a cancel lands between long texts of a batch", async () => {
  const controller = new AbortController();
  const pending = await new HashedText().prepare(Array.from({ length: 40 }, (_, i) => ({ kind: "text", text: `${i} word `.repeat(150_000) })));
  setTimeout(() => { controller.abort(); }, 1);
  const start = performance.now();
  await assert.rejects(pending(controller.signal), CancelledError);
  assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
});
