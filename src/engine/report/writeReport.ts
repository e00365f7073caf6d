import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Config } from "../../core/config.ts";
import { thumbnailBytes } from "../../core/dataset/thumbnail.ts";
import { InfomaxError, throwIfCancelled } from "../../core/errors.ts";
import { writeTextFile } from "../../core/store/protectionFile.ts";
import type { ComparisonView } from "../../protocol/comparison.ts";
import { packColumns, type BlockColumns, type BlockName } from "../../protocol/columns.ts";
import type { DatasetSummary, Progress } from "../../protocol/dataset.ts";
import type { ReportResult } from "../../protocol/overview.ts";
import type { SampleView } from "../../protocol/samples.ts";
import { REPORT_VERSION, type ReportBlock, type ReportContent } from "../../protocol/report.ts";
import { baseColumns, clusterColumns, stateColumns } from "../blocks.ts";
import { datasetCurve, nestedOrder } from "../curve.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import { datasetOverview } from "../overview.ts";
import { datasetSummary, sampleView } from "../views.ts";
import { packed, reportHtml, reportProgram } from "./reportHtml.ts";
import { rowsByInterest } from "./reportSamples.ts";

/** A report stays below this, so that it can be sent by mail and kept beside a pull request. */
export const MOST_REPORT_BYTES = 5_000_000;
const THUMBNAIL_PIXELS = 72;
const THUMBNAIL_QUALITY = 60;
/** Of what columns and program leave, the share for texts and names; pictures take the rest. */
const TEXT_SHARE = { image: 0.25, pair: 0.4, text: 0.9, vector: 0.9 } as const;
const MOST_SAMPLES = 20_000;
/** Bits of a figure's fraction that are kept: three decimal digits, and half the bytes once deflated. */
const FRACTION_BITS = 11;
/** Thumbnails made at once. */
const AT_ONCE = 8;

export interface ReportRequest {
  /** Absolute path of the file to write. */
  readonly file: string;
  readonly strategies: readonly string[];
  readonly budget: string;
  readonly language: string;
  readonly strings: string;
  readonly map: Float32Array;
  readonly comparison: ComparisonView | null;
}

export interface ReportOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Writes the inspector's pages as one HTML file that needs neither network nor VS Code. */
export async function writeReport(loaded: LoadedDataset, config: Config, request: ReportRequest, options: ReportOptions): Promise<ReportResult> {
  const start = performance.now();
  const { index } = loaded;
  const { dataset } = index;
  const stop = options.signal === undefined ? {} : { signal: options.signal };
  const program = await reportProgram();
  const seen = await loaded.snapshot();
  const [summary, overview, curve, clusters] = [
    await datasetSummary(loaded), await datasetOverview(loaded), await datasetCurve(loaded, config, request.budget, request.strategies, stop), await loaded.clusters(),
  ];
  const order = await nestedOrder(loaded, config, request.budget, options.signal);
  const blocks = collected({
    base: rounded(baseColumns(loaded)), states: rounded(await stateColumns(loaded, seen, config.keeperRule, options.signal)), clusters: rounded(clusterColumns(loaded, clusters)), order: { order }, map: rounded({ xy: request.map }),
  }, clusters.threshold);
  const columns = await packed(blocks.bytes);
  const left = MOST_REPORT_BYTES * 0.96 - Buffer.byteLength(program.script) - Buffer.byteLength(program.style) - columns.length - 2 * Buffer.byteLength(request.strings);
  const interesting = rowsByInterest({
    count: dataset.count, clusters, aum: index.hardness?.aum ?? null, order, cut: curve.knee === null ? null : curve.points[curve.knee].kept, seed: config.seed,
  });

  const about = { version: REPORT_VERSION, written: new Date().toISOString(), summary: travelling(summary), overview, curve, comparison: request.comparison === null ? null : travellingComparison(request.comparison), blocks: blocks.list, files: dataset.files } as const;
  const cut = withoutFolders(dataset.path, dataset.root);
  const packedContent = (content: object): Promise<string> => packed(Buffer.from(cut(JSON.stringify(content))));
  const withoutSamples = (await packedContent(about)).length;
  const room = left - withoutSamples;
  if (room < 0 && about.comparison !== null && left >= (await packedContent({ ...about, comparison: null })).length) {
    throw new InfomaxError("bad-argument", l10n.t("with the comparison a report would be larger than {0} MB", MOST_REPORT_BYTES / 1e6), l10n.t("Write the report without it (infomax report --no-comparison), or compare fewer strategies."), { file: dataset.path });
  }
  if (room < 0) throw new InfomaxError("bad-argument", l10n.t("a report of {0} samples would be larger than {1} MB", dataset.count.toLocaleString("en-US"), MOST_REPORT_BYTES / 1e6), l10n.t("Write a report of a part of the dataset."), { file: dataset.path });
  const samples: SampleView[] = [];
  // Texts deflate to a third or so, and base64 adds a third again.
  let textBytes = room * TEXT_SHARE[dataset.kind] * 2;
  for (const row of interesting.subarray(0, MOST_SAMPLES)) {
    if (samples.length % 500 === 0) {
      throwIfCancelled(options.signal);
      options.onProgress?.({ stage: "Reading samples", done: samples.length, total: Math.min(MOST_SAMPLES, dataset.count) });
    }
    const sample = await sampleView(loaded, seen, row);
    textBytes -= JSON.stringify(sample).length;
    if (textBytes < 0) break;
    samples.push(sample);
  }
  let bare = (await packedContent({ ...about, samples, pictures: [] })).length;
  // Texts that hardly deflate take more than was reckoned.
  while (bare > left && samples.length > 0) {
    samples.length >>= 1;
    bare = (await packedContent({ ...about, samples, pictures: [] })).length;
  }
  const pictures = dataset.kind === "image" || dataset.kind === "pair" ? await thumbnails(loaded, samples, left - bare, options) : { parts: [], list: [] };
  const content: ReportContent = { ...about, samples, pictures: pictures.list };
  const html = reportHtml(program, {
    title: `InfoMax: ${path.basename(dataset.path)}`, language: request.language, strings: request.strings,
    content: await packedContent(content), columns, pictures: await packed(Buffer.concat(pictures.parts)),
  });
  await writeTextFile(request.file, html);
  return { file: request.file, bytes: Buffer.byteLength(html), samples: dataset.count, shown: samples.length, pictures: pictures.list.length, hasComparison: about.comparison !== null, seconds: (performance.now() - start) / 1000 };
}

