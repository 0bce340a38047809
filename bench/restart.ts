import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, cashScale, loadConfig, toCommands } from "@bulkhead/contract";
import { type AccountId, createEngine, type InstantMs, type PortfolioId } from "@bulkhead/core";
import { Host } from "@bulkhead/host";
import { mergeTimeline, sliceBars, syntheticFeed, tradedOf } from "@bulkhead/market";
import { type DeskClock, openDesk } from "@bulkhead/server";
import { DEFAULT_RULES, SimulatedVenue, simulatedMarkets } from "@bulkhead/sim";
import { accountHome, openFolder, startJournal } from "@bulkhead/store";
import { bindStrategy, enter, exit, size, strategy } from "@bulkhead/strategies";
import { type Figure, median } from "./measure.ts";

const MAIN = "main" as AccountId;
const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 4);
/** Five instruments, two portfolios, an order every other minute: a million records. */
const DAYS = 23;
const RUNS = 5;

const CONFIG = `
[account]
starting_cash = "150000"
[[portfolio]]
id = "one"
starting_cash = "50000"
[[portfolio]]
id = "two"
starting_cash = "50000"
`;

const inAndOut = strategy({
  name: "in-and-out",
  onBar({ position, waiting }) {
    if (waiting) return undefined;
    return position === undefined ? enter.long({ size: size.cash("1000"), why: "in" }) : exit({ why: "out" });
  },
});

/** Milliseconds from nothing to READY with a million records and a snapshot; no yardstick. */
export async function restart(): Promise<readonly Figure[]> {
  const loaded = loadConfig({ file: { name: "bench", text: CONFIG } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  try {
    const data = join(folder, "data");
    fill(data, config);
    const spent: number[] = [];
    for (let run = -1; run < RUNS; run++) {
      const ms = await open(data, config);
      if (run >= 0) spent.push(ms); // The first replays it all, and leaves the snapshot.
    }
    return [{ bench: "restart", value: median(spent), unit: "ms", yardstick: null }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function open(folder: string, config: Config): Promise<number> {
  const now = (START + DAYS * DAY) as InstantMs;
  const clock: DeskClock = { now: () => now, wake: () => () => undefined };
  const began = performance.now();
  const desk = await openDesk({ folder, config, clock, feed: syntheticFeed({ seed: 7, from: now }) });
  const ms = performance.now() - began;
  if (!desk.readiness.ready) throw new Error(desk.readiness.reasons.join());
  await desk.stop();
  return ms;
}

/** Writes the journal that such a desk would have, by a backtest on its disk. */
function fill(data: string, config: Config): void {
  const feed = syntheticFeed({ seed: 7, from: START, historyDays: 0 });
  while (feed.nextAt < START + DAYS * DAY) feed.take();
  const series = feed.series.map((each) => sliceBars(each, 0, each.length - 1));
  const [account] = config.accounts;
  const held = openFolder(data, { owner: { pid: process.pid, host: "", startedAt: "", address: null }, version: "0.1.0" });
  if (!held.ok || account === undefined) throw new Error("FOLDER");
  mkdirSync(join(data, "accounts"), { mode: 0o700 });
  const { opened } = startJournal(accountHome(data, MAIN), "bench");
  if (opened === undefined) throw new Error("JOURNAL");
  const traded = tradedOf(feed.instruments, cashScale);
  const markets = simulatedMarkets({ series, facts: feed.instruments, traded, rules: DEFAULT_RULES });
  const venue = new SimulatedVenue({ markets, acknowledge: true });
  const host = new Host({ engine: createEngine({ checks: "off" }), journal: opened.journal, venue, markets: venue, series });
  const around = { at: START as InstantMs, by: "bench", mode: "paper", venue: "DEMO", ...traded, portfolios: new Map() } as const;
  for (const command of toCommands(account, around)) host.submit(command);
  const bound = bindStrategy(inAndOut);
  if (!bound.ok) throw new Error("STRATEGY");
  const symbols = feed.instruments.map(({ id }) => id);
  host.bind(["one", "two"].map((id) => ({ portfolio: id as PortfolioId, strategy: bound.value, symbols })));
  host.run(mergeTimeline(series));
  opened.journal.close();
  held.folder.close();
}
