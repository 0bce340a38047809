import { z } from "zod";

/** What is traded through one account: coins, perpetuals settled in cash, or both. */
export type MarketKind = "spot" | "linear";
/** Which of the exchange's worlds a key belongs to. Money is real in `live` only. */
export type Environment = "live" | "sandbox" | "demo";

/** What an exchange gave for its API. Never printed, journalled or put into a message of the worker. */
export type Keys = Readonly<{ apiKey: string; secret: string; password?: string | undefined; uid?: string | undefined }>;

/** What the desk tells the trading worker at its start. */
export type TradingSetup = Readonly<{
  exchange: string;
  environment: Environment;
  kinds: readonly MarketKind[];
  /** Address in place of the exchange's own; null: the exchange's. */
  url: string | null;
  keys: Keys;
  /** After which a request counts as unanswered. */
  requestMs: number;
  /** Whether orders and trades are streamed as well as asked for. */
  stream: boolean;
}>;

/** An order as it leaves: all of it text, put on the market's steps already. */
export type SubmitText = Readonly<{
  symbol: string;
  side: "buy" | "sell";
  type: "market" | "limit";
  amount: string;
  price: string | null;
  /** Where a stop triggers; null: none. */
  trigger: string | null;
  timeInForce: "GTC" | "IOC" | "FOK";
  clientId: string;
}>;

/** Which order is meant: by the exchange's id where it is known, else by ours. */
export type OrderKey = Readonly<{ symbol: string; id: string | null; clientId: string | null }>;

/** What the desk asks of the worker. `notAfter`: what has not left by then must not leave, ms UTC. */
export type Question = Readonly<
  | { ask: "open" }
  | { ask: "listen" }
  /** The list of markets anew: steps and listings change while a connection lasts. */
  | { ask: "markets" }
  | { ask: "submit"; order: SubmitText; notAfter: number }
  | { ask: "cancel"; key: OrderKey; notAfter: number }
  | { ask: "replace"; key: OrderKey; order: SubmitText; notAfter: number }
  /** One order; `since` bounds a search through ended ones. */
  | { ask: "find"; key: OrderKey; since: number }
  | { ask: "openOrders"; symbols: readonly string[] }
  | { ask: "endedOrders"; since: number }
  /** Of these symbols where the exchange insists on one, else of all. */
  | { ask: "trades"; symbols: readonly string[]; since: number; until: number }
  | { ask: "balances" }
  | { ask: "positions" }
  | { ask: "time" }
>;

export type ToTradingWorker = Readonly<{ type: "ask"; id: number; question: Question } | { type: "close" }>;

const text = z.string().max(600);
const id = z.string().min(1).max(120);
const symbol = z.string().min(1).max(64);
const code = z.string().min(1).max(40);
const instant = z.int().min(0).max(8_640_000_000_000);
/** Decimal text as exchanges write it, with a sign where one can be. */
const signed = z
  .string()
  .max(60)
  .regex(/^-?\d{1,30}(?:\.\d{1,30})?(?:e[+-]?\d{1,2})?$/i);
const positive = z
  .string()
  .max(60)
  .regex(/^\d{1,30}(?:\.\d{1,30})?(?:e[+-]?\d{1,2})?$/i);
const side = z.enum(["buy", "sell"]);

const Market = z.strictObject({
  symbol,
  kind: z.enum(["spot", "linear"]),
  base: code,
  quote: code,
  settle: code.nullable(),
  tick: positive.nullable(),
  increment: positive.nullable(),
  quantityMin: positive.nullable(),
  notionalMin: positive.nullable(),
  /** Coins per contract; null for coins themselves. */
  contractSize: positive.nullable(),
  isActive: z.boolean(),
});
export type TradedMarket = z.infer<typeof Market>;

const Order = z.strictObject({
  id,
  clientId: z.string().max(120),
  symbol: symbol.nullable(),
  side: side.nullable(),
  type: z.string().max(40).nullable(),
  amount: positive.nullable(),
  price: positive.nullable(),
  trigger: positive.nullable(),
  timeInForce: z.string().max(20).nullable(),
  filled: positive.nullable(),
  /** Null: the exchange did not say. `closed` says only that it is over. */
  status: z.enum(["open", "closed", "canceled", "expired", "rejected"]).nullable(),
  reason: text,
  at: instant.nullable(),
});
export type OrderText = z.infer<typeof Order>;

