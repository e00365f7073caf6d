/**
 * Writes the tests' tiny encoders to look at or to try by hand: `node --import tsx scripts/make-tiny-encoder.ts FOLDER`
 * makes FOLDER/text and FOLDER/image. The tests make their own.
 */
import path from "node:path";
import { writeTinyImageEncoder, writeTinyTextEncoder } from "../src/core/embedding/tinyEncoder.fixture.ts";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("Usage: node --import tsx scripts/make-tiny-encoder.ts FOLDER");
  process.exitCode = 2;
} else {
  writeTinyTextEncoder(path.join(folder, "text"));
  writeTinyImageEncoder(path.join(folder, "image"));
}
