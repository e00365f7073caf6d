import * as vscode from "vscode";
import { readBudgets } from "../protocol/budgetText.ts";
import type { CompareParams, ComparisonDefaults } from "../protocol/compareRequests.ts";
import type { DatasetRequest } from "./datasetController.ts";
import { datasetName } from "./datasetPicker.ts";
import { EngineError } from "./engineError.ts";
import { plainLabel, plainMessage } from "./plainText.ts";

/** What a comparison is told; what is left out is as infomax.json says. */
export type CompareChoices = DatasetRequest<"compare">;

/** What is asked about: the dataset, its size where that is known, and what holds without any answer. */
export interface Compared {
  readonly dataset: string;
  readonly samples: number | null;
  readonly defaults: ComparisonDefaults;
}

type Answer<T> = { readonly value: T } | "back" | "closed";
type Choice = vscode.QuickPickItem & { readonly choices: CompareChoices };
type TargetChoice = vscode.QuickPickItem & { readonly browse: "folder" | "file" | null };
type Step = (compared: Compared, step: number) => Promise<Answer<CompareChoices>>;

/** Of a quick look: one of each way to choose, and the baseline. */
const QUICK: readonly string[] = ["infomax", "ccs", "d2", "dedup-random", "random"];
const USUAL = { redraws: 3, seeds: 3 } as const;
const THOROUGH = { redraws: 5, seeds: 3 } as const;

const STEPS: readonly Step[] = [askTarget, askBudgets, askThoroughness];

/**
 * Asks on what strategies are judged, at which budgets, and how thoroughly; Enter takes what infomax.json says, or the defaults.
 * @returns null when the user backed out
 * @throws EngineError "not-trusted" for another dataset in an untrusted workspace
 */
export async function askComparison(compared: Compared): Promise<CompareChoices | null> {
  const answers: CompareChoices[] = [];
  for (let step = 0; step < STEPS.length;) {
    const answer = await STEPS[step](compared, step + 1);
    if (answer === "closed") return null;
    if (answer === "back") step--;
    else answers[step++] = answer.value;
  }
  return answers.reduce<CompareChoices>((all, own) => ({ ...all, ...own }), {});
}

async function askTarget(compared: Compared, step: number): Promise<Answer<CompareChoices>> {
  const { target } = compared.defaults;
  const items: TargetChoice[] = [
    target === null
      ? { label: `$(beaker) ${vscode.l10n.t("Samples Held Out of the Dataset")}`, detail: vscode.l10n.t("Its test split; where there is none, 20% of each class. They are no candidates"), browse: null }
      : { label: `$(beaker) ${plainLabel(target)}`, description: vscode.l10n.t("as infomax.json says"), browse: null },
    { label: `$(folder-opened) ${vscode.l10n.t("A Labelled Folder…")}`, detail: vscode.l10n.t("Images as the model will meet them, one folder for each class"), browse: "folder" },
    { label: `$(file) ${vscode.l10n.t("A Labelled File…")}`, detail: vscode.l10n.t("JSONL, CSV or TSV, with the dataset's classes"), browse: "file" },
  ];
  for (;;) {
    const answer = await pick(items, items[0], { title: titleOf(compared), placeholder: vscode.l10n.t("On what are the strategies judged?"), step });
    if (typeof answer === "string") return answer;
    const { browse } = answer.value;
    if (browse === null) return { value: {} };
    requireTrustToRead();
    const file = await browseTarget(browse, compared.dataset);
    if (file !== null) return { value: { target: file } };
  }
}

function askBudgets({ dataset, samples, defaults }: Compared, step: number): Promise<Answer<CompareChoices>> {
  const box = vscode.window.createInputBox();
  box.title = titleOf({ dataset });
  box.value = defaults.budgets.join(", ");
  box.valueSelection = [0, box.value.length];
  box.prompt = vscode.l10n.t("Budgets, with commas between them: shares of the candidates such as 10%, numbers of samples such as 500, or amounts such as 500 {0}, for which every strategy buys its own number.", plainMessage(defaults.currency));
  // Other sources bring samples of their own.
  const most = defaults.sources === 0 ? samples : null;
  const read = (): readonly string[] | null => {
    const reading = readBudgets(box.value, most, defaults.currency);
    box.validationMessage = reading.ok
      ? { message: plainMessage(reading.budgets.length === 1 ? vscode.l10n.t("Compares at {0}.", reading.budgets[0]) : vscode.l10n.t("Compares at {0} budgets: {1}.", reading.budgets.length, reading.budgets.join(" · "))), severity: vscode.InputBoxValidationSeverity.Info }
      : plainMessage(reading.problem);
    return reading.ok ? reading.budgets : null;
  };
  read();
  box.onDidChangeValue(read);
  return answered(box, step, () => {
    const budgets = read();
    return budgets === null ? null : { budgets };
  });
}

