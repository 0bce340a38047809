import type { Sentence } from "./sentence.ts";

/** Why a journal does not open, or what is wrong inside. */
export const JOURNAL = {
  JOURNAL_MISSING: { says: "There is no journal in {path}.", fix: "Check the folder; `bulkhead backtest … --data DIR` makes one." },
  JOURNAL_EXISTS: {
    says: "There is a journal in {path} already, and a run never writes over one.",
    fix: "Name another folder, or move that one away.",
  },
  JOURNAL_NOT_OURS: { says: "{path} is not a journal of Bulkhead.", fix: "Name the folder that --data was given." },
  JOURNAL_FORMAT_NEWER: { says: "The journal was written by a newer Bulkhead.", fix: "Use that version, or a newer one." },
  JOURNAL_DAMAGED: {
    says: "The journal's database cannot be read.",
    fix: "Restore a backup; `bulkhead verify` says how far a journal is sound.",
  },
  JOURNAL_CORRUPT: { says: "Stored bytes are not what was written.", fix: "Restore a backup; everything before this place is sound." },
  JOURNAL_CHAIN_BROKEN: {
    says: "The hash of batch {batch} (records {seq} on) does not follow from what is stored.",
    fix: "Restore a backup; records before it are sound.",
  },
  JOURNAL_NOT_CANONICAL: {
    says: "Record {seq} is not stored as it would be written.",
    fix: "Restore a backup; records before it are sound.",
  },
  JOURNAL_SEQUENCE_GAP: {
    says: "After record {before} comes {seq}: records are missing.",
    fix: "Restore a backup; records before the gap are sound.",
  },
  JOURNAL_CONFLICT: {
    says: "Another process wrote to the journal (after record {expectedSeq}).",
    fix: "Only one may write: stop the other one, or this one.",
  },
  JOURNAL_IN_DOUBT: {
    says: "The disk did not say whether the records after {expectedSeq} are kept.",
    fix: "Start again: the journal is read from its beginning, and what is there counts.",
  },
  SQLITE_TOO_OLD: {
    says: "This SQLite is too old for the journal.",
    fix: "Use the Node that comes with the project (npm start installs it).",
  },
  SQLITE_PRAGMA_REFUSED: {
    says: "The database does not accept a setting that durability needs.",
    fix: "Use a local disk; network file systems cannot promise durability.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
