import type { InstantMs, InstrumentId, VenueOrderSeq } from "./brand.ts";
import type { CommandOf, VenueCommand } from "./engine/commands.ts";
import type { VenueContract } from "./instrument/contract.ts";
import type { Asset, Instrument } from "./instrument/instrument.ts";
import type { Venue, VenueCapabilities } from "./ports.ts";
import type { VenueOrderReport, VenueSnapshot } from "./reconcile/snapshot.ts";

/** The sections of a snapshot that can be asked for. */
export type SnapshotSection = "positions" | "cash" | "orders" | "executions";

/** What a look-up of one of our orders gave (R-SEND): `failed` is no information. */
export type LookUp = Readonly<{ found: VenueOrderReport } | { absent: true } | { failed: string }>;

/** A fact of the venue, or the definition of something that a fact is about and the books do not have yet; always before it. */
export type VenueFact = VenueCommand | CommandOf<"DefineAsset"> | CommandOf<"DefineInstrument">;

/** What can be traded there, before anybody does. */
export type VenueInstrument = Readonly<{
  instrument: Instrument;
  assets: readonly Asset[];
  /** For people: "NVIDIA CORP, NASDAQ, stock". */
  description: string;
  /** The venue's own key: a contract id, a market id. */
  venueKey: string;
}>;

/** An instrument of the books whose contract is asked for; `venueKey` is how the venue called it before, null where nobody knows. */
export type ContractQuestion = Readonly<{ instrument: InstrumentId; venueKey: string | null }>;

/** What a venue says of contracts: null where it has none any more; what is left out was not answered, which says nothing. */
export type ContractAnswers = ReadonlyMap<InstrumentId, VenueContract | null>;

/** Where the connection to a venue stands. Sends are taken while `ready`, and only by the session that is (venues.md 1.2). */
export type VenueSession = Readonly<{
  /** Connections of this process, from 1; 0 before the first. Whatever was asked in an older one is void. */
  number: number;
  /** `refused`: connecting again will not help, a person must act. */
  state: "disconnected" | "connecting" | "synchronizing" | "ready" | "refused";
  since: InstantMs;
  /** Why it is not ready, with what to do; empty when it is. */
  reason: string;
  /** The venue's number of the account and whether it is its paper one, proven by its own answers; null before that. */
  account: string | null;
  environment: "paper" | "live" | null;
  /** When the venue last said anything at all. */
  heardAt: InstantMs | null;
}>;

/** A connection beside the session's that only carries orders of some portfolios (S3.4). */
export type VenueClient = Pick<VenueSession, "reason" | "heardAt"> &
  Readonly<{
    clientId: number;
    state: Exclude<VenueSession["state"], "synchronizing">;
    /** Since when it is ready, or since when it is not, however often it was tried. */
    since: InstantMs;
  }>;

/** What an adapter can do beyond taking orders; reconciliation and R-SEND obey it. */
export type LiveCapabilities = VenueCapabilities &
  Readonly<{
    /** How long after a send the venue refuses a second order under the same client order id; 0: it does not, Infinity: for ever. */
    dedupesForMs: number;
    /** Whether an order can be looked up by our client order id. */
    looksUp: boolean;
    /** `anew`: the venue cancels the old order and makes another under our id. */
    replaces: "in-place" | "anew" | "no";
    /** Whether the venue refuses, or may punish, orders of ours that would trade with each other. */
    minds: "self-crossing" | "nothing";
    /** Places after the point that balances are told with at least; null: all that there are. */
    cashPlaces: number | null;
    /** Messages that may be sent within a second and within a minute; cancels keep a fifth of them for themselves. */
    messagesPerSecond: number;
    messagesPerMinute: number;
  }>;

/** Where a live venue's news go. None of them may throw. */
export type VenueListener = Readonly<{
  /** In the order in which they became known. Stamped by the adapter's clock; the desk never lets time go back. */
  onFact: (fact: VenueFact) => void;
  onSession: (session: VenueSession) => void;
  /** What a person should read: warnings of the broker, codes, gaps. Without secrets. */
  onNote: (level: "info" | "warn" | "error", message: string) => void;
}>;

/**
 * A broker or exchange. `dispatch` never throws and never answers: exactly one of `RecordAck`, `RecordReject` or
 * `RecordSendOutcome: unknown` follows each submit, within `answerWithinMs` of it. A timeout, a broken connection and a reply that
 * cannot be read are `unknown`; what provably never left is a reject whose reason begins with `NOT_SENT`. Nothing is sent twice.
 */
export interface LiveVenue extends Venue {
  /** "ibkr", "binance". */
  readonly name: string;
  readonly capabilities: LiveCapabilities;
  readonly session: VenueSession;
  /** Where portfolios have connections of their own: as they stand, in the order configured. `onSession` is told of their turns too. */
  readonly clients?: readonly VenueClient[];
  readonly answerWithinMs: number;
  listen(listener: VenueListener): void;
  /** Connects, and again after every loss, until `close`. */
  open(): void;
  /** Disconnects; orders stay where they are. */
  close(): Promise<void>;
  /** Asks for these sections; executions reach back to `since`. Each has a deadline; never rejects. */
  snapshot(sections: readonly SnapshotSection[], since: InstantMs): Promise<VenueSnapshot>;
  /** Asks what became of one of our orders; never rejects. */
  lookUp(venueOrder: VenueOrderSeq, epoch: number): Promise<LookUp>;
  /** What it says of contracts now, by their keys where those are known, else by name; never rejects. */
  contractsOf(questions: readonly ContractQuestion[]): Promise<ContractAnswers>;
  /** Instruments that match a symbol or a name, best first; an error is its sentence. */
  search(text: string): Promise<readonly VenueInstrument[] | Readonly<{ failed: string }>>;
}
