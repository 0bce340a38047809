import { AccountChoice, answerOf, explain, LISTS, PortfolioChoice, Why } from "@bulkhead/contract";
import {
  type CommandOf,
  type EventOf,
  type InstantMs,
  type InstrumentId,
  type Listing,
  type Portfolio,
  preview,
  type RiskRule,
  type Side,
  type View,
} from "@bulkhead/core";
import { add, greatest, isPositive, type Price, type Quantity, quantityFor } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { quoteFor } from "../order-command.ts";
import { isoOrNull } from "../rows/figures.ts";
import { receiptRow } from "../rows/order-rows.ts";
import { accountOf, listingOf, selectionOf } from "../scope.ts";
import type { Services } from "../services.ts";
import { settled } from "../settle.ts";

const Query = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  instrument: z.string().min(1).max(80).optional(),
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
      const { value, asOfSeq } = await settled(account, (): Why => {
        const [portfolio] = selectionOf(account, principal, query.portfolio_id).portfolios;
        if (portfolio === undefined) throw new HttpFailure(404, "NO_ACTIVE_PORTFOLIO");
        const listing = query.instrument === undefined ? undefined : listingOf(account.state, query.instrument);
        return whyOf(services, account, portfolio, listing);
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function whyOf(services: Services, account: DeskAccount, portfolio: View<Portfolio>, listing: Listing | undefined): Why {
  const id = listing?.instrument.id;
  const market = id === undefined ? undefined : services.options.marketOf?.(account, id);
  const history = services.options.history?.(account.id);
  const equals = { verdict: "denied", ...(id === undefined ? {} : { instrument: id }) };
  return {
    portfolio_id: portfolio.id,
    instrument: id ?? null,
    reasons: reasonsOf(account, portfolio, id),
    entries: listing === undefined ? [] : (["buy", "sell"] as const).map((side) => entryOf(services, account, portfolio, listing, side)),
    market_open: id === undefined ? null : (market?.open ?? true),
    next_open_at: isoOrNull(market?.nextOpenAt),
    denials: (history?.page(LISTS.receipts, { portfolios: [portfolio.id], limit: 10, after: null, equals }).rows ?? []).map((row) => ({
      ...row,
      sentence: explain(String(row["rule"]), { bound: row["bound"], observed: row["observed"], scope: row["scope"] }),
    })),
  };
}

function reasonsOf({ state, readiness }: DeskAccount, portfolio: View<Portfolio>, instrument: InstrumentId | undefined): Why["reasons"] {
  const reasons: Why["reasons"] = [];
  const say = (code: RiskRule, details: string): void => void reasons.push({ code, sentence: explain(code), details });
  const scopes = ["account", `portfolio:${portfolio.id}`, ...(instrument === undefined ? [] : [`instrument:${instrument}`])];
  for (const scope of scopes) {
    const mode = state.modes.get(scope);
    if (mode !== undefined && mode.mode !== "ready") say("mode", `${scope} is ${mode.mode}: ${mode.reason}`);
    const kill = state.kills.get(scope);
    if (kill !== undefined) say("kill_switch", `${scope}: ${kill.level}, ${kill.reason}`);
  }
  if (portfolio.archived) say("archived", portfolio.stateReason);
  else if (portfolio.tradingState !== "active") say("trading_state", `${portfolio.tradingState}: ${portfolio.stateReason}`);
  for (const reason of readiness.reasons)
    reasons.push({ code: "not_ready", sentence: `The account is not ready: ${reason}.`, details: reason });
  return reasons;
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
  if (!step.ok) return { side, would: "refuse", code: step.refusal.code, sentence: explain(step.refusal.code, step.refusal.params) };
  const denied = step.events.find((event): event is EventOf<"OrderDenied"> => event.type === "OrderDenied");
  if (denied === undefined) return { side, would: "place", code: null, sentence: null };
  const { rule, sentence } = receiptRow(state, denied.receipt);
  return { side, would: "deny", code: rule, sentence };
}

function smallest({ instrument, terms }: Listing, price: Price | null): Quantity {
  const least = greatest(instrument.quantityMin, instrument.sizeIncrement);
  if (price === null || !isPositive(instrument.notionalMin)) return least;
  return greatest(least, add(quantityFor(instrument.notionalMin, price, terms, instrument.sizeIncrement), instrument.sizeIncrement));
}
