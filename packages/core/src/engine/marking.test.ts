import { unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, busyBooks, Player } from "../../../../tests/kit/actions.ts";
import { Books, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { only, plain } from "../../../../tests/kit/look.ts";
import { valuePortfolio } from "../portfolio/nav.ts";

const options = { numRuns: runs(1000), seed: seed() };

test("[MARK-1] a mark journals prices, rates and every portfolio's figures at them, in the order of creation (S2.35)", () => {
  const books = new Books({}, { freeCash: "5000" });
  books.portfolio("b", "2000");
  books.portfolio("a", "1000");
  books.trade("b", "SPY@X", "buy 10 @ 100");
  books.trade("a", "SPY@X", "sell 3 @ 100");
  const events = books.mark({ "SPY@X": "90" }, { EUR: "1.1" });
  expect(only(events, "AccountMarked")[0]?.equities).toEqual([
    { portfolio: "unattributed", equity: 2000e6, grossExposure: 0, netExposure: 0 },
    { portfolio: "b", equity: 1900e6, grossExposure: 900e6, netExposure: 900e6 },
    { portfolio: "a", equity: 1030e6, grossExposure: 270e6, netExposure: -270e6 },
  ]);
  expect(books.engine.state.marks.get("SPY@X" as never)).toEqual({ price: 9000, at: books.at, source: "test" });
  expect(books.engine.state.rates.get("EUR" as never)).toEqual({ rate: 1_100_000_000, at: books.at, source: "test" });
  expect(unitsOf(books.engine.state.equity as never)).toBe(4930e6);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["no price",            { marks: [{ instrument: "SPY@X", price: 0, at: 1, source: "" }] },   "MARK_INVALID"],
  ["a negative price",    { marks: [{ instrument: "SPY@X", price: -1, at: 1, source: "" }] },  "MARK_INVALID"],
  ["an unknown one",      { marks: [{ instrument: "NONE@X", price: 1, at: 1, source: "" }] },  "INSTRUMENT_UNKNOWN"],
  ["no rate",             { rates: [{ asset: "EUR", rate: 0, at: 1, source: "" }] },           "MARK_INVALID"],
  ["a rate of a coin",    { rates: [{ asset: "BTC", rate: 1, at: 1, source: "" }] },           "ASSET_NOT_CASH"],
  ["a value beyond range", { marks: [{ instrument: "SPY@X", price: 9e15, at: 1, source: "" }] }, "AMOUNT_OUT_OF_RANGE"],
] as const)("[MARK-1] a mark with %s is refused whole", (_what, part, code) => {
  const books = new Books();
  books.portfolio("a");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  const before = plain(books.engine.state);
  expect(books.refused({ type: "MarkAccount", marks: [], rates: [], ...part } as never)).toBe(code);
  expect(plain(books.engine.state)).toEqual(before);
});

test("[MARK-1] marks at which the account as a whole would leave the range are refused, though each portfolio would not", () => {
  const books = new Books();
  for (const id of ["a", "b"]) books.trade(books.portfolio(id, "100"), "SPY@X", "buy 5000 @ 0.01");
  const before = plain(books.engine.state);
  expect(books.refused(books.markAsk({ "SPY@X": "1000000" }))).toBe("AMOUNT_OUT_OF_RANGE"); // twice 5,000,000,000
  expect(plain(books.engine.state)).toEqual(before);
  expect(books.refused(books.markAsk({ "SPY@X": "700000" }))).toBe("admitted");
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["[MARK-2] at cost without a mark",            "SPY@X",  "buy 10 @ 100",  {},                  {},             "1000"],
  ["[MARK-2] long at the mark",                  "SPY@X",  "buy 10 @ 100",  { "SPY@X": "101" },  {},             "1010"],
  ["[MARK-2] short at the mark",                 "SPY@X",  "sell 10 @ 100", { "SPY@X": "101" },  {},             "990"],
  ["[MARK-3] margined: what it gained",          "FUT@X",  "buy 2 @ 100",   { "FUT@X": "101" },  {},             "1100"],
  ["[MARK-3] margined without a mark: nothing",  "FUT@X",  "sell 2 @ 100",  {},                  {},             "1000"],
  ["[MARK-3] a margined short",                  "PERP@X", "sell 1.5 @ 20", { "PERP@X": "30" },  {},             "985"],
] as const)("%s (S3.13)", (_rule, instrument, trade, marks, rates, equity) => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.trade("a", instrument, trade);
  books.mark(marks, rates);
  expect(books.equity("a")).toBe(equity);
});

