import type { InstantMs, InstrumentId } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import {
  dailyReturns,
  type EquityPoint,
  type FlowPoint,
  growthOf,
  type Performance,
  type PerformanceInput,
  performanceOf,
  timeWeightedReturn,
} from "../index.ts";

const options = { numRuns: runs(1000), seed: seed() };

/** Steps of a life: hours until the next mark, what trading did to equity, what share of it is invested, and a flow after it. */
const step = fc.record({
  hours: fc.integer({ min: 1, max: 60 }),
  factor: fc.double({ min: 0.7, max: 1.4, noNaN: true }),
  invested: fc.constantFrom(0, 0, 0.5, 1.7),
  flow: fc.option(fc.double({ min: -0.9, max: 3, noNaN: true }), { freq: 3, nil: 0 }),
});
const life = fc.array(step, { minLength: 2, maxLength: 60 });
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** The same trading, scaled by `scale`, with the flows or without them. */
function lived(steps: Life, { scale = 1, flows = true } = {}): PerformanceInput {
  let at = Date.UTC(2024, 0, 1);
  let equity = 1000 * scale;
  const points: EquityPoint[] = [];
  const moved: FlowPoint[] = [{ at: at as InstantMs, amount: equity, equityBefore: 0 }];
  for (const { hours, factor, invested, flow } of steps) {
    at += hours * 3_600_000;
    equity *= factor;
    points.push({ at: at as InstantMs, equity, grossExposure: equity * invested });
    if (flow === 0 || !flows) continue;
    moved.push({ at: (at + 1) as InstantMs, amount: equity * flow, equityBefore: equity });
    equity *= 1 + flow;
  }
  const instrument = "SPY@XNYS" as InstrumentId;
  const trades = points.map((point, index) => ({
    openedAt: moved[0]?.at ?? point.at,
    closedAt: point.at,
    realizedPnl: ((steps[index]?.factor ?? 1) - 1) * 100 * scale,
    fees: 1.5 * scale,
    instrument,
    direction: "long" as const,
    quantity: 1,
    entryPrice: 1,
    exitPrice: 1,
  }));
  return { equity: points, flows: moved, trades, fees: 10 * scale, tradedNotional: 5000 * scale };
}

function timed(rows: readonly (readonly [number, number, number])[]) {
  let at = 0;
  return rows.map(([hours, value, other]) => {
    at += hours * 3e7;
    return { at: at as InstantMs, value, other };
  });
}

const ratiosOf = (performance: Performance): readonly (number | null)[] => [
  performance.returnTimeWeighted,
  performance.returnAnnualised,
  ...Object.values(performance.returns),
  performance.volatility,
  performance.sharpe,
  performance.sortino,
  performance.calmar,
  performance.drawdown?.drawdownMax ?? null,
  performance.trades.winRate,
  performance.trades.profitFactor,
  performance.exposure.timeInMarket,
  performance.exposure.grossAverage,
  performance.turnover,
  performance.feesOfGrossProfit,
  performance.feesOfNotional,
];

function expectSame(a: readonly (number | null)[], b: readonly (number | null)[]): void {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? null;
    if (value === null || other === null) expect(value).toBe(other);
    else expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
  }
}

test("[ANA-1, ANA-9, ANA-11, ANA-17] the size of the account changes no ratio", () => {
  fc.assert(
    fc.property(life, fc.constantFrom(0.25, 3, 1e4), (steps, scale) => {
      expectSame(ratiosOf(performanceOf(lived(steps))), ratiosOf(performanceOf(lived(steps, { scale }))));
    }),
    options,
  );
});

test("[ANA-1, ANA-11] deposits and withdrawals change neither the return nor the drawdown", () => {
  fc.assert(
    fc.property(life, (steps) => {
      const [withFlows, without] = [performanceOf(lived(steps)), performanceOf(lived(steps, { flows: false }))];
      expectSame(
        [withFlows.returnTimeWeighted, ...Object.values(withFlows.returns)],
        [without.returnTimeWeighted, ...Object.values(without.returns)],
      );
      expectSame(
        [withFlows.volatility, withFlows.drawdown?.drawdownMax ?? null],
        [without.volatility, without.drawdown?.drawdownMax ?? null],
      );
    }),
    options,
  );
});

test("[ANA-1, ANA-6] daily returns and sub-periods chain to the same total", () => {
  fc.assert(
    fc.property(life, (steps) => {
      const { equity, flows } = lived(steps);
      const growth = growthOf(equity, flows);
      const total = steps.reduce((product, { factor }) => product * factor, 1) - 1;
      const chained = dailyReturns(growth).reduce((product, day) => product * (1 + day.value), 1) - 1;
      expectSame([timeWeightedReturn(growth), chained], [total, total]);
    }),
    options,
  );
});

test("[ANA-4, ANA-11, ANA-16] every figure is finite or null, shares and drawdowns lie in [0, 1]", () => {
  const wild = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(wild, wild, (values, moves) => {
      const equity = timed(values).map(({ at, value, other }) => ({ at, equity: value, grossExposure: other }));
      const flows = timed(moves).map(({ at, value, other }) => ({ at, amount: value, equityBefore: other }));
      const performance = performanceOf({ equity, flows, trades: [], fees: 0, tradedNotional: 1 });
      for (const figure of ratiosOf(performance)) expect(figure === null || Number.isFinite(figure)).toBe(true);
      for (const share of [performance.drawdown?.drawdownMax, performance.drawdown?.drawdownNow, performance.exposure.timeInMarket]) {
        expect(share === null || share === undefined || (share >= 0 && share <= 1)).toBe(true);
      }
      expect(performance.returnTimeWeighted ?? 0).toBeGreaterThanOrEqual(-1);
    }),
    options,
  );
});

test("[ANA-11] the greatest drawdown is no less than that between any two points", () => {
  fc.assert(
    fc.property(life, (steps) => {
      const { equity } = lived(steps, { flows: false });
      const max = performanceOf(lived(steps)).drawdown?.drawdownMax ?? 0;
      for (const [index, early] of equity.entries()) {
        for (const late of equity.slice(index)) expect(1 - late.equity / early.equity).toBeLessThanOrEqual(max + 1e-9);
      }
    }),
    { ...options, numRuns: runs(200) },
  );
});
