import { explain, type OrderPreview } from "@bulkhead/contract";
import {
  type AssetId,
  balanceOf,
  type EventOf,
  inBase,
  type Listing,
  type Portfolio,
  type StateView,
  type Step,
  type View,
  valuePortfolio,
} from "@bulkhead/core";
import {
  type Amount,
  absolute,
  add,
  formatAmount,
  formatRatio,
  isNegative,
  isPositive,
  type Money,
  negate,
  type Price,
  type Quantity,
  ratioBetween,
  subtract,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { z } from "zod";
import type { FeeOf } from "../../desk/venue.ts";
import type { Wanted } from "../order-command.ts";
import { amountText, baseText, moneyText, priceText, quantityText } from "./figures.ts";
import { receiptRow } from "./order-rows.ts";

type Row = z.infer<typeof OrderPreview>;

/** What an order would do, from what the engine would record of it: the verdict, and how the portfolio and the account would stand afterwards. */
export function previewRow(state: StateView, wanted: Wanted, step: Step, feeOf: FeeOf | undefined): Row {
  const { command, listing } = wanted;
  const events = step.ok ? step.events : [];
  const placed = events.find((event): event is EventOf<"OrderPlaced"> => event.type === "OrderPlaced");
  const denied = events.find((event): event is EventOf<"OrderDenied"> => event.type === "OrderDenied");
  const receipt = placed?.receipt ?? denied?.receipt ?? null;
  const shown = receipt === null ? null : receiptRow(state, receipt);
  const asset = placed === undefined ? undefined : state.assets.get(placed.reservedAsset);
  return {
    would: !step.ok ? "refuse" : placed === undefined ? "deny" : receipt?.verdict === "reduced" ? "reduce" : "place",
    portfolio_id: command.portfolio,
    instrument: command.terms.instrument,
    side: command.terms.side,
    asked: quantityText(listing, command.terms.quantity),
    allowed: placed === undefined ? "0" : quantityText(listing, placed.terms.quantity),
    reserved: placed === undefined || asset === undefined ? "0" : formatAmount(placed.reserved as Amount, asset.scale),
    reserved_asset: asset?.id ?? null,
    quote: command.quote === null ? null : priceText(listing, command.quote),
    ...afterwards(state, wanted, placed?.terms.quantity ?? command.terms.quantity, feeOf),
    receipt: shown,
    code: step.ok ? (receipt?.rule ?? null) : step.refusal.code,
    sentence: step.ok ? (shown?.sentence ?? null) : explain(step.refusal.code, step.refusal.params),
  };
}

type Afterwards = Pick<
  Row,
  | "notional"
  | "fee"
  | "fee_asset"
  | "cash_after"
  | "position_before"
  | "position_after"
  | "weight_after"
  | "risk_added"
  | "account_before"
  | "account_after"
>;

/** How it would stand once all of `quantity` were filled at the price that the order is decided on; null where that is not known. */
function afterwards(state: StateView, { command, listing }: Wanted, quantity: Quantity, feeOf: FeeOf | undefined): Afterwards {
  const portfolio = state.portfolios.get(command.portfolio);
  const signed = command.terms.side === "buy" ? quantity : negate(quantity);
  const before = portfolio?.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  const account = heldByAll(state, listing.base.id);
  const price = command.quote ?? command.terms.limit ?? command.terms.stop;
  const positions = {
    position_before: quantityText(listing, before as Quantity),
    position_after: quantityText(listing, add(before as Quantity, signed)),
    account_before: quantityText(listing, account),
    account_after: quantityText(listing, add(account, signed)),
  };
  const unknown = { notional: null, fee: null, fee_asset: null, cash_after: null, weight_after: null, risk_added: null };
  if (price === null || portfolio === undefined) return { ...positions, ...unknown };
  const value = valueOf(quantity, price, listing.terms);
  const fee = feeOf?.(listing, { side: command.terms.side, quantity, value }) ?? null;
  const feeAsset = fee === null ? undefined : state.assets.get(fee.asset);
  return {
    ...positions,
    notional: moneyText(listing, value),
    fee: fee === null ? (feeOf === undefined ? null : "0") : feeAsset === undefined ? null : amountText(feeAsset, fee.amount),
    fee_asset: fee === null ? (feeOf === undefined ? null : listing.quote.id) : fee.asset,
    cash_after: cashAfter(portfolio, listing, command.terms.side === "buy" ? negate(value) : value, fee),
    weight_after: weightAfter(state, portfolio, listing, valueOf(absolute(add(before as Quantity, signed)), price, listing.terms)),
    risk_added: riskAdded(state, { command, listing }, quantity, price),
  };
}

function heldByAll(state: StateView, asset: AssetId): Quantity {
  let sum = ZERO_QUANTITY;
  for (const { holdings } of state.portfolios.values()) sum = add(sum, (holdings.get(asset)?.quantity ?? ZERO_QUANTITY) as Quantity);
  return sum;
}

/** Cash in the currency of the instrument; a fill of a margined one moves none but its fee. */
function cashAfter(portfolio: View<Portfolio>, listing: Listing, moved: Money, fee: ReturnType<FeeOf>): string {
  const now = balanceOf(portfolio.ledger, listing.quote.id, "cash") as Money;
  const filled = listing.instrument.settlement === "margined" ? now : add(now, moved);
  return moneyText(listing, fee !== null && fee.asset === listing.quote.id ? subtract(filled, fee.amount as Money) : filled);
}

function weightAfter(state: StateView, portfolio: View<Portfolio>, listing: Listing, value: Money): string | null {
  const { equity } = valuePortfolio(state, portfolio);
  const based = inBase(state, listing.quote.id, value);
  return based === undefined || !isPositive(equity) ? null : formatRatio(ratioBetween(based, equity));
}

/** What would be lost at the stop that comes with the order, in base currency. */
function riskAdded(state: StateView, { command, listing }: Wanted, quantity: Quantity, price: Price): string | null {
  const stop = command.protect?.stop ?? null;
  if (stop?.kind !== "price") return null;
  const [at, exit] = [valueOf(quantity, price, listing.terms), valueOf(quantity, stop.price, listing.terms)];
  const lost = command.terms.side === "buy" ? subtract(at, exit) : subtract(exit, at);
  const based = inBase(state, listing.quote.id, lost);
  return based === undefined ? null : baseText(state, isNegative(based) ? ZERO_MONEY : based);
}
