import type { Asset, Listing } from "@bulkhead/core";
import { valueTerms } from "@bulkhead/money";
import { expect, test } from "vitest";
import type { InstrumentFacts } from "../load/entry.ts";
import { listedFacts, tradedOf } from "./traded.ts";

const COIN = {
  ...{ id: "BTCUSDT@BINANCE", symbol: "BTCUSDT", venue: "BINANCE", kind: "coin", base: "BTC", quote: "USDT", priceScale: 2 },
  ...{ tickSize: "0.05", sizeIncrement: "0.00001", quantityMin: "0.0001", notionalMin: "5", calendar: "24/7" },
} as InstrumentFacts;
const SHARE = {
  ...{ id: "SPY@XNYS", symbol: "SPY", venue: "XNYS", kind: "share", base: "SPY@XNYS", quote: "USD", priceScale: 2 },
  ...{ tickSize: "0.01", sizeIncrement: "1", calendar: "XNYS" },
} as InstrumentFacts;
const CONTRACT = {
  ...COIN,
  id: "BTCUSDT-PERP@BYBIT",
  symbol: "BTCUSDT-PERP",
  venue: "BYBIT",
  kind: "perpetual",
  base: "BTCUSDT-PERP@BYBIT",
} as InstrumentFacts;

test.each([COIN, SHARE, CONTRACT])("[MKT-48] terms of $id come back from the books as the data said them", (facts) => {
  const { assets, instruments } = tradedOf([facts], () => 6);
  const [base, quote] = assets as readonly [Asset, Asset];
  const [instrument] = instruments;
  if (instrument === undefined) throw new Error("no instrument");
  const terms = valueTerms({ multiplierUnits: 1, multiplierScale: 0, quantityScale: base.scale, priceScale: 2, moneyScale: quote.scale });
  expect(listedFacts({ instrument, base, quote, terms } satisfies Listing)).toEqual(facts);
});

test("[MKT-48] a minimum finer than what is kept is rounded up: less would be refused", () => {
  const { instruments } = tradedOf([{ ...COIN, quantityMin: "0.000011", notionalMin: "5.0000001" }], () => 6);
  expect(instruments[0]).toMatchObject({ quantityMin: 2, notionalMin: 5_000_001 });
});
