import * as vscode from "vscode";
import type { EncoderPlan, EncoderView } from "../protocol/engine.ts";
import { formatBytes } from "../protocol/words.ts";
import { COMMANDS, SETTINGS_SECTION } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { EngineError } from "./engineError.ts";
import type { EngineSupervisor } from "./engineSupervisor.ts";
import { plainLabel, plainMessage } from "./plainText.ts";
import { withProgress } from "./withProgress.ts";

type Choice = vscode.QuickPickItem & { readonly value?: string; readonly encoder?: EncoderView; readonly browse?: true };

const KINDS: Readonly<Record<EncoderView["kind"], string>> = { image: "images", text: "texts", pair: "images and texts" };
const BUILT_IN: readonly Choice[] = [
  { label: "builtin", description: "part of the extension: the best one for the kind of samples", value: "builtin" },
  { label: "perceptual", description: "part of the extension, no learned model: images by layout and colour", value: "perceptual" },
  { label: "hashed", description: "part of the extension, no learned model: texts by their words and letters", value: "hashed" },
];

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
    const mark = (choice: Choice): Choice => (choice.value === current ? { ...choice, detail: "Chosen now" } : choice);
    const picked = await vscode.window.showQuickPick<Choice>([
      ...BUILT_IN.map(mark),
      ...(["image", "pair", "text"] as const).flatMap((kind) => [
        { label: `for ${KINDS[kind]}`, kind: vscode.QuickPickItemKind.Separator },
        ...encoders.filter((encoder) => encoder.kind === kind).map((encoder) => mark({ ...itemOf(encoder), value: encoder.name })),
      ]),
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      { label: "$(folder-opened) Folder…", description: "an encoder in the Hugging Face layout", alwaysShow: true, browse: true },
    ], { title: "InfoMax: Choose Encoder", placeHolder: "How should samples become vectors?", matchOnDescription: true });
    if (picked === undefined) return;
    // Said before anything is downloaded that could then not be set.
    if (vscode.workspace.workspaceFolders !== undefined && !vscode.workspace.isTrusted && !BUILT_IN.some((choice) => choice.value === picked.value)) {
      throw new EngineError("not-trusted", "An encoder with a model cannot be set in a workspace that is not trusted. Trust the workspace and choose it again.");
    }
    const value = picked.browse === true ? await browse() : picked.encoder === undefined ? picked.value : await this.#ready(picked.encoder);
    if (value !== undefined && value !== null) await this.#set(value);
  }

  /** The name of an encoder once it is there; null when the user does not want it. */
  async #ready(encoder: EncoderView): Promise<string | null> {
    if (encoder.installed) return encoder.name;
    const plan = await withProgress(`InfoMax: asking for ${encoder.name}`, (token) => this.#engine.request("encoderPlan", { name: encoder.name }, { token }));
    if (plan.installed) return plan.name;
    const yes = "Download";
    const answer = await vscode.window.showInformationMessage(
      plainMessage(`Download the encoder ${plan.name} (${formatBytes(plan.bytes)}) from ${plan.host}?`), { modal: true, detail: planText(plan) }, yes);
    if (answer !== yes) return null;
    const { name, commit, bytes } = plan;
    await withProgress("InfoMax", (token, onProgress) => this.#engine.request("downloadEncoder", { name, commit, bytes }, { token, onProgress }));
    return name;
  }

  async #set(value: string): Promise<void> {
    await this.#settings().update("encoder", value, vscode.workspace.workspaceFolders !== undefined ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
    if (this.#controller.dataset === null) return;
    const index = "Index Dataset";
    void vscode.window.showInformationMessage(plainMessage(`The encoder is now ${value}. The dataset has to be indexed with it.`), index).then((answer) => {
      if (answer === index) void vscode.commands.executeCommand(COMMANDS.index);
    });
  }

  #settings(): vscode.WorkspaceConfiguration {
    const { dataset } = this.#controller;
    return vscode.workspace.getConfiguration(SETTINGS_SECTION, dataset === null ? undefined : vscode.Uri.file(dataset));
  }
}

function itemOf(encoder: EncoderView): Choice {
  const size = `${encoder.installed ? "installed, " : "about "}${formatBytes(encoder.bytes)}`;
  // One line, with the licence last, has to fit.
  return { label: plainLabel(encoder.name), encoder, description: plainLabel(`${size}, licence: ${encoder.licence}`) };
}

/** Of the modal question, one fact a line. */
function planText(plan: EncoderPlan): string {
  return [
    `${plan.repository}, commit ${plan.commit}`,
    `For ${KINDS[plan.kind]}. Licence: ${plan.licence}.`,
    plan.missingBytes < plan.bytes ? `${formatBytes(plan.missingBytes)} of it are missing yet.` : "",
    `It goes into this extension's own storage: ${plan.folder}`,
  ].filter((line) => line !== "").map(plainMessage).join("\n");
}

async function browse(): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({ title: "Select a folder with config.json and onnx/model.onnx", openLabel: "Use This Encoder", canSelectFiles: false, canSelectFolders: true, canSelectMany: false });
  return picked?.[0]?.fsPath ?? null;
}
