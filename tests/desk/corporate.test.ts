import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { type CorporateAction, type InstrumentFacts, replayFeed, SeriesBuilder, type SeriesFacts } from "@bulkhead/market";
import { expect, onTestFinished, test } from "vitest";
import { accountOf, configOf, MINUTE, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";

const ID = "SPLIT@SIM" as InstrumentId;
const FACTS: InstrumentFacts = {
  ...{ id: ID, symbol: "SPLIT", venue: "SIM", kind: "share", base: ID, quote: "USD", priceScale: 2 },
  ...{ tickSize: "0.01", sizeIncrement: "1", calendar: "24/7" },
} as const;

/** An hour of minutes at 100.00, from the thirtieth on at 25.00: four new shares for one. */
function feed() {
  const builder = new SeriesBuilder();
  for (let i = 0; i < 60; i += 1) {
    const price = i < 30 ? 10_000 : 2_500;
    builder.push(START + i * MINUTE, START + (i + 1) * MINUTE, price, price, price, price, 1_000);
  }
  const source = { format: "csv", path: "", zone: "UTC", adjustment: "raw", session: "regular" } as const;
  const facts: SeriesFacts = { instrument: ID, resolution: "1m", priceScale: 2, volumeScale: 0, source };
  const exAt = START + 30 * MINUTE;
  const actions: readonly CorporateAction[] = [
    { kind: "split", exDate: "2026-03-04", exAt, numerator: 4, denominator: 1, exact: true },
    { kind: "dividend", exDate: "2026-03-05", exAt: exAt + 10 * MINUTE, amount: "0.50" },
  ];
  return replayFeed({ instruments: [FACTS], series: [builder.build(facts)], actions: new Map([[ID, actions]]) });
}

const CONFIG = configOf(`
[account]
starting_cash = "10000"
[[portfolio]]
id = "keeper"
starting_cash = "10000"
strategy = "buy-and-hold"
max_position_pct = "50%"
`);

test("[FEED-16] splits and dividends of recorded prices are booked once, over restarts too, and a price that falls by a split has not jumped", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  const first = await openPaper({ folder, at: START - 1, config: CONFIG, feed: feed() });
  first.clock.advanceTo(START + 35 * MINUTE);
  const held = (desk: typeof first.desk) =>
    accountOf(desk)
      .state.portfolios.get("keeper" as PortfolioId)
      ?.holdings.get(ID as never)?.quantity;
  const after = Number(held(first.desk));
  expect(after % 4).toBe(0);
  await first.desk.stop();
  const second = await openPaper({ folder, at: START + 35 * MINUTE, config: CONFIG, feed: feed() });
  second.clock.advanceTo(START + 50 * MINUTE);
  expect(Number(held(second.desk))).toBe(after);
  await second.desk.stop();
  const { records } = recordsIn(folder);
  const booked = records
    .flatMap(({ events }) => events.map(({ type }) => type))
    .filter((type) => /^(SplitApplied|IncomeBooked)$/.test(type));
  expect(booked).toEqual(["SplitApplied", "IncomeBooked"]);
  expect(records.some(({ command }) => command.type === "SetMode" && command.reason.includes("spike"))).toBe(false);
});