test("[MARK-3] each currency is converted by itself; [MARK-4] what has no rate is left out and said, never counted at 1 (I10)", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.do(books.fee("-100 EUR", { portfolio: "a" })); // a rebate in euros
  books.do(books.fee("-30 JPY", { portfolio: "a" }));
  const value = () => {
    const { equity, complete } = valuePortfolio(books.engine.state, books.of("a"));
    return [unitsOf(equity) / 1e6, complete];
  };
  expect(value()).toEqual([1000, false]);
  books.mark({}, { EUR: "1.1" });
  expect(value()).toEqual([1110, false]);
  books.trade("a", "SAP@X", "buy 1 @ 80"); // 20 EUR and a share that cost 80 EUR
  expect(value()).toEqual([1110, false]);
  books.mark({ "SAP@X": "90" }, { EUR: "1.2", JPY: "0.0067" });
  expect(value()).toEqual([1000 + 132 + 0.201, true]);
});

test("[MARK-4] a position whose cost is kept in a currency without a rate has no value until it is marked", () => {
  const books = new Books();
  const euros = { conversionId: "c", portfolio: UNATTRIBUTED as never, from: "USD" as never, to: "EUR" as never };
  books.do({ type: "RecordConversion", ...euros, amount: books.money("100", "USD"), received: books.money("90", "EUR") });
  books.do(books.fillAsk(null, "BTC-USD@X", "buy 1 @ 500"));
  books.do(books.fillAsk(null, "BTC-EUR@X", "buy 1 @ 90"));
  const value = () => valuePortfolio(books.engine.state, books.of(UNATTRIBUTED));
  expect([unitsOf(value().equity) / 1e6, value().complete]).toEqual([1e9 - 600, false]);
  books.mark({ "BTC-USD@X": "510" });
  expect([unitsOf(value().equity) / 1e6, value().complete]).toEqual([1e9 - 600 + 1020, true]);
});

test("[MARK-5] equity by the other route: capital, realized P&L, income, fees and unrealized P&L add up to the unit (I9)", () => {
  const kinds = new Set(["trade", "sell-all", "correct", "bust", "income", "split", "transfer", "move", "flow", "mark", "roll"]);
  let compared = 0;
  fc.assert(
    fc.property(anyActions(60), (actions) => {
      const player = new Player(busyBooks(false));
      // One currency, one listing per asset: then both routes are exact, without a rate between them.
      player.play(
        actions
          .filter((action) => kinds.has(action.kind))
          .map((action) => ({ ...action, what: action.what % 3, other: action.other - (action.other % 7) })),
      );
      const { books } = player;
      for (const [id, portfolio] of books.engine.state.portfolios) {
        const assets = [...portfolio.ledger.keys()].filter((asset) => ["EUR", "JPY"].includes(asset) && books.cash(id, asset) !== "0");
        const usd = portfolio.ledger.get("USD" as never);
        if (usd === undefined) continue;
        const units = (account: keyof typeof usd): bigint => BigInt(unitsOf(usd[account] as never));
        let unrealized = 0n;
        let foreign = false;
        for (const [asset, holding] of portfolio.holdings) {
          const listing = books.engine.state.primary.get(asset);
          if (listing === undefined || listing.quote.id !== "USD" || holding.lots.some((lot) => lot.costAsset !== "USD")) foreign = true;
          const mark = listing === undefined ? undefined : books.engine.state.marks.get(listing.instrument.id);
          if (listing === undefined || mark === undefined) continue;
          const { numerator, divisor } = listing.terms;
          const value = BigInt(unitsOf(holding.quantity as never)) * BigInt(unitsOf(mark.price as never)) * BigInt(numerator);
          const cost = holding.lots.reduce((sum, lot) => sum + BigInt(unitsOf(lot.cost as never)), 0n);
          if (value % BigInt(divisor) !== 0n) foreign = true;
          unrealized += value / BigInt(divisor) - cost;
        }
        if (foreign || assets.length > 0 || units("exchange") !== 0n) continue;
        const contributed = -units("capital") - units("transfers");
        const earned = -units("realized") - units("income") - units("dividends") - units("funding") - units("interest");
        let equity: bigint;
        try {
          equity = BigInt(unitsOf(valuePortfolio(books.engine.state, portfolio).equity));
        } catch {
          continue; // A wild mark: no figure to compare.
        }
        expect(equity).toBe(contributed + earned - units("fees") + unrealized);
        compared += 1;
      }
    }),
    options,
  );
  expect(compared).toBeGreaterThan(3 * options.numRuns);
});

