import { type InstantMs, type InstrumentId, isTerminal, type PortfolioId } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import { EdgeStore, listen, type OpenedDesk, type Unstamped } from "@bulkhead/server";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { accountOf, configOf, MINUTE, newFolder, openPaper, type Paper, recordsIn, removeFolder } from "../desk/paper.ts";
import { eventsOf } from "./weather.ts";

const CRUX = "CRUX@DEMO" as InstrumentId;
const CONFIG = configOf(`
[account]
starting_cash = "100000"
duplicate_window = "0s"
[[portfolio]]
id = "holder"
starting_cash = "50000"
symbols = ["CRUX"]
strategy = "buy-and-hold"
trailing_stop_pct = "20%"
[[portfolio]]
id = "hands"
starting_cash = "40000"
`);

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const open = (at?: number): Promise<Paper> => openPaper({ folder, config: CONFIG, ...(at === undefined ? {} : { at }) });
/** Stops a desk and starts it again half a minute later, as often as it says; `each` looks at every one. */
async function again(first: Paper, times: number, each: (paper: Paper) => void | Promise<void>): Promise<Paper> {
  let paper = first;
  for (let i = 0; i < times; i++) {
    await paper.desk.stop();
    paper = await open(paper.clock.now() + 30_000);
    await each(paper);
  }
  return paper;
}

/** A person's order for CRUX; `limit` as a part of the last price. */
function wish(desk: OpenedDesk, side: "buy" | "sell", units: number, limit: number | null = null): Unstamped {
  const quote = accountOf(desk).quoteOf(CRUX);
  if (quote === undefined || quote === null) throw new Error("no quote");
  return {
    type: "PlaceOrder",
    by: "test",
    portfolio: "hands" as PortfolioId,
    terms: {
      instrument: CRUX,
      side,
      quantity: quantityOfUnits(units),
      orderType: limit === null ? "market" : "limit",
      limit: limit === null ? null : priceOfUnits(Math.round(unitsOf(quote.price) * limit)),
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    },
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: quote.price,
    quoteAt: quote.at,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "test",
    intentId: "",
  };
}

const unitsIn = (desk: OpenedDesk, portfolio: string): number =>
  [
    ...(accountOf(desk)
      .state.portfolios.get(portfolio as PortfolioId)
      ?.holdings.values() ?? []),
  ].reduce((sum, { quantity }) => sum + unitsOf(quantity), 0);
const openOrders = (desk: OpenedDesk): number =>
  [...accountOf(desk).state.orders.values()].filter(({ status }) => !isTerminal(status)).length;
const count = (type: "OrderPlaced" | "ExecutionBooked"): number => eventsOf(recordsIn(folder).records, type).length;

test("[Z03] twenty posts of one order, half of them after the desk has forgotten the first answer, are one order and one fill", async () => {
  const paper = await open();
  paper.clock.advance(3 * MINUTE);
  const before = unitsIn(paper.desk, "hands");
  const ask = async (): Promise<readonly string[]> => {
    const store = new EdgeStore(":memory:");
    const listening = await listen(paper.desk, {
      port: 0,
      store,
      now: () => paper.clock.now(),
      quoteOf: (account, instrument) => paper.desk.accounts.get(account.id)?.quoteOf(instrument) ?? null,
    });
    onTestFinished(async () => {
      await listening.close();
      store.close();
    });
    const body = JSON.stringify({ portfolio_id: "hands", instrument: "CRUX", side: "buy", quantity: "10" });
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": "retry" };
    const post = async (): Promise<string> => {
      const response = await fetch(`${listening.url}/api/orders`, { method: "POST", headers, body });
      const { data } = (await response.json()) as { data: { repeated: boolean } };
      return `${response.status} ${data.repeated ? "repeated" : "placed"}`;
    };
    return [...new Set(await Promise.all(Array.from({ length: 10 }, post)))];
  };
  // Whoever asks while the first is on its way gets its answer; a desk that forgot it finds the wish in its books.
  expect([await ask(), await ask()]).toEqual([["201 placed"], ["201 repeated"]]);
  paper.clock.advance(2 * MINUTE);
  expect(unitsIn(paper.desk, "hands") - before).toBe(10);
  await paper.desk.stop();
  const placed = eventsOf(recordsIn(folder).records, "OrderPlaced").filter(({ portfolio }) => portfolio === "hands");
  expect(placed).toHaveLength(1);
});

