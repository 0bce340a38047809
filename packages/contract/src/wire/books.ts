import { z } from "zod";
import { Decimal, Instant, InstrumentText, MarkedAt, Reason, Slug, UnsignedDecimal } from "./scalars.ts";

/** A net position. Amounts in `currency`; `…_base` in base currency, null where a rate is missing. */
export const PositionRow = z
  .object({
    portfolio_id: z.string(),
    symbol: z.string(),
    instrument: z.string(),
    asset: z.string(),
    direction: z.enum(["long", "short"]),
    quantity: Decimal.meta({ description: "Signed: a short is negative." }),
    average_entry_price: Decimal.nullable(),
    cost_basis: Decimal.nullable(),
    mark: Decimal.nullable(),
    marked_at: Instant.nullable(),
    market_value: Decimal.nullable(),
    unrealized_pnl: Decimal.nullable(),
    currency: z.string(),
    market_value_base: Decimal.nullable(),
    unrealized_pnl_base: Decimal.nullable(),
    stop_price: Decimal.nullable().meta({ description: "The stop in force: the better of the fixed and the trailing one." }),
    take_profit_price: Decimal.nullable(),
    risk: Decimal.nullable().meta({ description: "1 R: the money between entry and stop, by day's levels." }),
    r_multiple: Decimal.nullable().meta({ description: "Unrealized P&L in R." }),
    to_stop: Decimal.nullable().meta({ description: "What the stop would bring from here; negative is lost." }),
    to_stop_pct: Decimal.nullable().meta({ description: "The same as a fraction of the position's value." }),
    to_stop_r: Decimal.nullable().meta({ description: "The same in R." }),
    to_target: Decimal.nullable(),
    to_target_pct: Decimal.nullable(),
    to_target_r: Decimal.nullable(),
    opened_at: Instant.nullable(),
    lots: z.number().int(),
  })
  .meta({ id: "Position" });
export type PositionRow = z.infer<typeof PositionRow>;

/** Profit and loss, base currency. `net_pnl` = realized + unrealized + income − fees. */
export const PnlRow = z
  .object({
    portfolio_id: z.string(),
    equity: Decimal,
    realized_pnl: Decimal.meta({ description: "Before fees." }),
    unrealized_pnl: Decimal,
    income: Decimal.meta({ description: "Dividends, funding, interest." }),
    fees: Decimal.meta({ description: "Positive is paid." }),
    net_pnl: Decimal,
    day_pnl: Decimal.meta({ description: "Equity less the day's start and its flows." }),
    high_water_mark: Decimal,
    drawdown: Decimal,
    complete: z.boolean().meta({ description: "False where a rate is missing: what could not be converted is left out." }),
    marked_at: MarkedAt,
  })
  .meta({ id: "Pnl" });
export type PnlRow = z.infer<typeof PnlRow>;

/** What an account row of a portfolio says (S0.18), base currency. */
export const AccountRow = z
  .object({
    portfolio_id: z.string(),
    base_currency: z.string(),
    cash: Decimal,
    available_cash: Decimal.meta({ description: "Free to spend: less reservations and requirements." }),
    equity: Decimal,
    gross_exposure: Decimal,
    net_exposure: Decimal,
    contributions: Decimal,
    cash_by_asset: z.record(z.string(), Decimal),
    complete: z.boolean(),
    marked_at: MarkedAt,
  })
  .meta({ id: "AccountRow" });
export type AccountRow = z.infer<typeof AccountRow>;

export const StatusRow = z
  .object({
    portfolio_id: z.string(),
    name: z.string(),
    status: z.enum(["active", "paused", "archived"]),
    trading_state: z.string(),
    state_reason: z.string(),
    kill: z.enum(["pause", "cancel", "flatten"]).nullable(),
    mode_in_force: z.string().meta({ description: "ready, reduce_only, cancel_only, read_only or halted." }),
    connection: z
      .enum(["simulated", "disconnected", "connecting", "synchronizing", "ready", "refused"])
      .meta({ description: "Of the account with its venue; /api/connections says more." }),
    ready: z.boolean(),
    reasons: z.array(z.string()),
    alarms: z
      .array(
        z.object({
          code: z.string(),
          instrument: z.string().nullable(),
          quantity: Decimal.nullable(),
          reason: z.string(),
          says: z.string(),
        }),
      )
      .meta({ description: "What somebody must look at now: of this portfolio, and of the whole account." }),
    open_positions: z.number().int(),
    open_orders: z.number().int(),
    protections: z.number().int(),
    last_marked_at: Instant.nullable(),
    day: z.string().nullable(),
  })
  .meta({ id: "Status" });
export type StatusRow = z.infer<typeof StatusRow>;

