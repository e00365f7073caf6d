import path from "node:path";
import * as vscode from "vscode";
import type { DatasetCandidate } from "../protocol/dataset.ts";
import type { DatasetController } from "./datasetController.ts";
import type { EngineSupervisor } from "./engineSupervisor.ts";
import { plainLabel } from "./plainText.ts";

/** A dataset, or what to browse for: most systems' dialogs show either folders or files. */
type Choice = vscode.QuickPickItem & ({ readonly dataset: string } | { readonly browse: "folder" | "file" });

/** Finds out which dataset a command is about. */
export class DatasetPicker {
  readonly #engine: EngineSupervisor;
  readonly #controller: DatasetController;

  constructor(engine: EngineSupervisor, controller: DatasetController) {
    this.#engine = engine;
    this.#controller = controller;
  }

  /**
   * Makes sure that a dataset is chosen: the given resource, the one chosen before, the only candidate, or what the user picks.
   * @returns false when the user backed out
   */
  async ensure(resource?: vscode.Uri): Promise<boolean> {
    if (resource !== undefined) {
      await this.#controller.choose(resource.fsPath);
      return true;
    }
    return this.#controller.dataset !== null || this.pick(true);
  }

  /** Lets the user pick a dataset. `takeOnly`: a single candidate is taken without asking. */
  async pick(takeOnly: boolean): Promise<boolean> {
    const candidates = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("InfoMax: looking for datasets") },
      () => this.#candidates(),
    );
    if (takeOnly && candidates.length === 1) {
      await this.#controller.choose(candidates[0].path);
      return true;
    }
    const chosen = this.#controller.dataset;
    const items: Choice[] = candidates.map((candidate) => ({
      label: plainLabel(vscode.workspace.asRelativePath(candidate.path)),
      description: plainLabel(candidate.description),
      ...(candidate.path === chosen ? { detail: vscode.l10n.t("Chosen now") } : {}),
      dataset: candidate.path,
    }));
    items.push(
      { label: `$(folder-opened) ${vscode.l10n.t("Browse for Folder…")}`, description: vscode.l10n.t("images, one folder for each class"), alwaysShow: true, browse: "folder" },
      { label: `$(file) ${vscode.l10n.t("Browse for File…")}`, description: vscode.l10n.t("JSONL, CSV or TSV"), alwaysShow: true, browse: "file" });
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t("InfoMax: Select Dataset"),
      placeHolder: candidates.length === 0 ? vscode.l10n.t("No dataset was found in this workspace") : vscode.l10n.t("Which dataset?"),
      matchOnDescription: true,
    });
    if (picked === undefined) return false;
    const dataset = "dataset" in picked ? picked.dataset : await this.#browse(picked.browse);
    if (dataset === null) return false;
    await this.#controller.choose(dataset);
    return true;
  }

  async #candidates(): Promise<readonly DatasetCandidate[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
    const found = await Promise.all(folders.map((folder) => this.#engine.request("findDatasets", { folder: folder.uri.fsPath })));
    return found.flat();
  }

  async #browse(what: "folder" | "file"): Promise<string | null> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const picked = await vscode.window.showOpenDialog({
      title: what === "folder" ? vscode.l10n.t("Select a folder of images") : vscode.l10n.t("Select a JSONL, CSV or TSV file"),
      openLabel: vscode.l10n.t("Select Dataset"),
      canSelectFiles: what === "file",
      canSelectFolders: what === "folder",
      canSelectMany: false,
      ...(what === "file" ? { filters: { [vscode.l10n.t("Tables")]: ["jsonl", "ndjson", "csv", "tsv"] } } : {}),
      ...(folder === undefined ? {} : { defaultUri: folder }),
    });
    return picked?.[0]?.fsPath ?? null;
  }
}

/** Short name of a dataset: its folder's or file's. */
export function datasetName(dataset: string): string {
  return path.basename(dataset) || dataset;
}
