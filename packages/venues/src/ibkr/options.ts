import type { AccountId, Effect, InstrumentId } from "@bulkhead/core";
import type { Scale } from "@bulkhead/money";
import type { OrderIdentity } from "../client-order-id.ts";
import type { VenueClock } from "./clock.ts";
import type { Books } from "./contracts.ts";
import type { LineTimings } from "./line.ts";
import type { FrameRecorder } from "./recorder.ts";

export type SubmitOrder = Extract<Effect, { type: "SubmitOrder" }>;

/** The client id that an order is to go over. `orMain`: while that is away rather over the first than not at all, as exits. */
export type ClientChoice = Readonly<{ clientId: number; orMain: boolean }>;

/** All in ms. */
export type IbkrTimings = LineTimings &
  Readonly<{
    /** Until an order without an answer is unknown. */
    answerWithinMs: number;
    /** Until an answer to a question without its end is none. */
    questionMs: number;
    /** How long an order that went inactive may still be told why. */
    settleMs: number;
    /** How long an order may say that more was filled than executions told, before they are asked for. */
    gapMs: number;
  }>;

export const IBKR_TIMINGS: IbkrTimings = {
  handshakeMs: 20_000,
  heartbeatMs: 10_000,
  backOffMs: 500,
  backOffMaxMs: 30_000,
  alarmAfterMs: 300_000,
  answerWithinMs: 10_000,
  questionMs: 15_000,
  settleMs: 2_000,
  gapMs: 2_000,
};

export type IbkrOptions = Readonly<{
  /** The desk's account: part of every client order id. */
  account: AccountId;
  /** What the account's mode says; the broker's number must agree (B28). */
  mode: "paper" | "live";
  /** The broker's number of the account that is meant, `DU1234567`; null: the only one that the login has. */
  expectedAccount: string | null;
  host: string;
  /** IB Gateway: 4002 paper, 4001 live; TWS: 7497 paper, 7496 live. */
  port: number;
  /** Fixed and not zero: the orders belong to it. */
  clientId: number;
  /** Client ids with connections of their own beside the first (S3.4, C15), and whose orders go over them: undefined, over the first. */
  extraClients?: readonly number[];
  clientOf?: (submit: SubmitOrder) => ClientChoice | undefined;
  /** The zone that the gateway is set to, IANA. */
  zone: string;
  /** What the books have now. */
  books: () => Books;
  /** Decimal places that cash of a currency is kept with. */
  cashScale: (currency: string) => Scale;
  /** Whether fractions of a share may be ordered. */
  fractions?: boolean;
  /** The instrument of one of our orders as the books have it; undefined: they know no such order (a journal that was restored). */
  orderInBooks?: (identity: OrderIdentity) => InstrumentId | undefined;
  clock?: VenueClock;
  /** From 0 to 1, seeded. */
  chance: () => number;
  timings?: Partial<IbkrTimings>;
  messagesPerSecond?: number;
  /** Told of every frame of the main connection. */
  recorder?: FrameRecorder;
}>;

/** What TWS can do with an order; the pace is the account's. */
export const CAPABILITIES = {
  orderTypes: ["market", "limit", "stop", "stop_limit"],
  timesInForce: ["day", "gtc", "gtd", "ioc", "fok"],
  nativeStops: true,
  dedupesForMs: 0,
  looksUp: true,
  replaces: "in-place",
  minds: "self-crossing",
  // Balances of a currency come in cents; commissions have more.
  cashPlaces: 2,
} as const;
