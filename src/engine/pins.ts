import * as l10n from "@vscode/l10n";
import { CONFIG_FILE } from "../core/config.ts";
import { InfomaxError } from "../core/errors.ts";
import { NO_RULES, type RuleDecisions } from "../core/rules/decideByRules.ts";
import type { Rule } from "../core/rules/rule.ts";
import { withPinLock } from "../core/store/pinLock.ts";
import { PIN_KINDS, pinFile, pinKey, pinLines, PinsChangedError, readPinFile, shownPinFile, writeAllPins, type Pin, type PinFile, type PinKind } from "../core/store/protectionFile.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";
import type { ProtectResult } from "../protocol/decisions.ts";
import { conflictError, overruledRows, ruleAt, type DecisionsInForce } from "./inForce.ts";
import type { Decisions, LoadedDataset, MatchedPins } from "./loadedDataset.ts";

/** Edits pins of one kind in place and says how many of the samples that were named it changed. */
export interface PinChange {
  readonly kind: PinKind;
  readonly apply: (loaded: LoadedDataset, pins: Map<string, Pin>, matched: MatchedPins) => number;
  /** Samples that it gives the kind: they must not have another that contradicts it. */
  readonly adds: readonly string[];
  /** Samples that it takes the kind from: a rule may go on giving it to them. */
  readonly removes: readonly string[];
}

type PinsByKind = { readonly [kind in PinKind]: Map<string, Pin> };

interface Applied {
  readonly result: ProtectResult;
  /** The kinds whose file is to be written. */
  readonly written: ReadonlyMap<PinKind, ReadonlyMap<string, Pin>>;
  /** The files that it was made from. */
  readonly from: ReadonlyMap<PinKind, PinFile>;
}

/** How often a change is made anew because another program changed the files under it. */
const TRIES = 50;

/** Changes of decisions, one at a time for each dataset root, whose tables share the files. */
export class PinChanges {
  private readonly queues = new Map<string, Promise<unknown>>();

  /**
   * Makes changes in their order, all or none, after the changes before them: those of other datasets there and of other processes too.
   * @throws InfomaxError not-found for an id that is not there, bad-argument for what contradicts a decision, conflict for what contradicts a rule
   */
  async change(loaded: LoadedDataset, changes: readonly PinChange[]): Promise<ProtectResult> {
    const { root } = loaded.index.dataset;
    // Tried on what is there first: a request that is refused, or changes nothing, leaves no trace in the dataset.
    const tried = await applied(loaded, changes);
    if (tried.written.size === 0) return tried.result;
    const work = (): Promise<ProtectResult> => withPinLock(root, () => changeFiles(loaded, changes));
    const mine = (this.queues.get(root) ?? Promise.resolve()).then(work);
    this.queues.set(root, mine.catch(() => undefined));
    return { ...await mine, overruled: overruledRows(await loaded.snapshot()).length };
  }
}

/** Makes changes of the files. Git knows no lock of ours: where it has changed a file meanwhile, they are made anew on what it wrote. */
async function changeFiles(loaded: LoadedDataset, changes: readonly PinChange[]): Promise<ProtectResult> {
  const { root } = loaded.index.dataset;
  for (let tried = 1; ; tried++) {
    const { result, written, from } = await applied(loaded, changes);
    try {
      await writeAllPins(root, written, from);
      return result;
    } catch (thrown) {
      if (!(thrown instanceof PinsChangedError)) throw thrown;
      if (tried === TRIES) throw new InfomaxError("bad-protection-file", l10n.t("another program keeps changing the file"), l10n.t("Wait until it is done, then try again."), { file: pinFile(root, changes[0].kind) }, thrown);
    }
  }
}

