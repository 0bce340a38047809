/** How often `onSchedule` and `universe` run: at the first closed bar of each hour, day, ISO week, month, quarter or year, in UTC. */
export type Schedule = "1h" | "4h" | "1d" | "1w" | "1mo" | "3mo" | "1y";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 1970-01-05, the first Monday. */
const MONDAY_MS = 4 * DAY_MS;

const MONTHS: Readonly<Partial<Record<Schedule, number>>> = { "1mo": 1, "3mo": 3, "1y": 12 };
const STEPS: Readonly<Partial<Record<Schedule, number>>> = { "1h": HOUR_MS, "4h": 4 * HOUR_MS, "1d": DAY_MS, "1w": 7 * DAY_MS };

/** The first instant of the period after the one that `at` is in. Pure calendar arithmetic in UTC. */
export function nextPeriod(schedule: Schedule, at: number): number {
  const months = MONTHS[schedule];
  if (months !== undefined) {
    const date = new Date(at);
    return Date.UTC(date.getUTCFullYear(), (Math.floor(date.getUTCMonth() / months) + 1) * months, 1);
  }
  const step = STEPS[schedule] ?? DAY_MS;
  const origin = schedule === "1w" ? MONDAY_MS : 0;
  return origin + (Math.floor((at - origin) / step) + 1) * step;
}
