import * as vscode from "vscode";
import type { ReviewResult } from "../protocol/review.ts";
import { formatCount, formatShare, qualityText, samplesText } from "../protocol/words.ts";
import { REVIEW_SCHEME } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import type { Inspector } from "./inspectorPanel.ts";
import { plainMessage } from "./plainText.ts";
import { pickSelection, selectionsOf, selectionTarget, type SelectionTarget } from "./selectionPicker.ts";

/** What a review document is about; its address carries it, so that it opens again after a restart. */
interface Reviewed {
  readonly dataset: string;
  readonly selection: string;
  readonly against: string | null;
}

/** Commands that look at selections and approve them, and the Markdown documents of reviews. Each rejects with an EngineError; the caller shows it. */
export class ReviewCommands implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #inspector: Inspector;
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChange = this.#changes.event;

  constructor(controller: DatasetController, picker: DatasetPicker, inspector: Inspector) {
    this.#controller = controller;
    this.#picker = picker;
    this.#inspector = inspector;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(REVIEW_SCHEME, this),
      controller.onDidChangeMarks(() => {
        for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === REVIEW_SCHEME) this.#changes.fire(uri);
      }),
    ];
  }

  dispose(): void {
    this.#changes.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** @param target names the selection, {@link SelectionTarget}; else it is asked for */
  async review(target: unknown): Promise<void> {
    const selection = await this.#selection(selectionTarget(target), vscode.l10n.t("InfoMax: Review Selection"), vscode.l10n.t("Which selection?"));
    if (selection !== null) this.#inspector.showReview(selection, null);
  }

  /** @param target names the two selections; else they are asked for */
  async compare(target: unknown): Promise<void> {
    const given = selectionTarget(target);
    const title = vscode.l10n.t("InfoMax: Compare Selections");
    const selection = await this.#selection(given, title, vscode.l10n.t("Which selection? The newer of the two"));
    if (selection === null) return;
    const others = (await selectionsOf(this.#controller) ?? []).filter((name) => name !== selection);
    if (given.against === undefined && others.length === 0) {
      void vscode.window.showInformationMessage(plainMessage(vscode.l10n.t("“{0}” is the only selection: there is none to compare it with.", selection)));
      return;
    }
    const against = given.against ?? await pickSelection(this.#controller, others, title, vscode.l10n.t("Compared with which earlier one?"));
    if (against !== null) this.#inspector.showReview(selection, against);
  }

  /** Opens a review as a Markdown document, with its preview in front. */
  async openMarkdown(target: unknown): Promise<void> {
    const given = selectionTarget(target);
    const selection = await this.#selection(given, vscode.l10n.t("InfoMax: Open Review as Markdown"), vscode.l10n.t("Which selection?"));
    const { dataset } = this.#controller;
    if (selection === null || dataset === null) return;
    const reviewed: Reviewed = { dataset, selection, against: given.against ?? null };
    const uri = vscode.Uri.from({ scheme: REVIEW_SCHEME, path: `/${selection}.md`, query: JSON.stringify(reviewed) });
    // Asked for here, so that a failure is shown as every other.
    const markdown = await this.#markdown(reviewed);
    this.#changes.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false, viewColumn: this.#inspector.otherColumn });
    await vscode.commands.executeCommand("markdown.showPreview", uri);
    const copy = vscode.l10n.t("Copy Markdown");
    void vscode.window.showInformationMessage(plainMessage(vscode.l10n.t("The review of “{0}” is open as Markdown, for a pull request.", selection)), copy).then(async (answer) => {
      if (answer === copy) await vscode.env.clipboard.writeText(markdown);
    });
  }

  async approve(target: unknown): Promise<void> {
    const selection = await this.#selection(selectionTarget(target), vscode.l10n.t("InfoMax: Approve Selection"), vscode.l10n.t("Which selection?"));
    if (selection === null) return;
    const facts = await this.#controller.request("review", { selection });
    if (!await sureOf(facts)) return;
    const note = await vscode.window.showInputBox({
      title: vscode.l10n.t("InfoMax: Approve “{0}”", selection), placeHolder: vscode.l10n.t("Note (optional)"), ignoreFocusOut: true,
      prompt: vscode.l10n.t("Keeps {0} of {1} ({2}); {3}. SHA-256 {4}. Enter writes the approval into the audit log.", formatCount(facts.kept), samplesText(facts.samples),
        formatShare(facts.kept / Math.max(1, facts.samples)), qualityText(facts), facts.sha256.slice(0, 12)),
    });
    if (note === undefined) return;
    await this.#controller.request("approve", { selection, sha256: facts.sha256, note: note.trim() });
    await this.#controller.refresh();
    void vscode.window.showInformationMessage(plainMessage(vscode.l10n.t("“{0}” is approved (SHA-256 {1}).", selection, facts.sha256.slice(0, 12))));
  }

  /** The Markdown of a review whose document is opened, or changes. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const reviewed = reviewedAt(uri);
    if (reviewed === null) return "";
    if (reviewed.dataset !== this.#controller.dataset) return vscode.l10n.t("This review is of another dataset than the one chosen now: {0}", reviewed.dataset);
    return this.#markdown(reviewed);
  }

  async #markdown({ selection, against }: Reviewed): Promise<string> {
    const { markdown } = await this.#controller.request("review", { selection, ...(against === null ? {} : { against }) });
    return markdown;
  }

  async #selection({ selection }: SelectionTarget, title: string, placeHolder: string): Promise<string | null> {
    if (!await this.#picker.ensure()) return null;
    await this.#controller.load();
    if (selection !== undefined) return selection;
    const names = await selectionsOf(this.#controller);
    return names === null ? null : pickSelection(this.#controller, names, title, placeHolder);
  }
}

/** Asks where something speaks against an approval. */
async function sureOf({ selection, current, overruled }: ReviewResult): Promise<boolean> {
  if (current && overruled === 0) return true;
  const approve = vscode.l10n.t("Approve Anyway");
  const doubts = [
    ...(current ? [] : [vscode.l10n.t("The dataset changed since it was selected from.")]),
    ...(overruled === 0 ? [] : [overruled === 1 ? vscode.l10n.t("1 decision since contradicts it.") : vscode.l10n.t("{0} decisions since contradict it.", formatCount(overruled))]),
  ];
  return await vscode.window.showWarningMessage(plainMessage(vscode.l10n.t("Approve “{0}”?", selection)), { modal: true, detail: doubts.join("\n") }, approve) === approve;
}

function reviewedAt({ query }: vscode.Uri): Reviewed | null {
  try {
    const value: unknown = JSON.parse(query);
    if (typeof value !== "object" || value === null) return null;
    const { dataset, selection, against } = value as Readonly<Record<keyof Reviewed, unknown>>;
    return typeof dataset === "string" && typeof selection === "string" && (against === null || typeof against === "string") ? { dataset, selection, against } : null;
  } catch {
    return null;
  }
}
