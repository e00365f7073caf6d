/** Names beside points, none over another or over a point. Pure. */

export interface LabelWish {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Has to be seen: it is placed first, and on the right where no place is free. */
  readonly isWanted: boolean;
}

export interface LabelPlace {
  /** Left end and middle of the text. */
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const HEIGHT = 14;
/** From the point's middle to its name. */
const BESIDE = 10;
/** Half a point. */
const POINT = 6;

function overlap(a: Box, b: Box): number {
  return Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
}

/**
 * Each label takes the first free one of eight places around its point; those that are wanted before the others. Greedy, as
 * Christensen, Marks & Shieber (1995) compare it.
 * @returns a place for each, null where none is free; a wanted one takes the least bad
 */
export function labelPlaces(wishes: readonly LabelWish[], bounds: Box): readonly (LabelPlace | null)[] {
  const taken: Box[] = wishes.map(({ x, y }) => ({ left: x - POINT, right: x + POINT, top: y - POINT, bottom: y + POINT }));
  const places = new Array<LabelPlace | null>(wishes.length).fill(null);
  const order = [...wishes.keys()].sort((a, b) => Number(wishes[b].isWanted) - Number(wishes[a].isWanted) || a - b);
  for (const i of order) {
    const { x, y, width, isWanted } = wishes[i];
    const [right, left, middle] = [x + BESIDE, x - BESIDE - width, x - width / 2];
    const near = BESIDE * 0.7;
    const tries: readonly LabelPlace[] = [
      { x: right, y }, { x: left, y }, { x: right - 4, y: y - near }, { x: right - 4, y: y + near }, { x: left + 4, y: y - near }, { x: left + 4, y: y + near },
      { x: middle, y: y - HEIGHT - 1 }, { x: middle, y: y + HEIGHT + 1 },
      { x: right, y: y - 2 * HEIGHT }, { x: right, y: y + 2 * HEIGHT }, { x: left, y: y - 2 * HEIGHT }, { x: left, y: y + 2 * HEIGHT },
    ];
    let best: { readonly place: LabelPlace; readonly box: Box; readonly bad: number } | null = null;
    for (const place of tries) {
      const box: Box = { left: place.x - 2, right: place.x + width + 2, top: place.y - HEIGHT / 2, bottom: place.y + HEIGHT / 2 };
      if (box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom) continue;
      const bad = taken.reduce((sum, other, at) => sum + (at === i ? 0 : overlap(box, other)), 0);
      if (best === null || bad < best.bad) best = { place, box, bad };
      if (bad === 0) break;
    }
    if (best === null || (best.bad > 0 && !isWanted)) continue;
    places[i] = best.place;
    taken.push(best.box);
  }
  return places;
}
