/** Samples that a class has on average, at least, for the labels to be classes at all. */
const LEAST_SAMPLES_A_CLASS = 2;

/**
 * Whether labels divide the samples into classes. One label alone divides nothing, and where most samples have a
 * label of their own (an answer, a title) it is no class: shares and probes would mean nothing.
 * @param label class of each sample, −1 for none
 */
export function labelsAreClasses(label: Int32Array): boolean {
  const classes = new Set<number>();
  let labelled = 0;
  for (const code of label) {
    if (code < 0) continue;
    classes.add(code);
    labelled++;
  }
  return classes.size >= 2 && classes.size * LEAST_SAMPLES_A_CLASS <= labelled;
}
