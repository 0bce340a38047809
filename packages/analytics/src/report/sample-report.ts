import type { InstantMs, InstrumentId } from "@bulkhead/core";
import type { EquityPoint, FlowPoint } from "../performance/growth.ts";
import { equityHistory } from "../performance/history.ts";
import { performanceOf } from "../performance/performance.ts";
import type { ClosedTrade } from "../performance/trades.ts";
import { figuresOf } from "./figures.ts";
import type { AccountReport, BacktestReport, MoneyColumns, PortfolioReport, ReceiptCounts, RuleReceipts } from "./report.ts";

/** A made-up report for tests and pictures: three portfolios over 120 days, or as many as asked for. Its money columns add up. */
export function sampleReport(portfolios = 3): BacktestReport {
  const made = Array.from({ length: portfolios }, (_, index) => samplePortfolio(index));
  const account = sampleAccount(made);
  return {
    format: "bulkhead-report/1",
    title: "Demo: three portfolios over one account",
    synthetic: true,
    seed: 42,
    period: { from: new Date(START).toISOString(), to: new Date(START + DAYS * DAY).toISOString(), resolution: "1h" },
    bars: 14_400,
    evaluations: 43_200,
    wallMs: 212,
    barsPerSecond: 67_924.5,
    digest: "9f2c4e0f5b7a1d3c8e6f90a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6",
    chainHead: "41d8e7c6b5a4938271605f4e3d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    records: 1_284,
    invariants: { checked: 1_285, violated: 0 },
    account,
    portfolios: made,
    unattributed: { ...moneyColumns(20_000, 0), positions: [] },
    assumptions: [
      { label: "Fills", value: "market orders at the next open, one tick of slippage" },
      { label: "Fees", value: "0.005 USD per share, at least 1 USD" },
    ],
    issues: [{ severity: "warning", code: "ROW_SKIPPED", message: "close is not a number", where: "prices.csv:118", count: 2 }],
    notes: ["Equity is marked once a day; drawdowns inside a day do not show."],
  };
}

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 2);
const DAYS = 120;
const NAMES = ["momentum", "balanced", "reckless", "carry", "swing", "pairs", "drift", "night", "breakout"] as const;
const STRATEGIES = ["sma-cross", "buy-and-hold", "momentum", "mean-reversion"] as const;

function samplePortfolio(index: number): PortfolioReport {
  const id = index < NAMES.length ? (NAMES[index] ?? "") : `portfolio-${index + 1}`;
  const { equity, flows, trades } = sampleHistory(index);
  const end = equity.at(-1)?.equity ?? 0;
  const reckless = index === 2;
  return {
    id,
    name: id === "balanced" ? "Balanced growth" : id,
    strategy: STRATEGIES[index % STRATEGIES.length] ?? "",
    tradingState: reckless ? "reducing" : "active",
    ...moneyColumns(50_000, Math.round((end - 50_000) * 100)),
    ...figuresOf(performanceOf({ equity, flows, trades, fees: 310, tradedNotional: 620_000, periodsPerYear: 252 })),
    positions: [
      {
        instrument: "NOVA@SIM",
        quantity: reckless ? "-180" : "420",
        averageEntryPrice: "41.27",
        mark: "43.9",
        markAt: null,
        marketValue: "18438",
        unrealizedPnl: "1104.6",
      },
    ],
    tradesLast: trades.slice(-6).map((trade) => ({
      instrument: trade.instrument,
      direction: trade.direction,
      quantity: String(trade.quantity),
      openedAt: new Date(trade.openedAt).toISOString(),
      closedAt: new Date(trade.closedAt).toISOString(),
      entryPrice: trade.entryPrice.toFixed(2),
      exitPrice: trade.exitPrice.toFixed(2),
      realizedPnl: trade.realizedPnl.toFixed(2),
      fees: trade.fees.toFixed(2),
    })),
    orders: { placed: 64, filled: 58, canceled: 4, expired: 1, rejected: 1, open: 0, denied: reckless ? 37 : 0 },
    receipts: reckless ? { allowed: 41, reduced: 12, denied: 37 } : { allowed: 64, reduced: 0, denied: 0 },
    deniedByRule: reckless ? RULES : [],
    faults: reckless ? [{ at: new Date(START + 40 * DAY).toISOString(), code: "STRATEGY_THREW", message: "boom at bar 960" }] : [],
    equityHistory: equityHistory(equity, flows),
  };
}

