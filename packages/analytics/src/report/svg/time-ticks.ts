/** An instant of a time axis and its words, UTC. */
export type TimeTick = Readonly<{ at: number; label: string }>;

type Step = Readonly<{ unit: "year" | "month" | "day" | "minute"; every: number; ms: number }>;

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const step = (unit: Step["unit"], every: number, ms: number): Step => ({ unit, every, ms });
const STEPS: readonly Step[] = [
  ...[1, 5, 15, 30, 60, 180, 360, 720].map((every) => step("minute", every, every * MINUTE)),
  ...[1, 2, 7, 14].map((every) => step("day", every, every * DAY)),
  ...[1, 3, 6].map((every) => step("month", every, every * 30.4 * DAY)),
  ...[1, 2, 5, 10, 20].map((every) => step("year", every, every * 365.25 * DAY)),
];

/** At most about `count` round instants from `from` to `to`, coarse enough to read: years, months, days or times of day. */
export function timeTicks(from: number, to: number, count: number): readonly TimeTick[] {
  const chosen = STEPS.find((candidate) => (to - from) / candidate.ms <= count) ?? STEPS.at(-1);
  if (chosen === undefined || !(to > from)) return [{ at: from, label: labelOf(from, "day") }];
  const ticks: TimeTick[] = [];
  for (let at = firstOf(from, chosen); at <= to; at = nextOf(at, chosen)) {
    if (at >= from) ticks.push({ at, label: ticks.length === 0 ? firstLabelOf(at, chosen.unit) : labelOf(at, chosen.unit) });
  }
  return ticks;
}

function firstOf(from: number, { unit, every, ms }: Step): number {
  const date = new Date(from);
  if (unit === "year") return Date.UTC(Math.floor(date.getUTCFullYear() / every) * every, 0, 1);
  if (unit === "month") return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / every) * every, 1);
  return Math.floor(from / ms) * ms;
}

function nextOf(at: number, { unit, every, ms }: Step): number {
  const date = new Date(at);
  if (unit === "year") return Date.UTC(date.getUTCFullYear() + every, 0, 1);
  if (unit === "month") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + every, 1);
  return at + ms;
}

/** The first label also says the year, which months and days leave out. */
function firstLabelOf(at: number, unit: Step["unit"]): string {
  const year = new Date(at).getUTCFullYear();
  if (unit === "month") return `${MONTHS[new Date(at).getUTCMonth()] ?? ""} ${year}`;
  return unit === "day" ? `${labelOf(at, unit)} ${year}` : labelOf(at, unit);
}

function labelOf(at: number, unit: Step["unit"]): string {
  const date = new Date(at);
  const month = MONTHS[date.getUTCMonth()] ?? "";
  if (unit === "year") return String(date.getUTCFullYear());
  if (unit === "month") return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : month;
  if (unit === "day" || at % DAY === 0) return `${date.getUTCDate()} ${month}`;
  return date.toISOString().slice(11, 16);
}
