import { describe, expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import type { Ask } from "../../../../tests/kit/books.ts";
import { only } from "../../../../tests/kit/look.ts";

/** `alpha` holds ten SPY that cost 500, `beta` is short four that brought 200. */
function deskOf(): Attached {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.portfolio("beta");
  desk.trade("alpha", "SPY@X", "buy 10 @ 50");
  desk.trade("beta", "SPY@X", "sell 4 @ 50");
  return desk;
}
const idOf = (desk: Attached, asset: string): string => {
  const found = [...desk.engine.state.reconciliation.breaks.values()].find((item) => item.asset === asset && item.status === "open");
  return found?.id ?? "";
};
const approve = (breakId: string, ratio: string | null = null): Ask => {
  const [numerator = 0, denominator = 0] = (ratio ?? "").split(":").map(Number);
  return { type: "ApproveProposal", breakId, ratio: ratio === null ? null : { numerator, denominator }, reason: "the news" };
};
const held = (desk: Attached, asset = "SPY@X") => ["alpha", "beta", "unattributed"].map((id) => desk.position(id, asset));

describe("proposals that are approved", () => {
  test("[REC-32] a split that the venue only shows is booked for everybody in one step, cost unchanged, and the barrier after agrees", () => {
    const desk = deskOf();
    const before = desk.ledger("unattributed");
    desk.told({ positions: { "SPY@X": "18 @ 16.66" } });
    expect(held(desk)).toEqual(["10", "-4", "12"]);
    const events = desk.do(approve(idOf(desk, "SPY@X")));
    expect(only(events, "SplitApplied")).toMatchObject([{ numerator: 3, denominator: 1 }]);
    expect(held(desk)).toEqual(["30", "-12", "0"]);
    expect(desk.lots("alpha", "SPY@X")).toEqual([expect.stringContaining("30")]);
    expect([desk.balance("alpha", "cost"), desk.balance("beta", "cost"), desk.balance("unattributed", "cost")]).toEqual([
      "500",
      "-200",
      "0",
    ]);
    expect(desk.ledger("unattributed")).toEqual(before);
    expect(desk.breaks()).toEqual([]);
    expect(only(desk.told({ positions: { "SPY@X": "18 @ 16.66" } }), "Reconciled")).toMatchObject([{ differences: 0 }]);
    expect(desk.realized("unattributed")).toBe("0");
  });

  test("[REC-32] a reverse split leaves no short of nobody behind", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPY@X": "3 @ 100" } });
    expect(held(desk)).toEqual(["10", "-4", "-3"]);
    desk.do(approve(idOf(desk, "SPY@X")));
    expect(held(desk)).toEqual(["5", "-2", "0"]);
    expect(desk.breaks()).toEqual([]);
  });

  test("[REC-32] units that nobody claimed before are split with the others, with their cost", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPY@X": "8 @ 50" } });
    desk.do({ type: "WriteOffBreak", breakId: idOf(desk, "SPY@X"), category: "trade", reason: "mine" });
    const cost = desk.balance("unattributed", "cost");
    desk.told({ positions: { "SPY@X": "4 @ 100" } });
    desk.do(approve(idOf(desk, "SPY@X")));
    expect(held(desk)).toEqual(["5", "-2", "1"]);
    expect(desk.balance("unattributed", "cost")).toBe(cost);
  });

  test("[REC-32] what was answered in part, proposes something else, or has no simple ratio is refused, and changes nothing", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPY@X": "18 @ 16.66" } });
    const id = idOf(desk, "SPY@X");
    desk.do({
      type: "AssignUnattributed",
      breakId: id,
      assignmentId: "c1",
      shares: [{ portfolio: "alpha" as never, amount: desk.quantity("2", 0) }],
      reason: "mine",
    });
    expect(desk.refused(approve(id))).toBe("PROPOSAL_UNCLEAR");
    expect(desk.refused({ ...approve(id), reason: "" } as Ask)).toBe("REASON_MISSING");
    const other = deskOf();
    other.told({ positions: { "SPY@X": "7 @ 50" } });
    expect(other.refused(approve(idOf(other, "SPY@X")))).toBe("PROPOSAL_UNCLEAR");
    expect(other.refused(approve("none"))).toBe("BREAK_UNKNOWN");
    other.told({ cash: { USD: "1" } });
    expect(other.refused(approve(idOf(other, "USD")))).toBe("PROPOSAL_UNCLEAR");
  });

  test("[REC-29] [REC-32] one holding that became another is proposed as a new name, and moves with lots, cost and sides", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPIN@X": "6 @ 50" } });
    expect(desk.breaks()).toHaveLength(2);
    expect([...desk.engine.state.reconciliation.breaks.values()].map(({ proposal }) => proposal)).toEqual(["rename", "rename"]);
    const events = desk.do(approve(idOf(desk, "SPIN@X")));
    expect(only(events, "PositionConverted")).toMatchObject([{ from: "SPY@X" }]);
    expect(held(desk, "SPY@X")).toEqual(["0", "0", "0"]);
    expect(held(desk, "SPIN@X")).toEqual(["10", "-4", "0"]);
    expect([desk.balance("alpha", "cost"), desk.balance("beta", "cost"), desk.balance("unattributed", "cost")]).toEqual([
      "500",
      "-200",
      "0",
    ]);
    expect(desk.breaks()).toEqual([]);
    expect(only(desk.told({ positions: { "SPIN@X": "6 @ 50" } }), "Reconciled")).toMatchObject([{ differences: 0 }]);
  });

  test("[REC-29] two that came for one that went are no new name", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPIN@X": "6 @ 50", "LONG@X": "6 @ 50" } });
    expect([...desk.engine.state.reconciliation.breaks.values()].map(({ proposal }) => proposal)).not.toContain("rename");
  });
});

