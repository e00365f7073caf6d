/**
 * Bundles the four programs into dist/ with esbuild. `--watch` rebuilds on change, `--production` minifies and leaves
 * source maps out (what `npm run package` ships).
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const DIST = path.join(ROOT, "dist");

/** Packages that are loaded from node_modules at run time: native addons, and what must share their one copy of ONNX Runtime. */
export const EXTERNALS = ["@huggingface/transformers", "@julusian/jpeg-turbo", "hnswlib-node", "onnxruntime-common", "onnxruntime-node", "sharp"] as const;

export interface BuildOptions {
  readonly production: boolean;
}

// CommonJS output has no import.meta.url; sources may use it to find their neighbours.
const importMetaUrl = {
  define: { "import.meta.url": "importMetaUrl" },
  js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
};

function nodeTarget(entry: string, outfile: string, external: readonly string[], banner = ""): esbuild.BuildOptions {
  return {
    entryPoints: [path.join(ROOT, entry)],
    outfile: path.join(DIST, outfile),
    platform: "node",
    format: "cjs",
    target: "node20",
    external: [...external],
    // Its main file is UMD, whose own `require` no bundler sees.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    define: importMetaUrl.define,
    banner: { js: banner + importMetaUrl.js },
  };
}

/** The bundles by name; each is one esbuild run. */
export function targets({ production }: BuildOptions): ReadonlyMap<string, esbuild.BuildOptions> {
  const common: esbuild.BuildOptions = {
    absWorkingDir: ROOT,
    bundle: true,
    metafile: true,
    minify: production,
    // Stack traces and error classes keep their names; costs some percent of size.
    keepNames: true,
    sourcemap: production ? false : "linked",
    legalComments: "none",
    logLevel: "warning",
  };
  return new Map<string, esbuild.BuildOptions>([
    ["extension", { ...common, ...nodeTarget("src/extension/extension.ts", "extension.cjs", ["vscode"]) }],
    ["engine", { ...common, ...nodeTarget("src/engine/main.ts", "engine.cjs", EXTERNALS) }],
    ["cli", { ...common, ...nodeTarget("src/cli/main.ts", "cli.cjs", EXTERNALS, "#!/usr/bin/env node\n") }],
    ["webview", {
      ...common,
      entryPoints: {
        main: path.join(ROOT, "webview/main.ts"), style: path.join(ROOT, "webview/style.css"),
        report: path.join(ROOT, "webview/report/main.ts"), "report-style": path.join(ROOT, "webview/report/report.css"),
      },
      outdir: path.join(DIST, "webview"),
      platform: "browser",
      format: "iife",
      target: "es2022",
      minify: true,
      keepNames: false,
    }],
  ]);
}

/** Builds everything; returns esbuild's metafile of each bundle by name. */
export async function buildAll(options: BuildOptions): Promise<ReadonlyMap<string, esbuild.Metafile>> {
  // Natives staged by an earlier `npm run package` would shadow the installed ones.
  await rm(path.join(DIST, "node_modules"), { recursive: true, force: true });
  const metafiles = new Map<string, esbuild.Metafile>();
  for (const [name, target] of targets(options)) {
    const result = await esbuild.build(target);
    if (result.metafile !== undefined) metafiles.set(name, result.metafile);
  }
  return metafiles;
}

async function watch(): Promise<void> {
  for (const target of targets({ production: false }).values()) {
    const context = await esbuild.context({ ...target, logLevel: "info" });
    await context.watch();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes("--watch")) await watch();
  else {
    const metafiles = await buildAll({ production: process.argv.includes("--production") });
    for (const metafile of metafiles.values()) {
      for (const [file, output] of Object.entries(metafile.outputs)) {
        if (!file.endsWith(".map")) console.log(`${file}  ${(output.bytes / 1024).toFixed(0)} KB`);
      }
    }
  }
}
