import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { openHuggingFaceEncoder } from "../../core/embedding/huggingFace.ts";
import { TEXT_DIMENSIONS, writeTinyTextEncoder } from "../../core/embedding/tinyEncoder.fixture.ts";
import { checkEncoderFolder } from "../../core/encoders/encoderRecord.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { Progress } from "../../protocol/dataset.ts";
import type { EncoderPlan } from "../../protocol/encoderRequests.ts";
import { EncoderDownloads } from "./encoderDownloads.ts";
import { HubServer } from "./hubServer.fixture.ts";
import { placeOf } from "./neededFiles.ts";

const MODEL = "onnx/model.onnx";

interface Bench {
  readonly hub: HubServer;
  readonly storage: string;
  readonly downloads: EncoderDownloads;
  readonly name: string;
}

async function setUp(t: TestContext): Promise<Bench> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "infomax-hub-"));
  t.after(() => { fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }); });
  writeTinyTextEncoder(path.join(root, "source"));
  const hub = await HubServer.start(path.join(root, "source"), (end) => { t.after(end); });
  // Large enough to come in many pieces; nothing reads it.
  hub.files.set(`${MODEL}_data`, { content: Buffer.alloc(3_000_000, "weights of a model, ") });
  const storage = path.join(root, "storage");
  return { hub, storage, downloads: new EncoderDownloads(storage, { HF_ENDPOINT: `${hub.address}/` }, 1), name: `tiny/encoder@${hub.commit}` };
}

const agreed = ({ name, commit, bytes }: EncoderPlan): { name: string; commit: string; bytes: number } => ({ name, commit, bytes });

function fails(code: ErrorCode, ...patterns: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && "code" in error, String(error));
    assert.equal(error.code, code, error.message);
    for (const pattern of patterns) assert.match(error.message, pattern);
    assert.ok(!error.message.includes("\n"), error.message);
    return true;
  };
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** Every file under a folder, with forward slashes. */
function filesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/")).sort();
}

test("a plan says all that is asked and fetches no file; the download then gives an encoder that works, with its record", async (t) => {
  const { hub, storage, downloads, name } = await setUp(t);
  const plan = await downloads.plan("tiny/encoder");
  const expected = [...hub.files.values()].reduce((sum, file) => sum + file.content.length, 0);
  assert.deepEqual({ ...plan, folder: "" }, {
    name, repository: "tiny/encoder", commit: hub.commit, kind: "text", licence: "mit", bytes: expected, folder: "", installed: false, host: new URL(hub.address).host, files: 5, missingBytes: expected,
  });
  assert.deepEqual(hub.seen.map((request) => request.path), ["/api/models/tiny/encoder/revision/main"]);
  assert.deepEqual(filesIn(storage), []);

  const progress: Progress[] = [];
  const view = await downloads.download(agreed(plan), { onProgress: (step) => { progress.push(step); } });
  assert.equal(view.installed, true);
  assert.equal(view.folder, path.join(storage, "encoders", "tiny--encoder", hub.commit));
  assert.deepEqual(filesIn(view.folder), [...hub.files.keys(), "encoder.json"].sort());
  const record = await checkEncoderFolder(view.folder);
  assert.equal(record?.commit, hub.commit);
  assert.deepEqual(record.files.map((file) => file.path).sort(), [...hub.files.keys()].sort());
  assert.ok(!fs.readFileSync(path.join(view.folder, "encoder.json"), "utf8").includes("127.0.0.1"), "no address of a mirror in the record");

  const done = progress.map((step) => step.done);
  assert.deepEqual(done, [...done].sort((a, b) => a - b), "progress never goes back");
  assert.equal(done.at(-1), expected);
  assert.ok(progress.length > 10 && progress.every((step) => step.total === expected && step.unit === "bytes"));

  const encoder = await openHuggingFaceEncoder(view.folder, "text");
  try {
    const { vectors, failures } = await encoder.encode([{ kind: "text", text: "a red cat" }]);
    assert.deepEqual([vectors.length, failures.size], [TEXT_DIMENSIONS, 0]);
  } finally {
    await encoder.close();
  }

  const requests = hub.seen.length;
  assert.equal((await downloads.plan(name)).installed, true);
  assert.deepEqual((await downloads.list()).filter((known) => known.installed).map((known) => known.name), [name]);
  assert.equal(hub.seen.length, requests, "what is there is not asked for");
});

