/** Image-text pairs and conversations through the built command line. Needs `npm run build`. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import sharp from "sharp";
import { writeTinyPairEncoder } from "../../src/core/embedding/tinyPairEncoder.fixture.ts";
import { startCli, type Ran } from "./commandLine.ts";


let scratch = "";
before(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), "infomax-pairs-"));
});
after(() => rmSync(scratch, { recursive: true, force: true }));

function infomax(...args: string[]): Promise<Ran> {
  return startCli(args, { cwd: scratch, cache: path.join(scratch, "cache") }).finished;
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await infomax(...args, "--json");
  assert.deepEqual([status, stderr], [0, ""]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const COLOURS = { red: [230, 20, 10], green: [20, 220, 30], blue: [10, 30, 225] } as const;
const SCENES = ["the cat sleeps under the tree", "a dog runs quickly", "the house", "over the sky slowly"];

/** Hugging Face's image folder: 12 pictures, each mostly in one colour that its caption names, but for one caption that lies. */
async function imageFolder(): Promise<string> {
  const root = path.join(scratch, "captioned");
  mkdirSync(path.join(root, "images"), { recursive: true });
  const lines: string[] = [];
  for (const [c, [name, colour]] of Object.entries(COLOURS).entries()) {
    for (const [s, scene] of SCENES.entries()) {
      const pixels = Buffer.from(Array.from({ length: 8 * 8 * 3 }, (_, p) => Math.min(255, colour[p % 3] + (Math.floor(p / 3) * (s + 2) * 7) % 60)));
      await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } }).resize(32, 32, { kernel: "cubic" }).png().toFile(path.join(root, "images", `${name}${s}.png`));
      const said = c === 2 && s === 3 ? "red" : name;
      lines.push(JSON.stringify({ id: `${name}${s}`, file_name: `images/${name}${s}.png`, text: `${said} ${said} ${said}, ${scene}` }));
    }
  }
  writeFileSync(path.join(root, "metadata.jsonl"), `${lines.join("\n")}\n{"id":"lost","file_name":"images/lost.png","text":"a lost picture"}\n`);
  return root;
}

test("pairs with a CLIP-style encoder: indexed, shown with both halves, the lying caption dropped first by clip-score", async () => {
  const root = await imageFolder();
  const encoder = path.join(scratch, "tiny-clip");
  writeTinyPairEncoder(encoder);
  const summary = await json("index", root, "--encoder", encoder, "--importance", "clip-score");
  assert.deepEqual([summary.kind, summary.samples, summary.rejectedTotal], ["pair", 12, 1]);
  assert.match(JSON.stringify(summary.rejected), /lost\.png/);
  const explained = await infomax("explain", root, "blue3", "--encoder", encoder, "--importance", "clip-score");
  assert.match(explained.stdout, /clip-score/);
  assert.match(explained.stdout, /image-text agreement/);
  assert.match(explained.stdout, /over the sky slowly/);
  const pruned = await json("prune", root, "--budget", "11", "--encoder", encoder, "--importance", "clip-score", "--redundancy-weight", "0", "--threshold", "1");
  const lines = readFileSync(String(pruned.selectionFile), "utf8").trimEnd().split("\n").slice(1).map((line) => JSON.parse(line) as { id: string; decision: string });
  assert.deepEqual(lines.filter(({ decision }) => decision === "dropped").map(({ id }) => id), ["blue3"]);
  const images = await json("index", root, "--encoder", encoder, "--pairs", "image");
  assert.equal((images.encoder as { dimensions: number }).dimensions * 2, (summary.encoder as { dimensions: number }).dimensions);
});

test("pairs with the built-in encoders: either half or both; clip-score is refused in one line", async () => {
  const root = await imageFolder();
  const both = await json("index", root);
  assert.deepEqual([both.kind, both.samples], ["pair", 12]);
  const { stdout } = await infomax("index", root, "--pairs", "text");
  assert.match(stdout, /12 image-text pairs/);
  const refused = await infomax("index", root, "--importance", "clip-score");
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(refused.stderr, /^infomax: clip-score needs pairs of image and text, and an encoder that puts both into one space[^\n]+\n$/);
  const textOnly = await json("index", root, "--text", "text");
  assert.deepEqual([textOnly.kind, textOnly.samples], ["text", 13]);
});

test("conversations: what is said is compared and shown by role; a broken record is named and left out", async () => {
  const system = "You are a patient assistant for travellers. Answer in full sentences, name no prices, and never give medical or legal advice of any kind to anybody.";
  const chat = (user: string, assistant: string): string =>
    JSON.stringify({ messages: [{ role: "system", content: system }, { role: "user", content: [{ type: "text", text: user }] }, { role: "assistant", content: assistant }] });
  const file = path.join(scratch, "chats.jsonl");
  writeFileSync(file, [
    chat("Which trains go to the coast?", "The line from the west station runs every hour."), chat("Is the castle open on Mondays?", "It is closed on Mondays and holidays."),
    chat("Which trains go to the coast?", "The line from the west station runs each hour."), '{"messages":[{"speaker":"a"}]}', chat("Where can I rent a bicycle?", "Beside the harbour, under the arcade."),
  ].join("\n"));
  const found = await json("clusters", file);
  assert.equal(found.total, 1);
  const members = (found.clusters as readonly { members: readonly { sample: { line: number; text: string } }[] }[])[0].members.map(({ sample }) => sample);
  assert.deepEqual(members.map(({ line }) => line).sort(), [1, 3]);
  assert.match(members[0].text, /^user: Which trains[^]*\nassistant: The line[^]*\nsystem: You are a patient assistant/);
  const { stdout } = await infomax("index", file);
  assert.match(stdout, /chats\.jsonl:4: The field "messages" is no list of messages/);
});
