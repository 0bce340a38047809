import { ratioOfUnits } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { ACCOUNT, Desk, limits, ofInstrument, ofPortfolio, type Wish } from "../../../../tests/kit/desk.ts";
import { only, plain } from "../../../../tests/kit/look.ts";

function deskOf(settings: ConstructorParameters<typeof Desk>[0] = {}): Desk {
  const desk = new Desk(settings);
  desk.portfolio("alpha", "10000");
  return desk;
}

const HALF = ratioOfUnits(500_000_000);

describe("facts", () => {
  test("[ORD-11] about a venue order that never was they are refused", () => {
    const desk = deskOf();
    desk.place("alpha", "SPY@X", "buy 1");
    for (const seq of [0, 2, -1, 1.5, Number.NaN]) {
      expect(desk.refused(desk.ack(seq as never))).toBe("VENUE_ORDER_UNKNOWN");
      expect(desk.refused(desk.sent(seq as never, "unknown"))).toBe("VENUE_ORDER_UNKNOWN");
      expect(desk.refused(desk.fact("RecordCancel", seq as never))).toBe("VENUE_ORDER_UNKNOWN");
    }
  });

  test("[ORD-11] Z22: ended orders leave at the day's end; their late fills still book, other facts do nothing (S2.18)", () => {
    const desk = deskOf();
    desk.portfolio("beta", "10000");
    const placed = desk.place("alpha", "SPY@X", "buy 100");
    desk.canceled(placed.venueOrder);
    desk.do(desk.roll("2026-01-02", ["beta"]));
    expect(desk.status(placed.order)).toBe("canceled");
    desk.do(desk.roll("2026-01-02", ["alpha"]));
    expect(desk.engine.state.orders.get(placed.order)).toBeUndefined();
    expect(desk.do(desk.ack(placed.venueOrder))).toEqual([]);
    expect(desk.do(desk.fact("RecordReject", placed.venueOrder))).toEqual([]);
    expect(desk.refused(desk.cancelAsk(placed.order))).toBe("ORDER_UNKNOWN");
    const events = desk.do(desk.fillAsk(placed.venueOrder, "SPY@X", "buy 40 @ 10"));
    expect(only(events, "BreakRaised").map(({ kind, portfolio }) => [kind, portfolio])).toEqual([["late_execution", "alpha"]]);
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["40", "9600"]);
  });
});

describe("cancel", () => {
  test("[ORD-17] asks the venue once; unknown and ended orders are refused", () => {
    const desk = deskOf();
    const { order, venueOrder } = desk.place("alpha", "SPY@X", "buy 1");
    expect(desk.refused(desk.cancelAsk(99))).toBe("ORDER_UNKNOWN");
    const step = desk.run(desk.cancelAsk(order));
    expect(step).toMatchObject({
      ok: true,
      events: [{ type: "CancelRequested", order, reason: "test" }],
      effects: [{ type: "CancelVenueOrder", venueOrder }],
    });
    expect(desk.run(desk.cancelAsk(order))).toMatchObject({ ok: true, events: [], effects: [] });
    desk.canceled(venueOrder);
    expect(desk.refused(desk.cancelAsk(order))).toBe("ORDER_ENDED");
  });

  test.each([
    ["a halted account", (desk: Desk) => desk.do(desk.modeAsk(ACCOUNT, "halted"))],
    ["a mode that is read-only", (desk: Desk) => desk.do(desk.modeAsk(ofInstrument("SPY@X"), "read_only"))],
    ["a kill", (desk: Desk) => desk.do(desk.killAsk(ACCOUNT, "pause"))],
    ["a pause", (desk: Desk) => desk.do(desk.pauseAsk("alpha"))],
    ["no orders a minute", (desk: Desk) => desk.settings("alpha", { limits: limits({ maxOrdersPerMinute: 0 }) })],
  ])("[ORD-17] %s does not stop it", (_what, block) => {
    const desk = deskOf();
    const { order } = desk.place("alpha", "SPY@X", "buy 1");
    block(desk);
    expect(desk.refused(desk.cancelAsk(order))).toBe("admitted");
    expect(desk.status(order)).toBe("canceling");
  });
});

