/** Points of a chart that can be looked at one by one, and the way from one to the next. Pure. */

export interface Mark {
  /** The same for the same point when the chart is drawn again. */
  readonly key: string;
  readonly strategy: number;
  /** Marks of one column stand side by side: one budget, one axis. */
  readonly column: number;
  /** In pixels of the drawing. */
  readonly x: number;
  readonly y: number;
  /** Drawn faintly: others are meant rather than it. */
  readonly isFaint: boolean;
  readonly title: string;
  /** Terms and values; lines of their own have no term. */
  readonly facts: readonly (readonly [term: string, value: string])[];
}

/** How much nearer a faint mark has to be, in pixels. */
const FAINT_HANDICAP = 8;

/** The mark that is meant at a place; null where none is within reach. */
export function nearestMark(marks: readonly Mark[], x: number, y: number, reach: number): Mark | null {
  let best: Mark | null = null;
  let least = Infinity;
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - x, mark.y - y);
    const handicapped = distance + (mark.isFaint ? FAINT_HANDICAP : 0);
    if (distance > reach || handicapped >= least) continue;
    best = mark;
    least = handicapped;
  }
  return best;
}

export type Direction = "left" | "right" | "up" | "down" | "first" | "last";

/**
 * The next mark: along the strategy's own line where it has several, across the lines of one column; where each has but one
 * mark, all of them by their place.
 * @param isTurned lines go down, columns lie side by side from left to right
 */
export function neighbour(marks: readonly Mark[], at: Mark, direction: Direction, isTurned: boolean): Mark {
  const isHorizontal = direction === "left" || direction === "right" || direction === "first" || direction === "last";
  const own = marks.filter(({ strategy }) => strategy === at.strategy);
  const isAlong = isHorizontal !== isTurned;
  const row = isAlong ? (own.length > 1 ? own : marks) : marks.filter(({ column }) => column === at.column);
  const place = (mark: Mark): number => (isHorizontal ? mark.x : mark.y);
  const order = [...row].sort((a, b) => place(a) - place(b) || a.strategy - b.strategy);
  const from = order.findIndex(({ key }) => key === at.key);
  const to = direction === "first" ? 0 : direction === "last" ? order.length - 1 : from + (direction === "right" || direction === "down" ? 1 : -1);
  return order[Math.max(0, Math.min(order.length - 1, to))] ?? at;
}
