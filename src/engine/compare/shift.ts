import type { Config } from "../../core/config.ts";
import { SEVERITIES, type CorruptionKind } from "../../core/corruptions/corruption.ts";
import { chooseEncoder } from "../../core/embedding/chooseEncoder.ts";
import { embedShifted } from "../../core/indexing/embedShifted.ts";
import { takeRows, type EmbeddingMatrix } from "../../core/neighbors/neighborSearch.ts";
import { stratifiedSample } from "../../core/selection/pilotSample.ts";
import { stacked, takeOfSet, type EmbeddedSet } from "./sets.ts";

/** One of noise, blur, weather and digital each: the four families of Hendrycks & Dietterich. */
export const DEFAULT_CORRUPTIONS: readonly CorruptionKind[] = ["gaussian-noise", "defocus-blur", "fog", "jpeg"];
/** Target images that are corrupted, so that encoding them again stays a matter of a minute. */
const MOST_IMAGES = 1000;

/** Corrupted target samples, all kinds and severities one under the other. */
export interface CorruptedTarget {
  readonly matrix: EmbeddingMatrix;
  readonly label: Int32Array;
  /** 1 … 5. */
  readonly severity: Uint8Array;
  /** How many target images were taken. */
  readonly images: number;
}

/**
 * Vectors of a seeded sample of the target's images under each corruption at each severity.
 * @param label class of each target sample
 * @returns or why there are none
 */
export async function corruptTarget(
  target: EmbeddedSet, label: Int32Array, kinds: readonly CorruptionKind[], config: Config, cacheFolder: string,
  options: { readonly signal?: AbortSignal; readonly onProgress: (done: number, total: number) => void },
): Promise<CorruptedTarget | { readonly notDefined: string }> {
  if (kinds.length === 0) return { notDefined: "corruptions were left out" };
  if (config.embeddings !== null) return { notDefined: "vectors were imported, so that corrupted images cannot be encoded" };
  if (target.dataset.kind !== "image") return { notDefined: "the target's samples are no images; name a shifted set of your own" };
  if (!label.some((code) => code >= 0)) return { notDefined: "no target sample has a label" };
  const rows = stratifiedSample(target.matrix.rows, label, Math.min(MOST_IMAGES, target.matrix.rows), config.seed);
  const { dataset } = takeOfSet(target, rows);
  const encoder = await chooseEncoder(dataset.kind, config);
  const matrices: EmbeddingMatrix[] = [];
  const labels: number[] = [];
  const severities: number[] = [];
  const steps = kinds.length * SEVERITIES.length;
  try {
    for (const [k, kind] of kinds.entries()) {
      for (const severity of SEVERITIES) {
        const before = (k * SEVERITIES.length + severity - 1) * rows.length;
        const { matrix, rejected } = await embedShifted(dataset, encoder, cacheFolder, { kind, severity, seed: config.seed }, {
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          onProgress: (done) => options.onProgress(before + done, steps * rows.length),
        });
        const good = Uint32Array.from({ length: rows.length }, (_, row) => row).filter((row) => !rejected.has(row));
        matrices.push(good.length === rows.length ? matrix : takeRows(matrix, good));
        for (const row of good) {
          labels.push(label[rows[row]]);
          severities.push(severity);
        }
      }
    }
  } finally {
    await encoder.close();
  }
  if (labels.length === 0) return { notDefined: "none of the target's images could be corrupted" };
  return { matrix: stacked(matrices), label: Int32Array.from(labels), severity: Uint8Array.from(severities), images: rows.length };
}
