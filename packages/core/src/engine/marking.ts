import type { Money } from "@bulkhead/money";
import { add, greatest, isPositive, ratioBetween, subtract, ZERO_MONEY, ZERO_RATIO } from "@bulkhead/money";
import { inBase, valuePortfolio } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf } from "./commands.ts";
import type { Event, PortfolioDay } from "./events.ts";
import { done, refuse, type Step } from "./step.ts";

/** Journals marks and rates, and every portfolio's equity at them (MARK-1). */
export function markAccount(state: StateView, command: CommandOf<"MarkAccount">): Step {
  for (const mark of command.marks) {
    if (!state.listings.has(mark.instrument)) return refuse("INSTRUMENT_UNKNOWN", { instrument: mark.instrument });
    if (!isPositive(mark.price)) return refuse("MARK_INVALID", { instrument: mark.instrument });
  }
  for (const rate of command.rates) {
    if (state.assets.get(rate.asset)?.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: rate.asset });
    if (!isPositive(rate.rate)) return refuse("MARK_INVALID", { asset: rate.asset });
  }
  const marked = withMarks(state, command);
  const equities = [...marked.portfolios.values()].map((portfolio) => {
    const { equity, grossExposure, netExposure } = valuePortfolio(marked, portfolio);
    return { portfolio: portfolio.id, equity, grossExposure, netExposure };
  });
  return done([{ type: "AccountMarked", marks: command.marks, rates: command.rates, equities }]);
}

/** The tables as they will be with the command's marks. */
function withMarks(state: StateView, command: CommandOf<"MarkAccount">): StateView {
  const marks = new Map(state.marks);
  const rates = new Map(state.rates);
  for (const { instrument, price, at, source } of command.marks) marks.set(instrument, { price, at, source });
  for (const { asset, rate, at, source } of command.rates) rates.set(asset, { rate, at, source });
  return { ...state, marks, rates };
}

/** Σ fees ever paid, in base currency; what has no rate is left out. */
export function totalFees(state: StateView, portfolio: View<Portfolio>): Money {
  let total = ZERO_MONEY;
  for (const [asset, balances] of portfolio.ledger) total = add(total, inBase(state, asset, balances.fees as Money) ?? ZERO_MONEY);
  return total;
}

/** Closes the portfolios' day and begins the next; reporting only, never gating (S2.14, C2). */
export function rollDay(state: StateView, command: CommandOf<"RollDay">): Step {
  const days: PortfolioDay[] = [];
  const events: Event[] = [];
  for (const id of command.portfolios) {
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
    if (portfolio.day !== null && command.date <= portfolio.day.date) return refuse("DATE_BACKWARD", { portfolio: id, date: command.date });
    if (portfolio.day !== null) days.push(closeDay(state, portfolio, portfolio.day));
  }
  events.push({ type: "DayRolled", date: command.date, nextBoundaryAt: command.nextBoundaryAt, portfolios: command.portfolios, days });
  return done(events);
}

function closeDay(state: StateView, portfolio: View<Portfolio>, day: NonNullable<View<Portfolio>["day"]>): PortfolioDay {
  const endEquity = valuePortfolio(state, portfolio).equity;
  const fees = subtract(totalFees(state, portfolio), day.feesBefore);
  const netPnl = subtract(subtract(endEquity, day.startEquity), day.flows);
  const high = greatest(day.high, endEquity);
  const fall = greatest(day.fall, subtract(high, endEquity));
  return {
    portfolio: portfolio.id,
    date: day.date,
    timeZone: portfolio.settings.timeZone,
    startEquity: day.startEquity,
    endEquity,
    flows: day.flows,
    grossPnl: add(netPnl, fees),
    fees,
    netPnl,
    drawdown: isPositive(high) ? ratioBetween(fall, high) : ZERO_RATIO,
  };
}
