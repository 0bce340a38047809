import type { MoneyColumns, PositionReport } from "@bulkhead/analytics";
import { costOf, inBase, type Listing, marketValue, type Portfolio, type StateView, type View, valuePortfolio } from "@bulkhead/core";
import { absolute, add, averagePrice, formatAmount, isZero, type Money, moneyOfUnits, negate, subtract } from "@bulkhead/money";
import { isoOf } from "./tally.ts";

/** The money of one portfolio in base currency, exact: equity = startingCash + flows + realized + unrealized − fees + income. */
export type Figures = Readonly<Record<keyof MoneyColumns, Money>>;

const ZERO = moneyOfUnits(0);
export const NO_FIGURES: Figures = {
  startingCash: ZERO,
  flows: ZERO,
  realizedPnl: ZERO,
  unrealizedPnl: ZERO,
  fees: ZERO,
  income: ZERO,
  cash: ZERO,
  marketValue: ZERO,
  equity: ZERO,
};

/** Figures of a portfolio out of the engine's tables, at the last marks. */
export function figuresFor(state: StateView, portfolio: View<Portfolio>, startingCash: Money): Figures {
  const { equity } = valuePortfolio(state, portfolio);
  let cash = ZERO;
  let realizedPnl = ZERO;
  let fees = ZERO;
  for (const [asset, balances] of portfolio.ledger) {
    const based = (amount: Money): Money => inBase(state, asset, amount) ?? ZERO;
    cash = add(cash, state.assets.get(asset)?.kind === "cash" ? based(balances.cash as Money) : ZERO);
    realizedPnl = add(realizedPnl, negate(based(balances.realized as Money)));
    fees = add(fees, based(balances.fees as Money));
  }
  const held = positionsIn(state, portfolio);
  const unrealizedPnl = held.reduce((sum, each) => add(sum, each.unrealized), ZERO);
  const flows = subtract(portfolio.contributions, startingCash);
  const known = subtract(add(add(add(startingCash, flows), realizedPnl), unrealizedPnl), fees);
  // Everything else that moved equity: dividends, interest, funding, borrow, rounding, and gains on currencies.
  const income = subtract(equity, known);
  return { startingCash, flows, realizedPnl, unrealizedPnl, fees, income, cash, marketValue: subtract(equity, cash), equity };
}

/** Column by column. */
export function addFigures(a: Figures, b: Figures): Figures {
  const sum = (key: keyof Figures): Money => add(a[key], b[key]);
  return {
    startingCash: sum("startingCash"),
    flows: sum("flows"),
    realizedPnl: sum("realizedPnl"),
    unrealizedPnl: sum("unrealizedPnl"),
    fees: sum("fees"),
    income: sum("income"),
    cash: sum("cash"),
    marketValue: sum("marketValue"),
    equity: sum("equity"),
  };
}

/** Figures as the report's decimal text. */
export function columnsOf(figures: Figures, scale: number): MoneyColumns {
  const text = (amount: Money): string => formatAmount(amount, scale, 2);
  return {
    startingCash: text(figures.startingCash),
    flows: text(figures.flows),
    realizedPnl: text(figures.realizedPnl),
    unrealizedPnl: text(figures.unrealizedPnl),
    fees: text(figures.fees),
    income: text(figures.income),
    cash: text(figures.cash),
    marketValue: text(figures.marketValue),
    equity: text(figures.equity),
  };
}

type Held = Readonly<{ listing: Listing; value: Money; unrealized: Money; report: PositionReport }>;

/** Positions of a portfolio in order of their assets; money in base currency, prices in the instrument's. */
export function positionsIn(state: StateView, portfolio: View<Portfolio>): readonly Held[] {
  const scale = state.account?.base.scale ?? 0;
  return [...portfolio.holdings].flatMap(([asset, holding]) => {
    const listing = state.primary.get(asset);
    if (listing === undefined || isZero(holding.quantity)) return [];
    const { instrument, base, quote, terms } = listing;
    const cost = costOf(state, holding, listing) ?? ZERO;
    const value = marketValue(state, holding, listing) ?? ZERO;
    const mark = state.marks.get(instrument.id);
    const worth = inBase(state, quote.id, value) ?? ZERO;
    const unrealized = inBase(state, quote.id, subtract(value, cost)) ?? ZERO;
    const entry = averagePrice(absolute(cost), absolute(holding.quantity), terms);
    const report: PositionReport = {
      instrument: instrument.id,
      quantity: formatAmount(holding.quantity, base.scale),
      averageEntryPrice: formatAmount(entry, instrument.priceScale, 2),
      mark: formatAmount(mark?.price ?? entry, instrument.priceScale, 2),
      markAt: mark === undefined ? null : isoOf(mark.at),
      marketValue: formatAmount(worth, scale, 2),
      unrealizedPnl: formatAmount(unrealized, scale, 2),
    };
    return [{ listing, value: worth, unrealized, report }];
  });
}
