import type { OrderId, PortfolioId } from "@bulkhead/core";
import type { OrderKey } from "@bulkhead/tws-gateway";
import { expect, test } from "vitest";
import { eachWith } from "./each-with.ts";
import { AAPL, AT_GATEWAY } from "./gateway-desk.ts";
import { WireDesk } from "./wire-desk.ts";

/** Portfolio momentum goes over client 8, steady over the account's own, 7. */
const WITH_CLIENT = AT_GATEWAY.replace(
  "[feed]",
  `[[account.ibkr.client]]
client_id = 8
portfolios = ["momentum"]
[feed]`,
);

let desk: WireDesk;
eachWith((folder) => {
  desk = new WireDesk(folder, WITH_CLIENT);
  return desk;
});

const clients = () => (desk.gateway?.clients() ?? []).toSorted();
const both = () => desk.until(() => clients().join() === "7,8", "both clients", 500);
/** How client 8 stands, as people are shown. */
const standing = () => desk.account.live?.status.clients[0];
const truthOf = (order: OrderId) => desk.control.truth().orders.find(({ permId }) => permId === desk.permIdOf(order));
const sentTwice = () => Object.values(desk.control.truth().sends).filter(({ orders }) => orders !== 1);
const cancel = (order: OrderId) => desk.account.submit({ type: "CancelOrder", by: "test", orderId: order, reason: "test" });
const change = (order: OrderId, limit: string) =>
  desk.account.submit({ type: "ReplaceOrder", by: "test", orderId: order, quantity: null, limit: desk.price(limit), stop: null });
const units = () => ["momentum", "steady"].map((portfolio) => desk.held(portfolio, AAPL));

/** Without a master each client is told of its own trades alone. */
async function attach(masterClient: number | null = null): Promise<void> {
  await desk.attach({ masterClient, positions: [{ symbol: "AAPL", quantity: "100", averageCost: "150" }] });
  await both();
}

/** Another program takes client 8, and keeps it. */
async function takenAway(): Promise<void> {
  desk.control.fault({ fault: "client-id-in-use", client: 8, times: "always" });
  desk.control.disconnect(8);
  await desk.until(() => /client id 8 is in use/i.test(standing()?.reason ?? ""), "said", 200);
  expect(standing()).toMatchObject({ clientId: 8, portfolios: ["momentum"] });
  expect(clients()).toEqual([7]);
}

/** Books and broker agree, nothing waits for an explanation, and no order left twice. */
async function agree(): Promise<void> {
  await desk.compared();
  expect([desk.apart(), desk.differences(), sentTwice()]).toEqual([[], [], []]);
}

test.each([
  ["the first sees what every client trades", 7],
  ["each is told its own alone", null],
] as const)(
  "[LIVE-52] [IBKR-13] S3.4 C15 two portfolios trade, one over an id of its own, and nothing is booked twice: %s",
  async (_what, masterClient) => {
    await attach(masterClient);
    const own = await desk.order("momentum", "buy 10 @ 200");
    const first = await desk.order("steady", "buy 6 @ 199");
    expect([own, first].map((order) => truthOf(order)?.clientId)).toEqual([8, 7]);
    const executions = [desk.fill(own, "4 @ 200"), desk.fill(first, "6 @ 199"), desk.fill(own, "1 @ 199.5")];
    await desk.until(() => units().join() === "5,6", "booked", 200);
    await agree();
    expect(executions.map((id) => desk.booked(id)?.venueOrder)).toEqual([own, first, own].map((id) => desk.orderOf(id).venueOrder));
    expect([desk.filled(own), desk.filled(first), desk.orderOf(first).status]).toEqual(["5", "6", "filled"]);

    await change(own, "198");
    await desk.until(() => truthOf(own)?.limit === "198", "changed", 200);
    desk.fill(own, "1 @ 198");
    await desk.until(() => units().join() === "6,6", "booked after the change", 200);
    await cancel(own);
    await desk.ended(own, "canceled");
    expect(truthOf(own)).toMatchObject({ status: "Cancelled", clientId: 8, filled: "6" });
    await agree();
  },
);

