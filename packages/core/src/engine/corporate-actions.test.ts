import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, lines, only, plain } from "../../../../tests/kit/look.ts";
import type { LotMatching } from "../lots/lot.ts";

const options = { numRuns: runs(1000), seed: seed() };

/** Portfolios a, b, c … with these fills each, one a second. */
function holders(each: readonly (readonly string[])[], instrument = "SPY@X"): Books {
  const books = new Books();
  each.forEach((trades, index) => {
    const id = books.portfolio(String.fromCharCode(97 + index), "100000");
    for (const trade of trades) {
      books.at += 1000;
      books.trade(id, instrument, trade);
    }
  });
  return books;
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["[ACT-2] two for one",                            [["buy 10 @ 100"]],                                    "2:1", {},               [["20 for 1000 USD"]], []],
  ["[ACT-6] shorts too",                             [["sell 10 @ 100"]],                                   "3:1", {},               [["-30 for -1000 USD"]], []],
  // 7 + 4 halves: 5.5 for the account, 5; 3.5 and 2: the fraction is a's, but the account has none to give.
  ["[ACT-1] one for two, rounded down",              [["buy 7 @ 100"], ["buy 4 @ 100"]],                    "1:2", {},               [["3 for 700 USD"], ["2 for 400 USD"]], []],
  // 7 + 5 halves: 6; 3.5 and 2.5: one unit is left, the earlier gets it.
  ["[ACT-2] a tie goes to the earlier",              [["buy 7 @ 100"], ["buy 5 @ 100"]],                    "1:2", {},               [["4 for 700 USD"], ["2 for 500 USD"]], []],
  // 1 + 1 + 1 + 5 thirds: 2.67 → 2; fractions .33 .33 .33 .67: the last gets the unit.
  ["[ACT-2] the largest fraction goes first",        [["buy 1 @ 100"], ["buy 1 @ 100"], ["buy 5 @ 100"]],   "1:3", {},               [[], [], ["2 for 500 USD"]], []],
  // +3 and −3 halves: 0; 1.5 and −1.5 → 1 and −2, one missing: to the first.
  ["[ACT-2] long and short meet at zero",            [["buy 3 @ 100"], ["sell 3 @ 100"]],                   "1:2", {},               [["2 for 300 USD"], ["-2 for -300 USD"]], []],
  ["[ACT-1] the venue's own count",                  [["buy 7 @ 100"], ["buy 4 @ 100"]],                    "1:2", { account: "6" },  [["4 for 700 USD"], ["2 for 400 USD"]], []],
  ["[ACT-3] what the venue has more is a break",     [["buy 7 @ 100"], ["buy 4 @ 100"]],                    "1:2", { account: "9" },  [["4 for 700 USD"], ["2 for 400 USD"]], ["rounding unattributed 3 SPY@X"]],
  ["[ACT-3] what it has less, too",                  [["buy 7 @ 100"], ["buy 4 @ 100"]],                    "1:2", { account: "1" },  [["3 for 700 USD"], ["2 for 400 USD"]], ["rounding unattributed -4 SPY@X"]],
  ["[ACT-3] nobody holds what the venue has",        [[]],                                                  "2:1", { account: "9" },  [[]], ["rounding unattributed 9 SPY@X"]],
  // 10 becomes 15 over lots of 3, 3 and 4: 4.5, 4.5, 6 → the first tie gets the unit.
  ["[ACT-4] over lots by largest remainder",         [["buy 3 @ 100", "buy 3 @ 90", "buy 4 @ 80"]],         "3:2", {},               [["5 for 300 USD", "4 for 270 USD", "6 for 320 USD"]], []],
  // 6 becomes 2 over lots of 1, 1 and 4: 0.33, 0.33 and 1.33; the tie goes to the first, the second is gone.
  ["[ACT-5] a lot that is gone leaves its cost",     [["buy 1 @ 100", "buy 1 @ 90", "buy 4 @ 80"]],         "1:3", {},               [["1 for 190 USD", "1 for 320 USD"]], []],
] as const)("%s (A6, A7, I18)", (_rule, trades, ratio, given, left, breaks) => {
  const books = holders(trades);
  const before = ["a", "b", "c"].slice(0, trades.length).map((id) => [books.cash(id), books.realized(id), books.balance(id, "cost")]);
  const events = books.do(books.split("SPY@X", ratio, given));
  const ids = ["a", "b", "c"].slice(0, trades.length);
  expect(ids.map((id) => books.lots(id, "SPY@X"))).toEqual(left);
  expect(alarms(books, events)).toEqual(breaks);
  // Cash never moves; cost and realized P&L only where a whole position was lost.
  for (const [index, id] of ids.entries()) {
    if (left[index]?.length === 0 && trades[index]?.length !== 0) continue;
    expect([books.cash(id), books.realized(id), books.balance(id, "cost")]).toEqual(before[index]);
  }
});

