import type { InstrumentId, VenueOrderSeq } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits, ratioOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import type { MarketRules } from "./market.ts";
import { ACME, hour, type Row, Stage, termsFrom } from "./test-stage.ts";

type Order = Parameters<Stage["send"]>[0];
const TENTH = ratioOfUnits(100_000_000);
const slip = (bps: number, ticks: number): Partial<MarketRules> => ({ slippage: { ratio: ratioOfUnits(bps * 100_000), ticks } });
const calm: Row = [1000, 1010, 990, 1005];
const buy = (order: Order = {}): Order => ({ side: "buy", ...order });
const sell = (order: Order = {}): Order => ({ side: "sell", ...order });

// Each row: what is sent before the first bar opens, the bars, the rules, and what the venue says.
// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Order, readonly Row[], Partial<MarketRules>, readonly string[]]>([
  ["[SIM-1] a market order trades at the next open",                 buy(),                                   [calm],                                     {},          ["bought 10 @ 1000 at 0"]],
  ["[SIM-2] slippage moves a buy up, in basis points",               buy(),                                   [calm],                                     slip(10, 0), ["bought 10 @ 1001 at 0"]],
  ["[SIM-2] slippage moves a sell down, in ticks",                   sell(),                                  [calm],                                     slip(0, 2),  ["sold 10 @ 998 at 0"]],
  ["[SIM-2] slippage is rounded against the order",                  sell(),                                  [calm],                                     slip(1, 0),  ["sold 10 @ 999 at 0"]],
  ["[SIM-2] slippage never goes below one tick",                     sell(),                                  [[1, 1, 1, 1]],                             slip(0, 5),  ["sold 10 @ 1 at 0"]],
  ["[SIM-3] a limit that is only touched does not trade",            buy({ limit: 990 }),                     [calm],                                     {},          []],
  ["[SIM-3] a limit traded through inside the bar trades at it",     buy({ limit: 991 }),                     [calm],                                     {},          ["bought 10 @ 991 at 1"]],
  ["[SIM-3] a sell limit needs the high beyond it",                  sell({ limit: 1010 }),                   [calm],                                     {},          []],
  ["[SIM-3] a sell limit traded through trades at it",               sell({ limit: 1009 }),                   [calm],                                     {},          ["sold 10 @ 1009 at 1"]],
  ["[SIM-4] a limit gapped through trades at the open",              buy({ limit: 950 }),                     [calm, [900, 905, 890, 901]],               slip(0, 5),  ["bought 10 @ 900 at 1"]],
  ["[SIM-4] a limit that arrives marketable slips, never beyond it", buy({ limit: 1003 }),                    [calm],                                     slip(0, 5),  ["bought 10 @ 1003 at 0"]],
  ["[SIM-5] a stop touched inside the bar trades at it",             buy({ stop: 1010 }),                     [calm],                                     {},          ["bought 10 @ 1010 at 1"]],
  ["[SIM-5] a stop slips like a market order",                       sell({ stop: 995 }),                     [calm],                                     slip(0, 3),  ["sold 10 @ 992 at 1"]],
  ["[SIM-5] a stop gapped through trades at the open",               sell({ stop: 950 }),                     [calm, [900, 905, 890, 901]],               {},          ["sold 10 @ 900 at 1"]],
  ["[SIM-5] a stop not reached waits",                               buy({ stop: 1011 }),                     [calm],                                     {},          []],
  ["[SIM-6] a stop-limit trades at its stop where the limit allows", buy({ stop: 1008, limit: 1009 }),        [calm],                                     {},          ["bought 10 @ 1008 at 1"]],
  ["[SIM-6] a stop-limit slips only up to its limit",                buy({ stop: 1008, limit: 1009 }),        [calm],                                     slip(0, 5),  ["bought 10 @ 1009 at 1"]],
  ["[SIM-6] limit at the stop: only a close beyond came after",      buy({ stop: 1008, limit: 1008 }),        [calm],                                     {},          ["bought 10 @ 1008 at 1"]],
  ["[SIM-6] limit at the stop and a close above it waits",           buy({ stop: 1004, limit: 1004 }),        [calm],                                     {},          []],
  ["[SIM-6] a triggered stop-limit is a limit order afterwards",     buy({ stop: 1004, limit: 1004 }),        [calm, [1006, 1007, 1003, 1005]],           {},          ["bought 10 @ 1004 at 2"]],
  ["[SIM-6] a stop-limit gapped beyond its limit waits",             buy({ stop: 1100, limit: 1110 }),        [calm, [1200, 1210, 1150, 1160]],           {},          []],
  ["[SIM-7] at most the share of the volume, then the next bars",    buy(),                                   [[1000, 1010, 990, 1005, 60], [1001, 1002, 1000, 1001, 200]], { volumeShare: TENTH }, ["bought 6 @ 1000 at 0", "bought 4 @ 1001 at 1"]],
  ["[SIM-7] the default share is the whole volume",                  buy(),                                   [[1000, 1010, 990, 1005, 7], [1001, 1002, 1000, 1001, 7]],    {},          ["bought 7 @ 1000 at 0", "bought 3 @ 1001 at 1"]],
  ["[SIM-7] a bar without volume bounds nothing",                    buy(),                                   [[1000, 1010, 990, 1005, 0]],               { volumeShare: TENTH }, ["bought 10 @ 1000 at 0"]],
  ["[SIM-7] no share is no bound",                                   buy(),                                   [[1000, 1010, 990, 1005, 1]],               { volumeShare: null },  ["bought 10 @ 1000 at 0"]],
  ["[SIM-8] ioc keeps what it got and is canceled",                  buy({ timeInForce: "ioc" }),             [[1000, 1010, 990, 1005, 6]],               {},          ["bought 6 @ 1000 at 0", "canceled ioc at 0"]],
  ["[SIM-8] an ioc limit away from the open is canceled",            buy({ limit: 995, timeInForce: "ioc" }), [calm],                                     {},          ["canceled ioc at 0"]],
  ["[SIM-8] fok takes all",                                          buy({ timeInForce: "fok" }),             [[1000, 1010, 990, 1005, 10]],              {},          ["bought 10 @ 1000 at 0"]],
  ["[SIM-8] fok takes nothing where all is not there",               buy({ timeInForce: "fok" }),             [[1000, 1010, 990, 1005, 9]],               {},          ["canceled fok at 0"]],
  ["[SIM-9] a day order ends with its session",                      buy({ limit: 1, timeInForce: "day" }),   Array.from({ length: 25 }, () => calm),     {},          ["expired day at 24"]],
  ["[SIM-9] a gtd order ends at its instant",                        buy({ limit: 1, timeInForce: "gtd", expiresAt: hour(2.5) }), [calm, calm, calm, calm], {},  ["expired gtd at 2.5"]],
  ["[SIM-9] a gtd order that is over on arrival never waits",        buy({ limit: 1, timeInForce: "gtd", expiresAt: hour(0) }), [calm],                   {},          ["expired gtd at 0"]],
  ["[SIM-9] a gtc order stays",                                      buy({ limit: 1 }),                       Array.from({ length: 50 }, () => calm),     {},          []],
])("%s", (_rule, order, rows, rules, expected) => {
  const stage = new Stage(rows, rules);
  stage.send(order);
  expect(stage.show(0).tape).toEqual(expected);
});

