import * as vscode from "vscode";
import type { EncoderPlan, EncoderView } from "../protocol/encoderRequests.ts";
import { formatBytes } from "../protocol/words.ts";
import { COMMANDS, SETTINGS_SECTION } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { EngineError } from "./engineError.ts";
import type { EngineSupervisor } from "./engineSupervisor.ts";
import { plainLabel, plainMessage } from "./plainText.ts";
import { withProgress } from "./withProgress.ts";

type Choice = vscode.QuickPickItem & { readonly value?: string; readonly encoder?: EncoderView; readonly browse?: true };

/** What an encoder is for, as the heading of a group. */
const PURPOSES: Readonly<Record<EncoderView["kind"], () => string>> = {
  image: () => vscode.l10n.t("for images"), text: () => vscode.l10n.t("for texts"), pair: () => vscode.l10n.t("for images and texts"),
};
/** The same with the licence, as sentences. */
const TERMS: Readonly<Record<EncoderView["kind"], (licence: string) => string>> = {
  image: (licence) => vscode.l10n.t("For images. Licence: {0}.", licence), text: (licence) => vscode.l10n.t("For texts. Licence: {0}.", licence), pair: (licence) => vscode.l10n.t("For images and texts. Licence: {0}.", licence),
};

function builtIn(): readonly Choice[] {
  return [
    { label: "builtin", description: vscode.l10n.t("part of the extension: the best one for the kind of samples"), value: "builtin" },
    { label: "perceptual", description: vscode.l10n.t("part of the extension, no learned model: images by layout and colour"), value: "perceptual" },
    { label: "hashed", description: vscode.l10n.t("part of the extension, no learned model: texts by their words and letters"), value: "hashed" },
  ];
}

/** Choosing the encoder, and downloading one after a question. Each rejects with an EngineError; the caller shows it. */
export class EncoderCommands {
  readonly #engine: EngineSupervisor;
  readonly #controller: DatasetController;

  constructor(engine: EngineSupervisor, controller: DatasetController) {
    this.#engine = engine;
    this.#controller = controller;
  }

  async choose(): Promise<void> {
    const encoders = await this.#engine.request("encoders", {});
    const current = this.#settings().get<unknown>("encoder");
    const mark = (choice: Choice): Choice => (choice.value === current ? { ...choice, detail: vscode.l10n.t("Chosen now") } : choice);
    const own = builtIn();
    const picked = await vscode.window.showQuickPick<Choice>([
      ...own.map(mark),
      ...(["image", "pair", "text"] as const).flatMap((kind) => [
        { label: PURPOSES[kind](), kind: vscode.QuickPickItemKind.Separator },
        ...encoders.filter((encoder) => encoder.kind === kind).map((encoder) => mark({ ...itemOf(encoder), value: encoder.name })),
      ]),
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      { label: `$(folder-opened) ${vscode.l10n.t("Folder…")}`, description: vscode.l10n.t("an encoder in the Hugging Face layout"), alwaysShow: true, browse: true },
    ], { title: vscode.l10n.t("InfoMax: Choose Encoder"), placeHolder: vscode.l10n.t("How should samples become vectors?"), matchOnDescription: true });
    if (picked === undefined) return;
    // Said before anything is downloaded that could then not be set.
    if (vscode.workspace.workspaceFolders !== undefined && !vscode.workspace.isTrusted && !own.some((choice) => choice.value === picked.value)) {
      throw new EngineError("not-trusted", vscode.l10n.t("An encoder with a model cannot be set in a workspace that is not trusted. Trust the workspace and choose it again."));
    }
    const value = picked.browse === true ? await browse() : picked.encoder === undefined ? picked.value : await this.#ready(picked.encoder);
    if (value !== undefined && value !== null) await this.#set(value);
  }

  /** The name of an encoder once it is there; null when the user does not want it. */
  async #ready(encoder: EncoderView): Promise<string | null> {
    if (encoder.installed) return encoder.name;
    const plan = await withProgress(vscode.l10n.t("InfoMax: asking for {0}", encoder.name), (token) => this.#engine.request("encoderPlan", { name: encoder.name }, { token }));
    if (plan.installed) return plan.name;
    const yes = vscode.l10n.t("Download");
    const answer = await vscode.window.showInformationMessage(
      plainMessage(vscode.l10n.t("Download the encoder {0} ({1}) from {2}?", plan.name, formatBytes(plan.bytes), plan.host)), { modal: true, detail: planText(plan) }, yes);
    if (answer !== yes) return null;
    const { name, commit, bytes } = plan;
    await withProgress("InfoMax", (token, onProgress) => this.#engine.request("downloadEncoder", { name, commit, bytes }, { token, onProgress }));
    return name;
  }

  async #set(value: string): Promise<void> {
    await this.#settings().update("encoder", value, vscode.workspace.workspaceFolders !== undefined ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
    if (this.#controller.dataset === null) return;
    const index = vscode.l10n.t("Index Dataset");
    void vscode.window.showInformationMessage(plainMessage(vscode.l10n.t("The encoder is now {0}. The dataset has to be indexed with it.", value)), index).then((answer) => {
      if (answer === index) void vscode.commands.executeCommand(COMMANDS.index);
    });
  }

  #settings(): vscode.WorkspaceConfiguration {
    const { dataset } = this.#controller;
    return vscode.workspace.getConfiguration(SETTINGS_SECTION, dataset === null ? undefined : vscode.Uri.file(dataset));
  }
}

function itemOf(encoder: EncoderView): Choice {
  const size = formatBytes(encoder.bytes);
  // One line, with the licence last, has to fit.
  return { label: plainLabel(encoder.name), encoder, description: plainLabel(encoder.installed ? vscode.l10n.t("installed, {0}, licence: {1}", size, encoder.licence) : vscode.l10n.t("about {0}, licence: {1}", size, encoder.licence)) };
}

/** Of the modal question, one fact a line. */
function planText(plan: EncoderPlan): string {
  return [
    vscode.l10n.t("{0}, commit {1}", plan.repository, plan.commit),
    TERMS[plan.kind](plan.licence),
    plan.missingBytes < plan.bytes ? vscode.l10n.t("{0} of it are missing yet.", formatBytes(plan.missingBytes)) : "",
    vscode.l10n.t("It goes into this extension's own storage: {0}", plan.folder),
  ].filter((line) => line !== "").map(plainMessage).join("\n");
}

async function browse(): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({ title: vscode.l10n.t("Select a folder with config.json and onnx/model.onnx"), openLabel: vscode.l10n.t("Use This Encoder"), canSelectFiles: false, canSelectFolders: true, canSelectMany: false });
  return picked?.[0]?.fsPath ?? null;
}
