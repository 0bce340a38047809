import type { InstrumentId } from "@bulkhead/core";
import { expect, test } from "vitest";
import { calendarOf } from "../calendar/calendar.ts";
import { aggregate } from "./aggregate.ts";
import { SeriesBuilder } from "./builder.ts";
import { filterRegular } from "./filter.ts";
import { parseBarMs, parseResolution } from "./resolution.ts";
import { type BarSeries, sliceSeries } from "./series.ts";

const xnys = calendarOf("XNYS");
const always = calendarOf("24/7");
const source = { format: "test", path: "", zone: "UTC", adjustment: "raw", session: "extended" } as const;
const at = (text: string): number => Date.parse(`${text}Z`);

function bars(
  resolution: "tick" | "1m" | "1h",
  rows: readonly (readonly [string, string, number, number, number, number, number])[],
  quoted = false,
): BarSeries {
  const builder = new SeriesBuilder();
  for (const [open, close, ...figures] of rows) builder.push(at(open), at(close), ...figures);
  const column = (add: number): Float64Array => Float64Array.from(rows, (_, i) => i + add);
  const quotes = {
    bidOpen: column(10),
    bidClose: column(20),
    askOpen: column(30),
    askClose: column(40),
    bidSize: column(50),
    askSize: column(60),
  };
  const facts = { instrument: "A@XNYS" as InstrumentId, resolution, priceScale: 2, volumeScale: 0, source };
  return builder.build(facts, quoted ? quotes : undefined);
}

const rowsOf = (series: BarSeries): unknown[] =>
  Array.from({ length: series.length }, (_, i) => [
    new Date(series.openAt[i] ?? 0).toISOString().slice(0, 16),
    new Date(series.closeAt[i] ?? 0).toISOString().slice(0, 16),
    ...[series.open, series.high, series.low, series.close, series.volume].map((column) => column[i]),
  ]);

// 2013-11-29: an early close, 14:30 to 18:00 UTC.
const minutes = bars(
  "1m",
  [
    ["2013-11-29T14:20", "2013-11-29T14:21", 90, 91, 89, 90, 5],
    ["2013-11-29T14:30", "2013-11-29T14:31", 100, 102, 99, 101, 10],
    ["2013-11-29T14:33", "2013-11-29T14:34", 101, 105, 101, 104, 20],
    ["2013-11-29T15:00", "2013-11-29T15:01", 104, 104, 95, 96, 30],
    ["2013-11-29T17:59", "2013-11-29T18:00", 96, 97, 96, 97, 40],
    ["2013-11-29T18:00", "2013-11-29T18:01", 97, 99, 97, 99, 50],
  ],
  true,
);

test("[MKT-34] hours are aligned to UTC, cut at the session's ends, and only where something traded", () => {
  expect(rowsOf(aggregate(filterRegular(minutes, xnys), "1h", xnys))).toEqual([
    ["2013-11-29T14:30", "2013-11-29T15:00", 100, 105, 99, 104, 30],
    ["2013-11-29T15:00", "2013-11-29T16:00", 104, 104, 95, 96, 30],
    ["2013-11-29T17:00", "2013-11-29T18:00", 96, 97, 96, 97, 40],
  ]);
});

test("[MKT-34] a day is its session; around the clock it is the UTC day; quotes are the first open and the last close", () => {
  const day = aggregate(filterRegular(minutes, xnys), "1d", xnys);
  expect(rowsOf(day)).toEqual([["2013-11-29T14:30", "2013-11-29T18:00", 100, 105, 95, 97, 100]]);
  expect([
    day.quotes?.bidOpen[0],
    day.quotes?.bidClose[0],
    day.quotes?.askOpen[0],
    day.quotes?.askClose[0],
    day.quotes?.askSize[0],
  ]).toEqual([11, 24, 31, 44, 64]);
  expect(rowsOf(aggregate(minutes, "1d", always))).toEqual([["2013-11-29T00:00", "2013-11-30T00:00", 90, 105, 89, 99, 155]]);
});

test("[MKT-29, MKT-34] ticks at the very open and close belong to the first and last bar", () => {
  const ticks = bars("tick", [
    ["2013-11-29T14:30", "2013-11-29T14:30", 100, 100, 100, 100, 1],
    ["2013-11-29T17:59", "2013-11-29T17:59", 101, 101, 101, 101, 2],
    ["2013-11-29T18:00", "2013-11-29T18:00", 107, 107, 107, 107, 3],
    ["2013-11-29T18:00:00.001", "2013-11-29T18:00:00.001", 108, 108, 108, 108, 4],
  ]);
  const regular = filterRegular(ticks, xnys);
  expect(regular.length).toBe(3);
  expect(rowsOf(aggregate(regular, "1m", xnys))).toEqual([
    ["2013-11-29T14:30", "2013-11-29T14:31", 100, 100, 100, 100, 1],
    ["2013-11-29T17:59", "2013-11-29T18:00", 101, 107, 101, 107, 5],
  ]);
});

test("[MKT-27, MKT-29] the filter keeps what opens inside the session and cuts what runs past its close", () => {
  const hours = bars("1h", [
    ["2013-11-29T14:00", "2013-11-29T15:00", 1, 1, 1, 1, 1],
    ["2013-11-29T17:30", "2013-11-29T18:30", 2, 2, 2, 2, 2],
    ["2013-11-29T18:30", "2013-11-29T19:30", 3, 3, 3, 3, 3],
  ]);
  expect(rowsOf(filterRegular(hours, xnys))).toEqual([["2013-11-29T17:30", "2013-11-29T18:00", 2, 2, 2, 2, 2]]);
  const inside = sliceSeries(minutes, at("2013-11-29T14:30"), at("2013-11-29T18:00"));
  expect(filterRegular(inside, xnys)).toBe(inside);
});

test("[MKT-35] a slice holds the bars that open and close inside, on the same memory", () => {
  const slice = sliceSeries(minutes, at("2013-11-29T14:30"), at("2013-11-29T15:01"));
  expect(slice.length).toBe(3);
  expect(slice.close.buffer).toBe(minutes.close.buffer);
  expect([...(slice.quotes?.bidOpen ?? [])]).toEqual([11, 12, 13]);
  expect(sliceSeries(minutes, 0, Number.POSITIVE_INFINITY)).toBe(minutes);
  expect(sliceSeries(minutes, at("2020-01-01T00:00"), at("2021-01-01T00:00")).length).toBe(0);
});

test("[MKT-13] resolutions and lengths of bars are read from words and figures", () => {
  expect(["1m", "60s", "minute", "Daily", "1h", "60min", "24h", "tick", "5m", "15m", "x"].map(parseResolution)).toEqual([
    "1m",
    "1m",
    "1m",
    "1d",
    "1h",
    "1h",
    "1d",
    "tick",
    "5m",
    undefined,
    undefined,
  ]);
  expect([parseBarMs("15m"), parseBarMs("4h"), parseBarMs("soon")]).toEqual([900_000, 14_400_000, Number.NaN]);
});
