import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { ROOT } from "../../scripts/build.ts";
import { writeFixture } from "./fixture.ts";
import { startHost } from "./host.ts";

/** The titles that package.json promises, as the palette shows them: in English, from package.nls.json. */
function promisedTitles(): string[] {
  const { contributes } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { contributes: { commands: { category: string; title: string }[] } };
  const texts = JSON.parse(readFileSync(path.join(ROOT, "package.nls.json"), "utf8")) as { [key: string]: string };
  return contributes.commands.map(({ category, title }) => `${category}: ${texts[title.replace(/^%|%$/g, "")]}`).sort();
}

test("VS Code starts with the packaged extension, lists its commands, and starts no engine unasked", { timeout: 600_000 }, async () => {
  const workspace = await mkdtemp(path.join(os.tmpdir(), "infomax-smoke-"));
  try {
    await writeFixture(workspace);
    const host = await startHost({ workspace });
    try {
      const titles = await host.workbench.paletteTitles("InfoMax: ");
      assert.deepEqual(titles.filter((title) => title.startsWith("InfoMax: ")).sort(), promisedTitles());
      assert.deepEqual(host.enginePids(), []);
      assert.deepEqual(host.workbench.consoleErrors, []);
      await host.workbench.screenshot("smoke");
    } finally {
      await host.stop();
    }
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
});
