import { z } from "zod";
import { Decimal, Instant, InstrumentText, MarkedAt, PositiveDecimal, Slug, UnsignedDecimal, words } from "./scalars.ts";

const optionalMoney = PositiveDecimal.nullable().optional();
const optionalRatio = PositiveDecimal.nullable().optional();
const optionalCount = z.number().int().min(0).max(1_000_000).nullable().optional();

const LossLimit = z
  .strictObject({
    window: z.enum(["day", "rolling-24h", "lifetime", "drawdown"]),
    pct: UnsignedDecimal.nullable().optional().meta({ description: "Fraction of the equity at the window's start: 0.05 is 5 %." }),
    amount: UnsignedDecimal.nullable().optional().meta({ description: "Base currency." }),
  })
  .meta({ id: "LossLimit" });

const edge = z.number().int().min(0).max(3_600_000).default(0);
const Hours = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/);
const Overnight = z
  .strictObject({
    stop_pct: optionalRatio.meta({ description: "Stops lie so much of the entry price further away." }),
    stop_factor: optionalRatio.meta({ description: "Stops lie so many times as far from the entry price: 1 or more." }),
    take_profit_pct: optionalRatio,
    take_profit_factor: optionalRatio,
    before_close_ms: edge.meta({ description: "The night begins so long before the session's close." }),
    after_open_ms: edge.meta({ description: "The night ends so long after the next opening." }),
    hours: Hours.nullable().default(null).meta({ description: "The night of what never closes, in the portfolio's zone: 22:00-07:00." }),
    except: z.array(InstrumentText).max(1000).default([]).meta({ description: "Positions that keep their exits as they are." }),
  })
  .meta({ id: "Overnight" });

/** What a person may set; a null field is no limit, a field left out stays as it is. Ratios are fractions: 0.04 is 4 %. */
const settings = {
  name: words(120).optional().meta({ type: "string", maxLength: 120 }),
  description: words(2000).optional().meta({ type: "string", maxLength: 2000 }),
  time_zone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_+/-]+$/)
    .optional()
    .meta({ description: "IANA zone of its days; reporting only." }),
  lot_matching: z.enum(["fifo", "lifo", "hifo", "average", "specific"]).optional(),
  fx: z.enum(["refuse", "auto"]).optional(),
  symbols: z.array(InstrumentText).min(1).max(1000).nullable().optional().meta({ description: "What it may trade; null is everything." }),
  enabled_strategies: z.array(z.string().min(1).max(128)).max(100).nullable().optional(),
  trade_amount: optionalMoney.meta({ description: "What a strategy's order without a size is worth; null: 100." }),
  min_confidence: UnsignedDecimal.refine((text) => Number(text) <= 1, { error: "a fraction up to 1" })
    .nullable()
    .optional()
    .meta({ description: "A fraction: strategy orders below it are denied." }),
  max_position_pct: optionalRatio,
  max_position_size: optionalMoney,
  max_total_exposure: optionalMoney,
  max_leverage: optionalRatio,
  max_net_exposure: optionalMoney,
  max_open_positions: optionalCount,
  max_order_notional: optionalMoney,
  max_orders_per_minute: z.number().int().min(1).max(1_000_000).nullable().optional(),
  collar_pct: optionalRatio,
  max_daily_loss_pct: optionalRatio.meta({ description: "Short for one loss limit over the day." }),
  loss_limits: z.array(LossLimit).max(16).optional(),
  stop_loss_pct: optionalRatio,
  take_profit_pct: optionalRatio,
  trailing_stop_pct: optionalRatio,
  overnight: Overnight.nullable()
    .optional()
    .meta({ description: "How much further away exits lie while the market is closed; null: they stay. Set as a whole." }),
  bot_version: words(120).optional().meta({ type: "string", maxLength: 120 }),
  run_id: words(120).optional().meta({ type: "string", maxLength: 120 }),
};

