/** What `bench/text.ts` measures of a text encoder. */
import type { Encoder } from "../src/core/embedding/encoder.ts";
import { ProbeTrainer } from "../src/core/importance/probeTrainer.ts";
import { ExactSearch } from "../src/core/neighbors/exactSearch.ts";
import { nearestNeighbors } from "../src/core/neighbors/neighborGraph.ts";
import { takeRows, type EmbeddingMatrix } from "../src/core/neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../src/core/random.ts";
import { leaderClusters, type Clusters } from "../src/core/redundancy/clusters.ts";
import { thresholdByEvidence } from "../src/core/redundancy/threshold.ts";

/** Neighbours of a list when the threshold is chosen, as when a dataset is indexed. */
const NEIGHBORS = 50;

/** Vectors of all texts; a text without a vector is an error. */
export async function embedTexts(encoder: Encoder, texts: readonly string[]): Promise<EmbeddingMatrix> {
  const data = new Float32Array(texts.length * encoder.dimensions);
  for (let first = 0; first < texts.length; first += encoder.batchSize) {
    const batch = texts.slice(first, first + encoder.batchSize);
    const { vectors, failures } = await encoder.encode(batch.map((text) => ({ kind: "text", text })));
    if (failures.size > 0) throw new Error(`"${batch[[...failures.keys()][0]]}": ${[...failures.values()][0]}`);
    data.set(vectors, first * encoder.dimensions);
  }
  return { rows: texts.length, dims: encoder.dimensions, data };
}

/** Two matrices one under the other. */
export function stacked(upper: EmbeddingMatrix, lower: EmbeddingMatrix): EmbeddingMatrix {
  const data = new Float32Array(upper.data.length + lower.data.length);
  data.set(upper.data);
  data.set(lower.data, upper.data.length);
  return { rows: upper.rows + lower.rows, dims: upper.dims, data };
}

/** Accuracy on `test` of a softmax probe taught by `train` for some epochs; rows of one matrix, seed 0. */
export async function probeAccuracy(matrix: EmbeddingMatrix, label: Int32Array, classes: number, train: Uint32Array, test: Uint32Array, epochs: number): Promise<number> {
  const trainer = await ProbeTrainer.create(matrix, label, classes);
  try {
    const w = await trainer.train({ rows: train, epochs, weightSeed: 0, orderSeed: 0 });
    let right = 0;
    await trainer.predict(w, test, (rows, p) => {
      for (let b = 0; b < rows.length; b++) {
        let best = 0;
        for (let c = 1; c < classes; c++) if (p[b * classes + c] > p[b * classes + best]) best = c;
        if (best === label[rows[b]]) right++;
      }
    });
    return right / test.length;
  } finally {
    await trainer.close();
  }
}

/** Accuracy on `test` of a vote of the k nearest of `train`, each with weight exp(cos / 0.07) (Wu et al. 2018). */
export async function neighborAccuracy(matrix: EmbeddingMatrix, label: Int32Array, classes: number, train: Uint32Array, test: Uint32Array, k: number): Promise<number> {
  const search = await ExactSearch.create(takeRows(matrix, train));
  const { rows, similarities } = await search.search(takeRows(matrix, test).data, k);
  const votes = new Float64Array(classes);
  let right = 0;
  for (let i = 0; i < test.length; i++) {
    votes.fill(0);
    for (let at = i * k; at < (i + 1) * k; at++) if (rows[at] >= 0) votes[label[train[rows[at]]]] += Math.exp((similarities[at] - 1) / 0.07);
    if (votes.indexOf(Math.max(...votes)) === label[test[i]]) right++;
  }
  return right / test.length;
}

/** Near-duplicate clusters as the index makes them. */
export async function nearDuplicates(matrix: EmbeddingMatrix, defaultThreshold: number): Promise<{ readonly threshold: number; readonly clusters: Clusters }> {
  const lists = await nearestNeighbors(matrix, await ExactSearch.create(matrix), NEIGHBORS);
  const threshold = thresholdByEvidence(lists, defaultThreshold).value;
  return { threshold, clusters: await leaderClusters(matrix, lists, threshold) };
}

/** Share of the pairs within one cluster that have one label, and how many samples stand behind a representative. */
export function clusterPurity({ count, offsets, members }: Clusters, label: Int32Array): { readonly purity: number; readonly duplicates: number } {
  let same = 0;
  let pairs = 0;
  for (let c = 0; c < count; c++) {
    for (let a = offsets[c]; a < offsets[c + 1]; a++) {
      for (let b = offsets[c]; b < a; b++) {
        pairs++;
        if (label[members[a]] === label[members[b]]) same++;
      }
    }
  }
  return { purity: pairs === 0 ? 1 : same / pairs, duplicates: members.length - count };
}

