import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import * as esbuild from "esbuild";
import { ESLint } from "eslint";
import { ROOT, targets } from "../scripts/build.ts";

const RULE = "layers/imports";

const eslint = new ESLint({
  cwd: ROOT,
  // The files are not on disk, so no type information for them; the layering needs none.
  overrideConfig: [{ files: ["**/*.ts"], languageOptions: { parserOptions: { projectService: false } } }],
  ruleFilter: ({ ruleId }) => ruleId === RULE || ruleId === "no-console" || ruleId === "no-restricted-properties",
});

async function violations(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(ROOT, file) });
  assert.ok(result !== undefined);
  return result.messages.map((message) => {
    assert.ok(message.ruleId !== null, `${file} does not parse: ${message.message}`);
    return message.ruleId;
  });
}

test("forbidden imports between layers are reported, in every form an import can take", async () => {
  const forbidden: [file: string, code: string][] = [
    ["src/core/x.ts", `import { a } from "../engine/a.ts"; a();`],
    ["src/core/x.ts", `import type { A } from "../protocol/engine.ts"; export type B = A;`],
    ["src/core/x.ts", `import * as vscode from "vscode"; vscode.env;`],
    ["src/core/x.ts", `import { fork } from "node:child_process"; fork("a");`],
    ["src/core/x.test.ts", `import { a } from "../cli/a.ts"; a();`],
    ["src/protocol/x.ts", `export * from "../core/errors.ts";`],
    ["src/protocol/x.ts", `export type A = import("../core/errors.ts").ErrorCode;`],
    ["src/protocol/x.ts", `import fs from "node:fs"; fs.readFileSync("a");`],
    ["src/engine/x.ts", `export { a } from "../extension/a.ts";`],
    ["src/engine/x.ts", `import sharp from "sharp"; sharp("a");`],
    ["src/engine/x.ts", `import { workspace } from "vscode"; workspace.name;`],
    ["src/extension/views/x.ts", `import { InfomaxError } from "../../core/errors.ts"; throw new InfomaxError();`],
    ["src/extension/x.ts", `import type { Engine } from "../engine/server.ts"; export type E = Engine;`],
    ["src/extension/x.ts", `const ort = await import("onnxruntime-node"); ort.env;`],
    ["src/extension/x.ts", `const hnsw = require("hnswlib-node"); hnsw.a;`],
    ["src/extension/x.ts", `import transformers = require("@huggingface/transformers"); transformers.env;`],
    ["src/cli/x.ts", `import { a } from "../extension/a.ts"; a();`],
    ["src/cli/x.ts", `import { Tensor } from "onnxruntime-node"; new Tensor();`],
    ["webview/x.ts", `import { InfomaxError } from "../src/core/errors.ts"; throw new InfomaxError();`],
    ["webview/x.ts", `import * as vscode from "vscode"; vscode.env;`],
    ["webview/x.ts", `import path from "node:path"; path.join("a");`],
  ];
  for (const [file, code] of forbidden) assert.deepEqual(await violations(file, code), [RULE], `${file}: ${code}`);
});

test("allowed imports pass", async () => {
  const allowed: [file: string, code: string][] = [
    ["src/core/selection/x.ts", `import { InfomaxError } from "../errors.ts"; import * as ort from "onnxruntime-node"; import fs from "node:fs"; fs.a(ort, InfomaxError);`],
    ["src/engine/x.ts", `import type { A } from "../protocol/engine.ts"; import { b } from "../core/b.ts"; export const c: A = b;`],
    ["src/extension/x.ts", `import type { A } from "../protocol/engine.ts"; import * as vscode from "vscode"; import { fork } from "node:child_process"; export const a: A = fork(vscode);`],
    ["src/cli/x.ts", `import { a } from "../engine/a.ts"; import { b } from "../core/b.ts"; a(b);`],
    ["webview/x.ts", `import type { A } from "../src/protocol/webview.ts"; import { provideVSCodeDesignSystem } from "@vscode/webview-ui-toolkit"; export const a: A = provideVSCodeDesignSystem;`],
    ["src/core/x.test.ts", `import fc from "fast-check"; import { spawn } from "node:child_process"; spawn(fc);`],
  ];
  for (const [file, code] of allowed) assert.deepEqual(await violations(file, code), [], `${file}: ${code}`);
});

test("console, process control in the core and raw HTML in the webview are reported", async () => {
  assert.deepEqual(await violations("src/extension/x.ts", `console.log(1);`), ["no-console"]);
  assert.deepEqual(await violations("src/core/x.ts", `process.exit(1);`), ["no-restricted-properties"]);
  assert.deepEqual(await violations("webview/x.ts", `document.body.innerHTML = "a";`), ["no-restricted-properties"]);
  assert.deepEqual(await violations("src/cli/x.ts", `console.log(1); process.exit(1);`), []);
});

test("the extension's bundle holds nothing of the core or the engine, and no native package", async () => {
  const target = targets({ production: true }).get("extension");
  assert.ok(target !== undefined);
  const { metafile } = await esbuild.build({ ...target, metafile: true, write: false });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.includes("src/extension/extension.ts"));
  assert.deepEqual(inputs.filter((input) => /^src\/(core|engine|cli)\//.test(input)), []);
  const external = Object.values(metafile.outputs).flatMap((output) => output.imports).filter((i) => i.external === true).map((i) => i.path);
  const builtin = /^(node:|(assert|buffer|child_process|crypto|events|fs|net|os|path|stream|url|util|worker_threads)(\/|$))/;
  assert.deepEqual([...new Set(external)].filter((name) => !builtin.test(name)), ["vscode"]);
});

test("the webview's bundle needs nothing at run time", async () => {
  const target = targets({ production: true }).get("webview");
  assert.ok(target !== undefined);
  const { metafile } = await esbuild.build({ ...target, metafile: true, write: false });
  for (const [file, output] of Object.entries(metafile.outputs)) {
    assert.deepEqual(output.imports.filter((i) => i.external === true), [], file);
  }
  assert.deepEqual(Object.keys(metafile.inputs).filter((input) => input.startsWith("src/") && !input.startsWith("src/protocol/")), []);
});
