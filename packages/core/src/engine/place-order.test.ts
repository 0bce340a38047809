import { ratioOfUnits } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import type { Ask } from "../../../../tests/kit/books.ts";
import { Desk, limits, plan, type Wish } from "../../../../tests/kit/desk.ts";
import { only } from "../../../../tests/kit/look.ts";

function deskOf(cash = "10000", settings: ConstructorParameters<typeof Desk>[0] = {}): Desk {
  const desk = new Desk(settings);
  desk.portfolio("alpha", cash);
  return desk;
}

const tenths = (tens: number) => ratioOfUnits(tens * 100_000_000);

describe("refusals", () => {
  // biome-ignore format: one row per refusal.
  const ROWS: readonly (readonly [string, string, string, string, Wish, string])[] = [
    ["an unknown portfolio",             "nobody", "LONG@X", "buy 20", {},                                        "PORTFOLIO_UNKNOWN"],
    ["nothing",                          "alpha",  "LONG@X", "buy 0", {},                                         "AMOUNT_NOT_POSITIVE"],
    ["less than nothing",                "alpha",  "LONG@X", "buy -20", {},                                       "AMOUNT_NOT_POSITIVE"],
    ["a part of an increment",           "alpha",  "LONG@X", "buy 25", {},                                        "AMOUNT_OFF_INCREMENT"],
    ["a good-till-date without an end",  "alpha",  "LONG@X", "buy 20", { timeInForce: "gtd" },                    "ORDER_INVALID"],
    ["an end without good-till-date",    "alpha",  "LONG@X", "buy 20", { expiresAt: 5_000 },                      "ORDER_INVALID"],
    ["a limit of zero",                  "alpha",  "LONG@X", "buy 20", { limit: "0" },                            "PRICE_NOT_POSITIVE"],
    ["a limit between ticks",            "alpha",  "LONG@X", "buy 20", { limit: "10.01" },                        "PRICE_OFF_TICK"],
    ["a stop of zero",                   "alpha",  "LONG@X", "buy 20", { stop: "0" },                             "PRICE_NOT_POSITIVE"],
    ["a stop between ticks",             "alpha",  "LONG@X", "buy 20", { stop: "10.01" },                         "PRICE_OFF_TICK"],
    ["a quote of nothing",               "alpha",  "LONG@X", "buy 20", { quote: "0" },                            "PRICE_NOT_POSITIVE"],
    ["a quote below nothing",            "alpha",  "LONG@X", "buy 20", { quote: "-10" },                          "PRICE_NOT_POSITIVE"],
    ["a stop on the winning side",       "alpha",  "LONG@X", "buy 20", { protect: plan({ stop: "@11" }) },        "PROTECTION_INVALID"],
  ];

  test.each(ROWS)("[ORD-2] %s", (_what, portfolio, instrument, what, wish, code) => {
    const desk = deskOf();
    const { seq } = desk.engine.state;
    expect(desk.refused(desk.wish(portfolio, instrument, what, wish))).toBe(code);
    expect(desk.engine.state.seq).toBe(seq);
  });

  test("[ORD-2] of several refusals the first is given", () => {
    const desk = deskOf();
    const worst = desk.wish("nobody", "LONG@X", "buy -25", { limit: "0.01", quote: "0" });
    const better = [
      { ...worst, at: 0 },
      worst,
      { ...worst, portfolio: "alpha", terms: { ...(worst as { terms: object }).terms, instrument: "NONE@X" } },
      desk.wish("alpha", "LONG@X", "buy -25", { limit: "0.01", timeInForce: "gtd" }),
      desk.wish("alpha", "LONG@X", "buy 25", { limit: "0.01", timeInForce: "gtd" }),
      desk.wish("alpha", "LONG@X", "buy 20", { limit: "0.01", timeInForce: "gtd", quote: "0" }),
      desk.wish("alpha", "LONG@X", "buy 20", { limit: "0.01", stop: "0", quote: "0" }),
      desk.wish("alpha", "LONG@X", "buy 20", { limit: "10", stop: "0", quote: "0" }),
      desk.wish("alpha", "LONG@X", "buy 20", { limit: "10", stop: "10.01", quote: "0" }),
      desk.wish("alpha", "LONG@X", "buy 20", { limit: "10", quote: "0", protect: plan({ stop: "@11" }) }),
      desk.wish("alpha", "LONG@X", "buy 20", { limit: "10", protect: plan({ stop: "@11" }) }),
    ] as readonly Ask[];
    expect(better.map((ask) => desk.refused(ask))).toEqual([
      "TIME_BACKWARD",
      "PORTFOLIO_UNKNOWN",
      "INSTRUMENT_UNKNOWN",
      "AMOUNT_NOT_POSITIVE",
      "AMOUNT_OFF_INCREMENT",
      "ORDER_INVALID",
      "PRICE_OFF_TICK",
      "PRICE_NOT_POSITIVE",
      "PRICE_OFF_TICK",
      "PRICE_NOT_POSITIVE",
      "PROTECTION_INVALID",
    ]);
  });

  // biome-ignore format: one row per type.
  test.each([
    ["market",     { limit: null, stop: null }, true ], ["market",     { limit: 10, stop: null }, false], ["market",     { limit: null, stop: 10 }, false],
    ["limit",      { limit: 10, stop: null },   true ], ["limit",      { limit: null, stop: null }, false], ["limit",    { limit: 10, stop: 10 }, false],
    ["stop",       { limit: null, stop: 10 },   true ], ["stop",       { limit: null, stop: null }, false], ["stop",     { limit: 10, stop: 10 }, false],
    ["stop_limit", { limit: 10, stop: 10 },     true ], ["stop_limit", { limit: 10, stop: null }, false], ["stop_limit", { limit: null, stop: 10 }, false],
  ] as const)("[ORD-3] a %s order with %j fits: %s", (orderType, prices, fits) => {
    const desk = deskOf();
    const ask = desk.wish("alpha", "SPY@X", "buy 1") as { terms: object };
    expect(desk.refused({ ...ask, terms: { ...ask.terms, orderType, ...prices } } as never)).toBe(fits ? "admitted" : "ORDER_INVALID");
  });
});

