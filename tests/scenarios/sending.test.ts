import type { PortfolioId } from "@bulkhead/core";
import { enter, type Strategy, size, strategy } from "@bulkhead/strategies";
import { describe, expect, test } from "vitest";
import { Desk, plan } from "../kit/desk.ts";
import { alarms } from "../kit/look.ts";
import { ask, blotter, eventsOf, HANDS, order, play, quiet } from "./weather.ts";

/** Wants to be long whenever it is flat, whatever it asked for before. */
const eager: Strategy = strategy({
  name: "eager",
  onBar: ({ position }) => (position === undefined ? enter.long({ size: size.units(10), why: "flat" }) : undefined),
}) as Strategy;

describe("nobody knows whether an order arrived", () => {
  test("[Z01] create-order times out and was placed: it is unknown, holds its cash, is not sent again, and fills as the one order it is", () => {
    const stage = quiet(6);
    play(stage, {
      1: () => {
        stage.faulty.become({ unanswered: 1000 });
        order(stage, "buy 10");
        expect(blotter(stage)).toEqual(["buy 10 unknown 0"]);
        expect([...stage.engine.state.orders.values()][0]?.reserved).toBe(100_000_000);
      },
    });
    expect(blotter(stage)).toEqual(["buy 10 filled 10"]);
    expect([stage.units("hands", "A"), stage.cash("hands")]).toEqual([10, 99_900]);
    expect(stage.faulty.sent).toEqual([1]);
  });

  test("[Z02] a strategy that hears nothing and orders again on every bar does not buy twice, nor does a person who insists", () => {
    const stage = quiet(12, [{ id: "eager", strategy: eager }, HANDS]);
    stage.faulty.become({ unanswered: 1000, losses: 1000 });
    play(stage, {
      2: () => {
        order(stage, "buy 7");
        expect(eventsOf(stage.records, "OrderPlaced")).toHaveLength(2);
      },
      3: () => expect(order(stage, "buy 7")).toMatchObject([{ type: "OrderDenied", receipt: { rule: "unanswered" } }]),
      8: () => {
        expect(blotter(stage)).toEqual(["buy 10 unknown 0", "buy 7 unknown 0"]);
        stage.faulty.become({});
        ask(stage);
        expect(blotter(stage)).toEqual(["buy 10 filled 10", "buy 7 filled 7"]);
      },
    });
    expect([stage.units("eager", "A"), stage.units("hands", "A")]).toEqual([10, 7]);
    expect(stage.faulty.sent).toEqual([1, 2]);
  });

  test("[Z03] a client that posts the same order twenty times has one; the venue is told of it once", () => {
    const stage = quiet(4);
    play(stage, {
      1: () => {
        stage.faulty.become({ unanswered: 1000 });
        const [placed, ...nothing] = Array.from({ length: 20 }, () => order(stage, "buy 10", { intentId: "one" }));
        expect(placed?.map(({ type }) => type)).toEqual(["OrderPlaced", "OrderUnknown"]);
        expect(nothing.flat()).toEqual([]);
      },
      3: () => expect(order(stage, "buy 10", { intentId: "one" })).toEqual([]),
    });
    expect(stage.faulty.sent).toEqual([1]);
    expect(stage.units("hands", "A")).toBe(10);
  });

  test("[Z04] a refusal that was none (400, and placed all the same): the fill is booked to its owner, guarded by its plan, and said", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    const placed = desk.place("alpha", "SPY@X", "buy 100", { protect: plan({ stop: "@9" }) });
    desk.do(desk.fact("RecordReject", placed.venueOrder, "400"));
    expect([desk.status(placed.order), desk.reserved(placed.order)]).toEqual(["rejected", "0 USD"]);
    const late = desk.fill(placed, "100 @ 10");
    expect(alarms(desk, late)).toEqual(["late_execution alpha 100 SPY@X"]);
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha"), desk.status(placed.order)]).toEqual(["100", "9000", "filled"]);
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9");
  });

  test("[Z17] an order without an answer is not rejected by time or by a new day: it fills in the end", () => {
    const stage = quiet(2_000);
    play(stage, {
      1: () => {
        stage.faulty.become({ unanswered: 1000, losses: 1000 });
        order(stage, "buy 10");
      },
      1990: () => {
        // A day and several hours later; the midnight between took all ended orders away.
        expect(blotter(stage)).toEqual(["buy 10 unknown 0"]);
        expect(stage.engine.state.portfolios.get("hands" as PortfolioId)?.day?.date).toBe("2026-01-06");
        ask(stage);
        expect(blotter(stage)).toEqual(["buy 10 filled 10"]);
      },
    });
    expect(eventsOf(stage.records, "OrderEnded")).toEqual([]);
    expect(stage.faulty.sent).toEqual([1]);
  });

  test("[Z17] one that never arrived ends when the venue says so, and not before; what it held back is free again", () => {
    const stage = quiet(6);
    play(stage, {
      1: () => {
        stage.faulty.become({ lostOrders: 1000 });
        order(stage, "buy 10");
      },
      4: () => {
        expect(blotter(stage)).toEqual(["buy 10 unknown 0"]);
        ask(stage);
        expect(blotter(stage)).toEqual(["buy 10 rejected 0"]);
        expect([...stage.engine.state.orders.values()][0]?.reserved).toBe(0);
      },
    });
    expect(stage.faulty.sent).toEqual([1]);
    expect(stage.cash("hands")).toBe(100_000);
  });

  test("[Z23] an order that is gone and comes back is the same order: acknowledged, filled, never sent again", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    const placed = desk.place("alpha", "SPY@X", "buy 100", { limit: "10" });
    desk.do(desk.ack(placed.venueOrder));
    desk.canceled(placed.venueOrder);
    desk.do(desk.ack(placed.venueOrder, "back-again"));
    expect(desk.status(placed.order)).toBe("canceled");
    desk.fill(placed, "60 @ 10");
    expect([desk.status(placed.order), desk.position("alpha", "SPY@X")]).toEqual(["canceled", "60"]);
    desk.fill(placed, "40 @ 10");
    expect([desk.status(placed.order), desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["filled", "100", "9000"]);
    expect(eventsOf(desk.records, "OrderPlaced")).toHaveLength(1);
  });
});

