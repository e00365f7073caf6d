/** `infomax encoders` as a user runs it, against a host on loopback. Needs `npm run build`. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { writeTinyTextEncoder } from "../../src/core/embedding/tinyEncoder.fixture.ts";
import { HubServer } from "../../src/engine/encoders/hubServer.fixture.ts";
import { startCli, type Running } from "./commandLine.ts";

const DATA = "onnx/model.onnx_data";

interface World {
  readonly hub: HubServer;
  readonly root: string;
  readonly name: string;
  readonly start: (...args: string[]) => Running;
}

async function world(t: TestContext): Promise<World> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "infomax-encoders-"));
  t.after(() => { fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }); });
  writeTinyTextEncoder(path.join(root, "source"));
  const hub = await HubServer.start(path.join(root, "source"), (end) => { t.after(end); });
  hub.files.set(DATA, { content: Buffer.alloc(2_000_000, "weights, ") });
  const start: World["start"] = (...args) => startCli(args, { cwd: root, cache: path.join(root, "cache"), env: { HF_ENDPOINT: hub.address } });
  return { hub, root, start, name: `tiny/encoder@${hub.commit}` };
}

test("without an answer nothing is downloaded; with --yes it is, and indexing then uses it by name", async (t) => {
  const { hub, root, start, name } = await world(t);
  const listed = await start("encoders", "--json").finished;
  assert.equal(listed.status, 0, listed.stderr);
  const { encoders } = JSON.parse(listed.stdout) as { readonly encoders: readonly { readonly name: string; readonly installed: boolean }[] };
  assert.ok(encoders.some((encoder) => encoder.name === "all-minilm-l6-v2") && encoders.every((encoder) => !encoder.installed));
  assert.equal(hub.seen.length, 0, "a list asks no host");

  const refused = await start("encoders", "--download", "tiny/encoder").finished;
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /commit 0123456789abcdef/);
  assert.match(refused.stderr, /licence\s+mit/);
  assert.match(refused.stderr, /infomax: a download needs a yes.*--yes/);
  assert.ok(hub.seen.every((request) => request.path.startsWith("/api/")), "nothing but the listing");

  const data = path.join(root, "data.jsonl");
  fs.writeFileSync(data, ["a red cat", "the blue house", "a green tree", "the dog sleeps"].map((text, i) => `${JSON.stringify({ id: `r${i}`, text })}\n`).join(""));
  const missing = await start("index", data, "--encoder", name).finished;
  assert.equal(missing.status, 2);
  assert.ok(missing.stderr.includes(`infomax encoders --download ${name}`), missing.stderr);

  const done = await start("encoders", "--download", "tiny/encoder", "--yes", "--json").finished;
  assert.equal(done.status, 0, done.stderr);
  assert.equal((JSON.parse(done.stdout) as { readonly name: string }).name, name);
  const requests = hub.seen.length;
  const indexed = await start("index", data, "--encoder", name, "--json").finished;
  assert.equal(indexed.status, 0, indexed.stderr);
  assert.equal((JSON.parse(indexed.stdout) as { readonly encoder: { readonly dimensions: number } }).encoder.dimensions, 24);
  fs.writeFileSync(path.join(root, "infomax.json"), JSON.stringify({ encoder: name }));
  assert.equal((await start("index", data).finished).status, 0, "the file may name it as well");
  assert.equal(hub.seen.length, requests, "indexing asks no host");
});

test("Ctrl-C ends a download with 130, and the next one goes on where it stopped", { skip: process.platform === "win32" ? "a signal ends a process on Windows without asking it" : false }, async (t) => {
  const { hub, start } = await world(t);
  const half = 800_000;
  const content = hub.files.get(DATA)?.content ?? Buffer.alloc(0);
  const started: { running?: ReturnType<World["start"]> } = {};
  hub.intercept = (request, response) => {
    if (request.url !== `/lfs/${DATA}`) return false;
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, half));
    setTimeout(() => started.running?.interrupt(), 500);
    return true;
  };
  started.running = start("encoders", "--download", "tiny/encoder", "--yes");
  const stopped = await started.running.finished;
  assert.equal(stopped.status, 130, stopped.stderr);
  hub.intercept = () => false;
  const done = await start("encoders", "--download", "tiny/encoder", "--yes").finished;
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stderr, /1\.2 MB are missing yet/);
  assert.equal(hub.requestsOf(DATA).at(-1)?.range, `bytes=${half}-`);
});

test("a host that is away is a failure of one line with what to do, status 1", async (t) => {
  const { hub, start } = await world(t);
  hub.intercept = (_, response) => {
    response.destroy();
    return true;
  };
  const failed = await start("encoders", "--download", "bge-small", "--yes").finished;
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /^infomax: [^\n]*127\.0\.0\.1[^\n]*give their folder\.\n$/);
});
