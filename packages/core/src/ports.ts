import type { Price } from "@bulkhead/money";
import type { AccountId, InstantMs, OrderId, PortfolioId, VenueOrderSeq } from "./brand.ts";
import type { Command, VenueCommand } from "./engine/commands.ts";
import type { Event } from "./engine/events.ts";
import type { ChangeableTerms, OrderTerms } from "./order/order.ts";

/** What must be done outside once the record is durable. */
export type Effect =
  | Readonly<{
      type: "SubmitOrder";
      venueOrder: VenueOrderSeq;
      epoch: number;
      terms: OrderTerms;
      /** Where a protective order that rested at the venue trades; null: as the terms say. */
      trigger: Price | null;
      /** Of a direct order: for reading, never for deciding. */
      portfolio: PortfolioId;
      order: OrderId;
    }>
  | Readonly<{ type: "CancelVenueOrder"; venueOrder: VenueOrderSeq }>
  /** `before`: what the order stays where the change is refused. */
  | Readonly<{ type: "ReplaceVenueOrder"; venueOrder: VenueOrderSeq; terms: OrderTerms; before: ChangeableTerms }>;

/** One command and what it made: the unit of the journal. Its position is `seq`, from 1, no gaps. */
export type JournalRecord = Readonly<{ seq: number; command: Command; events: readonly Event[] }>;

/** Where a journal ends: its last sequence and batch, 0 when empty, and the hash of the chain up to it, hex (I19). */
export interface JournalHead {
  readonly seq: number;
  readonly batch: number;
  readonly hash: string;
}

/** `conflict`: another writer was first, nothing was written. `in-doubt`: it may be there or not, so stop; start-up decides. `cause` is what the system said. */
export type Appended = Readonly<{ ok: true; head: JournalHead } | { ok: false; why: "conflict" | "in-doubt"; cause?: unknown }>;

/** Records of one append, encoded as they are added. Of the journal that made it; an append that succeeds leaves it empty. */
export interface JournalBatch {
  readonly count: number;
  /** Encoded size so far. */
  readonly byteLength: number;
  /** Throws `InvariantViolation` where `seq` does not follow, or a figure is not a safe integer (I22). */
  add(record: JournalRecord): void;
  clear(): void;
}

/** The records of one account in order: gap-free, append-only, chained. Synchronous. */
export interface Journal {
  readonly account: AccountId;
  readonly head: JournalHead;
  /** A new empty batch whose first record is the one after the head at its first `add`. */
  newBatch(): JournalBatch;
  /** Durable on return. `expectedSeq` is checked before the first byte. */
  append(expectedSeq: number, batch: JournalBatch): Appended;
  /** Records from `fromSeq` (at least 1) to the end, decoded one by one. Throws `JournalCorrupt` of the store. */
  read(fromSeq: number): Iterable<JournalRecord>;
  close(): void;
}

/** Time for the host: the wall in a desk, the data in a backtest. */
export interface Clock {
  now(): InstantMs;
}

/** What an adapter or the simulated venue can do; the engine and host obey it. */
export type VenueCapabilities = Readonly<{
  orderTypes: readonly OrderTerms["orderType"][];
  timesInForce: readonly OrderTerms["timeInForce"][];
  nativeStops: boolean;
}>;

/** Where orders go and facts come from. `submit` never answers: what happens comes back as commands through `emit`. */
export interface Venue {
  readonly capabilities: VenueCapabilities;
  dispatch(effect: Effect, at: InstantMs): void;
  /** Called by the composition once: where the venue's facts go. */
  connect(emit: (fact: VenueCommand) => void): void;
}
