import * as l10n from "@vscode/l10n";
import { h } from "../controls/dom.ts";
import type { DiffPart } from "../details/wordDiff.ts";

/** Equal text that is left around a difference, in characters. */
const CONTEXT = 48;

/** The parts with long equal runs cut down to what stands beside a difference: a card has room for some lines. Pure. */
export function aroundDifferences(parts: readonly DiffPart[], context = CONTEXT): readonly DiffPart[] {
  if (parts.every(({ kind }) => kind === "same")) return parts;
  return parts.map((part, i) => {
    if (part.kind !== "same") return part;
    const characters = Array.from(part.text);
    const before = i === 0 ? 0 : context;
    const after = i === parts.length - 1 ? 0 : context;
    // At the end of the text all of it may stay: what does not fit is clipped.
    if (i === parts.length - 1 || characters.length <= before + after + 1) return part;
    return { kind: "same", text: `${characters.slice(0, before).join("")}…${characters.slice(characters.length - after).join("")}` };
  });
}

/** Added words underlined, removed ones struck through, and both said in words to those who hear the page. */
export function differenceNodes(parts: readonly DiffPart[]): readonly Node[] {
  return aroundDifferences(parts).map(({ text, kind }) => {
    if (kind === "same") return document.createTextNode(text);
    const [before, after] = kind === "added" ? [l10n.t("[added: "), "]"] : [l10n.t("[removed: "), "]"];
    return h(kind === "added" ? "ins" : "del", {}, h("span", { class: "unseen", text: before }), document.createTextNode(text), h("span", { class: "unseen", text: after }));
  });
}