test("[SIM-10] prices inside a bar that was open before the order arrived do not count", () => {
  const stage = new Stage([calm, [1000, 1010, 980, 1000]]);
  stage.send(buy({ limit: 991 }), hour(0.5));
  stage.venue.onClose(0, 0, hour(1));
  expect(stage.tape).toEqual([]);
  expect(stage.show(1).tape).toEqual(["bought 10 @ 991 at 2"]);
});

test("[SIM-11] orders share a bar's volume in order of arrival", () => {
  const stage = new Stage([[1000, 1010, 990, 1005, 15]]);
  stage.send(buy());
  stage.send(sell());
  expect(stage.show(0).tape).toEqual(["bought 10 @ 1000 at 0", "sold 5 @ 1000 at 0"]);
});

test("[SIM-11] what the open left of the volume is what the bar has", () => {
  const stage = new Stage([[1000, 1010, 990, 1005, 15]]);
  stage.send(buy({ limit: 991 }));
  stage.send(buy());
  expect(stage.show(0).tape).toEqual(["bought 10 @ 1000 at 0", "bought 5 @ 991 at 1"]);
});

test("[SIM-12] a protective exit trades whole at its trigger, at once and whatever the volume", () => {
  const stage = new Stage([[1000, 1010, 990, 1005, 1]], slip(0, 5));
  stage.send(sell(), hour(1), priceOfUnits(993));
  expect(stage.tape).toEqual(["sold 10 @ 993 at 1"]);
  expect(stage.venue.waiting[0]).toBe(0);
});