describe("breaks of what is converted", () => {
  test("[REC-33] a conversion that is told after its barriers settles what they showed on both sides", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPIN@X": "6 @ 50" } });
    const events = desk.do(desk.convert("SPY@X", [["SPIN@X", "1:1", "1"]]));
    expect(only(events, "BreakSettled")).toHaveLength(2);
    expect(desk.breaks()).toEqual([]);
    expect([held(desk, "SPY@X"), held(desk, "SPIN@X")]).toEqual([
      ["0", "0", "0"],
      ["10", "-4", "0"],
    ]);
  });

  test("[REC-33] what nobody explained goes on as a break of what it became, in its units", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPY@X": "9 @ 50" } });
    const id = idOf(desk, "SPY@X");
    desk.do(desk.convert("SPY@X", [["SPIN@X", "2:1", "1"]]));
    const carried = [...desk.engine.state.reconciliation.breaks.values()];
    expect(carried).toMatchObject([
      { id: `${id}>SPIN@X`, asset: "SPIN@X", instrument: "SPIN@X", left: desk.quantity("6", 0), status: "open" },
    ]);
    desk.do({
      type: "AssignUnattributed",
      breakId: `${id}>SPIN@X`,
      assignmentId: "c1",
      shares: [{ portfolio: "alpha" as never, amount: desk.quantity("6", 0) }],
      reason: "mine",
    });
    expect(held(desk, "SPIN@X")).toEqual(["26", "-8", "0"]);
  });

  test("[REC-34] a standing rule about the old instrument means what it became", () => {
    const desk = deskOf();
    const rule = { portfolio: "beta" as never, referencePrefix: null, client: null, instrument: "SPY@X" };
    desk.do(desk.account({ attribution: [rule] }));
    desk.do(desk.convert("SPY@X", [["SPIN@X", "1:1", "1"]]));
    desk.told({ open: [desk.report("SPIN@X", "buy 5", { id: "p9", reference: "bot" })], ended: [], since: 0 });
    expect(desk.engine.state.reconciliation.externalOrders.get("p9")?.portfolio).toBe("beta");
  });

  test("[REC-34] so does a portfolio's universe, also where it became that over another", () => {
    const desk = deskOf();
    desk.settings("alpha", { universe: ["SPY@X" as never] });
    expect(only(desk.do(desk.wish("alpha", "LONG@X", "buy 20")), "OrderDenied")).toHaveLength(1);
    desk.do(desk.convert("SPY@X", [["SPIN@X", "1:1", "1"]]));
    desk.do(desk.convert("SPIN@X", [["FRAC@X", "1:1", "1"]]));
    expect(only(desk.do(desk.wish("alpha", "FRAC@X", "buy 1")), "OrderPlaced")).toHaveLength(1);
    expect(only(desk.do(desk.wish("alpha", "LONG@X", "buy 20", { allowDuplicate: true })), "OrderDenied")).toHaveLength(1);
  });
});
