import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { calendarOf } from "../calendar/calendar.ts";
import { corporateActions } from "../lean/corporate-actions.ts";
import { aggregate } from "../series/aggregate.ts";
import type { BarSeries } from "../series/series.ts";
import type { DataEntry, LoadFailure } from "./entry.ts";
import { type Loaded, type LoadOptions, loadSeries } from "./load-series.ts";

const shared = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const onShared = test.skipIf(!existsSync(shared));

function load(format: "csv" | "lean", path: string, entry: Partial<DataEntry>, options: LoadOptions): Loaded | LoadFailure {
  return loadSeries([{ format, path: `${shared}${path}`, ...entry }], options);
}
function loaded(result: Loaded | LoadFailure): Loaded {
  if (!result.ok) throw new Error(`${result.code}: ${result.text}`);
  return result;
}
const first = (result: Loaded | LoadFailure): BarSeries => loaded(result).series[0] as BarSeries;
const time = (at: number | undefined): string => new Date(at ?? Number.NaN).toISOString().slice(0, 16);
const codes = (result: Loaded): string[] => [...new Set(result.issues.map((issue) => issue.code))].sort();

onShared("[MKT-15, MKT-34] the recorded trades of XRP/ETH, made into minutes, are the recorded minutes, all 2,469 of them", () => {
  const trades = first(
    load("csv", "crypto/freqtrade/XRP_ETH-trades.json.gz", { preset: "freqtrade-trades", symbol: "XRP_ETH" }, { resolution: "tick" }),
  );
  const ccxt = first(
    load("csv", "crypto/freqtrade/XRP_ETH-trades-ccxt.json.gz", { preset: "ccxt-trades", symbol: "XRP_ETH" }, { resolution: "tick" }),
  );
  const minutes = first(
    load("csv", "crypto/freqtrade/XRP_ETH-1m.csv.gz", { preset: "freqtrade", symbol: "XRP_ETH" }, { resolution: "1m" }),
  );
  expect([trades.length, minutes.length]).toEqual([12_477, 2_469]);
  for (const source of [trades, ccxt]) {
    const made = aggregate(source, "1m", calendarOf("24/7"));
    expect([made.priceScale, made.volumeScale]).toEqual([minutes.priceScale, minutes.volumeScale]);
    for (const name of ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const) expect(made[name]).toEqual(minutes[name]);
  }
});

onShared("[MKT-34] the recorded five minutes of XRP/ETH are its minutes put together", () => {
  const entry = { preset: "freqtrade", symbol: "XRP_ETH" };
  const five = first(load("csv", "crypto/freqtrade/XRP_ETH-5m.csv.gz", entry, { resolution: "5m" }));
  const made = first(load("csv", "crypto/freqtrade/XRP_ETH-1m.csv.gz", entry, { resolution: "5m" }));
  const whole = Math.min(five.length, made.length) - 1; // The recording ends inside a bar.
  for (const name of ["openAt", "open", "high", "low", "close", "volume"] as const)
    expect(made[name].subarray(0, whole)).toEqual(five[name].subarray(0, whole));
});

onShared("[MKT-12, MKT-27] the minutes of SPY of January 2011 are UTC with end labels: 20 sessions of 390 minutes", () => {
  const series = first(
    load("csv", "equities/csv/spy-minute-2011-01.csv.gz", { preset: "pyalgotrade-minutes", symbol: "SPY" }, { resolution: "1m" }),
  );
  expect([series.length, time(series.openAt[0]), time(series.closeAt.at(-1))]).toEqual([7_800, "2011-01-03T14:30", "2011-01-31T21:00"]);
  // The opening minute of each session trades most: with labels taken as starts, the day would lack its first minute.
  const start = first(
    load(
      "csv",
      "equities/csv/spy-minute-2011-01.csv.gz",
      { preset: "pyalgotrade-minutes", symbol: "SPY", label: "start" },
      { resolution: "1m" },
    ),
  );
  expect(start.volume[0] ?? 0).toBeLessThan(series.volume[0] ?? 0);
});

onShared("[MKT-5, MKT-6, MKT-7] the dirty row of TSLA is refused, or skipped with its line; the rest is turned around", () => {
  const entry = { preset: "nasdaq", symbol: "TSLA" };
  expect(load("csv", "equities/csv/nasdaq-TSLA-2015-2018.csv", entry, { resolution: "1d" })).toMatchObject({
    code: "ROWS_DIRTY",
    issues: [{ line: 2, code: "TIME_UNREADABLE" }],
  });
  const result = loaded(load("csv", "equities/csv/nasdaq-TSLA-2015-2018.csv", { ...entry, dirty: "skip" }, { resolution: "1d" }));
  expect([result.issues.length, result.series[0]?.length, time(result.series[0]?.openAt[0]), result.notes[0]?.code]).toEqual([
    1,
    756,
    "2015-10-15T13:30",
    "ROWS_REVERSED",
  ]);
});

