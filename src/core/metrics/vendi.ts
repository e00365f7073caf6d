import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { measured, type Measured } from "./measured.ts";
import { gramMatrix, whyUnusable } from "./products.ts";
import { symmetricEigenvalues } from "./symmetricEigenvalues.ts";

/**
 * Vendi score (Friedman and Dieng, TMLR 2023): `exp(−Σ λ_i ln λ_i)` over the eigenvalues λ of `K / n`, K the cosines of n
 * samples: how many samples, all unlike one another, would be as diverse. In [1, min(n, d)]: 1 for copies of one sample.
 * With normalised rows X the eigenvalues above 0 of `XXᵀ / n` are those of `XᵀX / n`, so the smaller of the two is enough.
 * @param matrix `n × d`, L2-normalised
 * @throws CancelledError
 */
export async function vendiScore(matrix: EmbeddingMatrix, options: SearchOptions = {}): Promise<Measured> {
  const why = whyUnusable(matrix, "samples");
  if (why !== null) return { notDefined: why };
  const { rows, dims } = matrix;
  const size = Math.min(rows, dims);
  const gram = await gramMatrix(rows < dims ? transposed(matrix) : matrix, options);
  let trace = 0;
  for (let c = 0; c < size; c++) trace += gram[c * size + c];
  const eigenvalues = await symmetricEigenvalues(gram, size, options.signal);
  let entropy = 0;
  for (const eigenvalue of eigenvalues) {
    // The trace is n but for rounding; eigenvalues of a semidefinite matrix lie below 0 by rounding alone.
    const share = eigenvalue / trace;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return measured(Math.max(1, Math.min(size, Math.exp(entropy))));
}

function transposed({ rows, dims, data }: EmbeddingMatrix): EmbeddingMatrix {
  const turned = new Float32Array(rows * dims);
  for (let r = 0; r < rows; r++) for (let c = 0; c < dims; c++) turned[c * rows + r] = data[r * dims + c];
  return { rows: dims, dims: rows, data: turned };
}
