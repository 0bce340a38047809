import { ratioOfUnits } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { ACCOUNT, Desk, limits, loss, ofInstrument, ofPortfolio, type Wish } from "../../../../tests/kit/desk.ts";
import { only } from "../../../../tests/kit/look.ts";
import { RISK_RULES } from "./receipt.ts";

/** `alpha` has 10,000 dollars and holds 100 SPY bought at 10; what it may do is said per row. */
function holder(settings: ConstructorParameters<typeof Desk>[0] = {}): Desk {
  const desk = new Desk(settings);
  desk.portfolio("alpha", "10000");
  desk.portfolio("beta", "10000");
  desk.hold("alpha", "SPY@X", "buy 100", "10");
  desk.mark({ "SPY@X": "10" });
  return desk;
}

const alpha = (some: Readonly<Record<string, string | number>>) => (desk: Desk) => desk.settings("alpha", { limits: limits(some) });
const account = (some: Readonly<Record<string, string | number>>) => (desk: Desk) => {
  desk.do(desk.account({ limits: limits(some) }));
};
const nothing = () => {};
const STRATEGY = { origin: "strategy", strategy: "sma", confidence: "0.5" } as const;

type Row = readonly [
  rule: string,
  how: string,
  before: (desk: Desk) => unknown,
  instrument: string,
  what: string,
  wish: Wish,
  verdict: string,
];