async function applied(loaded: LoadedDataset, changes: readonly PinChange[]): Promise<Applied> {
  const { root } = loaded.index.dataset;
  const from = new Map(await Promise.all(PIN_KINDS.map(async (kind) => [kind, await readPinFile(root, kind)] as const)));
  const copy = (kind: PinKind): Map<string, Pin> => new Map(from.get(kind)?.pins);
  const pins: PinsByKind = { protected: copy("protected"), excluded: copy("excluded"), keepers: copy("keepers") };
  const before = new Map(PIN_KINDS.map((kind) => [kind, pinLines(pins[kind])]));
  const start = await matchedPins(loaded, pins);
  const now = { ...start };
  let changed = 0;
  for (const { kind, apply } of changes) {
    changed += apply(loaded, pins[kind], now[kind]);
    now[kind] = await loaded.matched(pins[kind], kind);
  }
  const ruled = await loaded.ruleBook.decisions(now).catch((thrown: unknown) => {
    // Rules that cannot be followed decide nothing; views and pruning say what is wrong with them.
    if (thrown instanceof InfomaxError && (thrown.code === "bad-config" || thrown.code === "bad-data")) return NO_RULES;
    throw thrown;
  });
  for (const { kind, adds } of changes) {
    for (const row of adds.map((id) => loaded.row(id))) {
      refuseContradiction(loaded, kind, row, now, start);
      refuseConflict(loaded, ruled, kind, row);
    }
  }
  const written = new Map(PIN_KINDS.filter((kind) => pinLines(pins[kind]) !== before.get(kind)).map((kind) => [kind, pins[kind]]));
  return {
    result: {
      protectedCount: now.protected.rows.size, excludedCount: now.excluded.rows.size, preferredCount: now.keepers.rows.size, changed, file: pinFile(root, changes[0]?.kind),
      notes: stillRuled(loaded, ruled, changes, written.size > 0), overruled: 0,
    },
    written, from,
  };
}

/** What gives a sample the opposite of what it is asked to have: a rule. */
function refuseConflict(loaded: LoadedDataset, ruled: RuleDecisions, kind: PinKind, row: number): void {
  const opposite = ruleAt(ruled, kind === "excluded" ? ruled.protectedBy : ruled.excludedBy, row);
  if (opposite === null) return;
  const id = loaded.index.dataset.ids[row];
  const problem = kind === "excluded" ? l10n.t("\"{0}\" is protected by the rule \"{1}\" ({2}), so it cannot be excluded", id, opposite.name, opposite.reason)
    : kind === "protected" ? l10n.t("\"{0}\" is excluded by the rule \"{1}\" ({2}), so it cannot be protected", id, opposite.name, opposite.reason)
      : l10n.t("\"{0}\" is excluded by the rule \"{1}\" ({2}), so it cannot be preferred", id, opposite.name, opposite.reason);
  throw new InfomaxError("conflict", problem, l10n.t("Narrow the rule in {0}, or leave it as it is.", CONFIG_FILE), { file: CONFIG_FILE });
}

/**
 * What is worth saying of samples that rules go on protecting or excluding after a person takes that from them.
 * @param isChanging false where nothing else changes: the request is then refused, for it can do nothing
 */
function stillRuled(loaded: LoadedDataset, ruled: RuleDecisions, changes: readonly PinChange[], isChanging: boolean): readonly string[] {
  const found: { readonly kind: PinKind; readonly id: string; readonly rule: Rule }[] = [];
  for (const { kind, removes } of changes) {
    if (kind === "keepers") continue;
    for (const id of removes) {
      const row = loaded.rowOf.get(id);
      const rule = row === undefined ? null : ruleAt(ruled, kind === "excluded" ? ruled.excludedBy : ruled.protectedBy, row);
      if (rule !== null) found.push({ kind, id, rule });
    }
  }
  if (found.length === 0) return [];
  const [{ kind, id, rule }] = found;
  if (!isChanging) {
    throw new InfomaxError(
      "conflict", kind === "excluded" ? l10n.t("\"{0}\" is excluded by the rule \"{1}\" ({2}), not by hand", id, rule.name, rule.reason) : l10n.t("\"{0}\" is protected by the rule \"{1}\" ({2}), not by hand", id, rule.name, rule.reason),
      l10n.t("Narrow or remove the rule in {0}.", CONFIG_FILE), { file: CONFIG_FILE });
  }
  const one = kind === "excluded" ? l10n.t("\"{0}\" stays excluded, by the rule \"{1}\"", id, rule.name) : l10n.t("\"{0}\" stays protected, by the rule \"{1}\"", id, rule.name);
  return [found.length === 1 ? one : found.length === 2 ? l10n.t("{0}; so does 1 other by a rule", one) : l10n.t("{0}; so do {1} others by rules", one, found.length - 1)];
}