describe("what is placed", () => {
  test("[ORD-4] what was approved is what is sent, in one step (I15)", () => {
    const desk = deskOf("10000");
    desk.settings("alpha", { limits: limits({ maxOrderNotional: "600" }) });
    const step = desk.run(desk.wish("alpha", "SPY@X", "buy 100", { sizing: "reduce" }));
    if (!step.ok) throw new Error(step.refusal.code);
    const [placed] = only(step.events, "OrderPlaced");
    const [effect] = step.effects;
    if (placed === undefined || effect?.type !== "SubmitOrder") throw new Error("nothing was sent");
    expect(desk.text(placed.terms.quantity, "SPY@X")).toBe("60");
    expect(effect.terms).toEqual(placed.terms);
    expect([effect.venueOrder, effect.order]).toEqual([placed.venueOrder, placed.order]);
    expect(placed.receipt).toMatchObject({ verdict: "reduced", rule: "max_order_notional", scope: "portfolio" });
    expect(desk.row(placed.order).quantity).toBe(placed.terms.quantity);
  });

  test("[ORD-4] what the gate forbids is denied: an event with its receipt, no order, no effect", () => {
    const desk = deskOf("100");
    const step = desk.run(desk.wish("alpha", "SPY@X", "buy 100"));
    expect(step).toMatchObject({ ok: true, effects: [], events: [{ type: "OrderDenied", receipt: { verdict: "denied" } }] });
    expect(desk.engine.state.orders.size).toBe(0);
    expect(desk.of("alpha").orders).toEqual([]);
  });

  test("[ORD-5] a retry of an intent does nothing, another wish with its id is a mistake (S2.18, I13)", () => {
    const desk = deskOf("500");
    const once = desk.wish("alpha", "SPY@X", "buy 10", { intentId: "i1" });
    expect(desk.verdict(desk.do(once))).toBe("placed 10");
    expect(desk.do(once)).toEqual([]);
    expect(desk.refused(desk.wish("alpha", "SPY@X", "buy 11", { intentId: "i1" }))).toBe("INTENT_REUSED");
    expect(desk.refused(desk.wish("alpha", "SPY@X", "sell 10", { intentId: "i1" }))).toBe("INTENT_REUSED");
    expect(desk.refused(desk.wish("alpha", "SPIN@X", "buy 10", { intentId: "i1" }))).toBe("INTENT_REUSED");
    desk.portfolio("beta", "500");
    expect(desk.gate("beta", "SPY@X", "buy 11", { intentId: "i1" })).toBe("placed 11");
    expect(desk.engine.state.orders.size).toBe(2);
  });

  test("[ORD-5] denied and reduced intents are known by what was asked; orders without an id are never retries", () => {
    const desk = deskOf("500");
    const tooMuch = desk.wish("alpha", "SPY@X", "buy 100", { intentId: "i1" });
    expect(desk.verdict(desk.do(tooMuch))).toContain("denied");
    expect(desk.do(tooMuch)).toEqual([]);
    const reduced = desk.wish("alpha", "SPY@X", "buy 90", { intentId: "i2", sizing: "reduce" });
    expect(desk.verdict(desk.do(reduced))).toContain("reduced 50 of 90");
    expect(desk.do(reduced)).toEqual([]);
    desk.deposit("alpha", "1000 USD");
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("placed 1");
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("placed 1");
  });

  test("[ORD-1] a raised epoch goes with every order after it", () => {
    const desk = deskOf();
    desk.do({ type: "StartEpoch", epoch: 3, engineVersion: "test" });
    const step = desk.run(desk.wish("alpha", "SPY@X", "buy 1"));
    expect(step).toMatchObject({ ok: true, effects: [{ epoch: 3, venueOrder: 1 }] });
  });
});

