import tseslint from "typescript-eslint";
import { layers } from "./scripts/eslint-layers.js";

export default tseslint.config(
  { ignores: ["dist/", "out/", "node_modules/", "test-results/", "examples/", "media/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { layers },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "layers/imports": "error",
      eqeqeq: "error",
      "no-param-reassign": "off",
      "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "Export by name." }],
      // `typeof import("…")` types the natives, which are loaded when first needed.
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports", disallowTypeAnnotations: false }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Wrong for indexed access, which is typed as always present (noUncheckedIndexedAccess is off for the numeric kernels).
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Functions of an asynchronous interface need not all await.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ["src/{core,protocol,engine,extension}/**/*.ts", "webview/**/*.ts"],
    rules: { "no-console": "error" },
  },
  {
    files: ["src/core/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["argv", "exit", "exitCode", "on", "send", "stderr", "stdin", "stdout"].map((property) => ({
          object: "process",
          property,
          message: "The core knows nothing of the process it runs in.",
        })),
      ],
    },
  },
  {
    files: ["webview/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: "Build DOM nodes: the text comes from data files." })),
        { object: "document", property: "write", message: "Build DOM nodes." },
      ],
    },
  },
  {
    // node:test's functions return promises that the runner itself awaits.
    files: ["**/*.test.ts", "test/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [{ from: "package", name: ["test", "describe", "it", "suite", "before", "after", "beforeEach", "afterEach"], package: "node:test" }] }] },
  },
);