// biome-ignore format: one row per rule and verdict; bound and observed are worked by hand.
const ROWS: readonly Row[] = [
  ["mode", "reduce-only", (d) => d.do(d.modeAsk(ACCOUNT, "reduce_only")),                    "SPY@X", "buy 10", {},                                          "denied by mode (account): 0 < 1"],
  ["mode", "reduce-only", (d) => d.do(d.modeAsk(ofInstrument("SPY@X"), "reduce_only")),       "SPY@X", "sell 150", { sizing: "reduce" },                      "reduced 100 of 150 by mode (instrument): 0 < 1"],
  ["mode", "cancel-only", (d) => d.do(d.modeAsk(ofPortfolio("alpha"), "cancel_only")),        "SPY@X", "sell 50", { reduceOnly: true },                      "denied by mode (portfolio): 0 < 2"],
  ["mode", "read-only", (d) => d.do(d.modeAsk(ACCOUNT, "read_only")),                         "SPY@X", "sell 50", {},                                        "denied by mode (account): 0 < 3"],
  ["mode", "halted", (d) => d.do(d.modeAsk(ACCOUNT, "halted")),                               "SPY@X", "sell 50", {},                                        "denied by mode (account): 0 < 4"],
  ["kill_switch", "of the account", (d) => d.do(d.killAsk(ACCOUNT, "pause")),                 "SPY@X", "buy 10", {},                                          "denied by kill_switch (account)"],
  ["kill_switch", "of the portfolio", (d) => d.do(d.killAsk(ofPortfolio("alpha"), "pause")),  "SPY@X", "sell 150", { sizing: "reduce" },                      "reduced 100 of 150 by kill_switch (portfolio)"],
  ["kill_switch", "of the instrument", (d) => d.do(d.killAsk(ofInstrument("SPY@X"), "pause")), "SPY@X", "buy 1", {},                                          "denied by kill_switch (instrument)"],
  ["trading_state", "paused", (d) => d.do(d.pauseAsk("alpha")),                               "SPY@X", "buy 10", {},                                          "denied by trading_state (portfolio): 0 < 1"],
  ["trading_state", "paused", (d) => d.do(d.pauseAsk("alpha")),                               "SPY@X", "sell 150", { sizing: "reduce" },                      "reduced 100 of 150 by trading_state (portfolio): 0 < 1"],
  ["archived", "", (d) => { d.portfolio("gone", "0"); d.do(d.archiveAsk("gone")); },          "SPY@X", "gone buy 10", {},                                     "denied by archived (portfolio)"],
  ["enabled_strategies", "none of them (S0.13)", (d) => d.settings("alpha", { enabledStrategies: [] }),        "SPY@X", "buy 10", STRATEGY,                                    "denied by enabled_strategies (portfolio)"],
  ["enabled_strategies", "others", (d) => d.settings("alpha", { enabledStrategies: ["rsi"] }), "SPY@X", "sell 150", { ...STRATEGY, sizing: "reduce" },         "reduced 100 of 150 by enabled_strategies (portfolio)"],
  ["min_confidence", "below it (S0.13)", (d) => d.settings("alpha", { minConfidence: ratioOfUnits(600_000_000) }), "SPY@X", "buy 10", STRATEGY,                           "denied by min_confidence (portfolio): 0.6 < 0.5"],
  ["min_confidence", "unsaid", (d) => d.settings("alpha", { minConfidence: ratioOfUnits(600_000_000) }), "SPY@X", "sell 150", { ...STRATEGY, confidence: null, sizing: "reduce" }, "reduced 100 of 150 by min_confidence (portfolio): 0.6 < none"],
  ["universe", "", (d) => d.settings("alpha", { universe: ["SPIN@X" as never] }),              "SPY@X", "buy 10", {},                                          "denied by universe (portfolio)"],
  ["universe", "", (d) => d.settings("alpha", { universe: [] }),                               "SPY@X", "sell 150", { sizing: "reduce" },                      "reduced 100 of 150 by universe (portfolio)"],
  ["quote_missing", "", nothing,                                                              "SPY@X", "buy 10", { quote: null },                             "denied by quote_missing (instrument)"],
  ["quote_missing", "", nothing,                                                              "SPY@X", "sell 150", { quote: null, sizing: "reduce" },          "reduced 100 of 150 by quote_missing (instrument)"],
  ["quote_stale", "too old", (d) => { d.at = 61_001; },                                       "SPY@X", "buy 10", { quoteAt: 1_000 },                          "denied by quote_stale (instrument): 60000 < 60001"],
  ["quote_stale", "from the future", nothing,                                                 "SPY@X", "sell 150", { quoteAt: 2_000, sizing: "reduce" },       "reduced 100 of 150 by quote_stale (instrument): 60000 < -1000"],
  ["closed_market", "", nothing,                                                              "SPY@X", "sell 50", { marketOpen: false },                      "denied by closed_market (instrument)"],
  ["collar", "of the portfolio", alpha({ collar: "0.05" }),                                   "SPY@X", "buy 10", { limit: "10.51" },                          "denied by collar (portfolio): 0.5 < 0.51"],
  ["collar", "of the account", account({ collar: "0.05" }),                                   "SPY@X", "sell 10", { limit: "9.49" },                          "denied by collar (account): 0.5 < 0.51"],
  ["reduce_only", "flat", nothing,                                                            "SPIN@X", "sell 10", { reduceOnly: true },                      "denied by reduce_only (portfolio): 0 < 10"],
  ["reduce_only", "more than is held", nothing,                                               "SPY@X", "sell 150", { reduceOnly: true, sizing: "reduce" },     "reduced 100 of 150 by reduce_only (portfolio): 100 < 150"],
  ["shortable", "flat", nothing,                                                              "LONG@X", "sell 100", {},                                       "denied by shortable (instrument): 0 < 100"],
  ["available_quantity", "", (d) => d.hold("alpha", "LONG@X", "buy 100", "10"),               "LONG@X", "sell 110", {},                                       "denied by available_quantity (portfolio): 100 < 110"],
  ["available_quantity", "", (d) => { d.hold("alpha", "LONG@X", "buy 100", "10"); d.place("alpha", "LONG@X", "sell 40", { limit: "11" }); }, "LONG@X", "sell 90", { sizing: "reduce" }, "reduced 60 of 90 by available_quantity (portfolio): 60 < 90"],
  ["max_order_notional", "of the portfolio (S2.34)", alpha({ maxOrderNotional: "600" }),              "SPY@X", "buy 61", {},                                          "denied by max_order_notional (portfolio): 600 < 610"],
  ["max_order_notional", "of the account", account({ maxOrderNotional: "600" }),              "SPY@X", "sell 170", { sizing: "reduce" },                      "reduced 160 of 170 by max_order_notional (account): 600 < 700"],
  ["available_currency", "", (d) => d.mark({}, { EUR: "1.25" }),                              "SAP@X", "buy 10", {},                                          "denied by available_currency (portfolio): 0 < 125"],
  ["available_cash", "is less than what it costs (S1.48)", nothing,                                                             "SPIN@X", "buy 901", {},                                        "denied by available_cash (portfolio): 9000 < 9010"],
  ["available_cash", "", nothing,                                                             "SPIN@X", "buy 2000", { sizing: "reduce" },                      "reduced 900 of 2000 by available_cash (portfolio): 9000 < 20000"],
  ["max_position_pct", "of the portfolio (S0.12)", alpha({ maxPositionPct: "0.2" }),                  "SPY@X", "buy 101", {},                                         "denied by max_position_pct (portfolio): 2000 < 2010"],
  ["max_position_pct", "of the account", account({ maxPositionPct: "0.000002" }),             "SPY@X", "buy 200", { sizing: "reduce" },                       "reduced 100 of 200 by max_position_pct (account): 2000 < 3000"],
  ["max_position_size", "of the portfolio (S1.16, S1.50, S1.110)", alpha({ maxPositionSize: "1500" }),               "SPY@X", "buy 51", {},                                          "denied by max_position_size (portfolio): 1500 < 1510"],
  ["max_position_size", "of the account, over all portfolios (S1.107)", account({ maxPositionSize: "1500" }),               "SPY@X", "beta buy 60", { sizing: "reduce" },                   "reduced 50 of 60 by max_position_size (account): 1500 < 1600"],
  ["max_total_exposure", "of the portfolio (S1.16, S1.49, S1.110)", alpha({ maxTotalExposure: "1500" }),             "SPIN@X", "buy 51", {},                                         "denied by max_total_exposure (portfolio): 1500 < 1510"],
  ["max_total_exposure", "of the account", account({ maxTotalExposure: "1500" }),             "SPIN@X", "beta buy 60", { sizing: "reduce" },                  "reduced 50 of 60 by max_total_exposure (account): 1500 < 1600"],
  ["max_leverage", "of the portfolio", alpha({ maxLeverage: "0.15" }),                        "SPIN@X", "buy 51", {},                                         "denied by max_leverage (portfolio): 1500 < 1510"],
  ["max_leverage", "of the account", account({ maxLeverage: "0.0000015" }),                   "SPIN@X", "beta buy 60", { sizing: "reduce" },                  "reduced 50 of 60 by max_leverage (account): 1500 < 1600"],
  ["max_net_exposure", "of the portfolio", alpha({ maxNetExposure: "1500" }),                 "SPIN@X", "buy 51", {},                                         "denied by max_net_exposure (portfolio): 1500 < 1510"],
  ["max_net_exposure", "of the account", account({ maxNetExposure: "1500" }),                 "SPIN@X", "beta sell 300", { sizing: "reduce" },                "reduced 250 of 300 by max_net_exposure (account): 1500 < 2000"],
  ["max_open_positions", "of the portfolio (S0.12, S1.16, S1.51, C10)", alpha({ maxOpenPositions: 1 }),                  "SPIN@X", "buy 1", {},                                          "denied by max_open_positions (portfolio): 1 < 2"],
  ["max_open_positions", "of the account", account({ maxOpenPositions: 1 }),                  "SPIN@X", "beta buy 1", {},                                     "denied by max_open_positions (account): 1 < 2"],
  ["max_loss_day", "of the portfolio (S0.12, C1)", (d) => { d.do(d.roll("2026-01-02", ["alpha"])); d.settings("alpha", { limits: loss("day", "0.05") }); d.mark({ "SPY@X": "5" }); }, "SPIN@X", "buy 1", {}, "denied by max_loss_day (portfolio): 500 < 500"],
  ["max_loss_rolling_24h", "of the portfolio", (d) => { d.settings("alpha", { limits: loss("rolling-24h", "$400") }); d.mark({ "SPY@X": "6" }); },       "SPIN@X", "buy 1", {}, "denied by max_loss_rolling_24h (portfolio): 400 < 400"],
  ["max_loss_lifetime", "of the portfolio", (d) => { d.settings("alpha", { limits: loss("lifetime", "$400") }); d.mark({ "SPY@X": "6" }); },             "SPY@X", "sell 150", { sizing: "reduce", quote: "6" }, "reduced 100 of 150 by max_loss_lifetime (portfolio): 400 < 400"],
  ["max_drawdown", "of the portfolio", (d) => { d.settings("alpha", { limits: loss("drawdown", "0.1") }); d.mark({ "SPY@X": "30" }); d.mark({ "SPY@X": "18" }); }, "SPIN@X", "buy 1", {}, "denied by max_drawdown (portfolio): 1200 < 1200"],
  ["max_drawdown", "of the account", (d) => { d.do(d.account({ limits: loss("drawdown", "$400") })); d.mark({ "SPY@X": "6" }); },                        "SPIN@X", "beta buy 1", {}, "denied by max_drawdown (account): 400 < 400"],
  ["max_orders_per_minute", "of the portfolio", (d) => { alpha({ maxOrdersPerMinute: 1 })(d); d.place("alpha", "SPIN@X", "buy 1"); },                     "SPIN@X", "buy 1", {}, "denied by max_orders_per_minute (portfolio): 1 < 2"],
  ["max_orders_per_minute", "of the account (S1.108)", (d) => { account({ maxOrdersPerMinute: 1 })(d); d.place("alpha", "SPIN@X", "buy 1"); },                     "SPIN@X", "beta buy 1", {}, "denied by max_orders_per_minute (account): 1 < 2"],
  ["duplicate", "within the window (S0.36)", (d) => { d.do(d.account({ duplicateWindowMs: 5_000 })); d.place("alpha", "SPIN@X", "buy 1"); d.at += 4_999; },                         "SPIN@X", "buy 1", {}, "denied by duplicate (portfolio): 5000 < 4999"],
  ["unanswered", "by the venue (B1)", (d) => d.do(d.sent(d.place("alpha", "SPIN@X", "buy 1").venueOrder, "unknown")),                                          "SPIN@X", "buy 2", { allowDuplicate: true }, "denied by unanswered (portfolio)"],
  ["crossing", "", (d) => d.place("alpha", "SPIN@X", "buy 1", { limit: "9" }),                "SPIN@X", "sell 1", { limit: "9" },                             "denied by crossing (portfolio): 9 < 9"],
  ["minimum_size", "units", nothing,                                                          "LONG@X", "buy 10", { quote: "100" },                           "denied by minimum_size (instrument): 20 < 10"],
  ["minimum_size", "value", nothing,                                                          "LONG@X", "buy 40", {},                                         "denied by minimum_size (instrument): 500 < 400"],
];