async function matchedPins(loaded: LoadedDataset, pins: PinsByKind): Promise<Decisions> {
  const [pinned, excluded, keepers] = await Promise.all(PIN_KINDS.map((kind) => loaded.matched(pins[kind], kind)));
  return { protected: pinned, excluded, keepers };
}

/** Kinds that no sample may have together. */
const CONTRADICTIONS: readonly (readonly [PinKind, PinKind])[] = [["protected", "excluded"], ["keepers", "excluded"]];
const STATES: { readonly [kind in PinKind]: { readonly is: () => string; readonly undo: (command: string) => string; readonly command: string } } = {
  protected: { is: () => l10n.t("protected"), undo: (command) => l10n.t("Unprotect it first ({0}), or leave it as it is.", command), command: "infomax unprotect" },
  excluded: { is: () => l10n.t("excluded"), undo: (command) => l10n.t("Include it first ({0}), or leave it as it is.", command), command: "infomax include" },
  keepers: { is: () => l10n.t("preferred"), undo: (command) => l10n.t("Take the preference away first ({0}), or leave it as it is.", command), command: "infomax unprefer" },
};

function refuseContradiction(loaded: LoadedDataset, kind: PinKind, row: number, now: Decisions, start: Decisions): void {
  const id = loaded.index.dataset.ids[row];
  for (const pair of CONTRADICTIONS) {
    if (!pair.includes(kind) || !pair.every((one) => now[one].rows.has(row))) continue;
    const other = pair[0] === kind ? pair[1] : pair[0];
    if (!start[other].rows.has(row)) throw new InfomaxError("bad-argument", l10n.t("\"{0}\" cannot be both {1} and {2}", id, STATES[pair[0]].is(), STATES[pair[1]].is()), l10n.t("Ask for one of the two."));
    const { is, undo, command } = STATES[other];
    throw new InfomaxError("bad-argument", l10n.t("\"{0}\" is {1}, so it cannot be {2}", id, is(), STATES[kind].is()), undo(command));
  }
}

/**
 * What is decided of a dataset's samples, by hand and by rule, where nothing contradicts anything.
 * @throws InfomaxError bad-protection-file for two decisions by hand, conflict where a rule takes part: each names the sample and both;
 *   bad-config, bad-data where the rules cannot be followed
 */
export async function soundDecisions(loaded: LoadedDataset, signal?: AbortSignal): Promise<DecisionsInForce> {
  const byHand = await loaded.decisions();
  for (const [first, second] of CONTRADICTIONS) {
    for (const row of byHand[first].rows.keys()) {
      if (!byHand[second].rows.has(row)) continue;
      throw new InfomaxError(
        "bad-protection-file", l10n.t("\"{0}\" is in both {1} and {2}, but no sample can be {3} and {4}", loaded.index.dataset.ids[row], shownPinFile(first), shownPinFile(second), STATES[first].is(), STATES[second].is()),
        l10n.t("Take it out of one of them: {0}, or {1}.", STATES[first].command, STATES[second].command));
    }
  }
  const ruled = await loaded.ruleBook.decisions(byHand, signal);
  if (ruled.conflicts.length > 0) throw conflictError(loaded, ruled, ruled.conflicts[0], ruled.conflicts.length);
  const { protectedRows, excludedRows } = loaded.ruleBook.rowsInForce(byHand, ruled);
  return { byHand, ruled, protected: protectedRows, excluded: excludedRows, preferred: new Set(byHand.keepers.rows.keys()) };
}

