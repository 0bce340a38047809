import { describe, expect, test } from "vitest";
import { UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { ACCOUNT, Desk, ofInstrument, ofPortfolio, plan } from "../../../../tests/kit/desk.ts";
import { alarms, only, replayed } from "../../../../tests/kit/look.ts";
import type { KillLevel } from "../scope.ts";

/** `alpha` holds 100 SPY and is short 50 SPIN; `beta` holds 100 SPY; nobody holds 7 SPY. */
function positions(): Desk {
  const desk = new Desk();
  desk.portfolio("alpha", "10000");
  desk.portfolio("beta", "10000");
  desk.hold("alpha", "SPY@X", "buy 100", "10");
  desk.hold("alpha", "SPIN@X", "sell 50", "10");
  desk.hold("beta", "SPY@X", "buy 100", "10");
  desk.trade(UNATTRIBUTED, "SPY@X", "buy 7 @ 10");
  desk.mark({ "SPY@X": "10", "SPIN@X": "10" });
  return desk;
}

const LEVELS: readonly KillLevel[] = ["pause", "cancel", "flatten"];

describe("kill", () => {
  test.each(LEVELS)("[CTL-5] %s: no new risk in its scope, what reduces passes (I24)", (level) => {
    for (const [scope, blocked, free] of [
      [ACCOUNT, ["alpha SPY@X", "beta SPY@X", "alpha FRAC@X"], []],
      [ofPortfolio("alpha"), ["alpha SPY@X", "alpha FRAC@X"], ["beta SPY@X"]],
      [ofInstrument("SPY@X"), ["alpha SPY@X", "beta SPY@X"], ["alpha FRAC@X"]],
    ] as const) {
      const desk = positions();
      desk.do(desk.killAsk(scope, level));
      const buy = (at: string) => desk.gate(at.split(" ")[0] ?? "", at.split(" ")[1] ?? "", "buy 1");
      for (const at of blocked) expect(buy(at), at).toContain("denied by kill_switch");
      for (const at of free) expect(buy(at), at).toBe("placed 1");
      if (level === "pause") expect(desk.gate("alpha", "SPY@X", "sell 100")).toBe("placed 100");
    }
  });

  test("[CTL-5] cancel asks for the end of the working orders in its scope, and of nothing else", () => {
    const scopes = [
      [ACCOUNT, [1, 2, 3]],
      [ofPortfolio("alpha"), [1, 2]],
      [ofInstrument("SPY@X"), [1, 3]],
    ] as const;
    for (const [scope, canceled] of scopes) {
      const desk = new Desk();
      desk.portfolio("alpha", "10000");
      desk.portfolio("beta", "10000");
      desk.place("alpha", "SPY@X", "buy 1");
      desk.place("alpha", "SPIN@X", "buy 1");
      desk.place("beta", "SPY@X", "buy 1");
      const step = desk.run(desk.killAsk(scope, "cancel"));
      if (!step.ok) throw new Error(step.refusal.code);
      expect(only(step.events, "CancelRequested").map(({ order }) => order)).toEqual(canceled);
      expect(step.effects.map(({ venueOrder }) => venueOrder)).toEqual(canceled);
    }
  });

  test("[CTL-5] pause leaves working orders; exits that protections or kills made are not canceled", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    desk.fill(desk.place("alpha", "SPY@X", "buy 100", { protect: plan({ stop: "@9" }) }), "100 @ 10");
    const rests = desk.place("alpha", "SPIN@X", "buy 1");
    desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    desk.do(desk.killAsk(ACCOUNT, "pause"));
    expect(desk.status(rests.order)).toBe("sending");
    const events = desk.do(desk.killAsk(ACCOUNT, "flatten"));
    expect(only(events, "CancelRequested").map(({ order }) => order)).toEqual([rests.order]);
    expect(desk.orders(events)).toEqual([]);
  });

  test("[CTL-6] flatten closes each portfolio's own share, longs and shorts; nobody's stays nobody's", () => {
    const flattened = (scope: Parameters<Desk["killAsk"]>[0]) => {
      const desk = positions();
      return only(desk.do(desk.killAsk(scope, "flatten")), "OrderPlaced").map(
        ({ portfolio, terms }) => `${portfolio} ${terms.side} ${Number(terms.quantity)} ${terms.instrument}`,
      );
    };
    expect(flattened(ACCOUNT)).toEqual(["alpha sell 100 SPY@X", "alpha buy 50 SPIN@X", "beta sell 100 SPY@X"]);
    expect(flattened(ofPortfolio("alpha"))).toEqual(["alpha sell 100 SPY@X", "alpha buy 50 SPIN@X"]);
    expect(flattened(ofInstrument("SPY@X"))).toEqual(["alpha sell 100 SPY@X", "beta sell 100 SPY@X"]);
    expect(flattened(ofPortfolio(UNATTRIBUTED))).toEqual([`${UNATTRIBUTED} sell 7 SPY@X`]);
  });

  test("[CTL-6] flattening waits for what it cancels and never oversells; what fills meanwhile is closed too", () => {
    const desk = positions();
    const sells = desk.place("alpha", "SPY@X", "sell 80", { limit: "11" });
    const buys = desk.place("alpha", "SPY@X", "buy 30", { limit: "9" });
    const shorts = desk.place("beta", "FRAC@X", "sell 10", { limit: "11" });
    expect(desk.orders(desk.do(desk.killAsk(ACCOUNT, "flatten")))).toEqual([
      "sell 20 SPY@X (kill)",
      "buy 50 SPIN@X (kill)",
      "sell 100 SPY@X (kill)",
    ]);
    expect(desk.orders(desk.fill(sells, "30 @ 11"))).toEqual([]);
    expect(desk.orders(desk.fill(buys, "30 @ 9"))).toEqual(["sell 30 SPY@X (kill)"]);
    expect(desk.orders(desk.canceled(sells.venueOrder))).toEqual(["sell 50 SPY@X (kill)"]);
    expect(desk.orders(desk.fill(shorts, "10 @ 11"))).toEqual(["buy 10 FRAC@X (kill)"]);
    const exits = [...desk.engine.state.orders.values()].filter((order) => order.origin === "kill");
    for (const exit of exits) {
      const of = { order: exit.id, venueOrder: exit.venueOrder };
      desk.fill(of, `${desk.text(exit.quantity as never, desk.assetOf(exit.instrument))} @ 10`);
    }
    for (const id of ["alpha", "beta"]) expect(desk.of(id).holdings.size, id).toBe(0);
    desk.engine.audit();
  });

  test("[CTL-6] what a bust brings back is closed again, once", () => {
    const desk = positions();
    const sold = desk.trade("beta", "SPY@X", "sell 40 @ 10");
    const works = desk.place("beta", "SPY@X", "sell 20", { limit: "11" });
    desk.fill(works, "5 @ 11", "part");
    desk.do(desk.killAsk(ofPortfolio("beta"), "flatten"));
    expect(desk.orders(desk.correct(sold, "SPY@X", "0 @ 10"))).toEqual(["sell 40 SPY@X (kill)"]);
    // The order that works wants its busted units again: they are not free.
    expect(desk.orders(desk.correct("part", "SPY@X", "0 @ 11"))).toEqual([]);
    expect(desk.orders(desk.canceled(works.venueOrder))).toEqual(["sell 20 SPY@X (kill)"]);
  });

  test("[CTL-6] dust stays, and stops no other exit", () => {
    const desk = positions();
    desk.fill(desk.place("alpha", "LONG@X", "buy 100"), "104 @ 10");
    desk.fill(desk.place("beta", "LONG@X", "buy 50"), "4 @ 10");
    expect(desk.orders(desk.do(desk.killAsk(ofInstrument("LONG@X"), "flatten")))).toEqual(["sell 100 LONG@X (kill)"]);
  });

  test("[CTL-6] a kill of one listing closes the position through it", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    desk.hold("alpha", "BTC-USD@X", "buy 1", "1000");
    expect(desk.orders(desk.do(desk.killAsk(ofInstrument("BTC-EUR@X"), "flatten")))).toEqual(["sell 1 BTC-EUR@X (kill)"]);
  });

  test("[CTL-7] it holds until a person clears it with a reason, over a restart; other scopes stay", () => {
    const desk = positions();
    desk.do(desk.killAsk(ACCOUNT, "pause"));
    desk.do(desk.killAsk(ofPortfolio("alpha"), "pause"));
    expect(desk.refused(desk.clearAsk(ofPortfolio("beta")))).toBe("KILL_NOT_ENGAGED");
    expect(desk.refused(desk.clearAsk(ACCOUNT, ""))).toBe("REASON_MISSING");
    expect([...replayed(desk).state.kills.keys()]).toEqual(["account", "portfolio:alpha"]);
    desk.do(desk.clearAsk(ACCOUNT));
    expect(desk.gate("beta", "SPY@X", "buy 1")).toBe("placed 1");
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("denied by kill_switch (portfolio)");
    desk.do(desk.clearAsk(ofPortfolio("alpha")));
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("placed 1");
  });

  test("[CTL-7] engaging again keeps the stricter level and flattens what is there now", () => {
    const desk = positions();
    desk.do(desk.killAsk(ofPortfolio("beta"), "flatten"));
    const [exit] = [...desk.engine.state.orders.values()].filter((order) => order.origin === "kill");
    if (exit === undefined) throw new Error("no exit");
    desk.do(desk.fact("RecordReject", exit.venueOrder));
    const events = desk.do(desk.killAsk(ofPortfolio("beta"), "pause"));
    expect(only(events, "KillEngaged").map(({ level }) => level)).toEqual(["flatten"]);
    expect(desk.orders(events)).toEqual(["sell 100 SPY@X (kill)"]);
  });

  test("[CTL-8] an exit that ends without closing, and one that is denied, are said", () => {
    const desk = positions();
    desk.do(desk.killAsk(ofPortfolio("beta"), "flatten"));
    const [exit] = [...desk.engine.state.orders.values()].filter((order) => order.origin === "kill");
    if (exit === undefined) throw new Error("no exit");
    expect(alarms(desk, desk.do(desk.fact("RecordExpiry", exit.venueOrder)))).toEqual(["naked_position beta 100 SPY@X"]);
    desk.do(desk.modeAsk(ACCOUNT, "halted"));
    expect(alarms(desk, desk.do(desk.killAsk(ofPortfolio("beta"), "flatten")))).toEqual(["naked_position beta 100 SPY@X"]);
  });

  test("[CTL-8] an exit that was called back is placed again while a kill flattens", () => {
    const desk = positions();
    desk.do(desk.killAsk(ofPortfolio("beta"), "flatten"));
    const [exit] = [...desk.engine.state.orders.values()].filter((order) => order.origin === "kill");
    if (exit === undefined) throw new Error("no exit");
    desk.do(desk.cancelAsk(exit.id));
    expect(desk.orders(desk.canceled(exit.venueOrder))).toEqual(["sell 100 SPY@X (kill)"]);
  });

  test("[CTL-5] refusals in order", () => {
    const desk = positions();
    expect(desk.refused(desk.killAsk(ofPortfolio("nobody"), "pause", ""))).toBe("PORTFOLIO_UNKNOWN");
    expect(desk.refused(desk.killAsk(ofInstrument("NONE@X"), "pause", ""))).toBe("INSTRUMENT_UNKNOWN");
    expect(desk.refused(desk.killAsk(ACCOUNT, "pause", ""))).toBe("REASON_MISSING");
  });
});