// biome-ignore format: one file per line.
const pairs = [
  ["4063-T-1d-bad-stock-split.csv",         "1d", ["JUMP_LIKE_SPLIT"]],
  ["4063-T-1d-bad-stock-split-fixed.csv",   "1d", []],
  ["AET-L-1d-100x-error.csv",               "1d", ["JUMP_LIKE_UNIT"]],
  ["AET-L-1d-100x-error-fixed.csv",         "1d", []],
  ["ALPHA-PA-1d-bad-stock-split.csv",       "1d", ["JUMP_LIKE_SPLIT"]],
  ["ASAI-L-1h-bad-unit.csv",                "1h", ["JUMP_LIKE_UNIT"]],
  ["ASAI-L-1h-bad-unit-fixed.csv",          "1h", []],
  ["8TRA-DE-1d-missing-div-adjust.csv",     "1d", []],
  ["KME-MI-1d-bad-div.csv.gz",              "1d", []],
  ["CALM-1d-no-bad-divs.csv.gz",            "1d", []],
  ["EA-15m-no-bad-divs.csv.gz",             "1h", []],
] as const;

onShared.each(pairs)("[MKT-9] quality/%s loads at %s and warns of %j", (file, resolution, warnings) => {
  expect(codes(loaded(load("csv", `equities/quality/${file}`, { preset: "yahoo", calendar: "24/7" }, { resolution })))).toEqual(warnings);
});

// biome-ignore format: one file per line.
const files = [
  ["equities/csv/bokeh-AAPL-2000-2013.csv.gz",       "bokeh",           "1d",   3_270, 2],
  ["equities/csv/yahoo-NVDA-1999-2014.csv.gz",       "yahoo",           "1d",   4_012, 6],
  ["equities/csv/yahoo-KO-1997-1998.csv",            "yahoo-raw",       "1d",     356, 6],
  ["equities/csv/csvdir-KO-2012-2014.csv.gz",        "csvdir",          "1d",     754, 6],
  ["equities/csv/SPY-daily-1999-2020.csv.gz",        "pandas",          "1d",   5_241, 4],
  ["equities/csv/SPX-daily-long.csv.gz",             "us-dates",        "1d",   8_111, 2],
  ["equities/csv/tick-sample-2015-09-23.csv",        "backtrader-ticks", "tick",  135, 2],
  ["crypto/freqtrade/UNITTEST_BTC-1m.json.gz",       "freqtrade-json",  "1m",  13_681, 8],
  ["crypto/freqtrade/ETH_BTC-5m.csv.gz",             "freqtrade",       "5m",   5_760, 8],
  ["crypto/freqtrade/kraken-BCHEUR-trades.csv.gz",   "kraken-trades",   "tick",   148, 2],
  ["crypto/trades/bitstampUSD-2011-2012.csv.gz",     "kraken-trades",   "tick", 9_999, 2],
  ["crypto/nautilus/ADABTC-1m-2021-11-27.csv",       "binance-kline",   "1m",      10, 8],
] as const;

onShared.each(files)(
  "[MKT-16] %s loads with preset %s at %s: %i bars, none outside a session, scale %i",
  (path, preset, resolution, length, priceScale) => {
    const result = loaded(load("csv", path, { preset }, { resolution }));
    expect([result.series[0]?.length, result.series[0]?.priceScale, result.notes]).toEqual([length, priceScale, []]);
  },
);

onShared("[MKT-19, MKT-22, MKT-28] LEAN's daily histories are clean and stand on sessions only; other companies' rows are left out", () => {
  const result = loaded(load("lean", "equities/lean", {}, { resolution: "1d" }));
  const lengths = Object.fromEntries(result.series.map((series) => [series.instrument, series.length]));
  expect(lengths).toMatchObject({
    "SPY@XNYS": 5_849,
    "AAPL@XNYS": 5_849,
    "IBM@XNYS": 5_849,
    "QQQ@XNYS": 3_964,
    "GOOG@XNYS": 1_761,
    "EEM@XNYS": 4_523,
    "BAC@XNYS": 5_661,
  });
  expect(codes(result)).toEqual(["JUMP_AND_BACK"]); // IBM's open of 2002-12-23: twice the price before and after.
  expect(result.notes.map((note) => note.text)).toContainEqual(expect.stringContaining("2011-03-22, when it traded as QQQQ"));
  expect(result.notes.filter((note) => note.code === "BARS_ON_CLOSED_DAYS")).toEqual([]);
  expect(result.notes.map((note) => note.code)).toContain("ROWS_OF_ANOTHER_COMPANY");
});

