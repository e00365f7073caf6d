import * as vscode from "vscode";
import type { SimilarSample } from "../protocol/engine.ts";
import { formatCount, formatSimilarity } from "../protocol/words.ts";
import type { DatasetController } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { EngineError } from "./engineError.ts";
import type { Inspector } from "./inspectorPanel.ts";
import { plainLabel } from "./plainText.ts";
import { goToSample } from "./sampleNavigation.ts";
import type { PlaceTarget, SampleTarget } from "./tableEditors.ts";
import type { TableMarks } from "./tableMarks.ts";

const SIMILAR_SHOWN = 20;
const THUMBNAIL_PIXELS = 64;

/** Commands about single samples. Each rejects with an EngineError; the caller shows it. */
export class SampleCommands {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #marks: TableMarks;
  readonly #inspector: Inspector;

  constructor(controller: DatasetController, picker: DatasetPicker, marks: TableMarks, inspector: Inspector) {
    this.#controller = controller;
    this.#picker = picker;
    this.#marks = marks;
    this.#inspector = inspector;
  }

  /** @param target,selected what the CodeLens or the Explorer hands over; nothing from the palette */
  async protect(target: unknown, selected: unknown): Promise<void> {
    const ids = await this.#resolve(target, selected);
    if (ids.length === 0) return;
    const { changed } = await this.#controller.protect(ids);
    vscode.window.setStatusBarMessage(changed === 0 ? vscode.l10n.t("InfoMax: protected already")
      : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample protected") : vscode.l10n.t("InfoMax: {0} samples protected", formatCount(changed)), 4000);
  }

  async unprotect(target: unknown, selected: unknown): Promise<void> {
    const ids = await this.#resolve(target, selected);
    if (ids.length === 0) return;
    const { changed } = await this.#controller.unprotect(ids);
    vscode.window.setStatusBarMessage(changed === 0 ? vscode.l10n.t("InfoMax: was not protected")
      : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample no longer protected") : vscode.l10n.t("InfoMax: {0} samples no longer protected", formatCount(changed)), 4000);
  }

  async exclude(target: unknown, selected: unknown): Promise<void> {
    const ids = await this.#resolve(target, selected);
    if (ids.length === 0) return;
    const { changed } = await this.#controller.exclude(ids);
    vscode.window.setStatusBarMessage(changed === 0 ? vscode.l10n.t("InfoMax: excluded already")
      : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample excluded") : vscode.l10n.t("InfoMax: {0} samples excluded", formatCount(changed)), 4000);
  }

  async include(target: unknown, selected: unknown): Promise<void> {
    const ids = await this.#resolve(target, selected);
    if (ids.length === 0) return;
    const { changed } = await this.#controller.include(ids);
    vscode.window.setStatusBarMessage(changed === 0 ? vscode.l10n.t("InfoMax: was not excluded")
      : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample no longer excluded") : vscode.l10n.t("InfoMax: {0} samples no longer excluded", formatCount(changed)), 4000);
  }

  async explain(target: unknown, selected: unknown): Promise<void> {
    const [id] = await this.#resolve(target, selected);
    if (id !== undefined) await this.#inspector.explain(id);
  }

  async findSimilar(target: unknown, selected: unknown): Promise<void> {
    const [id] = await this.#resolve(target, selected);
    if (id === undefined) return;
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("InfoMax: finding similar samples"), cancellable: true },
      (_report, token) => this.#controller.request("similar", { id, limit: SIMILAR_SHOWN }, { token }),
    );
    const picked = await vscode.window.showQuickPick(await this.#similarItems(found), {
      title: vscode.l10n.t("InfoMax: Most Similar Samples"),
      placeHolder: found.length === 0 ? vscode.l10n.t("Nothing is similar to it") : vscode.l10n.t("Pick a sample to go to it"),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked !== undefined) await goToSample(this.#controller, this.#marks, picked.place);
  }

  /** Behind the "Protected" CodeLens: edit the note, or unprotect. */
  async protectionMenu(target: unknown): Promise<void> {
    if (!isSampleTarget(target)) return;
    const edit = `$(edit) ${vscode.l10n.t("Edit Note…")}`;
    const remove = `$(trash) ${vscode.l10n.t("Unprotect")}`;
    const picked = await vscode.window.showQuickPick([edit, remove], { title: vscode.l10n.t("InfoMax: Protected Sample"), placeHolder: target.note ?? vscode.l10n.t("Kept at every budget") });
    if (picked === remove) await this.unprotect(target, undefined);
    if (picked !== edit) return;
    const note = await vscode.window.showInputBox({ title: vscode.l10n.t("InfoMax: why is this sample protected?"), value: target.note ?? "", prompt: vscode.l10n.t("Kept in .infomax/protected.jsonl beside the sample's id") });
    if (note !== undefined) await this.#controller.protect(target.ids, note);
  }

  async goTo(place: unknown): Promise<void> {
    if (isPlaceTarget(place)) await goToSample(this.#controller, this.#marks, place);
  }

  /** The ids that a command is about; empty when the user backed out. */
  async #resolve(target: unknown, selected: unknown): Promise<readonly string[]> {
    if (isSampleTarget(target)) return target.ids;
    const files = resources(target, selected);
    const file = files.length > 0 ? undefined : activeFile();
    if (!await this.#picker.ensure()) return [];
    await this.#controller.load();

    const editor = vscode.window.activeTextEditor;
    if (files.length === 0 && editor !== undefined && this.#marks.applies(editor.document)) {
      const mark = await this.#marks.at(editor.document, editor.selection.active.line);
      if (mark === null) throw new EngineError("not-found", vscode.l10n.t("No sample of the index stands at line {0}. Place the cursor on a sample, or index the dataset again.", editor.selection.active.line + 1));
      return [mark.id];
    }
    const asked = files.length > 0 ? files : file === undefined ? [] : [file];
    if (asked.length === 0) throw new EngineError("not-found", vscode.l10n.t("No sample is chosen. Place the cursor on a record of the dataset, or open one of its images."));
    const statuses = await this.#controller.request("fileStatus", { files: asked.map((uri) => uri.fsPath) });
    const missing = asked.filter((_uri, i) => statuses[i].id === null);
    if (missing.length > 0) {
      const [file, dataset] = [vscode.workspace.asRelativePath(missing[0]), datasetName(this.#controller.dataset ?? "")];
      throw new EngineError("not-found", missing.length === 1 ? vscode.l10n.t("{0} is not in the index of {1}. Select its dataset, or index it again.", file, dataset)
        : vscode.l10n.t("{0} and {1} more are not in the index of {2}. Select their dataset, or index it again.", file, formatCount(missing.length - 1), dataset));
    }
    return statuses.flatMap((status) => (status.id === null ? [] : [status.id]));
  }

  async #similarItems(found: readonly SimilarSample[]): Promise<(vscode.QuickPickItem & { readonly place: PlaceTarget })[]> {
    const images = found.some(({ sample }) => sample.kind === "image" || sample.kind === "pair");
    const thumbnails = images ? await this.#controller.request("thumbnails", { ids: found.map(({ sample }) => sample.id), size: THUMBNAIL_PIXELS }) : [];
    return found.map(({ sample, similarity }, i) => ({
      label: `${formatSimilarity(similarity)}  ${plainLabel(sample.file)}${sample.line === null ? "" : `:${sample.line}`}`,
      ...(sample.label === null ? {} : { description: plainLabel(sample.label) }),
      ...(sample.text === null ? {} : { detail: plainLabel(sample.text.replace(/\s+/g, " ")) }),
      ...(typeof thumbnails[i] === "string" ? { iconPath: vscode.Uri.file(thumbnails[i]) } : {}),
      place: sample,
    }));
  }
}

function isSampleTarget(value: unknown): value is SampleTarget {
  return typeof value === "object" && value !== null && "ids" in value && Array.isArray(value.ids) && value.ids.length > 0 && value.ids.every((id) => typeof id === "string");
}

function isPlaceTarget(value: unknown): value is PlaceTarget {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    && "file" in value && typeof value.file === "string" && "line" in value && (value.line === null || typeof value.line === "number");
}

/** The Explorer hands over the clicked file, and all selected ones beside it. */
function resources(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  if (!(clicked instanceof vscode.Uri)) return [];
  const all = Array.isArray(selected) ? selected.filter((item): item is vscode.Uri => item instanceof vscode.Uri) : [];
  return all.length > 0 ? all : [clicked];
}

/** The file in the active tab, an image preview included. */
function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
}