/** Gives samples a kind; a note of undefined leaves each its own. */
export function adding(kind: PinKind, given: readonly string[], givenNote: string | undefined): PinChange {
  return {
    kind, adds: given, removes: [],
    apply: (loaded, pins, { rows: matched }) => {
      const rows = given.map((id) => loaded.row(id));
      const { ids } = loaded.index.dataset;
      let changed = 0;
      const since = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      for (const row of rows) {
        // The pin may name the sample by an older id: it is then renamed, not doubled.
        const own = loaded.fileOfPin(row);
        const before = pins.get(pinKey(ids[row], own)) ?? pins.get(ids[row]) ?? matched.get(row);
        const note = givenNote ?? before?.note ?? "";
        if (before !== undefined && before.note === note) continue;
        if (before !== undefined) pins.delete(pinKey(before.id, before.file));
        // A pin that names no file is one for all tables, and stays so.
        const file = before?.id === ids[row] && before.file === undefined ? undefined : own;
        pins.set(pinKey(ids[row], file), { id: ids[row], ...(file === undefined ? {} : { file }), digest: loaded.digestHex(row), note, since: before?.since ?? since, ...(before?.more === undefined ? {} : { more: before.more }) });
        changed++;
      }
      return changed;
    },
  };
}

/** Takes a kind from samples, by the ids they have now or the ids that their pins name. */
export function removing(kind: PinKind, given: readonly string[]): PinChange {
  return { kind, adds: [], removes: given, apply: (loaded, pins, matched) => remove(loaded, pins, matched, given) };
}

function remove(loaded: LoadedDataset, pins: Map<string, Pin>, matched: MatchedPins, given: readonly string[]): number {
  const { ids } = loaded.index.dataset;
  const ofId = new Map<string, Set<string>>();
  const ofDigest = new Map<string, Set<string>>();
  const ofRow = new Map<number, Set<string>>();
  const rowOfPin = new Map<string, number>();
  const enter = (key: string, pin: Pin, row: number | undefined): void => {
    pins.set(key, pin);
    group(ofId, pin.id, key);
    group(ofDigest, pin.digest, key);
    if (row === undefined) return;
    rowOfPin.set(key, row);
    group(ofRow, row, key);
  };
  const leave = (key: string, pin: Pin): void => {
    pins.delete(key);
    ofId.get(pin.id)?.delete(key);
    ofDigest.get(pin.digest)?.delete(key);
    const row = rowOfPin.get(key);
    if (row !== undefined) ofRow.get(row)?.delete(key);
  };
  const pinsAt = (keys: Iterable<string>): [string, Pin][] => [...keys].flatMap((key): [string, Pin][] => {
    const pin = pins.get(key);
    return pin === undefined ? [] : [[key, pin]];
  });
  for (const [key, pin] of pins) enter(key, pin, matched.rowOfPin.get(key));
  const movedTo = new Map<string, number>();
  for (const [row, key] of matched.moved) {
    group(ofRow, row, key);
    movedTo.set(key, row);
  }
  const missing = new Set(matched.missing);
  let changed = 0;
  for (const id of given) {
    // Pins may name the sample by older ids; a pin whose sample is gone is named by its own.
    const byName = pinsAt(ofId.get(id) ?? []).filter(([key, pin]) => rowOfPin.has(key) || loaded.otherTableOf(pin) === undefined || missing.has(id));
    const row = loaded.rowOf.get(id) ?? (byName.length > 0 ? undefined : loaded.row(id));
    // Where the id names a stranger by now, its pin is matched with no row.
    const named = row === undefined ? byName : [...pinsAt(ofRow.get(row) ?? []), ...byName.filter(([key]) => !rowOfPin.has(key))];
    if (named.length > 0) changed++;
    for (const [key, pin] of named) {
      const other = movedTo.get(key) === row ? rowOfPin.get(key) : movedTo.get(key);
      leave(key, pin);
      // It held for two samples: the other one keeps it, under its own name.
      if (other === undefined || row === undefined) continue;
      const file = loaded.fileOfPin(other);
      enter(pinKey(ids[other], file), renamed(pin, ids[other], file, loaded.digestHex(other)), other);
    }
    // Pins of renamed copies are told apart by what they found: keep each on its own, now that one has gone.
    if (row === undefined || named.length === 0) continue;
    for (const [key, pin] of pinsAt(ofDigest.get(loaded.digestHex(row)) ?? [])) {
      const found = rowOfPin.get(key);
      if (found === undefined) continue;
      const file = loaded.fileOfPin(found);
      if (pins.has(ids[found]) || pins.has(pinKey(ids[found], file))) continue;
      leave(key, pin);
      enter(pinKey(ids[found], file), renamed(pin, ids[found], file, pin.digest), found);
    }
  }
  return changed;
}

