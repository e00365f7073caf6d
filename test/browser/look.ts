/**
 * Opens a dataset in a real VS Code and takes pictures of the inspector's pages, for those who work on them:
 * `npm run look -- --dataset DIR|FILE [--pages overview,map] [--themes dark,light] …` after `npm run build`.
 */
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { FrameLocator } from "playwright-core";
import { startHost, type Host } from "./host.ts";
import type { Workbench } from "./workbench.ts";

const HELP = `npm run look -- --dataset DIR|FILE [options]     (after npm run build)

  --pages LIST     of overview, clusters, budget, compare, review, map, samples; all when left out
  --themes LIST    of dark, light, hc, hc-light; dark when left out
  --width PIXELS   of the window (the inspector gets about 300 less); 1440
  --height PIXELS  900
  --out DIR        for the pictures, <page>-<theme>-<width>.png; test-results/look
  --wait MS        before each picture; 1500
  --steps FILE.ts  exports async function steps({ host, inspector, shot }) that is run in place of the round through the pages;
                   inspector: the webview as a Playwright FrameLocator; shot(name): takes a picture
  --fresh          forgets the index of the last time
`;

const THEMES: Readonly<Record<string, Parameters<Workbench["useTheme"]>>> = {
  "dark": ["Dark Modern", "dark"], "light": ["Light Modern", "light"], "hc": ["Dark High Contrast", "contrast"], "hc-light": ["Light High Contrast", "contrast-light"],
};
/** As settings name them. */
const THEME_SETTINGS: Readonly<Record<string, string>> = { "dark": "Dark Modern", "light": "Light Modern", "hc": "Default High Contrast", "hc-light": "Default High Contrast Light" };

/** What a steps file is given. */
export interface Look {
  readonly host: Host;
  readonly inspector: FrameLocator;
  readonly shot: (name: string) => Promise<string>;
}

/** Runs one look at a time on a machine: two VS Codes would only slow each other down. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const lock = path.join(os.tmpdir(), "infomax-look.lock");
  for (; ;) {
    try {
      await mkdir(lock);
      break;
    } catch {
      const owner = Number(await readFile(path.join(lock, "pid"), "utf8").catch(() => "0"));
      const isAlive = owner > 0 && ((): boolean => { try { return process.kill(owner, 0); } catch { return false; } })();
      const age = await stat(lock).then((found) => Date.now() - found.mtimeMs, () => 0);
      if (!isAlive && age > 2000) await rm(lock, { recursive: true, force: true });
      else await sleep(500);
    }
  }
  try {
    await writeFile(path.join(lock, "pid"), String(process.pid));
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    dataset: { type: "string" }, pages: { type: "string" }, themes: { type: "string" }, width: { type: "string" }, height: { type: "string" },
    out: { type: "string" }, wait: { type: "string" }, steps: { type: "string" }, fresh: { type: "boolean" }, help: { type: "boolean" },
  },
});
if (values.help === true || values.dataset === undefined) {
  process.stdout.write(HELP);
  process.exit(values.help === true ? 0 : 2);
}
const dataset = path.resolve(values.dataset);
const out = path.resolve(values.out ?? "test-results/look");
const themes = (values.themes ?? "dark").split(",");
const pages = (values.pages ?? "overview,clusters,budget,compare,review,map,samples").split(",");
const width = Number(values.width ?? 1440);
const storage = path.join(os.tmpdir(), "infomax-look-storage");
if (values.fresh === true) await rm(storage, { recursive: true, force: true });
await mkdir(out, { recursive: true });

await alone(async () => {
  const isFile = (await stat(dataset)).isFile();
  const host = await startHost({
    workspace: isFile ? path.dirname(dataset) : dataset, inPlace: true, built: true, storage, viewport: { width, height: Number(values.height ?? 900) },
    settings: { "workbench.colorTheme": THEME_SETTINGS[themes[0]] },
  });
  try {
    const { workbench } = host;
    const shot = async (name: string): Promise<string> => {
      const file = path.join(out, `${name}.png`);
      await workbench.page.screenshot({ path: file });
      process.stdout.write(`${file}\n`);
      return file;
    };
    // VS Code registers extensions after its window is up.
    await workbench.paletteTitles("InfoMax: Index Dataset");
    await workbench.page.keyboard.press("Escape");
    if (isFile) await workbench.contextMenu(workbench.explorerItem(path.basename(dataset)), "Index Dataset");
    else {
      await workbench.runCommand("InfoMax: Index Dataset");
      const first = workbench.quickInput.locator(".monaco-list-row").first();
      await first.waitFor({ timeout: 3000 }).then(() => first.click({ timeout: 3000 })).catch(() => undefined);
    }
    await workbench.waitForNotification(/is indexed/, 600_000);
    await workbench.clearNotifications();
    await workbench.runCommand("InfoMax: Open Inspector");
    const inspector = workbench.webview();
    await inspector.locator(".title-bar h1").waitFor();
    if (values.steps !== undefined) {
      const { steps } = await import(pathToFileURL(path.resolve(values.steps)).href) as { steps: (look: Look) => Promise<void> };
      await steps({ host, inspector, shot });
    } else {
      for (const theme of themes) {
        if (theme !== themes[0]) await workbench.useTheme(...THEMES[theme]);
        for (const page of pages) {
          await inspector.locator(`#tab-${page}`).click();
          await sleep(Number(values.wait ?? 1500));
          await shot(`${page}-${theme}-${width}`);
        }
      }
    }
  } catch (error) {
    await host.workbench.page.screenshot({ path: path.join(out, "failed.png") });
    process.stdout.write(`${path.join(out, "failed.png")}\n`);
    throw error;
  } finally {
    if (host.workbench.consoleErrors.length > 0) process.stdout.write(`Errors on the console:\n${host.workbench.consoleErrors.join("\n")}\n`);
    await host.stop();
  }
});
