import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { syntheticFeed } from "@bulkhead/market";
import { priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import { alarmsOf, type OpenedDesk, openDesk, type Unstamped } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, BUSY, configOf, HOUR, MINUTE, newFolder, openPaper, type Paper, recordsIn, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const CRUX = "CRUX@DEMO" as InstrumentId;

function order(desk: OpenedDesk, over: Readonly<{ terms?: object; protect?: object }>): Unstamped {
  const quote = accountOf(desk).quoteOf(CRUX);
  const terms = {
    instrument: CRUX,
    side: "buy",
    quantity: quantityOfUnits(10),
    orderType: "market",
    limit: null,
    stop: null,
    timeInForce: "gtc",
    expiresAt: null,
    ...over.terms,
  };
  const { terms: _, ...others } = over;
  return {
    type: "PlaceOrder",
    by: "test",
    portfolio: "hands" as PortfolioId,
    terms,
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: false,
    protect: null,
    lots: [],
    quote: quote?.price ?? null,
    quoteAt: quote?.at ?? 0,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "test",
    intentId: "",
    ...others,
  } as Unstamped;
}

const held = (desk: OpenedDesk, portfolio: string): number => {
  const holding = accountOf(desk).state.portfolios.get(portfolio as PortfolioId)?.holdings;
  return [...(holding?.values() ?? [])].reduce((sum, each) => sum + unitsOf(each.quantity), 0);
};

const again = (before: Paper, afterMs: number): Promise<Paper> => openPaper({ folder, at: before.clock.now() + afterMs });

test("[DESK-4] S2.41 open orders wait again after a restart, protections are armed again, and both are counted and said", async () => {
  const first = await openPaper({ folder });
  first.clock.advance(3 * MINUTE);
  const account = accountOf(first.desk);
  const far = priceOfUnits(Math.round(unitsOf(account.quoteOf(CRUX)?.price ?? priceOfUnits(0)) * 0.98));
  expect(await account.submit(order(first.desk, { terms: { orderType: "limit", limit: far } }))).toMatchObject({ ok: true });
  const plan = { stop: { kind: "ratio", ratio: 50_000_000 }, takeProfit: null, trailing: null };
  expect(await account.submit(order(first.desk, { protect: plan, terms: { quantity: quantityOfUnits(5) } }))).toMatchObject({ ok: true });
  first.clock.advance(2 * MINUTE);
  const stops = account.host.exits;
  expect(stops.armed).toBeGreaterThan(0);
  expect(stops.expected).toBe(stops.armed);
  await first.desk.stop();

  const second = await again(first, 30_000);
  expect(second.desk.notes.join("\n")).toContain(`stops: ${stops.expected} expected, ${stops.armed} armed; orders: 1 open, 1 waiting`);
  expect(second.desk.readiness).toEqual({ ready: true, reasons: [] });
  const restarted = accountOf(second.desk);
  const working = [...restarted.state.orders.values()].filter(({ status }) => status === "working");
  expect(working).toHaveLength(1);
  const id = working[0]?.id as never;
  expect(await restarted.submit({ type: "CancelOrder", by: "test", orderId: id, reason: "enough" })).toMatchObject({ ok: true });
  expect(restarted.state.orders.get(id)?.status).toBe("canceled");
  second.clock.advance(30 * MINUTE);
  await second.desk.stop();
  const { records } = recordsIn(folder);
  const names = records.flatMap(({ events }) => events.flatMap((event) => (event.type === "ExecutionBooked" ? [event.execution] : [])));
  expect(new Set(names).size).toBe(names.length);
});

test("[DESK-5, DESK-14] S2.51 A position of day 1 is held on day 2 across a restart, a rollover and the change to summer time", async () => {
  // 2026-03-08, 02:00 in New York: the night lasts an hour less.
  const evening = Date.UTC(2026, 2, 8, 4);
  const first = await openPaper({ folder, at: evening });
  first.clock.advance(10 * MINUTE);
  const units = held(first.desk, "steady");
  expect(units).toBeGreaterThan(0);
  const before = accountOf(first.desk).state.portfolios.get("steady" as PortfolioId);
  expect(before?.day?.date).toBe("2026-03-07");
  const stop = before?.protections.get(CRUX);
  expect(stop).toBeDefined();
  await first.desk.stop();

  const second = await again(first, 20 * MINUTE);
  second.clock.advance(2 * HOUR);
  const account = accountOf(second.desk);
  expect(account.state.portfolios.get("steady" as PortfolioId)?.day?.date).toBe("2026-03-08");
  second.clock.advanceTo(Date.UTC(2026, 2, 9, 3, 59));
  expect(account.state.portfolios.get("steady" as PortfolioId)?.day?.date).toBe("2026-03-08");
  second.clock.advanceTo(Date.UTC(2026, 2, 9, 4));
  expect(account.state.portfolios.get("steady" as PortfolioId)?.day?.date).toBe("2026-03-09");
  expect(held(second.desk, "steady")).toBe(units);
  expect(account.host.exits.expected).toBe(account.host.exits.armed);
  const held2 = account.state.portfolios.get("steady" as PortfolioId)?.protections.get(CRUX);
  expect(held2?.trailing).toEqual(stop?.trailing);
  await second.desk.stop();
  const { records } = recordsIn(folder);
  const days = records.flatMap(({ events }) =>
    events.flatMap((event) => (event.type === "DayRolled" && event.portfolios.includes("steady" as PortfolioId) ? [event.date] : [])),
  );
  expect(days).toEqual(["2026-03-07", "2026-03-08", "2026-03-09"]);
  const bought = records.filter(({ command }) => command.type === "PlaceOrder" && command.portfolio === ("steady" as PortfolioId));
  expect(bought).toHaveLength(1);
});

test("[DESK-6] a second desk on the same folder is refused and changes nothing; after the first has stopped it opens", async () => {
  const first = await openPaper({ folder });
  await expect(openPaper({ folder })).rejects.toMatchObject({ code: "DESK_FOLDER_UNUSABLE" });
  first.clock.advance(5 * MINUTE);
  expect(first.desk.readiness.ready).toBe(true);
  await first.desk.stop();
  await first.desk.stop();
  const second = await again(first, 1_000);
  expect(second.desk.readiness.ready).toBe(true);
  await second.desk.stop();
});

test("[DESK-7] a desk that stops takes no more commands, and what it took is done", async () => {
  const { desk, clock } = await openPaper({ folder });
  clock.advance(2 * MINUTE);
  const account = accountOf(desk);
  const taken = account.submit({ type: "PausePortfolio", by: "test", portfolio: "hands" as PortfolioId, reason: "evening" });
  const stopped = desk.stop();
  const late = account.submit({ type: "ResumePortfolio", by: "test", portfolio: "hands" as PortfolioId, reason: "late" });
  expect(await late).toMatchObject({ ok: false, unavailable: "stopping" });
  expect(await taken).toMatchObject({ ok: true });
  await stopped;
  expect(recordsIn(folder).records.at(-1)?.command.type).toBe("PausePortfolio");
});

const TWO = configOf(`
[[account]]
id = "main"
starting_cash = "100000"
[[account]]
id = "other"
starting_cash = "100000"

[[portfolio]]
id = "one"
account = "main"
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
symbols = ["ACME"]
[[portfolio]]
id = "two"
account = "other"
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
symbols = ["ACME"]
`);

test("[DESK-8] a broken invariant halts its account and no other", async () => {
  const clock = new VirtualClock(START);
  const desk = await openDesk({ folder, config: TWO, clock, feed: syntheticFeed({ seed: 7, from: START }) });
  clock.advance(10 * MINUTE);
  const [main, other] = [...desk.accounts.values()];
  main?.halt(new Error("I1_POSTINGS: sum=1"));
  expect(await main?.submit({ type: "PausePortfolio", by: "test", portfolio: null, reason: "r" })).toMatchObject({ unavailable: "halted" });
  const seq = other?.durableSeq ?? 0;
  const stood = main?.durableSeq;
  clock.advance(30 * MINUTE);
  expect(other?.durableSeq).toBeGreaterThan(seq);
  expect(main?.durableSeq).toBe(stood);
  expect(desk.readiness.reasons.join()).toContain("main: halted: I1_POSTINGS");
  expect(other?.readiness.ready).toBe(true);
  await desk.stop();
});

test("[DESK-30] a halted account shows what is durable, and nothing of the turn that broke", async () => {
  const { desk, clock } = await openPaper({ folder });
  clock.advance(5 * MINUTE);
  const account = accountOf(desk);
  const cash = (): unknown => account.state.portfolios.get("hands" as PortfolioId)?.ledger.get("USD" as never)?.cash;
  const [before, seq] = [cash(), account.durableSeq];
  const transfer = { portfolio: "hands" as PortfolioId, asset: "USD" as never, amount: 1_000_000 as never, transferId: "t", reason: "r" };
  account.command({ type: "Deposit", at: account.state.at, by: "test", ...transfer });
  expect([account.state.seq, cash() === before]).toEqual([seq + 1, false]);
  account.halt(new Error("I1_POSTINGS: sum=1"));
  expect([account.state.seq, account.durableSeq, cash()]).toEqual([seq, seq, before]);
  expect(alarmsOf(account)).toMatchObject([{ code: "ACCOUNT_HALTED", says: expect.stringContaining("run `bulkhead verify`") }]);
  await desk.stop();
});

test("[DESK-18] A4: a position without the stop that its portfolio's policy wants is an alarm", async () => {
  const { desk, clock } = await openPaper({ folder });
  clock.advance(5 * MINUTE);
  expect(held(desk, "steady")).toBeGreaterThan(0);
  expect(desk.alarms).toEqual([]);
  const steady = "steady" as PortfolioId;
  const bare: Unstamped = { type: "SetProtection", by: "test", portfolio: steady, instrument: CRUX, plan: null };
  expect(await accountOf(desk).submit(bare)).toMatchObject({ ok: true });
  const quantity = String(held(desk, "steady"));
  expect(desk.alarms).toMatchObject([{ code: "NAKED_POSITION", portfolio: steady, instrument: CRUX, quantity, reason: "not_armed" }]);
  expect(desk.alarms[0]?.says).toContain(`steady holds ${quantity} CRUX@DEMO without the stop that its policy wants (not_armed)`);
  expect(desk.readiness).toEqual({ ready: false, reasons: ["main: naked: 1 position without the stop of their policy"] });
  const stop: Unstamped = { ...bare, plan: { stop: { kind: "ratio", ratio: 100_000_000 as never }, takeProfit: null, trailing: null } };
  expect(await accountOf(desk).submit(stop)).toMatchObject({ ok: true });
  expect(desk.alarms).toEqual([]);
  expect(desk.readiness.ready).toBe(true);
  await desk.stop();
});

test("[DESK-15] a configuration counts once: what it says differently later is a note, and the books go on", async () => {
  const first = await openPaper({ folder });
  const cash = (desk: OpenedDesk) =>
    accountOf(desk)
      .state.portfolios.get("hands" as PortfolioId)
      ?.ledger.get("USD" as never)?.cash;
  const before = cash(first.desk);
  await first.desk.stop();
  const other = configOf(`
[account]
starting_cash = "999999"
[[portfolio]]
id = "hands"
starting_cash = "5"
[[portfolio]]
id = "newcomer"
starting_cash = "5"
`);
  const second = await openPaper({ folder, at: START + MINUTE, config: other });
  expect(cash(second.desk)).toEqual(before);
  expect([...accountOf(second.desk).state.portfolios.keys()]).toEqual(["unattributed", "quick", "steady", "hands"]);
  const notes = second.desk.notes.join("\n");
  expect(notes).toContain("Portfolio newcomer is in the configuration and not in the books.");
  expect(notes).toContain("Portfolio quick is in the books and not in the configuration; it goes on.");
  second.clock.advance(10 * MINUTE);
  expect(accountOf(second.desk).host.counters.evaluations).toBeGreaterThan(0);
  await second.desk.stop();
});

test("[DESK-9] commands of one turn are one append, and their answers come in order with their sequence", async () => {
  const { desk, clock } = await openPaper({ folder, config: BUSY });
  clock.advance(MINUTE);
  const account = accountOf(desk);
  const batchBefore = account.books.journal.head.batch;
  const told: number[] = [];
  const stopTelling = account.onDurable((records) => told.push(...records.map(({ seq }) => seq)));
  const pause = (reason: string): Unstamped => ({ type: "PausePortfolio", by: "test", portfolio: "hands" as PortfolioId, reason });
  const resume = (reason: string): Unstamped => ({ type: "ResumePortfolio", by: "test", portfolio: "hands" as PortfolioId, reason });
  const answers = await Promise.all([pause("a"), resume("b"), pause("c"), resume("d")].map((each) => account.submit(each)));
  const seqs = answers.map((answer) => answer.seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  expect(new Set(seqs).size).toBe(4);
  expect(account.books.journal.head.batch).toBe(batchBefore + 1);
  expect(told).toEqual(seqs);
  stopTelling();
  const flood = Array.from({ length: 1_100 }, () => account.submit(pause("again")));
  const busy = (await Promise.all(flood)).filter((answer) => !answer.ok && "unavailable" in answer && answer.unavailable === "busy");
  expect(busy).toHaveLength(0); // A pause gets through where other commands would have to wait.
  const transfers = Array.from({ length: 1_100 }, (_, i) =>
    account.submit({
      type: "Deposit",
      by: "t",
      portfolio: "hands" as PortfolioId,
      asset: "USD" as never,
      amount: 1 as never,
      transferId: `f${i}`,
      reason: "r",
    }),
  );
  const turnedAway = (await Promise.all(transfers)).filter(
    (answer) => !answer.ok && "unavailable" in answer && answer.unavailable === "busy",
  );
  expect(turnedAway).toHaveLength(1_100 - 1_024);
  await desk.stop();
});
