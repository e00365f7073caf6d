import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CancellationTokenSource, createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError, type MessageConnection } from "vscode-jsonrpc/node";
import { EngineError } from "../../src/extension/engineError.ts";
import { EngineSupervisor } from "../../src/extension/engineSupervisor.ts";
import type { Progress } from "../../src/protocol/dataset.ts";
import { type InitializeResult, PROTOCOL_VERSION, USER_ERROR } from "../../src/protocol/engine.ts";

const ENGINE = fileURLToPath(new URL("../../dist/engine.cjs", import.meta.url));
/** Enough to be in the middle of it when a test steps in. */
const MANY = 12_000;
/** Bytes of a vector of the built-in text encoder. */
const VECTOR = 4 * 640;

function temporary(t: TestContext): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-engine-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function texts(folder: string, count: number): string {
  const file = path.join(folder, "d.jsonl");
  fs.writeFileSync(file, Array.from({ length: count }, (_, i) => JSON.stringify({ id: `s${i}`, text: `record ${i} speaks of ${i % 97} things, ${i % 89} places and ${(i * 7919) % 10007} people` }) + "\n").join(""));
  return file;
}

const engine = (): ChildProcess => fork(ENGINE, [], { env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" }, stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });

/** The extension's own supervisor over the built engine. */
function supervise(t: TestContext): { supervisor: EngineSupervisor; told: string[]; logged: string[]; storage: string } {
  const told: string[] = [];
  const logged: string[] = [];
  const log = (message: string): void => { logged.push(message); };
  const storage = temporary(t);
  const supervisor = new EngineSupervisor({
    fork: engine,
    log: { info: log, warn: log, error: log },
    notify: (message) => { told.push(message); },
    clock: {
      now: () => Date.now(),
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => { clearTimeout(timer); };
      },
    },
    storage,
  });
  t.after(() => supervisor.dispose());
  return { supervisor, told, logged, storage };
}

/** A bare connection, to say what no host of ours would. */
function connect(t: TestContext): { child: ChildProcess; connection: MessageConnection; stderr: string[] } {
  const child = engine();
  const stderr: string[] = [];
  child.stderr?.on("data", (data: Buffer) => { stderr.push(data.toString()); });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  t.after(() => {
    connection.dispose();
    child.kill("SIGKILL");
  });
  return { child, connection, stderr };
}

const failure = (code: string, words = /./) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof EngineError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, words);
  assert.ok(!/\n|\bat .*:\d+:\d+/.test(thrown.message), "no stack");
  return true;
};

const userError = (code: string) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof ResponseError, String(thrown));
  assert.equal(thrown.code, USER_ERROR);
  assert.equal((thrown as ResponseError<{ code: string }>).data?.code, code, thrown.message);
  return true;
};

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const vectorsIn = (storage: string): number => (fs.readdirSync(storage, { recursive: true }) as string[])
  .filter((name) => /vectors-.*\.bin$/.test(name)).reduce((sum, name) => sum + fs.statSync(path.join(storage, name)).size, 0);

test("the handshake gives version and process; another protocol version is refused", async (t) => {
  const { child, connection } = connect(t);
  await assert.rejects(connection.sendRequest("index", { dataset: "/nowhere", trusted: true }), userError("internal"));
  await assert.rejects(connection.sendRequest("initialize", { protocolVersion: PROTOCOL_VERSION + 1, storage: temporary(t) }), userError("bad-argument"));
  const hello = await connection.sendRequest<InitializeResult>("initialize", { protocolVersion: PROTOCOL_VERSION, storage: temporary(t) });
  const { version } = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  assert.deepEqual(hello, { protocolVersion: PROTOCOL_VERSION, version, pid: child.pid });
});

test("the engine speaks the language that the handshake brings", async (t) => {
  const { connection } = connect(t);
  const strings = JSON.stringify({ "there is no such file or folder": "ファイルがありません", "Check the path.": "パスを確認してください。", "{0}. {1}": "{0}。{1}" });
  await assert.rejects(connection.sendRequest("initialize", { protocolVersion: PROTOCOL_VERSION, storage: temporary(t), strings: 5 }), userError("bad-argument"));
  await connection.sendRequest("initialize", { protocolVersion: PROTOCOL_VERSION, storage: temporary(t), strings });
  const dataset = path.join(temporary(t), "none");
  await assert.rejects(connection.sendRequest("open", { dataset, trusted: true }), (thrown: Error) => thrown.message === `${dataset}: ファイルがありません。パスを確認してください。`);
});

