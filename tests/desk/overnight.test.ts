import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { replayFeed, SYNTHETIC_INSTRUMENTS, syntheticMarket } from "@bulkhead/market";
import { quantityOfUnits, unitsOf } from "@bulkhead/money";
import type { OpenedDesk, Unstamped } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, configOf, decideAgain, MINUTE, newFolder, openPaper, type Paper, recordsIn, removeFolder } from "./paper.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const CRUX = "CRUX@DEMO" as InstrumentId;
const STEADY = "steady" as PortfolioId;
const config = configOf(`
[account]
starting_cash = "150000"

[[portfolio]]
id = "steady"
starting_cash = "50000"
symbols = ["CRUX"]
strategy = "buy-and-hold"
time_zone = "America/New_York"
stop_loss_pct = "20%"
take_profit_pct = "30%"
overnight_stop_pct = "5%"
overnight_take_profit_factor = 1.5
overnight_before_close = "15m"
max_position_pct = "50%"
`);

/** From Friday, 2026-03-06, to the Tuesday after the clocks changed: shares that trade in New York's hours. */
const feed = () => replayFeed(syntheticMarket({ seed: 7, from: "2026-03-06", days: 5, resolution: "5m" }));
const open = (at: number): Promise<Paper> => openPaper({ folder, config, feed: feed(), at });

const portfolioOf = (desk: OpenedDesk) => {
  const portfolio = accountOf(desk).state.portfolios.get(STEADY);
  if (portfolio === undefined) throw new Error("no portfolio");
  return portfolio;
};
const held = (desk: OpenedDesk): number =>
  [...portfolioOf(desk).holdings.values()].reduce((sum, { quantity }) => sum + unitsOf(quantity as never), 0);

/** Levels of the exits in units of the price scale, and whether they are those of a night. */
function exits(desk: OpenedDesk) {
  const protection = portfolioOf(desk).protections.get(CRUX);
  if (protection === undefined) throw new Error("no exits");
  return { stop: Number(protection.stop), target: Number(protection.takeProfit), night: protection.overnight !== null };
}

