import assert from "node:assert/strict";
import test from "node:test";
import type { ApplyPlan, ApplyResult, QuarantineView, UndoResult } from "../protocol/apply.ts";
import { readArguments } from "./arguments.ts";
import { runQuarantine, runUndo, type QuarantineInvocation } from "./quarantine.ts";
import { UsageError } from "./usageError.ts";

const PLAN: ApplyPlan = { selection: "v1", statement: ["3 files move."], files: 3, bytes: 10, freeBytes: null, problems: [], digest: "d1" };
const RESULT: ApplyResult = { selection: "v1", out: "/data/.infomax/quarantine/q/files", operation: "q", files: 3, bytes: 10, verified: 3, notes: [], seconds: 1 };
const VIEW: QuarantineView = { operation: "q", when: "", selection: "v1", files: 3, quarantined: 3, bytes: 10, state: "done" };
const UNDONE: UndoResult = { operation: "q", restored: 3, verified: 3, differing: [], left: [], state: "undone", seconds: 1 };

/** A command with a service that records what it is asked, and somebody who answers. */
function command(line: string, answer: boolean | null, plan = PLAN, undone = UNDONE): { readonly invocation: QuarantineInvocation; readonly done: unknown[]; readonly said: () => string } {
  const request = readArguments(line.split(" "));
  assert.ok(request.kind === "run");
  const done: unknown[] = [];
  let said = "";
  const print = (text: string): void => { said += text; };
  return {
    done, said: () => said,
    invocation: {
      args: request.arguments, context: {}, output: { print, note: print, result: () => undefined, width: 100 },
      ask: async (question) => { said += question; return answer; },
      service: {
        quarantinePlan: async () => plan, quarantines: async () => [VIEW],
        quarantine: async ({ plan: digest, selection }) => { done.push([digest, selection]); return RESULT; },
        undo: async ({ operation, ids }) => { done.push([operation, ids]); return undone; },
      },
    },
  };
}

test("a quarantine shows its plan, asks, and carries out the plan that was agreed to", async () => {
  const agreed = command("quarantine data --selection v1", true);
  assert.equal(await runQuarantine(agreed.invocation), 0);
  assert.deepEqual(agreed.done, [["d1", "v1"]]);
  assert.match(agreed.said(), /3 files move\.\n *Move them\?quarantined: 3 files.*3 files verified/);
  for (const [line, answer, status] of [["quarantine data", false, 1], ["quarantine data --dry-run", true, 0]] as const) {
    const { invocation, done } = command(line, answer);
    assert.deepEqual([await runQuarantine(invocation), done], [status, []]);
  }
  const nobody = command("quarantine data", null);
  await assert.rejects(runQuarantine(nobody.invocation), (thrown: unknown) => thrown instanceof UsageError && /--yes/.test(thrown.message));
  const problem = command("quarantine data --yes", true, { ...PLAN, problems: ["The disk is full."] });
  await assert.rejects(runQuarantine(problem.invocation), /nothing was moved/);
  assert.deepEqual([nobody.done, problem.done], [[], []]);
});

test("an undo asks with what lies there, takes ids, and says by its status that something stayed", async () => {
  const asked = command("undo data", true);
  assert.equal(await runUndo(asked.invocation), 0);
  assert.match(asked.said(), /selection "v1": 3 files.*nothing is overwritten/);
  assert.deepEqual(asked.done, [[undefined, undefined]]);
  const some = command("undo data a.jpg b.jpg --operation q --yes", null, PLAN, { ...UNDONE, left: [{ id: "b.jpg", reason: "its place is taken" }] });
  assert.equal(await runUndo(some.invocation), 1);
  assert.deepEqual(some.done, [["q", ["a.jpg", "b.jpg"]]]);
  assert.match(some.said(), /left: b\.jpg: its place is taken/);
  const declined = command("undo data", false);
  assert.deepEqual([await runUndo(declined.invocation), declined.done], [1, []]);
  const list = command("undo data --list", null);
  assert.equal(await runUndo(list.invocation), 0);
  assert.match(list.said(), /q +v1 +3 +3/);
});
