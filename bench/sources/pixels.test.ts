import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../../src/core/random.ts";
import { blended, blurred, cutMixed, darkened, meanImage, mirrored, posterised, reposted, rotated, SIDE } from "./pixels.ts";

const flat = (value: number): Uint8Array => new Uint8Array(SIDE * SIDE * 3).fill(value);
const noisy = ((random) => Uint8Array.from({ length: SIDE * SIDE * 3 }, () => Math.floor(256 * random())))(seededRandom(5));

test("a flat image stays flat where light is not changed", () => {
  for (const [name, image] of Object.entries({ rotated: rotated(flat(90), 12), blurred: blurred(flat(90), 0.7), mean: meanImage([flat(80), flat(100)]), blended: blended(flat(60), flat(100), 0.25) })) {
    assert.deepEqual(image, flat(90), name);
  }
  assert.deepEqual(posterised(flat(90)), flat(85));
});

test("darkening follows its formula", () => {
  assert.equal(darkened(flat(255), 0.6, 1.3)[0], 153);
  assert.equal(darkened(flat(128), 0.6, 1.3)[0], Math.round(255 * 0.6 * Math.pow(128 / 255, 1.3)));
});

test("no turn and two mirrors change nothing; a quarter turn moves a corner", () => {
  assert.deepEqual(rotated(noisy, 0), noisy);
  assert.deepEqual(mirrored(mirrored(noisy)), noisy);
  const corner = flat(0);
  corner[0] = 200;
  const turned = rotated(corner, 90);
  assert.deepEqual(Array.from(turned.entries()).filter(([, value]) => value > 0), [[3 * (SIDE - 1), 200]]);
});

test("cut and paste takes a rectangle of a quarter to nine sixteenths", () => {
  for (let seed = 0; seed < 20; seed++) {
    const share = cutMixed(flat(0), flat(255), seededRandom(seed)).filter((value) => value === 255).length / (SIDE * SIDE * 3);
    assert.ok(share >= 1 / 4 && share <= 9 / 16, String(share));
  }
});

test("a repost is the same picture moved and toned", () => {
  const ramp = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => 60 + 3 * (Math.floor(at / 3) % SIDE));
  const copy = reposted(ramp, seededRandom(1));
  assert.notDeepEqual(copy, ramp);
  const off = copy.reduce((sum, value, at) => sum + Math.abs(value - ramp[at]), 0) / copy.length;
  assert.ok(off < 40, String(off));
});
