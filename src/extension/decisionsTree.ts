import * as vscode from "vscode";
import type { DecisionsParams, DecisionView, RulesResult, RuleView } from "../protocol/decisions.ts";
import { formatCount, samplesText } from "../protocol/words.ts";
import { COMMANDS, DECISIONS_VIEW, INTERNAL_COMMANDS } from "./contributions.ts";
import type { DatasetController } from "./datasetController.ts";
import { engineErrorFrom } from "./engineError.ts";
import { plainLabel, plainMessage } from "./plainText.ts";
import type { PlaceTarget, RuleTarget, SampleTarget } from "./targets.ts";

/** Decisions that a group shows before it is asked for more. */
const PAGE = 200;
const SETTLED_MS = 150;

type Kind = DecisionsParams["kind"];
const KINDS: readonly Kind[] = ["protected", "excluded", "keepers"];

interface Group {
  readonly type: "group";
  readonly kind: Kind | "missing";
  readonly count: number;
}
/** A sample that was decided on; commands take it as {@link SampleTarget}. */
interface Sample extends SampleTarget {
  readonly type: "sample";
  readonly kind: Kind;
  readonly decision: DecisionView;
}
interface More {
  readonly type: "more";
  readonly group: Group["kind"];
  readonly left: number;
}
interface Rules {
  readonly type: "rules";
  readonly result: RulesResult;
}
/** A rule of infomax.json; commands take it as {@link RuleTarget}. */
interface Rule extends RuleTarget {
  readonly type: "rule";
  readonly view: RuleView;
}
/** What is wrong: rules that contradict each other or cannot be followed. */
interface Problem {
  readonly type: "problem";
  readonly message: string;
}
export type DecisionNode = Group | Sample | More | Rules | Rule | Problem;

const ICONS = { protected: "shield", excluded: "circle-slash", keepers: "star-empty", missing: "question" } as const;

