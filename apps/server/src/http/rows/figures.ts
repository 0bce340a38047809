import {
  type Asset,
  type AssetId,
  availableCash,
  balanceOf,
  costOf,
  inBase,
  type Listing,
  marketValue,
  type Portfolio,
  type StateView,
  type View,
  valuePortfolio,
} from "@bulkhead/core";
import {
  type Amount,
  add,
  type Exact,
  formatAmount,
  formatRatio,
  isPositive,
  type Money,
  type Price,
  type Quantity,
  ratioBetween,
  subtract,
  ZERO_MONEY,
  ZERO_RATIO,
} from "@bulkhead/money";

/** The account's base currency; a desk's account is always open. */
export function baseOf(state: StateView): Asset {
  const base = state.account?.base;
  if (base === undefined) throw new Error("ACCOUNT_NOT_OPEN");
  return base;
}

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null | undefined): string | null => (at === null || at === undefined ? null : iso(at));

/** Base currency as text. */
export const baseText = (state: StateView, amount: Money): string => formatAmount(amount, baseOf(state).scale);
export const amountText = (asset: Asset, amount: Amount): string => formatAmount(amount, asset.scale);
export const priceText = (listing: Listing, price: Price): string => formatAmount(price, listing.instrument.priceScale);
export const quantityText = (listing: Listing, quantity: Quantity): string => formatAmount(quantity, listing.base.scale);
export const moneyText = (listing: Listing, money: Money): string => formatAmount(money, listing.quote.scale);
export const orNull = <T extends Exact>(value: View<T> | T | null | undefined, show: (value: T) => string): string | null =>
  value === null || value === undefined ? null : show(value as T);

/** A portfolio's figures in base currency, at the journaled marks and rates. */
export type Figures = Readonly<{
  cash: Money;
  available: Money;
  equity: Money;
  grossExposure: Money;
  netExposure: Money;
  contributions: Money;
  realized: Money;
  unrealized: Money;
  income: Money;
  fees: Money;
  dayPnl: Money;
  highWaterMark: Money;
  /** When the oldest price in it was taken; null where nothing that is held was marked. */
  markedAt: number | null;
  /** False where a rate is missing: what could not be converted is left out. */
  complete: boolean;
}>;

export function figuresOf(state: StateView, portfolio: View<Portfolio>): Figures {
  const { equity, grossExposure, netExposure, complete } = valuePortfolio(state, portfolio);
  const totals = new Totals(state);
  const ledger = totals.ofLedger(portfolio);
  const unrealized = totals.unrealized(portfolio);
  const base = baseOf(state).id;
  const { day } = portfolio;
  return {
    ...ledger,
    unrealized,
    available: availableCash(state, portfolio, base),
    equity,
    grossExposure,
    netExposure,
    contributions: portfolio.contributions as Money,
    dayPnl: day === null ? ZERO_MONEY : subtract(subtract(equity, day.startEquity as Money), day.flows as Money),
    highWaterMark: portfolio.highWaterMark as Money,
    markedAt: markedAt(state, portfolio),
    complete: complete && totals.complete,
  };
}

const older = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b));

function markedAt(state: StateView, { holdings }: View<Portfolio>): number | null {
  let oldest: number | null = null;
  for (const asset of holdings.keys()) {
    const listing = state.primary.get(asset);
    oldest = older(oldest, (listing === undefined ? undefined : state.marks.get(listing.instrument.id))?.at ?? null);
  }
  return oldest;
}

/** Sums in base currency that notice what they could not convert. */
class Totals {
  complete = true;
  readonly #state: StateView;

  constructor(state: StateView) {
    this.#state = state;
  }

  ofLedger(portfolio: View<Portfolio>): Pick<Figures, "cash" | "realized" | "income" | "fees"> {
    let [cash, realized, income, fees] = [ZERO_MONEY, ZERO_MONEY, ZERO_MONEY, ZERO_MONEY];
    for (const asset of portfolio.ledger.keys()) {
      if (this.#state.assets.get(asset)?.kind !== "cash") continue;
      const of = (account: Parameters<typeof balanceOf>[2]): Money =>
        this.#based(asset, balanceOf(portfolio.ledger, asset, account) as Money);
      cash = add(cash, of("cash"));
      realized = subtract(realized, of("realized"));
      for (const account of ["income", "dividends", "funding", "interest"] as const) income = subtract(income, of(account));
      fees = add(add(fees, of("fees")), of("model-costs"));
    }
    return { cash, realized, income, fees };
  }

  unrealized(portfolio: View<Portfolio>): Money {
    let sum = ZERO_MONEY;
    for (const [asset, holding] of portfolio.holdings) {
      const listing = this.#state.primary.get(asset) as Listing | undefined;
      if (listing === undefined) continue;
      const value = marketValue(this.#state, holding, listing);
      const cost = costOf(this.#state, holding, listing);
      if (value === undefined || cost === undefined) this.complete = false;
      else sum = add(sum, this.#based(listing.quote.id, subtract(value, cost)));
    }
    return sum;
  }

  #based(asset: AssetId, amount: Money): Money {
    const based = inBase(this.#state, asset, amount);
    if (based === undefined) this.complete = false;
    return based ?? ZERO_MONEY;
  }
}

/** Net P&L: realized + unrealized + income − fees. */
export const netPnl = ({ realized, unrealized, income, fees }: Figures): Money => subtract(add(add(realized, unrealized), income), fees);

/** A fraction of the highest equity, zero or more. */
export function drawdownText({ highWaterMark, equity }: Figures): string {
  const fall = subtract(highWaterMark, equity);
  return formatRatio(isPositive(highWaterMark) && isPositive(fall) ? ratioBetween(fall, highWaterMark) : ZERO_RATIO);
}

/** Figures of several portfolios added up; drawdowns do not add, so the sums' own is given. */
export function sumOf(all: readonly Figures[]): Figures {
  const sum = (field: Exclude<keyof Figures, "complete" | "markedAt">): Money =>
    all.reduce((total, figures) => add(total, figures[field]), ZERO_MONEY);
  return {
    cash: sum("cash"),
    available: sum("available"),
    equity: sum("equity"),
    grossExposure: sum("grossExposure"),
    netExposure: sum("netExposure"),
    contributions: sum("contributions"),
    realized: sum("realized"),
    unrealized: sum("unrealized"),
    income: sum("income"),
    fees: sum("fees"),
    dayPnl: sum("dayPnl"),
    highWaterMark: sum("highWaterMark"),
    markedAt: all.reduce<number | null>((oldest, figures) => older(oldest, figures.markedAt), null),
    complete: all.every((figures) => figures.complete),
  };
}
