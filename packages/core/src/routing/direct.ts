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
  if (venueOrder === null) return nobodys(quantity);
  const live = state.venueOrders.get(venueOrder);
  if (live === undefined) {
    const portfolio = state.owners.portfolios[venueOrder - 1];
    const ended = state.owners.orders[venueOrder - 1];
    if (portfolio === undefined || ended === undefined) return nobodys(quantity);
    return { shares: [{ portfolio, order: ended, quantity }], breaks: ["late_execution"] };
  }
  const order = live.orders[0] === undefined ? undefined : state.orders.get(live.orders[0]);
  if (order === undefined || order.instrument !== execution.instrument || order.side !== execution.side) return nobodys(quantity);
  const leaves = subtract(order.quantity, order.filled);
  const share: Share = { portfolio: order.portfolio, order: order.id, quantity };
  if (isMore(quantity, leaves)) return { shares: [share], breaks: ["overfill"] };
  const late = order.status === "canceled" || order.status === "expired" || order.status === "rejected";
  return { shares: [share], breaks: late && !isZero(quantity) ? ["late_execution"] : NOTHING_ODD };
}

const NOTHING_ODD: Routed["breaks"] = [];
const nobodys = (quantity: Quantity): Routed => ({
  shares: [{ portfolio: UNATTRIBUTED, order: null, quantity }],
  breaks: ["unknown_order"],
});
