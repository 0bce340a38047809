import { generated, inBase, instant, maybe, ratio, table, text, whole } from "./column.ts";

/** The account that the file is about: one row. S0.18. */
export const account = table(
  {
    account_id: text,
    venue: text,
    mode: text,
    base_asset: text,
    /** JSON, ratios in billionths and money in base currency, as in the journal. */
    settings: text,
    opened_at: instant,
    epoch: whole,
    engine_version: text,
    /** At the last mark and its highest, adjusted for flows since. */
    equity: inBase,
    high_water_mark: inBase,
    drawdown_max: ratio,
    seq: whole,
  },
  { key: ["account_id"] },
);

const settings = {
  name: text,
  description: text,
  time_zone: text,
  lot_matching: text,
  fx: text,
  /** JSON list of instruments; null is everything. */
  universe: maybe(text),
  strategy_type: maybe(text),
  strategy_version: maybe(text),
  strategy_code_hash: maybe(text),
  /** JSON. */
  strategy_params: maybe(text),
  /** JSON list; null is all. */
  enabled_strategies: maybe(text),
  min_confidence: maybe(ratio),
  max_position_pct: maybe(ratio),
  max_position_size: maybe(inBase),
  max_total_exposure: maybe(inBase),
  max_leverage: maybe(ratio),
  max_net_exposure: maybe(inBase),
  max_open_positions: maybe(whole),
  max_order_notional: maybe(inBase),
  max_orders_per_minute: maybe(whole),
  collar: maybe(ratio),
  max_daily_loss_pct: maybe(ratio),
  /** JSON: every loss limit with its window, as in the journal. */
  losses: text,
  stop_loss_pct: maybe(ratio),
  take_profit_pct: maybe(ratio),
  trailing_stop_pct: maybe(ratio),
  /** JSON: how much further away exits lie overnight, as in the journal; null: not at all. */
  overnight: maybe(text),
  /** What a signal without a size is worth; null: 100. */
  trade_amount: maybe(inBase),
  bot_version: text,
  run_id: text,
};

/** Figures as of the last record; those that need prices as of the last mark. Base currency. */
const figures = {
  cash: inBase,
  equity: inBase,
  high_water_mark: inBase,
  drawdown_max: ratio,
  contributions: inBase,
  /** Cost of what is held. */
  invested: inBase,
  gross_exposure: inBase,
  net_exposure: inBase,
  realized_pnl: inBase,
  unrealized_pnl: inBase,
  fees: inBase,
  /** Dividends, funding, interest and other income. */
  income: inBase,
  model_costs: inBase,
  /** Realized and unrealized P&L and income; and less fees and model costs. */
  gross_pnl: inBase,
  net_pnl: inBase,
  open_positions: whole,
  open_orders: whole,
  orders_placed: whole,
  fills: whole,
  trades_closed: whole,
  trades_won: whole,
  trades_lost: whole,
  /** Σ net P&L of closed trades. */
  trades_net_pnl: inBase,
  trade_net_pnl_average: maybe(inBase),
  last_trade_at: maybe(instant),
  last_marked_at: maybe(instant),
};

const STATUS = "CASE WHEN archived_at IS NOT NULL THEN 'archived' WHEN trading_state = 'active' THEN 'active' ELSE 'paused' END";

/** Portfolios with their settings and figures. S0.11–S0.14, S1.12–S1.20, S2.10, S2.15. */
export const portfolios = table(
  {
    portfolio_id: text,
    /** Number for clients that know no text ids (C4): in order of creation, 0 is `unattributed`. */
    portfolio_no: whole,
    ...settings,
    trading_state: text,
    state_reason: text,
    created_at: instant,
    updated_at: instant,
    archived_at: maybe(instant),
    /** When settings or trading state last changed: the version of what a person may change. */
    settings_seq: whole,
    starting_cash: inBase,
    ...figures,
    seq: whole,
  },
  {
    key: ["portfolio_id"],
    generated: {
      status: generated<"active" | "paused" | "archived">("TEXT", STATUS),
      active: generated<number>("INTEGER", "archived_at IS NULL AND trading_state = 'active'"),
      use_trailing_stop: generated<number>("INTEGER", "trailing_stop_pct IS NOT NULL"),
    },
    indexes: [{ columns: ["status"] }, { columns: ["strategy_type"] }, { columns: ["status", "strategy_type"] }],
  },
);
