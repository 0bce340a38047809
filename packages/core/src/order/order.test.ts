import { describe, expect, test } from "vitest";
import { Desk, type Placed } from "../../../../tests/kit/desk.ts";
import { isTerminal, mayBecome, type OrderStatus } from "./order.ts";

const FACTS = ["sent", "unknown", "ack", "reject", "cancel", "expiry", "cancel asked", "part filled", "filled"] as const;
type Fact = (typeof FACTS)[number];

// biome-ignore format: the table is docs/spec/orders.md's, cell by cell.
const GRAPH: Readonly<Record<string, readonly string[]>> = {
  //          sent      unknown    ack        reject      cancel      expiry     cancel asked  part filled  filled
  sending:   ["sending", "unknown", "working",  "rejected", "canceled", "expired", "canceling", "working",   "filled"],
  unknown:   ["unknown", "unknown", "working",  "rejected", "canceled", "expired", "canceling", "working",   "filled"],
  working:   ["working", "working", "working",  "rejected", "canceled", "expired", "canceling", "working",   "filled"],
  canceling: ["canceling", "canceling", "canceling", "rejected", "canceled", "expired", "canceling", "canceling", "filled"],
  filled:    ["filled", "filled", "filled", "filled", "filled", "filled", "ORDER_ENDED", "filled", "filled"],
  canceled:  ["canceled", "canceled", "canceled", "canceled", "canceled", "canceled", "ORDER_ENDED", "canceled", "filled"],
  rejected:  ["rejected", "rejected", "rejected", "rejected", "rejected", "rejected", "ORDER_ENDED", "rejected", "filled"],
  expired:   ["expired", "expired", "expired", "expired", "expired", "expired", "ORDER_ENDED", "expired", "filled"],
};
const REACHED_BY: Readonly<Record<string, readonly Fact[]>> = {
  sending: [],
  unknown: ["unknown"],
  working: ["ack"],
  canceling: ["cancel asked"],
  filled: ["filled"],
  canceled: ["cancel"],
  rejected: ["reject"],
  expired: ["expiry"],
};

/** A buy of 100, and what is told about it. */
class Told extends Desk {
  readonly placed: Placed;

  constructor() {
    super();
    this.portfolio("alpha");
    this.placed = this.place("alpha", "SPY@X", "buy 100");
  }

  tell(fact: Fact): string {
    const { order, venueOrder } = this.placed;
    const left = 100 - Number(this.row(order).filled);
    const asks = {
      sent: () => this.sent(venueOrder, "sent"),
      unknown: () => this.sent(venueOrder, "unknown"),
      ack: () => this.ack(venueOrder),
      reject: () => this.fact("RecordReject", venueOrder),
      cancel: () => this.fact("RecordCancel", venueOrder),
      expiry: () => this.fact("RecordExpiry", venueOrder),
      "cancel asked": () => this.cancelAsk(order),
      "part filled": () => this.fillAsk(venueOrder, "SPY@X", "buy 1 @ 10"),
      filled: () => this.fillAsk(venueOrder, "SPY@X", `buy ${left < 1 ? 1 : left} @ 10`),
    };
    const refusal = this.refused(asks[fact]());
    return refusal === "admitted" ? this.status(order) : refusal;
  }
}

describe("the graph", () => {
  const cells = Object.entries(GRAPH).flatMap(([from, row]) => row.map((to, i) => [from, FACTS[i] as Fact, to] as const));

  test.each(cells)("[ORD-7] %s and %s: %s (I11)", (from, fact, to) => {
    const told = new Told();
    for (const step of REACHED_BY[from] ?? []) told.tell(step);
    expect(told.status(told.placed.order)).toBe(from);
    expect(told.tell(fact)).toBe(to);
  });

  test("[ORD-7] what the table has is what mayBecome allows, and every move in it is one", () => {
    for (const [from, , to] of cells) {
      if (to === "ORDER_ENDED" || to === from) continue;
      expect(mayBecome(from as OrderStatus, to as OrderStatus), `${from} to ${to}`).toBe(true);
    }
    for (const ended of ["canceled", "rejected", "expired"] as const)
      for (const next of ["sending", "unknown", "working", "canceling", "canceled", "rejected", "expired"] as const)
        expect(mayBecome(ended, next)).toBe(false);
    expect(mayBecome("filled", "canceled")).toBe(false);
  });

  test.each(cells)("[ORD-8] %s and %s twice is as once (I17)", (from, fact) => {
    const told = new Told();
    for (const step of REACHED_BY[from] ?? []) told.tell(step);
    // The same execution twice: only its first counts.
    const ask = fact.includes("fill") ? told.fillAsk(told.placed.venueOrder, "SPY@X", "buy 1 @ 10", { executionId: "same" }) : null;
    const tell = () => (ask === null ? told.tell(fact) : told.refused(ask));
    tell();
    const { seq } = told.engine.state;
    const { filled } = told.row(told.placed.order);
    tell();
    expect(told.engine.state.seq).toBe(seq);
    expect(told.row(told.placed.order).filled).toBe(filled);
  });

  test("[ORD-7] the four ends are terminal and nothing else is", () => {
    const ends = Object.keys(GRAPH).filter((status) => isTerminal(status as OrderStatus));
    expect(ends).toEqual(["filled", "canceled", "rejected", "expired"]);
    expect(isTerminal("routing")).toBe(false);
  });
});

test("[ORD-1] orders and venue orders count from 1 over all portfolios, and lead back to theirs (S0.52, S2.18, C12)", () => {
  const desk = new Desk();
  desk.portfolio("alpha");
  desk.portfolio("beta");
  const placed = ["alpha", "beta", "alpha"].map((id) => desk.place(id, "SPY@X", "buy 10"));
  expect(placed.map(({ order, venueOrder }) => [order, venueOrder])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(placed.map(({ order }) => desk.row(order).portfolio)).toEqual(["alpha", "beta", "alpha"]);
  const [, second] = placed;
  if (second === undefined) throw new Error("no order");
  desk.fill(second, "10 @ 10");
  expect([desk.position("alpha", "SPY@X"), desk.position("beta", "SPY@X")]).toEqual(["0", "10"]);
});

test("[ORD-6] a venue order serves one order, and the venue order it is sent as says whose it is", () => {
  const desk = new Desk();
  desk.portfolio("alpha");
  const step = desk.run(desk.wish("alpha", "SPY@X", "buy 10"));
  if (!step.ok) throw new Error(step.refusal.code);
  expect(step.effects).toMatchObject([{ type: "SubmitOrder", venueOrder: 1, epoch: 0, portfolio: "alpha", order: 1, trigger: null }]);
  expect(desk.engine.state.venueOrders.get(1 as never)?.orders).toEqual([1]);
});
