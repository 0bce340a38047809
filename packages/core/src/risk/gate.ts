import type { Quantity } from "@bulkhead/money";
import { isLess, isMore, isPositive, isZero, least, roundToStep, valueOf, ZERO_QUANTITY } from "@bulkhead/money";
import type { AccountSettings } from "../account.ts";
import type { RiskLimits } from "../portfolio/limits.ts";
import { inBase } from "../portfolio/nav.ts";
import type { StateView } from "../state.ts";
import { limitByCash, type Reservation, reservationOf } from "./cash.ts";
import { limitByExposure } from "./exposure.ts";
import { limitByLosses } from "./losses.ts";
import { limitByOwnOrders, limitByPermission, limitByUnanswered } from "./permission.ts";
import { limitByCount, limitByNotional, limitByPosition } from "./position.ts";
import type { Receipt, RiskScope } from "./receipt.ts";
import { capAt, capEntry, entryOf, type Objection, type OrderRequest, openVerdict, type Verdict } from "./verdict.ts";

/** The gate's answer: how many units may go, what they hold back, and the receipt where something was taken away. */
export type Assessment = Readonly<{ allowed: Quantity; reservation: Reservation; receipt: Receipt | null }>;

/**
 * The one gate before trading. Checks in the order of docs/spec/risk.md; each may take units away, and the receipt names the
 * one that took the last. Limits on entries never touch the closing part. Reads the request, its quote and the journaled marks.
 */
export function assess(state: StateView, settings: AccountSettings, request: OrderRequest, sizing: "exact" | "reduce"): Assessment {
  const asked = request.terms.quantity;
  const verdict = openVerdict(asked);
  limitByPermission(state, request, verdict);
  if (isMore(verdict.allowed, request.exit)) limitEntry(state, settings, request, verdict);
  limitByUnanswered(state, request, verdict);
  limitByOwnOrders(state, request, verdict);
  settleSize(state, request, verdict, sizing);
  const exit = least(verdict.allowed, request.exit);
  const reservation = reservationOf(state, request, settings, exit, entryOf(verdict, request));
  return { allowed: verdict.allowed, reservation, receipt: verdict.rule === null ? null : receiptOf(request, verdict) };
}

/** Asks again only whether such an order may work at all, all or nothing: for one that works already and gets new prices. */
export function assessPermission(state: StateView, request: OrderRequest): Receipt | null {
  const verdict = openVerdict(request.terms.quantity);
  limitByPermission(state, request, verdict);
  limitByOwnOrders(state, request, verdict);
  if (verdict.rule === null) return null;
  verdict.allowed = ZERO_QUANTITY;
  return receiptOf(request, verdict);
}

function limitEntry(state: StateView, settings: AccountSettings, request: OrderRequest, verdict: Verdict): void {
  const { limits } = request.portfolio.settings;
  if (request.terms.side === "sell" && !request.listing.instrument.shortable) limitByHolding(request, verdict);
  limitByNotional(state, request, limits, "portfolio", verdict);
  limitByNotional(state, request, settings.limits, "account", verdict);
  limitByCash(state, request, settings, verdict, entryOf(verdict, request));
  limitByScope(state, request, limits, "portfolio", verdict);
  limitByScope(state, request, settings.limits, "account", verdict);
  limitByRate(limits, request.portfolio.orderTimes, "portfolio", request, verdict);
  limitByRate(settings.limits, state.orderTimes, "account", request, verdict);
}

/** Without shorting nobody sells more than the units that are free. */
function limitByHolding(request: OrderRequest, verdict: Verdict): void {
  capAt(verdict, request.exit, {
    rule: isPositive(request.held) ? "available_quantity" : "shortable",
    scope: isPositive(request.held) ? "portfolio" : "instrument",
    figure: "quantity",
    bound: request.exit,
    observed: request.terms.quantity,
  });
}

function limitByScope(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  limitByPosition(state, request, limits, scope, verdict);
  limitByExposure(state, request, limits, scope, verdict);
  if (limits.maxOpenPositions !== null) limitByCount(state, request, limits.maxOpenPositions, scope, verdict);
  if (limits.losses.length > 0) limitByLosses(state, request, limits, scope, verdict);
}

function limitByRate(limits: RiskLimits, times: readonly number[], scope: RiskScope, request: OrderRequest, verdict: Verdict): void {
  if (limits.maxOrdersPerMinute === null) return;
  const recent = times.filter((at) => at > request.at - 60_000).length;
  if (recent < limits.maxOrdersPerMinute) return;
  capEntry(verdict, request, ZERO_QUANTITY, {
    rule: "max_orders_per_minute",
    scope,
    figure: "count",
    bound: limits.maxOrdersPerMinute,
    observed: recent + 1,
  });
}

/** Whole increments, at least the venue's minimum; an order that wanted all or nothing gets nothing when something was taken. */
function settleSize(state: StateView, request: OrderRequest, verdict: Verdict, sizing: "exact" | "reduce"): void {
  const { instrument } = request.listing;
  if (isLess(verdict.allowed, request.terms.quantity)) {
    if (sizing === "exact") verdict.allowed = ZERO_QUANTITY;
    else verdict.allowed = roundToStep(verdict.allowed, instrument.sizeIncrement, "down");
  }
  // What only closes may be of any size: what is left of a position may always go; the venue decides about dust.
  if (!isMore(verdict.allowed, request.exit)) return;
  const tooSmall = belowMinimum(state, request, verdict.allowed);
  if (tooSmall === null) return;
  if (verdict.rule === null) capAt(verdict, ZERO_QUANTITY, tooSmall);
  else verdict.allowed = ZERO_QUANTITY; // The rule that left too little is the reason.
}

function belowMinimum(state: StateView, request: OrderRequest, quantity: Quantity): Objection | null {
  const { listing } = request;
  const { quantityMin, notionalMin } = listing.instrument;
  if (isLess(quantity, quantityMin))
    return { rule: "minimum_size", scope: "instrument", figure: "quantity", bound: quantityMin, observed: quantity };
  const value = valueOf(quantity, request.price, listing.terms);
  if (!isLess(value, notionalMin)) return null;
  const bound = inBase(state, listing.quote.id, notionalMin) ?? notionalMin;
  const observed = inBase(state, listing.quote.id, value) ?? value;
  return { rule: "minimum_size", scope: "instrument", figure: "money", bound, observed };
}

function receiptOf(request: OrderRequest, verdict: Verdict): Receipt {
  return {
    portfolio: request.portfolio.id,
    instrument: request.terms.instrument,
    side: request.terms.side,
    asked: request.terms.quantity,
    allowed: verdict.allowed,
    verdict: isZero(verdict.allowed) ? "denied" : isLess(verdict.allowed, request.terms.quantity) ? "reduced" : "allowed",
    rule: verdict.rule,
    scope: verdict.scope,
    figure: verdict.figure,
    bound: verdict.bound,
    observed: verdict.observed,
    reason: verdict.reason,
    confidence: request.confidence,
  };
}