test("[MARK-5] both routes on a portfolio with everything, by hand (I9, S3.13)", () => {
  const books = new Books();
  books.portfolio("a", "10000");
  books.trade("a", "SPY@X", "buy 10 @ 100", { fee: "1 USD" });
  books.trade("a", "SPY@X", "sell 4 @ 120", { fee: "1 USD" }); // +80
  books.do(books.income("dividend", "SPY@X", "0.5 USD")); // +3
  books.trade("a", "FUT@X", "sell 1 @ 10");
  books.trade("a", "FUT@X", "buy 1 @ 9"); // +50
  books.trade("a", "FUT@X", "buy 1 @ 9");
  books.deposit("a", "-500 USD");
  books.mark({ "SPY@X": "110", "FUT@X": "8" }); // +60 and −50 unrealized
  // 9,500 in, 130 realized, 3 dividends, 2 fees, 10 unrealized.
  expect(books.equity("a")).toBe(String(9500 + 130 + 3 - 2 + 10));
});

test("[MARK-6] the high-water mark is the highest equity at any mark, of the account too", () => {
  const books = new Books({}, { freeCash: "1000" });
  books.portfolio("a", "1000");
  books.trade("a", "SPY@X", "buy 10 @ 100");
  const marks = ["110", "90", "120", "100"].map((price) => {
    books.mark({ "SPY@X": price });
    const { equity, highWaterMark } = books.of("a");
    return [equity, highWaterMark, books.engine.state.highWaterMark].map((each) => unitsOf(each as never) / 1e6);
  });
  expect(marks).toEqual([
    [1100, 1100, 1100],
    [900, 1100, 1100],
    [1200, 1200, 1200],
    [1000, 1200, 1200],
  ]);
});

test("[MARK-7] a day ends where its zone says: Melbourne's and New York's roll apart, across daylight saving (C2, S2.14)", () => {
  const books = new Books();
  const hour = 3_600_000;
  books.at = Date.UTC(2024, 3, 5, 13); // Melbourne's 6 April begins (UTC+11)
  books.portfolio("sydney", "1000", { timeZone: "Australia/Melbourne" });
  books.portfolio("york", "1000", { timeZone: "America/New_York" });
  books.do(books.roll("2024-04-06", ["sydney"], books.at + 24 * hour));
  books.at += 15 * hour; // New York's 6 April begins (UTC−4)
  books.do(books.roll("2024-04-06", ["york"], books.at + 24 * hour));
  books.at += 9 * hour; // Melbourne's 7 April, on which clocks go back: 25 hours
  const [first] = only(books.do(books.roll("2024-04-07", ["sydney"], books.at + 25 * hour)), "DayRolled");
  expect(first?.days.map((day) => [day.portfolio, day.date, day.timeZone])).toEqual([["sydney", "2024-04-06", "Australia/Melbourne"]]);
  expect(books.of("york").day?.date).toBe("2024-04-06");
  books.at += 25 * hour;
  books.do(books.roll("2024-04-08", ["sydney"], books.at + 24 * hour));
  expect([books.of("sydney").day?.date, books.of("york").day?.date]).toEqual(["2024-04-08", "2024-04-06"]);
  expect(books.refused(books.roll("2024-04-08", ["sydney"]))).toBe("DATE_BACKWARD");
  expect(books.refused(books.roll("2024-04-07", ["sydney"]))).toBe("DATE_BACKWARD");
  expect(books.refused(books.roll("2024-04-09", ["nobody"]))).toBe("PORTFOLIO_UNKNOWN");
});

