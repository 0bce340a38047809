import { expect, test } from "vitest";
import { sharpe, sortino, volatility } from "../index.ts";
import { mean, standardDeviation } from "./volatility.ts";

const returns = [0.02, -0.01, 0.03, 0];
const yearly = { periodsPerYear: 252, riskFreeRate: 0 };

// Mean 0.01; deviations 0.01, −0.02, 0.02, −0.01; squares 1, 4, 4, 1 e-4, sum 10e-4; ÷ 3 = 3.3333e-4; √ = 0.0182574; × √252 = 0.289828.
test("[ANA-8] volatility by hand", () => {
  expect(mean(returns)).toBeCloseTo(0.01, 12);
  expect(standardDeviation(returns)).toBeCloseTo(0.01825741858350554, 12);
  expect(volatility(returns, 252)).toBeCloseTo(0.2898275349237888, 10);
  expect(volatility(returns, 365)).toBeCloseTo(0.01825741858350554 * Math.sqrt(365), 10);
});

// 0.01 ÷ 0.0182574 × √252 = 8.694826. With 2.52 % a year risk-free, 0.0001 a day: 0.0099 ÷ 0.0182574 × √252 = 8.607878.
test("[ANA-9] Sharpe by hand", () => {
  expect(sharpe(returns, yearly)).toBeCloseTo(8.694826047713663, 8);
  expect(sharpe(returns, { ...yearly, riskFreeRate: 0.0252 })).toBeCloseTo(8.607877787236527, 8);
});

// Only −0.01 falls short: √(1e-4 ÷ 4) = 0.005; 0.01 ÷ 0.005 × √252 = 31.749016.
test("[ANA-10] Sortino by hand", () => {
  expect(sortino(returns, yearly)).toBeCloseTo(31.74901573277509, 8);
});

test.each([[[]], [[0.01]], [[0.01, 0.01, 0.01]], [[0, 0]], [[0.1, 0.1, 0.1, 0.1, 0.1, 0.1]]])(
  "[ANA-9, ANA-10] %j says nothing about risk and reward",
  (values) => {
    expect(sharpe(values, yearly)).toBeNull();
    expect(sortino(values, yearly)).toBeNull();
  },
);

test("[ANA-8] one return has no volatility, equal ones have none to speak of", () => {
  expect(volatility([0.01], 252)).toBeNull();
  expect(volatility([], 252)).toBeNull();
  expect(volatility([0.1, 0.1, 0.1], 252)).toBe(0);
});
