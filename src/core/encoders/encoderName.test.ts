import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { PRESETS } from "../embedding/presets.ts";
import { InfomaxError } from "../errors.ts";
import { downloadReference, encoderFolder, encoderReference, isEncoderName, settingFor, settingOfFolder } from "./encoderName.ts";
import { checkEncoderFolder } from "./encoderRecord.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const STORAGE = path.resolve("/storage");

test("names and folders are told apart by spelling alone", () => {
  for (const name of ["builtin", "perceptual", "hashed", ...PRESETS.map((preset) => preset.name), `bge-small@${COMMIT}`, `owner/repo@${COMMIT}`, `o-w/n.a_m-e@${COMMIT}`]) assert.ok(isEncoderName(name), name);
  for (const folder of ["./bge-small", "bge-small/", "models/clip", "owner/repo", "/models/x", "C:\\models\\x", "bge-small@main", `a/b/c@${COMMIT}`, `../up@${COMMIT}`, `a/..@${COMMIT}`, `./x/y@${COMMIT}`, `x@${COMMIT}`, "", "@"]) {
    assert.ok(!isEncoderName(folder), folder);
  }
});

test("a preset means its own commit, or the one that is pinned", () => {
  for (const { name, revision, repository } of PRESETS) {
    assert.match(revision, /^[0-9a-f]{40}$/);
    assert.deepEqual([encoderReference(name)?.repository, encoderReference(name)?.revision], [repository, revision]);
    assert.equal(encoderReference(`${name}@${COMMIT}`)?.revision, COMMIT);
  }
  assert.equal(new Set(PRESETS.map((preset) => preset.name)).size, PRESETS.length);
});

test("a download may name a branch, and what could be a path is refused", () => {
  assert.deepEqual([downloadReference("owner/repo").revision, downloadReference("owner/repo@v1.0").revision, downloadReference("bge-small@main").revision], ["main", "v1.0", "main"]);
  for (const wrong of ["../repo", "owner/..", "owner/re/po", "owner/repo@../x", "owner/repo@", "unknown", "https://host/owner/repo", "owner/repo?x", "owner/.repo"]) {
    assert.throws(() => downloadReference(wrong), (error) => error instanceof InfomaxError && error.code === "not-found", wrong);
  }
});

test("a folder of the store and the setting that names it lead to each other", () => {
  for (const setting of ["mobileclip", `mobileclip@${COMMIT}`, `owner/re.po@${COMMIT}`]) {
    const reference = encoderReference(setting);
    assert.ok(reference !== null);
    const folder = encoderFolder(STORAGE, reference, reference.revision);
    assert.ok(folder.startsWith(path.join(STORAGE, "encoders") + path.sep));
    assert.equal(settingOfFolder(folder), setting);
    assert.equal(settingFor(reference, reference.revision), setting);
  }
  assert.equal(settingOfFolder(path.resolve("/home/me/models/clip")), null);
});

test("a folder of one's own needs no record; one with a record must be whole; a named one that is missing says how to get it", async (t) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "infomax-record-"));
  t.after(() => { fs.rmSync(root, { recursive: true, force: true }); });
  assert.equal(await checkEncoderFolder(root), null);
  const record = { version: 1, repository: "a/b", commit: COMMIT, kind: "text", licence: "MIT", pooling: "cls", padding: "longest", prefix: "query: ", threshold: 0.9, files: [{ path: "onnx/model.onnx", size: 3, sha256: "" }] };
  fs.writeFileSync(path.join(root, "encoder.json"), JSON.stringify(record));
  await assert.rejects(checkEncoderFolder(root), /missing or have another size/);
  fs.mkdirSync(path.join(root, "onnx"));
  fs.writeFileSync(path.join(root, "onnx", "model.onnx"), "abc");
  assert.deepEqual(await checkEncoderFolder(root), record);
  fs.writeFileSync(path.join(root, "encoder.json"), JSON.stringify({ ...record, pooling: "max" }));
  await assert.rejects(checkEncoderFolder(root), /"pooling"/);

  const reference = encoderReference("bge-small");
  assert.ok(reference !== null);
  await assert.rejects(checkEncoderFolder(encoderFolder(root, reference, reference.revision)), (error) => error instanceof InfomaxError && error.code === "encoder-unavailable" && error.message.includes("infomax encoders --download bge-small"));
});
