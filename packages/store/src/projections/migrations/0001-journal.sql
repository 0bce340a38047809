-- Version 1: what the journal fills. Never edited: what changes later is a later file.
CREATE TABLE meta (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;
CREATE TABLE progress (
  only INTEGER NOT NULL CHECK (only = 1),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (only)
) STRICT;

CREATE TABLE account (
  account_id TEXT NOT NULL,
  venue TEXT NOT NULL,
  mode TEXT NOT NULL,
  base_asset TEXT NOT NULL,
  settings TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  equity INTEGER NOT NULL,
  high_water_mark INTEGER NOT NULL,
  drawdown_max INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE assets (
  asset TEXT NOT NULL,
  kind TEXT NOT NULL,
  scale INTEGER NOT NULL,
  valued_by TEXT,
  seq INTEGER NOT NULL,
  unit INTEGER AS (CAST('1' || substr('000000000000000000', 1, scale) AS INTEGER)) VIRTUAL,
  PRIMARY KEY (asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE instruments (
  instrument TEXT NOT NULL,
  symbol TEXT NOT NULL,
  base_asset TEXT NOT NULL,
  quote_asset TEXT NOT NULL,
  settlement TEXT NOT NULL,
  price_scale INTEGER NOT NULL,
  tick_size INTEGER NOT NULL,
  size_increment INTEGER NOT NULL,
  quantity_min INTEGER NOT NULL,
  notional_min INTEGER NOT NULL,
  multiplier_units INTEGER NOT NULL,
  multiplier_scale INTEGER NOT NULL,
  shortable INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  price_unit INTEGER AS (CAST('1' || substr('000000000000000000', 1, price_scale) AS INTEGER)) VIRTUAL,
  PRIMARY KEY (instrument)
) STRICT, WITHOUT ROWID;

CREATE TABLE marks (
  instrument TEXT NOT NULL,
  price INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (instrument)
) STRICT, WITHOUT ROWID;

CREATE TABLE rates (
  asset TEXT NOT NULL,
  rate INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE portfolios (
  portfolio_id TEXT NOT NULL,
  portfolio_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  lot_matching TEXT NOT NULL,
  fx TEXT NOT NULL,
  universe TEXT,
  strategy_type TEXT,
  strategy_version TEXT,
  strategy_code_hash TEXT,
  strategy_params TEXT,
  enabled_strategies TEXT,
  min_confidence INTEGER,
  max_position_pct INTEGER,
  max_position_size INTEGER,
  max_total_exposure INTEGER,
  max_leverage INTEGER,
  max_net_exposure INTEGER,
  max_open_positions INTEGER,
  max_order_notional INTEGER,
  max_orders_per_minute INTEGER,
  collar INTEGER,
  max_daily_loss_pct INTEGER,
  losses TEXT NOT NULL,
  stop_loss_pct INTEGER,
  take_profit_pct INTEGER,
  trailing_stop_pct INTEGER,
  overnight TEXT,
  trade_amount INTEGER,
  bot_version TEXT NOT NULL,
  run_id TEXT NOT NULL,
  trading_state TEXT NOT NULL,
  state_reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  archived_at INTEGER,
  settings_seq INTEGER NOT NULL,
  starting_cash INTEGER NOT NULL,
  cash INTEGER NOT NULL,
  equity INTEGER NOT NULL,
  high_water_mark INTEGER NOT NULL,
  drawdown_max INTEGER NOT NULL,
  contributions INTEGER NOT NULL,
  invested INTEGER NOT NULL,
  gross_exposure INTEGER NOT NULL,
  net_exposure INTEGER NOT NULL,
  realized_pnl INTEGER NOT NULL,
  unrealized_pnl INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  income INTEGER NOT NULL,
  model_costs INTEGER NOT NULL,
  gross_pnl INTEGER NOT NULL,
  net_pnl INTEGER NOT NULL,
  open_positions INTEGER NOT NULL,
  open_orders INTEGER NOT NULL,
  orders_placed INTEGER NOT NULL,
  fills INTEGER NOT NULL,
  trades_closed INTEGER NOT NULL,
  trades_won INTEGER NOT NULL,
  trades_lost INTEGER NOT NULL,
  trades_net_pnl INTEGER NOT NULL,
  trade_net_pnl_average INTEGER,
  last_trade_at INTEGER,
  last_marked_at INTEGER,
  seq INTEGER NOT NULL,
  status TEXT AS (CASE WHEN archived_at IS NOT NULL THEN 'archived' WHEN trading_state = 'active' THEN 'active' ELSE 'paused' END) VIRTUAL,
  active INTEGER AS (archived_at IS NULL AND trading_state = 'active') VIRTUAL,
  use_trailing_stop INTEGER AS (trailing_stop_pct IS NOT NULL) VIRTUAL,
  PRIMARY KEY (portfolio_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX portfolios_by_status ON portfolios (status);
CREATE INDEX portfolios_by_strategy_type ON portfolios (strategy_type);
CREATE INDEX portfolios_by_status_strategy_type ON portfolios (status, strategy_type);

CREATE TABLE entries (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_entries (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  entry_line INTEGER NOT NULL,
  account_no INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_entries_by_account_no_seq ON ledger_entries (account_no, seq);

CREATE TABLE balances (
  account_no INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  account TEXT NOT NULL,
  amount INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (account_no)
) STRICT;
CREATE UNIQUE INDEX balances_by_portfolio_id_asset_account ON balances (portfolio_id, asset, account);

CREATE TABLE lots (
  lot_id INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  cost_asset TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  execution_id TEXT,
  quantity_opened INTEGER NOT NULL,
  cost_opened INTEGER NOT NULL,
  closed_at INTEGER,
  opened_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (lot_id)
) STRICT;
CREATE INDEX lots_by_portfolio_id_lot_id ON lots (portfolio_id, lot_id);

CREATE TABLE positions (
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  instrument TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  cost INTEGER,
  average_entry_price INTEGER,
  mark INTEGER,
  market_value INTEGER,
  unrealized_pnl INTEGER,
  market_value_base INTEGER,
  unrealized_pnl_base INTEGER,
  realized_pnl_base INTEGER NOT NULL,
  fees_base INTEGER NOT NULL,
  opened_at INTEGER,
  updated_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (portfolio_id, asset)
) STRICT, WITHOUT ROWID;
CREATE INDEX positions_by_instrument_portfolio_id ON positions (instrument, portfolio_id);

CREATE TABLE position_history (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  instrument TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  cost INTEGER,
  average_entry_price INTEGER,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX position_history_by_portfolio_id_asset_seq ON position_history (portfolio_id, asset, seq);

CREATE TABLE equity_history (
  portfolio_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  snapshot_date TEXT NOT NULL,
  equity INTEGER NOT NULL,
  cash INTEGER NOT NULL,
  gross_exposure INTEGER NOT NULL,
  net_exposure INTEGER NOT NULL,
  contributions INTEGER NOT NULL,
  high_water_mark INTEGER NOT NULL,
  drawdown INTEGER NOT NULL,
  PRIMARY KEY (portfolio_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX equity_history_by_portfolio_id_snapshot_date ON equity_history (portfolio_id, snapshot_date);
CREATE INDEX equity_history_by_portfolio_id_at ON equity_history (portfolio_id, at);

CREATE TABLE portfolio_days (
  portfolio_id TEXT NOT NULL,
  date TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  status TEXT NOT NULL,
  start_equity INTEGER,
  end_equity INTEGER,
  flows INTEGER NOT NULL,
  gross_pnl INTEGER,
  fees INTEGER,
  model_costs INTEGER,
  net_pnl INTEGER,
  drawdown INTEGER,
  model_costs_before INTEGER NOT NULL,
  begun_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (portfolio_id, date)
) STRICT, WITHOUT ROWID;
CREATE INDEX portfolio_days_by_date ON portfolio_days (date);

CREATE TABLE day_positions (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  date TEXT NOT NULL,
  asset TEXT NOT NULL,
  instrument TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  cost INTEGER,
  average_entry_price INTEGER,
  mark INTEGER,
  market_value INTEGER,
  unrealized_pnl INTEGER,
  market_value_base INTEGER,
  unrealized_pnl_base INTEGER,
  opened_at INTEGER,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_positions_by_date_portfolio_id ON day_positions (date, portfolio_id);

CREATE TABLE day_orders (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  date TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  filled INTEGER NOT NULL,
  order_type TEXT NOT NULL,
  limit_price INTEGER,
  stop_price INTEGER,
  time_in_force TEXT NOT NULL,
  status TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_orders_by_date_portfolio_id ON day_orders (date, portfolio_id);

CREATE TABLE day_protections (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  date TEXT NOT NULL,
  instrument TEXT NOT NULL,
  direction TEXT NOT NULL,
  status TEXT NOT NULL,
  stop_price INTEGER,
  take_profit_price INTEGER,
  trailing_distance INTEGER,
  reference_price INTEGER NOT NULL,
  effective_stop_price INTEGER,
  armed_at INTEGER NOT NULL,
  night_close_at INTEGER,
  day_stop_price INTEGER,
  day_take_profit_price INTEGER,
  day_trailing_distance INTEGER,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_protections_by_date_portfolio_id ON day_protections (date, portfolio_id);

CREATE TABLE flows (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  equity_before INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX flows_by_portfolio_id_seq ON flows (portfolio_id, seq);

CREATE TABLE transfers (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  transfer_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_portfolio_id TEXT,
  to_portfolio_id TEXT,
  asset TEXT NOT NULL,
  amount INTEGER,
  instrument TEXT,
  quantity INTEGER,
  price INTEGER,
  value INTEGER NOT NULL,
  reason TEXT NOT NULL,
  executed_by TEXT NOT NULL,
  principal TEXT NOT NULL,
  CHECK (amount > 0),
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX transfers_by_from_portfolio_id ON transfers (from_portfolio_id);
CREATE INDEX transfers_by_to_portfolio_id ON transfers (to_portfolio_id);
CREATE INDEX transfers_by_at ON transfers (at);

CREATE TABLE orders (
  order_id INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  order_type TEXT NOT NULL,
  limit_price INTEGER,
  stop_price INTEGER,
  time_in_force TEXT NOT NULL,
  expires_at INTEGER,
  origin TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  filled INTEGER NOT NULL,
  filled_value INTEGER NOT NULL,
  average_fill_price INTEGER,
  fees INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  reserved_asset TEXT NOT NULL,
  venue_order INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  venue_order_id TEXT,
  strategy TEXT NOT NULL,
  confidence INTEGER,
  why TEXT NOT NULL,
  bot_version TEXT NOT NULL,
  run_id TEXT NOT NULL,
  intent_id TEXT NOT NULL,
  protection TEXT,
  asked INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  decision_price INTEGER,
  decision_at INTEGER,
  placed_by TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  first_filled_at INTEGER,
  ended_at INTEGER,
  updated_at INTEGER NOT NULL,
  placed_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (order_id)
) STRICT;
CREATE INDEX orders_by_portfolio_id_order_id ON orders (portfolio_id, order_id);
CREATE INDEX orders_by_portfolio_id_instrument ON orders (portfolio_id, instrument) WHERE ended_at IS NULL;
CREATE INDEX orders_by_venue_order ON orders (venue_order);

CREATE TABLE order_changes (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  limit_price INTEGER,
  stop_price INTEGER,
  filled INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_changes_by_order_id_seq ON order_changes (order_id, seq);

CREATE TABLE executions (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  venue_at INTEGER NOT NULL,
  execution_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  venue_order INTEGER,
  order_id INTEGER,
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  price INTEGER NOT NULL,
  value INTEGER NOT NULL,
  realized_pnl INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  strategy TEXT NOT NULL,
  superseded_seq INTEGER,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_by_portfolio_id_seq ON executions (portfolio_id, seq);
CREATE INDEX executions_by_execution_id ON executions (execution_id);
CREATE INDEX executions_by_order_id ON executions (order_id);

CREATE TABLE trades (
  trade_id INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  instrument TEXT NOT NULL,
  direction TEXT NOT NULL,
  status TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  quantity INTEGER NOT NULL,
  exit_quantity INTEGER NOT NULL,
  entry_cost INTEGER NOT NULL,
  exit_cost INTEGER NOT NULL,
  entry_price INTEGER,
  exit_price INTEGER,
  realized_pnl INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  net_pnl_base INTEGER,
  opened_by TEXT NOT NULL,
  order_id INTEGER,
  strategy TEXT NOT NULL,
  confidence INTEGER,
  why TEXT NOT NULL,
  bot_version TEXT NOT NULL,
  run_id TEXT NOT NULL,
  opened_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (trade_id)
) STRICT;
CREATE INDEX trades_by_portfolio_id_trade_id ON trades (portfolio_id, trade_id);
CREATE INDEX trades_by_portfolio_id_opened_at ON trades (portfolio_id, opened_at);
CREATE INDEX trades_by_portfolio_id_status ON trades (portfolio_id, status);
CREATE INDEX trades_by_portfolio_id_instrument ON trades (portfolio_id, instrument);

CREATE TABLE signals (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  strategy_type TEXT,
  strategy TEXT NOT NULL,
  confidence INTEGER,
  why TEXT NOT NULL,
  bot_version TEXT NOT NULL,
  run_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  order_type TEXT NOT NULL,
  target_price INTEGER,
  quantity INTEGER NOT NULL,
  amount INTEGER,
  decision_price INTEGER,
  decision_at INTEGER,
  verdict TEXT NOT NULL,
  rule TEXT,
  executed INTEGER NOT NULL,
  executed_at INTEGER,
  order_id INTEGER,
  trade_id INTEGER,
  updated_seq INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX signals_by_portfolio_id_seq ON signals (portfolio_id, seq);
CREATE INDEX signals_by_portfolio_id_executed ON signals (portfolio_id, executed);
CREATE INDEX signals_by_strategy_type ON signals (strategy_type);

CREATE TABLE receipts (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  asked INTEGER NOT NULL,
  allowed INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  rule TEXT,
  scope TEXT,
  figure TEXT NOT NULL,
  bound INTEGER,
  observed INTEGER,
  confidence INTEGER,
  order_id INTEGER,
  strategy TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_portfolio_id_seq ON receipts (portfolio_id, seq);

CREATE TABLE protections (
  armed_seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  direction TEXT NOT NULL,
  status TEXT NOT NULL,
  stop_price INTEGER,
  take_profit_price INTEGER,
  trailing_distance INTEGER,
  reference_price INTEGER NOT NULL,
  effective_stop_price INTEGER,
  armed_at INTEGER NOT NULL,
  night_close_at INTEGER,
  day_stop_price INTEGER,
  day_take_profit_price INTEGER,
  day_trailing_distance INTEGER,
  leg TEXT,
  trigger_price INTEGER,
  triggered_at INTEGER,
  ended_at INTEGER,
  reason TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (armed_seq, line)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX protections_by_portfolio_id_instrument ON protections (portfolio_id, instrument) WHERE status <> 'ended';
CREATE INDEX protections_by_portfolio_id_armed_seq ON protections (portfolio_id, armed_seq);

CREATE TABLE protection_changes (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  change TEXT NOT NULL,
  stop_price INTEGER,
  take_profit_price INTEGER,
  trailing_distance INTEGER,
  reference_price INTEGER NOT NULL,
  effective_stop_price INTEGER,
  leg TEXT,
  trigger_price INTEGER,
  reason TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX protection_changes_by_portfolio_id_seq ON protection_changes (portfolio_id, seq);

CREATE TABLE controls (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  principal TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE kills (
  scope TEXT NOT NULL,
  level TEXT NOT NULL,
  reason TEXT NOT NULL,
  principal TEXT NOT NULL,
  at INTEGER NOT NULL,
  cleared_at INTEGER,
  seq INTEGER NOT NULL,
  PRIMARY KEY (scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE modes (
  scope TEXT NOT NULL,
  mode TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE breaks (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX breaks_by_portfolio_id_seq ON breaks (portfolio_id, seq);

CREATE TABLE strategy_faults (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  portfolio_id TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  paused INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX strategy_faults_by_portfolio_id_seq ON strategy_faults (portfolio_id, seq);

CREATE TABLE epochs (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
