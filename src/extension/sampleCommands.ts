import * as vscode from "vscode";
import type { ProtectResult } from "../protocol/decisions.ts";
import type { SampleView, SimilarSample } from "../protocol/samples.ts";
import { formatCount, formatSimilarity, samplesText } from "../protocol/words.ts";
import type { ChosenSamples, SampleChooser } from "./chosenSamples.ts";
import { IMAGE_PATTERN, TABLE_PATTERN, TEXT_PATTERN } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { EngineError } from "./engineError.ts";
import type { Inspector } from "./inspectorPanel.ts";
import { plainLabel } from "./plainText.ts";
import { goToSample } from "./sampleNavigation.ts";
import type { TableMarks } from "./tableMarks.ts";
import { isPlaceTarget, isSampleTarget } from "./targets.ts";
import type { PlaceTarget } from "./targets.ts";

const SIMILAR_SHOWN = 20;
const THUMBNAIL_PIXELS = 64;
/** More samples than this are decided on at once only after a question; whole folders always. */
const MOST_UNASKED = 1000;

type Decision = "protect" | "unprotect" | "exclude" | "include";

/** Commands about samples. Each rejects with an EngineError; the caller shows it. */
export class SampleCommands {
  readonly #controller: DatasetController;
  readonly #chooser: SampleChooser;
  readonly #marks: TableMarks;
  readonly #inspector: Inspector;

  constructor(controller: DatasetController, chooser: SampleChooser, marks: TableMarks, inspector: Inspector) {
    this.#controller = controller;
    this.#chooser = chooser;
    this.#marks = marks;
    this.#inspector = inspector;
  }