export const CreatePortfolioBody = z
  .strictObject({
    portfolio_id: Slug,
    starting_cash: UnsignedDecimal.meta({ description: "Base currency, from the account's free cash. Always explicit (C25)." }),
    active: z.boolean().optional().meta({ description: "False: created paused." }),
    ...settings,
  })
  .meta({ id: "CreatePortfolio" });
export type CreatePortfolioBody = z.output<typeof CreatePortfolioBody>;

export const PatchPortfolioBody = z.strictObject(settings).meta({ id: "PatchPortfolio" });
export type PatchPortfolioBody = z.output<typeof PatchPortfolioBody>;

/** A portfolio with its summary (S0.39, S1.31, S1.58). Money in base currency unless said. */
export const PortfolioRow = z
  .object({
    portfolio_id: z.string(),
    name: z.string(),
    description: z.string(),
    status: z.enum(["active", "paused", "archived"]),
    trading_state: z.enum(["active", "reducing", "cancel_only", "read_only", "halted"]),
    state_reason: z.string(),
    version: z.number().int().meta({ description: "Sequence of its last change; If-Match wants it in quotes." }),
    base_currency: z.string(),
    strategy_type: z.string().nullable(),
    initial_balance: Decimal.meta({ description: "Σ of what was put in less what was taken out." }),
    current_balance: Decimal.meta({ description: "Cash." }),
    total_invested: Decimal.meta({ description: "Σ |market value| of what is held." }),
    total_profit_loss: Decimal.meta({ description: "Net P&L since it was created." }),
    equity: Decimal,
    realized_pnl: Decimal,
    unrealized_pnl: Decimal,
    fees: Decimal,
    day_pnl: Decimal,
    drawdown: Decimal.meta({ description: "A fraction of the highest equity, zero or more." }),
    open_positions: z.number().int(),
    open_orders: z.number().int(),
    created_at: Instant,
    number: z
      .number()
      .int()
      .meta({ description: "From 1 in order of creation, for ever: programs that know numbers may name it so. `unattributed` is 0." }),
    marked_at: MarkedAt,
  })
  .meta({ id: "Portfolio" });
export type PortfolioRow = z.infer<typeof PortfolioRow>;

/** The same with its settings, as they are asked for. */
export const PortfolioDetail = PortfolioRow.extend({
  time_zone: z.string(),
  lot_matching: z.string(),
  fx: z.string(),
  symbols: z.array(z.string()).nullable(),
  strategy_config: z.string().nullable().meta({ description: "The strategy's params, JSON." }),
  enabled_strategies: z.array(z.string()).nullable(),
  min_confidence: Decimal.nullable(),
  trade_amount: Decimal.nullable(),
  max_position_pct: Decimal.nullable(),
  max_position_size: Decimal.nullable(),
  max_total_exposure: Decimal.nullable(),
  max_leverage: Decimal.nullable(),
  max_net_exposure: Decimal.nullable(),
  max_open_positions: z.number().int().nullable(),
  max_order_notional: Decimal.nullable(),
  max_orders_per_minute: z.number().int().nullable(),
  collar_pct: Decimal.nullable(),
  loss_limits: z.array(z.object({ window: z.string(), pct: Decimal.nullable(), amount: Decimal.nullable() })),
  stop_loss_pct: Decimal.nullable(),
  take_profit_pct: Decimal.nullable(),
  trailing_stop_pct: Decimal.nullable(),
  use_trailing_stop: z.boolean(),
  overnight: z
    .object({
      stop_pct: Decimal.nullable(),
      stop_factor: Decimal.nullable(),
      take_profit_pct: Decimal.nullable(),
      take_profit_factor: Decimal.nullable(),
      before_close_ms: z.number().int(),
      after_open_ms: z.number().int(),
      hours: z.string().nullable(),
      except: z.array(z.string()),
    })
    .nullable(),
  bot_version: z.string(),
  run_id: z.string(),
}).meta({ id: "PortfolioDetail" });
export type PortfolioDetail = z.infer<typeof PortfolioDetail>;
