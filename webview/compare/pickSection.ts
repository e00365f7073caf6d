import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import { h, linkButton } from "../controls/dom.ts";
import { checkbox } from "../controls/toolkit.ts";
import { answerText, questionTitle, scoreText, shortAnswer } from "./answerWords.ts";
import type { CompareModel } from "./compareModel.ts";
import { namesText, nameText } from "./priceWords.ts";
import { keepingFocus, strategyKey } from "./strategyKey.ts";
import { chooseStrategy } from "./strategyList.ts";
import { answerTo, isSlight, standardAnswers, stretching, USUAL_WEIGHT, usualWeights, weightsBy, type Answer, type StandardAnswer, type TradeoffAxis } from "./tradeoffAxes.ts";
import { WeightSliders } from "./weightSliders.ts";
import { WinRegionChart } from "./winRegionChart.ts";

/** "What would you pick if …": weights, limits, and the answer to them. */
export class PickSection {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #sliders: WeightSliders;
  readonly #usual = linkButton(l10n.t("Usual weights"), l10n.t("Usual weights: base accuracy, shift, worst class and cost alike"), "usual", () => {
    this.#model.choose({ weights: {}, worst: false });
  });
  readonly #limitBox;
  readonly #pick = h("strong", { attributes: { dir: "auto" } });
  readonly #doubt = h("span", { attributes: { dir: "auto" } });
  readonly #basis = h("p", { class: "muted chart-note" });
  readonly #stretch = h("p", { class: "pick-stretch" });
  readonly #bars = h("ol", { class: "score-bars" });
  readonly #regions = new WinRegionChart();
  readonly #standard = h("ul", { class: "standard-answers" });
  #axes: readonly TradeoffAxis[] = [];

  constructor(model: CompareModel) {
    this.#model = model;
    this.#sliders = new WeightSliders({ weigh: (axis, weight) => { this.#weigh(axis, weight); }, limit: (axis, value) => { this.#limit(axis, value); } });
    this.#limitBox = checkbox(l10n.t("With limits"), (withLimits) => {
      if (withLimits !== model.choice.withLimits) model.choose({ withLimits });
    });
    this.element = h("section", { class: "tradeoff-part", attributes: { "aria-label": l10n.t("What would you pick if …") } },
      h("div", { class: "chart-head" }, h("h2", { text: l10n.t("What would you pick if …") })),
      h("p", { class: "muted chart-note", text: l10n.t("Say how much each utility and cost matters. Each is scaled from 0, the worst of the strategies shown, to 1, the best; the score is the weighted mean.") }),
      h("div", { class: "pick-main" },
        h("div", { class: "pick-weights" }, h("div", { class: "pick-tools" }, this.#usual, this.#limitBox.element), this.#sliders.element),
        h("div", { class: "pick-answer" }, h("p", { class: "pick-said", attributes: { role: "status" } }, this.#pick, document.createTextNode(" "), this.#doubt), this.#basis, this.#stretch, this.#bars),
        this.#regions.element),
      h("h3", { text: l10n.t("Answers to the usual questions") }),
      h("p", { class: "muted chart-note", text: l10n.t("What wins if only this mattered. Click on a question to set its weights.") }),
      this.#standard);
  }

  /** Other axes: the sliders, the answer, and the answers to the usual questions. */
  draw(axes: readonly TradeoffAxis[]): void {
    this.#axes = axes;
    this.weigh();
    const { view } = this.#model;
    if (view === null) return;
    keepingFocus(this.#standard, () => { this.#standard.replaceChildren(...standardAnswers(axes).map((answer) => this.#question(view, answer))); });
  }

  /** The answer to the weights as they are. */
  weigh(): void {
    const { view, choice, drawn } = this.#model;
    if (view === null) return;
    const { withLimits, worst } = choice;
    const weights = weightsBy(view, this.#axes, choice.weights);
    this.#limitBox.check(withLimits);
    this.#sliders.draw(view, this.#axes, weights, choice.limits, withLimits);
    this.#usual.disabled = Object.keys(choice.weights).length === 0 && !worst;
    const answer = answerTo(this.#axes, weights, withLimits ? choice.limits : {}, worst);
    this.#say(view, answer, drawn);
    keepingFocus(this.#stretch, () => { this.#sayStretch(view, answer); });
    keepingFocus(this.#bars, () => { this.#drawBars(view, answer); });
    this.#regions.show(view, worst ? null : answer);
    this.#regions.element.hidden = worst;
  }

  #say(view: ComparisonView, answer: Answer | null, drawn: readonly number[]): void {
    const text = answer === null ? { pick: l10n.t("Nothing has a weight: move a slider."), doubt: "" } : answerText(view, answer.choice);
    // A status that is written anew is read anew.
    if (this.#pick.textContent !== text.pick) this.#pick.textContent = text.pick;
    if (this.#doubt.textContent !== text.doubt) this.#doubt.textContent = text.doubt;
    if (answer === null) return this.#basis.replaceChildren();
    const missing = drawn.filter((s) => answer.table.isJudged[s] === 0);
    const flat = answer.axes.filter((_, a) => answer.table.isConstant[a] !== 0 && answer.weights[a] > 0);
    const slight = answer.axes.filter((axis, a) => answer.weights[a] > 0 && isSlight(axis));
    const hidden = view.strategies.length - drawn.length;
    const sentences = [
      ...(this.#model.choice.worst ? [l10n.t("Each strategy is judged by the utility on which it does worst, of those with a weight.")] : []),
      ...(missing.length > 0 ? [l10n.t("Not judged, because something that counts is not defined for them: {0}.", namesText(missing, view))] : []),
      ...(flat.length > 0 ? [l10n.t("The same for all, so its weight decides nothing: {0}.", flat.map(({ title }) => title).reduce((before, title) => l10n.t("{0}, {1}", before, title)))] : []),
      ...(slight.length > 0 ? [l10n.t("Strategies differ by less than 1% in it, which the scale stretches to the whole: {0}.", slight.map(({ title }) => title).reduce((before, title) => l10n.t("{0}, {1}", before, title)))] : []),
      ...(hidden > 0 ? [hidden === 1 ? l10n.t("1 strategy that is hidden is left out.") : l10n.t("{0} strategies that are hidden are left out.", hidden)] : []),
    ];
    this.#basis.textContent = sentences.length === 0 ? "" : sentences.reduce((before, sentence) => l10n.t("{0} {1}", before, sentence));
  }

  /** A few that are far behind decide how much small differences between the others count: that is said, and they can be left out. */
  #sayStretch(view: ComparisonView, answer: Answer | null): void {
    const found = (answer?.axes ?? []).filter((_, a) => (answer?.weights[a] ?? 0) > 0).flatMap((axis) => {
      const by = stretching(axis);
      return by.length === 0 ? [] : [{ axis, by }];
    });
    const by = [...new Set(found.flatMap((own) => own.by))].sort((a, b) => a - b);
    this.#stretch.hidden = by.length === 0;
    if (by.length === 0) return this.#stretch.replaceChildren();
    const axes = found.map(({ axis }) => axis.title).reduce((before, title) => l10n.t("{0}, {1}", before, title));
    const leave = linkButton(l10n.t("Leave them out"), l10n.t("Leave them out: hide {0}", namesText(by, view)), "leave", () => {
      const { hidden } = this.#model.choice;
      this.#model.choose({ hidden: [...hidden, ...by.map((s) => view.strategies[s].name).filter((name) => !hidden.includes(name))] });
    });
    this.#stretch.replaceChildren(h("span", { text: l10n.t("Far behind the others, so that these differ little on the scale of {0}: {1}.", axes, namesText(by, view)) }), document.createTextNode(" "), leave);
  }

  #drawBars(view: ComparisonView, answer: Answer | null): void {
    if (answer === null || "notDefined" in answer.choice) return this.#bars.replaceChildren();
    const { scores, winners } = answer.choice;
    const { baseline } = view;
    const judged = [...scores.keys()].filter((s) => scores[s] >= 0).sort((a, b) => scores[b] - scores[a] || a - b);
    const out = [...scores.keys()].filter((s) => scores[s] < 0 && answer.table.isJudged[s] !== 0);
    const row = (s: number, text: string, share: number): HTMLElement => {
      const bar = h("span", { class: "score-bar" });
      bar.style.width = `${(100 * share).toFixed(2)}%`;
      const { name, title } = view.strategies[s];
      const button = h("button", { class: "score-choice", attributes: { "type": "button", "aria-pressed": String(this.#model.strategy === s), "data-key": name } },
        strategyKey(s, baseline), h("bdi", { class: "strategy-name", text: nameText(title) }), h("span", { class: "score-track", attributes: { "aria-hidden": "true" } }, bar), h("span", { class: "figure", text }));
      button.addEventListener("click", () => { chooseStrategy(this.#model, s); });
      return h("li", { class: winners.includes(s) ? "winner" : "" }, button);
    };
    this.#bars.replaceChildren(...judged.map((s) => row(s, scoreText(scores[s]), scores[s])), ...out.map((s) => row(s, l10n.t("misses a limit"), 0)));
  }

  #question(view: ComparisonView, answer: StandardAnswer): HTMLElement {
    const title = questionTitle(answer);
    const button = linkButton(title, l10n.t("{0}: set these weights", title), `${answer.kind} ${answer.axes[0].name}`, () => {
      this.#model.choose({ worst: answer.kind === "worst", weights: Object.fromEntries(answer.axes.map(({ name }) => [name, USUAL_WEIGHT])) });
    });
    return h("li", {}, button, h("bdi", { text: shortAnswer(view, answer.choice) }));
  }

  #weigh(name: string, weight: number): void {
    const { view, choice } = this.#model;
    if (view === null) return;
    const before = Object.keys(choice.weights).length === 0 ? usualWeights(view, this.#axes) : choice.weights;
    this.#model.choose({ worst: false, weights: { ...before, [name]: weight } });
  }

  #limit(name: string, value: number | null): void {
    const others = Object.entries(this.#model.choice.limits).filter(([axis]) => axis !== name);
    this.#model.choose({ limits: Object.fromEntries(value === null ? others : [...others, [name, value]]) });
  }
}