function ask(desk: Desk, row: Row): string {
  const [, , before, instrument, what, wish] = row;
  before(desk);
  const words = what.split(" ");
  const who = words.length === 3 ? words[0] : "alpha";
  return desk.gate(who ?? "alpha", instrument, words.slice(-2).join(" "), wish);
}

describe("every rule", () => {
  test.each(ROWS)("[RISK-4, RISK-24] %s %s", (...row) => {
    expect(ask(holder(), row)).toBe(row[6]);
  });

  test("[CTL-3] every rule of RISK_RULES is spoken by some row", () => {
    const spoken = new Set(ROWS.map(([rule]) => rule));
    expect(RISK_RULES.filter((rule) => !spoken.has(rule))).toEqual([]);
  });

  const ABOUT_ORDERS = ["archived", "closed_market", "collar"];
  const aboutEntries = ROWS.filter(
    ([rule, , , instrument, , , verdict]) =>
      instrument === "SPY@X" && !ABOUT_ORDERS.includes(rule) && (rule !== "mode" || verdict.endsWith("< 1")),
  );

  test.each(aboutEntries)("[RISK-2] %s %s lets pass what only closes", (_rule, _how, before, _instrument, _what, wish) => {
    const desk = holder();
    before(desk);
    expect(desk.gate("alpha", "SPY@X", "sell 100", wish)).toBe("placed 100");
  });
});

