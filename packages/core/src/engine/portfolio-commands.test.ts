import { ratioOfUnits } from "@bulkhead/money";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { type Ask, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { Desk, limits, ofPortfolio } from "../../../../tests/kit/desk.ts";
import { isSlug, type PortfolioId } from "../brand.ts";
import { PLAIN_SETTINGS } from "./account-commands.ts";

const create = (id: string, cash = 0, settings: object = {}): Ask =>
  ({ type: "CreatePortfolio", portfolio: id, startingCash: cash, settings: { ...PLAIN_SETTINGS, ...settings } }) as never;

describe("creating", () => {
  // biome-ignore format: one row per refusal.
  test.each<[string, Ask, string]>([
    ["an id that is no slug",           create("Alpha", -1),                                                 "PORTFOLIO_ID_INVALID"],
    ["no id",                           create("", -1),                                                      "PORTFOLIO_ID_INVALID"],
    ["an id that is taken",             create("taken", -1, { timeZone: "" }),                               "PORTFOLIO_EXISTS"],
    ["the built-in id",                 create(UNATTRIBUTED),                                                "PORTFOLIO_EXISTS"],
    ["settings that cannot be meant",   create("alpha", -1, { timeZone: "", universe: ["NONE@X"] }),         "SETTINGS_INVALID"],
    ["an unknown instrument",           create("alpha", -1, { universe: ["SPY@X", "NONE@X"] }),              "INSTRUMENT_UNKNOWN"],
    ["less than nothing",               create("alpha", -1),                                                 "AMOUNT_NOT_POSITIVE"],
    ["more than there is",              create("alpha", 1_000_000_000_000_001),                              "CAPITAL_INSUFFICIENT"],
  ])("[PORT-4] %s", (_what, ask, code) => {
    const desk = new Desk();
    desk.portfolio("taken", "0");
    const { seq } = desk.engine.state;
    expect(desk.refused(ask)).toBe(code);
    expect(desk.engine.state.seq).toBe(seq);
  });

  test("[PORT-4, PORT-5] it starts active, empty, with cash from what nobody has (C29, S1.109)", () => {
    const desk = new Desk();
    desk.do(create("alpha", 2_500_000_000));
    expect([desk.cash("alpha"), desk.cash(UNATTRIBUTED), desk.of("alpha").tradingState]).toEqual(["2500", "999997500", "active"]);
    expect([desk.of("alpha").holdings.size, desk.of("alpha").archived]).toEqual([0, false]);
  });

  test("[PORT-5] promises never exceed what there is, unless the account allows it (C29)", () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 600_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(amounts, fc.boolean(), (wanted, overAllocation) => {
        const desk = new Desk({ overAllocation });
        let promised = 0;
        wanted.forEach((dollars, index) => {
          const outcome = desk.refused(create(`p${index}`, dollars * 1_000_000));
          const fits = promised + dollars <= 1_000_000_000;
          expect(outcome).toBe(fits || overAllocation ? "admitted" : "CAPITAL_INSUFFICIENT");
          if (outcome === "admitted") promised += dollars;
        });
        expect(Number(desk.cash(UNATTRIBUTED))).toBe(1_000_000_000 - promised);
      }),
      { numRuns: runs(500), seed: seed() },
    );
  });

  test("[PORT-5, CAP-3] raising capital is promised from the same cash (C29, S1.109)", () => {
    const raise = (overAllocation: boolean, from: string) => {
      const desk = new Desk({ overAllocation });
      desk.portfolio("alpha", "999999999");
      desk.portfolio("beta", "1");
      return desk.refused(desk.transfer(from, "beta", "999999999.5 USD"));
    };
    expect([raise(false, UNATTRIBUTED), raise(true, UNATTRIBUTED), raise(true, "alpha")]).toEqual([
      "CAPITAL_INSUFFICIENT",
      "admitted",
      "CAPITAL_INSUFFICIENT",
    ]);
  });

  test("[PORT-4] ids are slugs, so that no two differ by case alone", () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom("a", "a-b", "a_b", "-a", "a-", "A", "ä", "a".repeat(64), "a".repeat(65)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (isSlug(text)) expect(text).toBe(text.toLowerCase().trim());
        expect(new Desk().refused(create(text))).toBe(isSlug(text) ? "admitted" : "PORTFOLIO_ID_INVALID");
      }),
      { numRuns: runs(200), seed: seed() },
    );
    expect([isSlug("a".repeat(64)), isSlug("a".repeat(65)), isSlug("a-1_b"), isSlug("-a")]).toEqual([true, false, true, false]);
  });
});