/** The tree "InfoMax: Decisions": what is decided by hand and by rules, with counts. The engine is asked only while it is open. */
export class DecisionsTree implements vscode.TreeDataProvider<DecisionNode>, vscode.Disposable {
  readonly #controller: DatasetController;
  readonly #changes = new vscode.EventEmitter<DecisionNode | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  /** How many of a group are shown. */
  readonly #shown = new Map<Group["kind"], number>();
  #stateKind: string;
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(controller: DatasetController) {
    this.#controller = controller;
    this.#stateKind = controller.state.kind;
    this.#subscriptions = [
      vscode.window.createTreeView(DECISIONS_VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }),
      controller.onDidChangeMarks(() => { this.#refresh(); }),
      controller.onDidChangeState(({ kind }) => {
        if (kind !== this.#stateKind) this.#refresh();
        this.#stateKind = kind;
      }),
    ];
  }

  /** Shows the next page of a group. */
  more(node: unknown): void {
    if (typeof node !== "object" || node === null || !("group" in node)) return;
    const kind = node.group as Group["kind"];
    this.#shown.set(kind, (this.#shown.get(kind) ?? PAGE) + PAGE);
    this.#refresh();
  }

  async getChildren(node?: DecisionNode): Promise<DecisionNode[]> {
    // While nothing is known of the dataset, only what the user does starts the engine: opening this view is that.
    const state = await this.#controller.load();
    if (state.kind !== "ready") return [];
    try {
      if (node === undefined) return await this.#groups();
      if (node.type === "group") return await (node.kind === "missing" ? this.#missing(node) : this.#page(node.kind, node.kind, 0, node.count));
      return node.type === "rules" ? rulesOf(node.result) : [];
    } catch (thrown) {
      const error = engineErrorFrom(thrown);
      return error.cancelled ? [] : [{ type: "problem", message: error.message }];
    }
  }

  getTreeItem(node: DecisionNode): vscode.TreeItem {
    switch (node.type) {
      case "group":
        return groupItem(node);
      case "sample":
        return sampleItem(node);
      case "more": {
        const item = new vscode.TreeItem(vscode.l10n.t("… {0} more", formatCount(node.left)));
        item.command = { command: INTERNAL_COMMANDS.moreDecisions, title: vscode.l10n.t("Show More"), arguments: [node] };
        return item;
      }
      case "rules": {
        const { rules, conflictsTotal } = node.result;
        const item = new vscode.TreeItem(vscode.l10n.t("Rules"), vscode.TreeItemCollapsibleState.Expanded);
        item.id = "rules";
        item.iconPath = conflictsTotal > 0 ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")) : new vscode.ThemeIcon("law");
        item.description = conflictsTotal > 0 ? vscode.l10n.t("{0}, {1} in conflict", formatCount(rules.length), formatCount(conflictsTotal)) : formatCount(rules.length);
        return item;
      }
      case "rule":
        return ruleItem(node);
      case "problem": {
        const item = new vscode.TreeItem(plainLabel(plainMessage(node.message)));
        item.iconPath = new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));
        item.tooltip = plainMessage(node.message);
        return item;
      }
    }
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of [...this.#subscriptions, this.#changes]) subscription.dispose();
  }

  #refresh(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#changes.fire(undefined);
    }, SETTLED_MS);
  }

  async #groups(): Promise<DecisionNode[]> {
    const counts = await Promise.all(KINDS.map(async (kind) => ({ kind, ...await this.#controller.request("decisions", { kind, offset: 0, limit: 0 }) })));
    const groups: DecisionNode[] = counts.map(({ kind, total, missing }): Group => ({ type: "group", kind, count: total - missing })).filter(({ count }) => count > 0);
    const missing = counts.reduce((sum, count) => sum + count.missing, 0);
    if (missing > 0) groups.push({ type: "group", kind: "missing", count: missing });
    const result = await this.#controller.request("rules", {}).catch((thrown: unknown): Problem => ({ type: "problem", message: engineErrorFrom(thrown).message }));
    if ("type" in result) groups.push(result);
    else if (result.rules.length > 0 || result.conflictsTotal > 0) groups.push({ type: "rules", result });
    return groups;
  }

  /** The first samples of a group, with what is left. @param offset where the group begins in the list of its kind */
  async #page(group: Group["kind"], kind: Kind, offset: number, count: number): Promise<DecisionNode[]> {
    const shown = Math.min(count, this.#shown.get(group) ?? PAGE);
    const { decisions } = await this.#controller.request("decisions", { kind, offset, limit: shown });
    const samples = decisions.map((decision): Sample => ({ type: "sample", kind, decision, ids: [decision.id], ...(decision.note === "" ? {} : { note: decision.note }) }));
    return count > shown ? [...samples, { type: "more", group, left: count - shown }] : samples;
  }

  async #missing({ count }: Group): Promise<DecisionNode[]> {
    const limit = Math.min(count, this.#shown.get("missing") ?? PAGE);
    const nodes: DecisionNode[] = [];
    for (const kind of KINDS) {
      const { total, missing } = await this.#controller.request("decisions", { kind, offset: 0, limit: 0 });
      if (missing > 0 && nodes.length < limit) nodes.push(...(await this.#page("missing", kind, total - missing, Math.min(missing, limit - nodes.length))).filter(({ type }) => type === "sample"));
    }
    return count > nodes.length ? [...nodes, { type: "more", group: "missing", left: count - nodes.length }] : nodes;
  }
}

function groupItem({ kind, count }: Group): vscode.TreeItem {
  const label = { protected: vscode.l10n.t("Protected"), excluded: vscode.l10n.t("Excluded"), keepers: vscode.l10n.t("Preferred"), missing: vscode.l10n.t("Not Found") }[kind];
  const item = new vscode.TreeItem(label, kind === "protected" || kind === "missing" ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
  item.id = kind;
  item.description = formatCount(count);
  item.iconPath = new vscode.ThemeIcon(ICONS[kind]);
  item.tooltip = {
    protected: vscode.l10n.t("Protected by hand: kept at every budget"), excluded: vscode.l10n.t("Excluded by hand: kept at no budget"),
    keepers: vscode.l10n.t("Of their near-duplicates the ones to keep, where one is kept"), missing: vscode.l10n.t("Decisions whose sample is not in the dataset now; they are kept in their file"),
  }[kind];
  return item;
}

function sampleItem({ kind, decision: { id, note, since, sample } }: Sample): vscode.TreeItem {
  const place = sample === null ? id : sample.line === null ? sample.file : `${sample.file}:${sample.line}`;
  const item = new vscode.TreeItem(plainLabel(place));
  item.id = `${kind}/${id}`;
  item.description = plainLabel([note, sample?.label ?? ""].filter((part) => part !== "").join(" · "));
  item.tooltip = [place, ...(sample !== null && sample.line !== null ? [id] : []), ...(note === "" ? [] : [note]), ...(since === "" ? [] : [since.slice(0, 10)]), ...(typeof sample?.text === "string" ? [sample.text] : [])].map(plainMessage).join("\n");
  item.iconPath = new vscode.ThemeIcon(sample === null ? ICONS.missing : ICONS[kind]);
  item.contextValue = sample === null ? `missing-${kind}` : `sample-${kind}`;
  if (sample !== null) {
    const target: PlaceTarget = { id: sample.id, file: sample.file, line: sample.line };
    item.command = { command: INTERNAL_COMMANDS.goToSample, title: vscode.l10n.t("Go to Sample"), arguments: [target] };
  }
  return item;
}

function rulesOf({ rules, conflicts, conflictsTotal }: RulesResult): DecisionNode[] {
  const byHand = vscode.l10n.t("by hand");
  const problems = conflicts.map(({ id, protectedBy, excludedBy }): Problem => ({
    type: "problem", message: vscode.l10n.t("{0}: protected {1}, but excluded {2}", id,
      protectedBy === null ? byHand : vscode.l10n.t("by the rule {0}", protectedBy), excludedBy === null ? byHand : vscode.l10n.t("by the rule {0}", excludedBy)),
  }));
  if (conflictsTotal > conflicts.length) problems.push({ type: "problem", message: vscode.l10n.t("… and {0} more conflicts", formatCount(conflictsTotal - conflicts.length)) });
  return [...problems, ...rules.map((view): Rule => ({ type: "rule", rule: view.name, view }))];
}

function ruleItem({ view: { name, action, reason, conditions, samples } }: Rule): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLabel(name));
  item.description = action === "protect" ? vscode.l10n.t("protects {0}", samplesText(samples)) : vscode.l10n.t("excludes {0}", samplesText(samples));
  item.tooltip = [name, reason, conditions].filter((line) => line !== "").map(plainMessage).join("\n");
  item.iconPath = new vscode.ThemeIcon(action === "protect" ? ICONS.protected : ICONS.excluded);
  item.contextValue = "rule";
  item.command = { command: COMMANDS.openRule, title: vscode.l10n.t("Open Rule"), arguments: [{ rule: name }] };
  return item;
}
