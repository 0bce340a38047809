import {
  freeUnits,
  type InstantMs,
  type InstrumentId,
  type Listing,
  marketValue,
  type PortfolioId,
  type StateView,
  UNATTRIBUTED,
} from "@bulkhead/core";
import {
  absolute,
  add,
  greatest,
  isLess,
  isMore,
  isPositive,
  isZero,
  least,
  type Money,
  type Price,
  proportion,
  type Quantity,
  quantityFor,
  roundToStep,
  subtract,
  valueOf,
  ZERO_MONEY,
} from "@bulkhead/money";
import type { Unstamped } from "../desk.ts";
import type { Plan, Sell, Share } from "./plan.ts";

/** The price that an order is decided on; null where there is none. */
export type QuoteOf = (instrument: InstrumentId) => Readonly<{ price: Price; at: InstantMs }> | null;

/**
 * What would have to be sold where free cash is not enough: of each who has too much, the same part of every long position in base currency,
 * as far as it is free. Rounded up to what can be traded, so that a little more arrives than is lacking.
 */
export function planSells(state: StateView, { shares, moves }: Plan, quoteOf: QuoteOf): readonly Sell[] {
  return shares.flatMap((share) => {
    if (share.portfolio === UNATTRIBUTED) return []; // Whatever nobody claimed is nobody's to sell.
    const moved = moves.filter(({ from }) => from === share.portfolio).reduce((sum, { amount }) => add(sum, amount), ZERO_MONEY);
    const excess = isPositive(share.wants) ? ZERO_MONEY : absolute(share.wants);
    const lacking = subtract(excess, greatest(moved, least(excess, share.free)));
    return isPositive(lacking) ? sellsOf(state, share, lacking, quoteOf) : [];
  });
}

type Position = Readonly<{ listing: Listing; value: Money; free: Quantity; quote: NonNullable<ReturnType<QuoteOf>> }>;

function sellsOf(state: StateView, share: Share, lacking: Money, quoteOf: QuoteOf): readonly Sell[] {
  const positions = positionsOf(state, share.portfolio, quoteOf);
  const total = positions.reduce((sum, { value }) => add(sum, value), ZERO_MONEY);
  if (isZero(total)) return [];
  return positions.flatMap(({ listing, value, free, quote }): Sell[] => {
    const { sizeIncrement, quantityMin, notionalMin, id } = listing.instrument;
    const wanted = least(proportion(lacking, value, total, "up"), value);
    const enough = quantityFor(wanted, quote.price, listing.terms, sizeIncrement);
    const more = isLess(valueOf(enough, quote.price, listing.terms), wanted) ? add(enough, sizeIncrement) : enough;
    const quantity = roundToStep(least(more, free), sizeIncrement, "down");
    const worth = valueOf(quantity, quote.price, listing.terms);
    if (isZero(quantity) || isLess(quantity, quantityMin) || isLess(worth, notionalMin)) return [];
    return [{ portfolio: share.portfolio, instrument: id, quantity, value: worth, quote: quote.price, quoteAt: quote.at }];
  });
}

function positionsOf(state: StateView, id: PortfolioId, quoteOf: QuoteOf): readonly Position[] {
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) return [];
  return [...portfolio.holdings].flatMap(([asset, holding]): Position[] => {
    const listing = state.primary.get(asset) as Listing | undefined;
    if (listing === undefined || listing.instrument.settlement !== "full" || listing.quote.id !== state.account?.base.id) return [];
    const quote = quoteOf(listing.instrument.id);
    const value = marketValue(state, holding, listing);
    if (quote === null || value === undefined || !isMore(value, ZERO_MONEY)) return [];
    return [{ listing, value, free: freeUnits(state, portfolio, asset), quote }];
  });
}

/** The order of a sale; `intentId` makes it once, whatever is retried. */
export function orderOf(
  sell: Sell,
  { by, why, intentId }: Readonly<{ by: string; why: string; intentId: string }>,
): Extract<Unstamped, { type: "PlaceOrder" }> {
  const { portfolio, instrument, quantity, quote, quoteAt } = sell;
  return {
    type: "PlaceOrder",
    by,
    portfolio,
    terms: { instrument, side: "sell", quantity, orderType: "market", limit: null, stop: null, timeInForce: "day", expiresAt: null },
    origin: "person",
    sizing: "reduce",
    reduceOnly: true,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote,
    quoteAt,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why,
    intentId,
  };
}
