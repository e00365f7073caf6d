import { InfomaxError } from "../errors.ts";
import { seededPermutation } from "../random.ts";
import { planSelection, takeInOrder } from "./selectionPlan.ts";
import type { Strategy } from "./strategy.ts";

/**
 * The samples that training forgot most often first; those that it never learned stand above all others, as counted in
 * {@link StrategyInput.forgetting}. Many samples have the same count, so ties are drawn by the seed.
 */
export const forgetting: Strategy = {
  name: "forgetting",
  title: "Most forgotten first",
  citation: "Toneva et al., An Empirical Study of Example Forgetting during Deep Neural Network Learning, ICLR 2019, arXiv 1812.05159: remove the least forgotten",
  nested: true,
  select: async (input, budget) => {
    const { forgetting: events } = input;
    if (events === null) {
      throw new InfomaxError("bad-importance", "the strategy forgetting keeps what training forgot most often, and no forgetting events were counted", "Name your training dynamics, ask for forgetting as the importance, or choose another strategy.");
    }
    const plan = planSelection(input, budget);
    // Sorting is stable, so that the drawn order decides between equals.
    const drawn = seededPermutation(plan.free.length, input.seed).map((at) => plan.free[at]);
    return takeInOrder(plan, drawn.sort((a, b) => events[b] - events[a]));
  },
};