describe("reservations over an order's life", () => {
  test("[ORD-15, ORD-16] they shrink with fills, stay while unknown or canceling, and end at zero (I5)", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    const seen = [desk.reserved(buy.order)];
    desk.fill(buy, "30 @ 9.50");
    seen.push(desk.reserved(buy.order));
    desk.do(desk.sent(buy.venueOrder, "unknown"));
    desk.do(desk.cancelAsk(buy.order));
    seen.push(desk.reserved(buy.order));
    desk.fill(buy, "20 @ 9.50");
    seen.push(desk.reserved(buy.order));
    desk.canceled(buy.venueOrder);
    seen.push(desk.reserved(buy.order));
    expect(seen).toEqual(["1000 USD", "700 USD", "700 USD", "500 USD", "0 USD"]);
    desk.engine.audit();
  });

  test("[ORD-15] closing units go first: the cash for the opening ones stays until they trade", () => {
    const desk = deskOf({ shortRequirement: HALF });
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const flip = desk.place("alpha", "SPY@X", "sell 150");
    const seen = [desk.reserved(flip.order)];
    for (const part of ["60 @ 10", "40 @ 10", "20 @ 10", "30 @ 10"]) {
      desk.fill(flip, part);
      seen.push(desk.reserved(flip.order));
    }
    expect(seen).toEqual(["250 USD", "250 USD", "250 USD", "150 USD", "0 USD"]);
  });

  test("[ORD-16] a portfolio's reservations are the sum of its working orders', by asset", () => {
    const desk = deskOf();
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const orders = [
      desk.place("alpha", "SPY@X", "sell 60", { limit: "11" }),
      desk.place("alpha", "SPIN@X", "buy 10", { limit: "9" }),
      desk.place("alpha", "SPIN@X", "buy 20", { limit: "8" }),
    ];
    const reserved = () => [...desk.of("alpha").reserved].map(([asset, amount]) => `${desk.text(amount, asset)} ${asset}`);
    expect(reserved()).toEqual(["250 USD", "60 SPY@X"]);
    for (const { venueOrder } of orders) desk.do(desk.fact("RecordExpiry", venueOrder));
    expect(reserved()).toEqual(["0 USD", "0 SPY@X"]);
  });
});