describe("order and sizing", () => {
  test("[RISK-4] of two rules the one that allows less is named, of equals the earlier", () => {
    const desk = holder();
    desk.settings("alpha", { limits: limits({ maxOrderNotional: "500", maxPositionSize: "1400", maxTotalExposure: "1400" }) });
    expect(desk.gate("alpha", "SPY@X", "buy 100", { sizing: "reduce" })).toBe(
      "reduced 40 of 100 by max_position_size (portfolio): 1400 < 1500",
    );
  });

  test("[RISK-4, RISK-13] the portfolio's limit speaks before the account's, and both hold (S1.107–S1.110, S3.14)", () => {
    const desk = holder({ limits: limits({ maxPositionSize: "1400" }) });
    desk.settings("alpha", { limits: limits({ maxPositionSize: "1400" }) });
    expect(desk.gate("alpha", "SPY@X", "buy 50")).toBe("denied by max_position_size (portfolio): 1400 < 1500");
    desk.settings("alpha", { limits: limits({ maxPositionSize: "1500" }) });
    expect(desk.gate("alpha", "SPY@X", "buy 50")).toBe("denied by max_position_size (account): 1400 < 1500");
    expect(desk.gate("alpha", "SPY@X", "buy 40")).toBe("placed 40");
  });

  test("[RISK-3] reduce takes whole increments, rounded down; exact takes all or nothing", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "679");
    expect(desk.gate("alpha", "LONG@X", "buy 100")).toBe("denied by available_cash (portfolio): 679 < 1000");
    expect(desk.gate("alpha", "LONG@X", "buy 100", { sizing: "reduce" })).toBe(
      "reduced 60 of 100 by available_cash (portfolio): 679 < 1000",
    );
  });

  test("[RISK-23] what is left below the minimum is denied by the rule that left it", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "450");
    expect(desk.gate("alpha", "LONG@X", "buy 100", { sizing: "reduce" })).toBe("denied by available_cash (portfolio): 450 < 1000");
  });

  test("[RISK-23] what only closes may be of any size", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    desk.hold("alpha", "LONG@X", "buy 100", "10");
    expect(desk.gate("alpha", "LONG@X", "sell 10")).toBe("placed 10");
  });

  test("[RISK-24] what was allowed as asked has no receipt", () => {
    expect(holder().place("alpha", "SPY@X", "buy 1").receipt).toBeNull();
    const [denied] = only(holder().do(holder().wish("alpha", "SPIN@X", "buy 901", { confidence: "0.75" })), "OrderDenied");
    expect(denied?.receipt).toEqual({
      portfolio: "alpha",
      instrument: "SPIN@X",
      side: "buy",
      asked: 901,
      allowed: 0,
      verdict: "denied",
      rule: "available_cash",
      scope: "portfolio",
      figure: "money",
      bound: 9_000_000_000,
      observed: 9_010_000_000,
      reason: "",
      confidence: 750_000_000,
    });
  });
});

