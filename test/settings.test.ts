import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { resolveConfig } from "../src/core/config.ts";
import { SETTINGS, SETTINGS_SECTION } from "../src/extension/contributions.ts";
import { optionsFromSettings } from "../src/extension/settings.ts";

interface Setting {
  readonly default: unknown;
  readonly enum?: readonly string[];
}
const manifest = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly contributes: { readonly configuration: { readonly properties: { readonly [name: string]: Setting } } };
};
const declared = (name: string): Setting => manifest.contributes.configuration.properties[`${SETTINGS_SECTION}.${name}`];
const root = path.resolve("/data");
const defaults = resolveConfig(root, {}, {}, true);

test("what VS Code shows as a setting's default is what holds without the setting", () => {
  const options = optionsFromSettings((name) => declared(name).default, root);
  assert.deepEqual(resolveConfig(root, {}, options, true), defaults);
  const { pairs, neighbors, redundancyWeight, noiseCutoff, threshold, perClass, keeperRule, partition, partitionSize, importanceSource, importanceScale, seed } = defaults;
  const shown = { pairs, neighbors, redundancyWeight, noiseCutoff, threshold, perClass, keeperRule, partition, partitionSize, importance: importanceSource, importanceScale, seed };
  for (const [name, value] of Object.entries(shown)) assert.deepEqual(declared(name).default, value, name);
});

test("every choice that VS Code offers is one that the core takes", () => {
  for (const name of SETTINGS) {
    for (const choice of declared(name).enum ?? []) {
      const options = optionsFromSettings((asked) => (asked === name ? choice : undefined), root);
      const config = resolveConfig(root, {}, options, true);
      assert.equal(name === "importance" ? config.importanceSource : (config as unknown as { [key: string]: unknown })[name], choice, name);
    }
  }
});
