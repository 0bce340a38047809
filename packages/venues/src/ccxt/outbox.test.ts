import { expect, test } from "vitest";
import type { FromWorker } from "./messages.ts";
import { Outbox } from "./outbox.ts";

const bar = (market: number, minute: number): FromWorker => ({
  type: "bars",
  market,
  candles: [{ openAt: minute * 60_000, open: "1", high: "1", low: "1", close: "1", volume: "1" }],
});

test("[CCXT-6] no more is under way than the desk takes in; what waits keeps its order, and how things stand waits for nothing", () => {
  const sent: FromWorker[] = [];
  const outbox = new Outbox((message) => sent.push(message));
  for (let minute = 0; minute < 100; minute += 1) outbox.tell(bar(0, minute));
  expect([sent.length, outbox.isFree]).toEqual([64, false]);
  outbox.say({ type: "heard", at: 1, dropped: 0, invalid: 0, skewMs: null });
  expect(sent.at(-1)?.type).toBe("heard");
  outbox.taken(10);
  expect(sent.filter(({ type }) => type === "bars")).toHaveLength(74);
  outbox.taken(64);
  expect(sent.filter(({ type }) => type === "bars")).toEqual(Array.from({ length: 100 }, (_, minute) => bar(0, minute)));
  outbox.taken(1_000);
  expect(outbox.isFree).toBe(true);
});

test("[CCXT-6] a desk that takes nothing in fills it; what is forgotten is known by its first bar", () => {
  const outbox = new Outbox(() => {});
  for (let minute = 0; minute < 64; minute += 1) outbox.tell(bar(0, minute));
  expect(outbox.isFull).toBe(false);
  for (let minute = 64; minute < 2_064; minute += 1) outbox.tell(bar(minute % 2, minute));
  expect(outbox.isFull).toBe(true);
  expect([...outbox.forget()]).toEqual([
    [0, 64 * 60_000],
    [1, 65 * 60_000],
  ]);
  expect(outbox.isFull).toBe(false);
});