describe("configuring", () => {
  test("[PORT-6] refusals in order, and new limits hold at once", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "1000");
    desk.portfolio("gone", "0");
    desk.do(desk.archiveAsk("gone"));
    const configure = (id: string, settings: object) =>
      desk.refused({ type: "ConfigurePortfolio", portfolio: id as PortfolioId, settings: { ...PLAIN_SETTINGS, ...settings } });
    expect(configure("nobody", { timeZone: "" })).toBe("PORTFOLIO_UNKNOWN");
    expect(configure(UNATTRIBUTED, { timeZone: "" })).toBe("PORTFOLIO_BUILT_IN");
    expect(configure("gone", { timeZone: "" })).toBe("PORTFOLIO_ARCHIVED");
    expect(configure("alpha", { timeZone: "", universe: ["NONE@X"] })).toBe("SETTINGS_INVALID");
    expect(configure("alpha", { universe: ["NONE@X"] })).toBe("INSTRUMENT_UNKNOWN");
    expect(configure("alpha", { limits: limits({ maxOrderNotional: "10" }) })).toBe("admitted");
    expect(desk.gate("alpha", "SPY@X", "buy 2")).toContain("denied by max_order_notional");
  });

  const forged = Number.NaN as never;
  // biome-ignore format: one row per setting that cannot be meant.
  test.each<[string, object]>([
    ["timeZone", { timeZone: "" }],
    ["minConfidence", { minConfidence: ratioOfUnits(-1) }],
    ["minConfidence", { minConfidence: forged }],
    ["stopLossPct", { protection: { stopLossPct: ratioOfUnits(0), takeProfitPct: null, trailingStopPct: null } }],
    ["takeProfitPct", { protection: { stopLossPct: null, takeProfitPct: ratioOfUnits(-1), trailingStopPct: null } }],
    ["trailingStopPct", { protection: { stopLossPct: null, takeProfitPct: null, trailingStopPct: forged } }],
    ["maxPositionPct", { limits: { ...limits({}), maxPositionPct: ratioOfUnits(-1) } }],
    ["maxLeverage", { limits: { ...limits({}), maxLeverage: forged } }],
    ["collar", { limits: { ...limits({}), collar: ratioOfUnits(-1) } }],
    ["maxPositionSize", { limits: limits({ maxPositionSize: "-1" }) }],
    ["maxTotalExposure", { limits: limits({ maxTotalExposure: "-1" }) }],
    ["maxNetExposure", { limits: limits({ maxNetExposure: "-1" }) }],
    ["maxOrderNotional", { limits: { ...limits({}), maxOrderNotional: 0.5 as never } }],
    ["maxOpenPositions", { limits: limits({ maxOpenPositions: -1 }) }],
    ["maxOrdersPerMinute", { limits: limits({ maxOrdersPerMinute: 1.5 }) }],
    ["losses", { limits: { ...limits({}), losses: [{ window: "day", fraction: null, amount: null }] } }],
    ["losses", { limits: { ...limits({}), losses: [{ window: "day", fraction: ratioOfUnits(1_000_000_001), amount: null }] } }],
    ["losses", { limits: { ...limits({}), losses: [{ window: "day", fraction: null, amount: 0 as never }] } }],
    ["losses", { limits: { ...limits({}), losses: [{ window: "day", fraction: null, amount: forged }] } }],
  ])("[PORT-2, PORT-4] %s: SETTINGS_INVALID", (field, settings) => {
    const desk = new Desk();
    expect(desk.run(create("alpha", 0, settings))).toMatchObject({ ok: false, refusal: { code: "SETTINGS_INVALID", params: { field } } });
  });
});