test("[CTL-9] a mode holds until ready lifts it; scopes are known (I14)", () => {
  const desk = positions();
  expect(desk.refused(desk.modeAsk(ofPortfolio("nobody"), "halted"))).toBe("PORTFOLIO_UNKNOWN");
  expect(desk.refused(desk.modeAsk(ofInstrument("NONE@X"), "halted"))).toBe("INSTRUMENT_UNKNOWN");
  desk.do(desk.modeAsk(ACCOUNT, "reduce_only"));
  desk.do(desk.modeAsk(ofInstrument("SPY@X"), "halted"));
  expect(desk.gate("alpha", "SPY@X", "sell 1")).toBe("denied by mode (instrument): 0 < 4");
  desk.do(desk.modeAsk(ofInstrument("SPY@X"), "ready"));
  expect(desk.gate("alpha", "SPY@X", "sell 1")).toBe("placed 1");
  expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("denied by mode (account): 0 < 1");
  desk.do(desk.modeAsk(ACCOUNT, "ready"));
  expect(desk.engine.state.modes.size).toBe(0);
});

test("[CTL-10] an epoch never goes back", () => {
  const desk = positions();
  const epoch = (number: number) => desk.refused({ type: "StartEpoch", epoch: number, engineVersion: "test" });
  expect([epoch(2), epoch(1), epoch(2), epoch(2.5), epoch(Number.NaN), epoch(3)]).toEqual([
    "admitted",
    "EPOCH_BACKWARD",
    "admitted",
    "EPOCH_BACKWARD",
    "EPOCH_BACKWARD",
    "admitted",
  ]);
});

