import type { CheckResult } from "../protocol/checks.ts";
import { printable } from "./format.ts";

/** What such a file begins with: it may be replaced by another. */
export const JUNIT_MARK = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="infomax check"`;

/** Text of a dataset in XML: what XML cannot hold, and what would change the direction, as escapes. */
function xml(text: string): string {
  return printable(text).replace(/[\ufffe\uffff]/g, "\ufffd").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The results of `check` as JUnit XML, as GitHub, GitLab and Jenkins read it: one test case for each check, a failure with its message and details.
 * @param dataset its name for people
 */
export function junitXml({ checks }: CheckResult, dataset: string): string {
  const counts = `tests="${checks.length}" failures="${checks.filter(({ passed }) => !passed).length}" errors="0" skipped="0"`;
  const cases = checks.map(({ name, passed, message, details }) => {
    const outcome = passed ? `<system-out>${xml(message)}</system-out>` : `<failure message="${xml(message)}" type="check">${[message, ...details].map(xml).join("\n")}</failure>`;
    return `    <testcase classname="infomax.check" name="${xml(name)}" time="0">\n      ${outcome}\n    </testcase>\n`;
  });
  return `${JUNIT_MARK} ${counts} time="0">\n  <testsuite name="${xml(dataset)}" ${counts} time="0">\n${cases.join("")}  </testsuite>\n</testsuites>\n`;
}
