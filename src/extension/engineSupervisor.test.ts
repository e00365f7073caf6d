import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import type { Progress } from "../protocol/dataset.ts";
import { EngineError } from "./engineError.ts";
import { CRASH_WINDOW_MS, EngineSupervisor, IDLE_STOP_MS, MAX_RESTARTS } from "./engineSupervisor.ts";

const script = fileURLToPath(new URL("./fixtures/fakeEngine.mjs", import.meta.url));

/** A supervisor over real forked processes, with a clock that only moves when told to. */
async function supervise(t: TestContext, env: Record<string, string> = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-supervisor-"));
  const marker = path.join(folder, "seen.txt");
  const told: string[] = [];
  const logged: string[] = [];
  const log = (message: string): void => { logged.push(message); };
  let time = 0;
  let forks = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const supervisor = new EngineSupervisor({
    fork: () => {
      forks++;
      return fork(script, [], { env: { ...process.env, FAKE_MARKER: marker, ...env }, stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
    },
    log: { info: log, warn: log, error: log },
    notify: (message) => { told.push(message); },
    clock: {
      now: () => time,
      after: (ms, callback) => {
        const timer = { at: time + ms, callback };
        timers.push(timer);
        return () => { timers = timers.filter((other) => other !== timer); };
      },
    },
    storage: folder,
  });
  t.after(async () => {
    supervisor.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    supervisor, told, logged, marker,
    forks: () => forks,
    pass: (ms: number) => {
      time += ms;
      const due = timers.filter((timer) => timer.at <= time);
      timers = timers.filter((timer) => timer.at > time);
      for (const timer of due) timer.callback();
    },
  };
}

const failure = (code: string) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof EngineError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.ok(!thrown.message.includes("\n"));
  return true;
};

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (condition()) return;
    await sleep(10);
  }
  assert.fail(`never happened: ${what}`);
}

const index = (dataset: string) => ({ dataset, trusted: true });

test("nothing runs before the first request, one process serves all of them", async (t) => {
  const { supervisor, forks } = await supervise(t);
  assert.equal(supervisor.running, false);
  const [first, second] = await Promise.all([
    supervisor.request("findDatasets", { folder: "a" }),
    supervisor.request("findDatasets", { folder: "b" }),
  ]);
  assert.equal(first[0].path, "a");
  assert.equal(first[0].description, second[0].description);
  assert.equal(forks(), 1);
});

test("a user's error keeps its code and place; progress reaches its own request only", async (t) => {
  const { supervisor } = await supervise(t);
  const progress: Progress[] = [];
  await supervisor.request("index", index("good"), { onProgress: (step) => progress.push(step) });
  assert.deepEqual(progress, [{ stage: "Reading", done: 1, total: 4 }]);
  await assert.rejects(supervisor.request("index", index("bad"), { onProgress: (step) => progress.push(step) }), (thrown: unknown) => {
    assert.ok(failure("bad-data")(thrown));
    assert.ok(thrown instanceof EngineError);
    assert.deepEqual([thrown.file, thrown.line, thrown.message], ["data.jsonl", 3, "data.jsonl:3: not JSON. Mend the line."]);
    return true;
  });
  assert.equal(progress.length, 1);
});

