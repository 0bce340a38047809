import { DAY_MS } from "./day.ts";

/**
 * The offsets of one IANA zone as a table, so that rows and sessions are placed by arithmetic: Temporal is asked once per
 * transition (2.9 µs each), never per row. Covers 1900 to 2100; outside, the first and last offsets hold.
 */
export type Zone = Readonly<{
  id: string;
  /** Offset from UTC in ms at an instant. */
  offsetAt(at: number): number;
  /** The instant of a wall-clock time (ms as if it were UTC). In a gap it moves forward by the gap; of two, the earlier. */
  instantOf(wallMs: number): number;
  /** Days since 1970-01-01 of the local date at an instant. */
  dayAt(at: number): number;
  /** The first instant of a local day (DST-safe: where midnight is skipped, the first instant after the gap). */
  startOfDay(day: number): number;
}>;

const cache = new Map<string, Zone>();

/** The zone of an IANA name ("UTC", "America/New_York"); undefined where the platform knows none. */
export function zoneOf(id: string): Zone | undefined {
  const known = cache.get(id);
  if (known !== undefined) return known;
  const table = id === "UTC" ? { at: [Number.NEGATIVE_INFINITY], offset: [0] } : transitions(id);
  if (table === undefined) return undefined;
  const zone = zoneFrom(id, table.at, table.offset);
  cache.set(id, zone);
  return zone;
}

function zoneFrom(id: string, at: readonly number[], offset: readonly number[]): Zone {
  const last = at.length - 1;
  let cursor = 0; // Rows come in order: the interval of the previous question is mostly the answer.
  const seek = (instant: number): number => {
    while (cursor < last && instant >= (at[cursor + 1] ?? 0)) cursor += 1;
    while (cursor > 0 && instant < (at[cursor] ?? 0)) cursor -= 1;
    return cursor;
  };
  const offsetAt = (instant: number): number => offset[seek(instant)] ?? 0;
  const instantOf = (wallMs: number): number => {
    // The offset a day before and a day after: equal except around a transition.
    const before = offsetAt(wallMs - (offset[seek(wallMs)] ?? 0) - DAY_MS);
    const after = offsetAt(wallMs - before + DAY_MS);
    const early = wallMs - before;
    if (before === after || offsetAt(early) === before) return early;
    const late = wallMs - after;
    return offsetAt(late) === after ? late : early; // Neither: the wall time is in a gap, the offset before it moves it forward.
  };
  return {
    id,
    offsetAt,
    instantOf,
    dayAt: (instant) => Math.floor((instant + offsetAt(instant)) / DAY_MS),
    startOfDay: (day) => {
      const instant = instantOf(day * DAY_MS);
      const wall = instant + offsetAt(instant);
      if (wall === day * DAY_MS) return instant;
      return at[seek(instant)] ?? instant; // Midnight was skipped: the day begins at the transition.
    },
  };
}

function transitions(id: string): { at: number[]; offset: number[] } | undefined {
  let zoned: Temporal.ZonedDateTime;
  try {
    zoned = Temporal.Instant.fromEpochMilliseconds(Date.UTC(1900, 0, 1)).toZonedDateTimeISO(id);
  } catch {
    return undefined;
  }
  const at = [Number.NEGATIVE_INFINITY];
  const offset = [zoned.offsetNanoseconds / 1e6];
  for (;;) {
    const next = zoned.getTimeZoneTransition("next");
    if (next === null || next.epochMilliseconds > Date.UTC(2100, 0, 1)) return { at, offset };
    at.push(next.epochMilliseconds);
    offset.push(next.offsetNanoseconds / 1e6);
    zoned = next;
  }
}
