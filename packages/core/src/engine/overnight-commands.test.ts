import { ratioOfUnits } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { Desk, plan, type Wish } from "../../../../tests/kit/desk.ts";
import { replayed } from "../../../../tests/kit/look.ts";
import type { OvernightPolicy } from "../protection/overnight.ts";

const ratio = (text: number) => ratioOfUnits(Math.round(text * 1e9));
const NONE: OvernightPolicy = {
  stopPct: null,
  stopFactor: null,
  takeProfitPct: null,
  takeProfitFactor: null,
  beforeCloseMs: 0,
  afterOpenMs: 0,
  hours: null,
  except: [],
};
/** Stops 2 % and targets 3 % of the entry further away. */
const POLICY: OvernightPolicy = { ...NONE, stopPct: ratio(0.02), takeProfitPct: ratio(0.03) };

/** `alpha` holds 100 of an instrument at 10 with these exits. */
function holding(overnight: OvernightPolicy | null, levels: Parameters<typeof plan>[0], what = "buy 100", wish: Wish = {}): Desk {
  const desk = new Desk();
  desk.portfolio("alpha", "10000", { overnight });
  const instrument = what.startsWith("sell") ? "SPIN@X" : "SPY@X";
  desk.fill(desk.place("alpha", instrument, what, { protect: plan(levels), ...wish }), "100 @ 10");
  return desk;
}
const armed = (desk: Desk): string => desk.armed("alpha", desk.position("alpha", "SPY@X") === "0" ? "SPIN@X" : "SPY@X");
const widen = (desk: Desk, instrument = "SPY@X") => desk.do(desk.widenAsk("alpha", instrument));
const tighten = (desk: Desk, instrument = "SPY@X") => desk.do(desk.tightenAsk("alpha", instrument));

describe("levels", () => {
  // Worked by hand: the entry is 10.
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a stop by a fraction of the entry: 9 - 0.2",             { stopPct: 0.02 },                   { stop: "@9" },                   "long stop 8.8"],
    ["a target by another: 12 + 0.3",                          { takeProfitPct: 0.03 },             { target: "@12" },                "long target 12.3"],
    ["one leaves the other where it is",                       { stopPct: 0.02 },                   { stop: "@9", target: "@12" },    "long stop 8.8 target 12"],
    ["a stop by a factor of its distance: 10 - 1.5 x 1",       { stopFactor: 1.5 },                 { stop: "@9" },                   "long stop 8.5"],
    ["a target by a factor: 10 + 2 x 2",                       { takeProfitFactor: 2 },             { target: "@12" },                "long target 14"],
    ["both add up: 10 - 1.5 x 1 - 0.2",                        { stopPct: 0.02, stopFactor: 1.5 },  { stop: "@9" },                   "long stop 8.3"],
    ["a stop in profit moves away from the price: 11 - 0.2",   { stopPct: 0.02 },                   { stop: "@11" },                  "long stop 10.8"],
    ["the distance of a trailing stop grows: 1 + 0.2",         { stopPct: 0.02 },                   { trailing: "~1" },               "long trailing 1.2 from 10"],
    ["and by a factor: 1 x 1.5",                               { stopFactor: 1.5 },                 { trailing: "~1" },               "long trailing 1.5 from 10"],
    ["a level below zero is the least price: 9 - 10",          { stopPct: 1 },                      { stop: "@9" },                   "long stop 0.01"],
    ["a factor of 1 is nothing",                               { stopFactor: 1 },                   { stop: "@9" },                   "long stop 9"],
  ] as const)("[NIGHT-1] %s", (_name, policy, levels, expected) => {
    const ratios = Object.fromEntries(Object.entries(policy).map(([field, value]) => [field, ratio(value)]));
    const desk = holding({ ...NONE, ...ratios }, "stop" in levels && levels.stop === "@11" ? { stop: "@9" } : levels);
    if ("stop" in levels && levels.stop === "@11") desk.do(desk.protectAsk("alpha", "SPY@X", plan(levels)));
    const before = armed(desk);
    widen(desk);
    expect(armed(desk)).toBe(expected);
    tighten(desk);
    expect(armed(desk)).toBe(before);
  });

  test("[NIGHT-1] of a short the stop goes up and the target down", () => {
    const desk = holding(POLICY, { stop: "@11", target: "@8", trailing: "~1" }, "sell 100");
    widen(desk, "SPIN@X");
    expect(desk.armed("alpha", "SPIN@X")).toBe("short stop 11.2 target 7.7 trailing 1.2 from 10");
    tighten(desk, "SPIN@X");
    expect(desk.armed("alpha", "SPIN@X")).toBe("short stop 11 target 8 trailing 1 from 10");
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a negative fraction",      { stopPct: -0.01 },        "overnight.stopPct"],
    ["a factor below 1",         { takeProfitFactor: 0.9 }, "overnight.takeProfitFactor"],
    ["an edge of over an hour",  { beforeCloseMs: 0.0036000010 }, "overnight.beforeCloseMs"],
  ] as const)("[NIGHT-1] %s is refused", (_name, wrong, field) => {
    const [key, value] = Object.entries(wrong)[0] ?? [];
    const desk = holding(null, { stop: "@9" });
    const overnight = { ...POLICY, [key ?? ""]: key?.endsWith("Ms") ? Math.round((value ?? 0) * 1e9) : ratio(value ?? 0) };
    expect(desk.refused(desk.configure("alpha", { overnight }))).toBe("SETTINGS_INVALID");
    expect(desk.run(desk.configure("alpha", { overnight }))).toMatchObject({ refusal: { params: { field } } });
  });
});

