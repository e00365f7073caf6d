import { BATCH, ProbeTrainer } from "../importance/probeTrainer.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { keepTaught, type Predictions } from "./predictions.ts";

/** Every subset is trained for the same number of steps, as the same compute would: a small one sees each sample more often. */
const STEPS = 400;
const MOST_EPOCHS = 100;

/**
 * Linear probes on embeddings: softmax regression by SGD for the same number of steps whatever the size of the subset.
 * One object serves many subsets of one pool.
 */
export class SubsetProbe {
  private constructor(private readonly trainer: ProbeTrainer, private readonly label: Int32Array, private readonly classes: number) {}

  /** @param label class of each sample of the pool, −1 for none: those do not teach */
  static async create(pool: EmbeddingMatrix, label: Int32Array, classes: number): Promise<SubsetProbe> {
    return new SubsetProbe(await ProbeTrainer.create(pool, label, classes, 1), label, classes);
  }

  /**
   * Trains on a subset and predicts target sets.
   * @param rows of the pool
   * @returns one answer for each target set; null where no row of the subset has a label
   */
  async evaluate(rows: Uint32Array, targets: readonly EmbeddingMatrix[], seed: number, signal?: AbortSignal): Promise<readonly Predictions[] | null> {
    const taught = rows.filter((row) => this.label[row] >= 0);
    if (taught.length === 0) return null;
    const isTaught = new Uint8Array(this.classes);
    for (const row of taught) isTaught[this.label[row]] = 1;
    const epochs = Math.max(1, Math.min(MOST_EPOCHS, Math.round(STEPS / Math.ceil(taught.length / BATCH))));
    const watch = signal === undefined ? {} : { signal };
    const w = await this.trainer.train({ rows: taught, epochs, weightSeed: seed * 31 + 7, orderSeed: seed * 1009 + 3, ...watch });
    const answers: Predictions[] = [];
    for (const target of targets) {
      const probabilities = new Float32Array(target.rows * this.classes);
      await this.trainer.predictMatrix(w, target, (batch, p) => {
        for (let b = 0; b < batch.length; b++) keepTaught(p, b, isTaught, probabilities, batch[b]);
      }, signal);
      answers.push({ rows: target.rows, classes: this.classes, probabilities });
    }
    return answers;
  }

  close(): Promise<void> {
    return this.trainer.close();
  }
}
