import type { FromWebview, ToWebview } from "../../src/protocol/webview.ts";

/** The inspector's way to its data: VS Code's host, or what a report carries. */
export interface Channel {
  /** Nothing can be changed or asked of an engine: a report. */
  readonly readOnly: boolean;
  send(message: FromWebview): void;
  /** Hands on every well-formed message. Called once. */
  listen(receive: (message: ToWebview) => void): void;
  /** What was last kept, of whatever shape. */
  kept(): unknown;
  keep(state: unknown): void;
}
