import assert from "node:assert/strict";
import test from "node:test";
import sharp from "sharp";
import { inWords, loadSharp, MOST_PIXELS } from "./imageDecoder.ts";

test("a failure whose words were lost is asked again, a few times; other failures and answers stand", async () => {
  const answers = (...own: readonly (string | number)[]): { readonly decode: () => Promise<number>; readonly left: (string | number)[] } => {
    const left = [...own];
    return { left, decode: () => { const next = left.shift() ?? 0; return typeof next === "number" ? Promise.resolve(next) : Promise.reject(new Error(next)); } };
  };
  const lost = answers("Unknown error", "VipsJpeg: premature end");
  await assert.rejects(inWords(lost.decode), /^Error: VipsJpeg: premature end$/);
  assert.equal(await inWords(answers("Unknown error", 7).decode), 7);
  const never = answers("Unknown error", "Unknown error", "Unknown error", 7);
  await assert.rejects(inWords(never.decode), /^Error: its data is damaged$/);
  assert.deepEqual(never.left, [7]);
  const clear = answers("VipsPng: bad", 7);
  await assert.rejects(inWords(clear.decode), /^Error: VipsPng: bad$/);
  assert.deepEqual(clear.left, [7]);
});

test("many broken images at a time all say what is wrong", async () => {
  const decoder = await loadSharp();
  const whole = await sharp(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 37) % 251), { raw: { width: 64, height: 64, channels: 3 } }).jpeg().toBuffer();
  const broken = whole.subarray(0, whole.length >> 1);
  const words = await Promise.all(Array.from({ length: 400 }, () => inWords(() => decoder(broken, { failOn: "error", limitInputPixels: MOST_PIXELS }).raw().toBuffer()).then(() => "", (thrown: unknown) => String(thrown))));
  assert.deepEqual([...new Set(words.map((text) => (/VipsJpeg|damaged/.test(text) ? "said" : text)))], ["said"]);
});
