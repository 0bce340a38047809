import { describe, expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import { plan } from "../../../../tests/kit/desk.ts";
import { only } from "../../../../tests/kit/look.ts";
import type { VenueOrderReport } from "../reconcile/snapshot.ts";

const MINUTE = 60_000;

/** Order 1 of alpha asks for 10 SPY and was placed a minute ago; nothing was heard of it. */
function deskOf(): Attached {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.place("alpha", "SPY@X", "buy 10", { limit: "50" });
  desk.at += MINUTE;
  return desk;
}

/** A complete look: what works, what ended since the beginning, every execution told. */
const look = (desk: Attached, open: readonly VenueOrderReport[], ended: readonly VenueOrderReport[] = []) =>
  desk.told({ open, ended, since: 0 });
const status = (desk: Attached): string => desk.row(1 as never).status;

describe("ours", () => {
  test("[REC-12] what works at the venue is acknowledged with its key, whether or not an answer came; again it is no news (Z01)", () => {
    const desk = deskOf();
    desk.do({ type: "RecordSendOutcome", venueOrder: 1 as never, outcome: "unknown" });
    expect(look(desk, [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1" })])).toMatchObject([
      { type: "OrderAccepted", venueOrder: 1, venueOrderId: "p1" },
    ]);
    expect([status(desk), desk.engine.state.venueOrders.get(1 as never)?.venueOrderId]).toEqual(["working", "p1"]);
    expect(look(desk, [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1" })])).toEqual([]);
  });

  test("[REC-12] a number of ours on another instrument or side is somebody else's order, never matched by guess (B6, B17, Z11)", () => {
    const desk = deskOf();
    const events = look(desk, [desk.report("SPY@X", "sell 10", { ours: 1, id: "p9" })]);
    expect(only(events, "OrderAccepted")).toEqual([]);
    expect(only(events, "ExternalOrderSeen")).toHaveLength(1);
    expect(status(desk)).toBe("sending");
  });

  test("[REC-35] a number of another epoch is an order that a restore took out of the books: somebody else's, also where ours ended (B22)", () => {
    const desk = new Attached();
    desk.portfolio("alpha");
    desk.do({ type: "StartEpoch", epoch: 3, engineVersion: "test" });
    const { venueOrder } = desk.place("alpha", "SPY@X", "buy 10", { limit: "50" });
    const report = (epoch: number, id: string) => desk.report("SPY@X", "buy 10", { ours: venueOrder, epoch, id, limit: "50" });
    const first = look(desk, [report(2, "old"), report(3, "new")]);
    expect(only(first, "OrderAccepted")).toMatchObject([{ venueOrder, venueOrderId: "new" }]);
    expect(only(first, "ExternalOrderSeen")).toMatchObject([{ venueOrder: null, tag: { venueOrderId: "old" } }]);
    desk.do({ type: "RecordCancel", venueOrder, reason: "venue" });
    desk.do(desk.roll("2026-01-02", ["alpha"]));
    for (let looks = 0; looks < 3; looks++) {
      desk.at += MINUTE;
      const later = look(desk, [report(2, "old")]);
      expect(only(later, "BreakOpened").filter(({ kind }) => kind === "revived_order")).toEqual([]);
    }
    expect(desk.breaks().join()).toContain("external_order");
  });

  test("[REC-31] it is as large and as dear as the venue shows it, and holds back as much; what was changed and refused comes back (S3.43)", () => {
    const desk = deskOf();
    const shows = (what: string, limit: string) => look(desk, [desk.report("SPY@X", what, { ours: 1, id: "p1", limit })]);
    const now = () => [desk.row(1 as never).quantity, desk.row(1 as never).limit, Number(desk.row(1 as never).reserved)];
    shows("buy 10", "50");
    const before = now();
    desk.do({
      type: "ReplaceOrder",
      orderId: 1 as never,
      quantity: desk.quantity("6", desk.listing("SPY@X").base.scale),
      limit: null,
      stop: null,
    });
    expect(now()).not.toEqual(before);
    expect(only(shows("buy 10", "50"), "OrderReplaced")).toHaveLength(1);
    expect(now()).toEqual(before);
    expect(only(shows("buy 10", "50"), "OrderReplaced")).toEqual([]);
    // Somebody made it dearer there: a tenth more is held back.
    shows("buy 10", "55");
    expect(now()[2]).toBe(((before[2] as number) * 11) / 10);
  });

  // biome-ignore format: one end per row.
  test.each([
    ["canceled", "0", "canceled"],
    ["rejected", "0", "rejected"],
    ["expired",  "0", "expired"],
    ["filled",   "4", "canceled"],
  ] as const)("[REC-13] an order that the venue says is %s with %s filled ends (S3.43)", (said, filled, became) => {
    const desk = deskOf();
    if (filled !== "0") desk.do(desk.fillAsk(1 as never, "SPY@X", `buy ${filled} @ 50`));
    look(desk, [], [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1", filled, status: said })]);
    expect(status(desk)).toBe(became);
  });

  test("[REC-13] [REC-14] it does not end before its last fill is booked; the fill settles the break and ends it (B8, Z06, Z17, S3.44)", () => {
    const desk = deskOf();
    const ended = [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1", filled: "4", status: "canceled" })];
    expect(desk.told({ open: [], ended })).toEqual([]); // Executions were not asked for: they may be on their way.
    look(desk, [], ended);
    expect([status(desk), desk.breaks()]).toEqual(["sending", ["missed_fill 4 SPY@X missed_fill"]]);
    expect(look(desk, [], ended)).toEqual([]);
    desk.do(desk.fillAsk(1 as never, "SPY@X", "buy 3 @ 50"));
    expect([status(desk), desk.breaks()]).toEqual(["working", ["missed_fill 4 SPY@X missed_fill (left 1)"]]);
    desk.do(desk.fillAsk(1 as never, "SPY@X", "buy 1 @ 50"));
    expect([status(desk), desk.breaks(), desk.position("alpha", "SPY@X")]).toEqual(["canceled", [], "4"]);
  });

  test("[REC-14] units of a missed fill at a barrier are proposed as that", () => {
    const desk = deskOf();
    const open = [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1", filled: "4" })];
    desk.told({ open, ended: [], since: 0, positions: { "SPY@X": "4 @ 50" } });
    expect(desk.breaks()).toEqual(["missed_fill 4 SPY@X missed_fill", "position 4 SPY@X missed_fill"]);
  });

  test.each(["stop", "kill"])(
    "[CTL-8, REC-15] P9 R1 a %s whose exit a crash swallowed sends it again once it is proven that it never arrived",
    (cause) => {
      const desk = new Attached();
      desk.portfolio("alpha");
      desk.fill(desk.place("alpha", "SPY@X", "buy 10", { limit: "50", protect: plan({ stop: "@45" }) }), "10 @ 50");
      if (cause === "kill") desk.do(desk.killAsk({ kind: "portfolio", portfolio: "alpha" as never }, "flatten"));
      else desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "45"));
      expect(desk.row(2 as never)).toMatchObject({ side: "sell", status: "sending" });
      desk.at += MINUTE;
      look(desk, []);
      desk.at += MINUTE;
      const events = look(desk, []);
      expect(only(events, "OrderEnded")).toMatchObject([{ order: 2, status: "rejected", reason: "never reached the venue" }]);
      expect(only(events, "OrderPlaced")).toMatchObject([{ order: 3, portfolio: "alpha", terms: { side: "sell", orderType: "market" } }]);
      expect(only(events, "BreakRaised")).toEqual([]);
      desk.do(desk.fillAsk(3 as never, "SPY@X", "sell 10 @ 44"));
      expect(desk.position("alpha", "SPY@X")).toBe("0");
    },
  );

  test("[REC-15] without any answer, two complete looks thirty seconds apart say that it never was there (R-SEND c)", () => {
    const desk = deskOf();
    desk.told({ open: [], ended: null as never, since: 0 });
    desk.told({ open: [], ended: [] });
    desk.told({ open: [], ended: [], since: desk.at });
    expect(status(desk)).toBe("sending");
    expect(look(desk, []).map(({ type }) => type)).toEqual(["OrderMissed"]);
    desk.at += 29_999;
    expect(look(desk, [])).toEqual([]);
    desk.at += 1;
    expect(look(desk, [])).toMatchObject([{ type: "OrderEnded", status: "rejected", reason: "never reached the venue" }]);
    expect(status(desk)).toBe("rejected");
    const late = desk.do(desk.fillAsk(1 as never, "SPY@X", "buy 10 @ 50"));
    expect([only(late, "BreakRaised")[0]?.kind, desk.position("alpha", "SPY@X")]).toEqual(["late_execution", "10"]); // Z17: booked all the same.
  });

  test("[REC-15] one that was just placed is not missed, and one that turns up is not missed any more (Z23)", () => {
    const desk = deskOf();
    desk.place("alpha", "SPY@X", "buy 1", { limit: "40" });
    desk.at += 4_999;
    expect(look(desk, [])).toMatchObject([{ type: "OrderMissed", venueOrder: 1 }]);
    desk.at += MINUTE;
    look(desk, [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1" })]);
    expect(status(desk)).toBe("working");
    expect(desk.engine.state.reconciliation.missed.has(1 as never)).toBe(false);
  });

  test("[REC-16] one that was acknowledged is never ended by absence: it is unknown until the venue shows it again (B13, Z21, Z23)", () => {
    const desk = deskOf();
    desk.do(desk.ack(1 as never));
    look(desk, []);
    expect([status(desk), desk.breaks()]).toEqual(["unknown", ["vanished_order 0 SPY@X none"]]);
    for (let i = 0; i < 5; i++) {
      desk.at += MINUTE;
      expect(look(desk, [])).toEqual([]);
    }
    look(desk, [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1" })]);
    expect([status(desk), desk.breaks()]).toEqual(["working", []]);
  });

  test("[REC-16] a cancel that was asked for stays asked for, and its end settles the riddle", () => {
    const desk = deskOf();
    desk.do(desk.ack(1 as never));
    desk.do(desk.cancelAsk(1));
    look(desk, []);
    expect([status(desk), desk.breaks()]).toEqual(["canceling", ["vanished_order 0 SPY@X none"]]);
    desk.do({ type: "RecordCancel", venueOrder: 1 as never, reason: "" });
    look(desk, []);
    expect(desk.breaks()).toEqual([]);
  });

  test("[REC-17] one that the books ended and two looks show working is called back (B13)", () => {
    const desk = deskOf();
    desk.do({ type: "RecordReject", venueOrder: 1 as never, reason: "late" });
    const open = [desk.report("SPY@X", "buy 10", { ours: 1, id: "p1" })];
    look(desk, open);
    expect(desk.breaks()).toEqual([]);
    desk.at += 10_000;
    const step = desk.run({ type: "RecordSnapshot", snapshot: desk.snapshot({ open, ended: [], since: 0 }) });
    expect(step).toMatchObject({ ok: true, effects: [{ type: "CancelVenueOrder", venueOrder: 1 }] });
    expect(desk.breaks()).toEqual(["revived_order 0 SPY@X none"]);
    desk.at += 10_000;
    look(desk, []);
    expect(desk.breaks()).toEqual([]);
  });
});

describe("others'", () => {
  test("[REC-18] they are kept in sight until they are gone, and wait in the inbox (B22)", () => {
    const desk = deskOf();
    const theirs = (filled: string) => [desk.report("SPIN@X", "buy 7", { id: "p5", client: "3", filled })];
    desk.told({ open: theirs("0") });
    expect(desk.breaks()).toEqual(["external_order 0 SPIN@X none"]);
    expect(desk.told({ open: theirs("0") })).toEqual([]);
    expect(only(desk.told({ open: theirs("2") }), "ExternalOrderSeen")).toMatchObject([{ filled: 2 }]);
    desk.told({ open: [] });
    expect([desk.breaks(), desk.engine.state.reconciliation.externalOrders.size]).toEqual([[], 0]);
  });

  test("[REC-18] without the venue's key an order waits for it (B6, Z11)", () => {
    const desk = deskOf();
    expect(desk.told({ open: [desk.report("SPIN@X", "buy 7", { reference: "x" })] })).toEqual([]);
  });

  test("[REC-18] a failed read is never an empty account: nothing is gone that was not asked for (B10, Z16)", () => {
    const desk = deskOf();
    desk.told({ open: [desk.report("SPIN@X", "buy 7", { id: "p5" })] });
    desk.told({ ended: [], since: 0 });
    expect(desk.engine.state.reconciliation.externalOrders.size).toBe(1);
  });
});