test.each([
  { from: 5, to: 5 },
  { from: -1, to: 5 },
  { from: 5, to: 1_440 },
  { from: 0.5, to: 5 },
])("[NIGHT-15] hours %o are refused", (hours) => {
  const desk = holding(null, { stop: "@9" });
  expect(desk.run(desk.configure("alpha", { overnight: { ...POLICY, hours } }))).toMatchObject({
    refusal: { code: "SETTINGS_INVALID", params: { field: "overnight.hours" } },
  });
});

describe("once", () => {
  test("[NIGHT-2] asked again it changes nothing; the next night widens from the day's levels", () => {
    const desk = holding(POLICY, { stop: "@9" });
    widen(desk);
    expect(widen(desk)).toEqual([]);
    expect(armed(desk)).toBe("long stop 8.8");
    tighten(desk);
    expect(tighten(desk)).toEqual([]);
    widen(desk);
    expect(armed(desk)).toBe("long stop 8.8");
    expect(replayed(desk).state.portfolios).toEqual(desk.engine.state.portfolios);
  });

  test("[NIGHT-2] without a policy, excepted, armed after the close, or on its way out: nothing", () => {
    expect(widen(holding(null, { stop: "@9" }))).toEqual([]);
    expect(widen(holding({ ...POLICY, except: ["SPY@X" as never] }, { stop: "@9" }))).toEqual([]);
    const late = holding(POLICY, { stop: "@9" });
    expect(late.do(late.widenAsk("alpha", "SPY@X", 1_000_000))).toEqual([]);
    const leaving = holding(POLICY, { stop: "@9" });
    leaving.do(leaving.triggerAsk("alpha", "SPY@X", "stop", "9"));
    expect(widen(leaving)).toEqual([]);
  });

  test("[NIGHT-3] what a person sets at night is meant as it is, for the night and the day after it; the next night widens it", () => {
    const desk = holding(POLICY, { stop: "@9", target: "@12" });
    widen(desk);
    desk.do(desk.protectAsk("alpha", "SPY@X", plan({ stop: "@9.5" })));
    expect(widen(desk)).toEqual([]);
    expect(armed(desk)).toBe("long stop 9.5");
    tighten(desk);
    expect(armed(desk)).toBe("long stop 9.5");
    widen(desk);
    expect(armed(desk)).toBe("long stop 9.3");
    tighten(desk);
    expect(armed(desk)).toBe("long stop 9.5");
  });

  test("[NIGHT-3] of a plan that a person moves at night, what is left as it is comes back in the morning", () => {
    const desk = holding(POLICY, { stop: "@9", target: "@12" });
    widen(desk);
    expect(armed(desk)).toBe("long stop 8.8 target 12.3");
    desk.do(desk.protectAsk("alpha", "SPY@X", plan({ stop: "@9.5", target: "@12.3" })));
    expect(armed(desk)).toBe("long stop 9.5 target 12.3");
    tighten(desk);
    expect(armed(desk)).toBe("long stop 9.5 target 12");
  });

  test("[NIGHT-4] a fill that arms a plan anew is widened at the close; one that only adds leaves widened exits", () => {
    const desk = holding(POLICY, { stop: "@9" });
    widen(desk);
    desk.hold("alpha", "SPY@X", "buy 10", "10");
    expect(armed(desk)).toBe("long stop 8.8");
    desk.fill(desk.place("alpha", "SPY@X", "buy 10", { protect: plan({ stop: "@9.5" }) }), "10 @ 10");
    expect(armed(desk)).toBe("long stop 9.5");
    widen(desk);
    expect(armed(desk)).toBe("long stop 9.3");
    tighten(desk);
    expect(armed(desk)).toBe("long stop 9.5");
  });

  test("[NIGHT-5] a trailing stop that went on during the night goes on from there with its distance of the day", () => {
    const desk = holding(POLICY, { stop: "@9", trailing: "~1" });
    widen(desk);
    desk.do(desk.ratchetAsk("alpha", "SPY@X", "12"));
    expect(armed(desk)).toBe("long stop 8.8 trailing 1.2 from 12");
    tighten(desk);
    expect(armed(desk)).toBe("long stop 9 trailing 1 from 12");
  });

  test("[NIGHT-6] a split moves the levels of the night and of the day", () => {
    const desk = holding(POLICY, { stop: "@9", target: "@12" });
    widen(desk);
    desk.do(desk.split("SPY@X", "2:1"));
    expect(armed(desk)).toBe("long stop 4.4 target 6.15");
    tighten(desk);
    expect(armed(desk)).toBe("long stop 4.5 target 6");
  });

  test("[NIGHT-7] refusals in order", () => {
    const desk = holding(POLICY, { stop: "@9" });
    for (const ask of [desk.widenAsk, desk.tightenAsk]) {
      expect(desk.refused(ask.call(desk, "nobody", "NONE@X"))).toBe("PORTFOLIO_UNKNOWN");
      expect(desk.refused(ask.call(desk, "alpha", "NONE@X"))).toBe("INSTRUMENT_UNKNOWN");
      expect(desk.refused(ask.call(desk, "alpha", "SPIN@X"))).toBe("PROTECTION_UNKNOWN");
    }
  });
});
