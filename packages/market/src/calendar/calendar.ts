import { DAY_MS, formatDate, parseDate, weekday } from "./day.ts";
import { REGULAR_HOURS, XNYS_FIRST_YEAR, XNYS_LAST_YEAR, XNYS_VERSION, xnysTable } from "./xnys-table.ts";
import { type Zone, zoneOf } from "./zone.ts";

/** Calendars that we have. */
export type CalendarId = "XNYS" | "24/7";

/** One trading day: `[openAt, closeAt]` in ms UTC; `early` where it ends before the usual time. */
export type Session = Readonly<{ kind: "open"; date: string; openAt: number; closeAt: number; early: boolean }>;
/** A day without a session and why: "Weekend", a holiday's name, "Outside the table". */
export type Closed = Readonly<{ kind: "closed"; date: string; reason: string }>;

/** When one market trades in regular hours. Instants are ms UTC; dates are local to `zone`. */
export type Calendar = Readonly<{
  id: CalendarId;
  /** Version of the table that it was computed from. */
  version: string;
  zone: Zone;
  /** First and last local day known, counted from 1970-01-01. Infinite for 24/7. */
  firstDay: number;
  lastDay: number;
  /** The session that holds an instant, its open and close included; undefined when closed. */
  sessionOf(at: number): Session | undefined;
  isRegular(at: number): boolean;
  /** The first opening at or after an instant; undefined past the table. */
  nextOpen(at: number): number | undefined;
  /** The session of a local date `YYYY-MM-DD`, or why there is none. */
  sessionOn(date: string): Session | Closed;
  /** Opening of the session of a local day (counted from 1970-01-01); NaN when closed. Allocates nothing. */
  openOf(day: number): number;
  /** Close of the session of a local day; NaN when closed. Allocates nothing. */
  closeOf(day: number): number;
}>;

const made = new Map<CalendarId, Calendar>();

/** The calendar of an id, built on first use. */
export function calendarOf(id: CalendarId): Calendar {
  const known = made.get(id);
  if (known !== undefined) return known;
  const calendar = id === "XNYS" ? xnys() : always();
  made.set(id, calendar);
  return calendar;
}

/** The calendar id of a text of the config ("XNYS", "24/7"), or undefined. */
export function parseCalendarId(text: string): CalendarId | undefined {
  return text === "XNYS" || text === "24/7" ? text : undefined;
}

/** The calendar of a venue: US listing venues keep XNYS hours, everything else is taken to trade around the clock. */
export function calendarOfVenue(venue: string): CalendarId {
  return /^(XNYS|NYSE|XNAS|NASDAQ|ARCX|ARCA|BATS|XASE|AMEX|IEXG)$/.test(venue) ? "XNYS" : "24/7";
}

function xnys(): Calendar {
  const zone = zoneOf("America/New_York");
  if (zone === undefined) throw new Error("ZONE_UNKNOWN: zone=America/New_York");
  const firstDay = parseDate(`${XNYS_FIRST_YEAR}-01-01`);
  const lastDay = parseDate(`${XNYS_LAST_YEAR}-12-31`);
  const opens = new Float64Array(lastDay - firstDay + 1).fill(Number.NaN);
  const closes = new Float64Array(opens.length).fill(Number.NaN);
  const early = new Uint8Array(opens.length);
  const table = xnysTable();
  const reasonOf = (day: number): string | undefined => (weekday(day) % 6 === 0 ? "Weekend" : table.closed.get(day));
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (reasonOf(day) !== undefined) continue;
    const hours = table.hours.get(day) ?? REGULAR_HOURS;
    opens[day - firstDay] = zone.instantOf(day * DAY_MS + hours.open * 60_000);
    closes[day - firstDay] = zone.instantOf(day * DAY_MS + hours.close * 60_000);
    early[day - firstDay] = hours.close < REGULAR_HOURS.close ? 1 : 0;
  }
  const openOf = (day: number): number => opens[day - firstDay] ?? Number.NaN;
  const closeOf = (day: number): number => closes[day - firstDay] ?? Number.NaN;
  const sessionAt = (day: number): Session => ({
    kind: "open",
    date: formatDate(day),
    openAt: openOf(day),
    closeAt: closeOf(day),
    early: early[day - firstDay] === 1,
  });
  const isRegular = (at: number): boolean => {
    const day = zone.dayAt(at);
    return at >= openOf(day) && at <= closeOf(day);
  };
  return {
    id: "XNYS",
    version: XNYS_VERSION,
    zone,
    firstDay,
    lastDay,
    isRegular,
    sessionOf: (at) => (isRegular(at) ? sessionAt(zone.dayAt(at)) : undefined),
    nextOpen: (at) => {
      for (let day = Math.max(zone.dayAt(at), firstDay); day <= lastDay; day += 1) if (openOf(day) >= at) return openOf(day);
      return undefined;
    },
    sessionOn: (date) => {
      const day = parseDate(date);
      if (!Number.isNaN(openOf(day))) return sessionAt(day);
      const inside = day >= firstDay && day <= lastDay;
      return { kind: "closed", date, reason: inside ? (reasonOf(day) ?? "Closed") : "Outside the table" };
    },
    openOf,
    closeOf,
  };
}

/** Every day from UTC midnight to UTC midnight. */
function always(): Calendar {
  const zone = zoneOf("UTC");
  if (zone === undefined) throw new Error("ZONE_UNKNOWN: zone=UTC");
  const sessionAt = (day: number): Session => ({
    kind: "open",
    date: formatDate(day),
    openAt: day * DAY_MS,
    closeAt: (day + 1) * DAY_MS,
    early: false,
  });
  return {
    id: "24/7",
    version: "1",
    zone,
    firstDay: Number.NEGATIVE_INFINITY,
    lastDay: Number.POSITIVE_INFINITY,
    isRegular: () => true,
    sessionOf: (at) => sessionAt(zone.dayAt(at)),
    nextOpen: (at) => Math.ceil(at / DAY_MS) * DAY_MS,
    sessionOn: (date) => {
      const day = parseDate(date);
      return Number.isNaN(day) ? { kind: "closed", date, reason: "No such date" } : sessionAt(day);
    },
    openOf: (day) => day * DAY_MS,
    closeOf: (day) => (day + 1) * DAY_MS,
  };
}
