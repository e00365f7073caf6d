/** VS Code's window as a person uses it: palette, editors, notifications, webviews. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FrameLocator, Locator, Page } from "playwright-core";

/** The part of a DOM element that is asked for in the page. */
interface Row {
  getAttribute(name: string): string | null;
}

/** The part of an HTML image that is asked for in the page. */
interface Picture {
  readonly naturalWidth: number;
}

const SOON = 45_000;
const STARTED = 60_000;
/** Entries of the palette that fit on the screen, at least. */
const SCREEN_ROWS = 15;

export class Workbench {
  readonly page: Page;
  /** Errors that the page or its webviews wrote to the console and that name the extension. */
  readonly consoleErrors: string[] = [];
  readonly #screenshots: string;

  constructor(page: Page, screenshots: string) {
    this.page = page;
    this.#screenshots = screenshots;
    page.setDefaultTimeout(SOON);
    page.on("console", (message) => {
      if (message.type() === "error" && /infomax/i.test(message.text())) this.consoleErrors.push(message.text());
    });
    page.on("pageerror", (error) => this.consoleErrors.push(error.stack ?? error.message));
  }

  async waitUntilReady(): Promise<void> {
    await this.page.locator(".monaco-workbench").waitFor({ timeout: STARTED });
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: STARTED });
  }

  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible");
  }

  /** Titles that the palette lists for `text`, once there are any: VS Code registers extensions after its window is up. */
  async paletteTitles(text: string): Promise<string[]> {
    for (const deadline = Date.now() + STARTED; ; await sleep(500)) {
      await this.#openPalette(text);
      const rows = this.quickInput.locator(".monaco-list-row");
      await rows.first().waitFor();
      const shown = (): Promise<string[]> => rows.evaluateAll((all: readonly Row[]) => all.map((row) => (row.getAttribute("aria-label") ?? "").split(",")[0]));
      const titles = await shown();
      // The list holds the rows on the screen alone.
      for (let idle = titles.length >= SCREEN_ROWS ? 0 : 2; idle < 2;) {
        await this.page.keyboard.press("PageDown");
        await sleep(200);
        const further = (await shown()).filter((title) => !titles.includes(title));
        titles.push(...further);
        // The first press goes no farther than the last row on the screen.
        idle = further.length > 0 ? 0 : idle + 1;
      }
      await this.page.keyboard.press("Escape");
      if (titles[0] !== "No matching commands") return titles;
      if (Date.now() > deadline) return [];
    }
  }

  /**
   * Opens the palette in place of any list that is open. Without an Escape before it: the editor would drop its selections, and a webview take
   * it for its own. A palette that is found closed is opened again: a webview that gets back the focus from an earlier list may get it late,
   * and take it from the next.
   */
  async #openPalette(text: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (attempt > 1) await sleep(400);
      await this.page.keyboard.press("F1");
      const input = this.quickInput.locator("input").first();
      try {
        await input.waitFor({ timeout: 5000 });
        await input.fill(`>${text}`, { timeout: 3000 });
        return;
      } catch (error) {
        if (attempt === 6) throw error;
      }
    }
  }

  /** Runs a command by its full title as the palette shows it, such as "InfoMax: Index Dataset". */
  async runCommand(title: string): Promise<void> {
    const titles = await this.paletteTitles(title);
    if (!titles.includes(title)) throw new Error(`The palette has no "${title}", only: ${titles.join("; ")}`);
    await this.#openPalette(title);
    await this.pick(title);
  }

  /** The same without the mouse. */
  async runByKeys(title: string): Promise<void> {
    await this.#openPalette(title);
    await this.#goToRow(title);
    await this.page.keyboard.press("Enter");
  }

  /** Goes by the arrow keys to the entry of the open list that begins with `label`: others may match better. */
  async #goToRow(label: string): Promise<void> {
    await this.quickInput.locator(`.monaco-list-row[aria-label^="${label}"]`).first().waitFor();
    const focused = this.quickInput.locator(".monaco-list-row.focused");
    for (let pressed = 0; !(await focused.getAttribute("aria-label", { timeout: 10_000 }))?.startsWith(label); pressed++) {
      if (pressed === 20) throw new Error(`The arrow keys do not lead to ${label}`);
      await this.page.keyboard.press("ArrowDown");
      await sleep(100);
    }
  }

  /** Runs a command that asks with a quick pick, and takes an entry of it. */
  async runAndPickByKeys(title: string, label: string): Promise<void> {
    await this.runAndAnswer(title, () => this.pickByKeys(label));
  }

  /**
   * Runs a command that asks, and answers. A question that closes by itself is asked again: the palette gives the focus back to the webview
   * that had it, and where that is slow to take it, it takes it from the question, which closes.
   */
  async runAndAnswer(title: string, answer: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.runByKeys(title);
      try {
        await answer();
        return;
      } catch (error) {
        if (attempt === 3 || await this.quickInput.count() > 0) throw error;
      }
    }
  }

  /** Takes the entry of the open quick pick whose label is, or begins with, `label`, without the mouse. */
  async pickByKeys(label: string): Promise<void> {
    await this.quickInput.locator(`.monaco-list-row[aria-label^="${label}"]`).first().waitFor();
    await this.page.keyboard.type(label.replace(/,$/, ""));
    await this.#goToRow(label);
    await this.page.keyboard.press("Enter");
  }

  /** Chooses the entry of the open quick pick whose label is, or begins with, `label`. */
  async pick(label: string): Promise<void> {
    const row = this.quickInput.locator(`.monaco-list-row[aria-label^="${label}"]`).first();
    await row.waitFor();
    await row.click({ timeout: 10_000 });
  }

  /** Types into the open input box and accepts. */
  async answer(text: string): Promise<void> {
    const input = this.quickInput.locator("input").first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Opens a file by its path relative to the workspace. */
  async openFile(relative: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.quickInput.locator("input").first();
    await input.waitFor();
    await input.fill(relative);
    await this.pick(path.posix.basename(relative));
    await this.tab(path.posix.basename(relative)).waitFor();
  }

  tab(title: string): Locator {
    return this.page.locator(`.tabs-container .tab[data-resource-name="${title}"]`).first();
  }

  /** Text of the first notification that matches; it is shown as a toast. */
  async waitForNotification(pattern: RegExp, timeout = SOON): Promise<string> {
    const toast = this.page.locator(".notification-list-item").filter({ hasText: pattern }).first();
    await toast.waitFor({ timeout });
    return (await toast.locator(".notification-list-item-message").innerText()).trim();
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand("Notifications: Clear All Notifications");
  }

  /** The document inside a webview: VS Code nests two frames. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** Waits until every image within `place`, in a webview, is drawn. */
  async waitForPictures(place: Locator): Promise<void> {
    for (const image of await place.locator("img").all()) {
      for (const deadline = Date.now() + SOON; (await image.evaluate((element: Picture) => element.naturalWidth)) === 0; await sleep(100)) {
        if (Date.now() > deadline) throw new Error(`No picture of ${await image.getAttribute("alt")}`);
      }
    }
  }

  /** The Explorer's row of a file or folder that is on the screen. */
  explorerItem(name: string): Locator {
    return this.page.locator(".explorer-folders-view .monaco-list-row").filter({ has: this.page.getByText(name, { exact: true }) }).first();
  }

  /** Opens the context menu on `target` and chooses `label`. */
  async contextMenu(target: Locator, label: string): Promise<void> {
    await target.click({ button: "right" });
    const item = this.page.locator(".monaco-menu .action-menu-item").filter({ hasText: label }).first();
    await item.hover();
    // VS Code takes a button released right after the menu has opened for the end of the opening click.
    await sleep(300);
    await item.click();
    await item.waitFor({ state: "hidden" });
  }

  /**
   * Milliseconds that extensions took to activate, loading of their code included, by display name, as "Show Running
   * Extensions" says.
   * @param until scrolls no farther than to this one
   */
  async activationTimes(until: string): Promise<ReadonlyMap<string, number>> {
    await this.runCommand("Developer: Show Running Extensions");
    const editor = this.page.locator(".runtime-extensions-editor");
    await editor.locator(".monaco-list-row").first().hover();
    const times = new Map<string, number>();
    // The list shows the slowest first and holds only the rows on the screen.
    for (const deadline = Date.now() + SOON; !times.has(until); await sleep(100)) {
      if (Date.now() > deadline) throw new Error(`${until} is not among the running extensions: ${[...times.keys()].join(", ")}`);
      for (const text of await editor.locator(".monaco-list-row").allInnerTexts()) {
        const [name = ""] = text.trim().split("\n");
        const match = /Activation:\s*(\d+)\s*ms/.exec(text);
        if (match !== null) times.set(name.trim(), Number(match[1]));
      }
      await this.page.mouse.wheel(0, 300);
    }
    await this.page.keyboard.press("Escape");
    return times;
  }

  async activationTime(displayName: string): Promise<number> {
    return (await this.activationTimes(displayName)).get(displayName) ?? NaN;
  }

  /** Clicks a button of the notification that matches. */
  async clickNotification(pattern: RegExp, button: string): Promise<void> {
    const toast = this.page.locator(".notification-list-item").filter({ hasText: pattern }).first();
    await toast.getByRole("button", { name: button, exact: true }).click();
  }

  /** The CodeLens `title` above the line of the open editor that holds `lineText`. */
  async codeLens(lineText: string, title: string): Promise<Locator> {
    const line = this.page.locator(".editor-instance .view-line").filter({ hasText: lineText }).first();
    const lenses = this.page.locator(".editor-instance .codelens-decoration").filter({ hasText: title });
    for (const deadline = Date.now() + SOON; Date.now() < deadline; await sleep(100)) {
      const at = await line.boundingBox();
      if (at === null) continue;
      for (const lens of await lenses.all()) {
        const box = await lens.boundingBox();
        // A CodeLens stands right above its line.
        if (box !== null && box.y <= at.y && at.y - box.y < 1.9 * at.height) return lens.locator("a").filter({ hasText: title }).first();
      }
    }
    throw new Error(`No CodeLens "${title}" above the line with ${lineText}`);
  }

  /** Changes the colours, by the theme's name as the palette's list shows it. */
  async useTheme(name: string, kind: "dark" | "light" | "contrast" | "contrast-light"): Promise<void> {
    await this.runAndAnswer("Preferences: Color Theme", async () => {
      await this.quickInput.locator(`.monaco-list-row[aria-label^="Light Modern"]`).first().waitFor();
      // The list holds the rows on the screen alone.
      await this.quickInput.locator("input").first().fill(name, { timeout: 10_000 });
      await this.pick(name);
    });
    await this.page.locator(`.monaco-workbench.${{ "light": "vs", "dark": "vs-dark", "contrast": "hc-black", "contrast-light": "hc-light" }[kind]}`).waitFor();
  }

  /** Pictures of the window with its webview, in light and in dark. */
  async bothThemes(name: string): Promise<void> {
    for (const [theme, kind] of [["Light Modern", "light"], ["Dark Modern", "dark"]] as const) {
      await this.useTheme(theme, kind);
      await this.webview().locator(`body.vscode-${kind}`).waitFor();
      // Colours fade over some frames.
      await sleep(500);
      await this.screenshot(`${name}-${kind}`);
    }
  }

  /** The question that keeps everything else waiting. */
  get dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  /** The status bar's entry that matches. */
  statusBarItem(pattern: RegExp): Locator {
    return this.page.locator(".statusbar-item").filter({ hasText: pattern }).first();
  }

  /** Milliseconds until the palette answers a key press. */
  async responseTime(): Promise<number> {
    const start = performance.now();
    await this.#openPalette("Developer");
    await this.quickInput.locator(".monaco-list-row").first().waitFor();
    const elapsed = performance.now() - start;
    await this.page.keyboard.press("Escape");
    return elapsed;
  }

  /** Keeps a picture of the window as a build artefact. */
  async screenshot(name: string): Promise<string> {
    await mkdir(this.#screenshots, { recursive: true });
    const file = path.join(this.#screenshots, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}
