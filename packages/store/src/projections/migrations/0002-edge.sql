-- Version 2: what the edge fills; a rebuild carries it over.

CREATE TABLE performance_cache (
  portfolio_id TEXT NOT NULL,
  calculated_at INTEGER NOT NULL,
  sharpe_ratio REAL,
  sortino_ratio REAL,
  win_rate REAL,
  avg_win REAL,
  avg_loss REAL,
  profit_factor REAL,
  max_consecutive_wins INTEGER NOT NULL,
  max_consecutive_losses INTEGER NOT NULL,
  return_1d REAL,
  return_7d REAL,
  return_30d REAL,
  return_all_time REAL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (portfolio_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE markets (
  instrument TEXT NOT NULL,
  market_id TEXT NOT NULL,
  market_question TEXT NOT NULL,
  outcome TEXT NOT NULL,
  event_id TEXT,
  event_title TEXT,
  event_end_date INTEGER,
  seq INTEGER NOT NULL,
  PRIMARY KEY (instrument)
) STRICT, WITHOUT ROWID;
CREATE INDEX markets_by_market_id ON markets (market_id);

CREATE TABLE market_snapshots (
  market_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  yes_price REAL,
  no_price REAL,
  liquidity REAL,
  volume REAL,
  volume_24h REAL,
  market_conviction REAL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (market_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE observations (
  portfolio_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  kind TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  at INTEGER NOT NULL,
  content TEXT NOT NULL,
  run_id TEXT,
  seq INTEGER NOT NULL,
  PRIMARY KEY (portfolio_id, instrument, timeframe, kind, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_calls (
  call_id TEXT NOT NULL,
  portfolio_id TEXT NOT NULL,
  run_id TEXT,
  at INTEGER NOT NULL,
  model TEXT NOT NULL,
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  cost REAL NOT NULL,
  succeeded INTEGER NOT NULL,
  trace TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (call_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX model_calls_by_portfolio_id_at ON model_calls (portfolio_id, at);
