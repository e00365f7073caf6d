import { retrieve } from "./retrieval.ts";
import { normalizeRows } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
const random = seededRandom(1);
const make = (rows: number, spread: number) => { const m = { rows, dims: 192, data: Float32Array.from({ length: rows * 192 }, (_, i) => (i % 192 === 0 ? 1 : 0) + spread * (random() - 0.5)) }; normalizeRows(m); return m; };
const pool = make(50_000, 1);
for (const [n, spread] of [[10, 1], [1000, 1], [10_000, 1], [1000, 0.0001]] as const) {
  const queries = make(n, spread);
  const t = performance.now();
  let searches = 0;
  await retrieve({ pool, queries, queryLabel: null, isProtected: new Uint8Array(50_000), isExcluded: new Uint8Array(50_000), seed: 0 }, 15_000, { onProgress: () => { searches++; } });
  console.log(n, spread, ((performance.now() - t) / 1000).toFixed(1), "s", searches - 1, "searches", (process.memoryUsage().rss / 1e6).toFixed(0), "MB");
}
