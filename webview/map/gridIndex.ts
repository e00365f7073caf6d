/** Finds points of the map by their place: rows sorted into the cells of a square grid. Pure. */
import type { Box } from "./camera.ts";
import { isInPolygon, type Polygon } from "./polygon.ts";

const POINTS_IN_CELL = 4;
const MOST_CELLS_A_SIDE = 1024;

export class GridIndex {
  readonly #xy: Float32Array;
  readonly #side: number;
  readonly #left: number;
  readonly #bottom: number;
  /** Cells for one unit of the map. */
  readonly #perUnit: number;
  /** Rows of cell c stand at starts[c] … starts[c + 1]; cells of a row of the grid stand together. */
  readonly #starts: Uint32Array;
  readonly #rows: Uint32Array;

  /** @param xy two coordinates a row, not copied */
  constructor(xy: Float32Array, { left, right, bottom, top }: Box) {
    const count = xy.length >> 1;
    const side = Math.min(MOST_CELLS_A_SIDE, Math.max(1, Math.ceil(Math.sqrt(count / POINTS_IN_CELL))));
    this.#xy = xy;
    this.#side = side;
    this.#left = left;
    this.#bottom = bottom;
    this.#perUnit = side / Math.max(1e-6, right - left, top - bottom);
    const cells = new Uint32Array(count);
    const starts = new Uint32Array(side * side + 1);
    for (let row = 0; row < count; row++) {
      const cell = this.#line(xy[2 * row + 1] - bottom) * side + this.#line(xy[2 * row] - left);
      cells[row] = cell;
      starts[cell + 1]++;
    }
    for (let cell = 0; cell < side * side; cell++) starts[cell + 1] += starts[cell];
    const next = starts.slice(0, side * side);
    const rows = new Uint32Array(count);
    for (let row = 0; row < count; row++) rows[next[cells[row]]++] = row;
    this.#starts = starts;
    this.#rows = rows;
  }

  /**
   * The row nearest to a place, of those with `mask` not 0; of equally near ones the first.
   * @param reach farthest distance, in units of the map; Infinity for any
   * @param mask one entry a row; null for all rows
   * @returns null where there is none in reach
   */
  nearest(x: number, y: number, reach: number, mask: Uint8Array | null): number | null {
    const xy = this.#xy;
    const side = this.#side;
    const column = this.#line(x - this.#left);
    const line = this.#line(y - this.#bottom);
    // A place beside the grid is that much farther from every cell.
    const outside = Math.hypot(
      Math.max(0, this.#left - x, x - this.#left - side / this.#perUnit), Math.max(0, this.#bottom - y, y - this.#bottom - side / this.#perUnit));
    let best = -1;
    let bestSquare = reach * reach;
    for (let ring = 0; ring < side; ring++) {
      // Whatever lies in a farther ring is at least so far away.
      const least = outside > 0 ? outside : (ring - 1) / this.#perUnit;
      if (least > 0 && least * least > bestSquare) break;
      for (let cy = Math.max(0, line - ring); cy <= Math.min(side - 1, line + ring); cy++) {
        const isEdge = cy === line - ring || cy === line + ring;
        for (let cx = Math.max(0, column - ring); cx <= Math.min(side - 1, column + ring); cx++) {
          if (!isEdge && cx !== column - ring && cx !== column + ring) {
            // From the left side of the ring to its right one.
            cx = column + ring - 1;
            continue;
          }
          const cell = cy * side + cx;
          for (let at = this.#starts[cell]; at < this.#starts[cell + 1]; at++) {
            const row = this.#rows[at];
            if (mask !== null && mask[row] === 0) continue;
            const dx = xy[2 * row] - x;
            const dy = xy[2 * row + 1] - y;
            const square = dx * dx + dy * dy;
            if (square < bestSquare || (square === bestSquare && (best < 0 || row < best))) {
              best = row;
              bestSquare = square;
            }
          }
        }
      }
    }
    return best < 0 ? null : best;
  }

  /** Rows within a box, borders included; ascending. */
  inBox({ left, right, bottom, top }: Box): Uint32Array {
    const xy = this.#xy;
    return this.#collect(left, right, bottom, top, (row) => {
      const x = xy[2 * row];
      const y = xy[2 * row + 1];
      return x >= left && x <= right && y >= bottom && y <= top;
    });
  }