test("a cancelled download stops at once, is no encoder, and goes on where it stopped without a byte fetched twice", async (t) => {
  const { hub, downloads, name } = await setUp(t);
  const plan = await downloads.plan(name);
  const controller = new AbortController();
  const half = 1_500_000;
  // The host holds the rest back, so that the download is cancelled in the middle of a file for sure.
  hub.intercept = (request, response) => {
    if (request.url !== `/lfs/${MODEL}_data`) return false;
    const { content } = hub.files.get(`${MODEL}_data`) ?? { content: Buffer.alloc(0) };
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, half));
    return true;
  };
  let cancelledAt = 0;
  const stopped = downloads.download(agreed(plan), {
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done < plan.bytes - 3_000_000 + half || controller.signal.aborted) return;
      cancelledAt = performance.now();
      controller.abort();
    },
  });
  await assert.rejects(stopped, fails("cancelled"));
  assert.ok(cancelledAt > 0 && performance.now() - cancelledAt < 1000);
  assert.equal(fs.statSync(path.join(plan.folder, `${MODEL}_data.part`)).size, half);
  assert.deepEqual((await downloads.list()).filter((known) => known.installed), []);
  await assert.rejects(checkEncoderFolder(plan.folder), fails("encoder-unavailable", /not downloaded/, /infomax encoders --download tiny\/encoder@/, /Choose Encoder/));

  hub.intercept = () => false;
  const requests = hub.seen.length;
  const again = await downloads.plan(name);
  assert.equal(again.missingBytes, 3_000_000 - half);
  await downloads.download(agreed(again));
  const later = hub.seen.slice(requests).filter((request) => !request.path.startsWith("/api/"));
  assert.deepEqual(later.map((request) => [request.path, request.range]), [
    [`/tiny/encoder/resolve/${hub.commit}/${MODEL}_data`, `bytes=${half}-`], [`/lfs/${MODEL}_data`, `bytes=${half}-`],
  ]);
  assert.equal(hub.sent.get(`${MODEL}_data`), 3_000_000 - half);
  assert.deepEqual(fs.readFileSync(path.join(plan.folder, `${MODEL}_data`)), hub.files.get(`${MODEL}_data`)?.content);
});

test("a connection that drops is made again from where it broke; a host that stays away ends with what to do", async (t) => {
  const { hub, downloads, name } = await setUp(t);
  const plan = await downloads.plan(name);
  let drops = 0;
  const { content } = hub.files.get(`${MODEL}_data`) ?? { content: Buffer.alloc(0) };
  hub.intercept = (request, response) => {
    if (request.url !== `/lfs/${MODEL}_data` || drops >= 2) return false;
    drops++;
    const start = Number(/\d+/.exec(request.headers.range ?? "0")?.[0]);
    response.writeHead(start > 0 ? 206 : 200, { "content-length": content.length - start, ...(start > 0 ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {}) });
    response.write(content.subarray(start, start + 700_000), () => { response.destroy(); });
    return true;
  };
  await downloads.download(agreed(plan));
  assert.equal(drops, 2);
  const ranges = hub.requestsOf(`${MODEL}_data`).map((request) => request.range);
  assert.equal(ranges.length, 3);
  assert.equal(ranges[0], undefined);
  assert.ok(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? "")), String(ranges));
  assert.deepEqual(fs.readFileSync(path.join(plan.folder, `${MODEL}_data`)), content);

  fs.rmSync(plan.folder, { recursive: true });
  let tries = 0;
  hub.intercept = (request, response) => {
    if (request.url !== `/lfs/${MODEL}_data`) return false;
    tries++;
    response.destroy();
    return true;
  };
  await assert.rejects(downloads.download(agreed(plan)), fails("download-failed", /127\.0\.0\.1/, /model\.onnx_data/, /give their folder/));
  assert.equal(tries, 3);
});

