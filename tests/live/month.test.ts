import { isTerminal } from "@bulkhead/core";
import { calendarOf } from "@bulkhead/market";
import type { Control, Fault } from "@bulkhead/tws-gateway";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { eachWith } from "./each-with.ts";
import { AAPL, GatewayDesk } from "./gateway-desk.ts";

const PORTFOLIOS = ["momentum", "steady"] as const;
const MINUTE_MS = 60_000;
/** Of the session that ends next. */
function nextCloseAt(now: number): number {
  const calendar = calendarOf("XNYS");
  const session = calendar.sessionOf(now) ?? calendar.sessionOf(calendar.nextOpen(now) ?? Number.NaN);
  if (session === undefined) throw new Error("past the calendar");
  return session.closeAt;
}

/** What goes wrong on a day, each day another one: all of the faults that the gateway knows, and what it does by itself. */
const DAYS: readonly Readonly<{ name: string; faults?: readonly Fault[]; act?: (control: Control) => void }>[] = [
  { name: "nothing" },
  { name: "executions told twice", faults: [{ fault: "duplicate", message: "execDetails", times: "always" }] },
  { name: "status before the execution", faults: [{ fault: "status-first", times: "always" }] },
  { name: "commission late", faults: [{ fault: "commission", as: "late", byMs: 20_000, times: 3 }] },
  { name: "commission revised", faults: [{ fault: "commission", as: "revised", times: 2 }] },
  { name: "commission never told", faults: [{ fault: "commission", as: "never" }] },
  {
    name: "commission minus one, then unset",
    faults: [
      { fault: "commission", as: "minus-one" },
      { fault: "commission", as: "unset", nth: 2 },
    ],
  },
  { name: "an execution corrected", faults: [{ fault: "correct", price: "201.50", afterMs: 5_000 }] },
  { name: "an execution busted", faults: [{ fault: "bust", afterMs: 5_000 }] },
  { name: "an execution lost on the way", faults: [{ fault: "lose", message: "execDetails" }] },
  { name: "a status lost on the way", faults: [{ fault: "lose", message: "orderStatus", times: 4 }] },
  {
    name: "ends that never come",
    faults: [
      { fault: "lose", message: "execDetailsEnd", times: 2 },
      { fault: "lose", message: "positionEnd" },
    ],
  },
  { name: "dropped before the answer", faults: [{ fault: "drop-unanswered", request: "placeOrder" }] },
  { name: "dropped before it was read", faults: [{ fault: "drop-unread", request: "placeOrder" }] },
  { name: "dropped after an execution", faults: [{ fault: "drop-after", message: "execDetails" }] },
  { name: "dropped before an execution", faults: [{ fault: "drop-before", message: "execDetails" }] },
  { name: "a request that is never read", faults: [{ fault: "lose-request", request: "placeOrder" }] },
  { name: "half open", faults: [{ fault: "half-open", request: "placeOrder", nth: 2 }] },
  {
    name: "rejected",
    faults: [
      { fault: "reject", code: 201 },
      { fault: "reject", code: 110, nth: 2 },
      { fault: "reject", code: 321, nth: 3 },
    ],
  },
  { name: "warned, then filled", faults: [{ fault: "warn" }] },
  { name: "filled while it is canceled", faults: [{ fault: "fill-before-cancel" }] },
  { name: "a cancel refused, another unanswered", faults: [{ fault: "reject-cancel" }, { fault: "ignore-cancel", nth: 2 }] },
  { name: "the permanent id comes late", faults: [{ fault: "permanent-id-late", times: "always" }] },
  { name: "in parts", faults: [{ fault: "partial", quantities: ["1", "2", "1"], times: "always" }] },
  { name: "1100 and 1102", act: (control) => void control.loseBroker() },
  { name: "1100 and 1101", act: (control) => void control.loseBroker() },
  { name: "a trade by hand", act: (control) => void control.trade({ symbol: "AAPL", side: "BUY", quantity: "7", price: "202" }) },
  { name: "the client id in use", faults: [{ fault: "client-id-in-use" }], act: (control) => control.disconnect() },
  { name: "too fast", faults: [{ fault: "rate-limit" }] },
  {
    name: "orders and answers late",
    faults: [
      { fault: "delay", message: "openOrder", byMs: 8_000 },
      { fault: "delay", message: "orderStatus", byMs: 4_000 },
    ],
  },
];

let desk: GatewayDesk;
eachWith((folder) => {
  desk = new GatewayDesk(folder);
  return desk;
});

/** Σ of the fills that the broker has under the orders of a portfolio, signed: what it must hold. */
function traded(portfolio: string): number {
  const truth = desk.gateway?.control.truth();
  const own = new Map<string, string>();
  for (const [reference, whose] of references) own.set(reference, whose);
  return (truth?.executions ?? [])
    .filter(({ current, reference }) => current && own.get(reference) === portfolio)
    .reduce((sum, { side, quantity }) => sum + (side === "BOT" ? 1 : -1) * Number(quantity), 0);
}

