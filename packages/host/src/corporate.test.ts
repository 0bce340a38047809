import type { InstrumentId } from "@bulkhead/core";
import type { CorporateAction, InstrumentFacts } from "@bulkhead/market";
import { expect, test } from "vitest";
import { corporateCommands } from "./corporate.ts";

const id = "SPY@XNYS" as InstrumentId;
const facts = [{ id, quote: "USD" }] as unknown as InstrumentFacts[];

test("[CLI-17] splits and dividends inside the run become commands, once each by their id", () => {
  const actions: readonly CorporateAction[] = [
    { kind: "dividend", exDate: "2013-09-20", exAt: 10, amount: "0.838" },
    { kind: "split", exDate: "2013-10-01", exAt: 20, numerator: 7, denominator: 1, exact: true },
    { kind: "dividend", exDate: "2013-12-20", exAt: 99, amount: "0.98" },
  ];
  expect(corporateCommands(new Map([[id, actions]]), facts, { from: 5, to: 50 })).toEqual([
    {
      type: "RecordIncome",
      at: 10,
      incomeId: "dividend:SPY@XNYS:2013-09-20",
      kind: "dividend",
      instrument: id,
      payAsset: "USD",
      perUnit: 838_000_000,
      perUnitScale: 9,
      received: null,
    },
    {
      type: "RecordCorporateAction",
      at: 20,
      actionId: "split:SPY@XNYS:2013-10-01",
      instrument: id,
      numerator: 7,
      denominator: 1,
      accountQuantity: null,
      cashInLieu: null,
    },
  ]);
});
