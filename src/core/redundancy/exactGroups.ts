/**
 * Numbers the groups of samples with the same content digest.
 * @returns group number of each sample, −1 where its content is unique; groups count from 0 by first appearance
 */
export function exactGroups(digests: BigUint64Array): { readonly groupOf: Int32Array; readonly count: number } {
  const first = new Map<bigint, number>();
  const groupOf = new Int32Array(digests.length).fill(-1);
  let count = 0;
  for (let row = 0; row < digests.length; row++) {
    const before = first.get(digests[row]);
    if (before === undefined) {
      first.set(digests[row], row);
      continue;
    }
    if (groupOf[before] < 0) groupOf[before] = count++;
    groupOf[row] = groupOf[before];
  }
  return { groupOf, count };
}
