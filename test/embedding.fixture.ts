/** Embeds a dataset with an encoder that takes its time, to be killed on the way: `embedding.fixture.ts DATASET LOG`. */
import { openDataset } from "../src/core/dataset/openDataset.ts";
import type { Encoder, PendingBatch } from "../src/core/embedding/encoder.ts";
import { HashedText } from "../src/core/embedding/hashedText.ts";
import { embedDataset } from "../src/core/indexing/embedDataset.ts";
import { VectorLog } from "../src/core/store/vectorLog.ts";

const [dataset, file] = process.argv.slice(2);
const inner = new HashedText();
const slow: Encoder = {
  name: "slow", key: inner.key, dimensions: inner.dimensions, batchSize: 4, defaultThreshold: 0.9,
  prepare: (contents): Promise<PendingBatch> => Promise.resolve(() => slow.encode(contents)),
  encode: async (contents) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return inner.encode(contents);
  },
  close: () => Promise.resolve(),
};
const log = await VectorLog.open(file, slow.key, slow.dimensions);
await embedDataset(await openDataset(dataset), slow, log, { onProgress: (done) => { process.stdout.write(`${done}\n`); } });
await log.close();
