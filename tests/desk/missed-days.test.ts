import type { InstrumentId, JournalRecord, PortfolioId } from "@bulkhead/core";
import { replayFeed, SYNTHETIC_INSTRUMENTS, type SyntheticInstrument, syntheticFeed, syntheticMarket } from "@bulkhead/market";
import { priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import type { OpenedDesk, Unstamped } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, configOf, HOUR, MINUTE, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const CRUX = "CRUX@DEMO" as InstrumentId;
const DAY = 24 * HOUR;
const config = configOf(`
[account]
starting_cash = "150000"
borrow = { rate = "3.6%" }

[[portfolio]]
id = "hands"
starting_cash = "50000"

[[portfolio]]
id = "far"
starting_cash = "50000"
time_zone = "America/New_York"
`);

const sell = (desk: OpenedDesk, portfolio: string): Unstamped => {
  const quote = accountOf(desk).quoteOf(CRUX);
  return {
    type: "PlaceOrder",
    by: "test",
    portfolio: portfolio as PortfolioId,
    terms: {
      instrument: CRUX,
      side: "sell",
      quantity: quantityOfUnits(10),
      orderType: "market",
      limit: null,
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    },
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: false,
    protect: null,
    lots: [],
    quote: quote?.price ?? null,
    quoteAt: (quote?.at ?? 0) as never,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "test",
    intentId: "",
  };
};

/** What happened at midnights, in order: `2026-03-05T00:00 RollDay hands 2026-03-05`. */
function midnights(records: readonly JournalRecord[]): readonly string[] {
  return records.flatMap(({ command, events }) => {
    const at = new Date(command.at).toISOString().slice(0, 16);
    if (command.type === "RecordIncome") return [`${at} ${command.kind} ${command.perUnit}`];
    if (command.type === "RollDay") {
      const closed = events.flatMap((event) => (event.type === "DayRolled" ? event.days : []));
      return [`${at} ${command.date} ${closed.map((day) => `${day.portfolio} ${day.date} ${day.endEquity} ${day.netPnl}`).join(", ")}`];
    }
    if (command.type !== "MarkAccount" || command.at % HOUR !== 0) return [];
    return events.flatMap((event) =>
      event.type === "AccountMarked" ? [`${at} ${event.equities.map(({ equity }) => equity).join(" ")}`] : [],
    );
  });
}

/** A desk on the same invented prices, stopped and started again at the instants, or never. */
async function ran(within: string, stops: readonly (readonly [stopsAt: number, startsAt: number])[], until: number) {
  const feed = () => syntheticFeed({ seed: 7, from: START });
  let paper = await openPaper({ folder: within, config, feed: feed(), markEveryMs: DAY });
  paper.clock.advance(5 * MINUTE);
  expect(await accountOf(paper.desk).submit(sell(paper.desk, "hands"))).toMatchObject({ ok: true });
  for (const [stopsAt, startsAt] of stops) {
    paper.clock.advanceTo(stopsAt);
    await paper.desk.stop();
    paper = await openPaper({ folder: within, config, feed: feed(), at: startsAt, markEveryMs: DAY });
  }
  paper.clock.advanceTo(until);
  await paper.desk.stop();
  return recordsIn(within).records;
}

test("[DAY-3] S2.32 days that were missed are closed one by one as if the desk had run: each with its marks, fees, equity and own row", async () => {
  const other = newFolder();
  try {
    const never = await ran(other, [], START + 4 * DAY);
    const down = await ran(folder, [[START + 2 * HOUR, START + 3 * DAY + HOUR]], START + 4 * DAY);
    const expected = midnights(never);
    expect(expected.filter((line) => line.includes("borrow"))).toHaveLength(4);
    expect(expected.filter((line) => line.includes("hands"))).toHaveLength(4);
    expect(expected.filter((line) => line.includes("far"))).toHaveLength(4);
    expect(midnights(down)).toEqual(expected);
  } finally {
    removeFolder(other);
  }
});

test("[DAY-3] they are closed before anything newer happens: the record of the start comes after them", async () => {
  await ran(folder, [[START + 2 * HOUR, START + 2 * DAY]], START + 2 * DAY + MINUTE);
  const { records } = recordsIn(folder);
  const starts = records.flatMap(({ command, seq }) => (command.type === "StartEpoch" ? [seq] : []));
  const second = starts[1] ?? 0;
  const missed = records.filter(({ command }) => command.type === "RollDay" && command.at > START && command.at < START + 2 * DAY);
  expect(missed).toHaveLength(4);
  expect(missed.every(({ seq }) => seq < second)).toBe(true);
  const instants = records.map(({ command }) => command.at);
  expect(instants).toEqual([...instants].sort((a, b) => a - b));
});

test("[DAY-3] an order of the day ends with its day, and not with the start of a desk that was down", async () => {
  const feed = () => syntheticFeed({ seed: 7, from: START });
  const first = await openPaper({ folder, config, feed: feed() });
  first.clock.advance(5 * MINUTE);
  const wish = sell(first.desk, "hands");
  if (wish.type !== "PlaceOrder") throw new Error("no order");
  const limit = priceOfUnits(Math.round(1.04 * unitsOf(accountOf(first.desk).quoteOf(CRUX)?.price ?? priceOfUnits(1))));
  const far: Unstamped = { ...wish, terms: { ...wish.terms, orderType: "limit", limit, timeInForce: "day" } };
  expect(await accountOf(first.desk).submit(far)).toMatchObject({ ok: true });
  first.clock.advance(MINUTE);
  await first.desk.stop();
  const second = await openPaper({ folder, config, feed: feed(), at: START + 3 * DAY });
  expect(second.desk.notes.join("\n")).toContain("orders: 1 open, 1 waiting");
  await second.desk.stop();
  const { records } = recordsIn(folder);
  const midnight = Date.UTC(2026, 2, 5);
  expect(records.flatMap(({ command }) => (command.type === "RecordExpiry" ? [command.at] : []))).toEqual([midnight]);
});

test("[DAY-4] an absence of more than a year is caught up with day by day, bounded by its days", async () => {
  const market = () => {
    const instruments: readonly SyntheticInstrument[] = SYNTHETIC_INSTRUMENTS.filter(({ symbol }) => symbol === "CRUX");
    return replayFeed(syntheticMarket({ seed: 7, from: "2026-03-04", days: 1, resolution: "1h", instruments }));
  };
  const at = Date.UTC(2026, 2, 4, 16);
  const first = await openPaper({ folder, config, feed: market(), at });
  expect(await accountOf(first.desk).submit(sell(first.desk, "hands"))).toMatchObject({ ok: true });
  first.clock.advance(3 * HOUR);
  await first.desk.stop();
  const before = recordsIn(folder).records.length;
  const second = await openPaper({ folder, config, feed: market(), at: at + 500 * DAY });
  const { state } = accountOf(second.desk);
  expect(state.portfolios.get("hands" as PortfolioId)?.day?.date).toBe("2027-07-17");
  await second.desk.stop();
  const missed = recordsIn(folder).records.slice(before);
  const of = (type: string) => missed.filter(({ command }) => command.type === type).length;
  expect(of("RecordIncome")).toBe(500);
  expect(of("RollDay")).toBe(1_000);
  expect(missed.length).toBeLessThan(2_600);
  const dates = missed.flatMap(({ events }) => events.flatMap((event) => (event.type === "DayRolled" ? event.days : [])));
  expect(new Set(dates.filter(({ portfolio }) => portfolio === ("hands" as PortfolioId)).map(({ date }) => date)).size).toBe(500);
});
