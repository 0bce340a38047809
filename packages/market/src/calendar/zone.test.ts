import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { parseDate } from "./day.ts";
import { dayBoundaries } from "./day-boundaries.ts";
import { zoneOf } from "./zone.ts";

const ZONES = [
  "UTC",
  "America/New_York",
  "Australia/Melbourne",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Pacific/Apia",
  "America/Havana",
  "Asia/Tokyo",
  "Europe/London",
];

test("[MKT-11] offsets, wall-clock times and local days agree with Temporal in every zone", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2037, 0, 1) }), (id, at) => {
      const zone = zoneOf(id);
      if (zone === undefined) throw new Error(id);
      const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(id);
      expect(zone.offsetAt(at)).toBe(zoned.offsetNanoseconds / 1e6);
      expect(zone.dayAt(at)).toBe(parseDate(zoned.toPlainDate().toString()));
      const wall = zoned.toPlainDateTime();
      expect(zone.instantOf(at + zone.offsetAt(at))).toBe(wall.toZonedDateTime(id, { disambiguation: "compatible" }).epochMilliseconds);
      expect(zone.startOfDay(zone.dayAt(at))).toBe(zoned.startOfDay().epochMilliseconds);
    }),
    { numRuns: runs(5_000), seed: seed() },
  );
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // zone                 wall clock             UTC                     why
  ["America/New_York", "2013-03-10T02:30", "2013-03-10T07:30:00Z", "the hour that does not exist moves forward"],
  ["America/New_York", "2013-11-03T01:30", "2013-11-03T05:30:00Z", "of two equal times the earlier is meant"],
  ["America/New_York", "2013-10-07T09:30", "2013-10-07T13:30:00Z", "summer time"],
  ["Asia/Kolkata",     "2013-10-07T09:30", "2013-10-07T04:00:00Z", "half an hour"],
] as const)("[MKT-11] %s %s is %s: %s", (id, wall, utc, _why) => {
  expect(zoneOf(id)?.instantOf(Date.parse(`${wall}Z`))).toBe(Date.parse(utc));
});

test("[MKT-11] an unknown zone is undefined", () => expect(zoneOf("Mars/Olympus")).toBeUndefined());

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["Australia/Melbourne", "2024-10-05", "2024-10-07", [24, 23, 24]], // Clocks go forward on the 6th.
  ["Australia/Melbourne", "2024-04-06", "2024-04-08", [24, 25, 24]],
  ["America/Sao_Paulo",   "2018-11-03", "2018-11-05", [24, 23, 24]], // Midnight of the 4th does not exist.
  ["America/Havana",      "2024-11-02", "2024-11-04", [24, 25, 24]], // One o'clock becomes midnight again.
  ["UTC",                 "2024-10-05", "2024-10-07", [24, 24, 24]],
] as const)("[MKT-30] days of %s from %s to %s (C2) last %j hours", (zone, from, to, hours) => {
  const noon = (date: string): number => Temporal.PlainDateTime.from(`${date}T12:00`).toZonedDateTime(zone).epochMilliseconds;
  const days = dayBoundaries(zone, noon(from), noon(to));
  expect(days?.dates).toHaveLength(3);
  expect(days?.dates[0]).toBe(from);
  expect(Array.from({ length: 3 }, (_, i) => ((days?.at[i + 1] ?? 0) - (days?.at[i] ?? 0)) / 3_600_000)).toEqual(hours);
  expect(days?.at[0]).toBe(Temporal.PlainDate.from(from).toZonedDateTime(zone).epochMilliseconds);
});

test("[MKT-30] the boundaries cover the span, and an unknown zone gives none", () => {
  const [from, to] = [Date.UTC(2024, 0, 10, 5), Date.UTC(2024, 2, 1, 5)];
  const days = dayBoundaries("America/New_York", from, to);
  expect((days?.at[0] ?? 0) <= from && (days?.at.at(-1) ?? 0) > to).toBe(true);
  expect(dayBoundaries("Nowhere", from, to)).toBeUndefined();
});
