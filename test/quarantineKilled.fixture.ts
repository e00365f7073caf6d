/** A process that quarantines or undoes, and kills itself at a step: `quarantineKilled.fixture.ts ROOT quarantine|undo STEP < JSON list of files`. */
import { text } from "node:stream/consumers";
import { quarantineOrGoOn, stepped, undoAll } from "../src/core/quarantine/faults.fixture.ts";

const [root, what, at] = process.argv.slice(-3);
const files = JSON.parse(await text(process.stdin)) as string[];
const { disk, audit } = stepped(root, Number(at), "kill");
if (what === "quarantine") await quarantineOrGoOn(root, files, { disk, audit });
else await undoAll(root, { disk, audit });
