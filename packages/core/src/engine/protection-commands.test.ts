import { ratioOfUnits } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { ACCOUNT, Desk, ofPortfolio, plan, type Wish } from "../../../../tests/kit/desk.ts";
import { alarms, only, replayed } from "../../../../tests/kit/look.ts";

const percent = (points: number) => ratioOfUnits(points * 10_000_000);
const POLICY = { stopLossPct: percent(5), takeProfitPct: percent(10), trailingStopPct: null };

/** `alpha` and `beta` have 10,000 dollars. */
function deskOf(policy: Partial<typeof POLICY> = {}): Desk {
  const desk = new Desk();
  const none = { stopLossPct: null, takeProfitPct: null, trailingStopPct: null };
  desk.portfolio("alpha", "10000", { protection: { ...none, ...policy } });
  desk.portfolio("beta", "10000");
  return desk;
}

/** 100 SPY at 10 with a stop at 9 and a target at 12. */
function guarded(wish: Wish = {}): Desk {
  const desk = deskOf();
  const entry = desk.place("alpha", "SPY@X", "buy 100", { protect: plan({ stop: "@9", target: "@12" }), ...wish });
  desk.fill(entry, "100 @ 10");
  return desk;
}

describe("arming", () => {
  test("[PROT-1] a fill arms its order's plan, else the policy, from the average entry price (S0.12)", () => {
    const desk = deskOf(POLICY);
    desk.fill(desk.place("alpha", "SPY@X", "buy 10"), "10 @ 10");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9.5 target 11");
    desk.fill(desk.place("alpha", "SPIN@X", "sell 10", { protect: plan({ stop: "20%", trailing: "~1" }) }), "10 @ 10");
    expect(desk.armed("alpha", "SPIN@X")).toBe("short stop 12 trailing 1 from 10");
    desk.fill(desk.place("beta", "SPY@X", "buy 10"), "10 @ 10");
    expect(desk.armed("beta", "SPY@X")).toBe("");
  });

  test("[PROT-1] each part of a fill measures the plan from the average so far; a plan without levels arms nothing", () => {
    const desk = deskOf();
    const entry = desk.place("alpha", "SPY@X", "buy 100", { protect: plan({ stop: "10%" }) });
    desk.fill(entry, "50 @ 10");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9");
    desk.fill(entry, "50 @ 12");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9.9");
    const policed = deskOf(POLICY);
    policed.fill(policed.place("alpha", "SPY@X", "buy 10", { protect: plan({}) }), "10 @ 10");
    expect(policed.armed("alpha", "SPY@X")).toBe("");
  });

  test("[PROT-1] a fill that reduces arms nothing", () => {
    const desk = deskOf();
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    desk.settings("alpha", { protection: POLICY });
    desk.hold("alpha", "SPY@X", "sell 10", "10");
    expect(desk.armed("alpha", "SPY@X")).toBe("");
    desk.hold("alpha", "SPY@X", "buy 10", "10");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9.5 target 11");
  });

  test("[PROT-3] a strategy moves exits only inside the policy's bounds; a person means what he says (C28)", () => {
    const desk = deskOf(POLICY);
    const strategy = { origin: "strategy", protect: plan({ stop: "8%", target: "4%" }) } as const;
    desk.fill(desk.place("alpha", "SPY@X", "buy 10", strategy), "10 @ 10");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9.5 target 10.4");
    desk.fill(desk.place("alpha", "SPIN@X", "buy 10", { ...strategy, protect: plan({}) }), "10 @ 10");
    expect(desk.armed("alpha", "SPIN@X")).toBe("long stop 9.5 target 11");
    desk.fill(desk.place("alpha", "FRAC@X", "buy 10", { protect: plan({ stop: "8%" }) }), "10 @ 10");
    expect(desk.armed("alpha", "FRAC@X")).toBe("long stop 9.2");
  });

  test("[PROT-4] adding without a plan leaves exits, adding with one sets them anew; the best price stays", () => {
    const desk = guarded({ protect: plan({ trailing: "~1" }) });
    desk.do(desk.ratchetAsk("alpha", "SPY@X", "14"));
    desk.fill(desk.place("alpha", "SPY@X", "buy 10"), "10 @ 20");
    expect(desk.armed("alpha", "SPY@X")).toBe("long trailing 1 from 14");
    desk.fill(desk.place("alpha", "SPY@X", "buy 10", { protect: plan({ trailing: "~2" }) }), "10 @ 12");
    expect(desk.armed("alpha", "SPY@X")).toBe("long trailing 2 from 14");
  });

  test("[PROT-12] a fill that reduces leaves them; one that closes or flips ends them, and a flip arms its own", () => {
    const desk = guarded();
    desk.fill(desk.place("alpha", "SPY@X", "sell 60"), "60 @ 10");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9 target 12");
    const flip = desk.place("alpha", "SPY@X", "sell 60", { protect: plan({ stop: "10%" }) });
    const events = desk.fill(flip, "60 @ 10");
    expect(only(events, "ProtectionEnded").map(({ reason }) => reason)).toEqual(["position_flipped"]);
    expect(desk.armed("alpha", "SPY@X")).toBe("short stop 11");
    expect(only(desk.fill(desk.place("alpha", "SPY@X", "buy 20"), "20 @ 10"), "ProtectionEnded").map(({ reason }) => reason)).toEqual([
      "position_closed",
    ]);
    expect(desk.armed("alpha", "SPY@X")).toBe("");
  });
});

