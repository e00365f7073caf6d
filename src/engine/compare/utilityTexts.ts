import * as l10n from "@vscode/l10n";
import { DEFAULT_FEWER_THAN, DEFAULT_TOP_PERCENT } from "../../core/metrics/classMetrics.ts";
import type { Utility } from "./utilities.ts";

export interface UtilityText {
  readonly title: string;
  /** A sentence: what it is, how it is measured. */
  readonly hint: string;
}

type Words = () => UtilityText;

/** By a utility's name in a result. */
const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ["network", () => ({ title: l10n.t("Accuracy, small network"), hint: l10n.t("Share of the target's samples that a network with one hidden layer gets right, trained on the embeddings of the kept samples. Like deep networks it learns wrong labels by heart, which a linear classifier cannot.") })],
  ["probe", () => ({ title: l10n.t("Accuracy, linear probe"), hint: l10n.t("Share of the target's samples that a linear classifier gets right, trained on the embeddings of the kept samples for the same number of steps whatever their number.") })],
  ["knn", () => ({ title: l10n.t("Accuracy, k-NN"), hint: l10n.t("Share of the target's samples whose class the nearest kept samples vote for, each with weight exp(cosine / 0.07).") })],
  ["prototype", () => ({ title: l10n.t("Accuracy, class means"), hint: l10n.t("Share of the target's samples that lie nearest to the mean of the kept samples of their own class.") })],
  ["worst-class", () => ({ title: l10n.t("Worst class's accuracy"), hint: l10n.t("Accuracy of the small network on the class that it knows least.") })],
  ["calibration", () => ({ title: l10n.t("Calibration error"), hint: l10n.t("How far the confidence of the linear probe is from its accuracy on average; 0 is best.") })],
  ["shift", () => ({ title: l10n.t("Accuracy under corruption"), hint: l10n.t("Accuracy of the linear probe on the target's images corrupted at five severities and encoded again, over all of them.") })],
  ["affinity", () => ({ title: l10n.t("Affinity to the target"), hint: l10n.t("SELECT's k-NN guidance without labels: mean cosine of each target sample to its nearest kept samples, 20 or as many as there are.") })],
  ["classes", () => ({ title: l10n.t("Classes covered"), hint: l10n.t("Classes with at least one kept sample.") })],
  ["long-tail", () => ({ title: l10n.t("Small classes (LT@{0})", DEFAULT_FEWER_THAN), hint: l10n.t("Classes with fewer than {0} kept samples; SELECT's measure of a long tail.", DEFAULT_FEWER_THAN) })],
  ["top-share", () => ({ title: l10n.t("Share of the largest classes (LS@{0})", DEFAULT_TOP_PERCENT), hint: l10n.t("Share of the kept samples in the largest {0}% of classes; SELECT's measure of skew.", DEFAULT_TOP_PERCENT) })],
  ["entropy", () => ({ title: l10n.t("Class balance (entropy)"), hint: l10n.t("Entropy of the kept samples over the classes, divided by its largest possible value; 1 is balanced.") })],
  ["gini", () => ({ title: l10n.t("Class imbalance (Gini)"), hint: l10n.t("Gini coefficient of the kept samples over the classes; 0 is balanced.") })],
  ["imbalance", () => ({ title: l10n.t("Largest class over smallest"), hint: l10n.t("Kept samples of the largest class for each one of the smallest that has any; 1 is balanced.") })],
  ["near-duplicates", () => ({ title: l10n.t("Near-duplicates"), hint: l10n.t("Share of the kept samples that are near-duplicates of another kept one, the first of each group not counted.") })],
  ["precision", () => ({ title: l10n.t("Precision"), hint: l10n.t("Share of the kept samples that lie within the distance of a target sample to its fifth neighbour: how much of what is kept looks like the target.") })],
  ["recall", () => ({ title: l10n.t("Recall"), hint: l10n.t("Share of the target's samples that lie within the distance of a kept sample to its fifth neighbour: how much of the target is found again.") })],
  ["density", () => ({ title: l10n.t("Density"), hint: l10n.t("How many neighbourhoods of target samples a kept sample lies in, divided by 5; above 1 where kept samples crowd where the target is dense.") })],
  ["coverage", () => ({ title: l10n.t("Coverage"), hint: l10n.t("Share of the target's samples with a kept sample nearer than their own fifth neighbour.") })],
  ["mmd", () => ({ title: l10n.t("Distance to the target (MMD)"), hint: l10n.t("Squared maximum mean discrepancy between the kept samples and the target, times 1,000; 0 where they are spread alike.") })],
  ["cmmd", () => ({ title: l10n.t("Distance to the target (CMMD)"), hint: l10n.t("Squared maximum mean discrepancy between the kept samples and the target in CLIP's space, times 1,000; 0 where they are spread alike.") })],
  ["vendi", () => ({ title: l10n.t("Diversity (Vendi score)"), hint: l10n.t("How many wholly different samples would be as diverse as the kept ones.") })],
  ["label-noise", () => ({ title: l10n.t("Label noise, estimated"), hint: l10n.t("Share of the kept samples whose label is probably wrong, by confident learning across folds.") })],
  ["trained", () => ({ title: l10n.t("Accuracy, real training"), hint: l10n.t("Accuracy of models that were trained on the same lists elsewhere, imported.") })],
]);

const SHIFTED = "shifted:";
const TASK = "task:";
const SEVERITY = /^shift-([1-5])$/;

/** What people read of a utility, in their language; one that this program does not know has the title of its file. */
export function utilityTextOf({ name, title }: Pick<Utility, "name" | "title">): UtilityText {
  const severity = SEVERITY.exec(name);
  if (severity !== null) {
    return { title: l10n.t("Accuracy under corruption, severity {0}", severity[1]), hint: l10n.t("Accuracy of the linear probe on the target's images corrupted at severity {0} of 5 and encoded again.", severity[1]) };
  }
  if (name.startsWith(SHIFTED)) {
    const set = name.slice(SHIFTED.length);
    return { title: l10n.t("Accuracy on \"{0}\"", set), hint: l10n.t("Accuracy of the linear probe on \"{0}\", a set with the target's classes from elsewhere.", set) };
  }
  if (name.startsWith(TASK)) {
    const set = name.slice(TASK.length);
    return { title: l10n.t("Adaptation to \"{0}\"", set), hint: l10n.t("Accuracy of k-NN on \"{0}\", a set with classes of its own, in the features that the linear probe learned from the kept samples.", set) };
  }
  return WORDS.get(name)?.() ?? { title, hint: l10n.t("A figure that this version of the program knows no more about.") };
}
