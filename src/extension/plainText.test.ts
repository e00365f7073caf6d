import assert from "node:assert/strict";
import test from "node:test";
import { plainLabel, plainMessage } from "./plainText.ts";

// What VS Code's notifications take for a link: [text](target), as in its linkedText.ts.
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test("names out of data never become links that run commands", () => {
  for (const name of ["[Show fix](command:workbench.action.terminal.sendSequence?%7B%7D)", "a [b]\u200f(command:x)", "[a](https://b.example)", "[x]\n(command:y)", "[[a](command:b)](command:c)"]) {
    assert.doesNotMatch(plainMessage(`The header names the column "${name}" twice`), LINK);
  }
});

test("messages keep their words, on one line and of bounded length", () => {
  assert.equal(plainMessage("data.csv:3: the row has 2 fields [of 3]"), "data.csv:3: the row has 2 fields [of 3]");
  assert.equal(plainMessage("a\nb\u202ec"), "a bc");
  assert.ok(plainMessage("x".repeat(10_000)).length <= 600);
});

test("labels show no icons out of data", () => {
  assert.equal(plainLabel("note $(shield) here"), "note $ (shield) here");
});
