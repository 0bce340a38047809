import type { Quantity } from "@bulkhead/money";
import { isMore, isZero, subtract } from "@bulkhead/money";
import type { InstrumentId, OrderId, PortfolioId, VenueOrderSeq } from "../brand.ts";
import type { Side } from "../order/order.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";

/** One portfolio's part of an execution. */
export type Share = Readonly<{ portfolio: PortfolioId; order: OrderId | null; quantity: Quantity }>;

/** Who gets an execution, and what is odd about it. */
export type Routed = Readonly<{ shares: readonly Share[]; breaks: readonly ("unknown_order" | "overfill" | "late_execution")[] }>;

type Execution = Readonly<{ venueOrder: VenueOrderSeq | null; instrument: InstrumentId; side: Side; quantity: Quantity }>;

/**
 * Policy `direct`: one venue order serves one portfolio order, so its executions are that portfolio's, whole; more than was
 * asked is real all the same (I11). The policy `net` will allocate over several orders behind the same signature.
 */
export function allocate(state: StateView, execution: Execution): Routed {
  const { venueOrder, quantity } = execution;
  const nobody: Routed = { shares: [{ portfolio: UNATTRIBUTED, order: null, quantity }], breaks: ["unknown_order"] };
  if (venueOrder === null) return nobody;
  const live = state.venueOrders.get(venueOrder);
  if (live === undefined) {
    const ended = state.endedOrders.get(venueOrder);
    if (ended === undefined) return nobody;
    return { shares: [{ portfolio: ended.portfolio, order: ended.order, quantity }], breaks: ["late_execution"] };
  }
  const order = live.orders[0] === undefined ? undefined : state.orders.get(live.orders[0]);
  if (order === undefined || order.instrument !== execution.instrument || order.side !== execution.side) return nobody;
  const leaves = subtract(order.quantity, order.filled);
  const share: Share = { portfolio: order.portfolio, order: order.id, quantity };
  if (isMore(quantity, leaves)) return { shares: [share], breaks: ["overfill"] };
  const late = order.status === "canceled" || order.status === "expired" || order.status === "rejected";
  return { shares: [share], breaks: late && !isZero(quantity) ? ["late_execution"] : [] };
}