test("a host without ranges sends the file anew, and the file is whole", async (t) => {
  const { hub, downloads, name } = await setUp(t);
  const plan = await downloads.plan(name);
  fs.mkdirSync(path.join(plan.folder, "onnx"), { recursive: true });
  fs.writeFileSync(path.join(plan.folder, `${MODEL}_data.part`), "some bytes of an earlier run");
  hub.knowsRanges = false;
  await downloads.download(agreed(plan));
  assert.deepEqual(fs.readFileSync(path.join(plan.folder, `${MODEL}_data`)), hub.files.get(`${MODEL}_data`)?.content);
});

test("a wrong checksum names both sums and leaves nothing of the file; so does a part that was tampered with", async (t) => {
  const { hub, downloads, name } = await setUp(t);
  const listed = "f".repeat(64);
  const file = hub.files.get(MODEL);
  assert.ok(file !== undefined);
  file.listedSha256 = listed;
  const plan = await downloads.plan(name);
  await assert.rejects(downloads.download(agreed(plan)), fails("download-failed", /model\.onnx has a wrong checksum/, /SHA-256 [0-9a-f]{64} where the list says f{64}/, /removed/));
  assert.ok(!filesIn(plan.folder).some((left) => left.startsWith(MODEL) && !left.startsWith(`${MODEL}_data`)));
  assert.ok(!fs.existsSync(path.join(plan.folder, "encoder.json")));

  delete file.listedSha256;
  // A small file has git's own checksum alone.
  const config = hub.files.get("config.json");
  assert.ok(config !== undefined);
  fs.writeFileSync(path.join(plan.folder, "config.json"), "?".repeat(config.content.length));
  await downloads.download(agreed(await downloads.plan(name)));
  assert.deepEqual(fs.readFileSync(path.join(plan.folder, "config.json")), config.content, "a changed file is fetched again");
});

test("a size other than the listed one is refused, both ways", async (t) => {
  for (const off of [-7, 7]) {
    await t.test(`${off} bytes`, async (inner) => {
      const { hub, downloads, name } = await setUp(inner);
      const file = hub.files.get(MODEL);
      assert.ok(file !== undefined);
      file.listedSize = file.content.length + off;
      const plan = await downloads.plan(name);
      await assert.rejects(downloads.download(agreed(plan)), fails("download-failed", new RegExp(`${file.content.length}`), new RegExp(`${file.listedSize}`)));
      assert.ok(!filesIn(plan.folder).includes(MODEL) && !filesIn(plan.folder).includes(`${MODEL}.part`));
    });
  }
});

test("what does not exist, and a host that cannot be reached, are said with host and remedy", async (t) => {
  const { hub, storage, downloads, name } = await setUp(t);
  await assert.rejects(downloads.plan("tiny/other"), fails("download-failed", /tiny\/other/, /404/, /Check the name/));
  await assert.rejects(downloads.plan("no such preset"), fails("not-found", /all-minilm-l6-v2/));
  const plan = await downloads.plan(name);
  hub.files.delete(MODEL);
  await assert.rejects(downloads.download(agreed(plan)), fails("encoder-unavailable", /tiny\/encoder/, /ONNX/));

  const closed = await closedPort();
  await assert.rejects(new EncoderDownloads(storage, { HF_ENDPOINT: `http://127.0.0.1:${closed}` }).plan("bge-small"), fails("download-failed", new RegExp(`127\\.0\\.0\\.1:${closed} \\(.*ECONNREFUSED`), /give their folder/));
  await assert.rejects(new EncoderDownloads(storage, { HF_ENDPOINT: "ftp://x" }).plan("bge-small"), fails("bad-argument", /HF_ENDPOINT/));
  hub.intercept = (_, response) => {
    response.end("<html>Please log in</html>");
    return true;
  };
  await assert.rejects(downloads.plan(name), fails("download-failed", /no list of files/));
});