export const ProtectionRow = z
  .object({
    portfolio_id: z.string(),
    instrument: z.string(),
    direction: z.enum(["long", "short"]),
    stop_price: Decimal.nullable(),
    take_profit_price: Decimal.nullable(),
    trailing_distance: Decimal.nullable(),
    reference_price: Decimal,
    effective_stop_price: Decimal.nullable(),
    armed_at: Instant,
    overnight: z.boolean().meta({ description: "Its levels are those of the night: they lie further away, or were set during it." }),
    day_stop_price: Decimal.nullable().meta({ description: "The levels that come back with the next session; null by day." }),
    day_take_profit_price: Decimal.nullable(),
    day_trailing_distance: Decimal.nullable(),
    exiting: z.boolean().meta({ description: "The exit was reached and the position is not closed yet." }),
  })
  .meta({ id: "Protection" });
export type ProtectionRow = z.infer<typeof ProtectionRow>;

export const InstrumentRow = z
  .object({
    instrument: z.string(),
    symbol: z.string(),
    base_asset: z.string(),
    quote_asset: z.string(),
    settlement: z.enum(["full", "margined"]),
    tick_size: Decimal,
    size_increment: Decimal,
    quantity_min: Decimal,
    notional_min: Decimal,
    multiplier: Decimal,
    shortable: z.boolean(),
    mark: Decimal.nullable(),
    marked_at: Instant.nullable(),
    mark_source: z.string().nullable(),
  })
  .meta({ id: "Instrument" });
export type InstrumentRow = z.infer<typeof InstrumentRow>;

/** Cash, or a position in kind: one of `amount` and `instrument` with `quantity`. */
export const TransferBody = z
  .strictObject({
    to_portfolio_id: Slug,
    amount: UnsignedDecimal.optional(),
    asset: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9.@_-]+$/)
      .optional()
      .meta({ description: "Cash asset; omitted: base currency." }),
    instrument: InstrumentText.optional(),
    quantity: Decimal.optional().meta({ description: "Signed as the position is." }),
    price: UnsignedDecimal.optional().meta({
      description: "Values the flow; omitted: the last mark, or the price that the desk sees where nothing was marked yet.",
    }),
    reason: Reason,
  })
  .meta({ id: "Transfer" });
export type TransferBody = z.output<typeof TransferBody>;

/** The same without having to say why: nothing happens. */
export const TransferPreviewBody = TransferBody.partial({ reason: true }).meta({ id: "TransferPreviewBody" });

/** What a portfolio has of one asset and of the currency that it is paid in, before and after; null where it is about cash alone. */
export const Standing = z
  .object({
    portfolio_id: z.string(),
    cash_before: Decimal,
    cash_after: Decimal,
    quantity_before: Decimal.nullable(),
    quantity_after: Decimal.nullable(),
    cost_before: Decimal.nullable(),
    cost_after: Decimal.nullable(),
    realized: Decimal.meta({ description: "Profit that its lots realize by it." }),
  })
  .meta({ id: "Standing" });
export type Standing = z.infer<typeof Standing>;

const TransferEnd = Standing.extend({ equity_before: Decimal, equity_after: Decimal }).meta({ id: "TransferEnd" });
/** What a transfer would move; `value` is what returns leave out, in base currency. */
export const TransferPreview = z
  .object({
    kind: z.enum(["cash", "position"]),
    value: Decimal,
    currency: z.string().meta({ description: "Of cash and cost." }),
    from: TransferEnd,
    to: TransferEnd,
    lots: z
      .array(z.object({ quantity: Decimal, cost: Decimal, cost_asset: z.string(), opened_at: Instant }).meta({ id: "MovedLot" }))
      .meta({ description: "Of a position: with their cost and dates." }),
  })
  .meta({ id: "TransferPreview" });
export type TransferPreview = z.infer<typeof TransferPreview>;

/** What a transfer did; a repeated one did nothing. `from` and `to` are account rows of both ends. */
export const Transferred = z
  .object({ transfer_id: z.string(), repeated: z.boolean(), from: z.unknown(), to: z.unknown() })
  .meta({ id: "Transferred" });

/** Exits of a position: a price arms that exit, null takes it away, what is left out stays as it is. */
export const SetProtectionBody = z
  .strictObject({
    portfolio_id: Slug.optional().meta({ description: "May only be left out where the account has exactly one portfolio (C5)." }),
    instrument: InstrumentText,
    stop_price: UnsignedDecimal.nullable().optional(),
    take_profit_price: UnsignedDecimal.nullable().optional(),
    trailing_distance: UnsignedDecimal.nullable().optional(),
  })
  .meta({ id: "SetProtection" });
export type SetProtectionBody = z.output<typeof SetProtectionBody>;

export const ReasonBody = z.strictObject({ reason: Reason }).meta({ id: "ReasonBody" });
