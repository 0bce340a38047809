import { type Amount, isEqual, type Money, type Price, type Quantity, type Ratio, unitsOf } from "@bulkhead/money";
import type { AssetId, InstantMs, InstrumentId, LotId, OrderId, PortfolioId, VenueOrderSeq } from "../brand.ts";

/** FIX 54. */
export type Side = "buy" | "sell";
/** FIX 40. */
export type OrderType = "market" | "limit" | "stop" | "stop_limit";
/** FIX 59. */
export type TimeInForce = "day" | "gtc" | "gtd" | "ioc" | "fok";

/** Who or what wanted the order. */
export type OrderOrigin = "strategy" | "person" | "protection" | "kill";

/** What is asked of the venue. A field that the order type does not have is null. */
export type OrderTerms = Readonly<{
  instrument: InstrumentId;
  side: Side;
  /** Units asked for; positive. */
  quantity: Quantity;
  orderType: OrderType;
  /** Worst price accepted: of limit and stop-limit orders. */
  limit: Price | null;
  /** Trigger: of stop and stop-limit orders. */
  stop: Price | null;
  timeInForce: TimeInForce;
  /** End of a `gtd` order. */
  expiresAt: InstantMs | null;
}>;

/**
 * For what an order that opens holds cash back: the dearest price that an opening unit may cost, cash per unit of value, and how many of its
 * units, the first that fill, were approved as closing ones.
 */
export type Holdback = Readonly<{ worst: Price; rate: Ratio; closes: Quantity }>;

/** What a change may change. */
export type ChangeableTerms = Pick<OrderTerms, "quantity" | "limit" | "stop">;

export const changeableTerms = ({ quantity, limit, stop }: ChangeableTerms): ChangeableTerms => ({ quantity, limit, stop });

/** Where a retried intent is remembered. */
export const intentKey = (portfolio: PortfolioId, intentId: string): string => `intent:${portfolio}:${intentId}`;
/** And what it wished for, so that another wish under its id is known. */
export const wishKey = (
  portfolio: PortfolioId,
  intentId: string,
  wish: Readonly<{ instrument: InstrumentId; side: Side; asked: Quantity }>,
): string => `${intentKey(portfolio, intentId)}=${wish.instrument}|${wish.side}|${unitsOf(wish.asked)}`;

/** What a later order is compared with, to know a duplicate. */
export type RecentOrder = Readonly<{
  at: InstantMs;
  instrument: InstrumentId;
  side: Side;
  orderType: OrderType;
  asked: Quantity;
  limit: Price | null;
  stop: Price | null;
}>;
/** Whether terms ask for the same again. */
export const asksTheSame = (recent: RecentOrder, terms: OrderTerms): boolean =>
  recent.instrument === terms.instrument &&
  recent.side === terms.side &&
  recent.orderType === terms.orderType &&
  isEqual(recent.asked, terms.quantity) &&
  recent.limit === terms.limit &&
  recent.stop === terms.stop;

/** How far from the entry a protective price lies, or the price itself. */
export type ProtectiveLevel = Readonly<
  | { kind: "price"; price: Price }
  | { kind: "ratio"; ratio: Ratio }
  | { kind: "distance"; distance: Price }
  /** So many times the distance to the stop: of a target only. */
  | { kind: "risk"; multiple: Ratio }
>;

/** The exits that an entry arms when it fills. */
export type ProtectionPlan = Readonly<{
  stop: ProtectiveLevel | null;
  takeProfit: ProtectiveLevel | null;
  /** Distance that the stop keeps behind the best price since entry. */
  trailing: ProtectiveLevel | null;
}>;

/**
 * `routing`: waits for a venue order. `sending`: may have left us (R-SEND). `unknown`: the venue's answer is missing, the
 * reservation stays. `working` and `canceling`: at the venue. The other four are terminal and only a late fact touches them.
 */
export type OrderStatus = "routing" | "sending" | "unknown" | "working" | "canceling" | "filled" | "canceled" | "rejected" | "expired";

/** One portfolio's order. */
export type Order = {
  readonly id: OrderId;
  readonly portfolio: PortfolioId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  quantity: Quantity;
  readonly orderType: OrderType;
  limit: Price | null;
  stop: Price | null;
  readonly timeInForce: TimeInForce;
  readonly expiresAt: InstantMs | null;
  readonly origin: OrderOrigin;
  readonly protect: ProtectionPlan | null;
  /** For `specific` lot matching. */
  readonly lots: readonly LotId[];
  readonly venueOrder: VenueOrderSeq;
  readonly placedAt: InstantMs;
  status: OrderStatus;
  /** Σ of its executions; never negative. */
  filled: Quantity;
  /** What the open part holds back: cash in `reservedAsset` for buys and shorts, units for sells. Zero when terminal (I5). */
  reserved: Amount;
  readonly reservedAsset: AssetId;
  /** What its opening units hold cash back for. Null: it only closed when it was approved. */
  holdback: Holdback | null;
  /** Σ of its fees in the instrument's quote asset. */
  fees: Money;
};

/** What the venue sees. R-SEND states belong to it; under `direct` routing it serves exactly one order. */
export type VenueOrder = {
  readonly seq: VenueOrderSeq;
  /** The journal epoch at which it was made: part of the client order id. */
  readonly epoch: number;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly orders: readonly OrderId[];
  /** The venue's name for it (FIX 37), once known. */
  venueOrderId: string | null;
};

/** Why an order ended that complete looks proved never to have arrived (R-SEND c): nobody refused it. */
export const NEVER_ARRIVED = "never reached the venue";

const TERMINAL: ReadonlySet<OrderStatus> = new Set(["filled", "canceled", "rejected", "expired"]);
/** True where nothing but a late fact can still happen. */
export const isTerminal = (status: OrderStatus): boolean => TERMINAL.has(status);

/** Statuses from which each status may be entered (I11); a late execution may still fill an order that ended. */
const ENTERED_FROM: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  routing: [],
  sending: ["routing", "unknown"],
  unknown: ["sending", "working"],
  working: ["sending", "unknown", "canceling"],
  canceling: ["routing", "sending", "unknown", "working"],
  filled: ["routing", "sending", "unknown", "working", "canceling", "canceled", "expired", "rejected"],
  canceled: ["routing", "sending", "unknown", "working", "canceling"],
  rejected: ["routing", "sending", "unknown", "working", "canceling"],
  expired: ["routing", "sending", "unknown", "working", "canceling"],
};
/** Whether an order may go from one status to another. */
export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => ENTERED_FROM[to].includes(from);
