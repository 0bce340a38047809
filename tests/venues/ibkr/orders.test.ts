import type { InstantMs, InstrumentId, VenueOrderSeq } from "@bulkhead/core";
import { clientOrderId } from "@bulkhead/venues";
import { describe, expect, onTestFinished, test } from "vitest";
import { AAPL, ACCOUNT, order, price, quantity, Rig } from "./rig.ts";

const limit = (text: string, more = {}) => order({ orderType: "limit", limit: price(text), ...more });
const reference = (seq: number): string => clientOrderId(ACCOUNT, { epoch: 1, venueOrder: seq as VenueOrderSeq });

describe("orders through the wire", () => {
  test("[IBKR-20] a market order is acknowledged, filled and paid for, in that order", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1);
    await rig.fact("RecordFee");
    expect(rig.facts.map(({ type }) => type)).toEqual(["RecordAck", "RecordExecution", "RecordFee"]);
    const [ack] = rig.of("RecordAck");
    expect(ack?.venueOrderId).toBe(String(rig.gateway.control.truth().orders[0]?.permId));
    const [execution] = rig.of("RecordExecution");
    expect(execution).toMatchObject({ venueOrder: 1, tag: null, side: "buy", version: 0, fee: null });
    expect(execution?.quantity).toEqual(quantity("100"));
    expect(execution?.price).toEqual(price("201.95"));
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["market", "day", {}, { orderType: "MKT", timeInForce: "DAY" }],
    ["limit", "gtc", { limit: price("150.25") }, { orderType: "LMT", timeInForce: "GTC", limit: "150.25" }],
    ["limit", "ioc", { limit: price("150.25") }, { orderType: "LMT", timeInForce: "IOC", limit: "150.25" }],
    ["limit", "fok", { limit: price("150.25") }, { orderType: "LMT", timeInForce: "FOK", limit: "150.25" }],
    ["stop", "gtc", { stop: price("250.5") }, { orderType: "STP", timeInForce: "GTC", stop: "250.5" }],
    ["stop_limit", "gtc", { stop: price("250.5"), limit: price("251") }, { orderType: "STP LMT", stop: "250.5", limit: "251" }],
    ["limit", "gtd", { limit: price("150.25"), expiresAt: Date.UTC(2026, 9, 22, 19) as InstantMs }, { orderType: "LMT", timeInForce: "GTD" }],
  ] as const)("[IBKR-21] %s %s arrives as it was meant, under our reference", async (orderType, timeInForce, terms, expected) => {
    const rig = await Rig.ready({ onTestFinished });
    rig.submit(1, order({ orderType, timeInForce, ...terms }));
    await rig.until(() => rig.gateway.control.truth().orders.length === 1);
    const [sent] = rig.gateway.control.truth().orders;
    expect(sent).toMatchObject({ ...expected, side: "BUY", quantity: "100", reference: reference(1), clientId: 7, transmitted: true });
    expect(rig.gateway.control.truth().sends[reference(1)]).toEqual({ frames: 1, orders: 1 });
  });

  test("[IBKR-22] what provably never left is a reject that says so: not connected, no such instrument, a price between ticks", async (context) => {
    const rig = await Rig.make(context);
    rig.submit(1);
    expect(rig.of("RecordReject")[0]?.reason).toMatch(/^NOT_SENT: /);
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "ready");
    rig.submit(2, order({ instrument: "NONE@XNAS" as InstrumentId }));
    rig.submit(3, limit("150.255"));
    await rig.fact("RecordReject", 3);
    expect(rig.of("RecordReject").map(({ reason }) => reason.slice(0, 10))).toEqual(["NOT_SENT: ", "NOT_SENT: ", "NOT_SENT: "]);
    expect(rig.of("RecordReject")[2]?.reason).toContain("150.255");
    expect(rig.gateway.control.truth().orders).toEqual([]);
  });

  test("[IBKR-22] an order that is asked to be sent twice is sent once, and answered once", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    await rig.settle();
    expect(rig.gateway.control.truth().sends[reference(1)]).toEqual({ frames: 1, orders: 1 });
    expect(rig.facts).toHaveLength(1);
    expect(rig.notes.join()).toContain("twice");
  });

  test.each([201, 110, 103, 321, 203])("[IBKR-23] B2 code %i proves a refusal", async (code) => {
    const rig = await Rig.ready({ onTestFinished });
    rig.gateway.control.fault({ fault: "reject", code });
    rig.submit(1, limit("150"));
    const rejected = await rig.fact("RecordReject");
    expect(rejected.reason).toContain(String(code));
    await rig.pass(20_000);
    expect(rig.facts).toHaveLength(1);
  });

  test("[IBKR-23] B2 a code that proves nothing leaves the order unknown, and what it became is told later", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "reject", code: 9_999 });
    rig.submit(1, limit("150"));
    await rig.until(() => rig.notes.some((note) => note.includes("9999")));
    const reported = rig.gateway.control.truth().orders[0]?.status;
    rig.clock.advance(10_000);
    await rig.settle();
    const kinds = rig.facts.map(({ type }) => type);
    // The gateway follows its reject with a status: only that, or the deadline, says anything.
    expect(kinds[0]).toBe(reported === "Inactive" || reported === "Cancelled" ? kinds[0] : "RecordSendOutcome");
    expect(kinds).toHaveLength(1);
  });

  test("[IBKR-24] B1 an order that nobody answers is unknown after its time; its execution is told when it comes", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.manual("AAPL");
    rig.gateway.control.fault(
      { fault: "lose", message: "openOrder", times: "always" },
      { fault: "lose", message: "orderStatus", times: "always" },
    );
    rig.submit(1, limit("150"));
    await rig.until(() => rig.gateway.control.truth().orders.length === 1);
    await rig.settle();
    expect(rig.facts).toEqual([]);
    rig.clock.advance(10_000);
    expect(rig.of("RecordSendOutcome")).toMatchObject([{ venueOrder: 1, outcome: "unknown" }]);
    rig.gateway.control.fill({ reference: reference(1) }, { quantity: "40", price: "150" });
    await rig.fact("RecordExecution");
    expect(rig.facts.slice(1, 3).map(({ type }) => type)).toEqual(["RecordAck", "RecordExecution"]);
  });

  test("[IBKR-24] B1 an order that is on its way when the connection breaks is unknown, and found afterwards", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "drop-unanswered", request: "placeOrder" });
    rig.submit(1, limit("150"));
    await rig.fact("RecordSendOutcome");
    await rig.fact("RecordAck", 1, 50);
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    const found = await rig.venue.lookUp(1 as VenueOrderSeq, 1);
    expect(found).toMatchObject({ found: { venueOrder: 1, status: "working", terms: { limit: price("150") } } });
    expect(rig.gateway.control.truth().sends[reference(1)]).toEqual({ frames: 1, orders: 1 });
  });

  test("[IBKR-25] T8 a cancel ends the order once, with 202 and with the status", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.cancel(1);
    await rig.fact("RecordCancel");
    await rig.settle();
    expect(rig.facts.map(({ type }) => type)).toEqual(["RecordAck", "RecordCancel"]);
  });

  test("[IBKR-25] T8 a cancel that comes too late is no end: the fill is", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.gateway.control.fault({ fault: "fill-before-cancel" });
    rig.cancel(1);
    await rig.fact("RecordExecution");
    await rig.settle();
    expect(rig.of("RecordCancel")).toEqual([]);
    expect(rig.gateway.control.truth().orders[0]?.status).toBe("Filled");
  });

  test("[IBKR-25] a refused cancel leaves the order as it is, and a second one may be asked for", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.gateway.control.fault({ fault: "reject-cancel" });
    rig.cancel(1);
    await rig.until(() => rig.notes.some((note) => note.includes("10148")));
    await rig.settle();
    expect(rig.of("RecordCancel")).toEqual([]);
    rig.cancel(1);
    await rig.fact("RecordCancel");
  });

  test("[IBKR-25] the cancel of an order that is not known yet is remembered, and sent when it is told", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150", { timeInForce: "gtc" }));
    await rig.fact("RecordAck");
    rig.gateway.control.reset(1_000);
    await rig.until(() => rig.venue.session.state === "disconnected");
    rig.cancel(1);
    await rig.fact("RecordCancel", 1, 50);
    expect(rig.gateway.control.truth().orders[0]?.status).toBe("Cancelled");
  });

  test("[IBKR-26] a change goes out under the same order number, and only while the order is known to be there", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150", { timeInForce: "gtc" }));
    await rig.fact("RecordAck");
    rig.replace(1, limit("151.5", { timeInForce: "gtc", quantity: quantity("60") }));
    await rig.until(() => rig.gateway.control.truth().orders[0]?.limit === "151.5");
    const { orders, sends } = rig.gateway.control.truth();
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ quantity: "60", reference: reference(1) });
    expect(sends[reference(1)]).toEqual({ frames: 2, orders: 1 });
    rig.gateway.control.reset(1_000);
    await rig.until(() => rig.venue.session.state === "disconnected");
    rig.gateway.control.cancel({ reference: reference(1) });
    rig.replace(1, limit("152", { timeInForce: "gtc" }));
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    await rig.settle();
    expect(rig.gateway.control.truth().orders).toHaveLength(1);
  });

  test("[IBKR-26] S3.43 a refused change is said, and the order lives on", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.gateway.control.fault({ fault: "reject", code: 110 });
    rig.replace(1, limit("151"), limit("150"));
    const told = await rig.fact("RecordReplaceReject");
    expect(told).toMatchObject({ venueOrder: 1, instrument: AAPL, refused: { limit: price("151") }, stays: { limit: price("150") } });
    expect(told.reason).toMatch(/^110 /);
    await rig.settle();
    expect(rig.of("RecordReject")).toEqual([]);
    expect(rig.of("RecordCancel")).toEqual([]);
  });

  test("[IBKR-26] a change that cannot be sent is told as one that never left, with what the order stays", async (context) => {
    const rig = await Rig.ready(context);
    rig.replace(9, limit("151"), limit("150"));
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.replace(1, limit("150.255"), limit("150"));
    await rig.fact("RecordReplaceReject", 2);
    // One that was taken is what a later refusal goes back to, whatever the books knew.
    rig.replace(1, limit("151"), limit("150"));
    await rig.until(() => rig.gateway.control.truth().orders[0]?.limit === "151", "changed");
    await rig.settle();
    rig.gateway.control.fault({ fault: "reject", code: 110 });
    rig.replace(1, limit("152"), limit("150"));
    await rig.fact("RecordReplaceReject", 3);
    const told = rig.of("RecordReplaceReject").map(({ venueOrder, reason, stays }) => [venueOrder, reason.slice(0, 9), stays.limit]);
    expect(told).toEqual([
      [9, "NOT_SENT:", price("150")],
      [1, "NOT_SENT:", price("150")],
      [1, "110 Order", price("151")],
    ]);
  });

  test("[IBKR-27] what must be filled at once and is not, is over: IOC by its cancel, FOK by its inactivity", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150", { timeInForce: "ioc" }));
    rig.submit(2, limit("150", { timeInForce: "fok" }));
    await rig.fact("RecordCancel", 1);
    await rig.settle();
    rig.clock.advance(2_000);
    await rig.fact("RecordCancel", 2);
    expect(rig.of("RecordCancel").map(({ venueOrder }) => venueOrder)).toEqual([1, 2]);
    expect(rig.of("RecordAck")).toHaveLength(2);
  });

  test("[IBKR-28] B6 the first word with permanent id 0 is not the answer: the next one is", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "permanent-id-late" });
    rig.submit(1, limit("150"));
    const ack = await rig.fact("RecordAck");
    expect(ack.venueOrderId).toBe(String(rig.gateway.control.truth().orders[0]?.permId));
  });

  test("[IBKR-29] B6 after a restart an order is known by its reference, and canceled under its number", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150", { timeInForce: "gtc" }));
    await rig.fact("RecordAck");
    await rig.restart();
    rig.gateway.control.fill({ reference: reference(1) }, { quantity: "30", price: "150" });
    expect(await rig.fact("RecordExecution")).toMatchObject({ venueOrder: 1, tag: null, instrument: AAPL });
    rig.cancel(1);
    await rig.fact("RecordCancel");
  });

  test("[IBKR-29] B23 an order of another journal under the same number is somebody else's", async (context) => {
    const rig = await Rig.ready(context, {}, { orderInBooks: ({ epoch }) => (epoch === 2 ? AAPL : undefined) });
    rig.gateway.control.trade({ symbol: "AAPL", side: "BUY", quantity: "10", price: "201", client: 7, reference: reference(1) });
    const { executions } = rig.gateway.control.truth();
    expect(executions).toHaveLength(1);
    await rig.venue.snapshot(["executions"], 0 as InstantMs);
    expect(await rig.fact("RecordExecution")).toMatchObject({ venueOrder: null, tag: { reference: reference(1) } });
  });

  test("[IBKR-30] a remark on an order (399) is for people: the order lives, and fills", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "warn" });
    rig.submit(1);
    await rig.fact("RecordExecution");
    expect(rig.notes.some((note) => note.startsWith("info") && note.includes("399"))).toBe(true);
    expect(rig.of("RecordReject")).toEqual([]);
  });

  test("[IBKR-30] shares that are being located (404) hold the order, which lives", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "warn", code: 404, text: "Order held while securities are located." });
    rig.submit(1, limit("250", { side: "sell" }));
    await rig.fact("RecordAck");
    await rig.pass(5_000);
    expect(rig.notes.some((note) => note.startsWith("warn") && note.includes("404"))).toBe(true);
    expect(rig.of("RecordReject")).toEqual([]);
  });

  test("[IBKR-27] an order of the day that nobody canceled expires with its session", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    rig.submit(2, limit("149"));
    await rig.fact("RecordAck", 2);
    // Time jumps, so the connection is taken for dead; the next one sees the close.
    rig.clock.advanceTo(Date.UTC(2026, 9, 20, 20, 0, 1));
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    rig.gateway.control.endDay();
    await rig.fact("RecordExpiry", 2);
    expect(rig.of("RecordCancel")).toEqual([]);
  });

  test("[IBKR-24] an order that could not be read before the connection broke is looked up, and absent", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "drop-unread", request: "placeOrder" });
    rig.submit(1, limit("150"));
    await rig.fact("RecordSendOutcome");
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    expect(await rig.venue.lookUp(1 as VenueOrderSeq, 1)).toEqual({ absent: true });
  });
});
