/** Encoders and image-text pairs in a real VS Code: one window, the steps in order; a host on loopback stands for the network. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PRESETS, presetNamed } from "../../src/core/embedding/presets.ts";
import { writeTinyPairEncoder } from "../../src/core/embedding/tinyPairEncoder.fixture.ts";
import { HubServer } from "../../src/engine/encoders/hubServer.fixture.ts";
import { PAIR_COUNT, PLANTED_PAIR, writeCaptioned } from "./fixture.ts";
import type { Host } from "./host.ts";
import { startHost } from "./host.ts";
import { stepsOf } from "./steps.ts";

const PRESET = "clip-vit-b32";
/** Nothing reads it: it makes the download large enough to be looked at. */
const WEIGHTS = { name: "onnx/vision_model.onnx_data", bytes: 3_000_000, text: "weights of a model, " };

/** The part of an HTML element that is asked for in the page. */
interface Box {
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

let host: Host;
let hub: HubServer;
const cleanups: (() => Promise<void>)[] = [];
const step = stepsOf(() => (cleanups.length > 2 ? host.workbench : null));

/** The requests for content, in their order: all but those for the list of files. */
function filesAsked(): string[] {
  return hub.seen.map((request) => request.path).filter((name) => !name.startsWith("/api/"));
}

/** The setting as the workspace's file has it; null without one. */
async function encoderSetting(): Promise<unknown> {
  const text = await readFile(path.join(host.workspace, ".vscode", "settings.json"), "utf8").catch(() => "{}");
  return (JSON.parse(text) as Record<string, unknown>)["infomax.encoder"] ?? null;
}

/** Sends half of the weights, then little by little, and the rest when what it returns is called. */
function holdWeights(): () => void {
  const content = Buffer.alloc(WEIGHTS.bytes, WEIGHTS.text);
  let held = true;
  const send = async (response: ServerResponse): Promise<void> => {
    let sent = content.length / 2;
    response.write(content.subarray(0, sent));
    while (held && !response.destroyed) {
      await sleep(150);
      response.write(content.subarray(sent, (sent += 100)));
    }
    response.end(content.subarray(sent));
  };
  hub.intercept = (request, response) => {
    if (request.url?.endsWith(`/lfs/${WEIGHTS.name}`) !== true) return false;
    response.writeHead(200, { "content-length": content.length });
    void send(response);
    return true;
  };
  return () => (held = false);
}

before(async () => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "infomax-encoders-"));
  cleanups.push(() => rm(scratch, { recursive: true, force: true }));
  const preset = presetNamed(PRESET);
  assert.ok(preset !== undefined);
  writeTinyPairEncoder(path.join(scratch, "model"));
  hub = await HubServer.start(path.join(scratch, "model"), (end) => cleanups.push(end), { repository: preset.repository, commit: preset.revision });
  hub.files.set(WEIGHTS.name, { content: Buffer.alloc(WEIGHTS.bytes, WEIGHTS.text) });
  const workspace = path.join(scratch, "pictures");
  await mkdir(workspace);
  await writeCaptioned(workspace);
  host = await startHost({ workspace, env: { HF_ENDPOINT: hub.address } });
  cleanups.push(() => host.stop());
}, { timeout: 600_000 });
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

