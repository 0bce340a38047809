// A desk with an account at a gateway, in a process of its own, to be killed between any two messages: it lives one scenario, each step
// once however often it begins, and says at the end what its books have.
import { existsSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { cashScale } from "@bulkhead/contract";
import {
  type AccountId,
  type Asset,
  type AssetId,
  type InstantMs,
  type InstrumentId,
  isTerminal,
  type JournalRecord,
  type Listing,
  type PortfolioId,
  type StateView,
} from "@bulkhead/core";
import { replayFeed } from "@bulkhead/market";
import { parsePrice, parseQuantity } from "@bulkhead/money";
import { openDesk, pacedClock } from "@bulkhead/server";
import { clientOrderId, openIbkrVenue } from "@bulkhead/venues";
import { accountOf, journalOf, recordsIn } from "../desk/paper.ts";
import { configOf } from "./attached.ts";
import { AT_GATEWAY } from "./gateway-desk.ts";
import type { Said } from "./kill-run.ts";
import { SCENARIOS, type Step } from "./kill-scenarios.ts";

const [folder = "", port = "", beganAt = "", index = ""] = process.argv.slice(2);
/** Times the wall's, so that half a minute of proving that an order never arrived is short. */
const SPEED = 10;
const STUCK_MS = 240_000;
const AAPL = "AAPL@XNAS" as InstrumentId;
const MAIN = "main" as AccountId;
const scenario = SCENARIOS[Number(index)];
if (scenario === undefined) throw new Error(`no scenario ${index}`);

// Whoever started it is gone: nobody would end it.
process.on("disconnect", () => process.exit(1));

const saysNaked = ({ events }: Pick<JournalRecord, "events">): boolean =>
  events.some((event) => event.type === "BreakRaised" && event.kind === "naked_position");
/** That a position is left which nothing closes was said, perhaps by the process that was killed. */
let saidNaked = existsSync(journalOf(folder)) && recordsIn(folder).records.some(saysNaked);

// Time goes on where an earlier process left it.
const clock = pacedClock({ from: (Number(beganAt) + (Date.now() - Number(beganAt)) * SPEED) as InstantMs, speed: SPEED });
const booksOf = (state: () => StateView) => () => ({
  listings: state().listings as ReadonlyMap<InstrumentId, Listing>,
  assets: state().assets as ReadonlyMap<AssetId, Asset>,
});
const desk = await openDesk({
  folder,
  config: configOf(AT_GATEWAY),
  clock,
  feed: replayFeed({ instruments: [], series: [] }),
  openBroker: (_account, state) =>
    openIbkrVenue({
      account: MAIN,
      mode: "paper",
      expectedAccount: "DU1234567",
      host: "127.0.0.1",
      port: Number(port),
      clientId: 7,
      zone: "America/New_York",
      books: booksOf(state),
      cashScale,
      clock: {
        now: () => clock.now(),
        after: (ms, work) => {
          const timer = setTimeout(work, ms / SPEED);
          return () => clearTimeout(timer);
        },
      },
      chance: () => 0.5,
    }),
});
const account = accountOf(desk);
const stateOf = (): StateView => account.state;
let doing = "";
account.onDurable((records) => {
  saidNaked ||= records.some(saysNaked);
});

function said(): Said {
  const state = stateOf();
  const base = state.listings.get(AAPL)?.base;
  const unit = 10 ** (base?.scale ?? 0);
  const portfolios = [...state.portfolios.values()];
  return {
    cash: portfolios.reduce((sum, { ledger }) => sum + Number(ledger.get("USD" as AssetId)?.cash ?? 0), 0) / 1e6,
    units: Object.fromEntries(portfolios.map(({ id, holdings }) => [id, Number(holdings.get(base?.id as AssetId)?.quantity ?? 0) / unit])),
    orders: [...state.orders.values()].map(({ venueOrder, portfolio, side, quantity, filled, status, origin }) => ({
      reference: clientOrderId(MAIN, { epoch: state.venueOrders.get(venueOrder)?.epoch ?? 0, venueOrder }),
      ...{ portfolio, side, status, origin, quantity: Number(quantity) / unit, filled: Number(filled) / unit },
    })),
    breaks: [...state.reconciliation.breaks.values()].length,
    refused: account.live?.status.refused ?? [],
  };
}

// Stuck is a failure that says where.
setTimeout(() => {
  writeSync(2, `stuck at ${doing}: ${JSON.stringify({ ...said(), modes: [...stateOf().modes], status: account.live?.status })}\n`);
  process.exit(1);
}, STUCK_MS).unref();

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}
const isFree = (): boolean => (stateOf().modes.get("account")?.mode ?? "ready") === "ready" && account.live?.status.compared === true;

