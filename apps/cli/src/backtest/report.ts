import {
  type BacktestReport,
  dayOf,
  equityHistory,
  figuresOf,
  type OrderCounts,
  type PerformanceInput,
  type PortfolioReport,
  performanceOf,
  type ReceiptCounts,
  type RuleReceipts,
  type TradeReport,
} from "@bulkhead/analytics";
import { explain } from "@bulkhead/contract";
import { type Portfolio, type StateView, UNATTRIBUTED, type View } from "@bulkhead/core";
import { approximate, formatAmount } from "@bulkhead/money";
import { resolutionsOf } from "./assumptions.ts";
import { issuesOf } from "./issues.ts";
import type { Prices } from "./prices.ts";
import type { RunFacts } from "./run-facts.ts";
import { addFigures, columnsOf, type Figures, figuresFor, NO_FIGURES, positionsIn } from "./statement.ts";
import { isoOf, PortfolioTally, type RuleCount, type Tally } from "./tally.ts";

const TRADES_SHOWN = 100;

/** The report of a run: `backtest --json` prints it, the text and the page are made from it. */
export function reportOf(facts: RunFacts): BacktestReport {
  const { engine, tally, prices } = facts;
  const { state } = engine;
  const scale = state.account?.base.scale ?? 0;
  const own = [...state.portfolios.values()].filter((portfolio) => portfolio.id !== UNATTRIBUTED);
  const rows = own.map((portfolio) => ({
    portfolio,
    tally: tally.of(portfolio.id),
    figures: figuresFor(state, portfolio, tally.of(portfolio.id).startingCash),
  }));
  const free = state.portfolios.get(UNATTRIBUTED);
  const unattributed = free === undefined ? NO_FIGURES : figuresFor(state, free, tally.of(UNATTRIBUTED).startingCash);
  const total = rows.reduce((sum, row) => addFigures(sum, row.figures), unattributed);
  const days = daysOf(prices);
  return {
    format: "bulkhead-report/1",
    title: facts.title,
    synthetic: prices.synthetic || prices.series.some((each) => each.source.format === "synthetic"),
    seed: facts.seed,
    period: periodOf(prices),
    bars: facts.bars,
    evaluations: facts.evaluations,
    wallMs: Math.round(facts.wallMs * 1000) / 1000,
    barsPerSecond: facts.wallMs > 0 ? Math.round((facts.bars / facts.wallMs) * 1000) : 0,
    digest: facts.digest,
    chainHead: facts.chainHead,
    records: facts.records,
    invariants: { ...engine.checks },
    account: accountReport(state, tally, total, { scale, days, rows: rows.map((row) => row.tally) }),
    portfolios: rows.map((row) => portfolioReport(state, row, { scale, days })),
    unattributed: {
      ...columnsOf(unattributed, scale),
      positions: free === undefined ? [] : positionsIn(state, free).map((held) => held.report),
    },
    assumptions: facts.assumptions,
    issues: issuesOf(facts, explain),
    notes: facts.notes,
  };
}

type Row = Readonly<{ portfolio: View<Portfolio>; tally: PortfolioTally; figures: Figures }>;

function portfolioReport(
  state: StateView,
  { portfolio, tally, figures }: Row,
  options: Readonly<{ scale: number; days: Days }>,
): PortfolioReport {
  const input = inputOf(tally, figures, options);
  return {
    id: portfolio.id,
    name: portfolio.settings.name,
    strategy: portfolio.settings.strategy?.type ?? "",
    tradingState: portfolio.tradingState,
    ...columnsOf(figures, options.scale),
    ...figuresOf(performanceOf(input)),
    positions: positionsIn(state, portfolio).map((held) => held.report),
    tradesLast: tally.trips.closed.slice(-TRADES_SHOWN).map((trade) => tradeReport(trade, options.scale)),
    orders: { ...tally.orders },
    receipts: { ...tally.receipts },
    deniedByRule: [...tally.rules.values()]
      .sort((a, b) => b.denied + b.reduced - (a.denied + a.reduced))
      .map((count) => ruleReport(state, count)),
    faults: tally.faults,
    equityHistory: equityHistory(tally.equity, tally.flows),
  };
}

