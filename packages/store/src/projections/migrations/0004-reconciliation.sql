-- Version 4: what was compared with the venue, what differed and what became of it. The tables are filled anew.

CREATE TABLE differences (
  opened_seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  break_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  instrument TEXT,
  quote_asset TEXT NOT NULL,
  amount INTEGER NOT NULL,
  left_over INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  cash INTEGER NOT NULL,
  proposal TEXT NOT NULL,
  status TEXT NOT NULL,
  category TEXT,
  venue_order_id TEXT NOT NULL,
  venue_order INTEGER,
  evidence TEXT NOT NULL,
  reason TEXT NOT NULL,
  barriers INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  closed_at INTEGER,
  seq INTEGER NOT NULL,
  PRIMARY KEY (opened_seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX differences_by_portfolio_id_opened_seq ON differences (portfolio_id, opened_seq);
CREATE INDEX differences_by_break_id ON differences (break_id);

CREATE TABLE assignments (
  made_seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  assignment_id TEXT NOT NULL,
  break_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  portfolio_id TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL,
  quote_asset TEXT NOT NULL,
  cash INTEGER NOT NULL,
  category TEXT,
  reason TEXT NOT NULL,
  principal TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  undone_at INTEGER,
  undone_by TEXT,
  seq INTEGER NOT NULL,
  PRIMARY KEY (made_seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_portfolio_id_made_seq ON assignments (portfolio_id, made_seq);
CREATE INDEX assignments_by_break_id ON assignments (break_id);

CREATE TABLE reconciliations (
  seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  snapshot_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  positions INTEGER,
  cash INTEGER,
  differences INTEGER NOT NULL,
  principal TEXT NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE external_orders (
  seen_seq INTEGER NOT NULL,
  line INTEGER NOT NULL,
  venue_order_id TEXT NOT NULL,
  venue_order INTEGER,
  portfolio_id TEXT,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  filled INTEGER NOT NULL,
  order_type TEXT NOT NULL,
  limit_price INTEGER,
  stop_price INTEGER,
  reference TEXT NOT NULL,
  client TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  gone_at INTEGER,
  seq INTEGER NOT NULL,
  PRIMARY KEY (seen_seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_orders_by_portfolio_id_seen_seq ON external_orders (portfolio_id, seen_seq);
