import { describe, expect, test } from "vitest";
import { Attached, type Told } from "../../../../tests/kit/attached.ts";
import { alarms, lines, only, plain } from "../../../../tests/kit/look.ts";

const FREE_CASH = "1000000000";
/** What the desk holds before anything happens: a billion of free cash and 100,000 in each of two portfolios. */
function deskOf(): Attached {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.portfolio("beta");
  return desk;
}
const ALL = { USD: FREE_CASH };

/** An account before anything of it is known. */
function emptyDesk(): Attached {
  const desk = new Attached();
  desk.deposit("unattributed", `-${FREE_CASH} USD`);
  return desk;
}

describe("barriers", () => {
  test("[REC-1] [REC-11] a barrier without differences is one small record, each run again (S3.28, S3.35, I2, I3)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    const told: Told = { positions: { "SPY@X": "10 @ 50" }, cash: { USD: "999999500" } };
    expect(only(desk.told(told), "Reconciled")).toMatchObject([{ positions: 1, cash: 1, differences: 0 }]);
    expect(desk.told(told).map(({ type }) => type)).toEqual(["Reconciled"]);
    expect(desk.breaks()).toEqual([]);
  });

  // biome-ignore format: one snapshot per row.
  test.each([
    ["told while executions came",  { quiet: false, positions: {}, cash: {} }],
    ["without positions and cash",  { open: [], ended: [], since: 0 }],
  ] as const)("[REC-1] [REC-2] [REC-11] a snapshot %s compares nothing and is no record (B10, Z16)", (_what, told) => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    expect(desk.told(told as Told)).toEqual([]);
    expect(desk.position("unattributed", "SPY@X")).toBe("0");
  });

  test("[REC-2] a section that was not told is no information: cash alone compares no position (B10, Z16)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    expect(alarms(desk, desk.told({ cash: { USD: "999999500" } }))).toEqual([]);
    expect(alarms(desk, desk.told({ positions: {} }))).toEqual(["position unattributed -10 SPY@X"]);
  });

  test("[REC-2] a long of one portfolio against a short of another is flat at the venue and stays (S3.27, S3.34, S3.41)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    desk.trade("beta", "SPY@X", "sell 10 @ 52");
    const events = desk.told({ positions: {}, cash: { USD: "1000000020" } });
    expect(only(events, "Reconciled")).toMatchObject([{ differences: 0 }]);
    expect([desk.position("alpha", "SPY@X"), desk.position("beta", "SPY@X")]).toEqual(["10", "-10"]);
  });

  test("[REC-1] what a portfolio owns is never changed by a snapshot, not even where the venue is flat (P4, B16, Z14, Z15)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    desk.place("alpha", "SPY@X", "buy 5", { limit: "40" });
    const before = plain(desk.of("alpha"));
    desk.told({ positions: {}, cash: { USD: "5" } });
    expect(plain(desk.of("alpha"))).toEqual(before);
    expect([desk.position("unattributed", "SPY@X"), desk.cash("unattributed")]).toEqual(["-10", "-199495"]); // 5 − 99,500 − 100,000.
  });

  test("[REC-7] listings of one asset are one figure, two assets of one symbol are two (S3.36)", () => {
    const desk = deskOf();
    desk.mark({}, { EUR: "1" });
    desk.trade("alpha", "BTC-USD@X", "buy 2 @ 100");
    desk.told({ positions: { "BTC-USD@X": "1", "BTC-EUR@X": "1.5" } });
    expect(desk.breaks()).toEqual(["position 0.5 BTC manual_trade"]);
  });

  test("[REC-9] a snapshot is booked once, and an older one after a newer one not at all (B16, Z12, Z18)", () => {
    const desk = deskOf();
    const snapshot = desk.snapshot({ positions: { "SPY@X": "3 @ 10" } });
    desk.at += 1_000;
    desk.do({ type: "RecordSnapshot", snapshot });
    const [id] = desk.breakIds();
    expect(id).toBe(`position:SPY@X:1-1@${snapshot.to}`);
    expect(desk.do({ type: "RecordSnapshot", snapshot })).toEqual([]);
    desk.told({ positions: { "SPY@X": "3 @ 10" } });
    expect(desk.do({ type: "RecordSnapshot", snapshot: { ...snapshot, snapshotId: "late", positions: [] } })).toEqual([]);
    expect(desk.breakIds()).toEqual([id]);
  });

  test("[REC-1] what the venue names must be known: nothing is booked of an unknown instrument or of coins told as cash", () => {
    const desk = deskOf();
    const snapshot = desk.snapshot({ positions: { "SPY@X": "3" }, cash: { USD: "1" } });
    const [position] = snapshot.positions ?? [];
    const positions = [{ ...position, instrument: "NEW@X" }] as never;
    expect(desk.refused({ type: "RecordSnapshot", snapshot: { ...snapshot, positions } })).toBe("INSTRUMENT_UNKNOWN");
    const cash = [{ asset: "BTC", amount: 1 }] as never;
    expect(desk.refused({ type: "RecordSnapshot", snapshot: { ...snapshot, cash } })).toBe("ASSET_NOT_CASH");
  });
});

