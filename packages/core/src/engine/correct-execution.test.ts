import { unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, lines, plain } from "../../../../tests/kit/look.ts";
import type { OrderId } from "../brand.ts";
import type { LotMatching } from "../lots/lot.ts";

const options = { numRuns: runs(1000), seed: seed() };

/** Trades one a second, then one correction of the first; what it posted, and the books. */
function corrected(trades: readonly string[], to: string, method: LotMatching = "fifo", instrument = "SPY@X") {
  const books = new Books();
  books.portfolio("a", "100000", { lotMatching: method });
  const [first = ""] = trades.map((trade) => {
    books.at += 1000;
    return books.trade("a", instrument, trade);
  });
  books.at += 1000;
  const events = books.correct(first, instrument, to);
  return { books, first, events, postings: books.postings(events) };
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // [COR-3] price only. 10 at 100 becomes 10 at 101.50: 15 more were paid.
  ["[COR-3] all still held",              ["buy 10 @ 100"],                                  "10 @ 101.50", ["a cash -15 USD", "a cost +15 USD"],                        ["10 for 1015 USD"]],
  ["[COR-3] four of ten sold since",      ["buy 10 @ 100", "sell 4 @ 110"],                  "10 @ 101.50", ["a cash -15 USD", "a cost +9 USD", "a realized +6 USD"],    ["6 for 609 USD"]],
  ["[COR-3] all sold since",              ["buy 10 @ 100", "sell 10 @ 110"],                 "10 @ 99",     ["a cash +10 USD", "a realized -10 USD"],                    []],
  ["[COR-3] a later lot is not touched",  ["buy 10 @ 100", "buy 5 @ 50"],                    "10 @ 99",     ["a cash +10 USD", "a cost -10 USD"],                        ["10 for 990 USD", "5 for 250 USD"]],
  ["[COR-3] a short",                     ["sell 10 @ 100", "buy 4 @ 90"],                   "10 @ 98",     ["a cash -20 USD", "a cost +12 USD", "a realized +8 USD"],   ["-6 for -588 USD"]],
  // [COR-2] quantity only.
  ["[COR-2] fewer, all held",             ["buy 10 @ 100"],                                  "7 @ 100",     ["a position -3 SPY@X", "a exchange +3 SPY@X", "a cash +300 USD", "a cost -300 USD"], ["7 for 700 USD"]],
  ["[COR-2] a bust of what is held",      ["buy 10 @ 100"],                                  "0 @ 1",       ["a position -10 SPY@X", "a exchange +10 SPY@X", "a cash +1000 USD", "a cost -1000 USD"], []],
  ["[COR-2] own lots before others",      ["buy 10 @ 100", "buy 5 @ 50"],                    "4 @ 100",     ["a position -6 SPY@X", "a exchange +6 SPY@X", "a cash +600 USD", "a cost -600 USD"], ["4 for 400 USD", "5 for 250 USD"]],
  // Own lot of 2 gives 200; then the newest (5 at 50, wholly) and 1 of 5 at 60 give 310 for 600: 290 realized.
  ["[COR-2] then the newest",             ["buy 10 @ 100", "buy 5 @ 60", "buy 5 @ 50", "sell 8 @ 110"], "2 @ 100", ["a position -8 SPY@X", "a exchange +8 SPY@X", "a cash +800 USD", "a cost -510 USD", "a realized -290 USD"], ["4 for 240 USD"]],
  // All ten were sold at 110 for +100: now ten short, opened at 100.
  ["[COR-2] then the other side",         ["buy 10 @ 100", "sell 10 @ 110"],                 "0 @ 1",       ["a position -10 SPY@X", "a exchange +10 SPY@X", "a cash +1000 USD", "a cost -1000 USD"], ["-10 for -1000 USD"]],
  ["[COR-2] a short's bust",              ["sell 10 @ 100"],                                 "0 @ 1",       ["a position +10 SPY@X", "a exchange -10 SPY@X", "a cash -1000 USD", "a cost +1000 USD"], []],
  // [COR-5] more.
  ["[COR-5] more trade as if now",        ["buy 10 @ 100"],                                  "12 @ 100",    ["a position +2 SPY@X", "a exchange -2 SPY@X", "a cash -200 USD", "a cost +200 USD"], ["10 for 1000 USD", "2 for 200 USD"]],
  ["[COR-5] more of a sale closes more",  ["sell 1 @ 100", "buy 11 @ 90"],                   "3 @ 100",     ["a position -2 SPY@X", "a exchange +2 SPY@X", "a cash +200 USD", "a cost -180 USD", "a realized -20 USD"], ["8 for 720 USD"]],
  // Both: three back at 100, seven repriced by 2.
  ["[COR-2] fewer at another price",      ["buy 10 @ 100"],                                  "7 @ 102",     ["a position -3 SPY@X", "a exchange +3 SPY@X", "a cash +286 USD", "a cost -286 USD"], ["7 for 714 USD"]],
  // Ten repriced by 2, two more at 102.
  ["[COR-5] more at another price",       ["buy 10 @ 100"],                                  "12 @ 102",    ["a position +2 SPY@X", "a exchange -2 SPY@X", "a cash -224 USD", "a cost +224 USD"], ["10 for 1020 USD", "2 for 204 USD"]],
] as const)("%s (S3.43)", (_rule, trades, to, expected, left) => {
  const { books, postings } = corrected(trades, to);
  expect(postings).toEqual(lines(...expected));
  expect(books.lots("a", "SPY@X")).toEqual(left);
});

