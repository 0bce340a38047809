import type { InstantMs, InstrumentId, PortfolioId } from "@bulkhead/core";
import { chanceOf, FaultyVenue } from "@bulkhead/sim";
import { enter, type Strategy, size, stop, strategy } from "@bulkhead/strategies";
import { describe, expect, test } from "vitest";
import { flat, Stage, seriesOf } from "../host/stage.ts";
import { at, Stage as Edge } from "../http/stage.ts";
import { limits, loss } from "../kit/desk.ts";
import { eventsOf, HANDS, order, play, quiet } from "./weather.ts";

const guarded: Strategy = strategy({
  name: "guarded",
  state: { version: 1, initial: { done: false } },
  onBar({ state }) {
    if (state.done) return undefined;
    state.done = true;
    return enter.long({ size: size.units(10), stop: stop.percent("5%"), why: "once" });
  },
}) as Strategy;

describe("exits", () => {
  test("[Z24] a stop that the venue refuses is tried again while the price is there, one order at a time, and nothing else is sold in its place", () => {
    const rows = [flat(1000), flat(1000), flat(1000), ...Array.from({ length: 6 }, () => flat(900)), flat(890), flat(890)];
    const stage = new Stage([seriesOf("A", rows)], [{ id: "p", strategy: guarded }], {
      faults: (venue) => new FaultyVenue(venue, {}, chanceOf(1)),
    });
    play(stage, {
      3: () => stage.faulty.become({ rejects: 1000 }),
      8: () => {
        const exits = eventsOf(stage.records, "OrderPlaced").filter(({ origin }) => origin === "protection");
        expect([exits.length > 1, exits.length <= 5]).toEqual([true, true]);
        expect(exits.map(({ terms }) => `${terms.side} ${terms.quantity}`)).toEqual(exits.map(() => "sell 10"));
        expect(eventsOf(stage.records, "BreakRaised").filter(({ kind }) => kind === "naked_position")).toHaveLength(exits.length);
        expect(stage.engine.state.portfolios.get("p" as PortfolioId)?.protections.size).toBe(1);
        expect(stage.units("p", "A")).toBe(10);
        stage.faulty.become({});
      },
    });
    expect(stage.units("p", "A")).toBe(0);
    expect(eventsOf(stage.records, "ExecutionBooked")).toHaveLength(2);
    expect(eventsOf(stage.records, "OrderPlaced").filter(({ origin }) => origin === "kill" || origin === "person")).toEqual([]);
  });
});

describe("two in one account", () => {
  test("[Z28, Z29] two strategies in one wallet, one long and one short, on a bad day: each has its own, and the sum is the venue's", () => {
    const side = (direction: "long" | "short"): Strategy =>
      strategy({
        name: direction,
        state: { version: 1, initial: { done: false } },
        onBar({ state }) {
          if (state.done) return undefined;
          state.done = true;
          return enter[direction]({ size: size.units(direction === "long" ? 31 : 12), why: "test" });
        },
      }) as Strategy;
    const stage = quiet(40, [{ id: "bull", strategy: side("long") }, { id: "bear", strategy: side("short") }, HANDS]);
    stage.faulty.become({ duplicates: 500, delays: 500, delayMaxMs: 300_000, unanswered: 300, losses: 300 });
    play(stage, { 30: () => void order(stage, "sell 31", { portfolio: "bull" }) });
    stage.arrive(stage.host.now(), true);
    // The bull's own sale took nothing of the bear's, and nobody's order was closed by somebody else.
    expect([stage.units("bull", "A"), stage.units("bear", "A"), stage.units("unattributed", "A")]).toEqual([0, -12, 0]);
    expect(
      eventsOf(stage.records, "ExecutionBooked")
        .flatMap(({ allocations }) => allocations.map(({ portfolio }) => portfolio))
        .sort(),
    ).toEqual(["bear", "bull", "bull"]);
    stage.engine.audit();
  });
});

