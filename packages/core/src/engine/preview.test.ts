import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Desk, limits, type Wish } from "../../../../tests/kit/desk.ts";
import { plain } from "../../../../tests/kit/look.ts";
import type { InstantMs } from "../brand.ts";
import type { Command } from "./commands.ts";
import { preview } from "./preview.ts";

const stamped = (desk: Desk, ask: ReturnType<Desk["wish"]>): Command => ({ by: "test", ...ask, at: desk.at as InstantMs }) as Command;

test("[ORD-20] a preview says what executing would, and changes nothing", () => {
  const wishes = fc.record({
    units: fc.integer({ min: -2, max: 200 }),
    side: fc.constantFrom("buy", "sell"),
    limit: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
    reduce: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(wishes, { minLength: 1, maxLength: 8 }), (list) => {
      const desk = new Desk();
      desk.portfolio("alpha", "10000", { limits: limits({ maxOrderNotional: "700", maxOpenPositions: 1 }) });
      for (const { units, side, limit, reduce } of list) {
        const wish: Wish = { sizing: reduce ? "reduce" : "exact", ...(limit === undefined ? {} : { limit: (limit / 20).toFixed(2) }) };
        const ask = desk.wish("alpha", "LONG@X", `${side} ${units * 10}`, wish);
        const before = plain(desk.engine.state);
        const previewed = preview(desk.engine.state, stamped(desk, ask));
        expect(preview(desk.engine.state, stamped(desk, ask))).toEqual(previewed);
        expect(plain(desk.engine.state)).toEqual(before);
        expect(desk.run(ask)).toEqual(previewed);
      }
    }),
    { numRuns: runs(200), seed: seed() },
  );
});

test("[ORD-20] what is out of range or out of time is refused, not thrown", () => {
  const desk = new Desk();
  desk.portfolio("alpha", "10000");
  const ask = desk.wish("alpha", "LONG@X", "buy 20");
  expect(preview(desk.engine.state, { ...stamped(desk, ask), at: 1 as InstantMs })).toMatchObject({ refusal: { code: "TIME_BACKWARD" } });
  const huge = desk.wish("alpha", "LONG@X", "buy 9000000000000000", { quote: "90000000000" });
  expect(preview(desk.engine.state, stamped(desk, huge))).toMatchObject({ refusal: { code: "AMOUNT_OUT_OF_RANGE" } });
});