describe("baseline", () => {
  test("[REC-3] positions and cash are adopted as capital of unattributed, dated now, at the venue's average: never profit (C30, I1, S3.29, S3.30)", () => {
    const desk = emptyDesk();
    desk.mark({ "SPY@X": "60" });
    const events = desk.adopt({ positions: { "SPY@X": "10 @ 50" }, cash: { USD: "1000" } });
    expect(desk.postings(events)).toEqual(
      lines(
        "unattributed capital -1500 USD",
        "unattributed cash +1000 USD",
        "unattributed cost +500 USD",
        "unattributed exchange -10 SPY@X",
        "unattributed position +10 SPY@X",
      ),
    );
    expect(desk.lots("unattributed", "SPY@X")).toEqual(["10 for 500 USD"]);
    const { contributions, highWaterMark, equity } = desk.of("unattributed");
    expect([contributions, highWaterMark, equity, desk.equity("unattributed")]).toEqual([
      1_600_000_000,
      1_600_000_000,
      1_600_000_000,
      "1600",
    ]);
    expect(desk.breaks()).toEqual([]);
    desk.mark({ "SPY@X": "60" });
    expect(desk.engine.state.highWaterMark).toBe(1_600_000_000);
  });

  test("[REC-3] it happens once by snapshot, needs one quiet moment, and a person may adopt again later", () => {
    const desk = emptyDesk();
    const snapshot = desk.snapshot({ positions: { "SPY@X": "10 @ 50" }, cash: {} });
    const adopt = { type: "AdoptBaseline", snapshot, reason: "attached" } as const;
    desk.do(adopt);
    expect(desk.do(adopt)).toEqual([]);
    expect(desk.refused({ ...adopt, snapshot: { ...snapshot, quiet: false } })).toBe("SNAPSHOT_INCOMPLETE");
    expect(desk.refused({ ...adopt, snapshot: { ...snapshot, cash: null } })).toBe("SNAPSHOT_INCOMPLETE");
    desk.adopt({ positions: { "SPY@X": "12 @ 51" }, cash: { USD: "7" } });
    expect([desk.lots("unattributed", "SPY@X"), desk.cash("unattributed"), desk.breaks()]).toEqual([
      ["10 for 500 USD", "2 for 112 USD"],
      "7",
      [],
    ]);
  });
});

