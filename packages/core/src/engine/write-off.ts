import type { Amount, Money } from "@bulkhead/money";
import { isZero, negate, ZERO_MONEY } from "@bulkhead/money";
import type { LedgerAccount } from "../ledger/ledger.ts";
import { inBase, valuePortfolio } from "../portfolio/nav.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Break, WriteOffCategory } from "../reconcile/break.ts";
import { partOf } from "../reconcile/unit-cost.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { isAssignable } from "./assignments.ts";
import { unattributedOf } from "./book-difference.ts";
import { Entry } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import type { Event, Flow } from "./events.ts";
import { modesAfter } from "./reconcile-modes.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Where a category stands in the books; null: it stays capital, for nothing was earned or paid. */
const ACCOUNTS: Readonly<Record<WriteOffCategory, LedgerAccount | null>> = {
  fee: "fees",
  dividend: "dividends",
  interest: "interest",
  airdrop: "income",
  rounding: "rounding",
  trade: null,
  split: null,
  transfer: null,
};

/** What is left of a break stays with `unattributed` under a category: only now may it count as earned or paid (REC-26). */
export function writeOffBreak(state: StateView, command: CommandOf<"WriteOffBreak">): Step {
  const { breakId, category, by, reason } = command;
  const item = state.reconciliation.breaks.get(breakId);
  if (item === undefined) return refuse("BREAK_UNKNOWN", { break: breakId });
  if (item.status === "written_off" && item.category === category) return NOTHING;
  if (!isAssignable(item)) return refuse("BREAK_NOT_ASSIGNABLE", { break: breakId });
  const amount = item.left as Amount;
  if (isZero(amount)) return refuse("BREAK_CLOSED", { break: breakId });
  const booked = reclassified(state, item, category, amount);
  const events: Event[] = [{ type: "BreakWrittenOff", breakId, category, asset: item.asset, amount, by, reason, ...booked }];
  return done([...events, ...modesAfter(state, events)]);
}

type Reclassified = Pick<Extract<Event, { type: "BreakWrittenOff" }>, "postings" | "flows">;

/** Out of capital into what it was, with the flow that it came by taken back: it counts as a result from now on. Negative undoes it. */
export function reclassified(state: StateView, item: View<Break>, category: WriteOffCategory | null, amount: Amount): Reclassified {
  const account = category === null ? null : ACCOUNTS[category];
  // Executions were booked as trades, with their own results: nothing of them is capital.
  if (account === null || item.kind === "unknown_order") return { postings: [], flows: [] };
  const value = item.kind === "cash" ? (amount as Money) : partOf(item.cost as Money, amount, item.amount as Amount);
  const asset = item.kind === "cash" ? item.asset : item.quote;
  const entry = new Entry(state);
  if (isMargined(state, item)) return { postings: [], flows: [] };
  entry.move(UNATTRIBUTED, account, "capital", asset, value);
  const flow: Flow = {
    portfolio: UNATTRIBUTED,
    amount: negate(inBase(state, asset, value) ?? ZERO_MONEY),
    equityBefore: valuePortfolio(state, unattributedOf(state)).equity,
  };
  return { postings: entry.postings, flows: [flow] };
}

const isMargined = (state: StateView, item: View<Break>): boolean =>
  item.instrument !== null && state.listings.get(item.instrument)?.instrument.settlement === "margined";