onShared("[MKT-23] AAPL split 2:1, 2:1, 7:1 and 4:1", () => {
  const splits = corporateActions(`${shared}equities/lean`, "aapl").flatMap((action) =>
    action.kind === "split" ? [[action.exDate, action.numerator, action.denominator]] : [],
  );
  expect(splits).toEqual([
    ["2000-06-21", 2, 1],
    ["2005-02-28", 2, 1],
    ["2014-06-09", 7, 1],
    ["2020-08-31", 4, 1],
  ]);
});

onShared("[MKT-24, MKT-27, MKT-36] the week of the issue's config: regular minutes of SPY and IBM with quotes", () => {
  const result = loaded(
    load("lean", "equities/lean", {}, { resolution: "1m", symbols: ["SPY", "IBM"], from: "2013-10-07", to: "2013-10-11" }),
  );
  expect(result.series.map((series) => [series.instrument, series.length, time(series.openAt[0])])).toEqual([
    ["IBM@XNYS", 1_949, "2013-10-07T13:30"],
    ["SPY@XNYS", 1_950, "2013-10-07T13:30"],
  ]);
  const spy = result.series[1];
  // The opening fill of the engine that the oracle describes: ask close of the 09:30 bar, 144.78172417 ÷ 0.8646266.
  expect([
    (spy?.quotes?.askClose[0] ?? 0) / 10 ** (spy?.priceScale ?? 0),
    [...(spy?.quotes?.bidClose ?? [])].every((units) => units > 0),
  ]).toEqual([167.45, true]);
});

onShared("[MKT-20] LEAN's hours of SPY and the hours made of its minutes open and close at the same instants", () => {
  const range = { resolution: "1h", symbols: ["SPY"], from: "2013-10-07", to: "2013-10-11" } as const;
  const hours = first(load("lean", "equities/lean", {}, range));
  const minutes = first(load("lean", "equities/lean", {}, { ...range, resolution: "1m" }));
  const made = aggregate(minutes, "1h", calendarOf("XNYS"));
  expect([made.openAt, made.closeAt, made.volume]).toEqual([hours.openAt, hours.closeAt, hours.volume]);
});

onShared("[MKT-21, MKT-29] ticks of IBM are single instants inside the session", () => {
  const range = { symbols: ["IBM"], from: "2013-10-07", to: "2013-10-07" } as const;
  const ticks = first(load("lean", "equities/lean", {}, { ...range, resolution: "tick" }));
  expect([ticks.length > 20_000, ticks.openAt.every((at, i) => at === ticks.closeAt[i])]).toEqual([true, true]);
});

onShared("[MKT-25] crypto by LEAN: coins, perpetuals, around the clock", () => {
  const result = loaded(load("lean", "crypto/lean", {}, { resolution: "1m" }));
  expect(result.series.map((series) => [series.instrument as string, series.length])).toEqual([
    ["BTCBUSD@BINANCE", 1_440],
    ["BTCUSD@COINBASE", 10_983],
    ["BTCUSDT-PERP@BYBIT", 721],
    ["BTCUSDT@BYBIT", 1_440],
    ["ETHUSD@COINBASE", 2_880],
  ]);
});

onShared("[MKT-18] the table of adjusted closes and the Quandl file give one series per stock", () => {
  const closes = loaded(load("csv", "equities/csv/adjclose-19-stocks-1990-2024.csv.gz", { preset: "wide-closes" }, { resolution: "1d" }));
  expect([closes.series.length, closes.series.map((series) => series.instrument as string).includes("META@LOCAL")]).toEqual([19, true]);
  const wiki = loaded(load("csv", "equities/csv/quandl-wiki-2015-2017.csv.gz", { preset: "quandl-wiki" }, { resolution: "1d" }));
  expect(wiki.series.map((series) => [series.instrument as string, series.length])).toEqual([
    ["AAPL@LOCAL", 753],
    ["COKE@LOCAL", 754],
    ["GOOGL@LOCAL", 754],
    ["TSLA@LOCAL", 754],
    ["YHOO@LOCAL", 619],
  ]);
});

onShared("[MKT-17, MKT-38] a table of funding rates is not taken for bars", () => {
  expect(load("csv", "crypto/freqtrade/futures/XRP_USDT_USDT-8h-funding_rate.csv.gz", {}, { resolution: "1h" })).toMatchObject({
    code: "COLUMNS_UNKNOWN",
  });
});
