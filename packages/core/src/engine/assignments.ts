import type { Amount, Money, Quantity } from "@bulkhead/money";
import { absolute, add, isLess, isMore, isNegative, isPositive, isZero, negate, signOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { PortfolioId } from "../brand.ts";
import { availableCash, rateOf } from "../portfolio/nav.ts";
import { freeUnits } from "../portfolio/open-orders.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { AssignmentShare, Break } from "../reconcile/break.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { unattributedOf } from "./book-difference.ts";
import { moveCash } from "./capital.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { modesAfter } from "./reconcile-modes.ts";
import { cashOf, listingOf, lotsOf, moveShares, type ShareMove, valueOfUnits } from "./share-moves.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type Assign = CommandOf<"AssignUnattributed">;

/** Parts of a break become portfolios': units with lots, dates and the cash that their executions moved; cash as capital (REC-22 … REC-25). */
export function assignUnattributed(state: StateView, command: Assign): Step {
  const { breakId, assignmentId, by, reason } = command;
  const item = state.reconciliation.breaks.get(breakId);
  if (state.reconciliation.assignments.has(assignmentId)) return NOTHING;
  if (item === undefined) return refuse("BREAK_UNKNOWN", { break: breakId });
  const problem = assignProblem(state, command, item);
  if (problem !== null) return problem;
  const { asset, quote } = item;
  const events: Event[] = [];
  const shares = item.kind === "cash" ? assignCash(state, command, item, events) : assignUnits(state, command, item, events);
  events.push({ type: "BreakAssigned", breakId, assignmentId, asset, quote, shares, by, reason });
  events.push(...modesAfter(state, [...events]));
  return done(events);
}

/** What can be given away: units and cash that `unattributed` has because of it. */
export const isAssignable = (item: View<Break>): boolean =>
  item.kind === "position" || item.kind === "cash" || item.kind === "unknown_order";

function assignProblem(state: StateView, command: Assign, item: View<Break>): Step | null {
  const { breakId, shares } = command;
  if (!isAssignable(item)) return refuse("BREAK_NOT_ASSIGNABLE", { break: breakId });
  if (isZero(item.left)) return refuse("BREAK_CLOSED", { break: breakId });
  let sum: Amount = ZERO_MONEY;
  const named = new Set<PortfolioId>();
  for (const { portfolio: id, amount } of shares) {
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
    if (id === UNATTRIBUTED) return refuse("PORTFOLIO_BUILT_IN", { portfolio: id });
    if (portfolio.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: id });
    if (signOf(amount) !== signOf(item.left) || named.has(id)) return refuse("ASSIGNMENT_TOO_LARGE", { break: breakId });
    named.add(id);
    sum = add(sum, amount);
  }
  if (shares.length === 0 || isMore(absolute(sum), absolute(item.left as Amount)))
    return refuse("ASSIGNMENT_TOO_LARGE", { break: breakId });
  return item.kind === "cash" ? cashProblem(state, command, item) : unitsProblem(state, command, item, sum as Quantity);
}

function cashProblem(state: StateView, { shares }: Assign, { asset }: View<Break>): Step | null {
  if (rateOf(state, asset) === undefined) return refuse("RATE_MISSING", { asset });
  return payersProblem(
    state,
    asset,
    shares.map(({ portfolio, amount }) => ({ portfolio, cash: amount as Money })),
  );
}

/** Who gives cash has it free: `unattributed` what the shares receive together, each portfolio what its share costs. */
function payersProblem(
  state: StateView,
  asset: Break["asset"],
  parts: readonly Readonly<{ portfolio: PortfolioId; cash: Money }>[],
): Step | null {
  let given = ZERO_MONEY;
  for (const { portfolio: id, cash } of parts) {
    if (isPositive(cash)) given = add(given, cash);
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined || !isNegative(cash)) continue;
    if (isLess(availableCash(state, portfolio, asset), negate(cash))) return refuse("CAPITAL_INSUFFICIENT", { portfolio: id, asset });
  }
  const mayPromise = state.account?.settings.overAllocation === true;
  if (!mayPromise && isPositive(given) && isLess(availableCash(state, unattributedOf(state), asset), given))
    return refuse("CAPITAL_INSUFFICIENT", { portfolio: UNATTRIBUTED, asset });
  return null;
}

function unitsProblem(state: StateView, { shares }: Assign, item: View<Break>, sum: Quantity): Step | null {
  const listing = listingOf(state, item);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: item.instrument ?? item.asset });
  if (rateOf(state, listing.quote.id) === undefined) return refuse("RATE_MISSING", { asset: listing.quote.id });
  const giver = unattributedOf(state);
  const held = giver.holdings.get(item.asset)?.quantity ?? ZERO_QUANTITY;
  const instrument = listing.instrument.id;
  // Units that came are there, or somebody moved them away; units that went left a holding of the other sign, or none.
  const isHeld = signOf(held) === signOf(sum);
  if (isHeld ? isLess(freeUnits(state, giver, item.asset), absolute(sum)) : isZero(held) && isPositive(sum))
    return refuse("POSITION_INSUFFICIENT", { portfolio: UNATTRIBUTED, instrument });
  const margined = listing.instrument.settlement === "margined";
  for (const { portfolio: id, amount } of shares) {
    const portfolio = state.portfolios.get(id);
    const theirs = portfolio?.holdings.get(item.asset)?.quantity ?? ZERO_QUANTITY;
    if (portfolio === undefined || isZero(theirs) || signOf(theirs) === signOf(amount)) continue;
    // Closing a margined position moves cash between the two, which nobody told of.
    if (margined) return refuse("POSITION_INSUFFICIENT", { portfolio: id, instrument });
    if (isMore(absolute(amount as Quantity), freeUnits(state, portfolio, item.asset)))
      return refuse("POSITION_RESERVED", { portfolio: id, instrument });
  }
  if (margined && !isHeld) return refuse("POSITION_INSUFFICIENT", { portfolio: UNATTRIBUTED, instrument });
  const parts = shares.map(({ portfolio, amount }) => ({ portfolio, cash: cashOf(item, amount) }));
  return payersProblem(state, item.quote, parts);
}

function assignCash(state: StateView, { assignmentId, shares }: Assign, { asset }: View<Break>, events: Event[]): AssignmentShare[] {
  return shares.map(({ portfolio, amount }) => {
    const cash = amount as Money;
    const way = isPositive(cash) ? { from: UNATTRIBUTED, to: portfolio } : { from: portfolio, to: UNATTRIBUTED };
    events.push(moveCash(state, { ...way, asset, amount: absolute(cash), transferId: `${assignmentId}:${portfolio}` }));
    return { portfolio, amount, cash: ZERO_MONEY, lots: [] };
  });
}

function assignUnits(state: StateView, { assignmentId, shares, at }: Assign, item: View<Break>, events: Event[]): AssignmentShare[] {
  const listing = listingOf(state, item);
  if (listing === undefined) return [];
  const giver = unattributedOf(state);
  const named = lotsOf(giver, item);
  const moves = shares.flatMap(({ portfolio: id, amount }): ShareMove[] => {
    const to = state.portfolios.get(id);
    if (to === undefined) return [];
    return [{ from: giver, to, quantity: amount as Quantity, cash: cashOf(item, amount), named, transferId: `${assignmentId}:${id}` }];
  });
  const moved = moveShares(state, { listing, moves, at, value: (quantity) => valueOfUnits(state, item, listing, quantity) }, events);
  return shares.map(({ portfolio, amount }, index) => ({
    portfolio,
    amount,
    cash: moves[index]?.cash ?? ZERO_MONEY,
    lots: moved[index] ?? [],
  }));
}
