import assert from "node:assert/strict";
import test from "node:test";
import type { DownloadEncoderParams, EncoderPlan } from "../protocol/encoderRequests.ts";
import { readArguments } from "./arguments.ts";
import { runEncoders, type EncoderInvocation } from "./encoders.ts";
import { UsageError } from "./usageError.ts";

const PLAN: EncoderPlan = {
  name: "bge-small", repository: "Xenova/bge-small-en-v1.5", commit: "0123456789abcdef0123456789abcdef01234567", kind: "text", licence: "MIT", bytes: 134_000_000, folder: "/store/bge-small", installed: false,
  host: "example.org", files: 4, missingBytes: 134_000_000,
};

interface Ran {
  readonly status: number;
  readonly downloads: readonly DownloadEncoderParams[];
  readonly asked: number;
  /** What the user read, before the question and after. */
  readonly text: string;
  readonly results: readonly unknown[];
}

/** Runs the command with a service that notes downloads, and a user who gives this answer. */
async function run(answer: boolean | null, ...argv: string[]): Promise<Ran> {
  const request = readArguments(["encoders", ...argv]);
  assert.ok(request.kind === "encoders");
  const downloads: DownloadEncoderParams[] = [];
  const results: unknown[] = [];
  let asked = 0;
  let text = "";
  const write = (more: string): void => { text += more; };
  const invocation: EncoderInvocation = {
    args: request.arguments, output: { width: 120, print: write, heading: write, note: write, result: (value) => { results.push(value); } }, context: {},
    service: {
      encoders: () => Promise.resolve([PLAN]),
      encoderPlan: () => Promise.resolve(PLAN),
      downloadEncoder: (params) => {
        downloads.push(params);
        return Promise.resolve({ ...PLAN, installed: true });
      },
    },
    ask: () => {
      asked++;
      return Promise.resolve(answer);
    },
  };
  const status = await runEncoders(invocation);
  return { status, downloads, asked, text, results };
}

test("no is no: nothing is downloaded, and the question said host, commit, size, licence and place", async () => {
  const { status, downloads, text, results } = await run(false, "--download", "bge-small");
  assert.deepEqual([status, downloads, results], [1, [], []]);
  for (const fact of ["example.org", PLAN.commit, "134 MB", "MIT", PLAN.folder, "Nothing was downloaded"]) assert.ok(text.includes(fact), fact);
});

test("yes downloads what was shown, and --yes asks nobody", async () => {
  const agreed = { name: PLAN.name, commit: PLAN.commit, bytes: PLAN.bytes };
  const answered = await run(true, "--download", "bge-small");
  assert.deepEqual([answered.status, answered.downloads, answered.asked], [0, [agreed], 1]);
  const told = await run(null, "--download", "bge-small", "--yes", "--json");
  assert.deepEqual([told.status, told.downloads, told.asked], [0, [agreed], 0]);
  assert.deepEqual(told.results, [{ ...PLAN, installed: true }]);
});

test("where nobody can be asked the download is refused with the remedy", async () => {
  await assert.rejects(run(null, "--download", "bge-small"), (error) => error instanceof UsageError && error.message.includes("--yes"));
});

test("the command takes no dataset and none of a dataset's options", () => {
  for (const argv of [["data"], ["--seed", "3"], ["--yes"], ["--download", ""], ["--download"]]) {
    assert.throws(() => readArguments(["encoders", ...argv]), UsageError, argv.join(" "));
  }
});
