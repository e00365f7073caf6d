/**
 * Writes media/infomax.schema.json, by which VS Code completes and checks infomax.json, from the schema that the core
 * checks it with: `npm run schema`. A test holds the two together.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { configSchema } from "../src/core/config.ts";

export const SCHEMA_FILE = fileURLToPath(new URL("../media/infomax.schema.json", import.meta.url));

/** The text of the JSON schema (draft 7, which VS Code reads best). */
export function schemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(configSchema, { target: "draft-7" }), null, 2)}\n`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await writeFile(SCHEMA_FILE, schemaText());
