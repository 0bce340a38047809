-- Version 3: why a mode, a kill switch or a trading state held, beside its receipt. The tables are filled anew.

DROP TABLE receipts;
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
  rule_reason TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_portfolio_id_seq ON receipts (portfolio_id, seq);
