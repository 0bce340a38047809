import { explain } from "@bulkhead/contract";
import { createEngine, REFUSAL_CODES, RISK_RULES } from "@bulkhead/core";
import { expect, test } from "vitest";
import type { Ask } from "../kit/books.ts";
import type { Desk } from "../kit/desk.ts";
import { afterTrading, REFUSED } from "../kit/refused.ts";

/** Asked of an engine that has no account. */
const OF_NOBODY: readonly string[] = ["ACCOUNT_NOT_OPEN", "ACCOUNT_ID_INVALID"];

function refusal(desk: Desk, code: string, ask: Ask): Readonly<Record<string, unknown>> {
  const step = OF_NOBODY.includes(code) ? createEngine().execute({ by: "test", at: 1, ...ask } as never) : desk.run(ask);
  if (step.ok) throw new Error(`${code} was admitted`);
  return step.refusal.params;
}

test.each(REFUSAL_CODES)("[CTL-3, CFG-17] %s comes with every figure that its sentence has", (code) => {
  const desk = afterTrading();
  expect(explain(code, refusal(desk, code, REFUSED[code](desk)))).not.toContain("?");
});

test.each(RISK_RULES)("[RISK-24, CFG-17] %s says nothing that a receipt does not have", (rule) => {
  const said = explain(rule, { bound: "the bound", observed: "the figure", scope: "portfolio", reason: "the reason" });
  expect(said).not.toContain("?");
  expect(said).not.toBe(rule);
});
