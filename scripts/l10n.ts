/**
 * Collects the strings of the user interface: the literals given to `l10n.t` and `vscode.l10n.t`. `npm run l10n` writes
 * l10n/bundle.l10n.json from them and says what the translations lack.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const FOLDERS = ["src", "webview"];
export const BUNDLES = path.join(ROOT, "l10n");
export const LANGUAGES = ["ja"] as const;

export type Strings = Readonly<Record<string, string>>;

/** Every string, and the calls whose first argument is no literal, as "file:line". */
export async function collectStrings(): Promise<{ readonly strings: ReadonlySet<string>; readonly faults: readonly string[] }> {
  const strings = new Set<string>();
  const faults: string[] = [];
  for (const folder of FOLDERS) {
    for (const name of (await readdir(path.join(ROOT, folder), { recursive: true })).sort()) {
      if (!name.endsWith(".ts") || /\.(test|fixture)\.ts$/.test(name)) continue;
      const file = path.join(ROOT, folder, name);
      const source = ts.createSourceFile(file, await readFile(file, "utf8"), ts.ScriptTarget.ES2022, true);
      const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node) && /^(vscode\.)?l10n\.t$/.test(node.expression.getText(source))) {
          const [first] = node.arguments;
          if (first !== undefined && ts.isStringLiteralLike(first)) strings.add(first.text);
          else faults.push(`${path.relative(ROOT, file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return { strings, faults };
}

export async function readStrings(file: string): Promise<Strings> {
  const value: unknown = JSON.parse(await readFile(file, "utf8"));
  if (typeof value !== "object" || value === null || !Object.values(value).every((text) => typeof text === "string")) throw new Error(`${file} holds no strings`);
  return value as Strings;
}

/** "{0}", "{1}" … in order, each once. */
export function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { strings, faults } = await collectStrings();
  for (const fault of faults) console.error(`${fault}: the string is no literal`);
  const sorted = [...strings].sort();
  await writeFile(path.join(BUNDLES, "bundle.l10n.json"), `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), null, 2)}\n`);
  console.log(`l10n/bundle.l10n.json  ${sorted.length} strings`);
  for (const language of LANGUAGES) {
    const translated = await readStrings(path.join(BUNDLES, `bundle.l10n.${language}.json`));
    for (const text of sorted) if (translated[text] === undefined) console.log(`${language} lacks ${JSON.stringify(text)}`);
    for (const text of Object.keys(translated)) if (!strings.has(text)) console.log(`${language} has an unused ${JSON.stringify(text)}`);
  }
  process.exitCode = faults.length > 0 ? 1 : 0;
}
