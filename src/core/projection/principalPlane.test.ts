import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../random.ts";
import { principalPlane } from "./principalPlane.ts";
import { Turns } from "./turns.ts";

const plane = (rows: number, dims: number, data: Float32Array, seed = 0): Promise<Float32Array> => principalPlane({ rows, dims, data }, seed, new Turns(2, undefined, undefined));

test("the two directions of most variance are found, in units of the first", async () => {
  const random = seededRandom(2);
  const rows = 5000;
  const data = new Float32Array(rows * 8);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < 8; d++) data[i * 8 + d] = 0.3 + (d === 5 ? 1 : d === 2 ? 0.5 : 0.05) * (random() - 0.5);
  }
  const found = await plane(rows, 8, data);
  let alongFirst = 0;
  let alongSecond = 0;
  let squares = [0, 0];
  for (let i = 0; i < rows; i++) {
    alongFirst += found[2 * i] * (data[i * 8 + 5] - 0.3);
    alongSecond += found[2 * i + 1] * (data[i * 8 + 2] - 0.3);
    squares = [squares[0] + found[2 * i] ** 2, squares[1] + found[2 * i + 1] ** 2];
  }
  assert.ok(Math.abs(squares[0] / rows - 1) < 0.05 && Math.abs(squares[1] / rows - 0.25) < 0.02, squares.join(" "));
  // Correlation with the axes; the sign is that of the largest loading.
  assert.ok(alongFirst / rows > 0.99 / Math.sqrt(12) && alongSecond / rows > 0.99 * 0.25 / Math.sqrt(12), `${alongFirst / rows}, ${alongSecond / rows}`);
});

test("no variance, one row and one dimension give finite coordinates", async () => {
  assert.deepEqual([...await plane(3, 2, new Float32Array(6).fill(Math.SQRT1_2))], [0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...await plane(1, 3, Float32Array.of(1, 0, 0))], [0, 0]);
  assert.deepEqual([...await plane(2, 1, Float32Array.of(-1, 1))], [-1, 0, 1, 0]);
  assert.equal((await plane(0, 4, new Float32Array(0))).length, 0);
});
