import { expect, test } from "vitest";
import { latenciesOf, lengthOf } from "./latencies.ts";

const instant = (ms: number): string => new Date(1_800_000_000_000 + ms).toISOString();

test("each stretch of a trade's way is measured between its own two instants; a missing end is no length", () => {
  const detail = {
    trade: { opened_at: instant(500), closed_at: null },
    signals: [{ at: instant(0) }],
    receipts: [{ at: instant(2) }],
    orders: [{ placed_at: instant(5) }],
    executions: [
      { venue_at: instant(900), at: instant(930) },
      { venue_at: instant(500), at: instant(620) },
    ],
  } as unknown as Parameters<typeof latenciesOf>[0];
  expect(latenciesOf(detail).map(({ name, tookMs }) => [name, tookMs])).toEqual([
    ["Wish to verdict", 2],
    ["Verdict to order", 3],
    ["Order to fill", 495],
    ["Fill to books", 30],
    ["Held", null],
  ]);
});

test.each([
  [40, "40 ms"],
  [1_500, "1.5 s"],
  [720_000, "12 min"],
  [10_800_000, "3.0 h"],
  [172_800_000, "2.0 d"],
])("%d ms is said as %s", (ms, said) => expect(lengthOf(ms)).toBe(said));
