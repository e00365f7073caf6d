import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { readConfigFile, resolveConfig, type Config } from "../core/config.ts";
import { InfomaxError, throwIfCancelled } from "../core/errors.ts";
import { indexFile, loadIndex } from "../core/indexing/indexCache.ts";
import { sourceSignature } from "../core/indexing/signature.ts";
import type { DatasetParams } from "../protocol/dataset.ts";
import { savedSelection } from "./currentSelection.ts";
import { LoadedDataset } from "./loadedDataset.ts";
import { unlessCancelled } from "./unlessCancelled.ts";

/** Datasets held in memory at once. */
const MOST_LOADED = 2;

/** A dataset and the settings that hold for it. */
export interface Located {
  readonly dataset: string;
  readonly root: string;
  readonly config: Config;
}

/** A dataset whose index is in memory. */
export interface Ready {
  readonly loaded: LoadedDataset;
  readonly config: Config;
  readonly dataset: string;
}

/** The datasets in memory, and the order in which requests come to their indexes: one at a time for each. */
export class LoadedDatasets {
  /** By dataset path, the last used last. */
  private readonly loaded = new Map<string, { readonly file: string; readonly value: LoadedDataset }>();
  private readonly queues = new Map<string, Promise<unknown>>();
  /** Index files that could not be read, until they are made again. */
  readonly damaged = new Set<string>();

  /** @param storage folder of the caches */
  constructor(private readonly storage: string) {}

  /** @throws InfomaxError not-found, bad-config */
  async locate(params: DatasetParams): Promise<Located> {
    const given = path.resolve(params.dataset);
    const found = await stat(given).catch((thrown: unknown) => {
      throw new InfomaxError("not-found", l10n.t("there is no such file or folder"), l10n.t("Check the path."), { file: given }, thrown);
    });
    const dataset = await realpath(given);
    const root = found.isDirectory() ? dataset : path.dirname(dataset);
    return { dataset, root, config: resolveConfig(root, await readConfigFile(root), params.options ?? {}, params.trusted, this.storage) };
  }

  /** Whether nothing changed since a dataset was indexed. */
  async isFresh(loaded: LoadedDataset, { dataset, config }: Pick<Located, "dataset" | "config">, signal?: AbortSignal): Promise<boolean> {
    return loaded.index.signature === await sourceSignature(dataset, config, loaded.index.images, signal);
  }

  /** Runs work on one dataset's index after the work before it, whether that failed or not. Cancelling ends the wait at once. */
  async exclusive<T>(params: DatasetParams, work: (located: Located) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const located = await this.locate(params);
    const before = this.queues.get(located.dataset) ?? Promise.resolve();
    const start = (): Promise<T> => {
      throwIfCancelled(signal);
      return work(located);
    };
    const mine = before.then(start, start);
    this.queues.set(located.dataset, mine.catch(() => undefined));
    return unlessCancelled(mine, signal);
  }

  /** The index from memory or cache; null when there is none that fits the settings. */
  async fromCache(located: Located): Promise<LoadedDataset | null> {
    const file = indexFile(this.storage, located.dataset, located.config);
    const held = this.loaded.get(located.dataset);
    if (held?.file === file && JSON.stringify(held.value.index.config) === JSON.stringify(located.config)) return held.value;
    let index;
    try {
      index = held?.file === file ? { ...held.value.index, config: located.config } : await loadIndex(file, located.root, located.config);
    } catch (thrown) {
      // A damaged cache is rebuilt: it holds nothing that cannot be made again.
      if (thrown instanceof InfomaxError && thrown.code === "bad-data") {
        this.damaged.add(file);
        return null;
      }
      throw thrown;
    }
    if (index === null) return null;
    return this.remember(located, file, await LoadedDataset.create(index, await savedSelection(this.storage, located)));
  }

  async remember(located: Located, file: string, value: LoadedDataset): Promise<LoadedDataset> {
    const old = this.loaded.get(located.dataset);
    this.loaded.delete(located.dataset);
    this.loaded.set(located.dataset, { file, value });
    if (old !== undefined) await old.value.close();
    for (const [dataset, { value: oldest }] of this.loaded) {
      if (this.loaded.size <= MOST_LOADED) break;
      this.loaded.delete(dataset);
      await oldest.close();
    }
    return value;
  }

  /** The dataset, loaded and unchanged since it was indexed. @param then what to do after indexing again @throws InfomaxError not-indexed */
  async fresh(params: DatasetParams, then: string, signal?: AbortSignal): Promise<Ready> {
    const ready = await this.ready(params);
    if (!await this.isFresh(ready.loaded, ready, signal)) throw new InfomaxError("not-indexed", l10n.t("the dataset changed since it was indexed"), then, { file: ready.dataset });
    return ready;
  }

  /** Runs work on a dataset's index, whose files stay open until it ends. */
  async withIndex<T>(params: DatasetParams, work: (ready: { readonly loaded: LoadedDataset }) => Promise<T>): Promise<T> {
    const ready = await this.ready(params);
    return ready.loaded.use(() => work(ready));
  }

  /** @throws InfomaxError not-indexed, those of {@link locate} */
  async ready(params: DatasetParams): Promise<Ready> {
    const located = await this.locate(params);
    const held = this.loaded.get(located.dataset)?.value;
    // What is loaded answers at once, also while the dataset is being indexed again.
    if (held !== undefined && JSON.stringify(held.index.config) === JSON.stringify(located.config)) return { loaded: held, config: located.config, dataset: located.dataset };
    return this.exclusive(params, () => this.readyFrom(located));
  }

  async readyFrom(located: Located): Promise<Ready> {
    const loaded = await this.fromCache(located);
    if (loaded === null) throw new InfomaxError("not-indexed", l10n.t("the dataset is not indexed with these settings"), l10n.t("Index the dataset first (InfoMax: Index Dataset, or infomax index)."), { file: located.dataset });
    return { loaded, config: located.config, dataset: located.dataset };
  }

  /** Releases files and memory. */
  async close(): Promise<void> {
    for (const { value } of this.loaded.values()) await value.close();
    this.loaded.clear();
  }
}
