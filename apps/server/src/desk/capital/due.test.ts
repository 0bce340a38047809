import { loadConfig } from "@bulkhead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { Due } from "./due.ts";

const text = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const NEW_YORK = "America/New_York";

test("[CAP-21] a schedule keeps to the clocks of its zone: what a change leaves out comes right after it, what comes twice is due once", () => {
  const early = new Due({ schedule: "30 2 * * *", timeZone: NEW_YORK });
  const spring = early.after(Date.UTC(2026, 2, 8, 0));
  expect([text(spring), text(early.after(spring ?? 0))]).toEqual(["2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"]);
  const night = new Due({ schedule: "30 1 * * *", timeZone: NEW_YORK });
  const autumn = night.after(Date.UTC(2026, 9, 31, 12));
  expect([text(autumn), text(night.after(autumn ?? 0))]).toEqual(["2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"]);
});

test("[CAP-21] the last due instant is the one at or before, to the millisecond", () => {
  const daily = new Due({ schedule: "0 9 * * *", timeZone: "UTC" });
  const nine = Date.UTC(2026, 5, 1, 9);
  expect([nine - 1, nine, nine + 1, nine + 999].map((at) => text(daily.upTo(at)))).toEqual([
    "2026-05-31T09:00:00.000Z",
    "2026-06-01T09:00:00.000Z",
    "2026-06-01T09:00:00.000Z",
    "2026-06-01T09:00:00.000Z",
  ]);
});

const number = (least: number, most: number) => fc.integer({ min: least, max: most });
const part = (least: number, most: number) =>
  fc.oneof(
    fc.constant("*"),
    number(least, most).map(String),
    fc.tuple(number(least, most), number(least, most)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    number(1, most).map((step) => `*/${step}`),
    fc.array(number(least, most), { minLength: 1, maxLength: 4 }).map((each) => [...new Set(each)].join(",")),
  );
const schedules = fc
  .tuple(
    part(0, 59),
    part(0, 23),
    part(1, 31),
    fc.oneof(part(1, 12), fc.constantFrom("jan", "mar-may")),
    fc.oneof(part(0, 7), fc.constantFrom("mon-fri", "sun")),
  )
  .map((parts) => parts.join(" "));

test("[CFG-22] every schedule that a configuration takes is due one day, and no due instant is passed over", () => {
  fc.assert(
    fc.property(schedules, fc.constantFrom("UTC", NEW_YORK, "Asia/Kolkata"), number(0, 2_000_000_000), (schedule, timeZone, seconds) => {
      const targets = 'targets = { a = "50%", b = "50%" }';
      const loaded = loadConfig({
        file: { name: "f", text: `[[portfolio]]\nid = "a"\n[[rebalance]]\nid = "r"\n${targets}\nschedule = "${schedule}"\n` },
      });
      if (!loaded.ok) return loaded.problems.every(({ code }) => code === "CONFIG_CRON_INVALID");
      const due = new Due({ schedule: loaded.config.accounts[0]?.schedules[0]?.schedule ?? "", timeZone });
      const at = seconds * 1_000;
      const next = due.after(at);
      return next !== null && next > at && due.upTo(next) === next && (due.upTo(next - 1) ?? 0) <= at;
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});
