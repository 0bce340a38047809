import type { Asset, CashKind, ExecutionId, InstantMs, Instrument, Side, VenueTag } from "@bulkhead/core";

/** A contract as a statement names it: what the books would call it, and the names to find it by. */
export type StatedContract = Readonly<{
  /** As the statement's rows refer to it. */
  key: string;
  /** For people: "APPLE INC". */
  description: string;
  instrument: Instrument;
  /** Base and quote. */
  assets: readonly Asset[];
  /** Under which other names it may be known: `ibkr` 265598, `isin` US0378331005. */
  names: readonly Readonly<{ source: string; key: string }>[];
  /** Gains and losses of the open position are in the stated cash already: futures, which are settled every day. */
  settledDaily: boolean;
}>;

type Row = Readonly<{
  /** Where it stands in the file, from 1. */
  line: number;
  /** When it happened, by the statement. */
  at: InstantMs;
}>;

/**
 * One thing that happened, by a statement. Amounts are decimal text as written; signs are ours: fees positive when paid, cash positive when
 * it came.
 */
export type Entry = Row &
  Readonly<
    | {
        kind: "execution";
        executionId: ExecutionId;
        /** Corrections count from 0. */
        version: number;
        /** It was undone: nothing of it stands. */
        canceled: boolean;
        contract: string;
        side: Side;
        /** Not negative. */
        quantity: string;
        price: string;
        /** Who asked for it, where the statement says. */
        tag: VenueTag;
        /** What the venue says was held before it, signed, and what one unit of that had cost; where books say otherwise something is missing. */
        before?: Readonly<{ quantity: string; averageCost: string | null }>;
        /** Realized P&L before fees as the venue counts it: shown beside ours, never booked. */
        statedRealized?: string;
      }
    | { kind: "fee"; feeId: string; executionId: ExecutionId | null; currency: string; amount: string }
    | {
        kind: "cash";
        cashId: string;
        cashKind: CashKind;
        currency: string;
        amount: string;
        contract: string | null;
        /** Declared for one unit, where the statement says; then each holder is owed that, and what was paid otherwise is a difference. */
        perUnit: string | null;
        details: string;
      }
    /** Units that came from, or went to, another broker at what they were worth; nothing was paid for them. */
    | { kind: "transfer-in-kind"; transferId: string; contract: string; arrives: boolean; quantity: string; worth: string; details: string }
    /** Units that left for cash: a maturity, a cash merger, what is worth nothing any more. */
    | { kind: "redemption"; actionId: string; contract: string; quantity: string; received: string; details: string }
    | { kind: "conversion"; conversionId: string; from: string; amount: string; to: string; received: string }
    /** `delta`: signed units that came or went; the ratio is null where the statement does not say it. */
    | {
        kind: "split";
        actionId: string;
        contract: string;
        ratio: Ratio | null;
        delta: string;
        /** Paid for the fraction that did not come. */
        inLieu: string;
        details: string;
      }
    | {
        kind: "conversion-in-kind";
        actionId: string;
        from: string;
        into: readonly Readonly<{ contract: string; ratio: Ratio | null; delta: string }>[];
        /** Signed units of `from` that left; zero where it stays, as in a spin-off. */
        delta: string;
        /** Whether `from` is kept beside what came of it. */
        keeps: boolean;
      }
  >;

/** New units for old ones. */
export type Ratio = Readonly<{ numerator: number; denominator: number }>;

export type EntryOf<K extends Entry["kind"]> = Extract<Entry, { kind: K }>;

/** What the account held at the end, by the statement; text as written. */
export type StatedPosition = Readonly<{ line: number; contract: string; quantity: string; mark: string | null }>;
export type StatedCash = Readonly<{ line: number; currency: string; amount: string }>;

/** From the first instant to the last that a statement tells everything of. */
export type Coverage = Readonly<{ from: InstantMs; to: InstantMs }>;

/** A stretch that a statement tells of, its end not included, and whether of every execution in it: a list of cash alone says nothing of trades. */
export type Told = Coverage & Readonly<{ executions: boolean }>;

/** One file, read: nothing booked yet. */
export type Statement = Readonly<{
  /** "ibkr", "csv", "hyperliquid". */
  source: string;
  file: string;
  /** The venue's number of the account; empty where the file does not say. */
  account: string;
  /** Of the account, where the statement says. */
  baseCurrency: string | null;
  covers: Coverage | null;
  /** The stretches that it tells everything of, as it says itself; apart where it is made of several. Empty: it does not say. */
  tells: readonly Told[];
  contracts: ReadonlyMap<string, StatedContract>;
  /** In order of time, and of the file where it is the same. */
  entries: readonly Entry[];
  /** Null: the statement does not say, which is not the same as none. */
  positions: readonly StatedPosition[] | null;
  cash: readonly StatedCash[] | null;
  /** What a person should know: sections that were not read, rows that were left out. */
  notes: readonly string[];
}>;

/** Order of time; what happened at one instant stays in the order of the file, money first so that it is there for what it pays. */
export function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => a.entry.at - b.entry.at || rankOf(a.entry) - rankOf(b.entry) || a.index - b.index)
    .map(({ entry }) => entry);
}

const rankOf = (entry: Entry): number => (entry.kind === "cash" && entry.cashKind === "transfer" ? 0 : 1);
