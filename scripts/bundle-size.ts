/** Prints how large the webview's bundles are and what each library adds to them: `npm run bundle-size`. */
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { targets } from "./build.ts";

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

const target = targets({ production: true }).get("webview");
if (target === undefined) throw new Error("The build has no webview");
const { metafile, outputFiles } = await esbuild.build({ ...target, metafile: true, write: false, sourcemap: false });
for (const [file, { bytes, inputs }] of Object.entries(metafile.outputs)) {
  const contents = outputFiles.find(({ path }) => path.replaceAll("\\", "/").endsWith(file))?.contents ?? new Uint8Array(0);
  console.log(`${file}  ${kilobytes(bytes)}, ${kilobytes(gzipSync(contents).length)} compressed`);
  if (!file.endsWith(".js")) continue;
  const sizes = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? "the project's own";
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  for (const [name, size] of [...sizes].sort((a, b) => b[1] - a[1])) console.log(`  ${kilobytes(size).padStart(9)}  ${name}`);
}