test("[PROT-12] exits end with the position also when it is closed or turned through another listing of the asset", () => {
  for (const [sold, reason] of [
    ["1", "position_closed"],
    ["3", "position_flipped"],
  ] as const) {
    const desk = deskOf();
    desk.mark({}, { EUR: "1.25" });
    desk.deposit("alpha", "1000 EUR");
    desk.fill(desk.place("alpha", "BTC-USD@X", "buy 1", { quote: "100", protect: plan({ stop: "10%" }) }), "1 @ 100");
    const sells = desk.place("alpha", "BTC-EUR@X", `sell ${sold}`, { quote: "80" });
    expect(only(desk.fill(sells, `${sold} @ 80`), "ProtectionEnded").map((event) => [event.instrument, event.reason])).toEqual([
      ["BTC-USD@X", reason],
    ]);
  }
});

test("[PROT-15] what arrives in kind is guarded by its new portfolio's policy from the price of the transfer", () => {
  const desk = deskOf();
  desk.portfolio("gamma", "1000", { protection: { ...POLICY, takeProfitPct: null } });
  desk.hold("alpha", "SPY@X", "buy 100", "10");
  desk.hold("alpha", "SPIN@X", "sell 50", "10");
  desk.do(desk.moveAsk("alpha", "gamma", "SPY@X", "40 @ 20"));
  desk.do(desk.moveAsk("alpha", "gamma", "SPIN@X", "-50 @ 20"));
  expect([desk.armed("gamma", "SPY@X"), desk.armed("gamma", "SPIN@X")]).toEqual(["long stop 19", "short stop 21"]);
  desk.do(desk.moveAsk("alpha", "gamma", "SPY@X", "10 @ 30"));
  expect(desk.armed("gamma", "SPY@X")).toBe("long stop 19");
  desk.do(desk.moveAsk("alpha", "beta", "SPY@X", "10 @ 30"));
  expect(desk.armed("beta", "SPY@X")).toBe("");
});

