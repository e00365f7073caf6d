import * as vscode from "vscode";
import { COMMANDS } from "./contributions.ts";
import type { EngineError} from "./engineError.ts";
import { engineErrorFrom } from "./engineError.ts";
import { plainMessage } from "./plainText.ts";

/** Failures to which the log adds something. */
const WITH_LOG: ReadonlySet<string> = new Set(["internal", "engine-lost", "engine-gave-up", "engine-start"]);

/** Shows a failed action to the user in one line, with the button that helps; a cancelled one is no failure. */
export async function showFailure(thrown: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const error = engineErrorFrom(thrown);
  if (error.cancelled) return;
  log.error(error.message);
  if (error.code === "internal") log.error(error.cause instanceof Error ? error.cause : error);
  if (error.told) return;
  const buttons = { index: vscode.l10n.t("Index Dataset"), trust: vscode.l10n.t("Manage Trust"), open: vscode.l10n.t("Open File"), log: vscode.l10n.t("Show Log") };
  const button = error.code === "not-indexed" ? buttons.index : error.code === "not-trusted" ? buttons.trust : error.file !== null ? buttons.open : WITH_LOG.has(error.code) ? buttons.log : null;
  const answer = await vscode.window.showErrorMessage(plainMessage(error.message), ...(button === null ? [] : [button]));
  if (answer === buttons.index) await vscode.commands.executeCommand(COMMANDS.index);
  else if (answer === buttons.trust) await vscode.commands.executeCommand("workbench.trust.manage");
  else if (answer === buttons.log) await vscode.commands.executeCommand(COMMANDS.showLog);
  else if (answer === buttons.open) await openPlace(error);
}

async function openPlace(error: EngineError): Promise<void> {
  if (error.file === null) return;
  const uri = await locate(error.file);
  if (uri === null) return;
  const at = new vscode.Position(Math.max(0, (error.line ?? 1) - 1), 0);
  await vscode.commands.executeCommand("vscode.open", uri, { selection: new vscode.Range(at, at) });
}

/** An error's file is absolute, or relative to a dataset in some workspace folder. */
async function locate(file: string): Promise<vscode.Uri | null> {
  if (/^([/\\]|[a-z]:)/i.test(file)) return vscode.Uri.file(file);
  const [found] = await vscode.workspace.findFiles(`**/${file}`, undefined, 1);
  return found ?? null;
}
