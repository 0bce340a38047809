import { writeFileSync } from "node:fs";
import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { type BarSeries, replayFeed, syntheticFeed } from "@bulkhead/market";
import { pacedClock, startDesk } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, configOf, HOUR, MINUTE, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const CONFIG = configOf(`
[account]
starting_cash = "100000"
[[portfolio]]
id = "quick"
starting_cash = "100000"
symbols = ["DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
`);
const DUSK = "DUSKUSD@DEMO" as InstrumentId;

/** Two hours of one instrument, with some bars changed or gone. */
function market(change: (series: BarSeries) => BarSeries) {
  const source = syntheticFeed({ seed: 9, from: START, historyDays: 0 });
  const index = source.instruments.findIndex(({ id }) => id === DUSK);
  while (source.nextAt <= START + 2 * HOUR) source.take();
  const series = source.series[index] as BarSeries;
  const from = series.openAt.indexOf(START);
  const cut = (column: Float64Array): Float64Array => column.slice(from, from + 120);
  const { openAt, closeAt, open, high, low, close, volume } = series;
  const whole: BarSeries = {
    ...series,
    length: 120,
    openAt: cut(openAt),
    closeAt: cut(closeAt),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
  };
  return replayFeed({ series: [change(whole)], instruments: source.instruments.slice(index, index + 1) });
}

const without = (series: BarSeries, from: number, to: number): BarSeries => {
  const keep = (column: Float64Array): Float64Array => column.filter((_, i) => i < from || i >= to);
  const { openAt, closeAt, open, high, low, close, volume } = series;
  const columns = { openAt: keep(openAt), closeAt: keep(closeAt), open: keep(open), high: keep(high), low: keep(low) };
  return { ...series, ...columns, close: keep(close), volume: keep(volume), length: series.length - (to - from) };
};

const modesIn = (data: ReturnType<typeof recordsIn>): readonly string[] =>
  data.records.flatMap(({ command }) =>
    command.type === "SetMode"
      ? [`${(command.at - START) / MINUTE} ${command.mode} ${command.reason.split(" ").slice(2, 3).join("")}`]
      : [],
  );

test("[DESK-10] I21: an instrument without data may only be got rid of until there is data again, and the books say so", async () => {
  const feed = market((series) => without(series, 40, 60));
  const { desk, clock } = await openPaper({ folder, at: START - 1, config: CONFIG, feed });
  clock.advanceTo(START + 50 * MINUTE);
  expect(accountOf(desk).state.modes.get(`instrument:${DUSK}`)).toMatchObject({ mode: "reduce_only" });
  expect(accountOf(desk).readiness.ready).toBe(true);
  clock.advanceTo(START + 2 * HOUR);
  await desk.stop();
  const data = recordsIn(folder);
  const [stale, good] = modesIn(data);
  expect(stale).toMatch(/^43\.\d+ reduce_only stale:$/);
  expect(good).toBe("61 ready good");
});

test("[DESK-11] a bar that jumps is not decided on: what a strategy wants to open on it is denied by the instrument's mode", async () => {
  const feed = market((series) => {
    const close = series.close.slice();
    const high = series.high.slice();
    for (const bar of [30, 31]) {
      close[bar] = Math.round((close[bar] as number) * 1.5);
      high[bar] = close[bar] as number;
    }
    return { ...series, close, high };
  });
  const { desk, clock } = await openPaper({ folder, at: START - 1, config: CONFIG, feed });
  clock.advanceTo(START + HOUR);
  await desk.stop();
  const { records } = recordsIn(folder);
  const spikeAt = START + 31 * MINUTE;
  const denied = records.flatMap(({ command, events }) =>
    command.at === spikeAt ? events.flatMap((event) => (event.type === "OrderDenied" ? [event.receipt.rule] : [])) : [],
  );
  const opened = records.filter(
    ({ command, events }) =>
      command.at >= spikeAt && command.at < spikeAt + 2 * MINUTE && events.some(({ type }) => type === "OrderPlaced"),
  );
  expect(modesIn({ records, digest: "", id: "" })).toEqual(["31 reduce_only spike:", "33 ready good"]);
  expect([
    ...denied,
    ...opened.map(({ command }) => (command.type === "PlaceOrder" && command.reduceOnly ? "exit" : "entry")),
  ]).not.toContain("entry");
});

