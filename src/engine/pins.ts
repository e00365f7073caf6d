import * as l10n from "@vscode/l10n";
import { InfomaxError } from "../core/errors.ts";
import { withPinLock } from "../core/store/pinLock.ts";
import { PIN_KINDS, pinFile, pinKey, pinLines, readPins, shownPinFile, writeAllPins, type Pin, type PinKind } from "../core/store/protectionFile.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";
import type { ProtectResult } from "../protocol/engine.ts";
import type { Decisions, LoadedDataset, MatchedPins } from "./loadedDataset.ts";

/** Edits pins of one kind in place and says how many of the samples that were named it changed. */
export interface PinChange {
  readonly kind: PinKind;
  readonly apply: (loaded: LoadedDataset, pins: Map<string, Pin>, matched: MatchedPins) => number;
  /** Samples that it gives the kind: they must not have another that contradicts it. */
  readonly adds: readonly string[];
}

type PinsByKind = { readonly [kind in PinKind]: Map<string, Pin> };

interface Applied {
  readonly result: ProtectResult;
  /** The kinds whose file is to be written. */
  readonly written: ReadonlyMap<PinKind, ReadonlyMap<string, Pin>>;
}

/** Changes of decisions, one at a time for each dataset root, whose tables share the files. */
export class PinChanges {
  private readonly queues = new Map<string, Promise<unknown>>();

  /**
   * Makes changes in their order, all or none, after the changes before them: those of other datasets there and of other processes too.
   * @throws InfomaxError not-found for an id that is not there, bad-argument for what contradicts a decision
   */
  async change(loaded: LoadedDataset, changes: readonly PinChange[]): Promise<ProtectResult> {
    const { root } = loaded.index.dataset;
    // Tried on what is there first: a request that is refused, or changes nothing, leaves no trace in the dataset.
    const tried = await applied(loaded, changes);
    if (tried.written.size === 0) return tried.result;
    const work = (): Promise<ProtectResult> => withPinLock(root, async () => {
      const { result, written } = await applied(loaded, changes);
      await writeAllPins(root, written);
      return result;
    });
    const mine = (this.queues.get(root) ?? Promise.resolve()).then(work);
    this.queues.set(root, mine.catch(() => undefined));
    return mine;
  }
}

async function applied(loaded: LoadedDataset, changes: readonly PinChange[]): Promise<Applied> {
  const { root } = loaded.index.dataset;
  const [pinned, excluded, keepers] = await Promise.all(PIN_KINDS.map((kind) => readPins(root, kind)));
  const pins: PinsByKind = { protected: pinned, excluded, keepers };
  const before = new Map(PIN_KINDS.map((kind) => [kind, pinLines(pins[kind])]));
  const start = await matchedPins(loaded, pins);
  const now = { ...start };
  let changed = 0;
  for (const { kind, apply } of changes) {
    changed += apply(loaded, pins[kind], now[kind]);
    now[kind] = await loaded.matched(pins[kind]);
  }
  for (const { kind, adds } of changes) for (const id of adds) refuseContradiction(loaded, kind, loaded.row(id), now, start);
  return {
    result: { protectedCount: now.protected.rows.size, excludedCount: now.excluded.rows.size, preferredCount: now.keepers.rows.size, changed, file: pinFile(root, changes[0]?.kind) },
    written: new Map(PIN_KINDS.filter((kind) => pinLines(pins[kind]) !== before.get(kind)).map((kind) => [kind, pins[kind]])),
  };
}

async function matchedPins(loaded: LoadedDataset, pins: PinsByKind): Promise<Decisions> {
  const [pinned, excluded, keepers] = await Promise.all(PIN_KINDS.map((kind) => loaded.matched(pins[kind])));
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
 * What is decided of a dataset's samples, where no two decisions contradict each other.
 * @throws InfomaxError bad-protection-file, which names the sample and both files
 */
export async function soundDecisions(loaded: LoadedDataset): Promise<Decisions> {
  const decisions = await loaded.decisions();
  for (const [first, second] of CONTRADICTIONS) {
    for (const row of decisions[first].rows.keys()) {
      if (!decisions[second].rows.has(row)) continue;
      throw new InfomaxError(
        "bad-protection-file", l10n.t("\"{0}\" is in both {1} and {2}, but no sample can be {3} and {4}", loaded.index.dataset.ids[row], shownPinFile(first), shownPinFile(second), STATES[first].is(), STATES[second].is()),
        l10n.t("Take it out of one of them: {0}, or {1}.", STATES[first].command, STATES[second].command));
    }
  }
  return decisions;
}

/** Gives samples a kind; a note of undefined leaves each its own. */
export function adding(kind: PinKind, given: readonly string[], givenNote: string | undefined): PinChange {
  return {
    kind, adds: given,
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
        pins.set(pinKey(ids[row], file), { id: ids[row], ...(file === undefined ? {} : { file }), digest: loaded.digestHex(row), note, since: before?.since ?? since });
        changed++;
      }
      return changed;
    },
  };
}

/** Takes a kind from samples, by the ids they have now or the ids that their pins name. */
export function removing(kind: PinKind, given: readonly string[]): PinChange {
  return { kind, adds: [], apply: (loaded, pins, matched) => remove(loaded, pins, matched, given) };
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
  let changed = 0;
  for (const id of given) {
    // Pins may name the sample by older ids; a pin whose sample is gone is named by its own.
    const byName = pinsAt(ofId.get(id) ?? []).filter(([key, pin]) => rowOfPin.has(key) || loaded.otherTableOf(pin) === undefined);
    const row = loaded.rowOf.get(id) ?? (byName.length > 0 ? undefined : loaded.row(id));
    const named = row === undefined ? byName : pinsAt(ofRow.get(row) ?? []);
    if (named.length > 0) changed++;
    for (const [key, pin] of named) leave(key, pin);
    // Pins of renamed copies are told apart by what they found: keep each on its own, now that one has gone.
    if (row === undefined || named.length === 0) continue;
    for (const [key, pin] of pinsAt(ofDigest.get(loaded.digestHex(row)) ?? [])) {
      const found = rowOfPin.get(key);
      if (found === undefined) continue;
      const file = loaded.fileOfPin(found);
      if (pins.has(ids[found]) || pins.has(pinKey(ids[found], file))) continue;
      leave(key, pin);
      enter(pinKey(ids[found], file), { id: ids[found], ...(file === undefined ? {} : { file }), digest: pin.digest, note: pin.note, since: pin.since }, found);
    }
  }
  return changed;
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
    kind: "keepers", adds: [],
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