step("images with captions are pairs, and a card shows both", async () => {
  const { workbench } = host;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.runAndAnswer("InfoMax: Index Dataset", () => workbench.pick("captioned,")); // and not its metadata.jsonl
  await workbench.waitForNotification(new RegExp(`captioned is indexed: ${PAIR_COUNT} samples; 0 exact duplicates and 1 near-duplicate in 1 cluster\\.`), 60_000);
  await workbench.clickNotification(/captioned is indexed/, "Open Inspector");
  const inspector = workbench.webview();
  await inspector.getByText("1 cluster, 1 sample beyond the first").waitFor();
  const cards = inspector.locator(".row article");
  assert.deepEqual((await cards.locator(".place").allInnerTexts()).sort(), PLANTED_PAIR.lines.map((line) => `metadata.jsonl:${line}`));
  // The representative with its whole text, the other with what is different.
  const [whole, different] = await cards.locator(".sample-text").allTextContents();
  assert.ok(whole.startsWith(PLANTED_PAIR.caption), whole);
  const [tail, mark] = different.replace(/^…/, "").split("[");
  assert.ok(whole.includes(tail) && /^(added|removed): \.\]$/.test(mark), different);
  await workbench.waitForPictures(cards);
  // Everything has room: no card is cut off, and no row.
  for (const place of [...await cards.all(), ...await inspector.locator(".row").all()]) {
    const { inner, outer } = await place.evaluate((element: Box) => ({ inner: element.scrollHeight, outer: element.clientHeight }));
    assert.ok(inner <= outer, `${inner} px in ${outer} px`);
  }
  await workbench.bothThemes("pairs");
});

step("Choose Encoder lists encoders with size and licence; without a yes nothing is downloaded", async () => {
  const { workbench } = host;
  await workbench.clearNotifications();
  await workbench.useTheme("Light Modern", "light");
  await workbench.runAndAnswer("InfoMax: Choose Encoder…", () => workbench.quickInput.getByText("hashed", { exact: true }).waitFor({ timeout: 15_000 }));
  for (const name of ["builtin", "perceptual", "hashed"]) await workbench.quickInput.locator(`.monaco-list-row[aria-label^="${name},"]`).waitFor();
  for (const { name, licence } of PRESETS) {
    const label = await workbench.quickInput.locator(`.monaco-list-row[aria-label^="${name},"]`).getAttribute("aria-label");
    assert.match(label ?? "", /, about \d+ MB, licence: /);
    assert.ok(label?.includes(licence), label ?? "");
  }
  await sleep(300); // It fades in.
  await workbench.screenshot("encoders-light");
  assert.deepEqual(hub.seen, []);
  await workbench.pick(PRESET);
  await workbench.dialog.waitFor();
  const question = await workbench.dialog.innerText();
  for (const part of [PRESET, "3 MB", new URL(hub.address).host, `${hub.repository}, commit ${hub.commit}`, "Licence: MIT"]) assert.ok(question.includes(part), `"${part}" is not in: ${question}`);
  await workbench.screenshot("question-light");
  await workbench.dialog.getByRole("button", { name: "Cancel" }).click();
  await workbench.dialog.waitFor({ state: "hidden" });
  assert.deepEqual([filesAsked(), await encoderSetting()], [[], null]);
});

step("a yes downloads the encoder under its progress and sets it; indexing again uses it", async () => {
  const { workbench } = host;
  const release = holdWeights();
  await workbench.useTheme("Dark Modern", "dark");
  await workbench.runAndAnswer("InfoMax: Choose Encoder…", async () => {
    await workbench.quickInput.locator(`.monaco-list-row[aria-label^="${PRESET},"]`).waitFor();
    await sleep(300);
    await workbench.screenshot("encoders-dark");
    await workbench.pick(PRESET);
  });
  await workbench.dialog.waitFor();
  await workbench.screenshot("question-dark");
  await workbench.dialog.getByRole("button", { name: "Download" }).click();
  await workbench.waitForNotification(/Downloading clip-vit-b32: 1\.5 MB of 3 MB/);
  await workbench.screenshot("download-dark");
  assert.equal(await encoderSetting(), null);
  release();
  await workbench.waitForNotification(/The encoder is now clip-vit-b32\./);
  assert.equal(await encoderSetting(), PRESET);
  assert.ok(filesAsked().length > 0);
  await workbench.clickNotification(/The encoder is now/, "Index Dataset");
  await workbench.waitForNotification(new RegExp(`captioned is indexed: ${PAIR_COUNT} samples`), 60_000);
  await workbench.webview().getByRole("tab", { name: "Overview" }).click();
  await workbench.webview().locator(".facts-list").getByText(`${PRESET} (fp32), 32 dimensions`).waitFor();
  await workbench.screenshot("chosen-dark");
  assert.deepEqual(workbench.consoleErrors, []);
});
