const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The value of IEEE 754 half-precision bits. */
export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Half-precision bits of a value, rounded to the nearest, ties to even; beyond the range, infinite. */
export function toHalf(value: number): number {
  floats[0] = value;
  const sign = (words[0] >>> 16) & 0x8000;
  const size = Math.abs(floats[0]);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below the least normal number steps are even; above, each power of two has 1024 of them.
  const exponent = size < 2 ** -14 ? -14 : ((words[0] >>> 23) & 0xff) - 127;
  const steps = size / 2 ** (exponent - 10);
  let whole = Math.floor(steps);
  const rest = steps - whole;
  if (rest > 0.5 || (rest === 0.5 && (whole & 1) === 1)) whole++;
  // Counted from the exponent's start, so that a carry goes into the exponent by itself.
  return sign | (((exponent + 14) << 10) + whole);
}
