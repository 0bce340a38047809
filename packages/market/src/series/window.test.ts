import type { InstrumentId } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { calendarOf } from "../calendar/calendar.ts";
import { aggregateBy } from "./aggregate.ts";
import { SeriesBuilder } from "./builder.ts";
import type { BarSeries } from "./series.ts";
import { WINDOW_MS, windowOf } from "./window.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 18, 14, 30);
const calendar = calendarOf("24/7");

/** A minute bar for each number, that many minutes after the start. */
function minutes(which: readonly number[]): BarSeries {
  const builder = new SeriesBuilder();
  for (const minute of which) {
    const price = 1_000 + ((minute * 37) % 101);
    builder.push(START + minute * MINUTE, START + (minute + 1) * MINUTE, price, price + 5, price - 5, price + 1, minute + 1);
  }
  const source = { format: "synthetic", path: "", zone: "UTC", adjustment: "raw", session: "regular" } as const;
  return builder.build({ instrument: "SPY@X" as InstrumentId, resolution: "1m", priceScale: 2, volumeScale: 0, source });
}

const openings = (bars: Pick<BarSeries, "openAt" | "length">): readonly number[] =>
  Array.from(bars.openAt.subarray(0, bars.length), (at) => (at - START) / MINUTE);
const text = ({ openAt, closeAt, open, high, low, close, volume, length }: Omit<BarSeries, "resolution">): readonly string[] =>
  Array.from({ length }, (_, i) => [openAt, closeAt, open, high, low, close, volume].map((column) => column[i]).join(" "));

test("[SURF-4] without a beginning the last bars come, with one the first, oldest first", () => {
  const series = minutes([0, 1, 2, 3, 4, 5, 6, 7]);
  const of = (query: Partial<Parameters<typeof windowOf>[1]>) =>
    windowOf(series, { resolution: "1m", calendar, limit: 3, inProgress: false, ...query });
  expect([openings(of({}).bars), of({}).more]).toEqual([[5, 6, 7], true]);
  expect(openings(of({ to: START + 2 * MINUTE }).bars)).toEqual([0, 1]);
  expect(of({ to: START + 2 * MINUTE }).more).toBe(false);
  expect([openings(of({ from: START + MINUTE }).bars), of({ from: START + MINUTE }).more]).toEqual([[1, 2, 3], true]);
  expect(of({ from: START + 5 * MINUTE }).more).toBe(false);
  expect(openings(of({ from: START + MINUTE, to: START + 3 * MINUTE }).bars)).toEqual([1, 2]);
  expect(openings(of({ from: START + 99 * MINUTE }).bars)).toEqual([]);
});

test("[SURF-5] a bar that has not ended is left out, or the last one and said to be open", () => {
  const series = minutes([0, 1, 2, 3, 4, 5, 6]);
  const five = { resolution: "5m", calendar, limit: 10 } as const;
  const closed = windowOf(series, { ...five, inProgress: false });
  expect([openings(closed.bars), closed.endsOpen]).toEqual([[0], false]);
  const open = windowOf(series, { ...five, inProgress: true });
  expect([openings(open.bars), open.endsOpen]).toEqual([[0, 5], true]);
  const whole = windowOf(minutes([0, 1, 2, 3, 4]), { ...five, inProgress: true });
  expect([openings(whole.bars), whole.endsOpen]).toEqual([[0], false]);
  const gap = windowOf(minutes([0, 1, 7]), { ...five, inProgress: false });
  expect(openings(gap.bars)).toEqual([0]);
});

test("[SURF-4, SURF-5] any window is a part of the whole series aggregated, and pages give every bar once", () => {
  const minute = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(minute, fc.constantFrom("1m", "5m", "15m", "4h", "1d"), fc.integer({ min: 1, max: 9 }), (at, resolution, limit) => {
      const series = minutes([...at].sort((a, b) => a - b));
      const whole = resolution === "1m" ? series : aggregateBy(series, { ms: WINDOW_MS[resolution], daily: resolution === "1d" }, calendar);
      const query = { resolution, calendar, limit, inProgress: true } as const;
      const forward: string[] = [];
      for (let from = START - 86_400_000; ; ) {
        const { bars, more } = windowOf(series, { ...query, from });
        forward.push(...text(bars));
        if (!more) break;
        expect(bars.length).toBe(limit);
        from = (bars.openAt[bars.length - 1] as number) + 1;
      }
      expect(forward).toEqual(text(whole));
      const backward: string[] = [];
      for (let to: number | undefined; ; ) {
        const { bars, more } = windowOf(series, { ...query, to });
        backward.unshift(...text(bars));
        if (!more || bars.length === 0) break;
        to = bars.openAt[0] as number;
      }
      expect(backward).toEqual(text(whole));
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
