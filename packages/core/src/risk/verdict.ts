import type { Exact, Money, Price, Quantity, Ratio } from "@bulkhead/money";
import { add, isLess, isNegative, subtract, ZERO_QUANTITY } from "@bulkhead/money";
import type { InstantMs } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { OrderOrigin, OrderTerms } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { View } from "../view.ts";
import type { FigureKind, RiskRule, RiskScope } from "./receipt.ts";

/** What the gate is asked. `price` is the quote, or the limit where there is no quote. */
export type OrderRequest = Readonly<{
  portfolio: View<Portfolio>;
  listing: Listing;
  terms: OrderTerms;
  price: Price;
  quote: Price | null;
  quoteAt: InstantMs;
  at: InstantMs;
  origin: OrderOrigin;
  reduceOnly: boolean;
  allowDuplicate: boolean;
  marketOpen: boolean;
  strategy: string;
  confidence: Ratio | null;
  /** The position now: signed. */
  held: Quantity;
  /** The part of the order that only closes, counting other working orders. */
  exit: Quantity;
  /** Open units of the same side that will open exposure. */
  pendingEntry: Quantity;
}>;

/** The running verdict: how much is still allowed, and the last rule that took something away. */
export type Verdict = {
  allowed: Quantity;
  rule: RiskRule | null;
  scope: RiskScope | null;
  figure: FigureKind;
  bound: Exact | number | null;
  observed: Exact | number | null;
  reason: string;
};

/** Nothing objected yet. */
export const openVerdict = (asked: Quantity): Verdict => ({
  allowed: asked,
  rule: null,
  scope: null,
  figure: "none",
  bound: null,
  observed: null,
  reason: "",
});

/** What a rule says when it speaks. */
export type Objection = Readonly<{
  rule: RiskRule;
  scope: RiskScope;
  figure: FigureKind;
  bound: Exact | number | null;
  observed: Exact | number | null;
  /** Why the rule holds, in words; absent where its figures say it. */
  reason?: string;
}>;

/** Takes the order down to `most` units where that is less than what is still allowed. */
export function capAt(verdict: Verdict, most: Quantity, objection: Objection): void {
  const bounded = isNegative(most) ? ZERO_QUANTITY : most;
  if (!isLess(bounded, verdict.allowed)) return;
  verdict.allowed = bounded;
  verdict.rule = objection.rule;
  verdict.scope = objection.scope;
  verdict.figure = objection.figure;
  verdict.bound = objection.bound;
  verdict.observed = objection.observed;
  verdict.reason = objection.reason ?? "";
}

/** Takes the opening part down to `most` units; the closing part is never touched. */
export function capEntry(verdict: Verdict, request: OrderRequest, most: Quantity, objection: Objection): void {
  capAt(verdict, isNegative(most) ? request.exit : add(request.exit, most), objection);
}

/** The opening part that is still allowed. */
export function entryOf(verdict: Verdict, request: OrderRequest): Quantity {
  return isLess(request.exit, verdict.allowed) ? subtract(verdict.allowed, request.exit) : ZERO_QUANTITY;
}

/** Money objection in base currency. */
export const moneyObjection = (rule: RiskRule, scope: RiskScope, bound: Money, observed: Money): Objection => ({
  rule,
  scope,
  figure: "money",
  bound,
  observed,
});
