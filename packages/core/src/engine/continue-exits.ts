import type { Quantity } from "@bulkhead/money";
import { add, isLess, isZero } from "@bulkhead/money";
import type { AssetId, InstantMs, OrderId, PortfolioId } from "../brand.ts";
import { NumberedTable } from "../numbered-table.ts";
import { NEVER_ARRIVED, type Order } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import { mayExit } from "../risk/permission.ts";
import { scopeKey } from "../scope.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { holdingAfter } from "./booking.ts";
import type { Event, EventOf, ExecutionBooked, PortfolioLots } from "./events.ts";
import { exitOrder, flattenedThrough, isExit, placeExits } from "./exits.ts";
import { done, type Step } from "./step.ts";

/**
 * What a fact frees of a position that is being closed trades now: an exit that was reached, or a flatten kill, waits for the
 * orders that competed with it, for what they filled meanwhile, and for the mode that denied it (PROT-10, CTL-6, CTL-13).
 */
export function continueExits(state: StateView, step: Step, at: InstantMs): Step {
  if (!step.ok || step.events.length === 0) return step;
  const freed = new Freed(state);
  for (const event of step.events) freed.note(event);
  const events: Event[] = [...freed.naked];
  const effects: Effect[] = [];
  let { after } = freed;
  for (const [portfolio, assets] of freed.assets)
    for (const asset of assets) {
      const placed = exitWhatIsFree(after, portfolio, asset, at);
      events.push(...placed.events);
      effects.push(...placed.effects);
      const orders = placed.effects.length;
      after = { ...after, nextOrder: after.nextOrder + orders, nextVenueOrder: after.nextVenueOrder + orders };
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

/** What a trade did to one portfolio and one of its orders: a fill, or the correction of one. */
type Traded = Readonly<{
  portfolio: PortfolioId;
  order: OrderId | null;
  asset: AssetId;
  lots: readonly PortfolioLots[];
  /** Signed change of what the order has filled. */
  filled: Quantity;
}>;

/** The events of one step, one after another: what they may have freed, and the tables as they will be, as far as an exit looks at them. */
class Freed {
  after: StateView;
  /** Positions of which more may be free now, or may be closed at all. */
  readonly assets = new Map<PortfolioId, Set<AssetId>>();
  readonly naked: Event[] = [];
  readonly #state: StateView;

  constructor(state: StateView) {
    this.#state = state;
    this.after = state;
  }

  note(event: Event): void {
    switch (event.type) {
      case "ExecutionBooked":
        if (!isNobodyClosing(this.#state, event)) this.#traded(tradesOf(this.#state, event));
        return;
      case "ExecutionCorrected":
        this.#traded(tradesOf(this.#state, event));
        return;
      case "OrderEnded":
        this.#ended(event);
        return;
      case "ProtectionEnded":
        this.#change(event.portfolio, ({ exiting }) => {
          const left = new Map(exiting);
          left.delete(event.instrument);
          return { exiting: left };
        });
        return;
      case "ModeSet": {
        const modes = new Map(this.after.modes).set(scopeKey(event.scope), { mode: event.mode, reason: event.reason });
        this.after = { ...this.after, modes };
        this.#permitted();
        return;
      }
      default:
    }
  }

  #traded(trades: readonly Traded[]): void {
    for (const traded of trades) {
      const portfolio = this.#state.portfolios.get(traded.portfolio);
      if (portfolio === undefined || !isClosing(this.#state, portfolio)) continue;
      this.after = withFill(this.after, traded);
      this.#free(traded.portfolio, traded.asset);
    }
  }

  #ended(event: EventOf<"OrderEnded">): void {
    const state = this.#state;
    const order = state.orders.get(event.order);
    const portfolio = order === undefined ? undefined : state.portfolios.get(order.portfolio);
    const asset = order === undefined ? undefined : state.listings.get(order.instrument)?.base.id;
    if (order === undefined || portfolio === undefined || asset === undefined) return;
    // An exit is not placed again at once: a venue that refuses would be asked for ever. One that we called back is, under a kill, and one
    // that provably never arrived: nobody refused it, and what it was to close is still open.
    const calledBack = order.status === "canceling" && flattenedThrough(state, portfolio.id, asset) !== undefined;
    if (isExit(order) && !calledBack && event.reason !== NEVER_ARRIVED) {
      const amount = portfolio.holdings.get(asset)?.quantity;
      const details = `exit ${event.status}: ${event.reason}`;
      if (amount !== undefined && !isZero(amount))
        this.naked.push({ type: "BreakRaised", kind: "naked_position", portfolio: portfolio.id, asset, amount, details });
      return;
    }
    if (!isClosing(state, portfolio)) return;
    this.#change(portfolio.id, ({ orders }) => ({ orders: orders.filter((id) => id !== event.order) }));
    this.#free(portfolio.id, asset);
  }

  /** Flatten kills that were held back and are not any more. A stop is tried again by the next price that reaches it (PROT-13). */
  #permitted(): void {
    if (this.after.kills.size === 0) return;
    for (const portfolio of this.after.portfolios.values())
      for (const asset of portfolio.holdings.keys()) {
        const through = flattenedThrough(this.after, portfolio.id, asset);
        if (through === undefined) continue;
        const may = (state: StateView): boolean => mayExit(state, portfolio.id, through.instrument.id);
        if (may(this.after) && !may(this.#state)) this.#free(portfolio.id, asset);
      }
  }

  #free(portfolio: PortfolioId, asset: AssetId): void {
    const assets = this.assets.get(portfolio);
    if (assets === undefined) this.assets.set(portfolio, new Set([asset]));
    else assets.add(asset);
  }

  #change(id: PortfolioId, change: (portfolio: View<Portfolio>) => Partial<View<Portfolio>>): void {
    const portfolio = this.after.portfolios.get(id);
    if (portfolio !== undefined) this.after = withPortfolio(this.after, { ...portfolio, ...change(portfolio) });
  }
}

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

/** The tables as they will be once a fill is applied; only the part that an exit looks at. */
function withFill(state: StateView, traded: Traded): StateView {
  const portfolio = state.portfolios.get(traded.portfolio);
  if (portfolio === undefined) return state;
  const { asset } = traded;
  const changes = traded.lots.filter((part) => part.portfolio === portfolio.id).flatMap((part) => part.changes);
  const held = holdingAfter(
    portfolio.holdings.get(asset),
    changes.filter((change) => change.asset === asset),
  );
  const holdings = new Map(portfolio.holdings);
  if (isZero(held.quantity)) holdings.delete(asset);
  else holdings.set(asset, held);
  const order = traded.order === null ? undefined : state.orders.get(traded.order);
  if (order === undefined) return withPortfolio(state, { ...portfolio, holdings });
  const filled = { ...order, filled: add(order.filled, traded.filled) };
  const isDone = !isLess(filled.filled, filled.quantity);
  const orders = isDone ? portfolio.orders.filter((id) => id !== filled.id) : portfolio.orders;
  const table = NumberedTable.from<OrderId, View<Order>>(state.orders.entries());
  table.set(filled.id, filled);
  return { ...withPortfolio(state, { ...portfolio, holdings, orders }), orders: table };
}

function withPortfolio(state: StateView, portfolio: View<Portfolio>): StateView {
  return { ...state, portfolios: new Map(state.portfolios).set(portfolio.id, portfolio) };
}

type Placed = Pick<Extract<Step, { ok: true }>, "events" | "effects">;
const NONE: Placed = { events: [], effects: [] };

function exitWhatIsFree(state: StateView, id: PortfolioId, asset: AssetId, at: InstantMs): Placed {
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) return NONE;
  const reached = [...portfolio.exiting].find(([instrument]) => state.listings.get(instrument)?.base.id === asset);
  const through = flattenedThrough(state, id, asset) ?? (reached === undefined ? undefined : state.listings.get(reached[0]));
  if (through === undefined) return NONE;
  // At the instant of the trigger the exit that rested at the venue trades at its price; later there is only the market.
  const trigger = reached !== undefined && reached[1].at === at ? reached[1].price : null;
  const quote = trigger ?? state.marks.get(through.instrument.id)?.price ?? null;
  const why = reached === undefined ? "kill: closes what is left" : `${reached[1].leg}: closes what is left`;
  const order = exitOrder(state, portfolio, through, { at, origin: reached === undefined ? "kill" : "protection", quote, why });
  const placed = order === undefined ? undefined : placeExits(state, [order], trigger);
  return placed?.ok === true ? placed : NONE;
}
