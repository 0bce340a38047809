import type { OrderRow, PortfolioRow, PositionRow } from "@bulkhead/contract";
import { beforeEach, expect, test, vi } from "vitest";
import { Book, type Changed } from "./book.ts";

const portfolio = (equity: string): PortfolioRow => ({ portfolio_id: "alpha", equity }) as PortfolioRow;
const position = (instrument: string, quantity: string): PositionRow => ({ instrument, quantity }) as PositionRow;
const order = (order_id: number): OrderRow => ({ order_id }) as OrderRow;
const NOTHING: Omit<Changed, "portfolio"> = { positions: [], closed: [], orders: [], ended: [], protections: [], unprotected: [] };

let frames: (() => void)[] = [];
const nextFrame = (): void => {
  for (const frame of frames.splice(0)) frame();
};
beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
});

test("rows that change, come and go leave the others the same objects", () => {
  const book = new Book();
  const [a, b] = [position("A", "1"), position("B", "2")];
  book.put("alpha", 1, { portfolio: portfolio("10"), positions: [a, b], orders: [order(1), order(2)], protections: [] });
  book.change("alpha", 2, {
    ...NOTHING,
    portfolio: portfolio("11"),
    positions: [position("B", "3"), position("C", "1")],
    closed: [],
    ended: [1],
  });
  const held = book.of("alpha");
  expect(held?.portfolio.equity).toBe("11");
  expect(held?.positions.map(({ instrument, quantity }) => `${instrument} ${quantity}`)).toEqual(["A 1", "B 3", "C 1"]);
  expect(held?.positions[0]).toBe(a);
  expect(held?.orders.map(({ order_id }) => order_id)).toEqual([2]);
  book.change("alpha", 3, { ...NOTHING, portfolio: portfolio("11"), closed: ["A", "B"] });
  expect(book.of("alpha")?.positions.map(({ instrument }) => instrument)).toEqual(["C"]);
});

test("however much comes, listeners hear of it once per frame", () => {
  const book = new Book();
  let heard = 0;
  book.subscribe(() => {
    heard += 1;
  });
  for (let seq = 1; seq <= 100; seq++)
    book.put("alpha", seq, { portfolio: portfolio(String(seq)), positions: [], orders: [], protections: [] });
  expect([heard, book.all()]).toEqual([0, []]);
  nextFrame();
  expect(heard).toBe(1);
  expect(book.all().map(({ seq }) => seq)).toEqual([100]);
  expect(book.all()).toBe(book.all());
});

test("while it is held nobody is told; then once, of all of it", () => {
  const book = new Book();
  let heard = 0;
  book.subscribe(() => {
    heard += 1;
  });
  book.hold();
  for (const id of ["p10", "p9"])
    book.put(id, 1, { portfolio: { portfolio_id: id } as PortfolioRow, positions: [], orders: [], protections: [] });
  nextFrame();
  expect([heard, book.all()]).toEqual([0, []]);
  book.release();
  nextFrame();
  expect([heard, book.all().map(({ portfolio }) => portfolio.portfolio_id)]).toEqual([1, ["p9", "p10"]]);
});