describe("replace", () => {
  // biome-ignore format: one row per refusal.
  const REFUSED: readonly (readonly [string, string, Wish, { quantity?: string; limit?: string; stop?: string }, string])[] = [
    ["more units",                        "buy 100",  { limit: "10" },             { quantity: "101" },               "ORDER_INVALID"],
    ["no units",                          "buy 100",  { limit: "10" },             { quantity: "0" },                 "AMOUNT_NOT_POSITIVE"],
    ["a limit on a market order",         "buy 100",  {},                          { limit: "10" },                   "ORDER_INVALID"],
    ["a stop on a limit order",           "buy 100",  { limit: "10" },             { stop: "10" },                    "ORDER_INVALID"],
    ["a limit of zero",                   "buy 100",  { limit: "10" },             { limit: "0" },                    "PRICE_NOT_POSITIVE"],
    ["a dearer buy limit",                "buy 100",  { limit: "10" },             { limit: "10.01" },                "ORDER_INVALID"],
    ["a dearer buy stop",                 "buy 100",  { stop: "11" },              { stop: "11.01" },                 "ORDER_INVALID"],
    ["a dearer limit behind a buy stop",  "buy 100",  { stop: "11", limit: "12" }, { limit: "12.01" },                "ORDER_INVALID"],
    ["a dearer limit of a short",         "sell 100", { limit: "11" },             { limit: "11.01" },                "ORDER_INVALID"],
  ];

  test.each(REFUSED)("[ORD-18] %s (I15)", (_what, what, wish, changes, code) => {
    const desk = deskOf({ shortRequirement: HALF });
    const { order } = desk.place("alpha", "SPY@X", what, wish);
    const before = plain(desk.row(order));
    expect(desk.refused(desk.replaceAsk(order, "SPY@X", changes))).toBe(code);
    expect(plain(desk.row(order))).toEqual(before);
  });

  test("[ORD-18] what is unknown, ended, being canceled, without an answer, or filled already", () => {
    const desk = deskOf();
    const { order, venueOrder } = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    expect(desk.refused(desk.replaceAsk(99, "SPY@X", { quantity: "50" }))).toBe("ORDER_UNKNOWN");
    desk.do(desk.sent(venueOrder, "unknown"));
    expect(desk.refused(desk.replaceAsk(order, "SPY@X", { quantity: "50" }))).toBe("ORDER_INVALID");
    desk.do(desk.ack(venueOrder));
    desk.fill({ order, venueOrder }, "60 @ 10");
    expect(desk.refused(desk.replaceAsk(order, "SPY@X", { quantity: "60" }))).toBe("ORDER_INVALID");
    expect(desk.refused(desk.replaceAsk(order, "SPY@X", { quantity: "61" }))).toBe("admitted");
    desk.do(desk.cancelAsk(order));
    expect(desk.refused(desk.replaceAsk(order, "SPY@X", { limit: "9" }))).toBe("ORDER_ENDED");
    desk.canceled(venueOrder);
    expect(desk.refused(desk.replaceAsk(order, "SPY@X", { limit: "9" }))).toBe("ORDER_ENDED");
  });

  test("[ORD-18] a null field stays, nothing to change does nothing", () => {
    const desk = deskOf();
    const { order, venueOrder } = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    expect(desk.do(desk.replaceAsk(order, "SPY@X", {}))).toEqual([]);
    expect(desk.do(desk.replaceAsk(order, "SPY@X", { quantity: "100", limit: "10" }))).toEqual([]);
    const step = desk.run(desk.replaceAsk(order, "SPY@X", { quantity: "40" }));
    expect(step).toMatchObject({
      ok: true,
      effects: [{ type: "ReplaceVenueOrder", venueOrder, terms: { orderType: "limit", side: "buy" } }],
    });
    expect([desk.row(order).quantity, desk.row(order).limit]).toEqual([40, 1000]);
    expect(desk.reserved(order)).toBe("400 USD");
  });

  test("[ORD-19] less quantity is always allowed and what it held shrinks as by a fill", () => {
    const desk = deskOf({ shortRequirement: HALF });
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const { order } = desk.place("alpha", "SPY@X", "sell 150", { limit: "10" });
    desk.do(desk.modeAsk(ACCOUNT, "halted"));
    desk.do(desk.replaceAsk(order, "SPY@X", { quantity: "120" }));
    expect(desk.reserved(order)).toBe("100 USD");
    desk.do(desk.replaceAsk(order, "SPY@X", { quantity: "80" }));
    expect(desk.reserved(order)).toBe("0 USD");
  });

  test.each([
    ["a kill", (desk: Desk) => desk.do(desk.killAsk(ofPortfolio("alpha"), "pause")), "denied by kill_switch (portfolio)"],
    ["a pause", (desk: Desk) => desk.do(desk.pauseAsk("alpha")), "denied by trading_state (portfolio): 0 < 1"],
    ["a mode", (desk: Desk) => desk.do(desk.modeAsk(ofInstrument("SPY@X"), "reduce_only")), "denied by mode (instrument): 0 < 1"],
    ["a universe without it", (desk: Desk) => desk.settings("alpha", { universe: ["SPIN@X" as never] }), "denied by universe (portfolio)"],
    [
      "one's own order in the way",
      (desk: Desk) => {
        desk.hold("alpha", "SPY@X", "buy 5", "10");
        desk.place("alpha", "SPY@X", "buy 5", { limit: "9.50" });
      },
      "denied by crossing (portfolio): 9.5 < 9",
    ],
  ])("[ORD-19] a new price that could open exposure is denied by %s (I15, I24)", (_what, block, verdict) => {
    const desk = deskOf();
    const { order } = desk.place("alpha", "SPY@X", "sell 100", { limit: "12" });
    block(desk);
    expect(desk.verdict(desk.do(desk.replaceAsk(order, "SPY@X", { limit: "9" })))).toBe(verdict);
    expect(desk.row(order).limit).toBe(1200);
  });

  test("[ORD-22] what the venue does not take is undone: terms and reservation are as before, and the reason is in the event", () => {
    const desk = deskOf();
    const { order, venueOrder } = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    desk.do(desk.ack(venueOrder));
    const was = { quantity: "100", limit: "10" };
    const step = desk.run(desk.replaceAsk(order, "SPY@X", { quantity: "40", limit: "9" }));
    expect(step).toMatchObject({ effects: [{ type: "ReplaceVenueOrder", before: { quantity: 100, limit: 1_000, stop: null } }] });
    const refused = desk.replaceRejected(order, { quantity: "40", limit: "9" }, was);
    expect(desk.do(refused)).toEqual([
      {
        type: "OrderReplaceRejected",
        order,
        quantity: 100,
        limit: 1_000,
        stop: null,
        reserved: 1_000_000_000,
        holdback: { worst: 1_000, rate: ratioOfUnits(1_000_000_000), closes: 0 },
        reason: "110 no",
      },
    ]);
    expect([desk.row(order).quantity, desk.row(order).limit, desk.reserved(order)]).toEqual([100, 1_000, "1000 USD"]);
    expect(desk.do(refused)).toEqual([]);
    // A lower price alone freed nothing, so going back takes nothing.
    desk.do(desk.replaceAsk(order, "SPY@X", { limit: "9" }));
    desk.do(desk.replaceRejected(order, { quantity: "100", limit: "9" }, was));
    expect(desk.reserved(order)).toBe("1000 USD");
  });

  test("[ORD-22] a refusal of terms that are not the order's any more, or of an order that ended or filled beyond them, changes nothing", () => {
    const desk = deskOf();
    const { order, venueOrder } = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    desk.do(desk.replaceAsk(order, "SPY@X", { quantity: "40" }));
    desk.do(desk.replaceAsk(order, "SPY@X", { quantity: "30" }));
    expect(desk.do(desk.replaceRejected(order, { quantity: "40", limit: "10" }, { quantity: "100", limit: "10" }))).toEqual([]);
    desk.fill({ order, venueOrder }, "20 @ 10");
    expect(desk.do(desk.replaceRejected(order, { quantity: "30", limit: "10" }, { quantity: "20", limit: "10" }))).toEqual([]);
    desk.do(desk.replaceRejected(order, { quantity: "30", limit: "10" }, { quantity: "40", limit: "10" }));
    expect([desk.row(order).quantity, desk.reserved(order)]).toEqual([40, "200 USD"]);
    const again = desk.replaceRejected(order, { quantity: "40", limit: "10" }, { quantity: "100", limit: "10" });
    desk.canceled(venueOrder);
    expect(desk.do(again)).toEqual([]);
    expect(desk.refused({ ...again, venueOrder: 99 as never } as never)).toBe("VENUE_ORDER_UNKNOWN");
  });

  test("[ORD-18] a cheaper buy stop and any stop of a sale that only closes are taken", () => {
    const desk = deskOf();
    const buys = desk.place("alpha", "SPIN@X", "buy 10", { stop: "12" });
    desk.do(desk.replaceAsk(buys.order, "SPIN@X", { stop: "11" }));
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const sells = desk.place("alpha", "SPY@X", "sell 100", { stop: "9" });
    desk.do(desk.replaceAsk(sells.order, "SPY@X", { stop: "9.50" }));
    desk.do(desk.replaceAsk(sells.order, "SPY@X", { stop: "8" }));
    expect([desk.row(buys.order).stop, desk.row(sells.order).stop]).toEqual([1100, 800]);
  });

  test("[ORD-19] an exit may follow the price down through a kill", () => {
    const desk = deskOf();
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const { order } = desk.place("alpha", "SPY@X", "sell 100", { limit: "12" });
    desk.do(desk.killAsk(ACCOUNT, "pause"));
    desk.do(desk.replaceAsk(order, "SPY@X", { limit: "9" }));
    expect([desk.row(order).limit, desk.reserved(order)]).toEqual([900, "100 SPY@X"]);
    desk.do(desk.replaceAsk(order, "SPY@X", { limit: "13" }));
    expect(desk.row(order).limit).toBe(1300);
  });
});