describe("reservations", () => {
  const collared = { limits: limits({ collar: "0.05" }) };
  // biome-ignore format: value × price × what is held back, worked by hand.
  const ROWS: readonly (readonly [string, string, string, Wish, ConstructorParameters<typeof Desk>[0], string])[] = [
    ["a buy at its quote",                     "SPY@X", "buy 100",  {},                                {},                                     "1000 USD"],
    ["and its fee",                            "SPY@X", "buy 100",  {},                                { feeReserve: ratioOfUnits(1_000_000) }, "1001 USD"],
    ["a buy with the collar on top",           "SPY@X", "buy 100",  {},                                collared,                               "1050 USD"],
    ["what is left of a unit, up",             "FRAC@X", "buy 0.000001", {},                           { feeReserve: ratioOfUnits(1_000_000) }, "0.000011 USD"],
    ["a collar in whole price units, up",      "SPY@X", "buy 100",  { quote: "10.01" },               collared,                               "1052 USD"],
    ["a buy at its limit, below the quote",    "SPY@X", "buy 100",  { limit: "9.60" },                 collared,                               "960 USD"],
    ["a buy at its limit, above the quote",    "SPY@X", "buy 100",  { limit: "10.40" },                collared,                               "1040 USD"],
    ["a buy stop at the stop, collared",       "SPY@X", "buy 100",  { stop: "12" },                    collared,                               "1260 USD"],
    ["a buy stop below the quote at the quote","SPY@X", "buy 100",  { stop: "8" },                     collared,                               "1050 USD"],
    ["a stop-limit buy at its limit",          "SPY@X", "buy 100",  { stop: "12", limit: "12.50" },    {},                                     "1250 USD"],
    ["a short at what it must have on top",    "SPY@X", "sell 100", {},                                { shortRequirement: tenths(5) },         "500 USD"],
    ["a short at the higher of limit, quote",  "SPY@X", "sell 100", { limit: "12" },                   { shortRequirement: tenths(5) },         "600 USD"],
    ["a short limit below the quote",          "SPY@X", "sell 100", { limit: "8" },                    { shortRequirement: tenths(5) },         "500 USD"],
    ["a short stop at the quote",              "SPY@X", "sell 100", { stop: "8" },                     { shortRequirement: tenths(5) },         "500 USD"],
    ["a margined buy at its requirement",      "FUT@X", "buy 2",    {},                                { marginRequirement: tenths(1) },        "100 USD"],
    ["a margined buy and its fee",             "FUT@X", "buy 2",    {},                                { marginRequirement: tenths(1), feeReserve: ratioOfUnits(1_000_000) }, "101 USD"],
    ["a margined sell at its requirement",     "FUT@X", "sell 2",   {},                                { marginRequirement: tenths(1) },        "100 USD"],
  ];

  test.each(ROWS)("[ORD-13] %s (I5)", (_what, instrument, what, wish, settings, expected) => {
    const desk = deskOf("10000", settings);
    const { order } = desk.place("alpha", instrument, what, wish);
    expect(desk.reserved(order)).toBe(expected);
    expect(desk.text(desk.of("alpha").reserved.get("USD" as never) ?? (0 as never), "USD")).toBe(expected.split(" ")[0]);
  });

  test("[ORD-14] a closing sell holds its units, a stop order too; a closing buy holds nothing", () => {
    const desk = deskOf();
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    expect(desk.reserved(desk.place("alpha", "SPY@X", "sell 60", { limit: "12" }).order)).toBe("60 SPY@X");
    expect(desk.reserved(desk.place("alpha", "SPY@X", "sell 30", { stop: "9" }).order)).toBe("30 SPY@X");
    desk.hold("alpha", "SPIN@X", "sell 50", "10");
    expect(desk.reserved(desk.place("alpha", "SPIN@X", "buy 50").order)).toBe("0 USD");
  });

  test("[ORD-13] of an order that closes and opens only the opening part is held, in cash", () => {
    const desk = deskOf("10000", { shortRequirement: tenths(5) });
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    expect(desk.reserved(desk.place("alpha", "SPY@X", "sell 150").order)).toBe("250 USD");
  });
});
