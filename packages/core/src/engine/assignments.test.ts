import { describe, expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import { lines, only } from "../../../../tests/kit/look.ts";

/** Two portfolios with 100,000 each; the venue shows 30 SPY at 10 and 50 dollars more than the books. */
function deskOf(): Attached {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.portfolio("beta");
  desk.mark({ "SPY@X": "12" }, { EUR: "1" });
  desk.told({ positions: { "SPY@X": "30 @ 10" }, cash: { USD: "1000000050" } });
  return desk;
}
const SPY = "position:SPY@X:1-1@1000";
const CASH = "cash:USD:1-1@1000";

describe("claims", () => {
  test("[REC-22] [REC-24] a split pro rata: units go with cost and date, the flow is at the mark, nothing left ends it (A2, I1, I7)", () => {
    const desk = deskOf();
    desk.at += 5_000;
    const events = desk.do(desk.claimAsk(SPY, { alpha: "20", beta: "4" }, "c1"));
    expect(desk.postings(events)).toEqual(
      lines(
        "alpha cost +200 USD",
        "alpha exchange -20 SPY@X",
        "alpha position +20 SPY@X",
        "alpha transfers -200 USD",
        "beta cost +40 USD",
        "beta exchange -4 SPY@X",
        "beta position +4 SPY@X",
        "beta transfers -40 USD",
        "unattributed cost -240 USD",
        "unattributed exchange +24 SPY@X",
        "unattributed position -24 SPY@X",
        "unattributed transfers +240 USD",
      ),
    );
    expect(only(events, "PositionMoved").map(({ transferId, flows }) => [transferId, flows[1]?.amount])).toEqual([
      ["c1:alpha", 240_000_000],
      ["c1:beta", 48_000_000],
    ]);
    expect(desk.of("alpha").holdings.get("SPY@X" as never)?.lots[0]).toMatchObject({ openedAt: 1_000 });
    expect(desk.breaks()[0]).toBe("position 30 SPY@X manual_trade (left 6)");
    desk.do(desk.claimAsk(SPY, { beta: "6" }));
    expect(desk.breaks()[0]).toBe("position 30 SPY@X manual_trade (left 0) assigned");
    expect([desk.position("beta", "SPY@X"), desk.position("unattributed", "SPY@X")]).toEqual(["10", "0"]);
  });

  test("[REC-23] cash goes as capital, a lack of cash is paid by who claims it, and either is a flow, never profit (C30)", () => {
    const desk = deskOf();
    desk.do(desk.claimAsk(CASH, { alpha: "30", beta: "20" }));
    expect([desk.cash("alpha"), desk.cash("beta"), desk.of("alpha").contributions]).toEqual(["100030", "100020", 100_030_000_000]);
    desk.told({ cash: { USD: "1000000043" } });
    const id = desk.breakIds().find((each) => each.startsWith("cash") && each !== CASH) ?? "";
    desk.do(desk.claimAsk(id, { beta: "-7" }));
    expect([desk.cash("beta"), desk.equity("beta")]).toEqual(["100013", "100013"]);
    expect(desk.breaks().filter((each) => !each.endsWith("assigned"))).toEqual(["position 30 SPY@X manual_trade"]);
  });

  // biome-ignore format: one refusal per row.
  test.each([
    ["of more than is left",        SPY,  { alpha: "31" },              "ASSIGNMENT_TOO_LARGE"],
    ["of more together",            SPY,  { alpha: "20", beta: "11" },  "ASSIGNMENT_TOO_LARGE"],
    ["of the other sign",           SPY,  { alpha: "-1" },              "ASSIGNMENT_TOO_LARGE"],
    ["of nothing",                  SPY,  { alpha: "0" },               "ASSIGNMENT_TOO_LARGE"],
    ["for nobody",                  SPY,  {},                           "ASSIGNMENT_TOO_LARGE"],
    ["for a portfolio unknown",     SPY,  { gamma: "1" },               "PORTFOLIO_UNKNOWN"],
    ["for an archived one",         SPY,  { gone: "1" },                "PORTFOLIO_ARCHIVED"],
    ["for the built-in one",        SPY,  { unattributed: "1" },        "PORTFOLIO_BUILT_IN"],
  ] as const)("[REC-22] a claim %s is refused and moves nothing", (_what, id, shares, code) => {
    const desk = deskOf();
    desk.portfolio("gone", "0");
    desk.do(desk.archiveAsk("gone"));
    expect(desk.refused(desk.claimAsk(id, shares as never))).toBe(code);
    expect(desk.breaks()[0]).toBe("position 30 SPY@X manual_trade");
  });

  test("[REC-22] what moved away since cannot be given twice, and one that is answered gives no more", () => {
    const desk = deskOf();
    desk.do(desk.moveAsk("unattributed", "beta", "SPY@X", "25 @ 12"));
    expect(desk.refused(desk.claimAsk(SPY, { alpha: "6" }))).toBe("POSITION_INSUFFICIENT");
    desk.do(desk.claimAsk(SPY, { alpha: "5" }));
    expect(desk.refused(desk.claimAsk(SPY, { alpha: "1" }))).toBe("POSITION_INSUFFICIENT");
    desk.do(desk.claimAsk(CASH, { alpha: "50" }));
    expect(desk.refused(desk.claimAsk(CASH, { alpha: "1" }))).toBe("BREAK_CLOSED");
  });

  test("[REC-24] units of the other sign close the receiver's lots and realize there (S3.40, S3.41, S0.35)", () => {
    const desk = deskOf();
    desk.do(desk.claimAsk(SPY, { alpha: "30" }));
    desk.told({ positions: { "SPY@X": "22 @ 10" } });
    const id = desk.breakIds().find((each) => each.includes(":1-2@")) ?? "";
    expect(desk.lots("unattributed", "SPY@X")).toEqual(["-8 for -80 USD"]);
    desk.do(desk.claimAsk(id, { alpha: "-8" }));
    expect([desk.lots("alpha", "SPY@X"), desk.lots("unattributed", "SPY@X"), desk.realized("alpha")]).toEqual([
      ["22 for 220 USD"],
      [],
      "0",
    ]);
  });

  test("[REC-24] units that open orders hold back cannot be closed by a claim", () => {
    const desk = deskOf();
    desk.do(desk.claimAsk(SPY, { alpha: "30" }));
    desk.place("alpha", "SPY@X", "sell 25", { limit: "20" });
    desk.told({ positions: { "SPY@X": "22 @ 10" } });
    expect(desk.refused(desk.claimAsk(desk.breakIds().find((each) => each.includes(":1-2@")) ?? "", { alpha: "-8" }))).toBe(
      "POSITION_RESERVED",
    );
  });

  test("[REC-10] [REC-22] a claim of all lifts the mode that the difference set (B18)", () => {
    const desk = deskOf();
    for (let i = 0; i < 2; i++) desk.told({ positions: { "SPY@X": "30 @ 10" } });
    expect(desk.engine.state.modes.size).toBe(1);
    desk.do(desk.claimAsk(SPY, { alpha: "29" }));
    expect(desk.engine.state.modes.size).toBe(1);
    desk.do(desk.claimAsk(SPY, { alpha: "1" }, "last"));
    expect(desk.engine.state.modes.size).toBe(0);
    desk.do(desk.undoAsk("last"));
    expect(desk.engine.state.modes.size).toBe(1);
  });
});

describe("write-offs", () => {
  // biome-ignore format: hand-checked balances beside the expectation.
  test.each([
    ["fee",       "fees",      "50"],
    ["dividend",  "dividends", "50"],
    ["interest",  "interest",  "50"],
    ["airdrop",   "income",    "50"],
    ["rounding",  "rounding",  "50"],
    ["trade",     "capital",   "0"],
    ["split",     "capital",   "0"],
    ["transfer",  "capital",   "0"],
  ] as const)("[REC-26] cash written off as %s stands in %s of unattributed, its flow taken back (A2)", (category, account, gain) => {
    const desk = deskOf();
    const before = Number(desk.balance("unattributed", account));
    const flows = desk.of("unattributed").contributions as unknown as number;
    desk.do(desk.writeOffAsk(CASH, category));
    const change = Number(desk.balance("unattributed", account)) - before;
    expect([change, (flows - (desk.of("unattributed").contributions as unknown as number)) / 1e6]).toEqual([-Number(gain) || 0, Number(gain)]);
    expect(desk.breaks()[1]).toBe("cash 50 USD interest (left 0) written_off");
    expect([desk.do(desk.writeOffAsk(CASH, category)), desk.refused(desk.claimAsk(CASH, { alpha: "1" }))]).toEqual([[], "BREAK_CLOSED"]);
    desk.do(desk.undoAsk(`writeoff:${CASH}`));
    expect([Number(desk.balance("unattributed", account)), desk.breaks()[1]]).toEqual([before, "cash 50 USD interest"]);
  });

  test("[REC-26] what is left after a claim is written off, at its part of the cost", () => {
    const desk = deskOf();
    desk.do(desk.claimAsk(SPY, { alpha: "24" }));
    desk.do(desk.writeOffAsk(SPY, "airdrop"));
    expect([desk.balance("unattributed", "income"), desk.position("unattributed", "SPY@X")]).toEqual(["-60", "6"]);
  });

  test("[REC-22] [REC-26] a break about an order holds nothing to give or write off", () => {
    const desk = deskOf();
    desk.told({ open: [desk.report("SPY@X", "buy 7", { id: "p1" })] });
    expect(desk.refused(desk.writeOffAsk("external:p1", "fee"))).toBe("BREAK_NOT_ASSIGNABLE");
    expect(desk.refused(desk.claimAsk("external:p1", { alpha: "1" }))).toBe("BREAK_NOT_ASSIGNABLE");
    expect(desk.refused({ ...desk.writeOffAsk(SPY, "fee"), breakId: "none" } as never)).toBe("BREAK_UNKNOWN");
  });
});

describe("undo", () => {
  test("[REC-27] an assignment goes back as it came, lots and all, once; the break is open again (A2)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 5 @ 8");
    desk.do(desk.claimAsk(SPY, { alpha: "20", beta: "10" }, "c1"));
    desk.do(desk.undoAsk("c1"));
    expect(desk.do(desk.undoAsk("c1"))).toEqual([]);
    expect([desk.lots("alpha", "SPY@X"), desk.lots("beta", "SPY@X")]).toEqual([["5 for 40 USD"], []]);
    expect([desk.position("unattributed", "SPY@X"), desk.balance("unattributed", "cost")]).toEqual(["30", "300"]);
    expect([desk.breaks()[0], desk.realized("alpha")]).toEqual(["position 30 SPY@X manual_trade", "0"]);
    expect(desk.do(desk.claimAsk(SPY, { alpha: "20" }, "c1"))).toEqual([]);
    expect(desk.refused(desk.undoAsk("c2"))).toBe("ASSIGNMENT_UNKNOWN");
  });

  test("[REC-27] what a portfolio has sold, holds back or spent cannot go back", () => {
    const desk = deskOf();
    desk.do(desk.claimAsk(SPY, { alpha: "20" }, "units"));
    desk.do(desk.claimAsk(CASH, { beta: "50" }, "cash"));
    desk.place("alpha", "SPY@X", "sell 1", { limit: "20" });
    expect(desk.refused(desk.undoAsk("units"))).toBe("ASSIGNMENT_SPENT");
    desk.deposit("beta", "-100001 USD");
    expect(desk.refused(desk.undoAsk("cash"))).toBe("ASSIGNMENT_SPENT");
    expect(desk.breaks()[0]).toBe("position 30 SPY@X manual_trade (left 10)");
  });
});
