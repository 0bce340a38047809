import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import type { Ask } from "../../../../tests/kit/books.ts";
import { Desk } from "../../../../tests/kit/desk.ts";
import type { InstantMs } from "../brand.ts";
import { createEngine } from "../engine/engine.ts";
import { type CoveredSpan, type Span, uncovered, united, withCovered, withGap } from "./history.ts";

const span = (from: number, to: number): Span => ({ from: from as InstantMs, to: to as InstantMs });
const gap = (from: number, to: number): Ask => ({ type: "RecordHistoryGap", ...span(from, to) });
const told = (from: number, to: number, parts: object = {}): Ask =>
  ({ type: "RecordCoverage", ...span(from, to), source: "ibkr", statementAccount: "U1", executions: true, ...parts }) as Ask;
const close = (from: number, to: number, reason = "compared by hand"): Ask => ({
  type: "CloseHistory",
  ...span(from, to),
  adopts: true,
  reason,
});

/** A desk, and what is missing from it now as pairs. */
function books(): Readonly<{ desk: Desk; gaps: () => readonly (readonly number[])[] }> {
  const desk = new Desk();
  return { desk, gaps: () => desk.engine.state.reconciliation.history.gaps.map(({ from, to }) => [from, to]) };
}

describe("what is missing of the venue's history", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each<[string, readonly Ask[], readonly (readonly number[])[]]>([
    ["the whole of it",                     [told(5, 30)],                               []],
    ["exactly it",                          [told(10, 20)],                              []],
    ["nothing of it",                       [told(0, 10), told(20, 30)],                 [[10, 20]]],
    ["its beginning",                       [told(5, 14)],                               [[14, 20]]],
    ["its middle",                          [told(12, 14)],                              [[10, 12], [14, 20]]],
    ["both ends",                           [told(5, 12), told(18, 30)],                 [[12, 18]]],
    ["parts that overlap",                  [told(5, 15), told(12, 20)],                 []],
    ["parts in the wrong order",            [told(15, 20), told(10, 15)],                []],
    ["it without any trade",                [told(5, 30, { executions: false })],        [[10, 20]]],
  ])("[HIST-1] a statement of %s leaves the rest open (B9)", (_what, statements, left) => {
    const { desk, gaps } = books();
    desk.do(gap(10, 20));
    for (const each of statements) desk.do(each);
    expect(gaps()).toEqual(left);
  });

  test("[HIST-1] what a statement told of before is no gap afterwards, and one that is known is not found again", () => {
    const { desk, gaps } = books();
    desk.do(told(10, 14));
    desk.do(gap(8, 20));
    expect(gaps()).toEqual([[8, 10], [14, 20]]); // biome-ignore format: pairs.
    expect(desk.do(gap(8, 10))).toEqual([]);
    expect(desk.do(gap(15, 22))).toEqual([expect.objectContaining({ type: "HistoryGapFound", from: 20, to: 22 })]);
    expect(gaps()).toEqual([[8, 10], [14, 22]]); // biome-ignore format: pairs.
  });

  test("[HIST-2] a person answers for what is left, with a reason; for nothing he cannot", () => {
    const { desk, gaps } = books();
    desk.do(gap(10, 20));
    expect(desk.refused(close(10, 20, ""))).toBe("REASON_MISSING");
    expect(desk.refused(close(20, 30))).toBe("HISTORY_GAP_UNKNOWN");
    expect(desk.refused(gap(20, 20))).toBe("SPAN_INVALID");
    expect(desk.refused(gap(-1, 20))).toBe("SPAN_INVALID");
    expect(desk.refused(told(20, 10))).toBe("SPAN_INVALID");
    desk.do(close(10, 15));
    expect(gaps()).toEqual([[15, 20]]);
    desk.do(close(0, 30));
    expect(gaps()).toEqual([]);
  });

  test("[HIST-3] the same coverage again says nothing; statements of one account are one stretch, of another another", () => {
    const { desk } = books();
    desk.do(told(10, 20));
    expect(desk.do(told(12, 18))).toEqual([]);
    desk.do(told(20, 30));
    desk.do(told(10, 20, { statementAccount: "U2" }));
    expect(desk.engine.state.reconciliation.history.covered.map(({ from, to, statementAccount }) => [from, to, statementAccount])).toEqual([
      [10, 20, "U2"],
      [10, 30, "U1"],
    ]);
  });

  test("[HIST-4] what a person says that a name of statements is, is kept; said otherwise, it is otherwise from then on", () => {
    const { desk } = books();
    const name = (text: string, instrument: string): Ask => ({
      type: "NameStatementContract",
      name: text,
      instrument: instrument as never,
    });
    desk.do(name("265598", "SPY@X"));
    expect(desk.do(name("265598", "SPY@X"))).toEqual([]);
    expect([desk.refused(name("", "SPY@X")), desk.refused(name("1", "NONE@X"))]).toEqual(["INSTRUMENT_UNKNOWN", "INSTRUMENT_UNKNOWN"]);
    desk.do(name("265598", "LONG@X"));
    expect([...desk.engine.state.reconciliation.history.names]).toEqual([["265598", "LONG@X"]]);
  });

  test("[HIST-1] it is in the state of a desk that never had any", () => {
    expect(createEngine().state.reconciliation.history).toEqual({ gaps: [], covered: [], names: new Map() });
  });
});

const spans = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 30 })).map(([from, length]) => span(from, from + length)),
  { maxLength: 8 },
);
const has = (all: readonly Span[], at: number): boolean => all.some(({ from, to }) => from <= at && at < to);

test("[HIST-1] what is left is what no statement covers, in whatever order gaps and statements come", () => {
  fc.assert(
    fc.property(spans, spans, (gaps, covered) => {
      const open = gaps.reduce<readonly Span[]>(withGap, []);
      const left = uncovered(open, covered);
      const all = covered.reduce<readonly CoveredSpan[]>(
        (sum, each) => withCovered(sum, { ...each, source: "csv", statementAccount: "", executions: true }),
        [],
      );
      for (let at = 0; at < 100; at++) {
        expect(has(open, at)).toBe(has(gaps, at));
        expect(has(all, at)).toBe(has(covered, at));
        expect(has(left, at)).toBe(has(gaps, at) && !has(covered, at));
      }
      expect(uncovered(open, covered.toReversed())).toEqual(left);
      expect(united(left)).toEqual(left);
      for (const [i, { from }] of all.entries()) expect(from).toBeGreaterThan(all[i - 1]?.to ?? -1);
    }),
    { numRuns: runs(500), seed: seed() },
  );
});

test("[HIST-1] too many gaps are kept as fewer that leave nothing out", () => {
  const many = Array.from({ length: 100 }, (_, i) => span(10 * i, 10 * i + 5)).reduce<readonly Span[]>(withGap, []);
  expect([many.length, many[0], many.at(-1)]).toEqual([64, span(0, 365), span(990, 995)]);
});