  /**
   * Rows within a polygon (even-odd, as it is drawn), ascending. Cells that no edge passes lie inside or outside as a whole,
   * and neighbours of them in a line of the grid alike, so that most points are never tested one by one.
   */
  inPolygon(polygon: Polygon): Uint32Array {
    const corners = polygon.length >> 1;
    if (corners < 3) return new Uint32Array(0);
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let at = 0; at < 2 * corners; at += 2) {
      left = Math.min(left, polygon[at]);
      right = Math.max(right, polygon[at]);
      bottom = Math.min(bottom, polygon[at + 1]);
      top = Math.max(top, polygon[at + 1]);
    }
    const crossed = this.#crossedCells(polygon);
    const xy = this.#xy;
    const side = this.#side;
    const [firstColumn, lastColumn] = [this.#line(left - this.#left), this.#line(right - this.#left)];
    const [firstLine, lastLine] = [this.#line(bottom - this.#bottom), this.#line(top - this.#bottom)];
    const found = new Uint32Array(this.#rows.length);
    let count = 0;
    for (let cy = firstLine; cy <= lastLine; cy++) {
      let isKnown = false;
      let inside = false;
      for (let cx = firstColumn; cx <= lastColumn; cx++) {
        const cell = cy * side + cx;
        if (crossed[cell] !== 0) {
          isKnown = false;
          for (let at = this.#starts[cell]; at < this.#starts[cell + 1]; at++) {
            const row = this.#rows[at];
            if (isInPolygon(polygon, xy[2 * row], xy[2 * row + 1])) found[count++] = row;
          }
          continue;
        }
        if (!isKnown) {
          inside = isInPolygon(polygon, this.#left + (cx + 0.5) / this.#perUnit, this.#bottom + (cy + 0.5) / this.#perUnit);
          isKnown = true;
        }
        if (!inside) continue;
        for (let at = this.#starts[cell]; at < this.#starts[cell + 1]; at++) found[count++] = this.#rows[at];
      }
    }
    return found.slice(0, count).sort();
  }

  /** 1 for cells that an edge may pass. */
  #crossedCells(polygon: Polygon): Uint8Array {
    const side = this.#side;
    const crossed = new Uint8Array(side * side);
    const corners = polygon.length >> 1;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const [fromX, fromY] = [(polygon[2 * j] - this.#left) * this.#perUnit, (polygon[2 * j + 1] - this.#bottom) * this.#perUnit];
      const [toX, toY] = [(polygon[2 * i] - this.#left) * this.#perUnit, (polygon[2 * i + 1] - this.#bottom) * this.#perUnit];
      // In pieces no longer than a cell, each with all cells that its box touches; what lies beside the grid counts to its border.
      const pieces = Math.min(4 * MOST_CELLS_A_SIDE, Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY))));
      for (let piece = 0; piece < pieces; piece++) {
        const [x0, x1] = [fromX + ((toX - fromX) * piece) / pieces, fromX + ((toX - fromX) * (piece + 1)) / pieces];
        const [y0, y1] = [fromY + ((toY - fromY) * piece) / pieces, fromY + ((toY - fromY) * (piece + 1)) / pieces];
        const lastColumn = this.#clamped(Math.max(x0, x1));
        const lastLine = this.#clamped(Math.max(y0, y1));
        for (let cy = this.#clamped(Math.min(y0, y1)); cy <= lastLine; cy++) {
          for (let cx = this.#clamped(Math.min(x0, x1)); cx <= lastColumn; cx++) crossed[cy * side + cx] = 1;
        }
      }
    }
    return crossed;
  }

  #collect(left: number, right: number, bottom: number, top: number, isWanted: (row: number) => boolean): Uint32Array {
    const found = new Uint32Array(this.#rows.length);
    let count = 0;
    const lastLine = this.#line(top - this.#bottom);
    const lastColumn = this.#line(right - this.#left);
    for (let cy = this.#line(bottom - this.#bottom); cy <= lastLine; cy++) {
      const start = this.#starts[cy * this.#side + this.#line(left - this.#left)];
      const end = this.#starts[cy * this.#side + lastColumn + 1];
      for (let at = start; at < end; at++) if (isWanted(this.#rows[at])) found[count++] = this.#rows[at];
    }
    return found.slice(0, count).sort();
  }

  /** Line or column of a distance from the grid's edge, in units of the map. */
  #line(distance: number): number {
    return this.#clamped(distance * this.#perUnit);
  }

  #clamped(cells: number): number {
    return cells > 0 ? Math.min(this.#side - 1, Math.floor(cells)) : 0;
  }
}
