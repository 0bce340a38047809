import type { BarSeries } from "@bulkhead/market";
import { loadStrategy, SharedMarket, type Strategy } from "@bulkhead/strategies";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { minute, type Player, type Row, Stage, seriesOf } from "../host/stage.ts";
import { Chance } from "../model/chance.ts";
import { inThread, STRATEGIES } from "./threads.ts";

const day = fc.record({
  of: fc.nat(),
  salts: fc.tuple(fc.nat(1_000), fc.nat(1_000)),
  throws: fc.constantFrom(0, 40),
  other: fc.constantFrom("one by one", "mixed"),
});
type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

/** One series of minutes, one with two bars at each instant, one that closes every third minute. */
function seriesOfDay({ of }: Day): readonly BarSeries[] {
  const chance = new Chance(of);
  const price = (): number => chance.whole(900, 1_100);
  const rows = (count: number): readonly Row[] =>
    Array.from({ length: count }, () => {
      const [open, a, b, close] = [price(), price(), price(), price()];
      return [open, Math.max(open, a, b, close), Math.min(open, a, b, close), close];
    });
  const pairs = (i: number, by: number) => minute(Math.floor(i / 2) + by);
  return [
    seriesOf("A", rows(90)),
    seriesOf(
      "B",
      rows(90),
      (i) => pairs(i, 0),
      (i) => pairs(i, 1),
    ),
    seriesOf(
      "C",
      rows(30),
      (i) => minute(3 * i),
      (i) => minute(3 * i + 3),
    ),
  ];
}

type Way = "here" | "in threads" | "one by one" | "mixed";

async function play(strategy: Strategy, made: Day, way: Way) {
  const series = seriesOfDay(made);
  const market = new SharedMarket();
  const players: Player[] = [];
  for (const [i, salt] of made.salts.entries()) {
    const params = { salt, throws: made.throws };
    const isHere = way === "here" || (way === "mixed" && i === 0);
    const settings = { parallel: way !== "one by one" };
    const remote = isHere ? undefined : await inThread({ file: "busy-mind.ts", params, series, market, settings });
    players.push({ id: `p${i}`, strategy, params, ...(remote === undefined ? {} : { remote }) });
  }
  const stage = new Stage(series, players);
  stage.run();
  const log = stage.host.workers.map((worker) => worker.takeLog().toSorted());
  for (const { remote } of players) if (remote !== undefined && "close" in remote) (remote as { close: () => void }).close();
  return { digest: stage.journal.digest(), memories: stage.host.memories(), counters: stage.host.counters, tape: stage.tape, log };
}

test("[HOSTS-1, HOSTS-2] C15 S0.33 S1.72 in a thread, all at once or one by one, a strategy decides as it does here", async () => {
  const loaded = await loadStrategy("busy-mind.ts", STRATEGIES);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  let [orders, faults] = [0, 0];
  await fc.assert(
    fc.asyncProperty(day, async (made) => {
      const here = await play(loaded.value.definition, made, "here");
      for (const way of ["in threads", made.other] as const) expect(await play(loaded.value.definition, made, way), way).toEqual(here);
      orders += here.tape.filter((line) => line.startsWith("place")).length;
      faults += here.counters.faults;
    }),
    { numRuns: runs(60), seed: seed(), endOnFailure: true },
  );
  expect(orders).toBeGreaterThan(1_000);
  expect(faults).toBeGreaterThan(10);
}, 600_000);
