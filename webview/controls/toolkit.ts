/** The only module that knows the control library: its successor replaces this file alone. */
import {
  provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption, vsCodePanelTab, vsCodePanelView, vsCodePanels,
  vsCodeProgressRing, vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { setAttributes } from "./dom.ts";

/** Defines the custom elements; called once, before any of them is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodePanelTab(), vsCodePanelView(), vsCodePanels(),
    vsCodeProgressRing(), vsCodeTextField());
}

function control(tag: string, attributes: { readonly [name: string]: string }, ...children: readonly (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

export interface ButtonControl {
  readonly element: HTMLElement;
  enable(enabled: boolean): void;
}

export function button(text: string, appearance: "primary" | "secondary", onClick: () => void): ButtonControl {
  const element = control("vscode-button", { appearance }, text) as HTMLElement & { disabled: boolean };
  element.addEventListener("click", () => {
    if (!element.disabled) onClick();
  });
  return { element, enable: (enabled) => { element.disabled = !enabled; } };
}

export interface TextControl {
  readonly element: HTMLElement;
  value: string;
  /** Shows whether the value can be used. */
  invalid(problem: boolean): void;
}

export function textField(label: string, placeholder: string, on: { readonly input: () => void; readonly enter: () => void }): TextControl {
  // The control names itself by its text content, whatever aria-label says; style.css keeps that text off the screen.
  const element = control("vscode-text-field", { placeholder }, label) as HTMLElement & { value: string };
  element.addEventListener("input", on.input);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter") on.enter();
  });
  return {
    element,
    get value() {
      return element.value;
    },
    set value(text: string) {
      element.value = text;
    },
    invalid: (problem) => {
      element.classList.toggle("invalid", problem);
      element.ariaInvalid = problem ? "true" : "false";
    },
  };
}

export function progressRing(label: string): HTMLElement {
  return control("vscode-progress-ring", { "aria-label": label });
}

export interface CheckboxControl {
  readonly element: HTMLElement;
  check(checked: boolean): void;
}

/** @param onChange called for changes by the user and by `check` alike */
export function checkbox(text: string, onChange: (checked: boolean) => void): CheckboxControl {
  const element = control("vscode-checkbox", {}, text) as HTMLElement & { checked: boolean };
  element.addEventListener("change", () => { onChange(element.checked); });
  return { element, check: (checked) => { element.checked = checked; } };
}

export function dropdown<Id extends string>(label: string, options: readonly { readonly id: Id; readonly title: string }[], chosen: Id, onChange: (id: Id) => void): HTMLElement {
  const element = control("vscode-dropdown", { "aria-label": label },
    ...options.map(({ id, title }) => control("vscode-option", { value: id, ...(id === chosen ? { selected: "" } : {}) }, title))) as HTMLElement & { value: string };
  element.addEventListener("change", () => {
    const option = options.find(({ id }) => id === element.value);
    if (option !== undefined) onChange(option.id);
  });
  return element;
}

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly content: HTMLElement;
}
export interface TabsControl<Id extends string> {
  readonly element: HTMLElement;
  show(id: Id): void;
}

export function tabs<Id extends string>(label: string, pages: readonly Tab<Id>[], active: Id, onChange: (id: Id) => void): TabsControl<Id> {
  const element = control("vscode-panels", { "activeid": `tab-${active}`, "aria-label": label },
    ...pages.map((page) => control("vscode-panel-tab", { id: `tab-${page.id}` }, page.title)),
    ...pages.map((page) => control("vscode-panel-view", { id: `view-${page.id}` }, page.content))) as HTMLElement & { activeid: string; activeindicator: boolean };
  // The control moves its own mark by an animation, which never ends where the tabs are hidden: app.css marks the tab that is open.
  element.activeindicator = false;
  let shown = active;
  const turnTo = (id: Id): void => {
    if (id === shown) return;
    shown = id;
    onChange(id);
  };
  // Controls inside the pages send "change" events too, which bubble.
  element.addEventListener("change", (event) => {
    if (event.target !== element) return;
    const page = pages.find((candidate) => `tab-${candidate.id}` === element.activeid);
    if (page !== undefined) turnTo(page.id);
  });
  return {
    element,
    show: (id) => {
      // The control tells of what the user chooses alone.
      element.activeid = `tab-${id}`;
      turnTo(id);
    },
  };
}
