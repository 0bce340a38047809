import {
  availableCash,
  type InstantMs,
  type InstrumentId,
  type Portfolio,
  type PortfolioId,
  type StateView,
  type View,
  valuePortfolio,
} from "@bulkhead/core";
import {
  isNegative,
  type Money,
  moneyOfUnits,
  type Price,
  powerOfTen,
  type Quantity,
  type Ratio,
  unitsOf,
  ZERO_MONEY,
} from "@bulkhead/money";

/** Cash of the base currency that is to go from one portfolio to another, and why. */
export type Move = Readonly<{
  from: PortfolioId;
  to: PortfolioId;
  amount: Money;
  why: string;
  /** Of a sweep over a high-water mark: up to where its portfolio's profit is swept then. */
  sweptUpTo: Money | null;
}>;

/** How a portfolio stands in a plan; money in base currency. */
export type Share = Readonly<{
  portfolio: PortfolioId;
  equity: Money;
  /** Cash that may leave it: neither reserved nor held for shorts and margin. */
  free: Money;
  /** Its part of the pool, and what that is to be; null where nothing is aimed at. */
  weight: Ratio | null;
  target: Ratio | null;
  /** More (less where negative) that it is to have. */
  wants: Money;
}>;

/** A sale that is to bring cash for a rebalance; `value` is what it would bring at its quote. */
export type Sell = Readonly<{
  portfolio: PortfolioId;
  instrument: InstrumentId;
  quantity: Quantity;
  value: Money;
  quote: Price;
  quoteAt: InstantMs;
}>;

/** What a schedule would do now. `short` is what it would move besides if the cash were free, or worth a transfer. */
export type Plan = Readonly<{
  shares: readonly Share[];
  moves: readonly Move[] /** Only where selling was asked for. */;
  sells: readonly Sell[];
  short: Money;
  drift: Ratio | null;
  withinDrift: boolean;
}>;

/** Why there is no plan. */
export type PlanTrouble = Readonly<{
  code: "PORTFOLIO_UNKNOWN" | "PORTFOLIO_ARCHIVED" | "CAPITAL_NOT_VALUED" | "CAPITAL_POOL_EMPTY" | "CAPITAL_FROZEN";
  params: Readonly<Record<string, string>>;
}>;
export type Planned = Readonly<{ ok: true; plan: Plan } | { ok: false; trouble: PlanTrouble }>;

export const troubled = (code: PlanTrouble["code"], params: PlanTrouble["params"]): Planned => ({ ok: false, trouble: { code, params } });

/** A portfolio with what it is worth at the journaled marks and what of it is free; or why that cannot be said. */
export type Valued = Readonly<{ portfolio: View<Portfolio>; equity: Money; free: Money }>;

export function valued(state: StateView, named: string): Valued | PlanTrouble {
  const portfolio = state.portfolios.get(named as PortfolioId);
  const base = state.account?.base.id;
  if (portfolio === undefined || base === undefined) return { code: "PORTFOLIO_UNKNOWN", params: { portfolio: named } };
  if (portfolio.archived) return { code: "PORTFOLIO_ARCHIVED", params: { portfolio: named } };
  const { equity, complete } = valuePortfolio(state, portfolio);
  if (!complete) return { code: "CAPITAL_NOT_VALUED", params: { portfolio: named } };
  const available = availableCash(state, portfolio, base);
  return { portfolio, equity, free: isNegative(available) ? ZERO_MONEY : available };
}

export const isTrouble = (value: Valued | PlanTrouble): value is PlanTrouble => "code" in value;

/** Whole cents (whole units in currencies without cents), rounded down: nobody wants a transfer of 0.004217. */
export function inCents(amount: Money, scale: number): Money {
  const step = powerOfTen(scale === CENTLESS_SCALE ? scale : Math.max(0, scale - 2));
  return moneyOfUnits(Math.trunc(unitsOf(amount) / step) * step);
}

/** Decimal places that currencies without cents are kept with. */
const CENTLESS_SCALE = 4;
