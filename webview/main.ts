/** The inspector in VS Code. */
import "./controls/l10n.ts";
import { startApp } from "./app/app.ts";
import { vscodeChannel } from "./state/vscodeChannel.ts";

const place = document.getElementById("app");
if (place !== null) startApp(vscodeChannel(), place);
