import type { PortfolioId } from "@bulkhead/core";
import { enter, type Strategy, size, stop, strategy } from "@bulkhead/strategies";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { type Ask, UNATTRIBUTED } from "../kit/books.ts";
import { Desk } from "../kit/desk.ts";
import { alarms } from "../kit/look.ts";
import { accountCash, ask, blotter, eventsOf, order, play, quiet } from "./weather.ts";

const deskOf = (): Desk => {
  const desk = new Desk();
  desk.portfolio("alpha", "10000");
  desk.portfolio("beta", "10000");
  return desk;
};

describe("the stream is a hint", () => {
  test("[Z05] fills while the connection is away (1100) are booked when it is back and the venue is asked, once each", () => {
    const stage = quiet(12);
    play(stage, {
      1: () => void order(stage, "buy 10"),
      // Away: two orders were just sent, one is canceled meanwhile.
      3: () => {
        order(stage, "buy 20");
        order(stage, "sell 4");
        order(stage, "buy 5", { limit: 900 });
        stage.faulty.become({ losses: 1000 });
      },
      8: () => {
        expect(stage.units("hands", "A")).toBe(10);
        expect(blotter(stage).slice(1)).toEqual(["buy 20 sending 0", "sell 4 sending 0", "buy 5 sending 0"]);
        stage.faulty.become({});
        ask(stage);
        expect(blotter(stage)).toEqual(["buy 10 filled 10", "buy 20 filled 20", "sell 4 filled 4", "buy 5 working 0"]);
        ask(stage);
      },
    });
    expect([stage.units("hands", "A"), stage.cash("hands")]).toEqual([26, 100_000 - 260]);
    expect(eventsOf(stage.records, "ExecutionBooked")).toHaveLength(3);
  });

  test("[Z06] a stream that beats and loses 14 of 18 fills: asking books the 14 that are missing and none of the 4 again", () => {
    const stage = quiet(24);
    const script = Object.fromEntries(
      Array.from({ length: 18 }, (_, i) => [
        i + 1,
        () => {
          order(stage, "buy 1");
          stage.faulty.become({ losses: i % 5 === 0 ? 0 : 1000 });
        },
      ]),
    );
    play(stage, { ...script, 20: () => expect(stage.units("hands", "A")).toBe(4), 21: () => ask(stage) });
    expect([stage.units("hands", "A"), stage.cash("hands")]).toEqual([18, 100_000 - 180]);
    expect(eventsOf(stage.records, "ExecutionBooked")).toHaveLength(18);
  });

  test("[Z12] all that was ever said, said again after a restart of the books, changes nothing", () => {
    const first = quiet(12);
    first.faulty.become({ corrections: 500 });
    play(first, { 1: () => void order(first, "buy 10"), 3: () => void order(first, "sell 4"), 5: () => void order(first, "buy 2") });
    const { seq } = first.engine.state;
    const second = quiet(12, [], { books: first });
    for (const command of first.said)
      if (command.type === "RecordExecution")
        expect(second.host.submit({ ...command, at: second.engine.state.at })).toMatchObject({ events: [] });
    expect(second.engine.state.seq).toBe(seq);
    expect([second.units("hands", "A"), first.units("hands", "A")]).toEqual([8, 8]);
  });
});

