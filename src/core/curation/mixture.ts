import { InfomaxError } from "../errors.ts";

export interface MixtureSource {
  /** For people. */
  readonly name: string;
  /** Of the mixture, in [0, 1]. */
  readonly share: number;
  /** The source's own nested order: its rows, each once. */
  readonly order: Uint32Array;
}

/** Where a mixture ends: the source that its share asks for has no more, while others have. */
export interface MixtureEnd {
  /** Index of the source. */
  readonly source: number;
  /** One sentence for people. */
  readonly reason: string;
}

/** A mixture in its order; each prefix is the mixture of that size. Arrays have one entry a sample. */
export interface Mixture {
  /** Index of the source that each sample comes from. */
  readonly source: Uint32Array;
  /** Its row there. */
  readonly rows: Uint32Array;
  /** Null where the budget was met, or everything was used up. */
  readonly end: MixtureEnd | null;
}

const SHARE_ERROR = 1e-6;
/** What rounding may take from a deficit that is exactly at its bound. */
const ROUNDING = 1e-9;

/** @throws InfomaxError bad-argument */
function checkShares(sources: readonly MixtureSource[]): void {
  const wrong = sources.find(({ share }) => !(share >= 0 && share <= 1));
  if (wrong !== undefined) throw new InfomaxError("bad-argument", `the share of the source "${wrong.name}" is ${wrong.share}`, "Give a share from 0 to 1.");
  const sum = sources.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > SHARE_ERROR) {
    throw new InfomaxError("bad-argument", `the shares of the sources ${sources.map(({ name }) => `"${name}"`).join(", ")} add up to ${Number(sum.toFixed(6))}`, "Give shares that add up to 1.");
  }
}

/**
 * Mixes sources at stated shares, such that every prefix has the shares as nearly as one order for all sizes can: of m
 * sources with a share, each is off by at most 1 − 1/(2m − 2) samples in every prefix, which no rule betters for all
 * shares (Tijdeman, The chairman assignment problem, Discrete Mathematics 32, 1980). Largest remainders at each size
 * for itself would not be nested. Of those that are behind by enough, the one turn goes to the source that would be the
 * first to fall behind too far; ties go to the first.
 *
 * Where a source has no more, the mixture ends and says so: it is never filled up from other sources.
 * @param budget most samples to take
 * @throws InfomaxError bad-argument for shares that do not add up to 1
 */
export function mixSources(sources: readonly MixtureSource[], budget = Infinity): Mixture {
  checkShares(sources);
  const active = sources.map((_, index) => index).filter((index) => sources[index].share > 0);
  const bound = active.length < 2 ? 0 : 1 / (2 * active.length - 2);
  const most = Math.min(budget, active.reduce((sum, index) => sum + sources[index].order.length, 0));
  const source = new Uint32Array(most);
  const rows = new Uint32Array(most);
  const taken = new Uint32Array(sources.length);
  for (let at = 0; at < most; at++) {
    let chosen = active[0];
    let least = Infinity;
    for (const index of active) {
      const { share } = sources[index];
      const behind = share * (at + 1) - taken[index];
      if (behind < bound - ROUNDING) continue;
      // Turns that it can still wait.
      const patience = (1 - bound - behind) / share;
      if (patience < least - ROUNDING) [chosen, least] = [index, patience];
    }
    const { name, share, order } = sources[chosen];
    if (taken[chosen] === order.length) {
      const reason = `"${name}" has no more than ${order.length} samples, so at a share of ${Number((100 * share).toFixed(2))}% the mixture ends at ${at}`;
      return { source: source.slice(0, at), rows: rows.slice(0, at), end: { source: chosen, reason } };
    }
    source[at] = chosen;
    rows[at] = order[taken[chosen]++];
  }
  return { source, rows, end: null };
}
