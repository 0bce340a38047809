import { epochDay, parseDate, weekday } from "./day.ts";

/**
 * Sessions of the New York Stock Exchange, by its rules (Rule 7.2, "Holidays", and the yearly announcements) and by the
 * dated exceptions below. Sources compared: the exchange's list of closings since 1885 as kept by pandas_market_calendars
 * (MIT) and LEAN's market-hours database (Apache-2.0); differences are settled in docs/decisions.
 */
export const XNYS_VERSION = "2026-11-20";
export const XNYS_FIRST_YEAR = 1985;
export const XNYS_LAST_YEAR = 2035;

/** Minutes since local midnight. */
export type DayHours = Readonly<{ open: number; close: number }>;

/** Hours of a day without an exception. */
export const REGULAR_HOURS: DayHours = { open: 9 * 60 + 30, close: 16 * 60 };
const ONE_PM = 13 * 60;

/** Full-day closures that no rule gives, with their reason. */
const CLOSED: Readonly<Record<string, string>> = {
  "1985-09-27": "Hurricane Gloria",
  "1994-04-27": "Funeral of Richard Nixon",
  "2001-09-11": "September 11 attacks",
  "2001-09-12": "September 11 attacks",
  "2001-09-13": "September 11 attacks",
  "2001-09-14": "September 11 attacks",
  "2004-06-11": "Mourning for Ronald Reagan",
  "2007-01-02": "Mourning for Gerald Ford",
  "2012-10-29": "Hurricane Sandy",
  "2012-10-30": "Hurricane Sandy",
  "2018-12-05": "Mourning for George H. W. Bush",
  "2025-01-09": "Mourning for Jimmy Carter",
};

/** Days with other hours that no rule gives: [first date, last date, open, close], in local hours and minutes. */
const HOURS: readonly (readonly [string, string, string, string])[] = [
  ["1985-01-01", "1985-09-29", "10:00", "16:00"], // The opening moved from 10:00 to 09:30 on 1985-09-30.
  ["1987-10-23", "1987-10-30", "09:30", "14:00"], // Backlog after the crash.
  ["1987-11-02", "1987-11-04", "09:30", "14:30"],
  ["1987-11-05", "1987-11-06", "09:30", "15:00"],
  ["1987-11-09", "1987-11-11", "09:30", "15:30"],
  ["1989-11-10", "1989-11-10", "11:00", "16:00"], // Electrical fire.
  ["1990-12-24", "1990-12-24", "09:30", "14:00"],
  ["1990-12-27", "1990-12-27", "09:31", "16:00"], // Minutes of silence and the like.
  ["1991-01-17", "1991-01-17", "09:31", "16:00"],
  ["1991-02-25", "1991-02-25", "09:31", "16:00"],
  ["1991-12-24", "1991-12-24", "09:30", "14:00"],
  ["1992-11-27", "1992-11-27", "09:30", "14:00"],
  ["1992-12-24", "1992-12-24", "09:30", "14:00"],
  ["1994-02-11", "1994-02-11", "09:30", "14:30"], // Snow.
  ["1995-12-18", "1995-12-18", "10:30", "16:00"], // Computer trouble.
  ["1996-01-08", "1996-01-08", "11:00", "14:00"], // Snow.
  ["1997-10-27", "1997-10-27", "09:30", "15:30"], // Circuit breaker.
  ["1997-12-26", "1997-12-26", "09:30", "13:00"],
  ["2001-09-17", "2001-09-17", "09:33", "16:00"],
  ["2001-10-08", "2001-10-08", "09:31", "16:00"],
  ["2002-09-11", "2002-09-11", "12:00", "16:00"],
  ["2003-03-20", "2003-03-20", "09:32", "16:00"],
  ["2003-12-26", "2003-12-26", "09:30", "13:00"],
  ["2004-06-07", "2004-06-07", "09:32", "16:00"],
  ["2005-06-01", "2005-06-01", "09:30", "15:56"], // Communication trouble.
  ["2006-12-27", "2006-12-27", "09:32", "16:00"],
];