/** Whose each order of ours is, by the reference that the broker got. */
const references = new Map<string, string>();
function noteReferences(): void {
  const { state } = desk.account;
  for (const { reference, orderId } of desk.gateway?.control.truth().orders ?? []) {
    if (reference === "" || references.has(reference)) continue;
    const seq = Number.parseInt(
      [...reference.slice(8, 14)].map((digit) => "0123456789abcdefghjkmnpqrstvwxyz".indexOf(digit).toString(32)).join(""),
      32,
    );
    const owner = state.owners.portfolios[seq - 1];
    if (owner === undefined) throw new Error(`order ${orderId} of nobody: ${reference}`);
    references.set(reference, owner);
  }
}

/** Until the books are the broker's and nobody waits for anything. */
async function agree(what: string): Promise<void> {
  const { state } = desk.account;
  const isQuiet = (): boolean =>
    desk.mode !== "" &&
    desk.account.live?.status.compared === true &&
    desk.apart().length === 0 &&
    [...state.orders.values()].every(({ status }) => status !== "unknown" && status !== "sending");
  try {
    await desk.until(isQuiet, what, 500);
  } catch (error) {
    throw new Error(
      `${String(error)}; ${desk.apart().join("; ")}; ${[...state.orders.values()].map(({ id, status }) => `${id} ${status}`).join(", ")}`,
    );
  }
}

test("[LIVE-34, LIVE-35] I2 I3 I12 I13 Z05 S3.15 a month at a broker where something goes wrong every day: the books are the broker's at every barrier", async () => {
  desk.clock.advanceTo(nextCloseAt(desk.clock.now()) - 5 * MINUTE_MS);
  const { control } = await desk.startGateway({ masterClient: 7, positions: [{ symbol: "AAPL", quantity: "300", averageCost: "150" }] });
  await desk.start();
  await desk.until(() => desk.mode === "ready", "attached", 200);
  const chance = xoroshiro128plus(seed());
  const pick = (below: number): number => Math.abs(chance.next()) % below;
  // A tenth of the days, spread over all of them, and another tenth with another seed.
  const days = Math.ceil((DAYS.length * runs(100)) / 100);
  for (let day = 0; day < days; day++) {
    const today = DAYS[(day * Math.floor(DAYS.length / days) + (seed() % Math.max(1, Math.floor(DAYS.length / days)))) % DAYS.length];
    if (today === undefined) continue;
    const story = `day ${day}, ${today.name}`;
    if (today.faults !== undefined) control.fault(...today.faults);
    for (let step = 0; step < 6; step++) {
      const portfolio = PORTFOLIOS[pick(2)] ?? "steady";
      const side = desk.held(portfolio, AAPL) >= 10 && pick(2) === 0 ? "sell" : "buy";
      // Some rest below or above the market, some trade.
      const units = 1 + pick(9);
      const limit = pick(3) === 0 ? (side === "buy" ? "199.00" : "205.00") : side === "buy" ? "203.00" : "200.00";
      await desk.wish(portfolio, `${side} ${units} @ ${limit}`);
      await desk.pass(2_000);
      if (step === 2) today.act?.(control);
      if (step === 4 && today.name.startsWith("1100")) control.regainBroker(today.name.endsWith("1102") ? "kept" : "lost");
      if (step === 4)
        for (const { id, status } of desk.account.state.orders.values())
          if (!isTerminal(status) && pick(2) === 0)
            await desk.account.submit({ type: "CancelOrder", by: "test", orderId: id, reason: "test" });
    }
    await agree(`${story}: agreed`);
    control.clearFaults();
    noteReferences();
    for (const portfolio of PORTFOLIOS) expect(desk.held(portfolio, AAPL), `${story}: ${portfolio}`).toBe(traded(portfolio));
    for (const [reference, { orders }] of Object.entries(control.truth().sends))
      expect(orders, `${story}: ${reference}`).toBeLessThanOrEqual(1);
    // The night: orders of the day expire, the gateway is away, and the new day begins without yesterday's executions.
    const closed = nextCloseAt(desk.clock.now()) + 20 * MINUTE_MS;
    control.endDay();
    await desk.pass(closed - desk.clock.now(), 5_000);
    const night = nextCloseAt(closed) - 5 * MINUTE_MS - closed;
    control.reset(night);
    await desk.pass(night, 15 * MINUTE_MS);
    await desk.until(
      () => desk.account.live?.status.session.state === "ready" && desk.account.live.status.compared,
      `${story}: the next morning`,
      1_000,
    );
    await agree(`${story}: the next morning`);
  }
  const inbox = [...desk.account.state.reconciliation.breaks.values()];
  expect(inbox.filter(({ status }) => status === "open").every(({ kind }) => kind !== "vanished_order" && kind !== "revived_order")).toBe(
    true,
  );
});
