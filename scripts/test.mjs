/**
 * Runs the checks and tests: `node scripts/test.mjs all`, or one or more of the steps below by name.
 * Plain JavaScript, so that it runs before anything is built; it expands the test globs itself, because
 * `node --test` does so only from Node 21 on. The last line is `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const TSX = ["--import", "tsx"];

/** Test files under a folder, sorted; `depth` 0 looks in the folder alone. */
function testFiles(folder, depth = Infinity) {
  const at = path.join(ROOT, folder);
  let entries;
  try {
    entries = readdirSync(at, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
  return entries
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return depth > 0 && entry.name !== "node_modules" ? testFiles(name, depth - 1) : [];
      return entry.name.endsWith(".test.ts") ? [name] : [];
    })
    .sort();
}

function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

/** A check that passes or fails as one. */
async function check(...commands) {
  for (const args of commands) {
    if ((await run(args)) !== 0) return { passed: 0, failed: 1, skipped: 0 };
  }
  return { passed: 1, failed: 0, skipped: 0 };
}

async function tests(files, concurrency = 2) {
  if (files.length === 0) throw new Error("There are no test files for this step.");
  const scratch = mkdtempSync(path.join(os.tmpdir(), "infomax-tests-"));
  const countsFile = path.join(scratch, "counts.json");
  try {
    const code = await run([
      ...TSX, "--test", `--test-concurrency=${concurrency}`,
      "--test-reporter=spec", "--test-reporter-destination=stdout",
      "--test-reporter=./scripts/count-reporter.mjs", `--test-reporter-destination=${countsFile}`,
      ...files,
    ]);
    let counts = { passed: 0, failed: 0, skipped: 0 };
    try {
      counts = JSON.parse(readFileSync(countsFile, "utf8"));
    } catch {
      console.error("The test runner wrote no counts; it must have crashed.");
    }
    // Whatever made the runner fail without a failed test is a failure all the same.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const bin = (file) => path.join(ROOT, "node_modules", file);

const STEPS = {
  typecheck: () => check([bin("typescript/bin/tsc"), "-p", "tsconfig.json"], [bin("typescript/bin/tsc"), "-p", "webview/tsconfig.json"]),
  lint: () => check([bin("eslint/bin/eslint.js"), "--max-warnings=0", "."]),
  build: () => check([...TSX, "scripts/build.ts"]),
  unit: async () => tests([...testFiles("src"), ...testFiles("webview"), ...testFiles("test", 0)]),
  integration: async () => tests(testFiles("test/integration")),
  package: () => check([...TSX, "scripts/package.ts"]),
  vsix: async () => tests(testFiles("test/package")),
  browser: async () => tests(testFiles("test/browser"), 1),
};
/** Steps that say nothing when an earlier one has failed. */
const NEEDS = { integration: "build", vsix: "package", browser: "package" };
const ALL = ["typecheck", "lint", "build", "unit", "integration", "package", "vsix", "browser"];

const asked = process.argv.slice(2);
const names = asked.length === 1 && asked[0] === "all" ? ALL : asked;
if (names.length === 0 || names.some((name) => !Object.hasOwn(STEPS, name))) {
  console.error(`Usage: node scripts/test.mjs all | ${Object.keys(STEPS).join(" | ")}`);
  process.exit(2);
}

function unable(why) {
  console.error(why);
  return { passed: 0, failed: 1, skipped: 0 };
}

const failed = new Set();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const counts = failed.has(NEEDS[name]) ? unable(`Not run: ${NEEDS[name]} has failed.`) : await STEPS[name]().catch((error) => unable(error.message));
  if (counts.failed > 0) failed.add(name);
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`== ${name}: ${counts.passed} passed, ${counts.failed} failed (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped === 0 ? "" : `, ${total.skipped} skipped`}`);
process.exitCode = total.failed === 0 ? 0 : 1;
