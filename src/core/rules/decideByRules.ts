import type { Rule } from "./rule.ts";

/** What decides which samples of a class are best worth keeping; row i is sample i. */
export interface Worth {
  readonly ids: readonly string[];
  /** Class of each sample, −1 for none. */
  readonly label: Int32Array;
  readonly classCount: number;
  /** Samples of the same number say the same. */
  readonly contentOf: ArrayLike<number>;
  /** 1 where the label looks wrong; null where nobody can tell. */
  readonly isSuspect: ArrayLike<number> | null;
  readonly importance: ArrayLike<number>;
}

/** Rows that people decided on. */
export interface ByHand {
  readonly protected: ReadonlyMap<number, unknown>;
  readonly excluded: ReadonlyMap<number, unknown>;
  readonly preferred: ReadonlyMap<number, unknown>;
}

/** A sample that must be both kept and not kept. */
export interface RuleConflict {
  readonly row: number;
  /** Index of the rule that protects it; −1: it is protected by hand, or preferred. */
  readonly protectedBy: number;
  /** Index of the rule that excludes it; −1: by hand. */
  readonly excludedBy: number;
  /** Nobody protects it: it is preferred among its near-duplicates, by hand. */
  readonly preferred: boolean;
}

/** What the rules decide. */
export interface RuleDecisions {
  readonly rules: readonly Rule[];
  /** Ascending rows that each rule catches; those that a person decided alike are among them. */
  readonly caught: readonly Uint32Array[];
  /** Index of the first rule that protects each row, and of the first that excludes it; −1 for none. Empty where there are no rules. */
  readonly protectedBy: Int32Array;
  readonly excludedBy: Int32Array;
  /** By row; those between two decisions by hand are not among them. */
  readonly conflicts: readonly RuleConflict[];
}

export const NO_RULES: RuleDecisions = { rules: [], caught: [], protectedBy: new Int32Array(0), excludedBy: new Int32Array(0), conflicts: [] };

/**
 * Turns what the conditions match into decisions. Rules with `minimumPerClass` choose among the samples that match and that nobody excludes.
 * @param matches of each rule: 1 where its conditions hold
 * @param worth needed by rules with `minimumPerClass` alone
 */
export function decideByRules(rules: readonly Rule[], matches: readonly Uint8Array[], worth: Worth, byHand: ByHand): RuleDecisions {
  if (rules.length === 0) return NO_RULES;
  const count = worth.ids.length;
  const protectedBy = new Int32Array(count).fill(-1);
  const excludedBy = new Int32Array(count).fill(-1);
  const caught = new Array<Uint32Array>(rules.length);
  const take = (rule: number, rows: Uint32Array): void => {
    const by = rules[rule].action === "protect" ? protectedBy : excludedBy;
    for (const row of rows) if (by[row] < 0 || by[row] > rule) by[row] = rule;
    caught[rule] = rows;
  };
  rules.forEach(({ minimumPerClass }, r) => { if (minimumPerClass === undefined) take(r, rowsOf(matches[r])); });
  // Of the samples that somebody excludes none is chosen.
  const isOut = (row: number): boolean => excludedBy[row] >= 0 || byHand.excluded.has(row);
  rules.forEach(({ minimumPerClass }, r) => {
    if (minimumPerClass !== undefined) take(r, bestOfEachClass(matches[r], minimumPerClass, worth, byHand.protected, isOut));
  });
  const conflicts: RuleConflict[] = [];
  for (let row = 0; row < count; row++) {
    const isExcluded = excludedBy[row] >= 0 || byHand.excluded.has(row);
    if (!isExcluded) continue;
    const isProtected = protectedBy[row] >= 0 || byHand.protected.has(row);
    if (!isProtected && !byHand.preferred.has(row)) continue;
    // What people decide both ways is told of as such.
    if (byHand.excluded.has(row) && (byHand.protected.has(row) || !isProtected)) continue;
    conflicts.push({
      row, protectedBy: byHand.protected.has(row) || !isProtected ? -1 : protectedBy[row], excludedBy: byHand.excluded.has(row) ? -1 : excludedBy[row], preferred: !isProtected,
    });
  }
  return { rules, caught, protectedBy, excludedBy, conflicts };
}

function rowsOf(marks: Uint8Array): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < marks.length; row++) if (marks[row] !== 0) rows.push(row);
  return Uint32Array.from(rows);
}

/**
 * Of each class the samples best worth keeping, as many as asked for: those protected by hand, then one of each content, then the
 * others; among these the labels that look right first, then falling importance, then the id.
 */
export function bestOfEachClass(matches: Uint8Array, wanted: number, worth: Worth, isByHand: ReadonlyMap<number, unknown>, isOut: (row: number) => boolean): Uint32Array {
  const { ids, label, classCount, contentOf, isSuspect, importance } = worth;
  const candidates = Array.from({ length: classCount }, (): number[] => []);
  for (let row = 0; row < matches.length; row++) if (matches[row] !== 0 && label[row] >= 0 && !isOut(row)) candidates[label[row]].push(row);
  const isBetter = (a: number, b: number): number =>
    Number(isByHand.has(b)) - Number(isByHand.has(a)) || (isSuspect?.[a] ?? 0) - (isSuspect?.[b] ?? 0) || importance[b] - importance[a] || (ids[a] < ids[b] ? -1 : 1);
  const chosen: number[] = [];
  for (const rows of candidates) {
    rows.sort(isBetter);
    const contents = new Set<number>();
    const repeats: number[] = [];
    let taken = 0;
    for (const row of rows) {
      if (taken === wanted) break;
      if (!isByHand.has(row) && contents.has(contentOf[row])) {
        repeats.push(row);
        continue;
      }
      contents.add(contentOf[row]);
      chosen.push(row);
      taken++;
    }
    chosen.push(...repeats.slice(0, wanted - taken));
  }
  return Uint32Array.from(chosen).sort();
}
