import type { InstantMs } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { historyGap, joinCoverage, remainingGap } from "./history.ts";

const span = (from: number, to: number) => ({ from: from as InstantMs, to: to as InstantMs });
const DAY = 86_400_000;

test("[IMP-10] there is a gap where the venue's history begins after the last barrier, and only there (B9)", () => {
  expect(historyGap(100 as InstantMs, 200 as InstantMs)).toEqual(span(100, 200));
  expect(historyGap(200 as InstantMs, 200 as InstantMs)).toBeNull();
  expect(historyGap(null, 200 as InstantMs)).toBeNull();
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["nothing",              [],                               [span(100, 200)]],
  ["all of it",            [span(50, 250)],                  []],
  ["its beginning",        [span(50, 150)],                  [span(150, 200)]],
  ["its middle",           [span(120, 150)],                 [span(100, 120), span(150, 200)]],
  ["two that meet",        [span(150, 200), span(100, 150)], []],
  ["something else",       [span(0, 100), span(200, 300)],   [span(100, 200)]],
] as const)("[IMP-10] statements of %s leave of the gap what they do not cover (B9)", (_what, imported, left) => expect(remainingGap(span(100, 200), imported)).toEqual(left));

test("[IMP-10] what is left is what no statement covers, in whatever order they come", () => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 30 })).map(([from, length]) => span(from, from + length)),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(spans, (imported) => {
      const left = remainingGap(span(10, 50), imported);
      for (let at = 10; at < 50; at++) {
        const covered = imported.some(({ from, to }) => from <= at && at < to);
        expect(left.some(({ from, to }) => from <= at && at < to)).toBe(!covered);
      }
      expect(remainingGap(span(10, 50), imported.toReversed())).toEqual(left);
    }),
    { numRuns: runs(500), seed: seed() },
  );
});

test("[IMP-9] statements join over a weekend, and a longer hole is told", () => {
  const parts = [span(20 * DAY, 30 * DAY), span(0, 5 * DAY), span(8 * DAY, 10 * DAY)];
  expect(joinCoverage(parts)).toEqual({ covered: [span(0, 10 * DAY), span(20 * DAY, 30 * DAY)], missing: [span(10 * DAY, 20 * DAY)] });
});
