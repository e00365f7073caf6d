/** Share of the points on each side of an axis that may lie outside the frame's inner part. */
const TAIL = 0.005;
/** Points from which the tails are found: sorting a million would block others. */
const SAMPLE = 65_536;
/** Where the inner part ends when there are outliers. */
const INNER = 0.95;
/** Points are outliers only if the frame would have to be this much larger for them. */
const STRETCH = 1.25;

/**
 * Moves and scales points, row-major `rows × 2`, in place into [−1, 1]², both axes by the same factor. As a rule the frame is the
 * bounding box. Where that is over 1.25 times as large as the box of the middle 99% along each axis, a few outliers would squash the rest: then
 * the smaller box fills 0.95 of the frame, and what lies beyond is drawn towards the centre, in its direction, into the last 0.05; the
 * farther of two stays the farther. Points that are all alike lie at 0.
 */
export function fitFrame(points: Float32Array): void {
  if (points.length === 0) return;
  const [left, right, innerLeft, innerRight] = extent(points, 0);
  const [bottom, top, innerBottom, innerTop] = extent(points, 1);
  const whole = Math.max(right - left, top - bottom) / 2;
  const inner = Math.max(innerRight - innerLeft, innerTop - innerBottom) / 2;
  if (!(whole > 0)) {
    points.fill(0);
    return;
  }
  const hasOutliers = inner > 0 && whole > STRETCH * inner;
  const centreX = hasOutliers ? (innerLeft + innerRight) / 2 : (left + right) / 2;
  const centreY = hasOutliers ? (innerBottom + innerTop) / 2 : (bottom + top) / 2;
  const scale = hasOutliers ? INNER / inner : 1 / whole;
  const margin = 1 - INNER;
  for (let i = 0; i < points.length; i += 2) {
    const x = (points[i] - centreX) * scale;
    const y = (points[i + 1] - centreY) * scale;
    const reach = Math.max(Math.abs(x), Math.abs(y));
    const beyond = reach - INNER;
    const shrink = hasOutliers && beyond > 0 ? (INNER + (margin * beyond) / (margin + beyond)) / reach : 1;
    points[i] = Math.max(-1, Math.min(1, x * shrink));
    points[i + 1] = Math.max(-1, Math.min(1, y * shrink));
  }
}

/** Least and largest coordinate of an axis, and the same without the outer tails, from a sample where there are very many points. */
function extent(points: Float32Array, axis: number): readonly [number, number, number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (let at = axis; at < points.length; at += 2) {
    if (points[at] < least) least = points[at];
    if (points[at] > most) most = points[at];
  }
  const rows = points.length / 2;
  const stride = Math.ceil(rows / SAMPLE);
  const values = new Float32Array(Math.ceil(rows / stride));
  for (let i = 0, at = axis; i < values.length; i++, at += 2 * stride) values[i] = points[at];
  values.sort();
  const cut = Math.floor(TAIL * values.length);
  return [least, most, values[cut], values[values.length - 1 - cut]];
}
