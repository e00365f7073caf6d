import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import sharp from "sharp";
import { decodeBmp, type RawPixels } from "../dataset/bmp.ts";
import { InfomaxError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { corruptImage } from "./corruptImage.ts";
import { CORRUPTION_KINDS, SEVERITIES, type CorruptionKind, type Severity } from "./corruption.ts";

const EXAMPLES = path.join(import.meta.dirname, "..", "..", "..", "examples", "images");

async function decoded(bytes: Uint8Array): Promise<RawPixels> {
  const { data, info } = await sharp(bytes).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  assert.ok(info.channels === 3 || info.channels === 4);
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** Mean absolute error in [0, 255]. */
function distance(a: RawPixels, b: RawPixels): number {
  assert.deepEqual([a.width, a.height, a.channels], [b.width, b.height, b.channels]);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length;
}

const corrupt = async (bytes: Uint8Array, kind: CorruptionKind, severity: Severity, seed = 0): Promise<RawPixels> =>
  decodeBmp(await corruptImage(bytes, { kind, severity, seed }, "bmp"), 1e7);

const png = (width: number, height: number, channels: 1 | 3 | 4, value: (i: number) => number): Promise<Buffer> =>
  sharp(Uint8Array.from({ length: width * height * channels }, (_, i) => value(i)), { raw: { width, height, channels } }).png().toBuffer();

// Whoever ran the example has its decisions in a folder beside the classes.
const pictures = readdirSync(EXAMPLES).filter((name) => !name.startsWith(".")).flatMap((name) => {
  const folder = path.join(EXAMPLES, name);
  return readdirSync(folder).slice(0, 2).map((file) => readFileSync(path.join(folder, file)));
});

for (const side of [32, 64, 100, 256]) {
  test(`every severity lies farther from the image than the one before, at ${side} pixels`, async () => {
    const sized = await Promise.all(pictures.slice(0, 6).map((bytes) => sharp(bytes).resize(side, side, { fit: "cover" }).removeAlpha().png().toBuffer()));
    for (const kind of CORRUPTION_KINDS) {
      const means: number[] = [];
      for (const severity of SEVERITIES) {
        const errors = await Promise.all(sized.map(async (bytes) => distance(await decoded(bytes), await corrupt(bytes, kind, severity))));
        means.push(errors.reduce((sum, error) => sum + error, 0) / errors.length);
      }
      // The third and fourth trail of CIFAR-10-C differ in length alone, where both have faded.
      const isLevel = (i: number): boolean => kind === "motion-blur" && side === 32 && i === 3;
      means.forEach((mean, i) => assert.ok(mean > (i === 0 ? 0.1 : means[i - 1]) || (isLevel(i) && Math.abs(mean - means[i - 1]) < 1e-3), `${kind}: ${means.map((value) => value.toFixed(2)).join(" ")}`));
    }
  });
}

test("bytes, kind and seed fix what is drawn; another seed or another image draws anew", async () => {
  const [a, b] = [await png(32, 32, 3, () => 100), await png(32, 32, 3, (i) => (i === 0 ? 101 : 100))];
  for (const kind of ["gaussian-noise", "shot-noise", "impulse-noise", "fog"] as const) {
    const of = async (bytes: Uint8Array, seed: number): Promise<string> => Buffer.from((await corrupt(bytes, kind, 3, seed)).data).toString("hex");
    const together = await Promise.all([of(b, 1), of(a, 1), of(a, 1)]);
    assert.equal(together[1], await of(a, 1), kind);
    assert.equal(together[1], together[2]);
    assert.notEqual(together[0], together[1], `${kind}: another image`);
    assert.notEqual(await of(a, 2), together[1], `${kind}: another seed`);
  }
});

test("noise has the spread that its parameter says; motion trails go one way", async () => {
  const grey = await png(128, 128, 3, () => 128);
  const spread = ({ data }: RawPixels): number => Math.sqrt(data.reduce((sum, value) => sum + (value - 128) ** 2, 0) / data.length);
  assert.ok(Math.abs(spread(await corrupt(grey, "gaussian-noise", 1)) / (0.08 * 255) - 1) < 0.02);
  // Poisson: the variance of the photons is their mean.
  assert.ok(Math.abs(spread(await corrupt(grey, "shot-noise", 1)) / (255 * Math.sqrt(128 / 255 / 60)) - 1) < 0.02);
  const hits = (await corrupt(grey, "impulse-noise", 5)).data.filter((value) => value !== 128);
  assert.ok(Math.abs(hits.length / (3 * 128 * 128) - 0.27) < 0.01);
  assert.ok(Math.abs(hits.filter((value) => value === 255).length / hits.length - 0.5) < 0.03);

  const dot = await png(129, 129, 3, (i) => (Math.floor(i / 3) === 64 * 129 + 64 ? 255 : 0));
  const { data } = await corrupt(dot, "motion-blur", 1);
  const columns = Array.from(data.keys()).filter((i) => data[i] > 0).map((i) => Math.floor(i / 3) % 129);
  assert.ok(columns.length > 9 && columns.every((x) => x <= 64) && Math.min(...columns) < 60, columns.join());
});

test("blurs and means, by hand", async () => {
  // A white dot: the disc of radius 3 has 29 pixels.
  const dot = await png(129, 129, 3, (i) => (Math.floor(i / 3) === 64 * 129 + 64 ? 255 : 0));
  const { data } = await corrupt(dot, "defocus-blur", 1);
  const lit = Array.from(data.keys()).filter((i) => data[i] > 0);
  assert.equal(lit.length, 3 * 29);
  assert.ok(lit.every((i) => data[i] === Math.round(255 / 29)));
  assert.ok(lit.every((i) => Math.hypot((Math.floor(i / 3) % 129) - 64, Math.floor(i / 387) - 64) <= 3));

  // Halves of 0 and 200: contrast 0.75 about the mean of 100.
  const halves = await png(4, 4, 3, (i) => (i < 24 ? 0 : 200));
  assert.deepEqual([...new Set((await corrupt(halves, "contrast", 1)).data)], [25, 175]);
  // The value of (50, 100, 0) is 100: 0.3 of 255 more keeps the colour's proportions; black becomes grey.
  const green = await png(2, 1, 3, (i) => [50, 100, 0, 0, 0, 0][i]);
  assert.deepEqual(Array.from((await corrupt(green, "brightness", 5)).data), [88, 176, 0, 76, 76, 76]);
  // 4 pixels at 0.65 are 2 blocks: the means of two neighbours.
  const ramp = await png(4, 1, 3, (i) => 10 * Math.floor(i / 3));
  assert.deepEqual(Array.from((await corrupt(ramp, "pixelate", 5)).data).filter((_, i) => i % 3 === 0), [5, 5, 25, 25]);
});

test("tiny, grey and transparent images keep their size, and transparency stays", async () => {
  const random = seededRandom(3);
  const noise = (): number => Math.floor(256 * random());
  const images = [await png(1, 1, 3, () => 90), await png(3, 2, 1, noise), await png(40, 9, 1, noise), await png(33, 20, 4, noise), await png(1, 50, 3, noise)];
  for (const bytes of images) {
    const before = await decoded(bytes);
    for (const kind of CORRUPTION_KINDS) {
      const asBmp = await corrupt(bytes, kind, 5);
      const asPng = await decoded(await corruptImage(bytes, { kind, severity: 5, seed: 0 }));
      assert.deepEqual([asBmp.width, asBmp.height, asBmp.channels], [before.width, before.height, before.channels], kind);
      assert.ok(asBmp.data.every((value, i) => value === asPng.data[i]), `${kind}: both formats hold the same`);
      if (before.channels === 4) assert.ok(asBmp.data.every((value, i) => i % 4 !== 3 || value === before.data[i]), kind);
    }
  }
});

test("large images are scaled to a shorter side of 256; of an animation the first frame is taken; EXIF turns it upright", async () => {
  const large = await sharp({ create: { width: 900, height: 600, channels: 3, background: "#404080" } }).jpeg().toBuffer();
  const { width, height } = await corrupt(large, "contrast", 1);
  assert.deepEqual([width, height], [384, 256]);

  const frames = await Promise.all([10, 200].map((value) => png(20, 10, 3, () => value)));
  const animation = await sharp(frames, { join: { animated: true } }).gif({ delay: [100, 100] }).toBuffer();
  assert.equal((await sharp(animation).metadata()).pages, 2);
  const first = await corrupt(animation, "contrast", 1);
  assert.deepEqual([first.width, first.height], [20, 10]);
  assert.ok(first.data.every((value, i) => i % first.channels === 3 || Math.abs(value - 10) < 3));

  const turned = await sharp(await png(30, 10, 3, () => 50)).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const upright = await corrupt(turned, "brightness", 1);
  assert.deepEqual([upright.width, upright.height], [10, 30]);
});

test("what is no image, and what is drawn out beyond use, is refused in words", async () => {
  const refused = (words: RegExp) => (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "bad-data" && words.test(thrown.message);
  const long = await sharp({ create: { width: 30_000, height: 200, channels: 3, background: "#fff" } }).png().toBuffer();
  await assert.rejects(corrupt(long, "contrast", 1), refused(/30000 × 200 pixels.*too drawn out/));
  await assert.rejects(corrupt(new TextEncoder().encode("no image"), "contrast", 1), refused(/cannot be decoded/));
});
