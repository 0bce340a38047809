import type { InstantMs } from "@bulkhead/core";
import { zoneOf } from "@bulkhead/market";
import { gatewayZone } from "../gateway-time.ts";

const DAY_MS = 86_400_000;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const NUMBERS = /^(\d{4})-?(\d{2})-?(\d{2})(?:[;, T]\s?(\d{2}):?(\d{2}):?(\d{2})(?:\.\d+)?(?: (\S+))?)?$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const NAMED = /^(\d{1,2})-([A-Za-z]{3})-(\d{2}|\d{4})(?:[;, ]\s?(\d{2}):?(\d{2}):?(\d{2})(?: (\S+))?)?$/;

/**
 * A date, or a date and time, in any of the layouts that a query can be set to: `20260402;110805`, `2026-04-02;11:08:05 EDT`, `02-Apr-26`.
 * Dates with strokes are refused: whether the day or the month comes first cannot be told. A date alone is its first instant in `zone`.
 */
export function flexInstant(text: string, zone: string): InstantMs | Readonly<{ problem: string }> {
  if (/^\d{1,2}\/\d{1,2}\/\d{2,4}/.test(text))
    return { problem: "day and month cannot be told apart: set the query's date format to yyyyMMdd" };
  if (ISO.test(text)) return Number.isNaN(Date.parse(text)) ? { problem: "there is no such date" } : (Date.parse(text) as InstantMs);
  const parts = partsOf(text);
  if (parts === undefined) return { problem: "not a date of a statement" };
  const { year, month, day, time, suffix } = parts;
  const wall = Date.UTC(year, month - 1, day, ...time);
  const check = new Date(wall);
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day || time.some((part, place) => part > (place === 0 ? 23 : 59)))
    return { problem: "there is no such date" };
  const where = suffix === undefined ? zoneOf(zone) : gatewayZone(suffix);
  if (where === undefined) return { problem: `the time zone ${suffix ?? zone} is not known` };
  return where.instantOf(wall) as InstantMs;
}

/** The last instant of the day on which an instant falls. */
export function endOfDay(at: InstantMs, zone: string): InstantMs {
  const where = zoneOf(zone);
  return (where === undefined ? at + DAY_MS - 1 : where.startOfDay(where.dayAt(at) + 1) - 1) as InstantMs;
}

/** The first instant of a day, or of the Saturday before it where it is a Monday or in a weekend. */
export function afterWorkday(at: InstantMs, zone: string): InstantMs {
  const where = zoneOf(zone);
  if (where === undefined) return at;
  let day = where.dayAt(at);
  while (isWeekend(day - 1)) day -= 1;
  return where.startOfDay(day) as InstantMs;
}

/** Days count from 1970-01-01, which was a Thursday. */
const isWeekend = (day: number): boolean => ((((day + 4) % 7) + 7) % 7) % 6 === 0;

type Parts = Readonly<{ year: number; month: number; day: number; time: readonly [number, number, number]; suffix: string | undefined }>;

function partsOf(text: string): Parts | undefined {
  const plain = NUMBERS.exec(text);
  if (plain !== null) {
    const [, year, month, day] = plain;
    return { year: Number(year), month: Number(month), day: Number(day), time: timeOf(plain), suffix: plain[7] };
  }
  const named = NAMED.exec(text);
  if (named === null) return undefined;
  const [, day, name = "", year = ""] = named;
  const month = MONTHS.indexOf(name.toUpperCase()) + 1;
  return { year: Number(year.length === 2 ? `20${year}` : year), month, day: Number(day), time: timeOf(named), suffix: named[7] };
}

const timeOf = (match: RegExpExecArray): readonly [number, number, number] => [
  Number(match[4] ?? 0),
  Number(match[5] ?? 0),
  Number(match[6] ?? 0),
];
