import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { ROOT } from "../../scripts/build.ts";
import { writeFixture } from "./fixture.ts";
import { startHost } from "./host.ts";

function strings(file: string): { readonly [key: string]: string } {
  return JSON.parse(readFileSync(path.join(ROOT, file), "utf8")) as { readonly [key: string]: string };
}

test("where VS Code speaks Japanese, commands, messages, CodeLenses, inspector and the engine's sentences do", { timeout: 600_000 }, async () => {
  const workspace = await mkdtemp(path.join(os.tmpdir(), "infomax-japanese-"));
  const titles = strings("package.nls.ja.json");
  const said = strings("l10n/bundle.l10n.ja.json");
  try {
    await writeFixture(workspace);
    const host = await startHost({ workspace, language: "ja" });
    try {
      const { workbench } = host;
      const shown = await workbench.paletteTitles("InfoMax: ");
      assert.ok(shown.includes(`InfoMax: ${titles["command.prune"]}`), shown.join("\n"));
      await workbench.page.keyboard.press("Escape");

      await workbench.runAndAnswer(`InfoMax: ${titles["command.selectDataset"]}`, () => workbench.pick("reviews.jsonl"));
      await workbench.clickNotification(/reviews\.jsonl のインデックスはまだ/, said["Index Dataset"]);
      await workbench.waitForNotification(/reviews\.jsonl のインデックスを作成しました: 30 サンプル/, 60_000);
      await workbench.openFile("reviews.jsonl");
      await workbench.codeLens('"r17"', said.Protect);

      await workbench.runCommand(`InfoMax: ${titles["command.openInspector"]}`);
      const inspector = workbench.webview();
      await inspector.locator("#tab-clusters", { hasText: said.Clusters }).waitFor();
      assert.equal(await inspector.locator("html").getAttribute("lang"), "ja");
      // The engine's: what speaks for the threshold.
      await inspector.locator("#tab-overview").click();
      await inspector.getByText("エンコーダーの既定値").waitFor();
      assert.deepEqual(workbench.consoleErrors, []);
      await workbench.screenshot("japanese");
    } finally {
      await host.stop();
    }
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
});
