import { ratioOfUnits } from "@bulkhead/money";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Attached } from "../../../../tests/kit/attached.ts";
import { limits } from "../../../../tests/kit/desk.ts";
import { only } from "../../../../tests/kit/look.ts";

const SETTINGS = {
  shortRequirement: ratioOfUnits(500_000_000),
  marginRequirement: ratioOfUnits(100_000_000),
  feeReserve: ratioOfUnits(1_000_000),
  limits: limits({ collar: "1.5" }),
};

/** What an order asks for, and what the portfolio holds before. */
type Case = Readonly<{ instrument: string; held: number; side: "buy" | "sell"; quantity: number; limit?: number; stop?: number }>;
type Terms = Readonly<{ quantity: number; limit?: number | undefined; stop?: number | undefined }>;

const words = ({ quantity, limit, stop }: Terms) => ({
  quantity: String(quantity),
  ...(limit === undefined ? {} : { limit: String(limit) }),
  ...(stop === undefined ? {} : { stop: String(stop) }),
});

/** One order of alpha, acknowledged, with quote 10. */
class OneOrder {
  readonly desk: Attached = new Attached(SETTINGS);
  readonly #case: Case;
  filled = 0;

  constructor(kind: Case) {
    this.#case = kind;
    const { desk } = this;
    desk.portfolio("alpha", "1000000");
    if (kind.held > 0) desk.hold("alpha", kind.instrument, `buy ${kind.held}`, "10");
    if (kind.held < 0) desk.hold("alpha", kind.instrument, `sell ${-kind.held}`, "10");
    desk.do(desk.ack(desk.place("alpha", kind.instrument, `${kind.side} ${kind.quantity}`, words(kind)).venueOrder));
  }

