/** The inspector's pages in a report: one HTML file that carries its data. */
import "../controls/l10n.ts";
import * as l10n from "@vscode/l10n";
import { startApp } from "../app/app.ts";
import { h } from "../controls/dom.ts";
import { reportChannel } from "./reportChannel.ts";
import { reportData } from "./reportData.ts";

const place = document.getElementById("app");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** The classes that VS Code gives its webviews, which the styles and the controls go by. */
function follow(): void {
  document.body.classList.toggle("vscode-dark", dark.matches);
  document.body.classList.toggle("vscode-light", !dark.matches);
}

async function start(app: HTMLElement): Promise<void> {
  try {
    startApp(reportChannel(await reportData()), app);
  } catch (thrown) {
    app.append(h("p", { text: l10n.t("This report cannot be shown: {0}", thrown instanceof Error ? thrown.message : String(thrown)) }));
  }
}

follow();
dark.addEventListener("change", follow);
if (place !== null) void start(place);
