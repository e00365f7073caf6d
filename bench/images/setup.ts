import type { Contestant } from "./encoders.ts";
import type { SetFolders } from "./imageSets.ts";

/** What each section of the benchmark is given. */
export interface Setup {
  readonly folders: SetFolders;
  /** Where pictures and id lists go. */
  readonly out: string;
  readonly encoders: readonly Contestant[];
  /** Sources of near-duplicate retrieval, of each set. */
  readonly sources: number;
  readonly seed: number;
}
