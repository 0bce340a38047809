import type { PlaceOrderBody } from "@bulkhead/contract";
import { between, type Listing, type Portfolio, type StateView, type View } from "@bulkhead/core";
import { isPositive, type Money, moneyOfUnits, type Price, powerOfTen, type Quantity, quantityFor } from "@bulkhead/money";
import { moneyOf, quantityOf } from "./amounts.ts";
import { HttpFailure } from "./failure.ts";
import { baseOf } from "./rows/figures.ts";

/** What a signal without a size is worth where its portfolio does not say, base currency (S1.47). */
const TRADE_AMOUNT = 100;

type Sized = Pick<PlaceOrderBody, "quantity" | "amount" | "strategy">;

/**
 * Units of an order: as said, or what an amount of the quote currency buys at `price`, rounded down to whole increments. A strategy's signal that
 * says neither is worth its portfolio's `trade_amount`; a person's order that says neither is refused.
 */
export function sizeOf(
  state: StateView,
  portfolio: View<Portfolio>,
  listing: Listing,
  { asked, price }: Readonly<{ asked: Sized; price: Price | null }>,
): Quantity {
  const { quantity, amount, strategy } = asked;
  if (quantity !== undefined && amount !== undefined) throw invalid("amount", "quantity or amount, not both");
  if (quantity !== undefined) return quantityOf("quantity", quantity, listing);
  if (amount === undefined && strategy === "") throw invalid("quantity", "quantity or amount is needed");
  if (price === null) throw invalid("amount", "there is no price to size it by: say limit_price or quantity");
  const money = amount === undefined ? tradeAmountOf(state, portfolio, listing) : moneyOf("amount", amount, listing.quote.scale);
  const units = quantityFor(money, price, listing.terms, listing.instrument.sizeIncrement);
  if (!isPositive(units)) throw invalid("amount", "it is less than the least quantity costs");
  return units;
}

/** The portfolio's default size in the instrument's quote currency. */
function tradeAmountOf(state: StateView, portfolio: View<Portfolio>, { quote }: Listing): Money {
  const base = baseOf(state);
  const based = (portfolio.settings.tradeAmount ?? moneyOfUnits(TRADE_AMOUNT * powerOfTen(base.scale))) as Money;
  const money = between(state, base.id, quote.id, based);
  if (money === undefined) throw new HttpFailure(422, "RATE_MISSING", { asset: quote.id });
  return money;
}

const invalid = (field: string, problem: string): HttpFailure => new HttpFailure(400, "REQUEST_INVALID", { field, problem });
