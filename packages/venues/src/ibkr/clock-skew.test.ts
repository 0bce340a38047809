import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { ClockSkew } from "./clock-skew.ts";

const told = (skewMs: number, ...asked: readonly (readonly [askedAt: number, heardAt: number])[]): number | null => {
  const skew = new ClockSkew();
  for (const [askedAt, heardAt] of asked)
    skew.learn({ askedAt, heardAt, second: Math.floor((askedAt + heardAt) / 2 / 1_000 + skewMs / 1_000) });
  return skew.ms;
};

test("[IBKR-74] the skew of a clock that tells whole seconds is what all its answers allow, the smallest of it", () => {
  expect(new ClockSkew().ms).toBeNull();
  expect(told(0, [5_000, 5_010])).toBe(0);
  expect(told(0, [5_990, 5_995])).toBe(0);
  // Five seconds ahead: known to less than a second at once, better with every answer.
  expect(told(5_000, [5_990, 5_995])).toBe(4_005);
  expect(told(5_000, [5_990, 5_995], [16_002, 16_004])).toBe(4_996);
  expect(told(-5_000, [5_002, 5_004])).toBe(-4_003);
});

test("[IBKR-74] a clock that is set is measured anew", () => {
  const skew = new ClockSkew();
  skew.learn({ askedAt: 10_000, heardAt: 10_010, second: 40 });
  expect(skew.ms).toBe(29_990);
  skew.learn({ askedAt: 20_000, heardAt: 20_010, second: 20 });
  expect(skew.ms).toBe(0);
});

test("[IBKR-74] whatever is asked when, a clock that runs right is never further off than the truth", () => {
  const answer = fc.record({ askedAt: fc.integer({ min: 1_000_000, max: 2_000_000 }), takesMs: fc.integer({ min: 0, max: 3_000 }) });
  fc.assert(
    fc.property(fc.integer({ min: -60_000, max: 60_000 }), fc.array(answer, { minLength: 1, maxLength: 20 }), (truth, answers) => {
      const skew = new ClockSkew();
      for (const { askedAt, takesMs } of answers) {
        const second = Math.floor((askedAt + Math.floor(takesMs / 2) + truth) / 1_000);
        skew.learn({ askedAt, heardAt: askedAt + takesMs, second });
      }
      expect(Math.abs(skew.ms ?? Number.NaN)).toBeLessThanOrEqual(Math.abs(truth));
      expect(skew.ms === 0 || Math.sign(skew.ms ?? 0) === Math.sign(truth)).toBe(true);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
