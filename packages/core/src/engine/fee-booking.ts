import type { Money, Quantity } from "@bulkhead/money";
import { absolute, add, isMore, isNegative, isZero, negate, type Price, valueOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { AssetId, InstantMs } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { between, inBase } from "../portfolio/nav.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { type Entry, exchangeLots, holdingAfter } from "./booking.ts";
import type { Fee } from "./commands.ts";

/** A fee and whose it is. */
export type FeeCharge = Readonly<{
  portfolio: View<Portfolio>;
  fee: Fee;
  /** The cash asset that the fee's value is counted in. */
  quote: AssetId;
  /** What was traded and at which price: values a fee in that asset. Null: from marks. */
  traded: Readonly<{ listing: Listing; price: Price }> | null;
  at: InstantMs;
}>;

/** Posts a fee and returns its value in the quote asset (BOOK-6 … BOOK-9). */
export function bookFee(state: StateView, entry: Entry, charge: FeeCharge): Money {
  const { portfolio, fee, quote, traded } = charge;
  if (isZero(fee.amount)) return ZERO_MONEY;
  const asset = state.assets.get(fee.asset);
  if (asset?.kind === "cash") return bookCashFee(state, entry, charge, fee.amount as Money);
  const units = fee.amount as Quantity;
  const value =
    traded !== null && fee.asset === traded.listing.base.id
      ? valueOf(units, traded.price, traded.listing.terms)
      : markedValue(state, fee.asset, units, quote);
  if (!isMore(units, heldAfter(portfolio, entry, fee.asset))) {
    dispose(state, entry, charge, portfolio, units, value, quote);
    entry.post(portfolio.id, "fees", quote, value);
  } else provide(state, entry, charge, value);
  return value;
}

function bookCashFee(state: StateView, entry: Entry, charge: FeeCharge, amount: Money): Money {
  const { portfolio, fee, quote } = charge;
  const value = fee.asset === quote ? amount : (between(state, fee.asset, quote, amount) ?? ZERO_MONEY);
  const cash = add((portfolio.ledger.get(fee.asset)?.cash ?? ZERO_MONEY) as Money, entry.cashChange(portfolio.id, fee.asset));
  const holdsIt = fee.asset === quote || fee.asset === state.account?.base.id || isNegative(amount) || !isMore(amount, cash);
  const based = inBase(state, fee.asset, amount);
  if (holdsIt || based === undefined) {
    // Without a rate the charge stays in its own asset: a fact is booked, an overdraft shows it.
    entry.move(portfolio.id, "cash", "fees", fee.asset, amount);
    return value;
  }
  chargeInBase(state, entry, portfolio, based);
  entry.move(UNATTRIBUTED, "cash", "exchange", fee.asset, amount);
  return value;
}

/** The portfolio pays in base currency; `unattributed` receives it against what it gave. */
function chargeInBase(state: StateView, entry: Entry, portfolio: View<Portfolio>, based: Money): void {
  const base = state.account?.base.id;
  if (base === undefined) return;
  entry.move(portfolio.id, "cash", "fees", base, based);
  entry.move(UNATTRIBUTED, "exchange", "cash", base, based);
}

/** `unattributed` gives the units and is paid their value in base currency, through `exchange`. */
function provide(state: StateView, entry: Entry, charge: FeeCharge, value: Money): void {
  const based = inBase(state, charge.quote, value) ?? ZERO_MONEY;
  const owner = state.portfolios.get(UNATTRIBUTED);
  const base = state.account?.base.id;
  if (owner === undefined || base === undefined) return;
  entry.move(charge.portfolio.id, "cash", "fees", base, based);
  entry.post(UNATTRIBUTED, "cash", base, based);
  dispose(state, entry, charge, owner, charge.fee.amount as Quantity, based, base);
}

/** Gives units away at their value, or takes a rebate. The other side of `value` is the caller's line. */
function dispose(
  state: StateView,
  entry: Entry,
  charge: FeeCharge,
  portfolio: View<Portfolio>,
  units: Quantity,
  value: Money,
  costAsset: AssetId,
): void {
  const { asset } = charge.fee;
  exchangeLots(state, entry, {
    portfolio,
    asset,
    quantity: negate(units),
    value: negate(value),
    costAsset,
    at: charge.at,
    execution: null,
  });
}

function heldAfter(owner: View<Portfolio>, entry: Entry, asset: AssetId): Quantity {
  const holding = holdingAfter(owner.holdings.get(asset), entry.lotChanges(owner.id, asset));
  return isNegative(holding.quantity) ? ZERO_QUANTITY : holding.quantity;
}

/** Units of an asset at its last mark, in another asset; zero where it was never marked. */
function markedValue(state: StateView, asset: AssetId, units: Quantity, into: AssetId): Money {
  const listing = state.primary.get(asset);
  const mark = listing === undefined ? undefined : state.marks.get(listing.instrument.id);
  if (listing === undefined || mark === undefined) return ZERO_MONEY;
  const value = valueOf(absolute(units), mark.price, listing.terms);
  const signed = isNegative(units) ? negate(value) : value;
  return between(state, listing.quote.id, into, signed) ?? ZERO_MONEY;
}
