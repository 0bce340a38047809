import { type ConnectionRow, type ExternalOrderRow, explain, type InboxRow } from "@bulkhead/contract";
import {
  type AssetId,
  type Break,
  type ExternalOrder,
  type Listing,
  type PortfolioId,
  type StateView,
  UNATTRIBUTED,
  type VenueTag,
  type View,
} from "@bulkhead/core";
import { type Amount, formatAmount, isZero, type Money, type Price, type Quantity, split, unitsOf } from "@bulkhead/money";
import type { DeskAccount } from "../../desk/desk.ts";
import { iso, isoOrNull, orNull, priceText, quantityText } from "./figures.ts";

/** Stretches that statements covered, of the latest. */
const COVERED_SHOWN = 20;

/** How an account stands with its broker; a simulated venue is always there. */
export function connectionRow({ id, state, live }: Pick<DeskAccount, "id" | "state" | "live">): ConnectionRow {
  const { baselineAt, barrierAt, breaks, history } = state.reconciliation;
  const status = live?.status;
  const session = status?.session;
  return {
    account_id: id,
    mode: state.account?.mode ?? "paper",
    venue: status?.venue ?? "simulated",
    access: state.account?.settings.access ?? "trade",
    state: session?.state ?? "simulated",
    wanted: status?.wanted ?? true,
    since: isoOrNull(session?.since),
    reason: session?.reason ?? "",
    venue_account: session?.account ?? null,
    environment: session?.environment ?? null,
    session: session?.number ?? 0,
    heard_at: isoOrNull(session?.heardAt),
    clients: (status?.clients ?? []).map(({ clientId, state, since, reason, heardAt, portfolios, strategies }) => ({
      ...{ client_id: clientId, state, since: iso(since), reason, heard_at: isoOrNull(heardAt) },
      ...{ portfolios: [...portfolios], strategies: [...strategies] },
    })),
    compared: status?.compared ?? true,
    compared_at: isoOrNull(barrierAt),
    adopted_at: isoOrNull(baselineAt),
    failing: [...(status?.failing ?? [])],
    history_gap: status === undefined || status.gap === null ? null : { from: iso(status.gap.from), to: iso(status.gap.to) },
    history_missing: history.gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
    history_covered: history.covered.slice(-COVERED_SHOWN).map(({ from, to, source, statementAccount, executions }) => ({
      from: iso(from),
      to: iso(to),
      source,
      statement_account: statementAccount,
      executions,
    })),
    unknown_orders: status?.unknownOrders ?? 0,
    open_breaks: [...breaks.values()].filter((each) => each.status === "open").length,
    waiting_facts: status?.waiting.facts ?? 0,
    waiting_messages: status?.waiting.messages ?? 0,
    refused_facts: (status?.refused ?? []).map(({ at, ...fact }) => ({ at: iso(at), ...fact })),
  };
}

/** One break of the inbox, with how it would be split, and who sent what it is about; null: the venue did not tell, or nobody knows any more. */
export function inboxRow(state: StateView, item: View<Break>, tag: VenueTag | null): InboxRow {
  const sent = state.reconciliation.externalOrders.get(item.venueOrderId)?.tag ?? tag;
  const scale = state.assets.get(item.asset)?.scale ?? 0;
  const quoteScale = state.assets.get(item.quote)?.scale ?? 0;
  const text = (amount: View<Amount> | Amount): string => formatAmount(amount as Amount, scale);
  const money = (amount: View<Money>): string => formatAmount(amount as Money, quoteScale);
  const orderId = item.venueOrder === null ? null : (state.owners.orders[item.venueOrder - 1] ?? null);
  // An order that works has traded nothing yet: no amount is said of it.
  const figures = { ...(item.kind === "external_order" ? {} : { amount: text(item.left) }), asset: item.asset, order: orderId ?? "" };
  const says = [
    explain(`DIFFERENCE_${item.kind.toUpperCase()}`, figures),
    ...(item.proposal === "none" ? [] : [explain(`PROPOSAL_${item.proposal.toUpperCase()}`)]),
  ];
  return {
    break_id: item.id,
    kind: item.kind,
    status: item.status,
    asset: item.asset,
    instrument: item.instrument,
    currency: item.quote,
    amount: text(item.amount),
    left: text(item.left),
    cost: money(item.cost),
    cash: money(item.cash),
    proposal: item.proposal,
    says: says.join(" "),
    venue_order_id: item.venueOrderId,
    order_id: orderId,
    evidence: item.evidence,
    reference: sent?.reference ?? null,
    client: sent?.client ?? null,
    opened_at: iso(item.openedAt),
    last_seen_at: iso(item.lastSeenAt),
    barriers: item.barriers,
    category: item.category,
    assignments: [...state.reconciliation.assignments]
      .filter(([, { breakId }]) => breakId === item.id)
      .map(([id, { shares, undone }]) => ({
        assignment_id: id,
        undone,
        shares: shares.map(({ portfolio, amount }) => ({ portfolio_id: portfolio, amount: text(amount) })),
      })),
    pro_rata: proRata(state, item.asset, item.left as Amount).map(({ portfolio, amount }) => ({
      portfolio_id: portfolio,
      amount: text(amount),
    })),
  };
}

/** What is left of a break by what each portfolio holds of its asset; where cash differs, by the cash that each has. Empty: nobody holds any. */
export function proRata(state: StateView, asset: AssetId, left: Amount): readonly Readonly<{ portfolio: PortfolioId; amount: Amount }>[] {
  const isCash = state.assets.get(asset)?.kind === "cash";
  const held = [...state.portfolios.values()]
    .filter(({ id, archived }) => id !== UNATTRIBUTED && !archived)
    .map(({ id, holdings, ledger }) => {
      const amount = isCash ? ledger.get(asset)?.cash : holdings.get(asset)?.quantity;
      const units = amount === undefined ? 0 : unitsOf(amount as Amount);
      return { portfolio: id, weight: isCash ? Math.max(0, units) : Math.abs(units) };
    })
    .filter(({ weight }) => weight > 0);
  if (held.length === 0 || isZero(left)) return [];
  const parts = split(
    left,
    held.map(({ weight }) => weight),
  );
  return held.map(({ portfolio }, i) => ({ portfolio, amount: parts[i] as Amount })).filter(({ amount }) => !isZero(amount));
}

/** An order at the venue that is not in the books. */
export function externalOrderRow(state: StateView, order: View<ExternalOrder>): ExternalOrderRow {
  const { tag, terms, filled, portfolio, seenAt, venueOrder } = order;
  const listing = state.listings.get(terms.instrument) as Listing | undefined;
  const quantity = (amount: View<Amount>): string => (listing === undefined ? "0" : quantityText(listing, amount as Quantity));
  const price = (value: View<Price> | null): string | null =>
    listing === undefined ? null : orNull<Price>(value, (each) => priceText(listing, each));
  return {
    venue_order_id: tag.venueOrderId,
    reference: tag.reference,
    client: tag.client,
    is_ours: venueOrder !== null,
    instrument: terms.instrument,
    side: terms.side,
    order_type: terms.orderType,
    quantity: quantity(terms.quantity),
    filled: quantity(filled),
    limit: price(terms.limit),
    stop: price(terms.stop),
    time_in_force: terms.timeInForce,
    portfolio_id: portfolio,
    seen_at: iso(seenAt),
  };
}