describe("pause and resume", () => {
  test("[PORT-7] a pause takes exits and cancels only and leaves what works; a resume ends it (S1.36, S1.112)", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "10000");
    desk.hold("alpha", "SPY@X", "buy 100", "10");
    const works = desk.place("alpha", "SPIN@X", "buy 1");
    desk.do(desk.pauseAsk("alpha", "lunch"));
    expect([desk.of("alpha").tradingState, desk.of("alpha").stateReason, desk.status(works.order)]).toEqual([
      "reducing",
      "lunch",
      "sending",
    ]);
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toContain("denied by trading_state");
    expect(desk.gate("alpha", "SPY@X", "sell 1")).toBe("placed 1");
    expect(desk.do(desk.pauseAsk("alpha"))).toEqual([]);
    desk.do(desk.resumeAsk("alpha"));
    expect([desk.of("alpha").tradingState, desk.of("alpha").stateReason]).toEqual(["active", ""]);
    expect(desk.do(desk.resumeAsk("alpha"))).toEqual([]);
  });

  test("[PORT-7] all of them at once, but the archived and the built-in one (S1.111)", () => {
    const desk = new Desk();
    for (const id of ["alpha", "beta", "gone"]) desk.portfolio(id, "1000");
    desk.do(desk.archiveAsk("gone"));
    const states = () => ["alpha", "beta", "gone", UNATTRIBUTED].map((id) => desk.of(id).tradingState);
    desk.do(desk.pauseAsk(null, "emergency"));
    expect(states()).toEqual(["reducing", "reducing", "active", "active"]);
    desk.do(desk.resumeAsk(null));
    expect(states()).toEqual(["active", "active", "active", "active"]);
  });

  test("[PORT-7] refusals in order", () => {
    const desk = new Desk();
    desk.portfolio("gone", "0");
    desk.do(desk.archiveAsk("gone"));
    for (const ask of [desk.pauseAsk, desk.resumeAsk] as const) {
      expect(desk.refused(ask("nobody", ""))).toBe("REASON_MISSING");
      expect(desk.refused(ask("nobody"))).toBe("PORTFOLIO_UNKNOWN");
      expect(desk.refused(ask(UNATTRIBUTED))).toBe("PORTFOLIO_BUILT_IN");
      expect(desk.refused(ask("gone"))).toBe("PORTFOLIO_ARCHIVED");
    }
  });
});

describe("archive", () => {
  test("[PORT-8] flat and without orders it gives its cash back and keeps its history (S1.37, S1.38, C13)", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "1000");
    desk.deposit("alpha", "50 USD");
    const works = desk.place("alpha", "SPY@X", "buy 1");
    expect(desk.refused(desk.archiveAsk("nobody"))).toBe("PORTFOLIO_UNKNOWN");
    expect(desk.refused(desk.archiveAsk(UNATTRIBUTED))).toBe("PORTFOLIO_BUILT_IN");
    expect(desk.refused(desk.archiveAsk("alpha"))).toBe("PORTFOLIO_HAS_ORDERS");
    desk.fill(works, "1 @ 10");
    expect(desk.refused(desk.archiveAsk("alpha"))).toBe("PORTFOLIO_NOT_FLAT");
    desk.trade("alpha", "SPY@X", "sell 1 @ 12");
    desk.do(desk.archiveAsk("alpha", "done"));
    expect([desk.cash("alpha"), desk.cash(UNATTRIBUTED), desk.realized("alpha")]).toEqual(["0", "1000000052", "2"]);
    expect(desk.refused(desk.archiveAsk("alpha"))).toBe("PORTFOLIO_ARCHIVED");
    expect(desk.refused(create("alpha"))).toBe("PORTFOLIO_EXISTS");
  });

  test("[PORT-9] an archived portfolio takes nothing but late facts, and a kill may close what they left", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "1000");
    desk.portfolio("beta", "1000");
    desk.hold("beta", "SPY@X", "buy 5", "10");
    const order = desk.place("alpha", "SPY@X", "buy 10");
    desk.canceled(order.venueOrder);
    desk.do(desk.archiveAsk("alpha"));
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("denied by archived (portfolio)");
    expect(desk.refused(desk.flow("alpha", "1 USD"))).toBe("PORTFOLIO_ARCHIVED");
    expect(desk.refused(desk.flow("alpha", "-1 USD"))).toBe("PORTFOLIO_ARCHIVED");
    expect(desk.refused(desk.transfer("beta", "alpha", "1 USD"))).toBe("PORTFOLIO_ARCHIVED");
    expect(desk.refused(desk.moveAsk("beta", "alpha", "SPY@X", "5 @ 10"))).toBe("PORTFOLIO_ARCHIVED");
    desk.fill(order, "10 @ 10");
    expect(desk.position("alpha", "SPY@X")).toBe("10");
    expect(desk.orders(desk.do(desk.killAsk(ofPortfolio("alpha"), "flatten")))).toEqual(["sell 10 SPY@X (kill)"]);
  });
});
