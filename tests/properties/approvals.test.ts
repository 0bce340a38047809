import { type Amount, unitsOf } from "@bulkhead/money";
import { stateDigest } from "@bulkhead/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { Attached } from "../kit/attached.ts";
import type { Ask } from "../kit/books.ts";
import { replayed } from "../kit/look.ts";

const WHO = ["alpha", "beta", "unattributed"] as const;
const PRICE = 50;

/** What each holds of SPY, signed; a ratio; and whether it becomes SPIN instead. */
const scene = fc.record({
  alpha: fc.integer({ min: -80, max: 200 }),
  beta: fc.integer({ min: -80, max: 200 }),
  nobody: fc.integer({ min: 0, max: 60 }),
  ratio: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
  renames: fc.boolean(),
  parts: fc.integer({ min: 1, max: 3 }),
});
type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never;

/** A desk with these holdings, bought in parts, and the account's units. */
function deskOf({ alpha, beta, nobody, parts }: Scene): Readonly<{ desk: Attached; total: number }> {
  const desk = new Attached();
  for (const [who, units] of Object.entries({ alpha, beta })) {
    desk.portfolio(who);
    for (let part = 0, left = Math.abs(units); part < parts && left > 0; part++) {
      const now = part === parts - 1 ? left : Math.min(left, 7);
      left -= now;
      desk.trade(who, "SPY@X", `${units > 0 ? "buy" : "sell"} ${now} @ ${PRICE}`);
    }
  }
  if (nobody > 0) desk.do(desk.foreign("SPY@X", `buy ${nobody} @ ${PRICE}`, { id: "p1" }));
  return { desk, total: alpha + beta + nobody };
}

const held = (desk: Attached, asset: string): readonly number[] => WHO.map((who) => Number(desk.position(who, asset)));
const costs = (desk: Attached): readonly string[] => WHO.map((who) => desk.balance(who, "cost"));

test("[REC-32] [REC-33] a split or new name that is approved leaves everybody their part and their cost, the sums the venue's, and no break (B24, I1, I7)", () => {
  let approved = 0;
  fc.assert(
    fc.property(scene, (drawn) => {
      const { desk, total } = deskOf(drawn);
      const [n, d] = drawn.renames ? [1, 1] : drawn.ratio;
      const now = (total * n) / d;
      // Where the account is flat, or a fraction is left, nothing is proposed that could be approved.
      if (!Number.isInteger(now) || now === 0 || (n === d && !drawn.renames)) return;
      const asset = drawn.renames ? "SPIN@X" : "SPY@X";
      const [before, cost] = [held(desk, "SPY@X"), costs(desk)];
      const told = { positions: { [asset]: `${now} @ ${((PRICE * d) / n).toFixed(2)}` } };
      desk.told(told);
      const item = [...desk.engine.state.reconciliation.breaks.values()].find(({ kind }) => kind === "position");
      if (item === undefined || (item.proposal !== "split" && item.proposal !== "rename")) return;
      approved += 1;
      desk.do({ type: "ApproveProposal", breakId: item.id, ratio: null, reason: "the news" } as Ask);
      const after = held(desk, asset);
      expect(after.reduce((sum, each) => sum + each, 0)).toBe(now);
      for (const [index, units] of after.entries()) expect(Math.abs(units - ((before[index] ?? 0) * n) / d)).toBeLessThan(1);
      // What rounds to nothing leaves its cost as a loss, and nobody else gains by it.
      if (after.every((units, index) => units !== 0 || before[index] === 0)) expect(costs(desk)).toEqual(cost);
      const left = [...desk.engine.state.reconciliation.breaks.values()];
      expect(left.filter(({ kind, left: amount }) => kind === "position" && unitsOf(amount as Amount) !== 0)).toEqual([]);
      const again = desk.told(told);
      expect(again.map(({ type }) => type)).toEqual(["Reconciled"]);
      desk.engine.audit();
      expect(stateDigest(replayed(desk).state)).toBe(stateDigest(desk.engine.state));
    }),
    { numRuns: runs(3_000), seed: seed() },
  );
  expect(approved).toBeGreaterThan(0);
});