test("[COR-3] a margined correction moves cash by what is realized only", () => {
  // 2 × 50; from 100 to 103: 300 in value, half still held.
  const { postings, books } = corrected(["buy 2 @ 100", "sell 1 @ 110"], "2 @ 103", "fifo", "FUT@X");
  expect(postings).toEqual(lines("a cash -150 USD", "a realized +150 USD", "a cost +150 USD", "a exchange -150 USD"));
  expect([books.lots("a", "FUT"), books.realized("a")]).toEqual([["1 for 5150 USD"], "350"]);
});

test("[COR-3] a flip is repriced by what it opened and what it closed", () => {
  const books = new Books();
  books.portfolio("a");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  const flip = books.trade("a", "SPY@X", "sell 15 @ 110");
  // 15 more were received: 5 belong to the short, 10 to what was closed.
  expect(books.postings(books.correct(flip, "SPY@X", "15 @ 111"))).toEqual(lines("a cash +15 USD", "a cost -5 USD", "a realized -10 USD"));
});

test("[COR-3] the difference is shared out exactly over several lots of one execution", () => {
  const books = new Books();
  books.portfolio("a");
  books.portfolio("b");
  const bought = books.trade("a", "BTC-USD@X", "buy 0.00000003 @ 100"); // 3 units of 10^-6
  for (let i = 0; i < 3; i++) books.do(books.moveAsk("a", "b", "BTC-USD@X", "0.00000001 @ 100"));
  for (let i = 0; i < 3; i++) books.do(books.moveAsk("b", "a", "BTC-USD@X", "0.00000001 @ 100"));
  // Two units more over three lots: two thirds are 1, half of the other 1 is 0 (even), the last takes 1.
  books.correct(bought, "BTC-USD@X", "0.00000003 @ 166.67");
  expect(books.lots("a", "BTC")).toEqual(["0.00000001 for 0.000002 USD", "0.00000001 for 0.000001 USD", "0.00000001 for 0.000002 USD"]);
  expect(books.realized("a")).toBe("0");
});

test("[COR-2, COR-5] what is given back on the other side is nobody's lot, what is added is the execution's", () => {
  const { books, first } = corrected(["buy 10 @ 100", "sell 10 @ 110"], "4 @ 100");
  const executions = () =>
    books
      .of("a")
      .holdings.get("SPY@X" as never)
      ?.lots.map((lot) => lot.execution);
  expect(executions()).toEqual([null]);
  books.correct(first, "SPY@X", "15 @ 100"); // covers six, opens five
  expect(executions()).toEqual([first]);
});

test("[COR-4] a pool counts what the execution opened as held, as far as it goes", () => {
  const { books, postings } = corrected(["buy 10 @ 100", "buy 10 @ 50", "sell 15 @ 60"], "10 @ 102", "average");
  // 5 of 20 are left; of the 20 more that were paid 5 ÷ 10 stay with the pool: 375 + 10.
  expect(postings).toEqual(lines("a cash -20 USD", "a cost +10 USD", "a realized +10 USD"));
  expect(books.lots("a", "SPY@X")).toEqual(["5 for 385 USD"]);
  // What opened nothing holds nothing.
  const closing = new Books();
  closing.portfolio("a", "100000", { lotMatching: "average" });
  closing.trade("a", "SPY@X", "buy 10 @ 100");
  const sale = closing.trade("a", "SPY@X", "sell 4 @ 110");
  expect(closing.postings(closing.correct(sale, "SPY@X", "4 @ 109"))).toEqual(lines("a cash -4 USD", "a realized +4 USD"));
});

