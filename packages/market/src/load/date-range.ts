import { parseDate } from "../calendar/day.ts";
import type { Zone } from "../calendar/zone.ts";
import { type DateRange, failure, type LoadFailure } from "./entry.ts";

/** A range in ms UTC and in local days, both ends included. */
export type Span = Readonly<{ ok: true; fromMs: number; toMs: number; firstDay: number; lastDay: number }>;

/** Resolves dates against a zone: `from` begins with its day, `to` ends with its day. */
export function spanOf(range: DateRange, zone: Zone): Span | LoadFailure {
  const from = range.from === undefined ? Number.NEGATIVE_INFINITY : boundary(range.from, zone, 0);
  const to = range.to === undefined ? Number.POSITIVE_INFINITY : boundary(range.to, zone, 1);
  if (Number.isNaN(from)) return failure("DATE_INVALID", `from=${range.from}`);
  if (Number.isNaN(to)) return failure("DATE_INVALID", `to=${range.to}`);
  if (from > to) return failure("DATE_INVALID", `from=${range.from} is after to=${range.to}`);
  return {
    ok: true,
    fromMs: from,
    toMs: to,
    firstDay: finite(from) ? zone.dayAt(from) : from,
    lastDay: finite(to) ? zone.dayAt(to - 1) : to,
  };
}

const finite = Number.isFinite;

function boundary(text: string, zone: Zone, after: 0 | 1): number {
  const day = parseDate(text);
  if (!Number.isNaN(day)) return zone.startOfDay(day + after);
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return Number.NaN;
  return Date.parse(text);
}
