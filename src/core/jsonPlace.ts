import { findNodeAtLocation, parse, parseTree, type Node, type ParseError } from "jsonc-parser";

/** Lines of a JSON text, counted from 1, that faults lie in: JSON.parse names none. A byte order mark may lead. */

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, "");
const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** The line of the first fault of a text that is no JSON. */
export function faultLine(text: string): number {
  const plain = withoutMark(text);
  const faults: ParseError[] = [];
  parse(plain, faults, { disallowComments: true, allowTrailingComma: false });
  return lineAt(plain, faults.reduce((first, { offset }) => Math.min(first, offset), plain.trimEnd().length));
}

/** The line of a value by its place in a text that is JSON; where it lacks, of the nearest that holds it. */
export function lineOf(text: string, place: readonly PropertyKey[]): number {
  const plain = withoutMark(text);
  const root = parseTree(plain);
  const steps = place.map((step) => (typeof step === "number" ? step : String(step)));
  for (let length = steps.length; root !== undefined && length >= 0; length--) {
    const found: Node | undefined = findNodeAtLocation(root, steps.slice(0, length));
    if (found !== undefined) return lineAt(plain, found.offset);
  }
  return 1;
}
