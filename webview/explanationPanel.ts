import type { Explanation, SimilarSample } from "../src/protocol/engine.ts";
import { plural } from "../src/protocol/words.ts";
import { h } from "./dom.ts";
import { placeOf, sampleCard } from "./sampleCard.ts";
import type { Thumbnails } from "./thumbnails.ts";
import { button } from "./toolkit.ts";

const number = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** Why one sample was kept or dropped, with its keeper and neighbours; slides over the foot of the page. */
export class ExplanationPanel {
  readonly element: HTMLElement;
  readonly #thumbnails: Thumbnails;
  #shown: string | null = null;
  #back: HTMLElement | null = null;

  constructor(thumbnails: Thumbnails) {
    this.#thumbnails = thumbnails;
    this.element = h("aside", { class: "explanation-panel", attributes: { "aria-label": "Explanation", "tabindex": "-1" } });
    this.element.hidden = true;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#shown !== null) this.close();
    });
  }

  /** Id of the explained sample, or null while the panel is closed. */
  get sample(): string | null {
    return this.#shown;
  }

  show(explanation: Explanation): void {
    const { sample, selection, sentence, keeper, cluster, neighbors, importance } = explanation;
    const renewed = this.#shown === sample.id;
    if (this.#shown === null && document.activeElement instanceof HTMLElement) this.#back = document.activeElement;
    this.#shown = sample.id;
    const facts = [
      ...(selection === null ? [] : [`selection ${selection}`]),
      ...(cluster === null ? [] : [`cluster of ${plural(cluster.size, "sample")}, represented by ${placeOf(cluster.representative)}`]),
      ...importance.map(({ name, value }) => `${name} ${number.format(value)}`),
    ];
    const closing = button("Close", "secondary", () => { this.close(); });
    const strips = h("div", { class: "strip explained", attributes: { "tabindex": "0", "role": "group", "aria-label": "The sample, its keeper and its neighbours" } },
      this.#group("This sample", [sampleCard(sample, null, this.#thumbnails)]),
      ...(keeper === null ? [] : [this.#group("Keeper", [this.#card(keeper)])]),
      ...(neighbors.length === 0 ? [] : [this.#group("Nearest neighbours", neighbors.map((neighbor) => this.#card(neighbor)))]));
    this.element.replaceChildren(
      h("header", {}, h("h2", { text: placeOf(sample), title: sample.id }), closing.element),
      h("p", { class: "sentence", text: sentence }),
      h("p", { class: "muted", text: facts.join(" · ") }),
      strips);
    this.element.hidden = false;
    document.body.classList.add("explaining");
    if (!renewed) this.element.focus({ preventScroll: true });
  }

  close(): void {
    this.#shown = null;
    this.element.hidden = true;
    document.body.classList.remove("explaining");
    if (this.#back?.isConnected === true) this.#back.focus({ preventScroll: true });
    this.#back = null;
  }

  #card({ sample, similarity }: SimilarSample): HTMLElement {
    return sampleCard(sample, { similarity }, this.#thumbnails);
  }

  #group(title: string, cards: readonly HTMLElement[]): HTMLElement {
    return h("section", { class: "group", attributes: { "aria-label": title } }, h("h3", { text: title }), h("div", { class: "group-cards" }, ...cards));
  }
}