test("no name that the host gives leads out of the folder", async (t) => {
  const { hub, storage, downloads, name } = await setUp(t);
  const evil = ["../../../evil.txt", "onnx/../../../evil.onnx_data", "/etc/evil", "onnx/model.onnx_data/../../evil", "C:\\evil", "onnx/model.onnx_data_1/../../../evil"];
  for (const file of evil) hub.files.set(file, { content: Buffer.from("evil") });
  const view = await downloads.download(agreed(await downloads.plan(name)));
  assert.ok(!hub.seen.some((request) => request.path.includes("evil")));
  assert.ok(filesIn(path.dirname(storage)).every((file) => !file.includes("evil")));
  assert.equal(view.installed, true);
  for (const file of [...evil, "..", "", "a/../b", "a\\b", "./a", "a//b", "nul.", "a:b"]) assert.throws(() => placeOf("/store", file), fails("outside-root"), file);

  hub.intercept = (request, response) => {
    if (request.url?.startsWith("/api/") !== true) return false;
    response.end(JSON.stringify({ sha: "../../../../evil", siblings: [] }));
    return true;
  };
  await assert.rejects(downloads.plan("tiny/encoder"), fails("download-failed", /sha/));
});

test("a list in which a file has no checksum, or comes twice, is refused before a file is fetched", async (t) => {
  const { hub, downloads, name } = await setUp(t);
  const listing = await (await fetch(`${hub.address}/api/models/tiny/encoder/revision/${hub.commit}`)).json() as { siblings: { rfilename: string; blobId?: string | undefined }[] };
  let siblings = listing.siblings;
  hub.intercept = (request, response) => {
    if (request.url?.startsWith("/api/") !== true) return false;
    response.end(JSON.stringify({ ...listing, siblings }));
    return true;
  };
  siblings = listing.siblings.map(({ blobId, ...file }) => (file.rfilename === "config.json" ? file : { ...file, blobId }));
  await assert.rejects(downloads.plan(name), fails("download-failed", /config\.json without a checksum/));
  siblings = [...listing.siblings, ...listing.siblings.filter((file) => file.rfilename === "config.json")];
  await assert.rejects(downloads.plan(name), fails("download-failed", /config\.json twice/));
  const licence = { size: 1, blobId: "0".repeat(40) };
  siblings = [...listing.siblings, { rfilename: "LICENSE", ...licence }, { rfilename: "license", ...licence }];
  await assert.rejects(downloads.plan(name), fails("download-failed", /license twice/i));
});

test("an address of a mirror with a password or a query is refused, and the password is not repeated", async (t) => {
  const { storage } = await setUp(t);
  const plan = (address: string): Promise<EncoderPlan> => new EncoderDownloads(storage, { HF_ENDPOINT: address }).plan("bge-small");
  await assert.rejects(plan("http://me:secret@127.0.0.1:9"), (thrown) => fails("bad-argument", /HF_ENDPOINT/)(thrown) && !String(thrown).includes("secret"));
  for (const address of ["http://127.0.0.1:9/?token=1", "http://127.0.0.1:9/#x"]) await assert.rejects(plan(address), fails("bad-argument", /HF_ENDPOINT/));
});

test("more than was agreed to, another commit, and a second download at the same time are refused", async (t) => {
  const { hub, downloads, name } = await setUp(t);
  const plan = await downloads.plan(name);
  await assert.rejects(downloads.download({ ...agreed(plan), bytes: plan.bytes - 1 }), fails("download-failed", /agreed/));
  const other = "f".repeat(40);
  hub.intercept = (request, response) => {
    if (request.url?.includes(other) !== true) return false;
    response.end(JSON.stringify({ sha: hub.commit, siblings: [] }));
    return true;
  };
  await assert.rejects(downloads.plan(`tiny/encoder@${other}`), fails("download-failed", new RegExp(`${hub.commit} for ${other}`)));
  hub.intercept = () => false;
  const outcomes = await Promise.allSettled([downloads.download(agreed(plan)), downloads.download(agreed(plan))]);
  assert.deepEqual(outcomes.map((outcome) => outcome.status).sort(), ["fulfilled", "rejected"]);
  assert.ok(!filesIn(plan.folder).includes("download.lock"));
});

test("a lock that a dead process left does not stand in the way", async (t) => {
  const { downloads, name } = await setUp(t);
  const plan = await downloads.plan(name);
  fs.mkdirSync(plan.folder, { recursive: true });
  fs.writeFileSync(path.join(plan.folder, "download.lock"), `999999999 ${os.hostname()}\n`);
  assert.equal((await downloads.download(agreed(plan))).installed, true);
});
