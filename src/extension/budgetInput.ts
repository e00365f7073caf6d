import * as vscode from "vscode";
import { readBudget } from "../protocol/budgetText.ts";
import { formatCount, formatShare, plural } from "../protocol/words.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import { plainMessage } from "./plainText.ts";

const FALLBACK = "30%";

/**
 * Asks for a budget, checked as it is typed. Where the index is ready the knee of the budget curve is suggested.
 * @returns the budget as typed ("500" or "30%"), or null when the user backed out
 */
export async function askBudget(controller: DatasetController, dataset: string, log: vscode.LogOutputChannel): Promise<string | null> {
  const state = await controller.load();
  const summary = state.kind === "ready" ? state.summary : null;
  const samples = summary?.samples ?? null;
  const protectedCount = summary?.protectedCount ?? 0;

  const box = vscode.window.createInputBox();
  const closing = new vscode.CancellationTokenSource();
  box.title = `InfoMax: Prune ${datasetName(dataset)}${samples === null ? "" : ` (${plural(samples, "sample")})`}`;
  box.placeholder = "500 or 30%";
  box.ignoreFocusOut = true;
  const suggest = (text: string, why: string): void => {
    box.value = text;
    box.valueSelection = [0, text.length];
    box.prompt = why;
  };
  suggest(FALLBACK, "How many samples to keep: a number such as 500, or a share such as 30%.");

  const check = (text: string): boolean => {
    const reading = readBudget(text, samples, protectedCount);
    if (!reading.ok) box.validationMessage = plainMessage(reading.problem);
    else if (reading.kept === null || samples === null) box.validationMessage = undefined;
    else box.validationMessage = {
      message: `Keeps about ${formatCount(reading.kept)} of ${plural(samples, "sample")} (${formatShare(reading.kept / samples)}).`,
      severity: vscode.InputBoxValidationSeverity.Info,
    };
    return reading.ok;
  };
  check(box.value);

  if (summary !== null) {
    box.busy = true;
    controller.request("curve", {}, { token: closing.token }).then(({ points, knee }) => {
      box.busy = false;
      if (closing.token.isCancellationRequested || knee === null || box.value !== FALLBACK) return;
      const at = points[knee];
      suggest(String(at.kept), `Suggested: the knee of the budget curve; keeping ${formatCount(at.kept)} covers ${formatShare(at.coverage)} of the dataset. Any number such as 500 or share such as 30% will do.`);
      check(box.value);
    }, (thrown: unknown) => {
      // The suggestion is a help only; the budget can be typed without it.
      box.busy = false;
      log.warn(`No budget suggested: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    });
  }

  return new Promise<string | null>((resolve) => {
    box.onDidChangeValue(check);
    box.onDidAccept(() => {
      if (!check(box.value)) return;
      resolve(box.value.trim());
      box.hide();
    });
    box.onDidHide(() => {
      closing.cancel();
      box.dispose();
      resolve(null);
    });
    box.show();
  });
}
