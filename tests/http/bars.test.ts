import type { InstrumentId } from "@bulkhead/core";
import { type BarSeries, SeriesBuilder } from "@bulkhead/market";
import { expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

const START = Date.UTC(2026, 10, 18, 14, 0);
const MINUTE = 60_000;

/** Minutes of LONG@X from 14:00 on: open 10.00, 10.01, … */
function minutes(count: number): BarSeries {
  const builder = new SeriesBuilder();
  for (let i = 0; i < count; i++)
    builder.push(START + i * MINUTE, START + (i + 1) * MINUTE, 1_000 + i, 1_005 + i, 995 + i, 1_001 + i, i === 2 ? Number.NaN : 10);
  const source = { format: "synthetic", path: "", zone: "UTC", adjustment: "raw", session: "regular" } as const;
  return builder.build({ instrument: "LONG@X" as InstrumentId, resolution: "1m", priceScale: 2, volumeScale: 0, source });
}

const open = (series: BarSeries): Promise<Stage> =>
  Stage.open({
    listen: { seriesOf: (_account, instrument) => (instrument === series.instrument ? { series, calendar: "24/7" } : undefined) },
  });

test("[SURF-4] bars by symbol, decimals as text, in pages either way, as CSV too", async () => {
  const stage = await open(minutes(7));
  const last = await stage.ask("/api/bars?instrument=long&limit=2");
  expect(
    rows(last).map((row) => [row["open_at"], row["open"], row["high"], row["low"], row["close"], row["volume"], row["closed"]]),
  ).toEqual([
    ["2026-11-18T14:05:00.000Z", "10.05", "10.1", "10", "10.06", "10", true],
    ["2026-11-18T14:06:00.000Z", "10.06", "10.11", "10.01", "10.07", "10", true],
  ]);
  expect(at(last, "as_of_seq")).toBe(stage.seq);
  const before = await stage.ask(`/api/bars?instrument=LONG@X&limit=10&cursor=${at(last, "next_cursor")}`);
  expect(rows(before).map((row) => row["open"])).toEqual(["10", "10.01", "10.02", "10.03", "10.04"]);
  expect(rows(before)[2]?.["volume"]).toBeNull();
  expect(at(before, "next_cursor")).toBeNull();
  const from = "from=2026-11-18T14:01:00Z&to=2026-11-18T15:05:00%2B01:00";
  const first = await stage.ask(`/api/bars?instrument=LONG&${from}&limit=3`);
  expect(rows(first).map((row) => row["open"])).toEqual(["10.01", "10.02", "10.03"]);
  const second = await stage.ask(`/api/bars?instrument=LONG&${from}&limit=3&cursor=${at(first, "next_cursor")}`);
  expect(rows(second).map((row) => row["open"])).toEqual(["10.04"]);
  const csv = await stage.ask("/api/bars?instrument=LONG&limit=1&format=csv");
  expect(csv.text.split("\r\n")).toEqual([
    "instrument,resolution,open_at,close_at,open,high,low,close,volume,closed",
    "LONG@X,1m,2026-11-18T14:06:00.000Z,2026-11-18T14:07:00.000Z,10.06,10.11,10.01,10.07,10,true",
    "",
  ]);
});

test("[SURF-5] coarser bars; the one in progress only when asked for, and said so", async () => {
  const stage = await open(minutes(7));
  const five = async (more: string): Promise<readonly unknown[]> =>
    rows(await stage.ask(`/api/bars?instrument=LONG&resolution=5m${more}`)).map((row) => [
      row["open"],
      row["high"],
      row["close"],
      row["closed"],
    ]);
  expect(await five("")).toEqual([["10", "10.09", "10.05", true]]);
  expect(await five("&in_progress=true")).toEqual([
    ["10", "10.09", "10.05", true],
    ["10.05", "10.11", "10.07", false],
  ]);
});

test("[SURF-4] what there is not is said by name", async () => {
  const stage = await open(minutes(3));
  expect(at(await stage.ask("/api/bars?instrument=SPY"), "code")).toBe("BARS_UNKNOWN");
  expect(at(await stage.ask("/api/bars?instrument=NOPE"), "code")).toBe("INSTRUMENT_UNKNOWN");
  expect(at(await stage.ask("/api/bars?instrument=LONG&resolution=1s"), "code")).toBe("BARS_TOO_FINE");
  for (const bad of [
    "",
    "instrument=LONG&resolution=3m",
    "instrument=LONG&from=yesterday",
    "instrument=LONG&limit=5000",
    "instrument=LONG&cursor=!",
  ])
    expect((await stage.ask(`/api/bars?${bad}`)).status).toBe(400);
  expect(rows(await stage.ask("/api/bars?instrument=LONG&from=2027-01-01"))).toEqual([]);
});
