/** Which rows of a list of equal rows are on the screen. Pure. */
export interface Rows {
  readonly first: number;
  /** Excluded. */
  readonly end: number;
}

/**
 * @param top pixels from the list's upper edge up to the upper edge of the screen; negative while the list starts below it
 * @param height of the screen, in pixels
 * @param spare rows kept before and after
 */
export function rowsOnScreen(top: number, height: number, rowHeight: number, count: number, spare: number): Rows {
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return end <= first ? { first: 0, end: 0 } : { first, end };
}

/** The pages of `size` rows that hold the given rows. */
export function pagesOf({ first, end }: Rows, size: number): readonly number[] {
  const pages: number[] = [];
  for (let page = Math.floor(first / size); page * size < end; page++) pages.push(page);
  return pages;
}
