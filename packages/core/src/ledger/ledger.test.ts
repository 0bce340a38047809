import { type Amount, moneyOfUnits, UNITS_MAX, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, Player } from "../../../../tests/kit/actions.ts";
import { Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, type Event, plain, replayed } from "../../../../tests/kit/look.ts";
import type { AssetId, PortfolioId } from "../brand.ts";
import { assertBalanced, balanceOf, type LedgerAccount, type Posting, Total } from "./ledger.ts";

const options = { numRuns: runs(1000), seed: seed() };

const WITH_POSTINGS = new Set<Event["type"]>([
  "CapitalMoved",
  "PositionMoved",
  "ExecutionBooked",
  "ExecutionCorrected",
  "FeeBooked",
  "IncomeBooked",
  "SplitApplied",
  "PositionConverted",
  "CurrencyConverted",
  "CashBooked",
]);

const postingsOf = (event: Event): readonly Posting[] => ("postings" in event ? event.postings : []);
const eventsOf = (books: Books): readonly Event[] => books.records.flatMap((record) => record.events);

test("[LED-1, LED-2, LED-3] whatever happens, the postings of every event sum to zero per portfolio and asset (I1)", () => {
  fc.assert(
    fc.property(anyActions(60), (actions) => {
      const player = new Player();
      player.play(actions);
      for (const event of eventsOf(player.books)) {
        const sums = new Map<string, Total>();
        for (const { portfolio, asset, amount } of postingsOf(event)) {
          expect(unitsOf(amount)).not.toBe(0);
          const sum = sums.get(`${portfolio} ${asset}`) ?? new Total();
          sum.add(amount);
          sums.set(`${portfolio} ${asset}`, sum);
        }
        expect([...sums].filter(([, sum]) => !sum.equals(moneyOfUnits(0)))).toEqual([]);
        expect(postingsOf(event).length === 0 || WITH_POSTINGS.has(event.type)).toBe(true);
      }
    }),
    options,
  );
});

test("[LED-4, LED-5, LED-10] balances are the sums of the journal's postings and safe integers, and the audit holds (I4, I7, I9, I22, C27)", () => {
  fc.assert(
    fc.property(anyActions(60), (actions) => {
      const player = new Player();
      player.play(actions);
      const { books } = player;
      const sums = new Map<string, Total>();
      for (const posting of eventsOf(books).flatMap(postingsOf)) {
        const key = `${posting.portfolio} ${posting.account} ${posting.asset}`;
        const sum = sums.get(key) ?? new Total();
        sum.add(posting.amount);
        sums.set(key, sum);
      }
      for (const [id, portfolio] of books.engine.state.portfolios) {
        for (const [asset, balances] of portfolio.ledger) {
          for (const [account, balance] of Object.entries(balances)) {
            expect(Number.isSafeInteger(unitsOf(balance as Amount))).toBe(true);
            const sum = sums.get(`${id} ${account} ${asset}`) ?? new Total();
            expect(sum.equals(balance as Amount), `${id} ${account} ${asset}`).toBe(true);
          }
        }
      }
      const { checked } = books.engine.checks;
      books.engine.audit();
      expect(books.engine.checks.checked).toBeGreaterThan(checked);
      expect(books.engine.checks.violated).toBe(0);
    }),
    options,
  );
});

test("[LED-7] recorded events in a fresh engine give equal tables, without deciding again (I17, S2.31)", () => {
  fc.assert(
    fc.property(anyActions(40), (actions) => {
      const player = new Player();
      player.play(actions);
      expect(plain(replayed(player.books).state)).toEqual(plain(player.books.engine.state));
    }),
    { ...options, numRuns: runs(300) },
  );
});