/** The table: days (counted from 1970-01-01) that are closed and why, and days with hours of their own. */
export type XnysTable = Readonly<{ closed: ReadonlyMap<number, string>; hours: ReadonlyMap<number, DayHours> }>;

/** Computes the exceptions of all years; every other weekday is a regular session. */
export function xnysTable(): XnysTable {
  const closed = new Map<number, string>();
  const hours = new Map<number, DayHours>();
  for (let year = XNYS_FIRST_YEAR; year <= XNYS_LAST_YEAR; year += 1) {
    for (const day of closesAtOne(year)) hours.set(day, { open: REGULAR_HOURS.open, close: ONE_PM });
    for (const [name, day] of holidaysOf(year)) if (!Number.isNaN(day)) closed.set(day, name);
  }
  for (const [date, reason] of Object.entries(CLOSED)) closed.set(parseDate(date), reason);
  for (const [first, last, open, close] of HOURS) {
    for (let day = parseDate(first); day <= parseDate(last); day += 1) hours.set(day, { open: minutes(open), close: minutes(close) });
  }
  return { closed, hours };
}

/** Observed days of one year; NaN where not observed in that year. */
function holidaysOf(year: number): readonly (readonly [string, number])[] {
  const newYear = epochDay(year, 1, 1);
  return [
    // On a Saturday it is not observed: the preceding Friday is the last day of the accounting year.
    ["New Year's Day", weekday(newYear) === 0 ? newYear + 1 : newYear],
    ["Martin Luther King Jr. Day", year >= 1998 ? nth(year, 1, 1, 3) : Number.NaN],
    ["Washington's Birthday", nth(year, 2, 1, 3)],
    ["Good Friday", easter(year) - 2],
    ["Memorial Day", lastMonday(year, 5)],
    ["Juneteenth", year >= 2022 ? nearest(epochDay(year, 6, 19)) : Number.NaN],
    ["Independence Day", nearest(epochDay(year, 7, 4))],
    ["Labor Day", nth(year, 9, 1, 1)],
    ["Thanksgiving Day", nth(year, 11, 4, 4)],
    ["Christmas Day", nearest(epochDay(year, 12, 25))],
  ];
}

/** The days that rules end at 13:00: around Independence Day since 1995, after Thanksgiving since 1993, Christmas Eve since 1996. */
function closesAtOne(year: number): readonly number[] {
  const days: number[] = [];
  const [third, fifth, eve] = [epochDay(year, 7, 3), epochDay(year, 7, 5), epochDay(year, 12, 24)];
  if (year >= 1995 && [1, 2, 4].includes(weekday(third))) days.push(third);
  if (year >= 2013 && weekday(third) === 3) days.push(third);
  if (year >= 1996 && year <= 2012 && weekday(fifth) === 5) days.push(fifth);
  if (year >= 1993) days.push(nth(year, 11, 4, 4) + 1);
  if (year >= 1996 && weekday(eve) >= 1 && weekday(eve) <= 4) days.push(eve);
  return days;
}

function nth(year: number, month: number, wday: number, n: number): number {
  const first = epochDay(year, month, 1);
  return first + ((wday - weekday(first) + 7) % 7) + (n - 1) * 7;
}

function lastMonday(year: number, month: number): number {
  const last = epochDay(year, month, 31);
  return last - ((weekday(last) + 6) % 7);
}

/** Saturday's is observed on Friday, Sunday's on Monday. */
function nearest(day: number): number {
  const wday = weekday(day);
  return wday === 6 ? day - 1 : wday === 0 ? day + 1 : day;
}

/** Gregorian Easter Sunday (Meeus, Jones, Butcher). */
function easter(year: number): number {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return epochDay(year, Math.floor(n / 31), (n % 31) + 1);
}

function minutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
