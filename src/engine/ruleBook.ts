import { stat } from "node:fs/promises";
import path from "node:path";
import type { Dataset } from "../core/dataset/dataset.ts";
import { CancelledError, InfomaxError } from "../core/errors.ts";
import { decideByRules, NO_RULES, type RuleDecisions, type Worth } from "../core/rules/decideByRules.ts";
import { matchRules, type RuleMatch } from "../core/rules/matchRules.ts";
import { contentsOf } from "../core/selection/contents.ts";
import { TRUSTED_ACCURACY } from "../core/selection/noiseCutoff.ts";
import { conflictError, rowsInForce } from "./inForce.ts";
import type { Decisions, LoadedDataset } from "./loadedDataset.ts";

interface Matching {
  /** The rules, as JSON. */
  readonly rules: string;
  readonly made: Promise<readonly RuleMatch[]>;
  /** Why the tables could not be read, and what they were like then. */
  fault: { readonly error: InfomaxError; readonly tables: string } | null;
}

/** What rules match stays as long as the samples and the rules are the same, whatever other settings change. */
const known = new WeakMap<Dataset, Matching>();

/** Ascending rows that are decided on, by hand and by rule together. */
interface RowsInForce {
  readonly ruled: RuleDecisions;
  readonly protectedRows: ReadonlySet<number>;
  readonly excludedRows: ReadonlySet<number>;
}

/** The rules of a dataset, matched with its samples when they are needed first. */
export class RuleBook {
  private rows: { readonly byHand: Decisions; readonly value: RowsInForce } | undefined;
  private decided: { readonly byHand: Decisions; readonly matches: readonly RuleMatch[]; readonly value: RuleDecisions } | undefined;

  constructor(private readonly loaded: LoadedDataset) {}

  /** Which samples fit the conditions of each rule. @throws InfomaxError bad-config, bad-data */
  async matches(signal?: AbortSignal): Promise<readonly RuleMatch[]> {
    const { dataset } = this.loaded.index;
    for (;;) {
      const matching = await this.matching(signal);
      try {
        return await matching.made;
      } catch (thrown) {
        if (thrown instanceof InfomaxError && thrown.code === "bad-data") matching.fault ??= { error: thrown, tables: await stampsOf(dataset) };
        // What is wrong with a rule stays wrong; what was cancelled is begun anew.
        else if (!(thrown instanceof InfomaxError) || thrown instanceof CancelledError) {
          if (known.get(dataset) === matching) known.delete(dataset);
        }
        if (!(thrown instanceof CancelledError) || signal?.aborted === true) throw thrown;
      }
    }
  }

  private async matching(signal: AbortSignal | undefined): Promise<Matching> {
    const { config, dataset, stamps } = this.loaded.index;
    const rules = JSON.stringify(config.rules);
    const before = known.get(dataset);
    if (before?.rules === rules && (before.fault === null || before.fault.tables === await stampsOf(dataset))) return before;
    const ground = { dataset, importanceRank: this.loaded.importanceRank, stamps };
    const matching: Matching = { rules, made: matchRules(config.rules, ground, signal === undefined ? {} : { signal }), fault: null };
    known.set(dataset, matching);
    return matching;
  }

  /** What the rules decide, given what people decided. @throws InfomaxError bad-config, bad-data */
  async decisions(byHand: Decisions, signal?: AbortSignal): Promise<RuleDecisions> {
    const { rules } = this.loaded.index.config;
    if (rules.length === 0) return NO_RULES;
    const matches = await this.matches(signal);
    const before = this.decided;
    if (before !== undefined && before.matches === matches && before.byHand.protected === byHand.protected && before.byHand.excluded === byHand.excluded && before.byHand.keepers === byHand.keepers) return before.value;
    const worth = await this.worth(rules.some(({ minimumPerClass }) => minimumPerClass !== undefined), signal);
    const value = decideByRules(rules, matches.map((match) => match.matches), worth, {
      protected: byHand.protected.rows, excluded: byHand.excluded.rows, preferred: byHand.keepers.rows,
    });
    this.decided = { byHand, matches, value };
    return value;
  }

  /** What is in force for views: where the rules cannot be followed, or contradict something, what people decided alone, and why. */
  async followed(byHand: Decisions): Promise<RowsInForce & { readonly problem: InfomaxError | null }> {
    try {
      const ruled = await this.decisions(byHand);
      const [conflict] = ruled.conflicts;
      return conflict === undefined ? { ...this.rowsInForce(byHand, ruled), problem: null }
        : { ...this.rowsInForce(byHand, NO_RULES), problem: conflictError(this.loaded, ruled, conflict, ruled.conflicts.length) };
    } catch (thrown) {
      if (!(thrown instanceof InfomaxError) || thrown instanceof CancelledError) throw thrown;
      return { ...this.rowsInForce(byHand, NO_RULES), problem: thrown };
    }
  }

  rowsInForce(byHand: Decisions, ruled: RuleDecisions): RowsInForce {
    const before = this.rows;
    if (before !== undefined && before.value.ruled === ruled && before.byHand.protected === byHand.protected && before.byHand.excluded === byHand.excluded) return before.value;
    const value = { ruled, protectedRows: rowsInForce(byHand.protected.rows, ruled.protectedBy), excludedRows: rowsInForce(byHand.excluded.rows, ruled.excludedBy) };
    this.rows = { byHand, value };
    return value;
  }

  /** @param isAsked some rule asks for the best of a class: only then are clusters needed */
  private async worth(isAsked: boolean, signal: AbortSignal | undefined): Promise<Worth> {
    const { dataset, hardness, importance, matrix } = this.loaded.index;
    const isTrusted = hardness !== null && hardness.probeAccuracy !== null && hardness.probeAccuracy >= TRUSTED_ACCURACY;
    return {
      ids: dataset.ids, label: dataset.label, classCount: dataset.labelNames.length, importance: importance.values, isSuspect: isTrusted ? hardness.isSuspect : null,
      contentOf: isAsked ? contentsOf(matrix.rows, await this.loaded.clusters(this.loaded.threshold, signal)).of : [],
    };
  }
}

/** Size and time of the last change of the tables. */
async function stampsOf({ root, files }: Dataset): Promise<string> {
  const found = await Promise.all(files.map((file) => stat(path.join(root, file)).catch(() => null)));
  return found.map((one) => (one === null ? "none" : `${one.size}/${one.mtimeMs}/${one.ino}`)).join();
}
