import type { Quantity } from "@bulkhead/money";
import { add, isLess, isZero } from "@bulkhead/money";
import type { AssetId, InstantMs, OrderId, PortfolioId } from "../brand.ts";
import type { Holding } from "../lots/lot.ts";
import { NumberedTable } from "../numbered-table.ts";
import { NEVER_ARRIVED, type Order } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { holdingAfter } from "./booking.ts";
import type { Event, EventOf, ExecutionBooked, PortfolioLots } from "./events.ts";
import { exitOrder, flattenedThrough, isExit, placeExits } from "./exits.ts";
import { done, type Step } from "./step.ts";

/**
 * What a fact frees of a position that is being closed trades now: an exit that was reached, or a flatten kill, waits for the
 * orders that competed with it, and for what they filled meanwhile (PROT-10, CTL-6).
 */
export function continueExits(state: StateView, step: Step, at: InstantMs): Step {
  if (!step.ok || step.events.length === 0) return step;
  const events: Event[] = [];
  const effects: Effect[] = [];
  for (const event of step.events) {
    if (event.type === "ExecutionBooked" && isNobodyClosing(state, event)) continue;
    if (event.type === "ExecutionBooked" || event.type === "ExecutionCorrected")
      for (const traded of tradesOf(state, event)) afterTrade(state, step.events, traded, at, events, effects);
    else if (event.type === "OrderEnded") afterEnd(state, event, at, events, effects);
  }
  return events.length === 0 ? step : done([...step.events, ...events], [...step.effects, ...effects]);
}

const isClosing = (state: StateView, portfolio: View<Portfolio>): boolean => portfolio.exiting.size > 0 || state.kills.size > 0;

/** What nearly every fill finds: nothing waits to be closed. */
function isNobodyClosing(state: StateView, event: ExecutionBooked): boolean {
  if (state.kills.size > 0) return false;
  for (let i = 0; i < event.allocations.length; i++) {
    const share = event.allocations[i];
    const portfolio = share === undefined ? undefined : state.portfolios.get(share.portfolio);
    if (portfolio !== undefined && portfolio.exiting.size > 0) return false;
  }
  return true;
}

function afterEnd(state: StateView, event: EventOf<"OrderEnded">, at: InstantMs, events: Event[], effects: Effect[]): void {
  const order = state.orders.get(event.order);
  const portfolio = order === undefined ? undefined : state.portfolios.get(order.portfolio);
  const asset = order === undefined ? undefined : state.listings.get(order.instrument)?.base.id;
  if (order === undefined || portfolio === undefined || asset === undefined) return;
  // An exit is not placed again at once: a venue that refuses would be asked for ever. One that we called back is, under a kill, and one
  // that provably never arrived: nobody refused it, and what it was to close is still open.
  const calledBack = order.status === "canceling" && flattenedThrough(state, portfolio.id, asset) !== undefined;
  if (isExit(order) && !calledBack && event.reason !== NEVER_ARRIVED) {
    const held = portfolio.holdings.get(asset)?.quantity;
    if (held !== undefined && !isZero(held))
      events.push({
        type: "BreakRaised",
        kind: "naked_position",
        portfolio: portfolio.id,
        asset,
        amount: held,
        details: `exit ${event.status}: ${event.reason}`,
      });
    return;
  }
  if (!isClosing(state, portfolio)) return;
  const orders = portfolio.orders.filter((id) => id !== event.order);
  exitWhatIsFree(withPortfolio(state, { ...portfolio, orders }), portfolio.id, asset, portfolio.exiting, at, events, effects);
}

/** What a trade did to one portfolio and one of its orders: a fill, or the correction of one. */
type Traded = Readonly<{
  portfolio: PortfolioId;
  order: OrderId | null;
  asset: AssetId;
  lots: readonly PortfolioLots[];
  /** Signed change of what the order has filled. */
  filled: Quantity;
}>;

