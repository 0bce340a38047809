import { type AssetId, type InstantMs, type InstrumentId, type Listing, type PlaceOrder, type PortfolioId, termsOf } from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, ratioOfUnits, unitsOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { enter, exit, type Intent, size, stop, target, trail } from "@bulkhead/strategies";
import { expect, test } from "vitest";
import { orderOf, type Situation } from "./order-of-intent.ts";

const usd = { id: "USD" as AssetId, kind: "cash" as const, scale: 6 };

/** A share in whole units or a coin in hundredths, prices in cents. */
function listing(scale: number, increment = 1): Listing {
  const base = { id: "A" as AssetId, kind: "share" as const, scale };
  const instrument = {
    id: "A@X" as InstrumentId,
    symbol: "A",
    base: base.id,
    quote: usd.id,
    settlement: "full" as const,
    priceScale: 2,
    tickSize: priceOfUnits(5),
    sizeIncrement: quantityOfUnits(increment),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: true,
  };
  return { instrument, base, quote: usd, terms: termsOf(instrument, base, usd) };
}

type Given = Readonly<{
  held?: number;
  coming?: number;
  closing?: number;
  quote?: number | null;
  equity?: number | null;
  listing?: Listing;
}>;
function situation({
  held = 0,
  coming = 0,
  closing = Math.max(0, -coming * Math.sign(held)),
  quote = 10_000,
  equity = 100_000,
  listing: terms = listing(0),
}: Given): Situation {
  return {
    portfolio: "p" as PortfolioId,
    strategy: "s",
    by: "strategy:s",
    listing: terms,
    at: 5 as InstantMs,
    quote: quote === null ? null : priceOfUnits(quote),
    quoteAt: 5 as InstantMs,
    held: quantityOfUnits(held),
    coming: quantityOfUnits(coming),
    closing: quantityOfUnits(closing),
    equity: () => (equity === null ? undefined : moneyOfUnits(equity * 1e6)),
  };
}

const inShort = (order: PlaceOrder | string): string =>
  typeof order === "string"
    ? order
    : `${order.terms.side} ${unitsOf(order.terms.quantity)}${order.terms.limit === null ? "" : ` limit ${unitsOf(order.terms.limit)}`}${order.reduceOnly ? " reduce" : ""}`;
const long = (options: Omit<Parameters<typeof enter.long>[0], "why">): Intent =>
  enter.long({ ...options, why: "w" } as Parameters<typeof enter.long>[0]);
const why = "w";

// Quote 100.00, equity 100,000 unless said otherwise.
// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Intent, Given, string]>([
  ["[SIZE-1] units are rounded down to the increment",             long({ size: size.units("7.9") }),                                          {},                              "buy 7"],
  ["[SIZE-1] units of a finer asset",                              long({ size: size.units("7.999") }),                                        { listing: listing(2, 10) },     "buy 790"],
  ["[SIZE-1] less than an increment is nothing",                   long({ size: size.units("0.5") }),                                          {},                              "size_zero"],
  ["[SIZE-2] percent of equity at the quote",                      long({ size: size.percent("10%") }),                                        {},                              "buy 100"],
  ["[SIZE-2] rounded down: 9,999 ÷ 100",                           long({ size: size.percent("9.999%") }),                                     {},                              "buy 99"],
  ["[SIZE-2] at the limit where there is one",                     long({ size: size.percent("10%"), limit: 50 }),                             {},                              "buy 200 limit 5000"],
  ["[SIZE-2] no equity, no order",                                 long({ size: size.percent("10%") }),                                        { equity: -5 },                  "size_zero"],
  ["[SIZE-2] an unknown rate, no order",                           long({ size: size.percent("10%") }),                                        { equity: null },                "rate_missing"],
  ["[SIZE-3] cash in the quote currency",                          long({ size: size.cash("2550.75") }),                                       {},                              "buy 25"],
  ["[SIZE-4] equity × risk ÷ distance to the stop: 1,000 ÷ 2",     long({ size: size.risk("1%"), stop: stop.percent("2%") }),                  {},                              "buy 500"],
  ["[SIZE-4] a stop at a price: 1,000 ÷ 4",                        long({ size: size.risk("1%"), stop: stop.price(96) }),                      {},                              "buy 250"],
  ["[SIZE-4] a short's stop lies above: 1,000 ÷ 5",                enter.short({ size: size.risk("1%"), stop: stop.price(105), why }),         {},                              "sell 200"],
  ["[SIZE-4] a stop on the winning side is no stop",               long({ size: size.risk("1%"), stop: stop.price(101) }),                     {},                              "stop_not_protective"],
  ["[SIZE-5] an entry adds to a position",                         long({ size: size.units(5) }),                                              { held: 10 },                    "buy 5"],
  ["[SIZE-5] an entry against a position closes it too",           long({ size: size.units(5) }),                                              { held: -10 },                   "buy 15"],
  ["[SIZE-5] but not what is closing already",                     long({ size: size.units(5) }),                                              { held: -10, coming: 10 },       "buy 5"],
  ["[SIZE-6] a limit is the nearest tick",                         long({ size: size.units(5), limit: 99.97 }),                                {},                              "buy 5 limit 9995"],
  ["[SIZE-6] a limit that is no price",                            long({ size: size.units(5), limit: 0.001 }),                                {},                              "limit_not_a_price"],
  ["[SIZE-7] nothing is placed without a quote",                   long({ size: size.units(5) }),                                              { quote: null },                 "quote_missing"],
  ["[SIZE-8] an exit closes all of a long",                        exit({ why }),                                                              { held: 13 },                    "sell 13 reduce"],
  ["[SIZE-8] and of a short",                                      exit({ why }),                                                              { held: -13 },                   "buy 13 reduce"],
  ["[SIZE-8] a portion is rounded down",                           exit({ portion: "50%", why }),                                              { held: 13 },                    "sell 6 reduce"],
  ["[SIZE-8] a portion below an increment is nothing",             exit({ portion: "1%", why }),                                               { held: 13 },                    "size_zero"],
  ["[SIZE-8] flat, there is nothing to close",                     exit({ why }),                                                              {},                              "flat"],
  ["[SIZE-8] not twice",                                           exit({ why }),                                                              { held: 13, coming: -13 },       "already_closing"],
  ["[SIZE-8] only what is left",                                   exit({ why }),                                                              { held: 13, coming: -3 },        "sell 10 reduce"],
  ["[SIZE-8] an entry that still fills does not count",            exit({ why }),                                                              { held: 13, coming: 7, closing: 3 }, "sell 10 reduce"],
  ["[SIZE-9] a target buys the difference",                        target.weight("10%", { why }),                                              { held: 40 },                    "buy 60"],
  ["[SIZE-9] or sells it, never beyond flat",                      target.weight("10%", { why }),                                              { held: 140 },                   "sell 40 reduce"],
  ["[SIZE-9] zero closes",                                         target.weight("0%", { why }),                                               { held: 140 },                   "sell 140 reduce"],
  ["[SIZE-9] a short target flips",                                target.weight("10%", { direction: "short", why }),                          { held: 50 },                    "sell 150"],
  ["[SIZE-9] a quantity",                                          target.quantity("25", { why }),                                             { held: 20 },                    "buy 5"],
  ["[SIZE-9] what is coming counts",                               target.quantity("25", { why }),                                             { held: 20, coming: 5 },         "on_target"],
  ["[SIZE-9] flat and wanted flat",                                target.quantity("0", { why }),                                              {},                              "flat"],
  ["[SIZE-10] beyond what is kept exactly is no order",            long({ size: size.units("999999999999999") }),                              { listing: listing(8) },         "out_of_range"],
])("%s", (_rule, intent, given, expected) => expect(inShort(orderOf(intent, situation(given)))).toBe(expected));

