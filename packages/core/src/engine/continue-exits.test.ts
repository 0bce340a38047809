import { describe, expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import { ACCOUNT, ofInstrument, ofPortfolio, plan } from "../../../../tests/kit/desk.ts";
import { alarms, only, plain, replayed } from "../../../../tests/kit/look.ts";
import type { Mode } from "../scope.ts";
import type { Event } from "./events.ts";

/** `alpha` and `beta` hold 100 SPY each. */
function positions(): Attached {
  const desk = new Attached();
  for (const id of ["alpha", "beta"]) {
    desk.portfolio(id, "10000");
    desk.hold(id, "SPY@X", "buy 100", "10");
  }
  desk.mark({ "SPY@X": "10" });
  return desk;
}

const placed = (events: readonly Event[]): readonly string[] =>
  only(events, "OrderPlaced").map(({ order, portfolio, terms }) => `${order} ${portfolio} ${terms.side} ${terms.instrument}`);

describe("what one fact frees for several", () => {
  test("[CTL-6] orders of two portfolios that end in one look are followed by an exit for each, every one an order of its own", () => {
    const desk = positions();
    const resting = ["alpha", "beta"].map((id) => desk.place(id, "SPY@X", "sell 100", { limit: "12" }));
    expect(placed(desk.do(desk.killAsk(ACCOUNT, "flatten")))).toEqual([]);
    desk.at += 60_000;
    const ended = resting.map(({ venueOrder }) =>
      desk.report("SPY@X", "sell 100", { ours: venueOrder, id: `p${venueOrder}`, limit: "12", status: "canceled" }),
    );
    const events = desk.told({ open: [], ended, since: 0 });
    const next = Number(resting[1]?.order) + 1;
    expect(placed(events)).toEqual([`${next} alpha sell SPY@X`, `${next + 1} beta sell SPY@X`]);
    for (const { venueOrder } of only(events, "OrderPlaced")) desk.do(desk.fillAsk(venueOrder, "SPY@X", "sell 100 @ 10"));
    expect([desk.position("alpha", "SPY@X"), desk.position("beta", "SPY@X")]).toEqual(["0", "0"]);
    expect(plain(replayed(desk).state)).toEqual(plain(desk.engine.state));
  });

  test("[CTL-6] two orders of one portfolio that end in one look are followed by one exit of all that is free", () => {
    const desk = positions();
    const resting = ["sell 40", "sell 60"].map((what) => desk.place("alpha", "SPY@X", what, { limit: "12" }));
    desk.do(desk.killAsk(ofPortfolio("alpha"), "flatten"));
    desk.at += 60_000;
    const ended = resting.map(({ venueOrder }, n) =>
      desk.report("SPY@X", n === 0 ? "sell 40" : "sell 60", { ours: venueOrder, id: `p${venueOrder}`, limit: "12", status: "canceled" }),
    );
    const events = desk.told({ open: [], ended, since: 0 });
    expect(only(events, "OrderPlaced").map(({ terms }) => Number(terms.quantity) / 10 ** desk.listing("SPY@X").base.scale)).toEqual([100]);
  });
});

describe("what a mode held back", () => {
  const MODES: readonly Mode[] = ["ready", "reduce_only"];
  test.each(MODES)("[CTL-13] a flatten that could not trade trades once the mode is %s, each portfolio its own share, once", (mode) => {
    const desk = positions();
    desk.do(desk.modeAsk(ACCOUNT, "cancel_only"));
    const engaged = desk.do(desk.killAsk(ACCOUNT, "flatten"));
    expect([placed(engaged), alarms(desk, engaged).length]).toEqual([[], 2]);
    expect(placed(desk.do(desk.modeAsk(ACCOUNT, mode))).map((each) => each.replace(/^\d+ /, ""))).toEqual([
      "alpha sell SPY@X",
      "beta sell SPY@X",
    ]);
    expect(placed(desk.do(desk.modeAsk(ACCOUNT, mode === "ready" ? "reduce_only" : "ready")))).toEqual([]);
  });

  test("[CTL-13] where another scope still holds it back nothing is asked and nobody is told again", () => {
    const desk = positions();
    desk.do(desk.modeAsk(ACCOUNT, "cancel_only"));
    desk.do(desk.modeAsk(ofPortfolio("beta"), "halted"));
    desk.do(desk.killAsk(ACCOUNT, "flatten"));
    const lifted = desk.do(desk.modeAsk(ACCOUNT, "ready"));
    expect([placed(lifted).length, alarms(desk, lifted)]).toEqual([1, []]);
    expect(placed(desk.do(desk.modeAsk(ofPortfolio("beta"), "ready")))).toHaveLength(1);
  });

  test("[CTL-13] I24 without a kill nothing is closed by it: a stop waits for the next price that reaches it", () => {
    const desk = positions();
    desk.portfolio("gamma", "10000");
    desk.fill(desk.place("gamma", "SPY@X", "buy 10", { limit: "10", protect: plan({ stop: "@9" }) }), "10 @ 10");
    desk.do(desk.modeAsk(ofInstrument("SPY@X"), "cancel_only"));
    expect(placed(desk.do(desk.triggerAsk("gamma", "SPY@X", "stop", "9")))).toEqual([]);
    expect(placed(desk.do(desk.modeAsk(ofInstrument("SPY@X"), "ready")))).toEqual([]);
    expect(placed(desk.do(desk.triggerAsk("gamma", "SPY@X", "stop", "9")))).toHaveLength(1);
  });

  test("[CTL-13] what works already is not sold twice", () => {
    const desk = positions();
    desk.do(desk.killAsk(ACCOUNT, "flatten"));
    desk.do(desk.modeAsk(ACCOUNT, "cancel_only"));
    expect(placed(desk.do(desk.modeAsk(ACCOUNT, "ready")))).toEqual([]);
  });

  test("[CTL-13] a venue that refused is not asked again by it before the mode changes", () => {
    const desk = positions();
    desk.do(desk.killAsk(ofPortfolio("alpha"), "flatten"));
    const [exit] = [...desk.engine.state.orders.values()].filter(({ origin }) => origin === "kill");
    if (exit === undefined) throw new Error("no exit");
    expect(placed(desk.do({ ...desk.fact("RecordReject", exit.venueOrder) }))).toEqual([]);
    desk.do(desk.modeAsk(ACCOUNT, "cancel_only"));
    expect(placed(desk.do(desk.modeAsk(ACCOUNT, "ready")))).toHaveLength(1);
  });
});
