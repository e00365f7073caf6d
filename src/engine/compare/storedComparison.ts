import type { Config } from "../../core/config.ts";
import type { ComparisonPricing, ComparisonView } from "../../protocol/comparison.ts";
import type { ComparisonParams, ExportComparisonParams, PricingParams } from "../../protocol/engine.ts";
import type { LoadedDataset } from "../loadedDataset.ts";

export function openComparison(loaded: LoadedDataset, config: Config, folder: string, params: ComparisonParams): Promise<ComparisonView | null> {
  throw new RangeError(`${loaded.index.dataset.count} ${config.seed} ${folder} ${params.dataset}`);
}

export function priceComparison(folder: string, params: PricingParams): Promise<ComparisonPricing> {
  throw new RangeError(`${folder} ${params.dataset}`);
}

export function copyComparison(folder: string, params: ExportComparisonParams): Promise<{ readonly files: readonly string[] }> {
  throw new RangeError(`${folder} ${params.folder}`);
}
