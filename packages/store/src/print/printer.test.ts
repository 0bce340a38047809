import type { JournalRecord } from "@bulkhead/core";
import { describe, expect, test } from "vitest";
import { chanceOf, everyType, randomRecord } from "../codec/samples.ts";
import { JournalPrinter } from "./printer.ts";

const at = Date.UTC(2013, 9, 7, 13, 31);
const usd = { id: "USD", kind: "cash", scale: 6 };
const shares = { id: "SPY@XNYS", kind: "share", scale: 3 };
const spy = {
  id: "SPY@XNYS",
  symbol: "SPY",
  base: "SPY@XNYS",
  quote: "USD",
  settlement: "full",
  priceScale: 2,
  tickSize: 1,
  sizeIncrement: 1000,
  quantityMin: 1000,
  notionalMin: 1_000_000,
  multiplierUnits: 1,
  multiplierScale: 0,
  shortable: true,
};
const terms = {
  instrument: "SPY@XNYS",
  side: "buy",
  quantity: 10_000,
  orderType: "limit",
  limit: 16_750,
  stop: null,
  timeInForce: "gtd",
  expiresAt: at + 1,
};
const receipt = {
  portfolio: "p",
  instrument: "SPY@XNYS",
  side: "buy",
  asked: 20_000,
  allowed: 10_000,
  verdict: "reduced",
  rule: "max_order_notional",
  scope: "portfolio",
  figure: "money",
  bound: 1_700_000_000,
  observed: 3_350_000_000,
  confidence: 500_000_000,
};

let seq = 0;
const record = (command: object, ...events: object[]): JournalRecord => {
  seq += 1;
  return { seq, command: { at, by: "ann", ...command }, events } as unknown as JournalRecord;
};

/** A journal's beginning: the account, one instrument, one order. */
function beginning(): JournalPrinter {
  const printer = new JournalPrinter();
  printer.learn(
    record(
      { type: "StartEpoch" },
      { type: "AccountOpened", base: usd },
      { type: "AssetDefined", asset: shares },
      { type: "InstrumentDefined", instrument: spy },
    ),
  );
  printer.learn(record({ type: "PlaceOrder" }, { type: "OrderPlaced", order: 7, terms, reservedAsset: "USD" }));
  printer.learn(record({ type: "RecordExecution" }, { type: "ExecutionBooked", execution: "x1", instrument: "SPY@XNYS" }));
  return printer;
}

describe("printed records", () => {
  test("[JRN-28] amounts are decimal text at the scale of what they count, instants ISO 8601", () => {
    const printed = beginning().print(
      record({ type: "CancelOrder", orderId: 7, reason: "late" }, { type: "OrderDenied", receipt, why: "w", intentId: "" }),
    );
    expect(printed).toEqual({
      seq,
      at: "2013-10-07T13:31:00.000Z",
      atMs: at,
      command: { type: "CancelOrder", at: "2013-10-07T13:31:00.000Z", by: "ann", orderId: 7, reason: "late" },
      events: [
        {
          type: "OrderDenied",
          receipt: { ...receipt, asked: "20", allowed: "10", bound: "1700", observed: "3350", confidence: "0.5" },
          why: "w",
          intentId: "",
        },
      ],
    });
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["an instrument's own terms", { type: "DefineInstrument", instrument: spy },                                     { instrument: { ...spy, tickSize: "0.01", sizeIncrement: "1", quantityMin: "1", notionalMin: "1" } }],
    ["an order's terms",          { type: "ReplaceOrder", orderId: 7, quantity: 5_000, limit: 16_700, stop: null },   { quantity: "5", limit: "167", stop: null }],
    ["a corrected execution",     { type: "CorrectExecution", executionId: "x1", version: 1, venueOrder: null, quantity: 1_500, price: 16_701 }, { quantity: "1.5", price: "167.01", version: 1 }],
    ["cash of an asset",          { type: "Deposit", portfolio: "p", asset: "USD", amount: 1_250_000, transferId: "t", reason: "" }, { amount: "1.25" }],
    ["an unknown asset",          { type: "Deposit", portfolio: "p", asset: "XXX", amount: -3, transferId: "t", reason: "" }, { amount: "-3 units" }],
    ["a protection plan",         { type: "SetProtection", portfolio: "p", instrument: "SPY@XNYS", plan: { stop: { kind: "price", price: 16_000 }, takeProfit: { kind: "risk", multiple: 2_000_000_000 }, trailing: null } }, { plan: { stop: { kind: "price", price: "160" }, takeProfit: { kind: "risk", multiple: "2" }, trailing: null } }],
  ])("[JRN-28] %s", (_what, command, expected) => {
    expect(beginning().print(record(command)).command).toMatchObject(expected);
  });

  test("[JRN-28] an order's reservation is in its reserved asset, what it is for at its instrument's price", () => {
    const holdback = { worst: 16_700, rate: 1_500_000_000, closes: 2_000 };
    const replaced = { type: "OrderReplaced", order: 7, quantity: 1_000, limit: null, stop: null, reserved: 2_500_000, holdback };
    expect(beginning().print(record({ type: "StartEpoch", epoch: 1, engineVersion: "1" }, replaced)).events).toEqual([
      { ...replaced, quantity: "1", reserved: "2.5", holdback: { worst: "167", rate: "1.5", closes: "2" } },
    ]);
  });

  test("[JRN-29] every type prints as JSON that parses back to itself", () => {
    const printer = new JournalPrinter();
    const records = [...everyType(1, chanceOf(4)), ...Array.from({ length: 200 }, (_, index) => randomRecord(index + 1, chanceOf(index)))];
    for (const each of records) {
      const printed = printer.print(each);
      expect(JSON.parse(JSON.stringify(printed))).toEqual(printed);
      expect([printed.command, ...printed.events].map((message) => (message as { type: string }).type)).toEqual(
        [each.command, ...each.events].map(({ type }) => type),
      );
    }
  });
});
