import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import type { Ask } from "../kit/books.ts";
import { Projection } from "./projection.ts";
import { EVERY_KIND, instrumentKill, type Move, moveOf, SETTINGS, Trading } from "./trading.ts";

const OTHERS = ["beta", "gamma", "storm"] as const;

/** What happens to everybody: marks, income, splits that come out even, kills and modes of an instrument, time. */
type Common = Readonly<{ kind: "mark" | "income" | "split" | "kill" | "clear" | "mode" | "ready"; price: number; what: number }>;
/** One slot of the time line: what `alpha` does, what happens to all, and what the others do in each of two worlds. */
type Slot = Readonly<{
  own: Move | null;
  common: Common | null;
  others: readonly [readonly (Move & { who: number })[], readonly (Move & { who: number })[]];
}>;

const other = fc.tuple(fc.nat(3), moveOf(EVERY_KIND)).map(([who, move]) => ({ ...move, who }));
const some = fc.array(other, { maxLength: 3 });
const common: fc.Arbitrary<Common> = fc.record({
  kind: fc.constantFrom("mark", "mark", "mark", "mark", "income", "split", "kill", "clear", "mode", "ready"),
  price: fc.integer({ min: 5, max: 15 }),
  what: fc.nat(9),
});
const slots: fc.Arbitrary<readonly Slot[]> = fc.array(
  fc.record({
    own: fc.option(moveOf(EVERY_KIND), { freq: 5 }),
    common: fc.option(common, { freq: 1 }),
    others: fc.tuple(some, some),
  }),
  { minLength: 5, maxLength: 40, size: "max" },
);

function commonAsk(trading: Trading, { kind, price, what }: Common): Ask {
  const instrument = ["SPY@X", "LONG@X", "FUT@X"][what % 3] ?? "SPY@X";
  switch (kind) {
    case "mark":
      return trading.markAsk({ "SPY@X": String(price), "LONG@X": String(price + 1), "FUT@X": String(price), "BTC-USD@X": String(price) });
    case "income":
      return trading.income("dividend", instrument, "0.25 USD");
    case "split":
      return trading.split(instrument, "2:1");
    case "kill":
      return instrumentKill(trading, instrument);
    case "clear":
      return trading.clearAsk({ kind: "instrument", instrument: instrument as never });
    case "mode":
      return trading.modeAsk({ kind: "instrument", instrument: instrument as never }, "reduce_only");
    case "ready":
      return trading.modeAsk({ kind: "instrument", instrument: instrument as never }, "ready");
  }
}

/** Plays one world and returns what `alpha` saw of it. `crowd`: which of the two others; null: nobody else moves. */
function world(all: readonly Slot[], crowd: 0 | 1 | null): readonly string[] {
  const trading = new Trading(SETTINGS);
  const seen = new Projection("alpha");
  trading.mark({}, { EUR: "1.25" });
  trading.portfolio("alpha", "2000", { fx: "auto" });
  for (const who of OTHERS) trading.portfolio(who, "2000", { fx: "auto" });
  all.forEach(({ own, common: shared, others }, slot) => {
    trading.at = 10_000 * (slot + 1);
    for (const move of crowd === null ? [] : others[crowd]) {
      const made = move.who === OTHERS.length ? trading.nobodys(move) : trading.make(OTHERS[move.who] ?? "beta", move);
      if (made !== null) seen.watch(made.step);
    }
    if (shared !== null) {
      const ask = commonAsk(trading, shared);
      const step = trading.run(ask);
      if (step.ok) trading.note(step.events, ask);
      seen.watch(step);
    }
    const made = own === null ? null : trading.make("alpha", own);
    if (made !== null) seen.answer(made.step);
  });
  trading.engine.audit();
  return seen.end(trading);
}

test("[PORT-11] whatever others do, a portfolio sees the same, byte for byte (I16, S1.3, S1.97)", () => {
  let lines = 0;
  fc.assert(
    fc.property(slots, (all) => {
      const [one, two, alone] = [world(all, 0), world(all, 1), world(all, null)];
      lines += one.length;
      expect(one.join("\n")).toBe(two.join("\n"));
      expect(one.join("\n")).toBe(alone.join("\n"));
    }),
    { numRuns: runs(500), seed: seed() },
  );
  expect(lines / runs(500)).toBeGreaterThan(10);
});

test("[PORT-11] the projection sees what it should: a portfolio's own moves differ", () => {
  const own: Move = { kind: "market", what: 0, quantity: 3, price: 10, extra: 2 };
  const slot = (move: Move): Slot => ({ own: move, common: null, others: [[], []] });
  expect(world([slot(own)], null)).not.toEqual(world([slot({ ...own, quantity: 4 })], null));
  const others = [[{ ...own, who: 0 }], []] as const;
  expect(world([{ own, common: null, others }], 0)).toEqual(world([slot(own)], null));
});