/** A pin under another id. */
function renamed({ note, since, more }: Pin, id: string, file: string | undefined, digest: string): Pin {
  return { id, ...(file === undefined ? {} : { file }), digest, note, since, ...(more === undefined ? {} : { more }) };
}

function group<K>(groups: Map<K, Set<string>>, by: K, key: string): void {
  const held = groups.get(by);
  if (held === undefined) groups.set(by, new Set([key]));
  else held.add(key);
}

/**
 * Prefers samples, and takes the preference from the other members of their clusters; these do not count as changed.
 * @param clusters at the threshold in force
 */
export function preferring(given: readonly string[], note: string | undefined, { clusterOf }: Clusters): readonly PinChange[] {
  const others: PinChange = {
    kind: "keepers", adds: [], removes: [],
    apply: (loaded, pins, matched) => {
      const { ids } = loaded.index.dataset;
      const chosen = new Map<number, number>();
      for (const row of given.map((id) => loaded.row(id))) {
        const other = clusterOf[row] < 0 ? row : chosen.get(clusterOf[row]) ?? row;
        if (other !== row) {
          throw new InfomaxError("bad-argument", l10n.t("\"{0}\" and \"{1}\" are in one cluster of near-duplicates, of which one alone can be preferred", ids[other], ids[row]), l10n.t("Choose one of them."));
        }
        chosen.set(clusterOf[row], row);
      }
      const rivals = [...new Set(matched.rowOfPin.values())].filter((row) => clusterOf[row] >= 0 && (chosen.get(clusterOf[row]) ?? row) !== row);
      remove(loaded, pins, matched, rivals.map((row) => ids[row]));
      return 0;
    },
  };
  return [others, adding("keepers", given, note)];
}

/** Several decisions at once: what is taken away goes first. */
export interface Deciding {
  readonly unprotect: readonly string[];
  readonly include: readonly string[];
  readonly unprefer: readonly string[];
  readonly protect: readonly string[];
  readonly exclude: readonly string[];
  readonly prefer: readonly string[];
  readonly note?: string | undefined;
}

export function deciding({ unprotect, include, unprefer, protect, exclude, prefer, note }: Deciding, clusters: Clusters): readonly PinChange[] {
  const all = [
    removing("protected", unprotect), removing("excluded", include), removing("keepers", unprefer),
    adding("protected", protect, note), adding("excluded", exclude, note),
  ];
  const given = [unprotect, include, unprefer, protect, exclude];
  return [...all.filter((_, i) => given[i].length > 0), ...(prefer.length > 0 ? preferring(prefer, note, clusters) : [])];
}
