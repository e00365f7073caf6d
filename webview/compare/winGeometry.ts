/** Weights of three utilities as places in a triangle, of two as places on a segment. Pure. */

export type Place = readonly [x: number, y: number];

/** Corners of a triangle with its base down: the first weight's at the top, then left, then right. */
export function triangle(left: number, top: number, side: number): readonly [Place, Place, Place] {
  const height = (side * Math.sqrt(3)) / 2;
  return [[left + side / 2, top], [left, top + height], [left + side, top + height]];
}

/** Where weights that sum to 1 stand between the corners. */
export function placeOfWeights(corners: readonly Place[], weights: ArrayLike<number>): Place {
  let x = 0;
  let y = 0;
  corners.forEach(([cx, cy], i) => {
    x += weights[i] * cx;
    y += weights[i] * cy;
  });
  return [x, y];
}

/** The weights at a place of a triangle, together 1; null outside of it. */
export function weightsOfPlace([[ax, ay], [bx, by], [cx, cy]]: readonly [Place, Place, Place], [x, y]: Place): readonly [number, number, number] | null {
  const area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
  const a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area;
  const b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area;
  const c = 1 - a - b;
  return Math.min(a, b, c) < -1e-9 ? null : [Math.max(0, a), Math.max(0, b), Math.max(0, c)];
}

/** Centre of mass of a convex polygon, and how far from it the nearest edge is. */
export function middleOf(polygon: readonly Place[]): { readonly at: Place; readonly room: number } {
  let area = 0;
  let x = 0;
  let y = 0;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length];
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  const mean = (of: 0 | 1): number => polygon.reduce((sum, place) => sum + place[of], 0) / polygon.length;
  const at: Place = Math.abs(area) < 1e-9 ? [mean(0), mean(1)] : [x / (3 * area), y / (3 * area)];
  return { at, room: roomAt(polygon, at) };
}

/** How far the nearest edge of a convex polygon is from a place in it; negative outside. */
export function roomAt(polygon: readonly Place[], [x, y]: Place): number {
  let area = 0;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length];
    area += ax * by - bx * ay;
  });
  const side = area < 0 ? -1 : 1;
  return Math.min(...polygon.map(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length];
    const length = Math.hypot(bx - ax, by - ay);
    return length < 1e-9 ? Infinity : (side * ((bx - ax) * (y - ay) - (x - ax) * (by - ay))) / length;
  }));
}

/** The middle of a convex polygon, or a place above or below it that is `apart` from another one; the middle where there is no room. */
export function middleApart(polygon: readonly Place[], from: Place, apart: number, room: number): { readonly at: Place; readonly room: number } {
  const middle = middleOf(polygon);
  const isFree = ([x, y]: Place): boolean => Math.abs(x - from[0]) >= 2 * apart || Math.abs(y - from[1]) >= apart;
  if (isFree(middle.at)) return middle;
  const [x] = middle.at;
  const free = [from[1] - apart, from[1] + apart].map((y): Place => [x, y]).filter((place) => roomAt(polygon, place) >= room)
    .sort((a, b) => Math.abs(a[1] - middle.at[1]) - Math.abs(b[1] - middle.at[1])).at(0);
  return free === undefined ? middle : { at: free, room: roomAt(polygon, free) };
}

/** The places of a region's corners, `width` weights each. */
export function placesOf(frame: readonly Place[], corners: Float64Array): readonly Place[] {
  const width = frame.length;
  return Array.from({ length: corners.length / width }, (_, i) => placeOfWeights(frame, corners.subarray(i * width, (i + 1) * width)));
}
