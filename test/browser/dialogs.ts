/** VS Code's own dialogs for files and folders, as its window in a browser has them. */
import path from "node:path";
import { eventually } from "./steps.ts";
import type { Workbench } from "./workbench.ts";

/** Answers the dialog that asks for a new file or folder: once it shows its suggestion, with a path in an empty folder. */
export async function pickNewFile(workbench: Workbench, suggested: string, file: string): Promise<void> {
  const { quickInput } = workbench;
  await fill(workbench, (text) => path.basename(text) === suggested, file);
  // Until the dialog has looked into the folder, it takes no answer.
  await eventually("an empty folder, with the way up", () => quickInput.locator(".monaco-list-row").allInnerTexts(), (rows) => rows.length === 1 && rows[0].trim() === "..");
  await quickInput.getByRole("button", { name: "OK", exact: true }).click();
}

/** Answers the dialog that asks for a file that is there: once it shows the folder that it begins in. */
export async function pickFile(workbench: Workbench, begins: string, file: string): Promise<void> {
  await fill(workbench, (text) => path.resolve(text) === path.resolve(begins), path.dirname(file) + path.sep);
  await workbench.quickInput.locator(".monaco-list-row").filter({ hasText: path.basename(file) }).first().click();
}

/** Answers the dialog that asks for a folder that is there, which holds another folder: once it shows the one that it begins in. */
export async function pickFolder(workbench: Workbench, begins: string, folder: string, holds: string, button: string): Promise<void> {
  const { quickInput } = workbench;
  await fill(workbench, (text) => path.resolve(text) === path.resolve(begins), folder + path.sep);
  await quickInput.locator(".monaco-list-row").filter({ hasText: holds }).first().waitFor();
  await quickInput.getByRole("button", { name: button, exact: true }).click();
}

/** What is typed before the dialog shows its suggestion would be written over. */
async function fill({ quickInput }: Workbench, isSuggested: (text: string) => boolean, file: string): Promise<void> {
  const input = quickInput.locator("input").first();
  await eventually("the dialog's suggestion", () => input.inputValue(), isSuggested);
  await input.fill(file);
}
