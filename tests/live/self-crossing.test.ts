import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { ATTACHED, Attached } from "./attached.ts";

const ACME = "ACME@DEMO";
let folder = "";
let attached: Attached;
beforeEach(async () => {
  quoted = 0;
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
});
afterEach(async () => {
  await attached.desk?.stop();
  removeFolder(folder);
});

/** `momentum` holds ten shares. */
async function holding(text = ATTACHED): Promise<void> {
  await attached.start(text);
  attached.broker.quote(ACME, priceAt(1));
  await attached.order("momentum", ACME, "buy 10");
  await attached.pass(2_000);
}

/** And offers them above the market. */
async function offering(text = ATTACHED): Promise<void> {
  await holding(text);
  await attached.order("momentum", ACME, "sell 10", priceAt(1.02));
  expect(sides()).toEqual(["buy filled", "sell working"]);
}

let quoted = 0;
/** So many times the first quote, in whole cents. */
function priceAt(times: number): number {
  quoted ||= Number(attached.account.quoteOf(ACME as InstrumentId)?.price) / 10 ** 2;
  return Math.round(quoted * times * 100) / 100;
}

/** What the broker got, in order. */
const sides = (): readonly string[] => [...attached.broker.orders.values()].map(({ terms, status }) => `${terms.side} ${status}`);
const statusOf = (order: number): string | undefined => attached.state.orders.get(order as never)?.status;

test("[LIVE-30] B26 S0.35 an order that would trade with another portfolio's waits until that one has ended", async () => {
  await offering();
  await attached.order("steady", ACME, "buy 4", priceAt(1.02));
  await attached.pass(3_000);
  expect(sides()).toEqual(["buy filled", "sell working"]);
  expect(statusOf(3)).toBe("sending");
  const [, offer] = attached.broker.orders.values();
  if (offer === undefined) throw new Error("no offer");
  attached.broker.fill(offer);
  await attached.pass(2_000);
  expect(sides()).toEqual(["buy filled", "sell filled", "buy working"]);
  expect(attached.apart()).toEqual([]);
});

test("[LIVE-30] S3.41 opposite orders whose prices do not meet rest side by side", async () => {
  await offering();
  await attached.order("steady", ACME, "buy 4", priceAt(1.01));
  expect(sides()).toEqual(["buy filled", "sell working", "buy working"]);
});

test("[LIVE-38] B26 a change to a price at which it would trade with another portfolio's order waits too, and is given up with the books as the venue has it", async () => {
  await offering();
  await attached.order("steady", ACME, "buy 4", priceAt(1.01));
  const terms = () => [...attached.broker.orders.values()].map(({ terms: { limit } }) => limit);
  const before = terms();
  const listing = attached.state.listings.get(ACME as InstrumentId);
  const limit = Math.round(priceAt(1.005) * 10 ** (listing?.instrument.priceScale ?? 0)) as never;
  await attached.submit({ type: "ReplaceOrder", by: "test", orderId: 2 as never, quantity: null, limit, stop: null });
  expect(terms()).toEqual(before);
  await attached.pass(30_000);
  expect(terms()).toEqual(before);
  expect(attached.state.orders.get(2 as never)?.limit).toBe(before[1]);
});

test("[LIVE-31] what waits too long is not sent, and says behind whom it waited; what is canceled meanwhile never leaves", async () => {
  await offering();
  const reasons: string[] = [];
  attached.account.onDurable((records) => {
    for (const { events } of records) for (const event of events) if (event.type === "OrderEnded") reasons.push(event.reason);
  });
  await attached.order("steady", ACME, "buy 4", priceAt(1.02));
  await attached.order("steady", ACME, "buy 3", priceAt(1.03));
  await attached.submit({ type: "CancelOrder", by: "test", orderId: 4 as never, reason: "changed my mind" });
  expect(statusOf(4)).toBe("canceled");
  await attached.pass(12_000);
  expect(statusOf(3)).toBe("rejected");
  expect(reasons).toEqual(["canceled before it was sent", "NOT_SENT: it would trade with order 2 of momentum in the same account"]);
  expect(sides()).toEqual(["buy filled", "sell working"]);
  expect(attached.cash("steady")).toBe(20_000);
  expect(attached.state.portfolios.get("steady" as PortfolioId)?.reserved.get("USD" as never)).toBe(0);
});

test("[LIVE-32] P9 an exit does not wait for another portfolio's order: that one is canceled, and the exit goes", async () => {
  await holding();
  await attached.order("steady", ACME, "buy 4", priceAt(1.02));
  expect(sides()).toEqual(["buy filled", "buy working"]);
  const scope = { kind: "portfolio", portfolio: "momentum" as PortfolioId } as const;
  await attached.submit({ type: "EngageKill", by: "test", scope, level: "flatten", reason: "enough" });
  await attached.pass(3_000);
  expect(sides()).toEqual(["buy filled", "buy canceled", "sell filled"]);
  expect(attached.held("momentum", ACME)).toBe(0);
  expect(attached.apart()).toEqual([]);
});

test("[LIVE-33] where the account allows it, nothing waits", async () => {
  await offering(ATTACHED.replace('access = "trade"', 'access = "trade"\nself_crossing = "allow"'));
  await attached.order("steady", ACME, "buy 4", priceAt(1.02));
  expect(sides()).toEqual(["buy filled", "sell working", "buy working"]);
});
