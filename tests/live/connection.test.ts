import { type OrderId, UNATTRIBUTED } from "@bulkhead/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newFolder, recordsIn, removeFolder } from "../desk/paper.ts";
import { Attached } from "./attached.ts";

const ACME = "ACME@DEMO";

let folder = "";
let attached: Attached;
beforeEach(async () => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
  attached.broker.quote(ACME, 50);
  attached.broker.fillsAtOnce = false;
  attached.clock.advance(60_000);
  await attached.start();
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const statusOf = (order: number): string => attached.state.orders.get(order as OrderId)?.status ?? "gone";

describe("while the connection is lost", () => {
  test("[LIVE-7] B20 the account may only cancel from its first sign until everything was compared, and says so", async () => {
    attached.venue.lose();
    await attached.pass(1_000);
    expect(attached.mode).toBe("cancel_only: venue: not connected to ibkr");
    expect(await attached.order("momentum", ACME, "buy 1", 50)).toMatchObject({ record: { events: [{ type: "OrderDenied" }] } });
    attached.venue.faults.failing.add("positions");
    attached.venue.reconnect();
    await attached.pass(3_000);
    expect(attached.mode).toBe("cancel_only: venue: comparing the books with ibkr");
    attached.venue.faults.failing.clear();
    await attached.pass(10_000);
    expect(attached.mode).toBe("ready");
  });

  test("[LIVE-48] looking again, as long as all is well, holds nothing back and writes nothing down", async () => {
    await attached.pass(30_000);
    const before = attached.state.seq;
    await attached.pass(300_000);
    await attached.stop();
    const since = recordsIn(`${folder}`).records.filter(({ seq }) => seq > before);
    expect(since.filter(({ command }) => command.type === "RecordSnapshot").length).toBeGreaterThanOrEqual(5);
    expect(since.filter(({ command }) => command.type === "SetMode")).toEqual([]);
  });

  test("[LIVE-8] B7 Z05 what was filled meanwhile is booked before anything is sent again, once", async () => {
    await attached.order("momentum", ACME, "buy 10", 50);
    const order = attached.broker.order();
    attached.venue.lose();
    attached.broker.fill(order);
    await attached.pass(30_000);
    expect(attached.held("momentum", ACME)).toBe(0);
    attached.venue.reconnect();
    await attached.pass(3_000);
    expect(attached.held("momentum", ACME)).toBe(10);
    expect(attached.apart()).toEqual([]);
    expect(attached.state.reconciliation.breaks.size).toBe(0);
    expect([...attached.broker.accepted.values()]).toEqual([1]);
  });

  test("[LIVE-9] an order that is placed in the moment of the loss is proven not sent, never sent later", async () => {
    attached.venue.session = { ...attached.venue.session, state: "synchronizing" };
    await attached.order("momentum", ACME, "buy 10", 50);
    expect(statusOf(1)).toBe("rejected");
    attached.venue.reconnect();
    await attached.pass(70_000);
    expect(attached.broker.orders.size).toBe(0);
  });

  test("[LIVE-13] S3.43 a cancel that could not be sent is sent when the connection is there and the books were compared", async () => {
    await attached.order("momentum", ACME, "buy 10", 50);
    attached.venue.lose();
    await attached.pass(1_000);
    await attached.submit({ type: "CancelOrder", by: "test", orderId: 1 as OrderId, reason: "test" });
    expect(statusOf(1)).toBe("canceling");
    attached.venue.reconnect();
    await attached.pass(5_000);
    expect(statusOf(1)).toBe("canceled");
    expect(attached.broker.orders.size).toBe(1);
  });

  test("[LIVE-13] Z21 a cancel that was sent is sent again only after half a minute in which nothing ended", async () => {
    await attached.order("momentum", ACME, "buy 10", 50);
    attached.venue.faults.ignoresCancels = true;
    await attached.submit({ type: "CancelOrder", by: "test", orderId: 1 as OrderId, reason: "test" });
    const cancels = () => attached.venue.sent.filter(({ type }) => type === "CancelVenueOrder").length;
    await attached.pass(25_000);
    expect(cancels()).toBe(1);
    await attached.pass(10_000);
    expect(cancels()).toBe(2);
    attached.venue.faults.ignoresCancels = false;
    await attached.pass(31_000);
    expect(statusOf(1)).toBe("canceled");
  });

  test("[LIVE-14] P9 S3.6 a kill says which orders cannot be canceled now, and cancels them when they can be", async () => {
    await attached.order("momentum", ACME, "buy 10", 50);
    attached.venue.lose();
    await attached.pass(1_000);
    const killed = await attached.ask("POST", "/api/kill", { level: "cancel", reason: "test" });
    expect(killed.body.data).toMatchObject({ confirmed: [], unconfirmed: [], not_cancellable: [{ order_id: 1 }] });
    attached.venue.reconnect();
    await attached.pass(5_000);
    expect(statusOf(1)).toBe("canceled");
  });

  test("[LIVE-14] P9 what a kill flattens while the broker is away is closed once everything was compared, without a person, once", async () => {
    attached.broker.fillsAtOnce = true;
    await attached.order("momentum", ACME, "buy 10");
    await attached.pass(2_000);
    expect(attached.held("momentum", ACME)).toBe(10);
    attached.venue.lose();
    await attached.pass(1_000);
    await attached.ask("POST", "/api/kill", { level: "flatten", reason: "test" });
    await attached.pass(5_000);
    expect(attached.held("momentum", ACME)).toBe(10);
    attached.venue.reconnect();
    await attached.pass(5_000);
    expect([attached.mode, attached.held("momentum", ACME), attached.apart()]).toEqual(["ready", 0, []]);
    expect([...attached.broker.accepted.values()]).toEqual([1, 1]);
  });

  test("[LIVE-15] S3.6 a person disconnects an account and connects it again", async () => {
    const { live } = attached.account;
    await live?.disconnect();
    await attached.pass(1_000);
    expect(attached.mode).toBe("cancel_only: venue: disconnected from ibkr by a person");
    expect(attached.status).toMatchObject({ wanted: false, session: { state: "disconnected" } });
    live?.connect();
    await attached.pass(3_000);
    expect(attached.mode).toBe("ready");
  });

  test("[LIVE-7] a mode that a person set stays what it is when the connection comes and goes", async () => {
    await attached.submit({ type: "SetMode", scope: { kind: "account" }, mode: "reduce_only", reason: "local: careful" });
    attached.venue.lose();
    await attached.pass(2_000);
    attached.venue.reconnect();
    await attached.pass(5_000);
    expect(attached.mode).toBe("reduce_only: local: careful");
  });
});

describe("where nobody knows what became of an order", () => {
  test("[LIVE-10] B1 Z01 an order whose answer was lost is found by looking it up, and is sent once", async () => {
    attached.venue.faults.loseReplies = 1;
    await attached.order("momentum", ACME, "buy 10", 50);
    await attached.pass(3_000);
    expect(statusOf(1)).toBe("working");
    attached.broker.fill(attached.broker.order());
    await attached.pass(1_000);
    expect(attached.held("momentum", ACME)).toBe(10);
    expect([...attached.broker.accepted.values()]).toEqual([1]);
  });

  test("[LIVE-10] B13 an order that never arrived is over after two complete looks half a minute apart, and not before", async () => {
    attached.venue.faults.loseOrders = 1;
    await attached.order("momentum", ACME, "buy 10", 50);
    await attached.pass(20_000);
    expect(statusOf(1)).toBe("unknown");
    await attached.pass(60_000);
    expect(statusOf(1)).toBe("rejected");
    expect(attached.broker.orders.size).toBe(0);
    expect(attached.cash("momentum")).toBe(50_000);
  });

  test("[LIVE-37] at a venue that does not list what ended, two look-ups half a minute apart prove that an order never arrived (R-SEND c)", async () => {
    attached.venue.faults.hidesEnded = true;
    attached.venue.faults.loseOrders = 1;
    await attached.order("momentum", ACME, "buy 10", 50);
    await attached.pass(20_000);
    expect(statusOf(1)).toBe("unknown");
    await attached.pass(100_000);
    expect(statusOf(1)).toBe("rejected");
    expect(attached.cash("momentum")).toBe(50_000);
  });

  test("[LIVE-49] at a venue that does not list what ended, a working order that it shows no more is looked up, and ends as it did there", async () => {
    attached.venue.faults.hidesEnded = true;
    await attached.order("momentum", ACME, "buy 10", 50);
    await attached.pass(10_000);
    expect(statusOf(1)).toBe("working");
    attached.venue.lose();
    await attached.pass(2_000);
    attached.broker.end(attached.broker.order(), "expired", "its time was over");
    attached.venue.reconnect();
    await attached.pass(20_000);
    expect(statusOf(1)).toBe("expired");
    expect(Number(attached.account.state.orders.get(1 as never)?.reserved)).toBe(0);
  });

  test("[LIVE-10] an order that is unknown stays unknown for as long as nobody answers, and is an alarm after two minutes", async () => {
    attached.venue.faults.loseOrders = 1;
    attached.venue.faults.lookUpFails = true;
    attached.venue.faults.failing.add("orders");
    await attached.order("momentum", ACME, "buy 10", 50);
    await attached.pass(150_000);
    expect(statusOf(1)).toBe("unknown");
    expect(attached.status).toMatchObject({ unknownOrders: 1, failing: ["orders"] });
  });

  test("[LIVE-11] R1 what was sending when the process ended is unknown at the next start, and is looked up", async () => {
    attached.venue.faults.loseReplies = 1;
    await attached.order("momentum", ACME, "buy 10", 50);
    await attached.stop();
    await attached.start();
    await attached.pass(5_000);
    expect(statusOf(1)).toBe("working");
    expect([...attached.broker.accepted.values()]).toEqual([1]);
  });
});

describe("what the venue tells", () => {
  test("[LIVE-12] B8 Z06 executions that were not told are found within half a minute, and booked once however often they are told", async () => {
    attached.venue.faults.dropExecutions = 1;
    await attached.order("momentum", ACME, "buy 10", 50);
    attached.broker.fill(attached.broker.order());
    await attached.pass(31_000);
    expect(attached.held("momentum", ACME)).toBe(10);
    attached.venue.faults.tellTimes = 4;
    await attached.order("momentum", ACME, "sell 4", 49);
    attached.broker.fill(attached.broker.order());
    await attached.pass(61_000);
    expect(attached.held("momentum", ACME)).toBe(6);
    expect(attached.apart()).toEqual([]);
  });

  test("[LIVE-16] Z16 B10 a section that failed is no information: nothing is closed, flattened or opened because of it", async () => {
    await attached.order("momentum", ACME, "buy 10", 50);
    attached.broker.fill(attached.broker.order());
    for (const section of ["positions", "cash", "orders", "executions"] as const) attached.venue.faults.failing.add(section);
    await attached.pass(180_000);
    expect(attached.held("momentum", ACME)).toBe(10);
    expect(attached.state.reconciliation.breaks.size).toBe(0);
    expect(attached.status.failing).toEqual(["positions", "cash", "orders", "executions"]);
    attached.venue.faults.failing.clear();
    await attached.pass(60_000);
    expect(attached.status.failing).toEqual([]);
    expect(attached.apart()).toEqual([]);
  });

  test("[LIVE-17] B22 C30 what somebody trades by hand is in unattributed with a break, the rest goes on, and a claim moves it", async () => {
    attached.broker.trade(ACME, 7, 51);
    await attached.pass(2_000);
    expect(attached.held(UNATTRIBUTED, ACME)).toBe(7);
    const [item] = attached.state.reconciliation.breaks.values();
    expect(item).toMatchObject({ kind: "unknown_order", status: "open", left: 7 });
    const assign = { type: "AssignUnattributed", by: "test", breakId: item?.id ?? "", assignmentId: "a1", reason: "mine" } as const;
    expect(await attached.submit({ ...assign, shares: [{ portfolio: "momentum" as never, amount: 7 as never }] })).toMatchObject({
      ok: true,
    });
    expect([attached.held("momentum", ACME), attached.held(UNATTRIBUTED, ACME)]).toEqual([7, 0]);
    expect(attached.apart()).toEqual([]);
    expect(attached.mode).toBe("ready");
    await attached.submit({ type: "UndoAssignment", by: "test", assignmentId: "a1", reason: "not mine" });
    expect([attached.held("momentum", ACME), attached.held(UNATTRIBUTED, ACME)]).toEqual([0, 7]);
    await attached.pass(120_000);
    expect(attached.apart()).toEqual([]);
  });

  test("[LIVE-18] B9 a history that begins after the last comparison holds entries back where the books differ, until that is explained", async () => {
    await attached.stop();
    attached.broker.trade(ACME, 20, 50);
    attached.clock.advance(3 * 3_600_000);
    attached.venue.faults.historyFrom = attached.clock.now() - 60_000;
    await attached.start();
    await attached.pass(3_000);
    expect(attached.mode).toMatch(/^reduce_only: venue: history: .*bulkhead import flex/);
    expect(attached.held(UNATTRIBUTED, ACME)).toBe(20);
    expect(attached.apart()).toEqual([]);
    for (const { id, kind } of attached.state.reconciliation.breaks.values())
      await attached.submit({
        type: "WriteOffBreak",
        by: "test",
        breakId: id,
        category: kind === "cash" ? "trade" : "trade",
        reason: "by hand",
      });
    await attached.pass(70_000);
    expect(attached.mode).toBe("ready");
  });

  test("[LIVE-18] B9 where nothing differs, a history that is too short holds nothing back; and a person may say that all is well", async () => {
    await attached.stop();
    attached.clock.advance(3 * 3_600_000);
    attached.venue.faults.historyFrom = attached.clock.now() - 60_000;
    await attached.start();
    await attached.pass(3_000);
    expect(attached.mode).toBe("ready");
    await attached.stop();
    attached.broker.trade(ACME, 20, 50);
    attached.clock.advance(3 * 3_600_000);
    attached.venue.faults.historyFrom = attached.clock.now() - 60_000;
    await attached.start();
    await attached.pass(3_000);
    expect(attached.mode).toMatch(/^reduce_only/);
    await attached.submit({ type: "SetMode", scope: { kind: "account" }, mode: "ready", reason: "local: compared by hand" });
    await attached.pass(5_000);
    expect(attached.mode).toBe("ready");
  });

  test("[LIVE-5] a flood of facts is booked whole, and while it waits nothing new is sent", async () => {
    await attached.order("momentum", ACME, "buy 10", 50);
    attached.venue.faults.tellTimes = 12_000;
    attached.broker.fill(attached.broker.order());
    expect(attached.status.waiting.facts).toBeGreaterThan(10_000);
    const modes: string[] = [];
    const stop = attached.account.onDurable((records) => {
      for (const { events } of records) for (const event of events) if (event.type === "ModeSet") modes.push(event.reason);
    });
    await attached.pass(3_000);
    stop();
    expect(modes).toEqual(["venue: ibkr tells more than can be booked", "venue: compared"]);
    expect(attached.held("momentum", ACME)).toBe(10);
    expect(attached.apart()).toEqual([]);
  });

  test("[LIVE-19] a fact that the books do not take is kept in sight and never stops the account", async () => {
    attached.venue.tell({ type: "RecordAck", at: attached.clock.now(), venueOrder: 99 as never, venueOrderId: "x" });
    await attached.pass(2_000);
    expect(attached.status.refused).toMatchObject([{ type: "RecordAck", code: "VENUE_ORDER_UNKNOWN" }]);
    await attached.order("momentum", ACME, "buy 1", 50);
    expect(statusOf(1)).toBe("working");
  });
});
