-- Version 1. Lines are numbered as they come; the text index holds words only, the lines stand once.
CREATE TABLE logs (
  log_id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  source TEXT NOT NULL,
  portfolio_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  message TEXT NOT NULL,
  fields TEXT NOT NULL
) STRICT;
CREATE INDEX logs_by_portfolio_id ON logs (portfolio_id);
CREATE INDEX logs_by_at ON logs (at);
CREATE VIRTUAL TABLE logs_text USING fts5 (message, fields, content = 'logs', content_rowid = 'log_id', tokenize = "unicode61 tokenchars '_@.-'");
