import assert from "node:assert/strict";
import test from "node:test";
import { readBudget, readBudgets, readExtension } from "./budgetText.ts";

test("counts and shares", () => {
  assert.deepEqual(readBudget("500", 2000), { ok: true, kept: 500 });
  assert.deepEqual(readBudget(" 30% ", 2000), { ok: true, kept: 600 });
  assert.deepEqual(readBudget("12.5 %", 1000), { ok: true, kept: 125 });
  assert.deepEqual(readBudget("100%", 7), { ok: true, kept: 7 });
  assert.deepEqual(readBudget("0.001%", 100), { ok: true, kept: 1 });
  assert.deepEqual(readBudget("30%", null), { ok: true, kept: null });
});

test("what cannot be a budget is refused in words", () => {
  for (const text of ["", "abc", "0", "0%", "101%", "-5", "1e3", "50.5", "2001", "5 0", "%", "∞"]) {
    const reading = readBudget(text, 2000);
    assert.equal(reading.ok, false, text);
    assert.ok(!reading.ok && reading.problem.length > 10);
  }
});

test("never below the protected samples, and both numbers are said", () => {
  const reading = readBudget("5%", 2000, 120);
  assert.ok(!reading.ok && reading.problem.includes("120") && reading.problem.includes("100"));
  assert.equal(readBudget("120", 2000, 120).ok, true);
});

test("an extension must keep more than what stays, by number and by share", () => {
  assert.deepEqual(readExtension("61", 200, 60), { ok: true, kept: 61 });
  assert.deepEqual(readExtension("31%", 200, 60), { ok: true, kept: 62 });
  for (const text of ["60", "30%", "1"]) {
    const reading = readExtension(text, 200, 60);
    assert.ok(!reading.ok && /60 samples stay/.test(reading.problem), text);
  }
  assert.equal(readExtension("201", 200, 60).ok, false);
});

test("budgets of a comparison are shares, numbers and amounts with commas between them, each once", () => {
  assert.deepEqual(readBudgets("5%, 10 %,500 , 800 USD, 10%", 2000, "USD"), { ok: true, budgets: ["5%", "10%", "500", "800 USD"] });
  assert.deepEqual(readBudgets("5%、10%，30%;", 2000, "USD"), { ok: true, budgets: ["5%", "10%", "30%"] });
  assert.deepEqual(readBudgets("120 €, 3.5usd", null, null), { ok: true, budgets: ["120 €", "3.5usd"] });
  assert.deepEqual(readBudgets("3 usd", 10, "USD"), { ok: true, budgets: ["3 usd"] });
  assert.deepEqual(readBudgets("2 h, 90 min, 3600s", 10, "USD"), { ok: true, budgets: ["2 h", "90 min", "3600s"] });
});

test("the first wrong budget is named", () => {
  const problem = (text: string): string => {
    const reading = readBudgets(text, 2000, "USD");
    assert.ok(!reading.ok, text);
    return reading.problem;
  };
  assert.match(problem(""), /500 USD/);
  assert.match(problem(" , ,"), /commas/);
  assert.match(problem("5%, ten, 500"), /"ten"/);
  assert.match(problem("5%, 500 EUR"), /"500 EUR".*USD/);
  assert.match(problem("0 USD"), /more than 0/);
  assert.match(problem("0 h"), /more than 0/);
  assert.match(problem("5%, 101%"), /100%/);
  assert.match(problem("5%, 2001"), /2,000/);
  assert.match(problem("1,000"), /more than 0/);
  assert.match(problem(Array.from({ length: 21 }, (_, i) => `${i + 1}%`).join()), /20/);
});
