import { fork } from "node:child_process";
import os from "node:os";
import * as vscode from "vscode";
import { COMMANDS } from "./contributions.ts";
import { EngineSupervisor } from "./engineSupervisor.ts";
import { plainMessage } from "./plainText.ts";

/** The supervisor over the real engine, with VS Code's log, notifications and storage. Starts nothing. */
export function createSupervisor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): EngineSupervisor {
  const script = vscode.Uri.joinPath(context.extensionUri, "dist", "engine.cjs").fsPath;
  return new EngineSupervisor({
    // Images are decoded in the thread pool, whose size is fixed when it starts: one thread for each core.
    fork: () => fork(script, [], { env: { UV_THREADPOOL_SIZE: String(Math.max(4, os.availableParallelism())), ...process.env, ELECTRON_RUN_AS_NODE: "1" }, stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] }),
    log: {
      info: (message) => { log.info(message); },
      warn: (message) => { log.warn(message); },
      error: (message) => { log.error(message); },
    },
    notify: (message) => {
      const showLog = vscode.l10n.t("Show Log");
      void vscode.window.showErrorMessage(plainMessage(message), showLog).then((answer) => {
        if (answer === showLog) void vscode.commands.executeCommand(COMMANDS.showLog);
      });
    },
    clock: {
      now: () => Date.now(),
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => { clearTimeout(timer); };
      },
    },
    storage: context.globalStorageUri.fsPath,
    ...(vscode.l10n.bundle === undefined ? {} : { strings: JSON.stringify(vscode.l10n.bundle) }),
  });
}