  /** @param target,selected what a CodeLens, a hover, a list, a menu or the Explorer hands over; nothing from the palette */
  async protect(target: unknown, selected: unknown): Promise<void> {
    const changed = await this.#decide("protect", target, selected);
    if (changed !== null) say(changed === 0 ? vscode.l10n.t("InfoMax: protected already") : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample protected") : vscode.l10n.t("InfoMax: {0} samples protected", formatCount(changed)));
  }

  async unprotect(target: unknown, selected: unknown): Promise<void> {
    const changed = await this.#decide("unprotect", target, selected);
    if (changed !== null) say(changed === 0 ? vscode.l10n.t("InfoMax: was not protected") : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample no longer protected") : vscode.l10n.t("InfoMax: {0} samples no longer protected", formatCount(changed)));
  }

  async exclude(target: unknown, selected: unknown): Promise<void> {
    const changed = await this.#decide("exclude", target, selected);
    if (changed !== null) say(changed === 0 ? vscode.l10n.t("InfoMax: excluded already") : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample excluded") : vscode.l10n.t("InfoMax: {0} samples excluded", formatCount(changed)));
  }

  async include(target: unknown, selected: unknown): Promise<void> {
    const changed = await this.#decide("include", target, selected);
    if (changed !== null) say(changed === 0 ? vscode.l10n.t("InfoMax: was not excluded") : changed === 1 ? vscode.l10n.t("InfoMax: 1 sample no longer excluded") : vscode.l10n.t("InfoMax: {0} samples no longer excluded", formatCount(changed)));
  }

  async protectWithNote(target: unknown, selected: unknown): Promise<void> {
    const changed = await this.#decide("protect", target, selected, (count) => askNote(count === 1 ? vscode.l10n.t("InfoMax: why is this sample protected?") : vscode.l10n.t("InfoMax: why are these {0} samples protected?", formatCount(count)), "", "protected"));
    if (changed !== null) say(changed === 1 ? vscode.l10n.t("InfoMax: 1 sample protected") : vscode.l10n.t("InfoMax: {0} samples protected", formatCount(changed)));
  }

  async excludeWithNote(target: unknown, selected: unknown): Promise<void> {
    const changed = await this.#decide("exclude", target, selected, (count) => askNote(count === 1 ? vscode.l10n.t("InfoMax: why is this sample excluded?") : vscode.l10n.t("InfoMax: why are these {0} samples excluded?", formatCount(count)), "", "excluded"));
    if (changed !== null) say(changed === 1 ? vscode.l10n.t("InfoMax: 1 sample excluded") : vscode.l10n.t("InfoMax: {0} samples excluded", formatCount(changed)));
  }

  /** Changes why a sample is protected, excluded or preferred by hand. */
  async editNote(target: unknown, selected: unknown): Promise<void> {
    const id = await this.#chooser.one(target, selected);
    if (id === null) return;
    const { sample } = await this.#controller.request("explain", { id });
    const state = stateByHand(sample);
    if (state === null) throw new EngineError("not-found", vscode.l10n.t("This sample is neither protected nor excluded by hand, so it has no note. Protect it with a note instead."));
    const title = state === "protected" ? vscode.l10n.t("InfoMax: why is this sample protected?") : state === "excluded" ? vscode.l10n.t("InfoMax: why is this sample excluded?") : vscode.l10n.t("InfoMax: why is this sample preferred?");
    const note = await askNote(title, sample.note ?? "", state === "preferred" ? "keepers" : state);
    if (note === undefined) return;
    if (state === "protected") await this.#controller.protect([id], note);
    else if (state === "excluded") await this.#controller.exclude([id], note);
    else await this.#controller.prefer([id], note);
  }

  async explain(target: unknown, selected: unknown): Promise<void> {
    const id = await this.#chooser.one(target, selected);
    if (id !== null) await this.#inspector.explain(id);
  }

  async findSimilar(target: unknown, selected: unknown): Promise<void> {
    const id = await this.#chooser.one(target, selected);
    if (id === null) return;
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
    const note = await askNote(vscode.l10n.t("InfoMax: why is this sample protected?"), target.note ?? "", "protected");
    if (note !== undefined) await this.#controller.protect(target.ids, note);
  }

  async goTo(place: unknown): Promise<void> {
    if (isPlaceTarget(place)) await goToSample(this.#controller, this.#marks, place);
  }

  /** Carries out a decision; null when the user backed out. @param ask for a note, given the number of samples */
  async #decide(decision: Decision, target: unknown, selected: unknown, ask?: (count: number) => Promise<string | undefined>): Promise<number | null> {
    const chosen = await this.#chooser.all(target, selected);
    if (chosen === null) return null;
    const count = "ids" in chosen ? chosen.ids.length : chosen.count;
    if ((count > MOST_UNASKED || isManyResources(target)) && !await confirmed(decision, count)) return null;
    const note = await ask?.(count);
    if (ask !== undefined && note === undefined) return null;
    const { changed } = await vscode.window.withProgress(
      { location: count > MOST_UNASKED ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window, title: vscode.l10n.t("InfoMax: writing the decision") },
      () => this.#carryOut(decision, chosen, note));
    return changed;
  }

  #carryOut(decision: Decision, chosen: ChosenSamples, note: string | undefined): Promise<ProtectResult> {
    if (!("ids" in chosen)) return this.#controller.decide({ key: chosen.key, [decision]: chosen.rows, ...(note === undefined ? {} : { note }) });
    switch (decision) {
      case "protect":
        return this.#controller.protect(chosen.ids, note);
      case "unprotect":
        return this.#controller.unprotect(chosen.ids);
      case "exclude":
        return this.#controller.exclude(chosen.ids, note);
      case "include":
        return this.#controller.include(chosen.ids);
    }
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

function say(message: string): void {
  vscode.window.setStatusBarMessage(message, 4000);
}

function stateByHand({ protected: isProtected, excluded, preferred, rule }: SampleView): "protected" | "excluded" | "preferred" | null {
  if (rule === null && isProtected) return "protected";
  if (rule === null && excluded) return "excluded";
  return preferred ? "preferred" : null;
}

function askNote(title: string, value: string, file: "protected" | "excluded" | "keepers"): Promise<string | undefined> {
  return Promise.resolve(vscode.window.showInputBox({ title, value, prompt: vscode.l10n.t("Kept in {0} beside the sample's id", `.infomax/${file}.jsonl`) }));
}

/** A whole folder: what it holds is not on the screen, so its number is told first. */
function isManyResources(target: unknown): boolean {
  return target instanceof vscode.Uri && !IMAGE_PATTERN.test(target.path) && !TABLE_PATTERN.test(target.path) && !TEXT_PATTERN.test(target.path);
}

async function confirmed(decision: Decision, count: number): Promise<boolean> {
  const samples = samplesText(count);
  const [question, button] = {
    protect: [vscode.l10n.t("Protect {0}?", samples), vscode.l10n.t("Protect")],
    unprotect: [vscode.l10n.t("Unprotect {0}?", samples), vscode.l10n.t("Unprotect")],
    exclude: [vscode.l10n.t("Exclude {0}?", samples), vscode.l10n.t("Exclude")],
    include: [vscode.l10n.t("Include {0} again?", samples), vscode.l10n.t("Include")],
  }[decision];
  return await vscode.window.showWarningMessage(question, { modal: true }, button) === button;
}
