import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ApplyCommands } from "./applyCommands.ts";
import { ChangeWatcher } from "./changeWatcher.ts";
import { SampleChooser } from "./chosenSamples.ts";
import { CompareCommands } from "./compareCommands.ts";
import { COMMANDS, INTERNAL_COMMANDS, SETTINGS_SECTION } from "./contributions.ts";
import { DatasetCommands } from "./datasetCommands.ts";
import { DatasetController } from "./datasetController.ts";
import { DatasetPicker } from "./datasetPicker.ts";
import { DecisionsTree } from "./decisionsTree.ts";
import { EncoderCommands } from "./encoderCommands.ts";
import { EditorCursor } from "./editorCursor.ts";
import { createSupervisor } from "./engineHost.ts";
import { showFailure } from "./failures.ts";
import { FileBadges } from "./fileBadges.ts";
import { InfomaxWatcher } from "./infomaxWatcher.ts";
import { Inspector } from "./inspectorPanel.ts";
import { writeReport } from "./reportCommand.ts";
import { PathMarks } from "./pathMarks.ts";
import { ProtectedNavigation } from "./protectedNavigation.ts";
import { ReviewCommands } from "./reviewCommands.ts";
import { RuleCommands } from "./ruleCommands.ts";
import { SampleCommands } from "./sampleCommands.ts";
import { SampleEditors } from "./sampleEditors.ts";
import { SampleHover } from "./sampleHover.ts";
import { StatusBar } from "./statusBar.ts";
import { TableMarks } from "./tableMarks.ts";
import { UndoCommands } from "./undoCommands.ts";

/** Registers commands and views; the engine starts only when one of them needs it. */
export function activate(context: vscode.ExtensionContext): void {
  // Of the modules that know no VS Code; undefined in English.
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel("InfoMax Inspector", { log: true });
  const engine = createSupervisor(context, log);
  const controller = new DatasetController(engine, context.workspaceState);
  const picker = new DatasetPicker(engine, controller);
  const marks = new TableMarks(controller, log);
  const inspector = new Inspector(context, controller, marks, log);
  const datasets = new DatasetCommands(controller, picker, inspector, log);
  const encoders = new EncoderCommands(engine, controller);
  const paths = new PathMarks(controller, log);
  const samples = new SampleCommands(controller, new SampleChooser(controller, picker, marks, paths), marks, inspector);
  const rules = new RuleCommands(controller, picker);
  const navigation = new ProtectedNavigation(controller, picker, marks);
  const decisions = new DecisionsTree(controller);
  const reviews = new ReviewCommands(controller, picker, inspector);
  const applying = new ApplyCommands(controller, picker, log);
  const comparing = new CompareCommands(controller, picker, inspector, log);
  const undoing = new UndoCommands(controller, picker, applying, log);

  const command = (id: string, run: (target: unknown, selected: unknown) => void | Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (target: unknown, selected: unknown) => {
      try {
        await run(target, selected);
      } catch (thrown) {
        await showFailure(thrown, log);
      }
    });
  const resource = (target: unknown): vscode.Uri | undefined => (target instanceof vscode.Uri ? target : undefined);

  context.subscriptions.push(
    log, engine, controller, marks, paths, inspector, decisions, reviews, undoing,
    new SampleEditors(context.extensionUri, controller, [marks, paths]),
    new SampleHover(controller, [marks, paths], log),
    new FileBadges(controller, log),
    new EditorCursor(controller, marks, inspector, log),
    new StatusBar(controller),
    new InfomaxWatcher(controller),
    new ChangeWatcher(controller),
    command(COMMANDS.index, (target) => datasets.index(resource(target))),
    command(COMMANDS.prune, (target) => datasets.prune(resource(target))),
    command(COMMANDS.extendSelection, () => datasets.extendSelection()),
    command(COMMANDS.openInspector, () => datasets.openInspector()),
    command(COMMANDS.writeReport, () => writeReport(controller, picker)),
    command(COMMANDS.selectDataset, () => datasets.selectDataset()),
    command(COMMANDS.useSelection, () => datasets.useSelection()),
    command(COMMANDS.reviewSelection, (target) => reviews.review(target)),
    command(COMMANDS.compareSelections, (target) => reviews.compare(target)),
    command(COMMANDS.openReviewMarkdown, (target) => reviews.openMarkdown(target)),
    command(COMMANDS.approveSelection, (target) => reviews.approve(target)),
    command(COMMANDS.applySelection, (target) => applying.apply(target)),
    command(COMMANDS.undoQuarantine, (target) => undoing.undo(target)),
    command(COMMANDS.compare, () => comparing.compare()),
    command(COMMANDS.openComparison, (target) => comparing.openComparison(target)),
    command(COMMANDS.exportComparison, () => comparing.exportComparison()),
    command(COMMANDS.chooseEncoder, () => encoders.choose()),
    command(COMMANDS.protect, (target, selected) => samples.protect(target, selected)),
    command(COMMANDS.unprotect, (target, selected) => samples.unprotect(target, selected)),
    command(COMMANDS.exclude, (target, selected) => samples.exclude(target, selected)),
    command(COMMANDS.include, (target, selected) => samples.include(target, selected)),
    command(COMMANDS.protectWithNote, (target, selected) => samples.protectWithNote(target, selected)),
    command(COMMANDS.excludeWithNote, (target, selected) => samples.excludeWithNote(target, selected)),
    command(COMMANDS.editNote, (target, selected) => samples.editNote(target, selected)),
    command(COMMANDS.nextProtected, () => navigation.go("next")),
    command(COMMANDS.previousProtected, () => navigation.go("previous")),
    command(COMMANDS.openRule, (target) => rules.open(target)),
    command(COMMANDS.pinRule, (target) => rules.pin(target)),
    command(COMMANDS.explain, (target, selected) => samples.explain(target, selected)),
    command(COMMANDS.findSimilar, (target, selected) => samples.findSimilar(target, selected)),
    command(COMMANDS.showLog, () => { log.show(); }),
    command(INTERNAL_COMMANDS.protectionMenu, (target) => samples.protectionMenu(target)),
    command(INTERNAL_COMMANDS.goToSample, (place) => samples.goTo(place)),
    command(INTERNAL_COMMANDS.moreDecisions, (node) => { decisions.more(node); }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS_SECTION)) void controller.refresh();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => { void controller.refresh(); }),
  );
}

/** Everything ends with the subscriptions, the engine process included. */
export function deactivate(): void {
  return;
}
