import { isTerminal, type Order, type View } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import { stateDigest } from "@bulkhead/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { Attached } from "../kit/attached.ts";
import { ACCOUNT, ofInstrument, ofPortfolio } from "../kit/desk.ts";
import { replayed } from "../kit/look.ts";

const INSTRUMENTS = ["SPY@X", "SPIN@X"] as const;
const WHO = ["alpha", "beta"] as const;
const KINDS = [
  "place",
  "place",
  "fill",
  "fill",
  "cancel",
  "end",
  "end many",
  "unknown",
  "kill",
  "kill",
  "clear",
  "mode",
  "ready",
  "wait",
] as const;
type Move = Readonly<{ kind: (typeof KINDS)[number]; who: number; what: number; units: number; pick: number }>;

const move = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat(1),
  what: fc.nat(1),
  units: fc.integer({ min: 1, max: 60 }),
  pick: fc.nat(50),
});

/** Two portfolios in one account: orders that rest, fill in parts and end, kills and modes in any order. */
class Theater {
  readonly desk = new Attached({ overAllocation: true });

  constructor() {
    for (const who of WHO) {
      this.desk.portfolio(who, "100000");
      this.desk.hold(who, "SPY@X", "buy 100", "10");
    }
    this.desk.hold("beta", "SPIN@X", "sell 40", "10");
    this.desk.mark({ "SPY@X": "10", "SPIN@X": "10" });
  }

  get open(): readonly View<Order>[] {
    return [...this.desk.engine.state.orders.values()].filter(({ status }) => !isTerminal(status));
  }

  play({ kind, who, what, units, pick }: Move): void {
    const { desk } = this;
    desk.at += 1_000;
    const portfolio = WHO[who] ?? "alpha";
    const instrument = INSTRUMENTS[what] ?? "SPY@X";
    const order = this.open[pick % Math.max(1, this.open.length)];
    const scope = [ACCOUNT, ofPortfolio(portfolio), ofInstrument(instrument)][pick % 3] ?? ACCOUNT;
    switch (kind) {
      case "place": {
        const side = pick % 2 === 0 ? "sell" : "buy";
        // Nobody turns a position round on purpose: then an exit that is on its way would be his.
        const reduceOnly = (side === "sell") === this.held(portfolio, instrument) >= 0;
        desk.run(desk.wish(portfolio, instrument, `${side} ${units}`, { limit: String(9 + (pick % 3)), reduceOnly }));
        return;
      }
      case "fill":
        if (order !== undefined) this.fill(order, 1 + (units % Math.max(1, this.left(order))));
        return;
      case "cancel":
        if (order !== undefined) desk.run(desk.cancelAsk(order.id));
        return;
      case "end":
        if (order !== undefined) desk.run(desk.fact(pick % 2 === 0 ? "RecordCancel" : "RecordReject", order.venueOrder));
        return;
      case "end many":
        this.#endMany();
        return;
      case "unknown":
        if (order !== undefined) desk.run(desk.sent(order.venueOrder, "unknown"));
        return;
      case "kill":
        desk.run(desk.killAsk(scope, pick % 5 === 0 ? "cancel" : "flatten"));
        return;
      case "clear":
        desk.run(desk.clearAsk(scope));
        return;
      case "mode":
        desk.run(desk.modeAsk(scope, pick % 4 === 0 ? "reduce_only" : "cancel_only"));
        return;
      case "ready":
        desk.run(desk.modeAsk(scope, "ready"));
        return;
      default:
        desk.at += 60_000;
    }
  }

  /** Whole units of an order that are not filled. */
  left(order: View<Order>): number {
    return this.#units(order.instrument, order.quantity) - this.#units(order.instrument, order.filled);
  }

  fill(order: View<Order>, units: number): void {
    this.desk.do(this.desk.fillAsk(order.venueOrder, order.instrument, `${order.side} ${units} @ 10`));
  }

  /** One look that shows everything that was asked to end as ended. */
  #endMany(): void {
    const ended = this.open.filter(({ status }) => status === "canceling");
    const report = (order: View<Order>) =>
      this.desk.report(order.instrument, `${order.side} ${this.#units(order.instrument, order.quantity)}`, {
        ours: order.venueOrder,
        id: `p${order.venueOrder}`,
        filled: String(this.#units(order.instrument, order.filled)),
        status: "canceled",
        ...(order.limit === null ? {} : { limit: String(Number(order.limit) / 100) }),
      });
    const works = this.open
      .filter(({ status }) => status !== "canceling")
      .map((order) => ({ ...report(order), status: "working" as const }));
    this.desk.told({ open: works, ended: ended.map(report), since: 0 });
  }

  #units(instrument: string, quantity: Order["quantity"] | View<Order>["filled"]): number {
    return Math.round(unitsOf(quantity as Order["quantity"]) / 10 ** this.desk.listing(instrument).base.scale);
  }

  held(who: string, instrument: string): number {
    return Number(this.desk.position(who, instrument));
  }

  /** Exits that work never close more than is held: nothing turns round. */
  expectNoneOversold(): void {
    for (const who of WHO)
      for (const instrument of INSTRUMENTS) {
        const exits = this.open.filter((order) => order.portfolio === who && order.instrument === instrument && order.origin === "kill");
        const closing = exits.reduce((sum, order) => sum + (order.side === "sell" ? 1 : -1) * this.left(order), 0);
        const held = this.held(who, instrument);
        expect(Math.abs(closing), `${who} ${instrument}`).toBeLessThanOrEqual(Math.abs(held));
        if (closing !== 0) expect(Math.sign(closing)).toBe(Math.sign(held));
      }
  }

  /** Every mode is lifted, every order ends, every exit fills. */
  settle(): void {
    const { desk } = this;
    for (const scope of [ACCOUNT, ...WHO.map(ofPortfolio), ...INSTRUMENTS.map(ofInstrument)]) desk.run(desk.modeAsk(scope, "ready"));
    desk.run(desk.killAsk(ACCOUNT, "flatten", "the end"));
    for (let turn = 0; this.open.length > 0; turn++) {
      expect(turn).toBeLessThan(100);
      for (const order of this.open)
        if (order.origin === "kill" && order.status !== "canceling") this.fill(order, this.left(order));
        else desk.run(desk.fact("RecordCancel", order.venueOrder));
    }
  }
}

test("[CTL-6] [CTL-13] whatever rests, fills, ends or is held back around a flatten, nothing is sold twice and all of it closes in the end (I15, I24, I17)", () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 5, maxLength: 40, size: "max" }), (moves) => {
      const theater = new Theater();
      for (const each of moves) {
        theater.play(each);
        theater.expectNoneOversold();
      }
      theater.settle();
      for (const who of WHO) for (const instrument of INSTRUMENTS) expect(theater.held(who, instrument), `${who} ${instrument}`).toBe(0);
      theater.desk.engine.audit();
      expect(stateDigest(replayed(theater.desk).state)).toBe(stateDigest(theater.desk.engine.state));
    }),
    { numRuns: runs(2_000), seed: seed() },
  );
});