describe("closing and opening", () => {
  test("[RISK-1] reducing orders together never pass zero, whatever they wait for (I14)", () => {
    const desk = holder();
    const first = desk.place("alpha", "SPY@X", "sell 70", { limit: "11", reduceOnly: true });
    expect(desk.gate("alpha", "SPY@X", "sell 70", { reduceOnly: true, sizing: "reduce" })).toContain("reduced 30 of 70");
    desk.do(desk.cancelAsk(first.order));
    expect(desk.gate("alpha", "SPY@X", "sell 70", { reduceOnly: true, sizing: "reduce" })).toContain("denied by reduce_only");
    desk.canceled(first.venueOrder);
    expect(desk.gate("alpha", "SPY@X", "sell 70", { reduceOnly: true })).toBe("placed 70");
  });

  test("[RISK-1] an order in another listing of the asset closes the same units", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    desk.hold("alpha", "BTC-USD@X", "buy 1", "1000");
    desk.place("alpha", "BTC-USD@X", "sell 0.6", { limit: "1100", quote: "1000" });
    expect(desk.gate("alpha", "BTC-EUR@X", "sell 1", { quote: "900", reduceOnly: true, sizing: "reduce" })).toContain("reduced 0.4 of 1");
  });

  test("[RISK-8] nobody sells another portfolio's units (S1.97)", () => {
    const desk = new Desk();
    desk.portfolio("big", "100000");
    desk.portfolio("small", "1000");
    desk.hold("big", "LONG@X", "buy 1000", "10");
    expect(desk.gate("small", "LONG@X", "sell 20")).toBe("denied by shortable (instrument): 0 < 20");
    expect(desk.gate("small", "LONG@X", "buy 110")).toBe("denied by available_cash (portfolio): 1000 < 1100");
    expect(desk.gate("small", "LONG@X", "buy 100")).toBe("placed 100");
  });

  test("[RISK-5] of several modes and kills the strictest rules; a kill's own exits pass a pause (I14, I24)", () => {
    const desk = holder();
    desk.do(desk.modeAsk(ofInstrument("SPY@X"), "reduce_only"));
    desk.do(desk.modeAsk(ofPortfolio("alpha"), "cancel_only"));
    expect(desk.gate("alpha", "SPY@X", "sell 1")).toBe("denied by mode (portfolio): 0 < 2");
    desk.do(desk.modeAsk(ofPortfolio("alpha"), "ready"));
    expect(desk.gate("alpha", "SPY@X", "sell 1")).toBe("placed 1");
    desk.do(desk.killAsk(ACCOUNT, "pause"));
    desk.do(desk.clearAsk(ACCOUNT));
    desk.do(desk.modeAsk(ofInstrument("SPY@X"), "ready"));
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("placed 1");
  });

  test("[RISK-26] a denial by a mode, a kill or a trading state names it, whose it is and why (P5, S1.36)", () => {
    const desk = holder();
    const said = (): readonly unknown[] => {
      const [denied] = only(desk.do(desk.wish("alpha", "SPY@X", "buy 1")), "OrderDenied");
      return [denied?.receipt.rule, denied?.receipt.scope, denied?.receipt.reason];
    };
    desk.do(desk.modeAsk(ofInstrument("SPY@X"), "reduce_only", "market data: stale"));
    expect(said()).toEqual(["mode", "instrument", "reduce_only: market data: stale"]);
    desk.do(desk.modeAsk(ofInstrument("SPY@X"), "ready"));
    desk.do(desk.killAsk(ACCOUNT, "pause", "drill"));
    expect(said()).toEqual(["kill_switch", "account", "pause: drill"]);
    desk.do(desk.clearAsk(ACCOUNT));
    desk.do(desk.pauseAsk("alpha", "looking into it"));
    expect(said()).toEqual(["trading_state", "portfolio", "reducing: looking into it"]);
  });

  test("[RISK-6] people's orders and exits are not asked for a strategy's leave (S0.13)", () => {
    const desk = holder();
    desk.settings("alpha", { enabledStrategies: ["rsi"], minConfidence: ratioOfUnits(900_000_000) });
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("placed 1");
    expect(desk.gate("alpha", "SPY@X", "buy 1", { ...STRATEGY, strategy: "rsi", confidence: "0.9" })).toBe("placed 1");
  });

  test("[RISK-7] a limit order needs no quote, and is bounded where there is one", () => {
    const desk = holder({ limits: limits({ collar: "0.05" }) });
    expect(desk.gate("alpha", "SPIN@X", "buy 1", { limit: "99", quote: null })).toBe("placed 1");
    expect(desk.gate("alpha", "SPIN@X", "buy 1", { limit: "10.50" })).toBe("placed 1");
    desk.settings("alpha", { limits: limits({ collar: "0.01" }) });
    expect(desk.gate("alpha", "SPIN@X", "buy 2", { limit: "10.50" })).toBe("denied by collar (portfolio): 0.1 < 0.5");
  });

  test("[RISK-14] the request's price is the quote, else the limit, the stop, the last mark", () => {
    const desk = holder();
    desk.settings("alpha", { limits: limits({ maxOrderNotional: "500" }) });
    const over = (wish: Wish) => /: 500 < (\d+)/.exec(desk.gate("alpha", "SPY@X", "buy 100", wish))?.[1];
    expect([over({ limit: "8" }), over({ limit: "8", quote: null }), over({ stop: "7", limit: "8", quote: null })]).toEqual([
      "1000",
      "800",
      "800",
    ]);
  });

  test("[RISK-14] without a rate nothing opens under a limit in money", () => {
    const desk = holder();
    desk.deposit("alpha", "0.000001 USD");
    const funded = new Desk();
    funded.mark({}, { EUR: "1.25" });
    funded.portfolio("alpha", "0", { limits: limits({ maxOrderNotional: "1000000" }) });
    funded.deposit("alpha", "1000 EUR");
    expect(funded.gate("alpha", "SAP@X", "buy 10")).toBe("placed 10");
    expect(desk.gate("alpha", "SAP@X", "buy 10")).toContain("denied by available_currency");
  });
});

