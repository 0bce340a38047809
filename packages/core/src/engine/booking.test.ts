import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, Player } from "../../../../tests/kit/actions.ts";
import { Books, ratio, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, lines, only } from "../../../../tests/kit/look.ts";
import { isTerminal } from "../order/order.ts";

const options = { numRuns: runs(1000), seed: seed() };

test("[BOOK-2] a buy posts units against exchange and money into cost; a sell posts what it realized (S1.53, S1.95)", () => {
  const books = new Books();
  books.portfolio("a", "10000");
  // 100 at 5: 10,000 → 9,500, as the old system's example has it.
  const buy = books.traded("a", "SPY@X", "buy 100 @ 5").events;
  expect(books.postings(buy)).toEqual(lines("a position +100 SPY@X", "a exchange -100 SPY@X", "a cash -500 USD", "a cost +500 USD"));
  expect([books.cash("a"), books.lots("a", "SPY@X")]).toEqual(["9500", ["100 for 500 USD"]]);
  // 40 at 5.50 bring 220 and cost 200.
  const sell = books.traded("a", "SPY@X", "sell 40 @ 5.50").events;
  expect(books.postings(sell)).toEqual(
    lines("a exchange +40 SPY@X", "a position -40 SPY@X", "a cash +220 USD", "a cost -200 USD", "a realized -20 USD"),
  );
});

test("[BOOK-2] the old system's example: 500 invested, worth 550, is 10,050 of equity and not 9,550 (C8, C9)", () => {
  const books = new Books();
  books.portfolio("a", "10000");
  books.trade("a", "SPY@X", "buy 1000 @ 0.50");
  books.mark({ "SPY@X": "0.55" });
  expect([books.cash("a"), books.equity("a")]).toEqual(["9500", "10050"]);
  // 100 at 0.50 are 200 shares; at 0.60 they made 20, not 10.
  books.portfolio("b", "100");
  books.trade("b", "SPIN@X", "buy 200 @ 0.50");
  books.mark({ "SPIN@X": "0.60" });
  expect(books.equity("b")).toBe("120");
});

test("[BOOK-2] a flip closes and opens in one entry (S3.40)", () => {
  const books = new Books();
  books.portfolio("a", "10000");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  // Sells 25 at 110 for 2,750: ten cost 1,000 and bring 1,100; fifteen open for −1,650.
  const { events } = books.traded("a", "SPY@X", "sell 25 @ 110");
  expect(books.postings(events)).toEqual(
    lines("a exchange +25 SPY@X", "a position -25 SPY@X", "a cash +2750 USD", "a cost -2650 USD", "a realized -100 USD"),
  );
  expect(only(events, "ExecutionBooked")[0]?.allocations).toMatchObject([{ portfolio: "a", quantity: 25, opened: 15, realized: 100e6 }]);
});

test("[BOOK-3] a margined fill moves no notional: cash changes by realized P&L, cost stands against exchange", () => {
  const books = new Books();
  books.portfolio("a", "10000");
  const open = books.traded("a", "FUT@X", "buy 2 @ 100").events; // 2 × 50 × 100
  expect(books.postings(open)).toEqual(lines("a position +2 FUT", "a exchange -2 FUT", "a cost +10000 USD", "a exchange -10000 USD"));
  const flip = books.traded("a", "FUT@X", "sell 3 @ 104").events; // 2 × 50 × 4 = 400; one short for −5,200
  expect(books.postings(flip)).toEqual(
    lines("a exchange +3 FUT", "a position -3 FUT", "a cash +400 USD", "a realized -400 USD", "a cost -15200 USD", "a exchange +15200 USD"),
  );
  books.mark({ "FUT@X": "100" });
  expect([books.cash("a"), books.equity("a")]).toEqual(["10400", "10600"]); // short one from 104: 50 × 4
});

