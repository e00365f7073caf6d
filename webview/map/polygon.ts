/** Polygons drawn by hand. Pure. */

/** x and y of each corner; the last is joined with the first. */
export type Polygon = ArrayLike<number>;

/** Even-odd rule: crossings of a ray to the right (W. R. Franklin's PNPOLY). */
export function isInPolygon(polygon: Polygon, x: number, y: number): boolean {
  let isInside = false;
  const corners = polygon.length >> 1;
  for (let i = 0, j = corners - 1; i < corners; j = i++) {
    const yi = polygon[2 * i + 1];
    const yj = polygon[2 * j + 1];
    if (yi > y !== yj > y && x < ((polygon[2 * j] - polygon[2 * i]) * (y - yi)) / (yj - yi) + polygon[2 * i]) isInside = !isInside;
  }
  return isInside;
}
