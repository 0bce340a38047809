import {
  AttributionRuleRow,
  answerOf,
  ClaimOrderBody,
  ExternalOrderRow,
  FoundInstrument,
  OrderClaimed,
  pageOf,
  SearchText,
  VenueOrderText,
} from "@bulkhead/contract";
import {
  type Asset,
  type AttributionRule,
  type ExternalOrder,
  type Instrument,
  type LiveVenue,
  type PortfolioId,
  type StateView,
  UNATTRIBUTED,
  type VenueInstrument,
  type View,
} from "@bulkhead/core";
import { formatAmount } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { externalOrderRow } from "../rows/reconcile-rows.ts";
import { accountOf, portfolioOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";
import { wholeOf } from "./inbox.ts";
import { AccountQuery } from "./portfolios.ts";

const OneOrder = z.strictObject({ venue_order_id: VenueOrderText });

/** What others do in the account: their orders, whose they are, the rules that say so; and what else could be traded there. */
export function externalOrderRoutes(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/external-orders",
      operationId: "listExternalOrders",
      summary: "Orders at the venue that are not in the books: by hand, by other programs",
      action: "read",
      query: AccountQuery,
      answer: pageOf(ExternalOrderRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(desk, principal, query.account_id, "read");
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.reconciliation.externalOrders.values()].map((order) => externalOrderRow(account.state, order)),
      );
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/external-orders/{venue_order_id}/claim",
      operationId: "claimOrder",
      summary:
        "Say whose somebody else's order is; what it fills from now on is that portfolio's. Answers with the rule that would have said so",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      params: OneOrder,
      body: ClaimOrderBody,
      answer: answerOf(OrderClaimed),
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { venue_order_id: venueOrderId } = params;
      const portfolio =
        body.portfolio_id.toLowerCase() === UNATTRIBUTED ? UNATTRIBUTED : portfolioOf(account, principal, "admin", body.portfolio_id).id;
      const before = account.state.reconciliation.externalOrders.get(venueOrderId);
      await submit(account, { type: "ClaimOrder", by: principal.id, venueOrderId, portfolio, reason: body.reason });
      const { value, asOfSeq } = await settled(account, () => {
        const order = account.state.reconciliation.externalOrders.get(venueOrderId);
        return {
          venue_order_id: venueOrderId,
          portfolio_id: portfolio,
          order: order === undefined ? null : externalOrderRow(account.state, order),
          proposed_rule: before === undefined ? null : proposedRule(account.state, before, portfolio),
        };
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
  api.read(
    {
      path: "/api/attribution-rules",
      operationId: "listAttributionRules",
      summary: "Standing rules that say whose the orders and executions of others are; the first that fits counts",
      action: "read",
      query: AccountQuery,
      answer: pageOf(AttributionRuleRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(desk, principal, query.account_id, "read");
      const { value, asOfSeq } = await settled(account, () => (account.state.account?.settings.attribution ?? []).map(ruleRow));
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  searchRoute(api);
}

function searchRoute(api: Api): void {
  const { desk, options } = api.services;
  api.read(
    {
      path: "/api/instruments/search",
      operationId: "searchInstruments",
      summary: "What can be traded at the account's venue, by symbol or name, best first",
      action: "read",
      query: AccountQuery.extend({ q: SearchText.optional() }),
      answer: pageOf(FoundInstrument),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      if (!principal.actions.has("read")) authorize(principal, "read", account.id, "*");
      const found = await foundIn(account, query.q);
      if ("failed" in found) throw new HttpFailure(503, "VENUE_NOT_ANSWERING", { reason: found.failed });
      const { value, asOfSeq } = await settled(account, () =>
        found.slice(0, FOUND_MAX).map(({ instrument, assets, description, venueKey }) => {
          const base = assets.find(({ id }) => id === instrument.base);
          return {
            instrument: instrument.id,
            symbol: instrument.symbol,
            description,
            venue_key: venueKey,
            currency: instrument.quote,
            kind: base?.kind ?? "share",
            tick_size: formatAmount(instrument.tickSize, instrument.priceScale),
            size_increment: formatAmount(instrument.sizeIncrement, base?.scale ?? 0),
            in_books: account.state.listings.has(instrument.id),
            has_prices: options.seriesOf?.(account, instrument.id) !== undefined,
          };
        }),
      );
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
}

const FOUND_MAX = 100;

/** Of the venue; where nothing is asked for, or the venue is simulated, what the books know. */
async function foundIn({ live, state }: DeskAccount, text: string | undefined): ReturnType<LiveVenue["search"]> {
  return text === undefined || live === undefined ? listed(state, text ?? "") : await live.venue.search(text);
}

/** Of a simulated venue: what the books know. */
function listed(state: StateView, text: string): readonly VenueInstrument[] {
  const wanted = text.toUpperCase();
  return [...state.listings.values()]
    .filter(({ instrument }) => instrument.id.toUpperCase().includes(wanted))
    .map(({ instrument, base, quote }) => ({
      instrument: instrument as Instrument,
      assets: [base, quote] as readonly Asset[],
      description: `${instrument.symbol} in ${instrument.quote}`,
      venueKey: instrument.id,
    }));
}

/** The narrowest rule that says the same of the next such order: by its reference's beginning, else by who sent it, else by what it trades. */
function proposedRule(state: StateView, { tag, terms }: View<ExternalOrder>, portfolio: PortfolioId): AttributionRuleRow | null {
  if (portfolio === UNATTRIBUTED) return null;
  const prefix = /^[A-Za-z]+[A-Za-z._:#-]*/.exec(tag.reference)?.[0] ?? "";
  const none = { portfolio, referencePrefix: null, client: null, instrument: null };
  const rule: AttributionRule =
    prefix !== ""
      ? { ...none, referencePrefix: prefix }
      : tag.client !== "" && tag.client !== "0"
        ? { ...none, client: tag.client }
        : { ...none, instrument: terms.instrument };
  const isThere = (state.account?.settings.attribution ?? []).some(
    (each) => JSON.stringify(ruleRow(each)) === JSON.stringify(ruleRow(rule)),
  );
  return isThere ? null : ruleRow(rule);
}

function ruleRow({ portfolio, referencePrefix, client, instrument }: View<AttributionRule> | AttributionRule): AttributionRuleRow {
  const parts = [
    referencePrefix === null ? [] : [`a reference that begins with ${referencePrefix}`],
    client === null ? [] : [`client ${client}`],
    instrument === null ? [] : [String(instrument)],
  ].flat();
  const keys = { portfolio, reference_prefix: referencePrefix, client, symbol: instrument };
  const lines = Object.entries(keys).flatMap(([key, value]) => (value === null ? [] : [`${key} = ${JSON.stringify(value)}`]));
  return {
    portfolio_id: portfolio,
    reference: referencePrefix,
    client,
    instrument,
    words: `what others trade with ${parts.join(" and ")} is ${portfolio}'s`,
    toml: `[[attribute]]\n${lines.join("\n")}\n`,
  };
}
