/** Works on items in batches; a failure is thrown once the batch has ended, so that nothing runs on behind it. */
export async function together<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>, onBatch: (done: number) => void): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) {
    const ended = await Promise.allSettled(items.slice(at, at + atOnce).map(work));
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    onBatch(Math.min(items.length, at + atOnce));
  }
}
