import type { Fee } from "@bulkhead/core";
import { formatAmount, priceOfUnits, quantityOfUnits, type Ratio, ratioOfUnits, valueOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { expect, test } from "vitest";
import { type FeeModel, FeeSchedule, IBKR_FIXED } from "./fees.ts";
import { ACME, COIN, hour, Stage } from "./test-stage.ts";

const rate = (fraction: number): Ratio => ratioOfUnits(Math.round(fraction * 1e9));
const fresh = { filled: ZERO_QUANTITY, value: ZERO_MONEY, fees: ZERO_MONEY };
const inWords = (fee: Fee | null): string =>
  fee === null ? "none" : `${formatAmount(fee.amount, fee.asset === "BTC" ? 8 : 6)} ${fee.asset}`;

// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, FeeModel, typeof ACME, "buy" | "sell", number, number, boolean, string]>([
  ["[FEE-1] IBKR fixed: 100 @ 25 pays the minimum",         IBKR_FIXED,                                                                         ACME, "buy",  100,        2_500,     false, "1 USD"],
  ["[FEE-1] IBKR fixed: 1000 @ 25 pays by the share",       IBKR_FIXED,                                                                         ACME, "sell", 1000,       2_500,     false, "5 USD"],
  ["[FEE-1] IBKR fixed: 1000 @ 0.25 pays 1 % at most",      IBKR_FIXED,                                                                         ACME, "buy",  1000,       25,        false, "2.5 USD"],
  ["[FEE-2] percent of the value",                          { kind: "percent", rate: rate(0.001), asset: "quote" },                             ACME, "buy",  7,          1_001,     false, "0.07007 USD"],
  ["[FEE-2] a rate with nine decimals, rounded half up",    { kind: "percent", rate: rate(0.000027805), asset: "quote" },                       ACME, "sell", 1,          10_000,    false, "0.002781 USD"],
  ["[FEE-3] taking pays the taker rate",                    { kind: "maker-taker", maker: rate(0.0015), taker: rate(0.0025), asset: "quote" },  COIN, "buy",  10_000_000, 5_000_000, false, "12.5 USD"],
  ["[FEE-3] making pays the maker rate",                    { kind: "maker-taker", maker: rate(0.0015), taker: rate(0.0025), asset: "quote" },  COIN, "sell", 10_000_000, 5_000_000, true,  "7.5 USD"],
  ["[FEE-3] a negative rate is a rebate",                   { kind: "maker-taker", maker: rate(-0.0001), taker: rate(0.0025), asset: "quote" }, COIN, "sell", 10_000_000, 5_000_000, true,  "-0.5 USD"],
  ["[FEE-4] a coin fee is taken in the coin",               { kind: "percent", rate: rate(0.001), asset: "base" },                              COIN, "sell", 10_000_005, 5_000_000, false, "0.0001 BTC"],
  ["[FEE-4] of what a buy receives: the coin",              { kind: "percent", rate: rate(0.001), asset: "received" },                          COIN, "buy",  10_000_500, 5_000_000, false, "0.00010001 BTC"],
  ["[FEE-4] of what a sell receives: the quote asset",      { kind: "percent", rate: rate(0.001), asset: "received" },                          COIN, "sell", 10_000_000, 5_000_000, false, "5 USD"],
  ["[FEE-5] no model, no fee",                              { kind: "none" },                                                                   ACME, "buy",  100,        2_500,     false, "none"],
  ["[FEE-5] a fee that rounds to nothing is none",          { kind: "percent", rate: rate(0.000000001), asset: "quote" },                       ACME, "buy",  1,          1,         false, "none"],
])("%s", (_rule, model, listing, side, quantity, price, made, expected) => {
  const units = quantityOfUnits(quantity);
  const fill = { quantity: units, value: valueOf(units, priceOfUnits(price), listing.terms), made };
  expect(inWords(new FeeSchedule(model, listing).of({ side, ...fresh }, fill))).toBe(expected);
});

test("[FEE-6] the minimum is charged once per order: its fills add up to the fee of the whole", () => {
  const bar = (volume: number) => [2_500, 2_500, 2_500, 2_500, volume] as const;
  const stage = new Stage([bar(100), bar(100), bar(800)], { fees: IBKR_FIXED });
  stage.send({ quantity: 1000 });
  const fees = stage.show(0).facts.map((fact) => (fact.type === "RecordExecution" ? inWords(fact.fee) : fact.type));
  expect(fees).toEqual(["1 USD", "none", "4 USD"]); // 100 and 200 shares stay below the minimum of 1.00, 1000 cost 5.00.
});

test("[FEE-7] a limit that rested makes, one that arrives marketable takes", () => {
  const stage = new Stage(
    [
      [1000, 1010, 990, 1005],
      [1000, 1010, 990, 1005],
    ],
    { fees: { kind: "maker-taker", maker: rate(0), taker: rate(0.01), asset: "quote" } },
  );
  stage.send({ limit: 1002 });
  stage.send({ limit: 991 });
  stage.send({ stop: 1010 });
  stage.send({ side: "sell", stop: 995, limit: 990 }, hour(0));
  const fees = stage.show(0).facts.map((fact) => (fact.type === "RecordExecution" ? inWords(fact.fee) : fact.type));
  expect(fees).toEqual(["1 USD", "none", "1.01 USD", "0.995 USD"]);
});