test("[ACT-5] a position that rounds to nothing is a realized loss of its cost, or of nothing where no notional was paid", () => {
  const books = holders([["buy 1 @ 100"], ["buy 9 @ 100"]]);
  const events = books.do(books.split("SPY@X", "1:5"));
  expect(books.postings(events)).toEqual(
    lines(
      "a position -1 SPY@X",
      "a exchange +1 SPY@X",
      "a cost -100 USD",
      "a realized +100 USD",
      "b position -7 SPY@X",
      "b exchange +7 SPY@X",
    ),
  );
  const margined = holders([["buy 1 @ 100"]], "FUT@X");
  expect(margined.postings(margined.do(margined.split("FUT@X", "1:5")))).toEqual(
    lines("a position -1 FUT", "a exchange +1 FUT", "a cost -5000 USD", "a exchange +5000 USD"),
  );
});

test("[ACT-6] a split posts units only", () => {
  const books = holders([["buy 10 @ 100"]]);
  expect(books.postings(books.do(books.split("SPY@X", "3:2")))).toEqual(lines("a position +5 SPY@X", "a exchange -5 SPY@X"));
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // 10.5 → 10 and 7 → 7: a lost the half and gets it all.
  ["to whom rounding cost units",      [["buy 21 @ 1"], ["buy 14 @ 1"]],                 "1:2", "30", ["30", "0"]],
  // 0.5, 0.5 and 0.5: 1 of 1.5 stays, to a; b and c lost a half each, and a gained one.
  ["not to whom it gave a unit",       [["buy 1 @ 1"], ["buy 1 @ 1"], ["buy 1 @ 1"]],    "1:2", "9",  ["0", "4.5", "4.5"]],
  // 1/3 and 2/3 of 1 unit in all: nothing lost in sum, all to unattributed.
  ["to nobody where nothing is lost",  [["buy 2 @ 1"], ["buy 4 @ 1"]],                   "1:2", "5",  ["0", "0"]],
  // −1.5 → −2, lost 0.5; +2 → 2.
  ["to a short that got shorter",      [["sell 3 @ 1"], ["buy 4 @ 1"]],                  "1:2", "5",  ["5", "0"]],
] as const)("[ACT-7] cash in lieu goes %s", (_what, trades, ratio, cash, expected) => {
  const books = holders(trades);
  const ids = ["a", "b", "c"].slice(0, trades.length);
  const before = ids.map((id) => Number(books.cash(id)));
  const free = Number(books.cash(UNATTRIBUTED));
  books.do(books.split("SPY@X", ratio, { cash }));
  expect(ids.map((id, index) => String(Number(books.cash(id)) - (before[index] ?? 0)))).toEqual(expected);
  const shared = expected.reduce((sum, each) => sum + Number(each), 0);
  expect(Number(books.cash(UNATTRIBUTED)) - free).toBe(Number(cash) - shared);
  expect(ids.reduce((sum, id) => sum - Number(books.balance(id, "income")), 0)).toBe(shared);
});

