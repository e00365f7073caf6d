import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import * as l10n from "@vscode/l10n";
import { appendAudit } from "../../core/audit/auditLog.ts";
import { InfomaxError, messageOf, throwIfCancelled } from "../../core/errors.ts";
import { ExportFolder } from "../../core/export/exportFolder.ts";
import { rowsByFile, type KeptSamples, type StepOptions } from "../../core/export/keptSamples.ts";
import { imageLoaders, listLoaders, parquetLoaders, tableLoaders, type Loaders } from "../../core/export/loaders.ts";
import { hasByteOrderMark } from "../../core/export/tableBytes.ts";
import { writeImages, writeTables } from "../../core/export/writeFiles.ts";
import { idLines, writeLists, writeManifest } from "../../core/export/writeLists.ts";
import { writeImageParquet, writeTableParquet } from "../../core/export/writeParquet.ts";
import type { ApplyPlan, ApplyResult, ExportForm, ExportParams } from "../../protocol/apply.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import type { RequestContext } from "../service.ts";
import type { AppliedSelection } from "./appliedSelection.ts";
import { notesOf, prepareExport, SYSTEM, type ExportHost } from "./exportPlan.ts";

/** What an export would write. */
export async function planExport(loaded: LoadedDataset, params: ExportParams, context: RequestContext, host: ExportHost = SYSTEM): Promise<ApplyPlan> {
  return (await prepareExport(loaded, params, host, context.signal)).plan;
}

/**
 * Exports the kept samples into a new folder, whole or not at all: it is written beside its place, made durable, read
 * again and compared with the digests of what was read, then renamed. The dataset is only read.
 * @param params.plan digest of the plan that was agreed to
 * @throws InfomaxError cannot-apply where the plan is another by now, has problems, or cannot be carried out; CancelledError
 */
export async function exportSelection(loaded: LoadedDataset, params: ExportParams & { readonly plan: string }, context: RequestContext, host: ExportHost = SYSTEM): Promise<ApplyResult> {
  const start = performance.now();
  const { dataset } = loaded.index;
  const { plan, applied } = await prepareExport(loaded, params, host, context.signal);
  const out = path.resolve(params.out);
  if (plan.problems.length > 0) throw new InfomaxError("cannot-apply", l10n.t("nothing was exported"), plan.problems.join(" "), { file: out });
  if (plan.digest !== params.plan) throw new InfomaxError("cannot-apply", l10n.t("the plan has changed since it was shown"), l10n.t("Look at it again, then export."), { file: out });
  const folder = await begun(out);
  try {
    const notes = await written(loaded, applied, params.form, folder, context);
    const verified = await folder.verify((done, total) => context.onProgress?.({ stage: "Verifying", done, total }), context.signal);
    throwIfCancelled(context.signal);
    await folder.finish();
    const bytes = folder.files.reduce((sum, file) => sum + file.bytes, 0);
    const logged = await appendAudit(dataset.root, {
      event: "exported", selection: applied.name, sha256: applied.sha256, configDigest: applied.header.configDigest ?? null, form: params.form,
      // Relative, so that the log, which is shared, names no folder of this machine where the two lie together.
      out: path.relative(dataset.root, out).split(path.sep).join("/"), files: folder.files.length, bytes, kept: applied.kept.length,
    }).then(() => [], (thrown: unknown) => [l10n.t("The export is whole, but the audit log could not be written: {0}", messageOf(thrown))]);
    return {
      selection: applied.name, out, operation: null, files: folder.files.length, bytes, verified,
      notes: [...notesOf(loaded, applied, 0), ...notes, ...logged], seconds: (performance.now() - start) / 1000,
    };
  } catch (thrown) {
    await folder.discard().catch(() => undefined);
    throw unwritten(thrown, out);
  }
}

async function begun(out: string): Promise<ExportFolder> {
  try {
    return await ExportFolder.create(out);
  } catch (thrown) {
    throw unwritten(thrown, out);
  }
}

