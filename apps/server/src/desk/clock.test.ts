import type { InstantMs } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pacedClock } from "./clock.ts";

beforeEach(() => vi.useFakeTimers({ now: 5_000_000 }));
afterEach(() => void vi.useRealTimers());

test("[FEED-17] time hurries while there are recorded prices, and not beyond them", () => {
  const clock = pacedClock({ from: 1_000_000 as InstantMs, speed: 1_000, until: 1_600_000 as InstantMs });
  const called: number[] = [];
  for (const at of [1_300_000, 1_600_000, 1_660_000]) clock.wake(at as InstantMs, () => called.push(clock.now()));
  vi.advanceTimersByTime(300);
  expect([clock.now(), called]).toEqual([1_300_000, [1_300_000]]);
  vi.advanceTimersByTime(300);
  expect([clock.now(), called.length]).toEqual([1_600_000, 2]);
  vi.advanceTimersByTime(59_999);
  expect([clock.now(), called.length]).toEqual([1_659_999, 2]);
  vi.advanceTimersByTime(1);
  expect(called.at(-1)).toBe(1_660_000);
});

test("[FEED-17] books that end after the prices do not hurry at all", () => {
  const clock = pacedClock({ from: 2_000_000 as InstantMs, speed: 1_000, until: 1_600_000 as InstantMs });
  vi.advanceTimersByTime(10);
  expect(clock.now()).toBe(2_000_010);
});

test("[DESK-13] a paced clock goes as fast as it is told, and calls at its own instants", () => {
  const clock = pacedClock({ from: 1_000_000 as InstantMs, speed: 1_000 });
  const called: number[] = [];
  clock.wake(1_060_000 as InstantMs, () => called.push(clock.now()));
  const off = clock.wake(1_050_000 as InstantMs, () => called.push(-1));
  off();
  vi.advanceTimersByTime(59);
  expect(called).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(called).toEqual([1_060_000]);
});

test("[DESK-13] a timer that rings before its instant calls nobody yet", () => {
  const clock = pacedClock({ from: 1_000_000 as InstantMs, speed: 1_000 });
  const called: number[] = [];
  clock.wake(1_060_000 as InstantMs, () => called.push(clock.now()));
  vi.advanceTimersByTime(30);
  vi.setSystemTime(5_000_020);
  vi.advanceTimersByTime(30);
  expect([clock.now(), called]).toEqual([1_050_000, []]);
  vi.advanceTimersByTime(10);
  expect(called).toEqual([1_060_000]);
});