describe("what differs", () => {
  // biome-ignore format: hand-checked sums beside the expectation.
  test.each([
    ["the venue's total less the books'",   {},                  "15 @ 52", "5 for 280 USD",  "residual"], // 15 × 52 − 10 × 50 = 280.
    ["its average where that is negative",  {},                  "15 @ 30", "5 for 150 USD",  "average"],  // 15 × 30 − 500 < 0: 5 × 30.
    ["the last mark where it tells none",   { "SPY@X": "61" },   "15",      "5 for 305 USD",  "mark"],
    ["nothing where nothing is known",      {},                  "15",      "5 for 0 USD",    "none"],
  ] as const)("[REC-4] left-over units cost %s (S3.31, S3.32, S3.33, S3.42)", (_what, marks, told, lot, from) => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    desk.mark(marks);
    const [booked] = only(desk.told({ positions: { "SPY@X": told } }), "DifferencesBooked");
    expect([desk.lots("unattributed", "SPY@X"), booked?.differences[0]?.costFrom]).toEqual([[lot], from]);
  });

  test("[REC-5] units that went take the cost of the newest lots with them and realize nothing (C30)", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPY@X": "10 @ 50" } });
    desk.at += 1;
    desk.told({ positions: { "SPY@X": "15 @ 60" } });
    expect(desk.lots("unattributed", "SPY@X")).toEqual(["10 for 500 USD", "5 for 400 USD"]);
    desk.told({ positions: { "SPY@X": "8" } });
    expect([desk.lots("unattributed", "SPY@X"), desk.realized("unattributed")]).toEqual([["8 for 400 USD"], "0"]);
    desk.told({ positions: { "SPY@X": "-2 @ 70" } });
    expect([desk.lots("unattributed", "SPY@X"), desk.realized("unattributed")]).toEqual([["-2 for -140 USD"], "0"]);
  });

  test("[REC-6] a difference is a flow: equity and high-water marks move together, whatever the marks (C30, S1.25)", () => {
    const desk = deskOf();
    desk.mark({ "SPY@X": "20" }, { EUR: "1.1" });
    const gain = (): number => Number(desk.equity("unattributed")) - (desk.of("unattributed").contributions as unknown as number) / 1e6;
    expect(gain()).toBe(0);
    desk.told({ positions: { "SPY@X": "10 @ 5" }, cash: { ...ALL, EUR: "100" } });
    expect([gain(), desk.breaks()]).toEqual([0, ["position 10 SPY@X manual_trade", "cash 100 EUR transfer"]]);
    desk.told({ positions: {}, cash: { USD: "999000000" } });
    expect(gain()).toBe(0);
    desk.mark({ "SPY@X": "30" });
    expect(desk.engine.state.equity).toBe(desk.engine.state.highWaterMark);
  });

  test("[REC-8] a fill that comes late settles the break that its units opened, and an opposite part of one too (S3.44, Z06, Z15)", () => {
    const desk = deskOf();
    const order = desk.order("alpha", "SPY@X", "buy 10 @ 50");
    desk.told({ positions: { "SPY@X": "10 @ 50" }, cash: { USD: "999999500" } });
    expect(desk.breaks()).toEqual(["position 10 SPY@X missed_fill", "cash -500 USD missed_fill"]);
    desk.do(desk.fillAsk(order, "SPY@X", "buy 4 @ 50"));
    desk.told({ positions: { "SPY@X": "10 @ 50" }, cash: { USD: "999999500" } });
    expect(desk.breaks()).toEqual(["position 10 SPY@X missed_fill (left 6)", "cash -500 USD missed_fill (left -300)"]);
    desk.do(desk.fillAsk(order, "SPY@X", "buy 6 @ 50"));
    const events = desk.told({ positions: { "SPY@X": "10 @ 50" }, cash: { USD: "999999500" } });
    expect(only(events, "BreakSettled").map(({ amount }) => amount)).toEqual([6, -300_000_000]);
    expect([desk.breaks(), desk.position("unattributed", "SPY@X"), desk.position("alpha", "SPY@X")]).toEqual([[], "0", "10"]);
  });

  test("[REC-30] a split that the venue showed before it was told is settled when it is booked (B24, S3.43)", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    desk.told({ positions: { "SPY@X": "20 @ 25" }, cash: { USD: "999999500" } });
    expect(desk.breaks()).toEqual(["position 10 SPY@X split"]);
    desk.do(desk.split("SPY@X", "2:1"));
    expect(desk.breaks()).toEqual(["position 20 SPY@X split"]);
    desk.told({ positions: { "SPY@X": "20 @ 25" }, cash: { USD: "999999500" } });
    expect([desk.breaks(), desk.lots("alpha", "SPY@X"), desk.position("unattributed", "SPY@X")]).toEqual([[], ["20 for 500 USD"], "0"]);
  });

  test("[REC-30] units that were claimed before a split are taken back in units of after it", () => {
    const desk = deskOf();
    desk.told({ positions: { "SPY@X": "10 @ 50" } });
    desk.do(desk.claimAsk(desk.breakIds()[0] ?? "", { alpha: "4" }, "c1"));
    desk.do(desk.split("SPY@X", "3:1"));
    desk.do(desk.undoAsk("c1"));
    expect([desk.breaks(), desk.position("alpha", "SPY@X"), desk.position("unattributed", "SPY@X")]).toEqual([
      ["position 30 SPY@X manual_trade"],
      "0",
      "30",
    ]);
  });

  test("[REC-10] three barriers set the instrument to reduce_only, settled lifts it, another's mode stays (B18)", () => {
    const desk = deskOf();
    const differs = { positions: { "SPY@X": "3 @ 10", "SPIN@X": "2 @ 10" } };
    desk.do({ type: "SetMode", scope: { kind: "instrument", instrument: "SPIN@X" as never }, mode: "cancel_only", reason: "news" });
    const modes = () => [...desk.engine.state.modes].map(([key, { mode }]) => `${key} ${mode}`);
    desk.told(differs);
    desk.told(differs);
    expect(modes()).toEqual(["instrument:SPIN@X cancel_only"]);
    expect(only(desk.told(differs), "ModeSet")).toMatchObject([{ mode: "reduce_only", scope: { instrument: "SPY@X" } }]);
    expect(desk.run(desk.wish("alpha", "SPY@X", "buy 1")).ok && desk.engine.state.orders.size).toBe(0);
    desk.told({ positions: {} });
    expect(modes()).toEqual(["instrument:SPIN@X cancel_only"]);
  });

  test("[REC-28] a read-only account denies every order, exits too", () => {
    const desk = deskOf();
    desk.trade("alpha", "SPY@X", "buy 10 @ 50");
    const settings = { ...desk.engine.state.account?.settings, access: "read-only" } as never;
    desk.do({ type: "ConfigureAccount", settings });
    for (const what of ["buy 1", "sell 1"])
      expect(only(desk.do(desk.wish("alpha", "SPY@X", what)), "OrderDenied")[0]?.receipt).toMatchObject({ rule: "mode", scope: "account" });
  });
});
