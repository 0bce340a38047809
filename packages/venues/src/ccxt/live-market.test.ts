import { expect, test } from "vitest";
import { plainDecimal } from "./decimal.ts";
import { decimalText } from "./exchange.ts";
import { differenceOf, factsOf, instrumentIdOf, LiveMarket } from "./live-market.ts";
import type { MarketText } from "./messages.ts";

const BTC: MarketText = {
  ...{ symbol: "BTC/USDT", kind: "coin", base: "BTC", quote: "USDT", tick: "0.50", increment: "1e-5" },
  ...{ quantityMin: "0.00010", notionalMin: "5.0" },
};
const BARS = { resolution: "1m", barMs: 60_000, exchange: "binance" } as const;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["BTC/USDT",      "BTCUSDT@BINANCE"],
  ["btcusdt",       "BTCUSDT@BINANCE"],
  ["BTC/USDT:USDT", "BTCUSDT-PERP@BINANCE"],
  ["BTCUSDT-PERP",  "BTCUSDT-PERP@BINANCE"],
])("[CCXT-18] %s is %s", (written, id) => expect(instrumentIdOf(written, "BINANCE")).toBe(id));

test("[CCXT-18] terms are the exchange's, as plain decimal text; contracts of a perpetual are an asset of their venue", () => {
  expect(factsOf(BTC, "BINANCE")).toMatchObject({
    ...{ id: "BTCUSDT@BINANCE", priceScale: 1, tickSize: "0.5", sizeIncrement: "0.00001", quantityMin: "0.0001", notionalMin: "5" },
    ...{ base: "BTC", quote: "USDT", calendar: "24/7" },
  });
  const perpetual = factsOf({ ...BTC, kind: "perpetual", quantityMin: null, notionalMin: null }, "BYBIT");
  expect(perpetual).toMatchObject({ id: "BTCUSDT-PERP@BYBIT", base: "BTCUSDT-PERP@BYBIT", kind: "perpetual" });
  expect(perpetual).not.toHaveProperty("quantityMin");
});

test("[CCXT-18] terms in force stay: another tick of the exchange is said, not taken", () => {
  const inForce = factsOf(BTC, "BINANCE");
  expect(differenceOf(inForce, factsOf(BTC, "BINANCE"))).toBeUndefined();
  expect(differenceOf(inForce, factsOf({ ...BTC, tick: "0.01" }, "BINANCE"))).toBe(
    "BTCUSDT@BINANCE: the exchange says tick 0.01, kept here 0.5.",
  );
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["96962.5",     969_625,   "on the tick"],
  ["96962.51",    969_625,   "between two ticks: the nearer"],
  ["96962.75",    969_630,   "in the middle: the even one of the two"],
  ["1e3",         10_000,    "with an exponent"],
  ["0",           undefined, "nothing is no price"],
  ["0.1",         undefined, "rounded to nothing neither"],
  ["1e308",       undefined, "beyond what is kept exactly"],
])("[CCXT-19] the price %s is %s: %s", (text, units, _why) => expect(new LiveMarket(factsOf(BTC, "BINANCE"), BARS).priceOf(text)).toBe(units));

test("[CCXT-19] a bar whose extremes are none, and a quote that is crossed, are left out; sizes are cut to what can be traded", () => {
  const market = new LiveMarket(factsOf(BTC, "BINANCE"), BARS);
  const candle = { openAt: 60_000, open: "10", high: "12", low: "9", close: "11", volume: "1.000005" };
  expect(market.barOf(candle)).toEqual({ openAt: 60_000, closeAt: 120_000, open: 100, high: 120, low: 90, close: 110, volume: 100_000 });
  expect(market.barOf({ ...candle, high: "10.5" })).toBeUndefined();
  expect(market.barOf({ ...candle, low: "10.5" })).toBeUndefined();
  expect(market.barOf({ ...candle, volume: "1e20" })?.volume).toBe(Number.MAX_SAFE_INTEGER);
  const quote = { market: 0, bid: "10", bidSize: "1.000009", ask: "10.5", askSize: "2" };
  expect(market.quoteOf(0, quote)).toEqual({ market: 0, bid: 100, bidSize: 100_000, ask: 105, askSize: 200_000 });
  expect(market.quoteOf(0, { ...quote, ask: "9.5" })).toBeUndefined();
  expect(market.quoteOf(0, { ...quote, bid: "0" })).toBeUndefined();
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["1e-8", "0.00000001"], ["0.10", "0.1"], ["100", "100"], ["1.5e2", "150"], ["12.34e-3", "0.01234"], ["1E+2", "100"], ["0", "0"], ["000.50", "0.5"],
])("[CCXT-19] %s is %s", (text, plain) => expect(plainDecimal(text)).toBe(plain));

test("[CCXT-19] figures are decimal text or floats made of it, and nothing else", () => {
  expect([96962.51, 1e-8, "0.00141342", 0].map(decimalText)).toEqual(["96962.51", "1e-8", "0.00141342", "0"]);
  expect([Number.NaN, Number.POSITIVE_INFINITY, -1, "-1", "NaN", "1,5", "", null, undefined, {}, "0x10"].map(decimalText)).toEqual(
    Array.from({ length: 11 }),
  );
});
