import { unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, Player } from "../../../../tests/kit/actions.ts";
import { Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, lines, only } from "../../../../tests/kit/look.ts";
import type { OrderId } from "../brand.ts";

/** Euros at 1.1, BNB at 300; `unattributed` has both. */
function desk(): Books {
  const books = new Books();
  books.mark({ "BNB-USD@X": "300" }, { EUR: "1.1" });
  books.deposit(UNATTRIBUTED, "1000 EUR");
  books.do(books.fillAsk(null, "BNB-USD@X", "buy 1 @ 200"));
  books.portfolio("a", "10000");
  return books;
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["the quote asset",           "0 EUR",   "1.5 USD",  ["a cash -1.5 USD", "a fees +1.5 USD"]],
  ["the quote asset, a rebate", "0 EUR",   "-0.5 USD", ["a cash +0.5 USD", "a fees -0.5 USD"]],
  ["a held currency",           "5 EUR",   "5 EUR",    ["a cash -5 EUR", "a fees +5 EUR"]],
  ["a currency, a rebate",      "0 EUR",   "-5 EUR",   ["a cash +5 EUR", "a fees -5 EUR"]],
  ["a currency without a rate", "0 EUR",   "7 JPY",    ["a cash -7 JPY", "a fees +7 JPY"]],
] as const)("[BOOK-6] a fee in %s is paid in it", (_what, has, fee, expected) => {
  const books = desk();
  if (has !== "0 EUR") books.deposit("a", has);
  const execution = books.trade("a", "SPY@X", "buy 10 @ 20");
  expect(books.postings(books.do(books.fee(fee, { execution })))).toEqual(lines(...expected));
});

test("[BOOK-6] a fee of the fill is posted with it", () => {
  const books = desk();
  const { events } = books.traded("a", "SPY@X", "buy 10 @ 20", { fee: "1.5 USD" });
  expect(books.postings(events)).toEqual(
    lines("a position +10 SPY@X", "a exchange -10 SPY@X", "a cash -201.5 USD", "a cost +200 USD", "a fees +1.5 USD"),
  );
});

test("[BOOK-6] a rebate is taken in its currency also where that is overdrawn", () => {
  const books = new Books();
  books.portfolio("a");
  books.do(books.fee("3 EUR", { portfolio: "a" })); // no rate yet: overdrawn
  books.mark({}, { EUR: "1.1" });
  expect(books.postings(books.do(books.fee("-2 EUR", { portfolio: "a" })))).toEqual(lines("a cash +2 EUR", "a fees -2 EUR"));
});

test("[BOOK-7] a fee in a lacking currency is provided by unattributed and charged in base", () => {
  const books = desk();
  // 5 EUR are 5.50 USD.
  const events = books.traded("a", "SPY@X", "buy 10 @ 20", { fee: "5 EUR" }).events;
  expect(books.postings(events)).toEqual(
    lines(
      "a position +10 SPY@X",
      "a exchange -10 SPY@X",
      "a cash -205.5 USD",
      "a cost +200 USD",
      "a fees +5.5 USD",
      "unattributed cash +5.5 USD",
      "unattributed exchange -5.5 USD",
      "unattributed cash -5 EUR",
      "unattributed exchange +5 EUR",
    ),
  );
  expect(only(events, "ExecutionBooked")[0]?.allocations[0]?.fee).toBe(5_500_000);
  // One cent short is lacking, too; the other currency's cash stays.
  books.deposit("a", "4.99 EUR");
  books.trade("a", "SPY@X", "buy 1 @ 20", { fee: "5 EUR" });
  expect([books.cash("a", "EUR"), books.balance("a", "fees")]).toEqual(["4.99", "11"]);
});

test("[BOOK-8] a fee in the coin that was bought comes out of it, at the fill's price (A7)", () => {
  const books = desk();
  // 1 BTC for 60,000 less 0.001: a thousandth of the lot, 60 in value and 60 in cost.
  books.deposit("a", "90000 USD");
  const events = books.traded("a", "BTC-USD@X", "buy 1 @ 60000", { fee: "0.001 BTC" }).events;
  expect(books.postings(events)).toEqual(
    lines("a position +0.999 BTC", "a exchange -0.999 BTC", "a cash -60000 USD", "a cost +59940 USD", "a fees +60 USD"),
  );
  expect([books.lots("a", "BTC"), books.realized("a")]).toEqual([["0.999 for 59940 USD"], "0"]);
});

test("[BOOK-8] it consumes the oldest lot by the portfolio's method and realizes the difference", () => {
  const books = desk();
  books.deposit("a", "90000 USD");
  books.trade("a", "BTC-USD@X", "buy 1 @ 30000");
  books.at += 1000;
  // The fee of 0.01 BTC is worth 600; its cost in the oldest lot is 300.
  const events = books.traded("a", "BTC-USD@X", "buy 1 @ 60000", { fee: "0.01 BTC" }).events;
  expect([books.balance("a", "fees"), books.realized("a"), books.lots("a", "BTC")]).toEqual([
    "600",
    "300",
    ["0.99 for 29700 USD", "1 for 60000 USD"],
  ]);
  expect(only(events, "ExecutionBooked")[0]?.allocations[0]).toMatchObject({ fee: 600_000_000, realized: 0 });
});

