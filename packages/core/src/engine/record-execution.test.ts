import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { Desk } from "../../../../tests/kit/desk.ts";
import { alarms, only } from "../../../../tests/kit/look.ts";

function deskOf(): Desk {
  const desk = new Desk();
  desk.portfolio("alpha", "10000");
  desk.portfolio("beta", "10000");
  return desk;
}

describe("once", () => {
  test("[ORD-9] Z27: an execution counts once however often and late it comes (I12, S2.18)", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    const fill = desk.fillAsk(buy.venueOrder, "SPY@X", "buy 40 @ 10");
    desk.do(fill);
    expect(desk.do(fill)).toEqual([]);
    desk.canceled(buy.venueOrder);
    expect(desk.do(fill)).toEqual([]);
    desk.do(desk.roll("2026-01-02", ["alpha"]));
    expect(desk.do(fill)).toEqual([]);
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["40", "9600"]);
  });

  // biome-ignore format: one row per difference.
  test.each([
    ["another quantity",   "SPY@X",  "buy 41 @ 10",    0, "EXECUTION_MISMATCH"],
    ["another price",      "SPY@X",  "buy 40 @ 10.01", 0, "EXECUTION_MISMATCH"],
    ["the other side",     "SPY@X",  "sell 40 @ 10",   0, "EXECUTION_MISMATCH"],
    ["another instrument", "SPIN@X", "buy 40 @ 10",    0, "EXECUTION_MISMATCH"],
    ["another side later", "SPY@X",  "sell 40 @ 10",   1, "EXECUTION_MISMATCH"],
    ["a correction",       "SPY@X",  "buy 41 @ 10",    1, "admitted"],
  ] as const)("[ORD-9] the same id with %s (I12)", (_what, instrument, what, version, expected) => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    desk.fill(buy, "40 @ 10", "x");
    expect(desk.refused(desk.fillAsk(buy.venueOrder, instrument, what, { executionId: "x" }, version))).toBe(expected);
  });

  test("[ORD-9] the same id under another order of ours is a mismatch, and under none the same execution (I12)", () => {
    const desk = deskOf();
    const first = desk.place("alpha", "SPY@X", "buy 100");
    const second = desk.place("beta", "SPY@X", "buy 100");
    desk.fill(first, "40 @ 10", "x");
    expect(desk.refused(desk.fillAsk(second.venueOrder, "SPY@X", "buy 40 @ 10", { executionId: "x" }))).toBe("EXECUTION_MISMATCH");
    const unnamed = { ...desk.fillAsk(first.venueOrder, "SPY@X", "buy 40 @ 10", { executionId: "x" }), venueOrder: null };
    expect(desk.do(unnamed as never)).toEqual([]);
    expect([desk.position("alpha", "SPY@X"), desk.position("beta", "SPY@X"), desk.position(UNATTRIBUTED, "SPY@X")]).toEqual([
      "40",
      "0",
      "0",
    ]);
  });

  test("[ORD-9] the first version resent after its correction changes nothing", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    const first = desk.fillAsk(buy.venueOrder, "SPY@X", "buy 40 @ 10", { executionId: "x" });
    desk.do(first);
    desk.do(desk.fillAsk(buy.venueOrder, "SPY@X", "buy 30 @ 10", { executionId: "x" }, 1));
    expect(desk.do(first)).toEqual([]);
    expect(desk.position("alpha", "SPY@X")).toBe("30");
  });

  test("[ORD-21] Z19: undone before it was told: nothing is booked, and what was said of it earlier comes to nothing (I12, I17)", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    const told = desk.fillAsk(buy.venueOrder, "SPY@X", "buy 40 @ 10", { executionId: "x" });
    const undone = desk.fillAsk(buy.venueOrder, "SPY@X", "buy 0 @ 10", { executionId: "x" }, 2);
    expect(desk.do(undone).map(({ type }) => type)).toEqual(["ExecutionUndone"]);
    for (const again of [told, undone, told]) expect(desk.do(again)).toEqual([]);
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha"), desk.status(buy.order)]).toEqual(["0", "10000", "sending"]);
    desk.fill(buy, "100 @ 10");
    expect([desk.position("alpha", "SPY@X"), desk.status(buy.order)]).toEqual(["100", "filled"]);
    const back = desk.do(desk.fillAsk(buy.venueOrder, "SPY@X", "buy 40 @ 10", { executionId: "x" }, 3));
    expect(alarms(desk, back)).toEqual(["late_execution alpha 40 SPY@X"]);
    expect(desk.position("alpha", "SPY@X")).toBe("100");
    desk.engine.audit();
  });

  test("[ORD-21] a bust of what was booked takes it back, whichever way it is said", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    desk.fill(buy, "40 @ 10", "x");
    desk.do(desk.fillAsk(buy.venueOrder, "SPY@X", "buy 0 @ 10", { executionId: "x" }, 1));
    expect([desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["0", "10000"]);
  });

  test("[ORD-9] an execution that comes again after a split of its asset changes nothing (I17)", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 40");
    const fill = desk.fillAsk(buy.venueOrder, "SPY@X", "buy 40 @ 10");
    desk.do(fill);
    desk.do(desk.split("SPY@X", "2:1"));
    expect(desk.do(fill)).toEqual([]);
    expect(desk.position("alpha", "SPY@X")).toBe("80");
  });

  test("[ORD-2] an execution that makes no sense is refused", () => {
    const desk = deskOf();
    const { venueOrder } = desk.place("alpha", "SPY@X", "buy 100");
    expect(desk.refused(desk.fillAsk(venueOrder, "SPY@X", "buy 0 @ 10"))).toBe("AMOUNT_NOT_POSITIVE");
    expect(desk.refused(desk.fillAsk(venueOrder, "SPY@X", "buy -1 @ 10"))).toBe("AMOUNT_NOT_POSITIVE");
    expect(desk.refused(desk.fillAsk(venueOrder, "SPY@X", "buy 1 @ 0"))).toBe("PRICE_NOT_POSITIVE");
    expect(desk.refused({ ...desk.fillAsk(venueOrder, "SPY@X", "buy 1 @ 10"), instrument: "NONE@X" } as never)).toBe("INSTRUMENT_UNKNOWN");
    const paid = desk.fillAsk(venueOrder, "SPY@X", "buy 1 @ 10", { fee: "1 USD" });
    expect(desk.refused({ ...paid, fee: { asset: "GBP", amount: 1 } } as never)).toBe("ASSET_UNKNOWN");
  });
});

