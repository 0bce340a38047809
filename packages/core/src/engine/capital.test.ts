import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { type Ask, Books, ratio, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { lines, only, plain } from "../../../../tests/kit/look.ts";
import type { LotMatching } from "../lots/lot.ts";

const options = { numRuns: runs(1000), seed: seed() };
const flows = (books: Books): readonly (readonly [string, number, number])[] =>
  (books.records.at(-1)?.events ?? [])
    .flatMap((event) => (event.type === "CapitalMoved" || event.type === "PositionMoved" ? event.flows : []))
    .map((flow) => [flow.portfolio, Number(flow.amount) / 1e6, Number(flow.equityBefore) / 1e6] as const);

test("[CAP-1] cash from outside is capital, in whatever currency; the flow is in base (S2.37)", () => {
  const books = new Books({}, { freeCash: "0" });
  books.mark({}, { EUR: "1.1" });
  expect(books.postings(books.deposit(UNATTRIBUTED, "1000 EUR"))).toEqual(
    lines("unattributed cash +1000 EUR", "unattributed capital -1000 EUR"),
  );
  expect(flows(books)).toEqual([["unattributed", 1100, 0]]);
  books.deposit(UNATTRIBUTED, "-400 EUR");
  expect(flows(books)).toEqual([["unattributed", -440, 1100]]);
  expect(books.ledger(UNATTRIBUTED)).toEqual(["cash 600 EUR", "capital -600 EUR"]);
  expect(books.refused(books.flow(UNATTRIBUTED, "5 JPY"))).toBe("RATE_MISSING");
});

test("[CAP-2] a transfer is one entry with two opposite flows; repeated it changes nothing", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.portfolio("b", "200");
  const ask = books.transfer("a", "b", "300 USD");
  expect(books.postings(books.do(ask))).toEqual(
    lines("a cash -300 USD", "a transfers +300 USD", "b cash +300 USD", "b transfers -300 USD"),
  );
  expect(flows(books)).toEqual([
    ["a", -300, 1000],
    ["b", 300, 200],
  ]);
  expect(books.do(ask)).toEqual([]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["cash alone",                     (_b: Books): unknown => undefined,                                                "1000"],
  ["less a working buy",             (b: Books): unknown => b.order("a", "SPY@X", "buy 3 @ 100"),                 "700"],
  ["more once it is canceled",       (b: Books): unknown => b.do({ type: "RecordCancel", venueOrder: b.order("a", "SPY@X", "buy 3 @ 100"), reason: "" }), "1000"],
  // 1,000 + 300 of proceeds, of which 300 and half of it are held back.
  ["less a short and its requirement", (b: Books): unknown => b.trade("a", "SPY@X", "sell 3 @ 100"),              "850"],
  // Marked at 120: 1,300 − 360 − 180.
  ["at the last mark",               (b: Books): unknown => { b.trade("a", "SPY@X", "sell 3 @ 100"); return b.mark({ "SPY@X": "120" }); }, "760"],
  // 2 × 50 × 5 = 500 of notional, a quarter held back.
  ["less a margined position",       (b: Books): unknown => b.trade("a", "FUT@X", "buy 2 @ 5"),                   "875"],
  // At 4: 400 of notional and 100 lost.
  ["less its unrealized loss",       (b: Books): unknown => { b.trade("a", "FUT@X", "buy 2 @ 5"); return b.mark({ "FUT@X": "4" }); }, "800"],
  // At 6 the gain of 100 is not free.
  ["not more by a gain",             (b: Books): unknown => { b.trade("a", "FUT@X", "buy 2 @ 5"); return b.mark({ "FUT@X": "6" }); }, "850"],
] as const)("[CAP-3] free to give is %s", (_what, prepare, free) => {
  const books = new Books({ shortRequirement: ratio("0.5"), marginRequirement: ratio("0.25") });
  books.portfolio("a", "1000");
  books.portfolio("b", "0");
  prepare(books);
  const over = `${(Number(free) + 0.000001).toFixed(6)} USD`;
  expect(books.refused(books.transfer("a", "b", over))).toBe("CAPITAL_INSUFFICIENT");
  expect(books.refused(books.flow("a", `-${over}`))).toBe("CAPITAL_INSUFFICIENT");
  expect(books.refused(books.transfer("a", "b", `${free} USD`))).toBe("admitted");
});

test("[CAP-4] starting cash comes from the account's free cash and is never promised twice (C29, S1.109)", () => {
  const books = new Books({}, { freeCash: "1000" });
  books.portfolio("a", "600");
  expect(() => books.portfolio("b", "500")).toThrow("CAPITAL_INSUFFICIENT");
  expect(books.engine.state.portfolios.has("b" as never)).toBe(false);
  books.portfolio("b", "400");
  expect([books.cash(UNATTRIBUTED), books.cash("a"), books.cash("b")]).toEqual(["0", "600", "400"]);
  const loose = new Books({ overAllocation: true }, { freeCash: "1000" });
  loose.portfolio("a", "600");
  loose.portfolio("b", "500");
  expect(loose.cash(UNATTRIBUTED)).toBe("-100");
});

test("[CAP-4] portfolios' capital never exceeds the account's, whatever is created, moved and withdrawn (C29)", () => {
  const step = fc.record({ kind: fc.integer({ min: 0, max: 3 }), a: fc.nat(3), b: fc.nat(3), amount: fc.integer({ min: 1, max: 900 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const books = new Books({}, { freeCash: "1000" });
      const ids = [UNATTRIBUTED];
      for (const { kind, a, b, amount } of steps) {
        const from = ids[a % ids.length] ?? UNATTRIBUTED;
        const to = ids[b % ids.length] ?? UNATTRIBUTED;
        if (kind === 0) {
          try {
            ids.push(books.portfolio(`p${ids.length}`, String(amount)));
          } catch {} // Refused: not free.
        } else books.run(kind === 1 ? books.transfer(from, to, `${amount} USD`) : books.flow(from, `-${amount} USD`));
      }
      const cash = ids.map((id) => Number(books.cash(id)));
      expect(Math.min(...cash)).toBeGreaterThanOrEqual(0);
      const contributions = [...books.engine.state.portfolios.values()].reduce(
        (sum, portfolio) => sum + Number(portfolio.contributions),
        0,
      );
      expect(contributions / 1e6).toBe(cash.reduce((sum, each) => sum + each, 0));
    }),
    options,
  );
});

test("[CAP-5] a position in kind moves with dates, executions and cost; cash and realized P&L stay", () => {
  const books = new Books();
  books.portfolio("a", "100000");
  books.portfolio("b", "0");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  books.at += 1000;
  books.trade("a", "SPY@X", "buy 10 @ 120");
  books.trade("a", "SPY@X", "sell 4 @ 130");
  books.at += 1000;
  // Fifteen, oldest first: six for 600 and nine of ten for 1,080.
  const events = books.do(books.moveAsk("a", "b", "SPY@X", "15 @ 140"));
  expect(books.postings(events)).toEqual(
    lines(
      "a position -15 SPY@X",
      "a exchange +15 SPY@X",
      "a cost -1680 USD",
      "a transfers +1680 USD",
      "b position +15 SPY@X",
      "b exchange -15 SPY@X",
      "b cost +1680 USD",
      "b transfers -1680 USD",
    ),
  );
  expect([books.lots("a", "SPY@X"), books.lots("b", "SPY@X"), books.realized("a")]).toEqual([
    ["1 for 120 USD"],
    ["6 for 600 USD", "9 for 1080 USD"],
    "120",
  ]);
  const moved = books
    .of("b")
    .holdings.get("SPY@X" as never)
    ?.lots.map((lot) => [lot.id, lot.openedAt, lot.execution]);
  expect(moved).toEqual([
    [3, 1000, "x1"],
    [4, 2000, "x2"],
  ]);
  // The flow is worth 15 × 140; never marked, the position stood at cost before.
  expect(flows(books)).toEqual([
    ["a", -2100, 97_800 + 520 + 1800],
    ["b", 2100, 0],
  ]);
});

test("[CAP-5, CAP-6] shorts and margined positions move, too", () => {
  const books = new Books();
  books.portfolio("a", "100000");
  books.portfolio("b", "0");
  books.trade("a", "SPY@X", "sell 10 @ 100");
  expect(books.postings(books.do(books.moveAsk("a", "b", "SPY@X", "-4 @ 90")))).toEqual(
    lines(
      "a position +4 SPY@X",
      "a exchange -4 SPY@X",
      "a cost +400 USD",
      "a transfers -400 USD",
      "b position -4 SPY@X",
      "b exchange +4 SPY@X",
      "b cost -400 USD",
      "b transfers +400 USD",
    ),
  );
  expect(flows(books).map(([id, amount]) => [id, amount])).toEqual([
    ["a", 360],
    ["b", -360],
  ]);
  books.trade("a", "FUT@X", "buy 2 @ 100");
  // Opened for 10,000, worth 10,500 at 105: the flow is what it gained.
  expect(books.postings(books.do(books.moveAsk("a", "b", "FUT@X", "2 @ 105")))).toEqual(
    lines(
      "a position -2 FUT",
      "a exchange +2 FUT",
      "a cost -10000 USD",
      "a exchange +10000 USD",
      "b position +2 FUT",
      "b exchange -2 FUT",
      "b cost +10000 USD",
      "b exchange -10000 USD",
    ),
  );
  expect(flows(books).map(([id, amount]) => [id, amount])).toEqual([
    ["a", -500],
    ["b", 500],
  ]);
});

/** A command after something else was done. */
const after = (_done: unknown, ask: Ask): Ask => ask;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["more than is held",       (b: Books) => b.moveAsk("a", "b", "SPY@X", "11 @ 100"),     "POSITION_INSUFFICIENT"],
  ["the other sign",          (b: Books) => b.moveAsk("a", "b", "SPY@X", "-1 @ 100"),     "POSITION_INSUFFICIENT"],
  ["what is not held",        (b: Books) => b.moveAsk("a", "b", "SPIN@X", "1 @ 100"),     "POSITION_INSUFFICIENT"],
  ["to one on the other side", (b: Books) => after(b.trade("b", "SPY@X", "sell 1 @ 100"), b.moveAsk("a", "b", "SPY@X", "1 @ 100")), "POSITION_INSUFFICIENT"],
  ["what an order reserves",  (b: Books) => after(b.order("a", "SPY@X", "sell 8 @ 100"), b.moveAsk("a", "b", "SPY@X", "3 @ 100")), "POSITION_RESERVED"],
  ["the rest",                (b: Books) => after(b.order("a", "SPY@X", "sell 8 @ 100"), b.moveAsk("a", "b", "SPY@X", "2 @ 100")), "admitted"],
  ["without a rate",          (b: Books) => after(b.do(b.fillAsk(null, "SAP@X", "buy 1 @ 10")), b.moveAsk(UNATTRIBUTED, "b", "SAP@X", "1 @ 10")), "RATE_MISSING"],
  ["to oneself",              (b: Books) => b.moveAsk("a", "a", "SPY@X", "1 @ 100"),      "TRANSFER_TO_SELF"],
  ["from nobody",             (b: Books) => b.moveAsk("x", "b", "SPY@X", "1 @ 100"),      "PORTFOLIO_UNKNOWN"],
  ["to nobody",               (b: Books) => b.moveAsk("a", "x", "SPY@X", "1 @ 100"),      "PORTFOLIO_UNKNOWN"],
  ["nothing",                 (b: Books) => b.moveAsk("a", "b", "SPY@X", "0 @ 100"),      "AMOUNT_NOT_POSITIVE"],
  ["at no price",             (b: Books) => b.moveAsk("a", "b", "SPY@X", "1 @ 0"),        "PRICE_NOT_POSITIVE"],
] as const)("[CAP-7] moving %s: %s", (_what, ask: (b: Books) => Ask, code) => {
  const books = new Books();
  books.portfolio("a", "100000");
  books.portfolio("b", "100000");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  const command = ask(books);
  const before = plain(books.engine.state);
  expect(books.refused(command)).toBe(code);
  if (code !== "admitted") expect(plain(books.engine.state)).toEqual(before);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["nothing",             (b: Books) => b.transfer("a", "b", "0 USD"),      "AMOUNT_NOT_POSITIVE"],
  ["less than nothing",   (b: Books) => b.transfer("a", "b", "-1 USD"),     "AMOUNT_NOT_POSITIVE"],
  ["coins",               (b: Books) => b.transfer("a", "b", "1 BTC"),      "ASSET_NOT_CASH"],
  ["to oneself",          (b: Books) => b.transfer("a", "a", "1 USD"),      "TRANSFER_TO_SELF"],
  ["from nobody",         (b: Books) => b.transfer("x", "b", "1 USD"),      "PORTFOLIO_UNKNOWN"],
  ["to nobody",           (b: Books) => b.transfer("a", "x", "1 USD"),      "PORTFOLIO_UNKNOWN"],
  ["to an archived one",  (b: Books) => b.transfer("a", "old", "1 USD"),    "PORTFOLIO_ARCHIVED"],
  ["into an archived one", (b: Books) => b.flow("old", "1 USD"),            "PORTFOLIO_ARCHIVED"],
  ["from outside, coins", (b: Books) => b.flow("a", "1 BTC"),               "ASSET_NOT_CASH"],
  ["from outside to nobody", (b: Books) => b.flow("x", "1 USD"),            "PORTFOLIO_UNKNOWN"],
] as const)("[CAP-9] cash, %s: %s", (_what, ask, code) => {
  const books = new Books();
  for (const id of ["a", "b", "old"]) books.portfolio(id, "1000");
  books.do({ type: "ArchivePortfolio", portfolio: "old" as never, reason: "done" });
  const before = plain(books.engine.state);
  expect(books.refused(ask(books))).toBe(code);
  expect(plain(books.engine.state)).toEqual(before);
});

