import type { Amount, Money, Price, Quantity, Ratio } from "@bulkhead/money";
import {
  add,
  divide,
  greatest,
  isMore,
  isNegative,
  isZero,
  multiply,
  ONE,
  quantityFor,
  subtract,
  unconvert,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { AccountSettings } from "../account.ts";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { Holdback, OrderTerms, Side } from "../order/order.ts";
import { cashFor, reservedFor } from "../order/reservation.ts";
import { availableCash, inBase } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { capEntry, type OrderRequest, type Verdict } from "./verdict.ts";

/** What an order will hold back until it ends (I5), and what must be converted first so that it can. */
export type Reservation = Readonly<{ reserved: Amount; asset: AssetId; holdback: Holdback | null; shortfall: Money }>;

/** The price that a unit may cost at worst: for buys the limit, or the quote or stop plus the collar; for sales the higher of limit and quote. */
export function worstPrice(terms: Pick<OrderTerms, "side" | "limit" | "stop">, price: Price, collar: Ratio | null): Price {
  if (terms.limit !== null) return terms.side === "buy" ? terms.limit : greatest(terms.limit, price);
  const from = terms.stop !== null && isMore(terms.stop, price) ? terms.stop : price;
  return terms.side === "buy" && collar !== null ? add(from, multiply(from, collar, "up")) : from;
}

/** Cash per unit of value that opening exposure holds back: all of it for buys, the requirement for shorts and margined ones, and fees. */
function rateOf(listing: Listing, side: Side, settings: AccountSettings): Ratio {
  if (listing.instrument.settlement === "margined") return add(settings.marginRequirement, settings.feeReserve);
  return add(side === "buy" ? ONE : settings.shortRequirement, settings.feeReserve);
}

const holdbackOf = (request: OrderRequest, settings: AccountSettings, closes: Quantity): Holdback => ({
  worst: worstPrice(request.terms, request.price, collarOf(request.portfolio, settings)),
  rate: rateOf(request.listing, request.terms.side, settings),
  closes,
});

/** The portfolio's collar, else the account's. */
export const collarOf = (portfolio: View<Portfolio>, settings: View<AccountSettings>): Ratio | null =>
  (portfolio.settings.limits.collar ?? settings.limits.collar) as Ratio | null;

/** Cash free for this order in its quote asset: what is there, plus what base currency would convert to where the portfolio allows it. */
function spendable(state: StateView, request: OrderRequest, settings: AccountSettings): Readonly<{ own: Money; all: Money }> {
  const { portfolio, listing } = request;
  const own = availableCash(state, portfolio, listing.quote.id);
  const base = state.account?.base;
  if (base === undefined || base.id === listing.quote.id || portfolio.settings.fx === "refuse") return { own, all: own };
  const rate = state.rates.get(listing.quote.id)?.rate;
  const free = availableCash(state, portfolio, base.id);
  if (rate === undefined || isNegative(free)) return { own, all: own };
  const converted = unconvert(divide(free, add(ONE, settings.fxCost), "down"), rate, base.scale, listing.quote.scale, "down");
  return { own, all: add(own, converted) };
}

/** Buys and shorts only what the portfolio's free cash carries, fees and collar included (I5). */
export function limitByCash(state: StateView, request: OrderRequest, settings: AccountSettings, verdict: Verdict, entry: Quantity): void {
  const { listing } = request;
  const holdback = holdbackOf(request, settings, request.exit);
  const needed = cashFor(entry, listing, holdback);
  const { own, all } = spendable(state, request, settings);
  if (!isMore(needed, all)) return;
  const lacksCurrency = listing.quote.id !== state.account?.base.id && !isMore(own, ZERO_MONEY);
  const most = isNegative(all)
    ? quantityFor(ZERO_MONEY, holdback.worst, listing.terms, listing.instrument.sizeIncrement)
    : quantityFor(divide(all, holdback.rate, "down"), holdback.worst, listing.terms, listing.instrument.sizeIncrement);
  capEntry(verdict, request, most, {
    rule: lacksCurrency ? "available_currency" : "available_cash",
    scope: "portfolio",
    figure: "money",
    bound: inBase(state, listing.quote.id, all) ?? all,
    observed: inBase(state, listing.quote.id, needed) ?? needed,
  });
}

/** What the allowed order holds back: cash for its opening part, else the units that it sells. */
export function reservationOf(
  state: StateView,
  request: OrderRequest,
  settings: AccountSettings,
  exit: Quantity,
  entry: Quantity,
): Reservation {
  const { listing } = request;
  if (isZero(entry)) {
    const { side } = request.terms;
    const reserved = reservedFor({ side, quantity: exit, filled: ZERO_QUANTITY }, null, listing);
    return { reserved, asset: side === "sell" ? listing.base.id : listing.quote.id, holdback: null, shortfall: ZERO_MONEY };
  }
  const holdback = holdbackOf(request, settings, exit);
  const reserved = cashFor(entry, listing, holdback);
  if (request.portfolio.settings.fx === "refuse" || listing.quote.id === state.account?.base.id)
    return { reserved, asset: listing.quote.id, holdback, shortfall: ZERO_MONEY };
  const own = availableCash(state, request.portfolio, listing.quote.id);
  const missing = isMore(reserved, own) ? subtract(reserved, isNegative(own) ? ZERO_MONEY : own) : ZERO_MONEY;
  return { reserved, asset: listing.quote.id, holdback, shortfall: missing };
}
