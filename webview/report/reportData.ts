/** What a report carries, unpacked. */
import { readBlock, type BlockColumns, type BlockName } from "../../src/protocol/columns.ts";
import type { SampleView } from "../../src/protocol/samples.ts";
import { isReportContent, REPORT_PARTS, type ReportBlock, type ReportContent } from "../../src/protocol/report.ts";

export interface ReportData {
  readonly content: ReportContent;
  readonly columns: Uint8Array;
  readonly pictures: Uint8Array;
}

/** Reads the parts out of the page. @throws Error where one is missing or damaged */
export async function reportData(): Promise<ReportData> {
  const [json, columns, pictures] = await Promise.all([REPORT_PARTS.content, REPORT_PARTS.columns, REPORT_PARTS.pictures].map(unpacked));
  const content: unknown = JSON.parse(new TextDecoder().decode(json));
  if (!isReportContent(content)) throw new Error("The report's content is of another version.");
  return { content, columns, pictures };
}

async function unpacked(id: string): Promise<Uint8Array> {
  const text = document.getElementById(id)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function blockOf(data: ReportData, name: BlockName): { readonly block: ReportBlock; readonly bytes: Uint8Array } | null {
  const block = data.content.blocks.find((candidate) => candidate.block === name);
  return block === undefined ? null : { block, bytes: data.columns.slice(block.start, block.start + block.length) };
}

export function columnsOf<B extends BlockName>(data: ReportData, name: B): BlockColumns[B] | null {
  const found = blockOf(data, name);
  return found === null ? null : readBlock(name, found.block.places, found.bytes);
}

/** What the columns alone tell of a sample. Pure. */
export function bareSample({ summary, files }: ReportContent, base: BlockColumns["base"], row: number): SampleView {
  const file = files[base.file[row]] ?? "";
  const line = base.line[row] === 0 ? null : base.line[row];
  const code = base.label[row];
  return {
    id: line === null ? file : `${file}:${line}`, row, kind: summary.kind, file, line,
    label: code < 0 ? null : summary.classNames[code] ?? null, split: null, text: null,
    importance: base.importance[row], importanceRank: base.rank[row], protected: false, excluded: false, rule: null, preferred: false, note: null, status: null,
  };
}
