import { z } from "zod";
import { brokerKeys } from "./broker-tables.ts";
import { data } from "./data.ts";
import { borrow, fee, fill, fxRate, slippage } from "./fills.ts";
import { limitKeys } from "./limits.ts";
import {
  accountVenue,
  confidence,
  currency,
  dateOrInstant,
  duration,
  hours,
  money,
  names,
  percent,
  percentOrZero,
  positiveFactor,
  positiveMoney,
  resolution,
  slug,
  symbols,
  text,
  timeZone,
  whole,
  word,
  yesOrNo,
} from "./values.ts";

/** What a portfolio may say and `[defaults]` may say for all of them. */
const shared = {
  description: text(2000).optional(),
  account: slug.optional(),
  starting_cash: money.optional(),
  symbols: symbols.optional(),
  /** A built-in's name, or a path to a `.ts` file. */
  strategy: text(4096).optional(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  active: yesOrNo.optional(),
  enabled_strategies: names.optional(),
  min_confidence: confidence.optional(),
  trade_amount: positiveMoney.optional(),
  lot_matching: word(["fifo", "lifo", "hifo", "average", "specific"]).optional(),
  time_zone: timeZone.optional(),
  fx: word(["refuse", "auto"]).optional(),
  labels: z.strictObject({ bot_version: text(120).optional(), run_id: text(120).optional() }).optional(),
  stop_loss_pct: percent.optional(),
  take_profit_pct: percent.optional(),
  trailing_stop_pct: percent.optional(),
  use_trailing_stop: yesOrNo.optional(),
  overnight: yesOrNo.optional(),
  overnight_stop_pct: percentOrZero.optional(),
  overnight_stop_factor: positiveFactor.optional(),
  overnight_take_profit_pct: percentOrZero.optional(),
  overnight_take_profit_factor: positiveFactor.optional(),
  overnight_before_close: duration(0).optional(),
  overnight_after_open: duration(0).optional(),
  overnight_hours: hours.optional(),
  overnight_except: symbols.optional(),
  ...limitKeys,
} as const;

/** `[[portfolio]]`. */
export const portfolioTable = z.strictObject({ id: slug, name: text(200).optional(), ...shared });
/** `[defaults]`: for every portfolio that does not say otherwise (the "global default" of S0.12). */
export const defaultsTable = z.strictObject(shared);

/** `[account]` or `[[account]]`. */
export const accountTable = z.strictObject({
  id: slug.optional(),
  venue: accountVenue.optional(),
  mode: word(["backtest", "paper", "live"]).optional(),
  base_currency: currency.optional(),
  starting_cash: money.optional(),
  routing: word(["direct"]).optional(),
  over_allocation: yesOrNo.optional(),
  quote_age_max: duration(1).optional(),
  duplicate_window: duration(0).optional(),
  short_requirement_pct: percentOrZero.optional(),
  margin_requirement_pct: percentOrZero.optional(),
  fee_reserve_pct: percentOrZero.optional(),
  fx_cost_pct: percentOrZero.optional(),
  fx_rates: z.array(fxRate).optional(),
  fee: fee.optional(),
  slippage: slippage.optional(),
  fill: fill.optional(),
  borrow: borrow.optional(),
  /** At a desk, how often equity is marked and written to the journal. */
  mark_every: duration(1000).optional(),
  access: word(["read-only", "trade"]).optional(),
  ...brokerKeys,
  ...limitKeys,
});

/** `[backtest]`. */
export const backtestTable = z.strictObject({
  from: dateOrInstant.optional(),
  to: dateOrInstant.optional(),
  resolution: resolution.optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  checks: yesOrNo.optional(),
  /** How often equity is marked and written to the journal. */
  mark_every: duration(1000).optional(),
  data: z.array(data).optional(),
});

export type AccountTable = z.output<typeof accountTable>;
export type PortfolioTable = z.output<typeof portfolioTable>;
export type DefaultsTable = z.output<typeof defaultsTable>;
export type BacktestTable = z.output<typeof backtestTable>;
export type DataTable = z.output<typeof data>;
export type FeeTable = z.output<typeof fee>;
