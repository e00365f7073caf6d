import { InfomaxError } from "../errors.ts";
import { ccs } from "./ccs.ts";
import { d2 } from "./d2.ts";
import { dedupRandom } from "./dedupRandom.ts";
import { facilityLocation } from "./facilityLocation.ts";
import { forgetting } from "./forgetting.ts";
import { graphCut } from "./graphCut.ts";
import { herding } from "./herding.ts";
import { kCenter } from "./kCenter.ts";
import { moderate } from "./moderate.ts";
import { classBalancedRandom, random } from "./random.ts";
import { semDeDup } from "./semDeDup.ts";
import type { Strategy } from "./strategy.ts";
import { el2nCut, topImportance } from "./topImportance.ts";

/** The strategies to compare with, in the order in which they are shown. */
export const STRATEGIES: readonly Strategy[] = [
  random, classBalancedRandom, topImportance, el2nCut, forgetting, moderate, ccs, d2, kCenter, herding, facilityLocation, graphCut, semDeDup,
  dedupRandom,
];

/** @throws InfomaxError bad-argument for an unknown name; it lists the known ones */
export function strategyNamed(name: string): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.name === name);
  if (found !== undefined) return found;
  throw new InfomaxError("bad-argument", `there is no strategy "${name}"`, `Choose one of ${STRATEGIES.map((strategy) => strategy.name).join(", ")}.`);
}
