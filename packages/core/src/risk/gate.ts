import type { Quantity } from "@bulkhead/money";
import { isLess, isMore, isZero, least, roundToStep, valueOf, ZERO_QUANTITY } from "@bulkhead/money";
import type { AccountSettings } from "../account.ts";
import type { RiskLimits } from "../portfolio/limits.ts";
import type { StateView } from "../state.ts";
import { limitByCash, type Reservation, reservationOf } from "./cash.ts";
import { limitByExposure, limitByPosition } from "./exposure.ts";
import { limitByLosses } from "./losses.ts";
import { limitByOwnOrders, limitByPermission } from "./permission.ts";
import type { Receipt, RiskScope } from "./receipt.ts";
import { capAt, capEntry, entryOf, type OrderRequest, openVerdict, type Verdict } from "./verdict.ts";

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
  limitByOwnOrders(state, request, verdict);
  settleSize(request, verdict, sizing);
  const exit = least(verdict.allowed, request.exit);
  const reservation = reservationOf(state, request, settings, exit, entryOf(verdict, request));
  return { allowed: verdict.allowed, reservation, receipt: verdict.rule === null ? null : receiptOf(request, verdict) };
}

function limitEntry(state: StateView, settings: AccountSettings, request: OrderRequest, verdict: Verdict): void {
  if (request.terms.side === "sell" && !request.listing.instrument.shortable) {
    capAt(verdict, request.exit, {
      rule: "available_quantity",
      scope: "portfolio",
      figure: "quantity",
      bound: request.exit,
      observed: request.terms.quantity,
    });
    return;
  }
  limitByCash(state, request, settings, verdict, entryOf(verdict, request));
  const own = request.portfolio.settings.limits;
  limitByScope(state, request, own, "portfolio", verdict);
  limitByScope(state, request, settings.limits, "account", verdict);
  limitByRate(own, request.portfolio.orderTimes, "portfolio", request, verdict);
  limitByRate(settings.limits, state.orderTimes, "account", request, verdict);
}

function limitByScope(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  limitByPosition(state, request, limits, scope, verdict);
  limitByExposure(state, request, limits, scope, verdict);
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
function settleSize(request: OrderRequest, verdict: Verdict, sizing: "exact" | "reduce"): void {
  const { instrument, terms } = request.listing;
  if (isLess(verdict.allowed, request.terms.quantity)) {
    if (sizing === "exact") verdict.allowed = ZERO_QUANTITY;
    else verdict.allowed = roundToStep(verdict.allowed, instrument.sizeIncrement, "down");
  }
  if (isZero(verdict.allowed)) return;
  const closesAll = !isMore(verdict.allowed, request.exit);
  if (closesAll) return; // What is left of a position may always be closed, however small; the venue decides about dust.
  const tooSmall =
    isLess(verdict.allowed, instrument.quantityMin) || isLess(valueOf(verdict.allowed, request.price, terms), instrument.notionalMin);
  if (!tooSmall) return;
  const first = verdict.rule === null;
  const { allowed } = verdict;
  verdict.allowed = ZERO_QUANTITY;
  if (!first) return;
  verdict.rule = "minimum_size";
  verdict.scope = "instrument";
  verdict.figure = "quantity";
  verdict.bound = instrument.quantityMin;
  verdict.observed = allowed;
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
    confidence: request.confidence,
  };
}
