/** One of the views of a comparison. */
export interface ComparePartView {
  readonly element: HTMLElement;
  /** Draws what the model holds; called only while it is on the screen and there is a comparison. */
  draw(): void;
}
