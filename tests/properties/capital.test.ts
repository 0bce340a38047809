import type { Portfolio, View } from "@bulkhead/core";
import { valuePortfolio } from "@bulkhead/core";
import { add, formatAmount, isNegative, type Money, moneyOfUnits, parseRatio, type Ratio, subtract } from "@bulkhead/money";
import { capitalOf, type Runnable } from "@bulkhead/server";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { VirtualClock } from "../desk/virtual-clock.ts";
import { StillDesk } from "../kit/still-desk.ts";

const IDS = ["a", "b", "c"] as const;
const ALL = [...IDS, "unattributed"] as const;
type Who = (typeof ALL)[number];

type Action =
  | Readonly<{ type: "trade"; who: (typeof IDS)[number]; side: "buy" | "sell"; tens: number; price: number }>
  | Readonly<{ type: "mark"; price: number }>
  | Readonly<{ type: "transfer"; from: Who; to: Who; cents: number }>
  | Readonly<{ type: "move"; from: (typeof IDS)[number]; to: (typeof IDS)[number]; tens: number }>
  | Readonly<{ type: "rebalance"; among: readonly Who[]; weights: readonly number[]; drift: number | null; minimum: number }>
  | Readonly<{ type: "sweep"; from: readonly (typeof IDS)[number][]; to: Who; above: number | null; share: number }>;

const who = fc.constantFrom(...IDS);
const anyone = fc.constantFrom(...ALL);
const price = fc.integer({ min: 200, max: 2_000 });
const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constant("trade" as const),
    who,
    side: fc.constantFrom("buy" as const, "sell" as const),
    tens: fc.integer({ min: 2, max: 200 }),
    price,
  }),
  fc.record({ type: fc.constant("mark" as const), price }),
  fc.record({ type: fc.constant("transfer" as const), from: anyone, to: anyone, cents: fc.integer({ min: 1, max: 2_000_000 }) }),
  fc.record({ type: fc.constant("move" as const), from: who, to: who, tens: fc.integer({ min: 1, max: 100 }) }),
  fc.record({
    type: fc.constant("rebalance" as const),
    among: fc.shuffledSubarray([...ALL], { minLength: 2 }),
    weights: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 4, maxLength: 4 }),
    drift: fc.option(fc.integer({ min: 1, max: 300_000_000 })),
    minimum: fc.integer({ min: 0, max: 5_000 }),
  }),
  fc.record({
    type: fc.constant("sweep" as const),
    from: fc.shuffledSubarray([...IDS], { minLength: 1, maxLength: 2 }),
    to: anyone,
    above: fc.option(fc.integer({ min: 1, max: 40_000 })),
    share: fc.integer({ min: 1, max: 100 }),
  }),
);

const ratioOf = (units: number): Ratio => {
  const parsed = parseRatio(formatAmount(moneyOfUnits(units), 9));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};
const dollars = (amount: number): Money => moneyOfUnits(amount * 1_000_000);

/** Shares that sum to one whatever the weights. */
function targetsOf({ among, weights }: Extract<Action, { type: "rebalance" }>) {
  const parts = among.map((_, index) => weights[index] ?? 0);
  const total = parts.reduce((sum, part) => sum + part, 0);
  const scaled = parts.map((part) => (total === 0 ? 0 : Math.floor((part / total) * 1_000_000_000)));
  scaled[0] = 1_000_000_000 - scaled.slice(1).reduce((sum, part) => sum + part, 0);
  return among.map((portfolio, index) => ({ portfolio, weight: ratioOf(scaled[index] ?? 0) }));
}

/** What no movement of capital may change, of one portfolio: its profit, its fall from the highest, its day. */
function untouched(desk: StillDesk, portfolio: View<Portfolio>): readonly unknown[] {
  const { equity } = valuePortfolio(desk.account.state, portfolio);
  const { contributions, highWaterMark, day } = portfolio;
  const marked = portfolio.equity as Money;
  return [
    portfolio.id,
    subtract(equity, contributions as Money),
    subtract(highWaterMark as Money, marked),
    day === null ? null : [subtract(marked, day.flows as Money), subtract(day.high as Money, marked), day.fall],
  ];
}

const portfoliosOf = (desk: StillDesk): readonly View<Portfolio>[] => [...desk.account.state.portfolios.values()];
const sumsOf = (desk: StillDesk) =>
  portfoliosOf(desk).reduce(
    ({ equity, capital }, portfolio) => ({
      equity: add(equity, valuePortfolio(desk.account.state, portfolio).equity),
      capital: add(capital, portfolio.contributions as Money),
    }),
    { equity: moneyOfUnits(0), capital: moneyOfUnits(0) },
  );

