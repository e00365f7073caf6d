import { randomBytes } from "node:crypto";

export interface InspectorResources {
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Of the user interface, "ja". */
  readonly language: string;
  /** Its strings as JSON; "" for English. */
  readonly strings: string;
}

/**
 * The inspector's page: nothing inline, nothing remote, one script that carries the nonce.
 * The control library reads the nonce from the meta element, for the style with which it finds out whether the browser knows :focus-visible.
 */
export function inspectorHtml({ cspSource, script, style, language, strings }: InspectorResources): string {
  const nonce = randomBytes(18).toString("base64url");
  const policy = [
    "default-src 'none'",
    `img-src ${cspSource} blob:`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>InfoMax Inspector</title>
</head>
<body>
<div id="app" data-l10n="${escaped(strings)}"></div>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}
