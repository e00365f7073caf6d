import * as l10n from "@vscode/l10n";
import { h } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";

/** Longest note. */
const MOST_LETTERS = 2000;

/** Asks for a note in one line, in the place of what opened it; made once, so that what is typed survives the place being drawn anew. */
export class NoteForm {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #question = h("span", { class: "note-question" });
  readonly #yes;
  #done: ((note: string | null) => void) | null = null;

  /** @param key names the field, by which a list gives it the focus back */
  constructor(key: string) {
    this.#input = h("input", { class: "input", attributes: { "type": "text", "maxlength": String(MOST_LETTERS), "placeholder": l10n.t("Note (optional)"), "aria-label": l10n.t("Note, kept with the decision"), "dir": "auto", "data-key": key } });
    this.#yes = button("", "primary", () => { this.#end(this.#input.value.trim()); });
    const no = button(l10n.t("Cancel"), "secondary", () => { this.#end(null); });
    this.element = h("div", { class: "note-form", attributes: { role: "group" } }, this.#question, this.#input, this.#yes.element, no.element);
    this.element.addEventListener("keydown", (event) => {
      // Keys typed here are no keys of the list.
      event.stopPropagation();
      if (event.key === "Escape") this.#end(null);
      else if (event.key === "Enter" && event.target === this.#input) this.#end(this.#input.value.trim());
      else return;
      event.preventDefault();
    });
  }

  get isOpen(): boolean {
    return this.#done !== null;
  }

  /**
   * @param question what the note is about
   * @param answer what the button says
   * @param done called once: with the note, "" for none, or null where the user backed out
   */
  open(question: string, answer: string, done: (note: string | null) => void): void {
    this.#done = done;
    this.#question.textContent = question;
    this.element.setAttribute("aria-label", question);
    this.#yes.element.textContent = answer;
    this.#input.value = "";
  }

  focus(): void {
    this.#input.focus({ preventScroll: true });
  }

  #end(note: string | null): void {
    const done = this.#done;
    this.#done = null;
    done?.(note);
  }
}
