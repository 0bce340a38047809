import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Budget, type Lane, TooLate } from "./budget.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const FOREVER = Number.POSITIVE_INFINITY;
/** A bucket of ten units that come back one in 100 ms, and what left it. */
function bucket(): { budget: Budget; left: string[]; take: (name: string, lane: Lane, cost?: number, notAfter?: number) => void } {
  const budget = new Budget(100);
  const left: string[] = [];
  return {
    budget,
    left,
    take: (name, lane, cost = 1, notAfter = FOREVER) =>
      void budget.take(cost, lane, notAfter).then(
        () => left.push(name),
        (error: unknown) => left.push(`${name}: ${error instanceof TooLate ? error.message : "another error"}`),
      ),
  };
}

test("[CCXT-42] B19: a fifth is kept for cancels, which go first", async () => {
  const { left, take } = bucket();
  for (let n = 1; n <= 10; n++) take(`order ${n}`, "order");
  take("cancel 1", "cancel");
  take("cancel 2", "cancel");
  await vi.advanceTimersByTimeAsync(0);
  expect(left).toEqual([...Array.from({ length: 8 }, (_, n) => `order ${n + 1}`), "cancel 1", "cancel 2"]);
  take("cancel 3", "cancel");
  take("question", "question");
  await vi.advanceTimersByTimeAsync(100);
  expect(left.at(-1)).toBe("cancel 3");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(left.slice(-3)).toEqual(["order 9", "order 10", "question"]);
});

test("[CCXT-42] what is heavier than the bucket waits for a full one, and everything after it pays", async () => {
  const { left, take } = bucket();
  take("order", "order", 8);
  take("all orders", "question", 30);
  await vi.advanceTimersByTimeAsync(700);
  expect(left).toEqual(["order"]);
  await vi.advanceTimersByTimeAsync(100);
  take("next", "question");
  expect(left).toEqual(["order", "all orders"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(left).toEqual(["order", "all orders"]);
  await vi.advanceTimersByTimeAsync(500);
  expect(left).toEqual(["order", "all orders", "next"]);
});

test("[CCXT-41] what could leave only after its time is told that it never left; cancels wait for the end of silence", async () => {
  const { budget, left, take } = bucket();
  budget.silence(5_000);
  take("order", "order", 1, 3_000);
  take("cancel", "cancel");
  await vi.advanceTimersByTimeAsync(3_002);
  expect(left).toEqual(["order: the exchange asked for silence"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(left).toEqual(["order: the exchange asked for silence", "cancel"]);
  take("heavy", "order", 8);
  take("late", "order", 8, 5_100);
  await vi.advanceTimersByTimeAsync(200);
  expect(left).toContain("late: the rate budget was used up");
  take("never", "order", 8);
  budget.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(left.at(-1)).toBe("never: the connection was closed");
});
