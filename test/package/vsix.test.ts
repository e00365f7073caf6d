/** What `npm run package` makes must work away from the repository, and hold nothing else. */
import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { promisify } from "node:util";
import { EXTERNALS } from "../../scripts/build.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/engine.ts";
import { unpackVsix, vsixPath } from "../../scripts/vsix.ts";

const MAX_VSIX_BYTES = 60 * 2 ** 20;
const run = promisify(execFile);

let scratch = "";
let extension = "";
let files: string[] = [];

/** The environment of a machine that has never seen the repository. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(NODE_|npm_)/.test(key)));
}

async function node(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, args, { cwd: extension, env: cleanEnvironment(), timeout: 120_000 });
  return stdout;
}

before(async () => {
  scratch = await realpath(await mkdtemp(path.join(os.tmpdir(), "infomax-vsix-")));
  extension = path.join(scratch, "extension");
  files = await unpackVsix(vsixPath(), extension);
});
after(() => rm(scratch, { recursive: true, force: true }));

test("the VSIX holds the programs, the notices and the documents, and is no larger than it must be", async () => {
  for (const file of ["package.json", "dist/extension.cjs", "dist/engine.cjs", "dist/cli.cjs", "dist/webview/main.js", "dist/webview/style.css", "dist/ThirdPartyNotices.txt", "package.nls.json", "package.nls.ja.json", "l10n/bundle.l10n.ja.json"]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  const size = (await stat(vsixPath())).size;
  assert.ok(size < MAX_VSIX_BYTES, `${size} bytes`);
});

test("every file that the manifest names is in the VSIX", async () => {
  const named: string[] = [];
  JSON.parse(await readFile(path.join(extension, "package.json"), "utf8"), (key, value: unknown) => {
    if (typeof value === "string" && (value.startsWith("./") || key === "icon" && value.includes("/"))) named.push(value.replace(/^\.\//, ""));
    return value;
  });
  assert.ok(named.includes("dist/extension.cjs"));
  // The strings are named by their folder.
  assert.deepEqual(named.filter((file) => !files.some((shipped) => shipped === file || shipped.startsWith(`${file}/`))), []);
});

test("the VSIX holds no sources, tests, maps, type declarations, tools or data", () => {
  const allowed = [/^package\.nls(\.\w+)?\.json$/, /^l10n\/bundle\.l10n(\.\w+)?\.json$/, /^(package\.json|readme\.md|changelog\.md|LICENSE(\.txt)?)$/, /^media\//, /^dist\/[^/]+\.cjs$/, /^dist\/ThirdPartyNotices\.txt$/, /^dist\/webview\/[^/]+\.(js|css|ttf)$/, /^dist\/node_modules\//];
  assert.deepEqual(files.filter((file) => !allowed.some((pattern) => pattern.test(file))), []);
  assert.deepEqual(files.filter((file) => /\.(ts|mts|cts|map|cc|h|gyp|pdb)$|(^|\/)(tests?|__tests__|examples?|\.github|\.bin)\//.test(file)), []);
});

test("the VSIX holds this platform's binaries alone", () => {
  const others = ["darwin", "linux", "win32", "freebsd", "linuxmusl", "wasm32"].filter((name) => name !== process.platform);
  const architectures = ["x64", "arm64", "arm", "ia32", "ppc64", "riscv64", "s390x"].filter((name) => name !== process.arch);
  const foreign = new RegExp(`(^|[/-])(${[...others, ...architectures].join("|")})([/.-]|$)`);
  const folders = new Set(files.filter((file) => file.startsWith("dist/node_modules/")).map((file) => path.posix.dirname(file)));
  assert.deepEqual([...folders].filter((folder) => foreign.test(folder)), []);
  assert.deepEqual(files.filter((file) => /\.(wasm|node|so|dll|dylib)/.test(file) && foreign.test(file)), []);
  assert.equal(files.filter((file) => file.endsWith(".node")).length, 4, "one addon each of onnxruntime-node, sharp, hnswlib-node and jpeg-turbo");
});

test("every shipped package is in the notices, with its licence", async () => {
  const notices = await readFile(path.join(extension, "dist/ThirdPartyNotices.txt"), "utf8");
  const shipped = new Set(files.map((file) => /^dist\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1]).filter((name) => name !== undefined));
  assert.ok(shipped.size > EXTERNALS.length);
  for (const name of [...shipped, "csv-parse", "vscode-jsonrpc", "xxhash-wasm", "@huggingface/tokenizers"]) {
    const heading = new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|Apache-2\\.0|ISC|BSD-3-Clause|LGPL-3\\.0-or-later)\\)$`, "m");
    assert.ok(heading.test(notices), `${name} is not in ThirdPartyNotices.txt`);
  }
});

test("each native package loads and works from the unpacked VSIX, without the repository", async () => {
  const probe = path.join(extension, "dist", "probe.cjs");
  await writeFile(probe, `
    const assert = require("node:assert/strict");
    const names = ${JSON.stringify(EXTERNALS)};
    for (const name of names) {
      const resolved = require.resolve(name);
      assert.ok(resolved.startsWith(__dirname), name + " came from " + resolved);
      require(name);
    }
    async function main() {
      const sharp = require("sharp");
      const png = await sharp({ create: { width: 8, height: 4, channels: 3, background: "red" } }).png().toBuffer();
      assert.equal((await sharp(png).metadata()).width, 8);
      for (const format of ["jpeg", "webp", "gif", "tiff", "avif"]) assert.equal((await sharp(await sharp(png).toFormat(format).toBuffer()).metadata()).height, 4, format);
      const turbo = require("@julusian/jpeg-turbo");
      const jpeg = await sharp(png).jpeg().toBuffer();
      assert.equal((await turbo.decompress(jpeg, { format: turbo.FORMAT_RGB })).data.length, 96);
      const { HierarchicalNSW } = require("hnswlib-node");
      const index = new HierarchicalNSW("ip", 2);
      index.initIndex(2);
      index.addPoint([1, 0], 0);
      index.addPoint([0, 1], 1);
      assert.deepEqual(index.searchKnn([0.1, 0.9], 1).neighbors, [1]);
      const ort = require("onnxruntime-node");
      assert.ok(ort.listSupportedBackends().some((backend) => backend.name === "cpu"));
      // A graph of no nodes: the output is the input. ModelProto, hand-written.
      const field = (number, bytes) => [number << 3 | 2, bytes.length, ...bytes];
      const text = (string) => [...Buffer.from(string)];
      const float = [...field(1, text("x")), ...field(2, field(1, [8, 1, ...field(2, field(1, [8, 1]))]))];
      const node = [...field(1, text("x")), ...field(2, text("y")), ...field(4, text("Neg"))];
      const out = [...field(1, text("y")), ...field(2, field(1, [8, 1, ...field(2, field(1, [8, 1]))]))];
      const graph = [...field(1, node), ...field(2, text("g")), ...field(11, float), ...field(12, out)];
      const model = Uint8Array.from([8, 8, ...field(7, graph), ...field(8, [16, 13])]);
      const session = await ort.InferenceSession.create(model);
      const { y } = await session.run({ x: new ort.Tensor("float32", [2.5], [1]) });
      assert.deepEqual([...y.data], [-2.5]);
      const imported = await import("@huggingface/transformers");
      assert.equal(typeof imported.AutoTokenizer.from_pretrained, "function");
      console.log("all loaded");
    }
    main().catch((error) => { console.error(error); process.exit(1); });
  `);
  assert.match(await node(probe), /all loaded/);
});

test("the command line runs from the unpacked VSIX: a planted duplicate is found and left out", async () => {
  const records = Array.from({ length: 40 }, (_, i) => ({ id: `r${i}`, text: `sample number ${i} says ${(i * 7919 % 1009).toString(36)} about ${(i * 104729 % 1013).toString(36)}` }));
  records.push({ id: "copy", text: records[7].text });
  const dataset = path.join(scratch, "data", "records.jsonl");
  await mkdir(path.dirname(dataset), { recursive: true });
  await writeFile(dataset, records.map((record) => JSON.stringify(record)).join("\n") + "\n");
  const output = await node(path.join(extension, "dist", "cli.cjs"), "prune", dataset, "--budget", "20", "--name", "v1", "--cache", path.join(scratch, "cache"), "--json");
  assert.doesNotThrow(() => JSON.parse(output) as unknown);
  const kept = (await readFile(path.join(path.dirname(dataset), ".infomax", "selections", "v1.ids.txt"), "utf8")).trim().split("\n");
  assert.equal(kept.length, 20);
  assert.ok(!(kept.includes("copy") && kept.includes("r7")), "the duplicate and its original were both kept");
  assert.deepEqual((await readdir(path.dirname(dataset))).sort(), [".infomax", "records.jsonl"]);
});

test("the engine answers from the unpacked VSIX, and ends when its parent lets go", async () => {
  const engine = fork(path.join(extension, "dist", "engine.cjs"), { cwd: scratch, env: cleanEnvironment(), execArgv: [] });
  const exited = new Promise<number | null>((resolve) => engine.once("exit", resolve));
  const answer = new Promise<{ id: number; result: { protocolVersion: number; pid: number } }>((resolve) => engine.once("message", (message) => resolve(message as never)));
  engine.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: PROTOCOL_VERSION, storage: path.join(scratch, "storage") } });
  const { id, result } = await answer;
  assert.deepEqual([id, result.protocolVersion, result.pid], [1, PROTOCOL_VERSION, engine.pid]);
  engine.disconnect();
  assert.equal(await exited, 0);
});