test("[ACT-8] marks of every listing, stops, targets and orders follow", () => {
  const books = new Books();
  books.mark({ "BTC-USD@X": "100.01", "BTC-EUR@X": "90", "SPY@X": "50" }, { EUR: "1.1" });
  books.portfolio("a", "100000", { protection: { stopLossPct: 100_000_000 as never, takeProfitPct: null, trailingStopPct: null } });
  books.trade("a", "BTC-USD@X", "buy 2 @ 100");
  const order = books.order("a", "BTC-USD@X", "sell 1 @ 100");
  const events = books.do(books.split("BTC-USD@X", "2:1"));
  const marks = books.engine.state.marks;
  expect([...marks.values()].map((mark) => Number(mark.price))).toEqual([5000, 4500, 5000]); // 50.005 is even at 50.00
  expect(only(events, "ProtectionArmed")[0]?.protection).toMatchObject({ stop: 4500, reference: 5000 });
  expect(only(events, "CancelRequested")).toMatchObject([{ order, reason: "split" }]);
  books.do(books.split("BTC-USD@X", "1000000:1"));
  expect(books.of("a").protections.get("BTC-USD@X" as never)).toMatchObject({ stop: 1 });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["0:1", "RATIO_INVALID"], ["1:0", "RATIO_INVALID"], ["-2:1", "RATIO_INVALID"], ["1.5:1", "RATIO_INVALID"],
  ["9007199254740991:1", "AMOUNT_OUT_OF_RANGE"],
])("[ACT-1] a split of %s is refused", (ratio, code) => {
  const books = holders([["buy 10 @ 100"]]);
  const before = plain(books.engine.state);
  expect(books.refused(books.split("SPY@X", ratio))).toBe(code);
  expect(plain(books.engine.state)).toEqual(before);
});

test("[ACT-2, ACT-4] nobody is off by a unit, lots sum, cost stays, and the account has its whole", () => {
  const trades = fc.array(
    fc.array(
      fc.integer({ min: -50, max: 50 }).filter((each) => each !== 0),
      { minLength: 1, maxLength: 5 },
    ),
    { minLength: 1, maxLength: 4 },
  );
  const ratios = fc.record({ n: fc.integer({ min: 1, max: 12 }), d: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(trades, ratios, (each, { n, d }) => {
      const books = holders(
        each.map((list) => list.map((units, index) => `${units > 0 ? "buy" : "sell"} ${Math.abs(units)} @ ${10 + index}`)),
      );
      const ids = each.map((_, index) => String.fromCharCode(97 + index));
      const before = ids.map((id) => Number(books.position(id, "SPY@X")));
      const money = ids.map((id) => Number(books.balance(id, "cost")) + Number(books.balance(id, "realized")));
      books.do(books.split("SPY@X", `${n}:${d}`));
      books.engine.audit();
      const after = ids.map((id) => Number(books.position(id, "SPY@X")));
      after.forEach((units, index) => {
        const exact = ((before[index] ?? 0) * n) / d;
        expect(Math.abs(units - exact)).toBeLessThan(1);
        expect(units === 0 || Math.sign(units) === Math.sign(exact)).toBe(true);
      });
      const total = before.reduce((sum, units) => sum + units, 0);
      expect(after.reduce((sum, units) => sum + units, 0)).toBe(Math.floor((total * n) / d));
      expect(ids.map((id) => Number(books.balance(id, "cost")) + Number(books.balance(id, "realized")))).toEqual(money);
    }),
    options,
  );
});

test("[ACT-6] a split and its merge give the same books again", () => {
  const trades = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(trades, fc.integer({ min: 1, max: 20 }), (each, n) => {
      const books = holders([each.map((units) => `buy ${units} @ 12.34`)]);
      const before = [books.ledger("a"), books.lots("a", "SPY@X")];
      books.do(books.split("SPY@X", `${n}:1`));
      books.do(books.split("SPY@X", `1:${n}`));
      expect([books.ledger("a"), books.lots("a", "SPY@X")]).toEqual(before);
    }),
    options,
  );
});

// ——— conversions ———

