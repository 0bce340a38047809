import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Config } from "@bulkhead/contract";
import { type BarSeries, type InstrumentFacts, loadSeries, replayFeed, sliceSeries, syntheticFeed } from "@bulkhead/market";
import { expect, test } from "vitest";
import { backtest } from "./backtest.ts";
import { BUSY, configOf, fillsIn, HOUR, newFolder, openPaper, ordersIn, recordsIn, removeFolder } from "./paper.ts";

const DAY = 24 * HOUR;

/** A day of the embedded market, as if it had been recorded. */
function recorded(from: number): Readonly<{ series: readonly BarSeries[]; instruments: readonly InstrumentFacts[] }> {
  const feed = syntheticFeed({ seed: 11, from, historyDays: 0 });
  while (feed.nextAt <= from + DAY) feed.take();
  // The last row stays out, so that what remains are columns of their own length.
  return { series: feed.series.map((each) => sliceSeries({ ...each }, from, from + DAY - 60_000)), instruments: feed.instruments };
}

async function expectSame(
  config: Config,
  series: readonly BarSeries[],
  instruments: readonly InstrumentFacts[],
  orders: number,
): Promise<void> {
  const from = Math.min(...series.map(({ openAt }) => openAt[0] ?? Number.POSITIVE_INFINITY));
  const until = Math.max(...series.map(({ closeAt, length }) => closeAt[length - 1] ?? 0));
  const tested = await backtest(config, series, instruments);
  const folder = newFolder();
  try {
    const { desk, clock } = await openPaper({ folder, at: from - 1, config, feed: replayFeed({ series, instruments }) });
    // Turns at odd instants, and late: what is decided and traded is the market data's time, not the machine's.
    for (let at = from; at < until + HOUR; at += 1_000_003) clock.advanceTo(at);
    await desk.stop();
    const { records } = recordsIn(folder);
    expect(ordersIn(records)).toEqual(ordersIn(tested));
    expect(fillsIn(records)).toEqual(fillsIn(tested));
    expect(ordersIn(tested).length).toBeGreaterThan(orders);
  } finally {
    removeFolder(folder);
  }
}

test("[DESK-2] backtest and paper of the same strategies on one recorded day give the same orders and fills", async () => {
  const { series, instruments } = recorded(Date.UTC(2026, 2, 4));
  await expectSame(BUSY, series, instruments, 500);
});

const shared = fileURLToPath(new URL("../../../shared/data/equities/csv/spy-minute-2011-01.csv.gz", import.meta.url));

test.skipIf(!existsSync(shared))(
  "[DESK-2] and so they do on the minutes of SPY of two days of January 2011, a night between them",
  async () => {
    const entry = { format: "csv" as const, path: shared, preset: "pyalgotrade-minutes", symbol: "SPY" };
    const loaded = loadSeries([entry], { resolution: "1m", from: "2011-01-03", to: "2011-01-04" });
    if (!loaded.ok) throw new Error(loaded.text);
    const config = configOf(`
[account]
starting_cash = "100000"
fee = { model = "ibkr-fixed" }

[[portfolio]]
id = "cross"
starting_cash = "50000"
strategy = "sma-cross"
params = { fast = 5, slow = 20 }
stop_loss_pct = "0.2%"
take_profit_pct = "0.3%"

[[portfolio]]
id = "back"
starting_cash = "50000"
strategy = "mean-reversion"
`);
    await expectSame(config, loaded.series, loaded.instruments, 20);
  },
);
