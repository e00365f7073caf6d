import * as vscode from "vscode";
import type { QuarantineView, UndoResult } from "../protocol/apply.ts";
import { formatBytes, formatCount } from "../protocol/words.ts";
import { requireTrust, type ApplyCommands } from "./applyCommands.ts";
import { COMMANDS } from "./contributions.ts";
import type { DatasetController, DatasetState } from "./datasetController.ts";
import type { DatasetPicker } from "./datasetPicker.ts";
import { showFailure } from "./failures.ts";
import { plainLabel, plainMessage } from "./plainText.ts";
import { withProgress } from "./withProgress.ts";

/** Ids fetched at once, and most that a list offers: longer ones are undone whole, or on the command line. */
const PAGE = 1000;
const MOST_LISTED = 20_000;
/** Files left behind that a message names; the log has all. */
const LEFT_SHOWN = 2;

/** Commands that move quarantined files back, and the offer to finish what was interrupted. Each rejects with an EngineError; the caller shows it. */
export class UndoCommands implements vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #picker: DatasetPicker;
  readonly #apply: ApplyCommands;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscription: vscode.Disposable;
  /** Interrupted quarantines that the user has been told of in this window. */
  readonly #told = new Set<string>();

  constructor(controller: DatasetController, picker: DatasetPicker, apply: ApplyCommands, log: vscode.LogOutputChannel) {
    this.#controller = controller;
    this.#picker = picker;
    this.#apply = apply;
    this.#log = log;
    this.#subscription = controller.onDidChangeState((state) => { this.#look(state); });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** @param target `{ operation, ids }`: what is named in it is not asked for */
  async undo(target: unknown): Promise<void> {
    requireTrust();
    if (!await this.#picker.ensure()) return;
    await this.#controller.load();
    const given = undoTarget(target);
    const operation = await this.#operation(given.operation);
    if (operation === null) return;
    const ids = given.ids ?? await this.#which(operation);
    if (ids === null) return;
    const count = ids === "all" ? operation.quarantined : ids.length;
    const back = vscode.l10n.t("Move Back");
    const question = count === 1 ? vscode.l10n.t("Move 1 file back to where it was?") : vscode.l10n.t("Move {0} files back to where they were?", formatCount(count));
    const detail = vscode.l10n.t("Nothing is overwritten: a file whose place is taken stays in quarantine.");
    if (await vscode.window.showInformationMessage(question, { modal: true, detail }, back) !== back) return;
    let result: UndoResult;
    try {
      result = await withProgress(vscode.l10n.t("InfoMax: moving files back"), (token, onProgress) =>
        this.#controller.request("undo", { operation: operation.operation, ...(ids === "all" ? {} : { ids }) }, { token, onProgress }));
    } finally {
      // Cancelled or not, files may have moved.
      await this.#controller.refresh();
    }
    this.#tell(result);
  }

  /** Offers once in a window, when the dataset has been loaded, to finish a quarantine that was interrupted. */
  #look(state: DatasetState): void {
    if (state.kind !== "ready" || state.summary.unfinished === null) return;
    const { operation: unfinished, what } = state.summary.unfinished;
    const key = `${state.dataset}\n${unfinished}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const [goOn, undo, later] = [vscode.l10n.t("Go On"), vscode.l10n.t("Undo"), vscode.l10n.t("Later")];
    if (what === "damaged") {
      void vscode.window.showWarningMessage(plainMessage(vscode.l10n.t("The journal of the quarantine {0} cannot be read: restore it from a copy. Other quarantines can be undone all the same.", unfinished)));
      return;
    }
    const asked = what === "undo"
      ? vscode.window.showWarningMessage(plainMessage(vscode.l10n.t("An undo was interrupted ({0}): some files are back, others still in quarantine. No file is lost. Go on with it?", unfinished)), undo, later)
      : vscode.window.showWarningMessage(plainMessage(vscode.l10n.t("A quarantine was interrupted ({0}): some dropped files are moved, others not. No file is lost. Go on with it, or undo it?", unfinished)), goOn, undo, later);
    void asked.then(async (answer) => {
      try {
        if (answer === undo) await this.undo({ operation: unfinished });
        else if (answer === goOn) await this.#goOn(unfinished);
      } catch (thrown) {
        await showFailure(thrown, this.#log);
      }
    });
  }

  async #goOn(operation: string): Promise<void> {
    const found = (await this.#controller.request("quarantines", {})).find((quarantine) => quarantine.operation === operation);
    if (found !== undefined) await this.#apply.quarantine(found.selection);
  }

  /** The quarantine that is meant; null when the user backed out or nothing lies in any. */
  async #operation(given: string | undefined): Promise<QuarantineView | null> {
    const all = await this.#controller.request("quarantines", {});
    const open = all.filter(({ operation, quarantined, state }) => (given === undefined || operation === given) && (quarantined > 0 || state === "interrupted"));
    if (open.length === 0) {
      void vscode.window.showInformationMessage(plainMessage(given === undefined ? vscode.l10n.t("Nothing lies in quarantine.") : vscode.l10n.t("Nothing of {0} lies in quarantine.", given)));
      return null;
    }
    if (given !== undefined) return open[0];
    const newestFirst = [...open].sort((a, b) => (a.when < b.when ? 1 : a.when > b.when ? -1 : 0));
    const picked = await vscode.window.showQuickPick(newestFirst.map((quarantine) => ({
      label: plainLabel(quarantine.selection), description: `${dateText(quarantine.when)} · ${stateText(quarantine.state)}`,
      detail: vscode.l10n.t("{0} of {1} files in quarantine, {2} in all", formatCount(quarantine.quarantined), formatCount(quarantine.files), formatBytes(quarantine.bytes)), quarantine,
    })), { title: vscode.l10n.t("InfoMax: Undo Quarantine"), placeHolder: vscode.l10n.t("Which quarantine?"), matchOnDescription: true });
    return picked?.quarantine ?? null;
  }

  /** All of a quarantine, or samples of it; null when the user backed out. */
  async #which({ operation, quarantined }: QuarantineView): Promise<"all" | readonly string[] | null> {
    const whole = vscode.l10n.t("Move All {0} Back", formatCount(quarantined));
    const some = vscode.l10n.t("Choose Samples…");
    const answer = quarantined < 2 ? whole : await vscode.window.showQuickPick([whole, some], { title: vscode.l10n.t("InfoMax: Undo Quarantine"), placeHolder: vscode.l10n.t("All of it, or single samples?") });
    if (answer !== some) return answer === undefined ? null : "all";
    const { ids, total } = await this.#listed(operation);
    const picked = await vscode.window.showQuickPick(ids.map((id) => ({ label: plainLabel(id), id })), {
      title: vscode.l10n.t("InfoMax: Undo Quarantine"), canPickMany: true,
      placeHolder: total > ids.length ? vscode.l10n.t("The first {0} of {1}; type to narrow them down", formatCount(ids.length), formatCount(total)) : vscode.l10n.t("Which samples? Type to narrow them down"),
    });
    return picked === undefined || picked.length === 0 ? null : picked.map(({ id }) => id);
  }

  async #listed(operation: string): Promise<{ readonly ids: readonly string[]; readonly total: number }> {
    return withProgress(vscode.l10n.t("InfoMax: looking into the quarantine"), async (token) => {
      const ids: string[] = [];
      let total = 0;
      do {
        const page = await this.#controller.request("quarantinedFiles", { operation, offset: ids.length, limit: PAGE }, { token });
        total = page.total;
        if (page.ids.length === 0) break;
        ids.push(...page.ids);
      } while (ids.length < Math.min(total, MOST_LISTED));
      return { ids, total };
    });
  }

  #tell({ restored, verified, differing, left }: UndoResult): void {
    for (const id of differing) this.#log.warn(`${id}: came back with another content than the one that was quarantined`);
    for (const { id, reason } of left) this.#log.warn(`${id}: ${reason}`);
    const done = restored === 1 ? vscode.l10n.t("1 file is back where it was, {0} verified.", formatCount(verified)) : vscode.l10n.t("{0} files are back where they were, {1} verified.", formatCount(restored), formatCount(verified));
    const { state } = this.#controller;
    const index = vscode.l10n.t("Index Again");
    // All of a quarantine moved back leaves the dataset as it was indexed.
    const again = state.kind === "ready" && !state.stale ? [] : [index];
    const log = vscode.l10n.t("Show Log");
    const answered = (answer: string | undefined): void => {
      if (answer === index) void vscode.commands.executeCommand(COMMANDS.index);
      else if (answer === log) void vscode.commands.executeCommand(COMMANDS.showLog);
    };
    if (left.length === 0 && differing.length === 0) {
      void vscode.window.showInformationMessage(plainMessage(done), ...again).then(answered);
      return;
    }
    const others = differing.length === 0 ? [] : [differing.length === 1 ? vscode.l10n.t("1 of them was changed while it lay in quarantine: {0}.", differing[0])
      : vscode.l10n.t("{0} of them were changed while they lay in quarantine, among them {1}.", formatCount(differing.length), differing[0])];
    const named = left.slice(0, LEFT_SHOWN).map(({ id, reason }) => vscode.l10n.t("{0}: {1}", id, reason)).join("; ");
    const stay = left.length === 0 ? [] : left.length === 1 ? [vscode.l10n.t("1 file stays in quarantine: {0}", named)] : [vscode.l10n.t("{0} files stay in quarantine, among them {1}", formatCount(left.length), named)];
    void vscode.window.showWarningMessage(plainMessage([done, ...others, ...stay].join(" ")), ...again, log).then(answered);
  }
}

function undoTarget(value: unknown): { readonly operation?: string; readonly ids?: readonly string[] } {
  if (typeof value !== "object" || value === null) return {};
  const { operation, ids } = value as Readonly<Record<"operation" | "ids", unknown>>;
  return {
    ...(typeof operation === "string" ? { operation } : {}),
    ...(Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string") ? { ids } : {}),
  };
}

function stateText(state: QuarantineView["state"]): string {
  switch (state) {
    case "done":
      return vscode.l10n.t("in quarantine");
    case "interrupted":
      return vscode.l10n.t("interrupted");
    case "partly-undone":
      return vscode.l10n.t("partly undone");
    case "undone":
      return vscode.l10n.t("undone");
    case "damaged":
      return vscode.l10n.t("damaged");
  }
}

function dateText(when: string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? when : date.toLocaleString(vscode.env.language, { dateStyle: "medium", timeStyle: "short" });
}