test("indexing reports its stages, and the cancel of one is answered within a second; the next index goes on", async (t) => {
  const { supervisor, storage } = supervise(t);
  const dataset = texts(temporary(t), MANY);
  const source = new CancellationTokenSource();
  let asked = 0;
  await assert.rejects(supervisor.request("index", { dataset, trusted: true }, {
    token: source.token,
    onProgress: ({ stage, done, total }) => {
      if (stage !== "Embedding" || done < 2000 || asked > 0) return;
      assert.equal(total, MANY);
      asked = performance.now();
      source.cancel();
    },
  }), failure("cancelled"));
  assert.ok(asked > 0 && performance.now() - asked < 1000, `${performance.now() - asked} ms`);
  const pid = supervisor.pid;
  const before = vectorsIn(storage);
  assert.ok(before > 2000 * VECTOR);

  const stages: Progress[] = [];
  const summary = await supervisor.request("index", { dataset, trusted: true }, { onProgress: (progress) => stages.push(progress) });
  assert.equal(summary.samples, MANY);
  assert.equal(supervisor.pid, pid, "the same process");
  assert.deepEqual([...new Set(stages.map((progress) => progress.stage))], ["Reading", "Embedding", "Finding neighbours", "Scoring"]);
  const vectors = Math.floor(vectorsIn(storage) / (8 + VECTOR));
  assert.ok(vectors >= MANY && vectors < 1.01 * MANY, `${vectors} vectors were kept`);
});

test("a cancel while neighbours are sought is answered within a second", async (t) => {
  const { supervisor } = supervise(t);
  const source = new CancellationTokenSource();
  let asked = 0;
  await assert.rejects(supervisor.request("index", { dataset: texts(temporary(t), MANY), trusted: true }, {
    token: source.token,
    onProgress: ({ stage, done }) => {
      if (stage !== "Finding neighbours" || done === 0 || asked > 0) return;
      asked = performance.now();
      source.cancel();
    },
  }), failure("cancelled"));
  assert.ok(performance.now() - asked < 1000, `${performance.now() - asked} ms`);
});

test("errors carry code, file and line, and no stack", async (t) => {
  const { supervisor, logged } = supervise(t);
  const folder = temporary(t);
  const dataset = texts(folder, 10);
  await assert.rejects(supervisor.request("index", { dataset: path.join(folder, "absent"), trusted: true }), (thrown: unknown) => {
    assert.ok(failure("not-found")(thrown));
    assert.equal((thrown as EngineError).file, path.join(folder, "absent"));
    return true;
  });
  await supervisor.request("index", { dataset, trusted: true });
  await assert.rejects(supervisor.request("prune", { dataset, trusted: true, budget: "101%" }), failure("bad-budget", /101%/));
  fs.mkdirSync(path.join(folder, ".infomax"), { recursive: true });
  fs.writeFileSync(path.join(folder, ".infomax", "protected.jsonl"), "{\"id\":\"s1\"}\nbroken\n");
  await assert.rejects(supervisor.request("open", { dataset, trusted: true }), (thrown: unknown) => {
    assert.ok(failure("bad-protection-file", /protected\.jsonl:2/)(thrown));
    assert.deepEqual([(thrown as EngineError).file, (thrown as EngineError).line], [".infomax/protected.jsonl", 2]);
    return true;
  });
  assert.ok(!logged.some((line) => line.startsWith("[engine]")), "what the user can mend is no matter for the log");
});

test("an engine killed while it indexes is told, started anew by the next command, and goes on from where it was", async (t) => {
  const { supervisor, told, storage } = supervise(t);
  const dataset = texts(temporary(t), MANY);
  let killed = false;
  await assert.rejects(supervisor.request("index", { dataset, trusted: true }, {
    onProgress: ({ stage, done }) => {
      if (stage !== "Embedding" || done < 2000 || killed || supervisor.pid === null) return;
      killed = true;
      process.kill(supervisor.pid, "SIGKILL");
    },
  }), failure("engine-lost"));
  assert.equal(told.length, 1);
  assert.match(told[0], /index/);
  assert.ok(vectorsIn(storage) > 2000 * VECTOR);
  assert.deepEqual(await supervisor.request("open", { dataset, trusted: true }), { state: "missing" });
  assert.equal((await supervisor.request("index", { dataset, trusted: true })).samples, MANY);
  assert.ok(Math.floor(vectorsIn(storage) / (8 + VECTOR)) < 1.01 * MANY + 512, "little was embedded twice");
});

