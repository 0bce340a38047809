import type { InstantMs } from "@bulkhead/core";
import { expect, test } from "vitest";
import { joinCoverage } from "./history.ts";

const DAY = 86_400_000;
const span = (from: number, to: number) => ({ from: (from * DAY) as InstantMs, to: (to * DAY) as InstantMs });
const rows = (from: number, to: number) => ({ covers: span(from, to), tells: [] });
const said = (...spans: readonly (readonly [number, number])[]) => ({
  covers: null,
  tells: spans.map(([from, to]) => ({ ...span(from, to), executions: true })),
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["files of rows join over a weekend",            [rows(20, 30), rows(0, 5), rows(8, 10)],   [[0, 10], [20, 30]], [[10, 20]]],
  ["what statements say is taken at its word",     [said([0, 5]), said([6, 7])],              [[0, 5], [6, 7]],    [[5, 6]]],
  ["a hole in the middle of a file of days",       [said([0, 1], [1, 2], [4, 5])],            [[0, 2], [4, 5]],    [[2, 4]]],
  ["statements that overlap, in any order",        [said([3, 9]), said([0, 4])],              [[0, 9]],            []],
  ["one within another",                           [said([0, 9]), said([2, 3]), said([9, 10])], [[0, 10]],         []],
  ["rows after a statement",                       [said([0, 5]), rows(7, 8)],                [[0, 8]],            []],
  ["nothing",                                      [{ covers: null, tells: [] }],             [],                  []],
] as const)("[IMP-9] %s", (_what, statements, covered, missing) => {
  const spans = (pairs: readonly (readonly [number, number])[]) => pairs.map(([from, to]) => span(from, to));
  expect(joinCoverage(statements)).toEqual({ covered: spans(covered as never), missing: spans(missing as never) });
});
