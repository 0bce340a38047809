import type { InstantMs, InstrumentId, PortfolioId } from "@bulkhead/core";
import { type CalendarId, calendarOf, dayBoundaries, zoneOf } from "@bulkhead/market";
import { expect, test } from "vitest";
import { flat, type Row, SETTINGS, Stage, seriesOf } from "../host/stage.ts";
import { eventsOf, HANDS, order, play } from "./weather.ts";

const HOUR = 3_600_000;
const XNYS = calendarOf("XNYS");
const wall = (zone: string, at: number): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainTime().toString().slice(0, 5);
const dates = (from: string, to: string): readonly string[] => {
  const days: string[] = [];
  for (let day = Temporal.PlainDate.from(from); Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 }))
    days.push(day.toString());
  return days;
};

test("[Z39] no day is 24 hours by arithmetic: on the days of a change a session ends when its clock says so, and a day of 23 or 25 hours ends once", () => {
  for (const date of dates("2026-01-01", "2026-12-31")) {
    const session = XNYS.sessionOn(date);
    if (session.kind === "closed") continue;
    expect([date, wall("America/New_York", session.openAt)]).toEqual([date, "09:30"]);
    expect([date, wall("America/New_York", session.closeAt)]).toEqual([date, session.early ? "13:00" : "16:00"]);
  }
  const rolled = (date: string): readonly number[] => {
    const noon = Temporal.PlainDateTime.from(`${date}T12:00`).toZonedDateTime("America/New_York").epochMilliseconds;
    const days = dayBoundaries("America/New_York", noon - 24 * HOUR, noon + 24 * HOUR);
    return Array.from({ length: 3 }, (_, i) => ((days?.at[i + 1] ?? 0) - (days?.at[i] ?? 0)) / HOUR);
  };
  expect([rolled("2026-03-08"), rolled("2026-11-01")]).toEqual([
    [24, 23, 24],
    [24, 25, 24],
  ]);
});

test("[Z40] between the American and the European change New York opens an hour earlier for London, and on no other day", () => {
  const early = dates("2026-01-01", "2026-12-31").filter((date) => {
    const session = XNYS.sessionOn(date);
    if (session.kind === "closed") return false;
    const opens = wall("Europe/London", session.openAt);
    expect(["13:30", "14:30"]).toContain(opens);
    return opens === "13:30";
  });
  const sessions = (from: string, to: string): readonly string[] => dates(from, to).filter((date) => XNYS.sessionOn(date).kind === "open");
  expect(early).toEqual([...sessions("2026-03-08", "2026-03-28"), ...sessions("2026-10-25", "2026-10-31")]);
});

test("[Z41] of an hour that comes twice the first is meant, of one that does not come the next: a session there opens once and closes after it opened", () => {
  const zone = zoneOf("America/New_York");
  if (zone === undefined) throw new Error("no zone");
  const at = (wallClock: string): number => zone.instantOf(Date.parse(`${wallClock}Z`));
  // A market that opened at 01:30 and closed at 02:30 on every day of the year would be open for a positive time on each.
  for (const date of dates("2026-01-01", "2026-12-31")) {
    const [openAt, closeAt] = [at(`${date}T01:30`), at(`${date}T02:30`)];
    const hours = date === "2026-11-01" ? 2 : 1;
    expect([date, (closeAt - openAt) / HOUR]).toEqual([date, hours]);
  }
  expect(new Date(at("2026-11-01T01:30")).toISOString()).toBe("2026-11-01T05:30:00.000Z");
  expect(new Date(at("2026-03-08T02:30")).toISOString()).toBe("2026-03-08T07:30:00.000Z");
});

test("[Z42] a session that crosses the local midnight is one session: orders, positions and exits go through it, only the day ends", () => {
  // New York's Monday in Kolkata: from 20:00 to 02:30 of Tuesday. Its midnight is 18:30 UTC, at the eighth half hour.
  const session = XNYS.sessionOn("2026-01-05");
  if (session.kind === "closed") throw new Error(session.reason);
  const at = (i: number): InstantMs => (session.openAt + i * (HOUR / 2)) as InstantMs;
  const rows: Row[] = [...Array.from({ length: 10 }, () => flat(1000)), flat(880), flat(880), flat(880)];
  const stage = new Stage(
    [seriesOf("A", rows, at, (i) => at(i + 1))],
    [{ ...HANDS, settings: { ...SETTINGS, timeZone: "Asia/Kolkata" } }],
    {
      settings: { calendars: new Map<InstrumentId, CalendarId>([["A@XNYS" as InstrumentId, "XNYS"]]) },
    },
  );
  const date = (): unknown => stage.engine.state.portfolios.get("hands" as PortfolioId)?.day?.date;
  play(stage, {
    2: () => {
      order(stage, "buy 10");
      order(stage, "buy 5", { limit: 900, timeInForce: "day" });
      expect(date()).toBe("2026-01-05");
    },
    9: () => {
      expect(date()).toBe("2026-01-06");
      expect(XNYS.isRegular(stage.host.now())).toBe(true);
      expect(stage.units("hands", "A")).toBe(10);
      expect([...stage.engine.state.orders.values()].map(({ status }) => status)).toContain("sending");
    },
  });
  expect(stage.units("hands", "A")).toBe(15);
  const days = eventsOf(stage.records, "DayRolled").filter(({ portfolios }) => portfolios.includes("hands" as PortfolioId));
  expect(days.map(({ date: day }) => day)).toEqual(["2026-01-05", "2026-01-06"]);
});
