import type { Amount, Money, Quantity } from "@bulkhead/money";
import { absolute, add, isLess, isPositive, isZero, negate, signOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { availableCash, rateOf } from "../portfolio/nav.ts";
import { freeUnits } from "../portfolio/open-orders.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Assignment, AssignmentShare, Break } from "../reconcile/break.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { unattributedOf } from "./book-difference.ts";
import { moveCash } from "./capital.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { modesAfter } from "./reconcile-modes.ts";
import { listingOf, moveShares, type ShareMove, valueOfUnits } from "./share-moves.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";
import { reclassified } from "./write-off.ts";

type Undo = CommandOf<"UndoAssignment">;
type Undone = Readonly<{ item: View<Break>; assignment: View<Assignment> }>;

/** Takes an assignment or a write-off back: what it gave returns to `unattributed`, and the break is open again (REC-27). */
export function undoAssignment(state: StateView, command: Undo): Step {
  const { assignmentId, by, reason } = command;
  const assignment = state.reconciliation.assignments.get(assignmentId);
  const item = assignment === undefined ? undefined : state.reconciliation.breaks.get(assignment.breakId);
  if (assignment === undefined) return refuse("ASSIGNMENT_UNKNOWN", { assignment: assignmentId });
  if (assignment.undone || item === undefined) return NOTHING;
  const amount = assignment.shares.reduce<Amount>((sum, share) => add(sum, share.amount as Amount), ZERO_MONEY);
  const about = { type: "AssignmentUndone", assignmentId, breakId: item.id, asset: item.asset, amount, by, reason } as const;
  const isWriteOff = assignment.shares.some(({ portfolio }) => portfolio === UNATTRIBUTED);
  if (isWriteOff) return opened(state, [], { ...about, ...reclassified(state, item, item.category, negate(amount)) });
  const problem = item.kind === "cash" ? cashProblem(state, { item, assignment }) : unitsProblem(state, { item, assignment });
  if (problem !== null) return problem;
  const events: Event[] = [];
  if (item.kind === "cash") returnCash(state, command, { item, assignment }, events);
  else returnUnits(state, command, { item, assignment }, events);
  return opened(state, events, { ...about, postings: [], flows: [] });
}

function opened(state: StateView, moved: readonly Event[], undone: Event): Step {
  const events = [...moved, undone];
  return done([...events, ...modesAfter(state, events)]);
}

const spent = (portfolio: View<Portfolio>): Step => refuse("ASSIGNMENT_SPENT", { portfolio: portfolio.id });

function cashProblem(state: StateView, { item, assignment }: Undone): Step | null {
  if (rateOf(state, item.asset) === undefined) return refuse("RATE_MISSING", { asset: item.asset });
  let owed = ZERO_MONEY;
  for (const { portfolio: id, amount } of assignment.shares) {
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined) continue;
    if (!isPositive(amount)) owed = add(owed, absolute(amount as Money));
    else if (isLess(availableCash(state, portfolio, item.asset), amount as Money)) return spent(portfolio);
  }
  const giver = unattributedOf(state);
  return isLess(availableCash(state, giver, item.asset), owed) && isPositive(owed) ? spent(giver) : null;
}

/** Units that opened at a portfolio are free there in full; units that closed its own open there again. */
function unitsProblem(state: StateView, { item, assignment }: Undone): Step | null {
  const listing = listingOf(state, item);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: item.instrument ?? item.asset });
  if (rateOf(state, listing.quote.id) === undefined) return refuse("RATE_MISSING", { asset: listing.quote.id });
  for (const share of assignment.shares) {
    const portfolio = state.portfolios.get(share.portfolio);
    if (portfolio !== undefined && !isFree(state, portfolio, item, share as AssignmentShare)) return spent(portfolio);
  }
  return null;
}

function isFree(state: StateView, portfolio: View<Portfolio>, item: View<Break>, { amount, cash, lots }: AssignmentShare): boolean {
  const held = portfolio.holdings.get(item.asset)?.quantity ?? ZERO_QUANTITY;
  const isHeld = signOf(held) === signOf(amount);
  const enough = isHeld && !isLess(freeUnits(state, portfolio, item.asset), absolute(amount as Quantity));
  const closedOnly = !isHeld && lots.length === 0;
  return (enough || closedOnly) && !(isPositive(cash) && isLess(availableCash(state, portfolio, item.quote), cash));
}

function returnCash(state: StateView, { assignmentId }: Undo, { item, assignment }: Undone, events: Event[]): void {
  for (const { portfolio, amount } of assignment.shares) {
    const way = isPositive(amount) ? { from: portfolio, to: UNATTRIBUTED } : { from: UNATTRIBUTED, to: portfolio };
    const transferId = `undo:${assignmentId}:${portfolio}`;
    events.push(moveCash(state, { ...way, asset: item.asset, amount: absolute(amount as Money), transferId }));
  }
}

function returnUnits(state: StateView, { assignmentId, at }: Undo, { item, assignment }: Undone, events: Event[]): void {
  const listing = listingOf(state, item);
  if (listing === undefined) return;
  const to = unattributedOf(state);
  const moves = assignment.shares.flatMap(({ portfolio: id, amount, cash, lots: named }): ShareMove[] => {
    const from = state.portfolios.get(id);
    if (from === undefined || isZero(amount)) return [];
    const transferId = `undo:${assignmentId}:${id}`;
    return [{ from, to, quantity: amount as Quantity, cash: cash as Money, named, transferId }];
  });
  moveShares(state, { listing, moves, at, value: (quantity) => valueOfUnits(state, item, listing, quantity) }, events);
}
