import { describe, expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import { only } from "../../../../tests/kit/look.ts";
import type { AttributionRule } from "../account.ts";

const rule = (portfolio: string, parts: Partial<Omit<AttributionRule, "portfolio">>): AttributionRule => ({
  portfolio: portfolio as never,
  referencePrefix: null,
  client: null,
  instrument: null,
  ...parts,
});

/** alpha's bot calls its orders "grid-…", beta's sends through client 7; SPIN is whoever's "gone" was. */
function deskOf(): Attached {
  const desk = new Attached();
  for (const id of ["alpha", "beta", "gone"]) desk.portfolio(id, id === "gone" ? "0" : "10000");
  desk.do(desk.archiveAsk("gone"));
  desk.do(
    desk.account({
      attribution: [
        rule("gone", { instrument: "SPIN@X" }),
        rule("nobody", { referencePrefix: "grid-" }),
        rule("alpha", { referencePrefix: "grid-", instrument: "SPY@X" }),
        rule("beta", { client: "7" }),
        rule("beta", { instrument: "SAP" }),
      ],
    }),
  );
  return desk;
}

describe("rules", () => {
  // biome-ignore format: one execution per row.
  test.each([
    ["a reference that begins so",        "SPY@X",  { reference: "grid-17", client: "7" },  "alpha"],
    ["the first rule that fits",          "FRAC@X", { reference: "grid-17", client: "7" },  "beta"],
    ["a client",                          "SPY@X",  { client: "7" },                        "beta"],
    ["a symbol that a person wrote",      "SAP@X",  {},                                     "beta"],
    ["no rule",                           "SPY@X",  { reference: "other", client: "8" },    "unattributed"],
    ["an archived or missing portfolio",  "SPIN@X", { reference: "grid-1" },                "unattributed"],
  ] as const)("[REC-19] an execution by %s is booked to whom it belongs (B17, B22, Z28, Z29, I12)", (_what, instrument, tag, owner) => {
    const desk = deskOf();
    desk.mark({}, { EUR: "1" });
    const events = desk.do(desk.foreign(instrument, "buy 4 @ 10", tag));
    expect(desk.position(owner, instrument)).toBe("4");
    expect(only(events, "BreakOpened")).toHaveLength(owner === "unattributed" ? 1 : 0);
  });

  test("[REC-19] the same symbol, side and size of the same moment as an order of ours is not that order's (B17, Z11, Z28)", () => {
    const desk = deskOf();
    desk.place("alpha", "SPY@X", "buy 4", { limit: "10" });
    desk.do(desk.foreign("SPY@X", "buy 4 @ 10"));
    expect([desk.position("alpha", "SPY@X"), desk.position("unattributed", "SPY@X")]).toEqual(["0", "4"]);
  });

  test("[REC-18] a working order that a rule gives to somebody is no break", () => {
    const desk = deskOf();
    const open = [desk.report("SPY@X", "buy 7", { id: "p1", client: "7" })];
    expect(only(desk.told({ open }), "ExternalOrderSeen")).toMatchObject([{ portfolio: "beta" }]);
    expect(desk.breaks()).toEqual([]);
  });
});

describe("claims of orders", () => {
  test("[REC-20] what a claimed order fills from then on is the portfolio's, before any rule; what it filled before waits (B22)", () => {
    const desk = deskOf();
    const tag = { id: "p1", client: "7" };
    desk.do(desk.foreign("SPIN@X", "buy 2 @ 10", { id: "p1" }));
    desk.told({ open: [desk.report("SPIN@X", "buy 7", { id: "p1" })] });
    expect(desk.breaks()).toEqual(["unknown_order 2 SPIN@X manual_trade", "external_order 0 SPIN@X none"]);
    const claim = { type: "ClaimOrder", venueOrderId: "p1", portfolio: "alpha" as never, reason: "mine" } as const;
    desk.do(claim);
    expect(desk.do(claim)).toEqual([]);
    desk.do(desk.foreign("SPIN@X", "buy 5 @ 10", tag));
    expect([desk.position("alpha", "SPIN@X"), desk.position("unattributed", "SPIN@X"), desk.breaks()]).toEqual([
      "5",
      "2",
      ["unknown_order 2 SPIN@X manual_trade"],
    ]);
    desk.do({ ...claim, portfolio: "unattributed" as never });
    desk.do(desk.foreign("SPIN@X", "buy 1 @ 10", tag));
    expect(desk.breaks()).toEqual(["unknown_order 3 SPIN@X manual_trade"]);
  });

  // biome-ignore format: one refusal per row.
  test.each([
    ["an order that the venue does not show",  "p9",  "alpha",  "EXTERNAL_ORDER_UNKNOWN"],
    ["no order",                               "",    "alpha",  "EXTERNAL_ORDER_UNKNOWN"],
    ["for nobody that is there",               "p1",  "gamma",  "PORTFOLIO_UNKNOWN"],
    ["for an archived portfolio",              "p1",  "gone",   "PORTFOLIO_ARCHIVED"],
  ] as const)("[REC-20] a claim of %s is refused", (_what, venueOrderId, portfolio, code) => {
    const desk = deskOf();
    desk.told({ open: [desk.report("SPY@X", "buy 7", { id: "p1" })] });
    expect(desk.refused({ type: "ClaimOrder", venueOrderId, portfolio: portfolio as never, reason: "" })).toBe(code);
  });
});

describe("what nobody is given", () => {
  test("[REC-21] [REC-25] partial fills of one order wait together with the cash that they moved, and a claim takes both (S3.39)", () => {
    const desk = deskOf();
    desk.do(desk.foreign("SPY@X", "buy 3 @ 10", { id: "p1" }, "1 USD"));
    desk.do(desk.foreign("SPY@X", "buy 2 @ 11", { id: "p1" }));
    const [id = ""] = desk.breakIds();
    expect([id, desk.breaks(), desk.breakOf(id).cash]).toEqual(["order:p1:SPY@X", ["unknown_order 5 SPY@X manual_trade"], -53_000_000]);
    desk.do(desk.claimAsk(id, { alpha: "5" }, "c1"));
    expect([desk.lots("alpha", "SPY@X"), desk.cash("alpha")]).toEqual([["3 for 30 USD", "2 for 22 USD"], "9947"]);
    desk.do(desk.undoAsk("c1"));
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha"), desk.breaks()]).toEqual([
      "0",
      "10000",
      ["unknown_order 5 SPY@X manual_trade"],
    ]);
  });

  test("[REC-21] a sale of what a portfolio holds, done elsewhere, is claimed by it: its lots close and realize (S3.40)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 10");
    desk.do(desk.foreign("SPY@X", "sell 4 @ 15", { id: "p1" }));
    expect(desk.lots("unattributed", "SPY@X")).toEqual(["-4 for -60 USD"]);
    desk.do(desk.claimAsk("order:p1:SPY@X", { alpha: "-4" }));
    expect([desk.lots("alpha", "SPY@X"), desk.realized("alpha"), desk.cash("alpha"), desk.lots("unattributed", "SPY@X")]).toEqual([
      ["6 for 60 USD"],
      "20", // 60 − 4 × 10.
      "9960", // 10,000 − 100 + 60.
      [],
    ]);
  });

  test("[REC-21] a correction, a bust and a late fee change what waits (B5, B15, Z09, Z34)", () => {
    const desk = deskOf();
    const ask = desk.foreign("SPY@X", "buy 3 @ 10", { id: "p1" });
    desk.do(ask);
    const id = ask.type === "RecordExecution" ? ask.executionId : "";
    desk.do(desk.fee("2 USD", { execution: id }));
    expect(desk.breakOf("order:p1:SPY@X")).toMatchObject({ left: 3, cash: -32_000_000 });
    desk.correct(id, "SPY@X", "2 @ 10");
    expect(desk.breakOf("order:p1:SPY@X")).toMatchObject({ left: 2, cash: -22_000_000 });
    desk.correct(id, "SPY@X", "0 @ 10");
    expect(desk.breaks()).toEqual([]);
  });
});