test("[LED-6] a refused command changes nothing, and neither does one that repeats a booked id", () => {
  fc.assert(
    fc.property(anyActions(25), anyActions(6), (first, again) => {
      const player = new Player();
      player.play(first);
      const { books } = player;
      for (const record of books.records.slice(-12)) {
        const { type } = record.command;
        if (type === "MarkAccount" || type === "PlaceOrder" || type === "ConfigurePortfolio" || type === "RollDay") continue;
        const before = plain(books.engine.state);
        const step = books.run({ ...record.command, at: books.at } as Parameters<Books["run"]>[0]);
        expect(step.ok ? step.events : []).toEqual([]);
        expect(plain(books.engine.state)).toEqual(before);
      }
      for (const action of again) {
        const before = plain(books.engine.state);
        const records = books.records.length;
        player.step(action);
        if (books.records.length === records) expect(plain(books.engine.state)).toEqual(before);
      }
    }),
    { ...options, numRuns: runs(300) },
  );
});

test("[LED-6] ids are compared within their kind", () => {
  const books = new Books();
  books.portfolio("a");
  books.deposit("a", "5 USD", "same");
  expect(books.run(books.fee("1 USD", { portfolio: "a" }, "same"))).toMatchObject({ ok: true, events: [{ type: "FeeBooked" }] });
  expect(books.run(books.fee("1 USD", { portfolio: "a" }, "same"))).toMatchObject({ ok: true, events: [] });
  expect(books.cash("a")).toBe("100004");
});

test("[LED-5] what would leave the exact range is refused by name and nothing is lost", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  // 2^53 − 1 units are 9,007,199,254.740991 USD.
  expect(books.refused(books.flow("a", "9007199254.740991 USD"))).toBe("AMOUNT_OUT_OF_RANGE");
  expect(books.refused(books.fillAsk(null, "SPY@X", "buy 9000000000000 @ 9999999.99"))).toBe("AMOUNT_OUT_OF_RANGE");
  expect(books.ledger("a")).toEqual(["cash 1000 USD", "transfers -1000 USD"]);
});

test("[LED-5] a pool that would leave the range alone is refused, too, although its balance would not", () => {
  const books = new Books();
  books.portfolio("a", "1000", { lotMatching: "average" });
  const bought = books.order("a", "SPY@X", "buy 1 @ 1");
  const sold = books.order("a", "SPIN@X", "sell 1 @ 1");
  // Each 6,000,000,000, two thirds of the range: bought, sold short, bought.
  books.do(books.fillAsk(bought, "SPY@X", "buy 6000 @ 1000000"));
  books.do(books.fillAsk(sold, "SPIN@X", "sell 6000 @ 1000000"));
  expect([books.cash("a"), books.balance("a", "cost")]).toEqual(["1000", "0"]);
  const pooled = books.fillAsk(bought, "SPY@X", "buy 6000 @ 1000000");
  const before = plain(books.engine.state);
  expect(books.refused(pooled)).toBe("AMOUNT_OUT_OF_RANGE");
  expect(plain(books.engine.state)).toEqual(before);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // 1,000 of cash each time; what comes, and what is left.
  ["a late fee",         (b: Books) => b.do(b.fee("1000.5 USD", { portfolio: "a" })),                          ["overdraft a -0.5 USD", "a reducing"]],
  ["a fee to the last",  (b: Books) => b.do(b.fee("1000 USD", { portfolio: "a" })),                            []],
  ["a worse fill",       (b: Books) => b.traded("a", "SPY@X", "buy 10 @ 101", { asked: "buy 10 @ 99" }).events, ["overdraft a -10 USD", "a reducing"]],
  ["a short's dividend", (b: Books) => { b.trade("a", "SPY@X", "sell 1 @ 5"); return b.do(b.income("dividend", "SPY@X", "1006 USD")); }, ["overdraft a -1 USD", "a reducing"]],
  ["another currency",   (b: Books) => b.do(b.fee("3 EUR", { portfolio: "a" })),                               ["overdraft a -3 EUR", "a reducing"]],
  ["nobody's fill",      (b: Books) => b.do(b.fillAsk(null, "SAP@X", "buy 10 @ 101")),                         ["unknown_order unattributed 10 SAP@X"]],
] as const)("[LED-8] %s is booked, and an overdraft turns the portfolio reducing", (_what, act, expected) => {
  const books = new Books();
  books.portfolio("a", "1000");
  expect(alarms(books, act(books))).toEqual(expected);
});

