import type { CommandOf } from "@bulkhead/core";
import { ratioOfUnits, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { hour, type Row, Stage } from "./test-stage.ts";

const price = fc.integer({ min: 950, max: 1050 });
const row: fc.Arbitrary<Row> = fc.tuple(price, price, price, price, fc.integer({ min: 0, max: 60 })).map(([a, b, c, d, volume]) => {
  const sorted = [a, b, c, d].sort((x, y) => x - y);
  return [b, sorted[3] ?? a, sorted[0] ?? a, c, volume];
});
const order = fc.record({
  side: fc.constantFrom("buy" as const, "sell" as const),
  quantity: fc.integer({ min: 1, max: 40 }),
  limit: fc.option(price, { nil: undefined }),
  stop: fc.option(price, { nil: undefined }),
  timeInForce: fc.constantFrom("gtc" as const, "day" as const, "ioc" as const, "fok" as const),
  arrives: fc.integer({ min: 0, max: 7 }),
});
const market = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 8 }),
  orders: fc.array(order, { minLength: 1, maxLength: 6 }),
  share: fc.constantFrom(100_000_000, 500_000_000, 1_000_000_000),
  ticks: fc.integer({ min: 0, max: 3 }),
});
type Market = typeof market extends fc.Arbitrary<infer T> ? T : never;

function play({ rows, orders, share, ticks }: Market) {
  const stage = new Stage(rows, { volumeShare: ratioOfUnits(share), slippage: { ratio: ratioOfUnits(0), ticks } });
  const sent: Market["orders"][number][] = [];
  for (let bar = 0; bar < rows.length; bar += 1) {
    for (const each of orders) {
      if (each.arrives !== bar) continue;
      const { arrives: _, limit, stop, ...terms } = each;
      stage.send({ ...terms, ...(limit === undefined ? {} : { limit }), ...(stop === undefined ? {} : { stop }) }, hour(bar));
      sent.push(each);
    }
    stage.show(bar, bar + 1);
  }
  const fills = stage.facts.filter((fact): fact is CommandOf<"RecordExecution"> => fact.type === "RecordExecution");
  return { stage, sent, fills };
}

test("[SIM-21] laws of filling: limits, volume, quantity, all or nothing, the range of the bar, one end per order", () => {
  fc.assert(
    fc.property(market, (generated) => {
      const { stage, sent, fills } = play(generated);
      const used = new Map<number, number>();
      const filled = new Map<number, number>();
      for (const fill of fills) {
        const number = fill.venueOrder ?? 0;
        const of = sent[number - 1];
        if (of === undefined) throw new Error(`no order ${number}`);
        const sign = of.side === "buy" ? 1 : -1;
        const atOpen =
          fill.at < hour(of.arrives + 1) ||
          generated.rows.some((_, i) => fill.at === hour(i) && unitsOf(fill.price) === generated.rows[i]?.[0]);
        if (of.limit !== undefined) expect((of.limit - unitsOf(fill.price)) * sign).toBeGreaterThanOrEqual(0);
        // Within the range of the bar, but for slippage against the order.
        const bars = generated.rows.filter((_, i) => fill.at === hour(i) || fill.at === hour(i + 1));
        expect(
          atOpen || bars.some((bar) => unitsOf(fill.price) >= bar[2] - generated.ticks && unitsOf(fill.price) <= bar[1] + generated.ticks),
        ).toBe(true);
        filled.set(number, (filled.get(number) ?? 0) + unitsOf(fill.quantity));
        expect(unitsOf(fill.quantity)).toBeGreaterThan(0);
        if (of.timeInForce === "fok") expect(unitsOf(fill.quantity)).toBe(of.quantity);
      }
      for (const [number, quantity] of filled) expect(quantity).toBeLessThanOrEqual(sent[number - 1]?.quantity ?? 0);
      for (const fact of stage.facts) {
        if (fact.type === "RecordExecution" && fact.at % hour(1) === 0)
          used.set(fact.at, (used.get(fact.at) ?? 0) + unitsOf(fact.quantity));
      }
      for (const [at, quantity] of used) {
        const bar = at / hour(1); // Fills at this instant: inside the bar that closes now and at the open of the next one.
        const bound = [bar - 1, bar]
          .map((i) => generated.rows[i]?.[4] ?? 0)
          .map((volume) => (volume === 0 ? Number.POSITIVE_INFINITY : Math.floor((volume * generated.share) / 1e9)));
        expect(quantity).toBeLessThanOrEqual((bound[0] ?? 0) + (bound[1] ?? 0));
      }
      const ends = stage.facts.filter(
        (fact) => fact.type === "RecordCancel" || fact.type === "RecordExpiry" || fact.type === "RecordReject",
      );
      expect(new Set(ends.map((fact) => ("venueOrder" in fact ? fact.venueOrder : 0))).size).toBe(ends.length);
    }),
    { numRuns: runs(5_000), seed: seed() },
  );
});

test("[SIM-22] the same orders and data give the same facts", () => {
  fc.assert(
    fc.property(market, (generated) => {
      expect(play(generated).stage.facts).toEqual(play(generated).stage.facts);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