test("[DESK-12] with no configuration at all the demo desk opens: five instruments, three portfolios, ready, and trades", async () => {
  const at = START as ReturnType<ReturnType<typeof pacedClock>["now"]>;
  const clock = pacedClock({ from: at, speed: 3_000 });
  const environment = { BULKHEAD_HOME: `${folder}/data` };
  const { desk, config, configFile } = await startDesk({
    environment,
    workingFolder: folder,
    clock,
    feed: syntheticFeed({ seed: 1, from: at }),
  });
  expect([configFile, config.accounts[0]?.portfolios.map(({ id }) => id)]).toEqual([null, ["steady", "trend", "reckless"]]);
  expect(desk.readiness).toEqual({ ready: true, reasons: [] });
  expect(desk.feed.instruments).toHaveLength(5);
  const account = accountOf(desk);
  const traded = new Promise<void>((resolve) => {
    account.onDurable((records) => {
      if (records.some(({ command }) => command.type === "RecordExecution")) resolve();
    });
  });
  await traded;
  expect(desk.marketOf(DUSK)).toEqual({ open: true, nextOpenAt: null });
  await desk.stop();
});

test("[DESK-17] S0.28, S0.29, S0.32 portfolios of the environment trade whatever they name, on invented prices, with no file and no network", async () => {
  const portfolios = [
    { id: "aggressive", starting_cash: 50_000, symbols: ["NVDA", "TSLA", "AMD", "MARA"], max_position_pct: 0.04, trailing_stop_pct: 0.07 },
    {
      id: "conservative",
      starting_cash: 50_000,
      symbols: ["AAPL", "MSFT", "JNJ", "PG", "KO"],
      max_position_pct: 0.02,
      trailing_stop_pct: 0.04,
    },
  ];
  const named = { BULKHEAD_HOME: `${folder}/named`, PORTFOLIOS: JSON.stringify(portfolios) };
  const first = await startDesk({ environment: named, workingFolder: folder });
  expect([...accountOf(first.desk).state.portfolios.keys()]).toEqual(["unattributed", "aggressive", "conservative"]);
  expect(first.market).toContain("Every price is invented");
  expect(accountOf(first.desk).quoteOf("NVDA@DEMO" as InstrumentId)).not.toBeNull();
  await first.desk.stop();
  const plain = { BULKHEAD_HOME: `${folder}/plain`, SYMBOLS: "SPY,QQQ", DEFAULT_CASH: "25000" };
  const second = await startDesk({ environment: plain, workingFolder: folder });
  expect([...accountOf(second.desk).state.portfolios.keys()]).toEqual(["unattributed", "default"]);
  expect(accountOf(second.desk).quoteOf("QQQ@DEMO" as InstrumentId)).not.toBeNull();
  await second.desk.stop();
});

test("[DESK-8] a strategy of one's own that throws pauses its portfolio after three times; the others go on", async () => {
  writeFileSync(
    `${folder}/broken.ts`,
    'export default { [Symbol.for("bulkhead.strategy")]: true, name: "broken", params: {}, onBar() { throw new Error("no idea"); } };\n',
  );
  const config = configOf(`
[account]
starting_cash = "100000"
[[portfolio]]
id = "broken"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "./broken.ts"
[[portfolio]]
id = "sound"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
`);
  const { desk, clock } = await openPaper({ folder: `${folder}/data`, config, folders: { file: folder, working: folder } });
  clock.advance(HOUR);
  const { portfolios } = accountOf(desk).state;
  expect(portfolios.get("broken" as PortfolioId)?.tradingState).toBe("reducing");
  expect(portfolios.get("sound" as PortfolioId)?.tradingState).toBe("active");
  expect(desk.readiness.ready).toBe(true);
  await desk.stop();
  const { records } = recordsIn(`${folder}/data`);
  expect(records.filter(({ command }) => command.type === "ReportStrategyFault")).toHaveLength(3);
  expect(records.filter(({ command }) => command.type === "RecordExecution").length).toBeGreaterThan(5);
});
