import { type AccountId, createEngine, type InstantMs } from "@bulkhead/core";
import { JournalLost } from "@bulkhead/host";
import { mergeTimeline } from "@bulkhead/market";
import { memoryJournal } from "@bulkhead/store";
import { builtIns, enter, type Strategy, size, stop, strategy } from "@bulkhead/strategies";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { flat, minute, type Player, type Row, Stage, type StageOptions, seriesOf } from "./stage.ts";

const price = fc.integer({ min: 900, max: 1100 });
const row: fc.Arbitrary<Row> = fc
  .tuple(price, price, price, price, fc.integer({ min: 0, max: 400 }))
  .map(([a, b, c, d, volume]) => [b, Math.max(a, b, c, d), Math.min(a, b, c, d), c, volume]);
const market = fc.record({
  a: fc.array(row, { minLength: 30, maxLength: 60 }),
  b: fc.array(row, { minLength: 30, maxLength: 60 }),
  batchSize: fc.integer({ min: 1, max: 20 }),
});

/** Trades in and out with exits, sized by risk. */
const swinger: Strategy = strategy({
  name: "swinger",
  onBar: ({ bar, position, waiting }) =>
    position === undefined && !waiting && bar.close < bar.open
      ? enter.long({
          size: size.risk("1%"),
          stop: stop.percent("3%"),
          takeProfit: { r: 1 },
          trailing: { kind: "percent", percent: "4%" },
          why: "down bar",
        })
      : undefined,
}) as Strategy;
const sma = builtIns.get("sma-cross") as Strategy;
const players: readonly Player[] = [
  { id: "cross", strategy: sma, params: { fast: 2, slow: 5, side: "both" } },
  { id: "swing", strategy: swinger },
];
type Market = typeof market extends fc.Arbitrary<infer T> ? T : never;
const play = ({ a, b }: Market, options: StageOptions = {}, who = players): Stage =>
  new Stage([seriesOf("A", a), seriesOf("B", b)], who, options).run();

test("[HOST-19] I17: the same inputs give the same digest, whatever the batches", () => {
  fc.assert(
    fc.property(market, (generated) => {
      const one = play(generated);
      expect(play(generated, { settings: { batchSize: generated.batchSize } }).journal.digest()).toBe(one.journal.digest());
      expect(one.journal.head.seq).toBe(one.engine.state.seq);
      one.engine.audit();
    }),
    { numRuns: runs(200), seed: seed() },
  );
});

test("[HOST-20] I17: the journal replays to the same tables, and the commands decide the same again", () => {
  fc.assert(
    fc.property(market, (generated) => {
      const stage = play(generated);
      const replayed = createEngine();
      const again = createEngine();
      for (const record of stage.journal.read(1)) {
        replayed.replay(record);
        const step = again.execute(record.command);
        expect(step.ok && step.events).toEqual(record.events);
      }
      expect(replayed.state).toEqual(stage.engine.state);
    }),
    { numRuns: runs(200), seed: seed() },
  );
});

test("[HOST-21] effects go out at once, or when their records are durable; the books are the same", () => {
  fc.assert(
    fc.property(market, (generated) => {
      const one = play(generated);
      const durable = play(generated, { settings: { dispatch: "after-durable" } });
      expect(books(durable)).toEqual(books(one));
    }),
    { numRuns: runs(200), seed: seed() },
  );
});

/** Trades and money, without ids, whose order may differ where two portfolios trade in one instant. */
function books(stage: Stage) {
  const trades = stage.records.flatMap(({ command }) =>
    command.type === "RecordExecution" ? [{ ...command, executionId: null, venueOrder: null }] : [],
  );
  return { trades: trades.map((trade) => JSON.stringify(trade)).sort(), cash: players.map(({ id }) => stage.cash(id)) };
}

test("[HOST-21] I13: nothing goes out before its record is in the journal", () => {
  const stage = new Stage([seriesOf("A", [flat(1000), flat(1000), flat(1000)])], [players[1] as Player, { id: "p", strategy: always }], {
    settings: { dispatch: "after-durable", batchSize: 1_000 },
  });
  const dispatched: boolean[] = [];
  const { venue, journal, engine } = stage;
  const dispatch = venue.dispatch.bind(venue);
  venue.dispatch = (effect, at) => {
    dispatched.push(journal.head.seq === engine.state.seq);
    dispatch(effect, at);
  };
  stage.run();
  expect(dispatched).toEqual([true, true, true]);
});
const always = strategy({ name: "always", onBar: () => enter.long({ size: size.units(1), why: "w" }) });