test("[BOOK-4] cost kept in another currency crosses exchange at the journaled rates; without a rate nothing is realized", () => {
  const books = new Books();
  books.mark({}, { EUR: "1.1" });
  books.portfolio("a", "1000");
  books.deposit("a", "100 EUR");
  books.trade("a", "BTC-EUR@X", "buy 1 @ 100");
  // Sold for 150 USD; 100 EUR are 110 USD.
  const { events } = books.traded("a", "BTC-USD@X", "sell 1 @ 150");
  expect(books.postings(events)).toEqual(
    lines(
      "a exchange +1 BTC",
      "a position -1 BTC",
      "a exchange +100 EUR",
      "a cost -100 EUR",
      "a cash +150 USD",
      "a realized -40 USD",
      "a exchange -110 USD",
    ),
  );
  // Without a rate for euros the same sale is booked and realizes nothing.
  const lost = new Books();
  lost.do({
    type: "RecordConversion",
    conversionId: "c",
    portfolio: UNATTRIBUTED as never,
    from: "USD" as never,
    amount: lost.money("100", "USD"),
    to: "EUR" as never,
    received: lost.money("100", "EUR"),
  });
  lost.do(lost.fillAsk(null, "BTC-EUR@X", "buy 1 @ 100"));
  const sold = lost.do(lost.fillAsk(null, "BTC-USD@X", "sell 1 @ 150"));
  expect(lost.postings(sold)).toEqual(
    lines(
      "unattributed exchange +1 BTC",
      "unattributed position -1 BTC",
      "unattributed exchange +100 EUR",
      "unattributed cost -100 EUR",
      "unattributed cash +150 USD",
      "unattributed exchange -150 USD",
    ),
  );
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["no order",            (b: Books) => b.fillAsk(null, "SPY@X", "buy 3 @ 10"),                                   [UNATTRIBUTED, "unknown_order unattributed 3 SPY@X"]],
  ["an unknown order",    (b: Books) => b.fillAsk(99 as never, "SPY@X", "buy 3 @ 10"),                            [UNATTRIBUTED, "unknown_order unattributed 3 SPY@X"]],
  ["another instrument",  (b: Books) => b.fillAsk(b.order("a", "SPIN@X", "buy 3 @ 10"), "SPY@X", "buy 3 @ 10"),   [UNATTRIBUTED, "unknown_order unattributed 3 SPY@X"]],
  ["the other side",      (b: Books) => b.fillAsk(b.order("a", "SPY@X", "sell 3 @ 10"), "SPY@X", "buy 3 @ 10"),   [UNATTRIBUTED, "unknown_order unattributed 3 SPY@X"]],
  ["its order",           (b: Books) => b.fillAsk(b.order("a", "SPY@X", "buy 3 @ 10"), "SPY@X", "buy 3 @ 10"),    ["a"]],
  ["more than was asked", (b: Books) => b.fillAsk(b.order("a", "SPY@X", "buy 1 @ 10"), "SPY@X", "buy 3 @ 10"),    ["a", "overfill a 3 SPY@X"]],
] as const)("[BOOK-1] a fill of %s is booked to whom it belongs (C30, I12)", (_what, ask, [owner, ...breaks]) => {
  const books = new Books();
  books.portfolio("a", "1000");
  const before = books.ledger(owner === "a" ? UNATTRIBUTED : "a");
  const events = books.do(ask(books));
  expect([books.position(owner, "SPY@X"), alarms(books, events)]).toEqual(["3", breaks]);
  expect(books.ledger(owner === "a" ? UNATTRIBUTED : "a")).toEqual(before);
});

test("[BOOK-1] a fill of an order that ended, even days ago, is its portfolio's (S3.44)", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  const order = books.order("a", "SPY@X", "buy 3 @ 10");
  books.do({ type: "RecordCancel", venueOrder: order, reason: "" });
  books.do(books.fillAsk(order, "SPY@X", "buy 1 @ 10"));
  books.do(books.roll("2024-01-02", ["a"]));
  expect(alarms(books, books.do(books.fillAsk(order, "SPY@X", "buy 2 @ 10")))).toEqual(["late_execution a 2 SPY@X"]);
  expect([books.position("a", "SPY@X"), books.cash("a")]).toEqual(["3", "970"]);
});

test("[BOOK-15] selling more than there was of what may not be short is booked, and an alarm", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.trade("a", "SPOT@X", "buy 5 @ 10");
  const order = books.order("a", "SPOT@X", "sell 5 @ 10");
  expect(alarms(books, books.do(books.fillAsk(order, "SPOT@X", "sell 5 @ 10")))).toEqual([]);
  const late = books.do(books.fillAsk(order, "SPOT@X", "sell 3 @ 10"));
  expect(alarms(books, late)).toContain("negative_position a -3 SPOT@X");
  expect(books.lots("a", "SPOT@X")).toEqual(["-3 for -30 USD"]);
});

test("[BOOK-5] Z09: a resent fill counts once, in whatever order; a higher version corrects without charging the fee again (S3.39, I12)", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  const order = books.order("a", "SPY@X", "buy 4 @ 10");
  const first = books.fillAsk(order, "SPY@X", "buy 1 @ 10", { fee: "1 USD" });
  const second = books.fillAsk(order, "SPY@X", "buy 3 @ 10", { fee: "1 USD" });
  for (const ask of [second, first, second, first, first]) books.do(ask);
  expect([books.position("a", "SPY@X"), books.cash("a"), books.balance("a", "fees")]).toEqual(["4", "958", "2"]);
  books.do({ ...first, version: 1, price: books.price("9", books.listing("SPY@X")) } as typeof first);
  expect([books.lots("a", "SPY@X"), books.cash("a"), books.balance("a", "fees")]).toEqual([["3 for 30 USD", "1 for 9 USD"], "959", "2"]);
  expect(books.run(first)).toMatchObject({ ok: true, events: [] });
});

