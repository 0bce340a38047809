import { AccountChoice, answerOf, explain, LISTS, PortfolioChoice, Why } from "@bulkhead/contract";
import {
  type CommandOf,
  type EventOf,
  type InstantMs,
  type InstrumentId,
  type Listing,
  type LossLimit,
  type Portfolio,
  preview,
  type ReachedLoss,
  type RiskRule,
  type RiskScope,
  reachedLosses,
  type Side,
  type View,
} from "@bulkhead/core";
import { add, greatest, isPositive, type Price, type Quantity, quantityFor } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { quoteFor } from "../order-command.ts";
import { baseText, isoOrNull } from "../rows/figures.ts";
import { receiptRow } from "../rows/order-rows.ts";
import { accountOf, listingOf, selectionOf } from "../scope.ts";
import type { Services } from "../services.ts";
import { settled } from "../settle.ts";
import { decidesOf } from "./why-conditions.ts";

const Query = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  instrument: z.string().min(1).max(80).optional(),
  bars_ago: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .meta({ description: "Which closed bar its strategy is asked about again; 0 is the last." }),
});

/** Why there is no trade: asked of the state, of the gate and of the receipts. */
export function whyRoute(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/why",
      operationId: "why",
      summary: "Why a portfolio does not trade",
      action: "read",
      query: Query,
      answer: answerOf(Why),
    },
    async ({ principal, query }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      if (query.portfolio_id === "*")
        throw new HttpFailure(400, "REQUEST_INVALID", { field: "portfolio_id", problem: "one portfolio at a time" });
      const [portfolio] = selectionOf(account, principal, query.portfolio_id).portfolios;
      if (portfolio === undefined) throw new HttpFailure(404, "NO_ACTIVE_PORTFOLIO");
      const listing = query.instrument === undefined ? undefined : listingOf(account.state, query.instrument);
      const work = services.options.strategies?.(account.id)?.atWork(portfolio.id);
      const { strategy } = portfolio.settings;
      const decides =
        work === undefined || strategy === null ? null : await decidesOf(strategy.type, work, listing?.instrument.id, query.bars_ago);
      const { value, asOfSeq } = await settled(account, (): Why => ({ ...whyOf(services, account, portfolio, listing), decides }));
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function whyOf(services: Services, account: DeskAccount, portfolio: View<Portfolio>, listing: Listing | undefined): Omit<Why, "decides"> {
  const id = listing?.instrument.id;
  const market = id === undefined ? undefined : services.options.marketOf?.(account, id);
  const history = services.options.history?.(account.id);
  const equals = { verdict: "denied", ...(id === undefined ? {} : { instrument: id }) };
  return {
    portfolio_id: portfolio.id,
    instrument: id ?? null,
    reasons: [...reasonsOf(account, portfolio, id), ...lossesOf(services, account, portfolio)],
    entries: listing === undefined ? [] : (["buy", "sell"] as const).map((side) => entryOf(services, account, portfolio, listing, side)),
    market_open: id === undefined ? null : (market?.open ?? true),
    next_open_at: isoOrNull(market?.nextOpenAt),
    denials: (history?.page(LISTS.receipts, { portfolios: [portfolio.id], limit: 10, after: null, equals }).rows ?? []).map((row) => ({
      ...row,
      sentence: explain(String(row["rule"]), {
        bound: row["bound"],
        observed: row["observed"],
        scope: row["scope"],
        reason: row["rule_reason"],
      }),
    })),
  };
}

const kindOf = (scope: string): string => scope.slice(0, `${scope}:`.indexOf(":"));

function reasonsOf({ state, readiness }: DeskAccount, portfolio: View<Portfolio>, instrument: InstrumentId | undefined): Why["reasons"] {
  const reasons: Why["reasons"] = [];
  const say = (code: RiskRule, details: string, figures: Readonly<{ scope?: string; reason?: string }> = {}): void =>
    void reasons.push({ code, sentence: explain(code, figures), details });
  const scopes = ["account", `portfolio:${portfolio.id}`, ...(instrument === undefined ? [] : [`instrument:${instrument}`])];
  for (const scope of scopes) {
    const mode = state.modes.get(scope);
    if (mode !== undefined && mode.mode !== "ready")
      say("mode", `${scope} is ${mode.mode}: ${mode.reason}`, { scope: kindOf(scope), reason: `${mode.mode}: ${mode.reason}` });
    const kill = state.kills.get(scope);
    if (kill !== undefined)
      say("kill_switch", `${scope}: ${kill.level}, ${kill.reason}`, { scope: kindOf(scope), reason: `${kill.level}: ${kill.reason}` });
  }
  if (portfolio.archived) say("archived", portfolio.stateReason);
  else if (portfolio.tradingState !== "active") {
    const reason = `${portfolio.tradingState}: ${portfolio.stateReason}`;
    say("trading_state", reason, { reason });
  }
  for (const reason of readiness.reasons)
    reasons.push({ code: "not_ready", sentence: `The account is not ready: ${reason}.`, details: reason });
  return reasons;
}

/** Loss limits that are reached: nothing new is entered, exits pass. */
function lossesOf(services: Services, { state }: DeskAccount, portfolio: View<Portfolio>): Why["reasons"] {
  const at = Math.max(services.deskNow(), state.at) as InstantMs;
  const own = reachedLosses(state, portfolio, portfolio.settings.limits.losses as readonly LossLimit[], at);
  const all = reachedLosses(state, null, (state.account?.settings.limits.losses ?? []) as readonly LossLimit[], at);
  const said = ({ rule: code, bound, loss }: ReachedLoss, scope: RiskScope): Why["reasons"][number] => {
    const [limit, lost] = [baseText(state, bound), baseText(state, loss)];
    return { code, sentence: explain(code, { bound: limit, observed: lost, scope }), details: `of the ${scope}` };
  };
  return [...own.map((each) => said(each, "portfolio")), ...all.map((each) => said(each, "account"))];
}

/** What the gate says now to the smallest order that the venue takes. */
function entryOf(
  services: Services,
  account: DeskAccount,
  portfolio: View<Portfolio>,
  listing: Listing,
  side: Side,
): Why["entries"][number] {
  const { state } = account;
  const at = Math.max(services.deskNow(), state.at) as InstantMs;
  const quote = quoteFor(services, account, listing.instrument.id);
  const command: CommandOf<"PlaceOrder"> = {
    type: "PlaceOrder",
    at,
    by: "why",
    portfolio: portfolio.id,
    terms: {
      instrument: listing.instrument.id,
      side,
      quantity: smallest(listing, quote?.price ?? null),
      orderType: "market",
      limit: null,
      stop: null,
      timeInForce: "day",
      expiresAt: null,
    },
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: quote?.price ?? null,
    quoteAt: (quote?.at ?? at) as InstantMs,
    marketOpen: true,
    strategy: portfolio.settings.strategy?.type ?? "",
    confidence: null,
    why: "",
    intentId: "",
  };
  const step = preview(state, command);
  const plain = { side, scope: null, bound: null, observed: null };
  if (!step.ok) return { ...plain, would: "refuse", code: step.refusal.code, sentence: explain(step.refusal.code, step.refusal.params) };
  const denied = step.events.find((event): event is EventOf<"OrderDenied"> => event.type === "OrderDenied");
  if (denied === undefined) return { ...plain, would: "place", code: null, sentence: null };
  const { rule, sentence, scope, bound, observed } = receiptRow(state, denied.receipt);
  return { side, would: "deny", code: rule, sentence, scope, bound, observed };
}

function smallest({ instrument, terms }: Listing, price: Price | null): Quantity {
  const least = greatest(instrument.quantityMin, instrument.sizeIncrement);
  if (price === null || !isPositive(instrument.notionalMin)) return least;
  return greatest(least, add(quantityFor(instrument.notionalMin, price, terms, instrument.sizeIncrement), instrument.sizeIncrement));
}