  get #order() {
    const order = [...this.desk.engine.state.orders.values()].at(-1);
    if (order === undefined) throw new Error("no order");
    return order;
  }

  get #holdsCash(): boolean {
    return this.reserved().endsWith("USD");
  }

  reserved(): string {
    return this.desk.reserved(this.#order.id);
  }

  /** A person changes it. */
  ask(changes: Partial<Terms>): string {
    const text = Object.fromEntries(Object.entries(changes).map(([field, value]) => [field, String(value)]));
    return this.desk.refused(this.desk.replaceAsk(this.#order.id, this.#case.instrument, text));
  }

  /** The venue does not take the change. */
  refuse(refused: Terms, stays: Terms): void {
    this.desk.do(this.desk.replaceRejected(this.#order.id, words(refused), words(stays)));
  }

  /** A look shows the order with these terms. */
  look(shown: Terms): number {
    const { quantity, ...prices } = words(shown);
    const { venueOrder } = this.#order;
    const about = { ours: venueOrder, id: `v${venueOrder}`, filled: String(this.filled), ...prices };
    const report = this.desk.report(this.#case.instrument, `${this.#case.side} ${quantity}`, about);
    this.desk.at += 60_000;
    return only(this.desk.told({ open: [report], ended: [], since: 0 }), "OrderReplaced").length;
  }

  fill(quantity: number): void {
    this.desk.fill({ order: this.#order.id, venueOrder: this.#order.venueOrder }, `${quantity} @ ${this.#case.limit ?? 10}`);
    this.filled += quantity;
  }

  /** What a fresh order with these terms for what is open would hold back, at the position that there is. */
  fresh({ quantity, limit, stop }: Terms): string {
    const { instrument, side, held } = this.#case;
    const now = held + (side === "buy" ? this.filled : -this.filled);
    const isOpposite = now !== 0 && now > 0 === (side === "sell");
    const open = quantity - this.filled;
    const twin = new OneOrder({
      instrument,
      side,
      held: isOpposite ? now : 0,
      quantity: open,
      ...(limit === undefined ? {} : { limit }),
      ...(stop === undefined ? {} : { stop }),
    });
    // An order that was approved to open holds no units, also where all that is left of it closes.
    return this.#holdsCash && !twin.reserved().endsWith("USD") ? "0 USD" : twin.reserved();
  }
}

const limit = (instrument: string, side: "buy" | "sell", held = 0): Case => ({ instrument, side, held, quantity: 100, limit: 12 });

const HELD: readonly (readonly [string, Case])[] = [
  ["a buy", limit("SPY@X", "buy")],
  ["a short", limit("SPY@X", "sell")],
  ["a sale of what is held", limit("SPY@X", "sell", 100)],
  ["a sale of more than is held", limit("SPY@X", "sell", 40)],
  ["a buy that covers a short and more", limit("SPY@X", "buy", -40)],
  ["a buy that only covers", limit("SPY@X", "buy", -100)],
  ["a margined buy", limit("FUT@X", "buy")],
  ["a margined sale", limit("FUT@X", "sell")],
  ["a margined sale of more than is held", limit("FUT@X", "sell", 40)],
  ["a stop", { instrument: "SPY@X", side: "buy", held: 0, quantity: 100, stop: 12 }],
  ["a stop with a limit", { instrument: "SPY@X", side: "buy", held: 0, quantity: 100, stop: 11, limit: 12 }],
];
const FILLS = [0, 30] as const;
const ROWS = HELD.flatMap(([name, kind]) =>
  FILLS.map((filled) => [`${name}${filled === 0 ? "" : ", part filled"}`, kind, filled] as const),
);

function begun(kind: Case, filled: number): OneOrder {
  const one = new OneOrder(kind);
  if (filled > 0) one.fill(filled);
  return one;
}

/** The terms with every price one lower. */
const cheaper = ({ quantity, limit: worst, stop }: Terms): Terms => ({
  quantity,
  ...(worst === undefined ? {} : { limit: worst - 1 }),
  ...(stop === undefined ? {} : { stop: stop - 1 }),
});
const dearer = ({ quantity, limit: worst, stop }: Terms): Terms => ({
  quantity,
  ...(worst === undefined ? {} : { limit: worst + 1 }),
  ...(stop === undefined ? {} : { stop: stop + 1 }),
});
const pricesOf = ({ limit: worst, stop }: Terms): Partial<Terms> => ({
  ...(worst === undefined ? {} : { limit: worst }),
  ...(stop === undefined ? {} : { stop }),
});

describe.each(ROWS)("%s", (_name, kind, filled) => {
  test("[REC-31] [ORD-23] lower prices that the venue never read come back by a look, and it holds back what it did, however often (S3.43)", () => {
    const one = begun(kind, filled);
    const before = one.reserved();
    expect(before).toBe(one.fresh(kind));
    for (let times = 0; times < 3; times++) {
      expect(one.ask(pricesOf(cheaper(kind)))).toBe("admitted");
      expect(one.reserved()).toBe(before);
      expect([one.look(kind), one.reserved()]).toEqual([1, before]);
    }
  });

  test("[ORD-22] [ORD-23] lower prices that the venue refuses come back, and it holds back what it did", () => {
    const one = begun(kind, filled);
    const before = one.reserved();
    one.ask(pricesOf(cheaper(kind)));
    one.refuse(cheaper(kind), kind);
    expect([one.look(kind), one.reserved()]).toEqual([0, before]);
  });

  test.each([40, 60, 31])("[ORD-19] [ORD-23] less of it, %s, holds back less; refused or never read it holds back as before", (less) => {
    for (const way of ["refused", "never read"] as const) {
      const one = begun(kind, filled);
      const before = one.reserved();
      const smaller = { ...kind, quantity: less };
      expect(one.ask({ quantity: less })).toBe("admitted");
      expect(one.reserved()).toBe(one.fresh(smaller));
      if (way === "refused") one.refuse(smaller, kind);
      else one.look(kind);
      expect([way, one.reserved()]).toEqual([way, before]);
    }
  });

  test("[ORD-23] less of it that the venue took stays, at the price that it was approved for", () => {
    const one = begun(kind, filled);
    const changed = { ...cheaper(kind), quantity: 60 };
    one.ask({ ...pricesOf(changed), quantity: 60 });
    expect([one.look(changed), one.reserved()]).toEqual([0, one.fresh({ ...kind, quantity: 60 })]);
  });

  test("[REC-31] [ORD-23] what somebody made dearer there is held back for once, at the dearest that it was", () => {
    const one = begun(kind, filled);
    one.look(dearer(kind));
    const dear = one.reserved();
    expect(dear).toBe(one.fresh(dearer(kind)));
    for (const shown of [kind, dearer(kind), cheaper(kind), dearer(kind)]) {
      one.look(shown);
      expect(one.reserved()).toBe(dear);
    }
  });

  test("[REC-31] [ORD-23] what somebody made larger there holds back more, and as before once it is as before", () => {
    const one = begun(kind, filled);
    const before = one.reserved();
    // Units of what was held are all that such an order was approved for.
    const isOpening = before !== "0 USD" && !before.endsWith("SPY@X");
    one.look({ ...kind, quantity: 150 });
    if (isOpening) expect(one.reserved()).toBe(one.fresh({ ...kind, quantity: 150 }));
    one.look(kind);
    expect(one.reserved()).toBe(before);
  });
});

test("[ORD-22] [ORD-23] a sale whose change left only what closes holds cash again for what opens", () => {
  const one = new OneOrder(limit("SPY@X", "sell", 40));
  const before = one.reserved();
  one.ask({ quantity: 30 });
  expect(one.reserved()).toBe("0 USD");
  one.refuse({ quantity: 30, limit: 12 }, { quantity: 100, limit: 12 });
  expect([before, one.reserved()]).toEqual(["360.72 USD", "360.72 USD"]);
});

describe("what others do", () => {
  const desk = (): Attached => {
    const made = new Attached({ shortRequirement: ratioOfUnits(500_000_000) });
    made.portfolio("alpha");
    return made;
  };

  test("[ORD-15] of two sales the later one closes what the first leaves over, and goes on so although the first is canceled", () => {
    const both = desk();
    both.hold("alpha", "SPY@X", "buy 100", "10");
    const first = both.place("alpha", "SPY@X", "sell 60", { limit: "10" });
    const later = both.place("alpha", "SPY@X", "sell 60", { limit: "11" });
    const seen = [both.reserved(first.order), both.reserved(later.order)];
    both.fill(later, "10 @ 11");
    seen.push(both.reserved(later.order));
    both.do(both.replaceAsk(later.order, "SPY@X", { quantity: "55" }));
    both.canceled(first.venueOrder);
    both.fill(later, "5 @ 11");
    seen.push(both.reserved(later.order));
    expect(seen).toEqual(["60 SPY@X", "110 USD", "110 USD", "82.5 USD"]);
  });

  test("[ORD-15] a short keeps what it holds back while there is something that it could close: others may close that first", () => {
    const short = desk();
    const sale = short.place("alpha", "SPY@X", "sell 50", { limit: "11" });
    short.hold("alpha", "SPY@X", "buy 100", "10");
    short.fill(sale, "10 @ 11");
    expect(short.reserved(sale.order)).toBe("220 USD");
    short.do(short.replaceAsk(sale.order, "SPY@X", { quantity: "45" }));
    expect(short.reserved(sale.order)).toBe("192.5 USD");
    short.hold("alpha", "SPY@X", "sell 90", "10");
    expect([short.position("alpha", "SPY@X"), short.reserved(sale.order)]).toEqual(["0", "192.5 USD"]);
  });
});

type Move = Readonly<{ kind: "ask" | "refuse" | "look" | "look back" | "fill"; quantity: number; limit: number }>;
const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom("ask", "refuse", "look", "look back", "fill"),
  quantity: fc.integer({ min: 1, max: 150 }),
  limit: fc.integer({ min: 5, max: 20 }),
});
const limited = HELD.map(([, kind]) => kind).filter((kind) => kind.limit !== undefined && kind.stop === undefined);

test("[ORD-23] after any changes, refusals, looks and fills it holds back what a fresh order for what is open would, at the dearest price that it had", () => {
  fc.assert(
    fc.property(fc.constantFrom(...limited), fc.array(move, { maxLength: 12 }), (kind, moves) => {
      const one = new OneOrder(kind);
      const onlyCloses = one.reserved() === "0 USD" || one.reserved().endsWith("SPY@X");
      let now: Terms = { quantity: kind.quantity, limit: kind.limit };
      let before = now;
      let dearest = kind.limit ?? 0;
      for (const { kind: what, quantity, limit: price } of moves) {
        const wanted = { quantity: onlyCloses ? Math.min(quantity, 100) : quantity, limit: price };
        if (what === "ask" && one.ask(wanted) === "admitted") [before, now] = [now, wanted];
        if (what === "refuse" && before.quantity > one.filled) {
          one.refuse(now, before);
          now = before;
        }
        if ((what === "look" || what === "look back") && (what === "look" ? wanted : before).quantity > one.filled) {
          now = what === "look" ? wanted : before;
          before = now;
          one.look(now);
        }
        if (what === "fill" && now.quantity - one.filled > 1) one.fill(1 + (quantity % (now.quantity - one.filled - 1)));
        dearest = Math.max(dearest, now.limit ?? 0);
        expect([moves, one.reserved()]).toEqual([moves, one.fresh({ quantity: now.quantity, limit: dearest })]);
        one.desk.engine.audit();
      }
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