test("[BOOK-8] a fee in a third coin consumes that coin's lots at its mark; without a mark its value is zero", () => {
  const books = desk();
  books.trade("a", "BNB-USD@X", "buy 2 @ 250");
  const events = books.traded("a", "SPY@X", "buy 10 @ 20", { fee: "0.1 BNB" }).events;
  // 0.1 at 300 is 30, cost 25.
  expect(books.postings(events)).toEqual(
    lines(
      "a position +10 SPY@X",
      "a exchange -10 SPY@X",
      "a cash -200 USD",
      "a cost +175 USD",
      "a position -0.1 BNB",
      "a exchange +0.1 BNB",
      "a realized -5 USD",
      "a fees +30 USD",
    ),
  );
  books.trade("a", "BTC-USD@X", "buy 1 @ 100");
  books.trade("a", "SPY@X", "sell 10 @ 20", { fee: "0.5 BTC" }); // BTC was never marked
  expect([books.balance("a", "fees"), books.realized("a")]).toEqual(["30", "-45"]);
});

test("[BOOK-8] a rebate in a coin opens a lot that cost what it is worth", () => {
  const books = desk();
  books.trade("a", "SPY@X", "buy 10 @ 20", { fee: "-0.1 BNB" });
  expect([books.lots("a", "BNB"), books.balance("a", "fees"), books.cash("a")]).toEqual([["0.1 for 30 USD"], "-30", "9800"]);
});

test("[BOOK-9] a coin that the portfolio lacks is provided by unattributed: charged in base, its lots consumed there", () => {
  const books = desk();
  const events = books.traded("a", "SPY@X", "buy 10 @ 20", { fee: "0.1 BNB" }).events;
  // 30 in base; unattributed bought its BNB at 200: cost 20, realized 10.
  expect(books.postings(events)).toEqual(
    lines(
      "a position +10 SPY@X",
      "a exchange -10 SPY@X",
      "a cash -230 USD",
      "a cost +200 USD",
      "a fees +30 USD",
      "unattributed cash +30 USD",
      "unattributed cost -20 USD",
      "unattributed realized -10 USD",
      "unattributed position -0.1 BNB",
      "unattributed exchange +0.1 BNB",
    ),
  );
  // A short has no coins to give; where unattributed has none either, it goes short for the value.
  const short = new Books();
  short.portfolio("a", "100000");
  short.trade("a", "BTC-USD@X", "sell 1 @ 60000", { fee: "0.001 BTC" });
  expect([short.lots("a", "BTC"), short.lots(UNATTRIBUTED, "BTC"), short.balance("a", "fees")]).toEqual([
    ["-1 for -60000 USD"],
    ["-0.001 for -60 USD"],
    "60",
  ]);
});

test("[BOOK-10] a late fee charges the portfolio and the order of its execution, by the same rules (I8)", () => {
  const books = desk();
  const order = books.order("a", "BTC-USD@X", "buy 0.1 @ 60000");
  const ask = books.fillAsk(order, "BTC-USD@X", "buy 0.05 @ 60000", { fee: "2 USD", executionId: "e1" });
  books.do(ask);
  books.do(books.fee("1 USD", { execution: "e1" }));
  books.do(books.fee("0.001 BTC", { execution: "e1" })); // at the execution's price: 60
  const [event] = only(books.do(books.fee("5 EUR", { execution: "e1" })), "FeeBooked");
  expect([event?.order, event?.fee]).toEqual([1, 5_500_000]);
  expect(unitsOf(books.engine.state.orders.get(1 as OrderId)?.fees as never)).toBe(68_500_000);
  expect([books.balance("a", "fees"), books.lots("a", "BTC"), books.cash("a")]).toEqual(["68.5", ["0.049 for 2940 USD"], "6991.5"]);
});

test("[BOOK-10] a fee of no execution charges whom it names, else unattributed, and is cash", () => {
  const books = desk();
  books.do(books.fee("3 USD", { portfolio: "a" }));
  books.do(books.fee("2 USD", {}));
  books.do(books.fee("1 EUR", { portfolio: "a" })); // lacking: 1.10 in base
  expect([books.balance("a", "fees"), books.balance(UNATTRIBUTED, "fees"), books.cash("a")]).toEqual(["4.1", "2", "9995.9"]);
  expect(books.refused(books.fee("1 BTC", { portfolio: "a" }))).toBe("ASSET_NOT_CASH");
  expect(books.refused(books.fee("1 USD", { execution: "nobody" }))).toBe("EXECUTION_UNKNOWN");
  expect(books.refused(books.fee("1 USD", { portfolio: "nobody" }))).toBe("PORTFOLIO_UNKNOWN");
  expect(alarms(books, books.do(books.fee("0 USD", { portfolio: "a" })))).toEqual([]);
});

test("[BOOK-10] an order's fees are the fees of its fills and of what came later (I8)", () => {
  fc.assert(
    fc.property(anyActions(50), (actions) => {
      const player = new Player();
      player.play(actions);
      const { books } = player;
      const fees = new Map<number, bigint>();
      for (const event of books.records.flatMap((record) => record.events)) {
        const parts =
          event.type === "ExecutionBooked"
            ? event.allocations.map((share) => [share.order, share.fee] as const)
            : event.type === "FeeBooked"
              ? [[event.order, event.fee] as const]
              : [];
        for (const [order, fee] of parts) if (order !== null) fees.set(order, (fees.get(order) ?? 0n) + BigInt(unitsOf(fee)));
      }
      for (const [id, order] of books.engine.state.orders.entries()) expect(BigInt(unitsOf(order.fees as never))).toBe(fees.get(id) ?? 0n);
    }),
    { numRuns: runs(500), seed: seed() },
  );
});