function askThoroughness(compared: Compared, step: number): Promise<Answer<CompareChoices>> {
  const { strategies, redraws, seeds, corruptions } = compared.defaults;
  const which = strategies === null ? vscode.l10n.t("All Strategies") : strategies === 1 ? vscode.l10n.t("The Strategy of infomax.json") : vscode.l10n.t("The {0} Strategies of infomax.json", strategies);
  const usual: Choice = {
    label: `$(graph) ${which}`, description: repeatsText(USUAL), choices: USUAL,
    detail: corruptions ? vscode.l10n.t("Images are judged on corrupted copies too; takes much longer than a quick look") : vscode.l10n.t("Takes much longer than a quick look"),
  };
  const ofFile: Choice = {
    label: `$(json) ${which}`, description: vscode.l10n.t("{0}, as infomax.json says", repeatsText({ redraws, seeds })), choices: {},
    detail: corruptions ? vscode.l10n.t("Images are judged on corrupted copies too") : vscode.l10n.t("No corrupted images"),
  };
  const isUsual = redraws === USUAL.redraws && seeds === USUAL.seeds;
  const items: readonly Choice[] = [
    {
      label: `$(zap) ${vscode.l10n.t("Quick Look")}`, description: vscode.l10n.t("{0}, no corrupted images", repeatsText(USUAL)),
      detail: vscode.l10n.t("InfoMax, CCS, D2, near-duplicates removed, and random; the shortest"), choices: { ...USUAL, strategies: QUICK, corruptions: false },
    },
    ...(isUsual ? [] : [ofFile]), usual,
    {
      label: `$(telescope) ${which}`, description: repeatsText(THOROUGH), choices: THOROUGH,
      detail: vscode.l10n.t("More redraws tell surer what differs, and time grows with them"),
    },
  ];
  return pick(items, isUsual ? usual : ofFile, { title: titleOf(compared), placeholder: vscode.l10n.t("How thoroughly? More redraws and seeds tell surer, and take longer"), step })
    .then((answer) => (typeof answer === "string" ? answer : { value: answer.value.choices }));
}

function repeatsText({ redraws, seeds }: Required<Pick<CompareParams, "redraws" | "seeds">>): string {
  const draws = redraws === 1 ? vscode.l10n.t("1 redraw") : vscode.l10n.t("{0} redraws", redraws);
  return vscode.l10n.t("{0} × {1}", draws, seeds === 1 ? vscode.l10n.t("1 seed") : vscode.l10n.t("{0} seeds", seeds));
}

function titleOf({ dataset }: Pick<Compared, "dataset">): string {
  return plainLabel(vscode.l10n.t("InfoMax: Compare Strategies on {0}", datasetName(dataset)));
}

/** Other folders and files are read only where the user trusts what names them. */
export function requireTrustToRead(): void {
  if (!vscode.workspace.isTrusted) throw new EngineError("not-trusted", vscode.l10n.t("Other folders and files are read for a comparison in trusted workspaces only. Trust the workspace first."));
}

async function browseTarget(what: "folder" | "file", dataset: string): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({
    title: what === "folder" ? vscode.l10n.t("Select a labelled folder to judge on") : vscode.l10n.t("Select a labelled file to judge on"), openLabel: vscode.l10n.t("Judge on This"),
    canSelectFiles: what === "file", canSelectFolders: what === "folder", canSelectMany: false,
    ...(what === "file" ? { filters: { [vscode.l10n.t("Tables")]: ["jsonl", "ndjson", "csv", "tsv"] } } : {}),
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(dataset), ".."),
  });
  return picked?.[0]?.fsPath ?? null;
}

function pick<T extends vscode.QuickPickItem>(items: readonly T[], active: T, { title, placeholder, step }: { readonly title: string; readonly placeholder: string; readonly step: number }): Promise<Answer<T>> {
  const list = vscode.window.createQuickPick<T>();
  list.title = title;
  list.placeholder = placeholder;
  list.matchOnDetail = true;
  list.items = items;
  list.activeItems = [active];
  return answered(list, step, () => list.activeItems[0] ?? null);
}

/** Shows one of the questions; `value` reads the answer when it is accepted, null while there is none. */
function answered<T>(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, step: number, value: () => T | null): Promise<Answer<T>> {
  input.step = step;
  input.totalSteps = STEPS.length;
  input.ignoreFocusOut = true;
  if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const close = (answer: Answer<T>): void => {
      resolve(answer);
      input.hide();
    };
    input.onDidAccept(() => {
      const given = value();
      if (given !== null) close({ value: given });
    });
    input.onDidTriggerButton(() => { close("back"); });
    input.onDidHide(() => {
      resolve("closed");
      input.dispose();
    });
    input.show();
  });
}
