/** Builds DOM nodes; text only ever goes in as text. */
export interface Properties {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: { readonly [name: string]: string };
}

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Properties = {}, ...children: readonly Node[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (properties.class !== undefined) element.className = properties.class;
  if (properties.text !== undefined) element.textContent = properties.text;
  if (properties.title !== undefined) element.title = properties.title;
  setAttributes(element, properties.attributes);
  element.append(...children);
  return element;
}

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: { readonly [name: string]: string | number }, ...children: readonly (Node | string)[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG_NAMESPACE, tag);
  for (const name of Object.keys(attributes)) element.setAttribute(name, String(attributes[name]));
  element.append(...children);
  return element;
}

export function setAttributes(element: Element, attributes: { readonly [name: string]: string } = {}): void {
  for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
}

/** A plain button that looks like a link: cheap enough for the thousands of cards of a long list. */
export function linkButton(text: string, label: string, key: string, onClick: () => void): HTMLButtonElement {
  // Who speaks to the computer says what is written on the button: its name has to have it.
  const name = label.toLowerCase().includes(text.toLowerCase()) ? label : `${text}. ${label}`;
  const button = h("button", { class: "link", text, title: label, attributes: { "type": "button", "aria-label": name, "data-key": key } });
  button.addEventListener("click", onClick);
  return button;
}

/** Calls `run` once, `ms` after the last call of the returned function. */
export function debounced(ms: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
}
