import { existsSync, readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import type { InstantMs, InstrumentId } from "@bulkhead/core";
import { mean, sampleCorrelation, sampleStandardDeviation } from "simple-statistics";
import { expect, test } from "vitest";
import { pearson } from "../compare/compare.ts";
import { annualisedReturn, drawdownOf, growthOf, performanceOf, sharpe, tradeStatistics, volatility } from "../index.ts";
import { standardDeviation } from "./volatility.ts";

const data = new URL("../../../../../shared/data/", import.meta.url);
const here = (path: string): boolean => existsSync(new URL(path, data));
const text = (path: string): string => readFileSync(new URL(path, data), "utf8");

/** A curve with exactly these returns, from 100 on. */
const curveOf = (returns: readonly number[]) => {
  let equity = 100;
  const points = returns.map((value, index) => {
    equity *= 1 + value;
    return { at: (index + 1) as InstantMs, equity, grossExposure: 0 };
  });
  return growthOf([{ at: 0 as InstantMs, equity: 100, grossExposure: 0 }, ...points], []);
};

type Case = Readonly<{ functions: readonly string[]; args: { returns?: { series: string }; period?: string; expected: number | null } }>;
type Cases = Readonly<{ series: Record<string, { values: readonly (number | null)[] }>; cases: readonly Case[] }>;
const PERIODS: Readonly<Record<string, number>> = { daily: 252, weekly: 52, monthly: 12 };

test.skipIf(!here("oracles/metrics/empyrical-cases.json"))("[ANA-7, ANA-8, ANA-11] empyrical's cases", () => {
  const { series, cases } = JSON.parse(text("oracles/metrics/empyrical-cases.json")) as Cases;
  let compared = 0;
  for (const { functions, args } of cases) {
    const values = series[args.returns?.series ?? ""]?.values ?? [];
    const periodsPerYear = PERIODS[args.period ?? "daily"] ?? 252;
    // Of a missing return empyrical makes 0 for growth, and leaves it out of the deviation.
    const zeroed = values.map((value) => value ?? 0);
    const growth = curveOf(zeroed);
    const total = (growth.at(-1)?.growth ?? 1) - 1;
    const ours: Readonly<Record<string, () => number | null>> = {
      // Theirs is a signed fall, and NaN for no returns, where ours is a depth of a curve that has at least its base.
      max_drawdown: () => (values.length === 0 ? null : 0 - (drawdownOf(growth)?.drawdownMax ?? 0)),
      annual_return: () => annualisedReturn(total, values.length / periodsPerYear),
      annual_volatility: () =>
        volatility(
          values.filter((value) => value !== null),
          periodsPerYear,
        ),
    };
    const compute = ours[functions[0] ?? ""];
    if (compute === undefined) continue;
    compared += 1;
    const value = compute();
    if (args.expected === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(args.expected, 8);
  }
  expect(compared).toBe(13);
});

const columnsOf = (csv: string): readonly (readonly number[])[] =>
  csv
    .trim()
    .split("\n")
    .map((line) => line.split(",").slice(1).map(Number))
    .filter((row) => row.every(Number.isFinite));

test.skipIf(!here("ledgers/pyfolio/returns.csv"))("[ANA-8, ANA-9, ANA-24] simple-statistics over pyfolio's returns", () => {
  const returns = columnsOf(text("ledgers/pyfolio/returns.csv")).map(([value = 0]) => value);
  const factors = columnsOf(text("ledgers/pyfolio/factor_returns.csv"));
  const [materials, financials] = [factors.map(([value = 0]) => value), factors.map(([, value = 0]) => value)];
  expect(returns.length).toBe(504);
  const deviation = sampleStandardDeviation(returns);
  expect(standardDeviation(returns)).toBeCloseTo(deviation, 10);
  expect(volatility(returns, 252)).toBeCloseTo(deviation * Math.sqrt(252), 8);
  expect(sharpe(returns, { periodsPerYear: 252, riskFreeRate: 0 })).toBeCloseTo((mean(returns) / deviation) * Math.sqrt(252), 8);
  expect(pearson(materials, financials)).toBeCloseTo(sampleCorrelation(materials, financials), 10);
});

/** Regular-hours closes of one day of LEAN's SPY minutes, in dollars: one deflated entry, rows `ms,open,high,low,close,volume` × 10^4. */
function closesOf(day: string): readonly number[] {
  const zip = readFileSync(new URL(`equities/lean/minute/spy/${day}_trade.zip`, data));
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  const rows = inflateRawSync(zip.subarray(start)).toString("utf8").trim().split("\n");
  return rows
    .map((row) => row.split(",").map(Number))
    .filter(([ms = 0]) => ms >= 34_200_000 && ms < 57_600_000)
    .map(([, , , , close = 0]) => close / 1e4);
}

// README of the data: 688 shares at 144.78172417, fee 3.44, marked at the trade close × the factor 0.8646266.
test.skipIf(!here("equities/lean/minute/spy/20131011_trade.zip"))(
  "[ANA-1, ANA-11] LEAN's template over SPY: net profit and drawdown",
  () => {
    const cash = 100_000 - 688 * 144.78172417 - 3.44;
    const closes = ["20131007", "20131008", "20131009", "20131010", "20131011"].flatMap(closesOf);
    const marks = closes.map((close, minute) => ({
      at: (minute + 1) as InstantMs,
      equity: cash + 688 * close * 0.8646266,
      grossExposure: 0,
    }));
    const equity = [{ at: 0 as InstantMs, equity: 100_000, grossExposure: 0 }, ...marks];
    const performance = performanceOf({ equity, flows: [], trades: [], fees: 3.44, tradedNotional: 99_610 });
    expect(equity.at(-1)?.equity).toBeCloseTo(101_691.92, 2);
    expect(performance.returnTimeWeighted).toBeCloseTo(0.01692, 5); // "Net Profit 1.692%"
    expect(performance.drawdown?.drawdownMax.toFixed(3)).toBe("0.022"); // "Drawdown 2.200%", which LEAN rounds to a tenth of a percent
  },
);

// One round trip of 689 shares without fees, 100,000 → 99,952.34: "Loss Rate 100%, Win Rate 0%, Average Loss -0.05%, Expectancy -1".
test("[ANA-13, ANA-14] LEAN's round trip without fees is one loss", () => {
  const at = Date.UTC(2013, 9, 7, 13, 31) as InstantMs;
  const trade = {
    openedAt: at,
    closedAt: at,
    realizedPnl: -47.66,
    fees: 0,
    instrument: "SPY@XNYS" as InstrumentId,
    direction: "long" as const,
  };
  const statistics = tradeStatistics([{ ...trade, quantity: 689, entryPrice: 144.78172417, exitPrice: 144.71255 }]);
  expect(statistics).toMatchObject({ trades: 1, wins: 0, losses: 1, winRate: 0, averageLoss: -47.66, averageWin: null, profitFactor: 0 });
  expect(((statistics.averageLoss ?? 0) / 100_000).toFixed(4)).toBe("-0.0005");
});
