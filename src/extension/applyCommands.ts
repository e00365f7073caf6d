import path from "node:path";
import * as vscode from "vscode";
import type { ApplyPlan, ApplyResult, ExportForm } from "../protocol/apply.ts";
import { formatBytes, formatCount } from "../protocol/words.ts";
import { COMMANDS } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName, type DatasetPicker } from "./datasetPicker.ts";
import { EngineError } from "./engineError.ts";
import { showFailure } from "./failures.ts";
import { plainMessage } from "./plainText.ts";
import { pickSelection, selectionsOf, selectionTarget } from "./selectionPicker.ts";
import { withProgress } from "./withProgress.ts";

/** How a selection is applied: exported in some form, or what it drops is moved away. */
export type ApplyForm = ExportForm | "quarantine";
const FORMS: readonly ApplyForm[] = ["copy", "hardlink", "parquet", "list", "quarantine"];
/** Notes of a result that a message has room for; the log has all. */
const NOTES_SHOWN = 2;

/** Commands that carry out selections. Each rejects with an EngineError; the caller shows it. */
export class ApplyCommands {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #log: vscode.LogOutputChannel;

  constructor(controller: DatasetController, picker: DatasetPicker, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#picker = picker;
    this.#log = log;
  }

  /** @param target `{ selection, form, out }`: what is named in it is not asked for; what will happen is shown in any case */
  async apply(target: unknown): Promise<void> {
    requireTrust();
    if (!await this.#picker.ensure()) return;
    await this.#controller.load();
    const { dataset } = this.#controller;
    if (dataset === null) return;
    const selection = selectionTarget(target).selection ?? await this.#selection();
    if (selection === null) return;
    const form = formOf(target) ?? await pickForm(selection);
    if (form === null) return;
    if (form === "quarantine") return this.quarantine(selection);
    const out = outOf(target) ?? await askFolder(dataset, selection);
    if (out !== null) await this.#export(selection, form, out);
  }

  /** Moves what a selection drops to quarantine, or goes on where that was interrupted, after showing what will happen. */
  async quarantine(selection: string): Promise<void> {
    requireTrust();
    const plan = await this.#planned((token) => this.#controller.request("quarantinePlan", { selection }, { token }));
    if (!await agreed(plan, vscode.l10n.t("Move what “{0}” drops to quarantine?", selection), vscode.l10n.t("Move to Quarantine"))) return;
    let result: ApplyResult;
    try {
      result = await withProgress(vscode.l10n.t("InfoMax: moving to quarantine"), (token, onProgress) =>
        this.#controller.request("quarantine", { selection, plan: plan.digest }, { token, onProgress }));
    } finally {
      // Cancelled or not, files may have moved.
      await this.#controller.refresh();
    }
    const { operation, out } = result;
    this.#tell(result, vscode.l10n.t("{0} ({1}) dropped by “{2}” lie in quarantine, {3} verified. Nothing was deleted.",
      filesText(result.files), formatBytes(result.bytes), selection, formatCount(result.verified)), {
      [vscode.l10n.t("Open Folder")]: () => openFolder(out),
      [vscode.l10n.t("Undo")]: async () => { await vscode.commands.executeCommand(COMMANDS.undoQuarantine, operation === null ? undefined : { operation }); },
      [vscode.l10n.t("Index Again")]: async () => { await vscode.commands.executeCommand(COMMANDS.index); },
    });
  }

