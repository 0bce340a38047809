/** What makes stored bytes unreadable. */
export type CorruptionCode =
  | "TRUNCATED"
  | "TRAILING_BYTES"
  | "NOT_CANONICAL"
  | "TAG_UNKNOWN"
  | "NUMBER_OUT_OF_RANGE"
  | "TEXT_INVALID"
  | "SEQUENCE_GAP";

/** Bytes that no version of the codec wrote. The only error that decoding throws. */
export class JournalCorrupt extends Error {
  readonly code = "JOURNAL_CORRUPT";
  readonly reason: CorruptionCode;
  /** Offset in the bytes that were being decoded. */
  readonly offset: number;
  constructor(reason: CorruptionCode, offset: number) {
    super(`JOURNAL_CORRUPT: reason=${reason}, offset=${offset}`);
    this.reason = reason;
    this.offset = offset;
  }
}

/** Why a journal cannot be opened or created. */
export type OpenProblem =
  | "JOURNAL_MISSING"
  | "JOURNAL_EXISTS"
  | "JOURNAL_NOT_OURS"
  | "JOURNAL_FORMAT_NEWER"
  | "JOURNAL_DAMAGED"
  | "SQLITE_TOO_OLD"
  | "SQLITE_PRAGMA_REFUSED";

/** An operational failure around a journal file: the shell reports it. */
export class JournalUnusable extends Error {
  readonly code: OpenProblem;
  constructor(code: OpenProblem, details: string, cause?: unknown) {
    super(`${code}: ${details}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