function accountReport(
  state: StateView,
  tally: Tally,
  figures: Figures,
  options: Readonly<{ scale: number; days: Days; rows: readonly PortfolioTally[] }>,
): BacktestReport["account"] {
  const all = new PortfolioTally();
  for (const row of options.rows) {
    all.tradedNotional += row.tradedNotional;
    for (const trade of row.trips.closed) all.trips.closed.push(trade);
  }
  for (const point of tally.accountEquity) all.equity.push(point);
  for (const flow of tally.accountFlows) all.flows.push(flow);
  const { account } = state;
  return {
    id: account?.id ?? "",
    venue: account?.venue ?? "",
    mode: account?.mode ?? "backtest",
    baseCurrency: account?.base.id ?? "",
    ...columnsOf(figures, options.scale),
    ...figuresOf(performanceOf(inputOf(all, figures, options))),
    orders: sumOf<OrderCounts>(
      options.rows.map((row) => row.orders),
      all.orders,
    ),
    receipts: sumOf<ReceiptCounts>(
      options.rows.map((row) => row.receipts),
      all.receipts,
    ),
    equityHistory: equityHistory(all.equity, all.flows),
  };
}

/** Days that count as observations, and how many make a year. Null: all of them. */
type Days = Readonly<{ counted: ReadonlySet<number> | null; periodsPerYear: number }>;

/**
 * Where something never closes, every day of the calendar. Where all is traded in sessions, days with bars: equity is marked at every
 * midnight, and a weekend would be two days without movement of which 252 make a year.
 */
function daysOf({ series, instruments }: Prices): Days {
  if (instruments.some((each) => each.calendar === "24/7")) return { counted: null, periodsPerYear: 365 };
  const counted = new Set<number>();
  for (const { closeAt } of series) for (const at of closeAt) counted.add(dayOf(at));
  return { counted, periodsPerYear: 252 };
}

function inputOf(tally: PortfolioTally, figures: Figures, options: Readonly<{ scale: number; days: Days }>): PerformanceInput {
  const { counted, periodsPerYear } = options.days;
  return {
    equity: counted === null ? tally.equity : tally.equity.filter(({ at }) => counted.has(dayOf(at))),
    flows: tally.flows,
    trades: tally.trips.closed,
    fees: approximate(figures.fees, options.scale),
    tradedNotional: tally.tradedNotional,
    periodsPerYear,
  };
}

function tradeReport(trade: PortfolioTally["trips"]["closed"][number], scale: number): TradeReport {
  const money = (value: number): string => value.toFixed(Math.min(scale, 2));
  return {
    instrument: trade.instrument,
    direction: trade.direction,
    quantity: String(trade.quantity),
    openedAt: isoOf(trade.openedAt),
    closedAt: isoOf(trade.closedAt),
    entryPrice: trade.entryPrice.toFixed(4),
    exitPrice: trade.exitPrice.toFixed(4),
    realizedPnl: money(trade.realizedPnl),
    fees: money(trade.fees),
  };
}

function ruleReport(state: StateView, { reduced, denied, last, at }: RuleCount): RuleReceipts {
  const scale = state.listings.get(last.instrument)?.base.scale ?? 0;
  const { rule, scope, instrument, side, asked, allowed } = last;
  const shown = { at: isoOf(at), instrument, side, asked: formatAmount(asked, scale), allowed: formatAmount(allowed, scale) };
  return { rule: rule ?? "", scope: scope ?? "", reduced, denied, last: shown };
}

/** Counts added key by key. */
function sumOf<Counts extends Readonly<Record<string, number>>>(all: readonly Counts[], zero: Counts): Counts {
  const sums: Record<string, number> = { ...zero };
  for (const counts of all) for (const [key, count] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + count;
  return sums as Counts;
}

function periodOf(prices: Prices): BacktestReport["period"] {
  const { series } = prices;
  const from = Math.min(...series.map((each) => each.openAt[0] ?? Number.POSITIVE_INFINITY));
  const to = Math.max(...series.map((each) => each.closeAt[each.length - 1] ?? Number.NEGATIVE_INFINITY));
  return { from: isoOf(from), to: isoOf(to), resolution: resolutionsOf(prices) };
}