const Trade = z.strictObject({
  id,
  order: id.nullable(),
  /** Of its order, where the exchange says it with the trade. */
  clientId: z.string().max(120).nullable(),
  symbol,
  side,
  amount: positive,
  price: positive,
  at: instant,
  liquidity: z.enum(["maker", "taker"]).nullable(),
  /** Null: not known yet. Negative: a rebate. */
  fees: z
    .array(z.strictObject({ code, cost: signed }))
    .max(10)
    .nullable(),
});
export type TradeText = z.infer<typeof Trade>;

const Balance = z.strictObject({ code, total: signed });
export type BalanceText = z.infer<typeof Balance>;

const Position = z.strictObject({ symbol, contracts: signed, entryPrice: positive.nullable(), isHedged: z.boolean() });
export type PositionText = z.infer<typeof Position>;

/** What the exchange said about the key itself; null: it does not say. */
const Identity = z.strictObject({
  account: z.string().max(120).nullable(),
  mayTrade: z.boolean().nullable(),
  mayWithdraw: z.boolean().nullable(),
  isBoundToAddresses: z.boolean().nullable(),
  isHedged: z.boolean().nullable(),
});
export type Identity = z.infer<typeof Identity>;

/** Why a question was not answered. Text in it is free of secrets. */
const Failure = z.strictObject({
  /** ccxt's name of it, or ours. */
  name: z.string().max(60),
  /** Whether a request that changes anything may have left this machine. */
  mayHaveLeft: z.boolean(),
  /** Of the answer, where one came. */
  status: z.int().nullable(),
  /** The exchange's own code, where its answer could be read. */
  code: z.string().max(120).nullable(),
  words: text,
});
export type Failure = z.infer<typeof Failure>;

const Answer = z.discriminatedUnion("to", [
  z.strictObject({
    to: z.literal("open"),
    markets: z.array(Market).max(20_000),
    identity: Identity,
    /** The exchange's clock less ours; null: it does not say. */
    aheadMs: z.number().nullable(),
  }),
  z.strictObject({ to: z.literal("markets"), markets: z.array(Market).max(20_000) }),
  z.strictObject({ to: z.literal("listen"), streams: z.boolean() }),
  z.strictObject({ to: z.literal("submit"), order: Order }),
  z.strictObject({ to: z.literal("cancel"), order: Order.nullable() }),
  z.strictObject({ to: z.literal("replace"), order: Order.nullable() }),
  /** Null: complete answers without it. */
  z.strictObject({ to: z.literal("find"), order: Order.nullable() }),
  z.strictObject({ to: z.literal("openOrders"), orders: z.array(Order).max(10_000) }),
  z.strictObject({ to: z.literal("endedOrders"), orders: z.array(Order).max(10_000).nullable() }),
  /** `from`: as far back as the exchange tells. `unread`: trades that came without what a trade must have. */
  z.strictObject({ to: z.literal("trades"), trades: z.array(Trade).max(100_000), from: instant, unread: z.int().min(0) }),
  z.strictObject({ to: z.literal("balances"), balances: z.array(Balance).max(10_000) }),
  z.strictObject({ to: z.literal("positions"), positions: z.array(Position).max(10_000) }),
  z.strictObject({ to: z.literal("time"), aheadMs: z.number().nullable() }),
]);
export type Answer = z.infer<typeof Answer>;
export type AnswerTo<T extends Question["ask"]> = Extract<Answer, { to: T }>;

/** Everything that the trading worker may say; anything else is left out and noted. */
export const FromTradingWorker = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("answer"), id: z.int(), answer: Answer }),
  z.strictObject({ type: z.literal("failed"), id: z.int(), failure: Failure }),
  z.strictObject({ type: z.literal("orders"), orders: z.array(Order).min(1).max(5_000) }),
  z.strictObject({ type: z.literal("trades"), trades: z.array(Trade).min(1).max(5_000) }),
  /** A stream ended; what it would have said is asked for. */
  z.strictObject({ type: z.literal("streamLost"), reason: text }),
  /** The exchange wants to hear nothing for so long. */
  z.strictObject({ type: z.literal("silence"), ms: z.number().min(0), reason: text }),
  z.strictObject({ type: z.literal("heard"), at: instant }),
]);
export type FromTradingWorker = z.infer<typeof FromTradingWorker>;
