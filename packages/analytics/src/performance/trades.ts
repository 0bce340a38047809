import type { InstantMs, InstrumentId } from "@bulkhead/core";
import { quotient } from "./quotient.ts";
import { mean } from "./volatility.ts";

/**
 * A round trip: a position opened and closed. `realizedPnl` is before `fees` (positive = paid), both base currency; `quantity` is never
 * negative, `direction` says long or short. float64, for statistics only.
 */
export type ClosedTrade = Readonly<{
  openedAt: InstantMs;
  closedAt: InstantMs;
  realizedPnl: number;
  fees: number;
  instrument: InstrumentId;
  direction: "long" | "short";
  quantity: number;
  entryPrice: number;
  exitPrice: number;
}>;

/**
 * Figures over closed trades, by **net** P&L (realized − fees): what fees turned into a loss is no win. Losses keep their minus sign.
 * Every figure that would divide by nothing is null.
 */
export type TradeStatistics = Readonly<{
  trades: number;
  wins: number;
  losses: number;
  /** wins ÷ trades; a trade that nets exactly 0 is neither won nor lost, and counts below the line. */
  winRate: number | null;
  /** Σ net of wins ÷ |Σ net of losses|; null without losses. */
  profitFactor: number | null;
  averageWin: number | null;
  averageLoss: number | null;
  /** averageWin ÷ |averageLoss|. */
  payoff: number | null;
  largestWin: number | null;
  largestLoss: number | null;
  consecutiveWinsMax: number;
  consecutiveLossesMax: number;
  /** Net P&L of the average trade, base currency. */
  expectancy: number | null;
  holdingMsAverage: number | null;
}>;

/** S1.17, S1.26. Trades count in order of closing; the order given decides between equal instants. */
export function tradeStatistics(closed: readonly ClosedTrade[]): TradeStatistics {
  const nets = closed.toSorted((a, b) => a.closedAt - b.closedAt).map((trade) => netOf(trade));
  const wins = nets.filter((net) => net > 0);
  const losses = nets.filter((net) => net < 0);
  const averageWin = mean(wins);
  const averageLoss = mean(losses);
  return {
    trades: nets.length,
    wins: wins.length,
    losses: losses.length,
    winRate: nets.length === 0 ? null : wins.length / nets.length,
    profitFactor: losses.length === 0 ? null : quotient(sum(wins), -sum(losses)),
    averageWin,
    averageLoss,
    payoff: averageWin === null || averageLoss === null ? null : quotient(averageWin, -averageLoss),
    largestWin: wins.length === 0 ? null : wins.reduce((most, net) => Math.max(most, net)),
    largestLoss: losses.length === 0 ? null : losses.reduce((least, net) => Math.min(least, net)),
    consecutiveWinsMax: longestRun(nets, (net) => net > 0),
    consecutiveLossesMax: longestRun(nets, (net) => net < 0),
    expectancy: mean(nets),
    holdingMsAverage: mean(closed.map((trade) => trade.closedAt - trade.openedAt)),
  };
}

function netOf(trade: ClosedTrade): number {
  const net = trade.realizedPnl - trade.fees;
  if (!Number.isFinite(net)) throw new RangeError(`TRADE_NOT_FINITE: instrument=${trade.instrument}, closedAt=${trade.closedAt}`);
  return net;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function longestRun(nets: readonly number[], counts: (net: number) => boolean): number {
  let run = 0;
  let longest = 0;
  for (const net of nets) {
    run = counts(net) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