test("[CAP-8] capital is never profit: equity, high-water mark and contributions move with it, drawdown in money does not", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.do(books.roll("2024-01-02", ["a"]));
  books.trade("a", "SPY@X", "buy 10 @ 50");
  books.mark({ "SPY@X": "60" }); // 1,100
  books.mark({ "SPY@X": "55" }); // 1,050, 50 below the high
  const figures = () => {
    const { equity, highWaterMark, contributions, day } = books.of("a");
    return [equity, highWaterMark, contributions, day?.flows, day?.high, day?.fall].map((each) => Number(each) / 1e6);
  };
  expect(figures()).toEqual([1050, 1100, 1000, 0, 1100, 50]);
  books.deposit("a", "500 USD");
  expect(figures()).toEqual([1550, 1600, 1500, 500, 1600, 50]);
  books.deposit("a", "-200 USD");
  expect(figures()).toEqual([1350, 1400, 1300, 300, 1400, 50]);
  books.mark({ "SPY@X": "54" });
  expect(figures()).toEqual([1340, 1400, 1300, 300, 1400, 60]);
  // The account's figures move with what crosses its border, not with what moves inside it.
  const account = () => [books.engine.state.equity, books.engine.state.highWaterMark].map((each) => Number(each) / 1e6);
  const before = account();
  books.do(books.transfer(UNATTRIBUTED, "a", "50 USD"));
  expect(account()).toEqual(before);
  books.deposit("a", "7 USD");
  expect(account()).toEqual(before.map((each) => each + 7));
});

