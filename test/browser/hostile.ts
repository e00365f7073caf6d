/** Datasets whose names and texts try to be more than text: markup, links, bidi overrides, control characters, endless lines. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { texture, writeRecords } from "./fixture.ts";

/** Set on the window by whatever of the dataset is run. */
const DEED = "window.ran=1";
/** Turns the reading direction of all that follows it. */
export const OVERRIDE = "\u202e";
export const HOSTILE_CLASS = `<img src=x onerror=${DEED}>`;
const CLASSES = [HOSTILE_CLASS, `"><svg onload=${DEED}><script>${DEED}`, `${OVERRIDE}gnp.${"x".repeat(20)}`, "&lt;b&gt; 👩‍👩‍👧‍👦 שלום"];
const NAMES = [`<img src=x onerror=${DEED}>.png`, `javascript:${DEED}.png`, `${OVERRIDE}gnp.exe.png`, "line\nbreak\u0007\u001b[31m.png", "👩‍👩‍👧‍👦 e\u0301.png"];
/** Images that can be indexed, and those whose names no line of a file can hold. */
export const HOSTILE_IMAGES = 16;
export const HOSTILE_REFUSED = 4;

export const HOSTILE_TEXTS = [
  `<img src=x onerror="${DEED}"> a kettle`, `<script>${DEED}</script> of a lamp`, `<a href="javascript:${DEED}">press</a> the tent`, `]]><!-- <iframe srcdoc="<script>parent.${DEED}</script>">`,
  `${OVERRIDE}gnp.exe and what comes after`, "nul \u0000 bell \u0007 escape \u001b[31m tab \t end", "👩‍👩‍👧‍👦 zalgo Z\u0351\u036b\u0343 e\u0301 \ufeff\u2028\u2029", "\ud800 half a pair",
  `[x](javascript:${DEED}) $(${DEED}) {{${DEED}}} \${${DEED}}`,
];
const MEGABYTE = 1_000_000;
export const HOSTILE_RECORDS = HOSTILE_TEXTS.length + 3;

/** Writes `hostile/`, images in class folders, and `hostile.jsonl` into `workspace`. */
export async function writeHostile(workspace: string): Promise<void> {
  const folder = path.join(workspace, "hostile");
  let seed = 9000;
  for (const [c, name] of CLASSES.entries()) {
    const place = path.join(folder, name);
    await mkdir(place, { recursive: true });
    for (const file of NAMES.slice(0, 4 + c % 2)) await texture(seed++).png().toFile(path.join(place, file));
  }
  const first = path.join(folder, CLASSES[0]);
  // A near-duplicate, so that the names stand on the cards of a cluster.
  await copyFile(path.join(first, NAMES[0]), path.join(folder, CLASSES[2], "copy.png"));
  const deep = path.join(first, ...["a", "b", "c"].map((letter) => letter.repeat(70)));
  await mkdir(deep, { recursive: true });
  await texture(seed).resize(30_000, 40, { fit: "fill" }).png().toFile(path.join(deep, "wide.png"));

  const records = HOSTILE_TEXTS.map((text, i) => ({ id: `${NAMES[i % NAMES.length]}#${i}`, text, label: CLASSES[i % 2] }));
  await writeRecords(path.join(workspace, "hostile.jsonl"), [
    ...records, { id: "twin", text: `${HOSTILE_TEXTS[0]}.`, label: CLASSES[1] },
    { id: "endless", text: "<b>endless</b>".repeat(MEGABYTE / 14), label: CLASSES[0] }, { id: "unbroken", text: "x".repeat(20_000), label: CLASSES[1] },
  ]);
  await writeFile(path.join(workspace, "plain.jsonl"), Array.from({ length: 12 }, (_, i) => `${JSON.stringify({ id: `p${i}`, text: `one line without a label, number ${i * i}` })}\n`).join(""));
}
