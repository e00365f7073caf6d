import * as vscode from "vscode";
import type { Progress } from "../protocol/dataset.ts";
import { progressText } from "../protocol/words.ts";
import { plainMessage } from "./plainText.ts";

/** Runs a task under a notification that shows its progress and can cancel it. */
export function withProgress<T>(title: string, task: (token: vscode.CancellationToken, onProgress: (progress: Progress) => void) => Promise<T>): Promise<T> {
  return Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: plainMessage(title), cancellable: true }, (report, token) => {
    let shown = "";
    return task(token, (progress) => {
      const message = plainMessage(progressText(progress));
      if (message !== shown) report.report({ message });
      shown = message;
    });
  }));
}
