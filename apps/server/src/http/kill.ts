import type { KillOutcome } from "@bulkhead/contract";
import {
  type CommandOf,
  type Event,
  type EventOf,
  type InstantMs,
  isTerminal,
  type Listing,
  type Order,
  type OrderId,
  preview,
  type Scope,
  type StateView,
  scopeKey,
  UNATTRIBUTED,
  type View,
} from "@bulkhead/core";
import { type Price, valueOf } from "@bulkhead/money";
import type { DeskAccount } from "../desk/desk.ts";
import type { FeeOf } from "../desk/venue.ts";
import { refused } from "./failure.ts";
import { amountText, moneyText, quantityText } from "./rows/figures.ts";
import { orderRow } from "./rows/order-rows.ts";
import { settled, submit } from "./settle.ts";

/** How long an answer waits for the venue to confirm cancels. */
const CONFIRM_MS = 1_000;
type Mention = KillOutcome["confirmed"][number];
type Kill = Omit<CommandOf<"EngageKill">, "at">;
export type Settled<T> = Readonly<{ value: T; asOfSeq: number }>;

/** A kill that is in the journal, and what is to come of it. */
export type EngagedKill = Readonly<{
  /** Which orders have ended, which not yet; waits for the venue, at most a second. */
  outcome: (feeOf?: FeeOf) => Promise<Settled<KillOutcome>>;
}>;

/** Engages a kill: durable on return. Throws `HttpFailure` where it is not taken. */
export async function engage(account: DeskAccount, command: Kill): Promise<EngagedKill> {
  const { record } = await submit(account, command);
  const events = record?.events ?? [];
  return {
    outcome: async (feeOf) => {
      await confirmed(account, canceledBy(events));
      return await settled(account, () => outcomeOf(account, command, events, feeOf));
    },
  };
}

/** What a kill would do now; nothing changes. Throws `HttpFailure` where it would be refused. */
export function previewed(account: DeskAccount, command: Kill, now: number, feeOf?: FeeOf): Promise<Settled<KillOutcome>> {
  return settled(account, () => {
    const at = Math.max(now, account.state.at) as InstantMs;
    const step = preview(account.state, { ...command, at });
    if (!step.ok) throw refused(step.refusal);
    return outcomeOf(account, command, step.events, feeOf);
  });
}

const canceledBy = (events: readonly Event[]): readonly OrderId[] =>
  events.flatMap((event) => (event.type === "CancelRequested" ? [event.order] : []));

/** Resolves when the venue has confirmed every cancel, or has had its time. */
function confirmed(account: DeskAccount, orders: readonly OrderId[]): Promise<void> {
  const isDone = (): boolean => orders.every((id) => isTerminal(account.state.orders.get(id)?.status ?? "canceled"));
  if (isDone()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, CONFIRM_MS);
    const stop = account.onDurable(() => {
      if (isDone()) end();
    });
  });
}

type Step = Pick<Kill, "scope" | "level">;

function outcomeOf(account: DeskAccount, { scope, level }: Step, events: readonly Event[], feeOf: FeeOf | undefined): KillOutcome {
  const { state } = account;
  const canceled = new Set(canceledBy(events));
  const covered = [...state.orders.values()].filter((order) => covers(scope, order));
  const mentions = (orders: readonly View<Order>[]): Mention[] => orders.flatMap((order) => mention(account, order));
  const open = covered.filter((order) => !isTerminal(order.status));
  const exits = events.flatMap((event) => (event.type === "OrderPlaced" ? [event] : []));
  const placed = new Set(exits.map(({ order }) => order));
  // A broker that is not connected, or does not know the order yet, is told when it can be; until then nobody canceled anything.
  const reaches = ({ id }: View<Order>): boolean => account.live?.canCancel(id) ?? true;
  return {
    scope: scopeKey(scope),
    level,
    entries_stopped: [...state.portfolios.values()]
      .filter(({ id, archived }) => !archived && id !== UNATTRIBUTED && (scope.kind !== "portfolio" || scope.portfolio === id))
      .map(({ id }) => id),
    confirmed: mentions(covered.filter((order) => canceled.has(order.id) && isTerminal(order.status))),
    unconfirmed: mentions(open.filter((order) => canceled.has(order.id) && reaches(order))),
    not_cancellable:
      level === "pause" ? [] : mentions(open.filter((order) => !placed.has(order.id) && !(canceled.has(order.id) && reaches(order)))),
    exits: exits.flatMap((event) => exitOf(state, event, feeOf)),
  };
}

/** A position that is closed, and what closing it at the last mark comes to. */
function exitOf(
  state: StateView,
  { portfolio, terms: { instrument, side, quantity } }: EventOf<"OrderPlaced">,
  feeOf: FeeOf | undefined,
): KillOutcome["exits"] {
  const listing = state.listings.get(instrument) as Listing | undefined;
  if (listing === undefined) return [];
  const price = state.marks.get(instrument)?.price as Price | undefined;
  const value = price === undefined ? undefined : valueOf(quantity, price, listing.terms);
  const fee = value === undefined || feeOf === undefined ? undefined : feeOf(listing, { side, quantity, value });
  const feeAsset = fee == null ? undefined : state.assets.get(fee.asset);
  return [
    {
      portfolio_id: portfolio,
      instrument,
      side,
      quantity: quantityText(listing, quantity),
      value: value === undefined ? null : moneyText(listing, value),
      currency: listing.quote.id,
      fee: fee === undefined ? null : fee === null ? "0" : feeAsset === undefined ? null : amountText(feeAsset, fee.amount),
      fee_asset: fee === undefined ? null : (fee?.asset ?? listing.quote.id),
    },
  ];
}

function covers(scope: Scope, order: View<Order>): boolean {
  if (scope.kind === "account") return true;
  return scope.kind === "portfolio" ? order.portfolio === scope.portfolio : order.instrument === scope.instrument;
}

function mention(account: DeskAccount, order: View<Order>): readonly Mention[] {
  const row = orderRow(account.state, order);
  return row === undefined
    ? []
    : [{ order_id: row.order_id, portfolio_id: row.portfolio_id, instrument: row.instrument, side: row.side, leaves: row.leaves }];
}
