import type { CalendarId } from "../calendar/calendar.ts";
import type { Resolution } from "../series/resolution.ts";
import type { Adjustment } from "../series/series.ts";
import type { TimeFormat } from "./time-cell.ts";

/** A column: its name in the header (any of several, without regard to case), or its position from 1. */
export type ColumnRef = string | number | readonly string[];

/**
 * Which column holds what. `time` (or `date` and `time` together), then either open, high, low and close, or `price` alone (ticks,
 * or a file of closes). `volume` and `symbol` are optional.
 */
export type ColumnMap = Readonly<{
  time?: ColumnRef;
  date?: ColumnRef;
  open?: ColumnRef;
  high?: ColumnRef;
  low?: ColumnRef;
  close?: ColumnRef;
  price?: ColumnRef;
  volume?: ColumnRef;
  symbol?: ColumnRef;
}>;

/** Whether the time of a row is that of the start or the end of its bar. */
export type BarLabel = "start" | "end";

/** Everything that a reader must know about a text layout; what is absent is detected from the file. */
export type Layout = Readonly<{
  columns: ColumnMap;
  header: boolean;
  /** Every column but the time's is one symbol's price, named by the header; an empty cell is no row. */
  wide?: boolean;
  delimiter?: string;
  timeFormat?: TimeFormat;
  zone?: string;
  label?: BarLabel;
  resolution?: Resolution;
  adjustment?: Adjustment;
  calendar?: CalendarId;
  kind?: "share" | "coin" | "perpetual";
}>;

/** Positions from 0 of the columns of a map, or the first name that the header lacks. */
export type ResolvedColumns = Readonly<{
  time: readonly number[];
  /** open, high, low, close; for ticks the price four times. */
  prices: readonly [number, number, number, number];
  ticks: boolean;
  /** -1 where there is none. */
  volume: number;
  symbol: number;
  /** The least number of cells that a row must have. */
  width: number;
}>;

/** Resolves a map against a header (undefined when there is none); the missing columns are named. */
export function resolveColumns(
  map: ColumnMap,
  header: readonly string[] | undefined,
): { ok: true; columns: ResolvedColumns } | { ok: false; missing: readonly string[] } {
  const missing: string[] = [];
  const find = (name: keyof ColumnMap, needed: boolean): number => {
    const ref = map[name];
    const index = ref === undefined ? -1 : position(ref, header);
    if (index < 0 && (needed || ref !== undefined)) missing.push(ref === undefined ? name : `${name} (${String(ref)})`);
    return index;
  };
  const ticks = map.price !== undefined;
  const time = [
    map.date === undefined ? -1 : find("date", true),
    map.time === undefined && map.date !== undefined ? -1 : find("time", true),
  ].filter((index) => index >= 0);
  const price = ticks ? find("price", true) : -1;
  const prices = ticks
    ? ([price, price, price, price] as const)
    : ([find("open", true), find("high", true), find("low", true), find("close", true)] as const);
  const volume = find("volume", false);
  const symbol = find("symbol", false);
  if (missing.length > 0) return { ok: false, missing };
  return { ok: true, columns: { time, prices, ticks, volume, symbol, width: Math.max(...time, ...prices, volume, symbol) + 1 } };
}

function position(ref: ColumnRef, header: readonly string[] | undefined): number {
  if (typeof ref === "number") return ref - 1;
  const names = typeof ref === "string" ? [ref] : ref;
  if (header === undefined) return -1;
  for (const name of names) {
    const index = header.findIndex((cell) => cell.trim().toLowerCase() === name.toLowerCase());
    if (index >= 0) return index;
  }
  return -1;
}
