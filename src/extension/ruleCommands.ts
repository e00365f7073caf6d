import path from "node:path";
import * as vscode from "vscode";
import { formatCount, samplesText } from "../protocol/words.ts";
import type { DatasetController } from "./datasetController.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { EngineError } from "./engineError.ts";
import { plainLabel, plainMessage } from "./plainText.ts";
import { rulePlace } from "./rulePlace.ts";
import { isRuleTarget } from "./targets.ts";

/** Commands about the rules of infomax.json. Each rejects with an EngineError; the caller shows it. */
export class RuleCommands {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;

  constructor(controller: DatasetController, picker: DatasetPicker) {
    this.#controller = controller;
    this.#picker = picker;
  }

  /** Opens infomax.json at a rule; from the palette the user says which. */
  async open(target: unknown): Promise<void> {
    if (!await this.#picker.ensure()) return;
    await this.#controller.load();
    const rule = isRuleTarget(target) ? target.rule : await this.#ask(vscode.l10n.t("Which rule is to be opened?"));
    const { root } = this.#controller;
    if (rule === null || root === null) return;
    const document = await vscode.workspace.openTextDocument(path.join(root, "infomax.json"));
    const { line, character } = document.positionAt(rulePlace(document.getText(), rule));
    const at = new vscode.Position(line, character);
    const editor = await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Writes what a rule catches now as decisions by hand, so that they stay when the rule goes. */
  async pin(target: unknown): Promise<void> {
    if (!await this.#picker.ensure()) return;
    const { rules } = await this.#controller.request("rules", {});
    const name = isRuleTarget(target) ? target.rule : await this.#ask(vscode.l10n.t("Whose samples are to be pinned?"));
    if (name === null) return;
    const rule = rules.find((one) => one.name === name);
    if (rule === undefined) throw new EngineError("not-found", plainMessage(vscode.l10n.t("infomax.json has no rule {0} any more.", name)));
    const samples = samplesText(rule.samples);
    const button = vscode.l10n.t("Pin");
    const question = rule.action === "protect" ? vscode.l10n.t("Protect {0} by hand, which the rule {1} catches now?", samples, plainMessage(name)) : vscode.l10n.t("Exclude {0} by hand, which the rule {1} catches now?", samples, plainMessage(name));
    const detail = vscode.l10n.t("They stay so when the rule or the dataset changes; the rule's name becomes their note.");
    if (await vscode.window.showWarningMessage(question, { modal: true, detail }, button) !== button) return;
    const { changed } = await this.#controller.pinRule(name);
    vscode.window.setStatusBarMessage(changed === 1 ? vscode.l10n.t("InfoMax: 1 sample decided by hand") : vscode.l10n.t("InfoMax: {0} samples decided by hand", formatCount(changed)), 4000);
  }

  async #ask(title: string): Promise<string | null> {
    const { rules } = await this.#controller.request("rules", {});
    if (rules.length === 0) throw new EngineError("not-found", vscode.l10n.t("infomax.json has no rules yet."));
    const picked = await vscode.window.showQuickPick(rules.map(({ name, conditions, samples }) => ({ label: plainLabel(name), description: samplesText(samples), detail: plainLabel(conditions), name })), { title });
    return picked?.name ?? null;
  }
}
