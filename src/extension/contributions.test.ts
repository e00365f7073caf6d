import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { COMMANDS, CONTEXT_KEYS, DECISIONS_VIEW, IMAGE_PATTERN, INSPECTOR_VIEW_TYPE, RESTRICTED_SETTINGS, SETTINGS, SETTINGS_SECTION, TABLE_PATTERN, TEXT_PATTERN } from "./contributions.ts";

interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: { readonly [menu: string]: readonly { readonly command?: string; readonly submenu?: string; readonly when?: string }[] };
    readonly submenus: readonly { readonly id: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly when: string }[];
    readonly views: { readonly explorer: readonly { readonly id: string; readonly when: string }[] };
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

const EXTENSIONS = ["jsonl", "ndjson", "csv", "tsv", "jpg", "jpeg", "JPG", "png", "webp", "gif", "tif", "tiff", "bmp", "avif", "py", "yaml", "yml", "toml", "txt", "json", "npy"];

/** Context keys and views of ours that a `when` clause names; its file patterns must be the code's. */
function checkedWhen(when: string, what: string): readonly string[] {
  for (const [, source] of when.matchAll(/resourceExtname =~ \/(.*?)\/i/g)) {
    const theirs = new RegExp(source, "i");
    const ours = source.includes("py") ? [TABLE_PATTERN, TEXT_PATTERN] : [source.includes("jsonl") ? TABLE_PATTERN : IMAGE_PATTERN];
    for (const extension of EXTENSIONS) assert.equal(theirs.test(`.${extension}`), ours.some((pattern) => pattern.test(`a.${extension}`)), `${what} on .${extension}`);
  }
  return when.match(/infomax\.\w+/g) ?? [];
}

test("menus, keys and views name existing commands and context keys, and match the same files as the code", () => {
  const known: readonly string[] = Object.values(COMMANDS);
  const submenus = contributes.submenus.map(({ id }) => id);
  const used = new Set<string>();
  for (const { command, submenu, when } of Object.values(contributes.menus).flat()) {
    assert.ok(command === undefined ? submenus.includes(submenu ?? "") : known.includes(command), command ?? submenu);
    for (const key of checkedWhen(when ?? "", command ?? "")) used.add(key);
  }
  for (const { command, when } of contributes.keybindings) {
    assert.ok(known.includes(command), command);
    for (const key of checkedWhen(when, command)) used.add(key);
  }
  assert.deepEqual(contributes.views.explorer.map(({ id }) => id), [DECISIONS_VIEW]);
  for (const { when } of contributes.views.explorer) for (const key of checkedWhen(when, DECISIONS_VIEW)) used.add(key);
  assert.deepEqual([...used].filter((key) => key !== DECISIONS_VIEW).sort(), Object.values<string>(CONTEXT_KEYS).sort());
  for (const menu of Object.keys(contributes.menus)) assert.ok(!menu.startsWith("infomax.") || submenus.includes(menu), menu);
});

test("activation is narrow", () => {
  assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${INSPECTOR_VIEW_TYPE}`));
  for (const event of manifest.activationEvents) assert.match(event, /^(onWebviewPanel:infomax\.|workspaceContains:.*infomax|onLanguage:(jsonl|csv|tsv)$)/);
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, "limited");
});
