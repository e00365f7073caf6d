/** How well embeddings hold meaning: nearest neighbours and a linear probe on CIFAR-10's own split. */
import { ProbeTrainer } from "../../src/core/importance/probeTrainer.ts";
import { ExactSearch } from "../../src/core/neighbors/exactSearch.ts";
import type { EmbeddingMatrix } from "../../src/core/neighbors/neighborSearch.ts";

const K = 20;
const TEMPERATURE = 0.07;
const EPOCHS = 30;

/** Labelled embeddings; labels are 0 … classes − 1. */
export interface LabelledMatrix {
  readonly matrix: EmbeddingMatrix;
  readonly label: Int32Array;
}

/** Share of the test samples whose 20 nearest training samples vote for their class, each with `exp(cos / 0.07)`. */
export async function knnAccuracy(train: LabelledMatrix, test: LabelledMatrix, classes: number): Promise<number> {
  const search = await ExactSearch.create(train.matrix);
  const found = await search.search(test.matrix.data, K);
  const votes = new Float64Array(classes);
  let right = 0;
  for (let i = 0; i < test.matrix.rows; i++) {
    votes.fill(0);
    for (let r = i * K; r < (i + 1) * K; r++) votes[train.label[found.rows[r]]] += Math.exp(found.similarities[r] / TEMPERATURE);
    if (votes.indexOf(Math.max(...votes)) === test.label[i]) right++;
  }
  return right / test.matrix.rows;
}

/** Test accuracy of the softmax probe that also finds the product's hard samples, after 30 epochs. */
export async function probeAccuracy(train: LabelledMatrix, test: LabelledMatrix, classes: number): Promise<number> {
  const { dims, rows } = train.matrix;
  const data = new Float32Array((rows + test.matrix.rows) * dims);
  data.set(train.matrix.data);
  data.set(test.matrix.data, rows * dims);
  const label = Int32Array.from([...train.label, ...test.label]);
  const trainer = await ProbeTrainer.create({ rows: label.length, dims, data }, label, classes);
  try {
    const weights = await trainer.train({ rows: Uint32Array.from({ length: rows }, (_, i) => i), epochs: EPOCHS, weightSeed: 1, orderSeed: 1 });
    let right = 0;
    await trainer.predict(weights, Uint32Array.from({ length: test.matrix.rows }, (_, i) => rows + i), (batch, p) => {
      for (let b = 0; b < batch.length; b++) {
        const own = p.subarray(b * classes, (b + 1) * classes);
        if (own.indexOf(Math.max(...own)) === label[batch[b]]) right++;
      }
    });
    return right / test.matrix.rows;
  } finally {
    await trainer.close();
  }
}
