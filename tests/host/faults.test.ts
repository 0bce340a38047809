import type { Command, CommandOf, InstantMs } from "@bulkhead/core";
import { UNATTRIBUTED } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import { chanceOf, type Faults, FaultyVenue } from "@bulkhead/sim";
import { enter, exit, type Strategy, size, stop, strategy } from "@bulkhead/strategies";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { minute, type Player, type Row, Stage, seriesOf } from "./stage.ts";

const price = fc.integer({ min: 900, max: 1100 });
const row: fc.Arbitrary<Row> = fc
  .tuple(price, price, price, price, fc.integer({ min: 0, max: 40 }))
  .map(([a, b, c, d, volume]) => [b, Math.max(a, b, c, d), Math.min(a, b, c, d), c, volume]);
const often = fc.integer({ min: 0, max: 400 });
const day = fc.record({
  rows: fc.array(row, { minLength: 20, maxLength: 40 }),
  seed: fc.integer(),
  faults: fc.record({
    rejects: often,
    duplicates: often,
    delays: often,
    delayMaxMs: fc.integer({ min: 1, max: 600_000 }),
    corrections: often,
    busts: often,
    unanswered: often,
    lostOrders: often,
    losses: often,
  }),
});
type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

const flipper: Strategy = strategy({
  name: "flipper",
  onBar: ({ bar, position, waiting }) => {
    if (waiting) return undefined;
    if (position === undefined)
      return bar.close > bar.open
        ? enter.long({ size: size.units(20), stop: stop.percent("4%"), why: "up" })
        : enter.short({ size: size.units(15), why: "down" });
    return bar.close > bar.open === (position.direction === "short") ? exit({ why: "turned" }) : undefined;
  },
}) as Strategy;
const players: readonly Player[] = [
  { id: "a", strategy: flipper },
  { id: "b", strategy: flipper },
];

/** Plays a bad day to its end: after the last bar, all that is still under way arrives, and what was lost is asked for. */
function play({ rows, faults, seed: of }: Day): Stage {
  const stage = new Stage([seriesOf("A", rows)], players, {
    faults: (venue) => new FaultyVenue(venue, faults satisfies Faults, chanceOf(of)),
  });
  stage.run();
  stage.arrive(minute(rows.length + 20) as InstantMs, true);
  return stage;
}

/** Signed units and cents of what the venue says it did: the newest version of every execution. */
function truthOf(commands: readonly Command[]) {
  const newest = new Map<string, CommandOf<"RecordExecution">>();
  for (const command of commands) {
    if (command.type === "RecordExecution" && command.version >= (newest.get(command.executionId)?.version ?? 0))
      newest.set(command.executionId, command);
  }
  let units = 0;
  let cents = 0;
  for (const { quantity, side, price: at } of newest.values()) {
    const signed = unitsOf(quantity) * (side === "buy" ? 1 : -1);
    units += signed;
    cents -= signed * unitsOf(at);
  }
  return { units, cents };
}

test("[SIM-23] A11, Z06, Z28, Z31, Z34, S3.44, I12, I13: whatever a bad day doubles, delays, loses, shuffles, rejects, corrects and undoes, the books add up to what the venue did, and no order is sent twice", () => {
  fc.assert(
    fc.property(day, (generated) => {
      const stage = play(generated);
      const { units, cents } = truthOf(stage.said);
      const everybody = ["a", "b", UNATTRIBUTED];
      expect(everybody.reduce((sum, id) => sum + stage.units(id, "A"), 0)).toBe(units);
      const cash = everybody.reduce((sum, id) => sum + Math.round(stage.cash(id) * 100), 0);
      expect(cash).toBe(1e9 * 100 + cents);
      stage.engine.audit();
      expect(new Set(stage.faulty.sent).size).toBe(stage.faulty.sent.length);
      expect([...stage.engine.state.orders.values()].filter(({ status }) => status === "unknown")).toEqual([]);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});

test("[SIM-24] Z18: the same stream of chance gives the same bad day", () => {
  fc.assert(
    fc.property(day, (generated) => {
      expect(play(generated).journal.digest()).toBe(play(generated).journal.digest());
    }),
    { numRuns: runs(100), seed: seed() },
  );
});