test("a crash under a request that writes: rejected, told once, not replayed, the next command works", async (t) => {
  const { supervisor, told, marker, forks } = await supervise(t);
  const both = await Promise.allSettled([supervisor.request("index", index("die")), supervisor.request("index", index("slow"))]);
  for (const result of both) {
    assert.equal(result.status, "rejected");
    assert.ok(failure("engine-lost")(result.reason));
    assert.ok(result.reason instanceof EngineError && result.reason.told);
  }
  assert.equal(told.length, 1);
  assert.match(told[0], /stopped unexpectedly \(signal SIGKILL|exit code/);
  assert.equal((await readFile(marker, "utf8")).trim(), "index");
  assert.equal((await supervisor.request("findDatasets", { folder: "next" }))[0].path, "next");
  assert.equal(forks(), 2);
});

test("an engine killed from outside while it works", async (t) => {
  const { supervisor, told, logged } = await supervise(t);
  const request = supervisor.request("index", index("slow"));
  await until(() => logged.some((line) => line.includes("waiting")), "the engine's stderr in the log");
  assert.ok(supervisor.pid !== null);
  process.kill(supervisor.pid, "SIGKILL");
  await assert.rejects(request, failure("engine-lost"));
  assert.equal(told.length, 1);
  await supervisor.request("index", index("good"));
});

test("a lost request that reads is sent once more, and only once", async (t) => {
  const { supervisor, told, forks } = await supervise(t);
  const [candidate] = await supervisor.request("findDatasets", { folder: "die-once" });
  assert.equal(candidate.path, "die-once");
  assert.equal(forks(), 2);
  assert.equal(told.length, 1);
  await assert.rejects(supervisor.request("findDatasets", { folder: "die-always" }), failure("engine-lost"));
  assert.equal(forks(), 3);
});

test("gives up after three restarts in three minutes, and tries again later", async (t) => {
  const { supervisor, forks, pass } = await supervise(t);
  for (let crash = 0; crash <= MAX_RESTARTS; crash++) await assert.rejects(supervisor.request("index", index("die")), failure("engine-lost"));
  assert.equal(forks(), MAX_RESTARTS + 1);
  await assert.rejects(supervisor.request("index", index("good")), failure("engine-gave-up"));
  assert.equal(forks(), MAX_RESTARTS + 1);
  pass(CRASH_WINDOW_MS + 1);
  await supervisor.request("index", index("good"));
});

test("an engine that dies before its handshake is not started without end", async (t) => {
  const { supervisor, forks } = await supervise(t, { FAKE_DIE: "start" });
  for (let i = 0; i < 4; i++) await assert.rejects(supervisor.request("findDatasets", { folder: "a" }), EngineError);
  await assert.rejects(supervisor.request("findDatasets", { folder: "a" }), failure("engine-gave-up"));
  assert.equal(forks(), MAX_RESTARTS + 1);
});

test("another protocol version is refused in words and leaves no process behind", async (t) => {
  const { supervisor } = await supervise(t, { FAKE_PROTOCOL: "99" });
  await assert.rejects(supervisor.request("findDatasets", { folder: "a" }), failure("engine-start"));
  assert.equal(supervisor.pid, null);
});

test("cancelling stops the request, not the engine", async (t) => {
  const { supervisor, logged, forks } = await supervise(t);
  const source = new CancellationTokenSource();
  const request = supervisor.request("index", index("slow"), { token: source.token });
  await until(() => logged.some((line) => line.includes("waiting")), "the slow request");
  source.cancel();
  await assert.rejects(request, failure("cancelled"));
  await assert.rejects(supervisor.request("index", index("good"), { token: source.token }), failure("cancelled"));
  await supervisor.request("index", index("good"));
  assert.equal(forks(), 1);
});

test("stops when idle, never under a request, and starts again", async (t) => {
  const { supervisor, logged, forks, pass, told } = await supervise(t);
  const source = new CancellationTokenSource();
  const request = supervisor.request("index", index("slow"), { token: source.token });
  await until(() => logged.some((line) => line.includes("waiting")), "the slow request");
  pass(IDLE_STOP_MS * 2);
  assert.equal(supervisor.running, true);
  source.cancel();
  await assert.rejects(request, failure("cancelled"));
  pass(IDLE_STOP_MS + 1);
  assert.equal(supervisor.running, false);
  await supervisor.request("index", index("good"));
  assert.equal(forks(), 2);
  assert.equal(told.length, 0);
});

test("dispose ends the process and refuses more", async (t) => {
  const { supervisor } = await supervise(t);
  await supervisor.request("index", index("good"));
  const pid = supervisor.pid;
  assert.ok(pid !== null);
  supervisor.dispose();
  await until(() => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  }, "the end of the process");
  await assert.rejects(supervisor.request("index", index("good")), failure("cancelled"));
});