describe("setting", () => {
  test("[PROT-17] who moves another exit leaves the trailing stop where it is; another distance begins at the entry price", () => {
    const desk = deskOf();
    desk.fill(desk.place("alpha", "SPY@X", "buy 100", { protect: plan({ trailing: "~1", target: "@20" }) }), "100 @ 10");
    desk.do(desk.ratchetAsk("alpha", "SPY@X", "15"));
    desk.do(desk.protectAsk("alpha", "SPY@X", plan({ trailing: "~1", target: "@18" })));
    expect(desk.armed("alpha", "SPY@X")).toBe("long target 18 trailing 1 from 15");
    desk.do(desk.protectAsk("alpha", "SPY@X", plan({ trailing: "~2", target: "@18" })));
    expect(desk.armed("alpha", "SPY@X")).toBe("long target 18 trailing 2 from 10");
  });

  test("[PROT-5] refusals in order, and what replaces what", () => {
    const desk = guarded();
    const set = (levels: Parameters<typeof plan>[0] | null, who = "alpha", what = "SPY@X") =>
      desk.refused(desk.protectAsk(who, what, levels === null ? null : plan(levels)));
    expect(set({ stop: "5%" }, "nobody", "NONE@X")).toBe("PORTFOLIO_UNKNOWN");
    expect(set({ stop: "5%" }, "alpha", "NONE@X")).toBe("INSTRUMENT_UNKNOWN");
    expect(set(null, "beta")).toBe("PROTECTION_UNKNOWN");
    expect(set({ stop: "0%" }, "beta")).toBe("POSITION_FLAT");
    for (const wrong of [
      {},
      { stop: "0%" },
      { stop: "~11" },
      { stop: "~11", target: "5%" },
      { stop: "@12", target: "@11" },
      { target: "2R" },
    ])
      expect(set(wrong), JSON.stringify(wrong)).toBe("PROTECTION_INVALID");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9 target 12");
    // A stop above the entry locks a gain in: only the target must be beyond it.
    for (const alone of [{ stop: "5%" }, { target: "5%" }, { trailing: "5%" }]) expect(set(alone)).toBe("admitted");
    expect(set({ stop: "@11", target: "@13" })).toBe("admitted");
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 11 target 13");
    expect(set(null)).toBe("admitted");
    expect(desk.armed("alpha", "SPY@X")).toBe("");
  });

  test("[PROT-8] the reference moves only to a better price", () => {
    const desk = guarded({ protect: plan({ stop: "@9", trailing: "~1" }) });
    expect(desk.refused(desk.ratchetAsk("beta", "SPY@X", "11"))).toBe("PROTECTION_UNKNOWN");
    expect(desk.refused(desk.ratchetAsk("alpha", "SPY@X", "0"))).toBe("PRICE_NOT_POSITIVE");
    expect(desk.do(desk.ratchetAsk("alpha", "SPY@X", "10"))).toEqual([]);
    expect(desk.do(desk.ratchetAsk("alpha", "SPY@X", "9.99"))).toEqual([]);
    desk.do(desk.ratchetAsk("alpha", "SPY@X", "11"));
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9 trailing 1 from 11");
    const fixed = guarded();
    expect(fixed.do(fixed.ratchetAsk("alpha", "SPY@X", "11"))).toEqual([]);
  });
});

