import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import type { ExecutionId, InstrumentId, PortfolioId } from "./brand.ts";
import { type BookedExecution, Executions } from "./executions.ts";

const row = (id: string, price: number): BookedExecution => ({
  id: id as ExecutionId,
  venueOrder: null,
  portfolio: "alpha" as PortfolioId,
  order: null,
  quantity: 1,
  opened: 1,
  version: 0,
  instrument: "SPY@XNYS" as InstrumentId,
  side: "buy",
  price,
  others: [],
});

test("[ORD-9] every execution is found by its id, and no other, whatever the ids and however many (I12)", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ maxLength: 12 }), { maxLength: 3_000 }),
      fc.array(fc.string({ maxLength: 12 })),
      (ids, others) => {
        const known = new Map(ids.map((id, price) => [id, price]));
        const executions = Executions.from([...known].map(([id, price]) => row(id, price)));
        expect(executions.size).toBe(known.size);
        for (const [id, price] of known) expect(executions.get(id as ExecutionId)?.price).toBe(price);
        for (const id of others) expect(executions.get(id as ExecutionId)?.price).toBe(known.get(id));
        expect(Array.from(executions.values(), ({ id }) => id)).toEqual([...known.keys()]);
      },
    ),
    { numRuns: runs(200), seed: seed() },
  );
});

test("[ORD-9] ids in sequence, as venues give them, stay a few places apart", () => {
  const executions = new Executions();
  for (let i = 0; i < 100_000; i++) executions.add(row(`x${i}`, i));
  for (let i = 0; i < 100_000; i += 997) expect(executions.get(`x${i}` as ExecutionId)?.price).toBe(i);
  expect(executions.get("x100000" as ExecutionId)).toBeUndefined();
});
