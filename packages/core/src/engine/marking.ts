import type { Money } from "@bulkhead/money";
import { add, greatest, isPositive, isZero, ratioBetween, subtract, unitsOf, ZERO_MONEY, ZERO_RATIO } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { inBase, valuePortfolio } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf, Mark } from "./commands.ts";
import type { Event, PortfolioDay } from "./events.ts";
import { done, refuse, type Step } from "./step.ts";

/** Journals marks and rates, and every portfolio's equity at them (MARK-1). */
export function markAccount(state: StateView, command: CommandOf<"MarkAccount">): Step {
  for (const mark of command.marks) {
    if (!state.listings.has(mark.instrument)) return refuse("INSTRUMENT_UNKNOWN", { instrument: mark.instrument });
    if (!isPositive(mark.price) || !Number.isSafeInteger(unitsOf(mark.price)))
      return refuse("MARK_INVALID", { instrument: mark.instrument });
  }
  for (const rate of command.rates) {
    if (state.assets.get(rate.asset)?.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: rate.asset });
    if (!isPositive(rate.rate) || !Number.isSafeInteger(unitsOf(rate.rate))) return refuse("MARK_INVALID", { asset: rate.asset });
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
  const primary = new Map(state.primary);
  const marked = { ...state, marks, rates, primary };
  valueByLatestMarks(marked, command.marks);
  return marked;
}

type Valued = Pick<StateView, "account" | "listings" | "marks" | "rates"> & { readonly primary: Map<AssetId, Listing> };

/** Of the listings of one asset, the one with the latest mark says what the asset is worth, where its currency has a rate (MARK-2). */
export function valueByLatestMarks(state: Valued, marks: readonly Mark[]): void {
  const hasRate = (listing: Listing): boolean => listing.quote.id === state.account?.base.id || state.rates.has(listing.quote.id);
  for (const { instrument, at } of marks) {
    const listing = state.listings.get(instrument);
    const current = listing === undefined ? undefined : state.primary.get(listing.base.id);
    if (listing === undefined || current === undefined || current === listing || !hasRate(listing)) continue;
    const known = state.marks.get(current.instrument.id);
    if (known === undefined || known.at < at || !hasRate(current)) state.primary.set(listing.base.id, listing);
  }
}

/** Fees paid since the day began, each asset's in base currency at the rate now; what has no rate is left out (MARK-8). */
function feesSince(state: StateView, portfolio: View<Portfolio>, before: ReadonlyMap<AssetId, Money>): Money {
  let total = ZERO_MONEY;
  for (const [asset, balances] of portfolio.ledger) {
    const paid = subtract(balances.fees as Money, before.get(asset) ?? ZERO_MONEY);
    total = add(total, inBase(state, asset, paid) ?? ZERO_MONEY);
  }
  return total;
}

/** Fees ever paid, by asset. */
export function feesPaid(portfolio: View<Portfolio>): Map<AssetId, Money> {
  const paid = new Map<AssetId, Money>();
  for (const [asset, balances] of portfolio.ledger) if (!isZero(balances.fees)) paid.set(asset, balances.fees as Money);
  return paid;
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
    else valuePortfolio(state, portfolio); // What the day begins with must be a figure, too.
  }
  events.push({ type: "DayRolled", date: command.date, nextBoundaryAt: command.nextBoundaryAt, portfolios: command.portfolios, days });
  return done(events);
}

function closeDay(state: StateView, portfolio: View<Portfolio>, day: NonNullable<View<Portfolio>["day"]>): PortfolioDay {
  const endEquity = valuePortfolio(state, portfolio).equity;
  const fees = feesSince(state, portfolio, day.feesBefore);
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
