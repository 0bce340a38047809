import { absolute, isEqual, isMore, multiply, subtract, ZERO_QUANTITY } from "@bulkhead/money";
import type { InstrumentId, PortfolioId } from "../brand.ts";
import { namesOf } from "../instrument/succession.ts";
import { asksTheSame } from "../order/order.ts";
import { TRADING_STATES } from "../portfolio/portfolio.ts";
import { MODES } from "../scope.ts";
import type { StateView } from "../state.ts";
import type { FigureKind, RiskRule, RiskScope } from "./receipt.ts";
import { capAt, capEntry, type Objection, type OrderRequest, type Verdict } from "./verdict.ts";

const objection = (
  rule: RiskRule,
  scope: RiskScope,
  figure: FigureKind = "none",
  bound: Objection["bound"] = null,
  observed: Objection["observed"] = null,
): Objection => ({
  rule,
  scope,
  figure,
  bound,
  observed,
});

/** Whether anything may trade at all: modes, kill switch, trading state, permissions of the strategy, quote, session, collar. */
export function limitByPermission(state: StateView, request: OrderRequest, verdict: Verdict): void {
  const { portfolio } = request;
  if (state.account?.settings.access === "read-only")
    capAt(verdict, ZERO_QUANTITY, {
      ...objection("mode", "account", "count", MODES.indexOf("ready"), MODES.indexOf("read_only")),
      reason: "read-only: the account is only looked at",
    });
  if (state.modes.size > 0) limitByMode(state, request, verdict);
  if (state.kills.size > 0 && request.origin !== "kill") limitByKill(state, request, verdict);
  limitByTradingState(request, verdict);
  if (portfolio.archived) capAt(verdict, request.origin === "kill" ? request.exit : ZERO_QUANTITY, objection("archived", "portfolio"));
  if (request.origin === "strategy") limitByStrategy(request, verdict);
  const { universe } = portfolio.settings;
  if (universe !== null && !isAmong(state, universe, request.terms.instrument))
    capEntry(verdict, request, ZERO_QUANTITY, objection("universe", "portfolio"));
  limitByQuote(state, request, verdict);
  if (request.reduceOnly)
    capAt(verdict, request.exit, objection("reduce_only", "portfolio", "quantity", request.exit, request.terms.quantity));
}

/** A universe that names an instrument means what all of it became, too. */
function isAmong(state: StateView, universe: readonly InstrumentId[], instrument: InstrumentId): boolean {
  if (universe.includes(instrument)) return true;
  for (const id of namesOf(state.formerly, instrument)) if (universe.includes(id)) return true;
  return false;
}

/** Whether modes and access let a position be closed: what only reduces passes `reduce_only`. */
export function mayExit(state: StateView, id: PortfolioId, instrument: InstrumentId): boolean {
  if (state.account?.settings.access === "read-only") return false;
  return scopesOf(id, instrument).every(([key]) => {
    const mode = state.modes.get(key)?.mode ?? "ready";
    return mode === "ready" || mode === "reduce_only";
  });
}

function limitByMode(state: StateView, request: OrderRequest, verdict: Verdict): void {
  for (const [key, scope] of scopesOf(request.portfolio.id, request.terms.instrument)) {
    const set = state.modes.get(key);
    if (set === undefined || set.mode === "ready") continue;
    const objected = objection("mode", scope, "count", MODES.indexOf("ready"), MODES.indexOf(set.mode));
    capAt(verdict, set.mode === "reduce_only" ? request.exit : ZERO_QUANTITY, { ...objected, reason: `${set.mode}: ${set.reason}` });
  }
}

function limitByKill(state: StateView, request: OrderRequest, verdict: Verdict): void {
  for (const [key, scope] of scopesOf(request.portfolio.id, request.terms.instrument)) {
    const kill = state.kills.get(key);
    if (kill !== undefined) capAt(verdict, request.exit, { ...objection("kill_switch", scope), reason: `${kill.level}: ${kill.reason}` });
  }
}

function scopesOf(portfolio: PortfolioId, instrument: InstrumentId): readonly (readonly [string, RiskScope])[] {
  return [
    ["account", "account"],
    [`portfolio:${portfolio}`, "portfolio"],
    [`instrument:${instrument}`, "instrument"],
  ];
}