test("[ACT-10, ACT-11] a spin-off carries a share of every lot's cost, with its date", () => {
  const books = holders([["buy 10 @ 100", "buy 5 @ 110"]]);
  // 80 % stays, one new share for five old: 15 → 3, of lots 10 and 5 → 2 and 1.
  const events = books.do(
    books.convert("SPY@X", [
      ["SPY@X", "1:1", "0.8"],
      ["SPIN@X", "1:5", "0.2"],
    ]),
  );
  expect(books.postings(events)).toEqual(lines("a position +3 SPIN@X", "a exchange -3 SPIN@X"));
  expect([books.lots("a", "SPY@X"), books.lots("a", "SPIN@X")]).toEqual([
    ["10 for 800 USD", "5 for 440 USD"],
    ["2 for 200 USD", "1 for 110 USD"],
  ]);
  expect([books.lotIds("a", "SPY@X"), books.lotIds("a", "SPIN@X")]).toEqual([
    [3, 5],
    [4, 6],
  ]);
  const dates = (asset: string) =>
    books
      .of("a")
      .holdings.get(asset as never)
      ?.lots.map((lot) => [lot.openedAt, lot.execution]);
  expect(dates("SPIN@X")).toEqual([
    [2000, null],
    [3000, null],
  ]);
  expect(dates("SPY@X")).toEqual(dates("SPIN@X"));
});

test("[ACT-10] fractions are spread over the account, not lost lot by lot", () => {
  // Four lots of one share, one for two: 2 shares, not 0.
  const books = holders([["buy 1 @ 10", "buy 1 @ 11", "buy 1 @ 12", "buy 1 @ 13"]]);
  books.do(books.convert("SPY@X", [["SPIN@X", "1:2", "1"]]));
  expect([books.lots("a", "SPIN@X"), books.position("a", "SPY@X"), books.realized("a")]).toEqual([
    ["1 for 35 USD", "1 for 11 USD"],
    "0",
    "0",
  ]);
  // Into an asset with six places: exact.
  const fine = holders([["buy 1 @ 10"], ["buy 2 @ 10"]]);
  fine.do(fine.convert("SPY@X", [["FRAC@X", "1:8", "1"]]));
  expect([fine.lots("a", "FRAC@X"), fine.lots("b", "FRAC@X")]).toEqual([["0.125 for 10 USD"], ["0.25 for 20 USD"]]);
});

test("[ACT-11] the last target takes the rest of a lot's cost; what rounds to nothing is realized", () => {
  const books = holders([["buy 1 @ 0.01"]]);
  const thirds = "0.333333333";
  books.do(
    books.convert("SPY@X", [
      ["FRAC@X", "1:1", thirds],
      ["SPIN@X", "1:1", thirds],
      ["BTC-USD@X", "1:1", "0.333333334"],
    ]),
  );
  expect([books.lots("a", "FRAC@X"), books.lots("a", "SPIN@X"), books.lots("a", "BTC")]).toEqual([
    ["1 for 0.003333 USD"],
    ["1 for 0.003333 USD"],
    ["1 for 0.003334 USD"],
  ]);
  const lost = holders([["buy 1 @ 100"]]);
  const events = lost.do(
    lost.convert("SPY@X", [
      ["SPIN@X", "1:3", "0.4"],
      ["FRAC@X", "1:1", "0.6"],
    ]),
  );
  expect(lost.postings(events)).toEqual(
    lines(
      "a position -1 SPY@X",
      "a exchange +1 SPY@X",
      "a position +1 FRAC@X",
      "a exchange -1 FRAC@X",
      "a cost -40 USD",
      "a realized +40 USD",
    ),
  );
});

