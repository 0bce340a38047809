import { describe, expect, test } from "vitest";
import { type Ask, Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { alarms, lines } from "../../../../tests/kit/look.ts";
import type { CashKind } from "./commands.ts";

const cash = (books: Books, kind: CashKind, what: string, instrument: string | null = null, cashId = "c1"): Ask => {
  const [amount = "", asset = ""] = what.split(" ");
  return {
    type: "RecordCash",
    cashId,
    kind,
    asset: asset as never,
    amount: books.money(amount, asset),
    instrument: instrument as never,
    details: "",
  };
};

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["transfer", "100 USD",   ["unattributed cash +100 USD",  "unattributed capital -100 USD"]],
  ["dividend", "2.5 USD",   ["unattributed cash +2.5 USD",  "unattributed dividends -2.5 USD"]],
  ["tax",      "-0.4 USD",  ["unattributed cash -0.4 USD",  "unattributed dividends +0.4 USD"]],
  ["interest", "-3.25 EUR", ["unattributed cash -3.25 EUR", "unattributed interest +3.25 EUR"]],
  ["fee",      "-10 USD",   ["unattributed cash -10 USD",   "unattributed fees +10 USD"]],
  ["other",    "7 USD",     ["unattributed cash +7 USD",    "unattributed income -7 USD"]],
] as const)("[BOOK-16] cash beside trades: %s of %s (A7)", (kind, what, expected) => {
  const books = new Books();
  expect(books.postings(books.do(cash(books, kind, what)))).toEqual(lines(...expected));
});

test("[BOOK-16, LED-6] one line of a statement counts once, and nothing is nothing (I12)", () => {
  const books = new Books();
  books.do(cash(books, "other", "7 USD"));
  expect(books.do(cash(books, "other", "7 USD"))).toEqual([]);
  expect(books.do(cash(books, "other", "0 USD", null, "c2"))).toEqual([]);
  expect(books.refused(cash(books, "other", "7 XXX".replace("XXX", "BTC"), null, "c3"))).toBe("ASSET_NOT_CASH");
  expect(books.refused(cash(books, "other", "7 USD", "NONE@X2", "c4"))).toBe("INSTRUMENT_UNKNOWN");
});

describe("shared by who holds it", () => {
  test("[BOOK-17] to the last unit: longs receive, shorts pay (I18, A7)", () => {
    const books = new Books();
    for (const id of ["a", "b", "c"]) books.portfolio(id);
    books.trade("a", "SPY@X", "buy 3 @ 100");
    books.trade("b", "SPY@X", "buy 5 @ 100");
    books.trade("c", "SPY@X", "sell 1 @ 100");
    const events = books.do(cash(books, "tax", "-1 USD", "SPY@X"));
    expect(books.postings(events)).toEqual(
      lines(
        "a cash -0.428571 USD",
        "a dividends +0.428571 USD",
        "b cash -0.714286 USD",
        "b dividends +0.714286 USD",
        "c cash +0.142857 USD",
        "c dividends -0.142857 USD",
      ),
    );
    expect(alarms(books, events)).toEqual([]);
  });

  test("[BOOK-17] an account that is short pays by the same shares", () => {
    const books = new Books();
    for (const id of ["a", "b"]) books.portfolio(id);
    books.trade("a", "SPY@X", "sell 3 @ 100");
    books.trade("b", "SPY@X", "buy 1 @ 100");
    expect(books.postings(books.do(cash(books, "dividend", "-2 USD", "SPY@X")))).toEqual(
      lines("a cash -3 USD", "a dividends +3 USD", "b cash +1 USD", "b dividends -1 USD"),
    );
  });

  test("[BOOK-17] nobody's where the account is flat", () => {
    const books = new Books();
    for (const id of ["a", "b"]) books.portfolio(id);
    books.trade("a", "SPY@X", "sell 3 @ 100");
    books.trade("b", "SPY@X", "buy 3 @ 100");
    expect(books.postings(books.do(cash(books, "dividend", "2 USD", "SPY@X")))).toEqual(
      lines("unattributed cash +2 USD", "unattributed dividends -2 USD"),
    );
  });
});

test("[BOOK-18] a withdrawal is booked though it overdraws, and is no loss (LED-8, C30)", () => {
  const books = new Books({}, { freeCash: "50" });
  const [event] = books.do(cash(books, "transfer", "-80 USD"));
  expect(books.cash(UNATTRIBUTED)).toBe("-30");
  expect(event?.type === "CashBooked" && event.flows.map(({ portfolio }) => portfolio)).toEqual([UNATTRIBUTED]);
  expect(books.engine.state.portfolios.get(UNATTRIBUTED as never)?.contributions).toBe(books.money("-30", "USD"));
});

describe("for nothing", () => {
  test("[BOOK-19] what expires worthless closes at nothing: its cost is the loss (B24)", () => {
    const books = new Books();
    books.do(books.fillAsk(null, "SPY@X", "buy 3 @ 2", { executionId: "bought" }));
    const events = books.do(books.fillAsk(null, "SPY@X", "sell 3 @ 0", { executionId: "expired" }));
    expect(books.postings(events)).toEqual(
      lines("unattributed exchange +3 SPY@X", "unattributed position -3 SPY@X", "unattributed cost -6 USD", "unattributed realized +6 USD"),
    );
    books.engine.audit();
  });

  test("[BOOK-19] what is given opens at no cost, and no correction is booked onto it (COR-8)", () => {
    const books = new Books();
    books.do(books.fillAsk(null, "SPY@X", "buy 3 @ 0", { executionId: "given" }));
    expect(books.do(books.fillAsk(null, "SPY@X", "buy 3 @ 0", { executionId: "given" }))).toEqual([]);
    expect(books.position(UNATTRIBUTED, "SPY@X")).toBe("3");
    books.engine.audit();
  });

  test("[BOOK-19] an order never trades for nothing, and nobody is paid to take something", () => {
    const books = new Books();
    expect(books.refused({ ...books.fillAsk(1 as never, "SPY@X", "buy 3 @ 1"), price: 0 } as never)).toBe("PRICE_NOT_POSITIVE");
    expect(books.refused({ ...books.fillAsk(null, "SPY@X", "buy 3 @ 1"), price: -1 } as never)).toBe("PRICE_NOT_POSITIVE");
  });
});
