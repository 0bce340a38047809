import { expect, test } from "vitest";
import { formatDate } from "../calendar/day.ts";
import { type Zone, zoneOf } from "../calendar/zone.ts";
import { detectTimeFormat, readTime, type TimeFormat, time } from "./time-cell.ts";

function zone(id: string): Zone {
  const found = zoneOf(id);
  if (found === undefined) throw new Error(id);
  return found;
}
const newYork = zone("America/New_York");
const utc = zone("UTC");

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // format       text                          zone       instant                     written date
  ["iso",      "2013-10-07",                    newYork, "2013-10-07T04:00:00.000Z", "2013-10-07"],
  ["iso",      "2013-10-07 09:30",              newYork, "2013-10-07T13:30:00.000Z", "2013-10-07"],
  ["iso",      "2013-10-07T09:30:15.123456",    newYork, "2013-10-07T13:30:15.123Z", "2013-10-07"],
  ["iso",      "2013-10-07T09:30:00Z",          newYork, "2013-10-07T09:30:00.000Z", "2013-10-07"],
  ["iso",      "2023-04-14 00:00:00+09:00",     utc,     "2023-04-13T15:00:00.000Z", "2023-04-14"],
  ["iso",      "2023-04-14 00:00:00-0430",      utc,     "2023-04-14T04:30:00.000Z", "2023-04-14"],
  ["iso",      "2018/10/15",                    utc,     "2018-10-15T00:00:00.000Z", "2018-10-15"],
  ["compact",  "20110103 090100",               utc,     "2011-01-03T09:01:00.000Z", "2011-01-03"],
  ["compact",  "20110103",                      newYork, "2011-01-03T05:00:00.000Z", "2011-01-03"],
  ["compact",  "20110103 09:30",                newYork, "2011-01-03T14:30:00.000Z", "2011-01-03"],
  ["m/d/y",    "1/2/1990",                      utc,     "1990-01-02T00:00:00.000Z", "1990-01-02"],
  ["m/d/y",    "12/31/2020 16:00",              newYork, "2020-12-31T21:00:00.000Z", "2020-12-31"],
  ["d/m/y",    "31.12.2020",                    utc,     "2020-12-31T00:00:00.000Z", "2020-12-31"],
  ["epoch-s",  "1672531436",                    newYork, "2023-01-01T00:03:56.000Z", "2023-01-01"],
  ["epoch-s",  "1672531436.25",                 utc,     "2023-01-01T00:03:56.250Z", "2023-01-01"],
  ["epoch-ms", "1509836520000",                 utc,     "2017-11-04T23:02:00.000Z", "2017-11-04"],
  ["epoch-us", "1583020803145000",              utc,     "2020-03-01T00:00:03.145Z", "2020-03-01"],
] as const)("[MKT-10] %s reads %s", (format, text, of, instant, date) => {
  expect(readTime(text, format, of)).toBe(true);
  expect([new Date(time.at).toISOString(), formatDate(time.day)]).toEqual([instant, date]);
});

test.each<[TimeFormat, string]>([
  ["iso", "11:34"],
  ["iso", "2013-02-30"],
  ["iso", "2013-10-07 9:75"],
  ["compact", "20131301"],
  ["m/d/y", "13/1/2020"],
  ["d/m/y", "1/13/2020"],
  ["epoch-s", "1509836520000"],
  ["epoch-ms", "soon"],
  ["iso", ""],
])("[MKT-10] %s does not read %j", (format, text) => expect(readTime(text, format, utc)).toBe(false));

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [["2013-10-07", "2013-10-08"],     "iso",      false],
  [["20131007 093000"],              "compact",  false],
  [["20131007"],                     "compact",  false],
  [["1/2/1990", "1/31/1990"],        "m/d/y",    false],
  [["1/2/1990", "3/4/1990"],         "m/d/y",    true],
  [["31/1/1990", "3/4/1990"],        "d/m/y",    false],
  [["1672531436", "1672531471"],     "epoch-s",  false],
  [["1509836520000"],                "epoch-ms", false],
  [["1583020803145000"],             "epoch-us", false],
] as const)("[MKT-10] %j is detected as %s", (samples, format, ambiguous) => expect(detectTimeFormat(samples, utc)).toEqual({ format, ambiguous }));

test("[MKT-10] what no format reads is not detected", () => {
  expect(detectTimeFormat(["yesterday"], utc)).toBeUndefined();
  expect(detectTimeFormat(["", " "], utc)).toBeUndefined();
});