test("[CAP-10] a position moved whole takes its protection away, a part leaves it", () => {
  const books = new Books();
  books.portfolio("a", "100000", { protection: { stopLossPct: ratio("0.1"), takeProfitPct: null, trailingStopPct: null } });
  books.portfolio("b", "0");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  expect(only(books.do(books.moveAsk("a", "b", "SPY@X", "4 @ 100")), "ProtectionEnded")).toEqual([]);
  expect(only(books.do(books.moveAsk("a", "b", "SPY@X", "6 @ 100")), "ProtectionEnded")).toMatchObject([
    { portfolio: "a", instrument: "SPY@X", reason: "position_transferred" },
  ]);
});

test("[CAP-5, CAP-7] a position to and fro is the same position, and the account never changes (I10)", () => {
  const lots = fc.array(fc.record({ units: fc.integer({ min: 1, max: 40 }), price: fc.integer({ min: 1, max: 9_999 }) }), {
    minLength: 1,
    maxLength: 5,
  });
  const methods = fc.constantFrom<LotMatching>("fifo", "lifo", "hifo", "average", "specific");
  fc.assert(
    fc.property(lots, fc.boolean(), methods, methods, fc.integer({ min: 1, max: 100 }), (each, short, first, second, percent) => {
      const books = new Books();
      books.portfolio("a", "10000000", { lotMatching: first });
      books.portfolio("b", "0", { lotMatching: second });
      let held = 0;
      for (const { units, price } of each) {
        books.at += 1000;
        books.trade("a", "SPY@X", `${short ? "sell" : "buy"} ${units} @ ${(price / 100).toFixed(2)}`);
        held += units;
      }
      const part = Math.max(1, Math.floor((held * percent) / 100)) * (short ? -1 : 1);
      const before = [books.ledger("a"), Number(books.equity("a")) + Number(books.equity("b"))];
      books.do(books.moveAsk("a", "b", "SPY@X", `${part} @ 50`));
      expect(Number(books.equity("a")) + Number(books.equity("b"))).toBeCloseTo(Number(before[1]), 5);
      books.do(books.moveAsk("b", "a", "SPY@X", `${part} @ 50`));
      books.engine.audit();
      expect(books.ledger("a")).toEqual(before[0]);
      expect(books.ledger("b")).toEqual([]);
    }),
    options,
  );
});
