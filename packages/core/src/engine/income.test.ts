import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, lines } from "../../../../tests/kit/look.ts";

/** `a` is long, `b` short, the account flat. */
function crossed(instrument: string, quantity: string): Books {
  const books = new Books();
  books.portfolio("a", "1000000");
  books.portfolio("b", "1000000");
  books.trade("a", instrument, `buy ${quantity} @ 100`);
  books.trade("b", instrument, `sell ${quantity} @ 100`);
  return books;
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["dividend", "SPY@X",  "10",    "0.25 USD",   "dividends", "2.5"],
  ["funding",  "PERP@X", "1.5",   "-0.0101 USD", "funding",   "-0.01515"],
  ["interest", "SPY@X",  "10",    "0.1 EUR",    "interest",  "1"],
] as const)("[BOOK-11] %s goes by the signed position, also while the account is flat: shorts pay what longs receive (A7)", (kind, instrument, quantity, perUnit, account, amount) => {
  const books = crossed(instrument, quantity);
  const [, asset = ""] = perUnit.split(" ");
  const events = books.do(books.income(kind, instrument, perUnit));
  const [plus, minus] = amount.startsWith("-") ? [amount, `+${amount.slice(1)}`] : [`+${amount}`, `-${amount}`];
  expect(books.postings(events)).toEqual(
    lines(`a cash ${plus} ${asset}`, `a ${account} ${minus} ${asset}`, `b cash ${minus} ${asset}`, `b ${account} ${plus} ${asset}`),
  );
});

test("[BOOK-11] what is lent is paid for by shorts alone, each for its own units, whatever the account's net is (I16)", () => {
  const books = crossed("SPY@X", "10");
  const events = books.do(books.income("borrow", "SPY@X", "0.001 USD"));
  expect(books.postings(events)).toEqual(lines("b cash -0.01 USD", "b interest +0.01 USD"));
  const asked = books.income("borrow", "SPY@X", "0.001 USD", "-0.004");
  expect(alarms(books, books.do(asked))).toEqual(["income_difference unattributed 0.006 USD"]);
});

test("[BOOK-11] where nobody is short, nothing is booked for what was lent, and nothing journaled", () => {
  const books = new Books();
  books.portfolio("a");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  const { seq } = books.engine.state;
  expect(books.do(books.income("borrow", "SPY@X", "0.001 USD"))).toEqual([]);
  expect(books.engine.state.seq).toBe(seq);
});

test("[BOOK-11] each portfolio's amount is rounded half to even to the pay asset (S3.42)", () => {
  const books = new Books();
  books.portfolio("a");
  books.portfolio("b");
  books.trade("a", "PERP@X", "buy 0.005 @ 1");
  books.trade("b", "PERP@X", "buy 0.015 @ 1");
  books.do(books.income("funding", "PERP@X", "0.0001 USD"));
  // 0.5 units and 1.5 units of 10^-6: to 0 and to 2.
  expect([books.cash("a"), books.cash("b")]).toEqual(["100000", "100000.000002"]);
});

test("[BOOK-12] what the venue paid and nobody was owed goes to unattributed, with a break (S3.42)", () => {
  const books = crossed("SPY@X", "10");
  const events = books.do(books.income("dividend", "SPY@X", "0.25 USD", "0.01"));
  expect(alarms(books, events)).toEqual(["income_difference unattributed 0.01 USD"]);
  expect(books.balance(UNATTRIBUTED, "income")).toBe("-0.01");
  const less = books.do(books.income("dividend", "SPY@X", "0.25 USD", "-1"));
  expect(alarms(books, less)).toEqual(["income_difference unattributed -1 USD"]);
  expect(alarms(books, books.do(books.income("dividend", "SPY@X", "0.25 USD", "0")))).toEqual([]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["an unknown instrument", { instrument: "NONE@X" },                   "INSTRUMENT_UNKNOWN"],
  ["an unknown asset",      { payAsset: "XXX" },                        "ASSET_UNKNOWN"],
  ["paid in coins",         { payAsset: "BTC" },                        "ASSET_NOT_CASH"],
  ["a fraction",            { perUnit: 0.5 },                           "RATIO_INVALID"],
  ["no number",             { perUnit: Number.NaN },                    "RATIO_INVALID"],
  ["a negative scale",      { perUnitScale: -1 },                       "RATIO_INVALID"],
  ["a scale too fine",      { perUnitScale: 12, instrument: "BTC-USD@X", payAsset: "JPY" }, "RATIO_INVALID"],
  ["more than can be kept", { perUnit: Number.MAX_SAFE_INTEGER },       "AMOUNT_OUT_OF_RANGE"],
] as const)("[BOOK-11] income of %s is refused", (_what, part, code) => {
  const books = crossed("SPY@X", "10");
  expect(books.refused({ ...books.income("dividend", "SPY@X", "0.25 USD"), ...part } as never)).toBe(code);
});

test("[BOOK-11] what longs receive is what shorts pay, to the unit, where the account is flat", () => {
  const each = fc.record({
    quantity: fc.integer({ min: 1, max: 1e6 }),
    perUnit: fc.integer({ min: -500, max: 500 }),
    places: fc.integer({ min: 0, max: 6 }),
  });
  fc.assert(
    fc.property(each, ({ quantity, perUnit, places }) => {
      const books = crossed("PERP@X", (quantity / 1000).toFixed(3));
      books.do(books.income("funding", "PERP@X", `${(perUnit / 10 ** places).toFixed(places)} USD`, "0"));
      expect(Number(books.balance("a", "funding")) + Number(books.balance("b", "funding"))).toBe(0);
      expect(books.engine.state.breaks).toBe(0);
    }),
    { numRuns: runs(500), seed: seed() },
  );
});