function unwritten(thrown: unknown, out: string): unknown {
  if (thrown instanceof InfomaxError) return thrown;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code === undefined) return thrown;
  const remedy = code === "ENOSPC" || code === "EDQUOT" ? l10n.t("Make room, or export elsewhere; the dataset is as it was.") : l10n.t("Export elsewhere; the dataset is as it was.");
  return new InfomaxError("cannot-apply", l10n.t("the export could not be written ({0})", messageOf(thrown)), remedy, { file: out }, thrown);
}

/** Writes everything but the folder's name; returns what the user may want to know. */
async function written(loaded: LoadedDataset, applied: AppliedSelection, form: ExportForm, folder: ExportFolder, { signal, onProgress }: RequestContext): Promise<string[]> {
  const { dataset, digests, datasetDigest } = loaded.index;
  const kept: KeptSamples = { dataset, rows: applied.kept, content: loaded.content, digests, hasher: loaded.hasher };
  const options: StepOptions = { ...(signal === undefined ? {} : { signal }), onProgress: (done, total) => onProgress?.({ stage: "Exporting", done, total }) };
  const notes: string[] = [];
  const loaders = await dataWritten(kept, applied.name, form, folder, options, notes);
  await folder.add("load_with_datasets.py", loaders.datasets);
  await folder.add("load_with_torch.py", loaders.torch);
  await folder.add(`${applied.name}.ids.txt`, idLines(applied.kept.map((row) => dataset.ids[row])));
  await writeManifest(folder, {
    form, selection: applied.name, selectionSha256: applied.sha256, configDigest: applied.header.configDigest ?? null, datasetDigest, samples: dataset.count, kept: applied.kept.length,
  });
  return notes;
}

async function dataWritten(kept: KeptSamples, name: string, form: ExportForm, folder: ExportFolder, options: StepOptions, notes: string[]): Promise<Loaders> {
  const { dataset, rows } = kept;
  switch (form) {
    case "list":
      await writeLists(kept, folder, options.signal);
      return listLoaders(name, dataset, rows.length, await tableDigests(kept));
    case "parquet": {
      const sink = await folder.sink("data.parquet");
      try {
        const write = (bytes: Uint8Array): Promise<void> => sink.write(bytes);
        const { columns, mixed } = await (dataset.layout === "images" ? writeImageParquet(kept, write, options) : writeTableParquet(kept, write, options));
        await sink.close();
        if (mixed.length === 1) notes.push(l10n.t("The column \"{0}\" holds values of several types, which are written as JSON text.", mixed[0]));
        if (mixed.length > 1) notes.push(l10n.t("Columns with values of several types are written as JSON text: {0}.", mixed.join(", ")));
        return parquetLoaders(name, rows.length, columns);
      } catch (thrown) {
        await sink.abandon();
        throw thrown;
      }
    }
    case "copy":
    case "hardlink": {
      if (dataset.layout === "images") {
        await writeImages(kept, folder, form, options);
        return imageLoaders(name, dataset, rows);
      }
      await writeTables(kept, folder, form, options);
      const tables = [...rowsByFile(dataset, rows).keys()].map((file) => dataset.files[file]);
      const marks = await Promise.all(tables.map((table) => hasByteOrderMark(path.join(folder.folder, table))));
      return tableLoaders(name, dataset, rows.length, tables, marks.includes(true));
    }
  }
}

/** SHA-256 of each table that a kept record is of, by its path. */
async function tableDigests({ dataset, rows }: KeptSamples): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const file of rowsByFile(dataset, rows).keys()) {
    if (dataset.layout !== "table") break;
    const hash = createHash("sha256");
    await pipeline(createReadStream(path.join(dataset.root, dataset.files[file])), hash);
    digests[dataset.files[file]] = hash.digest("hex");
  }
  return digests;
}
