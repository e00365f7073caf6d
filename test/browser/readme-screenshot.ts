/**
 * Takes the README's picture, media/inspector.png: the bundled example in a real VS Code, after `npm run package`.
 * Run it by `npm run screenshot`.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { ROOT } from "../../scripts/build.ts";
import { startHost } from "./host.ts";

const TRAIN = `"""Trains on the samples that the selection keeps."""
from pathlib import Path

root = Path("images")
kept = (root / ".infomax/selections/images-50pct.ids.txt").read_text().splitlines()

for sample in kept:
    label = sample.split("/")[0]
    load(root / sample, label)
`;

const workspace = await mkdtemp(path.join(os.tmpdir(), "drawings-"));
try {
  await cp(path.join(ROOT, "examples", "images"), path.join(workspace, "images"), { recursive: true, filter: (file) => !file.includes(".infomax") });
  await writeFile(path.join(workspace, "train.py"), TRAIN);
  const host = await startHost({ workspace });
  try {
    const { workbench } = host;
    await workbench.page.setViewportSize({ width: 1600, height: 900 });
    await workbench.runCommand("InfoMax: Index Dataset");
    await workbench.waitForNotification(/is indexed/);
    await workbench.openFile("train.py");
    await workbench.runCommand("InfoMax: Open Inspector");
    const inspector = workbench.webview();
    await inspector.getByRole("tab", { name: "Clusters" }).click();
    await inspector.locator(".cluster-row article img").nth(5).waitFor();
    await workbench.clearNotifications();
    await workbench.waitForPictures(inspector.locator(".cluster-row").first());
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const taken = await workbench.screenshot("readme");
    await sharp(await readFile(taken)).resize({ width: 1400 }).png({ palette: true, quality: 90 }).toFile(path.join(ROOT, "media", "inspector.png"));
  } finally {
    await host.stop();
  }
} finally {
  await rm(workspace, { recursive: true, force: true });
}