test("[COR-1] versions, unknown executions, and the order's filled quantity", () => {
  const books = new Books();
  books.portfolio("a");
  const order = books.order("a", "SPY@X", "buy 10 @ 100");
  const filled = (): number => unitsOf(books.engine.state.orders.get(1 as OrderId)?.filled as never);
  books.do(books.fillAsk(order, "SPY@X", "buy 6 @ 100", { executionId: "e" }));
  books.correct("e", "SPY@X", "5 @ 100");
  expect(filled()).toBe(5);
  const ask = { type: "CorrectExecution", executionId: "e", venueOrder: order, version: 1, quantity: 3, price: 10_000 } as const;
  expect(books.run(ask as never)).toMatchObject({ ok: true, events: [] });
  expect(books.run({ ...ask, version: 2 } as never).ok).toBe(true);
  expect(filled()).toBe(3);
  expect(books.refused({ ...ask, executionId: "none", version: 9 } as never)).toBe("EXECUTION_UNKNOWN");
  expect(books.refused({ ...ask, version: 9, quantity: -1 } as never)).toBe("AMOUNT_NOT_POSITIVE");
  expect(books.refused({ ...ask, version: 9, price: 0 } as never)).toBe("PRICE_NOT_POSITIVE");
  books.run({ ...ask, version: 3, quantity: 10 } as never);
  expect(books.engine.state.orders.get(1 as OrderId)?.status).toBe("filled");
});

test("[COR-6] a bust keeps the fee; the venue gives it back by itself", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  const execution = books.trade("a", "SPY@X", "buy 1 @ 100", { fee: "1 USD" });
  books.correct(execution, "SPY@X", "0 @ 1");
  expect([books.cash("a"), books.balance("a", "fees")]).toEqual(["999", "1"]);
  books.do(books.fee("-1 USD", { execution }));
  expect(books.ledger("a")).toEqual(["cash 1000 USD", "transfers -1000 USD"]);
});

