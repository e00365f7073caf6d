import assert from "node:assert/strict";
import test from "node:test";
import { readBudget } from "./budgets.ts";

test("budgets are samples, shares, money or time, each under one name however it is typed", () => {
  const none = { samples: null, money: null, seconds: null };
  assert.deepEqual(readBudget(" 10 %", 200, "USD"), { ...none, name: "10%", samples: 20 });
  assert.deepEqual(readBudget("500usd", 200, "USD"), { ...none, name: "500 USD", money: 500 });
  for (const [typed, name, seconds] of [["2 h", "2 h", 7200], ["1.5H", "1.5 h", 5400], ["90min", "90 min", 5400], ["3600 s", "3600 s", 3600]] as const) {
    assert.deepEqual(readBudget(typed, 200, "USD"), { ...none, name, seconds });
  }
  assert.deepEqual(readBudget("3 s", 200, "S"), { ...none, name: "3 S", money: 3 });
  for (const typed of ["0 USD", "0 h", "0%", "130%", "abc", "0"]) assert.throws(() => readBudget(typed, 200, "USD"), /500 USD.*3600 s/s, typed);
  for (const typed of ["5 EUR", "5 €"]) assert.throws(() => readBudget(typed, 200, "USD"), /another currency.*2 h, 90 min or 3600 s/s);
  for (const typed of ["2 days", "40 samples", "1 d"]) assert.throws(() => readBudget(typed, 200, "USD"), /no unit that is known.*2 h, 90 min or 3600 s/s);
});