function limitByTradingState(request: OrderRequest, verdict: Verdict): void {
  const { tradingState, stateReason } = request.portfolio;
  if (tradingState === "active" || request.origin === "kill") return;
  const most = tradingState === "reducing" ? request.exit : ZERO_QUANTITY;
  const objected = objection("trading_state", "portfolio", "count", 0, TRADING_STATES.indexOf(tradingState));
  capAt(verdict, most, { ...objected, reason: `${tradingState}: ${stateReason}` });
}

function limitByStrategy(request: OrderRequest, verdict: Verdict): void {
  const { enabledStrategies, minConfidence } = request.portfolio.settings;
  if (enabledStrategies !== null && !enabledStrategies.includes(request.strategy))
    capEntry(verdict, request, ZERO_QUANTITY, objection("enabled_strategies", "portfolio"));
  if (minConfidence === null) return;
  if (request.confidence === null || isMore(minConfidence, request.confidence))
    capEntry(verdict, request, ZERO_QUANTITY, objection("min_confidence", "portfolio", "ratio", minConfidence, request.confidence));
}

/** Opening needs a fresh price; an order that may not wait needs an open market; a limit must be near the quote. */
function limitByQuote(state: StateView, request: OrderRequest, verdict: Verdict): void {
  const settings = state.account?.settings;
  if (settings === undefined) return;
  const { quote, terms } = request;
  if (quote === null && terms.limit === null) capEntry(verdict, request, ZERO_QUANTITY, objection("quote_missing", "instrument"));
  const age = request.at - request.quoteAt;
  if (quote !== null && !(age >= 0 && age <= settings.quoteAgeMaxMs))
    capEntry(verdict, request, ZERO_QUANTITY, objection("quote_stale", "instrument", "milliseconds", settings.quoteAgeMaxMs, age));
  if (!request.marketOpen) capAt(verdict, ZERO_QUANTITY, objection("closed_market", "instrument"));
  const own = request.portfolio.settings.limits.collar;
  const collar = own ?? settings.limits.collar;
  if (quote === null || collar === null || terms.limit === null) return;
  const distance = absolute(subtract(terms.limit, quote));
  const most = multiply(quote, collar);
  if (isMore(distance, most))
    capAt(verdict, ZERO_QUANTITY, objection("collar", own === null ? "account" : "portfolio", "price", most, distance));
}

/** While nobody knows what became of an order, nothing more is opened on its side: it would be bought twice. */
export function limitByUnanswered(state: StateView, request: OrderRequest, verdict: Verdict): void {
  const { portfolio, terms } = request;
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    if (order?.status === "unknown" && order.instrument === terms.instrument && order.side === terms.side)
      capEntry(verdict, request, ZERO_QUANTITY, objection("unanswered", "portfolio"));
  }
}

/** The same order again within the window, and an order against one's own working order. */
export function limitByOwnOrders(state: StateView, request: OrderRequest, verdict: Verdict): void {
  const window = state.account?.settings.duplicateWindowMs ?? 0;
  const { terms, portfolio } = request;
  if (window > 0 && !request.allowDuplicate && (request.origin === "person" || request.origin === "strategy")) {
    const { recentOrders } = portfolio;
    for (let i = recentOrders.length - 1; i >= 0; i--) {
      const recent = recentOrders[i];
      const age = recent === undefined ? window : request.at - recent.at;
      if (recent === undefined || age >= window) break;
      if (!asksTheSame(recent, terms)) continue;
      capAt(verdict, ZERO_QUANTITY, objection("duplicate", "portfolio", "milliseconds", window, age));
      break;
    }
  }
  if (terms.limit === null) return;
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    if (order === undefined || order.instrument !== terms.instrument || order.side === terms.side || order.limit === null) continue;
    const crosses = terms.side === "buy" ? !isMore(order.limit, terms.limit) : !isMore(terms.limit, order.limit);
    if (crosses || isEqual(order.limit, terms.limit))
      capAt(verdict, ZERO_QUANTITY, objection("crossing", "portfolio", "price", order.limit, terms.limit));
  }
}