describe("whose it is", () => {
  test("[Z11] an execution without an order (id 0) is nobody's, however much it looks like the order that we wait for", () => {
    const desk = deskOf();
    const placed = desk.place("alpha", "SPY@X", "buy 100");
    const found = desk.do(desk.fillAsk(null, "SPY@X", "buy 100 @ 10"));
    expect(alarms(desk, found)).toEqual([`unknown_order ${UNATTRIBUTED} 100 SPY@X`]);
    expect([desk.position(UNATTRIBUTED, "SPY@X"), desk.position("alpha", "SPY@X"), desk.status(placed.order)]).toEqual([
      "100",
      "0",
      "sending",
    ]);
  });

  test("[Z15] nothing is inferred: a fill that was first nobody's and then an order's is one fill, and the sum is the venue's", () => {
    const desk = deskOf();
    const placed = desk.place("alpha", "SPY@X", "buy 100");
    desk.do(desk.sent(placed.venueOrder, "unknown"));
    desk.do(desk.fillAsk(null, "SPY@X", "buy 100 @ 10", { executionId: "real" }));
    desk.do(desk.fillAsk(placed.venueOrder, "SPY@X", "buy 100 @ 10", { executionId: "real" }));
    expect(["alpha", "beta", UNATTRIBUTED].map((id) => desk.position(id, "SPY@X"))).toEqual(["0", "0", "100"]);
    expect(eventsOf(desk.records, "ExecutionBooked")).toHaveLength(1);
  });

  test("[Z20] the fill of the stop before, told again, is not the new trade's: neither its position nor its exits move", () => {
    const desk = deskOf();
    desk.settings("alpha", { protection: { stopLossPct: 100_000_000 as never, takeProfitPct: null, trailingStopPct: null } });
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const [exit] = eventsOf(
      [{ seq: 1, command: null as never, events: desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9")) }],
      "OrderPlaced",
    );
    if (exit === undefined) throw new Error("no exit");
    const stopped = desk.fillAsk(exit.venueOrder, "SPY@X", "sell 100 @ 9", { executionId: "stop-1" });
    desk.do(stopped);
    desk.hold("alpha", "SPY@X", "buy 50", "12");
    const { seq } = desk.engine.state;
    const later: readonly Ask[] = [stopped, desk.fact("RecordCancel", exit.venueOrder), desk.ack(exit.venueOrder, "old")];
    for (const fact of later) desk.do(fact);
    expect([desk.position("alpha", "SPY@X"), desk.armed("alpha", "SPY@X")]).toEqual(["50", "long stop 10.8"]);
    // The stop's name at the venue is new, everything else was known.
    expect(desk.engine.state.seq - seq).toBeLessThanOrEqual(1);
  });
});

describe("facts about orders and facts about fills", () => {
  // biome-ignore format: one row per word of a venue.
  test.each([
    ["acknowledged", (d: Desk, v: number) => d.ack(v as never)],
    ["rejected",     (d: Desk, v: number) => d.fact("RecordReject", v as never)],
    ["canceled",     (d: Desk, v: number) => d.fact("RecordCancel", v as never)],
    ["expired",      (d: Desk, v: number) => d.fact("RecordExpiry", v as never)],
    ["unanswered",   (d: Desk, v: number) => d.sent(v as never, "unknown")],
  ] as const)("[Z32] no trade is made of what is said about an order: %s moves neither units nor money", (_word, fact) => {
    const desk = deskOf();
    const placed = desk.place("alpha", "SPY@X", "buy 100");
    desk.fill(placed, "30 @ 10");
    const stood = [desk.cash("alpha"), desk.position("alpha", "SPY@X"), desk.lots("alpha", "SPY@X")];
    const events = desk.do(fact(desk, placed.venueOrder));
    expect(events.filter((event) => "postings" in event)).toEqual([]);
    expect([desk.cash("alpha"), desk.position("alpha", "SPY@X"), desk.lots("alpha", "SPY@X")]).toEqual(stood);
    desk.fill(placed, "70 @ 10");
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["100", "9000"]);
  });

  test("[Z18, Z31] whatever the order in which a venue's facts arrive, and however often: the same positions, cash and filled quantities", () => {
    const facts = (desk: Desk): readonly Ask[] => {
      const first = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
      const second = desk.place("beta", "SPY@X", "sell 50");
      const fill = (id: string, venueOrder: typeof first.venueOrder, what: string, version = 0): Ask =>
        desk.fillAsk(venueOrder, "SPY@X", what, { executionId: id }, version);
      return [
        desk.ack(first.venueOrder),
        desk.ack(second.venueOrder),
        fill("p1", first.venueOrder, "buy 30 @ 10"),
        fill("p2", first.venueOrder, "buy 30 @ 9.99"),
        fill("p3", first.venueOrder, "buy 30 @ 10"),
        fill("p3", first.venueOrder, "buy 30 @ 9.98", 1),
        fill("q1", second.venueOrder, "sell 50 @ 10.01"),
        fill("q1", second.venueOrder, "sell 0 @ 10.01", 1),
        desk.fact("RecordCancel", first.venueOrder),
        desk.fact("RecordExpiry", second.venueOrder),
      ];
    };
    const order = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 0, maxLength: 30 });
    fc.assert(
      fc.property(order, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 }), (before, all) => {
        const desk = deskOf();
        const told = facts(desk);
        for (const which of [...before, ...all]) desk.do(told[which] as Ask);
        expect([desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["90", "9100.9"]);
        expect([desk.position("beta", "SPY@X"), desk.cash("beta")]).toEqual(["0", "10000"]);
        expect([...desk.engine.state.orders.values()].map(({ filled }) => filled)).toEqual([90, 0]);
        expect([...desk.engine.state.orders.values()].map(({ reserved }) => reserved)).toEqual([0, 0]);
        desk.engine.audit();
      }),
      { numRuns: runs(1_000), seed: seed() },
    );
  });

  test("[Z33] an order is made smaller while its fill is on its way: what traded is booked, at its own price, and said to be more than asked", () => {
    const desk = deskOf();
    const placed = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    desk.do(desk.ack(placed.venueOrder));
    desk.do(desk.replaceAsk(placed.order, "SPY@X", { quantity: "60", limit: "9.9" }));
    desk.do(desk.replaceAsk(placed.order, "SPY@X", { quantity: "40" }));
    const raced = desk.fill(placed, "80 @ 10");
    expect(alarms(desk, raced)).toEqual(["overfill alpha 80 SPY@X"]);
    expect([desk.status(placed.order), desk.position("alpha", "SPY@X"), desk.cash("alpha"), desk.reserved(placed.order)]).toEqual([
      "filled",
      "80",
      "9200",
      "0 USD",
    ]);
    // The cancel-and-new of the venue says that the old one is gone: it is the same order here.
    desk.canceled(placed.venueOrder);
    expect(desk.status(placed.order)).toBe("filled");
    expect(eventsOf(desk.records, "OrderPlaced")).toHaveLength(1);
  });
});