test("the engine goes when its parent lets go of it, also in the middle of work", async (t) => {
  for (const busy of [false, true]) {
    const { child, connection } = connect(t);
    await connection.sendRequest("initialize", { protocolVersion: PROTOCOL_VERSION, storage: temporary(t) });
    if (busy) {
      connection.sendRequest("index", { dataset: texts(temporary(t), MANY), trusted: true }).catch(() => undefined);
      await sleep(300);
    }
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.disconnect();
    await Promise.race([gone, sleep(5000, undefined, { ref: false })]);
    assert.equal(child.pid !== undefined && alive(child.pid), false, busy ? "while indexing" : "while idle");
  }
});

test("requests that make no sense are refused, and the engine lives on", async (t) => {
  const { child, connection } = connect(t);
  const storage = temporary(t);
  await assert.rejects(connection.sendRequest("initialize"));
  await assert.rejects(connection.sendRequest("initialize", { protocolVersion: PROTOCOL_VERSION, storage: 5 }), userError("bad-argument"));
  await connection.sendRequest("initialize", { protocolVersion: PROTOCOL_VERSION, storage });
  for (const method of ["open", "index", "marks", "findDatasets"]) {
    await assert.rejects(connection.sendRequest(method), userError("bad-argument"), method);
    await assert.rejects(connection.sendRequest(method, {}), userError("bad-argument"), method);
    await assert.rejects(connection.sendRequest(method, { dataset: 7, folder: ["x"] }), userError("bad-argument"), method);
    await assert.rejects(connection.sendRequest(method, "text", 5), userError("bad-argument"), method);
  }
  await assert.rejects(connection.sendRequest("no such method", {}), (thrown: unknown) => thrown instanceof ResponseError && thrown.code === -32601);
  const dataset = texts(temporary(t), 20);
  await connection.sendRequest("index", { dataset, trusted: true });
  const base = { dataset, trusted: true };
  const nonsense: [string, object][] = [
    ["prune", { ...base, budget: 5 }], ["prune", { ...base, budget: "NaN" }], ["prune", { ...base, budget: "5", name: "a/b" }], ["prune", { ...base, budget: "5", name: {} }],
    ["protect", { ...base, ids: null }], ["protect", { ...base, ids: [1] }], ["explain", { ...base, id: {} }], ["marks", { ...base, file: 1, lines: "x", firstLine: "y" }],
    ["index", { ...base, options: { neighbors: "many" } }], ["index", { ...base, options: { text: 5 } }], ["index", { ...base, options: "all" }],
    ["clusters", { ...base, threshold: "x", offset: -5, limit: "many", members: null }], ["thumbnails", { ...base, ids: [{}], size: "large" }], ["useSelection", { ...base, name: 5 }],
    ["similar", { ...base, id: "s1", limit: -3 }], ["curve", { ...base, budget: [] }], ["fileStatus", { ...base, files: [1] }],
  ];
  for (const [method, params] of nonsense) {
    await assert.rejects(connection.sendRequest(method, params), (thrown: unknown) => {
      assert.ok(thrown instanceof ResponseError && thrown.code === USER_ERROR, `${method}: ${String(thrown)}`);
      assert.ok(!/\n\s+at /.test(thrown.message), method);
      assert.ok(!JSON.stringify(thrown.data ?? {}).includes("    at "), method);
      return true;
    }, `${method} ${JSON.stringify(params)}`);
  }
  child.send("no message");
  child.send({ jsonrpc: "2.0" });
  child.send({ jsonrpc: "2.0", method: "$/progress", params: 5 });
  child.send({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id: 99 } });
  const open = await connection.sendRequest<{ state: string }>("open", base);
  assert.equal(open.state, "ready");
  assert.equal(child.exitCode, null);
});