test("[COR-7] units that a correction gave back on the other side are not its own lots", () => {
  const { books, first } = corrected(["buy 10 @ 100", "sell 10 @ 110"], "4 @ 100"); // six short at 100
  books.correct(first, "SPY@X", "4 @ 105"); // the four were sold: all realized
  expect([books.lots("a", "SPY@X"), books.realized("a")]).toEqual([["-6 for -600 USD"], "80"]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["a split",      (b: Books) => b.do(b.split("SPY@X", "2:1")),                                       "late_execution a -3 SPY@X"],
  ["a conversion", (b: Books) => b.do(b.convert("SPY@X", [["SPIN@X", "1:1", "1"]])),                  "late_execution a -3 SPY@X"],
] as const)("[COR-8] after %s a correction is recorded and left to a person", (_what, act, expected) => {
  const books = new Books();
  books.portfolio("a");
  const execution = books.trade("a", "SPY@X", "buy 10 @ 100");
  const other = books.trade("a", "BTC-USD@X", "buy 1 @ 100");
  act(books);
  const before = plain(books.of("a"));
  const events = books.correct(execution, "SPY@X", "7 @ 100");
  expect([alarms(books, events), books.postings(events), plain(books.of("a"))]).toEqual([[expected], [], before]);
  expect(alarms(books, books.correct(execution, "SPY@X", "8 @ 99"))).toEqual(["late_execution a 1 SPY@X"]);
  expect(books.postings(books.correct(other, "BTC-USD@X", "1 @ 99"))).toEqual(lines("a cash +1 USD", "a cost -1 USD"));
  books.do(books.fee("1 USD", { execution }));
  expect(books.balance("a", "fees")).toBe("1");
});

test("[COR-2] nobody's execution is corrected where it lies, at unattributed (C30)", () => {
  const books = new Books({}, { freeCash: "1000" });
  const execution = books.trade(UNATTRIBUTED, "SPY@X", "buy 2 @ 100");
  books.correct(execution, "SPY@X", "0 @ 100");
  expect(books.ledger(UNATTRIBUTED)).toEqual(["cash 1000 USD", "capital -1000 USD"]);
});

test("[COR-2] exits whose position is gone or has changed sides end", () => {
  for (const [trades, reason] of [
    [["buy 10 @ 100"], "position_closed"],
    [["buy 10 @ 100", "sell 9 @ 100"], "position_flipped"],
  ] as const) {
    const books = new Books();
    books.portfolio("a", "100000", { protection: { stopLossPct: 50_000_000 as never, takeProfitPct: null, trailingStopPct: null } });
    const [first = ""] = trades.map((trade) => books.trade("a", "SPY@X", trade));
    expect(books.correct(first, "SPY@X", "0 @ 100")).toContainEqual({
      type: "ProtectionEnded",
      portfolio: "a",
      instrument: "SPY@X",
      reason,
    });
    expect(books.of("a").protections.size).toBe(0);
  }
});

const trade = fc.record({ buy: fc.boolean(), quantity: fc.integer({ min: 1, max: 30 }), price: fc.integer({ min: 1, max: 20_000 }) });
const text = (each: { buy: boolean; quantity: number; price: number }): string =>
  `${each.buy ? "buy" : "sell"} ${each.quantity} @ ${(each.price / 100).toFixed(2)}`;
const change = fc.record({ which: fc.nat(), quantity: fc.integer({ min: 0, max: 40 }), price: fc.integer({ min: 1, max: 20_000 }) });
const methods = fc.constantFrom<LotMatching>("fifo", "lifo", "hifo", "average", "specific");

test.each(["SPY@X", "FUT@X", "BTC-USD@X"])(
  "[COR-7] corrections to and fro leave cash, position and total P&L of %s as if never made (S3.43)",
  (instrument) => {
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 1, maxLength: 6 }),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        methods,
        (trades, changes, lotMatching) => {
          const books = new Books();
          books.portfolio("a", "10000000", { lotMatching });
          const ids = trades.map((each) => {
            books.at += 1000;
            return books.trade("a", instrument, text(each));
          });
          const { base } = books.listing(instrument);
          const margined = instrument === "FUT@X";
          const figures = () => ({
            position: books.position("a", base.id),
            // Cost and realized together: what the position and its past have cost.
            total: Number(books.balance("a", "cost")) + Number(books.balance("a", "realized")),
            cash: Number(books.cash("a")) + (margined ? Number(books.balance("a", "realized")) : 0),
          });
          const before = figures();
          for (const { which, quantity, price } of changes)
            books.correct(ids[which % ids.length] ?? "", instrument, `${quantity} @ ${(price / 100).toFixed(2)}`);
          ids.forEach((id, index) => {
            const was = trades[index];
            if (was !== undefined) books.correct(id, instrument, `${was.quantity} @ ${(was.price / 100).toFixed(2)}`);
          });
          books.engine.audit();
          const after = figures();
          expect(after.position).toBe(before.position);
          expect(after.cash).toBeCloseTo(before.cash, 5);
          expect(after.total).toBeCloseTo(before.total, 5);
        },
      ),
      options,
    );
  },
);

test("[COR-7] the books after a correction are worth what they would be had it been right at once", () => {
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 6 }), change, methods, (trades, { which, quantity, price }, lotMatching) => {
      const wrong = new Books();
      const right = new Books();
      const place = which % trades.length;
      for (const books of [wrong, right]) books.portfolio("a", "10000000", { lotMatching });
      let id = "";
      trades.forEach((each, index) => {
        const made = wrong.trade("a", "SPY@X", text(each));
        if (index === place) id = made;
        const truth = index === place ? { ...each, quantity, price } : each;
        if (truth.quantity > 0) right.trade("a", "SPY@X", text(truth));
      });
      wrong.correct(id, "SPY@X", `${quantity} @ ${(price / 100).toFixed(2)}`);
      for (const books of [wrong, right]) books.mark({ "SPY@X": "123.45" });
      expect([wrong.cash("a"), wrong.position("a", "SPY@X"), wrong.equity("a")]).toEqual([
        right.cash("a"),
        right.position("a", "SPY@X"),
        right.equity("a"),
      ]);
    }),
    options,
  );
});