describe("trading", () => {
  test("[PROT-9] a trigger closes its own portfolio's position at market, at the price where it rested (S0.50)", () => {
    const desk = guarded();
    desk.hold("beta", "SPY@X", "buy 100", "10");
    const step = desk.run(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    if (!step.ok) throw new Error(step.refusal.code);
    expect(desk.orders(step.events)).toEqual(["sell 100 SPY@X (protection)"]);
    expect(step.effects).toMatchObject([{ type: "SubmitOrder", portfolio: "alpha", trigger: 900, terms: { orderType: "market" } }]);
    const [placed] = only(step.events, "OrderPlaced");
    if (placed === undefined) throw new Error("no exit");
    const fill = desk.fill(placed, "100 @ 9");
    expect(only(fill, "ProtectionEnded").map(({ reason }) => reason)).toEqual(["position_closed"]);
    expect([desk.position("alpha", "SPY@X"), desk.position("beta", "SPY@X")]).toEqual(["0", "100"]);
    expect(desk.of("alpha").exiting.size).toBe(0);
  });

  test("[PROT-9] refusals in order", () => {
    const desk = guarded();
    expect(desk.refused(desk.triggerAsk("nobody", "SPY@X", "stop", "9"))).toBe("PORTFOLIO_UNKNOWN");
    expect(desk.refused({ ...desk.triggerAsk("alpha", "SPY@X", "stop", "9"), instrument: "NONE@X" } as never)).toBe("INSTRUMENT_UNKNOWN");
    expect(desk.refused(desk.triggerAsk("beta", "SPY@X", "stop", "0"))).toBe("PROTECTION_UNKNOWN");
    expect(desk.refused(desk.triggerAsk("alpha", "SPY@X", "trailing_stop", "9"))).toBe("PROTECTION_UNKNOWN");
    expect(desk.refused(desk.triggerAsk("alpha", "SPY@X", "stop", "0"))).toBe("PRICE_NOT_POSITIVE");
  });

  test("[PROT-10] what a resting exit holds is called back, and trades when it has ended", () => {
    const desk = guarded();
    const rests = desk.place("alpha", "SPY@X", "sell 70", { limit: "11" });
    const step = desk.run(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    if (!step.ok) throw new Error(step.refusal.code);
    expect(step.effects.map(({ type }) => type)).toEqual(["CancelVenueOrder", "SubmitOrder"]);
    expect([desk.orders(step.events), desk.status(rests.order)]).toEqual([["sell 30 SPY@X (protection)"], "canceling"]);
    desk.fill(rests, "20 @ 11");
    const ended = desk.run(desk.fact("RecordCancel", rests.venueOrder));
    if (!ended.ok) throw new Error(ended.refusal.code);
    expect(desk.orders(ended.events)).toEqual(["sell 50 SPY@X (protection)"]);
    expect(ended.effects).toMatchObject([{ trigger: 900 }]);
    for (const exit of [...only(step.events, "OrderPlaced"), ...only(ended.events, "OrderPlaced")])
      desk.fill(exit, `${Number(exit.terms.quantity)} @ 9`);
    expect([desk.position("alpha", "SPY@X"), desk.armed("alpha", "SPY@X")]).toEqual(["0", ""]);
    desk.engine.audit();
  });

  test("[PROT-10] later than the trigger there is only the market; a fill that used the units up leaves nothing to do", () => {
    const desk = guarded();
    const rests = desk.place("alpha", "SPY@X", "sell 100", { limit: "11" });
    const step = desk.run(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    expect(step).toMatchObject({ ok: true, effects: [{ type: "CancelVenueOrder" }] });
    desk.at += 1_000;
    desk.fill(rests, "40 @ 11");
    const ended = desk.run(desk.fact("RecordCancel", rests.venueOrder));
    expect(ended).toMatchObject({ ok: true, effects: [{ type: "SubmitOrder", trigger: null, terms: { quantity: 60 } }] });
    const other = guarded();
    const fills = other.place("alpha", "SPY@X", "sell 100", { limit: "11" });
    other.do(other.triggerAsk("alpha", "SPY@X", "stop", "9"));
    expect(other.orders(other.fill(fills, "100 @ 11"))).toEqual([]);
    expect([other.position("alpha", "SPY@X"), other.armed("alpha", "SPY@X")]).toEqual(["0", ""]);
  });

  test("[PROT-10] an entry that fills while the exit works is closed too", () => {
    const desk = guarded();
    const adds = desk.place("alpha", "SPY@X", "buy 40", { limit: "9" });
    const [exit] = only(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9")), "OrderPlaced");
    if (exit === undefined) throw new Error("no exit");
    expect(desk.orders(desk.fill(adds, "40 @ 9"))).toEqual(["sell 40 SPY@X (protection)"]);
    desk.fill(exit, "100 @ 9");
    expect(desk.position("alpha", "SPY@X")).toBe("40");
    desk.engine.audit();
  });

  test("[PROT-12] an exit that is filled beyond the position turns it round and is over: nothing buys it back", () => {
    const desk = guarded();
    const [exit] = only(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9")), "OrderPlaced");
    if (exit === undefined) throw new Error("no exit");
    const events = desk.fill(exit, "120 @ 9");
    expect([desk.orders(events), only(events, "ProtectionEnded")[0]?.reason]).toEqual([[], "position_flipped"]);
    expect([desk.position("alpha", "SPY@X"), desk.of("alpha").exiting.size]).toEqual(["-20", 0]);
  });

  test("[PROT-11] a trigger that comes again while the exit works or waits does nothing (I17)", () => {
    const desk = guarded();
    const rests = desk.place("alpha", "SPY@X", "sell 70", { limit: "11" });
    desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    expect(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "8.90"))).toEqual([]);
    desk.canceled(rests.venueOrder);
    expect(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "8.80"))).toEqual([]);
  });

  test("[PROT-12] a trigger for what is gone or dust ends the protection without an order", () => {
    const gone = deskOf();
    const entry = gone.place("alpha", "BTC-USD@X", "buy 1", { quote: "100", protect: plan({ stop: "10%" }) });
    gone.fill(entry, "1 @ 100");
    gone.do(gone.fee("1 BTC", { portfolio: "alpha", execution: "x1" }));
    expect(gone.position("alpha", "BTC")).toBe("0");
    const events = gone.do(gone.triggerAsk("alpha", "BTC-USD@X", "stop", "90"));
    expect([gone.orders(events), only(events, "ProtectionEnded")[0]?.reason]).toEqual([[], "position_closed"]);
    const dusty = deskOf();
    dusty.fill(dusty.place("alpha", "LONG@X", "buy 100", { protect: plan({ stop: "10%" }) }), "104 @ 10");
    const [exit] = only(dusty.do(dusty.triggerAsk("alpha", "LONG@X", "stop", "9")), "OrderPlaced");
    if (exit === undefined) throw new Error("no exit");
    expect(dusty.text(exit.terms.quantity, "LONG@X")).toBe("100");
    dusty.fill(exit, "100 @ 9");
    expect(dusty.armed("alpha", "LONG@X")).toBe("long stop 9");
    expect(only(dusty.do(dusty.triggerAsk("alpha", "LONG@X", "stop", "9")), "ProtectionEnded")[0]?.reason).toBe("dust");
  });

  test("[PROT-13] a denied exit and one that ends leave a naked position, are said, and are tried again", () => {
    const desk = guarded();
    desk.do(desk.modeAsk(ACCOUNT, "cancel_only"));
    const denied = desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    expect(alarms(desk, denied)).toEqual(["naked_position alpha 100 SPY@X"]);
    desk.do(desk.modeAsk(ACCOUNT, "ready"));
    const [exit] = only(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "8.50")), "OrderPlaced");
    if (exit === undefined) throw new Error("no exit");
    expect(alarms(desk, desk.do(desk.fact("RecordReject", exit.venueOrder)))).toEqual(["naked_position alpha 100 SPY@X"]);
    expect(desk.armed("alpha", "SPY@X")).toBe("long stop 9 target 12");
    expect(desk.orders(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "8.40")))).toEqual(["sell 100 SPY@X (protection)"]);
  });

  test.each([
    ["a pause", (desk: Desk) => desk.do(desk.pauseAsk("alpha"))],
    ["a kill", (desk: Desk) => desk.do(desk.killAsk(ofPortfolio("alpha"), "pause"))],
    ["reduce-only", (desk: Desk) => desk.do(desk.modeAsk(ACCOUNT, "reduce_only"))],
    ["an empty universe", (desk: Desk) => desk.settings("alpha", { universe: [] })],
  ])("[PROT-14] protective exits pass %s", (_what, block) => {
    const desk = guarded();
    block(desk);
    expect(desk.orders(desk.do(desk.triggerAsk("alpha", "SPY@X", "take_profit", "12")))).toEqual(["sell 100 SPY@X (protection)"]);
  });

  test("[PROT-9] exits are state: a restart has them, reached ones too (S0.49–S0.51)", () => {
    const desk = guarded();
    desk.place("alpha", "SPY@X", "sell 100", { limit: "11" });
    desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9"));
    const again = replayed(desk).state.portfolios.get("alpha" as never);
    expect(again?.protections).toEqual(desk.of("alpha").protections);
    expect([...(again?.exiting ?? [])]).toEqual([["SPY@X", { leg: "stop", price: 900, at: 1_000 }]]);
  });
});
