import type { Money, Quantity } from "@bulkhead/money";
import { absolute, add, isMore, isNegative, quantityFor, subtract, valueOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { between, inBase } from "../portfolio/nav.ts";
import type { StateView } from "../state.ts";
import type { RiskRule, RiskScope } from "./receipt.ts";
import { capEntry, entryOf, moneyObjection, type OrderRequest, type Verdict } from "./verdict.ts";

/** The most units that so much base currency buys at the request's price; none where the quote asset has no rate. */
function unitsFor(state: StateView, request: OrderRequest, money: Money): Quantity {
  const base = state.account?.base.id;
  const { listing } = request;
  const quote = base === undefined || base === listing.quote.id ? money : between(state, base, listing.quote.id, money);
  return quote === undefined ? ZERO_QUANTITY : quantityFor(quote, request.price, listing.terms, listing.instrument.sizeIncrement);
}

/** Value of so many units at the request's price, in base currency. */
export function worth(state: StateView, request: OrderRequest, quantity: Quantity): Money {
  return inBase(state, request.listing.quote.id, absolute(valueOf(quantity, request.price, request.listing.terms))) ?? ZERO_MONEY;
}

/** Takes the opening part down to what fits between `current` and `bound`, both in base currency. */
export function capToRoom(
  state: StateView,
  request: OrderRequest,
  verdict: Verdict,
  limit: Readonly<{ rule: RiskRule; scope: RiskScope; bound: Money; current: Money }>,
): void {
  const room = subtract(limit.bound, limit.current);
  const after = add(limit.current, worth(state, request, entryOf(verdict, request)));
  if (!isMore(after, limit.bound)) return;
  const most = isNegative(room) ? ZERO_QUANTITY : unitsFor(state, request, room);
  capEntry(verdict, request, most, moneyObjection(limit.rule, limit.scope, limit.bound, after));
}
