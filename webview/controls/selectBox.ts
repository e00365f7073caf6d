import { h } from "./dom.ts";

export interface SelectOption<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly disabled?: boolean;
  /** Heading of the options that follow each other with the same one. */
  readonly group?: string;
}
export interface SelectControl<Id extends string> {
  readonly element: HTMLElement;
  /** Shows these choices, that one chosen. */
  set(options: readonly SelectOption<Id>[], chosen: Id): void;
}

/** A browser's own list of choices: its popup is never cut off, and its choices can change at any time. */
export function selectBox<Id extends string>(label: string, onChange: (id: Id) => void): SelectControl<Id> {
  const box = h("select");
  let shown: readonly SelectOption<Id>[] = [];
  box.addEventListener("change", () => {
    const option = shown.find(({ id }) => id === box.value);
    if (option !== undefined) onChange(option.id);
  });
  return {
    element: h("label", { class: "select-box" }, h("span", { class: "select-label", text: label }), box),
    set: (options, chosen) => {
      const isSame = options.length === shown.length && options.every(({ id, title, disabled, group }, i) => shown[i].id === id && shown[i].title === title && shown[i].disabled === disabled && shown[i].group === group);
      if (!isSame) {
        shown = options;
        const places: { readonly title: string | undefined; readonly options: HTMLElement[] }[] = [];
        for (const { id, title, disabled, group } of options) {
          const option = h("option", { text: title, attributes: { value: id } });
          option.disabled = disabled === true;
          const place = places.at(-1);
          if (place !== undefined && place.title === group) place.options.push(option);
          else places.push({ title: group, options: [option] });
        }
        box.replaceChildren(...places.flatMap((place) => (place.title === undefined ? place.options : [h("optgroup", { attributes: { label: place.title } }, ...place.options)])));
      }
      box.value = chosen;
    },
  };
}
