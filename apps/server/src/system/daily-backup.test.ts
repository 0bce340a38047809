import { expect, test } from "vitest";
import { DailyBackup, nextBackupAt } from "./daily-backup.ts";

const HOUR = 3_600_000;
const midnight = Date.UTC(2026, 10, 20);
const at0315 = midnight + 195 * 60_000;

test.each([
  ["[SYS-2] before its time: today", midnight, undefined, at0315],
  ["[SYS-2] after it: tomorrow", midnight + 12 * HOUR, midnight + 4 * HOUR, at0315 + 24 * HOUR],
  ["[SYS-2] at it: it has just been made", at0315, undefined, at0315 + 24 * HOUR],
  ["[SYS-2] the latest is more than a day old: soon", midnight + 12 * HOUR, midnight - 13 * HOUR, midnight + 12 * HOUR + 60_000],
] as const)("%s", (_what, now, latestAt, expected) => expect(nextBackupAt(195, now, latestAt)).toBe(expected));

test("[SYS-2] one a day, tried again an hour after it failed, never two at once, and none where nobody wants any", async () => {
  let now = at0315 - HOUR;
  let latestAt: number | undefined;
  let works = true;
  const made: number[] = [];
  const make = async (): Promise<boolean> => {
    made.push(now);
    if (works) latestAt = now;
    return works;
  };
  const daily = new DailyBackup({ config: { daily: true, atMinute: 195 }, now: () => now, latestAt: () => latestAt, make });
  await daily.look();
  expect(made).toEqual([]);
  now = at0315 + 7;
  await Promise.all([daily.look(), daily.look()]);
  expect(made).toEqual([at0315 + 7]);
  await daily.look();
  expect(daily.dueAt).toBe(at0315 + 24 * HOUR);
  works = false;
  now = at0315 + 24 * HOUR;
  await daily.look();
  expect([made.length, daily.dueAt]).toEqual([2, now + HOUR]);
  works = true;
  now += HOUR;
  await daily.look();
  expect([made.length, daily.dueAt]).toEqual([3, at0315 + 48 * HOUR]);
  daily.close();
  const never = new DailyBackup({ config: { daily: false, atMinute: 195 }, now: () => now + 1e12, latestAt: () => undefined, make });
  await never.look();
  expect(made.length).toBe(3);
});
