import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { takeRows, type EmbeddingMatrix, type SearchResult } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { requireBudget } from "../selection/constraints.ts";

/** What embedding search chooses from, and what it searches with. Both matrices are L2-normalised and of one space. */
export interface RetrievalInput {
  readonly pool: EmbeddingMatrix;
  /** The target's images (img2img), or a text for each class by the other half of a CLIP-style encoder (txt2img). */
  readonly queries: EmbeddingMatrix;
  /** Class of each query, −1 for none; null where no query has one. */
  readonly queryLabel: Int32Array | null;
  /** 1: always kept, and taken first. Wins over `isExcluded`. One entry a pool row, as in the next. */
  readonly isProtected: Uint8Array;
  /** 1: never kept. */
  readonly isExcluded: Uint8Array;
  /** Of the order in which the queries of a class take their turns. */
  readonly seed: number;
}

export interface RetrievalOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Arrays have one entry a sample kept. */
export interface Retrieval {
  /** Pool rows: the protected, then in the order taken. Its prefixes are the answers for smaller budgets. */
  readonly rows: Uint32Array;
  /** The query for which each was taken, −1 for protected rows. */
  readonly query: Int32Array;
  /** Cosine to that query in [−1, 1]; NaN for protected rows. */
  readonly similarity: Float32Array;
  /** The query's class, which the sample gets where labels are matched by schema; −1 for none. */
  readonly label: Int32Array;
}

/** Listed candidates in all, which bounds the memory to 32 MB. */
const MOST_LISTED = 4_000_000;
const FEWEST_LISTED = 64;
/** Candidates a query, as a multiple of its even share of the pool: neighbouring queries want the same samples. */
const SPARE = 4;

/** Each query's turn, over and over: one of each class in turn, and within a class its queries in a drawn order. */
function* turns({ queries: { rows }, queryLabel, seed }: RetrievalInput): Generator<number, never> {
  const byClass = new Map<number, number[]>();
  for (const query of seededPermutation(rows, seed)) {
    const label = Math.max(-1, queryLabel === null ? -1 : queryLabel[query]);
    const own = byClass.get(label);
    if (own === undefined) byClass.set(label, [query]);
    else own.push(query);
  }
  // Queries without a class are one of their own, the last.
  const classes = [...byClass].sort(([a], [b]) => (a < 0 ? 1 : b < 0 ? -1 : a - b)).map(([, own]) => own);
  for (let round = 0; ; round++) for (const own of classes) yield own[round % own.length];
}

/**
 * Embedding search from a pool toward a target: in turn, class after class, each target sample takes the most similar
 * pool sample that is not yet taken; ties go to the lower row. So the image and text searches of SELECT (Feuer et al.,
 * arXiv 2410.05057), with turns that make every prefix of the answer the answer for a smaller budget.
 *
 * Exact, by blocked products. A list of k candidates of each query lasts for at least k turns, as a turn takes one
 * sample; when a list runs dry, all are made anew from what is left, and twice as long. k depends on the two sets and
 * the turns before alone, and never on the budget, so that rounding cannot break the nesting.
 * @param budget from the number of protected samples to the number that are not excluded
 * @throws InfomaxError bad-embeddings where the two sets are not of one space, bad-argument without a query, bad-budget
 * @throws CancelledError
 */
export async function retrieve(input: RetrievalInput, budget: number, options: RetrievalOptions = {}): Promise<Retrieval> {
  const { pool, queries, queryLabel, isProtected, isExcluded } = input;
  if (pool.dims !== queries.dims) {
    throw new InfomaxError("bad-embeddings", `the pool's vectors have ${pool.dims} dimensions, and those to search with ${queries.dims}`, "Embed both with one encoder; to search images by text, with a CLIP-style one.");
  }
  if (queries.rows === 0) throw new InfomaxError("bad-argument", "there is nothing to search with: the target set is empty", "Name a target with samples, or texts for the classes.");
  const all = Uint32Array.from({ length: pool.rows }, (_, row) => row);
  const pinned = all.filter((row) => isProtected[row] !== 0);
  let left = all.filter((row) => isProtected[row] === 0 && isExcluded[row] === 0);
  requireBudget(budget, pinned.length, pinned.length + left.length);

  const answer: Retrieval = { rows: new Uint32Array(budget), query: new Int32Array(budget).fill(-1), similarity: new Float32Array(budget).fill(NaN), label: new Int32Array(budget).fill(-1) };
  answer.rows.set(pinned);
  const most = Math.max(FEWEST_LISTED, Math.floor(MOST_LISTED / queries.rows));
  let listed = Math.max(FEWEST_LISTED, Math.min(most, Math.ceil((SPARE * left.length) / queries.rows)));
  const isTaken = new Uint8Array(pool.rows);
  const cursor = new Uint32Array(queries.rows);
  let lists: SearchResult = { k: 0, rows: new Int32Array(0), similarities: new Float32Array(0) };
  const turn = turns(input);
  for (let at = pinned.length; at < budget; at++) {
    const query = turn.next().value;
    const next = (): number => {
      while (cursor[query] < lists.k && isTaken[left[lists.rows[query * lists.k + cursor[query]]]] !== 0) cursor[query]++;
      return cursor[query];
    };
    if (next() === lists.k) {
      throwIfCancelled(options.signal);
      left = left.filter((row) => isTaken[row] === 0);
      const search = await ExactSearch.create(left.length === pool.rows ? pool : takeRows(pool, left));
      lists = await search.search(queries.data, Math.min(listed, left.length), options.signal === undefined ? {} : { signal: options.signal });
      cursor.fill(0);
      // Queries that crowd around the same samples want more of them.
      listed = Math.min(most, 2 * listed);
      options.onProgress?.(at, budget);
    }
    const found = query * lists.k + next();
    const row = left[lists.rows[found]];
    isTaken[row] = 1;
    answer.rows[at] = row;
    answer.query[at] = query;
    answer.similarity[at] = Math.max(-1, Math.min(1, lists.similarities[found]));
    answer.label[at] = queryLabel === null ? -1 : Math.max(-1, queryLabel[query]);
  }
  options.onProgress?.(budget, budget);
  return answer;
}