function exact(units: string, price: string) {
  const listing = stateOf().listings.get(AAPL);
  if (listing === undefined) throw new Error("no AAPL");
  const quantity = parseQuantity(units, listing.base.scale);
  const level = parsePrice(price, listing.instrument.priceScale);
  if (!quantity.ok || !level.ok) throw new Error("not exact");
  return { quantity: quantity.value, price: level.value };
}

type Wish = Extract<Step, { wish: string }>;
async function place({ wish, portfolio, side, units, limit, stop }: Wish): Promise<void> {
  if (stateOf().bookedIds.has(`intent:${portfolio}:${wish}`)) return;
  await until(isFree);
  const { quantity, price } = exact(String(units), limit ?? stop ?? "201.95");
  const orderType = stop !== undefined ? "stop" : limit === undefined ? "market" : "limit";
  await account.submit({
    type: "PlaceOrder",
    by: "test",
    portfolio: portfolio as PortfolioId,
    terms: {
      ...{ instrument: AAPL, side, quantity, orderType, timeInForce: "day", expiresAt: null },
      ...{ limit: limit === undefined ? null : price, stop: stop === undefined ? null : price },
    },
    ...{ origin: "person", sizing: "exact", reduceOnly: false, allowDuplicate: true, protect: null, lots: [] },
    quote: price,
    quoteAt: clock.now(),
    ...{ marketOpen: true, strategy: "", confidence: null, why: "test", intentId: wish },
  });
}

/** The order of a wish; undefined where the gate denied it. */
function orderOf(name: string) {
  const wish = scenario?.steps.find((step): step is Wish => "wish" in step && step.wish === name);
  if (wish === undefined) throw new Error(`no wish ${name}`);
  const { quantity } = exact(String(wish.units), "1");
  return [...stateOf().orders.values()].find(
    (order) =>
      order.origin === "person" &&
      order.portfolio === wish.portfolio &&
      order.side === wish.side &&
      Number(order.quantity) === Number(quantity),
  );
}
const statusOf = (name: string) => orderOf(name)?.status ?? "rejected";

/** Has the test do something at the broker; it does each thing once. */
const atVenue = (step: number): Promise<void> =>
  new Promise((resolve) => {
    process.once("message", () => resolve());
    process.send?.({ step });
  });

async function take(step: Step, number: number): Promise<void> {
  if ("wish" in step) return place(step);
  if ("venue" in step) return atVenue(number);
  if ("until" in step) return reach(step);
  if ("cancel" in step) {
    const order = orderOf(step.cancel);
    if (order !== undefined && order.status === "working")
      await account.submit({ type: "CancelOrder", by: "test", orderId: order.id, reason: "test" });
    return;
  }
  if ("replace" in step) {
    const order = orderOf(step.replace);
    if (order === undefined || isTerminal(order.status)) return;
    const limit = exact("1", step.limit).price;
    await account.submit({ type: "ReplaceOrder", by: "test", orderId: order.id, quantity: null, limit, stop: null });
    return;
  }
  if (!stateOf().kills.has("account")) await flatten(step.flatten);
}

const flatten = (reason: string) =>
  account.submit({ type: "EngageKill", by: "test", scope: { kind: "account" }, level: "flatten", reason });
const isFlat = (): boolean => Object.entries(said().units).every(([id, units]) => id === "unattributed" || units === 0);
const haveAllEnded = (): boolean => [...stateOf().orders.values()].every(({ status }) => isTerminal(status));

async function reach(step: Extract<Step, { until: string }>): Promise<void> {
  const status = () => statusOf(step.of);
  if (step.until === "ended") return until(() => isTerminal(status()));
  if (step.until === "working") return until(() => isTerminal(status()) || status() === "working" || status() === "canceling");
  const { quantity } = exact(String(step.units), "1");
  return until(() => isTerminal(status()) || Number(orderOf(step.of)?.filled ?? 0) >= Number(quantity));
}

doing = "connecting";
await until(() => stateOf().listings.has(AAPL));
for (const [number, step] of scenario.steps.entries()) {
  doing = JSON.stringify({ number, ...step });
  await take(step, number);
}
doing = "ending";
await until(haveAllEnded);
if (scenario.isFlat === true) {
  // An exit that never left is not placed again by itself: it is said, and a person engages the kill again (CTL-8, CTL-7).
  doing = "flattening";
  await until(() => haveAllEnded() && (isFlat() || saidNaked));
  if (!isFlat()) await flatten("again");
  await until(() => haveAllEnded() && isFlat());
}
// What was filled is told by now, or found by comparing.
doing = "comparing";
await until(() => account.live?.status.compared === true);
account.live?.lookNow();
const before = account.state.reconciliation.barrierAt ?? 0;
await until(() => (account.state.reconciliation.barrierAt ?? 0) > before);
writeSync(1, `${JSON.stringify(said())}\n`);
await desk.stop();
process.exit(0);
