import type { DropReason } from "../protocol/selection.ts";

/** Why samples are dropped, for lists of counts. */
export const REASONS: Readonly<Record<DropReason, string>> = {
  duplicate: "same content as a kept sample",
  "near-duplicate": "near-duplicate of a kept sample",
  redundant: "outweighed by what it shares with kept samples",
  "low-importance": "importance too low at this budget",
  "class-share": "gave way to what classes are due",
  "hardest": "among the hardest by AUM, which are kept last",
  excluded: "excluded by hand or by a rule",
};