describe("whose it is", () => {
  test("[ORD-10] of an ended order: booked to its portfolio, with an alarm; in full it fills the order", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    desk.canceled(buy.venueOrder);
    expect(alarms(desk, desk.fill(buy, "40 @ 10"))).toEqual(["late_execution alpha 40 SPY@X"]);
    expect([desk.status(buy.order), desk.row(buy.order).filled, desk.reserved(buy.order)]).toEqual(["canceled", 40, "0 USD"]);
    desk.fill(buy, "60 @ 10");
    expect([desk.status(buy.order), desk.position("alpha", "SPY@X")]).toEqual(["filled", "100"]);
    desk.engine.audit();
  });

  test("[ORD-10] more than was asked is real all the same", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 100");
    expect(alarms(desk, desk.fill(buy, "130 @ 10"))).toEqual(["overfill alpha 130 SPY@X"]);
    expect([desk.status(buy.order), desk.position("alpha", "SPY@X"), desk.cash("alpha")]).toEqual(["filled", "130", "8700"]);
    desk.engine.audit();
  });

  // biome-ignore format: one row per stranger.
  test.each([
    ["no order",                        null,  "SPY@X",  "buy 5 @ 10"],
    ["an order that never was",         77,    "SPY@X",  "buy 5 @ 10"],
    ["another side than its order's",   1,     "SPY@X",  "sell 5 @ 10"],
    ["another instrument",              1,     "SPIN@X", "buy 5 @ 10"],
  ] as const)("[ORD-10] of %s: nobody's", (_what, venueOrder, instrument, what) => {
    const desk = deskOf();
    const { order } = desk.place("alpha", "SPY@X", "buy 100");
    const events = desk.do(desk.fillAsk(venueOrder as never, instrument, what));
    expect(only(events, "BreakOpened").map(({ kind, breakId }) => [kind, breakId.split(":")[0]])).toEqual([["unknown_order", "execution"]]);
    expect([desk.position("alpha", instrument), desk.row(order).filled]).toEqual(["0", 0]);
    expect(desk.position(UNATTRIBUTED, instrument)).toBe(what.startsWith("buy") ? "5" : "-5");
  });
});

