import type { BusinessDate } from "@bulkhead/core";
import { formatDate } from "./day.ts";
import { zoneOf } from "./zone.ts";

/** Local days that cover a span: day i of `dates` begins at `at[i]` (ms UTC) and ends at `at[i + 1]`; `at` has one more entry. */
export type DayBoundaries = Readonly<{ zone: string; at: Float64Array; dates: readonly BusinessDate[] }>;

/**
 * The instants at which local days begin in an IANA zone, from the day that holds `fromMs` through the end of the day that
 * holds `toMs`; DST-safe. For `RollDay`, so that the engine knows no zones. Undefined for an unknown zone.
 */
export function dayBoundaries(zoneId: string, fromMs: number, toMs: number): DayBoundaries | undefined {
  const zone = zoneOf(zoneId);
  if (zone === undefined) return undefined;
  const first = zone.dayAt(fromMs);
  const count = zone.dayAt(toMs) - first + 1;
  const at = new Float64Array(count + 1);
  const dates: BusinessDate[] = [];
  for (let i = 0; i <= count; i += 1) {
    at[i] = zone.startOfDay(first + i);
    if (i < count) dates.push(formatDate(first + i) as BusinessDate);
  }
  return { zone: zoneId, at, dates };
}
