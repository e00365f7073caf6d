import * as l10n from "@vscode/l10n";
import { packColumns } from "../../src/protocol/columns.ts";
import type { SampleView } from "../../src/protocol/samples.ts";
import type { FromWebview, ToWebview } from "../../src/protocol/webview.ts";
import type { Channel } from "../state/channel.ts";
import { bareSample, blockOf, columnsOf, type ReportData } from "./reportData.ts";

/** Answers the inspector's questions out of what the report carries. */
export function reportChannel(data: ReportData): Channel {
  const { content } = data;
  const { summary } = content;
  const base = columnsOf(data, "base");
  const sampleOf = new Map<number, SampleView>(content.samples.map((sample) => [sample.row, sample]));
  const rowOf = new Map<string, number>(content.samples.map((sample) => [sample.id, sample.row]));
  const pictureOf = new Map(content.pictures.map(([row, start, length]) => [row, { start, length }]));
  let receive: (message: ToWebview) => void = () => undefined;
  // As a host does: never before the question has been asked.
  const answer = (message: ToWebview): void => { queueMicrotask(() => { receive(message); }); };
  const refuse = (requestId: number, message: string): void => { answer({ type: "requestFailed", requestId, message, cancelled: false }); };

  const view = (row: number): SampleView | null => sampleOf.get(row) ?? (base === null || row >= summary.samples ? null : bareSample(content, base, row));

  const sendBlock = (requestId: number, name: "base" | "states" | "order" | "map" | "clusters"): void => {
    const found = blockOf(data, name);
    if (found === null) refuse(requestId, l10n.t("The report does not hold this."));
    else answer({ type: "block", requestId, block: name, key: summary.key, samples: summary.samples, threshold: found.block.threshold, places: found.block.places, bytes: found.bytes });
  };

  const search = (requestId: number, text: string): void => {
    const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const rows: number[] = [];
    for (let row = 0; row < summary.samples; row++) {
      const sample = view(row);
      const all = sample === null ? "" : `${sample.id}\n${sample.file}\n${sample.text ?? ""}`.toLowerCase();
      if (words.every((word) => all.includes(word))) rows.push(row);
    }
    const { places, bytes } = packColumns({ rows: Uint32Array.from(rows) });
    answer({ type: "block", requestId, block: "rows", key: summary.key, samples: summary.samples, threshold: null, places, bytes });
  };

  const ask = (message: FromWebview): void => {
    switch (message.type) {
      case "ready":
        return answer({ type: "summary", summary, stale: false });
      case "getBlock":
        return sendBlock(message.requestId, message.block);
      case "getClusters":
        return sendBlock(message.requestId, "clusters");
      case "search":
        return search(message.requestId, message.text);
      case "getSamples":
        return answer({ type: "samples", requestId: message.requestId, samples: message.rows.flatMap((row) => view(row) ?? []) });
      case "getThumbnails":
        return answer({ type: "thumbnails", thumbnails: pictures(message.ids) });
      case "getOverview":
        return answer({ type: "overview", result: content.overview });
      case "getCurve":
        return answer({ type: "curve", result: content.curve });
      case "getStrategy": {
        const result = content.curve.strategies.find(({ name }) => name === message.name);
        if (result === undefined) refuse(message.requestId, l10n.t("The report does not hold this strategy."));
        else answer({ type: "strategy", requestId: message.requestId, result });
        return;
      }
      case "getComparison":
        return answer({ type: "comparison", requestId: message.requestId, view: content.comparison });
      // A report is read only; its pages offer nothing of the rest.
      case "getChanges":
      case "drop":
      case "prune":
      case "askPrune":
      case "getPricing":
      case "compare":
      case "openComparison":
      case "exportComparison":
      case "getReview":
      case "getReviewSamples":
      case "approve":
      case "openMarkdown":
      case "apply":
      case "useSelection":
      case "decide":
      case "explain":
      case "reveal":
      case "revealRejected":
      case "setKeeperRule":
      case "index":
      case "cancel":
        return;
    }
  };

  const pictures = (ids: readonly string[]): { readonly [id: string]: Uint8Array } => {
    const found = Object.create(null) as { [id: string]: Uint8Array };
    for (const id of ids) {
      const place = pictureOf.get(rowOf.get(id) ?? -1);
      if (place !== undefined) found[id] = data.pictures.subarray(place.start, place.start + place.length);
    }
    return found;
  };

  return {
    readOnly: true,
    send: ask,
    listen: (listener) => { receive = listener; },
    // A page that was opened as a file has no safe place to remember anything in.
    kept: () => null,
    keep: () => undefined,
  };
}