test("[LED-8] the second overdraft of a portfolio that is already overdrawn raises nothing new, and one step raises one per asset", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.do(books.fee("1001 USD", { portfolio: "a" }));
  expect(alarms(books, books.do(books.fee("1 USD", { portfolio: "a" })))).toEqual([]);
  const venueOrder = (() => {
    books.portfolio("b", "10");
    return books.order("b", "SPY@X", "buy 1 @ 1");
  })();
  const ask = books.fillAsk(venueOrder, "SPY@X", "buy 20 @ 1", { fee: "2 EUR" });
  expect(alarms(books, books.do(ask))).toEqual(["overdraft b -10 USD", "b reducing", "overdraft b -2 EUR", "overfill b 20 SPY@X"]);
});

test("[LED-9] two portfolios hold the same share at their own prices and know nothing of each other (S0.3, S0.26, S0.35, S3.41)", () => {
  const books = new Books();
  books.portfolio("a", "50000");
  books.portfolio("b", "50000");
  books.trade("a", "SPY@X", "buy 100 @ 180");
  const alone = plain(books.of("a"));
  books.trade("b", "SPY@X", "buy 50 @ 185");
  books.trade("b", "SPY@X", "sell 80 @ 190"); // 50 × 5 realized, 30 short at 190
  expect(plain(books.of("a"))).toEqual(alone);
  expect([books.lots("a", "SPY@X"), books.realized("a"), books.cash("a")]).toEqual([["100 for 18000 USD"], "0", "32000"]);
  expect([books.lots("b", "SPY@X"), books.realized("b"), books.cash("b")]).toEqual([["-30 for -5700 USD"], "250", "55950"]);
});

test("[LED-9] the sum over portfolios is the account: what one pays another gets, what comes from outside is there once", () => {
  fc.assert(
    fc.property(anyActions(50), (actions) => {
      const player = new Player();
      player.play(actions);
      const { books } = player;
      let flows = 0n;
      let cash = 0n;
      for (const event of eventsOf(books)) {
        for (const { account, asset, amount } of postingsOf(event)) {
          if (asset !== "USD") continue;
          if (account === "cash") cash += BigInt(unitsOf(amount));
          else flows += BigInt(unitsOf(amount));
        }
      }
      expect(cash).toBe(-flows);
      const held = [...books.engine.state.portfolios.values()].reduce(
        (sum, portfolio) => sum + BigInt(unitsOf(balanceOf(portfolio.ledger as never, "USD" as AssetId, "cash"))),
        0n,
      );
      expect(held).toBe(cash);
      const transfers = [...books.engine.state.portfolios.values()].reduce(
        (sum, portfolio) => sum + BigInt(unitsOf(balanceOf(portfolio.ledger as never, "USD" as AssetId, "transfers"))),
        0n,
      );
      expect(transfers).toBe(0n);
    }),
    options,
  );
});

const line = (account: LedgerAccount, units: number, asset = "USD"): Posting => ({
  portfolio: UNATTRIBUTED as PortfolioId,
  account,
  asset: asset as AssetId,
  amount: moneyOfUnits(units),
});

test("[LED-10] an entry that does not balance throws, in any asset and at any size", () => {
  expect(() => assertBalanced([line("cash", 5), line("fees", -4)])).toThrow("I1_UNBALANCED_ENTRY");
  expect(() => assertBalanced([line("cash", 5), line("fees", -5, "EUR")])).toThrow("I1_UNBALANCED_ENTRY");
  const wide = [line("cash", UNITS_MAX), line("cost", UNITS_MAX), line("fees", -UNITS_MAX)];
  expect(() => assertBalanced(wide)).toThrow("I1_UNBALANCED_ENTRY");
  assertBalanced([...wide, line("exchange", -UNITS_MAX)]);
});