test("[MARK-8] a day's figures by hand: flows apart, fees between gross and net, drawdown below the day's high (S2.14)", () => {
  const books = new Books();
  books.mark({}, { EUR: "1.1" });
  books.portfolio("a", "1000");
  books.do(books.fee("7 USD", { portfolio: "a" })); // before the day
  books.do(books.roll("2024-01-02", ["a"])); // starts at 993
  books.trade("a", "SPY@X", "buy 5 @ 100", { fee: "3 USD" }); // 490 + 500
  books.mark({ "SPY@X": "104" }); // 1,010
  books.deposit("a", "200 USD"); // high 1,210
  books.mark({ "SPY@X": "93" }); // 1,155: 55 below
  books.mark({ "SPY@X": "100" }); // 1,190
  books.deposit("a", "10 EUR"); // a flow of 11
  books.do(books.fee("10 EUR", { portfolio: "a" })); // 11 at today's rate
  books.mark({}, { EUR: "1.2" }); // the fee counts 12 now
  const [rolled] = only(books.do(books.roll("2024-01-03", ["a"])), "DayRolled");
  expect(rolled?.days).toEqual([
    {
      portfolio: "a",
      date: "2024-01-02",
      timeZone: "UTC",
      startEquity: 993e6,
      endEquity: 1190e6,
      flows: 211e6,
      grossPnl: 1e6, // 1,190 − 993 − 211 + 15
      fees: 15e6,
      netPnl: -14e6,
      drawdown: 45_045_045, // 55 ÷ 1,221 in billionths
    },
  ]);
  // The fees of yesterday are not today's, whatever the rate does.
  books.mark({}, { EUR: "2" });
  const [next] = only(books.do(books.roll("2024-01-04", ["a"])), "DayRolled");
  expect(next?.days[0]).toMatchObject({ fees: 0, netPnl: 0, grossPnl: 0, drawdown: 0, startEquity: 1190e6 });
});

test("[MARK-8] a fall after the last mark is the day's, too", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.do(books.roll("2024-01-02", ["a"]));
  books.do(books.fee("100 USD", { portfolio: "a" }));
  const [rolled] = only(books.do(books.roll("2024-01-03", ["a"])), "DayRolled");
  expect(rolled?.days[0]).toMatchObject({ startEquity: 1000e6, endEquity: 900e6, fees: 100e6, grossPnl: 0, drawdown: 100_000_000 });
});

test("[MARK-8] days chain: each begins where the last one ended, and profit and flows of all days are the change in equity", () => {
  const kinds = new Set(["trade", "late", "correct", "fee", "income", "flow", "transfer", "mark", "roll"]);
  fc.assert(
    fc.property(anyActions(60), (actions) => {
      const player = new Player();
      player.play(actions.filter((action) => kinds.has(action.kind)));
      for (const [id] of player.books.engine.state.portfolios) {
        const days = player.books.records.flatMap(({ events }) =>
          only(events, "DayRolled").flatMap((event) => event.days.filter((day) => day.portfolio === id)),
        );
        days.forEach((day, index) => {
          const before = days[index - 1];
          if (before !== undefined) expect(day.startEquity).toBe(before.endEquity);
          expect(unitsOf(day.endEquity)).toBe(unitsOf(day.startEquity) + unitsOf(day.flows) + unitsOf(day.netPnl));
          expect(unitsOf(day.grossPnl)).toBe(unitsOf(day.netPnl) + unitsOf(day.fees));
          expect(unitsOf(day.drawdown)).toBeGreaterThanOrEqual(0);
        });
      }
    }),
    options,
  );
});

test("[MARK-9] ended orders leave the tables with the day, working ones stay, and the gate is as before", () => {
  const books = new Books();
  books.portfolio("a", "1000");
  books.trade("a", "SPY@X", "buy 1 @ 10");
  const working = books.order("a", "SPY@X", "buy 2 @ 10");
  books.do(books.roll("2024-01-02", ["a"]));
  expect([...books.engine.state.orders.values()].map((order) => order.venueOrder)).toEqual([working]);
  books.do(books.fillAsk(working, "SPY@X", "buy 2 @ 10"));
  books.trade("a", "SPY@X", "buy 97 @ 10");
  expect([books.position("a", "SPY@X"), books.cash("a")]).toEqual(["100", "0"]);
});