test("[SIM-13] a canceled order says so and never trades; one that ended is not answered", () => {
  const stage = new Stage([calm]);
  const order = stage.send(buy({ limit: 991 }));
  stage.venue.dispatch({ type: "CancelVenueOrder", venueOrder: order }, hour(0));
  stage.venue.dispatch({ type: "CancelVenueOrder", venueOrder: order }, hour(0));
  expect(stage.show(0).tape).toEqual(["canceled canceled at 0"]);
});

test("[SIM-14] a replaced order trades on its new terms from the next open", () => {
  const stage = new Stage([calm, calm]);
  const order = stage.send(buy({ limit: 900 }));
  stage.venue.onOpen(0, 0, hour(0));
  stage.venue.dispatch(
    {
      type: "ReplaceVenueOrder",
      venueOrder: order,
      terms: termsFrom(buy({ limit: 991, quantity: 4 })),
      before: termsFrom(buy({ limit: 900 })),
    },
    hour(0.5),
  );
  stage.venue.onClose(0, 0, hour(1));
  expect(stage.tape).toEqual([]);
  expect(stage.show(1).tape).toEqual(["bought 4 @ 991 at 2"]);
});

test("[SIM-14] a quantity that is already filled ends the order", () => {
  const stage = new Stage([[1000, 1010, 990, 1005, 6], calm]);
  const order = stage.send(buy());
  stage.show(0, 1);
  stage.venue.dispatch(
    { type: "ReplaceVenueOrder", venueOrder: order, terms: termsFrom(buy({ quantity: 6 })), before: termsFrom(buy()) },
    hour(1),
  );
  expect(stage.show(1).tape).toEqual(["bought 6 @ 1000 at 0", "canceled canceled at 1"]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Order, string]>([
  ["[SIM-15] an instrument without a market is rejected",      buy({ instrument: "OTHER@XNYS" as InstrumentId }), "NO_MARKET_DATA"],
  ["[SIM-15] a limit order without a limit is rejected",       buy({ orderType: "limit" }),                       "ORDER_UNSUPPORTED"],
  ["[SIM-15] an immediate stop order is rejected",             buy({ stop: 1010, timeInForce: "ioc" }),           "ORDER_UNSUPPORTED"],
  ["[SIM-15] an order for nothing is rejected",                buy({ quantity: 0 }),                              "ORDER_UNSUPPORTED"],
])("%s", (_rule, order, reason) => {
  const stage = new Stage([calm]);
  stage.send(order);
  expect(stage.tape).toEqual([`rejected ${reason} at 0`]);
});

test("[SIM-16] executions are named in order, and arrival is acknowledged only when asked", () => {
  const stage = new Stage([calm], {}, { acknowledge: true });
  stage.send(buy());
  stage.send(sell());
  expect(stage.show(0).facts.map((fact) => (fact.type === "RecordExecution" ? fact.executionId : fact.type))).toEqual([
    "RecordAck",
    "RecordAck",
    "x1",
    "x2",
  ]);
  expect(stage.facts[0]).toEqual({ type: "RecordAck", at: hour(0), venueOrder: 1 as VenueOrderSeq, venueOrderId: "v1" });
});

test("[SIM-17] bars with quotes trade at bid and ask, without slippage", () => {
  const stage = new Stage([calm], slip(0, 5), { quotes: [[998, 1002]] });
  stage.send(buy());
  stage.send(sell());
  expect(stage.show(0).tape).toEqual(["bought 10 @ 1002 at 0", "sold 10 @ 998 at 0"]);
});

const quote = (bid: number, ask: number, size = 100) => ({ bid, bidSize: quantityOfUnits(size), ask, askSize: quantityOfUnits(size) });
// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Order, readonly ReturnType<typeof quote>[], readonly string[]]>([
  ["[SIM-18] a market buy takes the ask",                         buy(),                 [quote(998, 1002)],                       ["bought 10 @ 1002 at 0"]],
  ["[SIM-18] no more than is shown",                              buy(),                 [quote(998, 1002, 6), quote(999, 1003)],  ["bought 6 @ 1002 at 0", "bought 4 @ 1003 at 1"]],
  ["[SIM-18] a limit that arrives at the ask takes it",           buy({ limit: 1002 }),  [quote(998, 1002)],                       ["bought 10 @ 1002 at 0"]],
  ["[SIM-18] a resting limit needs the ask beyond it",            buy({ limit: 1001 }),  [quote(998, 1002), quote(997, 1001)],     []],
  ["[SIM-18] a resting limit trades at its own price",            buy({ limit: 1001 }),  [quote(998, 1002), quote(990, 995)],      ["bought 10 @ 1001 at 1"]],
  ["[SIM-18] a sell stop is reached by the bid and takes it",     sell({ stop: 995 }),   [quote(998, 1002), quote(994, 997)],      ["sold 10 @ 994 at 1"]],
])("%s", (_rule, order, quotes, expected) => {
  const stage = new Stage([]);
  stage.send(order);
  for (const [i, each] of quotes.entries()) stage.venue.onQuote(0, each, hour(i));
  expect(stage.tape).toEqual(expected);
});

