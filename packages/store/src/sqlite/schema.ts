/** "BULK": what the file header says it is. */
export const APPLICATION_ID = 0x42554c4b;
/** Of tables and codec frame; a newer one refuses older code. */
export const FORMAT_VERSION = 1;

/**
 * One row per batch under its first sequence: two writers that follow the same head meet at the same key, so only one wins.
 * The hash stands before the bytes, so that it is read without them. Rows are never changed and never leave.
 */
export const TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE batches (
  first_seq INTEGER PRIMARY KEY CHECK (first_seq >= 1),
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  batch INTEGER NOT NULL CHECK (batch >= 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT;
CREATE TABLE snapshots (
  schema TEXT NOT NULL,
  seq INTEGER NOT NULL,
  chain_hash TEXT NOT NULL,
  digest TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (schema, seq)
) STRICT;
CREATE TRIGGER batches_follow BEFORE INSERT ON batches
WHEN NEW.first_seq <> coalesce((SELECT last_seq FROM batches ORDER BY first_seq DESC LIMIT 1), 0) + 1
BEGIN SELECT RAISE(ABORT, 'JOURNAL_SEQUENCE_GAP'); END;
CREATE TRIGGER batches_stay BEFORE DELETE ON batches BEGIN SELECT RAISE(ABORT, 'JOURNAL_APPEND_ONLY'); END;
CREATE TRIGGER batches_keep BEFORE UPDATE ON batches BEGIN SELECT RAISE(ABORT, 'JOURNAL_APPEND_ONLY'); END;
CREATE TRIGGER meta_stays BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'JOURNAL_APPEND_ONLY'); END;
CREATE TRIGGER meta_keeps BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'JOURNAL_APPEND_ONLY'); END;
`;