test("[ACT-10] what arrives on the other side of a position closes it", () => {
  const books = new Books();
  books.portfolio("a");
  books.trade("a", "SPIN@X", "sell 10 @ 30");
  books.trade("a", "SPY@X", "buy 4 @ 20");
  // Four bought for 80 cover four that were sold for 120.
  const events = books.do(books.convert("SPY@X", [["SPIN@X", "1:1", "1"]]));
  expect(books.postings(events)).toEqual(
    lines(
      "a position -4 SPY@X",
      "a exchange +4 SPY@X",
      "a position +4 SPIN@X",
      "a exchange -4 SPIN@X",
      "a cost +40 USD",
      "a realized -40 USD",
    ),
  );
  expect(books.lots("a", "SPIN@X")).toEqual(["-6 for -180 USD"]);
});

test("[ACT-12] orders are called back, protections end with an alarm, a pool takes up what arrives", () => {
  const books = new Books();
  books.portfolio("a", "100000", {
    lotMatching: "average",
    protection: { stopLossPct: 100_000_000 as never, takeProfitPct: null, trailingStopPct: null },
  });
  books.trade("a", "SPIN@X", "buy 10 @ 30");
  books.trade("a", "SPY@X", "buy 4 @ 20");
  const order = books.order("a", "SPY@X", "sell 1 @ 20");
  const events = books.do(books.convert("SPY@X", [["SPIN@X", "1:1", "1"]]));
  expect(only(events, "CancelRequested")).toMatchObject([{ order, reason: "conversion" }]);
  expect(only(events, "ProtectionEnded")).toMatchObject([{ portfolio: "a", instrument: "SPY@X", reason: "position_converted" }]);
  expect(alarms(books, events)).toEqual(["naked_position a 4 SPY@X"]);
  expect([books.lots("a", "SPIN@X"), books.of("a").protections.size]).toEqual([["14 for 380 USD"], 1]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["shares below 1",    [["SPIN@X", "1:1", "0.9"]],                          "RATIO_INVALID"],
  ["a negative share",  [["SPIN@X", "1:1", "-0.5"], ["FRAC@X", "1:1", "1.5"]], "RATIO_INVALID"],
  ["a ratio of zero",   [["SPIN@X", "0:1", "1"]],                            "RATIO_INVALID"],
  ["no target",         [],                                                  "RATIO_INVALID"],
  ["an unknown target", [["NONE@X", "1:1", "1"]],                            "INSTRUMENT_UNKNOWN"],
] as const)("[ACT-9] a conversion with %s is refused", (_what, into, code) => {
  const books = holders([["buy 10 @ 100"]]);
  expect(books.refused(books.convert("SPY@X", into))).toBe(code);
  expect(books.refused(books.convert("NONE@X", [["SPIN@X", "1:1", "1"]]))).toBe("INSTRUMENT_UNKNOWN");
});

test("[ACT-10, ACT-11] cost is carried to the unit, whatever the lots and targets", () => {
  const shares = fc.integer({ min: 0, max: 1_000_000_000 });
  const lots = fc.array(
    fc.record({ units: fc.integer({ min: -40, max: 40 }).filter((each) => each !== 0), price: fc.integer({ min: 1, max: 9_999 }) }),
    { minLength: 1, maxLength: 6 },
  );
  const methods = fc.constantFrom<LotMatching>("fifo", "lifo", "hifo", "average", "specific");
  fc.assert(
    fc.property(lots, shares, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), methods, (each, share, n, d, lotMatching) => {
      const books = new Books();
      books.portfolio("a", "10000000", { lotMatching });
      for (const { units, price } of each)
        books.trade("a", "SPY@X", `${units > 0 ? "buy" : "sell"} ${Math.abs(units)} @ ${(price / 100).toFixed(2)}`);
      const total = () => Math.round((Number(books.balance("a", "cost")) + Number(books.balance("a", "realized"))) * 1e6);
      const before = [books.cash("a"), total()];
      const first = (share / 1e9).toFixed(9);
      books.do(
        books.convert("SPY@X", [
          ["SPIN@X", `${n}:${d}`, first],
          ["FRAC@X", "1:1", ((1e9 - share) / 1e9).toFixed(9)],
        ]),
      );
      books.engine.audit();
      expect([books.cash("a"), total(), books.position("a", "SPY@X")]).toEqual([...before, "0"]);
    }),
    options,
  );
});