  async #export(selection: string, form: ExportForm, out: string): Promise<void> {
    const plan = await this.#planned((token) => this.#controller.request("exportPlan", { selection, form, out }, { token }));
    if (!await agreed(plan, vscode.l10n.t("Export what “{0}” keeps?", selection), vscode.l10n.t("Export"))) return;
    const result = await withProgress(vscode.l10n.t("InfoMax: exporting “{0}”", selection), (token, onProgress) =>
      this.#controller.request("export", { selection, form, out, plan: plan.digest }, { token, onProgress }));
    this.#tell(result, vscode.l10n.t("“{0}” is exported to {1}: {2}, {3}, {4} verified.", selection, path.basename(result.out), filesText(result.files), formatBytes(result.bytes), formatCount(result.verified)), {
      [vscode.l10n.t("Open Folder")]: () => openFolder(result.out),
    });
  }

  /** Finds out what would happen; a dataset that changed since is indexed first, as before pruning. */
  async #planned(plan: (token: vscode.CancellationToken) => Promise<ApplyPlan>): Promise<ApplyPlan> {
    const looked = (): Promise<ApplyPlan> => withProgress(vscode.l10n.t("InfoMax: looking at what would happen"), plan);
    try {
      return await looked();
    } catch (thrown) {
      if (!(thrown instanceof EngineError) || thrown.code !== "not-indexed") throw thrown;
      await withProgress(vscode.l10n.t("InfoMax: indexing {0}", datasetName(this.#controller.dataset ?? "")), (token, onProgress) => this.#controller.index(token, onProgress));
      return looked();
    }
  }

  async #selection(): Promise<string | null> {
    const names = await selectionsOf(this.#controller);
    return names === null ? null : pickSelection(this.#controller, names, vscode.l10n.t("InfoMax: Apply Selection"), vscode.l10n.t("Which selection?"));
  }

  /** Says what was done, with buttons; does not wait for an answer. */
  #tell({ notes }: ApplyResult, message: string, buttons: { readonly [label: string]: () => Promise<void> }): void {
    for (const note of notes) this.#log.info(note);
    const shown = [message, ...notes.slice(0, NOTES_SHOWN)].join(" ");
    void vscode.window.showInformationMessage(plainMessage(shown), ...Object.keys(buttons)).then(async (label) => {
      if (label === undefined) return;
      try {
        await buttons[label]();
      } catch (thrown) {
        await showFailure(thrown, this.#log);
      }
    });
  }
}

/** Says why, in an untrusted workspace, nothing is written or moved. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new EngineError("not-trusted", vscode.l10n.t("Selections are applied and undone in trusted workspaces only: they write and move files. Trust the workspace first."));
}

/** Opens a folder where it can be seen: in the Explorer if it is part of the workspace, else in a window of its own. */
export async function openFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) await vscode.commands.executeCommand("revealInExplorer", uri);
  else await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: true });
}

function filesText(count: number): string {
  return count === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", formatCount(count));
}

/** Shows what will happen, or why it cannot. */
async function agreed({ statement, problems }: ApplyPlan, question: string, go: string): Promise<boolean> {
  const lines = (sentences: readonly string[]): string => sentences.map(plainMessage).join("\n");
  if (problems.length > 0) {
    await vscode.window.showWarningMessage(plainMessage(vscode.l10n.t("This cannot be done now.")), { modal: true, detail: lines(problems) });
    return false;
  }
  return await vscode.window.showInformationMessage(plainMessage(question), { modal: true, detail: lines(statement) }, go) === go;
}

function formOf(target: unknown): ApplyForm | null {
  return typeof target === "object" && target !== null && "form" in target ? FORMS.find((form) => form === target.form) ?? null : null;
}

function outOf(target: unknown): string | null {
  return typeof target === "object" && target !== null && "out" in target && typeof target.out === "string" ? target.out : null;
}

async function pickForm(selection: string): Promise<ApplyForm | null> {
  const items: (vscode.QuickPickItem & { readonly form: ApplyForm })[] = [
    { form: "copy", label: `$(files) ${vscode.l10n.t("Copy the Kept Samples")}`, detail: vscode.l10n.t("Into a new folder: the kept files, or the kept records of the table byte for byte") },
    { form: "hardlink", label: `$(link) ${vscode.l10n.t("Link the Kept Files")}`, detail: vscode.l10n.t("Into a new folder by hard links, which take no space; for files on the same disk") },
    { form: "parquet", label: `$(table) ${vscode.l10n.t("Write Parquet")}`, detail: vscode.l10n.t("The kept samples as one Parquet file in a new folder") },
    { form: "list", label: `$(list-ordered) ${vscode.l10n.t("Write a List")}`, detail: vscode.l10n.t("The kept ids, with code that loads them by Hugging Face datasets and PyTorch") },
    { form: "quarantine", label: `$(archive) ${vscode.l10n.t("Quarantine the Dropped Files")}`, detail: vscode.l10n.t("Moves them to .infomax/quarantine under a journal; nothing is deleted, and all can be undone") },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("InfoMax: Apply “{0}”", selection), placeHolder: vscode.l10n.t("How? What will happen is shown before it does"), matchOnDetail: true });
  return picked?.form ?? null;
}

/** Asks for the folder to make. */
async function askFolder(dataset: string, selection: string): Promise<string | null> {
  const name = `${datasetName(dataset).replace(/\.\w+$/, "")}-${selection}`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("InfoMax: Export “{0}” into a New Folder", selection), saveLabel: vscode.l10n.t("Make This Folder"),
    defaultUri: vscode.Uri.file(path.join(path.dirname(dataset), name)),
  });
  return target?.fsPath ?? null;
}
