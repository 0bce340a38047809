import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { formatAmount, ZERO_QUANTITY } from "@bulkhead/money";
import { describe, expect, onTestFinished, test } from "vitest";
import { AAPL, NOON, order, price, quantity, Rig } from "./rig.ts";

const limit = (text: string, more = {}) => order({ orderType: "limit", limit: price(text), ...more });
const ALL = ["positions", "cash", "orders", "executions"] as const;
const HOUR_AGO = (NOON - 3_600_000) as InstantMs;

describe("snapshots through the wire", () => {
  test("[IBKR-50] all sections of an account that holds something", async (context) => {
    const rig = await Rig.ready(context, {
      cash: { USD: "50000.25", EUR: "120" },
      positions: [
        { symbol: "AAPL", quantity: "-40", averageCost: "200.5" },
        { symbol: "ESZ6", quantity: "2", averageCost: "250000" },
      ],
    });
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    const snapshot = await rig.venue.snapshot(ALL, HOUR_AGO);
    expect(snapshot.quiet).toBe(true);
    expect(snapshot.executionsSince).toBe(HOUR_AGO);
    expect(snapshot.positions?.map(({ instrument, quantity: held }) => [instrument, held])).toEqual([
      [AAPL, quantity("-40")],
      ["ESZ6@XCME", 2],
    ]);
    expect(snapshot.cash?.map(({ asset, amount }) => `${asset} ${formatAmount(amount, 6)}`).sort()).toEqual(["EUR 120", "USD 50000.25"]);
    expect(snapshot.openOrders).toMatchObject([{ venueOrder: 1, status: "working", filled: ZERO_QUANTITY, terms: limit("150") }]);
    expect(snapshot.endedOrders).toEqual([]);
    const again = await rig.venue.snapshot(["positions"], HOUR_AGO);
    expect(again).toMatchObject({ cash: null, openOrders: null, endedOrders: null, executionsSince: null });
    expect(again.snapshotId).not.toBe(snapshot.snapshotId);
  });

  test("[IBKR-54] the cost of a contract is told per unit: TWS counts its multiplier in", async (context) => {
    const rig = await Rig.ready(context, { positions: [{ symbol: "ESZ6", quantity: "2", averageCost: "250012.5" }] });
    const { positions } = await rig.venue.snapshot(["positions"], HOUR_AGO);
    expect(formatAmount(positions?.[0]?.averageCost as never, 4)).toBe("5000.25");
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["positionEnd",        "positions"],
    ["accountDownloadEnd", "cash"],
    ["openOrderEnd",       "openOrders"],
    ["completedOrdersEnd", "endedOrders"],
    ["execDetailsEnd",     "executionsSince"],
  ] as const)("[IBKR-50] B10 Z16 without %s the section %s is no information, and the others are", async (message, section) => {
    const rig = await Rig.ready({ onTestFinished });
    rig.submit(1);
    await rig.fact("RecordFee");
    rig.gateway.control.fault({ fault: "lose", message: message as never });
    const asking = rig.venue.snapshot(ALL, HOUR_AGO);
    let isDone = false;
    void asking.then(() => (isDone = true));
    await rig.until(() => isDone, "the snapshot", 500);
    const snapshot = await asking;
    const missing = (["positions", "cash", "openOrders", "endedOrders", "executionsSince"] as const).filter((each) => snapshot[each] === null);
    expect(missing).toEqual([section]);
  });

  test("[IBKR-50] B10 a connection that breaks in between leaves nothing but nulls, and no empty account", async (context) => {
    const rig = await Rig.ready(context, { positions: [{ symbol: "AAPL", quantity: "10", averageCost: "200" }] });
    rig.gateway.control.fault({ fault: "drop-after", message: "position" as never });
    const snapshot = await rig.venue.snapshot(ALL, HOUR_AGO);
    expect(snapshot.positions).toBeNull();
  });

  test("[IBKR-51] a snapshot in which something traded, or whose commission is still to come, is not quiet", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "commission", as: "late", byMs: 20_000 });
    rig.submit(1);
    await rig.fact("RecordExecution");
    expect((await rig.venue.snapshot(["positions"], HOUR_AGO)).quiet).toBe(false);
    await rig.pass(20_000);
    await rig.fact("RecordFee");
    expect((await rig.venue.snapshot(["positions"], HOUR_AGO)).quiet).toBe(true);
  });

  test("[IBKR-52] B9 the gateway remembers since its midnight: nothing older is claimed, unless the stream was there", async (context) => {
    const rig = await Rig.ready(context);
    const midnight = Date.UTC(2026, 9, 20, 4);
    const lastWeek = (NOON - 7 * 86_400_000) as InstantMs;
    expect((await rig.venue.snapshot(["executions"], lastWeek)).executionsSince).toBe(midnight);
  });

  test("[IBKR-55] orders of everybody are told, with who sent them; ended ones with their end", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.place({ symbol: "AAPL", side: "SELL", quantity: "7", limit: "300", reference: "mine" });
    rig.submit(1, limit("150"));
    rig.submit(2, limit("149"));
    await rig.fact("RecordAck", 2);
    rig.cancel(2);
    await rig.fact("RecordCancel");
    const { openOrders, endedOrders } = await rig.venue.snapshot(["orders"], HOUR_AGO);
    expect(openOrders).toMatchObject([
      { venueOrder: null, tag: { reference: "mine", client: "0" }, terms: { side: "sell", quantity: quantity("7"), limit: price("300") } },
      { venueOrder: 1, tag: { client: "7" } },
    ]);
    expect(endedOrders).toMatchObject([{ venueOrder: 2, status: "canceled" }]);
  });

  test("[IBKR-56] a look-up finds a working, a filled and a canceled order, says absent of one that never was, and failed where it was not answered", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    rig.submit(2);
    rig.submit(3, limit("149"));
    await rig.fact("RecordAck", 3);
    rig.cancel(3);
    await rig.fact("RecordCancel");
    const find = (seq: number) => rig.venue.lookUp(seq as VenueOrderSeq, 1);
    expect(await find(1)).toMatchObject({ found: { venueOrder: 1, status: "working" } });
    expect(await find(2)).toMatchObject({ found: { venueOrder: 2, status: "filled", filled: quantity("100") } });
    expect(await find(3)).toMatchObject({ found: { venueOrder: 3, status: "canceled" } });
    expect(await find(4)).toEqual({ absent: true });
    rig.gateway.control.disconnect();
    await rig.until(() => rig.venue.session.state !== "ready");
    expect(await find(4)).toMatchObject({ failed: expect.stringContaining("open orders") });
  });

  test("[IBKR-61] a search finds by symbol and by name, and tells the books nothing", async (context) => {
    const rig = await Rig.ready(context);
    const found = await rig.venue.search("IBM");
    expect(found).toMatchObject([
      { instrument: { id: "IBM@XNYS", quote: "USD" }, venueKey: "8314", description: expect.stringContaining("INTL BUSINESS") },
    ]);
    expect(rig.facts).toEqual([]);
  });
});
