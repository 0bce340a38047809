import type { Amount } from "@bulkhead/money";
import { add, isEqual, isNegative, subtract, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { InvariantViolation } from "../assert.ts";
import type { InstantMs, OrderId, PortfolioId } from "../brand.ts";
import { intentKey, isTerminal, mayBecome, type Order, wishKey } from "../order/order.ts";
import type { State } from "../state.ts";
import type { EventOf, OrderPlaced } from "./events.ts";

const MINUTE_MS = 60_000;

/** The order, its venue order, its reservation, and what the next orders are compared with. */
export function placeOrderInTables(state: State, event: OrderPlaced, at: InstantMs): void {
  const portfolio = state.portfolios.get(event.portfolio);
  if (portfolio === undefined) throw new InvariantViolation("PORTFOLIO_UNKNOWN", event.portfolio);
  const { instrument, side, quantity, orderType, limit, stop, timeInForce, expiresAt } = event.terms;
  const order: Order = {
    id: event.order,
    portfolio: event.portfolio,
    instrument,
    side,
    quantity,
    orderType,
    limit,
    stop,
    timeInForce,
    expiresAt,
    origin: event.origin,
    protect: event.protect,
    lots: event.lots,
    venueOrder: event.venueOrder,
    placedAt: at,
    status: "sending",
    filled: ZERO_QUANTITY,
    reserved: ZERO_MONEY,
    reservedAsset: event.reservedAsset,
    holdback: event.holdback,
    fees: ZERO_MONEY,
  };
  state.orders.set(order.id, order);
  portfolio.orders.push(order.id);
  state.venueOrders.set(event.venueOrder, {
    seq: event.venueOrder,
    epoch: state.epoch,
    instrument,
    side,
    orders: [order.id],
    venueOrderId: null,
  });
  state.owners.portfolios[event.venueOrder - 1] = event.portfolio;
  state.owners.orders[event.venueOrder - 1] = event.order;
  setReservation(state, order, event.reserved);
  state.nextOrder = event.order + 1;
  state.nextVenueOrder = event.venueOrder + 1;
  rememberIntent(state, event.portfolio, event.intentId, { instrument, side, asked: event.receipt?.asked ?? quantity });
  const window = state.account?.settings.duplicateWindowMs ?? 0;
  if (window > 0 && (event.origin === "person" || event.origin === "strategy")) {
    const { recentOrders } = portfolio;
    while (recentOrders[0] !== undefined && recentOrders[0].at <= at - window) recentOrders.shift();
    recentOrders.push({ at, instrument, side, orderType, asked: event.receipt?.asked ?? quantity, limit, stop });
  }
  if (state.account?.settings.limits.maxOrdersPerMinute !== null) remember(state.orderTimes, at);
  if (portfolio.settings.limits.maxOrdersPerMinute !== null) remember(portfolio.orderTimes, at);
}

/** So that a retry is known, whether it was placed or denied. */
export function rememberIntent(state: State, portfolio: PortfolioId, intentId: string, wish: Parameters<typeof wishKey>[2]): void {
  if (intentId === "") return;
  state.bookedIds.add(intentKey(portfolio, intentId));
  state.bookedIds.add(wishKey(portfolio, intentId, wish));
}

function remember(times: InstantMs[], at: InstantMs): void {
  while (times[0] !== undefined && times[0] <= at - MINUTE_MS) times.shift();
  times.push(at);
}

/** Sets what an order holds back; the portfolio's sum follows. */
export function setReservation(state: State, order: Order, reserved: Amount): void {
  const portfolio = state.portfolios.get(order.portfolio);
  if (portfolio === undefined || isEqual(order.reserved, reserved)) return;
  const before = portfolio.reserved.get(order.reservedAsset) ?? ZERO_MONEY;
  const after = add(subtract(before, order.reserved), reserved);
  if (isNegative(after) || isNegative(reserved)) throw new InvariantViolation("I5_RESERVATION_NEGATIVE", `order=${order.id}`);
  portfolio.reserved.set(order.reservedAsset, after);
  order.reserved = reserved;
}

/** Terminal states absorb: only a late execution moves an ended order again (I11). */
export function endOrder(state: State, id: OrderId, status: EventOf<"OrderEnded">["status"] | "filled"): void {
  const order = state.orders.get(id);
  if (order === undefined) return;
  if (!mayBecome(order.status, status)) throw new InvariantViolation("I11_TRANSITION", `order=${id}, from=${order.status}, to=${status}`);
  if (!isTerminal(order.status)) state.ended.push(id);
  order.status = status;
  setReservation(state, order, ZERO_MONEY);
  const open = state.portfolios.get(order.portfolio)?.orders ?? [];
  const place = open.indexOf(id);
  if (place !== -1) open.splice(place, 1);
}

/** New quantity or prices of a working order, or those that it had before. */
export function replaceOrderInTables(state: State, event: EventOf<"OrderReplaced" | "OrderReplaceRejected">): void {
  const order = state.orders.get(event.order);
  if (order === undefined) return;
  order.quantity = event.quantity;
  order.limit = event.limit;
  order.stop = event.stop;
  order.holdback = event.holdback;
  setReservation(state, order, event.reserved);
}
