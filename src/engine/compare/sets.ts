import type { Dataset } from "../../core/dataset/dataset.ts";
import { loadHasher } from "../../core/dataset/identity.ts";
import { takeSamples } from "../../core/dataset/content.ts";
import type { Embedded } from "../../core/indexing/buildIndex.ts";
import { takeRows, type EmbeddingMatrix } from "../../core/neighbors/neighborSearch.ts";

/** A set of samples with their vectors; row i of the matrix is sample i. */
export interface EmbeddedSet {
  readonly name: string;
  readonly dataset: Dataset;
  /** L2-normalised. */
  readonly matrix: EmbeddingMatrix;
  readonly digests: BigUint64Array;
}

export function embeddedSet(name: string, { dataset, matrix, digests }: Pick<Embedded, "dataset" | "matrix" | "digests">): EmbeddedSet {
  return { name, dataset, matrix, digests };
}

/** The given rows of a set, in their order. */
export function takeOfSet(set: EmbeddedSet, rows: Uint32Array): EmbeddedSet {
  return { name: set.name, dataset: takeSamples(set.dataset, rows), matrix: takeRows(set.matrix, rows), digests: BigUint64Array.from(rows, (row) => set.digests[row]) };
}

/**
 * Digest of ids and contents, whatever their order: 16 hexadecimal digits.
 * @param rows the samples; all where null
 */
export async function digestOfSet({ dataset, digests }: Pick<EmbeddedSet, "dataset" | "digests">, rows: Uint32Array | null = null): Promise<string> {
  const hasher = await loadHasher();
  const line = (row: number): string => `${dataset.ids[row]}\0${digests[row].toString(16)}\n`;
  return hasher.hex((rows === null ? dataset.ids.map((_, row) => line(row)) : Array.from(rows, line)).sort().join(""));
}

/** One list of classes for several sets. */
export interface SharedClasses {
  readonly names: readonly string[];
  /** For each set the shared number of each of its own classes. */
  readonly codes: readonly Int32Array[];
}

const keyOf = (name: string): string => name.normalize("NFKC").trim().toLowerCase().replace(/[\s_-]+/g, " ");

/**
 * Classes of several sets by name: the same name is the same class, and so is one that differs in case, blanks, hyphens
 * and underscores alone, unless the set has both spellings itself. A class of any set is among the names.
 * @param lists the classes of each set
 */
export function sharedClasses(lists: readonly (readonly string[])[]): SharedClasses {
  const names: string[] = [];
  const byName = new Map<string, number>();
  const byKey = new Map<string, number>();
  const codes = lists.map((own) => {
    const isOwn = new Set(own);
    const taken = new Set<number>();
    return Int32Array.from(own, (name) => {
      const alike = byKey.get(keyOf(name));
      let code = byName.get(name);
      if (code === undefined && alike !== undefined && !isOwn.has(names[alike]) && !taken.has(alike)) code = alike;
      if (code === undefined) {
        code = names.length;
        names.push(name);
        byName.set(name, code);
        if (alike === undefined) byKey.set(keyOf(name), code);
      }
      taken.add(code);
      return code;
    });
  });
  return { names, codes };
}

/** A set's labels by the shared classes; −1 stays. */
export function sharedLabels(label: Int32Array, codes: Int32Array): Int32Array {
  return label.map((code) => (code < 0 ? -1 : codes[code]));
}

/** Matrices of the same width, one under the other. */
export function stacked(matrices: readonly EmbeddingMatrix[]): EmbeddingMatrix {
  if (matrices.length === 1) return matrices[0];
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const dims = matrices[0].dims;
  const data = new Float32Array(rows * dims);
  let at = 0;
  for (const matrix of matrices) {
    data.set(matrix.data.subarray(0, matrix.rows * dims), at);
    at += matrix.rows * dims;
  }
  return { rows, dims, data };
}