test("[HOST-22] a journal that conflicts or is in doubt stops the host before anything else goes out", () => {
  const stage = new Stage([seriesOf("A", [flat(1000), flat(1000), flat(1000)])], [{ id: "p", strategy: always }], {
    settings: { dispatch: "after-durable", batchSize: 1 },
  });
  stage.journal.close();
  expect(() => stage.run()).toThrow(JournalLost);
  expect(() => stage.host.submit({ type: "MarkAccount", at: minute(1) as InstantMs, marks: [], rates: [] })).toThrow("JOURNAL_IN_DOUBT");
  expect(stage.venue.waiting[0]).toBe(0);
});

test("[HOST-23] a run can be watched and ended, and what was done stays durable", () => {
  const stage = new Stage(
    [
      seriesOf(
        "A",
        Array.from({ length: 100 }, () => flat(1000)),
      ),
    ],
    players,
  );
  const seen: number[] = [];
  const outcome = stage.host.run(mergeTimeline(stage.series), { everyBars: 30, report: (bars) => seen.push(bars) < 2 });
  expect([outcome.canceled, seen, stage.host.counters.bars]).toEqual([true, [30, 60], 60]);
  expect(stage.journal.head.seq).toBe(stage.engine.state.seq);
  const two = new Stage(
    [
      seriesOf(
        "A",
        Array.from({ length: 100 }, () => flat(1000)),
      ),
      seriesOf("B", [flat(1)]),
    ],
    players,
  );
  expect(two.host.run(mergeTimeline(two.series), { everyBars: 30, report: () => false })).toMatchObject({
    canceled: true,
    counters: { bars: 30 },
  });
});

test("[HOST-24] one series alone and the same series beside one that nobody trades come to the same", () => {
  fc.assert(
    fc.property(market, ({ a, b }) => {
      const alone = new Stage([seriesOf("A", a)], players).run();
      const beside = new Stage(
        [seriesOf("A", a), seriesOf("B", b)],
        players.map((player) => ({ ...player, symbols: ["A"] })),
      ).run();
      const trades = (stage: Stage) => stage.tape.filter((line) => !/^(mark|day)/.test(line));
      expect(trades(beside)).toEqual(trades(alone));
      expect(players.map(({ id }) => beside.cash(id))).toEqual(players.map(({ id }) => alone.cash(id)));
    }),
    { numRuns: runs(200), seed: seed() },
  );
});

test("[HOST-25] I16: what other portfolios do changes nothing, with direct routing and unlimited liquidity", () => {
  const storm = strategy({
    name: "storm",
    onBar: ({ bar }) => {
      if (bar.close > 1000) throw new Error("storm");
      return enter.short({ size: size.percent("40%"), why: "storm" });
    },
  }) as Strategy;
  fc.assert(
    fc.property(market, fc.constantFrom("aaa", "zzz"), (generated, other) => {
      const rules = { volumeShare: null };
      const calm = play(generated, { rules });
      const stormy = play(generated, { rules }, [...players, { id: other, strategy: storm }]);
      const own = (stage: Stage) =>
        stage.tape.filter((line) => line.includes("cross") || line.includes("swing")).filter((line) => !line.startsWith("day"));
      expect(own(stormy)).toEqual(own(calm));
      expect(players.map(({ id }) => stormy.cash(id))).toEqual(players.map(({ id }) => calm.cash(id)));
    }),
    { numRuns: runs(500), seed: seed() },
  );
});

test("[HOST-26] a time line without bars does nothing", () => {
  const stage = new Stage([seriesOf("A", [])], players);
  const before = stage.engine.state.seq;
  expect(stage.run().host.counters.bars).toBe(0);
  expect(stage.engine.state.seq).toBe(before);
  expect(memoryJournal({ account: "x" as AccountId, id: "x" }).head.seq).toBe(0);
});