export const CHANGES = ["typo", "case", "punctuation", "word order", "greeting"] as const;
export type Change = (typeof CHANGES)[number];

const GREETINGS = ["Hi, ", "Hello there. ", "Hey! ", "Good morning, "];
const THANKS = [" Thanks!", " Please help.", " Thank you very much."];

/** The text with one small change of a kind that leaves it, to a reader, the same. */
export function changed(text: string, change: Change, random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const words = text.split(" ");
  switch (change) {
    case "typo": {
      // One for about every ten words: a letter lost, doubled, or swapped with the next one.
      for (let typos = Math.ceil(words.length / 10); typos > 0; typos--) {
        const long = words.map((word, i) => (word.length > 3 ? i : -1)).filter((i) => i >= 0);
        if (long.length === 0) break;
        const i = pick(long);
        const at = 1 + Math.floor(random() * (words[i].length - 2));
        const [head, letter, next, tail] = [words[i].slice(0, at), words[i][at], words[i][at + 1], words[i].slice(at + 2)];
        words[i] = head + pick([next, letter + letter + next, next + letter]) + tail;
      }
      return words.join(" ");
    }
    case "case":
      return pick([text.toUpperCase(), text.toLowerCase(), words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" ")]);
    case "punctuation":
      return pick([text.replace(/[?.!,'’]/gu, ""), `${text.replace(/[?.!]+$/u, "")}!!!`, text.replace(/ /gu, "  ").replace(/,? {2}(and|but|so)/gu, " - $1")]);
    case "word order": {
      // The last clause first, or, in a text of one clause, two neighbouring words swapped.
      const clauses = text.split(/(?<=[.?!,]) /u);
      if (clauses.length > 1) return [clauses[clauses.length - 1], ...clauses.slice(0, -1)].join(" ");
      if (words.length < 2) return text;
      const at = Math.floor(random() * (words.length - 1));
      [words[at], words[at + 1]] = [words[at + 1], words[at]];
      return words.join(" ");
    }
    case "greeting":
      return random() < 0.5 ? pick(GREETINGS) + text : text + pick(THANKS);
  }
}

export interface PlantedResult {
  readonly threshold: number;
  /** Share of the planted pairs at or above the threshold, by kind of change, in the order of {@link CHANGES}. */
  readonly recall: readonly number[];
  /** Of all pairs at or above the threshold, the share that joins different sources of different labels. */
  readonly falseShare: number;
  /** Share of the sources whose planted copy has the source's cluster. */
  readonly clustered: number;
}

/**
 * Plants a changed copy of each text and looks for it at the threshold that the pool itself gives.
 * @param label pairs of different texts with one label count neither for nor against
 */
export async function plantedDuplicates(encoder: Encoder, texts: readonly string[], label: Int32Array): Promise<PlantedResult> {
  const n = texts.length;
  const random = seededRandom(7);
  const order = seededPermutation(n, 7);
  const copies = texts.map((text, i) => changed(text, CHANGES[order[i] % CHANGES.length], random));
  const matrix = await embedTexts(encoder, [...texts, ...copies]);
  const { threshold, clusters } = await nearDuplicates(matrix, encoder.defaultThreshold);
  const found = new Float64Array(CHANGES.length);
  const planted = new Float64Array(CHANGES.length);
  let clustered = 0;
  let right = 0;
  let wrong = 0;
  const search = await ExactSearch.create(matrix);
  const k = Math.min(200, 2 * n);
  const { rows, similarities } = await search.search(matrix.data, k);
  for (let i = 0; i < 2 * n; i++) {
    for (let at = i * k; at < (i + 1) * k; at++) {
      const j = rows[at];
      if (j <= i || similarities[at] < threshold) continue;
      if (j % n === i % n) {
        right++;
        found[order[i % n] % CHANGES.length]++;
      } else if (label[i % n] !== label[j % n]) wrong++;
    }
  }
  for (let i = 0; i < n; i++) {
    planted[order[i] % CHANGES.length]++;
    if (clusters.clusterOf[i] >= 0 && clusters.clusterOf[i] === clusters.clusterOf[n + i]) clustered++;
  }
  return { threshold, recall: Array.from(found, (value, c) => value / planted[c]), falseShare: right + wrong === 0 ? 0 : wrong / (right + wrong), clustered: clustered / n };
}

/** Records per second, the median of three runs over the texts; one process. */
export async function recordsPerSecond(encoder: Encoder, texts: readonly string[]): Promise<number> {
  await embedTexts(encoder, texts.slice(0, 200));
  const rates: number[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await embedTexts(encoder, texts);
    rates.push((1000 * texts.length) / (performance.now() - start));
  }
  return rates.sort((a, b) => a - b)[1];
}
