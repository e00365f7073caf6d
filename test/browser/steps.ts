/** What the test files share: steps within one window, and waiting for what the extension does. */
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workbench } from "./workbench.ts";

/** Makes the tests of one window; a failed one leaves a picture of the window behind. `window`: null while there is none. */
export function stepsOf(window: () => Workbench | null): (name: string, body: () => Promise<void>) => void {
  return (name, body) => {
    test(name, { timeout: 180_000 }, async () => {
      try {
        await body();
      } catch (error) {
        await window()?.screenshot(`failed-${name.replace(/\W+/g, "-").slice(0, 60)}`);
        throw error;
      }
    });
  };
}

/** Waits for what the extension writes or starts. */
export async function eventually<T>(what: string, probe: () => T | Promise<T>, ok: (value: T) => boolean, timeout = 45_000): Promise<T> {
  let last: unknown;
  for (const deadline = Date.now() + timeout; Date.now() < deadline; await sleep(100)) {
    try {
      const value = await probe();
      if (ok(value)) return value;
      last = value;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`${what}: not within ${timeout} ms; last seen: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
}
