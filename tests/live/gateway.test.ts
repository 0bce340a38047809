import { type InstrumentId, type OrderId, type PortfolioId, UNATTRIBUTED } from "@bulkhead/core";
import { parsePrice, parseQuantity } from "@bulkhead/money";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { GatewayDesk } from "./gateway-desk.ts";

const AAPL = "AAPL@XNAS" as InstrumentId;

let folder = "";
let desk: GatewayDesk;
beforeEach(() => {
  folder = newFolder();
  desk = new GatewayDesk(folder);
});
afterEach(async () => {
  await desk.close();
  removeFolder(folder);
});

const exact = <T>(parsed: Readonly<{ ok: true; value: T } | { ok: false }>): T => {
  if (!parsed.ok) throw new Error("not exact");
  return parsed.value;
};

async function order(portfolio: string, side: "buy" | "sell", units: string, limit: string): Promise<OrderId> {
  const listing = desk.account.state.listings.get(AAPL);
  if (listing === undefined) throw new Error("no AAPL");
  const price = exact(parsePrice(limit, listing.instrument.priceScale));
  const asked = desk.account.submit({
    type: "PlaceOrder",
    by: "test",
    portfolio: portfolio as PortfolioId,
    terms: {
      instrument: AAPL,
      side,
      quantity: exact(parseQuantity(units, listing.base.scale)),
      orderType: "limit",
      limit: price,
      stop: null,
      timeInForce: "day",
      expiresAt: null,
    },
    ...{ origin: "person", sizing: "exact", reduceOnly: false, allowDuplicate: true, protect: null, lots: [], quote: price },
    quoteAt: desk.account.state.at,
    ...{ marketOpen: true, strategy: "", confidence: null, why: "test", intentId: "" },
  });
  const answer = await asked;
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  const placed = answer.record?.events.find((event) => event.type === "OrderPlaced");
  if (placed === undefined) throw new Error(JSON.stringify(answer.record?.events));
  return placed.order;
}

test("[LIVE-3] S0.2 an account with positions is attached through the wire of TWS, adopted, traded, and its connection lost and regained", async () => {
  const { control } = await desk.startGateway({ masterClient: 7, positions: [{ symbol: "AAPL", quantity: "300", averageCost: "150" }] });
  await desk.start();
  await desk.until(() => desk.mode === "ready", "attached", 200);
  expect(desk.held(UNATTRIBUTED, AAPL)).toBe(300);
  expect(desk.apart()).toEqual([]);
  const listing = desk.account.state.listings.get(AAPL);
  const move = {
    type: "TransferPosition",
    by: "test",
    from: UNATTRIBUTED,
    to: "steady" as PortfolioId,
    instrument: AAPL,
    transferId: "adopt",
  } as const;
  const quantity = exact(parseQuantity("100", listing?.base.scale ?? 0));
  const adopted = await desk.account.submit({ ...move, quantity, price: exact(parsePrice("150", 4)), reason: "mine" });
  expect(adopted).toMatchObject({ ok: true });
  expect([desk.held("steady", AAPL), desk.held(UNATTRIBUTED, AAPL)]).toEqual([100, 200]);

  await order("momentum", "buy", "10", "205");
  await desk.until(() => desk.held("momentum", AAPL) === 10, "filled", 50);
  await desk.pass(3_000);
  expect(desk.apart()).toEqual([]);

  control.manual("AAPL");
  const resting = await order("steady", "sell", "40", "203");
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
  const sent = await order("momentum", "buy", "10", "205");
  await desk.stop();
  await desk.start();
  await desk.until(() => desk.account.state.orders.get(sent)?.status === "working", "found", 200);
  await desk.pass(2_000);
  expect(Object.values(control.truth().sends).map(({ orders }) => orders)).toEqual([1]);
  expect(desk.apart()).toEqual([]);
});
