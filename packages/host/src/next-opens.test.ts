import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { NextOpens } from "./next-opens.ts";

test("[HOST-3] markets open in order of instant, then of market", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }), (instants) => {
      const opens = new NextOpens(instants.length);
      expect(opens.at).toBe(Number.POSITIVE_INFINITY);
      instants.forEach((at, market) => {
        opens.add(market, market + 100, at);
      });
      const order: (readonly [number, number])[] = [];
      while (opens.at !== Number.POSITIVE_INFINITY) {
        expect(opens.bar).toBe(opens.market + 100);
        expect(opens.has(opens.market)).toBe(true);
        order.push([opens.at, opens.market]);
        opens.drop();
      }
      const sorted = instants.map((at, market) => [at, market] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(order).toEqual(sorted);
      expect(opens.has(0)).toBe(false);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