describe("runaway", () => {
  const storm: Strategy = strategy({
    name: "storm",
    onBar: () => enter.long({ size: size.units(1), why: "storm" }),
  }) as Strategy;

  test("[Z43] code that runs away is bounded by its rate, tells why, and one stop ends it; its neighbor trades on", () => {
    const bars = seriesOf(
      "A",
      Array.from({ length: 3_000 }, () => flat(1000)),
      (i) => (Date.UTC(2026, 0, 5) + i * 100) as InstantMs,
      (i) => (Date.UTC(2026, 0, 5) + (i + 1) * 100) as InstantMs,
    );
    const ordering = limits({ maxOrdersPerMinute: 60 });
    const stage = new Stage([bars], [{ id: "storm", strategy: storm, settings: { limits: ordering } }, HANDS], {
      faults: (venue) => new FaultyVenue(venue, { rejects: 1000 }, chanceOf(1)),
    });
    let stopped = 0;
    play(stage, {
      1500: () => {
        stopped = stage.records.length;
        const scope = { kind: "portfolio", portfolio: "storm" as PortfolioId } as const;
        stage.host.submit({ type: "EngageKill", at: stage.host.now(), by: "test", scope, level: "cancel", reason: "runaway" });
        stage.faulty.become({});
        order(stage, "buy 3");
      },
    });
    const placed = eventsOf(stage.records.slice(0, stopped), "OrderPlaced").length;
    // 150 seconds: sixty a minute, whatever was tried.
    expect([placed >= 120, placed <= 180]).toEqual([true, true]);
    const denied = eventsOf(stage.records.slice(0, stopped), "OrderDenied");
    expect(denied.length).toBeGreaterThan(1_000);
    expect(new Set(denied.map(({ receipt }) => receipt.rule))).toEqual(new Set(["max_orders_per_minute"]));
    const after = eventsOf(stage.records.slice(stopped), "OrderPlaced");
    expect(after.map(({ portfolio }) => portfolio)).toEqual(["hands"]);
    expect(stage.units("hands", "A")).toBe(3);
  });
});

describe("a stolen key", () => {
  const LONG = { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50" };

  test("[Z50] who only trades within limits gets no further than them: its portfolio, its instruments, its prices, its day's loss", async () => {
    const stage = await Edge.open({
      set: (desk) =>
        desk.account.with((books) =>
          books.settings("alpha", {
            universe: ["LONG@X" as InstrumentId],
            limits: { ...limits({ maxPositionSize: "2000", collar: "0.05" }), losses: loss("day", "$300").losses },
          }),
        ),
    });
    const { headers } = await stage.key(["read", "trade"], ["alpha"]);
    const code = async (path: string, body: unknown): Promise<unknown> => {
      const answer = await stage.post(path, body, { headers });
      return answer.status < 300 ? answer.status : at(answer, "code");
    };
    // An illiquid thing of the thief's choice, somebody else's portfolio, a price of the thief's choice, more than there may be.
    expect(await code("/api/orders", { ...LONG, instrument: "SPIN" })).toBe("universe");
    expect(await code("/api/orders", { ...LONG, portfolio_id: "beta" })).toBe("PORTFOLIO_UNKNOWN");
    expect(await code("/api/orders", { ...LONG, order_type: "limit", limit_price: "20" })).toBe("collar");
    expect(await code("/api/orders", { ...LONG, quantity: "500" })).toBe("max_position_size");
    for (const [path, body] of [
      ["/api/portfolios/alpha/transfer", { to_portfolio_id: "unattributed", amount: "1", reason: "x" }],
      ["/api/keys", { name: "mine", portfolios: "*", actions: ["admin"] }],
      ["/api/kill/clear", { reason: "x" }],
    ] as const)
      expect((await stage.post(path, body, { headers })).status).toBeGreaterThanOrEqual(400);
    expect((await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { limits: {} }, headers })).status).toBe(403);
    // Buying dear and selling cheap, again and again: the day's loss ends it.
    let rounds = 0;
    for (; rounds < 50; rounds++) {
      if ((await code("/api/orders", { ...LONG, quantity: "100", allow_duplicate: true })) !== 201) break;
      stage.account.with((books) => {
        const bought = [...books.engine.state.orders.values()].at(-1);
        if (bought === undefined) throw new Error("no order");
        books.fill({ order: bought.id, venueOrder: bought.venueOrder }, "100 @ 10.5");
        books.hold("alpha", "LONG@X", "sell 100", "9.5");
        books.mark({ "LONG@X": "10" });
      });
    }
    expect(rounds).toBe(3);
    expect(await code("/api/orders", { ...LONG, allow_duplicate: true })).toBe("max_loss_day");
    expect(stage.account.books.cash("beta")).toBe("10000");
    expect(await code("/api/orders", { ...LONG, portfolio_id: "beta" })).toBe("PORTFOLIO_UNKNOWN");
  });
});
