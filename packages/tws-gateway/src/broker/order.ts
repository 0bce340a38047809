import { type Decimal, over } from "../decimal.ts";
import type { OrderRequest } from "../wire/order-request.ts";
import type { Contract } from "./contract.ts";

/** The statuses that TWS prints. */
export type OrderStatus = "PendingSubmit" | "PreSubmitted" | "Submitted" | "PendingCancel" | "Cancelled" | "Filled" | "Inactive";

/** An order as the broker has it. Only the broker's own code changes one. */
export type BrokerOrder = {
  /** The broker's key, unique in the account for ever. */
  readonly permId: number;
  /** Whose it is: a client id, or 0 where a person entered it by hand. */
  readonly clientId: number;
  /** Unique for its client; 0 on orders by hand that no client has bound. */
  orderId: number;
  /** The broker's key of the order that it waits for; 0 where there is none. */
  readonly parentPermId: number;
  readonly contract: Contract;
  readonly account: string;
  /** What was asked last: a modification replaces it. */
  terms: OrderRequest;
  status: OrderStatus;
  whyHeld: "" | "trigger" | "child";
  /** False: it waits for the client to transmit it, and nobody is told of it. */
  transmitted: boolean;
  filled: Decimal;
  /** Σ quantity × price of its executions. */
  value: Decimal;
  lastPrice: Decimal;
  /** Where a stop stands now; it moves when it trails. */
  stop: Decimal | null;
  triggered: boolean;
  /** What was charged for all of it so far. */
  commission: Decimal;
  readonly placedAt: number;
  completedAt: number | null;
  /** For people, when it ended: `Filled Size: 100`, `Cancelled by Trader`. */
  completedStatus: string;
  /** Quantities in which it fills next, where a test said so; null: as the quote allows. */
  script: Decimal[] | null;
};

/** What is still to be traded; nothing where a correction made an execution larger than its order. */
export const leavesOf = ({ terms, filled }: BrokerOrder): Decimal => (terms.quantity > filled ? terms.quantity - filled : 0n);
export const averagePriceOf = (order: BrokerOrder): Decimal => over(order.value, order.filled);
export const isBuy = (order: BrokerOrder): boolean => order.terms.action.toUpperCase() === "BUY";
export const isOver = ({ status }: BrokerOrder): boolean => status === "Filled" || status === "Cancelled" || status === "Inactive";

/** One trade of the account. A correction is another one under the same root with the next version. */
export type Execution = Readonly<{
  /** Its id without the version behind the last point. */
  root: string;
  version: number;
  at: number;
  contract: Contract;
  account: string;
  side: "BOT" | "SLD";
  /** Zero when it was busted. */
  quantity: Decimal;
  price: Decimal;
  exchange: string;
  permId: number;
  clientId: number;
  orderId: number;
  reference: string;
  /** Quantity of its order filled with it, and at which price on average. */
  cumulative: Decimal;
  averagePrice: Decimal;
  /** 1 added liquidity, 2 took it. */
  liquidity: 1 | 2;
  /** Charged for it, in the contract's currency. */
  commission: Decimal;
  /** Realized with it, after commissions as IBKR counts; null on what opened a position. */
  realized: Decimal | null;
}>;

export const executionId = ({ root, version }: Pick<Execution, "root" | "version">): string =>
  `${root}.${String(version).padStart(2, "0")}`;
