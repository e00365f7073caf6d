import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { SCHEMA_FILE, schemaText } from "../scripts/make-schema.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
}

test("the schema that VS Code is given is that of the core; npm run schema writes it anew", async () => {
  assert.equal((await readFile(SCHEMA_FILE, "utf8")).replaceAll("\r\n", "\n"), schemaText());
});

test("every setting is described, and unknown ones are underlined", () => {
  const check = (schema: Schema, name: string): void => {
    if (schema.properties === undefined) {
      assert.ok(schema.description !== undefined && schema.description.length > 15, `${name} has no description`);
      return;
    }
    assert.equal(schema.additionalProperties, false, `${name} allows anything`);
    for (const [key, member] of Object.entries(schema.properties)) if (key !== "$schema") check(member, `${name}.${key}`);
  };
  check(JSON.parse(schemaText()) as Schema, "infomax.json");
});

test("package.json names the schema for infomax.json", async () => {
  const manifest = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as { contributes: { jsonValidation: unknown } };
  assert.deepEqual(manifest.contributes.jsonValidation, [{ fileMatch: "infomax.json", url: "./media/infomax.schema.json" }]);
});
