/** A strategy beside a random choice of as many samples, class by class. Pure. */
import type { ComparedSubset } from "../../src/protocol/comparison.ts";

/** A class that was judged. */
export interface ClassStanding {
  /** Place in the list of classes. */
  readonly code: number;
  readonly accuracy: number;
  /** Of the random choice. */
  readonly random: number;
  /** Accuracy less that of the random choice, over the redraws and seeds that both have. */
  readonly difference: number;
  /** Standard deviations of the accuracy and of the difference, paired; null where one is not known. */
  readonly spread: number | null;
  readonly differenceSpread: number | null;
}

export interface ClassStandings {
  readonly judged: readonly ClassStanding[];
  /** Classes without a test sample. */
  readonly untested: readonly number[];
}

export function classStandings(classes: number, own: ComparedSubset): ClassStandings {
  const judged: ClassStanding[] = [];
  const untested: number[] = [];
  for (let code = 0; code < classes; code++) {
    const accuracy = own.perClass[code] ?? null;
    const random = own.perClassRandom[code] ?? null;
    const difference = own.perClassLead[code] ?? null;
    if (accuracy === null || random === null || difference === null) {
      untested.push(code);
      continue;
    }
    judged.push({ code, accuracy, random, difference, spread: own.perClassSpread[code] ?? null, differenceSpread: own.perClassLeadSpread[code] ?? null });
  }
  return { judged, untested };
}

export const STANDING_SORTS = ["loss", "gain", "lowest", "name"] as const;
export type StandingSort = (typeof STANDING_SORTS)[number];

/** Those whose name holds the words, sorted: the worst loss first, the best gain, the lowest accuracy, or by name. */
export function listedStandings(judged: readonly ClassStanding[], names: readonly string[], sort: StandingSort, words: string): readonly ClassStanding[] {
  const wanted = words.trim().toLowerCase();
  const listed = judged.filter(({ code }) => wanted === "" || (names[code] ?? "").toLowerCase().includes(wanted));
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  switch (sort) {
    case "loss":
      return listed.sort((a, b) => a.difference - b.difference || a.code - b.code);
    case "gain":
      return listed.sort((a, b) => b.difference - a.difference || a.code - b.code);
    case "lowest":
      return listed.sort((a, b) => a.accuracy - b.accuracy || a.code - b.code);
    case "name":
      return listed.sort((a, b) => collator.compare(names[a.code] ?? "", names[b.code] ?? "") || a.code - b.code);
  }
}

/** How many lose and gain more than twice what the difference varies by. */
export function clearlyMoved(judged: readonly ClassStanding[]): { readonly lost: number; readonly gained: number } {
  let lost = 0;
  let gained = 0;
  for (const { difference, differenceSpread } of judged) {
    if (differenceSpread === null || Math.abs(difference) <= 2 * differenceSpread || difference === 0) continue;
    if (difference < 0) lost++;
    else gained++;
  }
  return { lost, gained };
}
