import { expect, test } from "vitest";
import { BarMaker } from "./bar-maker.ts";
import type { WireBar } from "./connection.ts";

const MINUTE = 60_000;
const START = 1_800_000_000_000;
const piece = (seconds: number, close: number, more: Partial<WireBar> = {}): WireBar => ({
  ...{ time: String(START / 1_000 + seconds), open: close, high: close, low: close, close, volume: 10 },
  ...more,
});

test("[IBKR-72] a minute is put together from its pieces, and ends with the first piece of the next", () => {
  const maker = new BarMaker(MINUTE);
  expect(maker.add(piece(0, 100, { high: 101 }))?.began).toMatchObject({ openAt: START, open: "100" });
  expect(maker.add(piece(5, 99.5, { low: 99.25 }))).toEqual({ ended: null, began: null, isNew: false });
  expect(maker.add(piece(55, 100.25))?.ended).toBeNull();
  const made = maker.add(piece(60, 100.5));
  expect(made?.ended).toEqual({ openAt: START, open: "100", high: "101", low: "99.25", close: "100.25", volume: "30" });
  expect(made?.began).toMatchObject({ openAt: START + MINUTE });
});

test("[IBKR-72] a piece that comes again counts once, and a late one not at all", () => {
  const maker = new BarMaker(MINUTE);
  maker.add(piece(0, 100));
  maker.add(piece(0, 100.5, { volume: 12 }));
  expect(maker.add(piece(60, 101))?.ended).toMatchObject({ close: "100.5", volume: "12" });
  expect(maker.add(piece(55, 90))).toBeUndefined();
});

test("[IBKR-72] a bar whose beginning was not seen, or that was interrupted, is not told", () => {
  const maker = new BarMaker(MINUTE);
  expect(maker.add(piece(20, 100))).toEqual({ ended: null, began: null, isNew: true });
  expect(maker.add(piece(60, 101))?.ended).toBeNull();
  maker.interrupt();
  expect(maker.add(piece(120, 102))?.ended).toBeNull();
});

test("[IBKR-72] a bar ends after its time although nothing newer comes", () => {
  const maker = new BarMaker(MINUTE);
  maker.add(piece(0, 100));
  expect(maker.endUntil(START + 59_000)).toBeNull();
  expect(maker.endUntil(START + MINUTE)).toMatchObject({ close: "100" });
  expect(maker.endUntil(START + 2 * MINUTE)).toBeNull();
  expect(maker.add(piece(55, 90))).toBeUndefined();
});
