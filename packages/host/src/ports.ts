import type { InstantMs, JournalRecord, Refusal, Venue } from "@bulkhead/core";
import type { FeedQuote } from "@bulkhead/market";

/**
 * A venue that trades on the data that the host shows it: the simulated one. Markets are numbered as the host's series are.
 * A venue with prices of its own is not shown anything.
 */
export interface MarketVenue extends Venue {
  /** Orders waiting per market; the host shows a bar only where there are some. */
  readonly waiting: Int32Array;
  /** The next instant at which something ends or is charged without market data; Infinity where nothing does. */
  readonly dueAt: number;
  onOpen(market: number, bar: number, at: InstantMs): void;
  onClose(market: number, bar: number, at: InstantMs): void;
  onQuote(market: number, quote: FeedQuote, at: InstantMs): void;
  onDue(at: InstantMs): void;
}

/** What may be looked at while the host works. Absent hooks cost nothing; none may call back into the host. */
export type Listeners = Readonly<{
  /** Every record, when it happened; durable a little later. */
  onRecord?: ((record: JournalRecord) => void) | undefined;
  /** Records are about to be appended, the engine's last one among them: what must not be behind them is kept now. */
  onAppend?: (() => void) | undefined;
  /** Records in order, once the journal has them; before anything that they ask for is sent. */
  onDurable?: ((records: readonly JournalRecord[]) => void) | undefined;
  /** The strategies have been asked about what closed, and what they wanted is decided; nothing of it is durable or sent yet. */
  onDecided?: (() => void) | undefined;
  /** A command that was not admitted. */
  onRefusal?: ((refusal: Refusal, command: JournalRecord["command"]) => void) | undefined;
}>;

/** Why the host stopped for good: the journal took a record for another's, or may or may not have it. */
export class JournalLost extends Error {
  readonly code: "JOURNAL_CONFLICT" | "JOURNAL_IN_DOUBT";
  constructor(why: "conflict" | "in-doubt", expectedSeq: number, cause?: unknown) {
    const code = why === "conflict" ? "JOURNAL_CONFLICT" : "JOURNAL_IN_DOUBT";
    super(`${code}: expectedSeq=${expectedSeq}`, { cause });
    this.code = code;
  }
}