const another = (desk: OpenedDesk): Unstamped => {
  const quote = accountOf(desk).quoteOf(CRUX);
  const terms = { instrument: CRUX, side: "buy", quantity: quantityOfUnits(30), orderType: "market", limit: null, stop: null } as const;
  return {
    type: "PlaceOrder",
    by: "test",
    portfolio: STEADY,
    terms: { ...terms, timeInForce: "gtc", expiresAt: null },
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

test("[DESK-5, NIGHT-10, DAY-3] S2.1, S2.6, S2.51, S2.39, S2.40 A position of Friday is held on Monday over restarts, a rollover, the change of the clocks and its widened night", async () => {
  const first = await open(Date.UTC(2026, 2, 6, 15));
  first.clock.advance(15 * MINUTE);
  const units = held(first.desk);
  expect(units).toBeGreaterThan(0);
  const day = exits(first.desk);
  expect(day.night).toBe(false);
  const entry = day.stop / 0.8;
  first.clock.advanceTo(Date.UTC(2026, 2, 6, 20, 45) - 1);
  expect(exits(first.desk)).toEqual(day);
  // The close is at 21:00 UTC; the night begins a quarter of an hour before it.
  first.clock.advanceTo(Date.UTC(2026, 2, 6, 20, 45));
  const night = exits(first.desk);
  expect(night.stop).toBeCloseTo(entry * 0.75, -1);
  expect(night.target).toBeCloseTo(entry * 1.45, -1);
  expect(night.night).toBe(true);
  first.clock.advanceTo(Date.UTC(2026, 2, 6, 22));
  await first.desk.stop();

  // Saturday in UTC, before midnight in New York, and over it.
  const second = await open(Date.UTC(2026, 2, 7, 3));
  expect(second.desk.notes.join("\n")).toContain("stops: 2 expected, 2 armed");
  expect(exits(second.desk)).toEqual(night);
  expect(portfolioOf(second.desk).day?.date).toBe("2026-03-06");
  second.clock.advanceTo(Date.UTC(2026, 2, 7, 5));
  expect(portfolioOf(second.desk).day?.date).toBe("2026-03-07");
  second.clock.advance(MINUTE);
  await second.desk.stop();

  // Monday: down over the change of the clocks and two midnights; the market opens at 13:30 UTC.
  const third = await open(Date.UTC(2026, 2, 9, 12));
  expect(exits(third.desk)).toEqual(night);
  expect(portfolioOf(third.desk).day?.date).toBe("2026-03-09");
  expect(third.desk.readiness).toEqual({ ready: true, reasons: [] });
  third.clock.advanceTo(Date.UTC(2026, 2, 9, 13, 30));
  expect(exits(third.desk)).toEqual(day);
  third.clock.advance(10 * MINUTE);
  expect(held(third.desk)).toBe(units);
  expect(third.desk.alarms).toEqual([]);
  // Caps are of the portfolio, not of the day: what the position may be is full on Monday as it was on Friday (S2.5, S2.34).
  expect(await accountOf(third.desk).submit(another(third.desk))).toMatchObject({
    record: { events: [{ type: "OrderDenied", receipt: { rule: "max_position_pct" } }] },
  });
  await third.desk.stop();

  const { records, digest, id } = recordsIn(folder);
  expect(decideAgain(records, id).digest).toBe(digest);
  const types = records.flatMap(({ events }) => events.map(({ type }) => type));
  expect(types.filter((type) => type === "ProtectionWidened")).toHaveLength(1);
  expect(types.filter((type) => type === "ProtectionTightened")).toHaveLength(1);
  const days = records.flatMap(({ command }) => (command.type === "RollDay" && command.portfolios.includes(STEADY) ? [command.date] : []));
  expect(days).toEqual(["2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09"]);
  expect(records.filter(({ command }) => command.type === "PlaceOrder" && command.origin === "strategy")).toHaveLength(1);
});

test("[DESK-4] S2.41 A4: stops, trailing stops and targets are each counted; those that nothing watches are an alarm and a reason not to be ready", async () => {
  const trailing = configOf(`
[account]
starting_cash = "150000"
[[portfolio]]
id = "steady"
starting_cash = "50000"
symbols = ["CRUX"]
strategy = "buy-and-hold"
stop_loss_pct = "20%"
take_profit_pct = "30%"
trailing_stop_pct = "25%"
`);
  const first = await openPaper({ folder, config: trailing, feed: feed(), at: Date.UTC(2026, 2, 6, 15) });
  first.clock.advance(15 * MINUTE);
  expect(accountOf(first.desk).host.exits).toEqual({ expected: 3, armed: 3 });
  await first.desk.stop();
  const withoutCrux = syntheticMarket({
    seed: 7,
    from: "2026-03-06",
    days: 1,
    resolution: "5m",
    instruments: SYNTHETIC_INSTRUMENTS.filter(({ symbol }) => symbol !== "CRUX"),
  });
  const blind = await openPaper({ folder, config: trailing, feed: replayFeed(withoutCrux), at: Date.UTC(2026, 2, 6, 16) });
  expect(blind.desk.notes.join("\n")).toContain("stops: 3 expected, 0 armed");
  expect(blind.desk.readiness).toEqual({ ready: false, reasons: ["main: stops: 3 expected, 0 armed"] });
  expect(blind.desk.alarms).toMatchObject([{ code: "EXITS_NOT_ARMED", portfolio: null, reason: "3 expected, 0 armed" }]);
  await blind.desk.stop();
  const sighted = await openPaper({ folder, config: trailing, feed: feed(), at: Date.UTC(2026, 2, 6, 17) });
  expect(sighted.desk.notes.join("\n")).toContain("stops: 3 expected, 3 armed");
  expect(sighted.desk.readiness.ready).toBe(true);
  await sighted.desk.stop();
});