class World {
  readonly desk = new StillDesk({}, () => 5_000);
  readonly capital = capitalOf(this.desk.account, { clock: new VirtualClock(0), folder: null, note: () => {} });
  mark = 1_000;
  #wishes = 0;

  constructor() {
    this.desk.account.with((books) => {
      for (const id of IDS) books.portfolio(id, "20000");
      books.do(books.roll("2026-03-04", [...IDS]));
      books.mark({ "LONG@X": "10" });
    });
  }

  /** True: capital moved, or was to. */
  async act(action: Action): Promise<boolean> {
    const { account } = this.desk;
    const text = (cents: number): string => (cents / 100).toFixed(2);
    switch (action.type) {
      case "trade": {
        const at = text(Math.round(action.price / 5) * 5);
        const ask = account.books.wish(action.who, "LONG@X", `${action.side} ${action.tens * 10}`, { quote: at, allowDuplicate: true });
        account.with((books) => {
          const step = books.run(ask);
          const order = step.ok ? step.events.find((event) => event.type === "OrderPlaced") : undefined;
          if (order?.type === "OrderPlaced")
            books.do(books.fillAsk(order.venueOrder, "LONG@X", `${action.side} ${action.tens * 10} @ ${at}`));
        });
        return false;
      }
      case "mark":
        this.mark = Math.round(action.price / 5) * 5;
        account.with((books) => books.mark({ "LONG@X": text(this.mark) }));
        return false;
      case "transfer":
        account.with((books) => books.run(books.transfer(action.from, action.to, `${text(action.cents)} USD`)));
        return true;
      case "move":
        account.with((books) => books.run(books.moveAsk(action.from, action.to, "LONG@X", `${action.tens * 10} @ ${text(this.mark)}`)));
        return true;
      case "rebalance":
      case "sweep":
        await this.#run(action);
        return true;
    }
  }

  async #run(action: Extract<Action, { type: "rebalance" | "sweep" }>): Promise<void> {
    this.#wishes += 1;
    const timing = { schedule: "0 0 * * *", timeZone: "UTC", catchUp: false } as const;
    const runnable: Runnable =
      action.type === "rebalance"
        ? {
            kind: "rebalance",
            id: "r",
            ...timing,
            targets: targetsOf(action),
            drift: action.drift === null ? null : ratioOf(action.drift),
            minimum: dollars(action.minimum),
            sell: false,
          }
        : {
            kind: "sweep",
            id: "s",
            ...timing,
            from: action.from,
            to: action.to,
            above: action.above === null ? "high-water-mark" : dollars(action.above),
            share: ratioOf(action.share * 10_000_000),
            minimum: dollars(0),
          };
    const occasion = { wish: `w${this.#wishes}`, by: "test", reason: "property" };
    const result = await this.capital.capital.run(runnable, occasion);
    const seq = this.desk.account.state.seq;
    expect(await this.capital.capital.run(runnable, occasion)).toMatchObject(
      result.ok && result.outcome.transfers.length > 0 ? { repeated: true } : {},
    );
    if (result.ok && result.outcome.transfers.length > 0) expect(this.desk.account.state.seq).toBe(seq);
  }
}

test("[CAP-20] I1 C29 S1.2 S1.109: no movement of capital changes a sum, a profit, a drawdown or a day's figures", async () => {
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(actions, { minLength: 5, maxLength: 40 }), async (list) => {
      const world = new World();
      const { desk } = world;
      for (const action of list) {
        const before = portfoliosOf(desk).map((portfolio) => untouched(desk, portfolio));
        const sums = sumsOf(desk);
        const { seq } = desk.account.state;
        if (!(await world.act(action))) continue;
        moved += desk.account.state.seq - seq;
        expect(portfoliosOf(desk).map((portfolio) => untouched(desk, portfolio))).toEqual(before);
        expect(sumsOf(desk)).toEqual(sums);
        for (const portfolio of portfoliosOf(desk))
          expect(isNegative(desk.account.state.portfolios.get(portfolio.id)?.ledger.get("USD" as never)?.cash as Money)).toBe(false);
      }
      desk.account.books.engine.audit();
    }),
    { numRuns: runs(300), seed: seed() },
  );
  expect(moved).toBeGreaterThan(runs(300));
});
