import { Account } from "../broker/account.ts";
import type { Broker } from "../broker/broker.ts";
import { averagePriceOf, executionId, leavesOf, type OrderStatus } from "../broker/order.ts";
import { plain } from "../decimal.ts";

/** An order as it is, whatever anybody was told. Amounts are decimal text, instants milliseconds. */
export type OrderTruth = Readonly<{
  permId: number;
  clientId: number;
  orderId: number;
  reference: string;
  symbol: string;
  conId: number;
  side: "BUY" | "SELL";
  orderType: string;
  timeInForce: string;
  quantity: string;
  limit: string | null;
  stop: string | null;
  status: OrderStatus;
  transmitted: boolean;
  filled: string;
  leaves: string;
  averagePrice: string;
  commission: string;
}>;

/** One version of a trade; the newest of its root holds. Signed is what it does to the position. */
export type ExecutionTruth = Readonly<{
  id: string;
  root: string;
  version: number;
  at: number;
  permId: number;
  clientId: number;
  reference: string;
  symbol: string;
  conId: number;
  side: "BOT" | "SLD";
  quantity: string;
  price: string;
  commission: string;
  currency: string;
  /** False: a later version took its place. */
  current: boolean;
}>;

/** Everything that the broker knows. */
export type Truth = Readonly<{
  at: number;
  account: string;
  /** Exact, by currency. */
  cash: Readonly<Record<string, string>>;
  positions: readonly Readonly<{ conId: number; symbol: string; quantity: string; averageCost: string }>[];
  orders: readonly OrderTruth[];
  /** Since the gateway began, nothing is ever emptied here. */
  executions: readonly ExecutionTruth[];
  /** Changes of cash that no execution explains. */
  entries: readonly Readonly<{ at: number; currency: string; amount: string; reason: string }>[];
  /** By order reference: place-order messages that were read, modifications and refused ones too, and the orders they made. */
  sends: Readonly<Record<string, Readonly<{ frames: number; orders: number }>>>;
}>;

/** The broker's books as text, to compare with somebody else's. */
export function truthOf(broker: Broker, number: string, at: number, frames: ReadonlyMap<string, number>): Truth {
  const orders = broker.orders.all();
  const newest = new Map(broker.executions.log.map(({ root, version }) => [root, version]));
  const ordersOf = (reference: string): number => orders.filter(({ terms }) => terms.reference === reference).length;
  return {
    ...{ at, account: number },
    cash: Object.fromEntries([...broker.account.cash()].map(([currency, amount]) => [currency, plain(amount)])),
    positions: broker.account
      .holdings()
      .filter(({ quantity }) => quantity !== 0n)
      .map((holding) => ({
        ...{ conId: holding.contract.conId, symbol: holding.contract.localSymbol },
        ...{ quantity: plain(holding.quantity), averageCost: plain(Account.averageCost(holding)) },
      })),
    orders: orders.map((order) => ({
      ...{ permId: order.permId, clientId: order.clientId, orderId: order.orderId, reference: order.terms.reference },
      ...{ symbol: order.contract.localSymbol, conId: order.contract.conId },
      side: order.terms.action.toUpperCase() === "BUY" ? "BUY" : "SELL",
      ...{ orderType: order.terms.orderType, timeInForce: order.terms.timeInForce, quantity: plain(order.terms.quantity) },
      limit: order.terms.limit === null ? null : plain(order.terms.limit),
      stop: order.stop === null ? null : plain(order.stop),
      ...{ status: order.status, transmitted: order.transmitted, filled: plain(order.filled), leaves: plain(leavesOf(order)) },
      ...{ averagePrice: plain(averagePriceOf(order)), commission: plain(order.commission) },
    })),
    executions: broker.executions.log.map((told) => ({
      ...{ id: executionId(told), root: told.root, version: told.version, at: told.at, permId: told.permId, clientId: told.clientId },
      ...{ reference: told.reference, symbol: told.contract.localSymbol, conId: told.contract.conId, side: told.side },
      ...{ quantity: plain(told.quantity), price: plain(told.price), commission: plain(told.commission) },
      ...{ currency: told.contract.currency, current: newest.get(told.root) === told.version },
    })),
    entries: broker.account.entries.map((entry) => ({ ...entry, amount: plain(entry.amount) })),
    sends: Object.fromEntries([...frames].map(([reference, count]) => [reference, { frames: count, orders: ordersOf(reference) }])),
  };
}
