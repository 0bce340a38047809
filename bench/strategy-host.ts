import { type BarSeries, sliceBars } from "@bulkhead/market";
import { NO_MEMORY, newReadings, openWorkerSeats, readSource, SharedMarket, WORKER_SETTINGS, type WorkerSeats } from "@bulkhead/strategies";
import { w1Series } from "./data.ts";
import { prepare } from "./desk.ts";
import { type Figure, median, quantile } from "./measure.ts";
import oneShareCross from "./strategies/one-share-cross.ts";

const BARS = 5_000;
const MANY = 10;
const RUNS = 3;
const FILE = new URL("./strategies/one-share-cross.ts", import.meta.url).pathname;

/** Strategies asked in threads, beside the same ones asked in the loop; a round trip alone; and ten threads at once beside one by one. */
export async function strategyHost(): Promise<readonly Figure[]> {
  const series = sliceBars(w1Series(), 0, BARS);
  const here = await asksPerSecond(series, 1, "here");
  const one = await asksPerSecond(series, 1, "together");
  const together = await asksPerSecond(series, MANY, "together");
  const inTurn = await asksPerSecond(series, MANY, "in turn");
  const trips = await roundTrips(series);
  return [
    { bench: "strategy-host", value: one, unit: "asks/s", yardstick: here },
    { bench: "strategy-host-10", value: together, unit: "asks/s", yardstick: inTurn },
    { bench: "strategy-host-p50", value: median(trips), unit: "us", yardstick: null },
    { bench: "strategy-host-p99", value: quantile(trips, 0.99), unit: "us", yardstick: null },
  ];
}

type Way = "here" | "together" | "in turn";

/** Bars times portfolios over the median of some runs; each has threads of its own, started before. */
async function asksPerSecond(series: BarSeries, count: number, way: Way): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const market = new SharedMarket();
    const remotes =
      way === "here" ? [] : await Promise.all(Array.from({ length: count }, () => threadOf(series, market, way === "together")));
    const portfolios = Array.from({ length: count }, (_, i) => {
      const remote = remotes[i];
      return remote === undefined ? { strategy: oneShareCross } : { strategy: oneShareCross, remote };
    });
    const go = prepare({ series: [series], portfolios });
    // By the wall: while one waits for the other, the processor's time says nothing.
    const from = performance.now();
    const made = go();
    seconds.push((performance.now() - from) / 1_000);
    for (const remote of remotes) remote.close();
    const evaluations = made.outcome.counters.evaluations;
    if (evaluations !== BARS * count) throw new Error(`BENCH_WORK_DIFFERS: bench=strategy-host, evaluations=${evaluations}`);
  }
  return (BARS * count) / median(seconds);
}

async function threadOf(series: BarSeries, market: SharedMarket, parallel: boolean): Promise<WorkerSeats> {
  const source = await readSource(FILE);
  if (!source.ok) throw new Error(JSON.stringify(source.problems));
  const settings = { ...WORKER_SETTINGS, deadlineMs: 60_000, loadDeadlineMs: 60_000, parallel };
  const symbols = [series.instrument];
  const opened = await openWorkerSeats({
    name: "bench",
    source: source.value,
    params: {},
    symbols,
    series: [series],
    market,
    settings,
    onFault: () => undefined,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  return opened.value;
}

/** Microseconds from the question to the answer, one at a time, after some that do not count. */
async function roundTrips(series: BarSeries): Promise<readonly number[]> {
  const seats = await threadOf(series, new SharedMarket(), true);
  seats.begin(NO_MEMORY);
  const readings = newReadings(1);
  readings[8] = series.length;
  const trips: number[] = [];
  for (let bar = 0; bar < BARS; bar++) {
    readings[7] = bar;
    const from = performance.now();
    seats.ask([{ kind: "bar", seat: 0, bar }], readings);
    seats.answer();
    trips.push((performance.now() - from) * 1_000);
  }
  if (seats.condition !== "working") throw new Error(`BENCH_THREAD_DOWN: ${seats.trouble?.message}`);
  seats.close();
  return trips.slice(BARS / 10);
}