describe("overdraft", () => {
  test("[PORT-10] a worse fill is booked, raises a break and pauses what was active; nothing halts (I5)", () => {
    const desk = deskOf();
    const buy = desk.place("alpha", "SPY@X", "buy 1000");
    const events = desk.fill(buy, "1000 @ 10.50");
    expect(alarms(desk, events)).toEqual(["overdraft alpha -500 USD", "alpha reducing"]);
    expect([desk.cash("alpha"), desk.of("alpha").tradingState, desk.of("beta").tradingState]).toEqual(["-500", "reducing", "active"]);
    expect(desk.gate("alpha", "SPY@X", "buy 1")).toBe("denied by trading_state (portfolio): 0 < 1");
    expect(desk.gate("alpha", "SPY@X", "sell 1000")).toBe("placed 1000");
    desk.engine.audit();
  });

  test("[PORT-10] it is said once, when cash passes zero, and a stricter state stays", () => {
    const desk = deskOf();
    const [one, two] = [desk.place("alpha", "SPY@X", "buy 500"), desk.place("alpha", "SPY@X", "buy 499")];
    desk.do(desk.pauseAsk("alpha"));
    expect(alarms(desk, desk.fill(one, "500 @ 21"))).toEqual(["overdraft alpha -500 USD"]);
    expect(alarms(desk, desk.fill(two, "499 @ 10"))).toEqual([]);
  });

  test("[PORT-10] late fees and shorts' dividends overdraw alike", () => {
    const desk = deskOf();
    desk.portfolio("gamma", "1000");
    const id = desk.trade("gamma", "SPY@X", "buy 100 @ 10");
    expect(alarms(desk, desk.do(desk.fee("5 USD", { execution: id })))).toEqual(["overdraft gamma -5 USD", "gamma reducing"]);
    desk.portfolio("delta", "0");
    desk.trade("delta", "SPIN@X", "sell 100 @ 1");
    expect(alarms(desk, desk.do(desk.income("dividend", "SPIN@X", "1.5 USD")))).toEqual(["overdraft delta -50 USD", "delta reducing"]);
  });
});

test("[ORD-12] executions in any order give the same positions and cash (I11, I12)", () => {
  const part = fc.record({ order: fc.nat(3), quantity: fc.integer({ min: 1, max: 60 }), price: fc.integer({ min: 100, max: 2_000 }) });
  const shuffled = fc.array(part, { minLength: 2, maxLength: 12 }).chain((parts) => {
    const facts = parts.map((each, index) => ({ ...each, id: `x${index}` }));
    return fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }));
  });
  fc.assert(
    fc.property(shuffled, ([inOrder, otherwise]) => {
      const seen = [inOrder, otherwise].map((facts) => {
        const desk = deskOf();
        const orders = [
          desk.place("alpha", "SPY@X", "buy 100"),
          desk.place("alpha", "SPY@X", "sell 80"),
          desk.place("beta", "SPY@X", "sell 100"),
          desk.place("beta", "SPIN@X", "buy 100"),
        ];
        for (const { order, quantity, price, id } of facts) {
          const placed = orders[order];
          if (placed !== undefined) desk.fill(placed, `${quantity} @ ${price / 100}`, id);
        }
        desk.engine.audit();
        return ["alpha", "beta"].map((who) => [desk.cash(who), desk.position(who, "SPY@X"), desk.position(who, "SPIN@X")]);
      });
      expect(seen[0]).toEqual(seen[1]);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
