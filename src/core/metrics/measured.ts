/** A figure, or why there is none (a clause without a capital and a full stop); never NaN. */
export type Measured = { readonly value: number } | { readonly notDefined: string };

/** A figure that is known to be finite, or else the reason why it can be none. */
export function measured(value: number, otherwise = "the result is no finite number"): Measured {
  return Number.isFinite(value) ? { value } : { notDefined: otherwise };
}

/** Whether there is a figure. */
export function isMeasured(result: Measured): result is { readonly value: number } {
  return "value" in result;
}
