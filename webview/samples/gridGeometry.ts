/** Where samples lie in a grid that is filled row by row, and how the keys move in it. Pure. */

export interface Grid {
  /** Samples. */
  readonly count: number;
  /** In a row, ≥ 1. */
  readonly columns: number;
}

/** How many cells of at least that width, in pixels, stand side by side; at least one. */
export function columnsIn(width: number, cell: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (cell + gap)));
}

/** Rows of the grid. */
export function gridRows({ count, columns }: Grid): number {
  return Math.ceil(count / columns);
}

/** Samples of a run of rows; `end` is excluded. */
export function samplesOf(first: number, end: number, { count, columns }: Grid): { readonly start: number; readonly end: number } {
  return { start: Math.min(count, Math.max(0, first) * columns), end: Math.min(count, end * columns) };
}

/**
 * Where a key leads from sample `index`; null for keys that do not move.
 * @param page rows on the screen
 */
export function moved(key: string, index: number, { count, columns }: Grid, page: number): number | null {
  const last = count - 1;
  // Up and down stay in their column; at the edge they stay where they are, but for a last row that is shorter.
  const vertically = (rows: number): number => {
    const row = Math.floor(index / columns);
    const to = Math.min(Math.floor(last / columns), Math.max(0, row + rows));
    return Math.min(last, to * columns + (index % columns));
  };
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowRight":
      return Math.min(last, index + 1);
    case "ArrowUp":
      return vertically(-1);
    case "ArrowDown":
      return vertically(1);
    case "PageUp":
      return vertically(-Math.max(1, page));
    case "PageDown":
      return vertically(Math.max(1, page));
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

/**
 * The scroll position at which a row is on the screen whole, moving as little as may be.
 * @param top of the row, in the coordinates of `scroll`
 * @param screen what is seen at `scroll`: from `scroll + covered` (under what sticks to the top) to `scroll + height`
 */
export function scrollFor(top: number, height: number, scroll: number, screen: { readonly height: number; readonly covered: number }): number {
  if (top < scroll + screen.covered) return Math.max(0, top - screen.covered);
  return top + height > scroll + screen.height ? Math.max(0, top + height - screen.height) : scroll;
}
