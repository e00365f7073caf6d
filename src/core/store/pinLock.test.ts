import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { testFolder } from "../dataset/folder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { withPinLock } from "./pinLock.ts";
import { readPins } from "./protectionFile.ts";

const HERE = path.dirname(fileURLToPath(import.meta.url));

test("processes that change the pins at once lose none, though a dead one left its lock", async (t) => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const root = testFolder(t, { ".infomax/protected.lock": `${dead} 1 ${hostname()}\n` });
  const module = (name: string): string => JSON.stringify(pathToFileURL(path.join(HERE, name)).href);
  const source = `
    import { withPinLock } from ${module("pinLock.ts")};
    import { readPins, writeAllPins } from ${module("protectionFile.ts")};
    const [root, name] = process.argv.slice(-2);
    for (let i = 0; i < 5; i++) await withPinLock(root, async () => {
      const pins = await readPins(root);
      pins.set(name + i, { id: name + i, digest: "", note: "", since: "" });
      await writeAllPins(root, new Map([["protected", pins]]));
    });`;
  const codes = await Promise.all(Array.from({ length: 6 }, (_, p) => new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source, root, `p${p}-`], { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("exit", resolve);
  })));
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
  assert.equal((await readPins(root)).size, 30);
  assert.deepEqual(fs.readdirSync(path.join(root, ".infomax")), ["protected.jsonl"]);
});

test("a lock in use is waited for, then reported; an old one is taken over; work that fails frees it", async (t) => {
  const root = testFolder(t, { ".infomax/protected.lock": `${process.pid} 0 ${hostname()}\n` });
  const lock = path.join(root, ".infomax", "protected.lock");
  await assert.rejects(withPinLock(root, () => Promise.resolve(), 50), (thrown: unknown) => {
    assert.ok(thrown instanceof InfomaxError && thrown.code === "bad-protection-file");
    assert.match(thrown.message, new RegExp(`protected\\.lock: another process \\(${process.pid}\\).*Try again`));
    return true;
  });
  fs.utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
  assert.equal(await withPinLock(root, () => Promise.resolve(7), 50), 7);
  await assert.rejects(withPinLock(root, () => Promise.reject(new Error("failed"))), /failed/);
  assert.equal(fs.existsSync(lock), false);
});
