import { expect, test } from "vitest";
import { calendarOf, calendarOfVenue, parseCalendarId } from "./calendar.ts";
import { DAY_MS, formatDate } from "./day.ts";

const xnys = calendarOf("XNYS");
const always = calendarOf("24/7");

const local = (at: number): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("America/New_York").toPlainTime().toString({ smallestUnit: "minute" });

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // date          hours              early
  ["2013-10-07", "09:30", "16:00", false],
  ["2013-11-29", "09:30", "13:00", true],  // After Thanksgiving.
  ["2015-12-24", "09:30", "13:00", true],  // Christmas Eve.
  ["2012-07-03", "09:30", "13:00", true],  // Before Independence Day.
  ["2002-07-05", "09:30", "13:00", true],  // After Independence Day on a Thursday, until 2012.
  ["2013-07-03", "09:30", "13:00", true],  // Before Independence Day on a Thursday, since 2013.
  ["2013-07-05", "09:30", "16:00", false],
  ["2003-12-26", "09:30", "13:00", true],
  ["1997-10-27", "09:30", "15:30", true],  // Circuit breaker.
  ["2001-09-17", "09:33", "16:00", false], // Minutes of silence.
  ["2002-09-11", "12:00", "16:00", false],
  ["1996-01-08", "11:00", "14:00", true],  // Snow.
  ["1987-10-26", "09:30", "14:00", true],
  ["1985-09-26", "10:00", "16:00", false],
  ["1985-09-30", "09:30", "16:00", false],
  ["2026-11-27", "09:30", "13:00", true],
  ["2028-07-03", "09:30", "13:00", true],
  ["2021-12-31", "09:30", "16:00", false], // New Year's Day 2022 was a Saturday.
] as const)("[MKT-26] XNYS opens on %s at %s and closes at %s, early %s", (date, open, close, early) => {
  const session = xnys.sessionOn(date);
  if (session.kind !== "open") throw new Error(session.reason);
  expect([local(session.openAt), local(session.closeAt), session.early]).toEqual([open, close, early]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["2013-10-06", "Weekend"],
  ["2013-11-28", "Thanksgiving Day"],
  ["2001-09-11", "September 11 attacks"],
  ["2004-06-11", "Mourning for Ronald Reagan"],
  ["2007-01-02", "Mourning for Gerald Ford"],
  ["2012-10-30", "Hurricane Sandy"],
  ["2018-12-05", "Mourning for George H. W. Bush"],
  ["2025-01-09", "Mourning for Jimmy Carter"],
  ["1985-09-27", "Hurricane Gloria"],
  ["2022-06-20", "Juneteenth"],          // Sunday's is observed on Monday.
  ["2027-12-24", "Christmas Day"],       // Saturday's on Friday.
  ["2026-07-03", "Independence Day"],
  ["2024-03-29", "Good Friday"],
  ["1998-01-19", "Martin Luther King Jr. Day"],
  ["2023-01-02", "New Year's Day"],
  ["2036-01-02", "Outside the table"],
  ["2013-02-30", "Outside the table"],
] as const)("[MKT-26] XNYS is closed on %s: %s", (date, reason) => expect(xnys.sessionOn(date)).toEqual({ kind: "closed", date, reason }));

test("[MKT-26] the table names its version, and no Martin Luther King day is kept before 1998 nor Juneteenth before 2022", () => {
  expect(xnys.version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(xnys.sessionOn("1997-01-20").kind).toBe("open");
  expect(xnys.sessionOn("2021-06-18").kind).toBe("open");
});

test("[MKT-31] sessionOf, isRegular and nextOpen agree with sessionOn on every day", () => {
  let opens = 0;
  for (let day = xnys.firstDay; day <= xnys.lastDay; day += 1) {
    const session = xnys.sessionOn(formatDate(day));
    if (session.kind === "closed") {
      expect(xnys.openOf(day)).toBeNaN();
      continue;
    }
    opens += 1;
    const { openAt, closeAt } = session;
    if (xnys.sessionOf(openAt)?.date !== session.date || xnys.sessionOf(closeAt)?.openAt !== openAt) throw new Error(session.date);
    if (xnys.isRegular(openAt - 1) || xnys.isRegular(closeAt + 1) || !xnys.isRegular(openAt)) throw new Error(session.date);
    if (xnys.nextOpen(openAt) !== openAt || xnys.nextOpen(openAt - 1) !== openAt || xnys.nextOpen(closeAt) === openAt)
      throw new Error(session.date);
  }
  expect(opens).toBeGreaterThan(12_800);
  expect(xnys.nextOpen(Date.UTC(2036, 0, 1))).toBeUndefined();
  expect(local(xnys.nextOpen(Date.UTC(2001, 8, 11)) ?? 0)).toBe("09:33"); // The Monday after.
});

test("[MKT-31] around the clock every day is a session from UTC midnight to midnight", () => {
  const at = Date.UTC(2024, 5, 1, 13);
  expect(always.sessionOf(at)).toEqual({
    kind: "open",
    date: "2024-06-01",
    openAt: at - 13 * 3_600_000,
    closeAt: at + 11 * 3_600_000,
    early: false,
  });
  expect([always.isRegular(at), always.nextOpen(at), always.sessionOn("2024-02-30").kind]).toEqual([true, Date.UTC(2024, 5, 2), "closed"]);
  expect(always.closeOf(3) - always.openOf(3)).toBe(DAY_MS);
});

test("[MKT-26] US listing venues keep New York hours, others trade around the clock", () => {
  expect(["XNYS", "NASDAQ", "ARCX", "LOCAL", "BINANCE"].map(calendarOfVenue)).toEqual(["XNYS", "XNYS", "XNYS", "24/7", "24/7"]);
  expect(["XNYS", "24/7", "XLON"].map(parseCalendarId)).toEqual(["XNYS", "24/7", undefined]);
});
