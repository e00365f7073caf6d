import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { Memberships } from "./memberships.ts";
import type { Turns } from "./turns.ts";

/** A symmetric weighted graph as CSR, both directions stored: row i's edges stand at `offsets[i]` … `offsets[i + 1] − 1`. */
export interface FuzzyGraph {
  readonly rows: number;
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  /** In (0, 1]. */
  readonly weights: Float32Array;
}

const PIECE = 2048;

/**
 * The fuzzy union of what each end says of an edge (UMAP, section 3.1): `w = v_ij + v_ji − v_ij · v_ji`. Its memory is 8 bytes an
 * edge and direction, and 4 bytes a list entry while it is made. Counts 2 with `turns`.
 * @param place the node of the graph that stands for each row of the lists: a permutation
 */
export async function fuzzyUnion(lists: NeighborLists, { rows, width, strengths }: Memberships, place: Uint32Array, turns: Turns): Promise<FuzzyGraph> {
  const { neighbors, k } = lists;
  // Weight of each list entry; negative where the other end lists it too and will store its own direction.
  const joined = new Float32Array(rows * width);
  const offsets = new Uint32Array(rows + 1);
  await turns.each(rows, PIECE, 1, (from, to) => {
    for (let i = from; i < to; i++) {
      for (let r = 0, at = i * width; r < width; r++, at++) {
        const own = strengths[at];
        const j = neighbors[i * k + r];
        if (!(own > 0) || j === i) continue;
        let back = 0;
        for (let s = 0; s < width; s++) {
          if (neighbors[j * k + s] === i) {
            back = strengths[j * width + s];
            break;
          }
        }
        offsets[place[i] + 1]++;
        if (back === 0) offsets[place[j] + 1]++;
        joined[at] = back === 0 ? own : -(own + back - own * back);
      }
    }
  });
  for (let i = 0; i < rows; i++) offsets[i + 1] += offsets[i];
  const columns = new Uint32Array(offsets[rows]);
  const weights = new Float32Array(offsets[rows]);
  const cursor = offsets.slice(0, rows);
  await turns.each(rows, PIECE, 1, (from, to) => {
    for (let i = from; i < to; i++) {
      const own = place[i];
      for (let r = 0, at = i * width; r < width; r++, at++) {
        const weight = joined[at];
        if (weight === 0) continue;
        const other = place[neighbors[i * k + r]];
        columns[cursor[own]] = other;
        weights[cursor[own]++] = Math.abs(weight);
        if (weight < 0) continue;
        columns[cursor[other]] = own;
        weights[cursor[other]++] = weight;
      }
    }
  });
  return { rows, offsets, columns, weights };
}
