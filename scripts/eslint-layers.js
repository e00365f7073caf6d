/**
 * The layering of the source folders as an ESLint rule. It reads paths alone, so it also sees imports of files that do not
 * exist yet, type imports, re-exports, dynamic imports and require().
 */
import path from "node:path";

/** @typedef {{ imports: string[], packages: string[], node: boolean | string[] }} Layer */

/** Packages that load native code: in the core's own modules only, which only the engine and the command line load. */
export const NATIVE_PACKAGES = ["@huggingface/transformers", "@julusian/jpeg-turbo", "hnswlib-node", "onnxruntime-common", "onnxruntime-node", "sharp"];

/**
 * Which layers, npm packages and Node modules each layer may import. `node: true` allows all Node modules,
 * a list allows all but the listed ones. Sources of a layer lie under the folder that names it.
 * @type {Record<string, Layer>}
 */
export const LAYERS = {
  "src/core": {
    imports: [],
    packages: [...NATIVE_PACKAGES, "csv-parse", "hyparquet-writer", "jsonc-parser", "xxhash-wasm", "zod"],
    node: ["child_process", "cluster", "dgram", "http", "http2", "https", "net", "repl", "tls"],
  },
  "src/protocol": { imports: [], packages: ["@vscode/l10n"], node: false },
  "src/engine": { imports: ["src/protocol", "src/core"], packages: ["@vscode/l10n", "vscode-jsonrpc", "zod"], node: true },
  "src/extension": { imports: ["src/protocol"], packages: ["@vscode/l10n", "vscode", "vscode-jsonrpc"], node: true },
  "src/cli": { imports: ["src/engine", "src/protocol", "src/core"], packages: [], node: true },
  webview: { imports: ["src/protocol"], packages: ["@vscode/l10n", "@vscode/webview-ui-toolkit"], node: false },
};

/** What a unit test may import beyond its layer. */
const TEST_PACKAGES = ["fast-check", "hyparquet", "picomatch", "sharp", "umap-js"];

/** @param {string} file path relative to the root, POSIX separators */
function layerOf(file) {
  return Object.keys(LAYERS).find((layer) => file.startsWith(`${layer}/`));
}

/** @param {string} specifier */
function packageOf(specifier) {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/**
 * Why `specifier` must not be imported by `file`, or null when it may.
 * @param {string} file path relative to the root, POSIX separators
 * @param {string} specifier
 * @returns {string | null}
 */
export function whyForbidden(file, specifier) {
  const layer = layerOf(file);
  if (layer === undefined) return null;
  const rules = LAYERS[layer];
  const isTest = /\.test\.ts$/.test(file);
  if (specifier.startsWith(".") || specifier.startsWith("/")) {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
    const targetLayer = layerOf(target);
    if (targetLayer === layer || (targetLayer !== undefined && rules.imports.includes(targetLayer))) return null;
    if (isTest && target.startsWith("test/")) return null;
    const allowed = rules.imports.length === 0 ? "only itself" : `only itself and ${rules.imports.join(", ")}`;
    return `${layer} may import ${allowed}, not ${targetLayer ?? target}`;
  }
  const name = packageOf(specifier.replace(/^node:/, ""));
  if (specifier.startsWith("node:")) {
    if (rules.node === true || isTest) return null;
    if (rules.node !== false && !rules.node.includes(name)) return null;
    return `${layer} may not use the Node module ${name}`;
  }
  if (rules.packages.includes(name) || (isTest && TEST_PACKAGES.includes(name))) return null;
  return `${layer} may not use the package ${name} (the allowed ones stand in scripts/eslint-layers.js)`;
}

/** @type {import("eslint").Rule.RuleModule} */
const imports = {
  meta: { type: "problem", schema: [], messages: { forbidden: "{{why}}." } },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join("/");
    if (layerOf(file) === undefined) return {};
    const check = (source) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const why = whyForbidden(file, source.value);
      if (why !== null) context.report({ node: source, messageId: "forbidden", data: { why } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (node) => check(node.expression),
      CallExpression: (node) => {
        const { callee } = node;
        const isRequire = (callee.type === "Identifier" && callee.name === "require")
          || (callee.type === "MemberExpression" && callee.object.type === "Identifier" && callee.object.name === "require");
        if (isRequire) check(node.arguments[0]);
      },
    };
  },
};

/** @type {import("eslint").ESLint.Plugin} */
export const layers = { rules: { imports } };
