import { type PortfolioId, UNATTRIBUTED } from "@bulkhead/core";
import { expect, test } from "vitest";
import { eachWith } from "./each-with.ts";
import { AAPL, GatewayDesk } from "./gateway-desk.ts";

let desk: GatewayDesk;
eachWith((folder) => {
  desk = new GatewayDesk(folder);
  return desk;
});

test("[LIVE-3] S0.2 an account with positions is attached through the wire of TWS, adopted, traded, and its connection lost and regained", async () => {
  const { control } = await desk.startGateway({ masterClient: 7, positions: [{ symbol: "AAPL", quantity: "300", averageCost: "150" }] });
  await desk.start();
  await desk.until(() => desk.mode === "ready", "attached", 200);
  expect(desk.held(UNATTRIBUTED, AAPL)).toBe(300);
  expect(desk.apart()).toEqual([]);
  const move = {
    type: "TransferPosition",
    by: "test",
    from: UNATTRIBUTED,
    to: "steady" as PortfolioId,
    instrument: AAPL,
    transferId: "adopt",
  } as const;
  const [quantity, price] = [desk.quantity("100"), desk.price("150")];
  const adopted = await desk.account.submit({ ...move, quantity, price, reason: "mine" });
  expect(adopted).toMatchObject({ ok: true });
  expect([desk.held("steady", AAPL), desk.held(UNATTRIBUTED, AAPL)]).toEqual([100, 200]);

  await desk.placed("momentum", "buy 10 @ 205");
  await desk.until(() => desk.held("momentum", AAPL) === 10, "filled", 50);
  await desk.pass(3_000);
  expect(desk.apart()).toEqual([]);

  control.manual("AAPL");
  const resting = await desk.placed("steady", "sell 40 @ 203");
  await desk.until(() => desk.account.state.orders.get(resting)?.status === "working", "working", 50);
  control.disconnect();
  await desk.until(() => desk.mode.startsWith("cancel_only"), "the loss is noticed", 50);
  const [truth] = control.truth().orders.filter(({ status }) => status === "Submitted");
  control.fill({ permId: truth?.permId ?? 0 }, { price: "203.10" });
  await desk.until(() => desk.mode === "ready", "connected again", 200);
  expect(desk.held("steady", AAPL)).toBe(60);
  expect(desk.apart()).toEqual([]);
  expect(Object.values(control.truth().sends).map(({ orders }) => orders)).toEqual([1, 1]);

  control.trade({ symbol: "AAPL", side: "BUY", quantity: "7", price: "202" });
  await desk.until(() => desk.held(UNATTRIBUTED, AAPL) === 207, "a trade by hand", 1_000);
  expect([...desk.account.state.reconciliation.breaks.values()].map(({ kind, status }) => [kind, status])).toContainEqual([
    "unknown_order",
    "open",
  ]);
  await desk.pass(5_000);
  expect(desk.apart()).toEqual([]);
});

test("[LIVE-11] R1 Z13 a desk that ended between an order and its answer finds it at the gateway, and orders nothing twice", async () => {
  const { control } = await desk.startGateway();
  await desk.start();
  await desk.until(() => desk.mode === "ready", "attached", 200);
  control.manual("AAPL");
  // The books learn the instrument by looking for it.
  control.trade({ symbol: "AAPL", side: "BUY", quantity: "1", price: "202" });
  await desk.until(() => desk.account.state.listings.has(AAPL), "AAPL is known", 1_000);
  const sent = await desk.placed("momentum", "buy 10 @ 205");
  await desk.stop();
  await desk.start();
  await desk.until(() => desk.account.state.orders.get(sent)?.status === "working", "found", 200);
  await desk.pass(2_000);
  expect(Object.values(control.truth().sends).map(({ orders }) => orders)).toEqual([1]);
  expect(desk.apart()).toEqual([]);
});