test("[RISK-14] limits in base currency bound a foreign order at the journaled rate", () => {
  const desk = new Desk();
  desk.mark({}, { EUR: "1.25" });
  desk.portfolio("alpha", "0", { limits: limits({ maxOrderNotional: "1000" }) });
  desk.deposit("alpha", "5000 EUR");
  expect(desk.gate("alpha", "SAP@X", "buy 100", { sizing: "reduce" })).toBe(
    "reduced 80 of 100 by max_order_notional (portfolio): 1000 < 1250",
  );
  desk.settings("alpha", { limits: limits({ maxTotalExposure: "2000" }) });
  expect(desk.gate("alpha", "SAP@X", "buy 100", { sizing: "reduce" })).toBe(
    "reduced 80 of 100 by max_total_exposure (portfolio): 2000 < 2250",
  );
});

describe("figures of limits", () => {
  test("[RISK-9] cash is the portfolio's own, less reservations and what shorts hold back (I5)", () => {
    const desk = new Desk({ shortRequirement: ratioOfUnits(500_000_000) });
    desk.portfolio("alpha", "10000");
    desk.portfolio("beta", "1000000");
    desk.place("alpha", "SPIN@X", "buy 100", { limit: "10" });
    expect(desk.gate("alpha", "SPY@X", "buy 901")).toBe("denied by available_cash (portfolio): 9000 < 9010");
    desk.hold("alpha", "FRAC@X", "sell 100", "10");
    desk.mark({ "FRAC@X": "20" });
    // 11,000 cash − 1,000 reserved − 100 × 20 × 1.5 held back by the short.
    expect(desk.gate("alpha", "SPY@X", "buy 701")).toBe("denied by available_cash (portfolio): 7000 < 7010");
  });

  test("[RISK-9] with fx = auto base currency counts, less its cost; without it the lacking currency is named", () => {
    const desk = new Desk();
    desk.mark({}, { EUR: "1.25" });
    desk.portfolio("auto", "1252.5", { fx: "auto" });
    expect(desk.gate("auto", "SAP@X", "buy 101")).toBe("denied by available_currency (portfolio): 1250 < 1262.5");
    expect(desk.gate("auto", "SAP@X", "buy 100")).toBe("placed 100");
    expect([desk.cash("auto", "EUR"), desk.cash("auto")]).toEqual(["1000", "0"]);
  });

  test("[RISK-10] a position counts working entries, over all portfolios for the account (S1.107)", () => {
    const desk = holder();
    desk.settings("alpha", { limits: limits({ maxPositionSize: "2000" }) });
    desk.place("alpha", "SPY@X", "buy 60");
    expect(desk.gate("alpha", "SPY@X", "buy 41")).toBe("denied by max_position_size (portfolio): 2000 < 2010");
    desk.do(desk.account({ limits: limits({ maxPositionSize: "2000" }) }));
    expect(desk.gate("beta", "SPY@X", "buy 41")).toBe("denied by max_position_size (account): 2000 < 2010");
    expect(desk.gate("beta", "SPIN@X", "buy 100")).toBe("placed 100");
  });

  test("[RISK-10, RISK-11] a flip counts what it opens, not what it closes", () => {
    const desk = holder();
    const bounds = { maxPositionSize: "1000", maxTotalExposure: "1000", maxNetExposure: "1000" };
    desk.settings("alpha", { limits: limits(bounds) });
    desk.do(desk.account({ limits: limits(bounds) }));
    expect(desk.gate("alpha", "SPY@X", "sell 201", { sizing: "reduce" })).toContain("reduced 200 of 201 by max_position_size");
  });

  test("[RISK-11] exposure counts working entries before anything was marked", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000", { limits: limits({ maxTotalExposure: "1500", collar: "0.5" }) });
    desk.place("alpha", "SPY@X", "buy 60", { limit: "10" });
    expect(desk.gate("alpha", "SPIN@X", "buy 91")).toBe("denied by max_total_exposure (portfolio): 1500 < 1510");
    desk.settings("alpha", { limits: limits({ maxTotalExposure: "1500" }) });
    desk.place("alpha", "SPIN@X", "buy 60");
    expect(desk.gate("alpha", "FRAC@X", "buy 31")).toBe("denied by max_total_exposure (portfolio): 1500 < 1510");
  });

  test("[RISK-10, RISK-11] of a working order only what it opens counts, after what closes", () => {
    const desk = holder();
    desk.place("alpha", "SPY@X", "sell 60", { limit: "11" });
    desk.place("alpha", "SPY@X", "sell 90", { limit: "12" });
    // 100 held; 40 of the second close, 50 open.
    desk.settings("alpha", { limits: limits({ maxTotalExposure: "1600" }) });
    expect(desk.gate("alpha", "SPIN@X", "buy 11")).toBe("denied by max_total_exposure (portfolio): 1600 < 1610");
    desk.do(desk.account({ limits: limits({ maxPositionSize: "1600" }) }));
    expect(desk.gate("beta", "SPY@X", "buy 11")).toBe("denied by max_position_size (account): 1600 < 1610");
  });

  test("[RISK-12] a position that is open takes more; an order that works counts", () => {
    const desk = holder();
    desk.settings("alpha", { limits: limits({ maxOpenPositions: 2 }) });
    desk.place("alpha", "SPIN@X", "buy 1");
    expect(desk.gate("alpha", "FRAC@X", "buy 1")).toBe("denied by max_open_positions (portfolio): 2 < 3");
    expect(desk.gate("alpha", "SPIN@X", "buy 1")).toBe("placed 1");
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("placed 1");
    expect(desk.gate("beta", "FRAC@X", "buy 1")).toBe("placed 1");
  });

  test("[RISK-20] the minute slides, exits count and pass (S1.108)", () => {
    const desk = holder();
    desk.settings("alpha", { limits: limits({ maxOrdersPerMinute: 2 }) });
    desk.place("alpha", "SPY@X", "sell 10");
    desk.at += 30_000;
    desk.place("alpha", "SPY@X", "sell 10");
    expect(desk.gate("alpha", "SPIN@X", "buy 1")).toBe("denied by max_orders_per_minute (portfolio): 2 < 3");
    expect(desk.gate("alpha", "SPY@X", "sell 10")).toBe("placed 10");
    expect(desk.gate("beta", "SPIN@X", "buy 1")).toBe("placed 1");
    desk.at += 60_000;
    expect(desk.gate("alpha", "SPIN@X", "buy 1")).toBe("placed 1");
  });

  // biome-ignore format: one row per difference from "buy 1 at the limit 9".
  test.each([
    ["the same",            "alpha", "buy 1",  { limit: "9" },                          0,     "denied by duplicate (portfolio): 5000 < 0"],
    ["just inside",         "alpha", "buy 1",  { limit: "9" },                          4_999, "denied by duplicate (portfolio): 5000 < 4999"],
    ["just outside",        "alpha", "buy 1",  { limit: "9" },                          5_000, "placed 1"],
    ["flagged",             "alpha", "buy 1",  { limit: "9", allowDuplicate: true },    0,     "placed 1"],
    ["another quantity",    "alpha", "buy 2",  { limit: "9" },                          0,     "placed 2"],
    ["another limit",       "alpha", "buy 1",  { limit: "9.01" },                       0,     "placed 1"],
    ["another type",        "alpha", "buy 1",  { limit: "9", stop: "9" },               0,     "placed 1"],
    ["the other side",      "alpha", "sell 1", { limit: "9.50" },                       0,     "placed 1"],
    ["another portfolio's", "beta",  "buy 1",  { limit: "9" },                          0,     "placed 1"],
    ["an exit's",           "alpha", "buy 1",  { limit: "9", origin: "protection" },    0,     "placed 1"],
  ] as const)("[RISK-21] a duplicate: %s (S0.36)", (_what, who, what, wish, later, verdict) => {
    const desk = holder({ duplicateWindowMs: 5_000 });
    desk.place("alpha", "SPIN@X", "buy 1", { limit: "9" });
    desk.at += later;
    expect(desk.gate(who, "SPIN@X", what, wish as Wish)).toBe(verdict);
  });

  test("[RISK-21] what was reduced is compared by what was asked, stop orders by their stops", () => {
    const desk = holder({ duplicateWindowMs: 5_000 });
    desk.settings("alpha", { limits: limits({ maxOrderNotional: "50" }) });
    expect(desk.gate("alpha", "SPIN@X", "buy 9", { sizing: "reduce" })).toContain("reduced 5 of 9");
    expect(desk.gate("alpha", "SPIN@X", "buy 9", { sizing: "reduce" })).toContain("denied by duplicate");
    expect(desk.gate("alpha", "SPIN@X", "buy 1", { stop: "11" })).toBe("placed 1");
    expect(desk.gate("alpha", "SPIN@X", "buy 1", { stop: "12" })).toBe("placed 1");
    expect(desk.gate("alpha", "SPIN@X", "buy 1", { stop: "12" })).toContain("denied by duplicate");
  });

  // biome-ignore format: against one's own sell at 11 and buy at 9.
  test.each([
    ["buy 1 @ 10.99", "placed 1"], ["buy 1 @ 11", "denied by crossing (portfolio): 11 < 11"], ["buy 1 @ 11.01", "denied by crossing (portfolio): 11 < 11.01"],
    ["sell 1 @ 9.01", "placed 1"], ["sell 1 @ 9", "denied by crossing (portfolio): 9 < 9"],   ["sell 1 @ 8.99", "denied by crossing (portfolio): 9 < 8.99"],
  ])("[RISK-22] %s against one's own orders: %s; another portfolio may", (what, verdict) => {
    const desk = holder();
    desk.place("alpha", "SPIN@X", "sell 1", { limit: "11" });
    desk.place("alpha", "SPIN@X", "buy 1", { limit: "9" });
    const [side, quantity, , limit] = what.split(" ");
    expect(desk.gate("alpha", "SPIN@X", `${side} ${quantity}`, { limit: limit ?? "" })).toBe(verdict);
    expect(desk.gate("beta", "SPIN@X", `${side} ${quantity}`, { limit: limit ?? "" })).toBe("placed 1");
  });

  test("[RISK-25] what an unanswered order does not stop: the other side, other instruments and portfolios, and itself once it is answered", () => {
    const desk = holder();
    const { venueOrder } = desk.place("alpha", "SPIN@X", "buy 10");
    desk.do(desk.sent(venueOrder, "unknown"));
    expect(desk.gate("alpha", "SPIN@X", "sell 5")).toBe("placed 5");
    expect(desk.gate("alpha", "SPY@X", "buy 5")).toBe("placed 5");
    expect(desk.gate("beta", "SPIN@X", "buy 5")).toBe("placed 5");
    expect(desk.gate("alpha", "SPIN@X", "buy 5")).toBe("denied by unanswered (portfolio)");
    desk.do(desk.ack(venueOrder));
    expect(desk.gate("alpha", "SPIN@X", "buy 5")).toBe("placed 5");
    desk.do(desk.sent(desk.place("alpha", "SPY@X", "sell 20").venueOrder, "unknown"));
    expect(desk.gate("alpha", "SPY@X", "sell 150", { sizing: "reduce" })).toBe("reduced 80 of 150 by unanswered (portfolio)");
  });
});
