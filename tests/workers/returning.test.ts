import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIGURES_PER_SEAT, NO_MEMORY, newReadings, type StrategyFault, type WorkerSeats } from "@bulkhead/strategies";
import { expect, test } from "vitest";
import { flat, type Row, seriesOf } from "../host/stage.ts";
import { soon } from "../kit/soon.ts";
import { inThread } from "./threads.ts";

const rows: readonly Row[] = Array.from({ length: 20 }, (_, i) => flat(1_000 + i));
const series = [seriesOf("A", rows)];

/** Flat, after `bar`. */
function readingsAt(bar: number) {
  const readings = newReadings(1);
  readings[2 + 4] = 1;
  readings[2 + 5] = bar;
  readings[2 + FIGURES_PER_SEAT - 1] = rows.length;
  return readings;
}

function asked(seats: WorkerSeats, bar: number) {
  seats.ask([{ kind: "bar", seat: 0, bar }], readingsAt(bar));
  return seats.answer();
}

const barsSeen = (seats: WorkerSeats): unknown => JSON.parse(seats.memory.seats["A@XNYS"]?.json ?? "{}");

test("[HOSTS-6, HOSTS-11] a thread that ended comes back with what it last remembered and sees what it missed", async () => {
  const seats = await inThread({ file: "counts.ts", params: { fail_at: 3 }, series, settings: { restartMs: 20 } });
  expect(seats.begin(NO_MEMORY)).toBeUndefined();
  asked(seats, 0);
  expect(asked(seats, 1)).toEqual({ place: 1, reply: undefined });
  expect(seats.takeLog()).toEqual(["bar 1", "first { bar: 10 }", "bar 2"]);
  expect(barsSeen(seats)).toEqual({ bars: 2, last: 10.01 });
  expect(asked(seats, 2)).toMatchObject({ reply: { type: "fault", code: "STRATEGY_EXITED" } });
  expect(seats).toMatchObject({ condition: "down", restarts: 0, trouble: { code: "STRATEGY_EXITED" } });
  expect(barsSeen(seats)).toEqual({ bars: 2, last: 10.01 });
  await soon(() => expect(seats.condition).toBe("fresh"));
  expect(seats.begin({ seats: { "A@XNYS": { version: 1, json: '{"bars":5,"last":1}' } }, schedule: null })).toBeUndefined();
  expect(seats).toMatchObject({ condition: "working", restarts: 1, trouble: undefined });
  seats.ask(
    [
      { kind: "missed", seat: 0, from: 2, to: 9 },
      { kind: "bar", seat: 0, bar: 10 },
    ],
    readingsAt(10),
  );
  expect(seats.answer()).toEqual({ place: 2, reply: undefined });
  expect(barsSeen(seats)).toEqual({ bars: 14, last: 10.1 });
  expect(seats.takeLog().slice(-2)).toEqual(["bar 13", "bar 14"]);
  expect(seats.takeLog()).toEqual([]);
});

test("[HOSTS-6] it comes back with the file as it was read, until somebody reloads it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-threads-"));
  const file = join(folder, "mine.mjs");
  const text = (bars: number): string => `
    import { strategy } from "@bulkhead/strategies";
    export default strategy({ name: "mine", state: { version: 1, initial: { bars: 0 } }, onBar({ state, bar }) {
      state.bars += ${bars};
      if (bar.close === 10.02) process.exit(1);
    } });`;
  try {
    writeFileSync(file, text(1));
    const seats = await inThread({ file, series, settings: { restartMs: 20 } });
    seats.begin(NO_MEMORY);
    writeFileSync(file, text(100));
    asked(seats, 2);
    await soon(() => expect(seats.condition).toBe("fresh"));
    seats.begin(seats.memory);
    asked(seats, 3);
    expect(barsSeen(seats)).toEqual({ bars: 1 });
    rmSync(file);
    asked(seats, 2);
    await soon(() => expect(seats.condition).toBe("fresh"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["leaves.ts",      { how: "later" },       "STRATEGY_EXITED"],
  ["leaves.ts",      { how: "throw later" }, "STRATEGY_EXITED"],
  ["leaves.ts",      { how: "reject" },      "STRATEGY_EXITED"],
  ["leaves.ts",      { how: "fall silent" }, "STRATEGY_SILENT"],
  ["eats-memory.ts", { asked: false },       "STRATEGY_OUT_OF_MEMORY"],
] as const)("[HOSTS-4] what goes wrong while nobody asks is told: %s %j is %s", async (file, params, code) => {
  const faults: StrategyFault[] = [];
  const settings = { silenceMs: code === "STRATEGY_SILENT" ? 1_500 : 60_000, heapMb: 48, restartMs: 60_000 };
  const seats = await inThread({ file, params, series, settings, onFault: (fault) => faults.push(fault) });
  seats.begin(NO_MEMORY);
  const { reply } = asked(seats, 0);
  if (reply === undefined) await soon(() => expect(faults).toHaveLength(1));
  else faults.push(reply as StrategyFault);
  expect(faults).toMatchObject([{ code }]);
  expect(seats.condition).toBe("down");
});

test("[HOSTS-6] while it rests it does not come back, and afterwards at once", async () => {
  const seats = await inThread({ file: "counts.ts", params: { fail_at: 1 }, series, settings: { restartMs: 1 } });
  seats.begin(NO_MEMORY);
  seats.rest(true);
  asked(seats, 0);
  await inThread({ file: "counts.ts", series }); // Takes longer than coming back would.
  expect(seats).toMatchObject({ condition: "down", restarts: 0 });
  seats.rest(false);
  await soon(() => expect(seats.condition).toBe("fresh"));
});

test("[HOSTS-2] a series that outgrows its memory moves, and the thread moves with it", async () => {
  const long = seriesOf(
    "A",
    Array.from({ length: 3_000 }, (_, i) => flat(1_000 + i)),
  );
  const live = { ...long, length: 5 };
  const seats = await inThread({ file: "counts.ts", series: [live] });
  seats.begin(NO_MEMORY);
  asked(seats, 4);
  expect(barsSeen(seats)).toEqual({ bars: 1, last: 10.04 });
  live.length = 3_000;
  asked(seats, 2_999);
  expect(barsSeen(seats)).toEqual({ bars: 2, last: 39.99 });
});