test("[LIVE-52] [LIVE-32] [IBKR-13] S3.4 an id that another program uses stops its own portfolio alone, and not its exits", async () => {
  await attach();
  await desk.trade("momentum", "buy 10 @ 200");
  // The exit could trade with it, and nothing can cancel it meanwhile.
  const resting = await desk.order("momentum", "buy 5 @ 199");
  await takenAway();
  const denied = await desk.placed("momentum", "buy 1 @ 199");
  await desk.ended(denied, "rejected");
  await desk.trade("steady", "buy 6 @ 199");
  const scope = { kind: "portfolio", portfolio: "momentum" as PortfolioId } as const;
  await desk.account.submit({ type: "EngageKill", by: "test", scope, level: "flatten", reason: "enough" });
  const exit = () => [...desk.account.state.orders.values()].find(({ origin }) => origin === "kill")?.id as OrderId;
  await desk.until(() => exit() !== undefined && desk.orderOf(exit()).status === "working", "the exit works", 200);
  expect(truthOf(exit())?.clientId).toBe(7);
  desk.fill(exit(), "10 @ 205");
  await desk.until(() => units().join() === "0,6", "out", 200);
  expect([desk.mode, desk.orderOf(resting).status]).toEqual(["ready", "canceling"]);
  desk.control.clearFaults();
  await desk.ended(resting, "canceled");
  await agree();
});

test("[LIVE-52] [IBKR-13] S3.4 what an id missed while another program had it is told when it is back, and a cancel that waited leaves", async () => {
  await attach();
  const resting = await desk.order("momentum", "buy 5 @ 190");
  await takenAway();
  desk.fill(resting, "2 @ 190");
  await cancel(resting);
  await desk.trade("steady", "buy 6 @ 199");
  expect([desk.mode, truthOf(resting)?.status, units()]).toEqual(["ready", "Submitted", [0, 6]]);
  desk.control.clearFaults();
  await both();
  await desk.until(() => units().join() === "2,6", "what it missed", 500);
  expect(standing()).toMatchObject({ state: "ready", reason: "" });
  await desk.ended(resting, "canceled");
  await agree();
  expect(truthOf(await desk.order("momentum", "buy 1 @ 199"))?.clientId).toBe(8);
});

test("[LIVE-52] [IBKR-13] S3.4 Z13 orders of both ids outlive the desk's end and the nightly reset, and are canceled over their own", async () => {
  await attach();
  const own = await desk.order("momentum", "buy 10 @ 200");
  const first = await desk.order("steady", "buy 6 @ 199");
  const [ownAt, firstAt] = [own, first].map((order) => ({ permId: desk.permIdOf(order) })) as [OrderKey, OrderKey];
  await desk.stop();
  desk.control.fill(ownAt, { quantity: "3", price: "200" });
  desk.control.fill(firstAt, { quantity: "2", price: "199" });
  await desk.start();
  await both();
  await desk.until(() => units().join() === "3,2", "what traded while the desk was off", 200);
  await agree();

  desk.control.reset(10 * 60_000);
  await desk.until(() => desk.mode !== "ready", "away", 500);
  desk.fill(own, "1 @ 200");
  await desk.pass(10 * 60_000, 60_000);
  await both();
  await desk.until(() => desk.mode === "ready" && units().join() === "4,2", "back", 500);
  await change(own, "198");
  await desk.until(() => truthOf(own)?.limit === "198", "changed", 200);
  for (const order of [own, first]) {
    await cancel(order);
    await desk.ended(order, "canceled");
  }
  expect([own, first].map((order) => [truthOf(order)?.clientId, truthOf(order)?.status])).toEqual([
    [8, "Cancelled"],
    [7, "Cancelled"],
  ]);
  await agree();
});
