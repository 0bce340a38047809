import { REFUSAL_CODES, type RefusalCode } from "@bulkhead/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import type { Ask } from "../kit/books.ts";
import type { Desk } from "../kit/desk.ts";
import { plain } from "../kit/look.ts";
import { type Chance, FORGED, IMPOSSIBLE, type Impossible, populated } from "./impossible.ts";

/** Every table as text; what a denied order may move, the sequence and the instant, is looked at by itself. */
const tables = (desk: Desk): string => JSON.stringify(plain({ ...desk.engine.state, seq: 0, at: 0 }));

/** Runs an impossible command and says what is wrong with the answer, or null. */
function answer(desk: Desk, { ask, expected }: Impossible): string | null {
  const before = tables(desk);
  const { seq } = desk.engine.state;
  const { at } = desk;
  const step = desk.run(ask);
  desk.at = at; // A refused instant is not the desk's.
  const moved = desk.engine.state.seq - seq;
  if (tables(desk) !== before) return "changed the tables";
  if (step.ok) {
    if (expected === null && step.events.length === 0 && moved === 0) return null; // Nothing to do is as good as a refusal.
    const denied = step.events.length === 1 && step.events[0]?.type === "OrderDenied" && step.effects.length === 0;
    return expected === "denied" && denied && moved === 1 ? null : `was admitted: ${JSON.stringify(step.events).slice(0, 300)}`;
  }
  if (moved !== 0) return "took a sequence number";
  const { code } = step.refusal;
  if (expected === "denied") return `was refused: ${code}`;
  return (expected ?? REFUSAL_CODES).includes(code as RefusalCode) ? null : `was refused with ${code} instead of ${expected}`;
}

const chance: fc.Arbitrary<Chance> = fc.record({ a: fc.nat(1_000_000), b: fc.nat(1_000_000), c: fc.nat(1_000_000) });
const impossible = fc.record({ kind: fc.constantFrom(...Object.keys(IMPOSSIBLE)), chance });
const forged = fc.record({ kind: fc.constantFrom(...Object.keys(FORGED)), chance });

function forge(desk: Desk, field: string, numbers: Chance): { ask: Ask; units: number } {
  const row = FORGED[field];
  if (row === undefined) throw new Error(field);
  const [make, hostile] = row;
  const units = hostile[numbers.c % hostile.length] ?? Number.NaN;
  return { ask: make(desk, units, numbers), units };
}

describe("impossible commands", () => {
  test("[CTL-1, RISK-24] every one gives its code or a receipt, and the tables stay as they were", () => {
    const desk = populated();
    fc.assert(
      fc.property(impossible, ({ kind, chance: numbers }) => {
        const make = IMPOSSIBLE[kind];
        if (make === undefined) throw new Error(kind);
        expect(answer(desk, make(desk, numbers)), kind).toBeNull();
      }),
      { numRuns: runs(16_000), seed: seed() },
    );
    desk.engine.audit();
  });

  test("[CTL-2] a number that is no amount, where one belongs, is refused and never kept (I22)", () => {
    const desk = populated();
    fc.assert(
      fc.property(forged, ({ kind, chance: numbers }) => {
        const { ask, units } = forge(desk, kind, numbers);
        expect(answer(desk, { ask, expected: null }), `${kind} = ${units}`).toBeNull();
      }),
      { numRuns: runs(4_000), seed: seed() },
    );
    desk.engine.audit();
  });

  const numbers = { a: 1, b: 1, c: 0 };
  test.each(Object.keys(IMPOSSIBLE))("[CTL-1] %s", (kind) => {
    const desk = populated();
    for (let i = 0; i < 12; i++) {
      const made = IMPOSSIBLE[kind]?.(desk, { a: i, b: 7 * i, c: i });
      if (made !== undefined) expect(answer(desk, made)).toBeNull();
    }
  });

  test.each(Object.entries(FORGED))("[CTL-2] %s", (field, [, hostile]) => {
    const desk = populated();
    hostile.forEach((_, c) => {
      const { ask, units } = forge(desk, field, { ...numbers, c });
      expect(answer(desk, { ask, expected: null }), String(units)).toBeNull();
    });
  });
});
