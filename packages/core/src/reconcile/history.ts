import type { InstantMs, InstrumentId } from "../brand.ts";

/** A stretch of time, its end not included. */
export type Span = Readonly<{ from: InstantMs; to: InstantMs }>;

/** A stretch that a statement told of, and whose statement it was. */
export type CoveredSpan = Span &
  Readonly<{
    /** Who wrote it: "ibkr", "csv", "hyperliquid". */
    source: string;
    /** The venue's number of the account; empty where it does not say. */
    statementAccount: string;
    /** Whether it has every execution of the stretch; a list of cash alone says nothing of trades. */
    executions: boolean;
  }>;

/** What is known of the time in which nobody listened to the venue. */
export type History = {
  /** In order, apart from each other: executions of these stretches may be missing, and nobody has said that none is (B9). */
  gaps: readonly Span[];
  /** What statements told of, in order of their ends; the latest. */
  covered: readonly CoveredSpan[];
  /** What a person said that a statement's name stands for. */
  readonly names: Map<string, InstrumentId>;
};

/** What is asked about the time in which nobody listened to the venue. */
export type HistoryCommand = Readonly<{ at: InstantMs }> &
  (
    | (Span & Readonly<{ type: "RecordHistoryGap" }>)
    /** A statement tells of this stretch; it was booked with the commands before this one. */
    | (Span & Readonly<{ type: "RecordCoverage"; by: string; source: string; statementAccount: string; executions: boolean }>)
    /** `adopts`: a person answers for what may be missing; else the books and the venue agree again. */
    | (Span & Readonly<{ type: "CloseHistory"; by: string; adopts: boolean; reason: string }>)
    /** What a name of statements stands for, from now on. */
    | Readonly<{ type: "NameStatementContract"; by: string; name: string; instrument: InstrumentId }>
  );

export type HistoryEvent = Readonly<
  /** The venue's history does not reach into this stretch, and no statement has told of it. */
  | (Span & { type: "HistoryGapFound" })
  | (Span & { type: "HistoryCovered"; by: string; source: string; statementAccount: string; executions: boolean })
  | (Span & { type: "HistoryClosed"; by: string; adopts: boolean; reason: string })
  | { type: "StatementContractNamed"; by: string; name: string; instrument: InstrumentId }
>;

export const emptyHistory = (): History => ({ gaps: [], covered: [], names: new Map() });

/** Stretches that are kept: of the oldest ones only the whole is known. */
const GAPS_KEPT = 64;
const COVERED_KEPT = 512;

/** What of `spans` is in none of `without`. */
export function uncovered(spans: readonly Span[], without: readonly Span[]): readonly Span[] {
  let left = spans;
  for (const { from, to } of without)
    left = left.flatMap((span): readonly Span[] => {
      if (to <= span.from || from >= span.to) return [span];
      const before: readonly Span[] = from > span.from ? [{ from: span.from, to: from }] : [];
      return to < span.to ? [...before, { from: to, to: span.to }] : before;
    });
  return left;
}

/** Spans in order, joined where they touch. */
export function united<S extends Span>(spans: readonly S[]): readonly S[] {
  const joined: S[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = joined.at(-1);
    if (last !== undefined && span.from <= last.to) joined[joined.length - 1] = { ...last, to: Math.max(last.to, span.to) as InstantMs };
    else joined.push(span);
  }
  return joined;
}

/** Gaps with one more; where there are too many the oldest are taken for one. */
export function withGap(gaps: readonly Span[], gap: Span): readonly Span[] {
  const all = united([...gaps.map(({ from, to }) => ({ from, to })), { from: gap.from, to: gap.to }]);
  const [first, second, ...rest] = all;
  return all.length > GAPS_KEPT && first !== undefined && second !== undefined ? [{ from: first.from, to: second.to }, ...rest] : all;
}

/** What statements told of with one more: those of one account and kind are joined where they touch. */
export function withCovered(covered: readonly CoveredSpan[], more: CoveredSpan): readonly CoveredSpan[] {
  const isAlike = (other: CoveredSpan): boolean =>
    other.source === more.source && other.statementAccount === more.statementAccount && other.executions === more.executions;
  const all = [...covered.filter((each) => !isAlike(each)), ...united([...covered.filter(isAlike), more])];
  return all.sort((a, b) => a.to - b.to || a.from - b.from).slice(-COVERED_KEPT);
}

/** The stretches whose every execution a statement told. */
export const executionsCovered = (covered: readonly CoveredSpan[]): readonly CoveredSpan[] =>
  covered.filter(({ executions }) => executions);