/** WebP thumbnails of the samples in their order, as many as there is room for. */
async function thumbnails(loaded: LoadedDataset, samples: readonly SampleView[], room: number, { signal, onProgress }: ReportOptions): Promise<{ readonly parts: readonly Buffer[]; readonly list: ReportContent["pictures"] }> {
  const parts: Buffer[] = [];
  const list: [number, number, number][] = [];
  let end = 0;
  // Base64 adds a third; WebP does not deflate; and each entry of the list has its own few bytes.
  const fits = (bytes: number): boolean => (end + bytes) * 1.34 + (list.length + 1) * 14 < room;
  for (let at = 0; at < samples.length; at += AT_ONCE) {
    throwIfCancelled(signal);
    onProgress?.({ stage: "Making thumbnails", done: at, total: samples.length });
    const made = await Promise.all(samples.slice(at, at + AT_ONCE).map(async ({ row }) => ({ row, bytes: await thumbnail(loaded, row) })));
    for (const { row, bytes } of made) {
      if (bytes === null) continue;
      if (!fits(bytes.length)) return { parts, list };
      list.push([row, end, bytes.length]);
      parts.push(bytes);
      end += bytes.length;
    }
  }
  return { parts, list };
}

async function thumbnail(loaded: LoadedDataset, row: number): Promise<Buffer | null> {
  try {
    const content = await loaded.content.read(row);
    return "bytes" in content && content.bytes.length > 0 ? await thumbnailBytes(content.bytes, THUMBNAIL_PIXELS, THUMBNAIL_QUALITY) : null;
  } catch {
    // The file went or changed since it was indexed: the report shows its place empty.
    return null;
  }
}

type Blocks = { readonly [block in Exclude<BlockName, "rows">]: BlockColumns[block] };

function collected(blocks: Blocks, threshold: number): { readonly list: readonly ReportBlock[]; readonly bytes: Uint8Array } {
  const list: ReportBlock[] = [];
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const block of Object.keys(blocks) as (keyof Blocks)[]) {
    const { places, bytes } = packColumns(blocks[block]);
    list.push({ block, threshold: block === "clusters" ? threshold : null, places, start, length: bytes.length });
    parts.push(bytes);
    start += bytes.length;
  }
  return { list, bytes: Buffer.concat(parts) };
}

/** The same columns, figures rounded to what a reader sees. */
function rounded<T extends object>(columns: T): T {
  const mask = -1 << (23 - FRACTION_BITS);
  return Object.fromEntries(Object.entries(columns).map(([name, column]: [string, unknown]) => {
    if (!(column instanceof Float32Array)) return [name, column];
    const bits = new Int32Array(column.slice().buffer);
    for (let i = 0; i < bits.length; i++) if (!Number.isNaN(column[i])) bits[i] &= mask;
    return [name, new Float32Array(bits.buffer)];
  })) as T;
}

/** Names in place of paths: where somebody's files lie is nobody else's business. */
function travelling(summary: DatasetSummary): DatasetSummary {
  const { encoder } = summary;
  return { ...summary, dataset: path.basename(summary.dataset), root: "", encoder: { ...encoder, name: path.isAbsolute(encoder.name) ? path.basename(encoder.name) : encoder.name } };
}

/** The same of a comparison: its file, the encoder's folder, and such folders in what changed, where values stand as JSON. */
function travellingComparison(view: ComparisonView): ComparisonView {
  const named = (text: string): string => (path.isAbsolute(text) ? path.basename(text) : text);
  const changes = view.changes.map((line) => line.replace(/"[^"]*"/g, (quoted) => `"${named(quoted.slice(1, -1))}"`));
  return { ...view, file: path.basename(view.file), encoder: named(view.encoder), changes };
}

/** Takes the folders of this machine out of what faults and notes say, as it stands in JSON. */
function withoutFolders(dataset: string, root: string): (json: string) => string {
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const places = [...new Set([dataset, root])].sort((a, b) => b.length - a.length);
  return (json) => places.reduce((rest, place) => rest.split(inJson(place + path.sep)).join("").split(inJson(place)).join(inJson(path.basename(place))), json);
}
