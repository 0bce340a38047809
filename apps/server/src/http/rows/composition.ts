import type { Explained } from "@bulkhead/contract";
import { costOf, inBase, type Listing, marketValue, type Portfolio, type StateView, type View } from "@bulkhead/core";
import { absolute, add, isZero, type Money, negate, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { z } from "zod";
import { baseText, figuresOf, iso, moneyText, priceText, quantityText } from "./figures.ts";

type Part = z.infer<typeof Explained>["parts"][number];

/** Figures that are sums of others, at the journaled marks and rates. */
export const COMPOSED = ["equity", "exposure", "unrealized_pnl", "net_pnl", "total_profit_loss"] as const;
export type Composed = (typeof COMPOSED)[number];
export const isComposed = (figure: string): figure is Composed => (COMPOSED as readonly string[]).includes(figure);

/** One portfolio's share of a sum: what adds up to it, and each part's name for asking further. */
type Found = Readonly<{ amount: Money; part: Omit<Part, "amount" | "portfolio_id" | "name"> }>;

/**
 * A figure with the parts that add up to it, to the last unit: of several portfolios what each adds, of one what it consists of. What cannot
 * be converted into base currency is left out, as in the figure.
 */
export function compositionOf(
  state: StateView,
  portfolios: readonly View<Portfolio>[],
  figure: Composed,
): Readonly<{ balance: string; parts: readonly Part[] }> {
  const [only] = portfolios;
  const found = portfolios.map((portfolio) => ({ portfolio, parts: PARTS[figure](state, portfolio) }));
  const totals = found.map(({ portfolio, parts }) => ({
    portfolio,
    total: parts.reduce((sum, { amount }) => add(sum, amount), ZERO_MONEY),
  }));
  const shown = (portfolio: View<Portfolio>, { amount, part }: Found): Part => {
    const name = portfolio.settings.name === "" ? portfolio.id : portfolio.settings.name;
    return { portfolio_id: portfolio.id, name, ...part, amount: baseText(state, amount) };
  };
  return {
    balance: baseText(
      state,
      totals.reduce((sum, { total }) => add(sum, total), ZERO_MONEY),
    ),
    parts:
      portfolios.length === 1 && only !== undefined
        ? (found[0]?.parts ?? []).map((each) => shown(only, each))
        : totals.map(({ portfolio, total }) => shown(portfolio, sum(figure, total))),
  };
}

const PARTS: Readonly<Record<Composed, (state: StateView, portfolio: View<Portfolio>) => readonly Found[]>> = {
  equity: (state, portfolio) => [
    ...cashOf(state, portfolio),
    ...holdingsOf(state, portfolio, ({ listing, value, cost }) =>
      listing.instrument.settlement === "full" ? value : subtract(value, cost ?? value),
    ),
  ],
  exposure: (state, portfolio) => holdingsOf(state, portfolio, ({ value }) => value, absolute),
  unrealized_pnl: (state, portfolio) =>
    holdingsOf(state, portfolio, ({ value, cost }) => (cost === undefined ? undefined : subtract(value, cost))),
  net_pnl: (state, portfolio) => {
    const { realized, unrealized, income, fees } = figuresOf(state, portfolio);
    return [sum("realized_pnl", realized), sum("unrealized_pnl", unrealized), sum("income", income), sum("fees", negate(fees))];
  },
  total_profit_loss: (state, portfolio) => {
    const { equity, contributions } = figuresOf(state, portfolio);
    return [sum("equity", equity), sum("capital", negate(contributions))];
  },
};

const PLAIN = { instrument: null, asset: null, quantity: null, mark: null, marked_at: null, cost_basis: null, currency: null };

const sum = (figure: string, amount: Money): Found => ({ amount, part: { ...PLAIN, figure } });

/** Cash by asset: each is made of postings. */
function cashOf(state: StateView, portfolio: View<Portfolio>): readonly Found[] {
  return [...portfolio.ledger].flatMap(([asset, balances]) => {
    const amount = isZero(balances.cash) ? undefined : inBase(state, asset, balances.cash as Money);
    return amount === undefined ? [] : [{ amount, part: { ...PLAIN, figure: "cash", asset } }];
  });
}

type Holding = Readonly<{ listing: Listing; value: Money; cost: Money | undefined }>;

function holdingsOf(
  state: StateView,
  portfolio: View<Portfolio>,
  worthOf: (holding: Holding) => Money | undefined,
  turned: (amount: Money) => Money = (amount) => amount,
): readonly Found[] {
  return [...portfolio.holdings].flatMap(([asset, holding]) => {
    const listing = state.primary.get(asset) as Listing | undefined;
    if (listing === undefined) return [];
    const value = marketValue(state, holding, listing);
    if (value === undefined) return [];
    const cost = costOf(state, holding, listing);
    const worth = worthOf({ listing, value, cost });
    const based = worth === undefined ? undefined : inBase(state, listing.quote.id, worth);
    if (based === undefined) return [];
    const mark = state.marks.get(listing.instrument.id);
    const part = {
      figure: null,
      instrument: listing.instrument.id,
      asset: listing.base.id,
      quantity: quantityText(listing, holding.quantity),
      mark: mark === undefined ? null : priceText(listing, mark.price),
      marked_at: mark === undefined ? null : iso(mark.at),
      cost_basis: cost === undefined ? null : moneyText(listing, cost),
      currency: listing.quote.id,
    };
    return [{ amount: turned(based), part }];
  });
}
