import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { calendarOf } from "./calendar.ts";
import { formatDate, weekday } from "./day.ts";

const shared = new URL("../../../../../shared/data/equities/", import.meta.url);
const closings = new URL("nyse-full-day-holidays-1928-2021.csv", shared);
const database = new URL("lean/market-hours-database.json.gz", shared);
const xnys = calendarOf("XNYS");

/** `M/D/YYYY` as `YYYY-MM-DD`. */
function iso(text: string): string {
  const [month = "", day = "", year = ""] = text.trim().split("/");
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function closedWeekdays(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let day = xnys.firstDay; day <= xnys.lastDay; day += 1) {
    const date = formatDate(day);
    if (date >= from && date <= to && weekday(day) % 6 !== 0 && xnys.sessionOn(date).kind === "closed") dates.push(date);
  }
  return dates;
}

test.skipIf(!existsSync(closings))("[MKT-26] every full-day closing of the exchange's list from 1985 on, and no other", () => {
  const listed = readFileSync(closings, "utf8")
    .split(/\r?\n/)
    .filter((line) => line.includes("/"))
    .map(iso)
    .filter((date) => date >= "1985")
    .sort();
  expect(listed.length).toBe(324);
  expect(closedWeekdays("1985-01-01", listed.at(-1) ?? "")).toEqual(listed);
});

test.skipIf(!existsSync(database))("[MKT-26] LEAN's database differs only as docs/decisions/0020 says", () => {
  const text = gunzipSync(readFileSync(database)).toString("utf8");
  const usa = (JSON.parse(text) as { entries: Record<string, { holidays: string[]; earlyCloses: Record<string, string> }> }).entries[
    "Equity-usa-[*]"
  ];
  const holidays = (usa?.holidays ?? []).map(iso).sort();
  const early = Object.keys(usa?.earlyCloses ?? {})
    .map(iso)
    .sort();
  expect(closedWeekdays("1998-01-01", "2026-12-31").filter((date) => !holidays.includes(date))).toEqual([]);
  expect(holidays.filter((date) => xnys.sessionOn(date).kind === "open")).toEqual([]);
  const ours = (date: string): boolean => {
    const session = xnys.sessionOn(date);
    return session.kind === "open" && session.early;
  };
  expect(early.filter((date) => !ours(date))).toEqual(["2017-12-24"]); // A Sunday.
  const missing: string[] = [];
  for (let year = 1998; year <= 2026; year += 1) {
    for (let day = Date.UTC(year, 0, 1) / 86_400_000; day <= Date.UTC(year, 11, 31) / 86_400_000; day += 1) {
      const date = formatDate(day);
      if (ours(date) && !early.includes(date)) missing.push(date);
    }
  }
  expect(missing).toEqual(["1998-11-27", "1998-12-24", "2005-06-01"]);
});

const prices = new URL("csv/", shared);

test.skipIf(!existsSync(prices)).each([
  ["SPY-daily-1999-2020.csv.gz", 5_241, "1999-11-01", "2020-08-28"],
  ["SPX-daily-long.csv.gz", 8_111, "1990-01-02", "2022-03-10"],
])("[MKT-26] a session on every day that %s has a price of, %i of them, and on no other", (file, count, from, to) => {
  const text = gunzipSync(readFileSync(new URL(file, prices)))
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const dates = text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => /\d{4}-\d{2}-\d{2}|\d{1,2}\/\d{1,2}\/\d{4}/.exec(line) ?? [])
    .map((date) => (date.includes("/") ? iso(date) : date))
    .sort();
  expect([dates.length, dates[0], dates.at(-1)]).toEqual([count, from, to]);
  const sessions: string[] = [];
  for (let day = xnys.firstDay; day <= xnys.lastDay; day += 1) {
    const date = formatDate(day);
    if (date >= from && date <= to && xnys.sessionOn(date).kind === "open") sessions.push(date);
  }
  expect(sessions).toEqual(dates);
});
