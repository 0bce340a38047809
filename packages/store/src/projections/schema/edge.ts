import { flag, instant, maybe, real, table, text, whole } from "./column.ts";

// Written by the edge, not from the journal: a rebuild carries them over. Statistics and venue data are float64 and say so.

/** Performance as analytics worked it out at `seq`; null is not defined. Ratios and returns are fractions. S1.26. */
export const performanceCache = table(
  {
    portfolio_id: text,
    calculated_at: instant,
    sharpe_ratio: maybe(real),
    sortino_ratio: maybe(real),
    win_rate: maybe(real),
    avg_win: maybe(real),
    avg_loss: maybe(real),
    profit_factor: maybe(real),
    max_consecutive_wins: whole,
    max_consecutive_losses: whole,
    return_1d: maybe(real),
    return_7d: maybe(real),
    return_30d: maybe(real),
    return_all_time: maybe(real),
    seq: whole,
  },
  { key: ["portfolio_id"] },
);

/** What an instrument is a bet on: a prediction market and its event. S1.28. */
export const markets = table(
  {
    instrument: text,
    market_id: text,
    market_question: text,
    /** "yes", "no", or the outcome's name. */
    outcome: text,
    event_id: maybe(text),
    event_title: maybe(text),
    event_end_date: maybe(instant),
    seq: whole,
  },
  { key: ["instrument"], indexes: [{ columns: ["market_id"] }] },
);

/** What a market showed at an instant, as its venue said. S1.30. */
export const marketSnapshots = table(
  {
    market_id: text,
    at: instant,
    yes_price: maybe(real),
    no_price: maybe(real),
    liquidity: maybe(real),
    volume: maybe(real),
    volume_24h: maybe(real),
    market_conviction: maybe(real),
    seq: whole,
  },
  { key: ["market_id", "at"] },
);

/** What a portfolio saw of the shared market data (C18): a reference into the series store. S2.11, S2.12. */
export const observations = table(
  {
    portfolio_id: text,
    instrument: text,
    /** "quote", "bar" or the indicator's name. */
    kind: text,
    /** "1d", "5m"; empty for quotes. */
    timeframe: text,
    at: instant,
    /** JSON. */
    content: text,
    run_id: maybe(text),
    seq: whole,
  },
  { key: ["portfolio_id", "instrument", "timeframe", "kind", "at"] },
);

/** Calls of language models and their traces. S2.11, S2.43. */
export const modelCalls = table(
  {
    call_id: text,
    portfolio_id: text,
    run_id: maybe(text),
    at: instant,
    model: text,
    tokens_in: whole,
    tokens_out: whole,
    /** Base currency, float64; what is booked stands in the ledger. */
    cost: real,
    succeeded: flag,
    /** JSON: prompt, reply and tools, or a reference to them. */
    trace: text,
    seq: whole,
  },
  { key: ["call_id"], indexes: [{ columns: ["portfolio_id", "at"] }] },
);
