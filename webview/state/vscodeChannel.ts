import * as l10n from "@vscode/l10n";
import { isToWebview } from "../../src/protocol/guards.ts";
import type { ToWebview } from "../../src/protocol/webview.ts";
import type { Channel } from "./channel.ts";

/** The channel to VS Code's host. */
export function vscodeChannel(): Channel {
  const api = acquireVsCodeApi();
  return {
    readOnly: false,
    send: (message) => { api.postMessage(message); },
    listen: (receive) => {
      window.addEventListener("message", (event: MessageEvent<unknown>) => {
        const message = isToWebview(event.data) ? event.data : refused(event.data);
        if (message !== null) receive(message);
      });
    },
    kept: () => api.getState(),
    keep: (state) => { api.setState(state); },
  };
}

/** An answer that cannot be read is a failure of its question, not a wait without end; what is no answer is none of ours. */
function refused(data: unknown): ToWebview | null {
  if (typeof data !== "object" || data === null || !("requestId" in data)) return null;
  const { requestId } = data;
  return typeof requestId === "number" && Number.isSafeInteger(requestId) && requestId > 0
    ? { type: "requestFailed", requestId, message: l10n.t("The answer cannot be read. Reload the window."), cancelled: false } : null;
}
