import type { InstrumentId } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { SeriesBuilder } from "./builder.ts";
import type { BarSeries } from "./series.ts";
import { mergeTimeline } from "./timeline.ts";

function seriesAt(instants: readonly number[]): BarSeries {
  const builder = new SeriesBuilder(1);
  for (const [i, at] of instants.entries()) builder.push(at, at, i + 1, i + 1, i + 1, i + 1, 0);
  const source = { format: "test", path: "", zone: "UTC", adjustment: "raw", session: "regular" } as const;
  return builder.build({ instrument: "A@X" as InstrumentId, resolution: "tick", priceScale: 2, volumeScale: 0, source });
}

const instants = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 }).map((list) => [...list].sort((a, b) => a - b));

test("[MKT-32] the time line is the stable sort by instant, then series; groups are the instants", () => {
  fc.assert(
    fc.property(fc.array(instants, { minLength: 2, maxLength: 9 }), (lists) => {
      const series = lists.map(seriesAt);
      const steps = lists.flatMap((list, which) => list.map((at, bar) => ({ at, which, bar })));
      steps.sort((a, b) => a.at - b.at || a.which - b.which || a.bar - b.bar);
      const line = mergeTimeline(series);
      expect([...(line.which ?? [])]).toEqual(steps.map((step) => step.which));
      expect([...(line.bar ?? [])]).toEqual(steps.map((step) => step.bar));
      expect(line.groupCount).toBe(new Set(steps.map((step) => step.at)).size);
      const starts = steps.flatMap((step, i) => (i === 0 || step.at !== steps[i - 1]?.at ? [i] : []));
      expect(line.groups === undefined ? starts.length : [...line.groups]).toEqual(
        line.groups === undefined ? line.length : [...starts, steps.length],
      );
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});

test("[MKT-33] one series is its own time line; shared instants give groups only", () => {
  expect(mergeTimeline([seriesAt([1, 2, 3])])).toMatchObject({
    length: 3,
    which: undefined,
    bar: undefined,
    groups: undefined,
    groupCount: 3,
  });
  const ticks = mergeTimeline([seriesAt([1, 2, 2, 2, 5])]);
  expect([ticks.which, ticks.bar, [...(ticks.groups ?? [])], ticks.groupCount]).toEqual([undefined, undefined, [0, 1, 4, 5], 3]);
  expect(mergeTimeline([])).toMatchObject({ length: 0, groupCount: 0 });
  expect(mergeTimeline([seriesAt([])])).toMatchObject({ length: 0, groupCount: 0 });
  expect(mergeTimeline([seriesAt([]), seriesAt([4])])).toMatchObject({ length: 1, groupCount: 1 });
});

test("[MKT-32] a builder refuses a bar that goes back", () => {
  const builder = new SeriesBuilder();
  builder.push(0, 10, 1, 1, 1, 1, 0);
  expect(() => builder.push(0, 9, 1, 1, 1, 1, 0)).toThrow("BAR_GOES_BACK");
});
