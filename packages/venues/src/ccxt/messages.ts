import { z } from "zod";

/** What the desk tells the worker at its start. */
export type WorkerSetup = Readonly<{
  /** ccxt's name of the exchange. */
  exchange: string;
  /** As a person writes them: `BTC/USDT`, `BTCUSDT`, `BTCUSDT-PERP`, `BTC/USDT:USDT`. A market's number is its place here. */
  symbols: readonly string[];
  /** ccxt's name of a bar's length, and that length. */
  timeframe: string;
  barMs: number;
  method: "stream" | "poll";
  /** Address in place of the exchange's own; null: the exchange's. */
  url: string | null;
  /** Bars of history at the start. */
  historyBars: number;
  /** Per symbol: every bar that opens before this is known already; null: none is. */
  knownUntil: readonly (number | null)[];
  timings: Timings;
}>;

/** How patient the worker is. All in ms. */
export type Timings = Readonly<{
  /** Silence of one symbol's stream after which the exchange is asked whether it is quiet or frozen, and how often then. */
  silentMs: number;
  /** The same while other streams speak: some exchanges send bars once a minute. */
  symbolSilentMs: number;
  probeEveryMs: number;
  /** What a stream may say less than an answer, and for how long, before it is frozen. */
  graceMs: number;
  /** After which a question is not answered any more. */
  answerMs: number;
  /** Before the same is asked again. */
  retryMs: number;
  /** Before the first attempt to connect again; doubled each time, up to the longest. */
  backOffMs: number;
  backOffMaxMs: number;
  /** Between two looks at the same best prices, where they come by asking. */
  quotesEveryMs: number;
}>;

export const TIMINGS: Timings = {
  silentMs: 8_000,
  symbolSilentMs: 90_000,
  probeEveryMs: 30_000,
  graceMs: 2_000,
  answerMs: 10_000,
  retryMs: 1_000,
  backOffMs: 1_000,
  backOffMaxMs: 30_000,
  quotesEveryMs: 5_000,
};

/** What the desk tells the worker later: so many messages were taken in; the end. */
export type ToWorker = Readonly<{ type: "taken"; count: number } | { type: "close" }>;

/** Positive decimal text as exchanges write it. */
const decimal = z
  .string()
  .max(40)
  .regex(/^\d{1,24}(?:\.\d{1,24})?(?:e[+-]?\d{1,2})?$/i);
const instant = z.int().min(0).max(8_640_000_000_000);
const market = z.int().min(0).max(999);
const text = z.string().max(500);
const code = z.string().regex(/^[A-Z0-9][A-Z0-9.$-]{0,23}$/);

const Candle = z.strictObject({ openAt: instant, open: decimal, high: decimal, low: decimal, close: decimal, volume: decimal });

const MarketText = z.strictObject({
  /** ccxt's symbol. */
  symbol: z.string().max(64),
  kind: z.enum(["coin", "perpetual"]),
  base: code,
  quote: code,
  tick: decimal,
  increment: decimal,
  quantityMin: decimal.nullable(),
  notionalMin: decimal.nullable(),
});
export type MarketText = z.infer<typeof MarketText>;

const Quote = z.strictObject({ market, bid: decimal, bidSize: decimal, ask: decimal, askSize: decimal });
export type QuoteText = z.infer<typeof Quote>;

/** Everything that the worker may say; anything else is left out and counted. */
export const FromWorker = z.discriminatedUnion("type", [
  /** One per symbol; null with a reason where it cannot be traded here. */
  z.strictObject({
    type: z.literal("markets"),
    markets: z.array(z.union([MarketText, z.strictObject({ unusable: text })])).max(1_000),
  }),
  /** Closed bars of one market, in order. */
  z.strictObject({ type: z.literal("bars"), market, candles: z.array(Candle).min(1).max(1_000) }),
  z.strictObject({ type: z.literal("opening"), market, openAt: instant, open: decimal }),
  /** The exchange was asked: nothing is newer than what was told. */
  z.strictObject({ type: z.literal("quiet"), market }),
  z.strictObject({ type: z.literal("quotes"), quotes: z.array(Quote).min(1).max(1_000) }),
  /** `connected` comes once everything that was missed, or history, was told. */
  z.strictObject({
    type: z.literal("state"),
    connection: z.enum(["connecting", "connected", "reconnecting"]),
    reason: text.nullable(),
    reconnects: z.int().min(0),
  }),
  z.strictObject({ type: z.literal("heard"), at: instant, dropped: z.int().min(0), invalid: z.int().min(0), skewMs: z.int().nullable() }),
  /** It will not get better by trying again. */
  z.strictObject({ type: z.literal("impossible"), reason: text }),
]);
export type FromWorker = z.infer<typeof FromWorker>;
