/** Loads the strings of the user's language before any other module makes one. Imported first. */
import * as l10n from "@vscode/l10n";

const bundle = document.getElementById("app")?.dataset.l10n;
if (bundle !== undefined && bundle !== "") l10n.config({ contents: bundle });
