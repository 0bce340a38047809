import type { InstrumentId, LiveCapabilities } from "@bulkhead/core";
import { type Quantity, rescale } from "@bulkhead/money";
import { afterEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { ATTACHED, Attached } from "./attached.ts";

const ACME = "ACME@DEMO";
let folder = "";
let attached: Attached;
afterEach(async () => {
  await attached.desk?.stop();
  removeFolder(folder);
});

/** `momentum` waits for ten shares at fifty. */
async function waiting(capabilities: Partial<LiveCapabilities> = {}): Promise<void> {
  folder = newFolder();
  attached = new Attached(folder, { capabilities });
  attached.broker.deposit("USD", 100_000);
  await attached.start(ATTACHED);
  await attached.order("momentum", ACME, "buy 10", 50);
  await attached.pass(1_000);
}

const half = (quantity: Quantity): Quantity => rescale(quantity, 1, 2, "half-even");
const price = (units: number) => (units * 10 ** (attached.state.listings.get(ACME as InstrumentId)?.instrument.priceScale ?? 0)) as never;
type Row = Readonly<Record<string, unknown>>;
const row = async () => (await attached.ask("GET", "/api/orders/1")).body.data as Row;
/** What the last change of the order's state says. */
const reason = async () => ((await attached.ask("GET", "/api/order-changes?order_id=1")).body.data as readonly Row[]).at(0)?.["reason"];

test("[LIVE-54] S3.43 a change that the venue does not take is undone in the next turn, and the order says why", async () => {
  await waiting();
  const { quantity, limit_price, reserved } = await row();
  attached.venue.faults.refuseChange = "110 the price does not conform";
  expect(await attached.ask("POST", "/api/orders/1/replace", { quantity: "6", limit_price: "49" })).toMatchObject({ status: 200 });
  await attached.pass(100);
  expect(await row()).toMatchObject({ status: "working", quantity, limit_price, reserved });
  expect(await reason()).toBe("not changed: 110 the price does not conform");
  // Nothing is left of it for the next one.
  attached.venue.faults.refuseChange = null;
  await attached.ask("POST", "/api/orders/1/replace", { limit_price: "48" });
  await attached.pass(100);
  expect([await reason(), attached.broker.order().terms.limit]).toEqual(["", price(48)]);
});

test("[LIVE-54] a change that could not leave is undone as well", async () => {
  await waiting();
  attached.venue.lose();
  const asked = attached.state.orders.get(1 as never)?.quantity as Quantity;
  await attached.submit({ type: "ReplaceOrder", by: "test", orderId: 1 as never, quantity: half(asked), limit: null, stop: null });
  await attached.pass(100);
  expect(await reason()).toMatch(/^not changed: NOT_SENT: /);
  expect(attached.state.orders.get(1 as never)?.quantity).toBe(asked);
  expect(attached.venue.sent.filter(({ type }) => type === "ReplaceVenueOrder")).toEqual([]);
});

test("[LIVE-54] where the venue changes no orders, that is said before anything is asked", async () => {
  await waiting({ replaces: "no" });
  const answer = await attached.ask("POST", "/api/orders/1/replace", { limit_price: "49" });
  expect(answer).toMatchObject({ status: 409, body: { code: "VENUE_CHANGES_NO_ORDERS" } });
});