test("[SIM-19] ticks are bars of no length: a market order takes the next one", () => {
  const stage = new Stage(
    [
      [1000, 1000, 1000, 1000, 4],
      [1002, 1002, 1002, 1002, 9],
    ],
    {},
    { tick: true },
  );
  stage.send(buy());
  expect(stage.show(0).tape).toEqual(["bought 4 @ 1000 at 1", "bought 6 @ 1002 at 2"]);
});

test("[SIM-20] from the first sale on, rate ÷ 360 of the last close is asked for at each day's end", () => {
  const stage = new Stage(
    Array.from({ length: 73 }, () => calm),
    { borrowRate: ratioOfUnits(36_000_000) },
  );
  stage.send(buy());
  stage.show(0, 24);
  stage.send(sell(), hour(24));
  // 10.05 × 3.6 % ÷ 360 = 0.001005 a share and day, positive: a short position of -1 pays it.
  expect(stage.show(24).tape).toEqual(["bought 10 @ 1000 at 0", "sold 10 @ 1000 at 24", "borrow 1005000 at 48", "borrow 1005000 at 72"]);
});

test("[SIM-20] shorts are lent for nothing without a rate", () => {
  const stage = new Stage(Array.from({ length: 25 }, () => calm));
  stage.send(sell());
  expect(stage.show(0).tape).toEqual(["sold 10 @ 1000 at 0"]);
  expect(ACME.instrument.shortable).toBe(true);
});
