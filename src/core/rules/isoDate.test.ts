import assert from "node:assert/strict";
import test from "node:test";
import { isoDate } from "./isoDate.ts";

test("dates are read with and without time and zone; without one they are UTC", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["2026-03-01", "2026-03-01T00:00:00.000Z"], ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2026-03-01T12:30", "2026-03-01T12:30:00.000Z"], ["2026-03-01 12:30:15", "2026-03-01T12:30:15.000Z"],
    ["2026-03-01T12:30:15.25Z", "2026-03-01T12:30:15.250Z"], ["2026-03-01T00:30:00+09:00", "2026-02-28T15:30:00.000Z"],
    ["2026-03-01T23:30:00-0130", "2026-03-02T01:00:00.000Z"], ["2026-03-01T00:00:00+09", "2026-02-28T15:00:00.000Z"],
  ];
  for (const [text, expected] of cases) assert.equal(new Date(isoDate(text) ?? NaN).toISOString(), expected, text);
});

test("what is no date is none", () => {
  for (const text of ["", "2026", "2026-13-01", "2026-02-30", "2023-02-29", "01.03.2026", "2026-03-01T25:00", "2026-03-01T12:61", "yesterday", "2026-03-01T12:00 PM", "0001-01-01"]) assert.equal(isoDate(text), null, text);
});
