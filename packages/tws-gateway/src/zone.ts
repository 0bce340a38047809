const formats = new Map<string, Intl.DateTimeFormat>();
/** Readings that were asked for lately, by zone and second: the same executions are told again and again. */
const readings = new Map<string, LocalTime>();
const READINGS_MAX = 20_000;

/** A wall-clock reading in a zone. */
export type LocalTime = Readonly<{ date: string; time: string }>;

/** `20250415` and `19:38:31` in the zone. Accepts the names that TWS prints, such as `US/Eastern`. */
export function localTime(at: number, zone: string): LocalTime {
  const key = `${zone} ${Math.floor(at / 1000)}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  if (readings.size >= READINGS_MAX) readings.clear();
  const made = read(at, zone);
  readings.set(key, made);
  return made;
}

function read(at: number, zone: string): LocalTime {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${part["year"]}${part["month"]}${part["day"]}`,
    time: `${part["hour"]}:${part["minute"]}:${part["second"]}`,
  };
}

/** The instant at which the zone's clocks show this; on the hour that is skipped or doubled, one of both. Undefined where there is no such zone. */
export function instantOf(date: string, time: string, zone: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d) (\d\d):(\d\d)(?::(\d\d))?$/.exec(`${date} ${time}`);
  if (match === null || !isZone(zone)) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((text) => Number(text ?? 0));
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const shown = (at: number): number => {
    const local = localTime(at, zone);
    const [, y = "", m = "", d = ""] = /^(\d{4})(\d\d)(\d\d)$/.exec(local.date) ?? [];
    return Date.parse(`${y}-${m}-${d}T${local.time}Z`);
  };
  const guess = asUtc + (asUtc - shown(asUtc));
  return guess + (asUtc - shown(guess));
}

function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false; // What Intl throws is a RangeError for the name, and nothing else.
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, made);
  return made;
}
