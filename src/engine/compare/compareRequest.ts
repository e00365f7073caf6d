import * as l10n from "@vscode/l10n";
import type { Config, ConfigOverrides } from "../../core/config.ts";
import { InfomaxError } from "../../core/errors.ts";
import { embed, importVectors, readSource, type Embedded } from "../../core/indexing/buildIndex.ts";
import { datasetCacheFolder, makeCacheFolder } from "../../core/indexing/indexCache.ts";
import type { CompareParams, CompareReply } from "../../protocol/compareRequests.ts";
import type { DatasetParams, Progress } from "../../protocol/dataset.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import { runComparison } from "./runComparison.ts";

export interface CompareContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What a comparison needs of the service. */
export interface CompareHost {
  readonly storage: string;
  readonly main: LoadedDataset;
  readonly config: Config;
  /** Runs work on another dataset after the work before it. */
  readonly exclusive: <T>(params: DatasetParams, work: (located: { readonly dataset: string; readonly config: Config }) => Promise<T>) => Promise<T>;
}

/**
 * Answers `compare`: other datasets are embedded as the main one was, each in its own cache folder.
 * @throws InfomaxError empty-dataset; those of {@link runComparison}
 */
export function answerCompare({ storage, main, config, exclusive }: CompareHost, params: CompareParams, context: CompareContext): Promise<CompareReply> {
  const { encoder, pairs, seed, threads, provider } = config;
  const options: ConfigOverrides = { ...(config.embeddings === null ? { encoder: encoder ?? "builtin" } : {}), pairs, seed, ...(threads === null ? {} : { threads }), provider };
  const stage = (name: string): { signal?: AbortSignal; onProgress: (done: number, total: number) => void } =>
    ({ ...(context.signal === undefined ? {} : { signal: context.signal }), onProgress: (done, total) => context.onProgress?.({ stage: name, done, total }) });
  return runComparison({
    main, config, cacheFolder: (from) => datasetCacheFolder(storage, from),
    embed: (from) => exclusive({ dataset: from, trusted: params.trusted, options }, async (other): Promise<Embedded> => {
      const folder = datasetCacheFolder(storage, other.dataset);
      await makeCacheFolder(folder);
      const read = await readSource(other.dataset, other.config, stage("Reading"));
      const embedded = other.config.embeddings === null ? await embed(read, other.config, folder, stage("Embedding")) : await importVectors(read, other.config.embeddings, context.signal);
      if (embedded.dataset.count === 0) throw new InfomaxError("empty-dataset", l10n.t("none of its samples could be read"), l10n.t("Check the files."), { file: other.dataset });
      return embedded;
    }),
  }, params, context);
}