describe("what may not be sent", () => {
  test.each(["pause", "cancel", "flatten"] as const)("[Z26] after a stop (%s) with orders on their way nothing opens any more", (level) => {
    const stage = quiet(20, [{ id: "eager", strategy: eager }]);
    stage.faulty.become({ delays: 1000, delayMaxMs: 300_000 });
    let stopped = 0;
    play(stage, {
      4: () => {
        stopped = stage.records.length;
        stage.host.submit({ type: "EngageKill", at: stage.host.now(), by: "test", scope: { kind: "account" }, level, reason: "stop" });
      },
    });
    stage.arrive(stage.host.now());
    expect(stopped).toBeGreaterThan(0);
    const after = eventsOf(stage.records.slice(stopped), "OrderPlaced");
    expect(after.filter(({ origin }) => origin !== "kill")).toEqual([]);
    if (level === "flatten") expect(stage.units("eager", "A")).toBe(0);
    stage.engine.audit();
  });

  test("[Z35] a venue that refuses everything while it restarts: each order ends, none is sent again by itself, then trading goes on", () => {
    const stage = quiet(12, [{ id: "eager", strategy: eager }]);
    stage.faulty.become({ rejects: 1000 });
    play(stage, {
      4: () => {
        expect(new Set(blotter(stage))).toEqual(new Set(["buy 10 rejected 0"]));
        expect(stage.engine.state.portfolios.get("eager" as PortfolioId)?.reserved.get("USD" as never) ?? 0).toBe(0);
        stage.faulty.become({});
      },
    });
    expect(stage.units("eager", "A")).toBe(10);
    expect(new Set(stage.faulty.sent).size).toBe(stage.faulty.sent.length);
    expect(blotter(stage).at(-1)).toBe("buy 10 filled 10");
  });
});
