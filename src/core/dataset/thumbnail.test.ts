import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import sharp from "sharp";
import { testFolder } from "./folder.fixture.ts";
import { knownThumbnail, writeThumbnail } from "./thumbnail.ts";

const picture = (width: number, height: number, background: string): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } }).jpeg().toBuffer();

test("writes a WebP whose longer side is the size asked for, once for one content and size", async (t) => {
  const folder = testFolder(t);
  const bytes = await picture(300, 150, "#3060a0");
  const file = await writeThumbnail(bytes, "00ff00ff00ff00ff", 96, folder);
  const { format, width, height } = await sharp(file).metadata();
  assert.deepEqual([format, width, height], ["webp", 96, 48]);
  const { mtimeMs, ino } = fs.statSync(file);
  assert.equal(await writeThumbnail(bytes, "00ff00ff00ff00ff", 96, folder), file);
  assert.deepEqual([fs.statSync(file).mtimeMs, fs.statSync(file).ino], [mtimeMs, ino]);
  assert.notEqual(await writeThumbnail(bytes, "00ff00ff00ff00ff", 48, folder), file);
});

test("exact copies shown side by side all get the one thumbnail, and no temporary file stays", async (t) => {
  const folder = testFolder(t);
  const bytes = await picture(400, 400, "#a03010");
  const files = await Promise.all(Array.from({ length: 12 }, () => writeThumbnail(bytes, "aa00000000000000", 128, folder)));
  assert.equal(new Set(files).size, 1);
  assert.deepEqual(fs.readdirSync(path.dirname(files[0])), [path.basename(files[0])]);
});

test("tiny images grow, a broken one is an error and leaves nothing", async (t) => {
  const folder = testFolder(t);
  const tiny = await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), { raw: { width: 2, height: 1, channels: 3 } }).webp({ lossless: true }).toBuffer();
  const { data, info } = await sharp(await writeThumbnail(tiny, "bb00000000000000", 64, folder)).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height], [64, 32]);
  assert.ok(data[0] > 200 && data[2] < 60, "the left half stays red up to its edge");
  const good = await picture(200, 200, "#102030");
  await assert.rejects(writeThumbnail(good.subarray(0, 200), "cc00000000000000", 64, folder));
  assert.deepEqual(fs.existsSync(path.join(folder, "cc")) ? fs.readdirSync(path.join(folder, "cc")) : [], []);
});

test("a small JPEG or PNG is its own thumbnail, and is known from then on; one with an orientation of its own is not", async (t) => {
  const folder = testFolder(t);
  const small = sharp({ create: { width: 32, height: 24, channels: 3, background: "#205090" } });
  const [jpeg, png, turned] = await Promise.all([small.clone().jpeg().toBuffer(), small.clone().png().toBuffer(), small.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer()]);
  for (const [bytes, digest, ending] of [[jpeg, "ee00000000000001", ".jpg"], [png, "ee00000000000002", ".png"]] as const) {
    assert.equal(await knownThumbnail(digest, 96, folder), null);
    const file = await writeThumbnail(bytes, digest, 96, folder);
    assert.equal(path.extname(file), ending);
    assert.deepEqual(fs.readFileSync(file), bytes);
    assert.equal(await knownThumbnail(digest, 96, folder), file);
    assert.equal(await knownThumbnail(digest, 48, folder), null);
  }
  const { format, width, height } = await sharp(await writeThumbnail(turned, "ee00000000000003", 96, folder)).metadata();
  assert.deepEqual([format, width, height], ["webp", 72, 96]);
});

test("a BMP, which the decoder library cannot read, is shown too", async (t) => {
  const folder = testFolder(t);
  const head = Buffer.alloc(54);
  head.write("BM", "latin1");
  for (const [value, at] of [[54 + 16, 2], [54, 10], [40, 14], [2, 18], [2, 22], [1 | (24 << 16), 26]]) head.writeUInt32LE(value, at);
  const pixels = Buffer.from([255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0]);
  const { data } = await sharp(await writeThumbnail(Buffer.concat([head, pixels]), "dd00000000000000", 32, folder)).raw().toBuffer({ resolveWithObject: true });
  assert.ok(data[2] > 200 && data[0] < 60, "blue");
});