test("[CTL-11] a strategy's fault pauses only its portfolio, only when it says so, and loosens nothing", () => {
  const desk = positions();
  const fault = (portfolio: string, pause: boolean) =>
    desk.run({ type: "ReportStrategyFault", portfolio: portfolio as never, code: "THREW", message: "no", pause });
  expect(fault("nobody", true)).toMatchObject({ ok: false, refusal: { code: "PORTFOLIO_UNKNOWN" } });
  fault("alpha", false);
  expect(desk.of("alpha").tradingState).toBe("active");
  fault("alpha", true);
  expect([desk.of("alpha").tradingState, desk.of("beta").tradingState]).toEqual(["reducing", "active"]);
  expect(desk.of("alpha").stateReason).toBe("strategy fault: THREW");
  expect(desk.gate("alpha", "SPY@X", "sell 100")).toBe("placed 100");
});

test("[CTL-12] S3.3 stopping a strategy is on record until it is started again, and changes nothing else", () => {
  const desk = positions();
  const ask = (type: "StopStrategy" | "StartStrategy", portfolio: string, reason = "test") =>
    desk.run({ type, portfolio: portfolio as never, reason });
  expect(ask("StopStrategy", "alpha")).toMatchObject({ ok: false, refusal: { code: "STRATEGY_NOT_SET" } });
  desk.settings("alpha", { strategy: { type: "sma-cross", version: "1", codeHash: "", params: "{}" } });
  expect(ask("StopStrategy", "alpha", "")).toMatchObject({ ok: false, refusal: { code: "REASON_MISSING" } });
  expect(ask("StopStrategy", "nobody")).toMatchObject({ ok: false, refusal: { code: "PORTFOLIO_UNKNOWN" } });
  expect(ask("StartStrategy", "alpha")).toMatchObject({ ok: true, events: [] });
  const stopped = { type: "StrategyStopped", portfolio: "alpha", reason: "night", by: "test" };
  expect(ask("StopStrategy", "alpha", "night")).toMatchObject({ ok: true, events: [stopped], effects: [] });
  expect(ask("StopStrategy", "alpha")).toMatchObject({ ok: true, events: [] });
  expect(desk.of("alpha")).toMatchObject({ strategyStop: { reason: "night", by: "test", at: desk.at }, tradingState: "active" });
  expect(desk.gate("alpha", "SPY@X", "sell 100")).toBe("placed 100");
  expect(replayed(desk).state.portfolios.get("alpha" as never)?.strategyStop?.reason).toBe("night");
  expect(ask("StartStrategy", "alpha")).toMatchObject({ ok: true, events: [{ type: "StrategyStarted" }] });
  expect(desk.of("alpha").strategyStop).toBeNull();
});
