import * as vscode from "vscode";
import { readBudget, readExtension } from "../protocol/budgetText.ts";
import { formatCount, formatShare, samplesText } from "../protocol/words.ts";
import type { SelectionFloor } from "../protocol/selection.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import { plainMessage } from "./plainText.ts";

const FALLBACK = "30%";
/** Share of the other samples that an extension is suggested to add. */
const FIRST_ADDED = 0.1;

/** An earlier selection that a new one is to build on. */
export interface Extended extends SelectionFloor {
  readonly name: string;
}

/**
 * Asks for a budget, checked as it is typed. Where the index is ready the knee of the budget curve is suggested.
 * @param extended the selection to build on: the budget must be above what stays of it
 * @returns the budget as typed ("500" or "30%"), or null when the user backed out
 */
export async function askBudget(controller: DatasetController, dataset: string, log: vscode.LogOutputChannel, extended?: Extended): Promise<string | null> {
  const state = await controller.load();
  const summary = state.kind === "ready" ? state.summary : null;
  const samples = summary?.samples ?? null;
  const protectedCount = summary?.protectedCount ?? 0;

  const box = vscode.window.createInputBox();
  const closing = new vscode.CancellationTokenSource();
  const subject = samples === null ? datasetName(dataset) : `${datasetName(dataset)} (${samplesText(samples)})`;
  box.title = extended === undefined ? vscode.l10n.t("InfoMax: Prune {0}", subject) : vscode.l10n.t("InfoMax: Extend “{0}” on {1}", extended.name, subject);
  box.placeholder = vscode.l10n.t("500 or 30%");
  box.ignoreFocusOut = true;
  const suggest = (text: string, why: string): void => {
    box.value = text;
    box.valueSelection = [0, text.length];
    box.prompt = why;
  };
  if (extended !== undefined && samples !== null) {
    const { floor } = extended;
    suggest(String(Math.min(samples, floor + Math.max(1, Math.round((samples - floor) * FIRST_ADDED)))),
      vscode.l10n.t("How many samples to keep in all: a number above {0}, or a share such as 30%.", formatCount(floor)));
  } else suggest(FALLBACK, vscode.l10n.t("How many samples to keep: a number such as 500, or a share such as 30%."));

  const check = (text: string): boolean => {
    const reading = extended !== undefined && samples !== null ? readExtension(text, samples, extended.floor) : readBudget(text, samples, protectedCount);
    if (!reading.ok) box.validationMessage = plainMessage(reading.problem);
    else if (reading.kept === null || samples === null) box.validationMessage = undefined;
    else box.validationMessage = { message: keptText(reading.kept, samples, extended), severity: vscode.InputBoxValidationSeverity.Info };
    return reading.ok;
  };
  check(box.value);

  if (summary !== null && extended === undefined) {
    box.busy = true;
    controller.request("curve", {}, { token: closing.token }).then(({ points, knee }) => {
      box.busy = false;
      if (closing.token.isCancellationRequested || knee === null || box.value !== FALLBACK) return;
      const at = points[knee];
      suggest(String(at.kept), vscode.l10n.t("Suggested: the knee of the budget curve; keeping {0} covers {1} of the dataset. Any number such as 500 or share such as 30% will do.", formatCount(at.kept), formatShare(at.coverage)));
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

function keptText(kept: number, samples: number, extended: Extended | undefined): string {
  const [count, all, share] = [formatCount(kept), samplesText(samples), formatShare(kept / samples)];
  if (extended === undefined) return vscode.l10n.t("Keeps about {0} of {1} ({2}).", count, all, share);
  const before = formatCount(extended.kept);
  const more = formatCount(kept - extended.floor);
  return extended.floor > extended.kept
    ? vscode.l10n.t("Keeps about {0} of {1} ({2}): the {3} of “{4}”, {5} protected besides, and {6} more.", count, all, share, before, extended.name, formatCount(extended.floor - extended.kept), more)
    : vscode.l10n.t("Keeps about {0} of {1} ({2}): the {3} of “{4}”, and {5} more.", count, all, share, before, extended.name, more);
}
