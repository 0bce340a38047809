import { unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, Player } from "../../../../tests/kit/actions.ts";
import { Books } from "../../../../tests/kit/books.ts";
import type { LotMatching } from "./lot.ts";

const options = { numRuns: runs(1000), seed: seed() };
const METHODS = ["fifo", "lifo", "hifo", "average", "specific"] as const;

/** A portfolio and what it does, one thing a second. */
function blotter(lotMatching: LotMatching, instrument: string, trades: readonly string[], lots: readonly number[] = []): Books {
  const books = new Books();
  books.portfolio("a", "10000000", { lotMatching });
  for (const trade of trades) {
    books.at += 1000;
    books.trade("a", instrument, trade, { lots });
  }
  return books;
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // 1,500 − 1,050 … each: proceeds less the cost that left.
  ["[LOT-7] fifo: 10 at 100, 5 at 120",                "fifo",     [],     "350", ["5 for 600 USD", "10 for 1100 USD"]],
  ["[LOT-8] lifo: 10 at 110, 5 at 120",                "lifo",     [],     "250", ["10 for 1000 USD", "5 for 600 USD"]],
  ["[LOT-9] hifo: 10 at 120, 5 at 110",                "hifo",     [],     "200", ["10 for 1000 USD", "5 for 550 USD"]],
  ["[LOT-10] average: 15 of 30 for 3,300",             "average",  [],     "300", ["15 for 1650 USD"]],
  ["[LOT-11] specific: the third, then the first",     "specific", [3, 1], "350", ["5 for 500 USD", "10 for 1200 USD"]],
  ["[LOT-11] specific: named twice counts once",       "specific", [2, 2], "250", ["5 for 500 USD", "10 for 1100 USD"]],
  ["[LOT-11] specific: unknown names are passed over", "specific", [9, 3], "350", ["5 for 500 USD", "10 for 1200 USD"]],
  ["[LOT-11] specific without names is fifo",          "specific", [],     "350", ["5 for 600 USD", "10 for 1100 USD"]],
] as const)("%s: selling 15 at 130 (S0.26)", (_rule, method, lots, realized, left) => {
  const books = blotter(method, "SPY@X", ["buy 10 @ 100", "buy 10 @ 120", "buy 10 @ 110", "sell 15 @ 130"], lots);
  expect([books.realized("a"), books.lots("a", "SPY@X")]).toEqual([realized, left]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // Sold 10 at 100, 120, 110; covering 15 at 90 costs 1,350; proceeds of the lots consumed less that.
  ["[LOT-7] fifo: 1,000 + 600",    "fifo",    "250", ["-5 for -600 USD", "-10 for -1100 USD"]],
  ["[LOT-8] lifo: 1,100 + 600",    "lifo",    "350", ["-10 for -1000 USD", "-5 for -600 USD"]],
  ["[LOT-9] hifo: 1,000 + 550",    "hifo",    "200", ["-10 for -1200 USD", "-5 for -550 USD"]],
  ["[LOT-10] average: 1,650",      "average", "300", ["-15 for -1650 USD"]],
] as const)("[LOT-1] %s: covering 15 of a short (S3.13)", (_rule, method, realized, left) => {
  const books = blotter(method, "SPY@X", ["sell 10 @ 100", "sell 10 @ 120", "sell 10 @ 110", "buy 15 @ 90"]);
  expect([books.realized("a"), books.lots("a", "SPY@X")]).toEqual([realized, left]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["[LOT-3] the same side adds a lot",    ["buy 10 @ 100", "buy 5 @ 90"],                 "0",   ["10 for 1000 USD", "5 for 450 USD"]],
  ["[LOT-3] exactly to flat",             ["buy 10 @ 100", "sell 10 @ 90"],               "-100", []],
  ["[LOT-3] long to short in one fill",   ["buy 10 @ 100", "sell 25 @ 110"],              "100", ["-15 for -1650 USD"]],
  ["[LOT-3] short to long in one fill",   ["sell 10 @ 100", "buy 25 @ 90"],               "100", ["15 for 1350 USD"]],
  ["[LOT-6] a loss on the way to short",  ["buy 10 @ 100", "buy 10 @ 50", "sell 30 @ 60"], "-300", ["-10 for -600 USD"]],
] as const)("%s (S3.40)", (_rule, trades, realized, left) => {
  for (const method of METHODS.filter((each) => each !== "average")) {
    const books = blotter(method, "SPY@X", trades);
    expect([books.realized("a"), books.lots("a", "SPY@X")], method).toEqual([realized, left]);
  }
});

test("[LOT-10] a flip resets the average: the new side has its own cost (S3.40)", () => {
  const books = blotter("average", "SPY@X", ["buy 10 @ 100", "buy 10 @ 50", "sell 30 @ 60", "buy 2 @ 50", "sell 4 @ 90"]);
  // 20 for 1,500; sold at 1,200: −300. Then −10 for −600, two covered for 100: +20; −8 for −480 and −4 for −360.
  expect([books.realized("a"), books.lots("a", "SPY@X")]).toEqual(["-280", ["-12 for -840 USD"]]);
});

test("[LOT-4] the closing part is rounded half to even, the opening part takes the rest", () => {
  // 3 units of 10^-8 BTC at 33,333.33 are 999.99 → 1,000 units of 10^-6 USD: one third closes (333), 667 open.
  const books = blotter("fifo", "BTC-USD@X", ["buy 0.00000001 @ 33333.33", "sell 0.00000003 @ 33333.33"]);
  expect([books.realized("a"), books.lots("a", "BTC")]).toEqual(["0", ["-0.00000002 for -0.000667 USD"]]);
});

test("[LOT-5] parts of a lot sum to its cost: 33, then half of 67 is 34 (even), then the rest", () => {
  const books = new Books();
  books.portfolio("a");
  books.trade("a", "FRAC@X", "buy 0.000003 @ 33.33"); // 99.99 → 100 units
  const left = [books.lots("a", "FRAC@X")];
  for (let i = 0; i < 3; i++) {
    books.trade("a", "FRAC@X", "sell 0.000001 @ 33.33"); // 33.33 → 33 units each
    left.push(books.lots("a", "FRAC@X"));
  }
  expect(left).toEqual([["0.000003 for 0.0001 USD"], ["0.000002 for 0.000067 USD"], ["0.000001 for 0.000033 USD"], []]);
  expect(books.realized("a")).toBe("-0.000001"); // 99 − 100
});

test("[LOT-2] ids are one sequence per account; a pool takes none and keeps its own", () => {
  const books = new Books();
  books.portfolio("a");
  books.portfolio("pool", "100000", { lotMatching: "average" });
  books.trade("a", "SPY@X", "buy 1 @ 10");
  books.trade("pool", "SPY@X", "buy 1 @ 10");
  books.trade("pool", "SPY@X", "buy 1 @ 12");
  books.trade("a", "BTC-USD@X", "buy 1 @ 10");
  expect([books.lotIds("a", "SPY@X"), books.lotIds("pool", "SPY@X"), books.lotIds("a", "BTC")]).toEqual([[1], [2], [3]]);
});

test("[LOT-2, LOT-8] lots stand by the instant they were acquired, also those that came later by transfer; at one instant by id", () => {
  const books = new Books();
  books.portfolio("old");
  books.portfolio("a", "100000", { lotMatching: "lifo" });
  books.trade("old", "SPY@X", "buy 1 @ 10");
  books.at += 1000;
  books.trade("a", "SPY@X", "buy 1 @ 20");
  books.trade("a", "SPY@X", "buy 1 @ 30");
  books.do(books.moveAsk("old", "a", "SPY@X", "1 @ 25"));
  expect(books.lots("a", "SPY@X")).toEqual(["1 for 10 USD", "1 for 20 USD", "1 for 30 USD"]);
  books.trade("a", "SPY@X", "sell 1 @ 40");
  expect(books.lots("a", "SPY@X")).toEqual(["1 for 10 USD", "1 for 20 USD"]);
});

test("[LOT-9] ties go in order of acquisition, unit costs are compared exactly", () => {
  const books = blotter("hifo", "SPY@X", ["buy 3 @ 10", "buy 1 @ 10", "buy 2 @ 9.99", "sell 3 @ 10"]);
  expect(books.lotIds("a", "SPY@X")).toEqual([2, 3]);
});

test("[LOT-9] of lots kept in another currency those of the trade's own go first", () => {
  const books = new Books();
  books.mark({}, { EUR: "1.1" });
  books.portfolio("a", "1000", { lotMatching: "hifo" });
  books.deposit("a", "1000 EUR");
  books.trade("a", "BTC-EUR@X", "buy 1 @ 200");
  books.trade("a", "BTC-USD@X", "buy 1 @ 100");
  books.trade("a", "BTC-USD@X", "sell 1 @ 150");
  expect([books.lots("a", "BTC"), books.realized("a")]).toEqual([["1 for 200 EUR"], "50"]);
});

test("[LOT-10] an average holding is one pool per cost asset, consumed oldest pool first", () => {
  const books = new Books();
  books.mark({}, { EUR: "1.5" });
  books.portfolio("a", "1000", { lotMatching: "average" });
  books.deposit("a", "1000 EUR");
  for (const [instrument, what] of [
    ["BTC-EUR@X", "1 @ 100"],
    ["BTC-USD@X", "1 @ 100"],
    ["BTC-EUR@X", "1 @ 200"],
  ] as const) {
    books.at += 1000;
    books.trade("a", instrument, `buy ${what}`);
  }
  expect(books.lots("a", "BTC")).toEqual(["2 for 300 EUR", "1 for 100 USD"]);
  books.trade("a", "BTC-USD@X", "sell 1 @ 250"); // 150 EUR are 225 USD
  expect([books.lots("a", "BTC"), books.realized("a")]).toEqual([["1 for 150 EUR", "1 for 100 USD"], "25"]);
});

test("[LOT-12] average needs one lot per holding; every other change is free, and counts from the next trade", () => {
  const books = blotter("fifo", "SPY@X", ["buy 1 @ 10", "buy 1 @ 20", "buy 1 @ 15"]);
  expect(books.refused(books.configure("a", { lotMatching: "average" }))).toBe("PORTFOLIO_NOT_FLAT");
  books.do(books.configure("a", { lotMatching: "hifo" }));
  books.trade("a", "SPY@X", "sell 1 @ 30");
  books.do(books.configure("a", { lotMatching: "lifo" }));
  books.trade("a", "SPY@X", "sell 1 @ 30");
  expect([books.realized("a"), books.lots("a", "SPY@X")]).toEqual(["25", ["1 for 10 USD"]]);
  books.do(books.configure("a", { lotMatching: "average" }));
});

test("[LOT-1] lots of a holding share a sign and sum to position and cost, whatever happens (I7)", () => {
  fc.assert(
    fc.property(anyActions(60), (actions) => {
      const player = new Player();
      player.play(actions);
      for (const portfolio of player.books.engine.state.portfolios.values()) {
        const costs = new Map<string, bigint>();
        for (const [asset, holding] of portfolio.holdings) {
          const quantities = holding.lots.map((lot) => unitsOf(lot.quantity as never));
          expect(new Set(quantities.map(Math.sign)).size).toBe(1);
          expect(quantities).not.toContain(0);
          expect(quantities.reduce((sum, each) => sum + each, 0)).toBe(unitsOf(portfolio.ledger.get(asset)?.position as never));
          const order = holding.lots.map((lot) => [lot.openedAt, lot.id] as const);
          expect(order).toEqual(order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
          for (const lot of holding.lots) costs.set(lot.costAsset, (costs.get(lot.costAsset) ?? 0n) + BigInt(unitsOf(lot.cost as never)));
        }
        for (const [asset, balances] of portfolio.ledger) expect(BigInt(unitsOf(balances.cost as never))).toBe(costs.get(asset) ?? 0n);
      }
    }),
    options,
  );
});

const fills = fc.array(
  fc.record({
    buy: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 500 }),
    price: fc.integer({ min: 1, max: 30_000 }),
    parts: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Cash, position and realized P&L after the fills, each in so many parts, and then flat. */
function runFills(
  method: LotMatching,
  each: readonly Readonly<{ buy: boolean; quantity: number; price: number; parts: number }>[],
  split: boolean,
) {
  const books = new Books();
  books.portfolio("a", "500000000", { lotMatching: method });
  let held = 0;
  for (const { buy, quantity, price, parts } of each) {
    books.at += 1000;
    held += buy ? quantity : -quantity;
    const sizes = split ? partsOf(quantity, parts) : [quantity];
    for (const size of sizes) books.trade("a", "SPY@X", `${buy ? "buy" : "sell"} ${size} @ ${(price / 100).toFixed(2)}`);
  }
  const open = [books.cash("a"), books.position("a", "SPY@X"), books.realized("a")] as const;
  if (held !== 0) books.trade("a", "SPY@X", `${held > 0 ? "sell" : "buy"} ${Math.abs(held)} @ 77.77`);
  return { open, flat: [books.cash("a"), books.position("a", "SPY@X"), books.realized("a")] as const };
}

const partsOf = (quantity: number, parts: number): readonly number[] => {
  const most = Math.min(parts, quantity);
  return Array.from({ length: most }, (_, i) => (i === 0 ? quantity - (most - 1) : 1));
};

test("[LOT-13] a fill in parts gives the same position and cash, and the same realized P&L when flat again (S3.39, I8)", () => {
  fc.assert(
    fc.property(fills, fc.constantFrom(...METHODS), (each, method) => {
      const whole = runFills(method, each, false);
      const parts = runFills(method, each, true);
      expect(parts.open.slice(0, 2)).toEqual(whole.open.slice(0, 2));
      expect(parts.flat).toEqual(whole.flat);
      const count = each.reduce((sum, fill) => sum + fill.parts, 0) + 12;
      expect(Math.abs(Number(parts.open[2]) - Number(whole.open[2]))).toBeLessThanOrEqual((count / 2) * 1e-6 + 1e-9);
    }),
    { ...options, numRuns: runs(500) },
  );
});

test("[LOT-6] realized P&L is proceeds less cost, so that cash is what came in plus what was realized when flat (S3.13)", () => {
  fc.assert(
    fc.property(fills, fc.constantFrom(...METHODS), (each, method) => {
      const { flat } = runFills(method, each, false);
      expect(Number(flat[0])).toBeCloseTo(500_000_000 + Number(flat[2]), 5);
      expect(flat[1]).toBe("0");
    }),
    { ...options, numRuns: runs(500) },
  );
});

test("[LOT-13] the order of fills at one price does not matter for position and cash (S3.44)", () => {
  fc.assert(
    fc.property(fills, fc.nat(), (each, turn) => {
      const books = new Books();
      const other = new Books();
      const turned = [...each.slice(turn % each.length), ...each.slice(0, turn % each.length)];
      for (const [desk, list] of [
        [books, each],
        [other, turned],
      ] as const) {
        desk.portfolio("a", "500000000");
        const orders = list.map((fill) => ({
          fill,
          order: desk.order("a", "SPY@X", `${fill.buy ? "buy" : "sell"} ${fill.quantity} @ ${(fill.price / 100).toFixed(2)}`),
        }));
        for (const { fill, order } of orders)
          desk.do(desk.fillAsk(order, "SPY@X", `${fill.buy ? "buy" : "sell"} ${fill.quantity} @ ${(fill.price / 100).toFixed(2)}`));
      }
      expect([other.cash("a"), other.position("a", "SPY@X")]).toEqual([books.cash("a"), books.position("a", "SPY@X")]);
      const total = (desk: Books): number => Number(desk.realized("a")) - Number(desk.balance("a", "cost"));
      expect(total(other)).toBeCloseTo(total(books), 5);
    }),
    { ...options, numRuns: runs(300) },
  );
});