function tradesOf(state: StateView, event: ExecutionBooked | EventOf<"ExecutionCorrected">): readonly Traded[] {
  if (event.type === "ExecutionBooked") {
    const asset = state.listings.get(event.instrument)?.base.id;
    if (asset === undefined) return [];
    return event.allocations.map(({ portfolio, order, quantity }) => ({ portfolio, order, asset, lots: event.lots, filled: quantity }));
  }
  const booked = state.executions.get(event.execution);
  const asset = booked === undefined ? undefined : state.listings.get(booked.instrument)?.base.id;
  if (booked === undefined || asset === undefined) return [];
  return [{ portfolio: booked.portfolio, order: booked.order, asset, lots: event.lots, filled: event.filled }];
}

function afterTrade(state: StateView, all: readonly Event[], traded: Traded, at: InstantMs, events: Event[], effects: Effect[]): void {
  const { asset } = traded;
  const portfolio = state.portfolios.get(traded.portfolio);
  if (portfolio === undefined || !isClosing(state, portfolio)) return;
  const exiting = new Map(portfolio.exiting);
  for (const other of all) if (other.type === "ProtectionEnded" && other.portfolio === portfolio.id) exiting.delete(other.instrument);
  const changes = traded.lots.filter((part) => part.portfolio === portfolio.id).flatMap((part) => part.changes);
  const held = holdingAfter(
    portfolio.holdings.get(asset),
    changes.filter((change) => change.asset === asset),
  );
  const order = traded.order === null ? undefined : state.orders.get(traded.order);
  const filled = order === undefined ? undefined : { ...order, filled: add(order.filled, traded.filled) };
  exitWhatIsFree(withFill(state, portfolio, { asset, held, filled }), portfolio.id, asset, exiting, at, events, effects);
}

type Filled = Readonly<{ asset: AssetId; held: View<Holding>; filled: View<Order> | undefined }>;

/** The tables as they will be once a fill is applied; only the part that an exit looks at. */
function withFill(state: StateView, portfolio: View<Portfolio>, { asset, held, filled }: Filled): StateView {
  const holdings = new Map(portfolio.holdings);
  if (isZero(held.quantity)) holdings.delete(asset);
  else holdings.set(asset, held);
  const isDone = filled !== undefined && !isLess(filled.filled, filled.quantity);
  const orders = isDone ? portfolio.orders.filter((id) => id !== filled.id) : portfolio.orders;
  const after = withPortfolio(state, { ...portfolio, holdings, orders });
  if (filled === undefined) return after;
  const table = NumberedTable.from<OrderId, View<Order>>(state.orders.entries());
  table.set(filled.id, filled);
  return { ...after, orders: table };
}

function withPortfolio(state: StateView, portfolio: View<Portfolio>): StateView {
  return { ...state, portfolios: new Map(state.portfolios).set(portfolio.id, portfolio) };
}

function exitWhatIsFree(
  after: StateView,
  id: PortfolioId,
  asset: AssetId,
  exiting: View<Portfolio>["exiting"],
  at: InstantMs,
  events: Event[],
  effects: Effect[],
): void {
  const portfolio = after.portfolios.get(id);
  if (portfolio === undefined) return;
  const reached = [...exiting].find(([instrument]) => after.listings.get(instrument)?.base.id === asset);
  const through = flattenedThrough(after, id, asset) ?? (reached === undefined ? undefined : after.listings.get(reached[0]));
  if (through === undefined) return;
  // At the instant of the trigger the exit that rested at the venue trades at its price; later there is only the market.
  const trigger = reached !== undefined && reached[1].at === at ? reached[1].price : null;
  const quote = trigger ?? after.marks.get(through.instrument.id)?.price ?? null;
  const why = reached === undefined ? "kill: closes what is left" : `${reached[1].leg}: closes what is left`;
  const order = exitOrder(after, portfolio, through, { at, origin: reached === undefined ? "kill" : "protection", quote, why });
  if (order === undefined) return;
  const placed = placeExits(after, [order], trigger);
  if (!placed.ok) return;
  events.push(...placed.events);
  effects.push(...placed.effects);
}
