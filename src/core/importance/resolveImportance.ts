import type { Config } from "../config.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readNpyVector } from "../dataset/npy.ts";
import { labelsAreClasses } from "../dataset/labels.ts";
import { InfomaxError } from "../errors.ts";
import type { Hardness, Importance } from "../indexing/datasetIndex.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { densityImportance } from "./density.ts";
import { probeScores } from "./linearProbe.ts";

/** Weights of a probe (dimensions × classes) up to which it is trained unasked: 1,000 classes at 512 dimensions. */
const MOST_WEIGHTS = 550_000;

/**
 * Scores every sample as the settings say: an imported column or file; or, by default, EL2N of linear probes where
 * there are labels, and k-NN density where there are none. Where there are labels, AUM is found as well, from a column
 * or the probes, for the noise cutoff.
 */
export async function resolveImportance(
  dataset: Dataset, config: Config, matrix: EmbeddingMatrix, lists: NeighborLists, options: SearchOptions = {},
): Promise<{ readonly importance: Importance; readonly hardness: Hardness | null }> {
  const { importanceSource: source, importanceColumn: column } = config;
  const hasClasses = labelsAreClasses(dataset.label);
  const given = config.aumColumn === null ? undefined : dataset.columns.get(config.aumColumn);
  const fromProbes = column === null && (source === "el2n" || source === "auto" || (source === "aum" && given === undefined));
  if (fromProbes && source !== "auto" && !hasClasses) {
    throw new InfomaxError("bad-importance", `${source} needs at least two classes with two samples each, and the dataset has ${new Set(dataset.label.filter((code) => code >= 0)).size} classes for ${dataset.count} samples`, "Name the label field, or choose density or uniform importance.");
  }
  const isLarge = (matrix.dims + 1) * dataset.labelNames.length > MOST_WEIGHTS;
  const asked = fromProbes && source !== "auto";
  const probes = hasClasses && (asked || (!isLarge && (given === undefined || fromProbes)))
    ? await probeScores(matrix, dataset.label, dataset.labelNames.length, { seed: config.seed, ...options }) : null;
  const hardness: Hardness | null = given !== undefined ? { description: `AUM from column "${config.aumColumn ?? ""}"`, aum: given }
    : probes === null ? null : { description: "AUM of linear probes on the embeddings", aum: withMedian(probes.aum) };

  if (column !== null) {
    const values = dataset.columns.get(column);
    if (values === undefined) throw new InfomaxError("bad-importance", `importance column "${column}" was asked for, but a folder of images has no columns`, "Leave the column out, or index a table.");
    return { importance: { name: column, description: `Imported from column "${column}"`, values }, hardness };
  }
  if (typeof source === "object") {
    const all = await readNpyVector(source.file, dataset.sourceRows, options.signal);
    return { importance: { name: "imported", description: "Imported from an .npy file", values: Float64Array.from(dataset.sourceRow, (row) => all[row]) }, hardness };
  }
  if (source === "uniform") {
    return { importance: { name: "uniform", description: "The same for every sample", values: new Float64Array(dataset.count).fill(1) }, hardness };
  }
  if (source === "aum" && given !== undefined) {
    return { importance: { name: "aum", description: `1 − AUM from column "${config.aumColumn ?? ""}"`, values: given.map((margin) => 1 - margin) }, hardness };
  }
  if (probes !== null && source === "aum") {
    const values = withMedian(probes.aum).map((margin) => 1 - margin);
    return { importance: { name: "aum", description: "1 − AUM of linear probes on the embeddings", values }, hardness };
  }
  if (probes !== null && source !== "density") {
    return { importance: { name: "el2n", description: "EL2N of linear probes on the embeddings, 3 probes × 10 epochs", values: withMedian(probes.el2n) }, hardness };
  }
  return { importance: { name: "density", description: `1 − mean similarity to the 10 nearest neighbours${hasClasses && isLarge && source === "auto" ? ` (${dataset.labelNames.length} classes are many for probes; ask for el2n to have them all the same)` : ""}`, values: densityImportance(lists) }, hardness };
}

/** Unlabelled samples have no score of their own: they get the median of the others. */
function withMedian(values: Float64Array): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const median = known.length === 0 ? 0 : known[known.length >> 1];
  return values.map((value) => (Number.isNaN(value) ? median : value));
}