test("[SIZE-11] the command carries all that decided: quote, plan, confidence, why, and may be reduced by the gate", () => {
  const intent = enter.long({
    size: size.units(5),
    stop: stop.percent("2%"),
    takeProfit: { r: 1.5 },
    trailing: trail.percent("3%"),
    confidence: 0.7,
    why: "because",
  });
  expect(orderOf(intent, situation({}))).toEqual({
    type: "PlaceOrder",
    at: 5,
    by: "strategy:s",
    portfolio: "p",
    terms: {
      instrument: "A@X",
      side: "buy",
      quantity: quantityOfUnits(5),
      orderType: "market",
      limit: null,
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    },
    origin: "strategy",
    sizing: "reduce",
    reduceOnly: false,
    allowDuplicate: false,
    protect: {
      stop: { kind: "ratio", ratio: ratioOfUnits(20_000_000) },
      takeProfit: { kind: "risk", multiple: ratioOfUnits(1_500_000_000) },
      trailing: { kind: "ratio", ratio: ratioOfUnits(30_000_000) },
    },
    lots: [],
    quote: priceOfUnits(10_000),
    quoteAt: 5,
    marketOpen: true,
    strategy: "s",
    confidence: ratioOfUnits(700_000_000),
    why: "because",
    intentId: "",
  });
});

test("[SIZE-14] an entry behind the exit of all that is held is no duplicate of it, one behind another entry may be", () => {
  const turn = enter.short({ size: size.units(13), why });
  const allows = (given: Given): unknown => (orderOf(turn, situation(given)) as PlaceOrder).allowDuplicate;
  expect([allows({ held: 13, coming: -13 }), allows({ held: 13, coming: -26, closing: 13 }), allows({})]).toEqual([true, false, false]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Intent, unknown]>([
  ["[SIZE-12] distances lie on ticks",     long({ size: size.units(5), stop: { kind: "distance", distance: 1.234 } }),  { stop: { kind: "distance", distance: 125 }, takeProfit: null, trailing: null }],
  ["[SIZE-12] prices lie on ticks",        long({ size: size.units(5), takeProfit: { price: "101.01" } }),              { stop: null, takeProfit: { kind: "price", price: 10_100 }, trailing: null }],
  ["[SIZE-12] a trailing distance",        long({ size: size.units(5), trailing: { kind: "distance", distance: 2 } }),  { stop: null, takeProfit: null, trailing: { kind: "distance", distance: 200 } }],
  ["[SIZE-12] without exits no plan",      long({ size: size.units(5) }),                                               null],
])("%s", (_rule, intent, expected) => {
  const order = orderOf(intent, situation({}));
  expect(typeof order === "string" ? order : order.protect).toEqual(expected);
});

test("[SIZE-13] a limit order ends with its session, a market order waits for its next open", () => {
  const order = (intent: Intent) => orderOf(intent, situation({})) as PlaceOrder;
  expect(order(long({ size: size.units(1), limit: 90 })).terms.timeInForce).toBe("day");
  expect(order(long({ size: size.units(1) })).terms.timeInForce).toBe("gtc");
});
