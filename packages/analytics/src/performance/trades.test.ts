import type { InstantMs, InstrumentId } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type ClosedTrade, tradeStatistics } from "../index.ts";

const trade = (closedAt: number, realizedPnl: number, fees = 0): ClosedTrade => ({
  openedAt: (closedAt - 10) as InstantMs,
  closedAt: closedAt as InstantMs,
  realizedPnl,
  fees,
  instrument: "SPY@XNYS" as InstrumentId,
  direction: "long",
  quantity: 1,
  entryPrice: 100,
  exitPrice: 100 + realizedPnl,
});

// Nets: 10−1 = 9, 5−1 = 4, −3−1 = −4, 1−1 = 0, −2−1 = −3, 21−1 = 20.
// Wins 9 + 4 + 20 = 33 over 3; losses −4 − 3 = −7 over 2; 33 ÷ 7; mean of all 26 ÷ 6.
const six = [trade(1, 10, 1), trade(2, 5, 1), trade(3, -3, 1), trade(4, 1, 1), trade(5, -2, 1), trade(6, 21, 1)];

test("[ANA-13, ANA-14, ANA-15] S1.17 S1.26 six trades by hand", () => {
  expect(tradeStatistics(six)).toEqual({
    trades: 6,
    wins: 3,
    losses: 2,
    winRate: 0.5,
    profitFactor: expect.closeTo(33 / 7, 12),
    averageWin: 11,
    averageLoss: -3.5,
    payoff: expect.closeTo(11 / 3.5, 12),
    largestWin: 20,
    largestLoss: -4,
    consecutiveWinsMax: 2,
    consecutiveLossesMax: 1,
    expectancy: expect.closeTo(26 / 6, 12),
    holdingMsAverage: 10,
  });
});

test("[ANA-13] a gain that fees took is a loss, and one that nets zero is neither", () => {
  expect(tradeStatistics([trade(1, 1, 2)])).toMatchObject({ wins: 0, losses: 1, winRate: 0 });
  expect(tradeStatistics([trade(1, 2, 2)])).toMatchObject({ wins: 0, losses: 0, winRate: 0, profitFactor: null, expectancy: 0 });
});

test("[ANA-14] S1.26 nothing to divide by is null", () => {
  const none = tradeStatistics([]);
  expect(none).toMatchObject({
    trades: 0,
    winRate: null,
    profitFactor: null,
    averageWin: null,
    averageLoss: null,
    payoff: null,
    expectancy: null,
  });
  expect(none).toMatchObject({
    largestWin: null,
    largestLoss: null,
    holdingMsAverage: null,
    consecutiveWinsMax: 0,
    consecutiveLossesMax: 0,
  });
  expect(tradeStatistics([trade(1, 5)])).toMatchObject({
    winRate: 1,
    profitFactor: null,
    averageLoss: null,
    payoff: null,
    largestLoss: null,
  });
  expect(tradeStatistics([trade(1, -5)])).toMatchObject({ winRate: 0, profitFactor: 0, averageWin: null, payoff: null, largestWin: null });
});

test("[ANA-15] S1.26 runs count in order of closing, whatever the order given", () => {
  const shuffled = [trade(5, 1), trade(1, 1), trade(4, -1), trade(2, 1), trade(3, 1)];
  expect(tradeStatistics(shuffled)).toMatchObject({ consecutiveWinsMax: 3, consecutiveLossesMax: 1 });
  expect(tradeStatistics([trade(1, 1), trade(2, 0), trade(3, 1)])).toMatchObject({ consecutiveWinsMax: 1 });
});

test("[ANA-4] a trade without a finite result throws", () => {
  expect(() => tradeStatistics([trade(1, Number.NaN)])).toThrow("TRADE_NOT_FINITE: instrument=SPY@XNYS, closedAt=1");
});
