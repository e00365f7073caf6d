import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { DEFAULT_FEWER_THAN, DEFAULT_TOP_PERCENT } from "../../core/metrics/classMetrics.ts";
import { SEVERITIES } from "../../core/corruptions/corruption.ts";

export type Utility = CompareResult["utilities"][number];

const analytic = (name: string, title: string, better: Utility["better"]): Utility => ({ name, title, better, origin: "analytic" });
const light = (name: string, title: string, better: Utility["better"] = "high"): Utility => ({ name, title, better, origin: "probe" });

export const TRAINED: Utility = { name: "trained", title: "accuracy of real training (imported)", better: "high", origin: "trained" };

export interface UtilityOptions {
  /** "CMMD" or "MMD". */
  readonly discrepancy: string;
  readonly isCorrupted: boolean;
  readonly shifted: readonly string[];
  readonly tasks: readonly string[];
  readonly isTrained: boolean;
}

/** The axes of a comparison, the headline first. */
export function utilitiesOf({ discrepancy, isCorrupted, shifted, tasks, isTrained }: UtilityOptions): Utility[] {
  return [
    light("network", "accuracy of small networks"),
    light("probe", "accuracy of linear probes"),
    light("knn", "accuracy of k-NN"),
    light("prototype", "accuracy of class means"),
    light("worst-class", "worst class's accuracy, networks"),
    light("calibration", "calibration error of probes", "low"),
    ...(isCorrupted ? [light("shift", "accuracy under corruption, probes"), ...SEVERITIES.map((severity) => light(`shift-${severity}`, `accuracy under corruption at severity ${severity}`))] : []),
    ...shifted.map((name) => light(`shifted:${name}`, `accuracy on "${name}", probes`)),
    ...tasks.map((name) => light(`task:${name}`, `adaptation to "${name}": k-NN in what probes learned`)),
    analytic("affinity", "k-NN guidance without labels: mean cosine to the nearest 20 kept", "high"),
    analytic("classes", "classes covered", "high"),
    analytic("long-tail", `LT@${DEFAULT_FEWER_THAN}: classes with fewer samples`, "low"),
    analytic("top-share", `LS@${DEFAULT_TOP_PERCENT}: share of the largest classes`, "low"),
    analytic("entropy", "normalised entropy of classes", "high"),
    analytic("gini", "Gini coefficient of classes", "low"),
    analytic("imbalance", "largest class over smallest", "low"),
    analytic("near-duplicates", "near-duplicate rate", "low"),
    analytic("precision", "precision against the target", "high"),
    analytic("recall", "recall of the target", "high"),
    analytic("density", "density against the target", "high"),
    analytic("coverage", "coverage of the target", "high"),
    analytic(discrepancy.toLowerCase(), `${discrepancy} to the target × 1,000`, "low"),
    analytic("vendi", "Vendi score", "high"),
    analytic("label-noise", "label noise, estimated", "low"),
    ...(isTrained ? [TRAINED] : []),
  ];
}
