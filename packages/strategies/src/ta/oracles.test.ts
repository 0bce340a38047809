import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { seriesOf, type TestBar } from "../testing/series.ts";
import { IndicatorCache } from "./cache.ts";
import type { IndicatorSpec } from "./spec.ts";
import { ta } from "./ta.ts";

/** Recorded results of other programs, outside the repository: Stock.Indicators, the ta library's sheets, LEAN's tests. */
const oracles = new URL("../../../../../shared/data/oracles/indicators/", import.meta.url);
const here = existsSync(oracles);

function rowsOf(path: string): readonly Readonly<Record<string, string>>[] {
  const [header = "", ...lines] = readFileSync(new URL(path, oracles), "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, column) => [names[column] ?? "", cell])));
}

function valuesOf(bars: readonly TestBar[], spec: IndicatorSpec, line: number): readonly number[] {
  const column = new IndicatorCache().columns(seriesOf(bars), spec)[line];
  return column === undefined ? [] : Array.from(column.values, (value) => value / (column.weight * column.unit));
}

/** Compares where the other program has a value; says how many that were. */
function compare(ours: readonly number[], theirs: readonly (number | undefined)[], from: number, tolerance: number): number {
  let compared = 0;
  for (const [index, value] of theirs.entries()) {
    if (value === undefined || index < from) continue;
    expect(Math.abs((ours[index] ?? Number.NaN) - value), `at ${index}`).toBeLessThanOrEqual(tolerance);
    compared += 1;
  }
  return compared;
}

const bar = (row: Readonly<Record<string, string>>, prefix = ""): TestBar => ({
  open: Number(row[`${prefix}open`]),
  high: Number(row[`${prefix}high`]),
  low: Number(row[`${prefix}low`]),
  close: Number(row[`${prefix}close`]),
  volume: Number(row["volume"]),
});

describe.skipIf(!here)("Stock.Indicators on 502 days", () => {
  const quotes = here ? rowsOf("quotes-default.csv").map((row) => bar(row)) : [];
  const expected = (file: string, field: string): readonly (number | undefined)[] =>
    (
      JSON.parse(gunzipSync(readFileSync(new URL(`skender/${file}.standard.json.gz`, oracles))).toString("utf8")) as Record<
        string,
        number | null
      >[]
    ).map((row) => row[field] ?? undefined);

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["[TA-7]",  "sma",   "sma",        ta.sma(20),                    0],
    ["[TA-7]",  "wma",   "wma",        ta.wma(14),                    0],
    ["[TA-8]",  "ema",   "ema",        ta.ema(20),                    0],
    ["[TA-8]",  "macd",  "macd",       ta.macd(),                     0],
    ["[TA-8]",  "macd",  "signal",     ta.macd(),                     1],
    ["[TA-8]",  "macd",  "histogram",  ta.macd(),                     2],
    ["[TA-9]",  "rsi",   "rsi",        ta.rsi(14),                    0],
    ["[TA-9]",  "tr",    "tr",         ta.tr(),                       0],
    ["[TA-9]",  "atr",   "atr",        ta.atr(14),                    0],
    ["[TA-10]", "bb",    "upperBand",  ta.bollinger(20, 2),           0],
    ["[TA-10]", "bb",    "sma",        ta.bollinger(20, 2),           1],
    ["[TA-10]", "bb",    "lowerBand",  ta.bollinger(20, 2),           2],
    ["[TA-10]", "bb",    "zScore",     ta.zscore(20),                 0],
    ["[TA-11]", "stoch", "oscillator", ta.stochastic(14, 3, 3),       0],
    ["[TA-11]", "stoch", "signal",     ta.stochastic(14, 3, 3),       1],
    ["[TA-13]", "obv",   "obv",        ta.obv(),                      0],
    ["[TA-13]", "vwap",  "vwap",       ta.vwap({ session: "start" }), 0],
  ] as const)("%s %s %s", (_rule, file, field, spec, line) => {
    const theirs = expected(file, field);
    const ours = valuesOf(quotes, spec, line);
    expect(compare(ours, theirs, 0, 1e-8)).toBeGreaterThan(450);
    // The same bars have no value yet.
    expect(ours.findIndex((value) => !Number.isNaN(value))).toBe(theirs.findIndex((value) => value !== undefined));
  });
});

describe.skipIf(!here)("the ta library's sheets", () => {
  // Its MACD averages are seeded with the first close, so they are compared once that has faded.
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["[TA-10]", "stockcharts/cs-bbands.csv", "MiddleBand",           "Close", ta.bollinger(20, 2), 1, 0, 1e-5],
    ["[TA-10]", "stockcharts/cs-bbands.csv", "20-day Standard Deviation", "Close", ta.stdev(20),   0, 0, 1e-5],
    ["[TA-10]", "stockcharts/cs-bbands.csv", "HighBand",             "Close", ta.bollinger(20, 2), 0, 0, 1e-5],
    ["[TA-10]", "stockcharts/cs-bbands.csv", "LowBand",              "Close", ta.bollinger(20, 2), 2, 0, 1e-5],
    ["[TA-8]",  "stockcharts/cs-macd.csv",   "MACD_line",            "Close", ta.macd(),           0, 100, 0.002],
    ["[TA-8]",  "stockcharts/cs-macd.csv",   "MACD_signal",          "Close", ta.macd(),           1, 100, 0.002],
  ] as const)("%s %s %s", (_rule, file, field, close, spec, line, from, tolerance) => {
    const rows = rowsOf(file);
    const theirs = rows.map((row) => (row[field] ? Number(row[field]) : undefined));
    expect(compare(valuesOf(rows.map((row) => Number(row[close])), spec, line), theirs, from, tolerance)).toBeGreaterThan(10);
  });
});

describe.skipIf(!here)("LEAN's tests", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["[TA-7]",  "spy_with_indicators.txt",  "SMA14",          ta.sma(14),           0, 0.01],
    ["[TA-8]",  "spy_with_indicators.txt",  "EMA14",          ta.ema(14),           0, 0.01],
    ["[TA-8]",  "spy_with_indicators.txt",  "MACD 12 26",     ta.macd(),            0, 0.01],
    ["[TA-9]",  "spy_with_indicators.txt",  "RSI 14 Wilder",  ta.rsi(14),           0, 0.001],
    ["[TA-10]", "spy_bollinger_bands.txt",  "Moving Average 20",           ta.bollinger(20, 2), 1, 0.001],
    ["[TA-10]", "spy_bollinger_bands.txt",  "Bollinger Bands® 20 2 Top",    ta.bollinger(20, 2), 0, 0.001],
    ["[TA-10]", "spy_bollinger_bands.txt",  "Bollinger Bands® 20 2 Bottom", ta.bollinger(20, 2), 2, 0.001],
  ] as const)("%s %s %s", (_rule, file, field, spec, line, tolerance) => {
    const rows = rowsOf(`lean/${file}`);
    const theirs = rows.map((row) => (row[field] ? Number(row[field]) : undefined));
    const bars = rows.map((row) => (row["High"] === undefined ? Number(row["Close"]) : { open: Number(row["Open"]), high: Number(row["High"]), low: Number(row["Low"]), close: Number(row["Close"]) }));
    expect(compare(valuesOf(bars, spec, line), theirs, 0, tolerance)).toBeGreaterThan(10);
  });
});
