import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { InfomaxError } from "../../core/errors.ts";
import { REPORT_PARTS } from "../../protocol/report.ts";

const deflate = promisify(deflateRaw);

/** The program of a report, as the build leaves it beside the engine. */
export interface ReportProgram {
  readonly script: string;
  readonly style: string;
}

/** Reads what `npm run build` makes of webview/report. */
export async function reportProgram(): Promise<ReportProgram> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  // Beside the bundle; or from the sources, as tests run.
  for (const folder of [path.join(here, "webview"), path.join(here, "..", "..", "..", "dist", "webview")]) {
    try {
      const [script, style] = await Promise.all(["report.js", "report-style.css"].map((name) => readFile(path.join(folder, name), "utf8")));
      return { script, style };
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    }
  }
  throw new InfomaxError("internal", "the program of reports is missing", "Install InfoMax again, or run npm run build.", { file: path.join(here, "webview", "report.js") });
}

/** Bytes as they stand in the page. */
export async function packed(bytes: Uint8Array): Promise<string> {
  return (await deflate(bytes, { level: 9 })).toString("base64");
}

export interface ReportParts {
  readonly title: string;
  readonly language: string;
  /** Strings of that language as JSON; "" for English. */
  readonly strings: string;
  /** Each as {@link packed} leaves it. */
  readonly content: string;
  readonly columns: string;
  readonly pictures: string;
}

/** One page that holds all that it shows: nothing is loaded from anywhere, and only its own script may run. */
export function reportHtml({ script, style }: ReportProgram, { title, language, strings, content, columns, pictures }: ReportParts): string {
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  // The control library makes an empty style element, to find out whether the browser knows :focus-visible.
  const policy = `default-src 'none'; img-src blob:; style-src ${hash(style)} ${hash("")}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
  const part = (id: string, text: string): string => `<script type="text/plain" id="${id}">${text}</script>\n`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body class="report">
<noscript>This report shows its figures with a script of its own, which nothing else can reach: allow scripts to read it.</noscript>
<div id="app" data-l10n="${escaped(strings)}"></div>
${part(REPORT_PARTS.content, content)}${part(REPORT_PARTS.columns, columns)}${part(REPORT_PARTS.pictures, pictures)}<script>${script}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
