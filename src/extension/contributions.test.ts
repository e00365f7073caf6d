import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { COMMANDS, CONTEXT_KEYS, IMAGE_PATTERN, INSPECTOR_VIEW_TYPE, RESTRICTED_SETTINGS, SETTINGS, SETTINGS_SECTION, TABLE_PATTERN } from "./contributions.ts";

interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: { readonly [menu: string]: readonly { readonly command: string; readonly when: string }[] };
    readonly configuration: { readonly properties: { readonly [name: string]: { readonly default: unknown } } };
  };
}

const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
const { contributes } = manifest;

test("commands: package.json and code agree both ways", () => {
  assert.deepEqual(contributes.commands.map((entry) => entry.command).sort(), Object.values<string>(COMMANDS).sort());
  for (const entry of contributes.commands) assert.equal(entry.category, "InfoMax");
});

test("settings: package.json and code agree both ways", () => {
  assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), SETTINGS.map((name) => `${SETTINGS_SECTION}.${name}`).sort());
  assert.deepEqual([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(), RESTRICTED_SETTINGS.map((name) => `${SETTINGS_SECTION}.${name}`).sort());
});

test("menus name existing commands and context keys, and match the same files as the code", () => {
  const known: readonly string[] = Object.values(COMMANDS);
  const keys: readonly string[] = Object.values(CONTEXT_KEYS);
  const used = new Set<string>();
  for (const entry of Object.values(contributes.menus).flat()) {
    assert.ok(known.includes(entry.command), entry.command);
    for (const key of entry.when.match(/infomax\.\w+/g) ?? []) used.add(key);
    const pattern = /resourceExtname =~ \/(.*?)\/i/.exec(entry.when);
    assert.ok(pattern !== null);
    const ours = pattern[1].includes("jsonl") ? TABLE_PATTERN : IMAGE_PATTERN;
    const theirs = new RegExp(pattern[1], "i");
    for (const extension of ["jsonl", "ndjson", "csv", "tsv", "jpg", "jpeg", "JPG", "png", "webp", "gif", "tif", "tiff", "bmp", "avif", "txt", "json", "npy"]) {
      assert.equal(theirs.test(`.${extension}`), ours.test(`a.${extension}`), `${entry.command} on .${extension}`);
    }
  }
  assert.deepEqual([...used].sort(), [...keys].sort());
});

test("activation is narrow", () => {
  assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${INSPECTOR_VIEW_TYPE}`));
  for (const event of manifest.activationEvents) assert.match(event, /^(onWebviewPanel:infomax\.|workspaceContains:.*infomax|onLanguage:(jsonl|csv|tsv)$)/);
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, "limited");
});