describe("after the end", () => {
  test("[Z30] a fill that comes after its order was cleared away is booked, and dust of the last decimal closes to exactly nothing", () => {
    const desk = deskOf();
    const placed = desk.place("alpha", "BTC-USD@X", "buy 1", { quote: "100" });
    desk.fill(placed, "0.99999999 @ 100");
    desk.canceled(placed.venueOrder);
    desk.do(desk.roll("2026-01-02", ["alpha"]));
    expect(desk.engine.state.orders.size).toBe(0);
    const late = desk.do(desk.fillAsk(placed.venueOrder, "BTC-USD@X", "buy 0.00000001 @ 100"));
    expect(alarms(desk, late)).toEqual(["late_execution alpha 0.00000001 BTC"]);
    expect(desk.position("alpha", "BTC")).toBe("1");
    desk.hold("alpha", "BTC-USD@X", "sell 0.99999999", "100");
    desk.hold("alpha", "BTC-USD@X", "sell 0.00000001", "100");
    expect([desk.position("alpha", "BTC"), desk.lots("alpha", "BTC"), desk.balance("alpha", "cost")]).toEqual(["0", [], "0"]);
    desk.engine.audit();
  });

  const trader: Strategy = strategy({
    name: "trader",
    onBar: ({ position, bar }) =>
      position === undefined && bar.at % 300_000 === 0
        ? enter.long({ size: size.units(10), stop: stop.percent("10%"), why: "five" })
        : undefined,
  }) as Strategy;

  test("[Z34] matched and then failed: every fill is undone, before or after it was heard of, and nothing of it is left", () => {
    const stage = quiet(60, [{ id: "trader", strategy: trader }]);
    const before = accountCash(stage);
    stage.faulty.become({ busts: 1000, delays: 400, delayMaxMs: 600_000 });
    play(stage, {});
    stage.arrive(stage.host.now(), true);
    expect(eventsOf(stage.records, "OrderPlaced").length).toBeGreaterThan(5);
    const undone = [eventsOf(stage.records, "ExecutionCorrected").length, eventsOf(stage.records, "ExecutionUndone").length];
    expect(Math.min(...undone)).toBeGreaterThan(0);
    expect([stage.units("trader", "A"), accountCash(stage)]).toEqual([0, before]);
    expect(stage.engine.state.portfolios.get("trader" as PortfolioId)?.protections.size).toBe(0);
    stage.engine.audit();
  });
});