function sampleAccount(portfolios: readonly PortfolioReport[]): AccountReport {
  const at = portfolios[0]?.equityHistory?.at ?? [];
  const equity = at.map((instant, index) => ({
    at: instant as InstantMs,
    equity: portfolios.reduce((sum, portfolio) => sum + (portfolio.equityHistory?.equity[index] ?? 0), 20_000),
    grossExposure: 60_000,
  }));
  const gained = portfolios.reduce((sum, portfolio) => sum + Math.round(Number(portfolio.equity) * 100) - 5_000_000, 0);
  const orders = { placed: 192, filled: 174, canceled: 12, expired: 3, rejected: 3, open: 0, denied: 37 };
  const receipts: ReceiptCounts = { allowed: 169, reduced: 12, denied: 37 };
  return {
    id: "main",
    venue: "SIM",
    mode: "backtest",
    baseCurrency: "USD",
    ...moneyColumns(50_000 * portfolios.length + 20_000, gained, portfolios.length),
    ...figuresOf(performanceOf({ equity, flows: [], trades: [], fees: 930, tradedNotional: 1_860_000 })),
    orders,
    receipts,
    equityHistory: equityHistory(equity, []),
  };
}

const RULES: readonly RuleReceipts[] = [
  {
    rule: "max_total_exposure",
    scope: "portfolio",
    reduced: 12,
    denied: 21,
    last: { at: new Date(START + 80 * DAY).toISOString(), instrument: "NOVA@SIM", side: "buy", asked: "500", allowed: "180" },
  },
  {
    rule: "max_drawdown",
    scope: "portfolio",
    reduced: 0,
    denied: 16,
    last: { at: new Date(START + 95 * DAY).toISOString(), instrument: "ORCA@SIM", side: "buy", asked: "250", allowed: "0" },
  },
];

/** Columns that fit a start and a gain in cents: fees 310 a portfolio, 1,104.60 of it unrealized, the rest realized. */
function moneyColumns(starting: number, gainedCents: number, portfolios = gainedCents === 0 ? 0 : 1): MoneyColumns {
  const text = (cents: number): string => (cents / 100).toFixed(2);
  const fees = 31_000 * portfolios;
  const unrealized = 110_460 * portfolios;
  const value = 1_843_800 * portfolios;
  return {
    startingCash: text(starting * 100),
    flows: "0.00",
    realizedPnl: text(gainedCents - unrealized + fees),
    unrealizedPnl: text(unrealized),
    fees: text(fees),
    income: "0.00",
    cash: text(starting * 100 + gainedCents - value),
    marketValue: text(value),
    equity: text(starting * 100 + gainedCents),
  };
}

type History = { equity: EquityPoint[]; flows: FlowPoint[]; trades: ClosedTrade[] };

/** A walk with the drift and spread of its index, from a linear congruential generator: the same on every machine. */
function sampleHistory(index: number): History {
  let state = 12_345 + index * 7_919;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const spread = [0.012, 0.006, 0.03, 0.008][index % 4] ?? 0.01;
  const drift = [0.0012, 0.0005, -0.0008, 0.0003][index % 4] ?? 0;
  let value = 50_000;
  const equity: EquityPoint[] = [{ at: START as InstantMs, equity: value, grossExposure: 0 }];
  const trades: ClosedTrade[] = [];
  for (let day = 1; day <= DAYS; day += 1) {
    const change = drift + spread * (chance() + chance() + chance() - 1.5);
    value = Math.round(value * (1 + change) * 100) / 100;
    const at = (START + day * DAY) as InstantMs;
    equity.push({ at, equity: value, grossExposure: value * (0.4 + 0.5 * chance()) });
    if (day % 5 === 0) trades.push(sampleTrade(at, (chance() - 0.42) * 600, chance() > 0.3));
  }
  return { equity, flows: [], trades };
}

function sampleTrade(closedAt: InstantMs, realizedPnl: number, long: boolean): ClosedTrade {
  const exitPrice = 42 + ((long ? 1 : -1) * realizedPnl) / 120;
  const instrument = "NOVA@SIM" as InstrumentId;
  const openedAt = (closedAt - 2.5 * DAY) as InstantMs;
  return {
    openedAt,
    closedAt,
    realizedPnl,
    fees: 2,
    instrument,
    direction: long ? "long" : "short",
    quantity: 120,
    entryPrice: 42,
    exitPrice,
  };
}