test("[BOOK-1] Z10: every execution books once however often and in whatever order it arrives (I12)", () => {
  const fills = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fills, fc.array(fc.nat(), { maxLength: 20 }), (each, resent) => {
      const books = new Books();
      const twice = new Books();
      for (const [desk, list] of [
        [books, each.map((_, index) => index)],
        [
          twice,
          [...resent.map((index) => index % each.length), ...each.map((_, index) => index), ...resent.map((index) => index % each.length)],
        ],
      ] as const) {
        desk.portfolio("a", "100000");
        const order = desk.order("a", "SPY@X", "buy 60 @ 1");
        for (const index of list) {
          const [quantity = 1, price = 1] = each[index] ?? [];
          desk.do(desk.fillAsk(order, "SPY@X", `buy ${quantity} @ ${price}`, { executionId: `e${index}` }));
        }
      }
      expect([twice.cash("a"), twice.position("a", "SPY@X"), twice.balance("a", "cost")]).toEqual([
        books.cash("a"),
        books.position("a", "SPY@X"),
        books.balance("a", "cost"),
      ]);
    }),
    options,
  );
});

test("[BOOK-1, COR-1] an order has filled what its unique fills say, corrections counted, and ended orders stay ended (I11)", () => {
  fc.assert(
    fc.property(anyActions(50), (actions) => {
      const player = new Player();
      const ended = new Map<number, string>();
      for (const action of actions) {
        player.play([action], 0);
        for (const [id, order] of player.books.engine.state.orders.entries()) {
          const before = ended.get(id);
          if (before !== undefined) expect([before, "filled"]).toContain(order.status);
          if (isTerminal(order.status)) ended.set(id, order.status);
        }
      }
      const filled = new Map<number, number>();
      const owners = new Map<string, number | null>();
      for (const event of player.books.records.flatMap((record) => record.events)) {
        if (event.type === "ExecutionBooked") {
          const [share] = event.allocations;
          owners.set(event.execution, share?.order ?? null);
          if (share?.order != null) filled.set(share.order, (filled.get(share.order) ?? 0) + Number(share.quantity));
        }
        if (event.type === "ExecutionCorrected") {
          const order = owners.get(event.execution) ?? null;
          if (order !== null) filled.set(order, (filled.get(order) ?? 0) + Number(event.filled));
        }
      }
      for (const [id, order] of player.books.engine.state.orders.entries()) expect(Number(order.filled)).toBe(filled.get(id) ?? 0);
    }),
    options,
  );
});

test("[BOOK-13] a venue's conversion crosses exchange in both currencies", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  const ask = {
    type: "RecordConversion",
    conversionId: "c1",
    portfolio: "a" as never,
    from: "USD" as never,
    amount: books.money("110", "USD"),
    to: "EUR" as never,
    received: books.money("99.99", "EUR"),
  } as const;
  expect(books.postings(books.do(ask))).toEqual(
    lines("a exchange +110 USD", "a cash -110 USD", "a cash +99.99 EUR", "a exchange -99.99 EUR"),
  );
  expect(books.do(ask)).toEqual([]);
  expect(books.refused({ ...ask, conversionId: "c2", from: "BTC" as never })).toBe("ASSET_NOT_CASH");
  expect(books.refused({ ...ask, conversionId: "c3", amount: books.money("0", "USD") })).toBe("AMOUNT_NOT_POSITIVE");
});

test("[BOOK-14] automatic conversion buys what an order lacks from unattributed, at the journaled rate and its cost", () => {
  const books = new Books({ fxCost: ratio("0.001") });
  books.mark({}, { EUR: "1.1" });
  books.deposit(UNATTRIBUTED, "5000 EUR");
  books.portfolio("a", "10000", { fx: "auto" });
  books.deposit("a", "100 EUR");
  // 10 at 50 need 500 EUR, 400 are missing: 440 USD and 0.44 of cost.
  books.order("a", "SAP@X", "buy 10 @ 50");
  const [record] = books.records.slice(-1);
  expect(books.postings(record?.events ?? [])).toEqual(
    lines(
      "a exchange +440 USD",
      "a cash -440.44 USD",
      "a fees +0.44 USD",
      "a cash +400 EUR",
      "a exchange -400 EUR",
      "unattributed cash +440.44 USD",
      "unattributed exchange -440.44 USD",
      "unattributed exchange +400 EUR",
      "unattributed cash -400 EUR",
    ),
  );
});