test("[Z13] an open order is not placed again by any restart, and no fill has the name of another", async () => {
  const first = await open();
  first.clock.advance(3 * MINUTE);
  expect(await accountOf(first.desk).submit(wish(first.desk, "buy", 10, 0.97))).toMatchObject({ ok: true });
  const last = await again(first, 6, ({ desk }) => {
    expect(openOrders(desk)).toBe(1);
    expect(desk.notes.join("\n")).toContain("orders: 1 open, 1 waiting");
  });
  const placed = count("OrderPlaced");
  expect(await accountOf(last.desk).submit(wish(last.desk, "buy", 5))).toMatchObject({ ok: true });
  last.clock.advance(5 * MINUTE);
  await last.desk.stop();
  expect(count("OrderPlaced")).toBe(placed + 1);
  const names = eventsOf(recordsIn(folder).records, "ExecutionBooked").map(({ execution }) => execution);
  expect(new Set(names).size).toBe(names.length);
});

test("[Z14] S2.27: warm restarts leave positions, strategy and stops as they are: nothing is closed, nothing is bought again, nothing is made up", async () => {
  const first = await open();
  first.clock.advance(5 * MINUTE);
  const [held, fills] = [unitsIn(first.desk, "holder"), accountOf(first.desk).state.executions.size];
  expect(held).toBeGreaterThan(0);
  const last = await again(first, 4, ({ desk, clock }) => {
    clock.advance(3 * MINUTE);
    expect([unitsIn(desk, "holder"), accountOf(desk).state.executions.size]).toEqual([held, fills]);
    expect(accountOf(desk).host.exits).toEqual({ expected: 1, armed: 1 });
    expect(desk.readiness).toEqual({ ready: true, reasons: [] });
  });
  await last.desk.stop();
});

test("[Z12, Z25] every fill that a venue tells again after a restart is known: no row, no units and no money twice", async () => {
  const first = await open();
  first.clock.advance(3 * MINUTE);
  expect(await accountOf(first.desk).submit(wish(first.desk, "buy", 10))).toMatchObject({ ok: true });
  first.clock.advance(2 * MINUTE);
  expect(await accountOf(first.desk).submit(wish(first.desk, "sell", 4))).toMatchObject({ ok: true });
  first.clock.advance(2 * MINUTE);
  const last = await again(first, 3, ({ desk }) => {
    const { host, state } = accountOf(desk);
    const stood = [unitsIn(desk, "hands"), unitsIn(desk, "holder"), state.seq];
    expect(state.executions.size).toBeGreaterThan(2);
    for (const { command } of recordsIn(folder).records)
      if (command.type === "RecordExecution") expect(host.submit({ ...command, at: state.at })).toMatchObject({ ok: true, events: [] });
    expect([unitsIn(desk, "hands"), unitsIn(desk, "holder"), state.seq]).toEqual(stood);
  });
  await last.desk.stop();
});

test("[Z21] a cancel of what is not there is an answer and not a crash, over restarts too", async () => {
  const first = await open();
  first.clock.advance(3 * MINUTE);
  expect(await accountOf(first.desk).submit(wish(first.desk, "buy", 10, 0.97))).toMatchObject({ ok: true });
  const id = [...accountOf(first.desk).state.orders.values()].find(({ status }) => !isTerminal(status))?.id;
  if (id === undefined) throw new Error("no order");
  const cancel = (orderId: unknown): Unstamped => ({ type: "CancelOrder", by: "test", orderId: orderId as never, reason: "gone" });
  expect(await accountOf(first.desk).submit(cancel(id))).toMatchObject({ ok: true });
  const last = await again(first, 3, async ({ desk, clock }) => {
    expect(await accountOf(desk).submit(cancel(id))).toMatchObject({ ok: false, refusal: { code: "ORDER_ENDED" } });
    expect(await accountOf(desk).submit(cancel(99_999))).toMatchObject({ ok: false, refusal: { code: "ORDER_UNKNOWN" } });
    // The venue tells of its end once more.
    const venueOrder = accountOf(desk).state.orders.get(id)?.venueOrder ?? (0 as never);
    const said = accountOf(desk).host.submit({ type: "RecordCancel", at: clock.now() as InstantMs, venueOrder, reason: "unknown" });
    expect(said).toMatchObject({ ok: true, events: [] });
    expect(desk.readiness.ready).toBe(true);
  });
  await last.desk.stop();
});
