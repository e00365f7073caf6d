/**
 * The inspector in a real VS Code over CIFAR-10 (50,000 images) and banking77: how soon it is there, how quickly it follows
 * the hand, how long the extension host is blocked; with pictures of each page in three themes.
 * `npm run bench:inspector -- --cifar DIR --banking FILE.csv` after `npm run build`.
 */
import { mkdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { FrameLocator } from "playwright-core";
import { startHost, type Host } from "../test/browser/host.ts";
import { budgetDrags, prepare, rethresholds, scrolled } from "./inspector/measure.ts";

const THEMES = { dark: ["Dark Modern", "dark"], light: ["Light Modern", "light"], contrast: ["Dark High Contrast", "contrast"] } as const;
const PAGES = ["overview", "clusters", "budget", "map", "samples"] as const;
const SCROLL_PIXELS = 1500;
const SCROLL_SECONDS = 20;

const { values } = parseArgs({ options: { cifar: { type: "string" }, banking: { type: "string" }, out: { type: "string" }, pictures: { type: "boolean" } } });
const out = path.resolve(values.out ?? "test-results/inspector");
await mkdir(out, { recursive: true });

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `median ${quantile(sorted, 0.5).toFixed(0)} ms, 95% ${quantile(sorted, 0.95).toFixed(0)} ms, longest ${(sorted.at(-1) ?? NaN).toFixed(0)} ms`;
}

function row(what: string, target: string, measured: string): void {
  process.stdout.write(`| ${what} | ${target} | ${measured} |\n`);
}

async function openPage(inspector: FrameLocator, page: (typeof PAGES)[number]): Promise<void> {
  await inspector.locator(`#tab-${page}`).click();
}

async function bench(name: string, dataset: string): Promise<void> {
  const isFile = path.extname(dataset) !== "";
  const storage = path.join(os.tmpdir(), `infomax-bench-inspector-${name}`);
  await rm(path.join(isFile ? path.dirname(dataset) : dataset, ".infomax"), { recursive: true, force: true });
  const host = await startHost({ workspace: isFile ? path.dirname(dataset) : dataset, inPlace: true, built: true, storage, delays: true, viewport: { width: 1600, height: 1000 } });
  process.stdout.write(`\n## ${name}\n| what | target | measured |\n| --- | --- | --- |\n`);
  try {
    await measure(host, isFile ? path.basename(dataset) : null);
    if (values.pictures === true) await pictures(host, name);
    for (const error of host.workbench.consoleErrors) process.stdout.write(`console: ${error}\n`);
  } finally {
    await host.stop();
  }
}

async function measure(host: Host, file: string | null): Promise<void> {
  const { workbench } = host;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.page.keyboard.press("Escape");
  if (file !== null) await workbench.contextMenu(workbench.explorerItem(file), "Index Dataset");
  else {
    await workbench.runCommand("InfoMax: Index Dataset");
    // It asks only where the folder holds several.
    const own = workbench.quickInput.locator(`.monaco-list-row[aria-label^="${path.basename(host.workspace)}"]`).first();
    await own.click({ timeout: 5000 }).catch(() => undefined);
  }
  await workbench.waitForNotification(/is indexed/, 900_000);
  await workbench.clearNotifications();
  await sleep(3000);

  let begun = Date.now();
  const inspector = workbench.webview();
  const opening = workbench.runCommand("InfoMax: Open Inspector");
  await opening;
  let clock = performance.now();
  await inspector.locator(".overview .figure").first().waitFor();
  row("first paint after the command", "1,000 ms", `${(performance.now() - clock).toFixed(0)} ms`);
  await sleep(3000);
  const blocked = [`opening ${(await host.longestDelay(begun)).toFixed(0)} ms`];

  await prepare(inspector);
  begun = Date.now();
  await openPage(inspector, "clusters");
  await inspector.locator(".cluster-row").first().waitFor();
  const slider = inspector.locator(".threshold input[type=range]");
  const [least, value] = [Number(await slider.getAttribute("min")), Number(await slider.inputValue())];
  const from = Math.max(least, value - 0.06);
  const thresholds = Array.from({ length: 40 }, (_, i) => from + ((0.995 - from) * ((i * 17) % 40)) / 40);
  row(`re-threshold (${from.toFixed(2)} to 0.995), slider to screen`, "100 ms", spread(await rethresholds(inspector, thresholds)));
  blocked.push(`clusters ${(await host.longestDelay(begun)).toFixed(0)} ms`);

  begun = Date.now();
  await openPage(inspector, "budget");
  await inspector.locator(".budget-handle").waitFor();
  await sleep(4000);
  row("budget drag, move to screen", "95%: 50 ms", spread(await budgetDrags(inspector, 200)));
  blocked.push(`budget ${(await host.longestDelay(begun)).toFixed(0)} ms`);

  begun = Date.now();
  clock = performance.now();
  await openPage(inspector, "samples");
  await inspector.locator(".tile:not(.pending)").first().waitFor();
  await sleep(2000);
  const { blanks, tiles, frames } = await scrolled(inspector, SCROLL_PIXELS, SCROLL_SECONDS);
  row(`samples: ${SCROLL_PIXELS} px/s for ${SCROLL_SECONDS} s, ${tiles} tiles, blank for`, "200 ms", blanks.length === 0 ? "never" : `${spread(blanks)}; ${blanks.filter((time) => time > 200).length} tiles over 200 ms`);
  row("the same, between frames", "", spread(frames));
  blocked.push(`samples ${(await host.longestDelay(begun)).toFixed(0)} ms`);

  begun = Date.now();
  clock = performance.now();
  await openPage(inspector, "map");
  await inspector.locator(".page.map canvas").first().waitFor({ timeout: 300_000 });
  row("map, first time: laid out and drawn", "", `${((performance.now() - clock) / 1000).toFixed(1)} s`);
  await sleep(2000);
  blocked.push(`map ${(await host.longestDelay(begun)).toFixed(0)} ms`);
  row("extension host blocked at most", "50 ms", blocked.join(", "));
}

async function pictures(host: Host, name: string): Promise<void> {
  const inspector = host.workbench.webview();
  for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
    const [title, kind] = THEMES[theme];
    await host.workbench.useTheme(title, kind);
    await sleep(1000);
    for (const page of PAGES) {
      await openPage(inspector, page);
      await sleep(2500);
      const file = path.join(out, `${name}-${page}-${theme}.png`);
      await host.workbench.page.screenshot({ path: file });
      process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
    }
  }
}

if (values.cifar === undefined && values.banking === undefined) {
  process.stderr.write("Give --cifar DIR (CIFAR-10's training images in class folders) or --banking FILE.csv.\n");
  process.exitCode = 2;
}
if (values.cifar !== undefined) await bench("cifar10", path.resolve(values.cifar));
if (values.banking !== undefined) await bench("banking77", path.resolve(values.banking));
